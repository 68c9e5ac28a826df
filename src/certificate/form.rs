//! Which field of a certificate a strict reader stumbles over.

use der::Decode;

use super::Certificate;
use crate::tlv::{Tlv, TlvError, TlvReader, universal};

/// A field of a certificate, RFC 5280 section 4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateField {
    /// serialNumber.
    SerialNumber,
    /// signatureAlgorithm, inside or outside.
    SignatureAlgorithm,
    /// issuer.
    Issuer,
    /// validity.
    Validity,
    /// subject.
    Subject,
    /// subjectPublicKeyInfo.
    SubjectPublicKey,
    /// extensions.
    Extensions,
    /// Anything else.
    Other,
}

impl CertificateField {
    /// Its code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            CertificateField::SerialNumber => "serial-number",
            CertificateField::SignatureAlgorithm => "signature-algorithm",
            CertificateField::Issuer => "issuer",
            CertificateField::Validity => "validity",
            CertificateField::Subject => "subject",
            CertificateField::SubjectPublicKey => "public-key",
            CertificateField::Extensions => "extensions",
            CertificateField::Other => "certificate",
        }
    }
}

impl Certificate {
    /// The first field with a form that DER or RFC 5280 does not allow: what a library that refuses
    /// the certificate refuses, as far as that can be told. None where nothing is wrong.
    pub fn field_at_fault(&self) -> Option<CertificateField> {
        let fields = fields(self.der()).ok()?;
        let odd = fields.iter().find(|(field, tlv)| is_odd(*field, tlv).unwrap_or(true)).map(|(field, _)| *field);
        odd.or_else(|| {
            let error = x509_cert::Certificate::from_der(self.der()).err()?;
            let at = u32::from(error.position()?) as usize;
            let around = fields.iter().find(|(_, tlv)| (tlv.offset..tlv.offset + tlv.raw.len()).contains(&at));
            Some(around.map_or(CertificateField::Other, |(field, _)| *field))
        })
    }
}

/// The fields in their order.
fn fields(der: &[u8]) -> Result<Vec<(CertificateField, Tlv<'_>)>, TlvError> {
    let mut tbs = TlvReader::new(der).sequence()?.children().sequence()?.children();
    tbs.optional_context(0)?;
    let mut all = Vec::new();
    for field in [
        CertificateField::SerialNumber,
        CertificateField::SignatureAlgorithm,
        CertificateField::Issuer,
        CertificateField::Validity,
        CertificateField::Subject,
        CertificateField::SubjectPublicKey,
    ] {
        all.push((field, tbs.read()?));
    }
    while !tbs.is_empty() {
        all.push((CertificateField::Extensions, tbs.read()?));
    }
    Ok(all)
}

fn is_odd(field: CertificateField, tlv: &Tlv) -> Result<bool, TlvError> {
    match field {
        CertificateField::SerialNumber => Ok(is_padded(tlv.content)),
        CertificateField::Issuer | CertificateField::Subject => has_odd_string(tlv),
        CertificateField::Validity => has_odd_time(tlv),
        _ => Ok(false),
    }
}

/// An INTEGER has no needless first byte (X.690 section 8.3.2).
fn is_padded(integer: &[u8]) -> bool {
    match integer {
        [] => true,
        [0, next, ..] => next & 0x80 == 0,
        [0xff, next, ..] => next & 0x80 != 0,
        _ => false,
    }
}

/// Times of RFC 5280 section 4.1.2.5: with seconds, in UTC, without fractions.
fn has_odd_time(validity: &Tlv) -> Result<bool, TlvError> {
    let mut times = validity.children();
    let mut odd = false;
    while !times.is_empty() {
        let time = times.read()?;
        let length = match time.tag.number {
            universal::UTC_TIME => 13,
            universal::GENERALIZED_TIME => 15,
            _ => return Ok(true),
        };
        let (digits, zone) = time.content.split_at(time.content.len().saturating_sub(1));
        odd |= time.content.len() != length || zone != b"Z" || !digits.iter().all(u8::is_ascii_digit);
    }
    Ok(odd)
}

/// Strings whose bytes are none of their type. A BMPString knows no surrogates: Windows writes them
/// for characters beyond the basic plane, as in 𠮷.
fn has_odd_string(name: &Tlv) -> Result<bool, TlvError> {
    let mut rdns = name.children();
    while !rdns.is_empty() {
        let mut attributes = rdns.read()?.children();
        while !attributes.is_empty() {
            let mut pair = attributes.sequence()?.children();
            pair.read()?;
            let value = pair.read()?;
            let odd = match value.tag.number {
                universal::BMP_STRING => {
                    let mut units = value.content.chunks(2);
                    units.any(|unit| unit.len() < 2 || (0xd8..=0xdf).contains(&unit[0]))
                }
                universal::UNIVERSAL_STRING => value.content.len() % 4 != 0,
                universal::UTF8_STRING => std::str::from_utf8(value.content).is_err(),
                _ => false,
            };
            if odd {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
