//! Private keys taken out of a container, for the few who need more than facts of them.

use std::fmt;

use zeroize::Zeroizing;

use super::PasswordCandidate;

/// A private key as a container held it. Wiped from memory when dropped; never shown.
#[derive(Clone)]
pub struct PrivateKey {
    /// PKCS#8, PKCS#1 or SEC 1 in DER.
    der: Zeroizing<Vec<u8>>,
    /// Its index in [`super::OpenedContainer::keys`].
    index: usize,
}

impl PrivateKey {
    pub(super) fn new(der: &[u8], index: usize) -> PrivateKey {
        PrivateKey { der: Zeroizing::new(der.to_vec()), index }
    }

    /// PKCS#8, PKCS#1 or SEC 1 in DER.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its index in [`super::OpenedContainer::keys`].
    pub fn index(&self) -> usize {
        self.index
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey").field("index", &self.index).finish_non_exhaustive()
    }
}

/// What of a container is secret.
#[derive(Clone, Debug, Default)]
pub struct ContainerKeys {
    /// The private keys that could be read.
    pub keys: Vec<PrivateKey>,
    /// The password that fitted first, as it fitted; none where none was needed or none fitted.
    pub password: Option<PasswordCandidate>,
}
