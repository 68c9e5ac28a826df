//! The audit: reading sources, judging certificates, reporting findings.
//!
//! Two passes. The scan (`scanner`, `scan`) walks, reads and opens files on all cores, and keeps of
//! each distinct certificate its occurrences, a few facts and the DER. The evaluation (`judge`)
//! begins when all anchors, intermediates and CRLs are known: verdicts, then the rules, then the
//! records, sorted by path. No result depends on the order of files or on threads. Absent here: no
//! clock, no environment, no printing; files are read, never written.

mod blob_store;
pub mod facts;
pub mod holding;
mod judge;
mod occurrence;
mod password_faults;
mod record;
pub mod rules;
mod scan;
mod scanner;
mod source;
mod suppression;
mod verdict_lifetime;

pub use judge::{judge as judge_scan, problem_finding, verdict_counts};
pub use password_faults::{FolderNotes, PasswordFault};
pub use record::{AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile};
pub use scan::{CertificateSource, Scan};
pub use scanner::{
    CertificateSummary, ContainerProtection, FileSummary, HalfDigest, Keyring, Occurrence, PasswordOf, ScanProgress,
    ScanSink, ScannedFile, Scanner, half_digest,
};
pub use source::Source;
pub use verdict_lifetime::VerdictLifetime;

use std::io;

use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};
use crate::container::{ContainerOptions, KeyInspection, Limits, PasswordCandidate};
use crate::policy::Policy;
use crate::register::RegisterState;

/// The inputs of an audit.
pub struct Audit<'a> {
    /// Files, directories, standard input.
    pub sources: &'a [Source],
    /// The policy in force.
    pub policy: &'a Policy,
    /// The moment judged.
    pub at: Instant,
    /// Bounds on bytes and work.
    pub limits: &'a Limits,
    /// How private keys are inspected.
    pub keys: KeyInspection,
    /// Whether to try common typing errors too.
    pub try_typos: bool,
    /// Whether symbolic links are followed.
    pub follow: bool,
    /// The passwords.
    pub keyring: Keyring,
    /// Roots given or stored: they may become anchors and are not listed.
    pub roots: Vec<Certificate>,
    /// CRLs given.
    pub crls: Vec<Crl>,
    /// The state of the register; empty where there is none.
    pub office: &'a RegisterState,
    /// Keep the paths of files that hold no certificate.
    pub keep_passed_over: bool,
}

/// Asks for one more password. It receives the number of locked files and the first of them; none
/// ends the asking.
pub type AskPassword<'a> = &'a mut dyn FnMut(usize, &str) -> Option<PasswordCandidate>;

/// The callbacks of an audit.
pub struct AuditHooks<'a> {
    /// Counts the files read.
    pub progress: &'a dyn ScanProgress,
    /// Asks for passwords.
    pub ask: AskPassword<'a>,
}

impl Audit<'_> {
    /// Runs the audit and passes its records to `sink`.
    pub fn run(self, hooks: AuditHooks, sink: &mut dyn AuditSink) -> io::Result<AuditSummary> {
        let options = ContainerOptions { limits: self.limits, keys: self.keys, try_typos: self.try_typos };
        let look = Scanner { options, follow: self.follow, progress: hooks.progress, notes: FolderNotes::default() };
        let gather = scan::ScanCollector::new(self.keep_passed_over);
        look.scan(self.sources, &self.keyring, hooks.ask, &gather);
        let scan = gather.into_scan();
        let context = facts::RuleContext { policy: self.policy, at: self.at, keys: self.keys, period: None };
        judge::judge(&scan, self.roots, self.crls, self.office, &context, sink)
    }
}
