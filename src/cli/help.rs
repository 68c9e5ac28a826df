//! The frame of every help page, in both languages.

use clap::{Arg, ArgAction, Command};

use crate::locale::{Lang, Text};

/// The frame of help pages, for a command and all below it: headings in `lang`, `-h` and `-V`
/// with our own texts.
pub(super) fn localized(command: Command, lang: Lang) -> Command {
    framed(command, "", lang)
}

fn framed(command: Command, parents: &str, lang: Lang) -> Command {
    let template = Text {
        ja: "{about-with-newline}\n使い方: {usage}\n\n{all-args}{after-help}",
        en: "{about-with-newline}\nUsage: {usage}\n\n{all-args}{after-help}",
    };
    let name = format!("{parents}{} ", command.get_name());
    let usage = format!("{name}{}", usage(&command, lang));
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_string()).collect();
    let has_version = command.get_name() == "shomei";
    let positional = Text { ja: "引数", en: "Arguments" }.get(lang);
    let options = Text { ja: "オプション", en: "Options" }.get(lang);
    let mut command = command
        .help_template(template.get(lang))
        .override_usage(usage)
        .subcommand_help_heading(Text { ja: "コマンド", en: "Commands" }.get(lang))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(help_flag(lang));
    if has_version {
        command = command.arg(version_flag(lang));
    }
    let ids: Vec<clap::Id> = command.get_arguments().map(|arg| arg.get_id().clone()).collect();
    for id in ids {
        command = command.mut_arg(id, |arg| {
            let heading = if arg.is_positional() { positional } else { options };
            if arg.get_help_heading().is_some() { arg } else { arg.help_heading(heading) }
        });
    }
    for below in names {
        command = command.mut_subcommand(below, |sub| framed(sub, &name, lang));
    }
    command
}

fn help_flag(lang: Lang) -> Arg {
    let help = Text { ja: "この説明を表示する", en: "show this help" };
    Arg::new("help").short('h').long("help").help(help.get(lang)).action(ArgAction::Help)
}

fn version_flag(lang: Lang) -> Arg {
    let help = Text { ja: "版を表示する", en: "show the version" };
    Arg::new("version").short('V').long("version").help(help.get(lang)).action(ArgAction::Version)
}

/// What follows a command's name: `[オプション] [場所]...`.
pub(super) fn usage(command: &Command, lang: Lang) -> String {
    let mut usage = Text { ja: "[オプション]", en: "[OPTIONS]" }.get(lang).to_string();
    if command.has_subcommands() {
        usage.push_str(match command.is_subcommand_required_set() {
            true => Text { ja: " <コマンド>", en: " <COMMAND>" }.get(lang),
            false => Text { ja: " [コマンド]", en: " [COMMAND]" }.get(lang),
        });
    }
    for positional in command.get_positionals() {
        let name = positional.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        let many = positional.get_num_args().is_some_and(|n| n.max_values() > 1);
        let (open, close) = if positional.is_required_set() { ('<', '>') } else { ('[', ']') };
        usage.push_str(&format!(" {open}{name}{close}{}", if many { "..." } else { "" }));
    }
    usage
}
