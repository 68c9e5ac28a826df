//! Workbooks, read by calamine.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataType, Dimensions, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError};
use zip::ZipArchive;

use super::build::{GridBuilder, MergedArea};
use super::compound::{Compound, wrap};
use super::{Grid, GridCell, GridError, MOST_CELLS, MOST_UNPACKED, records};
use crate::calendar::Day;

/// Reads an XLSX or XLSM file.
pub(super) fn xlsx(bytes: &[u8], wanted: Option<&str>, fits: &dyn Fn(&Grid) -> bool) -> Result<Grid, GridError> {
    weigh(bytes)?;
    guarded(|| {
        let mut book = Xlsx::new(Cursor::new(bytes)).map_err(xlsx_error)?;
        let sheets = book.sheets_metadata().to_vec();
        choose(&sheets, wanted, fits, |name| xlsx_sheet(&mut book, name))
    })
}

/// Reads an XLS file.
pub(super) fn xls(bytes: &[u8], wanted: Option<&str>, fits: &dyn Fn(&Grid) -> bool) -> Result<Grid, GridError> {
    guarded(|| {
        let mut file = Compound::new(bytes).map_err(|error| damaged(&error))?;
        if file.has("EncryptedPackage") {
            return Err(GridError::Encrypted);
        }
        // Excel 5 calls it Book.
        let name = ["Workbook", "Book"].into_iter().find(|name| file.has(name)).ok_or(GridError::OtherFormat)?;
        let stream = file.stream(name).map_err(|error| damaged(&error))?;
        let mut stream = stream.ok_or(GridError::OtherFormat)?;
        records::tame(&mut stream)?;
        let wrapped = wrap("Workbook", &stream).map_err(|error| damaged(&error))?;
        let mut book = Xls::new(Cursor::new(wrapped.as_slice())).map_err(xls_error)?;
        let sheets = book.sheets_metadata().to_vec();
        choose(&sheets, wanted, fits, |name| xls_sheet(&mut book, name))
    })
}

/// Runs a reader so that a damaged file on which it stumbles is an error like any other.
fn guarded(read: impl FnOnce() -> Result<Grid, GridError>) -> Result<Grid, GridError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(GridError::Damaged { detail: String::new() }))
}

/// Unpacks every part once without keeping it: what a part says of its own size may be untrue,
/// and calamine reads some of them as a whole.
fn weigh(bytes: &[u8]) -> Result<(), GridError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = MOST_UNPACKED;
    let mut is_xlsx = false;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
        is_xlsx |= name.ends_with(".xml") && name.contains("workbook");
        let mut head = Vec::new();
        let mut part = part.take(left.saturating_add(1));
        let mut unpacked = part.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| damaged(&error))? as u64;
        if name.ends_with("sharedstrings.xml") && !is_plausible(&head) {
            return Err(GridError::Unpacked);
        }
        unpacked += std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(unpacked).ok_or(GridError::Unpacked)?;
    }
    if is_xlsx { Ok(()) } else { Err(GridError::OtherFormat) }
}

/// Bytes within which the table of shared strings must say how many there are.
const HEAD: u64 = 4096;

/// Whether the number of shared strings, for which calamine makes room at once, is one that a
/// file of this size can hold.
fn is_plausible(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let Some((tag, _)) = head.split_once("sst").and_then(|(_, rest)| rest.split_once('>')) else { return false };
    let Some((_, count)) = tag.split_once("uniqueCount") else { return true };
    let digits = count.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().is_ok_and(|count: usize| count <= MOST_CELLS)
}

/// The sheet of the name, or the first visible one that fits, or the first that has cells.
fn choose(
    sheets: &[Sheet],
    wanted: Option<&str>,
    fits: &dyn Fn(&Grid) -> bool,
    mut read: impl FnMut(&str) -> Result<Grid, GridError>,
) -> Result<Grid, GridError> {
    let sheets = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    if let Some(wanted) = wanted {
        return match sheets().find(|sheet| sheet.name.trim() == wanted.trim()) {
            Some(sheet) => read(&sheet.name),
            None => {
                let sheets = sheets().map(|sheet| sheet.name.clone()).collect();
                Err(GridError::NoSuchSheet { wanted: wanted.to_string(), sheets })
            }
        };
    }
    let mut first = Err(GridError::Empty);
    for sheet in sheets().filter(|sheet| sheet.visible == SheetVisible::Visible) {
        match read(&sheet.name) {
            Ok(grid) if fits(&grid) => return Ok(grid),
            Err(GridError::Empty) => {}
            other if matches!(first, Err(GridError::Empty)) => first = other,
            _ => {}
        }
    }
    first
}

fn xlsx_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Grid, GridError> {
    let mut builder = GridBuilder::default();
    let merged = book.merge_cells_by_sheet_name(name).map_err(xlsx_error)?;
    let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_error)?;
    while let Some(cell) = cells.next_cell().map_err(xlsx_error)? {
        let (row, column) = cell.get_position();
        put(&mut builder, row, column, cell.get_value())?;
    }
    builder.finish(Some(name.to_string()), areas(&merged))
}

fn xls_sheet(book: &mut Xls<Cursor<&[u8]>>, name: &str) -> Result<Grid, GridError> {
    let mut builder = GridBuilder::default();
    let range = book.worksheet_range(name).map_err(xls_error)?;
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let place = |start: u32, offset| u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(start);
        put(&mut builder, place(top, row), place(left, column), value)?;
    }
    let merged = book.merge_cells_by_sheet_name(name).map_err(xls_error)?;
    builder.finish(Some(name.to_string()), areas(&merged))
}

fn areas(merged: &[Dimensions]) -> Vec<MergedArea> {
    merged.iter().map(|area| MergedArea { rows: (area.start.0, area.end.0), column: area.start.1 }).collect()
}

fn put(builder: &mut GridBuilder, row: u32, column: u32, value: &impl DataType) -> Result<(), GridError> {
    if let Some(text) = value.get_string() {
        return builder.put_text(row, column, text);
    }
    builder.put(row, column, other_cell(value))
}

fn other_cell(value: &impl DataType) -> GridCell {
    if let Some(at) = value.get_datetime() {
        let (year, month, day, ..) = at.to_ymd_hms_milli();
        // Below 1 it is a time of the day and no date.
        let day = civil(year, month, day).filter(|_| at.is_datetime() && at.as_f64() >= 1.0);
        return day.map_or(GridCell::Number(at.as_f64()), GridCell::Day);
    }
    if let Some(text) = value.get_datetime_iso() {
        let day = text.get(..10).and_then(crate::calendar::parse_day);
        return day.map_or_else(|| GridCell::Text(text.to_string()), GridCell::Day);
    }
    if let Some(fault) = value.get_error() {
        return GridCell::Fault(fault.to_string());
    }
    if let Some(truth) = value.get_bool() {
        return GridCell::Truth(truth);
    }
    let number = value.get_float().or_else(|| value.get_int().map(|int| int as f64));
    number.map_or(GridCell::Empty, GridCell::Number)
}

fn civil(year: u16, month: u8, day: u8) -> Option<Day> {
    Day::from_calendar_date(i32::from(year), time::Month::try_from(month).ok()?, day).ok()
}

fn damaged(error: &dyn std::fmt::Display) -> GridError {
    GridError::Damaged { detail: error.to_string() }
}

fn xlsx_error(error: XlsxError) -> GridError {
    if matches!(error, XlsxError::Password) { GridError::Encrypted } else { damaged(&error) }
}

fn xls_error(error: XlsError) -> GridError {
    if matches!(error, XlsError::Password) { GridError::Encrypted } else { damaged(&error) }
}
