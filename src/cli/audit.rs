//! `shomei audit`: what is wrong, what is about to be, and what to do.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use indicatif::{ProgressBar, ProgressStyle};
use zeroize::Zeroizing;

use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, complain};
use crate::audit::{Audit, AuditHooks, AuditSink, AuditSummary, Source};
use crate::container::{PasswordCandidate, PasswordOrigin};
use crate::locale::{Lang, Text};
use crate::register::RegisterState;
use crate::report::{CsvWriter, Format, JsonWriter, NdjsonWriter, TableWriter};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "フォルダーにあるすべての証明書を検証し、問題と対処を示します",
        en: "Validates every certificate in a folder and tells what is wrong and what to do",
    };
    let paths = Arg::new("paths")
        .value_name(Text { ja: "場所", en: "PATH" }.get(lang))
        .help(
            Text {
                ja: "点検するファイルやフォルダー。- は標準入力(既定: 設定ファイルの sources)",
                en: "files and folders to audit; - is standard input (default: sources in the configuration)",
            }
            .get(lang),
        )
        .num_args(0..)
        .value_parser(value_parser!(PathBuf));
    Command::new("audit")
        .about(about.get(lang))
        .arg(paths)
        .arg(arguments::format(&arguments::formats(), lang))
        .arg(arguments::output(lang))
        .arg(arguments::choice(
            "fail-on",
            &["error", "warning", "info", "never"],
            Text {
                ja: "この重さ以上の指摘があれば終了コード 1(既定: error)",
                en: "exit with 1 from this severity on (default: error)",
            },
            lang,
        ))
        .arg(arguments::switch(
            "all",
            Text {
                ja: "証明書のないファイルも一覧に出す", en: "also list files that hold no certificate"
            },
            lang,
        ))
        .args(arguments::judging(lang))
        .args(arguments::opening(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let settings = Settings::resolve(session, matches)?;
    let sources: Vec<Source> = settings.sources.value.iter().map(|p| Source::from_argument(p)).collect();
    if sources.is_empty() {
        let text = Text {
            ja: "点検する場所がありません。フォルダーを指定するか(shomei audit フォルダー)、設定ファイルの sources に書いてください。",
            en: "nothing to audit: name a folder (shomei audit FOLDER), or give sources in the configuration.",
        };
        return Err(Failure::new(text, session.lang, &[]));
    }
    let policy = settings.policy(session)?;
    let keyring = settings.keyring(session)?;
    let progress = AtomicU64::new(0);
    let output = settings.output.value.clone();
    let office = RegisterState::default();
    let mut summary = None;
    session.write_to(output.as_deref(), |out| {
        let mut sink = sink(session, &settings, out)?;
        let audit = Audit {
            sources: &sources,
            policy: &policy.policy,
            at: policy.at,
            limits: &settings.limits,
            keys: settings.keys.value,
            try_typos: settings.try_typos.value,
            keyring,
            roots: policy.roots,
            crls: policy.crls,
            office: &office,
            keep_passed_over: matches.get_flag("all"),
        };
        summary = Some(with_progress(session, &progress, |paused| {
            let mut ask =
                |count: usize, first: &str| settings.prompt.value.then(|| ask(session, paused, count, first)).flatten();
            audit.run(AuditHooks { progress: &progress, ask: &mut ask }, sink.as_mut())
        })?);
        Ok(())
    })?;
    Ok(summary.map_or(Outcome::Incomplete, |summary| outcome(session, &settings, &summary)))
}

fn outcome(session: &Session, settings: &Settings, summary: &AuditSummary) -> Outcome {
    for (path, error) in &summary.unopened {
        let text = Text {
            ja: "{path} を開けません: {error}。場所と読み取りの権限を確かめてください。",
            en: "cannot open {path}: {error}. Check the place and the permission to read.",
        };
        complain(&text.fill(session.lang, &[("path", path), ("error", error)]));
    }
    if !summary.unopened.is_empty() {
        return Outcome::Incomplete;
    }
    match settings.fail_on.value {
        Some(threshold) if summary.worst().is_some_and(|worst| worst >= threshold) => Outcome::Found,
        _ => Outcome::Clean,
    }
}

fn sink<'a>(session: &Session, settings: &Settings, out: &'a mut dyn Write) -> io::Result<Box<dyn AuditSink + 'a>> {
    let lang = session.lang;
    Ok(match settings.format.value {
        Format::Table => Box::new(TableWriter::new(out, lang, session.style(settings.output.value.is_some()))),
        Format::Json => Box::new(JsonWriter::new(out, lang)),
        Format::Ndjson => Box::new(NdjsonWriter::new(out, lang)),
        Format::Csv => Box::new(CsvWriter::new(out, lang)?),
    })
}

/// Runs `work` with a progress bar on standard error, if that is a terminal and the run is long.
pub(super) fn with_progress<T>(session: &Session, done: &AtomicU64, work: impl FnOnce(&AtomicBool) -> T) -> T {
    use std::io::IsTerminal;
    let over = AtomicBool::new(false);
    let paused = AtomicBool::new(false);
    if !io::stderr().is_terminal() {
        return work(&paused);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| show_progress(session.lang, done, &over, &paused));
        let outcome = work(&paused);
        over.store(true, Ordering::Relaxed);
        outcome
    })
}

fn show_progress(lang: Lang, done: &AtomicU64, over: &AtomicBool, paused: &AtomicBool) {
    let tick = Duration::from_millis(100);
    // A run of less than a second needs no bar.
    for _ in 0..10 {
        std::thread::sleep(tick);
        if over.load(Ordering::Relaxed) {
            return;
        }
    }
    let bar = ProgressBar::new_spinner();
    let template =
        Text { ja: "{spinner} {pos} ファイル(毎秒 {per_sec})", en: "{spinner} {pos} files ({per_sec})" };
    if let Ok(style) = ProgressStyle::with_template(template.get(lang)) {
        bar.set_style(style);
    }
    while !over.load(Ordering::Relaxed) {
        if !paused.load(Ordering::Relaxed) {
            bar.set_position(done.load(Ordering::Relaxed));
            bar.tick();
        } else {
            bar.finish_and_clear();
        }
        std::thread::sleep(tick);
    }
    bar.finish_and_clear();
}

/// Asks for the password of one file.
pub(super) fn ask_for_one(session: &Session, path: &std::path::Path) -> Option<PasswordCandidate> {
    ask(session, &AtomicBool::new(false), 1, &path.to_string_lossy())
}

/// Asks for one more password, once per need and not per file; an empty answer ends it.
pub(super) fn ask(session: &Session, paused: &AtomicBool, count: usize, first: &str) -> Option<PasswordCandidate> {
    if !session.can_ask() {
        return None;
    }
    paused.store(true, Ordering::Relaxed);
    let text = Text {
        ja: "{n} 個のファイルが、どのパスワードでも開きません(例: {first})。パスワード(やめるときは Enter だけ): ",
        en: "{n} files open with no password given (one is {first}). Password (just Enter to stop): ",
    };
    let first = crate::report::escape::terminal(first);
    let prompt = text.fill(session.lang, &[("n", &count), ("first", &first)]);
    let answer = rpassword::prompt_password(prompt).ok().map(Zeroizing::new);
    paused.store(false, Ordering::Relaxed);
    let answer = answer.filter(|answer| !answer.is_empty())?;
    Some(PasswordCandidate::new(answer, PasswordOrigin::Prompt))
}
