//! X.509 certificates and CRLs: parsed once, asked many times.
//!
//! A [`Certificate`] keeps its DER byte for byte and answers from it. Reading is tolerant: what
//! the strict decoder (x509-cert) refuses is read as far as it goes and named by
//! [`Certificate::malformed`], never dropped. Names, serial numbers and fingerprints have the
//! forms of RFC 4514, RFC 5280 and the operator's FAQ.
//! Absent here: no trust, no judgement, no language, no clock.

mod crl;
mod form;
mod key;
mod name;
mod ocsp;
mod serial;
mod x509;

pub use crl::{Crl, CrlEntry, CrlIndex, CrlNumber};
pub use form::CertificateField;
pub use key::{KeyFacts, KeyFault, KeyId, KeyKind};
pub use name::{Name, text_of_bytes};
pub use ocsp::{OcspAnswer, OcspCertificateId, OcspResponse, OcspStatus};
pub use serial::Serial;
pub use x509::{BasicConstraints, Certificate, CertificateRole, EncodingFault};

/// Lower-case hexadecimal without separators, as JSON has it.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble & 15)]);
    let mut out = String::with_capacity(bytes.len() * 2);
    out.extend(bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]));
    out
}

/// Upper-case hexadecimal in pairs, `47 FF C5`, as the FAQ prints fingerprints.
pub fn spaced_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(" ")
}

/// Reads hexadecimal however people write it: case, spaces, colons, hyphens and full-width
/// forms do not matter. None where something else is in it or a digit is missing.
///
/// ```
/// assert_eq!(shomei::certificate::parse_hex("47 ff:C5-4F").unwrap(), [0x47, 0xff, 0xc5, 0x4f]);
/// ```
pub fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let mut digits = Vec::with_capacity(text.len());
    for c in text.chars() {
        // Full-width forms lie at a fixed distance from ASCII.
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
            _ => c,
        };
        match c.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if c.is_whitespace() => {}
            None if matches!(c, ':' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') => {}
            None => return None,
        }
    }
    if digits.len() % 2 != 0 {
        return None;
    }
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
