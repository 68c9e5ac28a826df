//! Certificate stores of Windows: serialized stores (.sst), which its dialogs and
//! `Export-Certificate -Type SST` write, and single certificates as the registry (`Blob` below
//! `SystemCertificates`) and the user profile keep them.
//!
//! Both are lists of elements: a property, the encoding (1), a length, the value. The certificate
//! is the last of its properties. A serialized store has a header before them and an end behind
//! (MS-GPEF 2.2.1.3.1 and the documentation of `CertSaveStore`).

use super::builder::{BagAttributes, ContainerBuilder};
use super::{ContainerProblem, Damage};

/// Version 0 and the letters CERT.
const HEADER: &[u8] = b"\0\0\0\0CERT";

/// CERT_FRIENDLY_NAME_PROP_ID, in UTF-16.
const FRIENDLY_NAME: u32 = 11;
/// CERT_KEY_PROV_INFO_PROP_ID: the name of the key in the computer's own store.
const KEY_PROVIDER: u32 = 2;
/// CERT_CERT_PROP_ID, CERT_CRL_PROP_ID, CERT_CTL_PROP_ID: the object itself.
const CERTIFICATE: u32 = 32;
const CRL: u32 = 33;
const TRUST_LIST: u32 = 34;

/// The largest property that Windows knows is some 130; of the own numbers from 0x8000 on nobody
/// makes use at the beginning of a file.
const PLAUSIBLE: u32 = 200;

/// Whether these bytes begin a serialized store.
pub(super) fn is_store(bytes: &[u8]) -> bool {
    bytes.starts_with(HEADER)
}

/// Whether these bytes are the elements of one certificate. All lengths must fit, since nothing
/// else tells.
pub(super) fn is_blob(bytes: &[u8]) -> bool {
    let (mut elements, mut found) = (Elements { bytes, at: 0 }, false);
    let plausible = |bytes: &[u8]| elements_begin(bytes);
    if !plausible(bytes) {
        return false;
    }
    while let Some(Ok(element)) = elements.next() {
        found |= element.property == CERTIFICATE && element.value.first() == Some(&0x30);
    }
    found && elements.at == bytes.len()
}

fn elements_begin(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<12>() else { return false };
    let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    (1..=PLAUSIBLE).contains(&number(0)) && number(4) == 1 && (number(8) as usize) <= bytes.len() - 12
}

/// Reads a serialized store, or the elements of one certificate.
pub(super) fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8]) {
    let start = if is_store(bytes) { HEADER.len() } else { 0 };
    let read = elements(session, Elements { bytes, at: start });
    session.ok_or_note(read);
}

fn elements(session: &mut ContainerBuilder<'_>, elements: Elements<'_>) -> Result<(), ContainerProblem> {
    let mut attributes = BagAttributes::default();
    for element in elements {
        let element = element?;
        session.work.bag()?;
        match element.property {
            FRIENDLY_NAME => attributes.friendly_name = Some(utf16_text(element.value)),
            KEY_PROVIDER => {}
            CERTIFICATE => {
                let added = session.certificate(element.value, element.offset, std::mem::take(&mut attributes));
                session.ok_or_note(added);
            }
            CRL => {
                let added = session.crl(element.value, element.offset);
                session.ok_or_note(added);
            }
            TRUST_LIST => attributes = BagAttributes::default(),
            _ => {}
        }
    }
    Ok(())
}

struct Element<'a> {
    property: u32,
    value: &'a [u8],
    offset: usize,
}

struct Elements<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Result<Element<'a>, ContainerProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.bytes[self.at..];
        // The end of a store: eight zeros or twelve.
        if rest.iter().all(|b| *b == 0) {
            self.at = self.bytes.len();
            return None;
        }
        let number = |at: usize| {
            let bytes = rest.get(at..at + 4)?;
            Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
        };
        let read = || {
            let (property, length) = (number(0)?, number(8)?);
            Some((property, rest.get(12..12 + length as usize)?))
        };
        let Some((property, value)) = read() else {
            let problem = ContainerProblem::Damaged { offset: self.bytes.len(), what: Damage::Truncated };
            self.at = self.bytes.len();
            return Some(Err(problem));
        };
        let offset = self.at + 12;
        self.at = offset + value.len();
        Some(Ok(Element { property, value, offset }))
    }
}

fn utf16_text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.trim_end_matches('\0').to_string()
}

/// Whether a text is an export of the registry.
pub(super) fn is_registry_export(text: &[u8]) -> bool {
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    start.starts_with(b"Windows Registry Editor") || start.starts_with(b"REGEDIT4")
}

/// Reads the certificates in an export of the registry: values named `Blob`, in hexadecimal over
/// several lines. Whether there was one.
pub(super) fn read_registry(session: &mut ContainerBuilder<'_>, text: &[u8]) -> bool {
    const NAME: &[u8] = b"\"Blob\"=hex:";
    let (mut rest, mut found) = (text, false);
    while let Some(at) = super::pem::find(rest, NAME) {
        rest = &rest[at + NAME.len()..];
        let mut digits = Vec::new();
        let mut used = 0;
        for (i, b) in rest.iter().enumerate() {
            used = i + 1;
            match b {
                b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => digits.push(*b),
                // A line that goes on ends with a backslash.
                b',' | b'\\' | b' ' | b'\t' | b'\r' => {}
                b'\n' if rest[..i].trim_ascii_end().ends_with(b"\\") => {}
                _ => break,
            }
        }
        rest = &rest[used..];
        let digit = |b: u8| (b as char).to_digit(16).unwrap_or(0) as u8;
        let blob: Vec<u8> = digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
        if is_blob(&blob) {
            found = true;
            read(session, &blob);
        }
    }
    found
}
