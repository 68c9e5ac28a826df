//! When certificates end.

use super::{CertificateItem, Certificates};

/// How near its end a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// It has ended.
    Lapsed,
    /// Inside a tier of the policy: the fewest days that hold.
    Tier(i64),
    /// Beyond every tier, or its end has no civil day.
    Later,
    /// Nobody knows when it ends.
    Unknown,
}

/// How near its end a certificate is, by its effective expiry in civil days.
pub fn nearness(fleet: &Certificates, item: &CertificateItem) -> Nearness {
    if fleet.has_expired(item) {
        return Nearness::Lapsed;
    }
    match (fleet.days_left(item), item.end) {
        (None, None) => Nearness::Unknown,
        (None, Some(_)) => Nearness::Later,
        (Some(left), _) => {
            let tier = fleet.policy.tiers.iter().find(|tier| left <= tier.value.days);
            tier.map_or(Nearness::Later, |tier| Nearness::Tier(tier.value.days))
        }
    }
}
