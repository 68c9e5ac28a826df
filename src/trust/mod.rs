//! Trust: the verdict on who signed a certificate and whether its path is valid.
//!
//! Pins make anchors (`pin`): a root certificate that is available and matches a pin of the policy
//! in every field. Paths are built by us (`path`), from the anchors downwards, by signature and not
//! by name, since two e-seikyuu roots have the same name; each path is then validated by OpenSSL
//! (`path_validator`) with one anchor and only that path's certificates. Expiry and other defects
//! of the certificate itself are judged by the rules, not by the verdict.
//!
//! A certificate that is not trusted never changes another's verdict: issuers are looked for only
//! among what an anchor has signed, so hostile neighbours cannot crowd anything out.
//! A CRL or an OCSP response (`revocation`, `ocsp`) counts only if a key that has a path to an anchor
//! signed it; one that is in hand and not used changes no verdict and is reported by itself.
//! Absent here: no I/O, no clock, no language.

mod ocsp;
mod openssl_ffi;
mod path;
mod path_validator;
mod pin;
mod revocation;
mod self_issued;
mod verdict;
mod verify;
mod view;

pub use ocsp::OcspFault;
pub use path::{CaCertificate, IssuerGraph};
pub use path_validator::CertificatePurpose;
pub use pin::{PinClaim, PinMatch, compare_with_pins};
pub use revocation::{CrlFault, UnusedCrl};
pub use verdict::{TrustStatus, Verdict, VerdictReason};
pub use verify::{Verification, Verifier, VerifyOptions};
pub use view::Trust;

/// Keeps OpenSSL from loading the host's configuration. To be called first.
pub fn isolate_openssl() {
    openssl_ffi::isolate();
}
