//! `shomei fees`: what applications cost, and what the fee schedule lacks.

use clap::{Arg, ArgMatches, Command, value_parser};

use super::lifecycle::{Grounds, beyond, fleet, view};
use super::session::Session;
use super::{Failure, Outcome, arguments};
use crate::lifecycle::{Fees, PlanOptions, RenewalPlan, fiscal_year};
use crate::locale::{Lang, Text};
use crate::report::{FeesBy, FeesReport};

/// Fiscal years told of before and after the running one, where nobody asks for others.
const YEARS: i32 = 3;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "証明書の発行手数料を、年度や支払方法ごとに、過去の分と見込みで示します",
        en: "Tells what certificates cost, by fiscal year, payer and more, past and ahead",
    };
    let by = arguments::choice(
        "by",
        &FeesBy::ALL.map(|(word, _)| word),
        Text { ja: "何ごとに合計するか(既定: fiscal-year)", en: "what to add up by (default: fiscal-year)" },
        lang,
    );
    Command::new("fees")
        .about(about.get(lang))
        .args_conflicts_with_subcommands(true)
        .subcommand(check_command(lang))
        .args(years(lang))
        .arg(by)
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

fn check_command(lang: Lang) -> Command {
    let about = Text {
        ja: "手数料の分からない申請と、ポリシーの手数料の一覧(fees)に足りないものを示します",
        en: "Tells of which applications the fee is unknown, and what the policy's `fees` lack",
    };
    Command::new("check")
        .about(about.get(lang))
        .args(years(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

fn years(lang: Lang) -> Vec<Arg> {
    let year = arguments::option(
        "fiscal-year",
        Text { ja: "年度", en: "YEAR" },
        Text {
            ja: "この年度だけ。2027 は 2027-04-01 から 2028-03-31(令和9年度)",
            en: "that fiscal year only: 2027 is from 2027-04-01 to 2028-03-31",
        },
        lang,
    );
    let years = arguments::option(
        "years",
        Text { ja: "年数", en: "N" },
        Text {
            ja: "今の年度の前後、何年度ずつか(既定: 3)",
            en: "fiscal years before and after the running one (default: 3)",
        },
        lang,
    );
    vec![
        year.value_parser(value_parser!(i32).range(1900..=9000)).conflicts_with("years"),
        years.value_parser(value_parser!(i32).range(0..=50)),
    ]
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    match matches.subcommand() {
        Some((_, matches)) => reckon(session, matches, true),
        None => reckon(session, matches, false),
    }
}

fn reckon(session: &Session, matches: &ArgMatches, checking: bool) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let Grounds { mut depot, policy, office, calendar } = Grounds::open(session, matches)?;
    let fleet = fleet(session, &mut depot, &policy, &office)?;
    let running = fiscal_year(fleet.today);
    let years = match (matches.get_one::<i32>("fiscal-year"), matches.get_one::<i32>("years")) {
        (Some(year), _) => (*year, *year),
        (None, years) => {
            let years = years.copied().unwrap_or(YEARS);
            (running - years, running + years)
        }
    };
    let plan = RenewalPlan::new(&fleet, &calendar, PlanOptions::default()).ok_or_else(|| beyond(lang))?;
    let fees = Fees::new(&fleet, &plan, years);
    let by = matches.try_get_one::<String>("by").ok().flatten();
    let by = by.and_then(|word| FeesBy::ALL.iter().find(|(code, _)| code == word));
    let by = by.map_or(FeesBy::FiscalYear, |(_, by)| *by);
    let report = FeesReport::new(view(session, &fleet, depot.as_of), &fees, by, &plan.assumed);
    let output = matches.get_one::<std::path::PathBuf>("output");
    let style = session.style(output.is_some());
    session.write_to(output.map(|path| path.as_path()), |out| {
        let format = matches.get_one::<String>("format").map(String::as_str);
        match (format, checking) {
            (Some("json"), false) => report.write_json(out),
            (Some("json"), true) => report.write_gaps_json(out),
            (Some("csv"), false) => report.write_csv(out),
            (Some("csv"), true) => report.write_gaps_csv(out),
            (_, false) => report.write_table(out, style),
            (_, true) => report.write_gaps_table(out, style),
        }
    })?;
    Ok(if checking && report.has_gaps() { Outcome::Found } else { Outcome::Clean })
}
