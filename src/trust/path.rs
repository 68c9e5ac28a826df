//! Building paths, from the anchors downwards.
//!
//! First everything that anchors have signed, directly or through others, is found among the
//! candidates: by name, kept only if the key verifies the signature, each (certificate, key) pair
//! checked once. A certificate's issuers are then looked for only there. So the search needs no
//! bound that hostile certificates could exhaust: one that no anchor has signed is never an issuer,
//! however many there are.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use openssl::pkey::{PKey, Public};
use openssl::x509::{X509, X509Ref};

use super::openssl_ffi;
use crate::calendar::Instant;
use crate::certificate::{Certificate, KeyId};

/// Certificates on a path beyond which the search stops.
const MAX_PATH: usize = 16;
/// Paths of one certificate beyond which the search stops.
const MAX_PATHS: usize = 64;
/// Partial paths beyond which the search stops: CAs that have all signed each other have
/// exponentially many.
const MAX_STEPS: usize = 1024;

/// A certificate that may be an issuer.
#[derive(Debug)]
pub struct CaCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// The identity of its key.
    pub key_id: KeyId,
    pub(super) x509: X509,
    pub(super) key: PKey<Public>,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl CaCertificate {
    fn new(certificate: Certificate) -> Option<CaCertificate> {
        let x509 = openssl_ffi::read(certificate.der())?;
        let key = x509.public_key().ok()?;
        Some(CaCertificate {
            key_id: KeyId::of_spki(certificate.spki())?,
            subject: certificate.subject.canonical(),
            issuer: certificate.issuer.canonical(),
            x509,
            key,
            certificate,
        })
    }

    fn has_signed(&self, x509: &X509Ref) -> bool {
        x509.verify(&self.key).unwrap_or(false)
    }
}

/// Anchors and the candidates that they have signed, directly or through others.
#[derive(Debug)]
pub struct IssuerGraph {
    cas: Vec<CaCertificate>,
    anchors: usize,
    /// Per certificate, those that signed it.
    parents: Vec<Vec<usize>>,
    /// Per certificate, the number of steps to the nearest anchor; none without a path to one.
    distance: Vec<Option<usize>>,
    /// Certificates with a path to an anchor, by subject.
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    by_sha256: HashMap<[u8; 32], usize>,
}

impl IssuerGraph {
    /// Builds the graph. Candidates that are also anchors count once; those that OpenSSL cannot
    /// read are left out.
    pub fn new(anchors: Vec<Certificate>, candidates: Vec<Certificate>) -> IssuerGraph {
        let mut graph = IssuerGraph {
            cas: Vec::new(),
            anchors: 0,
            parents: Vec::new(),
            distance: Vec::new(),
            by_subject: HashMap::new(),
            by_sha256: HashMap::new(),
        };
        for anchor in anchors {
            graph.add(anchor);
        }
        graph.anchors = graph.cas.len();
        for candidate in candidates {
            graph.add(candidate);
        }
        graph.grow();
        graph
    }

    /// Builds the graph from those of `roots` that are really self-signed: a root with another's
    /// public key in it cannot have a valid signature of its own.
    pub(super) fn of_self_signed(roots: Vec<Certificate>, candidates: &[Certificate]) -> IssuerGraph {
        let self_signed =
            |root: &Certificate| CaCertificate::new(root.clone()).is_some_and(|ca| ca.has_signed(&ca.x509));
        let roots: Vec<Certificate> = roots.into_iter().filter(self_signed).collect();
        let candidates = if roots.is_empty() { Vec::new() } else { candidates.to_vec() };
        IssuerGraph::new(roots, candidates)
    }

    fn add(&mut self, certificate: Certificate) {
        if self.by_sha256.contains_key(&certificate.sha256) {
            return;
        }
        if let Some(ca) = CaCertificate::new(certificate) {
            self.by_sha256.insert(ca.certificate.sha256, self.cas.len());
            self.cas.push(ca);
            self.parents.push(Vec::new());
            self.distance.push(None);
        }
    }

    fn grow(&mut self) {
        let mut unsigned: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (i, ca) in self.cas.iter().enumerate().skip(self.anchors) {
            unsigned.entry(ca.issuer.clone()).or_default().push(i);
        }
        let mut queue: VecDeque<usize> = (0..self.anchors).collect();
        self.distance[..self.anchors].fill(Some(0));
        let mut checked: HashMap<(usize, KeyId), bool> = HashMap::new();
        while let Some(issuer) = queue.pop_front() {
            let distance = self.distance[issuer].map(|steps| steps + 1);
            self.by_subject.entry(self.cas[issuer].subject.clone()).or_default().push(issuer);
            let children = unsigned.get(&self.cas[issuer].subject).map_or(&[][..], Vec::as_slice);
            for &child in children.iter().filter(|c| **c != issuer) {
                let ca = &self.cas[issuer];
                // Certificates with one key (renewed CA certificates) need the signature checked
                // once.
                let signed = *checked.entry((child, ca.key_id)).or_insert_with(|| ca.has_signed(&self.cas[child].x509));
                if signed {
                    self.parents[child].push(issuer);
                    if self.distance[child].is_none() {
                        self.distance[child] = distance;
                        queue.push_back(child);
                    }
                }
            }
        }
    }

    /// All certificates of the graph.
    pub fn cas(&self) -> &[CaCertificate] {
        &self.cas
    }

    /// Whether certificate `i` is an anchor.
    pub fn is_anchor(&self, i: usize) -> bool {
        i < self.anchors
    }

    /// The index of the certificate with this SHA-256.
    pub fn find(&self, sha256: &[u8; 32]) -> Option<usize> {
        self.by_sha256.get(sha256).copied()
    }

    /// The certificates of the graph with the issuer's name; anchors first, then those with the key
    /// identifier that the certificate names.
    fn candidates(&self, certificate: &Certificate) -> Vec<usize> {
        let named = self.named(&certificate.issuer.canonical());
        let wanted = certificate.authority_key_identifier();
        let mut candidates: Vec<usize> =
            named.iter().copied().filter(|i| self.cas[*i].certificate.sha256 != certificate.sha256).collect();
        // Key identifiers only order the candidates and exclude none: roll-over certificates lack
        // them and a forged one must not hide the right issuer.
        candidates.sort_by_key(|i| {
            let ca = &self.cas[*i].certificate;
            let unnamed = wanted.is_none() || ca.subject_key_identifier() != wanted;
            (!self.is_anchor(*i), unnamed, ca.sha256)
        });
        candidates
    }

    /// The candidates whose key verifies `x509`.
    fn signers(&self, certificate: &Certificate, x509: &X509Ref) -> Vec<usize> {
        let mut candidates = self.candidates(certificate);
        let mut checked: HashMap<KeyId, bool> = HashMap::new();
        candidates.retain(|i| {
            let ca = &self.cas[*i];
            *checked.entry(ca.key_id).or_insert_with(|| ca.has_signed(x509))
        });
        candidates
    }

    /// The certificates of the graph with this name.
    pub(super) fn named(&self, canonical: &[u8]) -> &[usize] {
        self.by_subject.get(canonical).map_or(&[], Vec::as_slice)
    }

    /// Certificate `i` and all above it, up to anchors.
    pub(super) fn above(&self, i: usize) -> Vec<usize> {
        let mut above = vec![i];
        let mut next = 0;
        while next < above.len() {
            let parents = &self.parents[above[next]];
            let new: Vec<usize> = parents.iter().copied().filter(|p| !above.contains(p)).collect();
            above.extend(new);
            next += 1;
        }
        above
    }

    /// Paths through the one key that normally signed the certificate: the only one of the issuer's
    /// name, or the only one with the key identifier that the certificate names. Its signature is
    /// *not* checked here: the caller lets the verifier check it and uses [`IssuerGraph::paths`] if
    /// it is wrong. Empty where there is no single key.
    pub(super) fn likely_paths(&self, certificate: &Certificate) -> Vec<Vec<usize>> {
        if self.find(&certificate.sha256).is_some() {
            return Vec::new();
        }
        let mut candidates = self.candidates(certificate);
        let one_key = |candidates: &[usize]| {
            let mut keys = candidates.iter().map(|i| self.cas[*i].key_id);
            keys.next().is_some_and(|first| keys.all(|key| key == first))
        };
        if !one_key(&candidates) {
            let wanted = certificate.authority_key_identifier();
            candidates.retain(|i| wanted.is_some() && self.cas[*i].certificate.subject_key_identifier() == wanted);
        }
        if one_key(&candidates) { self.build_paths(candidates).0 } else { Vec::new() }
    }

    /// All paths from a certificate's issuers up to anchors, the longest valid first, and whether
    /// the list is complete. The search finds the shortest first, so that no number of detours
    /// hides them.
    pub(super) fn paths(&self, certificate: &Certificate, x509: &X509Ref) -> (Vec<Vec<usize>>, bool) {
        self.build_paths(match self.find(&certificate.sha256) {
            Some(i) => self.parents[i].clone(),
            None => self.signers(certificate, x509),
        })
    }

    fn build_paths(&self, first: Vec<usize>) -> (Vec<Vec<usize>>, bool) {
        let mut paths = Vec::new();
        let mut complete = true;
        let mut open: BinaryHeap<_> = first.into_iter().map(|i| self.ranked(vec![i])).collect();
        for _ in 0..MAX_STEPS {
            let Some((_, Reverse(path))) = open.pop() else { break };
            let last = path[path.len() - 1];
            if self.is_anchor(last) {
                paths.push(path);
            } else if path.len() < MAX_PATH {
                let next = self.parents[last].iter().filter(|p| !self.repeats(&path, **p));
                open.extend(next.map(|p| self.ranked([path.as_slice(), &[*p]].concat())));
            } else {
                complete = false;
            }
            if paths.len() >= MAX_PATHS {
                break;
            }
        }
        paths.sort_by_key(|path| Reverse(self.end(path)));
        (paths, complete && open.is_empty())
    }

    /// A partial path with the least length that it can get.
    fn ranked(&self, path: Vec<usize>) -> (Reverse<usize>, Reverse<Vec<usize>>) {
        let rest = path.last().and_then(|i| self.distance[*i]).unwrap_or(MAX_PATH);
        (Reverse(path.len() + rest), Reverse(path))
    }

    fn repeats(&self, path: &[usize], next: usize) -> bool {
        let ca = &self.cas[next];
        // Cross-signed CAs have the same name and key in several certificates: going through them
        // again adds no issuer.
        path.iter().any(|i| self.cas[*i].key_id == ca.key_id && self.cas[*i].subject == ca.subject)
    }

    fn end(&self, path: &[usize]) -> Option<Instant> {
        path.iter().filter_map(|i| self.cas[*i].certificate.not_after).min()
    }
}
