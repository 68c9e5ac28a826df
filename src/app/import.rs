//! Importing files into the inventory: an audit's reading, recorded.

use std::path::{Component, Path, PathBuf};

use super::audit::while_reading;
use super::open_inventory::{self, DiscardSink, InventoryResult};
use super::{AppError, Context, Outcome, Settings};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{
    self, ImportReport, ImportRequest, JudgementCounts, JudgementFreshness, JudgingInputs, RemovalSkipped, Store,
};
use crate::locale::{Lang, Text, catalogue};

/// What an import is asked for.
pub struct ImportOptions {
    /// Names the sources, the inventory and what it is judged by.
    pub settings: Settings,
    /// Unchanged files are opened too.
    pub rehash: bool,
    /// Files of an empty or another folder are gone.
    pub accept_gone: bool,
}

/// What an import read, and how the inventory is then.
pub struct Imported {
    /// What was read.
    pub report: ImportReport,
    /// The findings of the whole inventory.
    pub tally: JudgementCounts,
}

impl Imported {
    /// Files that were there before and are no longer.
    pub fn gone(&self) -> u64 {
        self.report.roots.iter().map(|root| root.gone).sum()
    }
}

/// Imports what the settings name, and judges everything.
pub fn import(context: &Context, options: &ImportOptions) -> Result<Imported, AppError> {
    let (settings, lang) = (&options.settings, context.lang);
    let sources = sources(settings, lang)?;
    let judging = settings.policy_in_force(context)?;
    let import = ImportRequest {
        sources: &sources,
        host: &settings.host,
        limits: &settings.limits,
        keys: settings.keys,
        try_typos: settings.try_typos,
        follow: settings.follow,
        keyring: settings.keyring(context)?,
        rehash: options.rehash,
        accept_gone: options.accept_gone,
        now: context.now,
        wall: &context.environment.wall,
    };
    // Last, after policy, roots and passwords were read: what is wrong with those leaves no inventory
    // behind and keeps no other import waiting.
    let mut store = open_inventory::open(settings, context)?;
    let _lock = open_inventory::lock(&store, settings, context)?;
    open_inventory::check_clock(&store, settings, context)?;
    let report = while_reading(context, settings, |progress, ask| import.run(&mut store, progress, ask));
    let report = report.or_message(settings, lang)?;
    let situation = open_inventory::situation(&judging, settings);
    let tally = tally(&mut store, situation, context).or_message(settings, lang)?;
    Ok(Imported { report, tally })
}

/// How an import ended. A source that could not be read leaves the inventory as it was, which no
/// threshold excuses.
pub fn outcome(settings: &Settings, Imported { report, tally }: &Imported) -> Outcome {
    if report.roots.iter().any(|root| matches!(root.skipped, Some(RemovalSkipped::Unopened(_)))) {
        return Outcome::Incomplete;
    }
    if !report.barren.is_empty() {
        return Outcome::Incomplete;
    }
    Outcome::at(settings.fail_on, tally.worst())
}

/// Judges what is not judged, or no longer so.
fn tally(
    store: &mut Sqlite,
    situation: JudgingInputs,
    context: &Context,
) -> Result<JudgementCounts, inventory::InventoryError> {
    if inventory::standing(store, &situation)? == JudgementFreshness::Holds
        && let Some(whole) = store.judged()?
    {
        return Ok(whole.tally);
    }
    Ok(JudgementCounts::of(&inventory::judge(store, situation, context.now, &mut DiscardSink)?))
}

/// Absolute paths: what is recorded means the same tomorrow, from wherever it is run.
fn sources(settings: &Settings, lang: Lang) -> Result<Vec<PathBuf>, AppError> {
    if settings.sources.value.is_empty() {
        let text = Text {
            ja: "取り込む場所がありません。フォルダーを指定するか(shomei import フォルダー)、設定ファイルの sources に書いてください。",
            en: "nothing to import: name a folder (shomei import FOLDER), or give sources in the configuration.",
        };
        return Err(AppError::new(text, lang, &[]));
    }
    if settings.sources.value.iter().any(|path| path == std::path::Path::new("-")) {
        let text = Text {
            ja: "標準入力(-)は取り込めません。どこにあるかを記録できないためです。ファイルかフォルダーを指定してください。",
            en: "standard input (-) cannot be imported, since it lies nowhere. Name files or folders.",
        };
        return Err(AppError::new(text, lang, &[]));
    }
    Ok(settings.sources.value.iter().map(|path| whole(path)).collect::<Result<_, _>>()?)
}

/// The one way a path is written: absolute, without `.` and `..`. Only for `..` are symbolic
/// links followed, since the folder above depends on them.
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

/// Why a source was not compared with what was there before, as a code.
pub fn skipped_code(skipped: &RemovalSkipped) -> &'static str {
    match skipped {
        RemovalSkipped::Unopened(_) => "unopened",
        RemovalSkipped::Empty { .. } => "empty",
        RemovalSkipped::Moved { .. } => "moved",
    }
}

/// Why a source was not compared with what was there before.
pub fn skipped_text(path: &str, skipped: &RemovalSkipped, lang: Lang) -> String {
    match skipped {
        RemovalSkipped::Unopened(error) => catalogue::SOURCE_UNOPENED.fill(lang, &[("path", &path), ("error", error)]),
        RemovalSkipped::Empty { before } => catalogue::SOURCE_EMPTY.fill(lang, &[("path", &path), ("before", before)]),
        RemovalSkipped::Moved { before, now } => {
            catalogue::SOURCE_MOVED.fill(lang, &[("path", &path), ("before", before), ("now", now)])
        }
    }
}
