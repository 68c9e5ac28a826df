//! Workbooks, read by calamine.

use std::borrow::Cow;
use std::io::{Cursor, Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataType, Dimensions, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsb,
    Xlsx, XlsxError, XlsxFormulaMetadata,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::build::{GridBuilder, MergedArea};
use super::compound::{Compound, wrap};
use super::number_format::{DigitFormat, ShownDigits};
use super::open_document::ShownTexts;
use super::{
    Grid, GridCell, GridError, GridFile, GridOptions, MOST_CELLS, MOST_UNPACKED, binary_workbook, default_password,
    open_document, records,
};
use crate::calendar::Day;

/// Reads a workbook whose parts are in a ZIP: XLSX, XLSM, XLSB, ODS.
pub(super) fn zipped(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    let kind = weigh(bytes)?;
    guarded(|| match kind {
        BookKind::Xlsx => xlsx(bytes, options, fits),
        BookKind::Xlsb => xlsb(bytes, options, fits),
        BookKind::Ods => ods(bytes, options, fits),
    })
}

fn xlsx(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    let tamed = without_macro_sheets(bytes)?;
    let mut book = Xlsx::new(Cursor::new(&*tamed)).map_err(xlsx_error)?;
    let sheets = book.sheets_metadata().to_vec();
    choose(&sheets, options, fits, |name| xlsx_sheet(&mut book, name))
}

fn xlsb(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    let tamed = without_macro_sheets(bytes)?;
    let mut book = Xlsb::new(Cursor::new(&*tamed)).map_err(|error| damaged(&error))?;
    let sheets = book.sheets_metadata().to_vec();
    // A workbook without these parts has nothing to show of them.
    let optional = |name: &str| part(bytes, name).unwrap_or_default();
    let parts = binary_workbook::sheets(&optional("xl/workbook.bin"));
    let relations = String::from_utf8_lossy(&optional("xl/_rels/workbook.bin.rels")).into_owned();
    let formats = binary_workbook::digit_formats(&optional("xl/styles.bin"));
    choose(&sheets, options, fits, |name| {
        let id = parts.iter().find(|(of, _)| of == name).map(|(_, id)| id.as_str());
        let path = id.and_then(|id| target(&relations, id)).filter(|_| formats.iter().any(Option::is_some));
        let shown = path.map(|path| binary_workbook::shown_digits(&optional(&path), &formats)).unwrap_or_default();
        let mut builder = GridBuilder::default();
        let mut cells = book.worksheet_cells_reader(name).map_err(|error| damaged(&error))?;
        while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error))? {
            let (row, column) = cell.get_position();
            put_shown(&mut builder, row, column, cell.get_value(), &shown)?;
        }
        builder.finish(Some(name.to_string()), Vec::new())
    })
}

/// The part to which a relation of the workbook leads.
fn target(relations: &str, id: &str) -> Option<String> {
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        rest.split('"').next().map(str::to_string)
    };
    let tag = relations.split('<').find(|tag| attribute(tag, "Id").as_deref() == Some(id))?;
    let target = attribute(tag, "Target")?;
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_string))
}

fn ods(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    let content = part(bytes, "content.xml")?;
    open_document::measure(&content)?;
    let ods_error = |error: OdsError| match error {
        OdsError::Password => GridError::Encrypted,
        // A text or a presentation, or a ZIP that is none of them.
        OdsError::InvalidMime(_) | OdsError::FileNotFound(_) => GridError::OtherFormat,
        error => damaged(&error),
    };
    let mut book = Ods::new(Cursor::new(bytes)).map_err(ods_error)?;
    let sheets = book.sheets_metadata().to_vec();
    choose(&sheets, options, fits, |name| {
        let mut builder = GridBuilder::default();
        let range = book.worksheet_range(name).map_err(ods_error)?;
        let formulas = book.worksheet_formula(name).map_err(ods_error)?;
        put_range(&mut builder, &range, &open_document::shown_digits(&content, name))?;
        put_unvalued(&mut builder, &formulas, |at| range.get_value(at).is_none_or(|value| value.is_empty()))?;
        builder.finish(Some(name.to_string()), Vec::new())
    })
}

/// Reads an XLS file, or what is encrypted in a compound file.
pub(super) fn xls(bytes: &[u8], options: GridOptions, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    guarded(|| {
        let mut file = Compound::new(bytes).map_err(|error| damaged(&error))?;
        if file.has("EncryptedPackage") {
            return Err(GridError::Encrypted);
        }
        // Excel 5 calls it Book.
        let name = ["Workbook", "Book"].into_iter().find(|name| file.has(name)).ok_or(GridError::OtherFormat)?;
        let stream = file.stream(name).map_err(|error| damaged(&error))?;
        let mut stream = stream.ok_or(GridError::OtherFormat)?;
        if !default_password::decrypt(&mut stream) {
            return Err(GridError::Encrypted);
        }
        let shown = records::tame(&mut stream)?;
        let wrapped = wrap("Workbook", &stream).map_err(|error| damaged(&error))?;
        let mut book = Xls::new(Cursor::new(wrapped.as_slice())).map_err(xls_error)?;
        let sheets = book.sheets_metadata().to_vec();
        choose(&sheets, options, fits, |name| {
            let at = sheets.iter().position(|sheet| sheet.name == name);
            xls_sheet(&mut book, name, at.and_then(|at| shown.get(at)))
        })
    })
}

/// Runs a reader so that a damaged file on which it stumbles is an error like any other.
fn guarded(read: impl FnOnce() -> Result<GridFile, GridError>) -> Result<GridFile, GridError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(GridError::Damaged { detail: String::new() }))
}

/// Unpacks every part once without keeping it: what a part says of its own size may be untrue,
/// and calamine reads some of them as a whole.
fn weigh(bytes: &[u8]) -> Result<BookKind, GridError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut left = MOST_UNPACKED;
    let mut kind = None;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|error| damaged(&error))?;
        let name = part.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
        match name.as_str() {
            name if name.ends_with(".xml") && name.contains("workbook") => kind = Some(BookKind::Xlsx),
            name if name.ends_with("workbook.bin") => kind = Some(BookKind::Xlsb),
            "content.xml" if kind.is_none() => kind = Some(BookKind::Ods),
            _ => {}
        }
        let mut head = Vec::new();
        let mut part = part.take(left.saturating_add(1));
        let mut unpacked = part.by_ref().take(HEAD).read_to_end(&mut head).map_err(|error| damaged(&error))? as u64;
        if name.ends_with("sharedstrings.xml") && !is_plausible(&head) {
            return Err(GridError::Unpacked);
        }
        unpacked += std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(unpacked).ok_or(GridError::Unpacked)?;
    }
    kind.ok_or(GridError::OtherFormat)
}

/// What a ZIP holds.
#[derive(Clone, Copy, Debug)]
enum BookKind {
    Xlsx,
    Xlsb,
    Ods,
}

/// A part of a ZIP, which [`weigh`] found to be within bounds.
fn part(bytes: &[u8], name: &str) -> Result<Vec<u8>, GridError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut part = archive.by_name(name).map_err(|error| damaged(&error))?;
    let mut unpacked = Vec::new();
    part.read_to_end(&mut unpacked).map_err(|error| damaged(&error))?;
    Ok(unpacked)
}

/// The workbook with its macro sheets called dialogue sheets: calamine refuses a whole workbook
/// for one of the former, and passes over the latter. Most workbooks have neither.
fn without_macro_sheets(bytes: &[u8]) -> Result<Cow<'_, [u8]>, GridError> {
    let zip_error = |error: zip::result::ZipError| damaged(&error);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(zip_error)?;
    let relations = ["xl/_rels/workbook.xml.rels", "xl/_rels/workbook.bin.rels"];
    let Some(name) = relations.into_iter().find(|name| archive.index_for_name(name).is_some()) else {
        return Ok(Cow::Borrowed(bytes));
    };
    let before = String::from_utf8_lossy(&part(bytes, name)?).into_owned();
    let after = before
        .replace("relationships/xlMacrosheet", "relationships/dialogsheet")
        .replace("relationships/xlIntlMacrosheet", "relationships/dialogsheet")
        .replace("Target=\"macrosheets/", "Target=\"dialogsheets/");
    if after == before {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(zip_error)?;
        if part.name().is_ok_and(|own| own == name) {
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            writer.start_file(name, stored).map_err(zip_error)?;
            writer.write_all(after.as_bytes()).map_err(|error| damaged(&error))?;
        } else {
            writer.raw_copy_file(part).map_err(zip_error)?;
        }
    }
    Ok(Cow::Owned(writer.finish().map_err(zip_error)?.into_inner()))
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

/// The sheets that are asked for, and those that fit too.
fn choose(
    sheets: &[Sheet],
    options: GridOptions,
    fits: &dyn Fn(&Grid) -> bool,
    mut read: impl FnMut(&str) -> Result<Grid, GridError>,
) -> Result<GridFile, GridError> {
    let sheets = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    if let Some(wanted) = options.sheet {
        return match sheets().find(|sheet| sheet.name.trim() == wanted.trim()) {
            Some(sheet) => Ok(GridFile { grids: vec![read(&sheet.name)?], others: Vec::new() }),
            None => {
                let sheets = sheets().map(|sheet| sheet.name.clone()).collect();
                Err(GridError::NoSuchSheet { wanted: wanted.to_string(), sheets })
            }
        };
    }
    let mut file = GridFile { grids: Vec::new(), others: Vec::new() };
    let mut first = Err(GridError::Empty);
    for sheet in sheets().filter(|sheet| sheet.visible == SheetVisible::Visible) {
        match read(&sheet.name) {
            Ok(grid) if fits(&grid) && (options.all || file.grids.is_empty()) => file.grids.push(grid),
            Ok(grid) if fits(&grid) => file.others.push(sheet.name.clone()),
            Err(GridError::Empty) => {}
            other if matches!(first, Err(GridError::Empty)) => first = other,
            _ => {}
        }
    }
    if file.grids.is_empty() {
        file.grids.push(first?);
    }
    Ok(file)
}

fn xlsx_sheet<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<Grid, GridError> {
    let merged = book.merge_cells_by_sheet_name(name).map_err(xlsx_error)?;
    let shown = digit_formats(book, name)?;
    // A formula that calamine cannot follow does not cost the values.
    let builder = with_formulas(book, name, &shown).or_else(|error| match error {
        GridError::Damaged { .. } => without_formulas(book, name, &shown),
        error => Err(error),
    });
    builder?.finish(Some(name.to_string()), areas(&merged))
}

/// The formats with leading zeros of a sheet's cells.
fn digit_formats<R: Read + Seek>(book: &mut Xlsx<R>, name: &str) -> Result<ShownDigits, GridError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_error)?;
    let code = |style: &calamine::Style| DigitFormat::of(&style.number_format.as_ref()?.format_code);
    let formats: Vec<Option<DigitFormat>> = cells.styles().iter().map(code).collect();
    let mut shown = ShownDigits::new();
    if formats.iter().any(Option::is_some) {
        while let Some((row, column, style)) = cells.next_style_id().map_err(xlsx_error)? {
            if let Some(format) = formats.get(style).cloned().flatten() {
                shown.insert((row, column), format);
            }
        }
    }
    Ok(shown)
}

fn with_formulas<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: &str,
    shown: &ShownDigits,
) -> Result<GridBuilder, GridError> {
    let mut builder = GridBuilder::default();
    let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_error)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(xlsx_error)? {
        let (row, column) = cell.pos;
        match &cell.formula {
            Some(formula) if cell.value.is_empty() => {
                let text = match formula {
                    XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula,
                    _ => "…",
                };
                builder.put(row, column, GridCell::Unvalued(format!("={text}")))?;
            }
            _ => put_shown(&mut builder, row, column, &cell.value, shown)?,
        }
    }
    Ok(builder)
}

fn without_formulas<R: Read + Seek>(
    book: &mut Xlsx<R>,
    name: &str,
    shown: &ShownDigits,
) -> Result<GridBuilder, GridError> {
    let mut builder = GridBuilder::default();
    let mut cells = book.worksheet_cells_reader(name).map_err(xlsx_error)?;
    while let Some(cell) = cells.next_cell().map_err(xlsx_error)? {
        let (row, column) = cell.get_position();
        put_shown(&mut builder, row, column, cell.get_value(), shown)?;
    }
    Ok(builder)
}

fn xls_sheet<R: Read + Seek>(book: &mut Xls<R>, name: &str, shown: Option<&ShownDigits>) -> Result<Grid, GridError> {
    let mut builder = GridBuilder::default();
    let range = book.worksheet_range(name).map_err(xls_error)?;
    let (top, left) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let place = |start: u32, offset| u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(start);
        let (row, column) = (place(top, row), place(left, column));
        match shown {
            Some(shown) => put_shown(&mut builder, row, column, value, shown)?,
            None => put(&mut builder, row, column, value)?,
        }
    }
    let merged = book.merge_cells_by_sheet_name(name).map_err(xls_error)?;
    builder.finish(Some(name.to_string()), areas(&merged))
}

fn put_range(builder: &mut GridBuilder, range: &Range<Data>, shown: &ShownTexts) -> Result<(), GridError> {
    let (top, left) = range.start().unwrap_or_default();
    let place = |start: u32, offset| u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(start);
    for (row, column, value) in range.used_cells() {
        let (row, column) = (place(top, row), place(left, column));
        match value.get_float().and_then(|number| shown.of(row, column, number)) {
            Some(text) => builder.put_text(row, column, text)?,
            None => put(builder, row, column, value)?,
        }
    }
    Ok(())
}

/// Puts the formulas whose cells have no value.
fn put_unvalued(
    builder: &mut GridBuilder,
    formulas: &Range<String>,
    is_empty: impl Fn((u32, u32)) -> bool,
) -> Result<(), GridError> {
    let (top, left) = formulas.start().unwrap_or_default();
    let place = |start: u32, offset| u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(start);
    for (row, column, formula) in formulas.used_cells() {
        let at = (place(top, row), place(left, column));
        if is_empty(at) {
            // `of:=[.A2]` in an OpenDocument.
            let text = formula.strip_prefix("of:").unwrap_or(formula);
            builder.put(at.0, at.1, GridCell::Unvalued(format!("={}", text.trim_start_matches('='))))?;
        }
    }
    Ok(())
}

fn areas(merged: &[Dimensions]) -> Vec<MergedArea> {
    merged.iter().map(|area| MergedArea { rows: (area.start.0, area.end.0), column: area.start.1 }).collect()
}

/// Puts a number as its cell shows it, where that has leading zeros.
fn put_shown(
    builder: &mut GridBuilder,
    row: u32,
    column: u32,
    value: &impl DataType,
    shown: &ShownDigits,
) -> Result<(), GridError> {
    let number = value.get_float().or_else(|| value.get_int().map(|int| int as f64));
    match shown.get(&(row, column)).zip(number).and_then(|(format, number)| format.shown(number)) {
        Some(text) => builder.put_text(row, column, &text),
        None => put(builder, row, column, value),
    }
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
