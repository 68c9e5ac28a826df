//! Evidence: an ordered list of named values.

use crate::calendar::{Day, Instant, format_instant};
use crate::certificate::{Serial, spaced_hex};
use crate::locale::{Lang, Text, fill};
use crate::policy::Localized;

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
    /// Things that have a stable code for programs and a wording for people.
    Words(Vec<Word>),
    /// Something that the policy names.
    Name(Named),
    /// Several of them.
    Names(Vec<Named>),
    /// Unknown or not to be represented.
    Unknown,
}

/// Something that the policy names: a service, a usage category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id, as JSON has it.
    pub id: String,
    /// Its name, as people read it.
    pub name: Localized,
}

impl Named {
    /// With this id and name; where the policy has no such thing, the id is all that is known.
    pub fn new(id: &str, name: Option<&Localized>) -> Named {
        let name = name.cloned().unwrap_or_else(|| Localized { ja: id.into(), en: id.into() });
        Named { id: id.into(), name }
    }
}

/// A thing with a stable code for programs and a wording for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As JSON has it.
    pub code: String,
    /// As people read it; `{code}` stands for the code.
    pub text: Text,
}

impl Word {
    /// A word with this code.
    pub fn new(code: impl Into<String>, text: Text) -> Word {
        Word { code: code.into(), text }
    }

    /// The wording in `lang`.
    pub fn show(&self, lang: Lang) -> String {
        self.text.fill(lang, &[("code", &self.code)])
    }
}

/// How many members of a list a sentence names.
const SHOWN: usize = 3;

impl Value {
    /// As people read it; a list shows its first three members.
    pub fn show(&self, lang: Lang) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Instant(instant) => format_instant(*instant),
            Value::Hex(bytes) => spaced_hex(bytes),
            Value::List(list) => enumerate(list, lang),
            Value::Words(words) => enumerate(&words.iter().map(|w| w.show(lang)).collect::<Vec<_>>(), lang),
            Value::Name(named) => named.name.get(lang).into(),
            Value::Names(names) => {
                enumerate(&names.iter().map(|named| named.name.get(lang).to_string()).collect::<Vec<_>>(), lang)
            }
            Value::Unknown => Text { ja: "不明", en: "unknown" }.get(lang).into(),
        }
    }
}

fn enumerate(list: &[String], lang: Lang) -> String {
    let comma = Text { ja: "、", en: ", " }.get(lang);
    let more = Text { ja: "{shown} ほか{n}件", en: "{shown} and {n} more" };
    let shown = list[..list.len().min(SHOWN)].join(comma);
    match list.len() {
        0 => Text { ja: "なし", en: "none" }.get(lang).into(),
        n if n > SHOWN => more.fill(lang, &[("shown", &shown), ("n", &(n - SHOWN))]),
        _ => shown,
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

impl From<&Serial> for Value {
    fn from(serial: &Serial) -> Value {
        match serial.is_negative() {
            true => Value::Text(serial.to_string()),
            false => Value::Hex(serial.bytes().to_vec()),
        }
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

impl From<Vec<Word>> for Value {
    fn from(words: Vec<Word>) -> Value {
        Value::Words(words)
    }
}

impl From<Vec<Named>> for Value {
    fn from(names: Vec<Named>) -> Value {
        Value::Names(names)
    }
}

impl From<Word> for Value {
    fn from(word: Word) -> Value {
        Value::Words(vec![word])
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

    /// `text` (a rule's message or remedy) in `lang` with each `{name}` replaced by its value.
    pub fn fill(&self, text: &Text, lang: Lang) -> String {
        fill(text.get(lang), |name| self.get(name).map(|value| value.show(lang)))
    }
}
