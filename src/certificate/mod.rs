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
mod profile;
mod serial;
mod x509;

pub use crl::{Crl, CrlEntry, CrlIndex, CrlNumber};
pub use form::CertificateField;
pub use key::{KeyFacts, KeyFault, KeyId, KeyKind};
pub use name::{Name, text_of_bytes};
pub use ocsp::{OcspAnswer, OcspCertificateId, OcspResponse, OcspStatus};
pub use profile::ProfileViolation;
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

/// Labels that programs print before a fingerprint or a serial number, in lower case: openssl,
/// certutil, keytool, the certificate dialogs of Windows.
const LABELS: [&str; 16] = [
    "sha256 fingerprint",
    "sha1 fingerprint",
    "cert hash(sha256)",
    "cert hash(sha1)",
    "certificate fingerprint",
    "fingerprint",
    "thumbprint algorithm",
    "thumbprint",
    "serial number",
    "serial",
    "フィンガープリント",
    "シリアル番号",
    "拇印",
    "sha-256",
    "sha-1",
    "sha256",
];

/// `text` without a label before `=` or `:`, and its closing bracket: `SHA1 Fingerprint=47:FF…`.
fn unlabelled(text: &str) -> &str {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || is_format(c));
    loop {
        let lower = rest.to_lowercase();
        // Lower case may be of another length only beyond ASCII and kana, which no label has.
        let label = LABELS.iter().copied().chain(["sha1"]).find(|label| lower.starts_with(label));
        let Some(after) = label.and_then(|label| rest.get(label.len()..)) else { return rest };
        let bracket = |c: char| matches!(c, '(' | ')' | '\u{ff08}' | '\u{ff09}');
        let after = after.trim_start_matches(|c: char| c.is_whitespace() || bracket(c));
        match after.strip_prefix(['=', ':', '\u{ff1a}', '\u{ff1d}']) {
            Some(value) => rest = value.trim_start(),
            // `拇印 47 FF`: a label may stand alone; its first letters may be digits too (`SHA-1 …`).
            None if after.len() < rest.len() && !after.is_empty() => rest = after,
            None => return rest,
        }
    }
}

/// Characters that show nothing and come along when one copies: U+200E before the thumbprint in older
/// dialogs of Windows, a byte-order mark, a zero-width space.
fn is_format(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Reads hexadecimal however people write it and programs print it: case, spaces, colons, hyphens,
/// full-width forms, invisible format characters and the usual labels do not matter. None where
/// something else is in it or a digit is missing.
///
/// ```
/// use shomei::certificate::parse_hex;
/// assert_eq!(parse_hex("47 ff:C5-4F").unwrap(), [0x47, 0xff, 0xc5, 0x4f]);
/// assert_eq!(parse_hex("sha1 Fingerprint=47:FF").unwrap(), [0x47, 0xff]);
/// assert_eq!(parse_hex("\u{200e}47 ff").unwrap(), [0x47, 0xff]);
/// assert_eq!(parse_hex("47 fg"), None);
/// ```
pub fn parse_hex(text: &str) -> Option<Vec<u8>> {
    let text = unlabelled(text);
    let mut digits = Vec::with_capacity(text.len());
    for c in text.chars() {
        // Full-width forms lie at a fixed distance from ASCII.
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0)?,
            _ => c,
        };
        match c.to_digit(16) {
            Some(digit) => digits.push(digit as u8),
            None if c.is_whitespace() || is_format(c) => {}
            None if matches!(c, ':' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') => {}
            None => return None,
        }
    }
    if digits.len() % 2 != 0 {
        return None;
    }
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}
