//! The inventory (点検記録): which certificates were found, where and when, and the records of action
//! about them.
//!
//! Every event is a [`HistoryEntry`]: a random 128-bit ID, an instant, and what holds from then on:
//! the contents of a file, a holder of the register, an assignment, a record of action, a changed
//! verdict, a run. Entries are only added. The present state of each subject is the entry with the
//! latest (instant, ID); the state on a past day is the latest entry up to then. Merging two
//! inventories is therefore the union of their entries, in any order, any number of times.
//!
//! Certificates and CRLs are kept by content: their key is the SHA-256 of their DER. [`Store`] is
//! the interface of the database, and [`sqlite`] the only module with SQL. Absent here: no
//! password, no private key, nothing derived from one but the hash of a public key; no clock
//! (instants come in), no printing, no language.

mod diff;
mod entry;
mod exchange;
mod import;
mod judging;
mod list;
mod register_diff;
mod rows;
pub mod sqlite;
mod store;
mod story;

pub use diff::{CertificateChange, ChangeKind, differences};
pub use entry::{EntryBody, EntryId, EntrySequence, HistoryEntry, instant, micros};
pub use exchange::{ExchangeError, MergeReport, SCHEMA as EXPORT, export, merge};
pub use import::{ImportReport, ImportRequest, RemovalSkipped, SourceReport};

pub use judging::{JudgementFreshness, JudgingInputs, judge, look_at, standing};
pub use list::{CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId};
pub use register_diff::{RegisterDiff, RemovalGuard};
pub use rows::{BindingRow, FileRow, MarkRow, NotificationRow, OccurrenceRow, RunRow, StoredHolderRow, VerdictRow};
pub use store::{
    InventoryCounts, InventoryError, JudgedHolder, JudgedInventory, JudgedRow, Judgement, JudgementCounts, KnownFile,
    Prunable, Store, StoredCertificate, WriteBatch,
};
pub use story::{EventKind, StoredOccurrence, StoryEvent, certificate_story, holder_story, last_of_holder};
