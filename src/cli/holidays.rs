//! `shomei holidays`: the national holidays that plans reckon with.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, value_parser};

use super::session::Session;
use super::settings::{data_folder, told};
use super::{Failure, Outcome, arguments, files, office};
use crate::calendar::{Day, Zone};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::policy::{HolidayChanges, Holidays, LocalizedText};
use crate::report::{HolidayList, escape, weekday};

/// The file of an imported list in the user's data folder.
const FILE: &str = "holidays-jp.yaml";

/// A list, and the file it was imported to.
struct Standing {
    holidays: Holidays,
    file: Option<PathBuf>,
}

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "国民の祝日・休日の一覧を表示し、内閣府の新しい一覧を取り込みます",
        en: "Shows the national holidays, and takes in the Cabinet Office's next list",
    };
    Command::new("holidays")
        .about(about.get(lang))
        .subcommand_required(true)
        .subcommand(list_command(lang))
        .subcommand(import_command(lang))
}

fn list_command(lang: Lang) -> Command {
    let about = Text {
        ja: "使っている一覧の、今年からの祝日・休日を表示します",
        en: "Lists the holidays in force from this year on",
    };
    let year = arguments::option(
        "year",
        Text { ja: "年", en: "YEAR" },
        Text { ja: "その年だけを表示する", en: "that year only" },
        lang,
    );
    Command::new("list")
        .about(about.get(lang))
        .arg(year.value_parser(value_parser!(i32)))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
}

fn import_command(lang: Lang) -> Command {
    let about = Text {
        ja: "内閣府の syukujitsu.csv を取り込み、何が変わったかを示します",
        en: "Takes in the Cabinet Office's syukujitsu.csv, and tells what has changed",
    };
    let file = Text {
        ja: "内閣府が公表する一覧(CSV。CP932 か UTF-8)。- は標準入力",
        en: "the list as the Cabinet Office publishes it (CSV in CP932 or UTF-8); - is standard input",
    };
    let accept = Text {
        ja: "使っている一覧より狭い期間の一覧でも取り込む",
        en: "take in a list that tells of fewer days than the one in force",
    };
    Command::new("import")
        .about(about.get(lang))
        .arg(arguments::positional("file", arguments::FILE, file, lang).required(true))
        .arg(arguments::switch("accept-gone", accept, lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    match matches.subcommand() {
        Some(("list", matches)) => list(session, matches),
        Some((_, matches)) => import(session, matches),
        None => Ok(Outcome::Incomplete),
    }
}

/// The holidays to reckon with: those imported where they reach as far as the built-in ones (of
/// the same year, whoever imports a list knows of a change), else the built-in ones.
pub(super) fn in_force(lang: Lang) -> Result<Holidays, Failure> {
    standing(lang).map(|standing| standing.holidays)
}

fn standing(lang: Lang) -> Result<Standing, Failure> {
    let built_in = built_in(lang)?;
    Ok(match imported(lang)? {
        Some((holidays, file)) if holidays.until() >= built_in.until() => Standing { holidays, file: Some(file) },
        _ => Standing { holidays: built_in, file: None },
    })
}

fn built_in(lang: Lang) -> Result<Holidays, Failure> {
    Holidays::built_in().map_err(|mistakes| told(&mistakes, lang))
}

/// The list that was imported, if one was.
fn imported(lang: Lang) -> Result<Option<(Holidays, PathBuf)>, Failure> {
    let Some(path) = data_folder().map(|folder| folder.join(FILE)).filter(|path| path.exists()) else {
        return Ok(None);
    };
    let bytes = files::read(&path, lang)?;
    let name = path.to_string_lossy();
    let text = crate::yaml::decode(&bytes, &name).and_then(|text| Holidays::read(text, &name));
    let holidays = text.map_err(|mistakes| damaged(told(&mistakes, lang), lang))?;
    Ok(Some((holidays, path)))
}

/// What to do about a kept list that cannot be read.
fn damaged(failure: Failure, lang: Lang) -> Failure {
    let text = Text {
        ja: "取り込んだ祝日の一覧が読めません。直すか、ファイルを取り除いて shomei holidays import でもう一度取り込んでください(取り除けば組み込みの一覧が使われます)。",
        en: "the holidays that were imported cannot be read. Mend the file, or remove it and use shomei holidays import again; without it the built-in list is in force.",
    };
    match failure {
        Failure::Message(message) => Failure::Message(format!("{message}\n{}", text.get(lang))),
        other => other,
    }
}

fn list(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let Standing { holidays, file } = standing(lang)?;
    let today = today(session);
    let years = years(matches, &holidays, today, lang)?;
    let file = file.map(|file| file.display().to_string());
    let list = HolidayList { holidays: &holidays, file: file.as_deref(), years, today };
    let output = matches.get_one::<PathBuf>("output");
    let style = session.style(output.is_some());
    session.write_to(output.map(PathBuf::as_path), |out| {
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => list.write_json(out),
            Some("csv") => list.write_csv(out),
            _ => list.write_table(out, lang, style),
        }
    })?;
    Ok(Outcome::Clean)
}

/// The first year and the last that are asked for: that of `--year`, or this year and all later.
fn years(matches: &ArgMatches, holidays: &Holidays, today: Option<Day>, lang: Lang) -> Result<(i32, i32), Failure> {
    let (first, last) = (holidays.from(), holidays.until());
    let Some(year) = matches.get_one::<i32>("year").copied() else {
        return Ok((today.map_or(first.year(), Day::year), last.year()));
    };
    if (first.year()..=last.year()).contains(&year) {
        return Ok((year, year));
    }
    let text = Text {
        ja: "{year}年の祝日は分かりません。一覧は {from} から {until} までです。内閣府が公表していれば、syukujitsu.csv を shomei holidays import で取り込んでください。",
        en: "the holidays of {year} are not known: the list is from {from} to {until}. Once the Cabinet Office has announced them, take in its syukujitsu.csv with shomei holidays import.",
    };
    Err(Failure::new(text, lang, &[("year", &year), ("from", &first), ("until", &last)]))
}

fn today(session: &Session) -> Option<Day> {
    Zone::JAPAN.day(session.now)
}

fn import(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let before = in_force(lang)?;
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let taken = Holidays::of_csv(&files::read(&path, lang)?, source(session));
    let taken = taken.map_err(|error| office::about_file(&path, &error.text(lang), lang))?.with_english_of(&before);
    refuse_useless(&taken, lang)?;
    if !matches.get_flag("accept-gone") {
        refuse_narrower(&taken, &before, lang)?;
    }
    let changes = taken.changes_since(&before);
    if changes.is_empty() && (taken.from(), taken.until()) == (before.from(), before.until()) {
        let same = Text {
            ja: "使っている一覧({from} から {until} まで)と同じです。変わるものはありません。\n",
            en: "This is the list in force, from {from} to {until}: nothing changes.\n",
        };
        session.print(&same.fill(lang, &[("from", &taken.from()), ("until", &taken.until())]))?;
        return Ok(Outcome::Clean);
    }
    let kept = keep(&taken, lang)?;
    session.print(&(done(&taken, &before, &kept, lang) + &told_changes(&changes, lang)))?;
    Ok(Outcome::Clean)
}

/// Where an imported list is from, and since when it is here.
fn source(session: &Session) -> LocalizedText {
    let text = Text {
        ja: "内閣府「国民の祝日について」の syukujitsu.csv({day} に取り込み)",
        en: "the Cabinet Office's list of national holidays, syukujitsu.csv, imported on {day}",
    };
    let day = today(session).map_or("-".to_string(), |day| day.to_string());
    let of = |lang| text.fill(lang, &[("day", &day)]);
    LocalizedText { ja: of(Lang::Ja), en: of(Lang::En) }
}

/// A list that ends before the built-in one would never be in force.
fn refuse_useless(taken: &Holidays, lang: Lang) -> Result<(), Failure> {
    let built_in = built_in(lang)?;
    if taken.until() >= built_in.until() {
        return Ok(());
    }
    let text = Text {
        ja: "このファイルの一覧は {until} までで、組み込みの一覧が {to} まであるため、取り込みませんでした。内閣府から新しい syukujitsu.csv を入手してください。",
        en: "this list ends on {until} and the built-in one on {to}; it was not taken in. Get a newer syukujitsu.csv from the Cabinet Office.",
    };
    Err(Failure::new(text, lang, &[("until", &taken.until()), ("to", &built_in.until())]))
}

/// Who has a longer list gives it up only on purpose.
fn refuse_narrower(taken: &Holidays, before: &Holidays, lang: Lang) -> Result<(), Failure> {
    if taken.from() <= before.from() && taken.until() >= before.until() {
        return Ok(());
    }
    let text = Text {
        ja: "このファイルの一覧は {from} から {until} までで、使っている一覧({since} から {to} まで)より狭いため、取り込みませんでした。新しい syukujitsu.csv を入手するか、それでもよければ --accept-gone を付けてください。",
        en: "this list is from {from} to {until} and tells of fewer days than the one in force, from {since} to {to}; it was not taken in. Get a newer syukujitsu.csv, or use --accept-gone if that is what you want.",
    };
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("from", &taken.from()), ("until", &taken.until()), ("since", &before.from()), ("to", &before.until())];
    Err(Failure::new(text, lang, &values))
}

/// Puts a list in the place of the one that was imported before, as a whole or not at all.
fn keep(holidays: &Holidays, lang: Lang) -> Result<PathBuf, Failure> {
    let folder = data_folder().unwrap_or_default();
    let path = folder.join(FILE);
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(&folder)?;
        platform::replace(&path, holidays.yaml().as_bytes(), false)
    };
    let text = Text { ja: "{path} に保管できません: {error}。", en: "cannot keep it in {path}: {error}." };
    write().map_err(|error| Failure::new(text, lang, &[("path", &path.display()), ("error", &error)]))?;
    Ok(path)
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
