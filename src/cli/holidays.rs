//! `shomei holidays`: the national holidays that plans reckon with.

use std::path::{Path, PathBuf};

use super::prelude::*;
use crate::app::holidays::{self, HolidayImport, HolidaysInForce};
use crate::calendar::Day;
use crate::policy::{HolidayChanges, Holidays, LocalizedText};
use crate::report::{HolidayList, escape, weekday};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "holidays" "国民の祝日・休日の一覧を表示し、内閣府の新しい一覧を取り込みます"
            "Shows the national holidays, and takes in the Cabinet Office's next list";
    }
    .subcommand_required(true)
    .subcommand(list_command(lang))
    .subcommand(import_command(lang))
}

fn list_command(lang: Lang) -> Command {
    command! { lang;
        "list" "使っている一覧の、今年からの祝日・休日を表示します" "Lists the holidays in force from this year on";
        option "year" (Text { ja: "年", en: "YEAR" }) "その年だけを表示する" "that year only"
            => |arg| arg.value_parser(value_parser!(i32));
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
    }
}

fn import_command(lang: Lang) -> Command {
    command! { lang;
        "import" "内閣府の syukujitsu.csv を取り込み、何が変わったかを示します"
            "Takes in the Cabinet Office's syukujitsu.csv, and tells what has changed";
        positional "file" (flags::FILE)
            "内閣府が公表する一覧(CSV。CP932 か UTF-8)。- は標準入力"
            "the list as the Cabinet Office publishes it (CSV in CP932 or UTF-8); - is standard input"
            => |arg| arg.required(true);
        switch "accept-gone" "使っている一覧より狭い期間の一覧でも取り込む"
            "take in a list that tells of fewer days than the one in force";
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    match matches.subcommand() {
        Some(("list", matches)) => list(session, matches),
        Some((_, matches)) => import(session, matches),
        None => Ok(Outcome::Incomplete),
    }
}

fn list(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let context = &session.context;
    let HolidaysInForce { holidays, file } = holidays::standing(context)?;
    let today = holidays::today(context);
    let years = holidays::years(matches.get_one::<i32>("year").copied(), &holidays, today, context.lang)?;
    let file = file.map(|file| file.display().to_string());
    let list = HolidayList { holidays: &holidays, file: file.as_deref(), years, today };
    session.show(&OutputOptions::of(matches), |out, format, style| match format {
        Format::Json => list.write_json(out),
        Format::Csv => list.write_csv(out),
        _ => list.write_table(out, context.lang, style),
    })?;
    Ok(Outcome::Clean)
}

fn import(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let file = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let imported = holidays::import(&session.context, &file, matches.get_flag("accept-gone"))?;
    let HolidayImport { taken, before, changes, kept } = imported;
    let Some(kept) = kept else {
        let same = Text {
            ja: "使っている一覧({from} から {until} まで)と同じです。変わるものはありません。\n",
            en: "This is the list in force, from {from} to {until}: nothing changes.\n",
        };
        session.print(&same.fill(lang, &[("from", &taken.from()), ("until", &taken.until())]))?;
        return Ok(Outcome::Clean);
    };
    session.print(&(done(&taken, &before, &kept, lang) + &told_changes(&changes, lang)))?;
    Ok(Outcome::Clean)
}

/// What was taken in, in the place of what.
fn done(taken: &Holidays, before: &Holidays, kept: &Path, lang: Lang) -> String {
    let text = Text {
        ja: "{from} から {until} までの一覧を取り込みました(これまでは {since} から {to} まで)。\n保管した場所: {path}\n",
        en: "Took in the list from {from} to {until}; until now it was from {since} to {to}.\nKept in {path}\n",
    };
    let path = kept.display().to_string();
    let values: [(&str, &dyn std::fmt::Display); 5] = [
        ("from", &taken.from()),
        ("until", &taken.until()),
        ("since", &before.from()),
        ("to", &before.until()),
        ("path", &escape::terminal(&path)),
    ];
    text.fill(lang, &values)
}

fn told_changes(changes: &HolidayChanges, lang: Lang) -> String {
    let of = |(day, name): &(Day, LocalizedText)| (*day, name.get(lang).to_string());
    let renamed = changes.renamed.iter().map(|(day, was, is)| (*day, format!("{} → {}", was.get(lang), is.get(lang))));
    listed(Text { ja: "新しい休日: {n}日", en: "New: {n}" }, changes.new.iter().map(of).collect(), lang)
        + &listed(Text { ja: "名称が変わった休日: {n}日", en: "Renamed: {n}" }, renamed.collect(), lang)
        + &listed(Text { ja: "なくなった休日: {n}日", en: "Gone: {n}" }, changes.gone.iter().map(of).collect(), lang)
}

/// Days under a heading with their number; nothing where there are none.
fn listed(heading: Text, days: Vec<(Day, String)>, lang: Lang) -> String {
    if days.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", heading.fill(lang, &[("n", &days.len())]));
    for (day, name) in days {
        out += &format!("  {day} ({})  {}\n", weekday(day).get(lang), escape::terminal(&name));
    }
    out
}
