//! What the office's commands ask: mappings, who left the register, entries by their IDs.

use rusqlite::params;

use super::super::entry::{EntryBody, EntryId, HistoryEntry};
use super::super::list::{NamedCertificate, RemovedHolder};
use super::super::rows::NotificationRow;
use super::super::store::{InventoryError, Store};
use super::query::prefix;
use super::{Sqlite, entry_of, json, role_of};
use crate::certificate::hex;
use crate::register::HolderKey;

/// Kinds of entries that people make.
const OFFICE: &str = "('mark', 'binding', 'undo', 'holder')";

impl Sqlite {
    pub(super) fn mapping(&self, register: &str) -> Result<Vec<(String, String)>, InventoryError> {
        let found = self.one("SELECT body FROM said WHERE kind = 'mapping' AND subject = ?", [register], |row| {
            json::<EntryBody>(&row.get::<_, String>(0)?)
        })?;
        Ok(match found {
            Some(EntryBody::Mapping { columns, .. }) => columns,
            _ => Vec::new(),
        })
    }

    pub(super) fn notifications(&self) -> Result<Vec<NotificationRow>, InventoryError> {
        let bodies = self.all("SELECT body FROM said WHERE kind = 'told' ORDER BY subject", [], |row| {
            json::<EntryBody>(&row.get::<_, String>(0)?)
        })?;
        let told = |body| match body {
            EntryBody::Told(told) => Some(told),
            _ => None,
        };
        Ok(bodies.into_iter().filter_map(told).collect())
    }

    pub(super) fn registers(&self) -> Result<Vec<String>, InventoryError> {
        let statement = "SELECT register FROM holder UNION SELECT subject FROM said WHERE kind = 'mapping' ORDER BY 1";
        self.all(statement, [], |row| row.get(0))
    }

    pub(super) fn removed_holders(&self) -> Result<Vec<RemovedHolder>, InventoryError> {
        let statement = "SELECT register, holder, at FROM holder WHERE NOT present ORDER BY register, holder";
        let keys = self.all(statement, [], |row| {
            Ok((HolderKey { register: row.get(0)?, id: row.get(1)? }, row.get::<_, i64>(2)?))
        })?;
        let named = |(key, since): (HolderKey, i64)| {
            let name = self.last_name(&key, since)?;
            Ok(RemovedHolder { key, name, since })
        };
        keys.into_iter().map(named).collect()
    }

    /// What a holder was called before `until`.
    fn last_name(&self, key: &HolderKey, until: i64) -> Result<String, InventoryError> {
        let story = self.story("holder", &format!("{}\u{0}{}", key.register, key.id))?;
        let mut rows = story.into_iter().filter(|entry| entry.at < until).filter_map(|entry| match entry.body {
            EntryBody::Holder { holder, .. } => holder,
            _ => None,
        });
        Ok(rows.next_back().map(|row| row.name).unwrap_or_default())
    }

    pub(super) fn holder_of(&self, sha256: &[u8; 32]) -> Result<Option<HolderKey>, InventoryError> {
        let statement = "SELECT register, holder FROM judged WHERE sha256 = ? AND holder IS NOT NULL";
        self.one(statement, [sha256], |row| Ok(HolderKey { register: row.get(0)?, id: row.get(1)? }))
    }

    pub(super) fn known(&self, sha256: &[u8; 32]) -> Result<Option<NamedCertificate>, InventoryError> {
        self.one("SELECT serial, subject, role FROM certificate WHERE sha256 = ?", [sha256], |row| {
            Ok(NamedCertificate { serial: row.get(0)?, subject: row.get(1)?, role: role_of(row.get(2)?) })
        })
    }

    pub(super) fn office_ids(&self) -> Result<Vec<EntryId>, InventoryError> {
        self.all(&format!("SELECT id FROM entry WHERE kind IN {OFFICE} ORDER BY id"), [], |row| row.get(0))
    }

    pub(super) fn entries_like(&self, digits: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        let Some((least, beyond)) = prefix(digits, 4) else { return Ok(Vec::new()) };
        let open = beyond.is_none();
        let statement =
            format!("SELECT id, at, body FROM entry WHERE id >= ? AND (id < ? OR ?) AND kind IN {OFFICE} ORDER BY id");
        let found = self.all(&statement, params![least, beyond.unwrap_or_default(), open], entry_of)?;
        // The range is that of whole bytes; an odd last digit is compared here.
        let digits: String = digits.chars().filter(char::is_ascii_hexdigit).flat_map(char::to_lowercase).collect();
        Ok(found.into_iter().filter(|entry| hex(&entry.id).starts_with(&digits)).collect())
    }

    pub(super) fn undone(&self, mark: &EntryId) -> Result<Option<(EntryId, i64)>, InventoryError> {
        let statement = "SELECT id, at FROM entry WHERE kind = 'undo' AND subject = ? ORDER BY at, id LIMIT 1";
        self.one(statement, [hex(mark)], |row| Ok((row.get(0)?, row.get(1)?)))
    }
}
