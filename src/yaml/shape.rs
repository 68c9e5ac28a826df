//! What a document may look like: one definition from which come the check of its keys and
//! values, the help of each mistake, and the JSON Schema for editors.

use serde_json::{Map, Value, json};

use super::mistake::shown;
use super::{MappingKey, NodeContent, Phrase, YamlMistakes, YamlNode};
use crate::locale::catalogue::yaml as texts;
use crate::locale::{Text, nearest};

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any text that is not empty.
    Text,
    /// A text of a certain form.
    Form(&'static TextForm),
    /// One of some words.
    Words(&'static [&'static str]),
    /// A whole number, both ends included.
    Whole(u64, u64),
    /// A list of values of one shape, at least so many.
    List(&'static Shape, usize),
    /// A mapping with known keys.
    Map(&'static [KeyDefinition]),
    /// A mapping with any keys, all values of one shape.
    Dictionary(&'static Shape),
    /// A single value of the first shape, or a list or mapping of the second.
    Either(&'static Shape, &'static Shape),
}

/// A form of texts: a day, a zone.
#[derive(Debug)]
pub struct TextForm {
    /// What it is called, with its article.
    pub name: Text,
    /// How it looks.
    pub example: &'static str,
    /// The regular expression that the JSON Schema gives for it, or nothing.
    pub pattern: &'static str,
    /// Words of this form that people mistype.
    pub words: &'static [&'static str],
    /// Whether a text is of this form.
    pub accepts: fn(&str) -> bool,
}

/// A key of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct KeyDefinition {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What its value may be.
    pub shape: Shape,
    /// What it means, and what holds without it.
    pub about: Text,
}

impl KeyDefinition {
    /// A key that must be there.
    pub const fn required(name: &'static str, shape: Shape, ja: &'static str, en: &'static str) -> KeyDefinition {
        KeyDefinition { name, required: true, shape, about: Text { ja, en } }
    }

    /// A key that may be there.
    pub const fn optional(name: &'static str, shape: Shape, ja: &'static str, en: &'static str) -> KeyDefinition {
        KeyDefinition { name, required: false, shape, about: Text { ja, en } }
    }
}

impl Shape {
    /// Adds all that is wrong with `node` by this shape.
    pub fn check(&self, node: &YamlNode, mistakes: &mut YamlMistakes) {
        match (self, &node.content) {
            (_, NodeContent::Refused) => {}
            _ if mistakes.is_full() => {}
            (Shape::Either(single, _), NodeContent::Scalar(_)) => single.check(node, mistakes),
            (Shape::Either(_, several), _) => several.check(node, mistakes),
            (Shape::Map(fields), NodeContent::Map(entries)) => check_map(fields, node, entries, mistakes),
            (Shape::Dictionary(shape), NodeContent::Map(entries)) => {
                entries.iter().for_each(|(_, value)| shape.check(value, mistakes));
            }
            (Shape::List(shape, least), NodeContent::List(items)) => {
                if items.len() < *least {
                    let what = Phrase::new(texts::TOO_FEW, &[("least", least)]);
                    mistakes.add(node.place, what, Phrase::new(texts::WRITE_LIST, &[]));
                }
                items.iter().for_each(|item| shape.check(item, mistakes));
            }
            (Shape::Map(fields), content) => {
                let what = if *content == NodeContent::Empty { texts::EMPTY_VALUE } else { texts::EXPECTED_MAP };
                mistakes.add(node.place, Phrase::new(what, &[]), keys_here(fields));
            }
            (_, NodeContent::Empty) => mistakes.say(node.place, texts::EMPTY_VALUE, &[], texts::WRITE_OR_REMOVE),
            (Shape::List(..), _) => mistakes.say(node.place, texts::EXPECTED_LIST, &[], texts::WRITE_LIST),
            (Shape::Dictionary(_), _) => mistakes.say(node.place, texts::EXPECTED_MAP, &[], texts::ALIGN),
            (_, NodeContent::Scalar(text)) => self.check_text(text, node, mistakes),
            _ => {
                let help = Phrase::new(texts::WRITE_TEXT, &[("open", &'{')]);
                mistakes.add(node.place, Phrase::new(texts::EXPECTED_TEXT, &[]), help);
            }
        }
    }

    fn check_text(&self, text: &str, node: &YamlNode, mistakes: &mut YamlMistakes) {
        let value = shown(text);
        match self {
            Shape::Form(form) if !(form.accepts)(text) => {
                let kind = |lang| texts::NOT_A.fill(lang, &[("value", &value), ("kind", &form.name.get(lang))]);
                let what = Phrase::each(kind).or_nearest(text, form.words.iter().copied());
                mistakes.add(node.place, what, Phrase::new(texts::WRITE_LIKE, &[("example", &form.example)]));
            }
            Shape::Words(words) if !words.contains(&text) => {
                let what = Phrase::new(texts::NOT_ONE_OF, &[("value", &value)]).or_nearest(text, words.iter().copied());
                mistakes.add(node.place, what, Phrase::listing(texts::WORDS_HERE, "words", words.iter().copied()));
            }
            Shape::Whole(least, most) if !whole(text).is_some_and(|n| (*least..=*most).contains(&n)) => {
                let what = Phrase::new(texts::NOT_WHOLE, &[("value", &value), ("least", least), ("most", most)]);
                mistakes.add(node.place, what, Phrase::new(texts::WRITE_DIGITS, &[]));
            }
            _ if text.trim().is_empty() => {
                mistakes.say(node.place, texts::EMPTY_VALUE, &[], texts::WRITE_OR_REMOVE);
            }
            _ => {}
        }
    }

    /// The JSON Schema (2020-12) of this shape, for editors.
    pub fn schema(&self) -> Value {
        match self {
            // Editors type plain scalars: 2019 is a number to them, and a text to us.
            Shape::Text => json!({ "type": ["string", "number"] }),
            Shape::Form(form) if form.pattern.is_empty() => json!({ "type": ["string", "number"] }),
            Shape::Form(form) => json!({ "type": ["string", "number"], "pattern": form.pattern }),
            Shape::Words(words) => json!({ "enum": words }),
            Shape::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Shape::List(shape, least) => json!({ "type": "array", "minItems": least, "items": shape.schema() }),
            Shape::Dictionary(shape) => json!({ "type": "object", "additionalProperties": shape.schema() }),
            Shape::Either(single, several) => json!({ "anyOf": [single.schema(), several.schema()] }),
            Shape::Map(fields) => map_schema(fields),
        }
    }
}

/// A whole number of ASCII digits.
fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn check_map(
    fields: &'static [KeyDefinition],
    node: &YamlNode,
    entries: &[(MappingKey, YamlNode)],
    mistakes: &mut YamlMistakes,
) {
    // A key that is missing and misspelt is one mistake, not two.
    let mut misspelt = Vec::new();
    for (key, value) in entries {
        match fields.iter().find(|f| f.name == key.text) {
            Some(field) => field.shape.check(value, mistakes),
            None if mistakes.is_full() => {}
            None => {
                let names = || fields.iter().map(|f| f.name);
                misspelt.extend(nearest(&key.text, names()));
                let what = Phrase::new(texts::UNKNOWN_KEY, &[("key", &shown(&key.text))]);
                mistakes.add(key.place, what.or_nearest(&key.text, names()), keys_here(fields));
            }
        }
    }
    for field in fields.iter().filter(|f| f.required && !misspelt.contains(&f.name)) {
        if !entries.iter().any(|(key, _)| key.text == field.name) {
            let help = |lang| texts::KEY_MEANS.fill(lang, &[("key", &field.name), ("about", &field.about.get(lang))]);
            mistakes.add(node.place, Phrase::new(texts::MISSING_KEY, &[("key", &field.name)]), Phrase::each(help));
        }
    }
}

fn keys_here(fields: &'static [KeyDefinition]) -> Phrase {
    Phrase::listing(texts::KEYS_HERE, "keys", fields.iter().map(|f| f.name))
}

fn map_schema(fields: &[KeyDefinition]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = field.shape.schema();
        schema["description"] = json!(format!("{} / {}", field.about.ja, field.about.en));
        properties.insert(field.name.to_string(), schema);
    }
    let required: Vec<&str> = fields.iter().filter(|f| f.required).map(|f| f.name).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}
