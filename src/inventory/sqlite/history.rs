//! The history: entries by time, by subject, by their IDs.

use std::io;

use rusqlite::params;

use super::super::entry::{EntryBody, HistoryEntry};
use super::super::rows::RunRow;
use super::super::store::{History, InventoryError};
use super::super::units::EntryId;
use super::query::prefix;
use super::seal::ENTRY;
use super::{Sqlite, entry_of, property, sql};
use crate::certificate::hex;

/// Kinds of entries that people make.
const OFFICE: &str = "('mark', 'binding', 'undo', 'holder')";

impl History for Sqlite {
    fn entries(
        &self,
        kinds: &[&str],
        each: &mut dyn FnMut(HistoryEntry) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        self.each(
            &format!("SELECT id, at, ord, body, kind FROM entry WHERE {} ORDER BY ord, id", ENTRY.intact()),
            [],
            |row| {
                let wanted = kinds.is_empty() || kinds.contains(&row.get::<_, String>(4)?.as_str());
                if wanted { entry_of(row).map(Some) } else { Ok(None) }
            },
            |entry| entry.map_or(Ok(()), &mut *each),
        )
    }

    fn story(&self, kind: &str, subject: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        self.all(
            &format!(
                "SELECT id, at, ord, body FROM entry WHERE kind = ? AND subject = ? AND {} ORDER BY ord, id",
                ENTRY.intact()
            ),
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
            &format!(
                "SELECT id, at, ord, body FROM entry WHERE kind = ? AND subject = ? AND at <= ? AND {}
                 ORDER BY ord DESC, id DESC LIMIT 1",
                ENTRY.intact()
            ),
            params![kind, subject, at],
            entry_of,
        )
    }

    fn last_recorded(&self) -> Result<Option<i64>, InventoryError> {
        Ok(property::get(&self.db, property::CLOCK).map_err(sql)?.and_then(|at| at.parse().ok()))
    }

    fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError> {
        let entries = self.all(
            &format!(
                "SELECT id, at, ord, body FROM entry WHERE kind = 'run' AND {} ORDER BY ord DESC, id DESC",
                ENTRY.intact()
            ),
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
        let statement = format!(
            "SELECT id, at, ord, body FROM entry
             WHERE id >= ? AND (id < ? OR ?) AND kind IN {OFFICE} AND {} ORDER BY id",
            ENTRY.intact()
        );
        let found = self.all(&statement, params![least, beyond.unwrap_or_default(), open], entry_of)?;
        // The range is in whole bytes; an odd last digit is compared here.
        let digits: String = digits.chars().filter(char::is_ascii_hexdigit).flat_map(char::to_lowercase).collect();
        Ok(found.into_iter().filter(|entry| hex(&entry.id).starts_with(&digits)).collect())
    }
}
