//! The test roots.

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

/// A root: its certificate and key.
#[derive(Debug)]
pub(super) struct Signer {
    pub certificate: X509,
    pub key: PKey<Private>,
}

impl Signer {
    fn new(certificate: &[u8], key: &[u8]) -> Result<Signer, ErrorStack> {
        Ok(Signer { certificate: X509::from_pem(certificate)?, key: PKey::private_key_from_pem(key)? })
    }
}

/// The committed test roots.
#[derive(Debug)]
pub(super) struct Signers {
    pub root_2013: Signer,
    pub root_2019: Signer,
    pub impostor: Signer,
    pub next: Signer,
}

impl Signers {
    pub fn load() -> Result<Signers, ErrorStack> {
        Ok(Signers {
            root_2013: Signer::new(include_bytes!("keys/root-2013.pem"), include_bytes!("keys/root-2013.key"))?,
            root_2019: Signer::new(include_bytes!("keys/root-2019.pem"), include_bytes!("keys/root-2019.key"))?,
            impostor: Signer::new(include_bytes!("keys/root-impostor.pem"), include_bytes!("keys/root-impostor.key"))?,
            next: Signer::new(include_bytes!("keys/root-next.pem"), include_bytes!("keys/root-next.key"))?,
        })
    }
}

/// The RSA keys that holders with `key-shared` have.
const SHARED: [&[u8]; 8] = [
    include_bytes!("keys/leaf-rsa-01.key"),
    include_bytes!("keys/leaf-rsa-02.key"),
    include_bytes!("keys/leaf-rsa-03.key"),
    include_bytes!("keys/leaf-rsa-04.key"),
    include_bytes!("keys/leaf-rsa-05.key"),
    include_bytes!("keys/leaf-rsa-06.key"),
    include_bytes!("keys/leaf-rsa-07.key"),
    include_bytes!("keys/leaf-rsa-08.key"),
];

/// One of the keys of the pool.
pub(super) fn shared_key(number: u64) -> Result<PKey<Private>, ErrorStack> {
    PKey::private_key_from_pem(SHARED[(number % SHARED.len() as u64) as usize])
}
