//! Spellings made one: full-width and half-width forms, and what only looks different.
//!
//! The part of Unicode's compatibility forms (NFKC) that Japanese offices meet: full-width
//! letters and digits, half-width katakana with its voice marks, spaces, hyphens, squared words.
//! NFKC as a whole would take ① for 1 and 神 (U+FA19) for 神 (U+795E): in an ID or a name they
//! are told apart on purpose. And it leaves hyphens and what is invisible as they are.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCompositionBorrowed;

const COMPATIBILITY: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// Text as people type it: letters, digits and signs half-width, katakana full-width, plain
/// hyphens and spaces, nothing invisible.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' | '\n' => out.push(c),
            '\u{ff01}'..='\u{ff5e}' | '\u{ff65}'..='\u{ff9d}' | '㍻' | '㍼' | '㋿' | '℡' | '№' => {
                out.extend(COMPATIBILITY.normalize_iter(std::iter::once(c)));
            }
            '\u{ff9e}' | '\u{3099}' | '゛' => add_voice_mark(&mut out, '\u{3099}', '゛'),
            '\u{ff9f}' | '\u{309a}' | '゜' => add_voice_mark(&mut out, '\u{309a}', '゜'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Joins a voice mark with the kana before it, or leaves it alone.
fn add_voice_mark(out: &mut String, mark: char, alone: char) {
    let last = out.chars().last();
    match last.and_then(|kana| CanonicalCompositionBorrowed::new().compose(kana, mark)) {
        Some(voiced) => {
            out.pop();
            out.push(voiced);
        }
        None => out.push(alone),
    }
}

/// Characters that take no room and are not meant: controls, and the format characters that
/// come along when text is copied from pages and documents.
pub(super) fn is_invisible(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\u{b}' | '\u{c}' | '\r' | '\u{85}'))
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

/// What words and headers are compared by: [`plain`] in lower case without spaces, line breaks,
/// hyphens, underscores, full stops and variation selectors.
pub(crate) fn key(text: &str) -> String {
    let plain = plain(text);
    let is_kept = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '.') && !is_selector(*c);
    plain.chars().filter(is_kept).map(|c| if c == '〜' { '~' } else { c }).flat_map(char::to_lowercase).collect()
}

/// Variation selectors: which glyph of a character is meant, 葛 with either of two right sides. They
/// are kept in names and never compared.
fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Combining marks after their letters joined with them, as NFC has it: か and U+3099, as file names
/// from a Mac have it, is が. NFC as a whole would also take 神 (U+FA19) for 神 (U+795E).
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    let is_mark = |c: char| matches!(c, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}');
    if !text.contains(is_mark) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let joined = out.chars().last().filter(|_| is_mark(c));
        match joined.and_then(|letter| CanonicalCompositionBorrowed::new().compose(letter, c)) {
            Some(whole) => {
                out.pop();
                out.push(whole);
            }
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text as CP932 can have it: composed, without variation selectors, and where the converters
/// of Unix and Windows disagree about a sign of JIS X 0208, with the one that Windows means.
pub(super) fn for_cp932(text: &str) -> String {
    let twin = |c: char| match c {
        '\u{301c}' => '\u{ff5e}',
        '\u{2212}' => '\u{ff0d}',
        '\u{2014}' => '\u{2015}',
        '\u{2016}' => '\u{2225}',
        '\u{a2}' => '\u{ffe0}',
        '\u{a3}' => '\u{ffe1}',
        '\u{ac}' => '\u{ffe2}',
        '\u{a0}' => ' ',
        other => other,
    };
    composed(text).chars().filter(|c| !is_selector(*c)).map(twin).collect()
}

/// What stands where there is nothing: －, なし, 未登録.
pub fn is_placeholder(text: &str) -> bool {
    let short = text.trim();
    // Most cells are told without folding them: every row of a list is asked ten times.
    if short.is_empty() || short.len() > LONGEST_PLACEHOLDER {
        return false;
    }
    if short.is_ascii() {
        return short == "0" || short.eq_ignore_ascii_case("n/a") || short.bytes().all(|b| b == b'-' || b == b'~');
    }
    let key = key(short);
    let is_stroke = |c: char| matches!(c, 'ー' | '―' | '─' | '━' | '~' | '.' | '…');
    // Hyphens are no part of a key: a cell of nothing else leaves none.
    let is_strokes = key.chars().all(is_stroke) && !short.contains(['.', '．', '_', '＿']);
    is_strokes || PLACEHOLDERS.contains(&key.as_str())
}

/// Bytes within which one is, with spaces between its characters.
const LONGEST_PLACEHOLDER: usize = 24;

const PLACEHOLDERS: [&str; 9] = ["なし", "無し", "無", "ナシ", "未登録", "未設定", "該当なし", "n/a", "0"];

/// What stands for the value above: 〃, 同上.
pub(super) fn is_ditto(text: &str) -> bool {
    let short = text.trim();
    if short.is_empty() || short.len() > LONGEST_PLACEHOLDER {
        return false;
    }
    if short.is_ascii() {
        return short == "\"" || short.eq_ignore_ascii_case("ditto");
    }
    matches!(key(short).as_str(), "〃" | "同上" | "〟" | "″" | "\"" | "上に同じ" | "ditto")
}

/// A value on several lines as it is kept: line ends as LF, nothing invisible, nothing around it.
pub(super) fn lines(text: &str) -> String {
    let text = &*composed(text);
    let is_kept_as_it_is = |c: char| c == '\n' || !(c.is_control() || is_invisible(c) || is_line_end(c));
    if text.chars().all(is_kept_as_it_is) {
        return text.trim().to_string();
    }
    let text = text.replace("\r\n", "\n");
    let kept = text.chars().filter(|c| !is_invisible(*c)).map(|c| match c {
        _ if is_line_end(c) => '\n',
        '\t' | '\u{b}' | '\u{c}' => ' ',
        _ => c,
    });
    kept.collect::<String>().trim().to_string()
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A value on one line as it is kept.
pub(super) fn line(text: &str) -> String {
    let lines = lines(text);
    if lines.contains('\n') { lines.replace('\n', " ") } else { lines }
}

/// The text fit to be quoted in a message: on one line, nothing that could act on a terminal,
/// not too long.
pub(super) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut out: String = line(text).chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{composed, for_cp932, is_ditto, is_placeholder, key, plain};

    #[test]
    fn widths_voice_marks_and_hyphens_are_one() {
        for (text, expected) in [
            ("ＡＢＣ－１２３～", "ABC-123~"),
            ("ﾊﾟｿｺﾝ･ﾃﾞｽｸ", "パソコン・デスク"),
            ("カ゛ハ゜か\u{3099}は\u{309a}", "ガパがぱ"),
            ("ｳﾞう゛", "ヴゔ"),
            ("ア゛゜ﾞ", "ア゛゜゛"),
            ("1‐2‑3–4—5−6", "1-2-3-4-5-6"),
            ("㍻㍼㋿℡№", "平成昭和令和TELNo"),
            ("a\u{3000}b\u{a0}c\td\ne", "a b c d\ne"),
            ("a\u{200b}b\u{feff}c\u{202e}", "abc"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn what_tells_names_and_ids_apart_stays() {
        for text in ["①㈱髙﨑", "\u{fa19}", "Ⅳ½㎡", "e\u{301}", "…", "￥"] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn marks_join_their_letters_and_nothing_else_changes() {
        for (text, expected) in [
            ("か\u{3099}は\u{309a}", "がぱ"),
            ("e\u{301}", "é"),
            ("\u{fa19}①ｶﾞ", "\u{fa19}①ｶﾞ"),
            ("\u{3099}a", "\u{3099}a"),
        ] {
            assert_eq!(composed(text), expected, "{text}");
        }
        assert_eq!(for_cp932("〜−—‖¢£¬\u{a0}葛\u{e0100}び\u{3099}"), "～－―∥￠￡￢ 葛び\u{3099}");
        assert_eq!(key("葛\u{e0100}飾〜"), key("葛飾～"));
    }

    #[test]
    fn what_stands_for_nothing_is_not_mistaken_for_a_value() {
        for text in ["－", "-", "---", "ー", "―", "なし", "無 し", "無", "未登録", "0", "０", "…"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", " ", "00", "無量寿苑", "なしの木", "〃", "・", "1-1", "."] {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(is_ditto("〃") && is_ditto(" 同 上 ") && !is_ditto("同上荘"));
    }
}
