//! Plain RFC 5280 validation against given anchors, pins aside: the command `verify`.

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};

use super::judge::{self, Judge, Lists, Purpose};
use super::path::Forest;
use super::revocation::RevocationList;
use super::self_issued::Parsed;
use super::verdict::Reason;
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};

/// The outcome of a validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether a path holds.
    pub valid: bool,
    /// Why none does; empty if one does.
    pub reasons: Vec<Reason>,
    /// The path that holds, or the one that came nearest; leaf first, anchor last.
    pub path: Vec<[u8; 32]>,
}

/// What to validate with.
#[derive(Clone, Debug)]
pub struct Given {
    /// Anchors, whatever they are.
    pub trust: Vec<Certificate>,
    /// Certificates that may lie in between, or have signed CRLs.
    pub untrusted: Vec<Certificate>,
    /// CRLs; with any, every certificate on the path needs one.
    pub crls: Vec<Crl>,
    /// The moment.
    pub at: Instant,
    /// What the leaf must be good for.
    pub purpose: Purpose,
}

/// Validates `leaf` strictly at the moment given.
pub fn verify(leaf: &Certificate, given: Given) -> Result<Verification, ErrorStack> {
    let Some(parsed) = Parsed::of(leaf) else {
        return Ok(invalid(vec![Reason::Unreadable], leaf));
    };
    let check_crls = !given.crls.is_empty();
    let stale = given.crls.iter().any(|crl| crl.next_update.is_some_and(|next| next < given.at));
    let forest = Forest::new(given.trust, given.untrusted);
    let judge = Judge::new(&forest, given.purpose)?;
    let crls: Vec<RevocationList> = given
        .crls
        .into_iter()
        .filter(|crl| crl.is_issued(given.at) && !crl.is_stale(given.at))
        .filter_map(|crl| RevocationList::signed(crl, &forest))
        .collect();
    let crls: Vec<&X509Crl> = crls.iter().map(|list| &list.x509).collect();
    let signers: Vec<&X509Ref> = forest.nodes().iter().map(|node| &*node.parsed.x509).collect();
    let lists = Lists { crls: &crls, signers: &signers, whole_path: true };
    let (mut paths, _) = forest.paths(leaf, &parsed.x509);
    if forest.find(&leaf.sha256).is_some_and(|i| forest.is_anchor(i)) {
        paths = vec![Vec::new()];
    }
    let mut nearest = invalid(vec![unsigned_reason(&forest, leaf)], leaf);
    for (i, path) in paths.iter().enumerate() {
        let failures = judge.failures(&forest, &parsed, path, check_crls.then_some(lists));
        let chain = path.iter().map(|i| &forest.nodes()[*i].certificate);
        let chain: Vec<&Certificate> = std::iter::once(leaf).chain(chain).collect();
        let mut reasons = validity_reasons(&chain, given.at);
        reasons.extend(failures.iter().map(|failure| match judge::reason(failure) {
            Reason::CrlMissing if stale => Reason::CrlStale,
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

fn invalid(reasons: Vec<Reason>, leaf: &Certificate) -> Verification {
    Verification { valid: false, reasons, path: vec![leaf.sha256] }
}

/// Why nobody signed it: an issuer of that name is in hand but its key is another, or none is.
fn unsigned_reason(forest: &Forest, leaf: &Certificate) -> Reason {
    let issuer = leaf.issuer.canonical();
    let named = forest
        .nodes()
        .iter()
        .any(|node| node.certificate.subject.canonical() == issuer && node.certificate.sha256 != leaf.sha256);
    if named { Reason::Signature } else { Reason::IssuerUnknown }
}

fn validity_reasons(chain: &[&Certificate], at: Instant) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for (i, certificate) in chain.iter().enumerate() {
        if certificate.not_after.is_none_or(|end| end < at) {
            reasons.push(if i == 0 { Reason::Expired } else { Reason::PathExpired });
        }
        if certificate.not_before.is_none_or(|start| start > at) {
            reasons.push(if i == 0 { Reason::NotYetValid } else { Reason::PathNotYetValid });
        }
    }
    reasons
}
