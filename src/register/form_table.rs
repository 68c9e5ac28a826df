//! A table with one row of headers, written as XLSX or CSV for people to fill in or keep.

use csv::{Terminator, WriterBuilder};
use encoding_rs::SHIFT_JIS;
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::fold::{for_cp932, shown};
use super::grid::{GridCell, MOST_CHARACTERS, MOST_ROWS};
use crate::calendar::Day;
use crate::locale::Lang;
use crate::locale::catalogue::register as texts;

/// A table with one row of headers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FormTable {
    /// The name of its sheet. Characters that Excel does not allow are replaced.
    pub title: String,
    /// The headers.
    pub headers: Vec<String>,
    /// The rows below them.
    pub rows: Vec<Vec<GridCell>>,
}

/// The encoding of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CsvEncoding {
    /// UTF-8 with a byte-order mark: without it Excel reads a CSV file in the code page of Windows.
    Utf8Bom,
    /// CP932, which older Japanese Windows programs read.
    Cp932,
}

/// Why a workbook could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableError {
    /// More rows than Excel has.
    Rows,
    /// A text longer than an Excel cell can hold.
    Cell {
        /// The row, from 1.
        row: usize,
        /// The header of its column.
        header: String,
    },
    /// The writer's message, in English.
    Other(String),
}

impl TableError {
    /// What is wrong and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            TableError::Rows => texts::TABLE_ROWS.fill(lang, &[("most", &MOST_ROWS)]),
            TableError::Cell { row, header } => {
                texts::TABLE_CELL.fill(lang, &[("row", row), ("header", header), ("most", &MOST_CHARACTERS)])
            }
            TableError::Other(detail) => texts::TABLE_OTHER.fill(lang, &[("detail", &shown(detail))]),
        }
    }
}

/// A character that the encoding does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// The row, from 1, the headers' included.
    pub row: usize,
    /// The header of its column.
    pub header: String,
    /// The character.
    pub character: char,
}

impl Unencodable {
    /// The message: which character, and what it was replaced by.
    pub fn text(&self, lang: Lang) -> String {
        let code = format!("{:04X}", u32::from(self.character));
        let character = shown(&self.character.to_string());
        texts::UNENCODABLE.fill(
            lang,
            &[("row", &self.row), ("header", &shown(&self.header)), ("character", &character), ("code", &code)],
        )
    }
}

impl FormTable {
    /// The table as a workbook: text as text, days as dates, the headers frozen and with filters.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, TableError> {
        if self.rows.len() >= MOST_ROWS as usize {
            return Err(TableError::Rows);
        }
        let mut book = Workbook::new();
        // A fixed date of creation, so that equal tables are equal files.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(other)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let sheet = book.add_worksheet();
        self.fill(sheet)?;
        book.save_to_buffer().map_err(other)
    }

    fn fill(&self, sheet: &mut Worksheet) -> Result<(), TableError> {
        sheet.set_name(sheet_name(&self.title)).map_err(other)?;
        let forms = CellFormats::new();
        for (column, header) in (0..).zip(&self.headers) {
            let is_days = self.rows.iter().any(|row| matches!(row.get(usize::from(column)), Some(GridCell::Day(_))));
            let form = if is_days { &forms.day } else { &forms.text };
            sheet.set_column_format(column, form).map_err(other)?;
            sheet.set_column_width(column, self.width(usize::from(column))).map_err(other)?;
            sheet.write_string_with_format(0, column, header, &forms.header).map_err(other)?;
        }
        for (at, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                write(sheet, (at, column), cell, &forms).map_err(|error| self.error(error, at, column))?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(other)?;
        let last_column = u16::try_from(self.headers.len()).unwrap_or(u16::MAX).saturating_sub(1);
        let last_row = u32::try_from(self.rows.len()).unwrap_or(MOST_ROWS - 1);
        sheet.autofilter(0, 0, last_row, last_column).map_err(other)?;
        Ok(())
    }

    /// A width at which most of a column can be read; a Japanese character is two units wide.
    fn width(&self, column: usize) -> f64 {
        const LOOKED_AT: usize = 1000;
        const NARROWEST: usize = 8;
        const WIDEST: usize = 50;
        // Room for the arrow of the filter.
        let header = self.headers.get(column).map_or(0, |header| header.width() + 3);
        let cells = self.rows.iter().take(LOOKED_AT).filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.text().width()).max().unwrap_or(0).max(header);
        u32::try_from((widest + 1).clamp(NARROWEST, WIDEST)).map_or(10.0, f64::from)
    }

    fn error(&self, error: XlsxError, row: u32, column: u16) -> TableError {
        match error {
            XlsxError::MaxStringLengthExceeded => {
                let header = self.headers.get(usize::from(column)).cloned().unwrap_or_default();
                TableError::Cell { row: row as usize + 1, header }
            }
            error => other(error),
        }
    }

    /// The table as CSV with CRLF, without a cell that a spreadsheet takes for a formula; and the
    /// characters that could not be encoded, each once per cell.
    pub fn to_csv(&self, encoding: CsvEncoding) -> (Vec<u8>, Vec<Unencodable>) {
        let mut bytes = if encoding == CsvEncoding::Utf8Bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let mut lost = Vec::new();
        // In CP932 the second byte of a character is 0x40 or higher and thus never a quote, a comma
        // or a line end.
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(&mut bytes);
        let headers: Vec<GridCell> = self.headers.iter().cloned().map(GridCell::Text).collect();
        for (at, row) in (1..).zip(std::iter::once(&headers).chain(&self.rows)) {
            let cells = (0..).zip(row).map(|(column, cell)| {
                // A number is no formula, whatever its sign.
                let text = if matches!(cell, GridCell::Number(_)) { cell.text() } else { quoted(&cell.text()) };
                let (bytes, unknown) = encoded(&text, encoding);
                let header = || self.headers.get(column).cloned().unwrap_or_default();
                lost.extend(unknown.into_iter().map(|character| Unencodable { row: at, header: header(), character }));
                bytes
            });
            let cells: Vec<Vec<u8>> = cells.collect();
            // Writing to memory does not fail.
            let _ = writer.write_record(cells);
        }
        drop(writer);
        (bytes, lost)
    }
}

/// The formats of cells.
struct CellFormats {
    header: Format,
    text: Format,
    wrapped: Format,
    day: Format,
}

impl CellFormats {
    fn new() -> CellFormats {
        // The cell format is text, so that what people type into it later keeps its leading zeros.
        let text = Format::new().set_num_format("@");
        CellFormats {
            header: text.clone().set_bold().set_background_color(Color::RGB(0x00DD_EBF7)),
            wrapped: text.clone().set_text_wrap(),
            text,
            day: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }
}

fn write(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &GridCell,
    forms: &CellFormats,
) -> Result<(), XlsxError> {
    let text_form = |text: &str| if text.contains('\n') { &forms.wrapped } else { &forms.text };
    match cell {
        GridCell::Empty => return Ok(()),
        GridCell::Number(number) => sheet.write_number(row, column, *number)?,
        GridCell::Truth(truth) => sheet.write_boolean(row, column, *truth)?,
        GridCell::Day(day) => match excel_day(*day) {
            Some(day) => sheet.write_datetime_with_format(row, column, &day, &forms.day)?,
            None => sheet.write_string_with_format(row, column, day.to_string(), &forms.text)?,
        },
        GridCell::Text(text) | GridCell::Fault(text) | GridCell::Unvalued(text) => {
            // A leading apostrophe is doubled, since readers remove one.
            let text = if text.starts_with('\'') { format!("'{text}") } else { text.clone() };
            let form = text_form(&text);
            sheet.write_string_with_format(row, column, text, form)?
        }
    };
    Ok(())
}

/// The day as Excel counts it; none before March 1900, since Excel has a 29 February 1900 that did
/// not exist.
pub(super) fn excel_day(day: Day) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year > 1900)?;
    ExcelDateTime::from_ymd(year, u8::from(day.month()), day.day()).ok()
}

/// A sheet name within Excel's rules: 31 characters, some of them not allowed.
pub(super) fn sheet_name(title: &str) -> String {
    const LONGEST: usize = 31;
    let is_forbidden = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') || c.is_control();
    let name: String = title.chars().map(|c| if is_forbidden(c) { ' ' } else { c }).take(LONGEST).collect();
    let name = name.trim().to_string();
    if name.is_empty() { "Sheet1".to_string() } else { name }
}

/// The text with an apostrophe in front where a spreadsheet would take it for a formula. Readers
/// remove the apostrophe.
fn quoted(text: &str) -> String {
    let is_risky = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\'');
    if text.starts_with(is_risky) { format!("'{text}") } else { text.to_string() }
}

/// The text in the encoding, and the characters that it lacks: those that a round trip changes.
fn encoded(text: &str, encoding: CsvEncoding) -> (Vec<u8>, Vec<char>) {
    if encoding == CsvEncoding::Utf8Bom {
        return (text.as_bytes().to_vec(), Vec::new());
    }
    let in_cp932 = |text: &str| {
        let (bytes, _, failed) = SHIFT_JIS.encode(text);
        let comes_back = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(&bytes)? == text;
        (!failed && comes_back).then(|| bytes.into_owned())
    };
    // The same sign by another name is no loss; 〓 for it would rename holders at the next import.
    let text = &for_cp932(text);
    if let Some(bytes) = in_cp932(text) {
        return (bytes, Vec::new());
    }
    let (mut bytes, mut unknown) = (Vec::new(), Vec::new());
    for c in text.chars() {
        match in_cp932(c.encode_utf8(&mut [0; 4])) {
            Some(encoded) => bytes.extend(encoded),
            None => {
                // 〓 in CP932, the usual sign for a missing character.
                bytes.extend([0x81, 0xac]);
                if !unknown.contains(&c) {
                    unknown.push(c);
                }
            }
        }
    }
    (bytes, unknown)
}

fn other(error: XlsxError) -> TableError {
    TableError::Other(error.to_string())
}
