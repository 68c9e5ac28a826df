//! From entries to what is so: of each thing the entry with the latest (instant, ID) holds, in
//! whatever order they come.

use rusqlite::{Connection, params};

use super::super::entry::{EntryBody, HistoryEntry};
use super::super::rows::{FileRow, NotificationRow, StoredHolderRow};
use super::{document, judgement_is_stale, prune};

/// Adds an entry and lets it take effect; one that is there already, or that was pruned,
/// changes nothing.
pub(super) fn add(db: &Connection, entry: &HistoryEntry) -> rusqlite::Result<bool> {
    let (kind, subject) = (entry.body.kind(), entry.body.subject());
    let removed = |what| -> rusqlite::Result<bool> {
        Ok(prune::removed_until(db, what, &subject)?.is_some_and(|until| entry.at <= until))
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
    let mut insert =
        db.prepare_cached("INSERT OR IGNORE INTO entry (id, at, kind, subject, body) VALUES (?, ?, ?, ?, ?)")?;
    if insert.execute(params![entry.id, entry.at, kind, subject, body])? == 0 {
        return Ok(false);
    }
    apply(db, entry, &body)?;
    Ok(true)
}

/// Lets an entry take effect.
pub(super) fn apply(db: &Connection, entry: &HistoryEntry, body: &str) -> rusqlite::Result<()> {
    match &entry.body {
        EntryBody::File { host, path, file } => apply_file(db, entry, host, path, file.as_ref()),
        EntryBody::Holder { register, id, holder, .. } => apply_holder(db, entry, register, id, holder.as_ref()),
        EntryBody::Run(run) if run.complete => {
            let mut upsert = db.prepare_cached(
                "INSERT INTO run (host, root, at, id, body) VALUES (?, ?, ?, ?, ?)
                 ON CONFLICT (host, root) DO UPDATE SET at = excluded.at, id = excluded.id, body = excluded.body
                 WHERE (excluded.at, excluded.id) > (run.at, run.id)",
            )?;
            upsert.execute(params![run.host, run.root, entry.at, entry.id, body]).map(drop)
        }
        EntryBody::Told(told) if told.topic.starts_with(NotificationRow::ADDRESS) => {
            judgement_is_stale(db)?;
            say(db, entry, &format!("{}\u{0}{}", told.topic, told.step), body)
        }
        EntryBody::Told(told) => say(db, entry, &format!("{}\u{0}{}", told.topic, told.step), body),
        EntryBody::Mapping { .. } | EntryBody::Binding { .. } | EntryBody::Undo { .. } => {
            judgement_is_stale(db)?;
            say(db, entry, &entry.body.subject(), body)
        }
        EntryBody::Mark(mark) => {
            judgement_is_stale(db)?;
            let mut insert =
                db.prepare_cached("INSERT OR IGNORE INTO mark (at, id, target, body) VALUES (?, ?, ?, ?)")?;
            insert.execute(params![entry.at, entry.id, mark.target, body]).map(drop)
        }
        EntryBody::Pruned { what, until } => {
            let mut upsert = db.prepare_cached(
                "INSERT INTO pruned (what, until) VALUES (?, ?)
                 ON CONFLICT (what) DO UPDATE SET until = max(until, excluded.until)",
            )?;
            upsert.execute(params![what, until])?;
            prune::forget(db, what, *until)
        }
        EntryBody::Run(_) | EntryBody::Verdict(_) => Ok(()),
    }
}

/// Keeps what is said of one thing, the latest.
fn say(db: &Connection, entry: &HistoryEntry, subject: &str, body: &str) -> rusqlite::Result<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO said (kind, subject, at, id, body) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind, subject) DO UPDATE SET at = excluded.at, id = excluded.id, body = excluded.body
         WHERE (excluded.at, excluded.id) > (said.at, said.id)",
    )?;
    upsert.execute(params![entry.body.kind(), subject, entry.at, entry.id, body]).map(drop)
}

fn apply_file(
    db: &Connection,
    entry: &HistoryEntry,
    host: &str,
    path: &str,
    file: Option<&FileRow>,
) -> rusqlite::Result<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO file (host, path, at, id, present, first, body) VALUES (?1, ?2, ?3, ?4, ?5, ?3, ?6)
         ON CONFLICT (host, path) DO UPDATE SET at = excluded.at, id = excluded.id, present = excluded.present,
             body = excluded.body
         WHERE (excluded.at, excluded.id) > (file.at, file.id)",
    )?;
    let mut see = db.prepare_cached("INSERT OR IGNORE INTO seen (sha256, host, path) VALUES (?, ?, ?)")?;
    for occurrence in file.iter().flat_map(|file| &file.certificates) {
        see.execute(params![occurrence.sha256, host, path])?;
    }
    let body = file.map(document).transpose()?.unwrap_or_default();
    let newer = upsert.execute(params![host, path, entry.at, entry.id, file.is_some(), body])? > 0;
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
    register: &str,
    id: &str,
    holder: Option<&StoredHolderRow>,
) -> rusqlite::Result<()> {
    judgement_is_stale(db)?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO holder (register, holder, at, id, present, first, name, prefecture, tag, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?3, ?6, ?7, ?8, ?9)
         ON CONFLICT (register, holder) DO UPDATE SET at = excluded.at, id = excluded.id, present = excluded.present,
             name = excluded.name, prefecture = excluded.prefecture, tag = excluded.tag, body = excluded.body
         WHERE (excluded.at, excluded.id) > (holder.at, holder.id)",
    )?;
    let known = holder.cloned().unwrap_or_default();
    let body = document(&known)?;
    upsert.execute(params![
        register,
        id,
        entry.at,
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
