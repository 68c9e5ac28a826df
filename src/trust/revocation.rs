//! Revocation lists: those that a known key has signed and that can be used, indexed once, and
//! why the others cannot.
//!
//! A list that is not used has no say on any verdict: a hostile CRL of the right name must neither
//! revoke anything nor hide the real one. That it is there and not used is told.

use std::collections::HashMap;

use der::Decode;
use openssl::x509::X509Crl;
use x509_cert::certificate::Rfc5280;
use x509_cert::crl::CertificateList;

use super::path::IssuerGraph;
use crate::calendar::Instant;
use crate::certificate::{Certificate, Crl, CrlEntry, CrlIndex};

/// A CRL that a certificate with a path to an anchor has signed.
pub(super) struct RevocationList {
    pub crl: Crl,
    pub x509: X509Crl,
    /// The certificates whose key verifies its signature and may sign it, and all above them, up
    /// to their anchors.
    pub above: Vec<usize>,
    /// The SHA-256 of the signing key.
    pub key: [u8; 32],
    /// It has a critical extension that nobody here knows. Whom it lists is revoked; that it does
    /// not list somebody says nothing (X.509 section 7.3).
    is_half_understood: bool,
    index: CrlIndex,
}

/// Why a CRL in hand is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrlFault {
    /// No certificate with a path to an anchor has a key that verifies its signature.
    UnknownSigner,
    /// Whoever signed it may not sign CRLs by the key usage.
    SignerMayNotSign,
    /// It cannot be read from this byte of its DER on.
    Unreadable(usize),
    /// It is issued later than the moment judged.
    NotYetIssued,
    /// Its next issue was due before the moment judged; only where that is asked of it.
    Stale,
    /// A delta, and no base that it adds to is in hand.
    DeltaWithoutBase,
    /// A critical extension, by its dotted OID, that nobody here knows.
    UnknownCritical(String),
    /// It speaks of none of the certificates judged: another distribution point, or another kind.
    OtherScope,
}

/// A CRL that is not used.
#[derive(Clone, Debug)]
pub struct UnusedCrl {
    /// The list.
    pub crl: Crl,
    /// Why it is not used.
    pub fault: CrlFault,
    index: CrlIndex,
}

impl UnusedCrl {
    fn new(crl: Crl, fault: CrlFault) -> UnusedCrl {
        let index = crl.index();
        UnusedCrl { crl, fault, index }
    }

    /// Whether the list names the certificate as revoked, as far as our own reader reads it.
    pub fn lists(&self, certificate: &Certificate) -> bool {
        self.crl.look_up(&self.index, &certificate.serial) == Some(CrlEntry::Revoked)
            && self.crl.issuer.canonical() == certificate.issuer.canonical()
    }
}

/// Lists read before those that others have replaced are dropped.
const SUPERSEDED_AFTER: usize = 64;

/// All CRLs of a run.
#[derive(Default)]
pub(super) struct RevocationLists {
    pub lists: Vec<RevocationList>,
    pub unused: Vec<UnusedCrl>,
}

impl RevocationLists {
    /// Reads, verifies and indexes each CRL once, and leaves out those that a later one of the same
    /// key and scope has taken the place of: they are neither asked nor told of.
    pub(super) fn newest(crls: Vec<Crl>, graph: &IssuerGraph, at: Instant) -> RevocationLists {
        let mut all = RevocationLists::default();
        for (i, crl) in crls.into_iter().enumerate() {
            all.add(crl, graph, at, false);
            // So that the indices of years of daily lists are never there at once.
            if i % SUPERSEDED_AFTER == SUPERSEDED_AFTER - 1 {
                all.drop_superseded();
            }
        }
        all.drop_superseded();
        all.set_apart_deltas();
        all
    }

    /// Reads, verifies and indexes each CRL that is still fresh; the verifier chooses among those that
    /// no later one has taken the place of.
    pub(super) fn fresh(crls: Vec<Crl>, graph: &IssuerGraph, at: Instant) -> RevocationLists {
        let mut all = RevocationLists::default();
        crls.into_iter().for_each(|crl| all.add(crl, graph, at, true));
        all.drop_superseded();
        all.set_apart_deltas();
        all
    }

    fn add(&mut self, crl: Crl, graph: &IssuerGraph, at: Instant, fresh: bool) {
        let read = match () {
            () if !crl.is_issued(at) => Err(CrlFault::NotYetIssued),
            () if fresh && crl.is_stale(at) => Err(CrlFault::Stale),
            () => RevocationList::signed(&crl, graph),
        };
        match read {
            Ok(list) => {
                let unknown = list.crl.unknown_critical().or(list.index.unknown_critical.as_deref());
                if let Some(oid) = unknown {
                    self.unused.push(UnusedCrl::new(list.crl.clone(), CrlFault::UnknownCritical(oid.into())));
                }
                self.lists.push(list);
            }
            Err(fault) => self.unused.push(UnusedCrl::new(crl, fault)),
        }
    }

    /// A delta alone says nothing.
    fn set_apart_deltas(&mut self) {
        let needed = |delta: &RevocationList| {
            delta.crl.base_number.is_none() || self.lists.iter().any(|base| delta.adds_to(base))
        };
        let needed: Vec<bool> = self.lists.iter().map(needed).collect();
        let overtaken: Vec<bool> =
            self.lists.iter().map(|delta| self.lists.iter().any(|base| base.overtakes(delta))).collect();
        let lists = std::mem::take(&mut self.lists);
        for ((list, needed), overtaken) in lists.into_iter().zip(needed).zip(overtaken) {
            match () {
                () if needed => self.lists.push(list),
                () if overtaken => {}
                () => self.unused.push(UnusedCrl::new(list.crl, CrlFault::DeltaWithoutBase)),
            }
        }
    }

    /// Drops complete lists that a later one of the same key and scope has replaced.
    fn drop_superseded(&mut self) {
        let mut newest = HashMap::new();
        let of = |list: &RevocationList| (list.key, list.crl.issuer.canonical(), list.crl.scope().map(<[u8]>::to_vec));
        for list in self.lists.iter().filter(|list| list.crl.base_number.is_none() && !list.is_half_understood) {
            let this = (list.crl.this_update, list.crl.number.clone(), list.crl.sha256);
            let known = newest.entry(of(list)).or_insert_with(|| this.clone());
            if *known < this {
                *known = this;
            }
        }
        self.lists.retain(|list| {
            list.crl.base_number.is_some()
                || list.is_half_understood
                || newest.get(&of(list)).is_some_and(|(_, _, sha256)| *sha256 == list.crl.sha256)
        });
    }

    /// The delta with the highest number that adds to `base`.
    pub(super) fn delta_of(&self, base: &RevocationList) -> Option<&RevocationList> {
        self.lists.iter().filter(|list| list.adds_to(base)).max_by_key(|list| list.crl.number.clone())
    }
}

impl RevocationList {
    /// The list with its signers, or why it cannot be used.
    fn signed(crl: &Crl, graph: &IssuerGraph) -> Result<RevocationList, CrlFault> {
        let index = crl.index();
        let x509 = X509Crl::from_der(&crl.der).map_err(|_| CrlFault::Unreadable(unreadable_at(crl, &index)))?;
        let issuer = crl.issuer.canonical();
        let mut checked: HashMap<[u8; 32], bool> = HashMap::new();
        let mut signers: Vec<usize> = graph.signed_by_cas(&issuer).collect();
        signers.retain(|i| {
            let ca = &graph.cas()[*i];
            *checked.entry(ca.spki).or_insert_with(|| x509.verify(&ca.key).unwrap_or(false))
        });
        let Some(first) = signers.first() else { return Err(CrlFault::UnknownSigner) };
        let key = graph.cas()[*first].spki;
        signers.retain(|i| graph.cas()[*i].may_sign_crls());
        if signers.is_empty() {
            return Err(CrlFault::SignerMayNotSign);
        }
        let mut above: Vec<usize> = signers.iter().flat_map(|i| graph.above(*i)).collect();
        above.sort_unstable();
        above.dedup();
        let is_half_understood = crl.unknown_critical().is_some() || index.unknown_critical.is_some();
        Ok(RevocationList { crl: crl.clone(), x509, above, key, is_half_understood, index })
    }

    /// Whether it speaks of all certificates of its issuer and of no others, so that its index
    /// answers.
    pub(super) fn is_plain(&self) -> bool {
        self.crl.scope().is_none()
            && self.crl.base_number.is_none()
            && !self.index.has_other_issuers
            && self.index.unreadable_at.is_none()
            && !self.is_half_understood
    }

    /// What it says of the certificate's serial number.
    pub(super) fn entry(&self, certificate: &Certificate) -> Option<CrlEntry> {
        self.crl.look_up(&self.index, &certificate.serial)
    }

    fn adds_to(&self, base: &RevocationList) -> bool {
        self.key == base.key && !self.is_half_understood && self.crl.adds_to(&base.crl)
    }

    /// Whether it is a complete list that holds what the delta adds already.
    fn overtakes(&self, delta: &RevocationList) -> bool {
        delta.crl.base_number.is_some()
            && self.crl.base_number.is_none()
            && self.key == delta.key
            && self.crl.scope() == delta.crl.scope()
            && self.crl.number.is_some()
            && self.crl.number >= delta.crl.number
    }
}

/// Where a list that OpenSSL refuses stops making sense: to our reader, else to the strict decoder.
fn unreadable_at(crl: &Crl, index: &CrlIndex) -> usize {
    index.unreadable_at.unwrap_or_else(|| match CertificateList::<Rfc5280>::from_der(&crl.der) {
        Err(error) => error.position().map_or(0, |at| u32::from(at) as usize),
        Ok(_) => 0,
    })
}
