//! The texts of letters: plain text with `{placeholders}`.

use crate::locale::Lang;

/// What may stand in braces, in the order in which the documentation explains it.
const KNOWN: [&str; 22] = [
    "today",
    "name",
    "honorific",
    "person",
    "postcode",
    "address",
    "tel",
    "fax",
    "mail",
    "id",
    "provider_numbers",
    "ends_on",
    "recommended_day",
    "last_safe_day",
    "in_hand_on",
    "category",
    "serial",
    "message",
    "lapse",
    "certificates",
    "sender",
    "contact",
];

/// The same, in the fax cover sheet alone.
const OF_FAX: &[&str] = &["pages"];

/// What has no value in a message, which may be about several holders.
const NOT_OF_MAIL: &[&str] = &["serial", "lapse", "provider_numbers", "recommended_day", "in_hand_on"];

/// The same, in messages alone.
const OF_MAIL: &[&str] = &["headline", "steps", "signature"];

macro_rules! built_in {
    ($($name:literal),+) => {
        /// The texts: name, Japanese, English.
        const TEXTS: &[(&str, &str, &str)] = &[
            $(($name, include_str!(concat!($name, ".ja.txt")), include_str!(concat!($name, ".en.txt")))),+
        ];
    };
}

built_in![
    "apply",
    "late",
    "lapsed",
    "unknown",
    "password",
    "fax",
    "sender",
    "contact",
    "mail",
    "mail-certificate",
    "mail-password"
];

/// The texts of letters in one language.
#[derive(Clone, Debug)]
pub struct Templates {
    lang: Lang,
    texts: Vec<(&'static str, String)>,
}

/// A placeholder that no letter knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The line, from 1.
    pub line: usize,
    /// What stands in the braces.
    pub name: String,
}

/// A line of a text, as what it begins with tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line<'t> {
    /// Nothing: a paragraph ends.
    Blank,
    /// The title; of a message, its subject.
    Title(&'t str),
    /// To the right.
    Right(&'t str),
    /// An item of a list.
    Item(&'t str),
    /// A step of several.
    Step(&'t str),
    /// A row of a table: head and value.
    Row(&'t str, &'t str),
    /// Running text.
    Plain(&'t str),
}

impl<'t> Line<'t> {
    /// The text whose values decide whether the line stands: of a row, its value; of a blank line
    /// there is none.
    pub fn text(&self) -> Option<&'t str> {
        match self {
            Line::Blank => None,
            Line::Row(_, text)
            | Line::Title(text)
            | Line::Right(text)
            | Line::Item(text)
            | Line::Step(text)
            | Line::Plain(text) => Some(text),
        }
    }

    /// Whether the line says something: it names no value, or one that is known.
    pub fn is_known(&self, is_known: impl Fn(&str) -> bool) -> bool {
        let Some(text) = self.text() else { return true };
        let mut names = placeholders(text).peekable();
        names.peek().is_none() || names.any(is_known)
    }

    /// The part that the line consists of, if it is one of `parts`.
    pub fn part(&self, parts: &[&str]) -> Option<&'t str> {
        let Line::Plain(text) = self else { return None };
        let name = text.trim().strip_prefix('{')?.strip_suffix('}')?;
        parts.contains(&name).then_some(name)
    }
}

impl Templates {
    /// Those that are built in.
    pub fn built_in(lang: Lang) -> Templates {
        let text = |(name, ja, en): &(&'static str, &str, &str)| {
            let text = match lang {
                Lang::Ja => ja,
                Lang::En => en,
            };
            (*name, text.replace('\r', ""))
        };
        Templates { lang, texts: TEXTS.iter().map(text).collect() }
    }

    /// Their files: name and text.
    pub fn files(&self) -> impl Iterator<Item = (String, &str)> {
        self.texts.iter().map(|(name, text)| (file(name, self.lang), text.as_str()))
    }

    /// What may stand in the braces of a file.
    pub fn known(file_name: &str) -> Vec<&'static str> {
        let own = match file_name {
            name if name.starts_with("fax.") => OF_FAX,
            name if name.starts_with("mail") => OF_MAIL,
            _ => &[],
        };
        let is_known = |name: &&str| !file_name.starts_with("mail") || !NOT_OF_MAIL.contains(name);
        KNOWN.into_iter().filter(is_known).chain(own.iter().copied()).collect()
    }

    /// The text of a file that the user saved, as UTF-8 or as Shift_JIS.
    pub fn decoded(bytes: &[u8]) -> Option<String> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Some(text.into());
        }
        let (text, wrong) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes);
        (!wrong).then(|| text.into_owned())
    }

    /// Puts a text of the user's in the place of the one that is built in; false where there is
    /// none of this file name. What stands in braces and is not known is refused, all at once.
    pub fn replace(&mut self, file_name: &str, text: &str) -> Result<bool, Vec<Unknown>> {
        let lang = self.lang;
        let Some((_, own)) = self.texts.iter_mut().find(|(name, _)| file(name, lang) == file_name) else {
            return Ok(false);
        };
        let known = Templates::known(file_name);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with("//"));
        let named = lines.flat_map(|(at, line)| placeholders(line).map(move |name| (at + 1, name)));
        let unknown: Vec<Unknown> = named
            .filter(|(_, name)| !known.contains(name))
            .map(|(line, name)| Unknown { line, name: name.into() })
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        *own = text.trim_start_matches('\u{feff}').replace('\r', "");
        Ok(true)
    }

    /// The lines of a text.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = Line<'_>> {
        let text = self.texts.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text.as_str());
        text.lines().filter(|line| !line.starts_with("//")).map(line_of)
    }
}

fn file(name: &str, lang: Lang) -> String {
    format!("{name}.{}.txt", lang.code())
}

fn line_of(line: &str) -> Line<'_> {
    let line = line.trim_end();
    if let Some(row) = line.strip_prefix("| ") {
        let (head, value) = row.split_once('|').unwrap_or((row, ""));
        return Line::Row(head.trim(), value.trim());
    }
    let rest = |mark| line.strip_prefix(mark);
    match () {
        () if line.trim().is_empty() => Line::Blank,
        () => rest("# ")
            .map(Line::Title)
            .or_else(|| rest("> ").map(Line::Right))
            .or_else(|| rest("- ").map(Line::Item))
            .or_else(|| rest("1. ").map(Line::Step))
            .unwrap_or(Line::Plain(line)),
    }
}

/// What stands in braces in a line.
fn placeholders(line: &str) -> impl Iterator<Item = &str> {
    line.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

#[cfg(test)]
mod tests {
    use super::{Templates, Unknown};
    use crate::locale::Lang;

    #[test]
    fn built_in_texts_are_good_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let built_in = Templates::built_in(lang);
            let mut own = built_in.clone();
            for (name, text) in built_in.files() {
                assert_eq!(own.replace(&name, text), Ok(true), "{name}");
            }
        }
    }

    #[test]
    fn what_is_not_known_is_told_with_its_line() {
        let mut own = Templates::built_in(Lang::Ja);
        let unknown = |line, name: &str| Unknown { line, name: name.into() };
        let text = "// {what}\r\n{name} {nmae}\r\n\r\n{pages} {\r\n";
        assert_eq!(own.replace("apply.ja.txt", text), Err(vec![unknown(2, "nmae"), unknown(4, "pages")]));
        assert_eq!(own.replace("fax.ja.txt", "{pages}"), Ok(true));
        assert_eq!(own.replace("aply.ja.txt", "{pages}"), Ok(false));
    }
}
