//! How near certificates are to their expiry.

use super::{CertificateItem, Certificates};

/// How near its expiry a certificate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Expired.
    Lapsed,
    /// Inside a tier of the policy: the fewest days that hold.
    Tier(i64),
    /// Beyond every tier, or its expiry has no civil day.
    Later,
    /// The date of expiry is unknown.
    Unknown,
}

/// How near its expiry a certificate is, by its effective expiry in civil days.
pub fn nearness(fleet: &Certificates, item: &CertificateItem) -> Nearness {
    if fleet.has_expired(item) {
        return Nearness::Lapsed;
    }
    match (fleet.days_left(item), item.end) {
        (None, None) => Nearness::Unknown,
        // 9999-12-31T23:59:59Z ("no expiry", RFC 5280 4.1.2.5) has no civil day in a zone east of
        // Greenwich.
        (None, Some(_)) => Nearness::Later,
        (Some(left), _) => {
            let tier = fleet.policy.tiers.iter().find(|tier| left <= tier.value.days);
            tier.map_or(Nearness::Later, |tier| Nearness::Tier(tier.value.days))
        }
    }
}
