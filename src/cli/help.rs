//! The frame of every help page, in both languages.

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::flags::{COMMON, command};
use super::session::Session;
use crate::app::{AppError, Outcome};
use crate::locale::{Lang, Text, nearest};
use crate::report::{pad, wrap};

/// The output of commands that have no flag of their own for it: what they print.
pub(super) const PRINTED: &str = "printed";

/// Columns of help: what every terminal shows.
const WIDTH: usize = 80;

/// By how much the help of a flag is indented.
const INDENT: usize = 10;

/// The commands by what they are for.
pub(super) const GROUPS: &[(Text, &[&str])] = &[
    (
        Text { ja: "点検する", en: "Audit" },
        &["audit", "inspect", "verify", "fingerprint", "explain", "connect", "convert"],
    ),
    (Text { ja: "記録する", en: "Record" }, &["import", "list", "show", "diff", "inventory"]),
    (Text { ja: "台帳と対応記録", en: "Office" }, &["register", "bind", "mark", "log"]),
    (Text { ja: "計画する", en: "Plan" }, &["coverage", "expiry", "plan", "fees", "reminders", "report"]),
    (Text { ja: "届ける・見張る", en: "Deliver and watch" }, &["notify", "run", "schedule", "check"]),
    (
        Text { ja: "準備する", en: "Set up" },
        &["init", "config", "root", "policy", "holidays", "lab", "completions", "help", "version"],
    ),
];

/// `shomei help`.
pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "help" "コマンドの使い方を表示します" "Show how a command is used";
        argument "command" (Text { ja: "コマンド", en: "COMMAND" }) "コマンドの名前(register import のように続けてもよい)"
            "the command, such as register import" => |arg| arg.num_args(0..);
    }
}

/// Shows the help of a command, or the first page.
pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.context.lang;
    let mut root = super::command(lang);
    root.build();
    let mut found = &mut root;
    let names: Vec<&String> = matches.get_many("command").into_iter().flatten().collect();
    for name in &names {
        let known: Vec<String> = found.get_subcommands().map(|one| one.get_name().to_string()).collect();
        found = match found.find_subcommand_mut(name.as_str()) {
            Some(below) => below,
            None => return Err(unknown(name, &known, lang)),
        };
    }
    if names.is_empty() {
        return session.print(&first_page(lang));
    }
    session.print(&found.render_help().to_string())
}

fn unknown(name: &str, known: &[String], lang: Lang) -> AppError {
    let text = match nearest(name, known.iter().map(String::as_str)) {
        Some(_) => Text {
            ja: "{name} というコマンドはありません。{near} のことですか。",
            en: "there is no command {name}. Did you mean {near}?",
        },
        None => Text {
            ja: "{name} というコマンドはありません。shomei help で一覧を見られます。",
            en: "there is no command {name}. See shomei help.",
        },
    };
    let near = nearest(name, known.iter().map(String::as_str)).unwrap_or_default();
    AppError::new(text, lang, &[("name", &name), ("near", &near)])
}

/// `shomei version`.
pub(super) fn version_command(lang: Lang) -> Command {
    command! { lang; "version" "版を表示します" "Show the version"; }
}

/// Shows the version.
pub(super) fn run_version(session: &Session, _: &ArgMatches) -> Result<Outcome, AppError> {
    session.print(concat!("shomei ", env!("CARGO_PKG_VERSION"), "\n"))
}

/// What `shomei` alone shows: the two commands that a new user needs, and all of them by what they are for.
pub(super) fn first_page(lang: Lang) -> String {
    let root = super::definition(lang);
    let about = root.get_about().map(ToString::to_string).unwrap_or_default();
    let begin = Text {
        ja: "はじめに:\n  shomei audit フォルダー   証明書を点検し、問題と対処を示します\n  shomei init               毎日の点検と案内を設定します",
        en: "To begin:\n  shomei audit FOLDER   audits certificates and shows what needs attention\n  shomei init           sets up daily audits and notifications",
    };
    let end = Text {
        ja: "コマンドの使い方: shomei help コマンド\n共通のオプション: shomei --help",
        en: "How a command is used: shomei help COMMAND\nCommon options: shomei --help",
    };
    let about = wrap(&about, WIDTH).join("\n");
    format!("{about}\n\n{}\n\n{}{}\n", begin.get(lang), groups(&root, lang), end.get(lang))
}

/// The commands by group, with what they do.
fn groups(root: &Command, lang: Lang) -> String {
    let mut out = String::new();
    for (title, names) in GROUPS {
        out += &format!("{}:\n", title.get(lang));
        for command in names.iter().filter_map(|name| root.find_subcommand(name)) {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let lines = wrap(&about, WIDTH - 15);
            for (at, line) in lines.iter().enumerate() {
                let name = if at == 0 { command.get_name() } else { "" };
                out += &format!("  {}{}\n", pad(name, 13), line.trim_end());
            }
        }
        out.push('\n');
    }
    out
}

/// The frame of help pages, for a command and all below it: headings in `lang`, `-h` and `-V`
/// with our own texts.
pub(super) fn localized(command: Command, lang: Lang) -> Command {
    framed(command, "", lang)
}

/// The same with every text cut into lines that fit. clap cuts at spaces alone, which Japanese has none of.
pub(super) fn wrapped(definition: Command, lang: Lang) -> Command {
    let listed = groups(&definition, lang);
    let names: Vec<String> = definition.get_subcommands().map(|one| one.get_name().to_string()).collect();
    let mut root = fitted(definition).after_help(listed);
    for name in names {
        // They are listed by group in place of in a row.
        root = root.mut_subcommand(name, |below| below.hide(true));
    }
    root
}

fn fitted(command: Command) -> Command {
    let cut = |text: String| {
        let lines = wrap(&text, WIDTH - INDENT);
        lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    };
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let flags: Vec<clap::Id> = command.get_arguments().map(|arg| arg.get_id().clone()).collect();
    let below: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_string()).collect();
    let mut command = command.about(cut(about)).next_line_help(true);
    for flag in flags {
        command = command.mut_arg(flag, |arg| {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            arg.help(cut(help))
        });
    }
    for name in below {
        command = command.mut_subcommand(name, fitted);
    }
    command
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
    // A command with forms of its own writes its file itself.
    let has_output = command.get_arguments().any(|arg| arg.get_id() == "output" || arg.get_short() == Some('o'));
    if !has_output && !command.has_subcommands() {
        command = command.arg(super::arguments::output(lang).id(PRINTED));
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
    Arg::new("help").short('h').long("help").help(help.get(lang)).action(ArgAction::Help).help_heading(COMMON.get(lang))
}

fn version_flag(lang: Lang) -> Arg {
    let help = Text { ja: "版を表示する", en: "show the version" };
    Arg::new("version")
        .short('V')
        .long("version")
        .help(help.get(lang))
        .action(ArgAction::Version)
        .help_heading(COMMON.get(lang))
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
