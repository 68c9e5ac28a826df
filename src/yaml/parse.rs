//! From text to tree.

use std::collections::HashMap;
use std::fmt::Display;

use serde_yaml::granit_parser::{self, ErrorKind, Event, Marker, Parser, ScalarStyle, ScanError, Span};

use super::mistake::{SourceText, shown};
use super::{MappingKey, NodeContent, Phrase, Shape, SourcePosition, YamlMistake, YamlMistakes, YamlNode};
use crate::locale::Text;
use crate::locale::catalogue::yaml as texts;

/// The largest document that is read. The built-in policy has some 4 KB; a thousand suppressions
/// have 200 KB.
pub const MAX_BYTES: usize = 1 << 20;
/// The deepest nesting of lists and mappings, each kind of notation. Policies need 6.
pub const MAX_DEPTH: usize = 32;

/// A document as typed: its text and its tree.
#[derive(Clone, Debug)]
pub struct YamlDocument {
    source: SourceText,
    root: YamlNode,
    /// What was refused on the way although the document could be read.
    refused: Vec<YamlMistake>,
}

impl YamlDocument {
    /// The topmost value.
    pub fn root(&self) -> &YamlNode {
        &self.root
    }

    /// The text, without a byte-order mark.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// All that is wrong with the document as such and by `shape`, to be added to.
    pub fn check(&self, shape: &Shape) -> YamlMistakes<'_> {
        let mut mistakes = YamlMistakes::new(&self.source, self.refused.clone());
        shape.check(&self.root, &mut mistakes);
        mistakes
    }
}

/// The text of a file's bytes. Japanese editors also write Shift_JIS and UTF-16: that is a
/// mistake, at its place; the line, which is no text, is not shown.
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, Vec<YamlMistake>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let last = valid.rsplit('\n').next().unwrap_or_default();
        let line = small(1 + valid.matches('\n').count());
        let place = SourcePosition { line, column: small(1 + last.chars().count()), ..SourcePosition::START };
        let mistake = source(file, "").mistake(place, phrase(texts::NOT_UTF8), phrase(texts::SAVE_AS_UTF8));
        vec![mistake.without_line()]
    })
}

/// Reads one YAML document. `file` is its name as mistakes shall show it.
///
/// Errors: the first place at which the text is no YAML, behind which nothing can be read; or
/// that it is too large.
pub fn parse(text: &str, file: &str) -> Result<YamlDocument, Vec<YamlMistake>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_BYTES {
        let what = Phrase::new(texts::TOO_LARGE, &[("bytes", &text.len()), ("most", &MAX_BYTES)]);
        let mistake = source(file, "").mistake(SourcePosition::START, what, phrase(texts::RIGHT_FILE));
        return Err(vec![mistake.without_line()]);
    }
    let source = source(file, text);
    let mut tree = TreeBuilder { open: Vec::new(), root: None, refused: YamlMistakes::new(&source, Vec::new()) };
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
    let root = root.unwrap_or(YamlNode { place: SourcePosition::START, content: NodeContent::Empty });
    Ok(YamlDocument { source, root, refused })
}

fn phrase(text: Text) -> Phrase {
    Phrase::new(text, &[])
}

/// The tree as it grows.
struct TreeBuilder<'a> {
    open: Vec<OpenCollection>,
    root: Option<YamlNode>,
    refused: YamlMistakes<'a>,
}

/// A list or mapping that is not closed yet.
struct OpenCollection {
    place: SourcePosition,
    content: OpenCollectionContent,
}

enum OpenCollectionContent {
    List(Vec<YamlNode>),
    Map(Vec<(MappingKey, YamlNode)>, Option<MappingKey>),
}

impl TreeBuilder<'_> {
    /// Handles one event; false when parsing is to stop.
    fn take(&mut self, event: Event, span: &Span) -> bool {
        let place = place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let null = style == ScalarStyle::Plain && matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                let content = if null { NodeContent::Empty } else { NodeContent::Scalar(text.into_owned()) };
                let content = self.refuse(place, anchor, tag.is_some(), content);
                self.add(YamlNode { place, content });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse(place, anchor, tag.is_some(), NodeContent::Empty);
                self.open.push(OpenCollection { place, content: OpenCollectionContent::List(Vec::new()) });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse(place, anchor, tag.is_some(), NodeContent::Empty);
                self.open.push(OpenCollection { place, content: OpenCollectionContent::Map(Vec::new(), None) });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(_) => {
                let content = self.refuse(place, 1, false, NodeContent::Refused);
                self.add(YamlNode { place, content });
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
    fn refuse(&mut self, place: SourcePosition, anchor: usize, tagged: bool, content: NodeContent) -> NodeContent {
        match (anchor, tagged) {
            (0, false) => return content,
            (0, true) => self.refused.say(place, texts::NO_TAGS, &[], texts::REMOVE_TAG),
            _ => self.refused.say(place, texts::NO_ALIASES, &[], texts::WRITE_OUT),
        }
        NodeContent::Refused
    }

    fn add(&mut self, node: YamlNode) {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(OpenCollectionContent::List(items)) => items.push(node),
            Some(OpenCollectionContent::Map(entries, key)) => match key.take() {
                Some(key) => {
                    // An empty value's own place is wherever the parser noticed.
                    let place = if node.content == NodeContent::Empty { key.place } else { node.place };
                    entries.push((key, YamlNode { place, ..node }));
                }
                None => self.add_key(node),
            },
        }
    }

    fn add_key(&mut self, node: YamlNode) {
        let text = match node.content {
            NodeContent::Scalar(text) => text,
            NodeContent::Refused => String::new(),
            _ => {
                self.refused.say(node.place, texts::COMPLEX_KEY, &[], texts::ALIGN);
                String::new()
            }
        };
        if let Some(OpenCollection { content: OpenCollectionContent::Map(_, key), .. }) = self.open.last_mut() {
            *key = Some(MappingKey { text, place: node.place });
        }
    }

    fn close(&mut self) {
        let Some(OpenCollection { place, content }) = self.open.pop() else { return };
        let content = match content {
            OpenCollectionContent::List(items) => NodeContent::List(items),
            OpenCollectionContent::Map(entries, _) => NodeContent::Map(self.without_duplicates(entries)),
        };
        self.add(YamlNode { place, content });
    }

    /// The entries with each key's first value; the others are mistakes. A refused key has no
    /// text, and its entry goes with it.
    fn without_duplicates(&mut self, entries: Vec<(MappingKey, YamlNode)>) -> Vec<(MappingKey, YamlNode)> {
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

fn source(file: &str, text: &str) -> SourceText {
    SourceText { file: file.to_string(), text: text.to_string() }
}

fn place(span: &Span) -> SourcePosition {
    let (start, end) = (span.start, span.end);
    // Of a text over several lines the first is marked to its end.
    let width = if start.line() == end.line() { end.col().saturating_sub(start.col()) } else { usize::MAX };
    SourcePosition { width: small(width.max(1)), ..at(&start) }
}

fn at(mark: &Marker) -> SourcePosition {
    let offset = mark.byte_offset().unwrap_or_default();
    SourcePosition { line: small(mark.line().max(1)), column: small(mark.col() + 1), width: 1, offset }
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What the parser refuses, in words that say what to do.
fn syntax(source: &SourceText, error: &ScanError) -> YamlMistake {
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
