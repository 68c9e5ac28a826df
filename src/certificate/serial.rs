//! Serial numbers.

use std::fmt;

/// A certificate's serial number. Leading zero bytes do not matter: `03 34 35` may be stored
/// with or without them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(Box<[u8]>);

impl Serial {
    /// From the content of the INTEGER.
    pub fn new(integer: &[u8]) -> Serial {
        let zeros = integer.iter().take_while(|b| **b == 0).count();
        Serial(integer[zeros.min(integer.len().saturating_sub(1))..].into())
    }

    /// Reads hexadecimal digits in pairs, with spaces, colons or hyphens between them or
    /// without, in either case: `03 34 35`, `07:86:d1`. None where it is not of that form.
    pub fn parse(text: &str) -> Option<Serial> {
        super::parse_hex(text).filter(|bytes| !bytes.is_empty()).map(|bytes| Serial::new(&bytes))
    }

    /// The bytes, without leading zeros.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// `0786d1`, as JSON has it.
    pub fn hex(&self) -> String {
        super::hex(&self.0)
    }
}

/// `07 86 D1`, as the FAQ prints it.
impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::spaced_hex(&self.0))
    }
}
