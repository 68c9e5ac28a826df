//! Mistakes in YAML documents and their messages.

use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::SourcePosition;
use crate::locale::catalogue::yaml as texts;
use crate::locale::{Lang, Text, nearest};

/// A filled text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrase {
    /// 日本語
    pub ja: String,
    /// English
    pub en: String,
}

impl Phrase {
    /// `text` with its values.
    pub fn new(text: Text, values: &[(&str, &dyn Display)]) -> Phrase {
        Phrase::each(|lang| text.fill(lang, values))
    }

    /// The phrase that `of` gives in each language.
    pub fn each(of: impl Fn(Lang) -> String) -> Phrase {
        Phrase { ja: of(Lang::Ja), en: of(Lang::En) }
    }

    /// The phrase in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// This phrase, and after it the known word nearest to `word`, where one is near.
    pub fn or_nearest<'a>(mut self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Phrase {
        if let Some(near) = nearest(word, known) {
            let question = Phrase::new(texts::DID_YOU_MEAN, &[("word", &near)]);
            self.ja.push_str(&question.ja);
            self.en.push_str(&question.en);
        }
        self
    }

    /// `text` with `words`, joined as each language joins them, for its value `name`.
    pub fn listing<'a>(text: Text, name: &str, words: impl Iterator<Item = &'a str> + Clone) -> Phrase {
        Phrase::each(|lang| {
            let joined = words.clone().collect::<Vec<_>>().join(texts::COMMA.get(lang));
            text.fill(lang, &[(name, &joined)])
        })
    }
}

/// A mistake in a document: its position, what is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlMistake {
    /// The file's name as the user knows it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: Phrase,
    /// What to do.
    pub help: Phrase,
    /// The line, or the part of a long one around the position, safe for a terminal; none where the
    /// document may have secrets there.
    pub source_line: Option<String>,
    /// Columns of the terminal before the mark, and under it.
    mark: (usize, usize),
}

impl YamlMistake {
    /// As a compiler prints it: the place and what is wrong, the line, the mark, what to do.
    ///
    /// ```text
    /// e-seikyuu.yaml:42:7: unknown key "serail", did you mean "serial"?
    ///   42 |       serail: 03 34 35
    ///      |       ^^^^^^
    ///   help: the keys here are id, serial
    /// ```
    pub fn print(&self, lang: Lang) -> String {
        let YamlMistake { file, line, column, mark: (before, under), .. } = self;
        let mut out = format!("{file}:{line}:{column}: {}\n", self.what.get(lang));
        if let Some(source_line) = &self.source_line {
            let number = line.to_string();
            let shown = format!("  {number} | {source_line}");
            let (margin, indent, mark) = (" ".repeat(number.len()), " ".repeat(*before), "^".repeat(*under));
            out += &format!("{}\n  {margin} | {indent}{mark}\n", shown.trim_end());
        }
        out + &format!("  {}: {}", texts::HELP.get(lang), self.help.get(lang))
    }

    /// The same without the source line, which may contain a secret.
    pub fn without_line(self) -> YamlMistake {
        YamlMistake { source_line: None, ..self }
    }
}

/// The text and name of a document, from which mistakes show lines.
#[derive(Clone, Debug)]
pub(super) struct SourceText {
    pub(super) file: String,
    pub(super) text: String,
}

impl SourceText {
    pub(super) fn mistake(&self, place: SourcePosition, what: Phrase, help: Phrase) -> YamlMistake {
        let (before, after) = self.text.split_at_checked(place.offset).unwrap_or((&self.text, ""));
        let (source_line, mark) = excerpt(before, after, place.width as usize);
        let what = Phrase::each(|lang| what.get(lang).chars().map(printable).collect());
        let (line, column) = (place.line, place.column);
        YamlMistake { file: self.file.clone(), line, column, what, help, source_line: Some(source_line), mark }
    }
}

/// Columns of a terminal that are shown before the mark, and from it on.
const COLUMNS: usize = 60;

/// The line in which `before` ends and `after` begins, as far as a terminal shows it, and the
/// columns before and under the mark: A Japanese character takes two columns.
fn excerpt(before: &str, after: &str, marked: usize) -> (String, (usize, usize)) {
    let head: String = fitting(before.chars().rev()).collect();
    let head: String = head.chars().rev().collect();
    let tail: String = fitting(after.chars()).collect();
    let under = tail.chars().take(marked).collect::<String>().width();
    (format!("{head}{tail}"), (head.width(), under.max(1)))
}

/// The printable characters of a line, and an ellipsis where it is cut.
fn fitting(line: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut room = Some(COLUMNS);
    line.take_while(|c| !matches!(c, '\n' | '\r')).map_while(move |c| {
        let c = printable(c);
        match room?.checked_sub(c.width().unwrap_or(0)) {
            None => {
                room = None;
                Some('…')
            }
            left => {
                room = left;
                Some(c)
            }
        }
    })
}

/// The character, or a substitute for control and bidirectional characters, which would act on the
/// terminal or reorder the line.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}' => {
            '\u{fffd}'
        }
        '\u{2028}' | '\u{2029}' => '\u{fffd}',
        _ if c.is_control() => '\u{fffd}',
        _ => c,
    }
}

/// A value shortened for a message.
pub(super) fn shown(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String = value.chars().take(LONGEST).collect();
    if value.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

/// More mistakes than this are not kept: a file of another kind would yield one for every line.
const MOST: usize = 1000;

/// The mistakes of one document as they are found.
#[derive(Debug)]
pub struct YamlMistakes<'a> {
    source: &'a SourceText,
    found: Vec<YamlMistake>,
}

impl<'a> YamlMistakes<'a> {
    pub(super) fn new(source: &'a SourceText, found: Vec<YamlMistake>) -> YamlMistakes<'a> {
        YamlMistakes { source, found }
    }

    /// One more.
    pub fn add(&mut self, place: SourcePosition, what: Phrase, help: Phrase) {
        if !self.is_full() {
            self.found.push(self.source.mistake(place, what, help));
        }
    }

    /// One more: `what` with its values, `help` without any.
    pub fn say(&mut self, place: SourcePosition, what: Text, values: &[(&str, &dyn Display)], help: Text) {
        self.add(place, Phrase::new(what, values), Phrase::new(help, &[]));
    }

    /// Whether no more is kept, so that no more need be looked for.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    pub(super) fn found(self) -> Vec<YamlMistake> {
        self.found
    }

    /// The value that was read if nothing is wrong, else all mistakes in order of their places.
    pub fn or_else<T>(mut self, value: Option<T>) -> Result<T, Vec<YamlMistake>> {
        match value {
            Some(value) if self.found.is_empty() => Ok(value),
            // What could not be read was reported where it stands; this is the safety net.
            None if self.found.is_empty() => {
                self.say(SourcePosition::START, texts::UNUSABLE, &[], texts::RIGHT_FILE);
                Err(self.found)
            }
            _ => {
                self.found.sort_by_key(|m| (m.line, m.column));
                Err(self.found)
            }
        }
    }
}
