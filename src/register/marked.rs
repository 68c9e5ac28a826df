//! The office's own list given back: every cell where it was, those with mistakes marked, and behind
//! each row what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::form_table::{TableError, excel_day, sheet_name};
use super::grid::{GridCell, GridRow};
use super::mapping::MappingProposal;
use super::mistake::RowMistake;
use super::read::{RegisterReading, RegisterSheet};
use crate::locale::Lang;
use crate::locale::catalogue::register as texts;

/// The sheets of a register as a workbook, with the mistakes of their rows.
pub fn mark_mistakes(sheets: &[RegisterSheet], reading: &RegisterReading, lang: Lang) -> Result<Vec<u8>, TableError> {
    let error = |error: XlsxError| TableError::Other(error.to_string());
    let mut book = Workbook::new();
    // A fixed date of creation, so that equal tables are equal files.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(error)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for (grid, proposal) in sheets {
        let is_here = |sheet: &Option<String>| sheets.len() == 1 || sheet.as_deref() == grid.sheet();
        let mut rows = MarkedRows { proposal, by_row: BTreeMap::new(), passed: BTreeSet::new(), lang };
        for mistake in reading.mistakes.iter().filter(|mistake| is_here(&mistake.sheet)) {
            rows.by_row.entry(mistake.row).or_default().push(mistake);
        }
        rows.passed.extend(reading.passed_over.iter().filter(|one| is_here(&one.sheet)).map(|one| one.row));
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(grid.sheet().unwrap_or(texts::SHEET_REGISTER.get(lang)))).map_err(error)?;
        let widest = grid.rows().iter().filter_map(|row| row.cells().last().map(|(at, _)| at)).max();
        let remedies = u16::try_from(widest.unwrap_or(0) + 1).map_err(|_| TableError::Rows)?;
        rows.write(sheet, grid.rows(), remedies).map_err(error)?;
    }
    book.save_to_buffer().map_err(error)
}

/// The mistakes of a sheet, by row.
struct MarkedRows<'a> {
    proposal: &'a MappingProposal,
    by_row: BTreeMap<u32, Vec<&'a RowMistake>>,
    passed: BTreeSet<u32>,
    lang: Lang,
}

impl MarkedRows<'_> {
    fn write(&self, sheet: &mut Worksheet, rows: &[GridRow], remedies: u16) -> Result<(), XlsxError> {
        // As text, so that what is corrected here keeps its leading zeros.
        let text = Format::new().set_num_format("@");
        let wrong = text.clone().set_background_color(Color::RGB(0x00FF_C7CE));
        let passed = text.clone().set_font_color(Color::RGB(0x0080_8080));
        let remedy = Format::new().set_text_wrap().set_background_color(Color::RGB(0x00FF_EB9C));
        for row in rows {
            let mistakes = self.by_row.get(&row.number()).map_or(&[][..], Vec::as_slice);
            let at = row.number() - 1;
            let marked = self.marked(row, mistakes);
            for (column, cell) in row.cells() {
                let Ok(column) = u16::try_from(column) else { continue };
                let format = match () {
                    () if marked.contains(&u32::from(column)) => &wrong,
                    () if self.passed.contains(&row.number()) => &passed,
                    () => &text,
                };
                write(sheet, (at, column), cell, format)?;
            }
            // A value that is missing is marked where it belongs.
            for column in marked.iter().filter(|column| row.cell(**column).is_blank()) {
                if let Ok(column) = u16::try_from(*column) {
                    sheet.write_blank(at, column, &wrong)?;
                }
            }
            if row.number() == self.proposal.header_row {
                sheet.write_string_with_format(at, remedies, texts::REMEDIES.get(self.lang), &remedy)?;
            } else if !mistakes.is_empty() {
                let texts: Vec<String> = mistakes.iter().map(|mistake| mistake.text(self.lang)).collect();
                sheet.write_string_with_format(at, remedies, texts.join("\n"), &remedy)?;
            }
        }
        sheet.set_column_width(remedies, 80)?;
        sheet.set_freeze_panes(self.proposal.header_row, 0)?;
        Ok(())
    }

    /// The columns of the row's mistakes; all of them where the row as a whole is wrong.
    fn marked(&self, row: &GridRow, mistakes: &[&RowMistake]) -> BTreeSet<u32> {
        let mut marked = BTreeSet::new();
        for mistake in mistakes {
            match mistake.column.and_then(|column| self.proposal.columns.get(&column)) {
                Some(at) => drop(marked.insert(*at)),
                None => marked.extend(row.cells().map(|(at, _)| at)),
            }
        }
        marked
    }
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &GridCell, format: &Format) -> Result<(), XlsxError> {
    match cell {
        GridCell::Empty => sheet.write_blank(row, column, format)?,
        GridCell::Number(number) => {
            // With the format of text, Excel would take the digits for text once they are edited, and
            // show them as a number until then.
            sheet.write_number_with_format(row, column, *number, &format.clone().set_num_format("General"))?
        }
        GridCell::Day(day) => match excel_day(*day) {
            Some(day) => {
                sheet.write_datetime_with_format(row, column, &day, &format.clone().set_num_format("yyyy/mm/dd"))?
            }
            None => sheet.write_string_with_format(row, column, day.to_string(), format)?,
        },
        // Never as a formula, whatever it begins with.
        other => sheet.write_string_with_format(row, column, other.text(), format)?,
    };
    Ok(())
}
