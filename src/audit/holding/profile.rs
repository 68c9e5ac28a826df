//! The facts of a certificate that matching, renewal and coverage use.

use crate::audit::occurrence::OccurrenceFacts;
use crate::calendar::{Day, Instant, Zone};
use crate::certificate::{Certificate, CertificateRole, Name, Serial};
use crate::container::ContainerKind;
use crate::trust::{TrustStatus, Verdict, VerdictReason};
use sha2::{Digest, Sha256};

/// A hash of a name in its canonical form: equal names have equal hashes.
pub type NameHash = [u8; 16];

/// A certificate as matching, renewal and coverage see it.
#[derive(Clone, Debug)]
pub struct CertificateProfile<'a> {
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
    /// Its subject.
    pub subject: NameHash,
    /// Its issuer.
    pub issuer: NameHash,
    /// Its subject as printed; needed only where a pattern of the policy applies to subjects.
    pub printed: &'a str,
    /// The provider numbers in its subject.
    pub numbers: &'a [String],
    /// Its serial number.
    pub serial: &'a Serial,
    /// What it is in a chain.
    pub role: CertificateRole,
    /// Whether it is trusted.
    pub status: TrustStatus,
    /// It is on its issuer's CRL.
    pub revoked: bool,
    /// Its issuer is one of the policy's authorities, or below one.
    pub of_authority: bool,
    /// Its notBefore.
    pub begins: Option<Instant>,
    /// The effective expiry, otherwise notAfter.
    pub ends: Option<Instant>,
    /// Its notAfter, whatever its root allows: what people read on it.
    pub not_after: Option<Instant>,
    /// The last day of the root that it is signed under, where it is trusted.
    pub root_ends: Option<Day>,
    /// What is known of its private key.
    pub key: KeyState,
    /// Its occurrences.
    pub places: &'a [OccurrenceFacts],
    /// It is still at one of them.
    pub present: bool,
}

impl CertificateProfile<'_> {
    /// Whether it is trusted and valid.
    pub fn lives(&self, at: Instant) -> bool {
        self.counts() && self.begins <= Some(at) && self.begins.is_some() && self.ends >= Some(at)
    }

    /// Whether somebody may submit claims with it: a certificate of the policy's CAs that was found,
    /// has not expired, and is not known to be refused.
    pub fn may_be_in_use(&self, at: Instant) -> bool {
        let is_refused = self.revoked || self.status == TrustStatus::Untrusted;
        self.is_held() && self.present && self.of_authority && !is_refused && self.ends.is_none_or(|end| end >= at)
    }

    /// Whether it may affect others: a holder's certificate, trusted, and found.
    pub(super) fn counts(&self) -> bool {
        self.is_held() && self.status == TrustStatus::Trusted
    }

    /// Whether every file that it is in is damaged.
    pub(super) fn is_damaged(&self) -> bool {
        !self.places.is_empty() && self.places.iter().all(|place| place.damaged)
    }

    /// Whether it is an end-entity certificate that was found.
    pub(super) fn is_held(&self) -> bool {
        self.role == CertificateRole::EndEntity && !self.places.is_empty()
    }

    /// Its last day as printed.
    pub(super) fn last_day(&self, zone: Zone) -> Option<Day> {
        self.not_after.and_then(|end| zone.day(end))
    }

    /// Whether the verdict says that it was revoked.
    pub fn is_revoked(verdict: &Verdict) -> bool {
        verdict.reasons.contains(&VerdictReason::Revoked)
    }

    /// The hash of a name.
    pub fn hash(name: &Name) -> NameHash {
        let mut half = [0; 16];
        half.copy_from_slice(&Sha256::digest(name.canonical())[..16]);
        half
    }

    /// The effective expiry, otherwise notAfter.
    pub fn end(certificate: &Certificate, verdict: &Verdict) -> Option<Instant> {
        verdict.effective_expiry.or(certificate.not_after)
    }
}

/// What is known of a certificate's private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Found, compared, and its own.
    Matching,
    /// There is one, or may be one, that was not inspected.
    NotExamined,
    /// The key beside it is another certificate's.
    Mismatched,
    /// It is in a PKCS#12 without its key.
    Absent,
    /// Only the certificate was found (DER, PEM, PKCS#7): its key may be in a computer's own store.
    Bare,
}

impl KeyState {
    /// From the occurrences; `elsewhere` means that its key was found, and compared, in another
    /// file. A key that was not inspected leaves more open than one that was not found.
    pub fn of(places: &[OccurrenceFacts], elsewhere: bool) -> KeyState {
        let any = |is: fn(&OccurrenceFacts) -> bool| places.iter().any(is);
        if elsewhere || any(|place| place.key_matches == Some(true)) {
            return KeyState::Matching;
        }
        let holds_keys = |place: &OccurrenceFacts| place.container == ContainerKind::Pkcs12;
        if places.iter().any(|place| {
            let unseen = place.has_key.is_none() && holds_keys(place);
            unseen || place.has_key == Some(true) && place.key_matches.is_none()
        }) {
            return KeyState::NotExamined;
        }
        if any(|place| place.key_matches == Some(false)) {
            return KeyState::Mismatched;
        }
        if places.iter().any(holds_keys) { KeyState::Absent } else { KeyState::Bare }
    }
}
