//! Base64 as people keep it: white space anywhere, padding there or not.

/// Decodes; white space does not count, nor what follows the padding. The error is the place
/// of the first byte that cannot be.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for (at, byte) in text.iter().enumerate() {
        if byte.is_ascii_whitespace() || *byte == 0x0b {
            continue;
        }
        if *byte == b'=' {
            break;
        }
        bits = bits << 6 | u32::from(value(*byte).ok_or(at)?);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    match count {
        0 => {}
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&(bits << 6).to_be_bytes()[1..3]),
        _ => return Err(text.len()),
    }
    Ok(out)
}

fn value(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
