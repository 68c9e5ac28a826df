//! RFC 5280 validation against given anchors without pins, for the command `verify`.

use std::collections::HashSet;

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};

use super::ocsp::{OcspAnswers, OcspFault};
use super::path::IssuerGraph;
use super::path_validator::{self, CertificatePurpose, PathValidator, RevocationSource};
use super::revocation::{RevocationLists, UnusedCrl};
use super::self_issued::Parsed;
use super::verdict::{TrustStatus, VerdictReason};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl, CrlEntry, OcspResponse, OcspStatus, ProfileViolation};

/// Certificates looked at to say why there is no path.
const MAX_UNSIGNED: usize = 64;

/// The outcome of a validation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Whether a path is valid; undetermined where something is missing to decide it.
    pub status: TrustStatus,
    /// Why none is; empty if one is.
    pub reasons: Vec<VerdictReason>,
    /// The valid path, or the one with the fewest errors; leaf first, anchor last.
    pub path: Vec<[u8; 32]>,
    /// What certificates on that path, by their place, do not meet of RFC 5280; only where that was
    /// asked for.
    pub violations: Vec<(usize, ProfileViolation)>,
}

impl Verification {
    /// Whether a path holds.
    pub fn is_valid(&self) -> bool {
        self.status == TrustStatus::Trusted
    }

    fn new(mut reasons: Vec<VerdictReason>, path: Vec<[u8; 32]>) -> Verification {
        reasons.sort();
        reasons.dedup();
        let status = match () {
            () if reasons.is_empty() => TrustStatus::Trusted,
            () if reasons.iter().all(VerdictReason::is_lack) => TrustStatus::Undetermined,
            () => TrustStatus::Untrusted,
        };
        Verification { status, reasons, path, violations: Vec::new() }
    }
}

/// The inputs of a validation.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// Anchors, whatever they are.
    pub trust: Vec<Certificate>,
    /// Possible intermediates and signers of CRLs.
    pub untrusted: Vec<Certificate>,
    /// CRLs; with any, every certificate on the path needs one.
    pub crls: Vec<Crl>,
    /// OCSP responses; with any, the certificate needs an answer, or a CRL.
    pub ocsp: Vec<OcspResponse>,
    /// The moment of validation.
    pub at: Instant,
    /// The purpose that the leaf must have.
    pub purpose: CertificatePurpose,
    /// Whether all that RFC 5280 asks of issuers is asked.
    pub strict: bool,
}

/// Validates certificates strictly at one moment, with the same anchors, intermediates and CRLs.
pub struct Verifier {
    graph: IssuerGraph,
    validator: PathValidator,
    revocation: RevocationLists,
    at: Instant,
    strict: bool,
    answers: OcspAnswers,
    /// OCSP responses were given, so that the certificate needs an answer.
    check_ocsp: bool,
    /// CRLs were given, so that every certificate on a path needs one.
    check_crls: bool,
    /// One of them is out of date.
    stale: bool,
}

impl Verifier {
    /// Reads and verifies once what all validations need. Fails only if OpenSSL itself cannot work.
    pub fn new(given: VerifyOptions) -> Result<Verifier, ErrorStack> {
        let graph = IssuerGraph::new(given.trust, given.untrusted);
        Ok(Verifier {
            validator: PathValidator::new(&graph, given.purpose)?,
            check_crls: !given.crls.is_empty(),
            stale: given.crls.iter().any(|crl| crl.is_stale(given.at)),
            revocation: RevocationLists::fresh(given.crls, &graph, given.at),
            check_ocsp: !given.ocsp.is_empty(),
            answers: OcspAnswers::new(given.ocsp, &graph, given.at),
            at: given.at,
            strict: given.strict,
            graph,
        })
    }

    /// Validates `leaf`.
    pub fn verify(&self, leaf: &Certificate) -> Verification {
        let Some(parsed) = Parsed::of(leaf) else {
            return Verification::new(vec![VerdictReason::Unreadable], vec![leaf.sha256]);
        };
        if parsed.x509.public_key().is_err() && leaf.key().is_some_and(|key| key.is_unknown()) {
            return Verification::new(vec![VerdictReason::UnsupportedAlgorithm], vec![leaf.sha256]);
        }
        let (mut paths, complete) = self.graph.paths(leaf, &parsed.x509);
        if self.graph.find(&leaf.sha256).is_some_and(|i| self.graph.is_anchor(i)) {
            paths = vec![Vec::new()];
        }
        let mut nearest: Option<Verification> = None;
        for path in &paths {
            let outcome = self.along(leaf, &parsed, path);
            if outcome.is_valid() {
                return outcome;
            }
            if nearest.as_ref().is_none_or(|nearest| outcome.reasons.len() < nearest.reasons.len()) {
                nearest = Some(outcome);
            }
        }
        let unsigned = || Verification::new(vec![self.unsigned_reason(leaf, &parsed)], vec![leaf.sha256]);
        match nearest {
            Some(nearest) if complete => nearest,
            Some(nearest) => Verification::new(vec![VerdictReason::SearchBound], nearest.path),
            None => unsigned(),
        }
    }

    /// The CRLs that were given and are not used.
    pub fn unused_crls(&self) -> &[UnusedCrl] {
        &self.revocation.unused
    }

    /// The OCSP responses that were given and are not used.
    pub fn unused_ocsp(&self) -> &[(OcspResponse, OcspFault)] {
        &self.answers.unused
    }

    fn along(&self, leaf: &Certificate, parsed: &Parsed, path: &[usize]) -> Verification {
        let crls: Vec<&X509Crl> = self.revocation.lists.iter().map(|list| &list.x509).collect();
        let signers: Vec<&X509Ref> = self.graph.cas().iter().map(|ca| &*ca.parsed.x509).collect();
        let lists = RevocationSource { crls: &crls, signers: &signers, whole_path: true };
        let failures = self.validator.failures(&self.graph, parsed, path, self.check_crls.then_some(lists));
        let chain = path.iter().map(|i| &self.graph.cas()[*i].certificate);
        let chain: Vec<&Certificate> = std::iter::once(leaf).chain(chain).collect();
        let mut reasons = validity_reasons(&chain, self.at);
        let answers: Vec<Option<OcspStatus>> =
            chain.iter().zip(path).map(|(of, issuer)| self.answers.status(of, &self.graph.cas()[*issuer])).collect();
        // Of the anchor nothing is asked; OpenSSL asks for a CRL of its own name.
        let answered =
            |depth: i32| usize::try_from(depth).is_ok_and(|depth| answers.get(depth).is_none_or(Option::is_some));
        reasons.extend(failures.iter().filter_map(|failure| match path_validator::reason(failure) {
            VerdictReason::CrlMissing if answered(failure.depth) => None,
            VerdictReason::CrlMissing if self.stale => Some(VerdictReason::CrlStale),
            reason => Some(reason),
        }));
        if answers.contains(&Some(OcspStatus::Revoked)) {
            reasons.push(VerdictReason::Revoked);
        }
        // With CRLs the verifier has asked for one already.
        if self.check_ocsp && !self.check_crls && answers.first() == Some(&None) {
            reasons.push(VerdictReason::OcspMissing);
        }
        if chain.iter().zip(path).any(|(certificate, issuer)| self.is_revoked_by_delta(certificate, *issuer)) {
            reasons.push(VerdictReason::Revoked);
        }
        if path_validator::escapes_constraints(&chain) {
            reasons.push(VerdictReason::NameConstraints);
        }
        let violations = if self.strict { violations(&chain) } else { Vec::new() };
        if !violations.is_empty() {
            reasons.push(VerdictReason::ProfileViolation);
        }
        Verification { violations, ..Verification::new(reasons, chain.iter().map(|c| c.sha256).collect()) }
    }

    /// Whether a delta that adds to a base of the issuer's key revokes the certificate. The
    /// verifier looks at deltas only where a pointer (freshestCRL) names them.
    fn is_revoked_by_delta(&self, certificate: &Certificate, issuer: usize) -> bool {
        let key = self.graph.cas()[issuer].spki;
        let lists = self.revocation.lists.iter();
        let bases = lists.filter(|list| list.key == key && list.crl.covers(certificate));
        let mut deltas = bases.filter_map(|base| self.revocation.delta_of(base));
        deltas.any(|delta| delta.entry(certificate) == Some(CrlEntry::Revoked))
    }

    /// Why there is no path: somewhere on the way up an issuer of the name is in hand but its key is
    /// another, or none is.
    fn unsigned_reason(&self, leaf: &Certificate, parsed: &Parsed) -> VerdictReason {
        if leaf.has_unknown_signature() {
            return VerdictReason::UnsupportedAlgorithm;
        }
        let mut seen = HashSet::from([leaf.sha256]);
        let mut open: Vec<(&Certificate, &X509Ref)> = vec![(leaf, &parsed.x509)];
        let mut is_forged = false;
        while let Some((certificate, x509)) = open.pop().filter(|_| seen.len() < MAX_UNSIGNED) {
            let issuer = certificate.issuer.canonical();
            let cas = self.graph.cas().iter();
            let named = cas.filter(|ca| ca.certificate.subject.canonical() == issuer);
            let mut named = named.filter(|ca| ca.certificate.sha256 != certificate.sha256).peekable();
            if named.peek().is_none() {
                return VerdictReason::IssuerUnknown;
            }
            let signers: Vec<_> = named.filter(|ca| ca.has_signed(x509)).collect();
            is_forged |= signers.is_empty();
            let new = signers.into_iter().filter(|ca| seen.insert(ca.certificate.sha256)).collect::<Vec<_>>();
            open.extend(new.into_iter().map(|ca| (&ca.certificate, &*ca.parsed.x509)));
        }
        if is_forged { VerdictReason::Signature } else { VerdictReason::IssuerUnknown }
    }
}

/// What RFC 5280 asks and the certificates of a path do not meet; each but the first has issued one.
fn violations(chain: &[&Certificate]) -> Vec<(usize, ProfileViolation)> {
    let of = |(depth, certificate): (usize, &&Certificate)| {
        certificate.profile_violations(depth > 0).into_iter().map(move |violation| (depth, violation))
    };
    chain.iter().enumerate().flat_map(of).collect()
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
