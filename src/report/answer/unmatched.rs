//! Certificates that are matched to no holder yet, as answers begin with them.

use std::io::{self, Write};

use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::layout::{Style, write_indented};

/// How many valid certificates are matched to no holder, and what to type; none where there are
/// none.
pub(in crate::report) fn sentence(count: usize, lang: Lang) -> Option<String> {
    let text = Text {
        ja: "有効な証明書 {n} 枚が、まだどの事業所・代理人にも対応付けられていません。候補の確認と対応付け: shomei register match",
        en: "{n} valid certificates are not matched to a holder yet. To see their candidates and match them: shomei register match.",
    };
    let one = Text {
        ja: text.ja,
        en: "1 valid certificate is not matched to a holder yet. To see its candidates and match it: shomei register match.",
    };
    let text = if count == 1 { one } else { text };
    (count > 0).then(|| text.fill(lang, &[("n", &count)]))
}

/// Writes the sentence, where there is something to say.
pub(in crate::report) fn write(out: &mut dyn Write, count: usize, style: Style, lang: Lang) -> io::Result<()> {
    // It comes before the answer: as long as it holds, the answer is about a part of what there is.
    match sentence(count, lang) {
        Some(sentence) => write_indented(out, "", &style.paint(Some(Severity::Warning), &sentence), style.width),
        None => Ok(()),
    }
}
