//! The records of an XLS, looked through before calamine reads them: it makes room for the whole
//! rectangle of a sheet, which a record of a few bytes can stretch over gigabytes. And it does not
//! say how a cell shows its number.

use std::collections::HashMap;

use super::GridError;
use super::number_format::{DigitFormat, ShownDigits};

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const BOUND_SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const FORMAT: u16 = 0x041e;
const XF: u16 = 0x00e0;
/// That everything behind it is encrypted.
const FILE_PASS: u16 = 0x002f;
/// Several numbers side by side.
const MUL_RK: u16 = 0x00bd;
/// Cells with one number: a number, a short one, a formula's result.
const NUMBERS: [u16; 3] = [0x0203, 0x027e, 0x0006];
/// Records of cells; each begins with row and column.
const CELLS: [u16; 8] = [0x0006, 0x00bd, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x027e];
/// Columns that XLS has.
const MOST_COLUMNS: u64 = 256;
/// Cells in the rectangles of all sheets together, empty ones included: one sheet full.
const MOST_AREA: u64 = 1 << 24;

/// Checks the stream of a workbook, and empties what sheets say of their own size: nobody needs
/// it. Gives the cells of each sheet, in the order in which the workbook lists them, whose format has
/// leading zeros.
pub(super) fn tame(stream: &mut [u8]) -> Result<Vec<ShownDigits>, GridError> {
    let mut begins = Vec::new();
    let mut formats = NumberFormats::default();
    let end = walk(stream, |record| {
        match record.kind {
            BOUND_SHEET => begins.push(u32_at(record.data, 0).unwrap_or(u32::MAX) as usize),
            FILE_PASS => return Err(GridError::Encrypted),
            FORMAT => formats.add_code(record.data),
            XF => formats.of_cells.push(u16_at(record.data, 2).unwrap_or(0)),
            _ => {}
        }
        Ok(())
    })?;
    let listed = begins.clone();
    let formats = formats.with_zeros();
    begins.sort_unstable();
    // Each sheet has a part of its own, so that what is looked at once is looked at for good.
    let ends = begins.iter().skip(1).copied().chain([stream.len()]);
    let parts: Vec<(usize, usize)> = begins.iter().copied().zip(ends).collect();
    let mut area = 0;
    let mut shown: HashMap<usize, ShownDigits> = HashMap::new();
    for (begin, end_of_part) in parts {
        let part = stream.get_mut(begin..end_of_part).filter(|part| begin >= end && !part.is_empty());
        let digits = shown.entry(begin).or_default();
        area += tame_sheet(part.ok_or_else(cut)?, area, &formats, digits)?;
    }
    Ok(listed.iter().map(|begin| shown.remove(begin).unwrap_or_default()).collect())
}

/// The number formats of a workbook.
#[derive(Default)]
struct NumberFormats {
    codes: HashMap<u16, String>,
    /// The format of each kind of cell.
    of_cells: Vec<u16>,
}

impl NumberFormats {
    /// A FORMAT record: number, length in characters, then in BIFF8 a byte that says whether they have
    /// two bytes each. The formats wanted have none but ASCII characters.
    fn add_code(&mut self, data: &[u8]) {
        let (Some(number), Some(wide)) = (u16_at(data, 0), data.get(4)) else { return };
        let text = data.get(5..).unwrap_or_default();
        let code = match wide {
            0 => text.iter().map(|b| char::from(*b)).collect(),
            1 => char::decode_utf16(text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])))
                .map(|c| c.unwrap_or('?'))
                .collect(),
            // BIFF5: a length of one byte, and no such flag.
            _ => data.get(3..).unwrap_or_default().iter().map(|b| char::from(*b)).collect(),
        };
        self.codes.insert(number, code);
    }

    /// By kind of cell, the formats with leading zeros.
    fn with_zeros(&self) -> HashMap<u16, DigitFormat> {
        let format = |number: &u16| DigitFormat::of(self.codes.get(number)?);
        let all = (0..).zip(&self.of_cells).filter_map(|(kind, number)| Some((kind, format(number)?)));
        all.collect()
    }
}

/// The area of a sheet's cells; adds those whose format has leading zeros.
fn tame_sheet(
    part: &mut [u8],
    before: u64,
    formats: &HashMap<u16, DigitFormat>,
    shown: &mut ShownDigits,
) -> Result<u64, GridError> {
    let mut area = XlsArea::default();
    let mut sizes = Vec::new();
    walk(part, |record| {
        if record.kind == DIMENSIONS {
            sizes.push(record.at..record.at + record.data.len());
        }
        if CELLS.contains(&record.kind)
            && let (Some(row), Some(column)) = (u16_at(record.data, 0), u16_at(record.data, 2))
        {
            area.add(row, column)?;
            // Several numbers side by side: two bytes of form and four of value each.
            let more = if record.kind == MUL_RK { record.data.len() / 6 } else { 0 };
            if !formats.is_empty() {
                let numbers = if NUMBERS.contains(&record.kind) { 1 } else { more };
                for at in 0..numbers {
                    let format = u16_at(record.data, 4 + at * 6).and_then(|kind| formats.get(&kind));
                    let at = u32::from(column).saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                    shown.extend(format.map(|format| ((u32::from(row), at), format.clone())));
                }
            }
            area.add(row, u16::try_from(more).unwrap_or(u16::MAX).saturating_add(column).saturating_sub(1))?;
        }
        if before + area.size() > MOST_AREA {
            return Err(GridError::Cells { row: area.rows.1 + 1, column: area.columns.1 });
        }
        Ok(())
    })?;
    for size in sizes {
        part.get_mut(size).unwrap_or_default().fill(0);
    }
    Ok(area.size())
}

#[derive(Default)]
struct XlsArea {
    any: bool,
    rows: (u32, u32),
    columns: (u32, u32),
}

impl XlsArea {
    fn add(&mut self, row: u16, column: u16) -> Result<(), GridError> {
        let (row, column) = (u32::from(row), u32::from(column));
        if u64::from(column) >= MOST_COLUMNS {
            return Err(cut());
        }
        if !std::mem::replace(&mut self.any, true) {
            (self.rows, self.columns) = ((row, row), (column, column));
        }
        self.rows = (self.rows.0.min(row), self.rows.1.max(row));
        self.columns = (self.columns.0.min(column), self.columns.1.max(column));
        Ok(())
    }

    fn size(&self) -> u64 {
        let length = |(first, last): (u32, u32)| u64::from(last - first) + 1;
        if self.any { length(self.rows) * length(self.columns) } else { 0 }
    }
}

struct XlsRecord<'a> {
    kind: u16,
    /// Where its data begin.
    at: usize,
    data: &'a [u8],
}

/// Visits the records up to the end of the part that begins here, charts within it left out, and
/// gives where it ends.
fn walk(stream: &[u8], mut visit: impl FnMut(XlsRecord) -> Result<(), GridError>) -> Result<usize, GridError> {
    let (mut at, mut depth) = (0usize, 0usize);
    loop {
        let (kind, length) = (u16_at(stream, at).ok_or_else(cut)?, u16_at(stream, at + 2).ok_or_else(cut)?);
        let data = stream.get(at + 4..at + 4 + usize::from(length)).ok_or_else(cut)?;
        match kind {
            EOF if depth <= 1 => return Ok(at + 4 + data.len()),
            EOF => depth -= 1,
            BOF => depth += 1,
            _ if depth <= 1 => visit(XlsRecord { kind, at: at + 4, data })?,
            _ => {}
        }
        at += 4 + data.len();
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn cut() -> GridError {
    GridError::Damaged { detail: String::new() }
}
