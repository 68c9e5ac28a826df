//! `shomei config`: what is in force, and from where.

use clap::{ArgMatches, Command};

use super::arguments;
use super::session::Session;
use crate::app::{AppError, Outcome};
use crate::locale::{Lang, Text};
use crate::report::{escape, pad};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text { ja: "有効な設定を表示します", en: "Shows the settings in force" };
    let show = Text {
        ja: "有効な設定と、それがどこから来たか(コマンドライン、設定ファイルの行、既定値)を表示します",
        en: "Prints what is in force and from where: command line, line of the configuration, default",
    };
    let show = Command::new("show")
        .about(show.get(lang))
        .arg(arguments::format(&arguments::formats(), lang))
        .arg(arguments::output(lang))
        .arg(arguments::inventory(lang))
        .arg(arguments::host(lang))
        .args(arguments::judging(lang))
        .args(arguments::opening(lang));
    Command::new("config").about(about.get(lang)).subcommand_required(true).subcommand(show)
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let matches = matches.subcommand().map_or(matches, |(_, sub)| sub);
    let mut out = String::new();
    for (name, value, from) in arguments::settings(session, matches).lines(&session.context) {
        let value = escape::terminal(&value);
        out += &format!("{}  {}  # {}\n", pad(&name, 20), pad(&value, 40), from.print(session.context.lang));
    }
    session.print(&out)?;
    Ok(Outcome::Clean)
}
