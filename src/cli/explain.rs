//! `shomei explain`: the page of a rule, an error code or a question.

use super::prelude::*;
use crate::audit::rules;
use crate::locale::nearest;
use crate::policy::{Faq, FaqAnswer};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "explain" "指摘の規則、エラーコード(S1MNM0139E など)、よくある質問(Q1〜Q16)を説明します"
            "Explains a rule, an error code (S1MNM0139E) or a question (Q1 to Q16)";
        argument "code" (Text { ja: "コード", en: "CODE" }) "規則、エラーコード、質問の番号"
            "a rule, an error code or a question" => |arg| arg.required_unless_present("list");
        switch "list" "すべてを一覧にする" "list them all";
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let faq = Faq::built_in().map_err(AppError::Message)?;
    if matches.get_flag("list") {
        session.print(&list(&faq, lang))?;
        return Ok(Outcome::Clean);
    }
    let code = matches.get_one::<String>("code").map_or("", String::as_str);
    if let Some(rule) = rules::rule(&code.to_lowercase()) {
        session.print(&rules::page(rule, lang))?;
        return Ok(Outcome::Clean);
    }
    if let Some(answer) = faq.find(code) {
        session.print(&answer_page(answer, &faq, lang))?;
        return Ok(Outcome::Clean);
    }
    let known = rules::codes().into_iter().chain(faq.answers.iter().flat_map(|a| a.names()));
    let text = match nearest(code, known) {
        Some(near) => {
            let text = Text {
                ja: "{code} というものはありません。{near} のことですか。一覧は shomei explain --list で見られます。",
                en: "there is no {code}; did you mean {near}? shomei explain --list shows them all.",
            };
            text.fill(lang, &[("code", &code), ("near", &near)])
        }
        None => {
            let text = Text {
                ja: "{code} というものはありません。一覧は shomei explain --list で見られます。",
                en: "there is no {code}. shomei explain --list shows them all.",
            };
            text.fill(lang, &[("code", &code)])
        }
    };
    Err(AppError::Message(text))
}

fn answer_page(answer: &FaqAnswer, faq: &Faq, lang: Lang) -> String {
    let mut out = format!("# {}: {}\n", answer.names().collect::<Vec<_>>().join(", "), answer.title.get(lang));
    out += &format!("\n{}\n", answer.answer.get(lang).trim());
    if !answer.rules.is_empty() {
        let text = Text { ja: "\n関係する規則: {rules}\n", en: "\nRules that have to do with it: {rules}\n" };
        out += &text.fill(lang, &[("rules", &answer.rules.join(", "))]);
    }
    let source = Text { ja: "\n出典: {source}\n", en: "\nSource: {source}\n" };
    out + &source.fill(lang, &[("source", &faq.source.get(lang))])
}

fn list(faq: &Faq, lang: Lang) -> String {
    use crate::report::{pad, severity_word};
    let mut out = String::new();
    for rule in rules::RULES {
        let severity = severity_word(Some(rule.severity), lang);
        out.push_str(&format!("{}  {}  {}\n", pad(rule.code, 28), pad(severity, 7), rule.title.get(lang)));
    }
    for answer in &faq.answers {
        let names = answer.names().collect::<Vec<_>>().join(" ");
        out.push_str(&format!("{}  {}  {}\n", pad(&names, 28), pad("FAQ", 7), answer.title.get(lang)));
    }
    out
}
