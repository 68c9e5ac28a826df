//! `shomei schedule`: that `shomei run` is called when it is due, by whatever calls programs here.

mod install;
mod plan;
mod print;
mod status;
mod systems;

use crate::app::AppError;
use crate::app::Outcome;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::arguments;
use super::session::Session;
use crate::locale::{Lang, Text};

/// The job where nobody names one.
const DEFAULT: &str = "shomei";

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
    match matches.subcommand() {
        Some(("install", matches)) => install::install(session, matches),
        Some(("print", matches)) => print::run(session, matches),
        Some(("remove", matches)) => install::remove(session, matches),
        Some((_, matches)) => status::run(session, matches),
        None => Ok(Outcome::Incomplete),
    }
}

/// Installs a daily run, as `shomei schedule install --daily` does.
pub(super) fn install_daily(session: &Session, time: &str) -> Result<(), AppError> {
    let given = install_command(session.lang).try_get_matches_from(["install", "--daily", time]);
    let matches = given.map_err(|error| AppError::Message(error.to_string()))?;
    install::install(session, &matches).map(drop)
}

/// Whether a schedule of the usual name is installed, with this configuration.
pub(super) fn is_installed(session: &Session) -> Result<bool, AppError> {
    let own = session.config_path.as_ref().and_then(|path| std::path::absolute(path).ok());
    Ok(status::found(session, DEFAULT)?.iter().any(|one| own.as_deref() == Some(std::path::Path::new(one.config()))))
}
