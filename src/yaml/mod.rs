//! YAML with positions, and mistakes as a compiler prints them.
//!
//! Policies, configuration and password maps are read in the same three steps: [`parse`] makes a
//! tree of [`YamlNode`]s, each with its [`SourcePosition`]; a [`Shape`] says which keys and values a document
//! may have, and checks the tree against that; whoever owns the document then takes its values
//! out and adds what else is wrong to the same [`YamlMistakes`], so that all of them come at once.
//!
//! Scalars are texts, always: `033435` stays `033435` and `no` stays `no`. Therefore the tree is
//! built from the parser's events (`serde_yaml::granit_parser`) and not through serde, which
//! types plain scalars before anyone can ask for their text.
//!
//! Refused, each with its place: duplicate keys, anchors and aliases (a value stands where it
//! holds, and nothing multiplies), tags, several documents, more than [`MAX_BYTES`], more than
//! [`MAX_DEPTH`] levels. Absent here: no I/O, no knowledge of any document.

mod mistake;
mod node;
mod parse;
mod shape;

pub use mistake::{Phrase, YamlMistake, YamlMistakes};
pub use node::{MappingKey, NodeContent, SourcePosition, YamlNode};
pub use parse::{MAX_BYTES, MAX_DEPTH, YamlDocument, decode, parse};
pub use shape::{KeyDefinition, Shape, TextForm};
