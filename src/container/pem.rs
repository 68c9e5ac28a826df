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

/// Text as bytes, one for each character: UTF-16, as Windows' editors and the `>` of PowerShell
/// write it, becomes narrow, and so does UTF-32; with a byte-order mark or without.
pub(super) struct PemText<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// Bytes of a character in the file.
    unit: usize,
}

/// As many characters tell whether a text without a byte-order mark is wide.
const WIDE_SAMPLE: usize = 32;

/// Bytes of a character, and the place of its low byte; one byte where the text is not wide.
fn unit_of(bytes: &[u8]) -> (usize, usize) {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => return (4, 0),
        [0, 0, 0xfe, 0xff, ..] => return (4, 3),
        [0xff, 0xfe, ..] => return (2, 0),
        [0xfe, 0xff, ..] => return (2, 1),
        _ => {}
    }
    let is_wide = |(unit, low): &(usize, usize)| {
        let mut characters = bytes.chunks_exact(*unit).take(WIDE_SAMPLE);
        let ascii =
            |c: &[u8]| c.iter().enumerate().all(|(i, b)| if i == *low { matches!(b, 9..=0x7e) } else { *b == 0 });
        bytes.len() >= unit * 8 && characters.all(ascii)
    };
    [(4, 0), (4, 3), (2, 0), (2, 1)].into_iter().find(is_wide).unwrap_or((1, 0))
}

impl<'a> PemText<'a> {
    pub fn of(bytes: &'a [u8]) -> PemText<'a> {
        let (unit, low) = unit_of(bytes);
        if unit == 1 {
            return PemText { bytes: Cow::Borrowed(bytes), unit };
        }
        // Nothing beyond ASCII has a meaning in PEM; a byte-order mark is as good as a space.
        let narrow = |c: &[u8]| match c.iter().enumerate().all(|(i, b)| i == low || *b == 0) {
            true => c[low],
            false if matches!(c, [0xff, 0xfe, ..] | [0xfe, 0xff] | [0, 0, 0xfe, 0xff]) => b' ',
            false => b'?',
        };
        PemText { bytes: Cow::Owned(bytes.chunks_exact(unit).map(narrow).collect()), unit }
    }

    /// The offset in the file of the character `at`.
    pub fn place(&self, at: usize) -> usize {
        at * self.unit
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

/// The shortest Base64 that counts as the beginning of an element where the block is not whole:
/// texts that explain PEM abbreviate it to less.
const SHORTEST_LINE: usize = 40;

impl PemBlock<'_> {
    /// Whether there is something in it, be it damaged: a line, or the whole, is the Base64 of an
    /// element's beginning, or headers say that it is encrypted. Instructions and programs mention
    /// the lines alone, with dots or code between them.
    pub fn is_real(&self) -> bool {
        if self.is_encrypted() {
            return true;
        }
        let begins = |text: &[u8]| base64::decode(text).is_ok_and(|bytes| bytes.first() == Some(&0x30));
        let mut lines = self.body.split(|b| matches!(b, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
        let first = lines.find(|line| line.len() >= 4 && !line.contains(&b':'));
        let begins_long =
            |line: &[u8]| line.len() >= SHORTEST_LINE && find(line, b"..").is_none() && begins(&line[..SHORTEST_LINE]);
        first.is_some_and(begins_long) || (self.ended && begins(self.body))
    }

    /// Whether its first line is a line of its own, as in a file that is meant to be PEM.
    pub fn stands_alone(&self, text: &[u8]) -> bool {
        if find(self.body, b"..").is_some() {
            return false;
        }
        let before = text[..self.offset].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        before.is_none_or(|b| matches!(b, b'\n' | b'\r')) && self.body.first().is_none_or(u8::is_ascii_whitespace)
    }

    /// Where it ends in the text, its last line included as far as it is known.
    pub fn end(&self) -> usize {
        self.body_offset + self.body.len()
    }
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
