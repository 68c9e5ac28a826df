//! The records of an audit.

use std::collections::BTreeMap;
use std::io;

use super::facts::{CertificateFacts, HolderFacts};
use super::holding::ClaimPeriod;
use super::rules::{Evidence, Rule};
use super::verdict_lifetime::VerdictLifetime;
use crate::calendar::Instant;
use crate::locale::Lang;
use crate::policy::{Desks, Policy, Severity};
use crate::trust::TrustStatus;

/// A finding with its severity and policy line.
#[derive(Clone, Debug)]
pub struct JudgedFinding {
    /// The rule.
    pub rule: &'static Rule,
    /// Its severity.
    pub severity: Severity,
    /// The facts.
    pub evidence: Evidence,
    /// The line of the policy that judged it, `e-seikyuu.yaml:42`.
    pub policy_line: Option<String>,
    /// It has been dealt with and is info for that reason.
    pub settled: bool,
    /// The desks of the policy, which its remedy names.
    pub desks: Desks,
}

impl JudgedFinding {
    /// What was found, in a sentence.
    pub fn message(&self, lang: Lang) -> String {
        self.evidence.fill(&self.rule.message, lang)
    }

    /// What to do about it, in a sentence.
    pub fn remedy(&self, lang: Lang) -> String {
        self.rule.remedy(&self.evidence, &self.desks, lang)
    }
}

/// The head of the records.
#[derive(Clone, Copy, Debug)]
pub struct AuditHead<'a> {
    /// The moment judged.
    pub at: Instant,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The claim period for which holders are judged; none where the policy has none.
    pub period: Option<ClaimPeriod>,
}

/// One certificate and its findings.
#[derive(Clone, Copy, Debug)]
pub struct CertificateRecord<'a> {
    /// Its facts.
    pub facts: CertificateFacts<'a>,
    /// Its findings, highest severity first.
    pub findings: &'a [JudgedFinding],
    /// How long the result is valid if nothing changes but time.
    pub lifetime: VerdictLifetime,
}

/// One holder of the register and its findings.
#[derive(Clone, Copy, Debug)]
pub struct HolderRecord<'a> {
    /// Its facts.
    pub facts: HolderFacts<'a>,
    /// Its findings, highest severity first.
    pub findings: &'a [JudgedFinding],
}

/// A file that certificates could not be read from.
#[derive(Clone, Copy, Debug)]
pub struct UnreadableFile<'a> {
    /// The file.
    pub path: &'a str,
    /// The code of the rule that explains why.
    pub reason: &'static str,
    /// Its findings, the reason first.
    pub findings: &'a [JudgedFinding],
}

/// Counts over a run.
#[derive(Clone, Debug, Default)]
pub struct AuditSummary {
    /// Files with certificates, CRLs or keys, or that should have some.
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
    /// Certificates by tier of `expiring`, without those that are renewed or not to be renewed.
    pub tiers: BTreeMap<i64, u64>,
    /// Findings that the policy suppresses or that were acknowledged.
    pub suppressed: u64,
    /// Holders of the register.
    pub holders: u64,
    /// Provider numbers and services by coverage, by the codes of [`super::holding::Coverage`].
    pub units: BTreeMap<&'static str, u64>,
    /// Certificates with a finding above info.
    pub attention: u64,
    /// Passed-over files, where they were asked for.
    pub passed_over_paths: Vec<String>,
    /// Sources that cannot be opened, with the system's error.
    pub unopened: Vec<(String, String)>,
    /// Files that the user named, that should hold a certificate and hold none.
    pub barren: Vec<String>,
    /// Symbolic links that were not followed.
    pub links: u64,
}

impl AuditSummary {
    /// The highest severity found.
    pub fn worst(&self) -> Option<Severity> {
        self.severities.keys().next_back().copied()
    }
}

/// Receives the records: certificates sorted by path, then the holders of the register, then
/// unreadable files, then findings of other files and of the run, then the summary. A sink
/// implements what it is about.
pub trait AuditSink {
    /// The audit begins.
    fn begin(&mut self, _head: &AuditHead) -> io::Result<()> {
        Ok(())
    }
    /// The next certificate.
    fn certificate(&mut self, _record: &CertificateRecord) -> io::Result<()> {
        Ok(())
    }
    /// The next certificate that is gone: its facts, with its last occurrence. They follow the
    /// others and have no findings.
    fn gone(&mut self, _record: &CertificateRecord) -> io::Result<()> {
        Ok(())
    }
    /// The next holder, where there is a register.
    fn holder(&mut self, _record: &HolderRecord) -> io::Result<()> {
        Ok(())
    }
    /// The next file that could not be read.
    fn unreadable(&mut self, _file: &UnreadableFile) -> io::Result<()> {
        Ok(())
    }
    /// The next finding of a container, or of the run where there is no path.
    fn finding(&mut self, _path: Option<&str>, _finding: &JudgedFinding) -> io::Result<()> {
        Ok(())
    }
    /// The end of the audit.
    fn end(&mut self, _summary: &AuditSummary) -> io::Result<()> {
        Ok(())
    }
}
