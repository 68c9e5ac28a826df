//! The face of the database: no SQL, no types of one database.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::entry::{EntryBody, EntryId, HistoryEntry};
use super::list::{CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId};
use super::rows::{FileRow, NotificationRow, RunRow, VerdictRow};
use crate::audit::{AuditSummary, CertificateSource, CertificateSummary, VerdictLifetime};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};
use crate::locale::catalogue::inventory as texts;
use crate::locale::{Lang, Text};
use crate::platform::FileStamp;
use crate::policy::Severity;
use crate::register::{HolderKey, RegisterState};
use crate::trust::Verdict;

/// What is written at once: all of it, or nothing.
#[derive(Debug, Default)]
pub struct WriteBatch {
    /// New certificates; known ones are passed over.
    pub certificates: Vec<StoredCertificate>,
    /// New CRLs; known ones are passed over.
    pub crls: Vec<Crl>,
    /// What happened.
    pub entries: Vec<HistoryEntry>,
    /// What is known of files that were read, beside what they hold.
    pub stamps: Vec<KnownFile>,
}

/// A certificate with what is asked of it most.
#[derive(Debug)]
pub struct StoredCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// What groups it with others.
    pub summary: CertificateSummary,
}

/// What is known of a file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownFile {
    /// The computer it lies on.
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

/// How a certificate is judged now.
#[derive(Clone, Debug)]
pub struct JudgedRow {
    /// What is told of it in its history.
    pub row: VerdictRow,
    /// The verdict, to be used again.
    pub verdict: Verdict,
    /// When that verdict holds, and with what it was reached.
    pub lifetime: VerdictLifetime,
    /// root, intermediate or end-entity.
    pub role: &'static str,
    /// The gravest finding: 0 none, 1 info, 2 warning, 3 error.
    pub severity: u8,
    /// The end that counts.
    pub ends: Option<Instant>,
    /// The civil day of it.
    pub ends_on: Option<String>,
    /// Its holder: register and ID.
    pub holder: Option<(String, String)>,
    /// How that is known, as a code; or why it is not.
    pub how: &'static str,
    /// Its usage category.
    pub category: Option<String>,
    /// How many places it lies at, and the first.
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

/// What was judged and is written at once.
#[derive(Debug, Default)]
pub struct Judgement {
    /// Certificates.
    pub rows: Vec<JudgedRow>,
    /// Findings of holders.
    pub holders: Vec<JudgedHolder>,
    /// An entry for each certificate whose judgement changed.
    pub changed: Vec<HistoryEntry>,
    /// With this, it was the last: whatever is judged and lies nowhere is judged no longer.
    pub whole: Option<JudgedInventory>,
}

/// How the inventory as a whole is judged.
#[derive(Clone, Debug, PartialEq)]
pub struct JudgedInventory {
    /// With what: policy, roots and CRLs given.
    pub inputs: [u8; 32],
    /// The moment judged, in microseconds since 1970.
    pub at: i64,
    /// Up to which moment nothing changes by itself.
    pub until: i64,
    /// What was counted.
    pub tally: JudgementCounts,
}

/// What was counted when the whole was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgementCounts {
    /// Distinct certificates.
    pub certificates: u64,
    /// Those with a finding above info.
    pub attention: u64,
    /// Findings by severity: info, warning, error.
    pub findings: [u64; 3],
}

impl JudgementCounts {
    /// The counts of a summary.
    pub fn of(summary: &AuditSummary) -> JudgementCounts {
        let count = |severity| summary.severities.get(&severity).copied().unwrap_or(0);
        JudgementCounts {
            certificates: summary.certificates,
            attention: summary.attention,
            findings: [Severity::Info, Severity::Warning, Severity::Error].map(count),
        }
    }

    /// The gravest severity found.
    pub fn worst(&self) -> Option<Severity> {
        let graded = [Severity::Info, Severity::Warning, Severity::Error].into_iter().zip(self.findings);
        graded.rev().find(|(_, count)| *count > 0).map(|(severity, _)| severity)
    }
}

/// What may be removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prunable {
    /// Files that are gone: host, path, and the instant of their last entry.
    pub files: Vec<(String, String, i64)>,
    /// Holders whose contact is no longer needed: register, ID, and the instant of their last
    /// entry.
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

/// Counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InventoryCounts {
    /// Each table's name and how many rows it has.
    pub rows: Vec<(&'static str, u64)>,
    /// Bytes on disk.
    pub bytes: u64,
    /// The form of the tables.
    pub version: u32,
    /// The first and last entry's instant.
    pub span: Option<(i64, i64)>,
}

/// Where the inventory is kept.
pub trait Store: Send {
    /// Writes all of a batch, or nothing, and tells how many certificates were new. Entries that
    /// are there already change nothing.
    fn record(&mut self, batch: &WriteBatch) -> Result<u64, InventoryError>;

    /// What is known of a file, if it is present.
    fn known_file(&self, host: &str, path: &str) -> Result<Option<KnownFile>, InventoryError>;

    /// What was read of a file, if it is present.
    fn file(&self, host: &str, path: &str) -> Result<Option<FileRow>, InventoryError>;

    /// Every present file, by host and path.
    fn each_file(&self, each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>) -> Result<(), InventoryError>;

    /// The paths of present files of a host at or below `root`.
    fn paths_below(&self, host: &str, root: &str, each: &mut dyn FnMut(&str)) -> Result<(), InventoryError>;

    /// The last run that walked a source of a host to its end.
    fn last_run(&self, host: &str, root: &str) -> Result<Option<(i64, RunRow)>, InventoryError>;

    /// The sources of a host that were walked to their end and had files.
    fn walked(&self, host: &str) -> Result<Vec<String>, InventoryError>;

    /// The certificates that lie somewhere and mean something for one of these: those
    /// themselves, those of the same subject, key, serial number or holder, and all that may be
    /// somebody's issuer.
    fn related(&self, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError>;

    /// The certificates of these holders (register and ID) that lie somewhere.
    fn held_by(&self, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// The present files that hold one of these certificates or its key, by host and path.
    fn each_file_with(
        &self,
        certificates: &HashMap<[u8; 32], CertificateSummary>,
        each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// The gists of all certificates that lie somewhere.
    fn summaries(&self) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError>;

    /// The end-entity certificates that lie nowhere now, each with host and path of a file that
    /// held it.
    fn gone(&self) -> Result<Vec<(CertificateSummary, String, String)>, InventoryError>;

    /// Reads certificates and the verdicts reached before, from any thread.
    fn certificate_source(&self, at: Instant) -> Result<Arc<dyn CertificateSource>, InventoryError>;

    /// All CRLs.
    fn crls(&self) -> Result<Vec<Crl>, InventoryError>;

    /// Register, bindings and marks.
    fn office(&self) -> Result<RegisterState, InventoryError>;

    /// The reminder ledger: what was said, of each topic and step the last time.
    fn notifications(&self) -> Result<Vec<NotificationRow>, InventoryError>;

    /// How the whole is judged; none where something has changed since.
    fn judged(&self) -> Result<Option<JudgedInventory>, InventoryError>;

    /// Writes how certificates and holders are judged.
    fn judge(&mut self, judgement: &Judgement) -> Result<(), InventoryError>;

    /// How a certificate was judged last.
    fn last_verdict(&self, sha256: &[u8; 32]) -> Result<Option<VerdictRow>, InventoryError>;

    /// Entries after `since` (microseconds since 1970), oldest first, of the kinds given or all.
    fn entries(
        &self,
        since: i64,
        kinds: &[&str],
        each: &mut dyn FnMut(HistoryEntry) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// Entries of one subject, oldest first.
    fn story(&self, kind: &str, subject: &str) -> Result<Vec<HistoryEntry>, InventoryError>;

    /// What entries of a kind after `since` and up to `until` are about.
    fn subjects(&self, kind: &str, since: i64, until: i64) -> Result<Vec<String>, InventoryError>;

    /// The entry that held for a subject at an instant.
    fn known_at(&self, kind: &str, subject: &str, at: i64) -> Result<Option<HistoryEntry>, InventoryError>;

    /// Host and path of every file that holds a certificate.
    fn lies_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError>;

    /// End-entity certificates that a certificate may renew, the one that began last first: with
    /// whether it is known to supersede them. The others began earlier and have its subject and
    /// issuer.
    fn predecessors(&self, sha256: &[u8; 32]) -> Result<Vec<([u8; 32], bool)>, InventoryError>;

    /// Every certificate that lies somewhere and had been judged at an instant: its gravest
    /// finding now, and how it was judged then.
    fn each_graded(
        &self,
        then: i64,
        each: &mut dyn FnMut([u8; 32], u8, VerdictRow) -> io::Result<()>,
    ) -> Result<(), InventoryError>;

    /// Host and path of every file that ever held a certificate.
    fn ever_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError>;

    /// The instant of the last entry.
    fn last_instant(&self) -> Result<Option<i64>, InventoryError>;

    /// An entry.
    fn entry(&self, id: &EntryId) -> Result<Option<HistoryEntry>, InventoryError>;

    /// From here on answers what was known at `at`, and writes nothing.
    fn rewind(&mut self, at: i64) -> Result<(), InventoryError>;

    /// From here on judgements are for this program alone, and not kept.
    fn sketch(&mut self) -> Result<(), InventoryError>;

    /// The certificates that the filter lets through, in order: their keys, so that a list of
    /// any length can be told one by one.
    fn chosen(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// What a list says of a certificate; nothing of one that lies nowhere.
    fn listed(&self, sha256: &[u8; 32]) -> Result<Option<ListedCertificate>, InventoryError>;

    /// How many certificates lie somewhere, of a role or all.
    fn certificates(&self, role: Option<&str>) -> Result<u64, InventoryError>;

    /// The certificates that a certificate renews, the latest first.
    fn renewed_by(&self, sha256: &[u8; 32]) -> Result<Vec<[u8; 32]>, InventoryError>;

    /// The imports of a source, the last first: entry, instant, what was walked.
    fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError>;

    /// The IDs of all holders that ever stood in a register.
    fn holder_ids(&self) -> Result<Vec<String>, InventoryError>;

    /// What `text` may mean: the beginning of a certificate's SHA-256, a serial number, or a
    /// holder's ID; `sha256:`, `serial:` and `holder:` before it say which.
    fn resolve_id(&self, text: &str) -> Result<Vec<ResolvedId>, InventoryError>;

    /// Which header is which column, as people said for a register's files: header and code.
    fn mapping(&self, register: &str) -> Result<Vec<(String, String)>, InventoryError>;

    /// The names of all registers: those with holders, and those with a mapping.
    fn registers(&self) -> Result<Vec<String>, InventoryError>;

    /// Holders that left the register, by key.
    fn removed_holders(&self) -> Result<Vec<RemovedHolder>, InventoryError>;

    /// Whose a certificate was when it was last judged.
    fn holder_of(&self, sha256: &[u8; 32]) -> Result<Option<HolderKey>, InventoryError>;

    /// What is said of a certificate where it is named.
    fn known(&self, sha256: &[u8; 32]) -> Result<Option<NamedCertificate>, InventoryError>;

    /// The IDs of all entries that people made, in order.
    fn office_ids(&self) -> Result<Vec<EntryId>, InventoryError>;

    /// The entries of people whose IDs begin with these hexadecimal digits, four at least.
    fn entries_like(&self, digits: &str) -> Result<Vec<HistoryEntry>, InventoryError>;

    /// The entry that took a mark back, and when, in microseconds since 1970.
    fn undone(&self, mark: &EntryId) -> Result<Option<(EntryId, i64)>, InventoryError>;

    /// The DER of every certificate, by SHA-256.
    fn each_certificate(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<(), InventoryError>;

    /// What was over before `until` (microseconds since 1970) and may be removed.
    fn prunable(&self, until: i64) -> Result<Prunable, InventoryError>;

    /// Counts and size.
    fn info(&self) -> Result<InventoryCounts, InventoryError>;
}

/// Why the inventory cannot do what is asked.
#[derive(Debug)]
pub enum InventoryError {
    /// The database says so.
    Database(String),
    /// The database is damaged.
    Damaged(String),
    /// Another program holds it for too long.
    Busy,
    /// It is newer than this program.
    Newer {
        /// Its form.
        found: u32,
        /// The newest that is known.
        known: u32,
    },
    /// It is no inventory.
    Foreign,
    /// It lies on a network file system.
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
        InventoryError::Io(error)
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
