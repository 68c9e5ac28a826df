//! Recording in the inventory: entries, notifications, and the short names of entries.

use std::collections::BTreeMap;

use super::{AppError, Context, Settings, open_inventory};
use crate::app::open_inventory::InventoryResult;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, EntrySequence, HistoryEntry, NotificationRow, StoreWriter, WriteBatch};
use crate::locale::Lang;

/// Makes entries, unless the clock cannot be right.
pub fn stamper(inventory: &Sqlite, context: &Context, settings: &Settings) -> Result<EntrySequence, AppError> {
    open_inventory::check_clock(inventory, settings, context)?;
    EntrySequence::new(inventory, context.now).or_message(settings, context.lang)
}

/// Records entries, all or none.
pub fn record(
    inventory: &mut Sqlite,
    entries: Vec<HistoryEntry>,
    settings: &Settings,
    lang: Lang,
) -> Result<(), AppError> {
    let batch = WriteBatch { entries, ..WriteBatch::default() };
    inventory.record(&batch).map(drop).or_message(settings, lang)
}

/// Makes an entry of each and records them, all or none.
pub fn record_all(
    context: &Context,
    inventory: &mut Sqlite,
    bodies: impl IntoIterator<Item = EntryBody>,
    settings: &Settings,
) -> Result<(), AppError> {
    let mut stamper = stamper(inventory, context, settings)?;
    let entries = bodies.into_iter().map(|body| stamper.entry(body)).collect();
    record(inventory, entries, settings, context.lang)
}

/// Records notifications, all or none.
pub fn record_notifications(
    context: &Context,
    inventory: &mut Sqlite,
    rows: impl IntoIterator<Item = NotificationRow>,
    settings: &Settings,
) -> Result<(), AppError> {
    // Whatever the clock says: they were sent, and would be sent again.
    let mut sequence = EntrySequence::new(inventory, context.now).or_message(settings, context.lang)?;
    let entries = rows.into_iter().map(|row| sequence.entry(EntryBody::Told(row))).collect();
    record(inventory, entries, settings, context.lang)
}

/// The short names of entries: as many digits of each ID as distinguish it from all others, eight at
/// least.
pub struct ShortNames(BTreeMap<[u8; 16], usize>);

const SHORTEST: usize = 8;

impl ShortNames {
    /// Of sorted IDs.
    pub fn of(ids: &[[u8; 16]]) -> ShortNames {
        let digits: Vec<String> = ids.iter().map(|id| crate::certificate::hex(id)).collect();
        let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        let length = |at: usize| {
            let before = at.checked_sub(1).map_or(0, |before| shared(&digits[before], &digits[at]));
            let after = digits.get(at + 1).map_or(0, |after| shared(after, &digits[at]));
            (before.max(after) + 1).max(SHORTEST)
        };
        ShortNames(ids.iter().enumerate().map(|(at, id)| (*id, length(at))).collect())
    }

    /// The short name of an entry.
    pub fn name(&self, id: &[u8; 16]) -> String {
        let mut digits = crate::certificate::hex(id);
        digits.truncate(self.0.get(id).copied().unwrap_or(SHORTEST));
        digits
    }
}
