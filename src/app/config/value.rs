//! Values of the configuration: how each kind is read and shown.

use std::path::{Path, PathBuf};

use crate::container::KeyInspection;
use crate::locale::Lang;
use crate::policy::{self, Severity};
use crate::report::Format;

/// What values need to know of the file they are in.
pub struct ConfigReader<'a> {
    pub(super) path: &'a Path,
}

impl ConfigReader<'_> {
    /// A path as seen from the configuration's folder; standard input is nowhere.
    pub(super) fn resolve(&self, text: &str) -> PathBuf {
        match (text, self.path.parent()) {
            ("-", _) | (_, None) => PathBuf::from(text),
            (_, Some(folder)) => folder.join(text),
        }
    }
}

/// A value that a key can have.
pub trait SettingValue: Sized {
    /// Reads the texts that are written for it: one, or those of a list.
    fn read(reader: &ConfigReader, texts: &[&str]) -> Option<Self>;

    /// For people, in one line.
    fn show(&self) -> String;
}

/// Policies that are known by name.
const BUILT_IN: [(&str, &str); 2] =
    [("e-seikyuu", policy::BUILT_IN), ("lab", include_str!("../../../policies/lab.yaml"))];

/// A policy's file, or the name of one that is built in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile(pub PathBuf);

impl PolicyFile {
    /// Name and text of the policy that is built in under this name. A file of that name wins.
    pub(crate) fn built_in(&self) -> Option<(&'static str, &'static str)> {
        BUILT_IN.into_iter().find(|(name, _)| self.0 == Path::new(name)).filter(|_| !self.0.is_file())
    }
}

/// How closely private keys are inspected, by its word.
pub(crate) fn key_look(word: &str) -> Option<KeyInspection> {
    KEY_LOOKS.iter().find(|(known, _)| *known == word).map(|(_, look)| *look)
}

const KEY_LOOKS: [(&str, KeyInspection); 3] =
    [("match", KeyInspection::Match), ("presence", KeyInspection::Presence), ("skip", KeyInspection::Skip)];

/// The threshold that a word means; none for `never`.
pub(crate) fn fail_on(word: &str) -> Option<Option<Severity>> {
    match word {
        "never" => Some(None),
        _ => [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|s| s.code() == word).map(Some),
    }
}

/// The output format that a word means.
pub(crate) fn format(word: &str) -> Option<Format> {
    Format::ALL.iter().find(|(known, _)| *known == word).map(|(_, format)| *format)
}

/// The only text there is.
fn single<'t>(texts: &[&'t str]) -> Option<&'t str> {
    match texts {
        [text] => Some(text),
        _ => None,
    }
}

/// Implements [`SettingValue`] for values written as one word, whichever file it is in.
macro_rules! words {
    ($($kind:ty: $read:expr, $show:expr;)*) => {$(
                impl SettingValue for $kind {
            fn read(_: &ConfigReader, texts: &[&str]) -> Option<Self> {
                single(texts).and_then($read)
            }

            fn show(&self) -> String {
                let show: fn(&$kind) -> String = $show;
                show(self)
            }
        }
    )*};
}

words! {
    // A signature has several lines.
    String: |text| Some(text.to_string()), |text| text.replace('\n', " / ");
    bool: |text| text.parse().ok(), bool::to_string;
    u64: |text| text.parse().ok(), u64::to_string;
    Lang: |text| [Lang::Ja, Lang::En].into_iter().find(|lang| lang.code() == text), |lang| lang.code().into();
    KeyInspection: key_look, |look| {
        KEY_LOOKS.iter().find(|(_, known)| known == look).map_or("", |(word, _)| word).into()
    };
    Option<Severity>: fail_on, |threshold| threshold.map_or("never", Severity::code).into();
    Format: format, |format| Format::ALL.iter().find(|(_, known)| known == format).map_or("", |(word, _)| word).into();
}

impl SettingValue for PathBuf {
    fn read(reader: &ConfigReader, texts: &[&str]) -> Option<Self> {
        single(texts).map(|text| reader.resolve(text))
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl SettingValue for PolicyFile {
    fn read(reader: &ConfigReader, texts: &[&str]) -> Option<Self> {
        let text = single(texts)?;
        let file = reader.resolve(text);
        let is_name = BUILT_IN.iter().any(|(name, _)| *name == text);
        Some(PolicyFile(if is_name && !file.is_file() { PathBuf::from(text) } else { file }))
    }

    fn show(&self) -> String {
        self.0.show()
    }
}

impl SettingValue for Vec<String> {
    fn read(_: &ConfigReader, texts: &[&str]) -> Option<Self> {
        Some(texts.iter().map(ToString::to_string).collect())
    }

    fn show(&self) -> String {
        listed(self.clone())
    }
}

impl SettingValue for Vec<PathBuf> {
    fn read(reader: &ConfigReader, texts: &[&str]) -> Option<Self> {
        Some(texts.iter().map(|text| reader.resolve(text)).collect())
    }

    fn show(&self) -> String {
        listed(self.iter().map(SettingValue::show).collect())
    }
}

fn listed(values: Vec<String>) -> String {
    if values.is_empty() { "-".into() } else { values.join(", ") }
}
