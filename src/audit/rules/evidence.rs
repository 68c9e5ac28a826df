//! Evidence: an ordered list of named values.

use crate::calendar::{Day, Instant, format_instant};
use crate::certificate::spaced_hex;

/// A value that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text: a name, a path, an algorithm. Not in any language.
    Text(String),
    /// A count or a size.
    Number(i64),
    /// A civil day in the policy's zone.
    Day(Day),
    /// An instant.
    Instant(Instant),
    /// Bytes: a fingerprint, a serial number.
    Hex(Vec<u8>),
    /// Several texts.
    List(Vec<String>),
    /// Unknown or not to be represented.
    Unknown,
}

/// As people read it; a list shows its first three.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => f.write_str(text),
            Value::Number(number) => write!(f, "{number}"),
            Value::Day(day) => write!(f, "{day}"),
            Value::Instant(instant) => f.write_str(&format_instant(*instant)),
            Value::Hex(bytes) => f.write_str(&spaced_hex(bytes)),
            Value::List(list) => {
                let more = if list.len() > 3 { ", …" } else { "" };
                write!(f, "{}{more}", list[..list.len().min(3)].join(", "))
            }
            Value::Unknown => f.write_str("?"),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number)
    }
}

impl From<Option<Day>> for Value {
    fn from(day: Option<Day>) -> Value {
        day.map_or(Value::Unknown, Value::Day)
    }
}

impl From<Option<Instant>> for Value {
    fn from(instant: Option<Instant>) -> Value {
        instant.map_or(Value::Unknown, Value::Instant)
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Value {
        Value::List(list)
    }
}

/// Named values, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence(pub Vec<(&'static str, Value)>);

impl Evidence {
    /// No values yet.
    pub fn new() -> Evidence {
        Evidence::default()
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Evidence {
        self.0.push((name, value.into()));
        self
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}
