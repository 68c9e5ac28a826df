//! Writing a PKCS#12 (RFC 7292) and PEM (RFC 7468) with one private key and its certificates.
//!
//! Encryption and salts are OpenSSL's, key derivations those of the reader. What is written is one
//! encrypted part with the certificates and one with the key in a bag of its own, as OpenSSL, NSS and
//! Windows write it; a reader that is strict about DER finds nothing to complain of.

use openssl::error::ErrorStack;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, encrypt};
use zeroize::Zeroizing;

use super::super::PasswordCandidate;
use super::hash::{HashAlgorithm, Pkcs12Derivation};
use super::{DATA, ENCRYPTED_DATA};
use crate::tlv::der::{bmp_string, context, element, integer, null, octets, oid, sequence, set_of};

/// How a file is protected, by who is to open it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteProfile {
    /// AES-256 with PBKDF2-HMAC-SHA256, MAC with SHA-256: OpenSSL 3, Windows 10 from 1709, Java 8u301.
    Modern,
    /// 3DES with SHA-1, MAC with SHA-1: what older programs can open at all.
    Legacy,
    /// As modern, with PBMAC1 (RFC 9579), which few programs read yet.
    Pbmac1,
}

/// Iterations of PBKDF2 and of the MAC. A password that people type is tried by whoever has the file;
/// a hundred thousand take the owner a tenth of a second. Java refuses more than five million.
const ITERATIONS: u64 = 100_000;

/// Iterations for old programs: what OpenSSL has written since 1999, and all of them read.
const LEGACY_ITERATIONS: u64 = 2048;

const SALT: usize = 16;

/// A certificate to be written.
#[derive(Clone, Debug)]
pub struct WrittenCertificate<'a> {
    /// Its DER.
    pub der: &'a [u8],
    /// The friendlyName.
    pub friendly_name: Option<&'a str>,
    /// The localKeyID.
    pub local_key_id: Option<&'a [u8]>,
}

/// The content of a file to be written: a private key, its certificate first, then others.
#[derive(Debug)]
pub struct WrittenContent<'a> {
    /// The private key in PKCS#8.
    pub key: &'a [u8],
    /// The certificates; the first is the key's.
    pub certificates: Vec<WrittenCertificate<'a>>,
}

/// A password in the forms that derivations take.
struct Secret {
    narrow: Zeroizing<Vec<u8>>,
    wide: Zeroizing<Vec<u8>>,
}

impl Secret {
    fn new(password: &str) -> Secret {
        let units = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes);
        Secret { narrow: Zeroizing::new(password.as_bytes().to_vec()), wide: Zeroizing::new(units.collect()) }
    }
}

/// Writes a PKCS#12. None where the password is no text in UTF-8.
pub fn write_pkcs12(
    content: &WrittenContent<'_>,
    profile: WriteProfile,
    password: &PasswordCandidate,
) -> Option<Result<Zeroizing<Vec<u8>>, ErrorStack>> {
    let secret = Secret::new(password.text()?);
    Some(pfx(content, profile, &secret))
}

fn pfx(content: &WrittenContent<'_>, profile: WriteProfile, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let bags: Vec<Vec<u8>> = content.certificates.iter().map(certificate_bag).collect();
    let bags: Vec<&[u8]> = bags.iter().map(Vec::as_slice).collect();
    let (algorithm, sealed) = seal(&sequence(&bags), profile, secret)?;
    let sealed = sequence(&[&oid(DATA), &algorithm, &element(0x80, &sealed)]);
    let sealed = sequence(&[&integer(0), &sealed]);
    let certificates = sequence(&[&oid(ENCRYPTED_DATA), &context(0, &sealed)]);
    let key = sequence(&[&key_bag(content, profile, secret)?]);
    let key = sequence(&[&oid(DATA), &context(0, &octets(&key))]);
    let safe = sequence(&[&certificates, &key]);
    let mac = mac(&safe, profile, secret)?;
    let content = sequence(&[&oid(DATA), &context(0, &octets(&safe))]);
    Ok(Zeroizing::new(sequence(&[&integer(3), &content, &mac])))
}

fn certificate_bag(certificate: &WrittenCertificate<'_>) -> Vec<u8> {
    let value = sequence(&[&oid("1.2.840.113549.1.9.22.1"), &context(0, &octets(certificate.der))]);
    bag("1.2.840.113549.1.12.10.1.3", &value, certificate)
}

fn key_bag(content: &WrittenContent<'_>, profile: WriteProfile, secret: &Secret) -> Result<Vec<u8>, ErrorStack> {
    let info = encrypted_key(content.key, profile, secret)?;
    let own = content.certificates.first().cloned();
    let own = own.unwrap_or(WrittenCertificate { der: &[], friendly_name: None, local_key_id: None });
    Ok(bag("1.2.840.113549.1.12.10.1.2", &info, &own))
}

/// EncryptedPrivateKeyInfo.
fn encrypted_key(key: &[u8], profile: WriteProfile, secret: &Secret) -> Result<Vec<u8>, ErrorStack> {
    let (algorithm, sealed) = seal(key, profile, secret)?;
    Ok(sequence(&[&algorithm, &octets(&sealed)]))
}

/// A SafeBag with the attributes of a certificate.
fn bag(kind: &str, value: &[u8], of: &WrittenCertificate<'_>) -> Vec<u8> {
    let attribute = |kind: &str, value: Vec<u8>| sequence(&[&oid(kind), &element(0x31, &value)]);
    let name = of.friendly_name.map(|name| attribute("1.2.840.113549.1.9.20", bmp_string(name)));
    let link = of.local_key_id.map(|id| attribute("1.2.840.113549.1.9.21", octets(id)));
    let attributes: Vec<Vec<u8>> = name.into_iter().chain(link).collect();
    let mut parts = [oid(kind), context(0, value)].concat();
    if !attributes.is_empty() {
        parts.extend(set_of(attributes));
    }
    element(0x30, &parts)
}

/// Encrypts: the AlgorithmIdentifier, and the cipher text.
fn seal(plain: &[u8], profile: WriteProfile, secret: &Secret) -> Result<(Vec<u8>, Vec<u8>), ErrorStack> {
    let salt = random::<SALT>()?;
    if profile == WriteProfile::Legacy {
        let salt = &salt[..8];
        let derive = |purpose, out: &mut [u8]| {
            let inputs = Pkcs12Derivation { purpose, password: &secret.wide, salt, iterations: LEGACY_ITERATIONS };
            HashAlgorithm::named("SHA1").pkcs12(inputs, out);
        };
        let (mut key, mut iv) = (Zeroizing::new([0; 24]), [0; 8]);
        derive(1, &mut key[..]);
        derive(2, &mut iv);
        let parameters = sequence(&[&octets(salt), &integer(LEGACY_ITERATIONS)]);
        // pbeWithSHAAnd3-KeyTripleDES-CBC
        let algorithm = sequence(&[&oid("1.2.840.113549.1.12.1.3"), &parameters]);
        return Ok((algorithm, encrypt(Cipher::des_ede3_cbc(), &key[..], Some(&iv), plain)?));
    }
    let iv = random::<16>()?;
    let mut key = Zeroizing::new([0; 32]);
    HashAlgorithm::named("SHA256").pbkdf2(&secret.narrow, &salt, ITERATIONS as u32, &mut key[..]);
    let cipher = sequence(&[&oid("2.16.840.1.101.3.4.1.42"), &octets(&iv)]);
    let parameters = sequence(&[&pbkdf2(&salt, None), &cipher]);
    let algorithm = sequence(&[&oid("1.2.840.113549.1.5.13"), &parameters]);
    Ok((algorithm, encrypt(Cipher::aes_256_cbc(), &key[..], Some(&iv), plain)?))
}

/// PBKDF2 with HMAC-SHA256 as an AlgorithmIdentifier; RFC 9579 section 5 wants the length with a MAC.
fn pbkdf2(salt: &[u8], length: Option<u64>) -> Vec<u8> {
    let length = length.map(integer).unwrap_or_default();
    let parameters = sequence(&[&octets(salt), &integer(ITERATIONS), &length, &hmac_sha256()]);
    sequence(&[&oid("1.2.840.113549.1.5.12"), &parameters])
}

fn hmac_sha256() -> Vec<u8> {
    sequence(&[&oid("1.2.840.113549.2.9"), &null()])
}

/// MacData over the AuthenticatedSafe.
fn mac(safe: &[u8], profile: WriteProfile, secret: &Secret) -> Result<Vec<u8>, ErrorStack> {
    let salt = random::<SALT>()?;
    if profile == WriteProfile::Pbmac1 {
        let sha256 = HashAlgorithm::named("SHA256");
        let mut key = Zeroizing::new([0; 32]);
        sha256.pbkdf2(&secret.narrow, &salt, ITERATIONS as u32, &mut key[..]);
        let parameters = sequence(&[&pbkdf2(&salt, Some(32)), &hmac_sha256()]);
        let algorithm = sequence(&[&oid("1.2.840.113549.1.5.14"), &parameters]);
        let digest = sequence(&[&algorithm, &octets(&sha256.hmac(&key[..], safe))]);
        // RFC 9579 section 4: the salt and the iterations beside are not used.
        return Ok(sequence(&[&digest, &octets(b"NOT USED"), &integer(1)]));
    }
    let (hash, digest, iterations) = match profile {
        WriteProfile::Legacy => ("SHA1", "1.3.14.3.2.26", LEGACY_ITERATIONS),
        _ => ("SHA256", "2.16.840.1.101.3.4.2.1", ITERATIONS),
    };
    let hash = HashAlgorithm::named(hash);
    let mut key = Zeroizing::new(vec![0; hash.size]);
    hash.pkcs12(Pkcs12Derivation { purpose: 3, password: &secret.wide, salt: &salt, iterations }, &mut key);
    let digest = sequence(&[&sequence(&[&oid(digest), &null()]), &octets(&hash.hmac(&key, safe))]);
    Ok(sequence(&[&digest, &octets(&salt), &integer(iterations)]))
}

fn random<const N: usize>() -> Result<[u8; N], ErrorStack> {
    let mut bytes = [0; N];
    rand_bytes(&mut bytes)?;
    Ok(bytes)
}

/// Writes PEM: the encrypted key, then the certificates. None where the password is no text in UTF-8.
pub fn write_pem(
    content: &WrittenContent<'_>,
    password: &PasswordCandidate,
) -> Option<Result<Zeroizing<Vec<u8>>, ErrorStack>> {
    let secret = Secret::new(password.text()?);
    let written = encrypted_key(content.key, WriteProfile::Modern, &secret).map(|key| {
        let mut out = Zeroizing::new(Vec::new());
        block(&mut out, "ENCRYPTED PRIVATE KEY", &key);
        content.certificates.iter().for_each(|one| block(&mut out, "CERTIFICATE", one.der));
        out
    });
    Some(written)
}

fn block(out: &mut Vec<u8>, label: &str, der: &[u8]) {
    use base64::Engine;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in text.as_bytes().chunks(64) {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}
