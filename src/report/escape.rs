//! What may not reach a place as it is.

use std::borrow::Cow;
use std::fmt;

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

/// What a page shows at most of one text, in characters.
const MOST_ON_PAGE: usize = 400;

/// Text for HTML, between tags or in quoted attributes: nothing in it is markup, and what could turn
/// the order of text around is shown as `<U+202E>`.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a>(pub &'a str);

/// The same; what is very long is cut with `…`.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a>(pub &'a str);

impl fmt::Display for Whole<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for c in self.0.chars() {
            match c {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                c if is_dangerous(c) => write!(out, "&lt;U+{:04X}&gt;", c as u32)?,
                c => out.write_char(c)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Html<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Whole(&cut(self.0)).fmt(out)
    }
}

/// What a page shows of a text: all of it, unless it is very long.
pub fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(MOST_ON_PAGE) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}
