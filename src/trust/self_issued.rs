//! Self-issued certificates that another key signed: RFC 4210's link certificates, a CA's own
//! change of keys, an end entity that bears its CA's name.
//!
//! OpenSSL takes a certificate for self-signed if subject and issuer are the same and no key
//! identifier says otherwise, and then ends the path there (`X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT`)
//! without asking who signed. We have checked whose key verifies the signature, so the verifier
//! is given the certificate with an authority key identifier that rules itself out. Every other
//! field stays. The signature then covers other bytes than it was made for, so what the verifier
//! says of it is dropped; it has been checked on the certificate as it was issued.

use openssl::x509::{X509, X509Ref};

use super::openssl_ffi;
use crate::certificate::Certificate;
use crate::tlv::{TlvError, TlvReader, universal};

/// The OID of the authority key identifier, 2.5.29.35.
const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 0x23];

/// A certificate as the verifier reads it.
#[derive(Debug)]
pub(super) struct Parsed {
    /// As it was issued.
    pub x509: X509,
    /// As the verifier is to see it below another's key; only of a self-issued certificate.
    below_another: Option<X509>,
}

impl Parsed {
    /// The certificate, if OpenSSL can read it.
    pub(super) fn of(certificate: &Certificate) -> Option<Parsed> {
        let x509 = openssl_ffi::read(certificate.der())?;
        let rewritten = certificate.is_self_issued().then(|| rewritten(certificate).ok()).flatten();
        Some(Parsed { x509, below_another: rewritten.and_then(|der| openssl_ffi::read(&der)) })
    }

    /// The certificate for a path with others above it, and whether the verifier can check its
    /// signature there.
    pub(super) fn below_another(&self) -> (&X509Ref, bool) {
        match &self.below_another {
            Some(x509) => (x509, false),
            None => (&self.x509, true),
        }
    }
}

fn rewritten(certificate: &Certificate) -> Result<Vec<u8>, TlvError> {
    let mut outer = TlvReader::new(certificate.der()).sequence()?.children();
    let mut fields = outer.sequence()?.children();
    let mut tbs = Vec::new();
    let mut extensions = Vec::new();
    while !fields.is_empty() {
        let field = fields.read()?;
        if !field.tag.is_context(3) {
            tbs.extend(field.raw);
            continue;
        }
        let mut list = field.children().sequence()?.children();
        while !list.is_empty() {
            let extension = list.read()?;
            let oid = extension.children().universal(universal::OID)?;
            if oid.content != AUTHORITY_KEY_IDENTIFIER {
                extensions.extend(extension.raw);
            }
        }
    }
    // A serial number alone: it has to differ from the certificate's own, and a certificate
    // without a subject key identifier would match any key identifier.
    let other: u8 = if certificate.serial.bytes() == [1] { 2 } else { 1 };
    let identifier = element(0x30, &[0x82, 1, other]);
    let oid = element(6, AUTHORITY_KEY_IDENTIFIER);
    extensions.extend(element(0x30, &[oid, element(4, &identifier)].concat()));
    tbs.extend(element(0xa3, &element(0x30, &extensions)));
    Ok(element(0x30, &[&element(0x30, &tbs), outer.rest()].concat()))
}

/// A DER element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    match content.len() {
        short @ 0..=0x7f => out.push(short as u8),
        _ => {
            let digits = &length[length.iter().take_while(|byte| **byte == 0).count()..];
            out.push(0x80 | digits.len() as u8);
            out.extend(digits);
        }
    }
    out.extend(content);
    out
}
