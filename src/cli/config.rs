//! `shomei config`: what is in force, and from where.

use super::prelude::*;
use crate::report::{escape, pad};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang; "config" "有効な設定を表示します" "Shows the settings in force"; }
        .subcommand_required(true)
        .subcommand(command! { lang;
            "show" "有効な設定と、それがどこから来たか(コマンドライン、設定ファイルの行、既定値)を表示します"
                "Prints what is in force and from where: command line, line of the configuration, default";
            arg (arguments::format(&arguments::formats(), lang));
            arg (arguments::output(lang));
            arg (arguments::inventory(lang));
            arg (arguments::host(lang));
            args (arguments::judging(lang));
            args (arguments::opening(lang));
        })
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
