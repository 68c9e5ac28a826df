//! Detecting what a file is by its content alone.

use super::pem::find;
use super::pkcs12::{DATA, SIGNED_DATA};
use crate::tlv::{TlvReader, dotted, universal};

/// The kinds of DER or BER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DerForm {
    Pfx,
    SignedData,
    Certificate,
    Crl,
    /// PKCS#8, PKCS#1, SEC 1 or OpenSSL's DSA form.
    Key,
    /// EncryptedPrivateKeyInfo.
    SealedKey,
}

/// A Java keystore by its magic number: JKS or JCEKS.
pub(super) fn is_java_keystore(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || bytes.starts_with(&[0xce, 0xce, 0xce, 0xce])
}

/// An NSS database: SQLite with NSS's tables (cert9.db, key4.db), or a hash file of Berkeley DB
/// 1.85 (cert8.db, key3.db), in either byte order.
pub(super) fn is_nss_database(bytes: &[u8]) -> bool {
    let has = |name: &[u8]| find(bytes, name).is_some();
    let hash = bytes.starts_with(&[0x00, 0x06, 0x15, 0x61]) || bytes.starts_with(&[0x61, 0x15, 0x06, 0x00]);
    hash || (is_sqlite(bytes) && (has(b"nssPublic") || has(b"nssPrivate")))
}

/// An SQLite database.
pub(super) fn is_sqlite(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// A database of XCA: SQLite with its tables.
pub(super) fn is_xca_database(bytes: &[u8]) -> bool {
    is_sqlite(bytes) && find(bytes, b"x509super").is_some() && find(bytes, b"private_keys").is_some()
}

/// A keystore of Bouncy Castle: version, the length of the salt (20), the salt, and a count of
/// iterations, all big-endian.
pub(super) fn is_bouncy_castle(bytes: &[u8]) -> bool {
    let has_head = matches!(bytes, [0, 0, 0, 0..=2, 0, 0, 0, 20, ..]);
    let count = bytes.get(28..32).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
    has_head && count.is_some_and(|count| (1..=1_000_000).contains(&count))
}

/// What DER or BER begins with; also where its end is missing.
pub(super) fn form_of(bytes: &[u8]) -> Option<DerForm> {
    let mut parts = TlvReader::new(inside(bytes)?);
    let first = parts.peek()?;
    if first.is_universal(universal::OID) {
        return (oid(&mut parts)? == SIGNED_DATA).then_some(DerForm::SignedData);
    }
    if first.is_universal(universal::INTEGER) {
        return numbered(parts);
    }
    signed_or_sealed(parts)
}

/// The content of the SEQUENCE that begins here, as far as it is there.
fn inside(bytes: &[u8]) -> Option<&[u8]> {
    match *bytes {
        [0x30, first, ..] if first > 0x80 && first <= 0x88 => bytes.get(2 + usize::from(first & 0x7f)..),
        [0x30, first, ..] if first <= 0x80 => bytes.get(2..),
        _ => None,
    }
}

fn oid(parts: &mut TlvReader<'_>) -> Option<String> {
    Some(dotted(parts.universal(universal::OID).ok()?.content))
}

/// What begins with a number: a PFX, or one of the forms of a private key.
fn numbered(mut parts: TlvReader<'_>) -> Option<DerForm> {
    let version = parts.read().ok()?;
    let next = parts.peek()?;
    if next.is_universal(universal::SEQUENCE) {
        let kind = oid(&mut TlvReader::new(inside(parts.rest())?))?;
        if kind == DATA || kind == SIGNED_DATA {
            return Some(DerForm::Pfx);
        }
        parts.read().ok()?;
        return parts.peek()?.is_universal(universal::OCTET_STRING).then_some(DerForm::Key);
    }
    if next.is_universal(universal::OCTET_STRING) {
        parts.read().ok()?;
        let curve_or_point = parts.peek()?;
        let is_sec1 = version.content == [1] && (curve_or_point.is_context(0) || curve_or_point.is_context(1));
        return is_sec1.then_some(DerForm::Key);
    }
    // PKCS#1 has nine numbers or more, OpenSSL's DSA form six.
    let mut numbers = 1;
    while parts.peek().is_some_and(|tag| tag.is_universal(universal::INTEGER)) && numbers < 9 {
        parts.read().ok()?;
        numbers += 1;
    }
    (numbers == 9 || (numbers == 6 && parts.is_empty())).then_some(DerForm::Key)
}

/// What begins with a SEQUENCE: something signed, or a key under encryption.
fn signed_or_sealed(mut parts: TlvReader<'_>) -> Option<DerForm> {
    let content = inside(parts.rest())?;
    let mut first = TlvReader::new(content);
    if first.peek()?.is_universal(universal::OID) {
        let scheme = oid(&mut first)?;
        parts.read().ok()?;
        let is_scheme = scheme.starts_with("1.2.840.113549.1.5.") || scheme.starts_with("1.2.840.113549.1.12.1.");
        return (is_scheme && parts.peek()?.is_universal(universal::OCTET_STRING)).then_some(DerForm::SealedKey);
    }
    signed(first)
}

/// A certificate has a validity after its issuer, a CRL a time.
fn signed(mut parts: TlvReader<'_>) -> Option<DerForm> {
    let is_certificate = parts.optional_context(0).ok()?.is_some();
    let serial = parts.optional(universal::INTEGER).ok()?;
    oid(&mut TlvReader::new(inside(parts.rest())?))?;
    if is_certificate && serial.is_some() {
        return Some(DerForm::Certificate);
    }
    parts.read().ok()?;
    parts.sequence().ok()?;
    match parts.peek()?.number {
        universal::SEQUENCE if serial.is_some() => Some(DerForm::Certificate),
        universal::UTC_TIME | universal::GENERALIZED_TIME => Some(DerForm::Crl),
        _ => None,
    }
}
