//! Password candidates.

use std::path::PathBuf;

/// A candidate.
#[derive(Clone, Debug)]
pub struct Candidate {}

/// Where a candidate came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The empty password, tried on its own account.
    Empty,
    /// A line of a password file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable, by name.
    Environment(String),
    /// A rule of a password map.
    Map {
        /// The rule, for people: its pattern and line.
        rule: String,
    },
    /// Typed at the prompt.
    Prompt,
}

/// A mistake in typing, named by what differs between the candidate and the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Typo {
    /// Full-width letters, digits or signs where half-width ones belong, or the reverse.
    Width,
    /// A space or tab at either end, too many or missing.
    Space,
    /// A line end at the end, too many or missing.
    LineEnd,
    /// A byte-order mark at the beginning, too many or missing.
    ByteOrderMark,
    /// Upper and lower case reversed: Caps Lock.
    CapsLock,
    /// The first letter in the other case: a telephone's keyboard.
    FirstLetter,
    /// The letter O and the digit 0.
    ZeroOrO,
    /// The digit 1, the small letter l and the capital letter I.
    OneOrL,
}

impl Typo {
    /// All of them.
    pub const ALL: [Typo; 8] = [
        Typo::Width,
        Typo::Space,
        Typo::LineEnd,
        Typo::ByteOrderMark,
        Typo::CapsLock,
        Typo::FirstLetter,
        Typo::ZeroOrO,
        Typo::OneOrL,
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        match self {
            Typo::Width => "width",
            Typo::Space => "space",
            Typo::LineEnd => "line-end",
            Typo::ByteOrderMark => "byte-order-mark",
            Typo::CapsLock => "caps-lock",
            Typo::FirstLetter => "first-letter",
            Typo::ZeroOrO => "zero-or-o",
            Typo::OneOrL => "one-or-l",
        }
    }
}
