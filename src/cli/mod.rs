//! The command line: one file a command, with its flags and their texts in both languages.
//!
//! Only here are the clock and the environment read, and only here is anything printed: results
//! to standard output, progress and diagnosis to standard error. Exit codes: 0 nothing at or
//! above `--fail-on`, 1 something, 2 the command could not be carried out, 3 (`verify`) undetermined;
//! `check` has those of monitoring plug-ins.
//!
//! The way of a command, `shomei plan` for one: [`run()`] parses the command line by the table in
//! `plan::command`; `Session::open` reads the configuration, the clock and the environment;
//! `plan::run` turns the flags into plain options, calls the use case in [`crate::app`] with them,
//! and writes its answer in the form and to the place asked for (`Session::show`). The outcome of
//! the use case is the exit code.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line is where clock, environment and terminal enter the program"
)]

mod arguments;
mod audit;
mod bind;
mod check;
mod completions;
mod config;
mod connect;
mod console;
mod convert;
mod coverage;
mod diff;
mod ending;
mod expiry;
mod explain;
mod fees;
mod fingerprint;
mod flags;
mod help;
mod holidays;
mod import;
mod init;
mod inspect;
mod inventory;
#[cfg_attr(not(feature = "lab"), path = "no_lab.rs")]
mod lab;
mod letters;
mod list;
mod log;
mod man;
mod mark;
mod notify;
mod plan;
mod policy;
mod prelude;
mod refusal;
mod register;
mod reminders;
mod report;
mod root;
mod run;
mod schedule;
mod session;
mod show;
mod verify;

pub use man::{ManualPage, manual};

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::app::{AppError, Outcome};
use crate::locale::{Lang, Text};
use session::Session;

type DefineCommand = fn(Lang) -> Command;
type RunCommand = fn(&Session, &ArgMatches) -> Result<Outcome, AppError>;

/// All commands: name, definition, what runs it.
const COMMANDS: &[(&str, DefineCommand, RunCommand)] = &[
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
    (check::NAME, check::command, check::run),
    ("notify", notify::command, notify::run),
    ("run", run::command, run::run),
    ("init", init::command, init::run),
    ("register", register::command, register::run),
    ("bind", bind::command, bind::run),
    ("mark", mark::command, mark::run),
    ("log", log::command, log::run),
    ("inventory", inventory::command, inventory::run),
    ("inspect", inspect::command, inspect::run),
    ("connect", connect::command, connect::run),
    ("convert", convert::command, convert::run),
    ("fingerprint", fingerprint::command, fingerprint::run),
    ("root", root::command, root::run),
    ("policy", policy::command, policy::run),
    ("holidays", holidays::command, holidays::run),
    ("explain", explain::command, explain::run),
    ("verify", verify::command, verify::run),
    ("lab", lab::command, lab::run),
    ("schedule", schedule::command, schedule::run),
    ("config", config::command, config::run),
    ("completions", completions::command, completions::run),
    ("help", help::command, help::run),
    ("version", help::version_command, help::run_version),
];

/// The whole command line, in `lang`, as its help shows it.
pub fn command(lang: Lang) -> Command {
    help::wrapped(definition(lang), lang)
}

/// The whole command line, with each text in one line.
fn definition(lang: Lang) -> Command {
    let about = Text {
        ja: "電子請求などのクライアント証明書を、期限・発行元・異常の面からまとめて点検します",
        en: "Audits client certificates from private CAs: expiry, issuer, anomalies",
    };
    let root = Command::new("shomei")
        .version(env!("CARGO_PKG_VERSION"))
        .about(about.get(lang))
        .disable_help_subcommand(true)
        .args(arguments::global(lang))
        .subcommands(COMMANDS.iter().map(|(_, command, _)| command(lang)));
    help::localized(root, lang)
}

/// Runs the program.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    crate::trust::isolate_openssl();
    crate::platform::forbid_core_dumps();
    let arguments: Vec<OsString> = arguments.collect();
    // Before they are parsed: help and refusals need the language.
    let lang = session::language_of(&arguments);
    let definition = command(lang);
    let mut matches = match definition.clone().try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() && check::is_meant(&arguments) => {
            return check::unknown(&refusal::explain(&error, lang));
        }
        Err(error) => return refusal::answer(&error, lang),
    };
    match ending::completed(&definition, &matches, &arguments, lang) {
        // The same arguments were parsed just now, and the form is one of the command's.
        Ok(Some(completed)) => matches = definition.clone().try_get_matches_from(&completed).unwrap_or(matches),
        Ok(None) => {}
        Err(error) if check::is_meant(&arguments) => return check::unknown(&error.into_text()),
        Err(error) => {
            complain(&error.into_text());
            return ExitCode::from(2);
        }
    }
    let (_, given) = ending::deepest(&definition, &matches);
    let output = given.try_get_one::<std::path::PathBuf>(help::PRINTED).ok().flatten().cloned();
    let is_given = |name: &str| given.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or(false);
    let (is_quiet, is_verbose) = (is_given("quiet"), is_given("verbose"));
    let Some((name, matches)) = matches.subcommand() else {
        // What a new user types first.
        return refusal::shown(&help::first_page(lang));
    };
    let Some((_, _, run)) = COMMANDS.iter().find(|(n, _, _)| *n == name) else { return ExitCode::from(2) };
    let outcome = Session::open(matches, name, lang).and_then(|session| {
        let session = session.with_output(output, is_quiet, is_verbose);
        let outcome = run(&session, matches)?;
        session.finish()?;
        Ok(outcome)
    });
    match outcome {
        Ok(outcome) => ExitCode::from(outcome.code()),
        Err(AppError::BrokenPipe) => ExitCode::SUCCESS,
        Err(AppError::Message(message)) if name == check::NAME => check::unknown(&message),
        Err(AppError::Message(message)) => {
            complain(&crate::locale::os_error(message, lang));
            ExitCode::from(2)
        }
    }
}

/// Writes a message to standard error; whether it can be read does not matter.
fn complain(message: &str) {
    let lines: Vec<_> = message.lines().map(crate::report::escape::terminal).collect();
    let _ = writeln!(io::stderr().lock(), "shomei: {}", lines.join("\n"));
}

/// Reports characters that an encoding does not have.
fn report_unencodable(lost: &[crate::register::Unencodable], lang: Lang) {
    lost.iter().for_each(|one| complain(&one.text(lang)));
}
