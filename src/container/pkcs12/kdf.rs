//! Key derivation: PKCS#12's own (RFC 7292 appendix B), PBKDF1 and PBKDF2 (RFC 8018), scrypt
//! (RFC 7914). What a derivation costs is known, and paid, before it begins.

use zeroize::Zeroizing;

use super::super::ContainerProblem;
use super::super::limits::{Limit, WorkBudget};
use super::super::password::PasswordUsage;
use super::algorithm::{AlgorithmIdentifier, name_of, name_or_reason};
use super::hash::{HashAlgorithm, Pkcs12Derivation};
use crate::tlv::{TlvReader, universal};

/// The longest key that a file may ask for: RC4's longest. No cipher of another kind takes
/// more than 56 bytes, no MAC more than its block.
const LONGEST_KEY: u64 = 256;

/// A way from password to key, with everything but the password.
pub struct Kdf {
    kind: KdfKind,
    salt: Vec<u8>,
    iterations: u64,
}

enum KdfKind {
    Pkcs12(&'static HashAlgorithm),
    Pbkdf1(&'static HashAlgorithm),
    Pbkdf2(&'static HashAlgorithm),
    Scrypt { r: u32, p: u32 },
}

/// What the result is for; only PKCS#12's derivation makes a difference.
#[derive(Clone, Copy, PartialEq)]
pub enum DerivationPurpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// A derivation as PBES2 and PBMAC1 name it: its description, also where it is not supported, and
/// the key's length where stated.
pub struct NamedKdf {
    pub kdf: Result<Kdf, ContainerProblem>,
    pub name: String,
    pub iterations: u64,
    pub key_length: Option<usize>,
}

impl NamedKdf {
    fn new(kdf: Kdf, key_length: Option<usize>) -> NamedKdf {
        NamedKdf { name: kdf.name(), iterations: kdf.iterations, key_length, kdf: Ok(kdf) }
    }
}

impl Kdf {
    pub fn pkcs12(hash: &'static HashAlgorithm, salt: Vec<u8>, iterations: u64) -> Kdf {
        Kdf { kind: KdfKind::Pkcs12(hash), salt, iterations: iterations.max(1) }
    }

    pub fn pbkdf1(hash: &'static HashAlgorithm, salt: Vec<u8>, iterations: u64) -> Kdf {
        Kdf { kind: KdfKind::Pbkdf1(hash), salt, iterations: iterations.max(1) }
    }

    /// Reads the keyDerivationFunc of PBES2 and PBMAC1.
    pub fn read(algorithm: &AlgorithmIdentifier<'_>) -> Result<NamedKdf, ContainerProblem> {
        const OTHERS: &[(&str, &str)] =
            &[("1.3.6.1.4.1.42235.1.5.1", "Argon2"), ("1.2.840.113549.1.9.16.3.28", "HKDF")];
        match algorithm.oid.as_str() {
            "1.2.840.113549.1.5.12" => read_pbkdf2(algorithm),
            "1.3.6.1.4.1.11591.4.11" => read_scrypt(algorithm),
            other => {
                let name = name_of(other, OTHERS);
                let kdf = Err(algorithm.unsupported(name.clone()));
                Ok(NamedKdf { kdf, name, iterations: 0, key_length: None })
            }
        }
    }

    /// As [`super::super::Protection::kdf`] has it.
    pub fn name(&self) -> String {
        match &self.kind {
            KdfKind::Pkcs12(hash) => format!("PKCS12-{}", hash.name),
            KdfKind::Pbkdf1(hash) => format!("PBKDF1-{}", hash.name),
            KdfKind::Pbkdf2(hash) => format!("PBKDF2-HMAC-{}", hash.name),
            KdfKind::Scrypt { .. } => "scrypt".into(),
        }
    }

    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// What it takes a password as.
    pub fn usage(&self) -> PasswordUsage {
        if let KdfKind::Pkcs12(_) = self.kind { PasswordUsage::Wide } else { PasswordUsage::Narrow }
    }

    /// Derives `length` bytes, if the limits allow it; none where the parameters are such that
    /// there is no key.
    pub fn derive(
        &self,
        work: &mut WorkBudget<'_>,
        password: &[u8],
        purpose: DerivationPurpose,
        length: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ContainerProblem> {
        let limits = work.limits;
        if let KdfKind::Scrypt { r, p } = self.kind {
            let units = self.iterations.saturating_add(u64::from(p)).saturating_mul(u64::from(r));
            limits.check(Limit::ScryptMemory, units.saturating_mul(128))?;
        } else {
            limits.check(Limit::Iterations, self.iterations)?;
        }
        let cost = self.cost(password.len(), length);
        let what = self.discriminator(purpose, length);
        work.key(&[password, &self.salt, &what], cost, || self.run(password, purpose, length))
    }

    /// All that makes one derivation differ from another beside password and salt.
    fn discriminator(&self, purpose: DerivationPurpose, length: usize) -> Vec<u8> {
        let scrypt = if let KdfKind::Scrypt { r, p } = self.kind { [r, p] } else { [0, 0] };
        format!("{} {scrypt:?} {} {} {length}", self.name(), self.iterations, purpose as u8).into_bytes()
    }

    /// In compressions of SHA-1.
    fn cost(&self, password: usize, length: usize) -> u64 {
        let input = password.saturating_add(self.salt.len());
        match &self.kind {
            KdfKind::Pbkdf1(hash) => rounds(hash, self.iterations, input),
            KdfKind::Pkcs12(hash) => rounds(hash, self.iterations, input).saturating_mul(blocks(hash, length)),
            // One compression for the inner and one for the outer hash.
            KdfKind::Pbkdf2(hash) => {
                rounds(hash, self.iterations.saturating_mul(2), input).saturating_mul(blocks(hash, length))
            }
            // For each p, 2 N times 2 r Salsa20/8, each of which is about a compression.
            KdfKind::Scrypt { r, p } => {
                let rounds = self.iterations.saturating_mul(4).saturating_add(input as u64);
                rounds.saturating_mul(u64::from(*r)).saturating_mul(u64::from(*p))
            }
        }
    }

    fn run(&self, password: &[u8], purpose: DerivationPurpose, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        let mut out = Zeroizing::new(vec![0; length]);
        let (salt, iterations) = (self.salt.as_slice(), self.iterations);
        match self.kind {
            KdfKind::Pkcs12(hash) => {
                hash.pkcs12(Pkcs12Derivation { purpose: purpose as u8, password, salt, iterations }, &mut out);
            }
            KdfKind::Pbkdf1(hash) => hash.pbkdf1(password, salt, iterations, &mut out),
            KdfKind::Pbkdf2(hash) => hash.pbkdf2(password, salt, u32::try_from(iterations).ok()?, &mut out),
            KdfKind::Scrypt { r, p } => {
                r.checked_mul(p)?;
                let log_n = u8::try_from(iterations.trailing_zeros()).ok()?;
                let parameters = scrypt::Params::new(log_n, r, p).ok()?;
                scrypt::scrypt(password, salt, &parameters, &mut out).ok()?;
            }
        }
        Some(out)
    }
}

/// PBKDF2-params: salt, iterations, the key's length and the PRF, HMAC-SHA1 if absent.
fn read_pbkdf2(algorithm: &AlgorithmIdentifier<'_>) -> Result<NamedKdf, ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let salt = parts.read()?;
    if !salt.tag.is_universal(universal::OCTET_STRING) {
        return Err(algorithm.damaged());
    }
    let iterations = parts.universal(universal::INTEGER)?.unsigned()?.max(1);
    let key_length = read_length(&mut parts)?;
    let hash = match parts.optional(universal::SEQUENCE)? {
        Some(prf) => HashAlgorithm::of_hmac(&AlgorithmIdentifier::read(&prf)?),
        None => Ok(HashAlgorithm::named("SHA1")),
    };
    let salt = salt.octets()?.into_owned();
    let name = format!("PBKDF2-{}", name_or_reason(&hash, |hash| format!("HMAC-{}", hash.name)));
    let kdf = hash.map(|hash| Kdf { kind: KdfKind::Pbkdf2(hash), salt, iterations });
    Ok(NamedKdf { kdf, name, iterations, key_length })
}

/// scrypt-params (RFC 7914 section 7.1). N must be a power of two.
fn read_scrypt(algorithm: &AlgorithmIdentifier<'_>) -> Result<NamedKdf, ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let salt = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
    let mut numbers = [0; 3];
    for number in &mut numbers {
        *number = parts.universal(universal::INTEGER)?.unsigned()?;
    }
    let [n, r, p] = numbers;
    let key_length = read_length(&mut parts)?;
    let small = |n: u64| u32::try_from(n).ok().filter(|n| *n > 0).ok_or(algorithm.damaged());
    if n < 2 || !n.is_power_of_two() {
        return Err(algorithm.damaged());
    }
    let kind = KdfKind::Scrypt { r: small(r)?, p: small(p)? };
    Ok(NamedKdf::new(Kdf { kind, salt, iterations: n }, key_length))
}

fn read_length(parts: &mut TlvReader<'_>) -> Result<Option<usize>, ContainerProblem> {
    let Some(length) = parts.optional(universal::INTEGER)? else {
        return Ok(None);
    };
    match length.unsigned()? {
        n @ 1..=LONGEST_KEY => Ok(Some(n as usize)),
        _ => Err(length.bad_value().into()),
    }
}

/// `count` compressions after hashing `input` bytes.
fn rounds(hash: &HashAlgorithm, count: u64, input: usize) -> u64 {
    hash.weight.saturating_mul(count).saturating_add(hash.cost(input))
}

/// How many outputs of `hash` make `length` bytes.
fn blocks(hash: &HashAlgorithm, length: usize) -> u64 {
    length.div_ceil(hash.size) as u64
}
