//! Comparing certificates with the policy's pins, which decides which roots are anchors.

use crate::calendar::Instant;
use crate::certificate::Certificate;
use crate::policy::{Authority, Pin, Policy};

/// What a certificate is in relation to the policy's pins.
#[derive(Clone, Copy, Debug)]
pub enum PinClaim<'p> {
    /// It matches a pin in every field: an anchor.
    Anchor(PinMatch<'p>),
    /// Its fingerprint is a pin's but another field is not: the pin may be misprinted.
    Conflict(PinMatch<'p>),
    /// It has a pinned name, is a CA or self-issued, and takes a pin's serial number or place: an
    /// impostor, unless an anchor signed it.
    Impostor(&'p Authority),
    /// It has a pinned name, is a CA or self-issued, and begins after the newest pin: possibly the
    /// next generation, unless an anchor signed it.
    Later(&'p Authority),
    /// It has no pinned name, or is no CA.
    None,
}

/// A pin and the authority it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct PinMatch<'p> {
    /// The authority.
    pub authority: &'p Authority,
    /// The pin.
    pub pin: &'p Pin,
}

/// Compares a certificate with every pin of the policy.
///
/// An anchor matches in subject, serial, both days of validity (as printed: a day matches in the
/// policy's zone or in UTC), SHA-1, and SHA-256 where the pin has it.
pub fn compare_with_pins<'p>(policy: &'p Policy, certificate: &Certificate) -> PinClaim<'p> {
    let sha1 = certificate.sha1();
    let pins = policy
        .authorities
        .iter()
        .flat_map(|authority| authority.pins.iter().map(move |pin| PinMatch { authority, pin }));
    for pair in pins {
        let sha256_fits = pair.pin.sha256.is_none_or(|known| known == certificate.sha256);
        if pair.pin.sha1 == sha1 && sha256_fits && fields_fit(policy, pair, certificate) {
            return PinClaim::Anchor(pair);
        }
        if pair.pin.sha1 == sha1 || pair.pin.sha256 == Some(certificate.sha256) {
            return PinClaim::Conflict(pair);
        }
    }
    let is_ca = certificate.basic_constraints().is_some_and(|b| b.ca);
    let Some(authority) = policy.authority(&certificate.subject) else { return PinClaim::None };
    if !is_ca && !certificate.is_self_issued() {
        return PinClaim::None;
    }
    let takes_serial = authority.pins.iter().any(|pin| pin.serial == certificate.serial);
    let newest = authority.pins.iter().map(|pin| pin.not_before).max();
    let begins = certificate.not_before.and_then(|at| policy.zone.day(at));
    if takes_serial || begins <= newest { PinClaim::Impostor(authority) } else { PinClaim::Later(authority) }
}

fn fields_fit(policy: &Policy, pair: PinMatch, certificate: &Certificate) -> bool {
    let day_fits = |at: Option<Instant>, day| {
        let in_zone = at.and_then(|at| policy.zone.day(at));
        in_zone == Some(day) || at.map(Instant::date) == Some(day)
    };
    pair.authority.is_named(&certificate.subject)
        && pair.pin.serial == certificate.serial
        && day_fits(certificate.not_before, pair.pin.not_before)
        && day_fits(certificate.not_after, pair.pin.not_after)
}
