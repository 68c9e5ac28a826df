//! Serial numbers.

use std::fmt;

/// A certificate's serial number. Leading zero bytes do not matter: `03 34 35` may be stored
/// with or without them. RFC 5280 forbids negative numbers, and they occur: -2 (one byte FE) is
/// not 254 (00 FE).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial {
    negative: bool,
    bytes: Box<[u8]>,
}

impl Serial {
    /// From the content of the INTEGER.
    pub fn new(integer: &[u8]) -> Serial {
        let negative = integer.first().is_some_and(|first| first & 0x80 != 0);
        let zeros = integer.iter().take_while(|b| **b == 0).count();
        Serial { negative, bytes: integer[zeros.min(integer.len().saturating_sub(1))..].into() }
    }

    /// Reads hexadecimal digits in pairs, with spaces, colons or hyphens between them or
    /// without, in either case: `03 34 35`, `07:86:d1`; a negative number as `-02`. None where it
    /// is not of that form.
    pub fn parse(text: &str) -> Option<Serial> {
        let text = text.trim();
        let digits = text.strip_prefix('-');
        let magnitude = super::parse_hex(digits.unwrap_or(text)).filter(|bytes| !bytes.is_empty())?;
        let mut content = vec![0];
        content.extend(magnitude);
        if digits.is_some() {
            negate(&mut content);
        }
        if digits.is_none() {
            return Some(Serial::new(&content));
        }
        // The shortest form: a byte of ones only where the sign needs it.
        let ones = content.iter().take_while(|b| **b == 0xff).count();
        let needed = content.get(ones).is_none_or(|next| next & 0x80 == 0);
        Some(Serial::new(&content[ones - usize::from(needed && ones > 0)..]))
    }

    /// The bytes of the INTEGER, without leading zeros.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// `0786d1`, as JSON has it; `-02`.
    pub fn hex(&self) -> String {
        self.signed(super::hex)
    }

    fn signed(&self, print: impl Fn(&[u8]) -> String) -> String {
        if !self.negative {
            return print(&self.bytes);
        }
        let mut magnitude = [&[0xff], &self.bytes[..]].concat();
        negate(&mut magnitude);
        let zeros = magnitude.iter().take_while(|b| **b == 0).count();
        format!("-{}", print(&magnitude[zeros..]))
    }
}

/// The two's complement.
fn negate(number: &mut [u8]) {
    let mut carry = true;
    for byte in number.iter_mut().rev() {
        let (sum, over) = (!*byte).overflowing_add(u8::from(carry));
        (*byte, carry) = (sum, over);
    }
}

/// `07 86 D1`, as the FAQ prints it; `-02`.
impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.signed(super::spaced_hex))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_number_is_not_its_complement() {
        for (integer, hex) in [
            (&[0xfe][..], "-02"),
            (&[0x00, 0xfe], "fe"),
            (&[0xff, 0x00], "-0100"),
            (&[0x80], "-80"),
            (&[0xff, 0x7f], "-81"),
            (&[0x00], "00"),
            (&[0x00, 0x00, 0x03], "03"),
        ] {
            let serial = Serial::new(integer);
            assert_eq!(serial.hex(), hex);
            assert_eq!(Serial::parse(hex).unwrap(), serial, "{hex}");
        }
        assert_ne!(Serial::new(&[0xfe]), Serial::new(&[0, 0xfe]));
        assert_eq!(Serial::parse("07-86-D1"), Serial::parse("0786d1"));
        assert_eq!(Serial::parse("-"), None);
    }
}
