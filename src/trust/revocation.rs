//! CRLs that a known key has signed. The others do not exist: a hostile CRL of the right name
//! must neither revoke anything nor hide the real one.

use openssl::x509::X509Crl;

use super::path::IssuerGraph;
use crate::certificate::Crl;

/// A CRL that a certificate with a path to an anchor has signed.
pub(super) struct RevocationList {
    pub crl: Crl,
    pub x509: X509Crl,
    /// The nodes whose key verifies its signature.
    pub signers: Vec<usize>,
    /// The signers and all above them, up to their anchors.
    pub above: Vec<usize>,
}

impl RevocationList {
    /// The list with its signers; none where nobody in the forest signed it.
    pub(super) fn signed(crl: Crl, graph: &IssuerGraph) -> Option<RevocationList> {
        let x509 = X509Crl::from_der(&crl.der).ok()?;
        let issuer = crl.issuer.canonical();
        let named = graph.signed_by_cas(&issuer);
        let signers: Vec<usize> = named.filter(|i| x509.verify(&graph.cas()[*i].key).unwrap_or(false)).collect();
        let mut above: Vec<usize> = signers.iter().flat_map(|i| graph.above(*i)).collect();
        above.sort_unstable();
        above.dedup();
        (!signers.is_empty()).then_some(RevocationList { crl, x509, signers, above })
    }
}
