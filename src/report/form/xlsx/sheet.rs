//! A sheet for a table.

use std::collections::BTreeMap;
use std::io;

use rust_xlsxwriter::{ConditionalFormatCell, ConditionalFormatCellRule, Workbook, Worksheet, XlsxError};

use super::cells::{Forms, cell_text, column_width, line_pixels, tone, width};
use super::lay_out;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::MOST_ROWS;
use crate::report::answer::report::Report;
use crate::report::list::{Cell, ColumnKind, Head, Table};

/// Rows by which the width of a column is chosen.
const LOOKED_AT: usize = 1000;

/// Refuses a table that is longer than a sheet.
pub(super) fn check_rows(table: Text, rows: usize, lang: Lang) -> io::Result<()> {
    let most = MOST_ROWS as usize - 1;
    if rows <= most {
        return Ok(());
    }
    let text = Text {
        ja: "表「{table}」は {rows} 行あり、Excel のシートに入る {most} 行を超えています(--scope で絞るか、--format csv を使ってください)",
        en: "the table \"{table}\" has {rows} rows, and a sheet of Excel takes {most} (limit it by --scope, or use --format csv)",
    };
    let fields: [(&str, &dyn std::fmt::Display); 3] = [("table", &table.get(lang)), ("rows", &rows), ("most", &most)];
    Err(io::Error::other(text.fill(lang, &fields)))
}

/// A table's columns as they stand in its sheet: those that people read first, which are what is
/// printed, then those for data.
fn arranged<'t>(table: &'t Table) -> Vec<(usize, &'t Head)> {
    let (shown, data): (Vec<_>, Vec<_>) = table.heads.iter().enumerate().partition(|(_, head)| head.shown);
    shown.into_iter().chain(data).collect()
}

/// Writes a table into a sheet of its own.
pub(super) fn write(report: &Report, book: &mut Workbook, table: &Table, forms: &Forms) -> Result<(), XlsxError> {
    let columns = arranged(table);
    let sheet = book.add_worksheet_with_low_memory()?;
    sheet.set_name(table.title.get(report.lang))?;
    let mut wraps = Vec::new();
    // The height of the first row is written, since programs that open the file fit no row where
    // heights are given for any.
    sheet.set_row_height_pixels(0, line_pixels(report.lang) + 6)?;
    for (at, (from, column)) in (0..).zip(&columns) {
        let head = column.title.get(report.lang);
        let widest = widest(table, *from, report.lang);
        wraps.push(column.shown && widest > MOST_SHOWN);
        // The arrow of the filter takes three.
        let widest = widest.max(width(head) + 3);
        sheet.set_column_width(at, column_width(widest, 8, if column.shown { MOST_SHOWN } else { MOST_DATA }))?;
        sheet.set_column_format(at, forms.of_column(column.kind))?;
        sheet.write_string_with_format(0, at, head, &forms.head)?;
    }
    for (row, from_row) in (1..).zip(0..table.len) {
        let cells: Vec<Cell> = columns.iter().map(|(from, _)| table.cell(from_row, *from)).collect();
        let wrapped = cells.iter().zip(&wraps).filter(|(_, wraps)| **wraps);
        let lines = wrapped.map(|(cell, _)| lines(cell)).max().unwrap_or(1);
        if lines > 1 {
            sheet.set_row_height_pixels(row, lines * line_pixels(report.lang))?;
        }
        for (at, ((cell, (_, column)), wraps)) in (0..).zip(cells.iter().zip(&columns).zip(&wraps)) {
            forms.write(sheet, (row, at), cell, column.kind, *wraps)?;
        }
    }
    let last_row = u32::try_from(table.len).unwrap_or(MOST_ROWS - 1);
    let last = |count: usize| u16::try_from(count).unwrap_or(u16::MAX).saturating_sub(1);
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last_row, last(columns.len()))?;
    for (at, (from, column)) in (0..).zip(&columns) {
        if column.kind == ColumnKind::Word && last_row > 0 {
            colour(sheet, at, last_row, &graves(table, *from))?;
        }
    }
    lay_out(sheet, report);
    sheet.set_print_fit_to_pages(1, 0).set_print_gridlines(true).set_repeat_rows(0, 0)?;
    sheet.set_print_area(0, 0, last_row, last(columns.iter().filter(|(_, column)| column.shown).count()))?;
    Ok(())
}

/// How wide a column may be that people read, and one for data.
const MOST_SHOWN: usize = 40;
const MOST_DATA: usize = 24;

/// Lines that a text takes in the widest column.
fn lines(cell: &Cell) -> u32 {
    // What is longer is read in the cell itself.
    const MOST: usize = 12;
    let Cell::Text(text) = cell else { return 1 };
    // A line breaks where a word ends, or before what may not end it.
    let lines = text.lines().map(|line| width(line).div_ceil(MOST_SHOWN - 3).max(1));
    u32::try_from(lines.take(MOST).sum::<usize>().clamp(1, MOST)).unwrap_or(1)
}

fn widest(table: &Table, column: usize, lang: Lang) -> usize {
    let cells = (0..table.len).take(LOOKED_AT).map(|row| table.cell(row, column));
    let text = |cell: Cell| match cell {
        Cell::Text(_) | Cell::Word(_) | Cell::Bool(_) | Cell::Serial(_) => width(&cell.label(lang)),
        // A day, or a number with its separators.
        _ => 10,
    };
    cells.map(text).max().unwrap_or(0)
}

/// The words of a column that are grave, and how grave.
fn graves(table: &Table, column: usize) -> BTreeMap<String, Severity> {
    let mut graves = BTreeMap::new();
    for row in 0..table.len {
        if let Cell::Word(word) = table.cell(row, column)
            && let Some(severity) = word.severity
            && !graves.contains_key(word.label.as_ref())
        {
            graves.insert(word.label.into_owned(), severity);
        }
    }
    graves
}

/// Colours the cells of a column that hold one of these words, also when they are changed later.
fn colour(
    sheet: &mut Worksheet,
    column: u16,
    last_row: u32,
    graves: &BTreeMap<String, Severity>,
) -> Result<(), XlsxError> {
    for (label, severity) in graves {
        let rule = ConditionalFormatCellRule::EqualTo(cell_text(label));
        let format = ConditionalFormatCell::new().set_rule(rule).set_format(tone(*severity));
        sheet.add_conditional_format(1, column, last_row, column, &format)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RENEWALS: Text = Text { ja: "更新計画", en: "Renewals" };

    #[test]
    fn a_table_that_is_longer_than_a_sheet_is_refused() {
        assert!(check_rows(RENEWALS, 1_048_575, Lang::En).is_ok());
        let error = check_rows(RENEWALS, 1_048_576, Lang::En).unwrap_err().to_string();
        assert!(error.contains("1048576 rows") && error.contains("1048575"), "{error}");
    }
}
