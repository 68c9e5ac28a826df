//! The interface of the database, without SQL or types of one database.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::{EntryBody, HistoryEntry};
use super::list::{CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId};
use super::rows::{FileRow, NotificationRow, RunRow, VerdictRow};
use super::units::EntryId;
use crate::audit::{AuditSummary, CertificateSource, CertificateSummary, VerdictLifetime};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl, hex};
use crate::locale::catalogue::inventory as texts;
use crate::locale::{Lang, Text};
use crate::platform::FileStamp;
use crate::policy::Severity;
use crate::register::{HolderKey, RegisterState};
use crate::trust::Verdict;

/// What is written in one transaction.
#[derive(Debug, Default)]
pub struct WriteBatch {
    /// New certificates; known ones are skipped.
    pub certificates: Vec<StoredCertificate>,
    /// New CRLs; known ones are skipped.
    pub crls: Vec<Crl>,
    /// What happened.
    pub entries: Vec<HistoryEntry>,
    /// The state of files that were read, beside their contents.
    pub stamps: Vec<KnownFile>,
    /// How far imports have come that are under way.
    pub underway: Vec<UnfinishedImport>,
    /// Sources whose import has ended: host and source.
    pub ended: Vec<(String, String)>,
}

/// An import of a source that has begun and not ended: it is under way, or was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnfinishedImport {
    /// The computer.
    pub host: String,
    /// The source.
    pub root: String,
    /// When it began, in microseconds since 1970.
    pub began: i64,
    /// The number of files that are recorded.
    pub read: u64,
    /// The number of files that there are at least.
    pub least: u64,
}

/// A certificate with its summary.
#[derive(Debug)]
pub struct StoredCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Its summary.
    pub summary: CertificateSummary,
}

/// The state of a file when it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownFile {
    /// The computer.
    pub host: String,
    /// Its absolute path.
    pub path: String,
    /// Its size and times when it was read.
    pub stamp: FileStamp,
    /// Reader version, key level and limits it was read with.
    pub reading: String,
    /// Whether it can be relied on: it was not written in the seconds before it was read, and
    /// it is not to be tried again.
    pub settled: bool,
}

/// The judgement of a certificate.
#[derive(Clone, Debug)]
pub struct JudgedRow {
    /// The part that is kept in its history.
    pub row: VerdictRow,
    /// The verdict, for reuse.
    pub verdict: Verdict,
    /// The lifetime and inputs of the verdict.
    pub lifetime: VerdictLifetime,
    /// root, intermediate or end-entity.
    pub role: &'static str,
    /// The highest severity: 0 none, 1 info, 2 warning, 3 error.
    pub severity: u8,
    /// The effective expiry, otherwise notAfter.
    pub ends: Option<Instant>,
    /// The civil day of it.
    pub ends_on: Option<String>,
    /// Its holder: register and ID.
    pub holder: Option<(String, String)>,
    /// The code of how it is matched, or why it is not.
    pub how: &'static str,
    /// Its usage category.
    pub category: Option<String>,
    /// The number of its places.
    pub places: usize,
    /// Host of the first.
    pub host: String,
    /// Path of the first.
    pub path: String,
    /// The name people know it by.
    pub name: String,
    /// The latest one that renews it.
    pub superseded_by: Option<[u8; 32]>,
}

/// A finding of a holder.
#[derive(Clone, Debug)]
pub struct JudgedHolder {
    /// The register.
    pub register: String,
    /// The holder's ID in it.
    pub id: String,
    /// The rule.
    pub rule: &'static str,
    /// 1 info, 2 warning, 3 error.
    pub severity: u8,
}

/// Judgements that are written in one transaction.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Certificates.
    pub rows: Vec<JudgedRow>,
    /// Findings of holders.
    pub holders: Vec<JudgedHolder>,
    /// An entry for each certificate whose judgement changed.
    pub changed: Vec<HistoryEntry>,
    /// Given with the last part: judgements of certificates that are gone are then removed.
    pub whole: Option<JudgedInventory>,
}

/// The judgement of the inventory as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedInventory {
    /// The hash of its inputs: policy, roots and CRLs given.
    pub inputs: [u8; 32],
    /// The moment judged, in microseconds since 1970.
    pub at: i64,
    /// The first moment at which time alone may change it.
    pub until: i64,
    /// Its counts.
    pub tally: JudgementCounts,
}

/// The counts of a judgement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementCounts {
    /// Distinct certificates.
    pub certificates: u64,
    /// Those with a finding above info.
    pub attention: u64,
    /// Findings by severity: info, warning, error.
    pub findings: [u64; 3],
    /// Files that could not be read, or in part only, by the rule that says why.
    #[serde(default)]
    pub unread: BTreeMap<String, u64>,
}

/// The rules about files that could not be read, or in part only.
const UNREAD: [&str; 8] = [
    "certificate-missing",
    "password-unknown",
    "group-protected",
    "container-damaged",
    "algorithm-unsupported",
    "container-unread",
    "container-limit",
    "file-unreadable",
];

impl JudgementCounts {
    /// The counts of a summary.
    pub fn of(summary: &AuditSummary) -> JudgementCounts {
        let count = |severity| summary.severities.get(&severity).copied().unwrap_or(0);
        JudgementCounts {
            certificates: summary.certificates,
            attention: summary.attention,
            findings: [Severity::Info, Severity::Warning, Severity::Error].map(count),
            unread: UNREAD.into_iter().filter_map(|code| Some((code.to_string(), *summary.rules.get(code)?))).collect(),
        }
    }

    /// How many files some rules report as not read.
    pub fn unread_by(&self, rules: &[&str]) -> u64 {
        rules.iter().filter_map(|code| self.unread.get(*code)).sum()
    }

    /// The highest severity found.
    pub fn worst(&self) -> Option<Severity> {
        let graded = [Severity::Info, Severity::Warning, Severity::Error].into_iter().zip(self.findings);
        graded.rev().find(|(_, count)| *count > 0).map(|(severity, _)| severity)
    }
}

/// What may be removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prunable {
    /// Files that are gone: host, path, and the order of their last entry.
    pub files: Vec<(String, String, i64)>,
    /// Holders whose contact is no longer needed: register, ID, and the order of their last entry.
    pub contacts: Vec<(String, String, i64)>,
}

impl Prunable {
    /// The tombstones that remove it.
    pub fn tombstones(&self) -> Vec<EntryBody> {
        let one = |what: &str, (a, b, until): &(String, String, i64)| EntryBody::Pruned {
            what: format!("{what}\u{0}{a}\u{0}{b}"),
            until: *until,
        };
        let files = self.files.iter().map(|file| one("file", file));
        files.chain(self.contacts.iter().map(|holder| one("contact", holder))).collect()
    }
}

/// What a check finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryCheck {
    /// What is damaged. Where something is, nothing else was looked at.
    pub damaged: Vec<String>,
    /// Tables with rows that are not what the latest entries say, and how many.
    pub differing: Vec<(&'static str, u64)>,
    /// Files of which an earlier reading holds, since the clock ran ahead then: host and path.
    pub overruled: Vec<(String, String)>,
    /// How many entries are of the future, and the latest instant, in microseconds since 1970.
    pub future: Option<(u64, i64)>,
}

impl InventoryCheck {
    /// Whether there is nothing to report.
    pub fn is_sound(&self) -> bool {
        *self == InventoryCheck::default()
    }
}

/// What a repair did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InventoryRepair {
    /// Rows that were derived again from the entries.
    pub rows: u64,
    /// Files of which now the last reading holds.
    pub files: u64,
    /// Entries of the future that got an instant of the past.
    pub dated: u64,
}

/// Counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InventoryCounts {
    /// Each table's name and how many rows it has.
    pub rows: Vec<(&'static str, u64)>,
    /// Bytes on disk.
    pub bytes: u64,
    /// The version of the tables.
    pub version: u32,
    /// The first and last entry's instant.
    pub span: Option<(i64, i64)>,
    /// The last import: its instant, and the source.
    pub last_import: Option<(i64, RunRow)>,
    /// Imports that have begun and not ended.
    pub unfinished: Vec<UnfinishedImport>,
    /// It was made by a trial.
    pub is_of_trial: bool,
}

/// The history of an inventory: its entries.
pub trait History: Send {
    /// Entries in their order, of the kinds given or all.
    fn entries(
        &self,
        kinds: &[&str],
        each: &mut dyn FnMut(HistoryEntry) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// Entries of one subject, in their order.
    fn story(&self, kind: &str, subject: &str) -> Result<Vec<HistoryEntry>, InventoryError>;

    /// The subjects of entries of a kind after `since` and up to `until`.
    fn subjects(&self, kind: &str, since: i64, until: i64) -> Result<Vec<String>, InventoryError>;

    /// The entry that held for a subject at an instant: the last in order of those up to then.
    fn known_at(&self, kind: &str, subject: &str, at: i64) -> Result<Option<HistoryEntry>, InventoryError>;

    /// What the clock said when the last entry was recorded here, entries of other inventories that
    /// were merged aside; in microseconds since 1970.
    fn last_recorded(&self) -> Result<Option<i64>, InventoryError>;

    /// The imports of sources, the latest first: entry, instant, run.
    fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError>;

    /// The IDs of all entries that people made, in order.
    fn office_ids(&self) -> Result<Vec<EntryId>, InventoryError>;

    /// The entries of people whose IDs begin with these hexadecimal digits, four at least.
    fn entries_like(&self, digits: &str) -> Result<Vec<HistoryEntry>, InventoryError>;

    /// The entry that undid a record of action, and its instant in microseconds since 1970.
    fn undone(&self, mark: &EntryId) -> Result<Option<(EntryId, i64)>, InventoryError> {
        let undone = self.story("undo", &hex(mark))?.into_iter().next();
        Ok(undone.map(|entry| (entry.id, entry.at)))
    }

    /// The column mapping of a register's files: header and code.
    fn mapping(&self, register: &str) -> Result<Vec<(String, String)>, InventoryError> {
        let last = self.known_at("mapping", register, i64::MAX)?;
        Ok(match last.map(|entry| entry.body) {
            Some(EntryBody::Mapping { columns, .. }) => columns,
            _ => Vec::new(),
        })
    }
}

/// The present state of an inventory, for lists, reports and commands about one thing.
pub trait Store: History {
    /// The contents of a file, if it is present.
    fn file(&self, host: &str, path: &str) -> Result<Option<FileRow>, InventoryError>;

    /// The register, assignments and records of action.
    fn office(&self) -> Result<RegisterState, InventoryError>;

    /// Imports that have begun and not ended, by host and source.
    fn unfinished(&self) -> Result<Vec<UnfinishedImport>, InventoryError>;

    /// The reminder ledger: of each topic and step the last notification.
    fn notifications(&self) -> Result<Vec<NotificationRow>, InventoryError>;

    /// The judgement of the whole; none where something has changed since.
    fn judged(&self) -> Result<Option<JudgedInventory>, InventoryError>;

    /// The last judgement of a certificate.
    fn last_verdict(&self, sha256: &[u8; 32]) -> Result<Option<VerdictRow>, InventoryError>;

    /// Reads certificates and the verdicts reached before, from any thread.
    fn certificate_source(&self, at: Instant) -> Result<Arc<dyn CertificateSource>, InventoryError>;

    /// The certificates of these holders (register and ID) that are present.
    fn held_by(&self, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// Host and path of every file that contains a certificate.
    fn lies_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError>;

    /// Host and path of every file that ever contained a certificate.
    fn ever_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError>;

    /// End-entity certificates that a certificate may renew, the latest first, each with whether it
    /// is known to be superseded by it. The others began earlier and have its subject and issuer.
    fn predecessors(&self, sha256: &[u8; 32]) -> Result<Vec<([u8; 32], bool)>, InventoryError>;

    /// Every certificate that is present and had been judged at an instant: its highest severity
    /// now, and its judgement then.
    fn each_graded(
        &self,
        then: i64,
        each: &mut dyn FnMut([u8; 32], u8, VerdictRow) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// The keys of the certificates that match the filter, in order: a list of any length can then
    /// be read one by one.
    fn chosen(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// The list row of a certificate; none where it is gone.
    fn listed(&self, sha256: &[u8; 32]) -> Result<Option<ListedCertificate>, InventoryError>;

    /// The number of certificates that are present, of a role or all.
    fn certificates(&self, role: Option<&str>) -> Result<u64, InventoryError>;

    /// The certificates that a certificate renews, the latest first.
    fn renewed_by(&self, sha256: &[u8; 32]) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// What is shown of a certificate where it is referred to.
    fn known(&self, sha256: &[u8; 32]) -> Result<Option<NamedCertificate>, InventoryError>;

    /// What `text` may mean: the beginning of a certificate's SHA-256, a serial number, or a
    /// holder's ID; `sha256:`, `serial:` and `holder:` before it say which.
    fn resolve_id(&self, text: &str) -> Result<Vec<ResolvedId>, InventoryError>;

    /// The IDs of all holders that were ever in a register.
    fn holder_ids(&self) -> Result<Vec<String>, InventoryError>;

    /// The computers on which certificates lie.
    fn hosts(&self) -> Result<Vec<String>, InventoryError>;

    /// The names of all registers: those with holders, and those with a mapping.
    fn registers(&self) -> Result<Vec<String>, InventoryError>;

    /// Holders that left the register, by key.
    fn removed_holders(&self) -> Result<Vec<RemovedHolder>, InventoryError>;

    /// The holder of a certificate at its last judgement.
    fn holder_of(&self, sha256: &[u8; 32]) -> Result<Option<HolderKey>, InventoryError> {
        let holder = self.listed(sha256)?.and_then(|listed| listed.holder);
        Ok(holder.map(|(register, id)| HolderKey { register, id }))
    }
}

/// Everything in an inventory, one by one, for judging and export.
pub trait StoreContents: Store {
    /// The DER of every certificate, by SHA-256.
    fn each_certificate(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<(), InventoryError>;

    /// The number of certificates, CRLs and entries.
    fn sizes(&self) -> Result<[u64; 3], InventoryError>;

    /// All CRLs.
    fn crls(&self) -> Result<Vec<Crl>, InventoryError>;

    /// Every present file, by host and path.
    fn each_file(&self, each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>) -> Result<(), InventoryError>;

    /// The present files that contain one of these certificates or its key, by host and path.
    fn each_file_with(
        &self,
        certificates: &HashMap<[u8; 32], CertificateSummary>,
        each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// The summaries of all certificates that are present.
    fn summaries(&self) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError>;

    /// The end-entity certificates that are gone, each with host and path of a file that contained
    /// it.
    fn gone(&self) -> Result<Vec<(CertificateSummary, String, String)>, InventoryError>;

    /// The present certificates that are relevant to one of these: those themselves, those of the
    /// same subject, key, serial number or holder, and all possible issuers.
    fn related(&self, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError>;
}

/// Writing to an inventory, and what an import compares before it writes.
pub trait StoreWriter: StoreContents {
    /// Writes a batch in one transaction and returns the number of new certificates. Entries that
    /// are there already change nothing.
    fn record(&mut self, batch: &WriteBatch) -> Result<u64, InventoryError>;

    /// From now on nothing is written for good before [`StoreWriter::end_merge`].
    fn begin_merge(&mut self) -> Result<(), InventoryError>;

    /// Writes for good what was recorded since the merge began, or takes it back.
    fn end_merge(&mut self, is_kept: bool) -> Result<(), InventoryError>;

    /// Writes judgements of certificates and holders.
    fn judge(&mut self, judgement: &Judgement) -> Result<(), InventoryError>;

    /// The state of a file when it was read, if it is present.
    fn known_file(&self, host: &str, path: &str) -> Result<Option<KnownFile>, InventoryError>;

    /// The paths of present files of a host at or below `root`.
    fn paths_below(&self, host: &str, root: &str, each: &mut dyn FnMut(&str)) -> Result<(), InventoryError>;

    /// The last complete run of each source of a host.
    fn complete_runs(&self, host: &str) -> Result<Vec<RunRow>, InventoryError>;
}

/// Errors of the inventory.
#[derive(Debug)]
pub enum InventoryError {
    /// An error of the database, with its message.
    Database(String),
    /// The database is damaged.
    Damaged(String),
    /// Another program has it locked for too long.
    Busy,
    /// It is newer than this program.
    Newer {
        /// The version of its tables.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// It is not an inventory.
    Foreign,
    /// It may only be read.
    ReadOnly,
    /// It is on a network file system.
    Network(String),
    /// Reading or writing a file.
    Io(io::Error),
}

impl InventoryError {
    /// What is wrong and what to do.
    pub fn text(&self, path: &str, lang: Lang) -> String {
        let fill = |text: Text, values: &[(&str, &dyn fmt::Display)]| {
            let mut all: Vec<(&str, &dyn fmt::Display)> = vec![("path", &path)];
            all.extend_from_slice(values);
            text.fill(lang, &all)
        };
        match self {
            InventoryError::Database(what) => fill(texts::DATABASE, &[("what", what)]),
            InventoryError::Damaged(what) => fill(texts::DAMAGED, &[("what", what)]),
            InventoryError::Busy => fill(texts::BUSY, &[]),
            InventoryError::Newer { found, known } => fill(texts::NEWER, &[("found", found), ("known", known)]),
            InventoryError::Foreign => fill(texts::FOREIGN, &[]),
            InventoryError::ReadOnly => fill(texts::READ_ONLY, &[]),
            InventoryError::Network(kind) => fill(texts::NETWORK, &[("kind", kind)]),
            InventoryError::Io(error) => fill(texts::IO, &[("error", error)]),
        }
    }
}

impl fmt::Display for InventoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text("inventory", Lang::En))
    }
}

impl std::error::Error for InventoryError {}

impl From<io::Error> for InventoryError {
    fn from(error: io::Error) -> InventoryError {
        // One of an inventory comes back from code that knows of files only.
        error.downcast::<InventoryError>().unwrap_or_else(InventoryError::Io)
    }
}

impl From<InventoryError> for io::Error {
    fn from(error: InventoryError) -> io::Error {
        match error {
            InventoryError::Io(error) => error,
            other => io::Error::other(other),
        }
    }
}
