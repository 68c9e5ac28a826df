//! Testing what is stored, and putting in order what a wrong clock left behind.

use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};

use super::super::entry::HistoryEntry;
use super::super::store::{InventoryCheck, InventoryError, InventoryRepair};
use super::super::units::{DAY, EntryId};
use super::{Sqlite, apply, entry_of, property, schema, seal, sql};
use crate::certificate::{Crl, hex};

/// Damages that are reported at most.
const MOST_TOLD: usize = 20;

/// What is derived from the entries, by table and columns.
const DERIVED: [(&str, &str); 7] = [
    ("file", "host, path, at, ord, id, present, first, body"),
    ("sighting", "sha256, host, path, position, name"),
    ("file_key", "key, host, path"),
    ("run", "host, root, at, ord, id, body"),
    ("holder", "register, holder, at, ord, id, present, first, name, prefecture, tag, body"),
    ("said", "kind, subject, at, ord, id, body"),
    ("mark", "at, ord, id, target, body"),
];

/// The findings of certificates as the judgements have them, whose rows have checksums: rule, SHA-256
/// and severity as the table `finding` has them, which has none and is asked by `list --rule`.
const JUDGED_FINDINGS: &str = "SELECT found.value ->> 0 AS rule, judged.sha256 AS sha256,
            CASE found.value ->> 1 WHEN 'error' THEN 3 WHEN 'warning' THEN 2 WHEN 'info' THEN 1 ELSE 0 END AS severity
     FROM judged, json_each(judged.row, '$.findings') found";

impl Sqlite {
    /// What is damaged, and what is out of order. `now` is the moment, in microseconds since 1970.
    pub fn check(&self, now: i64) -> Result<InventoryCheck, InventoryError> {
        let damaged = self.damages()?;
        if !damaged.is_empty() {
            return Ok(InventoryCheck { damaged, ..InventoryCheck::default() });
        }
        let future =
            self.one("SELECT count(*), max(at) FROM entry WHERE at > ?", [now.saturating_add(DAY)], |row| {
                Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, Option<i64>>(1)?))
            })?;
        Ok(InventoryCheck {
            damaged,
            differing: self.differing()?,
            overruled: apply::overruled_files(&self.db).map_err(sql)?,
            future: future.and_then(|(count, latest)| Some((count, latest?))),
        })
    }

    /// The damages of the file and its contents; empty if there are none.
    pub(super) fn damages(&self) -> Result<Vec<String>, InventoryError> {
        let mut found = self.all("PRAGMA integrity_check(20)", [], |row| row.get::<_, String>(0))?;
        found.retain(|line| line != "ok");
        // Where SQLite itself finds damage, reading the rows gives only consequential errors.
        if !found.is_empty() {
            return Ok(found);
        }
        for sealed in seal::ALL {
            let statement = format!(
                "SELECT {} FROM {} WHERE sum <> {} LIMIT {MOST_TOLD}",
                sealed.name,
                sealed.table,
                sealed.digest()
            );
            let names = self.all(&statement, [], |row| row.get::<_, String>(0))?;
            found.extend(names.into_iter().map(|name| format!("{} {name}: another checksum", sealed.table)));
        }
        for table in ["certificate", "crl"] {
            let row = |row: &Row| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, Vec<u8>>(1)?));
            self.each(&format!("SELECT sha256, der FROM {table}"), [], row, |(sha256, der)| {
                if sha256 != <[u8; 32]>::from(Sha256::digest(&der)) {
                    found.push(format!("{table} {}: another SHA-256", hex(&sha256)));
                } else if table == "crl" && Crl::parse(&der).is_err() {
                    found.push(format!("{table} {}: cannot be read", hex(&sha256)));
                }
                Ok(())
            })?;
        }
        found.truncate(MOST_TOLD);
        Ok(found)
    }

    /// How many rows of each table are not what the entries say, or the judgements.
    fn differing(&self) -> Result<Vec<(&'static str, u64)>, InventoryError> {
        // One reading of all tables, whatever others write meanwhile.
        let tx = self.db.unchecked_transaction().map_err(sql)?;
        tx.execute_batch(&schema::known("TEMP")).map_err(sql)?;
        // Seen from within the transaction, the temporary tables hide the others.
        apply::apply_all(&tx, i64::MAX).map_err(sql)?;
        let mut differing = Vec::new();
        for (table, columns) in DERIVED {
            let (kept, derived) = (format!("main.{table}"), format!("temp.{table}"));
            let mut count = 0;
            for (one, other) in [(&kept, &derived), (&derived, &kept)] {
                let statement =
                    format!("SELECT count(*) FROM (SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other})");
                let found: i64 = tx.query_row(&statement, [], |row| row.get(0)).map_err(sql)?;
                count = found.unsigned_abs().max(count);
            }
            if count > 0 {
                differing.push((table, count));
            }
        }
        // A rule that found two things of a certificate has one row, with the severity of the last.
        let findings: i64 = tx
            .query_row(
                &format!(
                    "SELECT (SELECT count(*) FROM (SELECT rule, sha256, severity FROM finding
                                                   EXCEPT SELECT rule, sha256, severity FROM ({JUDGED_FINDINGS})))
                          + (SELECT count(*) FROM (SELECT rule, sha256 FROM ({JUDGED_FINDINGS})
                                                   EXCEPT SELECT rule, sha256 FROM finding))"
                ),
                [],
                |row| row.get(0),
            )
            .map_err(sql)?;
        if findings > 0 {
            differing.push(("finding", findings.unsigned_abs()));
        }
        // The temporary tables go with the transaction.
        tx.rollback().map_err(sql)?;
        Ok(differing)
    }

    /// Puts in order what `check` found, unless something is damaged.
    pub fn repair(&mut self, now: i64) -> Result<InventoryRepair, InventoryError> {
        let found = self.check(now)?;
        let mut done = InventoryRepair::default();
        if found.is_sound() || !found.damaged.is_empty() {
            return Ok(done);
        }
        if self.is_read_only() {
            return Err(InventoryError::ReadOnly);
        }
        let tx = self.begin()?;
        done.dated = date_again(&tx, now).map_err(sql)?;
        for (host, path) in &found.overruled {
            let Some(last) = last_recorded_of(&tx, host, path).map_err(sql)? else { continue };
            apply::add_all(&tx, &[again(last, now)?]).map_err(sql)?;
            done.files += 1;
        }
        apply::derive_again(&tx).map_err(sql)?;
        tx.execute("DELETE FROM finding", []).map_err(sql)?;
        let again = format!("INSERT OR REPLACE INTO finding (rule, sha256, severity) {JUDGED_FINDINGS}");
        tx.execute(&again, []).map_err(sql)?;
        done.rows = found.differing.iter().map(|(_, count)| count).sum();
        if let Some(clock) = property::get(&tx, property::CLOCK).map_err(sql)?
            && clock.parse::<i64>().is_ok_and(|clock| clock > now.saturating_add(DAY))
        {
            property::set(&tx, property::CLOCK, &now.to_string()).map_err(sql)?;
        }
        tx.commit().map_err(sql)?;
        Ok(done)
    }
}

/// The same content as a new entry, which then comes after all others.
fn again(entry: HistoryEntry, now: i64) -> Result<HistoryEntry, InventoryError> {
    let mut id: EntryId = [0; 16];
    getrandom::fill(&mut id).map_err(std::io::Error::other)?;
    Ok(HistoryEntry { id, at: now, order: None, body: entry.body })
}

/// Gives entries of the future the instant of the first entry after them that is none, since they
/// were recorded before that one; where there is none, the present. Returns how many.
fn date_again(db: &Connection, now: i64) -> rusqlite::Result<u64> {
    let limit = now.saturating_add(DAY);
    let mut query = db.prepare("SELECT id, ord FROM entry WHERE at > ?")?;
    let future: Vec<(EntryId, i64)> =
        query.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut after = db.prepare("SELECT min(at) FROM entry WHERE ord > ? AND at <= ?")?;
    let mut instants = Vec::new();
    for (id, order) in future {
        let at: Option<i64> = after.query_row([order, limit], |row| row.get(0))?;
        instants.push((id, at.unwrap_or(now).min(now)));
    }
    for (id, at) in &instants {
        apply::date(db, id, *at)?;
    }
    Ok(instants.len() as u64)
}

/// What was recorded last of a file, in whatever order it counts.
fn last_recorded_of(db: &Connection, host: &str, path: &str) -> rusqlite::Result<Option<HistoryEntry>> {
    let mut query = db.prepare(
        "SELECT id, at, ord, body FROM entry WHERE kind = 'file' AND subject = ? ORDER BY rowid DESC LIMIT 1",
    )?;
    let mut rows = query.query([format!("{host}\u{0}{path}")])?;
    rows.next()?.map(entry_of).transpose()
}
