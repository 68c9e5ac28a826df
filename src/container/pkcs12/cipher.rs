//! Ciphers: which, with what parameters, and decryption with a key.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{AesGcm, TagSize};
use cipher::consts::{U12, U16};
use cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockSizeUser, InnerIvInit, KeyInit, StreamCipher,
};
use zeroize::Zeroizing;

use super::super::ContainerProblem;
use super::algorithm::{AlgorithmIdentifier, name_of};
use crate::tlv::universal;

/// A cipher with everything but its key.
pub struct Cipher {
    kind: CipherKind,
    /// Bytes of the key.
    pub key_length: usize,
    iv: Vec<u8>,
}

/// Which cipher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CipherKind {
    Des,
    TripleDes,
    /// With this many effective bits.
    Rc2(u64),
    Rc4,
    Aes,
    AesGcm {
        tag: usize,
    },
    Camellia,
    Aria,
    Blowfish,
    Cast5,
    Sm4,
}

/// The ciphers of PBES2: identifier, kind, and the key's length where nothing else says it.
const CIPHERS: &[(&str, CipherKind, usize)] = &[
    ("2.16.840.1.101.3.4.1.2", CipherKind::Aes, 16),
    ("2.16.840.1.101.3.4.1.22", CipherKind::Aes, 24),
    ("2.16.840.1.101.3.4.1.42", CipherKind::Aes, 32),
    ("2.16.840.1.101.3.4.1.6", CipherKind::AesGcm { tag: 16 }, 16),
    ("2.16.840.1.101.3.4.1.26", CipherKind::AesGcm { tag: 16 }, 24),
    ("2.16.840.1.101.3.4.1.46", CipherKind::AesGcm { tag: 16 }, 32),
    ("1.2.392.200011.61.1.1.1.2", CipherKind::Camellia, 16),
    ("1.2.392.200011.61.1.1.1.3", CipherKind::Camellia, 24),
    ("1.2.392.200011.61.1.1.1.4", CipherKind::Camellia, 32),
    ("1.2.410.200046.1.1.2", CipherKind::Aria, 16),
    ("1.2.410.200046.1.1.7", CipherKind::Aria, 24),
    ("1.2.410.200046.1.1.12", CipherKind::Aria, 32),
    ("1.2.156.10197.1.104.2", CipherKind::Sm4, 16),
    ("1.3.14.3.2.7", CipherKind::Des, 8),
    ("1.2.840.113549.3.7", CipherKind::TripleDes, 24),
    ("1.2.840.113549.3.2", CipherKind::Rc2(32), 4),
    ("1.2.840.113549.3.4", CipherKind::Rc4, 16),
    ("1.2.840.113533.7.66.10", CipherKind::Cast5, 16),
    ("1.3.6.1.4.1.3029.1.2", CipherKind::Blowfish, 16),
];

/// A cipher that is not supported, as far as it has a name.
const OTHERS: &[(&str, &str)] = &[
    ("1.2.840.113549.3.9", "RC5-CBC"),
    ("1.2.840.113549.3.8", "RC5-CBC"),
    ("1.2.410.200004.1.4", "SEED-CBC"),
    ("1.2.410.200004.1.3", "SEED-ECB"),
    ("1.2.410.200004.1.5", "SEED-CFB"),
    ("1.2.410.200004.1.6", "SEED-OFB"),
    ("1.3.6.1.4.1.188.7.1.1.2", "IDEA-CBC"),
    ("1.3.6.1.4.1.188.7.1.1.1", "IDEA-ECB"),
    ("1.3.14.3.2.6", "DES-ECB"),
    ("1.3.14.3.2.8", "DES-OFB"),
    ("1.3.14.3.2.9", "DES-CFB"),
    ("1.3.14.3.2.17", "3DES-ECB"),
    ("2.16.840.1.101.3.4.1.1", "AES-128-ECB"),
    ("2.16.840.1.101.3.4.1.3", "AES-128-OFB"),
    ("2.16.840.1.101.3.4.1.4", "AES-128-CFB"),
    ("2.16.840.1.101.3.4.1.7", "AES-128-CCM"),
    ("2.16.840.1.101.3.4.1.21", "AES-192-ECB"),
    ("2.16.840.1.101.3.4.1.23", "AES-192-OFB"),
    ("2.16.840.1.101.3.4.1.24", "AES-192-CFB"),
    ("2.16.840.1.101.3.4.1.27", "AES-192-CCM"),
    ("2.16.840.1.101.3.4.1.41", "AES-256-ECB"),
    ("2.16.840.1.101.3.4.1.43", "AES-256-OFB"),
    ("2.16.840.1.101.3.4.1.44", "AES-256-CFB"),
    ("2.16.840.1.101.3.4.1.47", "AES-256-CCM"),
    ("1.2.840.113549.1.9.16.3.18", "ChaCha20-Poly1305"),
    ("1.2.643.2.2.21", "GOST 28147-89"),
    ("1.2.643.7.1.1.5.1.1", "Magma-CTR-ACPKM"),
    ("1.2.643.7.1.1.5.2.1", "Kuznyechik-CTR-ACPKM"),
];

impl Cipher {
    /// A cipher of the PKCS#5 v1 and PKCS#12 schemes; the IV comes from the password there.
    pub fn without_iv(kind: CipherKind, key_length: usize) -> Cipher {
        Cipher { kind, key_length, iv: Vec::new() }
    }

    /// The same with an IV.
    pub fn with_iv(&self, iv: &[u8]) -> Cipher {
        Cipher { kind: self.kind, key_length: self.key_length, iv: iv.to_vec() }
    }

    /// Reads the encryptionScheme of PBES2. `derived` is the key length that the derivation
    /// states. Where it is longer than the identifier's, it counts: NSS writes AES-128 and
    /// Camellia-128 with keys of 32 bytes and means 256 bits.
    pub fn read(algorithm: &AlgorithmIdentifier<'_>, derived: Option<usize>) -> Result<Cipher, ContainerProblem> {
        let Some((_, kind, natural)) = CIPHERS.iter().find(|(oid, _, _)| *oid == algorithm.oid) else {
            return Err(algorithm.unsupported(name_of(&algorithm.oid, OTHERS)));
        };
        let (kind, natural) = (*kind, *natural);
        let longer = derived.unwrap_or(natural).max(natural);
        match kind {
            CipherKind::Rc2(_) => read_rc2(algorithm, derived),
            CipherKind::Cast5 => read_cast5(algorithm, derived),
            CipherKind::AesGcm { .. } => read_gcm(algorithm, longer),
            CipherKind::Rc4 => Cipher::checked(kind, derived.unwrap_or(natural), Vec::new(), algorithm),
            CipherKind::Blowfish => Cipher::checked(kind, derived.unwrap_or(natural), iv_of(algorithm)?, algorithm),
            CipherKind::Des | CipherKind::TripleDes | CipherKind::Sm4 => {
                Cipher::checked(kind, natural, iv_of(algorithm)?, algorithm)
            }
            CipherKind::Aes | CipherKind::Camellia | CipherKind::Aria => {
                Cipher::checked(kind, longer, iv_of(algorithm)?, algorithm)
            }
        }
    }

    /// A cipher, if key and IV have lengths that it takes.
    fn checked(
        kind: CipherKind,
        key_length: usize,
        iv: Vec<u8>,
        algorithm: &AlgorithmIdentifier<'_>,
    ) -> Result<Cipher, ContainerProblem> {
        let cipher = Cipher { kind, key_length, iv };
        let key_fits = match kind {
            CipherKind::Des => key_length == 8,
            CipherKind::TripleDes => key_length == 16 || key_length == 24,
            CipherKind::Rc2(bits) => (1..=128).contains(&key_length) && (1..=1024).contains(&bits),
            CipherKind::Rc4 => true,
            CipherKind::Aes | CipherKind::AesGcm { .. } | CipherKind::Camellia | CipherKind::Aria => {
                matches!(key_length, 16 | 24 | 32)
            }
            CipherKind::Blowfish => (4..=56).contains(&key_length),
            CipherKind::Cast5 => (5..=16).contains(&key_length),
            CipherKind::Sm4 => key_length == 16,
        };
        if key_fits && cipher.iv.len() == cipher.iv_length() { Ok(cipher) } else { Err(algorithm.damaged()) }
    }

    /// As [`super::super::Protection::cipher`] has it.
    pub fn name(&self) -> String {
        let bits = self.key_length * 8;
        match self.kind {
            CipherKind::Des => "DES-CBC".into(),
            CipherKind::TripleDes if self.key_length == 16 => "3DES-2KEY-CBC".into(),
            CipherKind::TripleDes => "3DES-CBC".into(),
            CipherKind::Rc2(effective) => format!("RC2-{effective}-CBC"),
            CipherKind::Rc4 => format!("RC4-{bits}"),
            CipherKind::Aes => format!("AES-{bits}-CBC"),
            CipherKind::AesGcm { .. } => format!("AES-{bits}-GCM"),
            CipherKind::Camellia => format!("CAMELLIA-{bits}-CBC"),
            CipherKind::Aria => format!("ARIA-{bits}-CBC"),
            CipherKind::Blowfish => format!("BLOWFISH-{bits}-CBC"),
            CipherKind::Cast5 => format!("CAST5-{bits}-CBC"),
            CipherKind::Sm4 => "SM4-CBC".into(),
        }
    }

    /// Bytes of a block; 1 for what knows no padding.
    pub fn block(&self) -> usize {
        match self.kind {
            CipherKind::Rc4 | CipherKind::AesGcm { .. } => 1,
            CipherKind::Aes | CipherKind::Camellia | CipherKind::Aria | CipherKind::Sm4 => 16,
            CipherKind::Des | CipherKind::TripleDes | CipherKind::Rc2(_) | CipherKind::Blowfish | CipherKind::Cast5 => {
                8
            }
        }
    }

    /// Bytes of the IV.
    pub fn iv_length(&self) -> usize {
        match self.kind {
            CipherKind::Rc4 => 0,
            CipherKind::AesGcm { .. } => 12,
            _ => self.block(),
        }
    }

    /// Whether so many bytes can be the result of encryption.
    pub fn takes(&self, length: usize) -> bool {
        match self.kind {
            CipherKind::Rc4 => length > 0,
            CipherKind::AesGcm { tag } => length > tag,
            _ => length > 0 && length.is_multiple_of(self.block()),
        }
    }

    /// Decrypts; padding is left in place. None where key or data have a wrong length, or the GCM
    /// tag does not match.
    pub fn decrypt(&self, key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let decrypted = self.decrypted(key, data);
        wipe_stack();
        decrypted
    }

    fn decrypted(&self, key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(data.to_vec());
        let (iv, bytes) = (self.iv.as_slice(), buffer.as_mut_slice());
        match (self.kind, self.key_length) {
            (CipherKind::Des, _) => cbc_with::<des::Des>(key, iv, bytes),
            (CipherKind::TripleDes, 16) => cbc_with::<des::TdesEde2>(key, iv, bytes),
            (CipherKind::TripleDes, _) => cbc_with::<des::TdesEde3>(key, iv, bytes),
            (CipherKind::Rc2(bits), _) => cbc(rc2::Rc2::new_with_eff_key_len(key, bits as usize), iv, bytes),
            (CipherKind::Rc4, _) => rc4::Rc4::new_from_slice(key).ok()?.try_apply_keystream(bytes).ok(),
            (CipherKind::Aes, 16) => cbc_with::<aes::Aes128>(key, iv, bytes),
            (CipherKind::Aes, 24) => cbc_with::<aes::Aes192>(key, iv, bytes),
            (CipherKind::Aes, _) => cbc_with::<aes::Aes256>(key, iv, bytes),
            (CipherKind::Camellia, 16) => cbc_with::<camellia::Camellia128>(key, iv, bytes),
            (CipherKind::Camellia, 24) => cbc_with::<camellia::Camellia192>(key, iv, bytes),
            (CipherKind::Camellia, _) => cbc_with::<camellia::Camellia256>(key, iv, bytes),
            (CipherKind::Aria, 16) => cbc_with::<aria::Aria128>(key, iv, bytes),
            (CipherKind::Aria, 24) => cbc_with::<aria::Aria192>(key, iv, bytes),
            (CipherKind::Aria, _) => cbc_with::<aria::Aria256>(key, iv, bytes),
            (CipherKind::Blowfish, _) => cbc_with::<blowfish::Blowfish>(key, iv, bytes),
            (CipherKind::Cast5, _) => cbc_with::<cast5::Cast5>(key, iv, bytes),
            (CipherKind::Sm4, _) => cbc_with::<sm4::Sm4>(key, iv, bytes),
            (CipherKind::AesGcm { tag }, _) => self.gcm(key, bytes, tag),
        }?;
        if let CipherKind::AesGcm { tag } = self.kind {
            // The tag follows the ciphertext: PBES2 has no other place for it.
            buffer.truncate(data.len() - tag);
        }
        Some(buffer)
    }

    fn gcm(&self, key: &[u8], bytes: &mut [u8], tag: usize) -> Option<()> {
        match self.key_length {
            16 => gcm::<aes::Aes128>(key, &self.iv, bytes, tag),
            24 => gcm::<aes::Aes192>(key, &self.iv, bytes, tag),
            _ => gcm::<aes::Aes256>(key, &self.iv, bytes, tag),
        }
    }
}

/// Writes over the stack that a cipher has just used: AES works on copies of many blocks at a time, and
/// leaves most of a private key there until the program ends.
#[inline(never)]
fn wipe_stack() {
    let mut used = [0_u8; USED];
    // Else nothing would be written, since nothing is read.
    std::hint::black_box(&mut used);
}

/// Bytes of stack that a cipher uses, with room to spare.
const USED: usize = 32 << 10;

fn cbc_with<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], bytes: &mut [u8]) -> Option<()> {
    cbc(C::new_from_slice(key).ok()?, iv, bytes)
}

fn cbc<C: BlockCipherDecrypt>(cipher: C, iv: &[u8], bytes: &mut [u8]) -> Option<()> {
    let mut decryptor = cbc::Decryptor::inner_iv_slice_init(cipher, iv).ok()?;
    let (blocks, rest) = Array::slice_as_chunks_mut(bytes);
    decryptor.decrypt_blocks(blocks);
    rest.is_empty().then_some(())
}

fn gcm<C>(key: &[u8], nonce: &[u8], bytes: &mut [u8], tag: usize) -> Option<()>
where
    C: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt + KeyInit,
{
    let cipher = C::new_from_slice(key).ok()?;
    match tag {
        12 => gcm_opened(AesGcm::<C, U12, U12>::from(cipher), nonce, bytes),
        _ => gcm_opened(AesGcm::<C, U12, U16>::from(cipher), nonce, bytes),
    }
}

fn gcm_opened<C, T>(cipher: AesGcm<C, U12, T>, nonce: &[u8], bytes: &mut [u8]) -> Option<()>
where
    C: BlockSizeUser<BlockSize = U16> + BlockCipherEncrypt,
    T: TagSize,
{
    let (text, tag) = bytes.split_at_mut_checked(bytes.len().checked_sub(T::USIZE)?)?;
    let (nonce, tag) = (nonce.try_into().ok()?, (&*tag).try_into().ok()?);
    cipher.decrypt_inout_detached(nonce, b"", text.into(), tag).ok()
}

/// The IV where it is all the parameters.
fn iv_of(algorithm: &AlgorithmIdentifier<'_>) -> Result<Vec<u8>, ContainerProblem> {
    match algorithm.parameters {
        Some(iv) if iv.tag.is_universal(universal::OCTET_STRING) => Ok(iv.octets()?.into_owned()),
        _ => Err(algorithm.damaged()),
    }
}

/// RC2-CBC-Parameter (RFC 8018 appendix B.2.3): the IV, or version and IV. The version stands
/// for the effective key bits, with RFC 2268's code for those below 256; some write the bits
/// themselves, and 56 is an old mistake for 58.
fn read_rc2(algorithm: &AlgorithmIdentifier<'_>, derived: Option<usize>) -> Result<Cipher, ContainerProblem> {
    if let Ok(iv) = iv_of(algorithm) {
        return Cipher::checked(CipherKind::Rc2(32), derived.unwrap_or(4), iv, algorithm);
    }
    let mut parts = algorithm.sequence()?.children();
    let bits = match parts.optional(universal::INTEGER)?.map(|version| version.unsigned()).transpose()? {
        None => 32,
        Some(160 | 40) => 40,
        Some(120 | 64) => 64,
        Some(58 | 56 | 128) => 128,
        Some(bits @ 256..) => bits,
        Some(_) => return Err(algorithm.damaged()),
    };
    let iv = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
    let key_length = derived.unwrap_or((bits as usize / 8).min(128));
    Cipher::checked(CipherKind::Rc2(bits), key_length, iv, algorithm)
}

/// CAST5-CBC's parameters: IV and key bits (RFC 2984), or the IV alone.
fn read_cast5(algorithm: &AlgorithmIdentifier<'_>, derived: Option<usize>) -> Result<Cipher, ContainerProblem> {
    if let Ok(iv) = iv_of(algorithm) {
        return Cipher::checked(CipherKind::Cast5, derived.unwrap_or(16), iv, algorithm);
    }
    let mut parts = algorithm.sequence()?.children();
    let iv = match parts.optional(universal::OCTET_STRING)? {
        Some(iv) => iv.octets()?.into_owned(),
        None => vec![0; 8],
    };
    let stated = parts.optional(universal::INTEGER)?.map(|bits| bits.unsigned()).transpose()?;
    let stated = stated.and_then(|bits| usize::try_from(bits / 8).ok());
    Cipher::checked(CipherKind::Cast5, derived.or(stated).unwrap_or(16), iv, algorithm)
}

/// GCMParameters (RFC 5084): the nonce, and the tag's length, 12 if absent.
fn read_gcm(algorithm: &AlgorithmIdentifier<'_>, key_length: usize) -> Result<Cipher, ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let nonce = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
    let tag = parts.optional(universal::INTEGER)?.map_or(Ok(12), |tag| tag.unsigned())?;
    let unusual = |what: &str| algorithm.unsupported(format!("AES-{}-GCM with {what}", key_length * 8));
    match (nonce.len(), tag) {
        (12, 12 | 16) => Cipher::checked(CipherKind::AesGcm { tag: tag as usize }, key_length, nonce, algorithm),
        (12, _) => Err(unusual(&format!("a tag of {tag} bytes"))),
        (length, _) => Err(unusual(&format!("a nonce of {length} bytes"))),
    }
}
