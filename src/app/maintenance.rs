//! Looking after the inventory itself: counts, backups, merging, pruning.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use super::planning::beyond;
use super::{AppError, Context, Settings, open_inventory, record};
use crate::app::open_inventory::InventoryResult;
use crate::calendar::{Day, format_instant};
use crate::inventory::sqlite::{Restored, Sqlite};
use crate::inventory::{
    self, InventoryCheck, InventoryCounts, InventoryError, InventoryRepair, MergeReport, Prunable, micros,
};
use crate::locale::Lang;
use crate::locale::catalogue::inventory as texts;

/// Counts, size and span.
pub fn info(context: &Context, settings: &Settings) -> Result<InventoryCounts, AppError> {
    let store = open_inventory::open_existing(settings, context)?;
    store.info().or_message(settings, context.lang)
}

/// What is damaged or out of order, and what was done about it where `repairs` says so.
pub fn check(
    context: &Context,
    settings: &Settings,
    repairs: bool,
) -> Result<(InventoryCheck, Option<InventoryRepair>), AppError> {
    let mut store = open_inventory::open_existing(settings, context)?;
    let now = micros(context.now);
    let found = store.check(now).or_message(settings, context.lang)?;
    if !repairs || found.is_sound() || !found.damaged.is_empty() {
        return Ok((found, None));
    }
    let repair = store.repair(now).or_message(settings, context.lang)?;
    Ok((found, Some(repair)))
}

/// The check of a run, once a day; none where it took place today.
pub fn daily_check(context: &Context, settings: &Settings, today: &str) -> Result<Option<InventoryCheck>, AppError> {
    let store = open_inventory::open_existing(settings, context)?;
    let checked = || {
        if store.last_check()?.as_deref() == Some(today) {
            return Ok(None);
        }
        let found = store.check(micros(context.now))?;
        if !store.is_read_only() && found.is_sound() {
            store.note_check(today)?;
        }
        Ok(Some(found))
    };
    checked().or_message(settings, context.lang)
}

/// What a check found, in a sentence.
pub fn check_text(found: &InventoryCheck, settings: &Settings, lang: Lang) -> String {
    let path = settings.inventory.value.display().to_string();
    match found.damaged.first() {
        Some(first) => InventoryError::Damaged(first.clone()).text(&path, lang),
        None => texts::CHECK_IN_RUN.fill(lang, &[("path", &path)]),
    }
}

/// Writes a copy, even while the inventory is in use.
pub fn backup(context: &Context, settings: &Settings, file: &Path) -> Result<(), AppError> {
    let lang = context.lang;
    let store = open_inventory::open_existing(settings, context)?;
    if is_same(file, &settings.inventory.value) {
        return Err(AppError::new(texts::BACKUP_ONTO_ITSELF, lang, &[("path", &file.display())]));
    }
    store.backup(file).map_err(|error| AppError::Message(error.text(&file.display().to_string(), lang)))
}

/// Whether both name one file.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// Goes back to a copy, once nobody else has the inventory open.
pub fn restore(context: &Context, settings: &Settings, file: &Path) -> Result<Restored, AppError> {
    let lang = context.lang;
    let stamp = format_instant(context.now).replace([':', '-'], "");
    let suffix = stamp.split('.').next().unwrap_or_default().trim_end_matches('Z').to_string();
    Sqlite::restore(file, &settings.inventory.value, &suffix, &open_inventory::access(context))
        .map_err(|error| AppError::Message(error.text(&file.display().to_string(), lang)))
}

/// An inventory to be written out.
pub struct InventoryExport {
    inventory: Sqlite,
    settings: Settings,
    lang: Lang,
}

impl InventoryExport {
    /// Opens it.
    pub fn open(context: &Context, settings: &Settings) -> Result<InventoryExport, AppError> {
        let inventory = open_inventory::open_existing(settings, context)?;
        Ok(InventoryExport { inventory, settings: settings.clone(), lang: context.lang })
    }

    /// Writes everything as NDJSON, to be merged elsewhere.
    pub fn write(&self, mut out: &mut dyn Write) -> std::io::Result<()> {
        match inventory::export(&self.inventory, &mut out) {
            // It is the place that is written to, and not the inventory.
            Err(InventoryError::Io(error)) => Err(error),
            exported => Ok(exported.or_message(&self.settings, self.lang)?),
        }
    }
}

/// Adds what others have exported, file by file; what came of each goes to `show`.
pub fn merge(
    context: &Context,
    settings: &Settings,
    files: &[PathBuf],
    mut show: impl FnMut(&Path, Result<MergeReport, InventoryError>) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let mut store = open_inventory::open(settings, context)?;
    let _lock = open_inventory::lock(&store, settings, context)?;
    open_inventory::check_clock(&store, settings, context)?;
    for path in files {
        let merged = match File::open(path) {
            Err(error) => Err(InventoryError::Io(error)),
            Ok(file) => match inventory::merge(&mut store, &mut BufReader::new(file)) {
                // It is the export that cannot be read, and not the inventory.
                Err(InventoryError::Io(error)) => Err(InventoryError::Io(error)),
                merged => Ok(merged.or_message(settings, context.lang)?),
            },
        };
        show(path, merged)?;
    }
    Ok(())
}

/// What pruning is asked for.
pub struct PruneOptions {
    /// Names the inventory.
    pub settings: Settings,
    /// What was gone before this day is removed.
    pub before: Day,
    /// It is really removed.
    pub really: bool,
}

/// Removes what is long over, after `show` has shown what that is.
pub fn prune(
    context: &Context,
    options: &PruneOptions,
    show: impl FnOnce(&Prunable) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let settings = &options.settings;
    let mut store = match options.really {
        // Looking may go on beside others; what removes something must be alone.
        true => open_inventory::open_alone(settings, context)?,
        false => open_inventory::open_existing(settings, context)?,
    };
    let until = settings.read_policy(context)?.zone.first_second(options.before);
    let until = until.map(micros).ok_or_else(|| beyond(context.lang))?;
    let prunable = store.prunable(until).or_message(settings, context.lang)?;
    show(&prunable)?;
    if !options.really || prunable == Prunable::default() {
        return Ok(());
    }
    // Recorded as removed, so that a merge does not bring it back.
    record::record_all(context, &mut store, prunable.tombstones(), settings)?;
    store.compact().or_message(settings, context.lang)
}
