//! Encryption schemes: PBES2 and the fixed pairs of derivation and cipher before it. One scheme
//! guards a safe, a key bag, or a private key of its own.

use zeroize::Zeroizing;

use super::super::limits::WorkBudget;
use super::super::password_trials::PasswordTrials;
use super::super::{ContainerProblem, Damage, Protection};
use super::algorithm::{AlgorithmIdentifier, name_or_reason};
use super::cipher::{Cipher, CipherKind};
use super::hash::{HashAlgorithm, MD2};
use super::kdf::{DerivationPurpose, Kdf};
use crate::tlv::{Tlv, TlvReader, universal};

/// How a part is encrypted: its description, and the scheme for decrypting it or the problem that
/// prevents that.
pub struct Encryption {
    pub protection: Protection,
    pub scheme: Result<EncryptionScheme, ContainerProblem>,
}

/// The means to decrypt, all but the password.
pub struct EncryptionScheme {
    kdf: Kdf,
    cipher: Cipher,
    iv: IvSource,
}

/// Where the IV comes from.
enum IvSource {
    /// The parameters.
    Given,
    /// PKCS#12's derivation.
    Derived,
    /// The bytes after the key in PBKDF1's output (RFC 8018 section 6.1).
    AfterKey,
    /// The last bytes of PBKDF1's 20 with SHA-1 as NSS takes them; the standard's come first.
    AfterKeyOrLast,
}

/// The schemes of PKCS#12: identifier, name, cipher, key bytes.
const PKCS12: &[(&str, &str, CipherKind, usize)] = &[
    ("1.2.840.113549.1.12.1.1", "pbeWithSHAAnd128BitRC4", CipherKind::Rc4, 16),
    ("1.2.840.113549.1.12.1.2", "pbeWithSHAAnd40BitRC4", CipherKind::Rc4, 5),
    ("1.2.840.113549.1.12.1.3", "pbeWithSHAAnd3-KeyTripleDES-CBC", CipherKind::TripleDes, 24),
    ("1.2.840.113549.1.12.1.4", "pbeWithSHAAnd2-KeyTripleDES-CBC", CipherKind::TripleDes, 16),
    ("1.2.840.113549.1.12.1.5", "pbeWithSHAAnd128BitRC2-CBC", CipherKind::Rc2(128), 16),
    ("1.2.840.113549.1.12.1.6", "pbeWithSHAAnd40BitRC2-CBC", CipherKind::Rc2(40), 5),
];

/// The schemes of PKCS#5 before PBES2: identifier, name, digest, cipher.
const PKCS5: &[(&str, &str, &str, CipherKind)] = &[
    ("1.2.840.113549.1.5.1", "pbeWithMD2AndDES-CBC", "MD2", CipherKind::Des),
    ("1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC", "MD5", CipherKind::Des),
    ("1.2.840.113549.1.5.4", "pbeWithMD2AndRC2-CBC", "MD2", CipherKind::Rc2(64)),
    ("1.2.840.113549.1.5.6", "pbeWithMD5AndRC2-CBC", "MD5", CipherKind::Rc2(64)),
    ("1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC", "SHA1", CipherKind::Des),
    ("1.2.840.113549.1.5.11", "pbeWithSHA1AndRC2-CBC", "SHA1", CipherKind::Rc2(64)),
];

impl Encryption {
    /// Reads a contentEncryptionAlgorithm or encryptionAlgorithm.
    pub fn read(identifier: &Tlv<'_>) -> Result<Encryption, ContainerProblem> {
        let algorithm = AlgorithmIdentifier::read(identifier)?;
        if algorithm.oid == "1.2.840.113549.1.5.13" {
            return read_pbes2(&algorithm);
        }
        if let Some((_, name, kind, length)) = PKCS12.iter().find(|row| row.0 == algorithm.oid) {
            return read_fixed(&algorithm, name, |salt, iterations| EncryptionScheme {
                kdf: Kdf::pkcs12(HashAlgorithm::named("SHA1"), salt, iterations),
                cipher: Cipher::without_iv(*kind, *length),
                iv: IvSource::Derived,
            });
        }
        if let Some((_, name, digest, kind)) = PKCS5.iter().find(|row| row.0 == algorithm.oid) {
            let hash = if *digest == "MD2" { &MD2 } else { HashAlgorithm::named(digest) };
            let nss = *digest == "SHA1" && *kind == CipherKind::Des;
            return read_fixed(&algorithm, name, |salt, iterations| EncryptionScheme {
                kdf: Kdf::pbkdf1(hash, salt, iterations),
                cipher: Cipher::without_iv(*kind, 8),
                iv: if nss { IvSource::AfterKeyOrLast } else { IvSource::AfterKey },
            });
        }
        let scheme = algorithm.oid.clone();
        let protection = Protection { scheme, kdf: String::new(), cipher: String::new(), iterations: 0 };
        Ok(Encryption { protection, scheme: Err(algorithm.unsupported(algorithm.oid.clone())) })
    }
}

/// PBEParameter and pkcs-12PbeParams: salt and iterations.
fn read_fixed(
    algorithm: &AlgorithmIdentifier<'_>,
    name: &str,
    scheme: impl Fn(Vec<u8>, u64) -> EncryptionScheme,
) -> Result<Encryption, ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let salt = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
    let scheme = scheme(salt, parts.universal(universal::INTEGER)?.unsigned()?);
    let protection = Protection {
        scheme: name.into(),
        kdf: scheme.kdf.name(),
        cipher: scheme.cipher.name(),
        iterations: scheme.kdf.iterations(),
    };
    Ok(Encryption { protection, scheme: Ok(scheme) })
}

/// PBES2-params (RFC 8018 appendix A.4).
fn read_pbes2(algorithm: &AlgorithmIdentifier<'_>) -> Result<Encryption, ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let named = Kdf::read(&AlgorithmIdentifier::read(&parts.sequence()?)?)?;
    let cipher = Cipher::read(&AlgorithmIdentifier::read(&parts.sequence()?)?, named.key_length);
    let protection = Protection {
        scheme: "PBES2".into(),
        kdf: named.name,
        cipher: name_or_reason(&cipher, Cipher::name),
        iterations: named.iterations,
    };
    let scheme = match (named.kdf, cipher) {
        (Ok(kdf), Ok(cipher)) => Ok(EncryptionScheme { kdf, cipher, iv: IvSource::Given }),
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    Ok(Encryption { protection, scheme })
}

impl EncryptionScheme {
    /// Decrypts data that must be one SEQUENCE with the first password that fits; none where none
    /// does. `offset` is the offset of the data.
    pub fn open(
        &self,
        trials: &mut PasswordTrials<'_>,
        work: &mut WorkBudget<'_>,
        data: &[u8],
        offset: usize,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ContainerProblem> {
        if !self.cipher.takes(data.len()) {
            return Err(ContainerProblem::Damaged { offset, what: Damage::Structure });
        }
        trials.find(work, self.kdf.usage(), |work, password| self.decrypt(work, password, data))
    }

    /// Decrypts with one form of one password.
    fn decrypt(
        &self,
        work: &mut WorkBudget<'_>,
        password: &[u8],
        data: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ContainerProblem> {
        // Some ciphers of a byte are as dear as a compression of SHA-1 for a block.
        work.pay(data.len() as u64 / 8)?;
        let length = self.cipher.key_length;
        match self.iv {
            IvSource::Given => {
                let key = self.kdf.derive(work, password, DerivationPurpose::Key, length)?;
                Ok(key.and_then(|key| self.opened(&self.cipher, &key, data)))
            }
            IvSource::Derived => {
                let key = self.kdf.derive(work, password, DerivationPurpose::Key, length)?;
                let iv = match self.cipher.iv_length() {
                    0 => Some(Zeroizing::default()),
                    length => self.kdf.derive(work, password, DerivationPurpose::Iv, length)?,
                };
                Ok(key.zip(iv).and_then(|(key, iv)| self.opened(&self.cipher.with_iv(&iv), &key, data)))
            }
            IvSource::AfterKey | IvSource::AfterKeyOrLast => {
                let both = self.kdf.derive(work, password, DerivationPurpose::Key, self.pbkdf1_length())?;
                Ok(both.and_then(|both| self.opened_by_pbkdf1(&both, data)))
            }
        }
    }

    fn pbkdf1_length(&self) -> usize {
        if let IvSource::AfterKeyOrLast = self.iv { 20 } else { 16 }
    }

    fn opened_by_pbkdf1(&self, both: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (key, standard, last) = (&both[..8], &both[8..16], &both[both.len() - 8..]);
        let with = |iv: &[u8]| self.opened(&self.cipher.with_iv(iv), key, data);
        // NSS's differs from the standard's with SHA-1 alone: of 16 bytes these are the same.
        with(standard).or_else(|| if standard == last { None } else { with(last) })
    }

    /// The plain text, if it is one.
    fn opened(&self, cipher: &Cipher, key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain = cipher.decrypt(key, data)?;
        let length = sequence_length(&plain, cipher.block())?;
        plain.truncate(length);
        Some(plain)
    }
}

/// The length of the SEQUENCE that fills `plain` up to the padding; none where it does not, and
/// so the password was wrong. For long sequences the length itself is proof enough, and broken
/// padding, a sign of damage behind, does not hide what can be read.
fn sequence_length(plain: &[u8], block: usize) -> Option<usize> {
    let (length, sure) = match *plain {
        [0x30, 0x82, high, low, ..] => (4 + usize::from(u16::from_be_bytes([high, low])), true),
        [0x30, 0x83, a, b, c, ..] => (5 + u32::from_be_bytes([0, a, b, c]) as usize, true),
        [0x30, ..] => {
            let first = TlvReader::new(plain).read().ok()?;
            (first.raw.len(), false)
        }
        _ => return None,
    };
    let padding = plain.len().checked_sub(length)?;
    let padded = match block {
        1 => padding == 0,
        _ => (1..=block).contains(&padding) && (sure || plain[length..].iter().all(|b| usize::from(*b) == padding)),
    };
    padded.then_some(length)
}
