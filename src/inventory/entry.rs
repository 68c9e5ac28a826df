//! The entries of the history: a random ID, an instant and what happened.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::rows::{BindingRow, FileRow, MarkRow, NotificationRow, RunRow, StoredHolderRow, VerdictRow, hex16, hex32};
use super::store::{InventoryError, Store};
use crate::calendar::Instant;
use crate::certificate::hex;

/// A random 128-bit ID.
pub type EntryId = [u8; 16];

/// An entry of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its ID.
    #[serde(with = "hex16")]
    pub id: EntryId,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What.
    #[serde(flatten)]
    pub body: EntryBody,
}

/// What happened. It holds from then on, until a later entry about the same subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum EntryBody {
    /// A source was walked to its end.
    Run(RunRow),
    /// A file was read, or is gone.
    File {
        /// The computer.
        host: String,
        /// Its absolute path.
        path: String,
        /// What was read; none where it is gone.
        file: Option<FileRow>,
    },
    /// A certificate's verdict or findings changed.
    Verdict(VerdictRow),
    /// A holder is in the register, or no longer.
    Holder {
        /// The register's name.
        register: String,
        /// The holder's ID in it.
        #[serde(rename = "holder_id")]
        id: String,
        /// The register's values; none where it is no longer there.
        holder: Option<StoredHolderRow>,
        /// Who imported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The column mapping of a register's files.
    Mapping {
        /// The register's name.
        register: String,
        /// Header and column code.
        columns: Vec<(String, String)>,
    },
    /// An assignment of a certificate by hand; none removes it.
    Binding {
        /// The certificate.
        #[serde(with = "hex32")]
        sha256: [u8; 32],
        /// Whose.
        bound: Option<BindingRow>,
        /// Who recorded it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A record of action.
    Mark(MarkRow),
    /// A notification was sent.
    Told(NotificationRow),
    /// A record of action was undone.
    Undo {
        /// The mark's entry.
        #[serde(with = "hex16")]
        entry: EntryId,
        /// Who undid it.
        by: Option<String>,
    },
    /// Something was removed by `prune`; no merge brings it back.
    Pruned {
        /// The subject of the file, contact or certificate.
        what: String,
        /// Entries up to this instant are removed.
        until: i64,
    },
}

impl EntryBody {
    /// The code of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            EntryBody::Run(_) => "run",
            EntryBody::File { .. } => "file",
            EntryBody::Verdict(_) => "verdict",
            EntryBody::Holder { .. } => "holder",
            EntryBody::Mapping { .. } => "mapping",
            EntryBody::Binding { .. } => "binding",
            EntryBody::Mark(_) => "mark",
            EntryBody::Told(_) => "told",
            EntryBody::Undo { .. } => "undo",
            EntryBody::Pruned { .. } => "pruned",
        }
    }

    /// What it is about: of two entries of one kind and subject, the later holds.
    pub fn subject(&self) -> String {
        match self {
            EntryBody::Run(run) => format!("{}\u{0}{}", run.host, run.root),
            EntryBody::File { host, path, .. } => format!("{host}\u{0}{path}"),
            EntryBody::Verdict(verdict) => hex(&verdict.sha256),
            EntryBody::Holder { register, id, .. } => format!("{register}\u{0}{id}"),
            EntryBody::Mapping { register, .. } => register.clone(),
            EntryBody::Binding { sha256, .. } => hex(sha256),
            EntryBody::Mark(mark) => mark.target.clone(),
            EntryBody::Told(told) => told.topic.clone(),
            EntryBody::Undo { entry, .. } => hex(entry),
            EntryBody::Pruned { what, .. } => what.clone(),
        }
    }
}

/// Makes entries with strictly increasing instants.
#[derive(Debug)]
pub struct EntrySequence {
    seed: [u8; 32],
    next: i64,
}

impl EntrySequence {
    /// Entries from `now` on and after all entries of `store`: of two entries about one subject the
    /// later holds, and clocks are sometimes set back. Where the store is a day or more ahead, an
    /// earlier clock was wrong, and `now` counts. Fails where the system has no random numbers.
    pub fn new(store: &dyn Store, now: Instant) -> Result<EntrySequence, InventoryError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(std::io::Error::other)?;
        let now = micros(now);
        let last = store.last_instant()?.filter(|last| last.saturating_sub(now) < DAY);
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
        // From one random seed, since an import of a large share makes hundreds of thousands of
        // IDs.
        let digest = Sha256::new().chain_update(self.seed).chain_update(at.to_be_bytes()).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        HistoryEntry { id, at, body }
    }
}

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Microseconds since 1970.
pub fn micros(at: Instant) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

/// The instant so many microseconds after 1970.
pub fn instant(micros: i64) -> Instant {
    Instant::from_unix_timestamp_nanos(i128::from(micros) * 1000).unwrap_or(Instant::UNIX_EPOCH)
}
