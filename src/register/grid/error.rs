//! Why there is no grid.

use super::super::fold::shown;
use super::{MOST_BYTES, MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, MOST_UNPACKED, column_letters};
use crate::locale::Lang;
use crate::locale::catalogue::register as texts;
use crate::yaml::Phrase;

/// Why a file could not be read as a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GridError {
    /// There is no cell with a value.
    Empty,
    /// The file is larger than [`MOST_BYTES`].
    Bytes,
    /// Unpacked it is larger than [`MOST_UNPACKED`].
    Unpacked,
    /// There are more rows than [`MOST_ROWS`].
    Rows,
    /// A row has more columns than [`MOST_COLUMNS`].
    Columns {
        /// The row, from 1.
        row: u32,
    },
    /// There are more cells than [`MOST_CELLS`], or more text in them than [`super::MOST_TEXT`].
    Cells {
        /// The row, from 1.
        row: u32,
        /// The column, from 0.
        column: u32,
    },
    /// A cell has more characters than [`MOST_CHARACTERS`].
    Cell {
        /// The row, from 1.
        row: u32,
        /// The column, from 0.
        column: u32,
    },
    /// Text in no encoding that is known.
    Encoding {
        /// The first line that cannot be decoded, from 1, where lines can be told apart.
        line: Option<usize>,
    },
    /// A quote in a text with separators that is not closed, so that rows would run together.
    Quote {
        /// The line in which it is opened, from 1.
        line: usize,
    },
    /// Neither a workbook nor text.
    NotATable,
    /// A workbook or page of another format: HTML, XML.
    OtherFormat,
    /// A workbook that needs a password to be opened.
    Encrypted,
    /// A damaged workbook.
    Damaged {
        /// What its reader says, in English.
        detail: String,
    },
    /// There is no sheet of the name.
    NoSuchSheet {
        /// The name that was asked for.
        wanted: String,
        /// The sheets that are there.
        sheets: Vec<String>,
    },
}

impl GridError {
    /// What is wrong and what to do.
    pub fn text(&self, lang: Lang) -> String {
        let cell = |row: u32, column: u32| format!("{}{row}", column_letters(column));
        match self {
            GridError::Empty => texts::GRID_EMPTY.get(lang).to_string(),
            GridError::Bytes => texts::GRID_BYTES.fill(lang, &[("most", &(MOST_BYTES >> 20))]),
            GridError::Unpacked => texts::GRID_UNPACKED.fill(lang, &[("most", &(MOST_UNPACKED >> 20))]),
            GridError::Rows => texts::GRID_ROWS.fill(lang, &[("most", &MOST_ROWS)]),
            GridError::Columns { row } => texts::GRID_COLUMNS.fill(lang, &[("row", row), ("most", &MOST_COLUMNS)]),
            GridError::Cells { row, column } => {
                texts::GRID_CELLS.fill(lang, &[("cell", &cell(*row, *column)), ("most", &MOST_CELLS)])
            }
            GridError::Cell { row, column } => {
                texts::GRID_CELL.fill(lang, &[("cell", &cell(*row, *column)), ("most", &MOST_CHARACTERS)])
            }
            GridError::Encoding { line: Some(line) } => texts::GRID_ENCODING_LINE.fill(lang, &[("line", line)]),
            GridError::Encoding { line: None } => texts::GRID_ENCODING.get(lang).to_string(),
            GridError::Quote { line } => texts::GRID_QUOTE.fill(lang, &[("line", line)]),
            GridError::NotATable => texts::GRID_NOT_A_TABLE.get(lang).to_string(),
            GridError::OtherFormat => texts::GRID_OTHER_FORMAT.get(lang).to_string(),
            GridError::Encrypted => texts::GRID_ENCRYPTED.get(lang).to_string(),
            GridError::Damaged { detail } => texts::GRID_DAMAGED.fill(lang, &[("detail", &shown(detail))]),
            GridError::NoSuchSheet { wanted, sheets } => no_such_sheet(wanted, sheets).get(lang).to_string(),
        }
    }
}

fn no_such_sheet(wanted: &str, sheets: &[String]) -> Phrase {
    let names: Vec<String> = sheets.iter().map(|name| shown(name)).collect();
    Phrase::each(|lang| {
        let sheets = names.join(texts::COMMA.get(lang));
        texts::GRID_NO_SUCH_SHEET.fill(lang, &[("wanted", &shown(wanted)), ("sheets", &sheets)])
    })
}
