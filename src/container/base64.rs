//! Base64 as people keep it: white space anywhere, padding there or not.

use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::DecodePaddingMode;
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Some programs leave the padding out, and some bits in the last letter that mean nothing.
const TOLERANT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes; white space does not count. What follows the padding is another element where it is
/// the Base64 of one, as `cat` makes of two files, and does not count otherwise: OpenPGP puts a
/// checksum there. The error is the place of the first byte that cannot be.
pub(super) fn decode(text: &[u8]) -> Result<Vec<u8>, usize> {
    let end = text.iter().position(|b| *b == b'=').unwrap_or(text.len());
    let mut bytes = decode_unpadded(&text[..end])?;
    let mut rest = &text[end..];
    loop {
        let skipped = rest.iter().take_while(|b| **b == b'=' || is_space(**b)).count();
        rest = &rest[skipped..];
        let end = rest.iter().position(|b| *b == b'=').unwrap_or(rest.len());
        match decode_unpadded(&rest[..end]) {
            Ok(more) if more.first() == Some(&0x30) => bytes.extend(more),
            _ => return Ok(bytes),
        }
        rest = &rest[end..];
    }
}

/// Decodes text that has no padding.
fn decode_unpadded(text: &[u8]) -> Result<Vec<u8>, usize> {
    let end = text.len();
    let letters: Vec<u8> = text[..end].iter().copied().filter(|b| !is_space(*b)).collect();
    TOLERANT.decode(&letters).map_err(|_| {
        let wrong = text[..end].iter().position(|b| !is_space(*b) && !is_letter(*b));
        // All letters are good: the last one is alone, and its six bits make no byte.
        wrong.unwrap_or(text.len())
    })
}

fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

fn is_letter(byte: u8) -> bool {
    STANDARD.as_str().as_bytes().contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn a_second_element_after_the_padding_is_read() {
        // 0x30 0x00 twice, and once with something that is no element behind it.
        assert_eq!(decode(b"MAA=MAA="), Ok(vec![0x30, 0, 0x30, 0]));
        assert_eq!(decode(b"MAA=\n MAA=\n"), Ok(vec![0x30, 0, 0x30, 0]));
        assert_eq!(decode(b"MAA=Zg=="), Ok(vec![0x30, 0]));
    }

    #[test]
    fn white_space_and_padding_do_not_matter() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zg", "f"),
            ("Zh", "f"),
            ("Z g\r\n\x0b\x0c\t==", "f"),
            ("Zm8=", "fo"),
            ("Zm8", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYmFy", "foobar"),
            ("Zg==Zm9v, or anything", "f"),
        ] {
            assert_eq!(decode(text.as_bytes()), Ok(bytes.into()), "{text}");
        }
    }

    #[test]
    fn the_first_byte_that_cannot_be_is_named() {
        for (text, at) in [("Zm9v-", 4), ("Z m_9v", 3), ("Zm9vY", 5), (" Z ", 3), ("Z-", 1), ("\u{feff}Zg", 0)] {
            assert_eq!(decode(text.as_bytes()), Err(at), "{text}");
        }
    }
}
