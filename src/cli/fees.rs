//! `shomei fees`: what applications cost, and what the fee schedule lacks.

use clap::Arg;

use super::prelude::*;
use crate::app::lifecycle::{FeesOptions, FiscalYears, fees};
use crate::report::FeesBy;

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "fees" "証明書の発行手数料を、年度や支払方法ごとに、過去の分と見込みで示します"
            "Tells what certificates cost, by fiscal year, payer and more, past and ahead";
        args (years(lang));
        choice "by" (&FeesBy::ALL.map(|(word, _)| word)) "何ごとに合計するか(既定: fiscal-year)"
            "what to add up by (default: fiscal-year)";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
    .args_conflicts_with_subcommands(true)
    .subcommand(check_command(lang))
}

fn check_command(lang: Lang) -> Command {
    command! { lang;
        "check" "手数料の分からない申請と、ポリシーの手数料の一覧(fees)に足りないものを示します"
            "Tells of which applications the fee is unknown, and what the policy's `fees` lack";
        args (years(lang));
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        args (arguments::reading(lang));
    }
}

fn years(lang: Lang) -> Vec<Arg> {
    flags! { lang;
        option "fiscal-year" (Text { ja: "年度", en: "YEAR" })
            "この年度だけ。2027 は 2027-04-01 から 2028-03-31(令和9年度)"
            "that fiscal year only: 2027 is from 2027-04-01 to 2028-03-31"
            => |arg| arg.value_parser(value_parser!(i32).range(1900..=9000)).conflicts_with("years");
        option "years" (Text { ja: "年数", en: "N" }) "今の年度の前後、何年度ずつか(既定: 3)"
            "fiscal years before and after the running one (default: 3)"
            => |arg| arg.value_parser(value_parser!(i32).range(0..=50));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    match matches.subcommand() {
        Some((_, matches)) => check(session, matches),
        None => add_up(session, matches),
    }
}

fn add_up(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let by = matches.get_one::<String>("by").and_then(|word| FeesBy::ALL.iter().find(|(code, _)| code == word));
    let by = by.map_or(FeesBy::FiscalYear, |(_, by)| *by);
    fees(&session.context, options(session, matches, by)?, |fees| {
        session.show(&OutputOptions::of(matches), |out, format, style| match format {
            Format::Json => fees.write_json(out),
            Format::Csv => fees.write_csv(out),
            _ => fees.write_table(out, style),
        })
    })?;
    Ok(Outcome::Clean)
}

fn check(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let has_gaps = fees(&session.context, options(session, matches, FeesBy::FiscalYear)?, |fees| {
        session.show(&OutputOptions::of(matches), |out, format, style| match format {
            Format::Json => fees.write_gaps_json(out),
            Format::Csv => fees.write_gaps_csv(out),
            _ => fees.write_gaps_table(out, style),
        })
    })?;
    Ok(Outcome::found_if(has_gaps))
}

fn options(session: &Session, matches: &ArgMatches, by: FeesBy) -> Result<FeesOptions, AppError> {
    let years = match (matches.get_one::<i32>("fiscal-year"), matches.get_one::<i32>("years")) {
        (Some(year), _) => FiscalYears::Only(*year),
        (None, Some(years)) => FiscalYears::Around(*years),
        (None, None) => FiscalYears::default(),
    };
    Ok(FeesOptions { inventory: arguments::inventory_options(session, matches)?, years, by })
}
