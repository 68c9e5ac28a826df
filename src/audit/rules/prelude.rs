//! Imports and helpers for the files of rules.

pub(super) use super::{
    CodedWord, Evidence, EvidenceValue, Finding, PolicyTerm, Rule, RuleAnswer, RuleCheck, RuleFamily,
};
pub(super) use crate::audit::facts::{
    CertificateFacts, ContainerFacts, CrlFacts, HolderFacts, PeerCertificate, PeerGroup, RuleContext,
};
pub(super) use crate::calendar::{Day, Instant};
pub(super) use crate::certificate::{CertificateRole, spaced_hex};
pub(super) use crate::container::KeyInspection;
pub(super) use crate::locale::Text;
pub(super) use crate::policy::Severity;

/// The civil day of `instant`; the instant itself where it has none ("no expiry", year 9999).
pub(super) fn day_value(context: &RuleContext, instant: Instant) -> EvidenceValue {
    context.policy.zone.day(instant).map_or(EvidenceValue::Instant(instant), EvidenceValue::Day)
}

/// Something of each member of a group that a finding names, with the number of all.
pub(super) fn named(group: &PeerGroup<PeerCertificate>, what: fn(&PeerCertificate) -> &String) -> EvidenceValue {
    EvidenceValue::Members(group.named().iter().map(|peer| what(peer).clone()).collect(), group.count())
}

/// Civil days from the day judged to the day of `instant`.
pub(super) fn days_until(context: &RuleContext, instant: Instant) -> Option<i64> {
    Some((context.policy.zone.day(instant)? - context.today()?).whole_days())
}
