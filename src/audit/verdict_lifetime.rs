//! How long verdicts and findings stay valid: up to the next date that affects them.

use sha2::{Digest, Sha256};

use super::facts::RuleContext;
use super::rules::{Evidence, RULES_VERSION};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};
use crate::policy::Policy;

/// The time in which a verdict and findings hold if nothing else changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictLifetime {
    /// A hash of what the verdict depends on: policy, issuers and CRLs.
    pub trust_inputs: [u8; 32],
    /// The first moment at which the verdict holds.
    pub from: Option<Instant>,
    /// The first moment at which it may no longer hold.
    pub until: Option<Instant>,
    /// The first moment at which the findings may differ.
    pub findings_until: Option<Instant>,
}

impl VerdictLifetime {
    /// Whether the verdict holds at `at`.
    pub fn holds(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// The moments at which verdicts may change: the begin of a validity, and just after its end.
#[derive(Clone, Debug, Default)]
pub(super) struct Transitions(Vec<Instant>);

impl Transitions {
    /// Adds a span of validity, both ends inclusive.
    pub(super) fn span(&mut self, begins: Option<Instant>, ends: Option<Instant>) {
        self.0.extend(begins);
        // notAfter is inclusive (RFC 5280 section 4.1.2.5): the verdict changes just after it.
        self.0.extend(ends.and_then(|end| end.checked_add(TICK)));
    }

    /// The last moment up to `at`, and the first after it.
    pub(super) fn around(&self, at: Instant, more: &Transitions) -> (Option<Instant>, Option<Instant>) {
        let all = || self.0.iter().chain(&more.0).copied();
        (all().filter(|moment| *moment <= at).max(), all().filter(|moment| *moment > at).min())
    }
}

/// The time resolution of an inventory.
const TICK: time::Duration = time::Duration::MICROSECOND;

/// The transitions of issuers and CRLs, on which all verdicts depend: only the two next to `at`
/// matter.
pub(super) fn common(issuers: &[Certificate], crls: &[Crl], at: Instant) -> Transitions {
    let mut moments = Transitions::default();
    issuers.iter().for_each(|issuer| moments.span(issuer.not_before, issuer.not_after));
    crls.iter().for_each(|crl| moments.span(crl.this_update, crl.next_update));
    let (last, next) = moments.around(at, &Transitions::default());
    Transitions(last.into_iter().chain(next).collect())
}

/// The hash of what verdicts depend on.
pub(super) fn trust_inputs(policy: &Policy, issuers: &[Certificate], crls: &[Crl]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(RULES_VERSION.to_be_bytes());
    digest.update(&policy.yaml);
    for pin in policy.authorities.iter().flat_map(|authority| &authority.pins) {
        digest.update(pin.sha256.unwrap_or_default());
    }
    issuers.iter().for_each(|issuer| digest.update(issuer.sha256));
    let mut lists: Vec<_> = crls.iter().map(|crl| crl.sha256).collect();
    lists.sort_unstable();
    lists.iter().for_each(|sha256| digest.update(sha256));
    digest.finalize().into()
}

/// When the findings of a certificate that expires at `end` may change with time alone: at its own
/// transitions, where a tier begins, and at midnight where days are counted.
pub(super) fn findings_until<'a>(
    context: &RuleContext,
    own: &Transitions,
    end: Option<Instant>,
    mut evidence: impl Iterator<Item = &'a Evidence>,
) -> Option<Instant> {
    let zone = context.policy.zone;
    let last = end.and_then(|end| zone.day(end));
    let tiers = context.policy.tiers.iter().filter_map(|tier| {
        let days = u64::try_from(tier.value.days).ok()?;
        let day = last?.checked_sub(time::Duration::days(i64::try_from(days).ok()?))?;
        zone.first_second(day)
    });
    let mut moments = Transitions(tiers.collect());
    // Evidence that counts days ("expires in 12 days") is different tomorrow even if the finding
    // stays.
    if evidence.any(|evidence| evidence.0.iter().any(|(name, _)| name.starts_with("days"))) {
        let tomorrow = context.today().and_then(time::Date::next_day);
        moments.0.extend(tomorrow.and_then(|day| zone.first_second(day)));
    }
    moments.around(context.at, own).1
}
