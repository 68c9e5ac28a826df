//! `shomei coverage`: who can bill in a month's claim period, and who cannot.

use clap::{Arg, ArgMatches, Command};

use super::depot::{self, Depot};
use super::meant::{self, Wanted};
use super::session::Session;
use super::settings::Judging;
use super::{Failure, Outcome, arguments};
use crate::audit::holding::ClaimPeriod;
use crate::calendar::{Day, parse_day};
use crate::inventory::ResolvedId;
use crate::locale::{Lang, Text};
use crate::register::HolderKey;
use crate::report::{Asked, Coverage, UNIT_LISTS};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "ある月の請求期間に、誰が請求できて、誰ができないか、なぜかを答えます",
        en: "Answers who can bill in a month's claim period, who cannot, and why",
    };
    Command::new("coverage")
        .about(about.get(lang))
        .args(asking(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .arg(arguments::fail_on(
            Text {
                ja: "請求できないという指摘がこの重さ以上なら終了コード 1(既定: error)",
                en: "exit with 1 if somebody cannot bill and the policy takes it as grave as this (default: error)",
            },
            lang,
        ))
        .args(arguments::reading(lang))
}

fn asking(lang: Lang) -> Vec<Arg> {
    let plain = |name, value: Text, help: Text| arguments::option(name, value, help, lang);
    vec![
        plain(
            "month",
            Text { ja: "年月", en: "MONTH" },
            Text {
                ja: "どの月の請求期間か。2026-12 のように書く(既定: 次の請求期間。期間中なら残り)",
                en: "which month's claim period, like 2026-12 (default: the coming one, or what is left of it)",
            },
        ),
        plain(
            "holder",
            Text { ja: "ID", en: "ID" },
            Text {
                ja: "この台帳 ID のものと、これが代理人として請求するもの",
                en: "what this holder bills for, has billed, or bills as an agent",
            },
        ),
        plain(
            "prefecture",
            Text { ja: "語", en: "WORD" },
            Text { ja: "台帳でこの都道府県のもの", en: "holders of this prefecture" },
        ),
        arguments::choice(
            "only",
            &UNIT_LISTS,
            Text {
                ja: "一覧に出すものを絞る。3つの数と終了コードは変わらない",
                en: "the only list to show; the three numbers and the exit code stay",
            },
            lang,
        ),
        arguments::switch("all", Text { ja: "請求できるものも表に並べる", en: "list those who can, too" }, lang)
            .conflicts_with("only"),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let mut depot = Depot::open(session, matches)?;
    depot.period = match matches.get_one::<String>("month") {
        Some(text) => period(text, &depot.judging, lang)?,
        None => None,
    };
    let asked = Asked {
        holder: holder(matches, &depot, lang)?,
        prefecture: matches.get_one::<String>("prefecture").cloned(),
        as_of: depot.as_of,
        only: matches.get_one::<String>("only").cloned(),
    };
    let mut coverage = Coverage::new(lang, asked);
    depot.tell(session, &mut coverage)?;
    let output = matches.get_one::<std::path::PathBuf>("output");
    let style = session.style(output.is_some());
    session.write_to(output.map(|path| path.as_path()), |out| {
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => coverage.write_json(out),
            Some("csv") => coverage.write_csv(out),
            _ => coverage.write_table(out, matches.get_flag("all"), style),
        }
    })?;
    Ok(match depot.settings.fail_on.value {
        Some(threshold) if coverage.worst().is_some_and(|worst| worst >= threshold) => Outcome::Found,
        _ => Outcome::Clean,
    })
}

/// What is left of a month's claim period at the moment judged; none where the policy has none.
fn period(text: &str, judging: &Judging, lang: Lang) -> Result<Option<ClaimPeriod>, Failure> {
    let wrong = Text {
        ja: "--month の値 {text} は年月ではありません。2026-12 のように書いてください。",
        en: "--month {text} is no month: write it like 2026-12.",
    };
    let wrong = || Failure::new(wrong, lang, &[("text", &text)]);
    let day = month(text).ok_or_else(wrong)?;
    let policy = &judging.policy;
    let Some(days) = policy.holders.claim_period else { return Ok(None) };
    let whole = ClaimPeriod::of_month(days.value, policy.zone, day).ok_or_else(wrong)?;
    let over = Text {
        ja: "{text} の請求期間({first} から {last} まで)は、判定日時 {at} には終わっています。過ぎた月は --at でその頃の日時を指定すると確かめられます(--at {first})。",
        en: "the claim period of {text} ({first} to {last}) is over at {at}, the moment judged. A month gone by can be rehearsed: name a moment before its end with --at, such as --at {first}.",
    };
    let at = policy.zone.local(judging.at);
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("text", &text), ("first", &whole.first), ("last", &whole.last), ("at", &at)];
    whole.left(policy.zone, judging.at).map(Some).ok_or_else(|| Failure::new(over, lang, &values))
}

/// The first day of a month written `2026-12`.
fn month(text: &str) -> Option<Day> {
    parse_day(&format!("{text}-01")).filter(|_| text.len() == "2026-12".len())
}

/// The one holder that is asked about.
fn holder(matches: &ArgMatches, depot: &Depot, lang: Lang) -> Result<Option<HolderKey>, Failure> {
    let Some(id) = matches.get_one::<String>("holder") else { return Ok(None) };
    let meant = meant::one(&depot.inventory, id, Wanted::Holder);
    let meant = meant.map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    match meant.map_err(|unclear| unclear.failure(lang))? {
        ResolvedId::Holder(register, id, _) => Ok(Some(HolderKey { register, id })),
        ResolvedId::Certificate(..) => Ok(None),
    }
}
