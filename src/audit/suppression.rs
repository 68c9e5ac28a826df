//! Suppression of findings: by the policy, and by acknowledgements that are valid until a day. Both
//! are counted.

use std::sync::atomic::{AtomicU64, Ordering};

use globset::GlobMatcher;

use super::facts::{CertificateFacts, RuleContext};
use super::record::JudgedFinding;
use crate::calendar::Day;
use crate::policy::{Suppression, glob};
use crate::register::{HolderKey, Mark, MarkState, MarkTarget, RegisterState};

/// Filters suppressed and acknowledged findings.
pub(super) struct SuppressionFilter<'a> {
    pub suppressions: PolicySuppressions<'a>,
    pub acknowledged: Acknowledgements<'a>,
}

impl<'a> SuppressionFilter<'a> {
    pub(super) fn of(office: &'a RegisterState, context: &RuleContext<'a>) -> SuppressionFilter<'a> {
        SuppressionFilter {
            suppressions: PolicySuppressions::of(context),
            acknowledged: Acknowledgements::of(office, context),
        }
    }

    /// The findings of a certificate that remain.
    pub(super) fn filter(&self, findings: Vec<JudgedFinding>, facts: &CertificateFacts) -> Vec<JudgedFinding> {
        let findings = self.suppressions.filter(findings, Some(facts), None);
        self.acknowledged.filter(findings, Some(facts.certificate.sha256), facts.holding.holder())
    }

    /// The number of findings that were filtered out.
    pub(super) fn total(&self) -> u64 {
        self.suppressions.total() + self.acknowledged.count.load(Ordering::Relaxed)
    }
}

/// The policy's suppressions and how often each matched.
pub(super) struct PolicySuppressions<'a> {
    rules: Vec<(&'a Suppression, Option<GlobMatcher>, AtomicU64)>,
    in_force: Vec<bool>,
}

impl<'a> PolicySuppressions<'a> {
    fn of(context: &RuleContext<'a>) -> PolicySuppressions<'a> {
        let today = context.today();
        let list = &context.policy.suppressions;
        PolicySuppressions {
            in_force: list.iter().map(|s| today.is_none_or(|today| today <= s.value.until)).collect(),
            rules: list
                .iter()
                .map(|s| {
                    let matcher = s.value.matches.path.as_deref().and_then(glob);
                    (&s.value, matcher, AtomicU64::new(0))
                })
                .collect(),
        }
    }

    /// The findings that are not suppressed.
    pub(super) fn filter(
        &self,
        findings: Vec<JudgedFinding>,
        facts: Option<&CertificateFacts>,
        path: Option<&str>,
    ) -> Vec<JudgedFinding> {
        if self.rules.is_empty() {
            return findings;
        }
        findings.into_iter().filter(|finding| !self.suppresses(finding, facts, path)).collect()
    }

    fn suppresses(&self, finding: &JudgedFinding, facts: Option<&CertificateFacts>, path: Option<&str>) -> bool {
        // Only the first match counts, so that a suppression behind a wider one is reported as
        // unmatched.
        let fitting = self.rules.iter().zip(&self.in_force).find(|((suppression, glob, _), in_force)| {
            **in_force && suppression.rule == finding.rule.code && fits(suppression, glob.as_ref(), facts, path)
        });
        if let Some(((_, _, count), _)) = fitting {
            count.fetch_add(1, Ordering::Relaxed);
        }
        fitting.is_some()
    }

    pub(super) fn unmatched(&self) -> Vec<usize> {
        let counts = self.rules.iter().enumerate();
        counts.filter(|(_, (_, _, count))| count.load(Ordering::Relaxed) == 0).map(|(i, _)| i).collect()
    }

    fn total(&self) -> u64 {
        self.rules.iter().map(|(_, _, count)| count.load(Ordering::Relaxed)).sum()
    }
}

fn fits(
    suppression: &Suppression,
    glob: Option<&GlobMatcher>,
    facts: Option<&CertificateFacts>,
    path: Option<&str>,
) -> bool {
    let wanted = &suppression.matches;
    let certificate = facts.map(|facts| facts.certificate);
    let about_certificate = wanted.sha256.is_some() || wanted.serial.is_some() || wanted.subject.is_some();
    if about_certificate && certificate.is_none() {
        return false;
    }
    let holds = certificate.is_none_or(|certificate| {
        wanted.sha256.is_none_or(|sha256| sha256 == certificate.sha256)
            && wanted.serial.as_ref().is_none_or(|serial| *serial == certificate.serial)
            && wanted.subject.as_ref().is_none_or(|text| {
                certificate.subject.rfc4514().contains(text) || certificate.subject.printed().contains(text)
            })
    });
    let anywhere = |glob: &GlobMatcher| match (facts, path) {
        (_, Some(path)) => glob.is_match(path),
        (Some(facts), None) => facts.places.iter().any(|place| glob.is_match(&place.path)),
        (None, None) => false,
    };
    holds && glob.is_none_or(anywhere)
}

/// Acknowledgements of findings, valid until a day, of a certificate or of a holder with its
/// certificates.
pub(super) struct Acknowledgements<'a> {
    office: &'a RegisterState,
    today: Option<Day>,
    count: AtomicU64,
}

impl<'a> Acknowledgements<'a> {
    fn of(office: &'a RegisterState, context: &RuleContext) -> Acknowledgements<'a> {
        Acknowledgements { office, today: context.today(), count: AtomicU64::new(0) }
    }

    /// The findings that are not acknowledged.
    pub(super) fn filter(
        &self,
        findings: Vec<JudgedFinding>,
        sha256: Option<[u8; 32]>,
        holder: Option<&HolderKey>,
    ) -> Vec<JudgedFinding> {
        if self.office.marks.is_empty() || findings.is_empty() {
            return findings;
        }
        let targets = [sha256.map(MarkTarget::Certificate), holder.cloned().map(MarkTarget::Holder)];
        let marks: Vec<&Mark> = targets.iter().flatten().flat_map(|target| self.office.marks_of(target)).collect();
        let known = |finding: &JudgedFinding| marks.iter().any(|mark| self.means(mark, finding.rule.code));
        let told: Vec<JudgedFinding> = findings.iter().filter(|finding| !known(finding)).cloned().collect();
        self.count.fetch_add((findings.len() - told.len()) as u64, Ordering::Relaxed);
        told
    }

    /// An acknowledgement needs an end date: without one the finding would be hidden forever.
    fn means(&self, mark: &Mark, code: &str) -> bool {
        mark.state == MarkState::Acknowledged
            && mark.rule.as_deref() == Some(code)
            && mark.until.is_some()
            && self.today.is_some_and(|today| mark.holds_on(today))
    }
}
