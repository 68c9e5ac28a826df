//! Tables of cells, read from workbooks and CSV files.
//!
//! The content decides what the bytes are: XLSX and XLSM, XLSB, XLS, ODS, or text with separators in
//! UTF-8, UTF-16, CP932, EUC-JP or ISO-2022-JP. Rows are numbered as spreadsheets number them. Only cells with a value are
//! kept, so that memory grows with the number of values and not with their positions.

mod binary_workbook;
mod book;
mod build;
mod compound;
mod default_password;
mod error;
mod number_format;
mod open_document;
mod records;
mod text;

pub use error::GridError;

use super::day;
use crate::calendar::Day;

/// Bytes of a file. A register of 100,000 rows has some 10 MB.
pub const MOST_BYTES: usize = 64 << 20;
/// Bytes of all parts of an XLSX unpacked. The same register has some 150 MB of XML.
pub const MOST_UNPACKED: u64 = 512 << 20;
/// Rows, which is also Excel's bound.
pub const MOST_ROWS: u32 = 1 << 20;
/// Columns, which is also Excel's bound.
pub const MOST_COLUMNS: u32 = 1 << 14;
/// Cells with a value: 300,000 rows of all our columns.
pub const MOST_CELLS: usize = 8_000_000;
/// Bytes of text in all cells together: a hostile file may have one long shared string in every
/// cell.
pub const MOST_TEXT: usize = 256 << 20;
/// Characters in one cell, which is also Excel's bound.
pub const MOST_CHARACTERS: usize = 32_767;

/// A cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum GridCell {
    /// Nothing.
    #[default]
    Empty,
    /// Text. An apostrophe in front, which makes text of anything in a spreadsheet, is not part
    /// of it.
    Text(String),
    /// A number.
    Number(f64),
    /// A number that is shown as a date.
    Day(Day),
    /// TRUE or FALSE.
    Truth(bool),
    /// The error value of a formula: `#N/A`.
    Fault(String),
    /// A formula without a stored result: `=A2&B2`. Programs that write workbooks without
    /// calculating leave it so.
    Unvalued(String),
}

impl GridCell {
    /// The cell as text; a number without exponent, and without a fraction where it is whole.
    pub fn text(&self) -> String {
        match self {
            GridCell::Empty => String::new(),
            GridCell::Text(text) | GridCell::Fault(text) | GridCell::Unvalued(text) => text.clone(),
            GridCell::Number(number) => number.to_string(),
            GridCell::Day(day) => day.to_string(),
            GridCell::Truth(truth) => if *truth { "TRUE" } else { "FALSE" }.to_string(),
        }
    }

    /// The day, where it is one or is written as one.
    pub fn day(&self) -> Option<Day> {
        match self {
            GridCell::Day(day) => Some(*day),
            other => day::parse(&other.text()).ok(),
        }
    }

    /// Whether it shows nothing.
    pub fn is_blank(&self) -> bool {
        match self {
            GridCell::Empty => true,
            GridCell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// A row with at least one cell that has a value.
#[derive(Clone, Debug, PartialEq)]
pub struct GridRow {
    number: u32,
    /// Cells of a row of text, empty ones at its end included; none in a workbook.
    width: Option<u32>,
    /// By column from 0, in order.
    cells: Vec<(u32, GridCell)>,
}

impl GridRow {
    /// Its number, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// How many cells the row has in a text, empty ones at its end included; none in a workbook, where
    /// rows have no end.
    pub fn width(&self) -> Option<u32> {
        self.width
    }

    /// The cell in a column, counted from 0.
    pub fn cell(&self, column: u32) -> &GridCell {
        match self.cells.binary_search_by_key(&column, |(at, _)| *at) {
            Ok(at) => self.cells.get(at).map_or(&GridCell::Empty, |(_, cell)| cell),
            Err(_) => &GridCell::Empty,
        }
    }

    /// Its cells that have a value, with their columns.
    pub fn cells(&self) -> impl Iterator<Item = (u32, &GridCell)> {
        self.cells.iter().map(|(column, cell)| (*column, cell))
    }
}

/// A table of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    sheet: Option<String>,
    text: Option<TextForm>,
    rows: Vec<GridRow>,
}

/// How a text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextForm {
    /// The name of its encoding.
    pub encoding: &'static str,
    /// What separates its cells.
    pub separator: char,
}

/// Which tables of a file to read, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GridOptions<'a> {
    /// The sheet of this name; otherwise the first visible one that fits.
    pub sheet: Option<&'a str>,
    /// All visible sheets that fit.
    pub all: bool,
    /// What separates the cells of a text; otherwise the sign with which it fits.
    pub separator: Option<char>,
}

/// The tables that were read of a file, and what else there is.
#[derive(Clone, Debug, PartialEq)]
pub struct GridFile {
    /// The tables, at least one.
    pub grids: Vec<Grid>,
    /// Visible sheets that fit too and were not asked for.
    pub others: Vec<String>,
}

impl GridFile {
    /// Reads a workbook or a text with separators. Of a workbook, the sheets that the options name,
    /// or the first visible one that `fits`, or where none does the first that has cells.
    pub fn read(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
        if bytes.len() > MOST_BYTES {
            return Err(GridError::Bytes);
        }
        match bytes {
            [b'P', b'K', 3 | 5, ..] => book::zipped(bytes, options, fits),
            [0xd0, 0xcf, 0x11, 0xe0, ..] => book::xls(bytes, options, fits),
            _ => text::read(bytes, options.separator, fits),
        }
    }
}

impl Grid {
    /// Reads the sheet of the given name, or the first visible one that `fits`.
    pub fn read(bytes: &[u8], sheet: Option<&str>, fits: &dyn Fn(&Grid) -> bool) -> Result<Grid, GridError> {
        let file = GridFile::read(bytes, GridOptions { sheet, ..GridOptions::default() }, fits)?;
        file.grids.into_iter().next().ok_or(GridError::Empty)
    }

    /// How the text was read; none for a workbook.
    pub fn text_form(&self) -> Option<TextForm> {
        self.text
    }

    /// What separates the cells of a text.
    pub fn separator(&self) -> Option<char> {
        self.text.map(|text| text.separator)
    }

    /// The name of the sheet; none for text.
    pub fn sheet(&self) -> Option<&str> {
        self.sheet.as_deref()
    }

    /// Its rows, those without a value left out.
    pub fn rows(&self) -> &[GridRow] {
        &self.rows
    }

    /// The row of this number, where it has a value.
    pub fn row(&self, number: u32) -> Option<&GridRow> {
        let at = self.rows.binary_search_by_key(&number, GridRow::number).ok()?;
        self.rows.get(at)
    }
}

/// The column, counted from 0, that spreadsheets call so: `C`, `AA`.
pub fn column_number(letters: &str) -> Option<u32> {
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let digit = |c: u8| c.is_ascii_alphabetic().then(|| u32::from(c.to_ascii_uppercase() - b'A') + 1);
    let number = letters.bytes().try_fold(0u32, |number, c| Some(number * 26 + digit(c)?))?;
    number.checked_sub(1).filter(|at| *at < MOST_COLUMNS)
}

/// A column counted from 0 as spreadsheets name it: A, B, … Z, AA.
pub fn column_letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    loop {
        letters.push(char::from(b'A' + (rest % 26) as u8));
        match (rest / 26).checked_sub(1) {
            Some(next) => rest = next,
            None => return letters.into_iter().rev().collect(),
        }
    }
}
