//! The rules: one file each, one list.
//!
//! A rule is one unit: its code, severity, texts in both languages, source, the samples that
//! prove it, and a pure `judge`. It answers clear, finding, not applicable, not in force or
//! undetermined; silence means none of them.

mod container;
mod evidence;
mod holder;
mod key;
mod life;
mod page;
mod prelude;
mod run;
mod trust;

pub use evidence::{CodedWord, Evidence, EvidenceValue, PolicyTerm};
pub use page::{document, family_name, page, severity_name};
pub use run::single_copy::only_file;
pub use trust::{REASONS, crl_fault_word, ocsp_fault_word, reason_text, reason_word};

use super::facts::{CertificateFacts, ContainerFacts, CrlFacts, HolderFacts, RuleContext, RunFacts};
use crate::locale::{Lang, Text};
use crate::policy::{Desks, Severity};

/// The subject of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleFamily {
    /// Issuers, paths and CRLs.
    Trust,
    /// Validity and expiry.
    Life,
    /// The key and the form of the certificate.
    Key,
    /// The file that contains it.
    Container,
    /// Holders and coverage.
    Holder,
    /// The run as a whole.
    Run,
}

/// A named check.
#[derive(Debug)]
pub struct Rule {
    /// Its stable name, kebab-case, which names the fault and not the cure.
    pub code: &'static str,
    /// Its family.
    pub family: RuleFamily,
    /// The severity of its findings unless the policy sets another.
    pub severity: Severity,
    /// The version of shomei that brought it.
    pub since: &'static str,
    /// The names of the values its findings carry, in order.
    pub evidence: &'static [&'static str],
    /// A few words.
    pub title: Text,
    /// One sentence for one finding, with `{evidence}` names.
    pub message: Text,
    /// What to do now, one or two sentences, with `{evidence}` names.
    pub remedy: Text,
    /// The page: what is found, and how.
    pub what: Text,
    /// The page: why it matters.
    pub why: Text,
    /// Where this is from: RFC section, FAQ question, federation's page.
    pub source: Text,
    /// The check.
    pub judge: RuleCheck,
}

impl Rule {
    /// What to do about a finding with this evidence, and who to turn to.
    pub fn remedy(&self, evidence: &Evidence, desks: &Desks, lang: Lang) -> String {
        evidence.fill_with_desks(&self.remedy, desks, lang)
    }
}

/// A rule's check, by the facts that it judges.
#[derive(Debug)]
pub enum RuleCheck {
    /// Looks at one certificate.
    Certificate(fn(&CertificateFacts, &RuleContext) -> RuleAnswer),
    /// Looks at one container.
    Container(fn(&ContainerFacts, &RuleContext) -> RuleAnswer),
    /// Looks at one CRL.
    Crl(fn(&CrlFacts, &RuleContext) -> RuleAnswer),
    /// Looks at one holder of the register.
    Holder(fn(&HolderFacts, &RuleContext) -> RuleAnswer),
    /// Looks at the run.
    Run(fn(&RunFacts, &RuleContext) -> RuleAnswer),
}

/// The answer of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleAnswer {
    /// Looked at, nothing found.
    Clear,
    /// The rule does not speak about such a thing.
    NotApplicable,
    /// The policy does not ask for it.
    NotInForce,
    /// It cannot be determined.
    Undetermined,
    /// It was found, once or several times.
    Findings(Vec<Finding>),
}

/// One thing found, before severity and words are put to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The facts, in the order and by the names that the rule declares.
    pub evidence: Evidence,
    /// The line of the policy that judged it.
    pub line: Option<u32>,
    /// The severity, where the policy grades it (tiers); else the rule's.
    pub severity: Option<Severity>,
    /// It has been dealt with: never graver than info.
    pub settled: bool,
}

impl Finding {
    /// With the rule's own severity, judged by no line of the policy.
    pub fn new(evidence: Evidence) -> Finding {
        Finding { evidence, line: None, severity: None, settled: false }
    }

    /// Judged by this line of the policy.
    #[must_use]
    pub fn by(self, line: u32) -> Finding {
        Finding { line: Some(line), ..self }
    }
}

impl RuleAnswer {
    /// One finding with the rule's own severity.
    pub fn found(evidence: Evidence) -> RuleAnswer {
        RuleAnswer::Findings(vec![Finding::new(evidence)])
    }

    /// These findings; where there are none, clear.
    pub fn of(findings: Vec<Finding>) -> RuleAnswer {
        if findings.is_empty() { RuleAnswer::Clear } else { RuleAnswer::Findings(findings) }
    }

    /// One finding that a line of the policy judged.
    pub fn found_by(evidence: Evidence, line: u32) -> RuleAnswer {
        RuleAnswer::Findings(vec![Finding::new(evidence).by(line)])
    }
}

/// All rules, by family and in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &trust::root_impostor::RULE,
    &trust::root_unknown_generation::RULE,
    &trust::root_reissued::RULE,
    &trust::pin_conflict::RULE,
    &trust::untrusted_path::RULE,
    &trust::root_missing::RULE,
    &trust::unverifiable::RULE,
    &trust::self_signed::RULE,
    &trust::generation_mismatch::RULE,
    &trust::issued_in_gap::RULE,
    &trust::issued_after_root_retired::RULE,
    &trust::outlives_root::RULE,
    &trust::revoked::RULE,
    &trust::crl_missing::RULE,
    &trust::crl_stale::RULE,
    &trust::crl_unused::RULE,
    &life::expired::RULE,
    &life::expiring::RULE,
    &life::not_yet_valid::RULE,
    &life::validity_unusual::RULE,
    &life::superseded::RULE,
    &key::key_missing::RULE,
    &key::key_mismatch::RULE,
    &key::key_weak::RULE,
    &key::key_shared::RULE,
    &key::signature_weak::RULE,
    &key::serial_reused::RULE,
    &key::usage_unfit::RULE,
    &key::der_malformed::RULE,
    &container::certificate_missing::RULE,
    &container::password_unknown::RULE,
    &container::password_typo::RULE,
    &container::password_weak::RULE,
    &container::password_exposed::RULE,
    &container::group_protected::RULE,
    &container::container_damaged::RULE,
    &container::algorithm_unsupported::RULE,
    &container::container_limit::RULE,
    &container::container_weak::RULE,
    &container::copied::RULE,
    &container::file_exposed::RULE,
    &container::file_unreadable::RULE,
    &container::container_unread::RULE,
    &holder::holder_uncovered::RULE,
    &holder::claims_end_early::RULE,
    &holder::category_unfit::RULE,
    &holder::holder_ambiguous::RULE,
    &holder::left_over::RULE,
    &holder::closed_not_revoked::RULE,
    &holder::provider_number_shared::RULE,
    &holder::password_expiring::RULE,
    &holder::mail_refused::RULE,
    &holder::renewed_not_installed::RULE,
    &holder::holder_unknown::RULE,
    &holder::holder_surplus::RULE,
    &holder::agent_overfull::RULE,
    &holder::category_unknown::RULE,
    &run::single_copy::RULE,
    &run::suppression_unmatched::RULE,
];

/// The version of the answers. What an inventory keeps of a judgement counts as long as it was
/// reached with this number. Raise it with every change after which a verdict or a finding may be
/// another for the same files, policy and moment: a rule that is new, gone or judges otherwise,
/// another severity, other facts, another way to build or check a path. A new version of the
/// program alone, or other words, leaves what is kept as it is.
pub const RULES_VERSION: u32 = 8;

/// The rule with this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.code == code)
}

/// The codes of all rules, as policies may name them.
pub fn codes() -> Vec<&'static str> {
    RULES.iter().map(|r| r.code).collect()
}
