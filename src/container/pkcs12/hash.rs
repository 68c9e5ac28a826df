//! The digests, by name and OID, and what key derivations do with them.

use digest::common::KeyInit;
use digest::{Digest, FixedOutput, Output, Update};
use hmac::{Hmac, SimpleHmac};
use zeroize::Zeroizing;

use super::super::ContainerProblem;
use super::algorithm::{AlgorithmIdentifier, name_of};
use super::compress::{self, CompressionFunction};

/// A digest and its use in derivations.
pub struct HashAlgorithm {
    /// As in `HMAC-SHA256`.
    pub name: &'static str,
    oid: &'static str,
    hmac_oid: &'static str,
    /// Bytes of its output.
    pub size: usize,
    /// Bytes of its block.
    block: usize,
    /// What one compression costs in those of SHA-1 (see [`super::super::Limits::work`]).
    pub weight: u64,
    pbkdf1: fn(&[u8], &[u8], u64, &mut [u8]),
    pbkdf2: fn(&[u8], &[u8], u32, &mut [u8]),
    pkcs12: fn(usize, Pkcs12Derivation<'_>, &mut [u8]),
    hmac: fn(&[u8], &[u8]) -> Vec<u8>,
}

/// What PKCS#12's own derivation takes.
#[derive(Clone, Copy)]
pub struct Pkcs12Derivation<'a> {
    /// What the result is for: 1 a key, 2 an IV, 3 a MAC key.
    pub purpose: u8,
    pub password: &'a [u8],
    pub salt: &'a [u8],
    pub iterations: u64,
}

/// A row of the table: a digest, and the HMAC that suits it. `Hmac` keeps the state after the
/// key block, so that an iteration of PBKDF2 is two compressions; SHA-3 has no such state.
macro_rules! hash {
    ($digest:ty, $hmac:ident, $name:literal, $oid:literal, $hmac_oid:literal, $size:literal, $block:literal, $weight:literal) => {
        HashAlgorithm {
            name: $name,
            oid: $oid,
            hmac_oid: $hmac_oid,
            size: $size,
            block: $block,
            weight: $weight,
            pbkdf1: pbkdf1::<$digest>,
            pbkdf2: pbkdf2::<$hmac<$digest>>,
            pkcs12: |v, inputs, out| pkcs12::<$digest>(v, inputs, out, repeat::<$digest>),
            hmac: hmac::<$hmac<$digest>>,
        }
    };
}

/// The digests that MACs and derivations name. The weights are those of RustCrypto with
/// instructions for SHA-1 and SHA-256, rounded up.
#[rustfmt::skip]
static HASHES: &[HashAlgorithm] = &[
    hash!(sha1::Sha1, Hmac, "SHA1", "1.3.14.3.2.26", "1.2.840.113549.2.7", 20, 64, 1).compressing::<sha1::Sha1, 5>(),
    hash!(sha2::Sha256, Hmac, "SHA256", "2.16.840.1.101.3.4.2.1", "1.2.840.113549.2.9", 32, 64, 1).compressing::<sha2::Sha256, 8>(),
    hash!(sha2::Sha384, Hmac, "SHA384", "2.16.840.1.101.3.4.2.2", "1.2.840.113549.2.10", 48, 128, 4),
    hash!(sha2::Sha512, Hmac, "SHA512", "2.16.840.1.101.3.4.2.3", "1.2.840.113549.2.11", 64, 128, 4),
    hash!(sha2::Sha224, Hmac, "SHA224", "2.16.840.1.101.3.4.2.4", "1.2.840.113549.2.8", 28, 64, 1),
    hash!(sha2::Sha512_224, Hmac, "SHA512-224", "2.16.840.1.101.3.4.2.5", "1.2.840.113549.2.12", 28, 128, 4),
    hash!(sha2::Sha512_256, Hmac, "SHA512-256", "2.16.840.1.101.3.4.2.6", "1.2.840.113549.2.13", 32, 128, 4),
    hash!(sha3::Sha3_224, SimpleHmac, "SHA3-224", "2.16.840.1.101.3.4.2.7", "2.16.840.1.101.3.4.2.13", 28, 144, 8),
    hash!(sha3::Sha3_256, SimpleHmac, "SHA3-256", "2.16.840.1.101.3.4.2.8", "2.16.840.1.101.3.4.2.14", 32, 136, 8),
    hash!(sha3::Sha3_384, SimpleHmac, "SHA3-384", "2.16.840.1.101.3.4.2.9", "2.16.840.1.101.3.4.2.15", 48, 104, 8),
    hash!(sha3::Sha3_512, SimpleHmac, "SHA3-512", "2.16.840.1.101.3.4.2.10", "2.16.840.1.101.3.4.2.16", 64, 72, 8),
    hash!(md5::Md5, Hmac, "MD5", "1.2.840.113549.2.5", "1.2.840.113549.2.6", 16, 64, 2),
    hash!(md5::Md5, Hmac, "MD5", "1.2.840.113549.2.5", "1.3.6.1.5.5.8.1.1", 16, 64, 2),
    hash!(sha1::Sha1, Hmac, "SHA1", "1.3.14.3.2.26", "1.3.6.1.5.5.8.1.2", 20, 64, 1),
    hash!(md4::Md4, Hmac, "MD4", "1.2.840.113549.2.4", "", 16, 64, 2),
];

/// For PBKDF1 only, so without OIDs: its HMAC and PKCS#12 derivation were never used.
pub static MD2: HashAlgorithm = hash!(md2::Md2, SimpleHmac, "MD2", "-", "-", 16, 16, 16);

/// What is not supported but has a name: digests and HMACs.
const OTHERS: &[(&str, &str)] = &[
    ("1.2.840.113549.2.2", "MD2"),
    ("1.3.14.3.2.18", "SHA"),
    ("1.3.36.3.2.1", "RIPEMD160"),
    ("1.0.10118.3.0.55", "WHIRLPOOL"),
    ("2.5.8.3.101", "MDC2"),
    ("1.2.156.10197.1.401", "SM3"),
    ("1.2.156.10197.1.401.2", "HMAC-SM3"),
    ("1.3.6.1.4.1.1722.12.2.1.16", "BLAKE2b-512"),
    ("1.3.6.1.4.1.1722.12.2.2.8", "BLAKE2s-256"),
    ("1.2.643.2.2.9", "GOST R 34.11-94"),
    ("1.2.643.2.2.10", "HMAC-GOST R 34.11-94"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012-256"),
    ("1.2.643.7.1.1.2.3", "GOST R 34.11-2012-512"),
    ("1.2.643.7.1.1.4.1", "HMAC-GOST R 34.11-2012-256"),
    ("1.2.643.7.1.1.4.2", "HMAC-GOST R 34.11-2012-512"),
];

impl HashAlgorithm {
    /// The same, with iterations on bare compressions.
    const fn compressing<D: CompressionFunction<N>, const N: usize>(self) -> HashAlgorithm {
        HashAlgorithm {
            // Key derivation is nearly all of an audit's time; see `compress` for what this saves.
            pbkdf2: compress::pbkdf2::<D, N>,
            pkcs12: |v, inputs, out| pkcs12::<D>(v, inputs, out, compress::repeat::<D, N>),
            ..self
        }
    }

    /// By name; only for names in the table.
    pub fn named(name: &str) -> &'static HashAlgorithm {
        HASHES.iter().find(|hash| hash.name == name).unwrap_or(&HASHES[0])
    }

    /// The digest that an identifier names.
    pub fn of_digest(algorithm: &AlgorithmIdentifier<'_>) -> Result<&'static HashAlgorithm, ContainerProblem> {
        HashAlgorithm::find(algorithm, |hash| hash.oid)
    }

    /// The digest of the HMAC that an identifier names.
    pub fn of_hmac(algorithm: &AlgorithmIdentifier<'_>) -> Result<&'static HashAlgorithm, ContainerProblem> {
        HashAlgorithm::find(algorithm, |hash| hash.hmac_oid)
    }

    fn find(
        algorithm: &AlgorithmIdentifier<'_>,
        oid: fn(&HashAlgorithm) -> &str,
    ) -> Result<&'static HashAlgorithm, ContainerProblem> {
        let found = HASHES.iter().find(|hash| oid(hash) == algorithm.oid);
        found.ok_or_else(|| algorithm.unsupported(name_of(&algorithm.oid, OTHERS)))
    }

    /// PBKDF1: at most [`HashAlgorithm::size`] bytes.
    pub fn pbkdf1(&self, password: &[u8], salt: &[u8], iterations: u64, out: &mut [u8]) {
        (self.pbkdf1)(password, salt, iterations, out);
    }

    /// PBKDF2 with this digest's HMAC.
    pub fn pbkdf2(&self, password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8]) {
        (self.pbkdf2)(password, salt, iterations, out);
    }

    /// PKCS#12's derivation.
    pub fn pkcs12(&self, inputs: Pkcs12Derivation<'_>, out: &mut [u8]) {
        (self.pkcs12)(self.block, inputs, out);
    }

    /// HMAC.
    pub fn hmac(&self, key: &[u8], data: &[u8]) -> Vec<u8> {
        (self.hmac)(key, data)
    }

    /// What it costs to hash `bytes`.
    pub fn cost(&self, bytes: usize) -> u64 {
        (bytes as u64 / self.block as u64 + 1).saturating_mul(self.weight)
    }
}

/// RFC 8018 section 5.1.
fn pbkdf1<D: Digest>(password: &[u8], salt: &[u8], iterations: u64, out: &mut [u8]) {
    let mut value = D::new().chain_update(password).chain_update(salt).finalize();
    for _ in 1..iterations {
        value = D::digest(&value);
    }
    out.iter_mut().zip(value.iter()).for_each(|(out, byte)| *out = *byte);
}

/// RFC 8018 section 5.2.
fn pbkdf2<M>(password: &[u8], salt: &[u8], iterations: u32, out: &mut [u8])
where
    M: KeyInit + Update + FixedOutput + Clone,
{
    // HMAC takes keys of any length.
    let _ = pbkdf2::pbkdf2::<M>(password, salt, iterations, out);
}

fn hmac<M: KeyInit + Update + FixedOutput>(key: &[u8], data: &[u8]) -> Vec<u8> {
    match M::new_from_slice(key) {
        Ok(mac) => mac.chain(data).finalize_fixed().to_vec(),
        Err(_) => Vec::new(),
    }
}

/// Replaces a digest by its digest, so many times.
fn repeat<D: Digest>(value: &mut Output<D>, times: u64) {
    for _ in 0..times {
        *value = D::digest(&value);
    }
}

/// RFC 7292 appendix B.2; `v` is the block.
fn pkcs12<D: Digest>(v: usize, inputs: Pkcs12Derivation<'_>, out: &mut [u8], repeat: fn(&mut Output<D>, u64)) {
    let diversifier = vec![inputs.purpose; v];
    let mut both = Zeroizing::new(Vec::with_capacity(repeated(inputs.salt, v) + repeated(inputs.password, v)));
    for part in [inputs.salt, inputs.password] {
        both.extend(part.iter().cycle().take(repeated(part, v)));
    }
    for chunk in out.chunks_mut(<D as Digest>::output_size()) {
        let mut value = D::new().chain_update(&diversifier).chain_update(&*both).finalize();
        repeat(&mut value, inputs.iterations.saturating_sub(1));
        chunk.copy_from_slice(&value[..chunk.len()]);
        both.chunks_exact_mut(v).for_each(|block| add_and_one(block, &value));
    }
}

/// The length of `part` repeated to fill whole blocks.
fn repeated(part: &[u8], v: usize) -> usize {
    part.len().div_ceil(v) * v
}

/// Adds `value`, repeated to the block's length, and one; what overflows is dropped.
fn add_and_one(block: &mut [u8], value: &[u8]) {
    let mut carry = 1;
    for (i, byte) in block.iter_mut().enumerate().rev() {
        let sum = u16::from(*byte) + u16::from(value[i % value.len()]) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
}
