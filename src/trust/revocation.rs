//! CRLs that a known key has signed.

use crate::calendar::Instant;
use crate::certificate::{Crl, KeyId};

/// A CRL that a certificate in hand has signed.
#[derive(Clone, Debug)]
pub struct RevocationList {
    /// The CRL.
    pub crl: Crl,
    /// The keys in hand that verify its signature.
    pub signers: Vec<KeyId>,
}

impl RevocationList {
    /// Whether the next one was due before `at`.
    pub fn is_stale(&self, at: Instant) -> bool {
        self.crl.next_update.is_some_and(|next| next < at)
    }
}
