//! Escaping for terminals, HTML and spreadsheets.

use std::borrow::Cow;
use std::fmt;

use askama::filters::{Escaper, Html};

/// Whether a character could act on a terminal or turn the order of text around: controls, and
/// the bidirectional and invisible format characters of Unicode.
pub fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Text that is safe on a terminal: what could act there is shown as `<U+202E>`.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_dangerous(c) {
            true => out.push_str(&format!("<U+{:04X}>", c as u32)),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A cell that no spreadsheet takes for a formula, on one line and without controls.
pub fn cell(text: &str) -> Cow<'_, str> {
    let safe = terminal(text);
    if text.parse::<i64>().is_ok() && !text.starts_with('+') {
        return safe;
    }
    match safe.chars().next().filter(|_| safe.chars().nth(1).is_some()) {
        Some('=' | '+' | '-' | '@' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}') => {
            Cow::Owned(format!("'{safe}"))
        }
        _ => safe,
    }
}

/// Escapes values in templates of pages, as `askama.toml` says: nothing in them is markup, and what
/// could turn the order of text around is shown as `<U+202E>`.
#[derive(Clone, Copy, Debug)]
pub struct PageEscaper;

impl Escaper for PageEscaper {
    fn write_escaped_str<W: fmt::Write>(&self, dest: W, text: &str) -> fmt::Result {
        Html.write_escaped_str(dest, &terminal(text))
    }
}

/// What a page shows at most of one text, in characters: a subject may have a million.
const MOST_ON_PAGE: usize = 400;

/// What a page shows of a text: all of it, unless it is very long.
pub fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST_ON_PAGE) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// Filters of the templates.
pub(crate) mod filters {
    use std::fmt;

    /// A text of which a page shows only the beginning where it is very long.
    #[derive(Clone, Copy, Debug)]
    pub struct Cut<T>(T);

    impl<T: AsRef<str>> fmt::Display for Cut<T> {
        fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str(&super::cut(self.0.as_ref()))
        }
    }

    /// `{{ text|cut }}`: see [`super::cut`].
    #[askama::filter_fn]
    pub fn cut<T: AsRef<str>>(text: T, _: &dyn askama::Values) -> askama::Result<Cut<T>> {
        Ok(Cut(text))
    }
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::{MOST_ON_PAGE, filters};

    /// A page with one value, between tags and in an attribute.
    #[derive(Template)]
    #[template(source = "<p title=\"{{ text }}\">{{ text|cut }}</p>", ext = "html")]
    struct Page<'a> {
        text: &'a str,
    }

    #[test]
    fn no_value_is_markup_or_acts_on_text() {
        let cases = [
            ("<script>", "&#60;script&#62;"),
            ("a & b", "a &#38; b"),
            ("\" onload='x'", "&#34; onload=&#39;x&#39;"),
            ("\u{202e}fdp.exe", "&#60;U+202E&#62;fdp.exe"),
            ("a\r\nb", "a&#60;U+000D&#62;&#60;U+000A&#62;b"),
            ("日本語の名前", "日本語の名前"),
        ];
        for (text, escaped) in cases {
            let page = Page { text }.render().unwrap();
            assert_eq!(page, format!("<p title=\"{escaped}\">{escaped}</p>"));
        }
    }

    #[test]
    fn a_long_text_is_cut() {
        let page = Page { text: &"長".repeat(MOST_ON_PAGE + 1) }.render().unwrap();
        assert!(page.ends_with(&format!(">{}…</p>", "長".repeat(MOST_ON_PAGE))));
    }
}
