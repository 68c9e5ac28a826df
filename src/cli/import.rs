//! `shomei import`: the audit's reading, recorded in the inventory.

use std::path::{Component, Path, PathBuf};
use std::sync::atomic::AtomicU64;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;

use super::audit::{ask, with_progress};
use super::depot::{self, Nobody};
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, complain};
use crate::calendar::{Instant, format_instant};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{
    self, ImportReport, ImportRequest, JudgementCounts, JudgementFreshness, JudgingInputs, RemovalSkipped, Store,
};
use crate::locale::{Lang, Text, catalogue};
use crate::report::write_json;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "フォルダーにある証明書を読み、証明書台帳(DB)に記録します",
        en: "Reads the certificates in a folder and records them in the inventory",
    };
    let paths = Arg::new("paths")
        .value_name(Text { ja: "場所", en: "PATH" }.get(lang))
        .help(
            Text {
                ja: "取り込むファイルやフォルダー(既定: 設定ファイルの sources)",
                en: "files and folders to import (default: sources in the configuration)",
            }
            .get(lang),
        )
        .num_args(0..)
        .value_parser(value_parser!(PathBuf));
    Command::new("import")
        .about(about.get(lang))
        .arg(paths)
        .arg(arguments::inventory(lang))
        .arg(arguments::host(lang))
        .arg(arguments::switch(
            "rehash",
            Text { ja: "変わっていないファイルも開き直す", en: "open unchanged files again too" },
            lang,
        ))
        .arg(arguments::switch(
            "accept-gone",
            Text {
                ja: "フォルダーが空でも、別のディスクになっていても、ファイルはなくなったものとする",
                en: "believe that files are gone even if the folder is empty or lies on another file system now",
            },
            lang,
        ))
        .arg(arguments::format(&["table", "json"], lang))
        .arg(arguments::choice(
            "fail-on",
            &["error", "warning", "info", "never"],
            Text {
                ja: "台帳全体にこの重さ以上の指摘があれば終了コード 1(既定: error)",
                en: "exit with 1 if anything in the inventory has a finding of this severity (default: error)",
            },
            lang,
        ))
        .args(arguments::judging(lang))
        .args(arguments::opening(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let settings = Settings::resolve(session, matches)?;
    let ways = Ways { rehash: matches.get_flag("rehash"), accept_gone: matches.get_flag("accept-gone") };
    let (report, tally) = carry_out(session, &settings, ways)?;
    tell(session, &settings, matches, &report, &tally)?;
    Ok(outcome(&settings, &report, &tally))
}

/// How files are read.
#[derive(Clone, Copy, Default)]
pub(super) struct Ways {
    /// Unchanged files are opened too.
    pub rehash: bool,
    /// Files of an empty or another folder are gone.
    pub accept_gone: bool,
}

/// Imports what the settings name, and judges everything.
pub(super) fn carry_out(
    session: &Session,
    settings: &Settings,
    ways: Ways,
) -> Result<(ImportReport, JudgementCounts), Failure> {
    let lang = session.lang;
    let sources = sources(settings, lang)?;
    let judging = settings.policy(session)?;
    let import = ImportRequest {
        sources: &sources,
        host: &settings.host.value,
        limits: &settings.limits,
        keys: settings.keys.value,
        try_typos: settings.try_typos.value,
        keyring: settings.keyring(session)?,
        rehash: ways.rehash,
        accept_gone: ways.accept_gone,
        now: session.now,
        wall: &Instant::now,
    };
    let mut store = depot::open(settings, lang)?;
    let _lock = depot::lock(&store, settings, lang)?;
    let progress = AtomicU64::new(0);
    let failed = |error: &inventory::InventoryError| depot::failed(error, settings, lang);
    let report = with_progress(session, &progress, |paused| {
        let mut ask =
            |count: usize, first: &str| settings.prompt.value.then(|| ask(session, paused, count, first)).flatten();
        import.run(&mut store, &progress, &mut ask)
    })
    .map_err(|error| failed(&error))?;
    let situation = depot::situation(&judging, settings);
    let tally = tally(&mut store, situation, session).map_err(|error| failed(&error))?;
    Ok((report, tally))
}

/// Judges what is not judged, or no longer so.
fn tally(
    store: &mut Sqlite,
    situation: JudgingInputs,
    session: &Session,
) -> Result<JudgementCounts, inventory::InventoryError> {
    if inventory::standing(store, &situation)? == JudgementFreshness::Holds
        && let Some(whole) = store.judged()?
    {
        return Ok(whole.tally);
    }
    Ok(JudgementCounts::of(&inventory::judge(store, situation, session.now, &mut Nobody)?))
}

/// Absolute paths: what is recorded means the same tomorrow, from wherever it is run.
fn sources(settings: &Settings, lang: Lang) -> Result<Vec<PathBuf>, Failure> {
    if settings.sources.value.is_empty() {
        let text = Text {
            ja: "取り込む場所がありません。フォルダーを指定するか(shomei import フォルダー)、設定ファイルの sources に書いてください。",
            en: "nothing to import: name a folder (shomei import FOLDER), or give sources in the configuration.",
        };
        return Err(Failure::new(text, lang, &[]));
    }
    if settings.sources.value.iter().any(|path| path == std::path::Path::new("-")) {
        let text = Text {
            ja: "標準入力(-)は取り込めません。どこにあるかを記録できないためです。ファイルかフォルダーを指定してください。",
            en: "standard input (-) cannot be imported, since it lies nowhere. Name files or folders.",
        };
        return Err(Failure::new(text, lang, &[]));
    }
    Ok(settings.sources.value.iter().map(|path| whole(path)).collect::<Result<_, _>>()?)
}

/// The one way a path is written: absolute, without `.` and `..`. Only where `..` stands are
/// symbolic links followed, since what lies above depends on them.
fn whole(path: &Path) -> std::io::Result<PathBuf> {
    let mut whole = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        whole.push(part);
        if part == Component::ParentDir {
            whole = std::fs::canonicalize(&whole).unwrap_or(whole);
        }
    }
    Ok(whole)
}

fn outcome(settings: &Settings, report: &ImportReport, tally: &JudgementCounts) -> Outcome {
    if report.roots.iter().any(|root| matches!(root.skipped, Some(RemovalSkipped::Unopened(_)))) {
        return Outcome::Incomplete;
    }
    match settings.fail_on.value {
        Some(threshold) if tally.worst().is_some_and(|worst| worst >= threshold) => Outcome::Found,
        _ => Outcome::Clean,
    }
}

fn tell(
    session: &Session,
    settings: &Settings,
    matches: &ArgMatches,
    report: &ImportReport,
    tally: &JudgementCounts,
) -> Result<(), Failure> {
    let lang = session.lang;
    for root in &report.roots {
        if let Some(skipped) = &root.skipped {
            complain(&skipped_text(&root.path, skipped, lang));
        }
    }
    if settings.is_json(matches) {
        let document = document(session, settings, report, tally);
        return session.write_to(None, |out| {
            write_json(out, &document)?;
            out.write_all(b"\n")
        });
    }
    let gone: u64 = report.roots.iter().map(|root| root.gone).sum();
    let lines = [
        catalogue::IMPORTED.fill(
            lang,
            &[
                ("new", &report.new),
                ("changed", &report.changed),
                ("unchanged", &report.unchanged),
                ("gone", &gone),
                ("certificates", &report.certificates),
            ],
        ),
        catalogue::NOT_READ.fill(
            lang,
            &[("passed_over", &report.passed_over), ("locked", &report.locked), ("unreadable", &report.unreadable)],
        ),
        answer(tally, lang),
        catalogue::IMPORT_NEXT.get(lang).to_string(),
    ];
    session.print(&(lines.join("\n") + "\n"))
}

/// The inventory as a whole, in one sentence.
fn answer(tally: &JudgementCounts, lang: Lang) -> String {
    let [_, warnings, errors] = tally.findings;
    let text = match (tally.certificates, tally.attention) {
        (0, _) => catalogue::ANSWER_NOTHING,
        (_, 0) => catalogue::ANSWER_FINE,
        _ => catalogue::ANSWER,
    };
    text.fill(
        lang,
        &[
            ("total", &tally.certificates),
            ("attention", &tally.attention),
            ("errors", &errors),
            ("warnings", &warnings),
        ],
    )
}

/// Why a source was not compared with what was there before.
pub(super) fn skipped_text(path: &str, skipped: &RemovalSkipped, lang: Lang) -> String {
    match skipped {
        RemovalSkipped::Unopened(error) => catalogue::SOURCE_UNOPENED.fill(lang, &[("path", &path), ("error", error)]),
        RemovalSkipped::Empty { before } => catalogue::SOURCE_EMPTY.fill(lang, &[("path", &path), ("before", before)]),
        RemovalSkipped::Moved { before, now } => {
            catalogue::SOURCE_MOVED.fill(lang, &[("path", &path), ("before", before), ("now", now)])
        }
    }
}

fn document(
    session: &Session,
    settings: &Settings,
    report: &ImportReport,
    tally: &JudgementCounts,
) -> serde_json::Value {
    let roots: Vec<_> = report
        .roots
        .iter()
        .map(|root| {
            let skipped = root.skipped.as_ref().map(|skipped| match skipped {
                RemovalSkipped::Unopened(_) => "unopened",
                RemovalSkipped::Empty { .. } => "empty",
                RemovalSkipped::Moved { .. } => "moved",
            });
            json!({"path": root.path, "files": root.files, "gone": root.gone, "not_compared": skipped})
        })
        .collect();
    json!({
        "schema": "shomei/import/1",
        "at": format_instant(session.now),
        "inventory": settings.inventory.value,
        "host": settings.host.value,
        "sources": roots,
        "files": {
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
            "without_certificate": report.passed_over,
            "locked": report.locked,
            "unreadable": report.unreadable,
        },
        "certificates_new": report.certificates,
        "certificates": tally.certificates,
        "attention": tally.attention,
        "severity": {"error": tally.findings[2], "warning": tally.findings[1], "info": tally.findings[0]},
    })
}
