//! Base64 of certificates inside other texts: mail, configuration profiles of Apple, OpenVPN's
//! files, JSON and YAML.
//!
//! Only what decodes to a whole element of a known form counts, so that nothing else in such a text
//! is ever called damaged.

use super::base64;
use super::detect::{self, DerForm};
use super::pem::find;
use crate::tlv::TlvReader;

/// The shortest Base64 that is looked at: no certificate has fewer than some 200 bytes.
const SHORTEST: usize = 240;

/// How much of a text tells whether it is one of these.
const SAMPLE: usize = 64 << 10;

/// What a text is wrapped in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Json,
    Yaml,
    PropertyList,
    OpenVpn,
    Mail,
}

/// What was found in a text.
pub(super) enum Embedded {
    /// An element, and where its Base64 begins.
    Element(DerForm, Vec<u8>, usize),
    /// A text in PEM, which was encoded once more.
    Pem(Vec<u8>),
}

/// What is embedded in a text, in its order.
pub(super) fn find_all(text: &[u8]) -> Vec<Embedded> {
    let Some(wrapper) = wrapper_of(text) else { return Vec::new() };
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(start) = next_start(text, at) {
        let (letters, end) = letters(text, start);
        at = end.max(start + 1);
        if letters.len() < SHORTEST || (wrapper == Wrapper::Yaml && !is_value(text, start)) {
            continue;
        }
        let Ok(bytes) = base64::decode(&letters) else { continue };
        match detect::form_of(&bytes) {
            // The signature of a mail has its signer's certificate, which nobody means.
            Some(DerForm::SignedData) if wrapper == Wrapper::Mail => {}
            Some(form @ (DerForm::Certificate | DerForm::Crl | DerForm::Pfx | DerForm::SignedData))
                if TlvReader::new(&bytes).read().is_ok() =>
            {
                all.push(Embedded::Element(form, bytes, start));
            }
            None if bytes.starts_with(b"-----BEGIN ") => all.push(Embedded::Pem(bytes)),
            _ => {}
        }
    }
    all
}

/// PEM in a string of JSON, with its line ends escaped.
pub(super) fn unescaped_pem(text: &[u8]) -> Option<Vec<u8>> {
    if wrapper_of(text) != Some(Wrapper::Json) || find(text, b"-----\\n").is_none() {
        return None;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, after.first()) {
            (b'\\', Some(b'n')) => out.push(b'\n'),
            (b'\\', Some(b'r')) => {}
            (b'\\', Some(b'/')) => out.push(b'/'),
            _ => {
                out.push(*first);
                continue;
            }
        }
        rest = &after[1..];
    }
    Some(out)
}

fn wrapper_of(text: &[u8]) -> Option<Wrapper> {
    let start = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii_start();
    let head = &start[..start.len().min(SAMPLE)];
    match start.first()? {
        b'{' | b'[' => return Some(Wrapper::Json),
        b'<' => return find(head, b"<plist").map(|_| Wrapper::PropertyList),
        _ => {}
    }
    if find(text, b"<pkcs12>").is_some() {
        return Some(Wrapper::OpenVpn);
    }
    let lower = head.to_ascii_lowercase();
    // A mailbox begins with "From " and holds the mail of others.
    if !start.starts_with(b"From ") && find(&lower, b"\ncontent-transfer-encoding: base64").is_some() {
        return Some(Wrapper::Mail);
    }
    let is_key = |line: &[u8]| {
        let colon = line.iter().position(|b| *b == b':');
        colon.is_some_and(|colon| colon > 0 && line[..colon].iter().all(|b| b.is_ascii_graphic()))
    };
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.find(|line| *line != b"---" && !line.starts_with(b"#")).is_some_and(is_key).then_some(Wrapper::Yaml)
}

/// Where the next Base64 of a SEQUENCE or of PEM begins: at the beginning of a word.
fn next_start(text: &[u8], from: usize) -> Option<usize> {
    let is_boundary = |b: u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'>' | b':');
    (from..text.len()).find(|at| {
        let rest = &text[*at..];
        (rest.starts_with(b"MI") || rest.starts_with(b"LS0tLS1CRUdJTi")) && (*at == 0 || is_boundary(text[at - 1]))
    })
}

/// In YAML only what stands behind a key, alone on its line or below one that ends with `|`.
fn is_value(text: &[u8], start: usize) -> bool {
    let line = text[..start].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let before = text[line..start].trim_ascii();
    before.is_empty() || before.ends_with(b":") || before.ends_with(b": \"") || before.ends_with(b"-")
}

/// The Base64 from `start` on, without the line ends within, and where it ends.
fn letters(text: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut letters = Vec::new();
    let mut at = start;
    while let Some(b) = text.get(at) {
        match (b, text.get(at + 1)) {
            (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b'=', _) => letters.push(*b),
            (b'\\', Some(b'n' | b'r')) => at += 1,
            (b'\\', Some(b'/')) => {}
            (b'\r' | b'\n' | b' ' | b'\t', _) => {
                // An indented line goes on; an empty one ends what came before it.
                let gap = &text[at..at + text[at..].iter().take_while(|b| b.is_ascii_whitespace()).count()];
                if gap.iter().filter(|b| **b == b'\n').count() != 1 {
                    break;
                }
                at += gap.len();
                continue;
            }
            _ => break,
        }
        at += 1;
    }
    (letters, at)
}
