//! Rules about validity and expiry.

pub(super) mod expired;
pub(super) mod expiring;
pub(super) mod not_yet_valid;
pub(super) mod superseded;
pub(super) mod validity_unusual;

use super::prelude::*;

/// The cause of the effective expiry: the certificate itself, or an issuer that expires before it.
fn cause(facts: &CertificateFacts) -> CodedWord {
    match (facts.verdict.effective_expiry, facts.certificate.not_after) {
        (Some(effective), Some(own)) if effective < own => {
            CodedWord::new("issuer", Text { ja: "発行元の証明書の期限", en: "an issuer's certificate ends first" })
        }
        _ => CodedWord::new("certificate", Text { ja: "証明書の期限", en: "its own end" }),
    }
}
