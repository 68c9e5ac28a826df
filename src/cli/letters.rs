//! `shomei report --letter`: letters, and the texts that the user may change.

use clap::Arg;

use super::prelude::*;
use crate::app::{letter_texts, sheet};
use crate::report::{Report, Templates};

pub(super) fn arguments(lang: Lang) -> Vec<Arg> {
    flags! { lang;
        switch "letter"
            "事業所・代理人ごとの手紙(A4 の HTML)。連絡方法が FAX なら送付状も作る"
            "letters instead, one a holder (HTML for A4), with a cover sheet for those reached by fax"
            => |arg| arg.conflicts_with_all(["format", "table", "files"]);
        option "within" (Text { ja: "日数", en: "DAYS" })
            "手紙と差込データに載せる期限。この日数のうちに切れるものと、切れたもの(既定: ポリシーのいちばん長い段階)"
            "letters and mail merge: about what expires within so many days, or has (default: the policy's widest tier)";
        folder "templates" "手紙の文面のフォルダー" "the folder of the letters' texts" => |arg| arg.requires("letter");
        folder "write-templates"
            "書き換えるための文面をこのフォルダーに書き出して終わる"
            "write the built-in texts into this folder, to be edited, and end"
            => |arg| arg.conflicts_with_all(["letter", "format", "output"]);
    }
}

/// Writes the built-in texts where the user wants to change them.
pub(super) fn write_templates(session: &Session, folder: &Path) -> Result<(), AppError> {
    let lang = session.context.lang;
    let files = letter_texts::write_templates(folder, lang)?;
    let text = Text {
        ja: "文面を {folder} に書き出しました: {files}。まず sender と contact に差出人と連絡先を書き、shomei report --letter --templates {folder} -o letters.html を実行してください。",
        en: "Texts written to {folder}: {files}. Write the sender into `sender` and `contact` first, then run shomei report --letter --templates {folder} -o letters.html.",
    };
    let files = sheet::joined(&files, lang);
    complain(&text.fill(lang, &[("folder", &folder.display()), ("files", &files)]));
    Ok(())
}

/// Writes the letters, and shows how many there are and who gets none.
pub(super) fn write(
    session: &Session,
    report: &Report,
    templates: &Templates,
    output: Option<&Path>,
) -> Result<(), AppError> {
    session.write_to(output, |out| report.write_letters(templates, out))?;
    let lang = session.context.lang;
    let fax = report.letters.iter().filter(|letter| letter.goes_by_fax()).count();
    let text = Text {
        ja: "手紙 {n} 通、うち FAX送付状つき {fax} 通。",
        en: "Letters: {n}, of which {fax} have a fax cover sheet.",
    };
    complain(&text.fill(lang, &[("n", &report.letters.len()), ("fax", &fax)]));
    let without_letter = report.without_letter();
    if without_letter > 0 {
        let text = Text {
            ja: "台帳の誰のものか分からない証明書 {n} 枚には、手紙がありません。shomei register match --export ファイル.xlsx で結び付けられます。",
            en: "{n} certificates are nobody's that the register knows: no letter tells of them. shomei register match --export FILE.xlsx binds them.",
        };
        complain(&text.fill(lang, &[("n", &without_letter)]));
    }
    Ok(())
}
