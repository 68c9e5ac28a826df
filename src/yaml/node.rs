//! The tree.

/// A position in the source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourcePosition {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// How many characters of the line it takes.
    pub width: u32,
    /// The byte of the text.
    pub offset: usize,
}

impl SourcePosition {
    /// Where every document begins.
    pub const START: SourcePosition = SourcePosition { line: 1, column: 1, width: 1, offset: 0 };
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlNode {
    /// Where it begins; an empty value has the position of its key.
    pub place: SourcePosition,
    /// What it is.
    pub content: NodeContent,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeContent {
    /// Nothing, `~` or `null`, unquoted.
    Empty,
    /// One value, its text as meant: unquoted, escapes resolved.
    Scalar(String),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping in order of appearance, without duplicates.
    Map(Vec<(MappingKey, YamlNode)>),
    /// Something that was refused when it was read, and reported then.
    Refused,
}

/// The key of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingKey {
    /// Its text.
    pub text: String,
    /// Its position.
    pub place: SourcePosition,
}

impl YamlNode {
    /// The value of `key`; none where this is no mapping or the value is empty.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        let found = self.entries().iter().find(|(k, _)| k.text == key);
        found.map(|(_, node)| node).filter(|node| node.content != NodeContent::Empty)
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            NodeContent::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; of anything else, none.
    pub fn items(&self) -> &[YamlNode] {
        match &self.content {
            NodeContent::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; of anything else, none.
    pub fn entries(&self) -> &[(MappingKey, YamlNode)] {
        match &self.content {
            NodeContent::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The scalar under `key`, as `read` understands it.
    pub fn read<T>(&self, key: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        read(self.get(key)?.text()?)
    }

    /// The items of the list under `key`; none where there is no such list.
    pub fn list(&self, key: &str) -> &[YamlNode] {
        self.get(key).map_or(&[], YamlNode::items)
    }

    /// The position of the value of `key`, otherwise of this node.
    pub fn place_of(&self, key: &str) -> SourcePosition {
        self.get(key).map_or(self.place, |node| node.place)
    }
}
