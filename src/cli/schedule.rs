//! `shomei schedule`: that `shomei run` is called when it is due, by whatever calls programs here.

mod print;

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::arguments;
use super::session::Session;
use crate::app::schedule::{self, ScheduleOptions, Scheduler};
use crate::app::{AppError, Outcome};
use crate::locale::{Lang, Text};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "shomei run を毎日・毎週・毎月、忘れずに実行させます(systemd、cron、Windows のタスク スケジューラ)",
        en: "Has shomei run called daily, weekly or monthly, by systemd, cron or the Task Scheduler of Windows",
    };
    Command::new("schedule")
        .about(about.get(lang))
        .subcommand_required(true)
        .subcommand(install_command(lang))
        .subcommand(print_command(lang))
        .subcommand(remove_command(lang))
        .subcommand(status_command(lang))
}

fn install_command(lang: Lang) -> Command {
    let about = Text {
        ja: "実行の予定を入れます。何度実行してもよく、予定が変わっていれば入れ替えます",
        en: "Installs the schedule; may be run again, and replaces the one before",
    };
    let with = arguments::choice(
        "with",
        &["systemd", "cron"],
        Text {
            ja: "何に実行させるか(既定: 動いていれば systemd、なければ cron)",
            en: "what is to call it (default: systemd where it is at work, else cron)",
        },
        lang,
    );
    Command::new("install").about(about.get(lang)).args(planning(lang)).arg(with)
}

fn print_command(lang: Lang) -> Command {
    let about = Text {
        ja: "入れるものを表示するか、ファイルに書きます。何も入れません",
        en: "Prints what would be installed, or writes it into files; installs nothing",
    };
    let kind = arguments::choice(
        "for",
        &["systemd", "cron", "windows"],
        Text { ja: "何のためのものか", en: "what it is for" },
        lang,
    );
    let output = arguments::file(
        "into",
        Text {
            ja: "出力先のファイル。systemd では、2つのファイルを置くフォルダー",
            en: "the file to write; with systemd the folder for its two files",
        },
        lang,
    );
    Command::new("print")
        .about(about.get(lang))
        .arg(kind.required(true))
        .arg(output.long("output").short('o'))
        .args(planning(lang))
}

fn remove_command(lang: Lang) -> Command {
    let about = Text { ja: "入れた予定を取り除きます", en: "Removes what was installed" };
    Command::new("remove").about(about.get(lang)).arg(name(lang)).arg(system(lang))
}

fn status_command(lang: Lang) -> Command {
    let about = Text {
        ja: "予定が入っているか、どこに入っているか、次はいつかを示します",
        en: "Tells whether a schedule is installed, where, and when the next run is",
    };
    Command::new("status").about(about.get(lang)).arg(name(lang))
}

/// Flags that say what is to be installed.
fn planning(lang: Lang) -> Vec<Arg> {
    let time = Text { ja: "時刻", en: "TIME" };
    let plain = |name, value: Text, help: Text| arguments::filled(name, value, help, lang);
    let days = |arg: Arg| arg.action(ArgAction::Append);
    vec![
        plain("daily", time, Text { ja: "毎日この時刻に(例: 07:30)", en: "every day at this time, such as 07:30" })
            .conflicts_with_all(["weekly-on", "monthly-on", "time"]),
        days(plain(
            "weekly-on",
            Text { ja: "曜日", en: "DAYS" },
            Text { ja: "毎週この曜日に(例: mon,thu)", en: "every week on these days, such as mon,thu" },
        ))
        .conflicts_with("monthly-on"),
        days(plain(
            "monthly-on",
            Text { ja: "日", en: "DAYS" },
            Text {
                ja: "毎月この日に(例: 11,25)。31 は、短い月では末日",
                en: "every month on these days, such as 11,25; 31 is the last of a shorter month",
            },
        )),
        plain(
            "time",
            time,
            Text {
                ja: "--weekly-on と --monthly-on の時刻(既定: 07:30)。時刻はポリシーの時差(zone)のもの",
                en: "when, with --weekly-on and --monthly-on, in the policy's zone (default: 07:30)",
            },
        ),
        arguments::choice(
            "business-day",
            &["skip", "next"],
            Text {
                ja: "事務所の休みに当たったら: 実行しない、次の営業日に実行する(既定: そのまま実行する)",
                en: "where the office is closed: leave it out, or the next business day (default: run all the same)",
            },
            lang,
        ),
        name(lang),
        arguments::file(
            "program",
            Text {
                ja: "実行するプログラム(既定: この shomei)", en: "the program to call (default: this one)"
            },
            lang,
        ),
        system(lang),
        plain(
            "user",
            Text { ja: "名前", en: "NAME" },
            Text {
                ja: "--system のとき、誰として実行するか(既定: いまの利用者)",
                en: "with --system, under whose name it runs (default: yours)",
            },
        )
        .requires("system"),
        arguments::file(
            "writes",
            Text {
                ja: "--system のとき、ほかに書き込むフォルダー(繰り返し可)",
                en: "with --system, a further folder that it writes to (may be repeated)",
            },
            lang,
        )
        .value_name(Text { ja: "フォルダー", en: "FOLDER" }.get(lang))
        .action(ArgAction::Append)
        .requires("system"),
    ]
}

fn name(lang: Lang) -> Arg {
    let help = Text {
        ja: "予定の名前。設定ファイルごとに予定を分けるときに使う(既定: shomei)",
        en: "the schedule's name, where there is one for each of several configurations (default: shomei)",
    };
    arguments::filled("name", Text { ja: "名前", en: "NAME" }, help, lang)
}

fn system(lang: Lang) -> Arg {
    let help = Text {
        ja: "利用者のものではなく、コンピューター全体の systemd を使う(管理者の権限が要る)",
        en: "the computer's systemd and not the user's own (needs an administrator)",
    };
    arguments::switch("system", help, lang)
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let context = &session.context;
    match matches.subcommand() {
        Some(("install", matches)) => {
            let with = matches.get_one::<String>("with").map(|word| match word.as_str() {
                "cron" => Scheduler::Cron,
                _ => Scheduler::Systemd,
            });
            session.print(&schedule::install(context, &options(session, matches), with)?)?;
            Ok(Outcome::Clean)
        }
        Some(("print", matches)) => print::run(session, matches),
        Some(("remove", matches)) => {
            session.print(&schedule::remove(context, name_of(matches), matches.get_flag("system"))?)?;
            Ok(Outcome::Clean)
        }
        Some((_, matches)) => {
            let settings = arguments::settings(session, matches);
            let (text, is_waiting) = schedule::status(context, &settings, name_of(matches))?;
            session.print(&text)?;
            Ok(Outcome::found_if(!is_waiting))
        }
        None => Ok(Outcome::Incomplete),
    }
}

fn name_of(matches: &ArgMatches) -> Option<&str> {
    matches.get_one::<String>("name").map(String::as_str)
}

/// What the flags ask for.
fn options(session: &Session, matches: &ArgMatches) -> ScheduleOptions {
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let many = |name: &str| matches.get_many::<String>(name).map(|days| days.cloned().collect::<Vec<_>>().join(","));
    let spaceless = |days: String| days.replace(char::is_whitespace, "");
    let time = one("time").unwrap_or("07:30");
    let days = match (one("daily"), many("weekly-on"), many("monthly-on")) {
        (Some(time), ..) => Some(format!("daily {time}")),
        (_, Some(days), _) => Some(format!("weekly {} {time}", spaceless(days))),
        (.., Some(days)) => Some(format!("monthly {} {time}", spaceless(days))),
        _ => None,
    };
    ScheduleOptions {
        settings: arguments::settings(session, matches),
        name: one("name").map(String::from),
        when: days.map(|days| format!("{days} {}", one("business-day").unwrap_or(""))),
        program: matches.get_one::<PathBuf>("program").cloned(),
        system: matches.get_flag("system"),
        user: one("user").map(String::from),
        writes: matches.get_many::<PathBuf>("writes").into_iter().flatten().cloned().collect(),
    }
}
