//! Removing what is no longer needed, for good: a tombstone keeps a merge from bringing it back.

use rusqlite::{Connection, params};

/// Removes the entries of what was pruned, up to an instant.
pub(super) fn forget(db: &Connection, what: &str, until: i64) -> rusqlite::Result<()> {
    let Some((kind, subject)) = what.split_once('\u{0}') else { return Ok(()) };
    db.prepare_cached("DELETE FROM entry WHERE kind = ? AND subject = ? AND at <= ?")?
        .execute(params![kind, subject, until])
        .map(drop)
}
