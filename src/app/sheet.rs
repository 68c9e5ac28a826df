//! Tables that people fill in: written once and never over one that may be filled in, and read
//! back with what is wrong in each row.

use std::path::Path;

use super::output::{Privacy, write_file};
use super::{AppError, Context, files};
use crate::locale::{Lang, Text};
use crate::platform;
use crate::register::{CsvEncoding, FilledColumn, FilledTable, FormTable, Grid, GridCell};

/// What a message names: every register, joined.
pub fn joined(names: &[String], lang: Lang) -> String {
    names.join(comma(lang))
}

/// The separator between the parts of a list.
pub fn comma(lang: Lang) -> &'static str {
    Text { ja: "、", en: ", " }.get(lang)
}

/// What is wrong with a file that was named.
pub fn about_file(path: &Path, what: &str, lang: Lang) -> AppError {
    AppError::new(
        Text { ja: "{path}: {what}", en: "{path}: {what}" },
        lang,
        &[("path", &path.display()), ("what", &what)],
    )
}

/// Reads a table that was filled in; the headings `required` must be there.
pub fn filled_grid(path: &Path, headings: &[FilledColumn], required: &[usize], lang: Lang) -> Result<Grid, AppError> {
    let bytes = files::read(path, lang)?;
    let fits = |grid: &Grid| FilledTable::find(grid, headings, required).is_some();
    let grid = Grid::read(&bytes, None, &fits).map_err(|error| about_file(path, &error.text(lang), lang))?;
    if fits(&grid) {
        return Ok(grid);
    }
    let titles: Vec<String> = required.iter().map(|at| headings[*at].title.get(lang).to_string()).collect();
    let text = Text {
        ja: "見出しの行が見つかりません。{titles} の見出しが要ります。",
        en: "there is no row of headers; {titles} must be among them.",
    };
    Err(about_file(path, &text.fill(lang, &[("titles", &joined(&titles, lang))]), lang))
}

/// The form of a table by its file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetForm {
    /// An Excel workbook.
    Xlsx,
    /// Comma-separated values.
    Csv,
}

/// The form of a table by the file's extension.
pub fn sheet_form(path: &Path, lang: Lang) -> Result<SheetForm, AppError> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("xlsx") => Ok(SheetForm::Xlsx),
        Some("csv") => Ok(SheetForm::Csv),
        _ => {
            let text = Text {
                ja: "ファイル名は .xlsx か .csv で終わるようにしてください。",
                en: "give it a name that ends in .xlsx or .csv.",
            };
            Err(about_file(path, text.get(lang), lang))
        }
    }
}

/// Writes a table to fill in: complete or not at all, never over one that may be filled in, and for
/// its owner's eyes only.
pub fn write_table(context: &Context, table: &FormTable, path: &Path) -> Result<(), AppError> {
    let lang = context.lang;
    refuse_existing(path, lang)?;
    let bytes = match sheet_form(path, lang)? {
        SheetForm::Xlsx => table.to_xlsx().map_err(|error| about_file(path, &error.text(lang), lang))?,
        SheetForm::Csv => table.to_csv(CsvEncoding::Utf8Bom).0,
    };
    write_file(path, Privacy::Private, lang, |out| out.write_all(&bytes))
}

/// Writes a workbook that people will work in: not over one that is there, for its owner's eyes only.
pub fn write_new(path: &Path, workbook: &[u8], lang: Lang) -> Result<(), AppError> {
    refuse_existing(path, lang)?;
    if sheet_form(path, lang)? != SheetForm::Xlsx {
        let text = Text {
            ja: "ファイル名は .xlsx で終わるようにしてください。",
            en: "give it a name that ends in .xlsx.",
        };
        return Err(about_file(path, text.get(lang), lang));
    }
    write_file(path, Privacy::Private, lang, |out| out.write_all(workbook))
}

fn refuse_existing(path: &Path, lang: Lang) -> Result<(), AppError> {
    // What is no regular file, or a folder, is answered for when it is written.
    if platform::regular_file(path).is_ok_and(|file| file.is_some_and(|file| file.exists())) {
        let text = Text {
            ja: "すでにあります。記入した内容が失われないように、上書きはしません。別の名前を指定してください。",
            en: "is there already. What may be filled in is not overwritten; name another file.",
        };
        return Err(about_file(path, text.get(lang), lang));
    }
    Ok(())
}

/// What is wrong in a row of a table that was filled in.
pub fn row_mistake(row: u32, what: &str, lang: Lang) -> String {
    Text { ja: "{row}行目: {what}", en: "row {row}: {what}" }.fill(lang, &[("row", &row), ("what", &what)])
}

/// An ID in a cell: a number of fewer than ten digits may have lost its zeros.
pub fn id_of(cell: &GridCell, lang: Lang) -> Result<String, String> {
    let text = cell.text().trim().to_string();
    let whole = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
    match cell {
        GridCell::Text(_) => Ok(text),
        GridCell::Number(_) if whole => Ok(text),
        GridCell::Unvalued(_) => {
            let wrong = Text {
                ja: "計算結果の入っていない数式です。Excel で開いて保存し直してください。",
                en: "a formula without a value. Open the file in Excel and save it.",
            };
            Err(wrong.get(lang).to_string())
        }
        _ => {
            let wrong = Text {
                ja: "「{text}」は文字列ではなく、先頭の 0 などが失われたおそれがあります。セルの書式を「文字列」にして入れ直してください。",
                en: "\"{text}\" is no text: leading zeros may be lost. Format the cell as text and enter it again.",
            };
            Err(wrong.fill(lang, &[("text", &text)]))
        }
    }
}
