//! The inventory (証明書台帳): what was seen, where, when, by whom, and what people did about it.
//!
//! Everything that happens is an [`HistoryEntry`]: a random 128-bit ID, an instant, and what was so
//! from then on: a file with what lies in it, a holder of the register, a binding, a mark, a
//! verdict that changed, a run. Entries are only ever added. What is so now is, for each thing,
//! the entry with the latest (instant, ID); what was known on a day, the latest up to then.
//! Merging two inventories is therefore the union of their entries, in any order, any number
//! of times.
//!
//! Certificates and CRLs are kept by content: their key is the SHA-256 of their DER.
//! [`Store`] is the one face of the database, [`sqlite`] the one module with SQL. Nothing here
//! depends on SQLite but that module.
//! Absent here: no password, no private key, nothing derived from one but the hash of a public
//! key; no clock (instants come in), no printing, no language.

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
