//! The floor: what no audit of the same files can do without. The file read, the three keys
//! derived (MAC, certificates, private key), the leaf decoded by OpenSSL and validated against
//! a reused store. Nothing else: the files were taken apart beforehand, nothing is decrypted,
//! and the root, which lies in each file, is decoded once.

use std::path::PathBuf;

use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509StoreContext};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use shomei::container::{self, ContainerOptions, KeyInspection, Limits, Password, PasswordCandidate, PasswordOrigin};
use shomei::tlv::TlvReader;

use super::fleet::{PASSWORD, ROOT};

/// PBKDF2's identifier in DER; its parameters follow.
const PBKDF2: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c";

/// A file, taken apart.
pub struct Bare {
    path: PathBuf,
    mac: Derivation,
    keys: Vec<Derivation>,
    leaf: Vec<u8>,
}

struct Derivation {
    salt: Vec<u8>,
    iterations: u32,
}

/// Takes a file apart.
pub fn take_apart(path: PathBuf) -> Option<Bare> {
    let bytes = std::fs::read(&path).ok()?;
    let mut pfx = TlvReader::new(&bytes).sequence().ok()?.children();
    pfx.read().ok()?;
    pfx.read().ok()?;
    let mut mac = pfx.sequence().ok()?.children();
    mac.read().ok()?;
    let mac = derivation(&mut mac)?;
    let found = (0..bytes.len()).filter(|i| bytes[*i..].starts_with(PBKDF2));
    let keys: Option<Vec<Derivation>> = found
        .map(|i| derivation(&mut TlvReader::new(&bytes[i + PBKDF2.len()..]).sequence().ok()?.children()))
        .collect();
    let limits = Limits::default();
    let options = ContainerOptions { limits: &limits, keys: KeyInspection::Skip, try_typos: false };
    let candidate = PasswordCandidate::new(Password::from(PASSWORD), PasswordOrigin::Prompt);
    let leaf = container::open(&bytes, &[candidate], &options).entries.into_iter().next()?.der;
    Some(Bare { path, mac, keys: keys.filter(|keys| keys.len() == 2)?, leaf })
}

fn derivation(parts: &mut TlvReader) -> Option<Derivation> {
    let salt = parts.read().ok()?.octets().ok()?.into_owned();
    Some(Derivation { salt, iterations: parts.read().ok()?.unsigned().ok()?.try_into().ok()? })
}

/// A store with the root alone, at the moment `at` (seconds since 1970).
pub fn store(at: i64) -> Result<X509Store, ErrorStack> {
    let mut param = X509VerifyParam::new()?;
    param.set_flags(X509VerifyFlags::PARTIAL_CHAIN)?;
    param.set_time(at);
    let mut builder = X509StoreBuilder::new()?;
    builder.add_cert(X509::from_pem(ROOT)?)?;
    builder.set_param(&param)?;
    Ok(builder.build())
}

/// Does the bare work on all cores; how many leaves are valid. `with_keys` derives the private
/// key's key too.
pub fn run(files: &[Bare], store: &X509Store, with_keys: bool) -> usize {
    files.par_iter().filter(|file| file.is_valid(store, with_keys)).count()
}

impl Bare {
    fn is_valid(&self, store: &X509Store, with_keys: bool) -> bool {
        let read = std::fs::read(&self.path).is_ok_and(|bytes| !bytes.is_empty());
        let mut out = [0; 32];
        self.mac.pkcs12(&mut out);
        std::hint::black_box(&out);
        for key in &self.keys[..if with_keys { 2 } else { 1 }] {
            pbkdf2::pbkdf2_hmac::<Sha256>(PASSWORD.as_bytes(), &key.salt, key.iterations, &mut out);
            std::hint::black_box(&out);
        }
        read && validate(&self.leaf, store).unwrap_or(false)
    }
}

fn validate(leaf: &[u8], store: &X509Store) -> Result<bool, ErrorStack> {
    let leaf = X509::from_der(leaf)?;
    X509StoreContext::new()?.init(store, &leaf, &*Stack::new()?, |context| context.verify_cert())
}

impl Derivation {
    /// RFC 7292 appendix B.2 for a MAC key of one block, SHA-256.
    fn pkcs12(&self, out: &mut [u8; 32]) {
        let wide: Vec<u8> = PASSWORD.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
        let fill =
            |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().cycle().take(bytes.len().div_ceil(64) * 64).collect() };
        let start = [vec![3; 64], fill(&self.salt), fill(&wide)].concat();
        let mut state = Sha256::digest(start);
        for _ in 1..self.iterations {
            state = Sha256::digest(state);
        }
        out.copy_from_slice(&state);
    }
}
