//! `shomei explain`: the page of a rule, an error code, a question or a desk.

use super::prelude::*;
use crate::app::explain::{explain, explanations};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "explain" "指摘の規則、エラーコード(S1MNM0139E など)、よくある質問(Q1〜Q16)、窓口を説明します"
            "Explains a rule, an error code (S1MNM0139E), a question (Q1 to Q16) or a desk";
        argument "code" (Text { ja: "語", en: "WORD" })
            "規則、エラーコード、質問の番号、または内容を表す語(ヘルプデスク、プロキシ、拇印など)"
            "a rule, an error code, a question, or a word for what it is about (help desk, proxy, fingerprint)"
            => |arg| arg.required_unless_present("list").num_args(1..);
        switch "list" "すべてを一覧にする" "list them all";
        arg (arguments::policy(lang));
        arg (arguments::at(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let settings = arguments::settings(session, matches);
    if matches.get_flag("list") {
        return session.print(&explanations(&session.context, &settings)?);
    }
    // Several words are one: `explain help desk`.
    let words: Vec<&String> = matches.get_many("code").into_iter().flatten().collect();
    let word = words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    session.print(&explain(&session.context, &settings, &word)?)
}
