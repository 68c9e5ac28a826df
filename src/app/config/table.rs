//! Sections of the configuration: each key is named once, in a table.

use std::path::PathBuf;

use super::value::{ConfigReader, SettingValue};
use crate::locale::Lang;
use crate::locale::catalogue::config as texts;
use crate::yaml::YamlNode;

/// Where a setting is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingSource {
    /// A flag or argument.
    CommandLine,
    /// A line of the configuration.
    File {
        /// The configuration.
        path: PathBuf,
        /// The line, from 1.
        line: u32,
    },
    /// An environment variable.
    Environment(String),
    /// The language of the system.
    Locale,
    /// The program's own.
    Default,
}

impl SettingSource {
    /// For people: `shomei.yaml:3`, `command line`.
    pub fn print(&self, lang: Lang) -> String {
        match self {
            SettingSource::CommandLine => texts::FROM_COMMAND_LINE.get(lang).to_string(),
            SettingSource::File { path, line } => format!("{}:{line}", path.display()),
            SettingSource::Environment(name) => texts::FROM_ENVIRONMENT.fill(lang, &[("name", name)]),
            SettingSource::Locale => texts::FROM_LOCALE.get(lang).to_string(),
            SettingSource::Default => texts::FROM_DEFAULT.get(lang).to_string(),
        }
    }
}

/// A setting that is set, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it is from.
    pub from: SettingSource,
}

impl<T> Setting<T> {
    /// A value that a flag or argument gives.
    pub(crate) fn of_flag(value: T) -> Setting<T> {
        Setting { value, from: SettingSource::CommandLine }
    }

    /// The program's own value.
    pub(crate) fn of_default(value: T) -> Setting<T> {
        Setting { value, from: SettingSource::Default }
    }
}

/// A line of `config show`: key, value, where it is from.
pub type SettingLine = (String, String, SettingSource);

/// What a key of the configuration leads to: a setting, or a section with keys of its own.
pub trait ConfigEntry: Sized {
    /// Takes it out of the tree; none where it has another shape, which is reported elsewhere.
    fn read(reader: &ConfigReader, node: &YamlNode) -> Option<Self>;

    /// This where it is set, else what is `below` it.
    fn over(self, below: Self) -> Self;

    /// What is set, under the name of this key.
    fn lines(&self, name: &str, out: &mut Vec<SettingLine>);
}

impl<T: SettingValue> ConfigEntry for Setting<T> {
    fn read(reader: &ConfigReader, node: &YamlNode) -> Option<Self> {
        // One value needs no list.
        let texts: Vec<&str> = match node.text() {
            Some(text) => vec![text],
            None => node.items().iter().filter_map(YamlNode::text).collect(),
        };
        Some(Setting { value: T::read(reader, &texts)?, from: reader.source(node.place.line) })
    }

    fn over(self, _: Self) -> Self {
        self
    }

    fn lines(&self, name: &str, out: &mut Vec<SettingLine>) {
        out.push((name.to_string(), self.value.show(), self.from.clone()));
    }
}

/// The upper of two layers, and where it sets nothing the lower.
pub(super) fn layered<E: ConfigEntry>(upper: Option<E>, lower: Option<E>) -> Option<E> {
    match (upper, lower) {
        (Some(upper), Some(lower)) => Some(upper.over(lower)),
        (upper, lower) => upper.or(lower),
    }
}

/// A key within a section: `notify.from`.
pub(super) fn key_within(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_string() } else { format!("{section}.{key}") }
}

impl ConfigReader<'_> {
    /// A line of the file.
    pub(super) fn source(&self, line: u32) -> SettingSource {
        SettingSource::File { path: self.path.to_path_buf(), line }
    }
}

/// Makes a section of the configuration out of the table of its keys: the type, the shape that a
/// file is checked by, reading, layering, and the lines of `config show`. The order of the table
/// is that of help and of `config show`.
macro_rules! section {
    (
        $(#[$about:meta])*
        $section:ident { $($key:ident: $entry:ty = $need:ident($shape:expr, $ja:literal, $en:literal);)* }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $section {
            $(#[doc = $en] pub $key: Option<$entry>,)*
        }

        impl $section {
            /// The keys, as a file is checked by them.
            pub(super) const FIELDS: &'static [KeyDefinition] = &[$(KeyDefinition::$need(stringify!($key), $shape, $ja, $en)),*];
        }

        impl ConfigEntry for $section {
            fn read(reader: &ConfigReader, node: &YamlNode) -> Option<Self> {
                Some($section {
                    $($key: node.get(stringify!($key)).and_then(|node| ConfigEntry::read(reader, node)),)*
                })
            }

            fn over(self, below: Self) -> Self {
                $section { $($key: layered(self.$key, below.$key),)* }
            }

            fn lines(&self, name: &str, out: &mut Vec<SettingLine>) {
                $(if let Some(entry) = &self.$key {
                    entry.lines(&key_within(name, stringify!($key)), out);
                })*
            }
        }
    };
}
pub(super) use section;
