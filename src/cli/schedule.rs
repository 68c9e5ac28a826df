//! `shomei schedule`: that `shomei run` is called when it is due, by whatever calls programs here.

mod print;

use clap::Arg;

use super::prelude::*;
use crate::app::schedule::{self, ScheduleOptions, Scheduler};

const TIME: Text = Text { ja: "時刻", en: "TIME" };

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "schedule"
            "shomei run を毎日・毎週・毎月、忘れずに実行させます(systemd、cron、Windows のタスク スケジューラ)"
            "Has shomei run called daily, weekly or monthly, by systemd, cron or the Task Scheduler of Windows";
    }
    .subcommand_required(true)
    .subcommand(command! { lang;
        "install" "実行の予定を入れます。何度実行してもよく、予定が変わっていれば入れ替えます"
            "Installs the schedule; may be run again, and replaces the one before";
        args (planning(lang));
        choice "with" (&["systemd", "cron", "windows"]) "何に実行させるか(既定: 動いているもの)"
            "what is to call it (default: what is at work here)";
    })
    .subcommand(command! { lang;
        "print" "入れるものを表示するか、ファイルに書きます。何も入れません"
            "Prints what would be installed, or writes it into files; installs nothing";
        choice "for" (&["systemd", "cron", "windows"]) "何のためのものか" "what it is for"
            => |arg| arg.required(true);
        file "into" "出力先のファイル。systemd では、2つのファイルを置くフォルダー"
            "the file to write; with systemd the folder for its two files"
            => |arg| arg.long("output").short('o');
        args (planning(lang));
    })
    .subcommand(command! { lang;
        "remove" "入れた予定を取り除きます" "Removes what was installed";
        arg (name(lang));
        arg (system(lang));
    })
    .subcommand(command! { lang;
        "status" "予定が入っているか、どこに入っているか、次はいつかを示します"
            "Tells whether a schedule is installed, where, and when the next run is";
        arg (name(lang));
    })
}

/// Flags of what is to be installed.
fn planning(lang: Lang) -> Vec<Arg> {
    flags! { lang;
        filled "daily" (TIME) "毎日この時刻に(例: 07:30)" "every day at this time, such as 07:30"
            => |arg| arg.conflicts_with_all(["weekly-on", "monthly-on", "time"]);
        filled "weekly-on" (Text { ja: "曜日", en: "DAYS" }) "毎週この曜日に(例: mon,thu)"
            "every week on these days, such as mon,thu"
            => |arg| arg.action(ArgAction::Append).conflicts_with("monthly-on");
        filled "monthly-on" (Text { ja: "日", en: "DAYS" }) "毎月この日に(例: 11,25)。31 は、短い月では末日"
            "every month on these days, such as 11,25; 31 is the last of a shorter month"
            => |arg| arg.action(ArgAction::Append);
        filled "time" (TIME)
            "--weekly-on と --monthly-on の時刻(既定: 07:30)。時刻はポリシーの時差(zone)のもの"
            "when, with --weekly-on and --monthly-on, in the policy's zone (default: 07:30)";
        choice "business-day" (&["skip", "next"])
            "事務所の休みに当たったら: 実行しない、次の営業日に実行する(既定: そのまま実行する)"
            "where the office is closed: leave it out, or the next business day (default: run all the same)";
        arg (name(lang));
        file "program" "実行するプログラム(既定: この shomei)" "the program to call (default: this one)";
        arg (system(lang));
        filled "user" (flags::NAME) "--system のとき、誰として実行するか(既定: いまの利用者)"
            "with --system, under whose name it runs (default: yours)" => |arg| arg.requires("system");
        file "writes" "--system のとき、ほかに書き込むフォルダー(繰り返し可)"
            "with --system, a further folder that it writes to (may be repeated)"
            => |arg| arg.value_name(FOLDER.get(lang)).action(ArgAction::Append).requires("system");
    }
}

const FOLDER: Text = Text { ja: "フォルダー", en: "FOLDER" };

fn name(lang: Lang) -> Arg {
    flag! { lang;
        filled "name" (flags::NAME) "予定の名前。設定ファイルごとに予定を分けるときに使う(既定: shomei)"
            "the schedule's name, where there is one for each of several configurations (default: shomei)"
    }
}

fn system(lang: Lang) -> Arg {
    flag! { lang;
        switch "system" "利用者のものではなく、コンピューター全体の systemd を使う(管理者の権限が要る)"
            "the computer's systemd and not the user's own (needs an administrator)"
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let context = &session.context;
    match matches.subcommand() {
        Some(("install", matches)) => {
            let with = matches.get_one::<String>("with").map(|word| match word.as_str() {
                "cron" => Scheduler::Cron,
                "windows" => Scheduler::Windows,
                _ => Scheduler::Systemd,
            });
            session.print(&schedule::install(context, &options(session, matches), with)?)
        }
        Some(("print", matches)) => print::run(session, matches),
        Some(("remove", matches)) => {
            session.print(&schedule::remove(context, name_of(matches), matches.get_flag("system"))?)
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
