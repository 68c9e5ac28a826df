//! What a server says in the clear at the beginning of a handshake (RFC 5246 sections 6.2 and 7.4):
//! the version it chose, and whose certificates it asks for.

use super::TlsVersion;
use crate::certificate::Name;

/// Record types.
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// Handshake messages.
const SERVER_HELLO: u8 = 2;
const CERTIFICATE_REQUEST: u8 = 13;

/// The extension in which TLS 1.3 says its version (RFC 8446 section 4.2.1).
const SUPPORTED_VERSIONS: u16 = 43;

/// What was seen in the clear.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SeenHandshake {
    /// The version that the server chose.
    pub version: Option<TlsVersion>,
    /// The issuers of the certificates that it asks for, where it asks for one.
    pub asked: Option<Vec<String>>,
}

impl SeenHandshake {
    /// Reads what a server sent first, as far as it is in the clear. What is cut off or no TLS tells
    /// nothing.
    pub(super) fn read(received: &[u8]) -> SeenHandshake {
        let mut seen = SeenHandshake::default();
        let messages = clear_messages(received);
        let mut rest = Bytes(&messages);
        while let Some((kind, body)) = rest.message() {
            match kind {
                SERVER_HELLO => seen.version = version(body),
                CERTIFICATE_REQUEST => seen.asked = Some(issuers(body, seen.version).unwrap_or_default()),
                _ => {}
            }
        }
        seen
    }
}

/// The handshake messages up to where encryption begins.
fn clear_messages(received: &[u8]) -> Vec<u8> {
    let mut messages = Vec::new();
    let mut rest = Bytes(received);
    while let Some(kind) = rest.byte() {
        let Some(body) = rest.take(2).and_then(|_| rest.number(2)).and_then(|length| rest.take(length)) else { break };
        match kind {
            CHANGE_CIPHER_SPEC => break,
            HANDSHAKE => messages.extend_from_slice(body),
            _ => {}
        }
    }
    messages
}

fn version(hello: &[u8]) -> Option<TlsVersion> {
    let of = |number| match number {
        0x0301 => Some(TlsVersion::V10),
        0x0302 => Some(TlsVersion::V11),
        0x0303 => Some(TlsVersion::V12),
        0x0304 => Some(TlsVersion::V13),
        _ => None,
    };
    let mut rest = Bytes(hello);
    let legacy = rest.number(2)?;
    // Random, session, cipher, compression.
    rest.take(32)?;
    let session = rest.number(1)?;
    rest.take(session)?;
    rest.take(3)?;
    let mut extensions = Bytes(rest.number(2).and_then(|length| rest.take(length)).unwrap_or_default());
    while let (Some(kind), Some(length)) = (extensions.number(2), extensions.number(2)) {
        let body = extensions.take(length)?;
        if kind == usize::from(SUPPORTED_VERSIONS) {
            return of(Bytes(body).number(2)?);
        }
    }
    of(legacy)
}

/// The names of a certificate request (RFC 5246 section 7.4.4; before TLS 1.2 without algorithms).
fn issuers(request: &[u8], version: Option<TlsVersion>) -> Option<Vec<String>> {
    let mut rest = Bytes(request);
    let kinds = rest.number(1)?;
    rest.take(kinds)?;
    if version.is_none_or(|version| version >= TlsVersion::V12) {
        let algorithms = rest.number(2)?;
        rest.take(algorithms)?;
    }
    let length = rest.number(2)?;
    let mut names = Bytes(rest.take(length)?);
    let mut found = Vec::new();
    while let Some(length) = names.number(2) {
        found.push(Name::new(names.take(length)?).printed());
    }
    Some(found)
}

/// Bytes that are read from their beginning.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|byte| byte[0])
    }

    /// A number of so many bytes.
    fn number(&mut self, bytes: usize) -> Option<usize> {
        self.take(bytes).map(|bytes| bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
    }

    /// A handshake message: its type and body.
    fn message(&mut self) -> Option<(u8, &'a [u8])> {
        let kind = self.byte()?;
        let length = self.number(3)?;
        Some((kind, self.take(length)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_off_or_no_tls_tells_nothing() {
        let hello = [22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3];
        for bytes in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[], &hello, &[22, 3, 3, 255, 255, 2]] {
            assert_eq!(SeenHandshake::read(bytes), SeenHandshake::default());
        }
        let whole: Vec<u8> = hello.into_iter().chain([0; 32]).chain([0, 0x13, 1, 0]).collect();
        assert_eq!(SeenHandshake::read(&whole).version, Some(TlsVersion::V12));
    }
}
