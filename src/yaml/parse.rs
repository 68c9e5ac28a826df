//! From text to tree.

use std::collections::HashMap;
use std::fmt::Display;

use serde_yaml::granit_parser::{self, ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::mistake::{Source, shown};
use super::{Content, Key, Mistake, Mistakes, Node, Phrase, Place, Shape};
use crate::locale::Text;
use crate::locale::catalogue::yaml as texts;

/// The largest document that is read. The built-in policy has some 4 KB; a thousand suppressions
/// have 200 KB.
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings, each kind of notation. Policies need 6.
pub const MAX_DEPTH: usize = 32;

/// A document as typed: its text and its tree.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    root: Node,
    /// What was refused on the way although the document could be read.
    refused: Vec<Mistake>,
}

impl Document {
    /// The topmost value.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The text, without a byte-order mark.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// All that is wrong with the document as such and by `shape`, to be added to.
    pub fn check(&self, shape: &Shape) -> Mistakes<'_> {
        let mut mistakes = Mistakes::new(&self.source, self.refused.clone());
        shape.check(&self.root, &mut mistakes);
        mistakes
    }
}

/// The text of a file's bytes. Japanese editors also write Shift_JIS and UTF-16: that is a
/// mistake, at its place; the line, which is no text, is not shown.
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Vec<Mistake>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let last = valid.rsplit('\n').next().unwrap_or_default();
        let line = small(1 + valid.matches('\n').count());
        let place = Place { line, column: small(1 + last.chars().count()), ..Place::START };
        let mistake = source(file, "").mistake(place, phrase(texts::NOT_UTF8), phrase(texts::SAVE_AS_UTF8));
        vec![mistake.without_line()]
    })
}

/// Reads one YAML document. `file` is its name as mistakes shall show it.
///
/// Errors: the first place at which the text is no YAML, behind which nothing can be read; or
/// that it is too large.
pub fn parse(text: &str, file: &str) -> Result<Document, Vec<Mistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        let what = Phrase::new(texts::TOO_LARGE, &[("bytes", &text.len()), ("most", &MAX_BYTES)]);
        let mistake = source(file, "").mistake(Place::START, what, phrase(texts::RIGHT_FILE));
        return Err(vec![mistake.without_line()]);
    }
    let source = source(file, text);
    let mut tree = Tree { open: Vec::new(), root: None, refused: Mistakes::new(&source, Vec::new()) };
    let options = granit_parser::options! {
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| vec![syntax(&source, &error)])?;
        if !tree.take(event, &span) {
            break;
        }
    }
    let (root, refused) = (tree.root, tree.refused.found());
    let root = root.unwrap_or(Node { place: Place::START, content: Content::Empty });
    Ok(Document { source, root, refused })
}

fn phrase(text: Text) -> Phrase {
    Phrase::new(text, &[])
}

/// The tree as it grows.
struct Tree<'a> {
    open: Vec<Open>,
    root: Option<Node>,
    refused: Mistakes<'a>,
}

/// A list or mapping whose end has not come.
struct Open {
    place: Place,
    content: OpenContent,
}

enum OpenContent {
    List(Vec<Node>),
    Map(Vec<(Key, Node)>, Option<Key>),
}

impl Tree<'_> {
    /// Takes one event; false when nothing more is wanted.
    fn take(&mut self, event: Event, span: &Span) -> bool {
        let place = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let content = if null { Content::Empty } else { Content::Scalar(text.into_owned()) };
                let content = self.refuse(place, anchor, tag.is_some(), content);
                self.add(Node { place, content });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse(place, anchor, tag.is_some(), Content::Empty);
                self.open.push(Open { place, content: OpenContent::List(Vec::new()) });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(place, anchor, tag.is_some(), Content::Empty);
                self.open.push(Open { place, content: OpenContent::Map(Vec::new(), None) });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(_) => {
                let content = self.refuse(place, 1, false, Content::Refused);
                self.add(Node { place, content });
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                self.refused.say(place, texts::DOCUMENTS, &[], texts::ONE_DOCUMENT);
                return false;
            }
            _ => {}
        }
        true
    }

    /// Notes an anchor (not 0) or tag; what stays of the content then.
    fn refuse(&mut self, place: Place, anchor: usize, tagged: bool, content: Content) -> Content {
        match (anchor, tagged) {
            (0, false) => return content,
            (0, true) => self.refused.say(place, texts::NO_TAGS, &[], texts::REMOVE_TAG),
            _ => self.refused.say(place, texts::NO_ALIASES, &[], texts::WRITE_OUT),
        }
        Content::Refused
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(OpenContent::List(items)) => items.push(node),
            Some(OpenContent::Map(entries, key)) => match key.take() {
                Some(key) => {
                    // An empty value's own place is wherever the parser noticed.
                    let place = if node.content == Content::Empty { key.place } else { node.place };
                    entries.push((key, Node { place, ..node }));
                }
                None => self.add_key(node),
            },
        }
    }

    fn add_key(&mut self, node: Node) {
        let text = match node.content {
            Content::Scalar(text) => text,
            Content::Refused => String::new(),
            _ => {
                self.refused.say(node.place, texts::COMPLEX_KEY, &[], texts::ALIGN);
                String::new()
            }
        };
        if let Some(Open { content: OpenContent::Map(_, key), .. }) = self.open.last_mut() {
            *key = Some(Key { text, place: node.place });
        }
    }

    fn close(&mut self) {
        let Some(Open { place, content }) = self.open.pop() else { return };
        let content = match content {
            OpenContent::List(items) => Content::List(items),
            OpenContent::Map(entries, _) => Content::Map(self.without_duplicates(entries)),
        };
        self.add(Node { place, content });
    }

    /// The entries with each key's first value; the others are mistakes. A refused key has no
    /// text, and its entry goes with it.
    fn without_duplicates(&mut self, entries: Vec<(Key, Node)>) -> Vec<(Key, Node)> {
        let mut lines: HashMap<String, u32> = HashMap::new();
        let mut kept = Vec::with_capacity(entries.len());
        for (key, node) in entries {
            if key.text.is_empty() {
                continue;
            }
            match lines.get(&key.text) {
                None => {
                    lines.insert(key.text.clone(), key.place.line);
                    kept.push((key, node));
                }
                Some(line) => {
                    let values: [(&str, &dyn Display); 2] = [("key", &shown(&key.text)), ("line", line)];
                    self.refused.say(key.place, texts::DUPLICATE_KEY, &values, texts::REMOVE_ONE);
                }
            }
        }
        kept
    }
}

fn source(file: &str, text: &str) -> Source {
    Source { file: file.to_string(), text: text.to_string() }
}

fn place(span: &Span) -> Place {
    let (start, end) = (span.start, span.end);
    // Of a text over several lines the first is marked to its end.
    let width = if start.line() == end.line() { end.col().saturating_sub(start.col()) } else { usize::MAX };
    Place { width: small(width.max(1)), ..at(&start) }
}

fn at(mark: &Marker) -> Place {
    let offset = mark.byte_offset().unwrap_or_default();
    Place { line: small(mark.line().max(1)), column: small(mark.col() + 1), width: 1, offset }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What the parser refuses, in words that say what to do.
fn syntax(source: &Source, error: &ScanError) -> Mistake {
    use ErrorKind as E;
    let place = at(error.marker());
    let say = |what: Text, help: Text| source.mistake(place, phrase(what), phrase(help));
    match error.kind() {
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabAtBlockScalarStart
        | E::TabInPlainScalar => say(texts::TAB, texts::USE_SPACES),
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar | E::InvalidQuotedScalarIndent => {
            say(texts::OPEN_QUOTE, texts::CLOSE_QUOTE)
        }
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::ExpectedFlowMappingSeparator
        | E::ExpectedFlowSequenceSeparator
        | E::MisplacedFlowCollectionEnd
        | E::MismatchedFlowCollectionEnd { .. }
        | E::UnclosedFlowCollection { .. } => {
            let help = Phrase::new(texts::CLOSE_BRACKETS, &[("open", &'{'), ("close", &'}')]);
            source.mistake(place, phrase(texts::BRACKETS), help)
        }
        E::ExpectedBlockMappingKey
        | E::ExpectedBlockSequenceEntry
        | E::BlockSequenceEntryNotAllowed
        | E::SimpleKeyExpected
        | E::InvalidSimpleKey
        | E::InvalidIndentation
        | E::InvalidColonPlacement
        | E::InvalidTrailingSingleQuotedScalar
        | E::InvalidTrailingDoubleQuotedScalar
        | E::MappingKeyNotAllowed
        | E::MappingValueNotAllowed => say(texts::INDENTATION, texts::ALIGN),
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape | E::InvalidUnicodeEscape => {
            say(texts::ESCAPE, texts::QUOTE_SINGLE)
        }
        E::UnexpectedCharacter { character } => {
            let what = Phrase::new(texts::CHARACTER, &[("character", &shown(&character.to_string()))]);
            source.mistake(place, what, phrase(texts::QUOTE))
        }
        E::UnknownAnchor | E::MissingAnchorOrAliasName => say(texts::NO_ALIASES, texts::WRITE_OUT),
        E::RecursionLimitExceeded => {
            source.mistake(place, Phrase::new(texts::TOO_DEEP, &[("most", &MAX_DEPTH)]), phrase(texts::RIGHT_FILE))
        }
        _ => {
            let what = Phrase::new(texts::GRAMMAR, &[("parser", &shown(&error.info()))]);
            source.mistake(place, what, phrase(texts::SEE_LINE))
        }
    }
}
