//! OCSP responses from files: which of them may be believed, and what they say. Never fetched.

use openssl::ocsp::{OcspFlag, OcspResponse as Signed};
use openssl::stack::Stack;
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;

use super::openssl_ffi;
use super::path::{CaCertificate, IssuerGraph};
use crate::calendar::Instant;
use crate::certificate::{Certificate, OcspAnswer, OcspResponse, OcspStatus};

/// Extended key usage of a responder that the CA has delegated to (RFC 6960 section 4.2.2.2).
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";

/// Why an OCSP response in hand, or one answer of it, is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspFault {
    /// It says only that there is no answer.
    NoAnswer,
    /// It is about certificates of no known CA.
    UnknownIssuer,
    /// Neither the CA nor a responder of its own has signed it.
    UnknownSigner,
    /// It is as of later than the moment judged.
    NotYetIssued,
    /// Newer information was due before the moment judged, or it says of no time.
    Stale,
    /// The responder does not know the certificate.
    Unknown,
}

/// What believable responses say.
#[derive(Debug, Default)]
pub(super) struct OcspAnswers {
    /// The SHA-256 of the issuer's key, and the answer.
    answers: Vec<([u8; 32], OcspAnswer)>,
    /// What is not used, with its SHA-256.
    pub unused: Vec<(OcspResponse, OcspFault)>,
}

impl OcspAnswers {
    pub(super) fn new(responses: Vec<OcspResponse>, graph: &IssuerGraph, at: Instant) -> OcspAnswers {
        let mut all = OcspAnswers::default();
        for response in responses {
            let mut faults: Vec<OcspFault> = Vec::new();
            if response.answers.is_empty() {
                faults.push(OcspFault::NoAnswer);
            }
            for answer in &response.answers {
                match believed(&response, answer, graph, at) {
                    Ok(key) => all.answers.push((key, answer.clone())),
                    Err(fault) => faults.push(fault),
                }
            }
            if let Some(fault) = faults.first() {
                all.unused.push((response, *fault));
            }
        }
        all
    }

    /// What is said of a certificate that this one has issued; revoked wins.
    pub(super) fn status(&self, certificate: &Certificate, issuer: &CaCertificate) -> Option<OcspStatus> {
        let about =
            |(key, answer): &&([u8; 32], OcspAnswer)| *key == issuer.spki && answer.id.serial == certificate.serial;
        let mut said = self.answers.iter().filter(about).map(|(_, answer)| answer.status);
        let first = said.next()?;
        Some(if said.any(|status| status == OcspStatus::Revoked) { OcspStatus::Revoked } else { first })
    }
}

/// The key of the issuer that an answer is about, if the answer may be believed.
fn believed(
    response: &OcspResponse,
    answer: &OcspAnswer,
    graph: &IssuerGraph,
    at: Instant,
) -> Result<[u8; 32], OcspFault> {
    let mut issuers = graph.reached().filter(|ca| answer.id.is_issued_by(&ca.certificate)).peekable();
    if issuers.peek().is_none() {
        return Err(OcspFault::UnknownIssuer);
    }
    let Some(issuer) = issuers.find(|ca| is_signed(response, ca, at)) else { return Err(OcspFault::UnknownSigner) };
    let begins = answer.this_update.ok_or(OcspFault::Stale)?;
    match answer.status {
        _ if begins > at => Err(OcspFault::NotYetIssued),
        OcspStatus::Unknown => Err(OcspFault::Unknown),
        // What was revoked stays so; that it was not is news of its own time only.
        OcspStatus::Good if answer.next_update.is_none_or(|next| next < at) => Err(OcspFault::Stale),
        OcspStatus::Good | OcspStatus::Revoked => Ok(issuer.spki),
    }
}

/// Whether the CA itself has signed the response, or a responder that it has certified for that and
/// that comes with the response.
fn is_signed(response: &OcspResponse, issuer: &CaCertificate, at: Instant) -> bool {
    if is_signed_by(response, &issuer.parsed.x509) {
        return true;
    }
    response.certificates.iter().any(|responder| {
        let alive =
            responder.not_before.is_some_and(|from| from <= at) && responder.not_after.is_some_and(|until| until >= at);
        let delegated = responder.extended_key_usage().is_some_and(|usages| usages.iter().any(|u| u == OCSP_SIGNING));
        let named = responder.issuer.canonical() == issuer.certificate.subject.canonical();
        if !(alive && delegated && named) {
            return false;
        }
        let Some(x509) = openssl_ffi::read(responder.der()) else { return false };
        x509.verify(&issuer.key).unwrap_or(false) && is_signed_by(response, &x509)
    })
}

/// Whether the responder is this one and its key verifies the signature.
fn is_signed_by(response: &OcspResponse, signer: &X509) -> bool {
    let verified = || -> Result<(), openssl::error::ErrorStack> {
        let basic = Signed::from_der(&response.der)?.basic()?;
        let mut signers = Stack::new()?;
        signers.push(signer.clone())?;
        // Just the signature: whether the responder may sign has been looked at.
        let flags = OcspFlag::NO_VERIFY | OcspFlag::NO_INTERN;
        basic.verify(&signers, &X509StoreBuilder::new()?.build(), flags)
    };
    verified().is_ok()
}
