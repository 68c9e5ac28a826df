//! A cell: one fact of a row, as every form takes it.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::calendar::Day;
use crate::certificate::Serial;
use crate::locale::{Lang, Text};
use crate::policy::Severity;

/// One fact of a row; a form writes it as it writes such facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'r> {
    /// Nothing is known, or nothing is to be said.
    Nothing,
    /// Text.
    Text(Cow<'r, str>),
    /// A civil day.
    Day(Day),
    /// A number.
    Number(i64),
    /// Whether something is so.
    Bool(bool),
    /// One of some words.
    Word(Word<'r>),
    /// Some texts: a list in JSON, elsewhere one after the other.
    List(Vec<Cow<'r, str>>),
    /// A serial number, as [`Serial`] prints it: `07 86 D1`. JSON has `0786d1`; a spreadsheet would take
    /// those digits for a number, 44e5 for 4,400,000.
    Serial(String),
    /// What JSON alone can say.
    Json(Json),
}

/// A word with a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'r> {
    /// As data spells it.
    pub code: Cow<'r, str>,
    /// As people read it, in the language of the list.
    pub label: Cow<'r, str>,
    /// How grave it is; none where it is fine or says nothing about that.
    pub severity: Option<Severity>,
}

impl<'r> Cell<'r> {
    /// Text that may be empty, where every form says so: an empty text in JSON, not null.
    pub fn text(text: impl Into<Cow<'r, str>>) -> Cell<'r> {
        Cell::Text(text.into())
    }

    /// A word.
    pub fn word(code: impl Into<Cow<'r, str>>, label: impl Into<Cow<'r, str>>, severity: Option<Severity>) -> Cell<'r> {
        Cell::Word(Word { code: code.into(), label: label.into(), severity })
    }

    /// A number; what no cell holds is the highest one.
    pub fn number(number: impl TryInto<i64>) -> Cell<'r> {
        Cell::Number(number.try_into().unwrap_or(i64::MAX))
    }

    /// A serial number in whatever form; nothing where there is none.
    pub fn serial(text: &'r str) -> Cell<'r> {
        // Anything else is a pseudonym, which may not be read as digits after a label.
        let is_digits = text.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ' ' | '-'));
        match Serial::parse(text).filter(|_| is_digits) {
            Some(serial) => Cell::Serial(serial.to_string()),
            None => text.into(),
        }
    }

    /// As data has it.
    pub fn code(&self) -> Cow<'_, str> {
        match self {
            Cell::Nothing => Cow::Borrowed(""),
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Day(day) => Cow::Owned(day.to_string()),
            Cell::Number(number) => Cow::Owned(number.to_string()),
            Cell::Bool(is) => Cow::Borrowed(if *is { "true" } else { "false" }),
            Cell::Word(word) => Cow::Borrowed(&word.code),
            Cell::List(texts) => Cow::Owned(texts.join(" ")),
            Cell::Serial(printed) => Cow::Borrowed(printed),
            Cell::Json(json) => Cow::Owned(json.to_string()),
        }
    }

    /// As people read it.
    pub fn label(&self, lang: Lang) -> Cow<'_, str> {
        match self {
            Cell::Word(word) => Cow::Borrowed(&word.label),
            Cell::Bool(true) => Cow::Borrowed(Text { ja: "はい", en: "yes" }.get(lang)),
            Cell::Bool(false) => Cow::Borrowed(Text { ja: "いいえ", en: "no" }.get(lang)),
            other => other.code(),
        }
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Nothing => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Day(day) => serializer.collect_str(day),
            Cell::Number(number) => serializer.serialize_i64(*number),
            Cell::Bool(is) => serializer.serialize_bool(*is),
            Cell::Word(word) => serializer.serialize_str(&word.code),
            Cell::List(texts) => texts.serialize(serializer),
            Cell::Serial(printed) => serializer.serialize_str(&printed.replace(' ', "").to_lowercase()),
            Cell::Json(json) => json.serialize(serializer),
        }
    }
}

/// An empty text says nothing.
impl<'r> From<&'r str> for Cell<'r> {
    fn from(text: &'r str) -> Cell<'r> {
        if text.is_empty() { Cell::Nothing } else { Cell::Text(Cow::Borrowed(text)) }
    }
}

impl<'r> From<&'r String> for Cell<'r> {
    fn from(text: &'r String) -> Cell<'r> {
        text.as_str().into()
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Cell::Nothing } else { Cell::Text(Cow::Owned(text)) }
    }
}

impl From<Day> for Cell<'_> {
    fn from(day: Day) -> Self {
        Cell::Day(day)
    }
}

impl From<bool> for Cell<'_> {
    fn from(is: bool) -> Self {
        Cell::Bool(is)
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Cell::Number(number)
    }
}

impl<'r, T: Into<Cell<'r>>> From<Option<T>> for Cell<'r> {
    fn from(some: Option<T>) -> Cell<'r> {
        some.map_or(Cell::Nothing, T::into)
    }
}
