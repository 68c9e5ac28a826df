//! The command line: one file a command, with its flags and their texts in both languages.
//!
//! Only here are the clock and the environment read, and only here is anything printed: results
//! to standard output, progress and diagnosis to standard error. Exit codes: 0 nothing at or
//! above `--fail-on`, 1 something, 2 the command could not be carried out.

mod arguments;
mod audit;
mod bind;
pub mod config;
mod coverage;
mod depot;
mod diff;
mod expiry;
mod explain;
mod fees;
mod files;
mod fingerprint;
mod holidays;
mod import;
mod init;
mod inspect;
mod inventory;
mod lab;
mod letters;
mod lifecycle;
mod list;
mod log;
mod man;
mod mark;
mod meant;
mod notify;
mod office;
pub mod passwords;
mod plan;
mod policy;
mod refusal;
mod register;
mod reminders;
mod report;
mod root;
mod run;
mod schedule;
mod secret;
mod session;
mod settings;
mod show;
mod verify;

pub use man::man_page;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::locale::{Lang, Text};
use session::Session;

/// How a command ended, if it could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Exit code 0.
    Clean,
    /// Exit code 1: what was asked about is not as it should be.
    Found,
    /// Exit code 2, with everything said already.
    Incomplete,
    /// Exit code 3: what was asked about cannot be determined.
    Undetermined,
}

impl Outcome {
    /// The exit code.
    fn code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Found => 1,
            Outcome::Incomplete => 2,
            Outcome::Undetermined => 3,
        }
    }
}

/// Why a command could not be carried out, in the user's language.
#[derive(Debug)]
enum Failure {
    /// Exit code 2, with this message.
    Message(String),
    /// The reader of our output has gone: no error.
    BrokenPipe,
}

impl Failure {
    fn new(text: Text, lang: Lang, values: &[(&str, &dyn std::fmt::Display)]) -> Failure {
        Failure::Message(text.fill(lang, values))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::BrokenPipe,
            _ => Failure::Message(error.to_string()),
        }
    }
}

type Define = fn(Lang) -> Command;
type Run = fn(&Session, &ArgMatches) -> Result<Outcome, Failure>;

/// All commands: name, definition, what runs it.
const COMMANDS: &[(&str, Define, Run)] = &[
    ("audit", audit::command, audit::run),
    ("import", import::command, import::run),
    ("list", list::command, list::run),
    ("show", show::command, show::run),
    ("diff", diff::command, diff::run),
    ("coverage", coverage::command, coverage::run),
    ("expiry", expiry::command, expiry::run),
    ("plan", plan::command, plan::run),
    ("fees", fees::command, fees::run),
    ("reminders", reminders::command, reminders::run),
    ("report", report::command, report::run),
    ("notify", notify::command, notify::run),
    ("run", run::command, run::run),
    ("init", init::command, init::run),
    ("register", register::command, register::run),
    ("bind", bind::command, bind::run),
    ("mark", mark::command, mark::run),
    ("log", log::command, log::run),
    ("inventory", inventory::command, inventory::run),
    ("inspect", inspect::command, inspect::run),
    ("fingerprint", fingerprint::command, fingerprint::run),
    ("root", root::command, root::run),
    ("policy", policy::command, policy::run),
    ("holidays", holidays::command, holidays::run),
    ("explain", explain::command, explain::run),
    ("verify", verify::command, verify::run),
    ("lab", lab::command, lab::run),
    ("schedule", schedule::command, schedule::run),
    ("config", config_command, config_run),
];

fn config_command(lang: Lang) -> Command {
    settings::command(lang)
}

fn config_run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    settings::run(session, matches)
}

/// The whole command line, in `lang`.
pub fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "電子請求などのクライアント証明書を、期限・発行元・異常の面からまとめて点検します",
        en: "Looks after client certificates of private CAs: expiry, issuer, and what is odd",
    };
    let root = Command::new("shomei")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about.get(lang))
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .args(arguments::global(lang))
        .subcommands(COMMANDS.iter().map(|(_, command, _)| command(lang)));
    arguments::localized(root, lang)
}

/// Runs the program.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    crate::trust::isolate_openssl();
    let arguments: Vec<OsString> = arguments.collect();
    let lang = session::language_of(&arguments);
    let matches = match command(lang).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return refusal::answer(&error, lang),
    };
    let (name, matches) = matches.subcommand().unwrap_or(("", &matches));
    let Some((_, _, run)) = COMMANDS.iter().find(|(n, _, _)| *n == name) else { return ExitCode::from(2) };
    let outcome = Session::open(matches, name, lang).and_then(|session| run(&session, matches));
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(Failure::Message(message)) => {
            complain(&message);
            ExitCode::from(2)
        }
    }
}

/// Says something on standard error; whether anybody can read it does not matter.
fn complain(message: &str) {
    let lines: Vec<_> = message.lines().map(crate::report::escape::terminal).collect();
    let _ = writeln!(io::stderr().lock(), "shomei: {}", lines.join("\n"));
}
