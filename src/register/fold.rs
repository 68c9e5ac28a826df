//! Spellings made one: full-width and half-width forms, and what only looks different.
//!
//! The part of Unicode's compatibility forms (NFKC) that Japanese offices meet: full-width
//! letters and digits, half-width katakana with its voice marks, spaces, hyphens, squared words.

/// What half-width katakana stand for, from U+FF65 on.
const KATAKANA: [char; 57] = [
    '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ',
    'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ',
    'ヒ', 'フ', 'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン',
];
/// Kana that a voice mark (゛) follows; the voiced one is the next in Unicode.
const VOICED: &str = "カキクケコサシスセソタチツテトハヒフヘホかきくけこさしすせそたちつてとはひふへほ";
/// Kana that the other mark (゜) follows; with it they are the next but one.
const HALF_VOICED: &str = "ハヒフヘホはひふへほ";

/// Text as people type it: letters, digits and signs half-width, katakana full-width, plain
/// hyphens and spaces, nothing invisible.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => out.push(c),
            '\u{ff01}'..='\u{ff5e}' => out.extend(char::from_u32(c as u32 - 0xfee0)),
            '\u{ff65}'..='\u{ff9d}' => out.extend(KATAKANA.get(c as usize - 0xff65)),
            '\u{ff9e}' | '\u{3099}' | '゛' => mark(&mut out, VOICED, 1, '゛'),
            '\u{ff9f}' | '\u{309a}' | '゜' => mark(&mut out, HALF_VOICED, 2, '゜'),
            '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
            '㍻' => out.push_str("平成"),
            '㍼' => out.push_str("昭和"),
            '㋿' => out.push_str("令和"),
            '℡' => out.push_str("TEL"),
            '№' => out.push_str("No"),
            '\n' => out.push(c),
            _ if is_invisible(c) => {}
            _ if c.is_whitespace() => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// Joins a voice mark with the kana before it.
fn mark(out: &mut String, kana: &str, steps: u32, alone: char) {
    let last = out.chars().last().filter(|last| kana.contains(*last));
    match last.and_then(|last| char::from_u32(last as u32 + steps)) {
        Some(voiced) => {
            out.pop();
            out.push(voiced);
        }
        None if out.ends_with('ウ') && steps == 1 => {
            out.pop();
            out.push('ヴ');
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
/// hyphens, underscores and full stops.
pub(super) fn key(text: &str) -> String {
    let plain = plain(text);
    plain.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// A value on several lines as it is kept: line ends as LF, nothing invisible, nothing around it.
pub(super) fn lines(text: &str) -> String {
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
