//! The verdict on a certificate.

use crate::calendar::Instant;

/// Trusted, untrusted or undetermined. Never two-valued: a missing root is not a bad
/// certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrustStatus {
    /// A path to an anchor is valid.
    Trusted,
    /// A signed path to an anchor is invalid, or all pinned roots of the issuer's name are
    /// available and none signed.
    Untrusted,
    /// It cannot be determined, since something is missing.
    Undetermined,
}

impl TrustStatus {
    /// As JSON has it.
    pub fn code(self) -> &'static str {
        match self {
            TrustStatus::Trusted => "trusted",
            TrustStatus::Untrusted => "untrusted",
            TrustStatus::Undetermined => "undetermined",
        }
    }

    /// The one with this code.
    pub fn of_code(code: &str) -> Option<TrustStatus> {
        [TrustStatus::Trusted, TrustStatus::Untrusted, TrustStatus::Undetermined]
            .into_iter()
            .find(|status| status.code() == code)
    }
}

/// Why a certificate is not trusted, or why that cannot be determined.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VerdictReason {
    /// Untrusted: all pinned roots of the issuer's name are available and none signed it.
    SignedByNoPinnedRoot,
    /// Untrusted: it takes a pinned root's name and place and is not that root.
    RootImpostor,
    /// Untrusted: an issuer on the path is expired at the moment judged.
    PathExpired,
    /// Untrusted: an issuer on the path is not yet valid at the moment judged.
    PathNotYetValid,
    /// Untrusted: there is no moment at which the whole path is valid.
    ValidityDisjoint,
    /// Untrusted: on its issuer's CRL.
    Revoked,
    /// Untrusted: an issuer is not a CA.
    NotCa,
    /// Untrusted: more issuers than a path length allows.
    PathLength,
    /// Untrusted: an issuer may not sign certificates.
    KeyUsage,
    /// Untrusted: outside an issuer's name constraints.
    NameConstraints,
    /// Untrusted: certificate policies do not match.
    CertificatePolicy,
    /// Untrusted: an unknown critical extension.
    CriticalExtension,
    /// Untrusted: not for the purpose required.
    Purpose,
    /// Untrusted: the signature is not its issuer's.
    Signature,
    /// Undetermined, `verify` only: no CRL for a certificate on the path.
    CrlMissing,
    /// Undetermined, `verify` only: the CRL is out of date.
    CrlStale,
    /// Untrusted, `verify --strict` only: RFC 5280 asks more of a certificate on the path.
    ProfileViolation,
    /// Undetermined, `verify` only: no OCSP response that can be used answers for it.
    OcspMissing,
    /// Untrusted, `verify` only: the certificate itself is expired.
    Expired,
    /// Untrusted, `verify` only: the certificate itself is not yet valid.
    NotYetValid,
    /// Untrusted: another error of the verifier, by its number.
    Verifier(i32),
    /// Undetermined: a pinned root of the issuer's name is missing.
    RootMissing,
    /// Undetermined: no pinned root has the name of the issuer, and the issuer is unknown.
    IssuerUnknown,
    /// Undetermined: under a root of a pinned name that begins after the newest pin.
    RootUnknownGeneration,
    /// Undetermined: it has the name and the key of a pinned root and is not that root.
    PinnedKeyReissued,
    /// Undetermined: its fingerprint is a pin's but another field is not.
    PinConflict,
    /// Undetermined: too many paths to try them all.
    SearchBound,
    /// Undetermined: OpenSSL cannot read it.
    Unreadable,
    /// Undetermined: OpenSSL does not know the algorithm of its key or of its signature.
    UnsupportedAlgorithm,
    /// Undetermined: it has signed itself, and is of no CA that the policy knows.
    SelfSigned,
}

/// The reasons that have no number, with their codes.
const CODES: [(VerdictReason, &str); 29] = [
    (VerdictReason::SignedByNoPinnedRoot, "signed-by-no-pinned-root"),
    (VerdictReason::RootImpostor, "root-impostor"),
    (VerdictReason::PathExpired, "path-expired"),
    (VerdictReason::PathNotYetValid, "path-not-yet-valid"),
    (VerdictReason::ValidityDisjoint, "validity-disjoint"),
    (VerdictReason::Revoked, "revoked"),
    (VerdictReason::NotCa, "not-a-ca"),
    (VerdictReason::PathLength, "path-length"),
    (VerdictReason::KeyUsage, "key-usage"),
    (VerdictReason::NameConstraints, "name-constraints"),
    (VerdictReason::CertificatePolicy, "certificate-policy"),
    (VerdictReason::CriticalExtension, "critical-extension"),
    (VerdictReason::Purpose, "purpose"),
    (VerdictReason::Signature, "signature"),
    (VerdictReason::CrlMissing, "crl-missing"),
    (VerdictReason::CrlStale, "crl-stale"),
    (VerdictReason::ProfileViolation, "profile-violation"),
    (VerdictReason::OcspMissing, "ocsp-missing"),
    (VerdictReason::Expired, "expired"),
    (VerdictReason::NotYetValid, "not-yet-valid"),
    (VerdictReason::RootMissing, "root-missing"),
    (VerdictReason::IssuerUnknown, "issuer-unknown"),
    (VerdictReason::RootUnknownGeneration, "root-unknown-generation"),
    (VerdictReason::PinnedKeyReissued, "pinned-key-reissued"),
    (VerdictReason::PinConflict, "pin-conflict"),
    (VerdictReason::SearchBound, "search-bound"),
    (VerdictReason::Unreadable, "unreadable"),
    (VerdictReason::UnsupportedAlgorithm, "unsupported-algorithm"),
    (VerdictReason::SelfSigned, "self-signed"),
];

impl VerdictReason {
    /// Whether it says that something is missing to tell, and not that something is wrong.
    pub fn is_lack(&self) -> bool {
        matches!(
            self,
            VerdictReason::CrlMissing
                | VerdictReason::CrlStale
                | VerdictReason::OcspMissing
                | VerdictReason::RootMissing
                | VerdictReason::IssuerUnknown
                | VerdictReason::RootUnknownGeneration
                | VerdictReason::PinnedKeyReissued
                | VerdictReason::PinConflict
                | VerdictReason::SearchBound
                | VerdictReason::Unreadable
                | VerdictReason::UnsupportedAlgorithm
                | VerdictReason::SelfSigned
        )
    }

    /// As JSON has it.
    pub fn code(&self) -> String {
        match self {
            VerdictReason::Verifier(number) => format!("verifier-{number}"),
            reason => CODES.iter().find(|(r, _)| r == reason).map_or_else(String::new, |(_, code)| code.to_string()),
        }
    }

    /// The reason with this code.
    pub fn of_code(code: &str) -> Option<VerdictReason> {
        match code.strip_prefix("verifier-") {
            Some(number) => number.parse().ok().map(VerdictReason::Verifier),
            None => CODES.iter().find(|(_, c)| *c == code).map(|(reason, _)| reason.clone()),
        }
    }
}

/// The verdict: who signed a certificate and whether the path is valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The answer.
    pub status: TrustStatus,
    /// The reasons unless it is trusted, the most specific first.
    pub reasons: Vec<VerdictReason>,
    /// SHA-256 of each certificate on the path, leaf first, anchor last; empty where none is known.
    /// A path that failed is given too.
    pub path: Vec<[u8; 32]>,
    /// SHA-256 of the anchor, where there is a path.
    pub anchor: Option<[u8; 32]>,
    /// The id of the anchor's pin; with [`VerdictReason::PinnedKeyReissued`] of the pin whose key it has.
    pub generation: Option<String>,
    /// The earliest notAfter on the path.
    pub effective_expiry: Option<Instant>,
    /// notAfter of its issuer's certificate, where there is a path.
    pub signer_not_after: Option<Instant>,
    /// notAfter of the anchor, where there is a path.
    pub anchor_not_after: Option<Instant>,
    /// The key that signed it, where there is a path.
    pub signer_key: Option<crate::certificate::KeyId>,
    /// SHA-256 of the CRL by which its revocation was checked, where there is one.
    pub crl: Option<[u8; 32]>,
    /// The ids of the missing pinned roots of the issuer's name, with
    /// [`VerdictReason::RootMissing`].
    pub missing: Vec<String>,
    /// The issuer's subject, where its certificate is missing.
    pub missing_issuer: Option<String>,
}

impl Verdict {
    /// A verdict without a path.
    pub(super) fn pathless(status: TrustStatus, reason: VerdictReason) -> Verdict {
        Verdict {
            status,
            reasons: vec![reason],
            path: Vec::new(),
            anchor: None,
            generation: None,
            effective_expiry: None,
            signer_not_after: None,
            anchor_not_after: None,
            signer_key: None,
            crl: None,
            missing: Vec::new(),
            missing_issuer: None,
        }
    }
}
