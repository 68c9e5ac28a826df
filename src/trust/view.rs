//! The state of trust in one run: all available anchors, intermediates and CRLs at one moment. It
//! gives the verdict of each certificate.

use std::collections::{HashMap, HashSet};

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};
use sha2::{Digest, Sha256};

use super::openssl_ffi::VerifierError;
use super::path::IssuerGraph;
use super::path_validator::{self, CertificatePurpose, PathValidator, RevocationSource};
use super::pin::{PinClaim, compare_with_pins};
use super::revocation::{RevocationList, RevocationLists, UnusedCrl};
use super::self_issued::Parsed;
use super::verdict::{TrustStatus, Verdict, VerdictReason};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl, CrlEntry};
use crate::policy::{Authority, CrlPolicy, Pin, Policy};

/// Anchors, what they have signed, and CRLs, at a moment.
pub struct Trust<'p> {
    policy: &'p Policy,
    at: Instant,
    graph: IssuerGraph,
    /// The pin of each anchor, by its SHA-256.
    pins: HashMap<[u8; 32], (&'p Authority, &'p Pin)>,
    /// Self-signed roots of a pinned name that begin after the newest pin, and what they signed.
    later: IssuerGraph,
    judge: PathValidator,
    revocation: RevocationLists,
}

/// What CRLs say of a certificate.
#[derive(Default)]
struct RevocationAnswer {
    revoked: bool,
    /// The CRL by which revocation was checked, if any.
    crl: Option<[u8; 32]>,
}

impl<'p> Trust<'p> {
    /// From all possible issuers (pins decide which are anchors) and all CRLs. Fails only if
    /// OpenSSL itself fails.
    pub fn new(policy: &'p Policy, at: Instant, issuers: Vec<Certificate>, crls: Vec<Crl>) -> Result<Self, ErrorStack> {
        let mut pins = HashMap::new();
        let (mut anchors, mut candidates, mut later) = (Vec::new(), Vec::new(), Vec::new());
        for certificate in issuers {
            match compare_with_pins(policy, &certificate) {
                PinClaim::Anchor(pair) => {
                    pins.insert(certificate.sha256, (pair.authority, pair.pin));
                    anchors.push(certificate);
                }
                PinClaim::Later(_) if certificate.is_self_issued() => {
                    later.push(certificate.clone());
                    candidates.push(certificate);
                }
                _ => candidates.push(certificate),
            }
        }
        let later = IssuerGraph::of_self_signed(later, &candidates);
        let graph = IssuerGraph::new(anchors, candidates);
        let judge = PathValidator::new(&graph, CertificatePurpose::Any)?;
        let revocation = RevocationLists::newest(crls, &graph, at);
        Ok(Trust { policy, at, graph, pins, later, judge, revocation })
    }

    /// The verdict on `certificate`.
    pub fn verdict(&self, certificate: &Certificate) -> Verdict {
        if let Some((_, pin)) = self.pins.get(&certificate.sha256) {
            return anchor_verdict(certificate, pin);
        }
        let Some(parsed) = Parsed::of(certificate) else {
            return Verdict::pathless(TrustStatus::Undetermined, VerdictReason::Unreadable);
        };
        if parsed.x509.public_key().is_err() {
            let reason = match certificate.key().is_some_and(|key| key.is_unknown()) {
                true => VerdictReason::UnsupportedAlgorithm,
                false => VerdictReason::Unreadable,
            };
            return Verdict::pathless(TrustStatus::Undetermined, reason);
        }
        if let Some(pin) = self.pin_reissued(certificate, &parsed) {
            return reissued(pin);
        }
        if let Some(verdict) = self.likely(certificate, &parsed) {
            return verdict;
        }
        let (paths, complete) = self.graph.paths(certificate, &parsed.x509);
        if !paths.is_empty() || !complete {
            return self.best(certificate, &parsed, &paths, complete);
        }
        match compare_with_pins(self.policy, certificate) {
            PinClaim::Conflict(_) => Verdict::pathless(TrustStatus::Undetermined, VerdictReason::PinConflict),
            PinClaim::Impostor(_) if let Some((_, pin)) = self.key_of(certificate) => {
                // RFC 4210's OldWithNew without the certificate of the new key: nobody can take
                // a root's place with its own key.
                match self.later.paths(certificate, &parsed.x509).0.is_empty() {
                    true => reissued(pin),
                    false => Verdict::pathless(TrustStatus::Undetermined, VerdictReason::RootUnknownGeneration),
                }
            }
            PinClaim::Impostor(_) => Verdict::pathless(TrustStatus::Untrusted, VerdictReason::RootImpostor),
            PinClaim::Later(_) => Verdict::pathless(TrustStatus::Undetermined, VerdictReason::RootUnknownGeneration),
            _ => self.unsigned(certificate, &parsed),
        }
    }

    /// The authority that issued `certificate`: that of the path's anchor where there is a path,
    /// otherwise the one with its issuer's name.
    pub fn authority(&self, certificate: &Certificate, verdict: &Verdict) -> Option<&'p Authority> {
        let anchored = verdict.anchor.and_then(|anchor| self.pins.get(&anchor)).map(|(authority, _)| *authority);
        anchored.or_else(|| self.policy.authority(&certificate.issuer))
    }

    /// The CRL by which the revocation of the certificate with this verdict was checked.
    pub fn crl_for(&self, verdict: &Verdict) -> Option<&Crl> {
        let sha256 = verdict.crl?;
        self.revocation.lists.iter().map(|list| &list.crl).find(|crl| crl.sha256 == sha256)
    }

    /// The CRLs that are in hand and not used, though they were given by name, or are in the name
    /// of a CA that the policy knows or that has a path to an anchor. The lists of strangers that
    /// lie about are no matter of this policy.
    pub fn unused_crls(&self, given: &HashSet<[u8; 32]>) -> impl Iterator<Item = &UnusedCrl> {
        self.revocation.unused.iter().filter(|unused| {
            let authority = self.policy.authority(&unused.crl.issuer);
            let ignored = authority.is_some_and(|authority| authority.crl.value == CrlPolicy::Ignore);
            let known = authority.is_some() || self.graph.knows(&unused.crl.issuer.canonical());
            !ignored && (known || given.contains(&unused.crl.sha256))
        })
    }

    /// The CRLs of one distribution point or of one kind of certificates.
    pub fn scoped_crls(&self) -> impl Iterator<Item = &Crl> {
        self.revocation.lists.iter().map(|list| &list.crl).filter(|crl| crl.scope().is_some())
    }

    /// The SHA-256 of every available anchor, with its pin.
    pub fn anchors(&self) -> impl Iterator<Item = ([u8; 32], &'p Pin)> {
        self.pins.iter().map(|(sha256, (_, pin))| (*sha256, *pin))
    }

    /// The pin whose root's name and key the certificate bears, though it is not that root.
    fn key_of(&self, certificate: &Certificate) -> Option<(&'p Authority, &'p Pin)> {
        let spki: [u8; 32] = Sha256::digest(certificate.spki()).into();
        let mut anchors = self.graph.cas().iter().take_while(|ca| self.pins.contains_key(&ca.certificate.sha256));
        let anchor = anchors.find(|anchor| anchor.spki == spki)?;
        let pair = self.pins.get(&anchor.certificate.sha256).copied();
        pair.filter(|(authority, _)| authority.is_named(&certificate.subject))
    }

    /// The pin of whose root the certificate is a second edition: same name and key, signed by
    /// that key. A longer life does not make it worse, but no pin says that it is the CA's.
    fn pin_reissued(&self, certificate: &Certificate, parsed: &Parsed) -> Option<&'p Pin> {
        if !certificate.is_self_issued() {
            return None;
        }
        let (_, pin) = self.key_of(certificate)?;
        is_self_signed(parsed).then_some(pin)
    }

    /// The verdict of a certificate that is in order, as nearly all are: the verifier checks the
    /// signature with the likely key, so it need not be checked before.
    fn likely(&self, certificate: &Certificate, parsed: &Parsed) -> Option<Verdict> {
        let paths = self.graph.likely_paths(certificate);
        let mut verdicts = paths.iter().map(|path| self.judged(certificate, parsed, path));
        verdicts.find(|verdict| verdict.status == TrustStatus::Trusted)
    }

    fn best(&self, certificate: &Certificate, parsed: &Parsed, paths: &[Vec<usize>], complete: bool) -> Verdict {
        let mut nearest: Option<Verdict> = None;
        for path in paths {
            let verdict = self.judged(certificate, parsed, path);
            if verdict.status == TrustStatus::Trusted {
                return verdict;
            }
            // Of several failed paths, the one with the fewest reasons is reported.
            if nearest.as_ref().is_none_or(|n| verdict.reasons.len() < n.reasons.len()) {
                nearest = Some(verdict);
            }
        }
        match nearest {
            Some(verdict) if complete => verdict,
            _ => Verdict::pathless(TrustStatus::Undetermined, VerdictReason::SearchBound),
        }
    }

    fn judged(&self, certificate: &Certificate, parsed: &Parsed, path: &[usize]) -> Verdict {
        let cas: Vec<_> = path.iter().map(|i| &self.graph.cas()[*i]).collect();
        let chain: Vec<&Certificate> = std::iter::once(certificate).chain(cas.iter().map(|n| &n.certificate)).collect();
        let anchor = chain[chain.len() - 1];
        let mut reasons = validity_reasons(&chain, self.at);
        let failures = self.judge.failures(&self.graph, parsed, path, None);
        reasons.extend(failures.iter().map(path_validator::reason));
        if path_validator::escapes_constraints(&chain) {
            reasons.push(VerdictReason::NameConstraints);
        }
        let revocation = self.revocation(certificate, parsed, path);
        if revocation.revoked || self.any_issuer_revoked(path) {
            reasons.push(VerdictReason::Revoked);
        }
        reasons.sort();
        reasons.dedup();
        Verdict {
            status: if reasons.is_empty() { TrustStatus::Trusted } else { TrustStatus::Untrusted },
            reasons,
            path: chain.iter().map(|c| c.sha256).collect(),
            anchor: Some(anchor.sha256),
            generation: self.pins.get(&anchor.sha256).map(|(_, pin)| pin.id.clone()),
            effective_expiry: chain.iter().filter_map(|c| c.not_after).min(),
            signer_not_after: chain[1].not_after,
            anchor_not_after: anchor.not_after,
            signer_key: Some(cas[0].key_id),
            crl: revocation.crl,
            missing: Vec::new(),
            missing_issuer: None,
        }
    }

    /// Whether CRLs revoke the certificate at the beginning of a path.
    ///
    /// A list that the issuer's own key signed and that covers all its certificates is looked up in
    /// the index: OpenSSL would digest the whole list for every certificate. The others (partitions,
    /// lists of delegated signers) go to OpenSSL, first those of the issuer's own key and then those
    /// of delegated signers: OpenSSL distinguishes CRLs by name only, so of two generations with one
    /// name the newer list would hide the older.
    fn revocation(&self, certificate: &Certificate, parsed: &Parsed, path: &[usize]) -> RevocationAnswer {
        let [own, others] = self.crls_for(certificate, path);
        let indexed = self.graph.cas()[path[0]].may_sign_crls();
        let (plain, own): (Vec<_>, Vec<_>) = own.into_iter().partition(|list| indexed && list.is_plain());
        let mut answer = RevocationAnswer::default();
        if let Some(base) = plain.into_iter().max_by_key(|list| list.crl.this_update) {
            self.apply(&mut answer, base, base.entry(certificate) == Some(CrlEntry::Revoked), certificate);
        }
        for lists in [own, others] {
            let mut bases = lists.iter().filter(|list| list.crl.base_number.is_none());
            let Some(newest) = bases.clone().max_by_key(|list| list.crl.this_update) else { continue };
            let failures = self.failures(parsed, path, &lists);
            let (unknown, told): (Vec<_>, Vec<_>) = failures.iter().partition(|f| path_validator::is_about_crl(f));
            let revoked = told.into_iter().map(path_validator::reason).any(|reason| reason == VerdictReason::Revoked);
            if revoked || unknown.is_empty() {
                // Of several partitions that cover it any may have a delta.
                let base = bases.find(|list| list.crl.covers(certificate)).unwrap_or(newest);
                self.apply(&mut answer, base, revoked, certificate);
            }
        }
        answer
    }

    /// Adds what a base and its delta say: the delta's entry wins.
    fn apply(&self, answer: &mut RevocationAnswer, base: &RevocationList, listed: bool, certificate: &Certificate) {
        let delta = self.revocation.delta_of(base);
        let said = delta.and_then(|delta| delta.entry(certificate));
        answer.revoked |= said.map_or(listed, |said| said == CrlEntry::Revoked);
        answer.crl = answer.crl.or(Some(delta.unwrap_or(base).crl.sha256));
    }

    fn failures(&self, parsed: &Parsed, path: &[usize], lists: &[&RevocationList]) -> Vec<VerifierError> {
        let crls: Vec<&X509Crl> = lists.iter().map(|list| &list.x509).collect();
        let mut signers: Vec<usize> = lists.iter().flat_map(|list| list.above.iter().copied()).collect();
        signers.retain(|i| !path.contains(i) && !self.graph.is_anchor(*i));
        signers.sort_unstable();
        signers.dedup();
        let signers: Vec<&X509Ref> = signers.iter().map(|i| &*self.graph.cas()[*i].parsed.x509).collect();
        let lists = RevocationSource { crls: &crls, signers: &signers, whole_path: false };
        self.judge.failures(&self.graph, parsed, path, Some(lists))
    }

    /// The CRLs that may list a certificate with this path: those signed by its issuer's key, and
    /// those of others under the same anchor that have its issuer's name or are named by it.
    fn crls_for(&self, certificate: &Certificate, path: &[usize]) -> [Vec<&RevocationList>; 2] {
        let anchor = path[path.len() - 1];
        let authority = self.pins.get(&self.graph.cas()[anchor].certificate.sha256);
        if authority.is_some_and(|(authority, _)| authority.crl.value == CrlPolicy::Ignore) {
            return Default::default();
        }
        let issuer = &self.graph.cas()[path[0]];
        let name = issuer.certificate.subject.canonical();
        let delegates = certificate.names_crl_issuer();
        let fits =
            |list: &&RevocationList| list.above.contains(&anchor) && (delegates || list.crl.issuer.canonical() == name);
        let own = |list: &&RevocationList| list.key == issuer.spki;
        self.revocation.lists.iter().filter(fits).partition(own).into()
    }

    fn any_issuer_revoked(&self, path: &[usize]) -> bool {
        (1..path.len()).any(|at| {
            let ca = &self.graph.cas()[path[at - 1]];
            self.revocation(&ca.certificate, &ca.parsed, &path[at..]).revoked
        })
    }

    fn unsigned(&self, certificate: &Certificate, parsed: &Parsed) -> Verdict {
        if !self.later.paths(certificate, &parsed.x509).0.is_empty() {
            return Verdict::pathless(TrustStatus::Undetermined, VerdictReason::RootUnknownGeneration);
        }
        let Some(authority) = self.policy.authority(&certificate.issuer) else {
            if certificate.is_self_issued() && is_self_signed(parsed) {
                return Verdict::pathless(TrustStatus::Undetermined, VerdictReason::SelfSigned);
            }
            return self.unresolved(certificate, VerdictReason::IssuerUnknown);
        };
        let missing: Vec<String> =
            authority.pins.iter().filter(|pin| !self.is_available(authority, pin)).map(|pin| pin.id.clone()).collect();
        if !missing.is_empty() {
            return Verdict { missing, ..self.unresolved(certificate, VerdictReason::RootMissing) };
        }
        if certificate.has_unknown_signature() {
            return Verdict::pathless(TrustStatus::Undetermined, VerdictReason::UnsupportedAlgorithm);
        }
        Verdict::pathless(TrustStatus::Untrusted, VerdictReason::SignedByNoPinnedRoot)
    }

    /// Whether the pin's root is available and OpenSSL can read it.
    fn is_available(&self, authority: &Authority, pin: &Pin) -> bool {
        self.pins
            .iter()
            .any(|(sha256, (a, p))| a.names == authority.names && p.id == pin.id && self.graph.find(sha256).is_some())
    }

    fn unresolved(&self, certificate: &Certificate, reason: VerdictReason) -> Verdict {
        Verdict {
            missing_issuer: Some(certificate.issuer.printed()),
            ..Verdict::pathless(TrustStatus::Undetermined, reason)
        }
    }
}

/// Whether its own key verifies its signature.
fn is_self_signed(parsed: &Parsed) -> bool {
    parsed.x509.public_key().and_then(|key| parsed.x509.verify(&key)).unwrap_or(false)
}

fn reissued(pin: &Pin) -> Verdict {
    let verdict = Verdict::pathless(TrustStatus::Undetermined, VerdictReason::PinnedKeyReissued);
    Verdict { generation: Some(pin.id.clone()), ..verdict }
}

fn anchor_verdict(certificate: &Certificate, pin: &Pin) -> Verdict {
    Verdict {
        status: TrustStatus::Trusted,
        reasons: Vec::new(),
        path: vec![certificate.sha256],
        anchor: Some(certificate.sha256),
        generation: Some(pin.id.clone()),
        effective_expiry: certificate.not_after,
        signer_not_after: certificate.not_after,
        anchor_not_after: certificate.not_after,
        signer_key: certificate.key().map(|key| key.id),
        crl: None,
        missing: Vec::new(),
        missing_issuer: None,
    }
}

/// Why the path is invalid at the moment that counts for its leaf: the moment judged for a valid
/// leaf, the path's effective expiry for an expired one, its notBefore for a future one; all ends
/// are inclusive. Whether the leaf itself has expired is for the rules.
fn validity_reasons(chain: &[&Certificate], at: Instant) -> Vec<VerdictReason> {
    let (Some(from), Some(until)) = (chain[0].not_before, chain[0].not_after) else {
        return vec![VerdictReason::Unreadable];
    };
    let latest_start = chain.iter().filter_map(|c| c.not_before).max().unwrap_or(from);
    let earliest_end = chain.iter().filter_map(|c| c.not_after).min().unwrap_or(until);
    if latest_start > earliest_end {
        return vec![VerdictReason::ValidityDisjoint];
    }
    let moment = match () {
        _ if until < at => earliest_end,
        _ if from > at => from,
        _ => at,
    };
    let mut reasons = Vec::new();
    if chain[1..].iter().any(|c| c.not_after.is_none_or(|end| end < moment)) {
        reasons.push(VerdictReason::PathExpired);
    }
    if chain[1..].iter().any(|c| c.not_before.is_none_or(|start| start > moment)) {
        reasons.push(VerdictReason::PathNotYetValid);
    }
    reasons
}
