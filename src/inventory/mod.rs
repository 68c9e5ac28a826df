//! The inventory (証明書台帳): what was seen, where, when, by whom, and what people did about it.
//!
//! Everything that happens is an [`HistoryEntry`]: a random 128-bit ID, an order, an instant, and
//! what was so from then on: a file with what lies in it, a holder of the register, a binding, a
//! mark, a verdict that changed, a run. Entries are only ever added. What is so now is, for each
//! thing, the entry with the greatest (order, ID); what was known on a day, that of those recorded
//! up to then. The order ([`EntryOrder`]) never runs backwards, as clocks do; the instant is for
//! people. Merging two inventories is therefore the union of their entries, in any order, any
//! number of times.
//!
//! Certificates and CRLs are kept by content: their key is the SHA-256 of their DER.
//! What a database engine must answer is in four traits, each on top of the one before:
//! [`History`], [`Store`], [`StoreContents`] and [`StoreWriter`]. [`sqlite`] is the one module with
//! SQL, and nothing here depends on it.
//! Absent here: no password, no private key, nothing derived from one but the hash of a public
//! key; no clock (instants come in), no printing, no language.

mod diff;
mod entry;
mod exchange;
mod import;
mod judging;
mod list;
mod lock;
mod register_diff;
mod rows;
mod sequence;
pub mod sqlite;
mod store;
mod story;
mod units;

pub use diff::{CertificateChange, ChangeKind, differences};
pub use entry::{EntryBody, HistoryEntry};
pub use exchange::{ExchangeError, MergeRefusal, MergeReport, SCHEMA as EXPORT, export, merge};
pub use import::{ImportReport, ImportRequest, RemovalSkipped, SourceReport};

pub use judging::{JudgementFreshness, JudgingInputs, judge, look_at, standing};
pub use list::{CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId};
pub use lock::{InventoryLock, Turn, delivery_folder};
pub use register_diff::{AcceptedLosses, ImportGuard, RegisterDiff};
pub use rows::{BindingRow, FileRow, MarkRow, NotificationRow, OccurrenceRow, RunRow, StoredHolderRow, VerdictRow};
pub use sequence::EntrySequence;
pub use store::{
    History, InventoryCheck, InventoryCounts, InventoryError, InventoryRepair, JudgedHolder, JudgedInventory,
    JudgedRow, Judgement, JudgementCounts, KnownFile, Prunable, Store, StoreContents, StoreWriter, StoredCertificate,
    UnfinishedImport, WriteBatch,
};
pub use story::{EventKind, StoredOccurrence, StoryEvent, certificate_story, holder_story, last_of_holder};
pub use units::{EntryId, EntryOrder, instant, micros};
