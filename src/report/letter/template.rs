//! The texts of letters and messages: plain text with `{placeholders}`.

use crate::locale::{Lang, fill};

/// What may stand in braces, in the order in which the documentation explains it.
const KNOWN: [&str; 27] = [
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
    "apply",
    "help_desk",
    "system",
    "you",
    "providers",
    "certificates",
    "sender",
    "contact",
];

/// The same, in the fax cover sheet alone.
const OF_FAX: &[&str] = &["pages"];

/// What has no value in a message, which may be about several holders.
const NOT_OF_MAIL: &[&str] =
    &["serial", "lapse", "providers", "apply", "help_desk", "provider_numbers", "recommended_day", "in_hand_on"];

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
    "no-margin",
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
pub struct UnknownPlaceholder {
    /// The line, from 1.
    pub line: usize,
    /// What stands in the braces.
    pub name: String,
}

/// A line of a text; its first characters decide what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateLine<'t> {
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

/// A part of a text, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextBlock {
    /// A heading.
    Heading(String),
    /// Lines of running text.
    Lines(Vec<String>),
    /// Lines at the right.
    Right(Vec<String>),
    /// What something is: head and value.
    Facts(Vec<(String, String)>),
    /// A list; an item may have several lines.
    Items(Vec<String>),
    /// Steps in their order.
    Steps(Vec<String>),
}

/// What the placeholders of a text mean to one reader.
pub trait TextValues {
    /// What a text becomes.
    type Block: From<TextBlock>;

    /// The value of a placeholder; empty where it has none.
    fn value(&self, name: &str) -> String;

    /// Whether a placeholder is more than a value: where it is alone on its line, [`Self::part`]
    /// takes the place of the line.
    fn is_part(&self, name: &str) -> bool;

    /// What takes the place of a placeholder that is more than a value.
    fn part(&self, name: &str) -> Vec<Self::Block>;

    /// A text with its values.
    fn filled(&self, text: &str) -> String {
        fill(text, |name| Some(self.value(name))).trim().to_string()
    }

    /// A line at the right.
    fn right(&self, text: String) -> TextBlock {
        TextBlock::Right(vec![text])
    }

    /// Whether a line says something: it has no placeholder, or one with a value.
    fn is_known(&self, line: &TemplateLine) -> bool {
        let mut names = line.text().into_iter().flat_map(placeholders).peekable();
        names.peek().is_none() || names.any(|name| self.is_part(name) || !self.value(name).is_empty())
    }

    /// The blocks of a text: lines of one kind without a blank line between them are one; those that
    /// say nothing are left out.
    fn blocks<'t>(&self, lines: impl Iterator<Item = TemplateLine<'t>>) -> Vec<Self::Block> {
        let mut blocks = Vec::new();
        let mut open: Option<TextBlock> = None;
        for line in lines.filter(|line| self.is_known(line)) {
            let part = line.placeholder().filter(|name| self.is_part(name));
            let filled = |text| vec![self.filled(text)];
            let next = match line {
                TemplateLine::Blank => None,
                TemplateLine::Plain(_) if part.is_some() => None,
                TemplateLine::Title(text) => Some(TextBlock::Heading(self.filled(text))),
                TemplateLine::Plain(text) => Some(TextBlock::Lines(filled(text))),
                TemplateLine::Right(text) => Some(self.right(self.filled(text))),
                TemplateLine::Item(text) => Some(TextBlock::Items(filled(text))),
                TemplateLine::Step(text) => Some(TextBlock::Steps(filled(text))),
                TemplateLine::Row(head, value) => Some(TextBlock::Facts(vec![(self.filled(head), self.filled(value))])),
            };
            let next = match (&mut open, next) {
                (Some(open), Some(next)) => match open.append(next) {
                    None => continue,
                    next => next,
                },
                (_, next) => next,
            };
            blocks.extend(std::mem::replace(&mut open, next).map(Self::Block::from));
            blocks.extend(part.into_iter().flat_map(|name| self.part(name)));
        }
        blocks.extend(open.map(Self::Block::from));
        blocks
    }
}

impl TextBlock {
    /// Takes in the block that follows where it is of the same kind, and gives it back where not.
    fn append(&mut self, next: TextBlock) -> Option<TextBlock> {
        match (self, next) {
            (TextBlock::Lines(lines), TextBlock::Lines(more))
            | (TextBlock::Right(lines), TextBlock::Right(more))
            | (TextBlock::Items(lines), TextBlock::Items(more))
            | (TextBlock::Steps(lines), TextBlock::Steps(more)) => lines.extend(more),
            (TextBlock::Facts(facts), TextBlock::Facts(more)) => facts.extend(more),
            (_, next) => return Some(next),
        }
        None
    }
}

impl<'t> TemplateLine<'t> {
    /// The text whose values decide whether the line is left out: of a row, its value.
    fn text(&self) -> Option<&'t str> {
        match self {
            TemplateLine::Blank => None,
            TemplateLine::Row(_, text)
            | TemplateLine::Title(text)
            | TemplateLine::Right(text)
            | TemplateLine::Item(text)
            | TemplateLine::Step(text)
            | TemplateLine::Plain(text) => Some(text),
        }
    }

    /// The placeholder that the line consists of.
    fn placeholder(&self) -> Option<&'t str> {
        let TemplateLine::Plain(text) = self else { return None };
        text.trim().strip_prefix('{')?.strip_suffix('}')
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
        // What the Notepad of older Windows saves.
        let (text, wrong) = encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes);
        (!wrong).then(|| text.into_owned())
    }

    /// Puts a text of the user's in the place of the one that is built in; false where there is
    /// none of this file name. What stands in braces and is not known is refused, all at once.
    pub fn replace(&mut self, file_name: &str, text: &str) -> Result<bool, Vec<UnknownPlaceholder>> {
        let lang = self.lang;
        let Some((_, own)) = self.texts.iter_mut().find(|(name, _)| file(name, lang) == file_name) else {
            return Ok(false);
        };
        let known = Templates::known(file_name);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with("//"));
        let named = lines.flat_map(|(at, line)| placeholders(line).map(move |name| (at + 1, name)));
        let unknown: Vec<UnknownPlaceholder> = named
            .filter(|(_, name)| !known.contains(name))
            .map(|(line, name)| UnknownPlaceholder { line, name: name.into() })
            .collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        *own = text.trim_start_matches('\u{feff}').replace('\r', "");
        Ok(true)
    }

    /// The lines of a text.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = TemplateLine<'_>> {
        let text = self.texts.iter().find(|(other, _)| *other == name).map_or("", |(_, text)| text.as_str());
        text.lines().filter(|line| !line.starts_with("//")).map(line_of)
    }
}

fn file(name: &str, lang: Lang) -> String {
    format!("{name}.{}.txt", lang.code())
}

fn line_of(line: &str) -> TemplateLine<'_> {
    let line = line.trim_end();
    if let Some(row) = line.strip_prefix("| ") {
        let (head, value) = row.split_once('|').unwrap_or((row, ""));
        return TemplateLine::Row(head.trim(), value.trim());
    }
    let rest = |mark| line.strip_prefix(mark);
    match () {
        () if line.trim().is_empty() => TemplateLine::Blank,
        () => rest("# ")
            .map(TemplateLine::Title)
            .or_else(|| rest("> ").map(TemplateLine::Right))
            .or_else(|| rest("- ").map(TemplateLine::Item))
            .or_else(|| rest("1. ").map(TemplateLine::Step))
            .unwrap_or(TemplateLine::Plain(line)),
    }
}

/// What stands in braces in a line.
fn placeholders(line: &str) -> impl Iterator<Item = &str> {
    line.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0))
}

#[cfg(test)]
mod tests {
    use super::{Templates, TextBlock, TextValues, UnknownPlaceholder};
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
        let unknown = |line, name: &str| UnknownPlaceholder { line, name: name.into() };
        let text = "// {what}\r\n{name} {nmae}\r\n\r\n{pages} {\r\n";
        assert_eq!(own.replace("apply.ja.txt", text), Err(vec![unknown(2, "nmae"), unknown(4, "pages")]));
        assert_eq!(own.replace("fax.ja.txt", "{pages}"), Ok(true));
        assert_eq!(own.replace("aply.ja.txt", "{pages}"), Ok(false));
    }

    /// Knows a name and one part.
    struct Values;

    impl TextValues for Values {
        type Block = TextBlock;

        fn value(&self, name: &str) -> String {
            if name == "name" { "きずな".into() } else { String::new() }
        }

        fn is_part(&self, name: &str) -> bool {
            name == "part"
        }

        fn part(&self, name: &str) -> Vec<TextBlock> {
            vec![TextBlock::Items(vec![name.into()])]
        }
    }

    #[test]
    fn lines_of_one_kind_are_a_block() {
        let text = "# {name}\n{name} a\nb {nobody}\n{nobody}\nc\n\nd\n> e\n- f\n- {nobody}\n{part}\n- g\n| h {name} | {nobody}\n| i | j\n";
        let blocks = Values.blocks(text.lines().map(super::line_of));
        let owned = |lines: &[&str]| lines.iter().map(|line| line.to_string()).collect::<Vec<_>>();
        let expected = [
            TextBlock::Heading("きずな".into()),
            // A line is left out where none of its placeholders has a value.
            TextBlock::Lines(owned(&["きずな a", "c"])),
            TextBlock::Lines(owned(&["d"])),
            TextBlock::Right(owned(&["e"])),
            TextBlock::Items(owned(&["f"])),
            // What a part adds is no part of what is around it.
            TextBlock::Items(owned(&["part"])),
            TextBlock::Items(owned(&["g"])),
            TextBlock::Facts(vec![("i".into(), "j".into())]),
        ];
        assert_eq!(blocks, expected);
    }
}
