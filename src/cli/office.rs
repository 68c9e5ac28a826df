//! What the office's commands share: who is at work, the words of the policy, entries, tables
//! that were filled in.

use std::collections::BTreeMap;
use std::path::Path;

use clap::Arg;

use super::session::Session;
use super::settings::Settings;
use super::{Failure, arguments, depot, files};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, EntrySequence, HistoryEntry, NotificationRow, Store, WriteBatch};
use crate::locale::{Lang, Text};
use crate::policy::{LocalizedText, Policy};
use crate::register::{
    CsvEncoding, FilledColumn, FilledTable, FormTable, Grid, GridCell, PolicyWord, PolicyWords, Unencodable,
};
use crate::yaml::Phrase;

/// The register where nobody names one.
pub(super) const DEFAULT: &str = "default";

/// `--name`.
pub(super) fn name(lang: Lang) -> Arg {
    let help = Text {
        ja: "台帳の名前。都道府県ごとに分けるときなどに使う(既定: default)",
        en: "the register's name, where there are several, one per prefecture (default: default)",
    };
    arguments::filled("name", Text { ja: "名前", en: "NAME" }, help, lang)
}

/// The name that the user has on this computer.
pub(super) fn login() -> Option<String> {
    let names = ["USER", "LOGNAME", "USERNAME"].into_iter();
    names.filter_map(std::env::var_os).map(|name| name.to_string_lossy().into_owned()).find(|name| !name.is_empty())
}

/// The policy's services and usage categories, as a register spells them.
pub(super) fn words(policy: &Policy) -> PolicyWords {
    let word = |id: &str, name: &LocalizedText, words: &[String]| PolicyWord {
        id: id.to_string(),
        title: Phrase { ja: name.ja.clone(), en: name.en.clone() },
        synonyms: words.to_vec(),
    };
    let holders = &policy.holders;
    PolicyWords {
        services: holders.services.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
        categories: holders.categories.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
    }
}

/// Makes entries that count for more than all there are.
pub(super) fn stamper(inventory: &Sqlite, session: &Session, settings: &Settings) -> Result<EntrySequence, Failure> {
    EntrySequence::new(inventory, session.now).map_err(|error| depot::failed(&error, settings, session.lang))
}

/// Records entries, all or none.
pub(super) fn record(
    inventory: &mut Sqlite,
    entries: Vec<HistoryEntry>,
    settings: &Settings,
    lang: Lang,
) -> Result<(), Failure> {
    let batch = WriteBatch { entries, ..WriteBatch::default() };
    inventory.record(&batch).map(drop).map_err(|error| depot::failed(&error, settings, lang))
}

/// Records what was said, all or nothing.
pub(super) fn record_told(
    session: &Session,
    inventory: &mut Sqlite,
    rows: impl IntoIterator<Item = NotificationRow>,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut stamper = stamper(inventory, session, settings)?;
    let entries = rows.into_iter().map(|row| stamper.entry(EntryBody::Told(row))).collect();
    record(inventory, entries, settings, session.lang)
}

/// What a message names: every register, joined.
pub(super) fn joined(names: &[String], lang: Lang) -> String {
    names.join(comma(lang))
}

/// What stands between the parts of a list.
pub(super) fn comma(lang: Lang) -> &'static str {
    Text { ja: "、", en: ", " }.get(lang)
}

/// What is wrong with a file that was named.
pub(super) fn about_file(path: &Path, what: &str, lang: Lang) -> Failure {
    Failure::new(
        Text { ja: "{path}: {what}", en: "{path}: {what}" },
        lang,
        &[("path", &path.display()), ("what", &what)],
    )
}

/// Reads a table that was filled in; the headings `required` must be there.
pub(super) fn filled_grid(
    path: &Path,
    headings: &[FilledColumn],
    required: &[usize],
    lang: Lang,
) -> Result<Grid, Failure> {
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

/// What a file's name says it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SheetForm {
    Xlsx,
    Csv,
}

/// The form of a table by the file's extension.
pub(super) fn sheet_form(path: &Path, lang: Lang) -> Result<SheetForm, Failure> {
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
pub(super) fn write_table(session: &Session, table: &FormTable, path: &Path) -> Result<(), Failure> {
    let lang = session.lang;
    if path.exists() {
        let text = Text {
            ja: "すでにあります。記入した内容が失われないように、上書きはしません。別の名前を指定してください。",
            en: "is there already. What may be filled in is not overwritten; name another file.",
        };
        return Err(about_file(path, text.get(lang), lang));
    }
    let bytes = match sheet_form(path, lang)? {
        SheetForm::Xlsx => table.to_xlsx().map_err(|error| about_file(path, &error.text(lang), lang))?,
        SheetForm::Csv => table.to_csv(CsvEncoding::Utf8Bom).0,
    };
    session.write_private(Some(path), |out| out.write_all(&bytes))
}

/// Tells of characters that an encoding does not have.
pub(super) fn tell_unencodable(lost: &[Unencodable], lang: Lang) {
    lost.iter().for_each(|one| super::complain(&one.text(lang)));
}

/// What is wrong in a row of a table that was filled in.
pub(super) fn row_mistake(row: u32, what: &str, lang: Lang) -> String {
    Text { ja: "{row}行目: {what}", en: "row {row}: {what}" }.fill(lang, &[("row", &row), ("what", &what)])
}

/// An ID in a cell: a number of fewer than ten digits may have lost its zeros.
pub(super) fn id_of(cell: &GridCell, lang: Lang) -> Result<String, String> {
    let text = cell.text().trim().to_string();
    let whole = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit());
    match cell {
        GridCell::Text(_) => Ok(text),
        GridCell::Number(_) if whole => Ok(text),
        _ => {
            let wrong = Text {
                ja: "「{text}」は文字列ではなく、先頭の 0 などが失われたおそれがあります。セルの書式を「文字列」にして入れ直してください。",
                en: "\"{text}\" is no text: leading zeros may be lost. Format the cell as text and enter it again.",
            };
            Err(wrong.fill(lang, &[("text", &text)]))
        }
    }
}

/// The short names of entries: as many digits of each ID as tell it from all others, eight at
/// least.
pub(super) struct ShortNames(BTreeMap<[u8; 16], usize>);

const SHORTEST: usize = 8;

impl ShortNames {
    /// Of sorted IDs.
    pub(super) fn of(ids: &[[u8; 16]]) -> ShortNames {
        let digits: Vec<String> = ids.iter().map(|id| crate::certificate::hex(id)).collect();
        let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
        let length = |at: usize| {
            let before = at.checked_sub(1).map_or(0, |before| shared(&digits[before], &digits[at]));
            let after = digits.get(at + 1).map_or(0, |after| shared(after, &digits[at]));
            (before.max(after) + 1).max(SHORTEST)
        };
        ShortNames(ids.iter().enumerate().map(|(at, id)| (*id, length(at))).collect())
    }

    /// The short name of an entry.
    pub(super) fn name(&self, id: &[u8; 16]) -> String {
        let mut digits = crate::certificate::hex(id);
        digits.truncate(self.0.get(id).copied().unwrap_or(SHORTEST));
        digits
    }
}
