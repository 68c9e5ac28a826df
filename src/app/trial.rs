//! Trials at another moment (`--at` of `run`, `SHOMEI_CLOCK`): they leave alone what real runs use.

use tempfile::TempDir;

use super::open_inventory::{self, InventoryResult};
use super::{AppError, Context, Settings};
use crate::inventory::InventoryError;
use crate::locale::Text;

/// What a trial works on in place of an inventory that real runs use. It goes when this is dropped.
pub struct TrialCopy {
    /// The same, without what would be sent, written or deleted.
    pub context: Context,
    /// The same, with the copy as inventory.
    pub settings: Settings,
    _folder: TempDir,
}

/// A copy for a trial; none where this is no trial, or the inventory was made by one.
pub fn copy(context: &Context, settings: &Settings) -> Result<Option<TrialCopy>, AppError> {
    if !context.is_trial || !settings.inventory.value.exists() {
        return Ok(None);
    }
    // Why it cannot be opened is told where it is needed.
    let Ok(inventory) = open_inventory::open(settings, context) else { return Ok(None) };
    if !inventory.is_copy() {
        return Ok(None);
    }
    let folder = tempfile::Builder::new().prefix("shomei").tempdir().map_err(InventoryError::Io);
    let folder = folder.or_message(settings, context.lang)?;
    let mut settings = settings.clone();
    let place = folder.path().join("inventory.sqlite");
    inventory.backup_for_trial(&place).or_message(&settings, context.lang)?;
    settings.inventory.value = place;
    let mut context = context.clone();
    context.config.notify = None;
    context.config.report = None;
    context.config.run = None;
    context.notice(NOTHING_SENT.get(context.lang));
    Ok(Some(TrialCopy { context, settings, _folder: folder }))
}

const NOTHING_SENT: Text = Text {
    ja: "試行のため、メールの送信、報告書の作成と削除、実行ログの記録は行いません。",
    en: "In this trial no mail is sent, no report is written or deleted, and no log is kept.",
};
