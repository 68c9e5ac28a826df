//! Building paths, from the anchors downwards.
//!
//! First everything that anchors have signed, directly or through others, is found among the
//! candidates: by name, kept only if the key verifies the signature, each (certificate, key) pair
//! checked once. A certificate's issuers are then looked for only there. So the search needs no
//! bound that hostile certificates could exhaust: one that no anchor has signed is never an issuer,
//! however many there are.
//!
//! Only CA certificates lead a path on. A holder's own certificate is signed by an anchor too, and
//! its holder could hang any number of certificates below it; paths through it are looked at only
//! where there is no other, to say that its holder may not issue.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};

use openssl::pkey::{PKey, Public};
use openssl::x509::X509Ref;

use sha2::{Digest, Sha256};

use super::self_issued::Parsed;
use crate::calendar::Instant;
use crate::certificate::{Certificate, CertificateRole, KeyId};

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
    pub(super) parsed: Parsed,
    pub(super) key: PKey<Public>,
    /// The SHA-256 of the whole SubjectPublicKeyInfo: what a signature was verified with. The
    /// identity of a key pair leaves out an RSA key's exponent and a point's second coordinate,
    /// so that a worthless key could pass for another's.
    pub(super) spki: [u8; 32],
    is_ca: bool,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl CaCertificate {
    fn new(certificate: Certificate) -> Option<CaCertificate> {
        let parsed = Parsed::of(&certificate)?;
        let key = parsed.x509.public_key().ok()?;
        Some(CaCertificate {
            key_id: KeyId::of_spki(certificate.spki())?,
            subject: certificate.subject.canonical(),
            issuer: certificate.issuer.canonical(),
            spki: Sha256::digest(certificate.spki()).into(),
            is_ca: certificate.role() != CertificateRole::EndEntity,
            parsed,
            key,
            certificate,
        })
    }

    /// Whether its key verifies the signature.
    pub(super) fn has_signed(&self, x509: &X509Ref) -> bool {
        x509.verify(&self.key).unwrap_or(false)
    }

    /// Whether its key usage, if it has one, allows to sign CRLs.
    pub(super) fn may_sign_crls(&self) -> bool {
        self.certificate.key_usage().is_none_or(|usages| usages.contains(&"cRLSign"))
    }

    /// Whether its own key verifies its signature.
    pub(super) fn is_self_signed(&self) -> bool {
        self.subject == self.issuer && self.has_signed(&self.parsed.x509)
    }
}

/// Anchors and the candidates that they have signed, directly or through others.
#[derive(Debug)]
pub struct IssuerGraph {
    cas: Vec<CaCertificate>,
    anchors: usize,
    /// Issuers reached from an anchor through CA certificates alone.
    through_cas: Edges,
    /// The other issuers: end entities, and whatever is signed by one of these.
    through_others: Edges,
    /// Certificates with a path to an anchor, by subject.
    by_subject: HashMap<Vec<u8>, Vec<usize>>,
    by_sha256: HashMap<[u8; 32], usize>,
}

/// Which issuers of one kind signed which nodes.
#[derive(Debug, Default)]
struct Edges {
    /// Per node, the issuers that signed it.
    parents: Vec<Vec<usize>>,
    /// Per node, how many steps up the nearest anchor is; none without such a path to one.
    distance: Vec<Option<usize>>,
}

/// Whose key verified whose signature: (certificate, SHA-256 of the SubjectPublicKeyInfo).
type Verified = HashMap<(usize, [u8; 32]), bool>;

impl IssuerGraph {
    /// Builds the graph. Candidates that are also anchors count once; those that OpenSSL cannot
    /// read are left out.
    pub fn new(anchors: Vec<Certificate>, candidates: Vec<Certificate>) -> IssuerGraph {
        let mut graph = IssuerGraph {
            cas: Vec::new(),
            anchors: 0,
            through_cas: Edges::default(),
            through_others: Edges::default(),
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
        let self_signed = |root: &Certificate| CaCertificate::new(root.clone()).is_some_and(|ca| ca.is_self_signed());
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
        }
    }

    fn grow(&mut self) {
        let mut issued: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        for (i, ca) in self.cas.iter().enumerate().skip(self.anchors) {
            issued.entry(ca.issuer.clone()).or_default().push(i);
        }
        let count = self.cas.len();
        let mut verified = Verified::new();
        let mut cas = Edges { parents: vec![Vec::new(); count], distance: vec![None; count] };
        cas.distance[..self.anchors].fill(Some(0));
        let anchors: Vec<usize> = (0..self.anchors).collect();
        self.spread(&mut cas, anchors, &issued, &mut verified, |i| self.cas[i].is_ca);
        let mut others = Edges { parents: vec![Vec::new(); count], distance: cas.distance.clone() };
        let end_entities = (self.anchors..count).filter(|i| cas.distance[*i].is_some() && !self.cas[*i].is_ca);
        self.spread(&mut others, end_entities.collect(), &issued, &mut verified, |_| true);
        for i in (0..count).filter(|i| others.distance[*i].is_some()) {
            self.by_subject.entry(self.cas[i].subject.clone()).or_default().push(i);
        }
        (self.through_cas, self.through_others) = (cas, others);
    }

    /// Finds what `issuers` have signed, what these have signed if they `lead_on`, and so on.
    fn spread(
        &self,
        edges: &mut Edges,
        issuers: Vec<usize>,
        issued: &HashMap<Vec<u8>, Vec<usize>>,
        verified: &mut Verified,
        leads_on: impl Fn(usize) -> bool,
    ) {
        let mut queue = VecDeque::from(issuers);
        while let Some(issuer) = queue.pop_front() {
            let ca = &self.cas[issuer];
            let distance = edges.distance[issuer].map(|steps| steps + 1);
            let children = issued.get(&ca.subject).map_or(&[][..], Vec::as_slice);
            for &child in children.iter().filter(|child| **child != issuer) {
                // Certificates with one key (renewed CA certificates) need the signature checked
                // once.
                let signed =
                    *verified.entry((child, ca.spki)).or_insert_with(|| ca.has_signed(&self.cas[child].parsed.x509));
                if !signed {
                    continue;
                }
                edges.parents[child].push(issuer);
                if edges.distance[child].is_none() {
                    edges.distance[child] = distance;
                    if leads_on(child) {
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

    /// Whether CA certificates alone lead from an anchor to certificate `i`, and it is one itself.
    fn is_ca(&self, i: usize) -> bool {
        self.is_anchor(i) || self.cas[i].is_ca && self.through_cas.distance[i].is_some()
    }

    /// The certificates of the graph with the issuer's name, CAs or the others; anchors first, then
    /// those with the key identifier that the certificate names.
    fn candidates(&self, certificate: &Certificate, cas: bool) -> Vec<usize> {
        let named = self.signed(&certificate.issuer.canonical());
        let wanted = certificate.authority_key_identifier();
        let fits = |i: &usize| self.is_ca(*i) == cas && self.cas[*i].certificate.sha256 != certificate.sha256;
        let mut candidates: Vec<usize> = named.iter().copied().filter(fits).collect();
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
    fn signers(&self, certificate: &Certificate, x509: &X509Ref, cas: bool) -> Vec<usize> {
        let mut candidates = self.candidates(certificate, cas);
        let mut checked: HashMap<[u8; 32], bool> = HashMap::new();
        candidates.retain(|i| {
            let ca = &self.cas[*i];
            *checked.entry(ca.spki).or_insert_with(|| ca.has_signed(x509))
        });
        candidates
    }

    /// The certificates of the graph with this name, CAs or not.
    fn signed(&self, canonical: &[u8]) -> &[usize] {
        self.by_subject.get(canonical).map_or(&[], Vec::as_slice)
    }

    /// The certificates that have a path to an anchor through CAs, anchors first.
    pub(super) fn reached(&self) -> impl Iterator<Item = &CaCertificate> {
        self.cas.iter().enumerate().filter(|(i, _)| self.through_cas.distance[*i].is_some()).map(|(_, ca)| ca)
    }

    /// Whether a certificate of this name has a path to an anchor.
    pub(super) fn knows(&self, canonical: &[u8]) -> bool {
        !self.signed(canonical).is_empty()
    }

    /// The certificates of this name that CAs have signed: who may have signed a CRL. That need be
    /// no CA itself (RFC 5280 section 5.2.5).
    pub(super) fn signed_by_cas(&self, canonical: &[u8]) -> impl Iterator<Item = usize> {
        self.signed(canonical).iter().copied().filter(|i| self.through_cas.distance[*i].is_some())
    }

    /// Certificate `i` and all above it, up to anchors.
    pub(super) fn above(&self, i: usize) -> Vec<usize> {
        let mut above = vec![i];
        let mut next = 0;
        while next < above.len() {
            let parents = &self.through_cas.parents[above[next]];
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
        // Of a self-issued certificate the verifier cannot check the signature.
        if self.find(&certificate.sha256).is_some() || certificate.is_self_issued() {
            return Vec::new();
        }
        let mut candidates = self.candidates(certificate, true);
        let one_key = |candidates: &[usize]| {
            let mut keys = candidates.iter().map(|i| self.cas[*i].spki);
            keys.next().is_some_and(|first| keys.all(|key| key == first))
        };
        if !one_key(&candidates) {
            let wanted = certificate.authority_key_identifier();
            candidates.retain(|i| wanted.is_some() && self.cas[*i].certificate.subject_key_identifier() == wanted);
        }
        if one_key(&candidates) { self.build_paths(candidates, &[&self.through_cas]).0 } else { Vec::new() }
    }

    /// All paths from a certificate's issuers up to anchors, the longest valid first, and whether
    /// the list is complete. The search finds the shortest first, so that no number of detours
    /// hides them.
    ///
    /// Paths through others than CAs only where there is no path without: they cannot hold, and
    /// whoever has a certificate could make any number of them.
    pub(super) fn paths(&self, certificate: &Certificate, x509: &X509Ref) -> (Vec<Vec<usize>>, bool) {
        let ca = self.find(&certificate.sha256);
        let signers = |edges: &Edges, cas: bool| match ca {
            Some(i) => edges.parents[i].clone(),
            None => self.signers(certificate, x509, cas),
        };
        let (cas, others) = (&self.through_cas, &self.through_others);
        let issuers = signers(cas, true);
        if !issuers.is_empty() {
            return self.build_paths(issuers, &[cas]);
        }
        self.build_paths(signers(others, false), &[cas, others])
    }

    fn build_paths(&self, first: Vec<usize>, edges: &[&Edges]) -> (Vec<Vec<usize>>, bool) {
        let mut paths = Vec::new();
        let mut complete = true;
        let mut open: BinaryHeap<_> = first.into_iter().map(|i| ranked(vec![i], edges)).collect();
        for _ in 0..MAX_STEPS {
            let Some((_, Reverse(path))) = open.pop() else { break };
            let last = path[path.len() - 1];
            if self.is_anchor(last) {
                paths.push(path);
            } else if path.len() < MAX_PATH {
                let parents = edges.iter().flat_map(|edges| &edges.parents[last]);
                let next = parents.filter(|p| !self.repeats(&path, **p));
                open.extend(next.map(|p| ranked([path.as_slice(), &[*p]].concat(), edges)));
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

    fn repeats(&self, path: &[usize], next: usize) -> bool {
        let ca = &self.cas[next];
        // Cross-signed CAs have the same name and key in several certificates: going through them
        // again adds no issuer.
        path.iter().any(|i| self.cas[*i].spki == ca.spki && self.cas[*i].subject == ca.subject)
    }

    fn end(&self, path: &[usize]) -> Option<Instant> {
        path.iter().filter_map(|i| self.cas[*i].certificate.not_after).min()
    }
}

/// The beginning of a path with how long it has to become at least.
fn ranked(path: Vec<usize>, edges: &[&Edges]) -> (Reverse<usize>, Reverse<Vec<usize>>) {
    let last = path[path.len() - 1];
    let rest = edges.iter().filter_map(|edges| edges.distance[last]).min().unwrap_or(MAX_PATH);
    (Reverse(path.len() + rest), Reverse(path))
}
