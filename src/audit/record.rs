//! What an audit says, record by record.

use std::collections::BTreeMap;
use std::io;

use super::facts::{CertificateFacts, HolderFacts};
use super::holding::ClaimPeriod;
use super::rules::{Evidence, Rule};
use super::verdict_lifetime::VerdictLifetime;
use crate::calendar::Instant;
use crate::policy::{Policy, Severity};
use crate::trust::TrustStatus;

/// A finding with severity and policy line put to it.
#[derive(Clone, Debug)]
pub struct JudgedFinding {
    /// The rule.
    pub rule: &'static Rule,
    /// How grave it is.
    pub severity: Severity,
    /// The facts.
    pub evidence: Evidence,
    /// The line of the policy that judged it, `e-seikyuu.yaml:42`.
    pub policy_line: Option<String>,
    /// It has been dealt with, and is info for that reason.
    pub settled: bool,
}

/// What the audit begins with.
#[derive(Clone, Copy, Debug)]
pub struct AuditHead<'a> {
    /// The moment judged.
    pub at: Instant,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The claim period that holders are asked about; none where the policy has none.
    pub period: Option<ClaimPeriod>,
}

/// One certificate and its findings.
#[derive(Clone, Copy, Debug)]
pub struct CertificateRecord<'a> {
    /// All that is known of it.
    pub facts: CertificateFacts<'a>,
    /// What was found, gravest first.
    pub findings: &'a [JudgedFinding],
    /// How long that holds, if nothing but time goes on.
    pub lifetime: VerdictLifetime,
}

/// One holder of the register and its findings.
#[derive(Clone, Copy, Debug)]
pub struct HolderRecord<'a> {
    /// All that is known of it.
    pub facts: HolderFacts<'a>,
    /// What was found, gravest first.
    pub findings: &'a [JudgedFinding],
}

/// A file that certificates could not be read from.
#[derive(Clone, Copy, Debug)]
pub struct UnreadableFile<'a> {
    /// The file.
    pub path: &'a str,
    /// The code of the rule that says why.
    pub reason: &'static str,
    /// What was found, the reason first.
    pub findings: &'a [JudgedFinding],
}

/// Counts over a run.
#[derive(Clone, Debug, Default)]
pub struct AuditSummary {
    /// Files that hold certificates, CRLs or keys, or should.
    pub files: u64,
    /// Files that hold nothing of that kind.
    pub passed_over: u64,
    /// Distinct certificates.
    pub certificates: u64,
    /// Files that certificates could not be read from.
    pub unreadable: u64,
    /// Distinct certificates by verdict.
    pub verdicts: BTreeMap<TrustStatus, u64>,
    /// Findings by severity.
    pub severities: BTreeMap<Severity, u64>,
    /// Findings by rule.
    pub rules: BTreeMap<&'static str, u64>,
    /// Certificates that have expired and that nothing has replaced.
    pub expired: u64,
    /// Certificates by tier of `expiring`; not those that are renewed or meant to end.
    pub tiers: BTreeMap<i64, u64>,
    /// Findings that the policy suppresses or somebody acknowledged.
    pub suppressed: u64,
    /// Holders of the register.
    pub holders: u64,
    /// Provider numbers and services that can be billed for, that nobody can tell of, and that
    /// cannot: by the codes of [`super::holding::Coverage`].
    pub units: BTreeMap<&'static str, u64>,
    /// Certificates with a finding above info.
    pub attention: u64,
    /// Passed-over files, where they were asked for.
    pub passed_over_paths: Vec<String>,
    /// Sources that cannot be opened at all, with the system's words.
    pub unopened: Vec<(String, String)>,
}

impl AuditSummary {
    /// The gravest severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.severities.keys().next_back().copied()
    }
}

/// Whoever takes the records: certificates sorted by path, then the holders of the register,
/// then unreadable files, then findings of other files and of the run, then the summary.
pub trait AuditSink {
    /// The audit begins.
    fn begin(&mut self, head: &AuditHead) -> io::Result<()>;
    /// The next certificate.
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()>;
    /// The next certificate that lies nowhere any more: what is known of it, with the place where
    /// it lay last. They come after the others, and nothing is found about them.
    fn gone(&mut self, _record: &CertificateRecord) -> io::Result<()> {
        Ok(())
    }
    /// The next holder, where there is a register.
    fn holder(&mut self, _record: &HolderRecord) -> io::Result<()> {
        Ok(())
    }
    /// The next file that could not be read.
    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()>;
    /// The next finding of a container, or of the run where there is no path.
    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()>;
    /// The audit is over.
    fn end(&mut self, summary: &AuditSummary) -> io::Result<()>;
}
