//! Language: the choice between Japanese and English, and texts that exist in both.
//!
//! A [`Text`] has both languages as required fields, so a missing translation does not compile. The
//! texts of rules, commands and reports are in the code that writes them; [`catalogue`] has the
//! messages that belong to no single one of these. Absent here: no I/O, no clock, no global state;
//! the language is a parameter.

pub mod catalogue;

use std::fmt::Display;

/// The language of a text. Japanese is the first language of the people who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// 日本語
    Ja,
    /// English
    En,
}

impl Lang {
    /// The language a locale name such as `ja_JP.UTF-8` or `en-GB` asks for: Japanese for
    /// Japanese, English for everything else.
    pub fn of_locale(name: &str) -> Lang {
        if name.starts_with("ja") { Lang::Ja } else { Lang::En }
    }

    /// The code as `--lang` takes it.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Ja => "ja",
            Lang::En => "en",
        }
    }
}

/// One text in both languages, with `{name}` where a value goes.
///
/// ```
/// use shomei::locale::{Lang, Text};
/// let t = Text { ja: "{n}件", en: "{n} files" };
/// assert_eq!(t.fill(Lang::En, &[("n", &3)]), "3 files");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// 日本語
    pub ja: &'static str,
    /// English
    pub en: &'static str,
}

impl Text {
    /// The text in `lang`, placeholders included.
    pub fn get(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Ja => self.ja,
            Lang::En => self.en,
        }
    }

    /// The text in `lang` with each `{name}` replaced by its value. A name without a value
    /// stays as it is, so that it is seen.
    pub fn fill(&self, lang: Lang, values: &[(&str, &dyn Display)]) -> String {
        fill(self.get(lang), |name| values.iter().find(|(n, _)| *n == name).map(|(_, v)| v.to_string()))
    }

    /// The names in `{}` of one language's text, in order of appearance.
    pub fn names(&self, lang: Lang) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut rest = self.get(lang);
        while let Some(open) = rest.find('{') {
            let Some(close) = rest[open..].find('}') else { break };
            names.push(&rest[open + 1..open + close]);
            rest = &rest[open + close + 1..];
        }
        names
    }
}

/// Replaces each `{name}` in `template` by what `value` gives for it.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|c| open + c) else { break };
        out.push_str(&rest[..open]);
        match value(&rest[open + 1..close]) {
            Some(v) => out.push_str(&v),
            None => out.push_str(&rest[open..=close]),
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    out
}

/// The known word nearest to `word` (at most a third of it different), for "did you mean".
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|k| (strsim::levenshtein(&word, &k.to_lowercase()), k))
        .filter(|(d, k)| *d <= 1 + k.chars().count() / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, k)| k)
}
