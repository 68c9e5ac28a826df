//! Evidence: an ordered list of named values.

use crate::audit::facts::PeerGroup;
use crate::calendar::{Day, Instant, format_instant};
use crate::certificate::{Serial, spaced_hex};
use crate::locale::{Lang, Text, fill};
use crate::policy::{Desks, LocalizedText};

/// A value that a finding shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceValue {
    /// A text: a name, a path, an algorithm. Not in any language.
    Text(String),
    /// A count or a size.
    Number(i64),
    /// A civil day in the policy's zone.
    Day(Day),
    /// An instant.
    Instant(Instant),
    /// Bytes: a fingerprint.
    Hex(Vec<u8>),
    /// A serial number.
    Serial(Serial),
    /// Several texts.
    List(Vec<String>),
    /// The first of several texts, and how many there are.
    Members(Vec<String>, usize),
    /// Things that have a stable code for programs and a wording for people.
    Words(Vec<CodedWord>),
    /// Something that the policy names.
    Name(PolicyTerm),
    /// Several of them.
    Names(Vec<PolicyTerm>),
    /// Unknown or not to be represented.
    Unknown,
}

/// Something that the policy names: a service, a usage category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyTerm {
    /// Its id, as JSON has it.
    pub id: String,
    /// Its name, as people read it.
    pub name: LocalizedText,
}

impl PolicyTerm {
    /// With this id and name; where the policy has no such thing, the id is all that is known.
    pub fn new(id: &str, name: Option<&LocalizedText>) -> PolicyTerm {
        let name = name.cloned().unwrap_or_else(|| LocalizedText { ja: id.into(), en: id.into() });
        PolicyTerm { id: id.into(), name }
    }
}

/// A thing with a stable code for programs and a wording for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedWord {
    /// As JSON has it.
    pub code: String,
    /// As people read it; `{code}` stands for the code, `{detail}` for the detail.
    pub text: Text,
    /// What it is about, where there is more to say: a byte, an OID, a field.
    pub detail: Option<String>,
}

impl CodedWord {
    /// A word with this code.
    pub fn new(code: impl Into<String>, text: Text) -> CodedWord {
        CodedWord { code: code.into(), text, detail: None }
    }

    /// A word with this code, about this detail.
    pub fn with_detail(code: impl Into<String>, text: Text, detail: impl Into<String>) -> CodedWord {
        CodedWord { detail: Some(detail.into()), ..CodedWord::new(code, text) }
    }

    /// The wording in `lang`.
    pub fn show(&self, lang: Lang) -> String {
        let detail = self.detail.as_deref().unwrap_or_default();
        self.text.fill(lang, &[("code", &self.code), ("detail", &detail)])
    }
}

/// How many members of a list a sentence names.
const SHOWN: usize = 3;

impl EvidenceValue {
    /// As people read it; a list shows its first three members.
    pub fn show(&self, lang: Lang) -> String {
        match self {
            EvidenceValue::Text(text) => text.clone(),
            EvidenceValue::Number(number) => number.to_string(),
            EvidenceValue::Day(day) => day.to_string(),
            EvidenceValue::Instant(instant) => format_instant(*instant),
            EvidenceValue::Hex(bytes) => spaced_hex(bytes),
            EvidenceValue::Serial(serial) => serial.to_string(),
            EvidenceValue::List(list) => enumerate(list, list.len(), lang),
            EvidenceValue::Members(first, count) => enumerate(first, *count, lang),
            EvidenceValue::Words(words) => {
                enumerate(&words.iter().map(|w| w.show(lang)).collect::<Vec<_>>(), words.len(), lang)
            }
            EvidenceValue::Name(named) => named.name.get(lang).into(),
            EvidenceValue::Names(names) => {
                let named: Vec<String> = names.iter().map(|named| named.name.get(lang).to_string()).collect();
                enumerate(&named, names.len(), lang)
            }
            EvidenceValue::Unknown => Text { ja: "不明", en: "unknown" }.get(lang).into(),
        }
    }
}

fn enumerate(list: &[String], count: usize, lang: Lang) -> String {
    let comma = Text { ja: "、", en: ", " }.get(lang);
    let more = Text { ja: "{shown} ほか{n}件", en: "{shown} and {n} more" };
    let shown = list[..list.len().min(SHOWN)].join(comma);
    match count {
        0 => Text { ja: "なし", en: "none" }.get(lang).into(),
        n if n > SHOWN => more.fill(lang, &[("shown", &shown), ("n", &(n - SHOWN))]),
        _ => shown,
    }
}

impl From<&str> for EvidenceValue {
    fn from(text: &str) -> EvidenceValue {
        EvidenceValue::Text(text.into())
    }
}

impl From<String> for EvidenceValue {
    fn from(text: String) -> EvidenceValue {
        EvidenceValue::Text(text)
    }
}

impl From<&Serial> for EvidenceValue {
    fn from(serial: &Serial) -> EvidenceValue {
        EvidenceValue::Serial(serial.clone())
    }
}

impl From<usize> for EvidenceValue {
    fn from(count: usize) -> EvidenceValue {
        EvidenceValue::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<i64> for EvidenceValue {
    fn from(number: i64) -> EvidenceValue {
        EvidenceValue::Number(number)
    }
}

impl From<Option<Day>> for EvidenceValue {
    fn from(day: Option<Day>) -> EvidenceValue {
        day.map_or(EvidenceValue::Unknown, EvidenceValue::Day)
    }
}

impl From<Option<Instant>> for EvidenceValue {
    fn from(instant: Option<Instant>) -> EvidenceValue {
        instant.map_or(EvidenceValue::Unknown, EvidenceValue::Instant)
    }
}

impl From<Vec<String>> for EvidenceValue {
    fn from(list: Vec<String>) -> EvidenceValue {
        EvidenceValue::List(list)
    }
}

impl From<&PeerGroup<String>> for EvidenceValue {
    fn from(group: &PeerGroup<String>) -> EvidenceValue {
        EvidenceValue::Members(group.named().to_vec(), group.count())
    }
}

impl From<Vec<CodedWord>> for EvidenceValue {
    fn from(words: Vec<CodedWord>) -> EvidenceValue {
        EvidenceValue::Words(words)
    }
}

impl From<Vec<PolicyTerm>> for EvidenceValue {
    fn from(names: Vec<PolicyTerm>) -> EvidenceValue {
        EvidenceValue::Names(names)
    }
}

impl From<CodedWord> for EvidenceValue {
    fn from(word: CodedWord) -> EvidenceValue {
        EvidenceValue::Words(vec![word])
    }
}

/// Named values, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence(pub Vec<(&'static str, EvidenceValue)>);

impl Evidence {
    /// No values yet.
    pub fn new() -> Evidence {
        Evidence::default()
    }

    /// With one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<EvidenceValue>) -> Evidence {
        self.0.push((name, value.into()));
        self
    }

    /// The value of that name.
    pub fn get(&self, name: &str) -> Option<&EvidenceValue> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// `text` (a rule's message or remedy) in `lang` with each `{name}` replaced by its value.
    pub fn fill(&self, text: &Text, lang: Lang) -> String {
        fill(text.get(lang), |name| self.get(name).map(|value| value.show(lang)))
    }

    /// The same, with the desks of the policy where a text names them.
    pub fn fill_with_desks(&self, text: &Text, desks: &Desks, lang: Lang) -> String {
        let value = |name: &str| self.get(name).map(|value| value.show(lang)).or_else(|| desks.placeholder(name, lang));
        fill(text.get(lang), value)
    }
}
