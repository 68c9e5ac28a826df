//! Writing DER: the few types that a PKCS#12 is made of.

/// An element with this tag.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length => {
            let bytes = length.to_be_bytes();
            let bytes = &bytes[length.leading_zeros() as usize / 8..];
            out.push(0x80 | bytes.len() as u8);
            out.extend_from_slice(bytes);
        }
    }
    out.extend_from_slice(content);
    out
}

/// A SEQUENCE of these elements.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// A SET OF these elements, in the order that DER wants (X.690 section 11.6).
pub fn set_of(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    element(0x31, &parts.concat())
}

/// An OCTET STRING.
pub fn octets(content: &[u8]) -> Vec<u8> {
    element(0x04, content)
}

/// An INTEGER.
pub fn integer(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let skipped = (number.leading_zeros() as usize / 8).min(7);
    let mut content = bytes[skipped..].to_vec();
    // A first bit that is set would make it negative.
    if content[0] & 0x80 != 0 {
        content.insert(0, 0);
    }
    element(0x02, &content)
}

/// NULL.
pub fn null() -> Vec<u8> {
    vec![0x05, 0x00]
}

/// An OBJECT IDENTIFIER, given with dots.
pub fn oid(dotted: &str) -> Vec<u8> {
    let mut arcs = dotted.split('.').map(|arc| arc.parse::<u64>().unwrap_or_default());
    let first = arcs.next().unwrap_or_default() * 40 + arcs.next().unwrap_or_default();
    let mut content = Vec::new();
    for arc in std::iter::once(first).chain(arcs) {
        let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
        for group in (0..groups).rev() {
            let more = if group > 0 { 0x80 } else { 0 };
            content.push((arc >> (7 * group)) as u8 & 0x7f | more);
        }
    }
    element(0x06, &content)
}

/// A BMPString: UTF-16, where characters beyond the basic plane become surrogates.
pub fn bmp_string(text: &str) -> Vec<u8> {
    let content: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    element(0x1e, &content)
}

/// The content of a constructed context-specific element, `[n]`.
pub fn context(number: u8, content: &[u8]) -> Vec<u8> {
    element(0xa0 | number, content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv::{TlvReader, dotted, universal};

    #[test]
    fn what_is_written_is_read_back() {
        for number in [0, 1, 127, 128, 255, 256, 2048, 100_000, u64::MAX >> 1] {
            let written = integer(number);
            let read = TlvReader::new(&written).universal(universal::INTEGER).unwrap().unsigned().unwrap();
            assert_eq!(read, number);
        }
        for text in ["1.2.840.113549.1.12.10.1.2", "2.16.840.1.101.3.4.1.42", "2.999.3", "1.3.6.1.4.1.311.17.1"] {
            let written = oid(text);
            assert_eq!(dotted(TlvReader::new(&written).universal(universal::OID).unwrap().content), text);
        }
        for length in [0, 127, 128, 255, 256, 70_000] {
            let written = octets(&vec![7; length]);
            let mut reader = TlvReader::new(&written);
            assert_eq!(reader.read().unwrap().content.len(), length);
            assert!(reader.is_empty());
        }
    }
}
