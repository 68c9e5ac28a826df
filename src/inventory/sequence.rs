//! New entries, each with an ID and an instant of its own. Their order is the store's to give.

use sha2::{Digest, Sha256};

use super::entry::{EntryBody, HistoryEntry};
use super::store::{History, InventoryError};
use super::units::{DAY, micros};
use crate::calendar::Instant;

/// Makes entries with strictly increasing instants.
#[derive(Debug)]
pub struct EntrySequence {
    seed: [u8; 32],
    next: i64,
}

impl EntrySequence {
    /// Entries from `now` on, with instants after that of the last entry recorded here, so that
    /// histories read well although clocks are set back by minutes. Where that one is a day or more
    /// ahead, its clock was wrong, and `now` counts. Fails where the system has no random numbers.
    pub fn new(store: &dyn History, now: Instant) -> Result<EntrySequence, InventoryError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        let now = micros(now);
        let last = store.last_recorded()?.filter(|last| last.saturating_sub(now) < DAY);
        Ok(EntrySequence { seed, next: last.map_or(now, |last| now.max(last + 1)) })
    }

    /// The instant of the next entry, in microseconds since 1970.
    pub fn next(&self) -> i64 {
        self.next
    }

    /// The next entry.
    pub fn entry(&mut self, body: EntryBody) -> HistoryEntry {
        let at = self.next;
        self.next += 1;
        let digest = Sha256::new().chain_update(self.seed).chain_update(at.to_be_bytes()).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        HistoryEntry { id, at, order: None, body }
    }
}
