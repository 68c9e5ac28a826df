//! Holidays as YAML: `shomei/holidays/1`, read and written.

use std::collections::{BTreeMap, BTreeSet};

use super::Holidays;
use crate::calendar::{Day, parse_day};
use crate::locale::catalogue::holidays as texts;
use crate::locale::catalogue::policy::{REVERSED, SWAP};
use crate::policy::LocalizedText;
use crate::policy::build::localized;
use crate::policy::shape::{DAY, LOCALIZED};
use crate::yaml::{self, KeyDefinition, MappingKey, Shape, YamlMistake, YamlMistakes, YamlNode};

/// Japan's national holidays, made by `policies/holidays-jp.py`.
const BUILT_IN: &str = include_str!("../../../policies/holidays-jp.yaml");
/// The name of its file, and of that which an import makes.
pub(super) const FILE: &str = "holidays-jp.yaml";
/// The version of these documents that this program reads.
const VERSION: &str = "shomei/holidays/1";

static HOLIDAYS: Shape = Shape::Map(&[
    KeyDefinition::required("schema", Shape::Words(&[VERSION]), "この書式の版", "the version of this format"),
    KeyDefinition::required("from", Shape::Form(&DAY), "一覧の最初の日", "the first day of which the list tells"),
    KeyDefinition::required("until", Shape::Form(&DAY), "一覧の最後の日", "the last day of which the list tells"),
    KeyDefinition::required("source", LOCALIZED, "出典", "where this is from"),
    KeyDefinition::optional(
        "names",
        Shape::Dictionary(&Shape::Text),
        "祝日の英語の名前(省略: 日本語のまま)",
        "the English of names (absent: the Japanese name)",
    ),
    KeyDefinition::required(
        "days",
        Shape::Dictionary(&Shape::Text),
        "祝日・休日の日付と名前。from から until まで漏れなく",
        "the holidays with their names, all from `from` until `until`",
    ),
]);

impl Holidays {
    /// Japan's national holidays as far as they were announced when the program was made. A test
    /// keeps them free of mistakes.
    pub fn built_in() -> Result<Holidays, Vec<YamlMistake>> {
        Holidays::read(BUILT_IN, FILE)
    }

    /// Reads a list. `file` is the file's name as mistakes shall show it.
    ///
    /// Errors: every mistake there is, in order of their places.
    pub fn read(text: &str, file: &str) -> Result<Holidays, Vec<YamlMistake>> {
        let document = yaml::parse(text, file)?;
        let mut mistakes = document.check(&HOLIDAYS);
        let holidays = holidays(document.root(), &mut mistakes);
        mistakes.or_else(holidays)
    }

    /// The list as a document, which [`Holidays::read`] reads back as it is.
    pub fn yaml(&self) -> String {
        let LocalizedText { ja, en } = &self.source;
        let mut out = format!("schema: {VERSION}\nfrom: {}\nuntil: {}\n", self.from, self.until);
        out += &format!("source:\n  ja: {}\n  en: {}\nnames:\n", scalar(ja), scalar(en));
        let mut told = BTreeSet::new();
        for name in self.days.values().filter(|name| told.insert(&name.ja)) {
            out += &format!("  {}: {}\n", scalar(&name.ja), scalar(&name.en));
        }
        out += "days:\n";
        self.days.iter().for_each(|(day, name)| out += &format!("  {day}: {}\n", scalar(&name.ja)));
        out
    }
}

fn holidays(root: &YamlNode, mistakes: &mut YamlMistakes) -> Option<Holidays> {
    let from = root.read("from", parse_day)?;
    let until = root.read("until", parse_day)?;
    if until < from {
        mistakes.say(root.place_of("until"), REVERSED, &[("from", &from), ("until", &until)], SWAP);
        return None;
    }
    let entries = root.get("days").map_or(&[][..], YamlNode::entries);
    if entries.is_empty() {
        mistakes.say(root.place_of("days"), texts::NO_HOLIDAYS, &[], texts::WRITE_HOLIDAYS);
    }
    let english = english(root, entries, mistakes);
    let mut days = BTreeMap::new();
    for (key, node) in entries {
        let day = day_of(key, (from, until), mistakes);
        if let (Some(day), Some(ja)) = (day, node.text()) {
            let en = english.get(ja).copied().unwrap_or(ja);
            days.insert(day, LocalizedText { ja: ja.to_string(), en: en.to_string() });
        }
    }
    Some(Holidays { from, until, source: root.get("source").and_then(localized)?, days })
}

/// The English of each name. A name that no day bears is misspelt.
fn english<'a>(
    root: &'a YamlNode,
    days: &[(MappingKey, YamlNode)],
    mistakes: &mut YamlMistakes,
) -> BTreeMap<&'a str, &'a str> {
    let names = root.get("names").map_or(&[][..], YamlNode::entries);
    let borne: BTreeSet<&str> = days.iter().filter_map(|(_, name)| name.text()).collect();
    for (key, _) in names.iter().filter(|(key, _)| !borne.contains(key.text.as_str())) {
        mistakes.say(key.place, texts::NOBODYS_NAME, &[("name", &key.text)], texts::SAME_NAME);
    }
    names.iter().filter_map(|(key, node)| Some((key.text.as_str(), node.text()?))).collect()
}

fn day_of(key: &MappingKey, (from, until): (Day, Day), mistakes: &mut YamlMistakes) -> Option<Day> {
    let Some(day) = parse_day(&key.text) else {
        mistakes.say(key.place, texts::NO_DAY, &[("text", &key.text)], texts::WRITE_DAY);
        return None;
    };
    if !(from..=until).contains(&day) {
        mistakes.say(key.place, texts::OUTSIDE, &[("from", &from), ("until", &until)], texts::WIDEN);
    }
    Some(day)
}

/// A text as YAML: plain where nothing in it could be taken for YAML's own signs.
fn scalar(text: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '(' | ')' | '（' | '）' | '・' | '、' | ',');
    let begins_plain = text.starts_with(char::is_alphabetic) && !text.ends_with(' ');
    match begins_plain && text.chars().all(is_plain) && !text.eq_ignore_ascii_case("null") {
        true => text.to_string(),
        false => serde_json::Value::from(text).to_string(),
    }
}
