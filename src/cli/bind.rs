//! `shomei bind`: matching a certificate to its holder by hand.

use clap::ArgGroup;

use super::prelude::*;
use crate::app::bind::{BindAnswer, BindOptions, Binding, bind, bound_text};
use crate::app::resolve_id;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "bind" "証明書の持ち主を手で決めます(誤った結び付きはここで直します)"
            "Says whose a certificate is; a wrong link is put right here";
        argument "certificate" (Text { ja: "証明書", en: "CERT" }) "証明書(SHA-256 の先頭4桁以上、シリアル番号)"
            "the certificate: four or more digits of its SHA-256, its serial number" => |arg| arg.required(true);
        argument "holder" (Text { ja: "台帳ID", en: "HOLDER" }) "持ち主の台帳ID(台帳名/ID でもよい)"
            "the holder's ID, or REGISTER/ID";
        switch "nobody" "誰のものでもないとする" "it is nobody's: no rule may bind it";
        switch "undo" "手で決めた持ち主を取り消し、自動の判断に戻す" "take back what was said by hand";
        arg (arguments::by(lang));
        arg (arguments::accept_clock(lang));
        arg (arguments::inventory(lang));
    }
    .group(ArgGroup::new("whose").args(["holder", "nobody", "undo"]).required(true))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let options = BindOptions {
        inventory: arguments::inventory_options(session, matches)?,
        certificate: text("certificate"),
        binding: match (matches.get_flag("undo"), matches.get_flag("nobody")) {
            (true, _) => Binding::Undo,
            (_, true) => Binding::Nobody,
            _ => Binding::Holder(text("holder")),
        },
        by: arguments::who(session, matches),
    };
    session.print(&answer_text(&bind(&session.context, options)?, session.context.lang))
}

fn answer_text(answer: &BindAnswer, lang: Lang) -> String {
    let text = match answer.now != answer.before {
        true => Text { ja: "{certificate}: {before} → {now}\n", en: "{certificate}: {before} → {now}\n" },
        false => Text { ja: "{certificate}: すでに {now} です。\n", en: "{certificate}: it is {now} already.\n" },
    };
    let named = resolve_id::named(&answer.certificate);
    let values: [(&str, &dyn std::fmt::Display); 3] = [
        ("certificate", &escape::terminal(&named)),
        ("before", &bound_text(answer.before.as_ref(), lang)),
        ("now", &bound_text(answer.now.as_ref(), lang)),
    ];
    text.fill(lang, &values)
}
