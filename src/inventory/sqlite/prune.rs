//! Permanent removal of what is no longer needed. A tombstone (a `Pruned` entry) keeps a merge from
//! bringing it back, in whatever order entries arrive.

use rusqlite::{Connection, OptionalExtension, params};

use super::super::entry::EntryBody;
use super::super::rows::StoredHolderRow;
use super::super::store::Prunable;
use super::{InventoryError, Sqlite, document, json, sql};

/// The code of a file's tombstone.
pub(super) const FILE: &str = "file";
/// The code of the tombstone of a holder's contact.
pub(super) const CONTACT: &str = "contact";

/// Up to which order something is removed.
pub(super) fn removed_until(db: &Connection, what: &str, subject: &str) -> rusqlite::Result<Option<i64>> {
    let mut query = db.prepare_cached("SELECT until FROM pruned WHERE what = ?")?;
    query.query_row([format!("{what}\u{0}{subject}")], |row| row.get(0)).optional()
}

/// Applies a tombstone to the tables.
pub(super) fn forget(db: &Connection, what: &str, until: i64) -> rusqlite::Result<()> {
    match what.split_once('\u{0}') {
        Some((FILE, subject)) => forget_file(db, subject, until),
        Some((CONTACT, subject)) => forget_contact(db, subject, until),
        _ => Ok(()),
    }
}

fn forget_file(db: &Connection, subject: &str, until: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM entry WHERE kind = 'file' AND subject = ? AND ord <= ?")?
        .execute(params![subject, until])?;
    let Some((host, path)) = subject.split_once('\u{0}') else { return Ok(()) };
    let over = db
        .prepare_cached("DELETE FROM file WHERE host = ? AND path = ? AND ord <= ?")?
        .execute(params![host, path, until])?;
    if over == 0 {
        // It has come back since: its history begins then.
        db.prepare_cached(
            "UPDATE file SET first = (SELECT min(at) FROM entry WHERE kind = 'file' AND subject = ?)
             WHERE host = ? AND path = ?",
        )?
        .execute(params![subject, host, path])?;
        return Ok(());
    }
    super::judgement_is_stale(db)?;
    for table in ["sighting", "file_key", "stamp"] {
        db.prepare_cached(&format!("DELETE FROM {table} WHERE host = ? AND path = ?"))?.execute([host, path])?;
    }
    Ok(())
}

fn forget_contact(db: &Connection, subject: &str, until: i64) -> rusqlite::Result<()> {
    let mut query =
        db.prepare_cached("SELECT id, body FROM entry WHERE kind = 'holder' AND subject = ? AND ord <= ?")?;
    let rows =
        query.query_map(params![subject, until], |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, String>(1)?)))?;
    let found = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut update =
        db.prepare_cached("UPDATE entry SET body = ?1, sum = digest(id, at, ord, kind, subject, ?1) WHERE id = ?2")?;
    for (id, body) in found {
        let body = redacted(json(&body)?);
        update.execute(params![document(&body)?, id])?;
    }
    let Some((register, id)) = subject.split_once('\u{0}') else { return Ok(()) };
    let current: Option<String> = db
        .prepare_cached("SELECT body FROM holder WHERE register = ? AND holder = ? AND ord <= ? AND present")?
        .query_row(params![register, id, until], |row| row.get(0))
        .optional()?;
    if let Some(body) = current {
        let mut row: StoredHolderRow = json(&body)?;
        row.forget_contact();
        let mut update = db.prepare_cached(
            "UPDATE holder
             SET body = ?1, sum = digest(register, holder, at, ord, id, present, name, prefecture, tag, ?1)
             WHERE register = ?2 AND holder = ?3",
        )?;
        update.execute(params![document(&row)?, register, id])?;
    }
    Ok(())
}

/// A holder's entry without its contact.
pub(super) fn redacted(body: EntryBody) -> EntryBody {
    match body {
        EntryBody::Holder { register, id, holder: Some(mut holder), by, import } => {
            holder.forget_contact();
            EntryBody::Holder { register, id, holder: Some(holder), by, import }
        }
        other => other,
    }
}

impl Sqlite {
    /// Files that are gone since before `until`, and holders that are closed or no longer in the
    /// register since before then and whose contact is still kept.
    pub fn prunable(&self, until: i64) -> Result<Prunable, InventoryError> {
        let files = self.all(
            "SELECT host, path, ord FROM file WHERE NOT present AND at < ? ORDER BY host, path",
            [until],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let holders: Vec<(String, String, i64)> = self.all(
            "SELECT register, holder, ord FROM holder WHERE at < ? ORDER BY register, holder",
            [until],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let mut contacts = Vec::new();
        for (register, id, order) in holders {
            let subject = format!("{register}\u{0}{id}");
            let bodies = self.all(
                "SELECT body FROM entry WHERE kind = 'holder' AND subject = ? ORDER BY ord, id",
                [&subject],
                |row| json::<EntryBody>(&row.get::<_, String>(0)?),
            )?;
            let ended = bodies.last().is_some_and(|body| match body {
                EntryBody::Holder { holder: Some(holder), .. } => holder.is_closed(),
                _ => true,
            });
            let kept = bodies.iter().any(|body| redacted(body.clone()) != *body);
            if ended && kept {
                contacts.push((register, id, order));
            }
        }
        Ok(Prunable { files, contacts })
    }

    /// Gives the space of what was removed back to the disk.
    pub fn compact(&self) -> Result<(), InventoryError> {
        self.db.execute_batch("VACUUM").map_err(sql)
    }
}
