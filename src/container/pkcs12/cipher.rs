//! Ciphers: which, with what parameters, and decryption with a key.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{AesGcm, TagSize};
use cipher::consts::{U12, U16};
use cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockSizeUser, InnerIvInit, KeyInit, StreamCipher,
};
use zeroize::Zeroizing;

use super::super::Problem;
use super::algorithm::{Algorithm, name_of};
use crate::tlv::universal;

/// A cipher with everything but its key.
pub struct Cipher {
    kind: Kind,
    /// Bytes of the key.
    pub key_length: usize,
    iv: Vec<u8>,
}

/// Which cipher.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
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
const CIPHERS: &[(&str, Kind, usize)] = &[
    ("2.16.840.1.101.3.4.1.2", Kind::Aes, 16),
    ("2.16.840.1.101.3.4.1.22", Kind::Aes, 24),
    ("2.16.840.1.101.3.4.1.42", Kind::Aes, 32),
    ("2.16.840.1.101.3.4.1.6", Kind::AesGcm { tag: 16 }, 16),
    ("2.16.840.1.101.3.4.1.26", Kind::AesGcm { tag: 16 }, 24),
    ("2.16.840.1.101.3.4.1.46", Kind::AesGcm { tag: 16 }, 32),
    ("1.2.392.200011.61.1.1.1.2", Kind::Camellia, 16),
    ("1.2.392.200011.61.1.1.1.3", Kind::Camellia, 24),
    ("1.2.392.200011.61.1.1.1.4", Kind::Camellia, 32),
    ("1.2.410.200046.1.1.2", Kind::Aria, 16),
    ("1.2.410.200046.1.1.7", Kind::Aria, 24),
    ("1.2.410.200046.1.1.12", Kind::Aria, 32),
    ("1.2.156.10197.1.104.2", Kind::Sm4, 16),
    ("1.3.14.3.2.7", Kind::Des, 8),
    ("1.2.840.113549.3.7", Kind::TripleDes, 24),
    ("1.2.840.113549.3.2", Kind::Rc2(32), 4),
    ("1.2.840.113549.3.4", Kind::Rc4, 16),
    ("1.2.840.113533.7.66.10", Kind::Cast5, 16),
    ("1.3.6.1.4.1.3029.1.2", Kind::Blowfish, 16),
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
    pub fn without_iv(kind: Kind, key_length: usize) -> Cipher {
        Cipher { kind, key_length, iv: Vec::new() }
    }

    /// The same with an IV.
    pub fn with_iv(&self, iv: &[u8]) -> Cipher {
        Cipher { kind: self.kind, key_length: self.key_length, iv: iv.to_vec() }
    }

    /// Reads the encryptionScheme of PBES2. `derived` is the key length that the derivation
    /// states. Where it is longer than the identifier's, it counts: NSS writes AES-128 and
    /// Camellia-128 with keys of 32 bytes and means 256 bits.
    pub fn read(algorithm: &Algorithm<'_>, derived: Option<usize>) -> Result<Cipher, Problem> {
        let Some((_, kind, natural)) = CIPHERS.iter().find(|(oid, _, _)| *oid == algorithm.oid) else {
            return Err(algorithm.unsupported(name_of(&algorithm.oid, OTHERS)));
        };
        let (kind, natural) = (*kind, *natural);
        let longer = derived.unwrap_or(natural).max(natural);
        match kind {
            Kind::Rc2(_) => read_rc2(algorithm, derived),
            Kind::Cast5 => read_cast5(algorithm, derived),
            Kind::AesGcm { .. } => read_gcm(algorithm, longer),
            Kind::Rc4 => Cipher::checked(kind, derived.unwrap_or(natural), Vec::new(), algorithm),
            Kind::Blowfish => Cipher::checked(kind, derived.unwrap_or(natural), iv_of(algorithm)?, algorithm),
            Kind::Des | Kind::TripleDes | Kind::Sm4 => Cipher::checked(kind, natural, iv_of(algorithm)?, algorithm),
            Kind::Aes | Kind::Camellia | Kind::Aria => Cipher::checked(kind, longer, iv_of(algorithm)?, algorithm),
        }
    }

    /// A cipher, if key and IV have lengths that it takes.
    fn checked(kind: Kind, key_length: usize, iv: Vec<u8>, algorithm: &Algorithm<'_>) -> Result<Cipher, Problem> {
        let cipher = Cipher { kind, key_length, iv };
        let key_fits = match kind {
            Kind::Des => key_length == 8,
            Kind::TripleDes => key_length == 16 || key_length == 24,
            Kind::Rc2(bits) => (1..=128).contains(&key_length) && (1..=1024).contains(&bits),
            Kind::Rc4 => true,
            Kind::Aes | Kind::AesGcm { .. } | Kind::Camellia | Kind::Aria => matches!(key_length, 16 | 24 | 32),
            Kind::Blowfish => (4..=56).contains(&key_length),
            Kind::Cast5 => (5..=16).contains(&key_length),
            Kind::Sm4 => key_length == 16,
        };
        if key_fits && cipher.iv.len() == cipher.iv_length() { Ok(cipher) } else { Err(algorithm.damaged()) }
    }

    /// As [`super::super::Protection::cipher`] has it.
    pub fn name(&self) -> String {
        let bits = self.key_length * 8;
        match self.kind {
            Kind::Des => "DES-CBC".into(),
            Kind::TripleDes if self.key_length == 16 => "3DES-2KEY-CBC".into(),
            Kind::TripleDes => "3DES-CBC".into(),
            Kind::Rc2(effective) => format!("RC2-{effective}-CBC"),
            Kind::Rc4 => format!("RC4-{bits}"),
            Kind::Aes => format!("AES-{bits}-CBC"),
            Kind::AesGcm { .. } => format!("AES-{bits}-GCM"),
            Kind::Camellia => format!("CAMELLIA-{bits}-CBC"),
            Kind::Aria => format!("ARIA-{bits}-CBC"),
            Kind::Blowfish => format!("BLOWFISH-{bits}-CBC"),
            Kind::Cast5 => format!("CAST5-{bits}-CBC"),
            Kind::Sm4 => "SM4-CBC".into(),
        }
    }

    /// Bytes of a block; 1 for what knows no padding.
    pub fn block(&self) -> usize {
        match self.kind {
            Kind::Rc4 | Kind::AesGcm { .. } => 1,
            Kind::Aes | Kind::Camellia | Kind::Aria | Kind::Sm4 => 16,
            Kind::Des | Kind::TripleDes | Kind::Rc2(_) | Kind::Blowfish | Kind::Cast5 => 8,
        }
    }

    /// Bytes of the IV.
    pub fn iv_length(&self) -> usize {
        match self.kind {
            Kind::Rc4 => 0,
            Kind::AesGcm { .. } => 12,
            _ => self.block(),
        }
    }

    /// Whether so many bytes can be the result of encryption.
    pub fn takes(&self, length: usize) -> bool {
        match self.kind {
            Kind::Rc4 => length > 0,
            Kind::AesGcm { tag } => length > tag,
            _ => length > 0 && length.is_multiple_of(self.block()),
        }
    }

    /// Decrypts; padding is left in place. None where key or data have not the right length, or
    /// the tag of GCM says no.
    pub fn decrypt(&self, key: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(data.to_vec());
        let (iv, bytes) = (self.iv.as_slice(), buffer.as_mut_slice());
        match (self.kind, self.key_length) {
            (Kind::Des, _) => cbc_with::<des::Des>(key, iv, bytes),
            (Kind::TripleDes, 16) => cbc_with::<des::TdesEde2>(key, iv, bytes),
            (Kind::TripleDes, _) => cbc_with::<des::TdesEde3>(key, iv, bytes),
            (Kind::Rc2(bits), _) => cbc(rc2::Rc2::new_with_eff_key_len(key, bits as usize), iv, bytes),
            (Kind::Rc4, _) => rc4::Rc4::new_from_slice(key).ok()?.try_apply_keystream(bytes).ok(),
            (Kind::Aes, 16) => cbc_with::<aes::Aes128>(key, iv, bytes),
            (Kind::Aes, 24) => cbc_with::<aes::Aes192>(key, iv, bytes),
            (Kind::Aes, _) => cbc_with::<aes::Aes256>(key, iv, bytes),
            (Kind::Camellia, 16) => cbc_with::<camellia::Camellia128>(key, iv, bytes),
            (Kind::Camellia, 24) => cbc_with::<camellia::Camellia192>(key, iv, bytes),
            (Kind::Camellia, _) => cbc_with::<camellia::Camellia256>(key, iv, bytes),
            (Kind::Aria, 16) => cbc_with::<aria::Aria128>(key, iv, bytes),
            (Kind::Aria, 24) => cbc_with::<aria::Aria192>(key, iv, bytes),
            (Kind::Aria, _) => cbc_with::<aria::Aria256>(key, iv, bytes),
            (Kind::Blowfish, _) => cbc_with::<blowfish::Blowfish>(key, iv, bytes),
            (Kind::Cast5, _) => cbc_with::<cast5::Cast5>(key, iv, bytes),
            (Kind::Sm4, _) => cbc_with::<sm4::Sm4>(key, iv, bytes),
            (Kind::AesGcm { tag }, _) => self.gcm(key, bytes, tag),
        }?;
        if let Kind::AesGcm { tag } = self.kind {
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
fn iv_of(algorithm: &Algorithm<'_>) -> Result<Vec<u8>, Problem> {
    match algorithm.parameters {
        Some(iv) if iv.tag.is_universal(universal::OCTET_STRING) => Ok(iv.octets()?.into_owned()),
        _ => Err(algorithm.damaged()),
    }
}

/// RC2-CBC-Parameter (RFC 8018 appendix B.2.3): the IV, or version and IV. The version stands
/// for the effective key bits, with RFC 2268's code for those below 256; some write the bits
/// themselves, and 56 is an old mistake for 58.
fn read_rc2(algorithm: &Algorithm<'_>, derived: Option<usize>) -> Result<Cipher, Problem> {
    if let Ok(iv) = iv_of(algorithm) {
        return Cipher::checked(Kind::Rc2(32), derived.unwrap_or(4), iv, algorithm);
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
    Cipher::checked(Kind::Rc2(bits), key_length, iv, algorithm)
}

/// CAST5-CBC's parameters: IV and key bits (RFC 2984), or the IV alone.
fn read_cast5(algorithm: &Algorithm<'_>, derived: Option<usize>) -> Result<Cipher, Problem> {
    if let Ok(iv) = iv_of(algorithm) {
        return Cipher::checked(Kind::Cast5, derived.unwrap_or(16), iv, algorithm);
    }
    let mut parts = algorithm.sequence()?.children();
    let iv = match parts.optional(universal::OCTET_STRING)? {
        Some(iv) => iv.octets()?.into_owned(),
        None => vec![0; 8],
    };
    let stated = parts.optional(universal::INTEGER)?.map(|bits| bits.unsigned()).transpose()?;
    let stated = stated.and_then(|bits| usize::try_from(bits / 8).ok());
    Cipher::checked(Kind::Cast5, derived.or(stated).unwrap_or(16), iv, algorithm)
}

/// GCMParameters (RFC 5084): the nonce, and the tag's length, 12 if absent.
fn read_gcm(algorithm: &Algorithm<'_>, key_length: usize) -> Result<Cipher, Problem> {
    let mut parts = algorithm.sequence()?.children();
    let nonce = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
    let tag = parts.optional(universal::INTEGER)?.map_or(Ok(12), |tag| tag.unsigned())?;
    let unusual = |what: &str| algorithm.unsupported(format!("AES-{}-GCM with {what}", key_length * 8));
    match (nonce.len(), tag) {
        (12, 12 | 16) => Cipher::checked(Kind::AesGcm { tag: tag as usize }, key_length, nonce, algorithm),
        (12, _) => Err(unusual(&format!("a tag of {tag} bytes"))),
        (length, _) => Err(unusual(&format!("a nonce of {length} bytes"))),
    }
}
