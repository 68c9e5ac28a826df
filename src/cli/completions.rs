//! `shomei completions`: completions of commands, flags and their values for a shell.

use clap_complete::{Shell, generate};

use super::prelude::*;

/// The shells, as they are named.
const SHELLS: [(&str, Shell); 4] =
    [("bash", Shell::Bash), ("zsh", Shell::Zsh), ("fish", Shell::Fish), ("powershell", Shell::PowerShell)];

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "completions" "シェルの補完の定義を出力します(bash、zsh、fish、PowerShell)"
            "Print the completions for a shell (bash, zsh, fish, PowerShell)";
        argument "shell" (Text { ja: "シェル", en: "SHELL" }) "シェルの名前 [bash|zsh|fish|powershell]"
            "the shell [bash|zsh|fish|powershell]"
            => |arg| arg.required(true)
                .value_parser(clap::builder::PossibleValuesParser::new(SHELLS.map(|(name, _)| name)))
                .hide_possible_values(true);
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let wanted = matches.get_one::<String>("shell").map_or("", String::as_str);
    let shell = SHELLS.iter().find(|(name, _)| *name == wanted).map_or(Shell::Bash, |(_, shell)| *shell);
    let mut written = Vec::new();
    generate(shell, &mut super::definition(session.context.lang), "shomei", &mut written);
    session.print(&String::from_utf8_lossy(&written))
}
