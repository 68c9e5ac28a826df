//! Plain RFC 5280 validation against given anchors, pins aside: the command `verify`.

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};

use super::path::IssuerGraph;
use super::path_validator::{self, CertificatePurpose, PathValidator, RevocationSource};
use super::revocation::RevocationList;
use super::self_issued::Parsed;
use super::verdict::VerdictReason;
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};

/// The outcome of a validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether a path holds.
    pub valid: bool,
    /// Why none does; empty if one does.
    pub reasons: Vec<VerdictReason>,
    /// The path that holds, or the one that came nearest; leaf first, anchor last.
    pub path: Vec<[u8; 32]>,
}

/// What to validate with.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// Anchors, whatever they are.
    pub trust: Vec<Certificate>,
    /// Certificates that may lie in between, or have signed CRLs.
    pub untrusted: Vec<Certificate>,
    /// CRLs; with any, every certificate on the path needs one.
    pub crls: Vec<Crl>,
    /// The moment.
    pub at: Instant,
    /// What the leaf must be good for.
    pub purpose: CertificatePurpose,
}

/// Validates `leaf` strictly at the moment given.
pub fn verify(leaf: &Certificate, given: VerifyOptions) -> Result<Verification, ErrorStack> {
    let Some(parsed) = Parsed::of(leaf) else {
        return Ok(invalid(vec![VerdictReason::Unreadable], leaf));
    };
    let check_crls = !given.crls.is_empty();
    let stale = given.crls.iter().any(|crl| crl.next_update.is_some_and(|next| next < given.at));
    let graph = IssuerGraph::new(given.trust, given.untrusted);
    let judge = PathValidator::new(&graph, given.purpose)?;
    let crls: Vec<RevocationList> = given
        .crls
        .into_iter()
        .filter(|crl| crl.is_issued(given.at) && !crl.is_stale(given.at))
        .filter_map(|crl| RevocationList::signed(crl, &graph))
        .collect();
    let crls: Vec<&X509Crl> = crls.iter().map(|list| &list.x509).collect();
    let signers: Vec<&X509Ref> = graph.cas().iter().map(|ca| &*ca.parsed.x509).collect();
    let lists = RevocationSource { crls: &crls, signers: &signers, whole_path: true };
    let (mut paths, _) = graph.paths(leaf, &parsed.x509);
    if graph.find(&leaf.sha256).is_some_and(|i| graph.is_anchor(i)) {
        paths = vec![Vec::new()];
    }
    let mut nearest = invalid(vec![unsigned_reason(&graph, leaf)], leaf);
    for (i, path) in paths.iter().enumerate() {
        let failures = judge.failures(&graph, &parsed, path, check_crls.then_some(lists));
        let chain = path.iter().map(|i| &graph.cas()[*i].certificate);
        let chain: Vec<&Certificate> = std::iter::once(leaf).chain(chain).collect();
        let mut reasons = validity_reasons(&chain, given.at);
        reasons.extend(failures.iter().map(|failure| match path_validator::reason(failure) {
            VerdictReason::CrlMissing if stale => VerdictReason::CrlStale,
            reason => reason,
        }));
        reasons.sort();
        reasons.dedup();
        let outcome =
            Verification { valid: reasons.is_empty(), reasons, path: chain.iter().map(|c| c.sha256).collect() };
        if outcome.valid {
            return Ok(outcome);
        }
        if i == 0 || outcome.reasons.len() < nearest.reasons.len() {
            nearest = outcome;
        }
    }
    Ok(nearest)
}

fn invalid(reasons: Vec<VerdictReason>, leaf: &Certificate) -> Verification {
    Verification { valid: false, reasons, path: vec![leaf.sha256] }
}

/// Why nobody signed it: an issuer of that name is in hand but its key is another, or none is.
fn unsigned_reason(graph: &IssuerGraph, leaf: &Certificate) -> VerdictReason {
    let issuer = leaf.issuer.canonical();
    let named = graph
        .cas()
        .iter()
        .any(|ca| ca.certificate.subject.canonical() == issuer && ca.certificate.sha256 != leaf.sha256);
    if named { VerdictReason::Signature } else { VerdictReason::IssuerUnknown }
}

fn validity_reasons(chain: &[&Certificate], at: Instant) -> Vec<VerdictReason> {
    let mut reasons = Vec::new();
    for (i, certificate) in chain.iter().enumerate() {
        if certificate.not_after.is_none_or(|end| end < at) {
            reasons.push(if i == 0 { VerdictReason::Expired } else { VerdictReason::PathExpired });
        }
        if certificate.not_before.is_none_or(|start| start > at) {
            reasons.push(if i == 0 { VerdictReason::NotYetValid } else { VerdictReason::PathNotYetValid });
        }
    }
    reasons
}
