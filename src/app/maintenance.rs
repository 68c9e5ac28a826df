//! Looking after the inventory itself: counts, backups, merging, pruning.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use super::planning::beyond;
use super::{AppError, Context, Settings, open_inventory};
use crate::calendar::{Day, format_instant};
use crate::inventory::sqlite::{Restored, Sqlite};
use crate::inventory::{
    self, EntrySequence, InventoryCounts, InventoryError, MergeReport, Prunable, StoreWriter, WriteBatch, micros,
};
use crate::locale::catalogue::inventory as texts;

/// Counts, size and span.
pub fn info(context: &Context, settings: &Settings) -> Result<InventoryCounts, AppError> {
    let store = open_inventory::open_existing(settings, context)?;
    store.info().map_err(|error| open_inventory::failed(&error, settings, context.lang))
}

/// What is damaged.
pub fn check(context: &Context, settings: &Settings) -> Result<Vec<String>, AppError> {
    let store = open_inventory::open_existing(settings, context)?;
    store.check().map_err(|error| open_inventory::failed(&error, settings, context.lang))
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
    let waiting = || context.notice(open_inventory::IN_USE.get(lang));
    Sqlite::restore(file, &settings.inventory.value, &suffix, waiting)
        .map_err(|error| AppError::Message(error.text(&file.display().to_string(), lang)))
}

/// An inventory to be written out.
pub struct InventoryExport(Sqlite);

impl InventoryExport {
    /// Opens it.
    pub fn open(context: &Context, settings: &Settings) -> Result<InventoryExport, AppError> {
        open_inventory::open_existing(settings, context).map(InventoryExport)
    }

    /// Writes everything as NDJSON, to be merged elsewhere.
    pub fn write(&self, mut out: &mut dyn Write) -> std::io::Result<()> {
        Ok(inventory::export(&self.0, &mut out)?)
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
    for path in files {
        let merged = match File::open(path) {
            Err(error) => Err(InventoryError::Io(error)),
            Ok(file) => {
                let merged = inventory::merge(&mut store, &mut BufReader::new(file));
                Ok(merged.map_err(|error| open_inventory::failed(&error, settings, context.lang))?)
            }
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
    let failed = |error: InventoryError| open_inventory::failed(&error, settings, context.lang);
    let mut store = match options.really {
        true => open_inventory::open_alone(settings, context)?,
        false => open_inventory::open_existing(settings, context)?,
    };
    let until = settings.read_policy(context)?.zone.first_second(options.before);
    let until = until.map(micros).ok_or_else(|| beyond(context.lang))?;
    let prunable = store.prunable(until).map_err(failed)?;
    show(&prunable)?;
    if !options.really || prunable == Prunable::default() {
        return Ok(());
    }
    let mut stamper = EntrySequence::new(&store, context.now).map_err(failed)?;
    let entries = prunable.tombstones().into_iter().map(|body| stamper.entry(body)).collect();
    store.record(&WriteBatch { entries, ..WriteBatch::default() }).map_err(failed)?;
    store.compact().map_err(failed)
}
