//! What is noted of the file itself, by name.

use rusqlite::{Connection, OptionalExtension, params};

/// What the clock said when the last entry was recorded here, in microseconds since 1970.
pub(super) const CLOCK: &str = "clock";
/// The last row of the entries that were recorded while the clock was the order (before version 3).
pub(super) const CLOCK_ORDERED: &str = "clock-ordered";
/// The day on which a run last checked the file.
pub(super) const CHECKED: &str = "checked";
/// There where the file was made by a trial, whose moment is not the clock's.
pub(super) const TRIAL: &str = "trial";

pub(super) fn get(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM property WHERE name = ?")?.query_row([name], |row| row.get(0)).optional()
}

pub(super) fn set(db: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    let mut replace = db.prepare_cached("INSERT OR REPLACE INTO property (name, value) VALUES (?, ?)")?;
    replace.execute(params![name, value]).map(drop)
}

pub(super) fn remove(db: &Connection, name: &str) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM property WHERE name = ?")?.execute([name]).map(drop)
}
