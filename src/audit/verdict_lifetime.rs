//! How long what was judged stays so: up to the next date on it.

use sha2::{Digest, Sha256};

use super::facts::RuleContext;
use super::record::JudgedFinding;
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};
use crate::policy::Policy;

/// When a verdict and findings hold, if nothing else changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerdictLifetime {
    /// What the verdict was reached with: policy, issuers and CRLs.
    pub trust_inputs: [u8; 32],
    /// The first moment at which the verdict holds.
    pub from: Option<Instant>,
    /// The first moment at which it may hold no longer.
    pub until: Option<Instant>,
    /// The first moment at which the findings may be others.
    pub findings_until: Option<Instant>,
}

impl VerdictLifetime {
    /// Whether the verdict holds at `at`.
    pub fn holds(&self, at: Instant) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// The moments at which verdicts may change: when something begins, and just after it ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Transitions(Vec<Instant>);

impl Transitions {
    /// Adds a span of validity, both ends inclusive.
    pub(super) fn span(&mut self, begins: Option<Instant>, ends: Option<Instant>) {
        self.0.extend(begins);
        self.0.extend(ends.and_then(|end| end.checked_add(TICK)));
    }

    /// The last moment up to `at`, and the first after it.
    pub(super) fn around(&self, at: Instant, more: &Transitions) -> (Option<Instant>, Option<Instant>) {
        let all = || self.0.iter().chain(&more.0).copied();
        (all().filter(|moment| *moment <= at).max(), all().filter(|moment| *moment > at).min())
    }
}

/// What an inventory tells apart.
const TICK: time::Duration = time::Duration::MICROSECOND;

/// The moments of the issuers and CRLs in hand, which all verdicts depend on: of many only the
/// two next to `at` matter.
pub(super) fn common(issuers: &[Certificate], crls: &[Crl], at: Instant) -> Transitions {
    let mut moments = Transitions::default();
    issuers.iter().for_each(|issuer| moments.span(issuer.not_before, issuer.not_after));
    crls.iter().for_each(|crl| moments.span(crl.this_update, crl.next_update));
    let (last, next) = moments.around(at, &Transitions::default());
    Transitions(last.into_iter().chain(next).collect())
}

/// What verdicts are reached with.
pub(super) fn trust_inputs(policy: &Policy, issuers: &[Certificate], crls: &[Crl]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(env!("CARGO_PKG_VERSION"));
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

/// When the findings of a certificate that ends at `end` may be others, if nothing but time
/// goes on: at its own moments, where a tier begins, and at midnight where days are counted.
pub(super) fn findings_until(
    context: &RuleContext,
    own: &Transitions,
    end: Option<Instant>,
    findings: &[JudgedFinding],
) -> Option<Instant> {
    let zone = context.policy.zone;
    let last = end.and_then(|end| zone.day(end));
    let tiers = context.policy.tiers.iter().filter_map(|tier| {
        let days = u64::try_from(tier.value.days).ok()?;
        let day = last?.checked_sub(time::Duration::days(i64::try_from(days).ok()?))?;
        zone.first_second(day)
    });
    let mut moments = Transitions(tiers.collect());
    if findings.iter().any(|finding| finding.evidence.0.iter().any(|(name, _)| name.starts_with("days"))) {
        let tomorrow = context.today().and_then(time::Date::next_day);
        moments.0.extend(tomorrow.and_then(|day| zone.first_second(day)));
    }
    moments.around(context.at, own).1
}
