//! Entries: what happened, when, and a random name for it.

use serde::{Deserialize, Serialize};

use super::rows::{BindingRow, FileRow, MarkRow, NotificationRow, RunRow, StoredHolderRow, VerdictRow, hex16, hex32};
use super::units::EntryId;
use crate::certificate::hex;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Its name.
    #[serde(with = "hex16")]
    pub id: EntryId,
    /// When, by the clock of the computer that recorded it, in microseconds since 1970. People read
    /// it; nothing is decided by it.
    pub at: i64,
    /// Its order among all entries ([`EntryOrder`](super::EntryOrder)). None for a new one: the store puts it after all
    /// that it has. Exports by earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
    /// What.
    #[serde(flatten)]
    pub body: EntryBody,
}

/// What happened: from then on this is so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "few are in memory at a time, and a holder is the usual one")]
pub enum EntryBody {
    /// A source was walked to its end.
    Run(RunRow),
    /// A file was read, or is gone.
    File {
        /// The computer it lies on.
        host: String,
        /// Its absolute path.
        path: String,
        /// What was read; none: it is gone.
        file: Option<FileRow>,
    },
    /// A certificate is judged otherwise than before.
    Verdict(VerdictRow),
    /// A holder stands in the register, or no longer.
    Holder {
        /// The register's name.
        register: String,
        /// The holder's ID in it.
        #[serde(rename = "holder_id")]
        id: String,
        /// What the register says; none: it is not in the register since.
        holder: Option<StoredHolderRow>,
        /// Who imported it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// The name of the import that recorded it, in hexadecimal: what `register import --undo` takes
        /// back together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<String>,
    },
    /// Which header of a register's file is which column.
    Mapping {
        /// The register's name.
        register: String,
        /// Header and column code.
        columns: Vec<(String, String)>,
        /// The name of the import that recorded it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        import: Option<String>,
    },
    /// Whose a certificate is, by hand; none takes the binding back.
    Binding {
        /// The certificate.
        #[serde(with = "hex32")]
        sha256: [u8; 32],
        /// Whose.
        bound: Option<BindingRow>,
        /// Who said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// What somebody did.
    Mark(MarkRow),
    /// Somebody was reminded.
    Told(NotificationRow),
    /// A mark is taken back.
    Undo {
        /// The mark's entry.
        #[serde(with = "hex16")]
        entry: EntryId,
        /// Who took it back.
        by: Option<String>,
    },
    /// Something was removed by `prune`; no merge brings it back.
    Pruned {
        /// What: a file's, a contact's or a certificate's subject.
        what: String,
        /// Entries up to this order are removed.
        until: i64,
    },
}

impl EntryBody {
    /// The name of its kind.
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

    /// What it is about: of two entries with one subject and kind, the later in order holds.
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
