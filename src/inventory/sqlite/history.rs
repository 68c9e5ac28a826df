//! The history: entries by time, by subject, by their IDs.

use std::io;

use rusqlite::params;

use super::super::entry::{EntryBody, HistoryEntry};
use super::super::rows::RunRow;
use super::super::store::{History, InventoryError};
use super::super::units::EntryId;
use super::query::prefix;
use super::{Sqlite, entry_of};
use crate::certificate::hex;

/// Kinds of entries that people make.
const OFFICE: &str = "('mark', 'binding', 'undo', 'holder')";

impl History for Sqlite {
    fn entries(
        &self,
        since: i64,
        kinds: &[&str],
        each: &mut dyn FnMut(HistoryEntry) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        self.each(
            "SELECT id, at, body, kind FROM entry WHERE at > ? ORDER BY at, id",
            [since],
            |row| {
                let wanted = kinds.is_empty() || kinds.contains(&row.get::<_, String>(3)?.as_str());
                if wanted { entry_of(row).map(Some) } else { Ok(None) }
            },
            |entry| entry.map_or(Ok(()), &mut *each),
        )
    }

    fn story(&self, kind: &str, subject: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        self.all(
            "SELECT id, at, body FROM entry WHERE kind = ? AND subject = ? ORDER BY at, id",
            params![kind, subject],
            entry_of,
        )
    }

    fn subjects(&self, kind: &str, since: i64, until: i64) -> Result<Vec<String>, InventoryError> {
        // The expression keeps SQLite from scanning the index of the kind.
        self.all(
            "SELECT DISTINCT subject FROM entry WHERE at > ? AND at <= ? AND kind || '' = ? ORDER BY subject",
            params![since, until, kind],
            |row| row.get(0),
        )
    }

    fn known_at(&self, kind: &str, subject: &str, at: i64) -> Result<Option<HistoryEntry>, InventoryError> {
        self.one(
            "SELECT id, at, body FROM entry WHERE kind = ? AND subject = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1",
            params![kind, subject, at],
            entry_of,
        )
    }

    fn last_instant(&self) -> Result<Option<i64>, InventoryError> {
        Ok(self.one("SELECT max(at) FROM entry", [], |row| row.get(0))?.flatten())
    }

    fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError> {
        let entries = self.all(
            "SELECT id, at, body FROM entry WHERE kind = 'run' ORDER BY at DESC, id DESC",
            [],
            super::entry_of,
        )?;
        let run = |entry: HistoryEntry| match entry.body {
            EntryBody::Run(run) => Some((entry.id, entry.at, run)),
            _ => None,
        };
        Ok(entries.into_iter().filter_map(run).collect())
    }

    fn office_ids(&self) -> Result<Vec<EntryId>, InventoryError> {
        self.all(&format!("SELECT id FROM entry WHERE kind IN {OFFICE} ORDER BY id"), [], |row| row.get(0))
    }

    fn entries_like(&self, digits: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        let Some((least, beyond)) = prefix(digits, 4) else { return Ok(Vec::new()) };
        let open = beyond.is_none();
        let statement =
            format!("SELECT id, at, body FROM entry WHERE id >= ? AND (id < ? OR ?) AND kind IN {OFFICE} ORDER BY id");
        let found = self.all(&statement, params![least, beyond.unwrap_or_default(), open], entry_of)?;
        // The range is in whole bytes; an odd last digit is compared here.
        let digits: String = digits.chars().filter(char::is_ascii_hexdigit).flat_map(char::to_lowercase).collect();
        Ok(found.into_iter().filter(|entry| hex(&entry.id).starts_with(&digits)).collect())
    }
}
