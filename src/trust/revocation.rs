//! CRLs that a known key has signed. The others do not exist: a hostile CRL of the right name
//! must neither revoke anything nor hide the real one.

use openssl::x509::X509Crl;

use super::path::{Forest, Node};
use crate::certificate::{Crl, KeyId};

/// A CRL that a certificate in hand has signed.
pub(super) struct RevocationList {
    /// The CRL.
    pub crl: Crl,
    /// The keys in hand that verify its signature.
    pub signers: Vec<KeyId>,
    /// Whether one of them is an anchor's.
    pub(super) anchored: bool,
    pub(super) x509: X509Crl,
}

impl std::fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RevocationList").field("crl", &self.crl).finish_non_exhaustive()
    }
}

impl RevocationList {
    /// The list with its signers among the nodes that `may_sign` admits; none where nobody
    /// there signed it.
    pub(super) fn signed_by(crl: Crl, forest: &Forest, may_sign: impl Fn(usize) -> bool) -> Option<RevocationList> {
        let x509 = X509Crl::from_der(&crl.der).ok()?;
        let issuer = crl.issuer.canonical();
        let named = |node: &Node| node.certificate.subject.canonical() == issuer;
        let signed: Vec<usize> = (0..forest.nodes().len())
            .filter(|i| may_sign(*i) && named(&forest.nodes()[*i]))
            .filter(|i| x509.verify(&forest.nodes()[*i].key).unwrap_or(false))
            .collect();
        if signed.is_empty() {
            return None;
        }
        let anchored = signed.iter().any(|i| forest.is_anchor(*i));
        let signers = signed.iter().map(|i| forest.nodes()[*i].key_id).collect();
        Some(RevocationList { crl, signers, anchored, x509 })
    }
}
