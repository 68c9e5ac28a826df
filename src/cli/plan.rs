//! `shomei plan`: on which day to apply for the renewal of each certificate.

use clap::{Arg, ArgMatches, Command, value_parser};

use super::lifecycle::{Grounds, beyond, day, fleet, view};
use super::session::Session;
use super::{Failure, Outcome, arguments};
use crate::lifecycle::{PlanOptions, RenewalPlan};
use crate::locale::{Lang, Text};
use crate::report::PlanReport;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書ごとに、いつ更新を申請すればよいかを計画します",
        en: "Plans on which day to apply for the renewal of each certificate",
    };
    Command::new("plan")
        .about(about.get(lang))
        .args(asking(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

fn asking(lang: Lang) -> Vec<Arg> {
    let plain = |name, value: Text, help: Text| arguments::option(name, value, help, lang);
    let on = Text { ja: "日", en: "DAY" };
    vec![
        plain(
            "from",
            on,
            Text {
                ja: "申請する最初の日(既定: 今日。過ぎた日は今日とみなす)",
                en: "the first day on which to apply (default: today, for which a day gone by counts too)",
            },
        ),
        plain(
            "to",
            on,
            Text {
                ja: "申請する最後の日(既定: 最初の日の1年後)", en: "the last (default: a year after the first)"
            },
        ),
        plain(
            "per-day",
            Text { ja: "件数", en: "N" },
            Text {
                ja: "1日に申請できる件数の上限(既定: なし)",
                en: "applications a day at most (default: any number)",
            },
        )
        .value_parser(value_parser!(u32).range(1..)),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let ask = PlanOptions {
        from: day(matches, "from", lang)?,
        to: day(matches, "to", lang)?,
        per_day: matches.get_one::<u32>("per-day").copied(),
    };
    let Grounds { mut depot, policy, office, calendar } = Grounds::open(session, matches)?;
    let fleet = fleet(session, &mut depot, &policy, &office)?;
    let plan = RenewalPlan::new(&fleet, &calendar, ask).ok_or_else(|| beyond(lang))?;
    if plan.to < plan.from {
        let text = Text {
            ja: "計画する期間の終わり {to} が、始まり {from} より前です。--from と --to を確かめてください。",
            en: "the plan would end on {to}, before it begins on {from}; check --from and --to.",
        };
        return Err(Failure::new(text, lang, &[("from", &plan.from), ("to", &plan.to)]));
    }
    let report = PlanReport::new(view(session, &fleet, depot.as_of), &plan);
    let output = matches.get_one::<std::path::PathBuf>("output");
    let style = session.style(output.is_some());
    session.write_to(output.map(|path| path.as_path()), |out| {
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => report.write_json(out),
            Some("csv") => report.write_csv(out),
            _ => report.write_table(out, style),
        }
    })?;
    Ok(if report.has_unplaced() { Outcome::Found } else { Outcome::Clean })
}
