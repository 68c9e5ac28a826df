//! Validation of one path by OpenSSL, with one anchor and only that path's certificates, collecting
//! every error. Validity is checked here, both ends inclusive, since OpenSSL takes the last second
//! for too late.

use std::collections::HashMap;

use openssl::error::ErrorStack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509Crl, X509PurposeId, X509Ref};
use openssl_sys as ffi;

use super::openssl_ffi::{self, VerifierError};
use super::path::IssuerGraph;
use super::self_issued::Parsed;
use super::verdict::VerdictReason;
use crate::certificate::Certificate;

/// The purpose for which a certificate is validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CertificatePurpose {
    /// Anything.
    #[default]
    Any,
    /// TLS client authentication.
    Client,
    /// TLS server authentication.
    Server,
}

/// Validates paths of one graph. Each anchor's stores are made once.
pub(super) struct PathValidator {
    /// Per anchor, by how much of a path is checked for revocation.
    stores: HashMap<usize, [X509Store; 3]>,
}

/// The CRLs and signers for checking revocation.
#[derive(Clone, Copy)]
pub(super) struct RevocationSource<'a> {
    pub crls: &'a [&'a X509Crl],
    /// Certificates off the path that may have signed them, and those above them.
    pub signers: &'a [&'a X509Ref],
    /// Whether the whole path is checked or only the leaf.
    pub whole_path: bool,
}

/// X509_V_ERR_…, since OpenSSL 3.0.
const INVALID_CA: i32 = ffi::X509_V_ERR_INVALID_CA;

impl PathValidator {
    pub(super) fn new(graph: &IssuerGraph, purpose: CertificatePurpose) -> Result<PathValidator, ErrorStack> {
        let leaf = X509VerifyFlags::CRL_CHECK | X509VerifyFlags::EXTENDED_CRL_SUPPORT | X509VerifyFlags::USE_DELTAS;
        let scopes = [X509VerifyFlags::empty(), leaf, leaf | X509VerifyFlags::CRL_CHECK_ALL];
        let mut stores = HashMap::new();
        for anchor in (0..graph.cas().len()).take_while(|i| graph.is_anchor(*i)) {
            let x509 = &graph.cas()[anchor].parsed.x509;
            let [none, leaf, all] = scopes.map(|scope| store(x509, purpose, scope));
            stores.insert(anchor, [none?, leaf?, all?]);
        }
        Ok(PathValidator { stores })
    }

    /// The errors along the path `leaf`, then `issuers` up to the anchor.
    pub(super) fn failures(
        &self,
        graph: &IssuerGraph,
        leaf: &Parsed,
        issuers: &[usize],
        lists: Option<RevocationSource>,
    ) -> Vec<VerifierError> {
        let anchor = issuers.last().copied().or_else(|| anchor_itself(graph, &leaf.x509));
        let Some(stores) = anchor.and_then(|anchor| self.stores.get(&anchor)) else {
            return vec![unspecified()];
        };
        let parsed = std::iter::once(leaf).chain(issuers.iter().map(|i| &graph.cas()[*i].parsed));
        let below = parsed.enumerate().map(|(depth, parsed)| match depth == issuers.len() {
            true => (&*parsed.x509, true),
            false => parsed.below_another(),
        });
        let (path, verifiable): (Vec<&X509Ref>, Vec<bool>) = below.unzip();
        let scope = lists.map_or(0, |lists| 1 + usize::from(lists.whole_path));
        let (crls, signers) = lists.map_or((&[][..], &[][..]), |lists| (lists.crls, lists.signers));
        let failures = openssl_ffi::failures(&stores[scope], &path, signers, crls);
        let mut failures = failures.unwrap_or_else(|_| vec![unspecified()]);
        let void = void_crls(&failures);
        let revoked = |f: &VerifierError| f.code == ffi::X509_V_ERR_CERT_REVOKED && !f.in_crl_path;
        failures.retain(|f| !revoked(f) || !void.contains(&(f.depth, f.crl)));
        // Checked by us when the path was built.
        let checked =
            |f: &VerifierError| usize::try_from(f.depth).is_ok_and(|depth| verifiable.get(depth) == Some(&false));
        let of_signature = |f: &VerifierError| f.code == ffi::X509_V_ERR_CERT_SIGNATURE_FAILURE && !f.in_crl_path;
        failures.retain(|f| !of_signature(f) || !checked(f));
        failures
    }
}

/// The CRLs that do not apply to a certificate: OpenSSL reports that the signature is not the
/// issuer's, continues, and finds the certificate on the list anyway.
fn void_crls(failures: &[VerifierError]) -> Vec<(i32, usize)> {
    let voids = |failure: &&VerifierError| match failure.code {
        ffi::X509_V_ERR_CRL_SIGNATURE_FAILURE
        | ffi::X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY
        | ffi::X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER
        | ffi::X509_V_ERR_KEYUSAGE_NO_CRL_SIGN
        | ffi::X509_V_ERR_DIFFERENT_CRL_SCOPE
        | ffi::X509_V_ERR_CRL_PATH_VALIDATION_ERROR => true,
        // Whether the signer's own certificate is revoked is not asked.
        ffi::X509_V_ERR_UNABLE_TO_GET_CRL => false,
        _ => failure.in_crl_path,
    };
    failures.iter().filter(voids).map(|failure| (failure.depth, failure.crl)).collect()
}

fn anchor_itself(graph: &IssuerGraph, leaf: &X509Ref) -> Option<usize> {
    let der = leaf.to_der().ok()?;
    (0..graph.cas().len()).find(|i| graph.is_anchor(*i) && graph.cas()[*i].certificate.der() == der)
}

fn unspecified() -> VerifierError {
    VerifierError { code: ffi::X509_V_ERR_UNSPECIFIED, depth: 0, crl: 0, in_crl_path: false }
}

fn store(anchor: &X509Ref, purpose: CertificatePurpose, crls: X509VerifyFlags) -> Result<X509Store, ErrorStack> {
    let mut param = X509VerifyParam::new()?;
    let flags = X509VerifyFlags::PARTIAL_CHAIN
        | X509VerifyFlags::POLICY_CHECK
        | X509VerifyFlags::NO_CHECK_TIME
        | X509VerifyFlags::TRUSTED_FIRST
        | crls;
    param.set_flags(flags)?;
    param.set_auth_level(0);
    match purpose {
        CertificatePurpose::Any => {}
        CertificatePurpose::Client => param.set_purpose(X509PurposeId::SSL_CLIENT)?,
        CertificatePurpose::Server => param.set_purpose(X509PurposeId::SSL_SERVER)?,
    }
    openssl_ffi::accept_any_policy(&param);
    let mut builder = X509StoreBuilder::new()?;
    builder.add_cert(anchor.to_owned())?;
    builder.set_param(&param)?;
    let store = builder.build();
    openssl_ffi::follow_given_path(&store);
    Ok(store)
}

/// Whether an error means only that there was no usable CRL.
pub(super) fn is_about_crl(failure: &VerifierError) -> bool {
    failure.in_crl_path
        || matches!(
            failure.code,
            ffi::X509_V_ERR_UNABLE_TO_GET_CRL
                | ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE
                | ffi::X509_V_ERR_CRL_SIGNATURE_FAILURE
                | ffi::X509_V_ERR_CRL_NOT_YET_VALID
                | ffi::X509_V_ERR_CRL_HAS_EXPIRED
                | ffi::X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD
                | ffi::X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD
                | ffi::X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER
                | ffi::X509_V_ERR_KEYUSAGE_NO_CRL_SIGN
                | ffi::X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION
                | ffi::X509_V_ERR_DIFFERENT_CRL_SCOPE
                | ffi::X509_V_ERR_CRL_PATH_VALIDATION_ERROR
        )
}

/// The reason for a verifier's error.
pub(super) fn reason(failure: &VerifierError) -> VerdictReason {
    if is_about_crl(failure) {
        return VerdictReason::CrlMissing;
    }
    match failure.code {
        ffi::X509_V_ERR_CERT_REVOKED => VerdictReason::Revoked,
        ffi::X509_V_ERR_CERT_SIGNATURE_FAILURE | ffi::X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE => {
            VerdictReason::Signature
        }
        INVALID_CA | ffi::X509_V_ERR_INVALID_NON_CA => VerdictReason::NotCa,
        ffi::X509_V_ERR_PATH_LENGTH_EXCEEDED | ffi::X509_V_ERR_CERT_CHAIN_TOO_LONG => VerdictReason::PathLength,
        ffi::X509_V_ERR_KEYUSAGE_NO_CERTSIGN => VerdictReason::KeyUsage,
        ffi::X509_V_ERR_INVALID_PURPOSE => VerdictReason::Purpose,
        ffi::X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION => VerdictReason::CriticalExtension,
        ffi::X509_V_ERR_PERMITTED_VIOLATION
        | ffi::X509_V_ERR_EXCLUDED_VIOLATION
        | ffi::X509_V_ERR_SUBTREE_MINMAX
        | ffi::X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE
        | ffi::X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX
        | ffi::X509_V_ERR_UNSUPPORTED_NAME_SYNTAX => VerdictReason::NameConstraints,
        ffi::X509_V_ERR_NO_EXPLICIT_POLICY | ffi::X509_V_ERR_INVALID_POLICY_EXTENSION => {
            VerdictReason::CertificatePolicy
        }
        other => VerdictReason::Verifier(other),
    }
}

/// Whether a DNS name below a CA with name constraints has not the form of one: such a name is
/// outside whatever is permitted.
pub(super) fn escapes_constraints(chain: &[&Certificate]) -> bool {
    let constrained = (1..chain.len()).rev().find(|i| chain[*i].has_name_constraints());
    constrained.is_some_and(|issuer| chain[..issuer].iter().any(|certificate| certificate.has_malformed_dns_name()))
}
