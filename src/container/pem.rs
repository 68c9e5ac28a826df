//! PEM (RFC 7468 and what came before): blocks of Base64 between lines that name them, with
//! any text around.

use std::borrow::Cow;

use super::base64;
use super::{ContainerProblem, Damage, Protection};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// The longest name of a block; those in use have less than half of it.
const LONGEST_LABEL: usize = 64;

/// One block.
pub(super) struct PemBlock<'a> {
    /// The label after BEGIN.
    pub label: &'a str,
    /// The offset of its BEGIN line.
    pub offset: usize,
    body: &'a [u8],
    body_offset: usize,
    ended: bool,
}

/// Text as bytes, one for each character: UTF-16 with a byte-order mark, as Windows' editors
/// save it, becomes narrow.
pub(super) struct PemText<'a> {
    pub bytes: Cow<'a, [u8]>,
    wide: bool,
}

impl<'a> PemText<'a> {
    pub fn of(bytes: &'a [u8]) -> PemText<'a> {
        let unit: fn([u8; 2]) -> u16 = match bytes {
            [0xff, 0xfe, ..] | [b'-', 0, b'-', 0, ..] => u16::from_le_bytes,
            [0xfe, 0xff, ..] | [0, b'-', 0, b'-', ..] => u16::from_be_bytes,
            _ => return PemText { bytes: Cow::Borrowed(bytes), wide: false },
        };
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        // Nothing beyond ASCII has a meaning in PEM.
        let narrow = units.map(|unit| u8::try_from(unit).unwrap_or(b'?')).collect();
        PemText { bytes: Cow::Owned(narrow), wide: true }
    }

    /// The offset in the file of the character `at`.
    pub fn place(&self, at: usize) -> usize {
        if self.wide { at * 2 } else { at }
    }
}

/// The blocks in a text, in their order.
pub(super) fn blocks(text: &[u8]) -> impl Iterator<Item = PemBlock<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (block, next) = next_block(text, at)?;
        at = next;
        Some(block)
    })
}

fn next_block(text: &[u8], from: usize) -> Option<(PemBlock<'_>, usize)> {
    let mut at = from;
    loop {
        let offset = at + find(&text[at..], BEGIN)?;
        let after = offset + BEGIN.len();
        let Some(label) = label(&text[after..]) else {
            at = after;
            continue;
        };
        let body_offset = after + label.len() + DASHES.len();
        let rest = &text[body_offset..];
        let length = find(rest, DASHES).unwrap_or(rest.len());
        let ended = rest[length..].starts_with(END);
        let body = &rest[..length];
        let next = body_offset + length + if ended { END.len() } else { 0 };
        return Some((PemBlock { label, offset, body, body_offset, ended }, next));
    }
}

/// A name in capitals up to the closing dashes.
fn label(text: &[u8]) -> Option<&str> {
    let length = find(&text[..text.len().min(LONGEST_LABEL + DASHES.len())], DASHES)?;
    let fits = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b" #.-_/".contains(b);
    std::str::from_utf8(&text[..length]).ok().filter(|label| label.bytes().all(|b| fits(&b)))
}

/// Where `what`, which is not empty, begins in `text`.
pub(super) fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += text[at..].iter().position(|b| *b == what[0])?;
        if text[at..].starts_with(what) {
            return Some(at);
        }
        at += 1;
    }
}

impl PemBlock<'_> {
    /// Whether its headers say that it is encrypted (RFC 1421).
    pub fn is_encrypted(&self) -> bool {
        find(self.body, b"Proc-Type: 4,ENCRYPTED").is_some()
    }

    /// How its headers say that it is encrypted: RFC 1421's DEK-Info names the cipher, and
    /// OpenSSL derives the key with one round of MD5.
    pub fn protection(&self) -> Protection {
        const INFO: &[u8] = b"DEK-Info: ";
        let named = find(self.body, INFO).map(|at| &self.body[at + INFO.len()..]);
        let name = named.and_then(|rest| rest.split(|b| !b.is_ascii_alphanumeric() && *b != b'-').next());
        let cipher = String::from_utf8_lossy(name.unwrap_or_default()).replace("DES-EDE3-", "3DES-");
        Protection { scheme: "RFC1421".into(), kdf: "PBKDF1-MD5".into(), cipher, iterations: 1 }
    }

    /// The bytes that it encodes.
    pub fn decode(&self, text: &PemText<'_>) -> Result<Vec<u8>, ContainerProblem> {
        let damaged = |at: usize, what| ContainerProblem::Damaged { offset: text.place(at), what };
        if !self.ended {
            return Err(damaged(self.offset, Damage::PemEnd));
        }
        base64::decode(self.body).map_err(|at| damaged(self.body_offset + at, Damage::Base64))
    }
}
