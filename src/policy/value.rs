//! Values that several parts of a policy have, and how they are read.

use crate::calendar::{Day, parse_day};
use crate::locale::catalogue::policy as texts;
use crate::locale::{Lang, Text};
use crate::yaml::{Phrase, SourcePosition, YamlMistakes, YamlNode};

/// A value and the line of the policy file on which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithLine<T> {
    /// The value.
    pub value: T,
    /// The line, from 1; 0 for a default, which the file does not mention.
    pub line: u32,
}

/// A text that a policy gives in one or both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalizedText {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl LocalizedText {
    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// An inclusive span of civil days, open where a bound is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    /// The first day.
    pub from: Option<Day>,
    /// The last day.
    pub until: Option<Day>,
}

impl DaySpan {
    /// Whether `day` lies inside, both ends included.
    pub fn contains(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// Days of each month, both ends included; in a shorter month its last day stands for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDays {
    /// The first day.
    pub from: u8,
    /// The last day, to its end.
    pub until: u8,
}

impl MonthDays {
    /// Whether `day` is one of them.
    pub fn contains(self, day: Day) -> bool {
        let length = day.month().length(day.year());
        self.from.min(length) <= day.day() && day.day() <= self.until.min(length)
    }
}

pub(super) fn text(text: &str) -> Option<String> {
    Some(text.to_string())
}

pub(super) fn localized(node: &YamlNode) -> Option<LocalizedText> {
    match node.text() {
        Some(text) => Some(LocalizedText { ja: text.to_string(), en: text.to_string() }),
        None => Some(LocalizedText { ja: node.read("ja", text)?, en: node.read("en", text)? }),
    }
}

/// The number under `key`, or the default, which has no line.
pub(super) fn number<T: std::str::FromStr>(node: Option<&YamlNode>, key: &str, default: T) -> WithLine<T> {
    let found = node.and_then(|n| n.get(key));
    let value = found.and_then(|n| Some((n.text()?.parse().ok()?, n.place.line)));
    let (value, line) = value.unwrap_or((default, 0));
    WithLine { value, line }
}

pub(super) fn days(node: &YamlNode, mistakes: &mut YamlMistakes) -> DaySpan {
    let days = DaySpan { from: node.read("from", parse_day), until: node.read("until", parse_day) };
    if let (Some(from), Some(until)) = (days.from, days.until) {
        in_order(from, until, node.place_of("until"), mistakes);
    }
    days
}

pub(super) fn in_order(from: Day, until: Day, place: SourcePosition, mistakes: &mut YamlMistakes) {
    if until < from {
        mistakes.say(place, texts::REVERSED, &[("from", &from), ("until", &until)], texts::SWAP);
    }
}

pub(super) fn overlap(a: DaySpan, b: DaySpan) -> bool {
    let begins_by_end = |from: Option<Day>, until: Option<Day>| match (from, until) {
        (Some(from), Some(until)) => from <= until,
        _ => true,
    };
    begins_by_end(a.from, b.until) && begins_by_end(b.from, a.until)
}

/// Each item with the items before it.
pub(super) fn pairs<T>(items: &[T]) -> impl Iterator<Item = (&T, &T)> {
    items.iter().enumerate().flat_map(|(i, later)| items[..i].iter().map(move |earlier| (earlier, later)))
}

/// Days of each month, which do not run over its end.
pub(super) fn month_days(node: &YamlNode, mistakes: &mut YamlMistakes) -> Option<WithLine<MonthDays>> {
    let day = |key| node.read(key, |text| text.parse().ok());
    let (from, until): (u8, u8) = (day("from")?, day("until")?);
    if until < from {
        let values: [(&str, &dyn std::fmt::Display); 2] = [("from", &from), ("until", &until)];
        mistakes.say(node.place_of("until"), texts::PERIOD_REVERSED, &values, texts::SWAP_DAYS);
    }
    Some(WithLine { value: MonthDays { from, until }, line: node.place.line })
}

/// Whether the id stands in the list that it refers to.
pub(super) fn known(node: &YamlNode, ids: &[String], unknown: Text, mistakes: &mut YamlMistakes) {
    let Some(id) = node.text().filter(|id| !ids.iter().any(|known| known == id)) else { return };
    let names = || ids.iter().map(String::as_str);
    let help = match ids {
        [] => Phrase::new(texts::NO_IDS, &[]),
        _ => Phrase::listing(texts::IDS_HERE, "ids", names()),
    };
    mistakes.add(node.place, Phrase::new(unknown, &[("id", &id)]).or_nearest(id, names()), help);
}
