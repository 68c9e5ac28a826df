//! From entries to what is so: of each thing the entry with the latest (order, ID) holds, in
//! whatever order they come.

use rusqlite::{Connection, params};

use super::super::entry::{EntryBody, HistoryEntry};
use super::super::rows::{FileRow, NotificationRow, StoredHolderRow};
use super::super::units::{DAY, EntryId, EntryOrder};
use super::{document, entry_of, judgement_is_stale, property, prune, seal};

/// Adds entries and lets them take effect. A new one comes after all that there are, whatever the
/// clock says; one that was merged keeps its place.
pub(super) fn add_all(db: &Connection, entries: &[HistoryEntry]) -> rusqlite::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut last: Option<i64> = db.query_row("SELECT max(ord) FROM entry", [], |row| row.get(0))?;
    for entry in entries {
        let order = entry.order.unwrap_or_else(|| EntryOrder::after(last, entry.at));
        add(db, entry, order)?;
        last = last.max(Some(order));
    }
    match entries.iter().rev().find(|entry| entry.order.is_none()) {
        Some(own) => property::set(db, property::CLOCK, &own.at.to_string()),
        None => Ok(()),
    }
}

/// Adds an entry and lets it take effect; one that is there already, or that was pruned,
/// changes nothing.
fn add(db: &Connection, entry: &HistoryEntry, order: i64) -> rusqlite::Result<bool> {
    let (kind, subject) = (entry.body.kind(), entry.body.subject());
    let removed = |what| -> rusqlite::Result<bool> {
        Ok(prune::removed_until(db, what, &subject)?.is_some_and(|until| order <= until))
    };
    let redacted;
    let entry = match &entry.body {
        EntryBody::File { .. } if removed(prune::FILE)? => return Ok(false),
        EntryBody::Holder { .. } if removed(prune::CONTACT)? => {
            redacted = HistoryEntry { body: prune::redacted(entry.body.clone()), ..entry.clone() };
            &redacted
        }
        _ => entry,
    };
    let body = document(&entry.body)?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO entry (id, at, ord, kind, subject, body, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, digest(?1, ?2, ?3, ?4, ?5, ?6))",
    )?;
    if insert.execute(params![entry.id, entry.at, order, kind, subject, body])? == 0 {
        // A repair elsewhere gave it an earlier instant. The earlier one is kept, so that all who
        // merge have the same.
        let mut known = db.prepare_cached("SELECT 1 FROM entry WHERE id = ? AND at > ?")?;
        if entry.order.is_some() && known.exists(params![entry.id, entry.at])? {
            date(db, &entry.id, entry.at)?;
        }
        return Ok(false);
    }
    apply(db, entry, order, &body)?;
    Ok(true)
}

/// Gives an entry another instant.
pub(super) fn date(db: &Connection, id: &EntryId, at: i64) -> rusqlite::Result<()> {
    for sealed in [&seal::ENTRY, &seal::FILE, &seal::RUN, &seal::HOLDER, &seal::SAID, &seal::MARK] {
        let table = sealed.table;
        if db.prepare_cached(&format!("UPDATE {table} SET at = ? WHERE id = ?"))?.execute(params![at, id])? > 0 {
            let digest = sealed.digest();
            db.prepare_cached(&format!("UPDATE {table} SET sum = {digest} WHERE id = ?"))?.execute([id])?;
        }
    }
    Ok(())
}

/// Lets an entry take effect.
fn apply(db: &Connection, entry: &HistoryEntry, order: i64, body: &str) -> rusqlite::Result<()> {
    match &entry.body {
        EntryBody::File { host, path, file } => apply_file(db, entry, order, host, path, file.as_ref()),
        EntryBody::Holder { register, id, holder, .. } => apply_holder(db, entry, order, register, id, holder.as_ref()),
        EntryBody::Run(run) if run.complete => {
            let mut upsert = db.prepare_cached(
                "INSERT INTO run (host, root, at, ord, id, body, sum)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, digest(?1, ?2, ?3, ?4, ?5, ?6))
                 ON CONFLICT (host, root) DO UPDATE SET at = excluded.at, ord = excluded.ord, id = excluded.id,
                     body = excluded.body, sum = excluded.sum
                 WHERE (excluded.ord, excluded.id) > (run.ord, run.id)",
            )?;
            upsert.execute(params![run.host, run.root, entry.at, order, entry.id, body]).map(drop)
        }
        EntryBody::Told(told) if told.topic.starts_with(NotificationRow::ADDRESS) => {
            judgement_is_stale(db)?;
            say(db, entry, order, &format!("{}\u{0}{}", told.topic, told.step), body)
        }
        EntryBody::Told(told) => say(db, entry, order, &format!("{}\u{0}{}", told.topic, told.step), body),
        EntryBody::Mapping { .. } | EntryBody::Binding { .. } | EntryBody::Undo { .. } => {
            judgement_is_stale(db)?;
            say(db, entry, order, &entry.body.subject(), body)
        }
        EntryBody::Mark(mark) => {
            judgement_is_stale(db)?;
            let mut insert = db.prepare_cached(
                "INSERT OR IGNORE INTO mark (at, ord, id, target, body, sum)
                 VALUES (?1, ?2, ?3, ?4, ?5, digest(?1, ?2, ?3, ?4, ?5))",
            )?;
            insert.execute(params![entry.at, order, entry.id, mark.target, body]).map(drop)
        }
        EntryBody::Pruned { what, until } => {
            // One that removed all that will ever come would be no tombstone.
            let until = EntryOrder::merged(Some(*until), *until);
            let mut upsert = db.prepare_cached(
                "INSERT INTO pruned (what, until) VALUES (?, ?)
                 ON CONFLICT (what) DO UPDATE SET until = max(until, excluded.until)",
            )?;
            upsert.execute(params![what, until])?;
            prune::forget(db, what, until)
        }
        EntryBody::Run(_) | EntryBody::Verdict(_) => Ok(()),
    }
}

/// Keeps what is said of one thing, the latest.
fn say(db: &Connection, entry: &HistoryEntry, order: i64, subject: &str, body: &str) -> rusqlite::Result<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO said (kind, subject, at, ord, id, body, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, digest(?1, ?2, ?3, ?4, ?5, ?6))
         ON CONFLICT (kind, subject) DO UPDATE SET at = excluded.at, ord = excluded.ord, id = excluded.id,
             body = excluded.body, sum = excluded.sum
         WHERE (excluded.ord, excluded.id) > (said.ord, said.id)",
    )?;
    upsert.execute(params![entry.body.kind(), subject, entry.at, order, entry.id, body]).map(drop)
}

fn apply_file(
    db: &Connection,
    entry: &HistoryEntry,
    order: i64,
    host: &str,
    path: &str,
    file: Option<&FileRow>,
) -> rusqlite::Result<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO file (host, path, at, ord, id, present, first, body, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3, ?7, digest(?1, ?2, ?3, ?4, ?5, ?6, ?7))
         ON CONFLICT (host, path) DO UPDATE SET at = excluded.at, ord = excluded.ord, id = excluded.id,
             present = excluded.present, body = excluded.body, sum = excluded.sum
         WHERE (excluded.ord, excluded.id) > (file.ord, file.id)",
    )?;
    let mut see = db.prepare_cached("INSERT OR IGNORE INTO seen (sha256, host, path) VALUES (?, ?, ?)")?;
    for occurrence in file.iter().flat_map(|file| &file.certificates) {
        see.execute(params![occurrence.sha256, host, path])?;
    }
    let body = file.map(document).transpose()?.unwrap_or_default();
    let newer = upsert.execute(params![host, path, entry.at, order, entry.id, file.is_some(), body])? > 0;
    let mut first = db.prepare_cached("UPDATE file SET first = ?3 WHERE host = ?1 AND path = ?2 AND first > ?3")?;
    first.execute(params![host, path, entry.at])?;
    if !newer {
        return Ok(());
    }
    judgement_is_stale(db)?;
    db.prepare_cached("DELETE FROM sighting WHERE host = ? AND path = ?")?.execute(params![host, path])?;
    let mut insert = db
        .prepare_cached("INSERT OR IGNORE INTO sighting (sha256, host, path, position, name) VALUES (?, ?, ?, ?, ?)")?;
    for occurrence in file.iter().flat_map(|file| &file.certificates) {
        let name = occurrence.friendly_name.as_deref().unwrap_or_default();
        insert.execute(params![occurrence.sha256, host, path, occurrence.position, name])?;
    }
    db.prepare_cached("DELETE FROM file_key WHERE host = ? AND path = ?")?.execute(params![host, path])?;
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO file_key (key, host, path) VALUES (?, ?, ?)")?;
    for key in file.iter().flat_map(|file| file.key_ids()) {
        insert.execute(params![key, host, path])?;
    }
    Ok(())
}

fn apply_holder(
    db: &Connection,
    entry: &HistoryEntry,
    order: i64,
    register: &str,
    id: &str,
    holder: Option<&StoredHolderRow>,
) -> rusqlite::Result<()> {
    judgement_is_stale(db)?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO holder (register, holder, at, ord, id, present, first, name, prefecture, tag, body, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3, ?7, ?8, ?9, ?10, digest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))
         ON CONFLICT (register, holder) DO UPDATE SET at = excluded.at, ord = excluded.ord, id = excluded.id,
             present = excluded.present, name = excluded.name, prefecture = excluded.prefecture, tag = excluded.tag,
             body = excluded.body, sum = excluded.sum
         WHERE (excluded.ord, excluded.id) > (holder.ord, holder.id)",
    )?;
    let known = holder.cloned().unwrap_or_default();
    let body = document(&known)?;
    upsert.execute(params![
        register,
        id,
        entry.at,
        order,
        entry.id,
        holder.is_some(),
        known.name,
        known.prefecture,
        known.tag,
        body
    ])?;
    let mut first =
        db.prepare_cached("UPDATE holder SET first = ?3 WHERE register = ?1 AND holder = ?2 AND first > ?3")?;
    first.execute(params![register, id, entry.at]).map(drop)
}

/// The tables that are derived from the entries. Which file ever held which certificate is kept:
/// prune removes the entries that tell it, and the certificate stays known.
const DERIVED: [&str; 7] = ["file", "sighting", "file_key", "run", "holder", "said", "mark"];

/// Derives from the entries once more what is so.
pub(super) fn derive_again(db: &Connection) -> rusqlite::Result<()> {
    for table in DERIVED {
        db.execute_batch(&format!("DELETE FROM {table}"))?;
    }
    apply_all(db, i64::MAX)?;
    judgement_is_stale(db)
}

/// Lets all entries up to an instant take effect, in their order.
pub(super) fn apply_all(db: &Connection, until: i64) -> rusqlite::Result<()> {
    let intact = seal::ENTRY.intact();
    let statement = format!("SELECT id, at, ord, body FROM entry WHERE at <= ? AND {intact} ORDER BY ord, id");
    let mut entries = db.prepare(&statement)?;
    let mut rows = entries.query([until])?;
    while let Some(row) = rows.next()? {
        let entry = entry_of(row)?;
        // What it removed is gone already.
        if !matches!(entry.body, EntryBody::Pruned { .. }) {
            apply(db, &entry, row.get(2)?, &document(&entry.body)?)?;
        }
    }
    Ok(())
}

/// Files of which an earlier entry holds, since the clock ran ahead when it was recorded: before version 3 the
/// clock was the order. Host and path.
pub(super) fn overruled_files(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let Some(until) = property::get(db, property::CLOCK_ORDERED)? else { return Ok(Vec::new()) };
    let until: i64 = until.parse().unwrap_or(0);
    // Of the rows of a group, SQLite takes the other columns from the one with the maximum.
    let mut query = db.prepare(
        "SELECT subject, max(rowid), id, at FROM entry WHERE kind = 'file' AND rowid <= ?
         GROUP BY subject HAVING count(*) > 1",
    )?;
    let mut holding = db.prepare(
        "SELECT file.id, file.at FROM file JOIN entry ON entry.id = file.id
         WHERE file.host = ? AND file.path = ? AND entry.rowid <= ?",
    )?;
    let mut rows = query.query([until])?;
    let mut overruled = Vec::new();
    while let Some(row) = rows.next()? {
        let (subject, last, at): (String, EntryId, i64) = (row.get(0)?, row.get(2)?, row.get(3)?);
        let Some((host, path)) = subject.split_once('\u{0}') else { continue };
        let mut held = holding.query(params![host, path, until])?;
        let Some(held) = held.next()? else { continue };
        // Nearer than a day the later one had the later instant, as it was recorded then.
        if held.get::<_, EntryId>(0)? != last && held.get::<_, i64>(1)?.saturating_sub(at) >= DAY {
            overruled.push((host.to_string(), path.to_string()));
        }
    }
    Ok(overruled)
}
