//! What is known of trust in one run: all anchors, intermediates and CRLs in hand, at one
//! moment. It answers with a verdict for each certificate.

use std::collections::HashMap;

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};

use super::judge::{self, Judge, Purpose};
use super::openssl_ffi;
use super::path::Forest;
use super::pin::{Claim, compare_with_pins};
use super::revocation::RevocationList;
use super::verdict::{Reason, Status, Verdict};
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl};
use crate::policy::{Authority, CrlPolicy, Pin, Policy};

/// Anchors, what they have signed, and CRLs, at a moment.
pub struct Trust<'p> {
    policy: &'p Policy,
    at: Instant,
    forest: Forest,
    /// The pin of each anchor, by its SHA-256.
    pins: HashMap<[u8; 32], (&'p Authority, &'p Pin)>,
    /// Self-signed roots of a pinned name that begin after the newest pin.
    later: Vec<usize>,
    later_forest: Forest,
    judge: Judge,
    crls: Vec<RevocationList>,
}

impl<'p> Trust<'p> {
    /// Takes everything in hand that may be an issuer (pins decide which are anchors) and all
    /// CRLs. Fails only if OpenSSL itself cannot work.
    pub fn new(policy: &'p Policy, at: Instant, issuers: Vec<Certificate>, crls: Vec<Crl>) -> Result<Self, ErrorStack> {
        let mut pins = HashMap::new();
        let (mut anchors, mut candidates, mut later) = (Vec::new(), Vec::new(), Vec::new());
        for certificate in issuers {
            match compare_with_pins(policy, &certificate) {
                Claim::Anchor(pair) => {
                    pins.insert(certificate.sha256, (pair.authority, pair.pin));
                    anchors.push(certificate);
                }
                Claim::Later(_) if certificate.is_self_issued() => {
                    later.push(certificate.clone());
                    candidates.push(certificate);
                }
                _ => candidates.push(certificate),
            }
        }
        let forest = Forest::new(anchors, candidates);
        let judge = Judge::new(&forest, Purpose::Any)?;
        let crls = crls
            .into_iter()
            .filter(|crl| crl.is_issued(at))
            .filter_map(|crl| RevocationList::signed_by(crl, &forest, |i| forest.is_signed(i)))
            .collect();
        let later_forest = Forest::new(later, Vec::new());
        let later = later_forest.self_signed();
        Ok(Trust { policy, at, forest, pins, later, later_forest, judge, crls })
    }

    /// Who signed `certificate`, and whether the path held.
    pub fn verdict(&self, certificate: &Certificate) -> Verdict {
        if let Some((_, pin)) = self.pins.get(&certificate.sha256) {
            return anchor_verdict(certificate, pin);
        }
        let Some(x509) = openssl_ffi::read(certificate.der()) else {
            return self.unresolved(certificate, Reason::Unreadable);
        };
        if let Some(verdict) = self.presumed(certificate, &x509) {
            return verdict;
        }
        let (paths, complete) = self.forest.paths(certificate, &x509);
        if !paths.is_empty() {
            return self.best(certificate, &x509, &paths, complete);
        }
        match compare_with_pins(self.policy, certificate) {
            Claim::Conflict(_) => Verdict::pathless(Status::Undetermined, Reason::PinConflict),
            Claim::Impostor(_) => Verdict::pathless(Status::Untrusted, Reason::RootImpostor),
            Claim::Later(_) => Verdict::pathless(Status::Undetermined, Reason::RootUnknownGeneration),
            _ => self.unsigned(certificate, &x509),
        }
    }

    /// The authority that issued `certificate`: of the path's anchor where there is a path,
    /// else the one of its issuer's name.
    pub fn authority(&self, certificate: &Certificate, verdict: &Verdict) -> Option<&'p Authority> {
        let anchored = verdict.anchor.and_then(|anchor| self.pins.get(&anchor)).map(|(authority, _)| *authority);
        anchored.or_else(|| self.policy.authority(&certificate.issuer))
    }

    /// The newest CRL of whoever signed the certificate with this verdict.
    pub fn crl_for(&self, verdict: &Verdict) -> Option<&Crl> {
        let key = verdict.signer_key?;
        let signed = self.crls.iter().filter(|list| list.signers.contains(&key)).map(|list| &list.crl);
        signed.max_by_key(|crl| crl.this_update)
    }

    /// The SHA-256 of every anchor in hand with its pin.
    pub fn anchors(&self) -> impl Iterator<Item = ([u8; 32], &'p Pin)> {
        self.pins.iter().map(|(sha256, (_, pin))| (*sha256, *pin))
    }

    /// The verdict of a certificate that is in order, as nearly all are: the verifier checks the
    /// signature by the presumed key, so nobody need check it before.
    fn presumed(&self, certificate: &Certificate, x509: &X509Ref) -> Option<Verdict> {
        let paths = self.forest.presumed_paths(certificate);
        let mut verdicts = paths.iter().map(|path| self.judged(certificate, x509, path));
        verdicts.find(|verdict| verdict.status == Status::Trusted)
    }

    fn best(&self, certificate: &Certificate, x509: &X509Ref, paths: &[Vec<usize>], complete: bool) -> Verdict {
        let mut nearest: Option<Verdict> = None;
        for path in paths {
            let verdict = self.judged(certificate, x509, path);
            if verdict.status == Status::Trusted {
                return verdict;
            }
            // Of several failures the one with the fewest reasons came nearest.
            if nearest.as_ref().is_none_or(|n| verdict.reasons.len() < n.reasons.len()) {
                nearest = Some(verdict);
            }
        }
        match nearest {
            Some(verdict) if complete => verdict,
            _ => Verdict::pathless(Status::Undetermined, Reason::SearchBound),
        }
    }

    fn judged(&self, certificate: &Certificate, x509: &X509Ref, path: &[usize]) -> Verdict {
        let nodes: Vec<_> = path.iter().map(|i| &self.forest.nodes()[*i]).collect();
        let chain: Vec<&Certificate> =
            std::iter::once(certificate).chain(nodes.iter().map(|n| &n.certificate)).collect();
        let anchor = chain[chain.len() - 1];
        let mut reasons = validity_reasons(&chain, self.at);
        let crls = self.crls_along(path);
        let others: Vec<&X509Ref> = self.crl_signers(&crls);
        let lists: Vec<&X509Crl> = crls.iter().map(|list| &list.x509).collect();
        let lists = (!lists.is_empty()).then_some(lists.as_slice());
        let failures = self.judge.failures(&self.forest, x509, path, &others, lists);
        reasons.extend(failures.iter().filter(|f| !judge::is_about_crl(f)).map(judge::reason));
        reasons.sort();
        reasons.dedup();
        Verdict {
            status: if reasons.is_empty() { Status::Trusted } else { Status::Untrusted },
            reasons,
            path: chain.iter().map(|c| c.sha256).collect(),
            anchor: Some(anchor.sha256),
            generation: self.pins.get(&anchor.sha256).map(|(_, pin)| pin.id.clone()),
            effective_expiry: chain.iter().filter_map(|c| c.not_after).min(),
            signer_not_after: chain[1].not_after,
            anchor_not_after: anchor.not_after,
            signer_key: Some(nodes[0].key_id),
            missing: Vec::new(),
            missing_issuer: None,
        }
    }

    /// The CRLs that count on this path: signed by a key on it, or by somebody below an anchor
    /// to whom that was delegated. Not another anchor's: two generations bear one name, and
    /// OpenSSL tells their CRLs apart by name only.
    fn crls_along(&self, path: &[usize]) -> Vec<&RevocationList> {
        let authority = path.last().and_then(|i| self.pins.get(&self.forest.nodes()[*i].certificate.sha256));
        if authority.is_some_and(|(authority, _)| authority.crl.value == CrlPolicy::Ignore) {
            return Vec::new();
        }
        let on_path =
            |list: &RevocationList| path.iter().any(|i| list.signers.contains(&self.forest.nodes()[*i].key_id));
        self.crls.iter().filter(|list| on_path(list) || !list.anchored).collect()
    }

    fn crl_signers(&self, crls: &[&RevocationList]) -> Vec<&X509Ref> {
        let delegated = |list: &&&RevocationList| !list.anchored;
        let keys: Vec<_> = crls.iter().filter(delegated).flat_map(|list| &list.signers).collect();
        let nodes = self.forest.nodes().iter().filter(|node| keys.contains(&&node.key_id));
        nodes.map(|node| &*node.x509).collect()
    }

    fn unsigned(&self, certificate: &Certificate, x509: &X509Ref) -> Verdict {
        let Some(authority) = self.policy.authority(&certificate.issuer) else {
            return self.unresolved(certificate, Reason::IssuerUnknown);
        };
        let in_hand = |pin: &&Pin| self.pins.values().any(|(a, p)| a.names == authority.names && p.id == pin.id);
        let missing: Vec<String> = authority.pins.iter().filter(|p| !in_hand(p)).map(|p| p.id.clone()).collect();
        if !missing.is_empty() {
            return Verdict { missing, ..self.unresolved(certificate, Reason::RootMissing) };
        }
        let by_later = self.later.iter().any(|i| self.later_forest.has_signed(*i, certificate, x509));
        if by_later {
            return Verdict::pathless(Status::Undetermined, Reason::RootUnknownGeneration);
        }
        Verdict::pathless(Status::Untrusted, Reason::SignedByNoPinnedRoot)
    }

    fn unresolved(&self, certificate: &Certificate, reason: Reason) -> Verdict {
        Verdict {
            missing_issuer: Some(certificate.issuer.printed()),
            ..Verdict::pathless(Status::Undetermined, reason)
        }
    }
}

fn anchor_verdict(certificate: &Certificate, pin: &Pin) -> Verdict {
    Verdict {
        status: Status::Trusted,
        reasons: Vec::new(),
        path: vec![certificate.sha256],
        anchor: Some(certificate.sha256),
        generation: Some(pin.id.clone()),
        effective_expiry: certificate.not_after,
        signer_not_after: certificate.not_after,
        anchor_not_after: certificate.not_after,
        signer_key: certificate.key().map(|key| key.id),
        missing: Vec::new(),
        missing_issuer: None,
    }
}

/// Whether the path holds at the moment that counts for its leaf. A living leaf is judged at
/// the moment asked, a dead one at the path's effective expiry, a future one at its notBefore;
/// all ends are inclusive. Whether the leaf itself is alive is for the rules.
fn validity_reasons(chain: &[&Certificate], at: Instant) -> Vec<Reason> {
    let (Some(from), Some(until)) = (chain[0].not_before, chain[0].not_after) else {
        return vec![Reason::Unreadable];
    };
    let latest_start = chain.iter().filter_map(|c| c.not_before).max().unwrap_or(from);
    let earliest_end = chain.iter().filter_map(|c| c.not_after).min().unwrap_or(until);
    if latest_start > earliest_end {
        return vec![Reason::ValidityDisjoint];
    }
    let moment = match () {
        _ if until < at => earliest_end,
        _ if from > at => from,
        _ => at,
    };
    let mut reasons = Vec::new();
    if chain[1..].iter().any(|c| c.not_after.is_none_or(|end| end < moment)) {
        reasons.push(Reason::PathExpired);
    }
    if chain[1..].iter().any(|c| c.not_before.is_none_or(|start| start > moment)) {
        reasons.push(Reason::PathNotYetValid);
    }
    reasons
}
