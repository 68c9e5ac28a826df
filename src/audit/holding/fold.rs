//! Names as people mean them: width and case do not matter.

/// Half-width katakana and its marks, U+FF61 to U+FF9F, in full width.
const KANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// The text with full-width letters, digits and signs as ASCII, half-width katakana as
/// full-width, in lower case, and with single spaces.
///
/// ```
/// use shomei::audit::holding::fold;
/// assert_eq!(fold(" ＰＣ－０１　受付 "), "pc-01 受付");
/// assert_eq!(fold("ﾊﾟｿｺﾝ"), "パソコン");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            '\u{ff01}'..='\u{ff5e}' => out.extend(char::from_u32(c as u32 - 0xfee0).map(|c| c.to_ascii_lowercase())),
            '\u{ff61}'..='\u{ff9f}' => add_kana(&mut out, KANA.chars().nth((c as usize) - 0xff61).unwrap_or(c)),
            c if c.is_whitespace() => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Adds a character of half-width katakana; a voicing mark joins the one before it, whose
/// voiced form follows it in Unicode, and the half-voiced one after that.
fn add_kana(out: &mut String, kana: char) {
    let step = match kana {
        '゛' => 1,
        '゜' => 2,
        _ => return out.push(kana),
    };
    let voiced = match (out.chars().next_back(), step) {
        (Some('ウ'), 1) => Some('ヴ'),
        (Some(last), 1) if "カキクケコサシスセソタチツテトハヒフヘホ".contains(last) => {
            char::from_u32(last as u32 + 1)
        }
        (Some(last), 2) if "ハヒフヘホ".contains(last) => char::from_u32(last as u32 + 2),
        _ => None,
    };
    if voiced.is_some() {
        out.pop();
    }
    out.push(voiced.unwrap_or(kana));
}
