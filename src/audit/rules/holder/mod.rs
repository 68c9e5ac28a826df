//! Rules about holders and coverage.

pub(super) mod agent_overfull;
pub(super) mod category_unfit;
pub(super) mod category_unknown;
pub(super) mod claims_end_early;
pub(super) mod closed_not_revoked;
pub(super) mod holder_ambiguous;
pub(super) mod holder_surplus;
pub(super) mod holder_uncovered;
pub(super) mod holder_unknown;
pub(super) mod left_over;
pub(super) mod mail_refused;
pub(super) mod password_expiring;
pub(super) mod provider_number_shared;
pub(super) mod renewed_not_installed;

use super::prelude::*;
use crate::audit::holding::{ClaimUnit, CoverageReason, status_on};
use crate::register::{Holder, HolderKey, HolderStatus};
use crate::trust::TrustStatus;

/// A holder by its ID and name: how every finding about one begins.
fn about(holder: &Holder) -> Evidence {
    Evidence::new().with("holder", holder.key.id.as_str()).with("name", holder.name.as_str())
}

/// A provider number and service of a holder: how every finding about one begins.
fn about_unit(facts: &HolderFacts, context: &RuleContext, unit: &ClaimUnit) -> Evidence {
    let number = unit.provider_number.clone().map_or(EvidenceValue::Unknown, EvidenceValue::Text);
    let service = unit.service.as_deref().map(|id| EvidenceValue::Name(service(id, context)));
    about(facts.holder).with("provider_number", number).with("service", service.unwrap_or(EvidenceValue::Unknown))
}

/// A holder by its ID and register.
fn shown(key: &HolderKey) -> String {
    format!("{} ({})", key.id, key.register)
}

/// The status of the holder on the day judged.
fn status(holder: &Holder, context: &RuleContext) -> HolderStatus {
    status_on(holder, context.today())
}

/// Whether the rule speaks of such a certificate: a holder's, and trusted.
fn is_trusted(facts: &CertificateFacts) -> bool {
    facts.role == CertificateRole::EndEntity && facts.verdict.status == TrustStatus::Trusted
}

fn service(id: &str, context: &RuleContext) -> PolicyTerm {
    PolicyTerm::new(id, context.policy.holders.name_of(id))
}

fn words(reasons: &[CoverageReason]) -> Vec<CodedWord> {
    reasons.iter().map(|reason| CodedWord::new(reason.code(), reason.text())).collect()
}
