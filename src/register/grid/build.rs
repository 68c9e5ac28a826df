//! A grid under construction, within its bounds.

use super::{
    Grid, GridCell, GridError, GridRow, MOST_CELLS, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, MOST_TEXT, TextForm,
};

/// The error values of formulas.
const FAULTS: [&str; 8] = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];

/// Cells in any order, counted.
#[derive(Default)]
pub(super) struct GridBuilder {
    cells: Vec<(u32, u32, GridCell)>,
    /// How many cells the rows of a text have, by row from 0.
    widths: Vec<(u32, u32)>,
    text: usize,
}

/// A merged area: first and last row and first column, from 0.
pub(super) struct MergedArea {
    pub(super) rows: (u32, u32),
    pub(super) column: u32,
}

impl GridBuilder {
    /// Puts a cell at a row and a column counted from 0.
    pub(super) fn put(&mut self, row: u32, column: u32, cell: GridCell) -> Result<(), GridError> {
        if row >= MOST_ROWS {
            return Err(GridError::Rows);
        }
        if column >= MOST_COLUMNS {
            return Err(GridError::Columns { row: row + 1 });
        }
        if cell.is_blank() {
            return Ok(());
        }
        self.count(row, column, &cell)?;
        self.cells.push((row, column, cell));
        Ok(())
    }

    /// Puts text, without the apostrophe that makes it text.
    pub(super) fn put_text(&mut self, row: u32, column: u32, text: &str) -> Result<(), GridError> {
        let text = text.strip_prefix('\'').unwrap_or(text);
        if text.len() > MOST_CHARACTERS && text.chars().nth(MOST_CHARACTERS).is_some() {
            return Err(GridError::Cell { row: row + 1, column });
        }
        let text = text.to_string();
        // In CSV an error value is just text.
        self.put(row, column, if FAULTS.contains(&text.trim()) { GridCell::Fault(text) } else { GridCell::Text(text) })
    }

    /// Notes how many cells a row of a text has. Rows come in order.
    pub(super) fn row_has(&mut self, row: u32, cells: u32) {
        self.widths.push((row, cells));
    }

    fn count(&mut self, row: u32, column: u32, cell: &GridCell) -> Result<(), GridError> {
        if let GridCell::Text(text) = cell {
            self.text += text.len();
        }
        match self.cells.len() < MOST_CELLS && self.text <= MOST_TEXT {
            true => Ok(()),
            false => Err(GridError::Cells { row: row + 1, column }),
        }
    }

    /// The grid: of two cells at one place the first; the value of a merged area in each of its
    /// rows that has other values.
    pub(super) fn finish(self, sheet: Option<String>, merged: Vec<MergedArea>) -> Result<Grid, GridError> {
        self.build(sheet, None, merged)
    }

    /// The grid of a text.
    pub(super) fn finish_text(self, form: TextForm) -> Result<Grid, GridError> {
        self.build(None, Some(form), Vec::new())
    }

    fn build(
        mut self,
        sheet: Option<String>,
        text: Option<TextForm>,
        mut merged: Vec<MergedArea>,
    ) -> Result<Grid, GridError> {
        let mut rows = self.rows();
        // Spreadsheets write no overlapping areas; in a hostile file the overlap is skipped, so
        // that no cell is visited twice.
        merged.sort_by_key(|area| (area.column, area.rows));
        let mut filled: Option<MergedArea> = None;
        for area in merged {
            if filled.as_ref().is_none_or(|last| last.column != area.column || last.rows.1 < area.rows.0) {
                self.fill(&mut rows, &area)?;
                filled = Some(area);
            }
        }
        if rows.is_empty() { Err(GridError::Empty) } else { Ok(Grid { sheet, text, rows }) }
    }

    fn rows(&mut self) -> Vec<GridRow> {
        let mut cells = std::mem::take(&mut self.cells);
        cells.sort_by_key(|(row, column, _)| (*row, *column));
        cells.dedup_by_key(|(row, column, _)| (*row, *column));
        let mut rows: Vec<GridRow> = Vec::new();
        for (row, column, cell) in cells {
            match rows.last_mut().filter(|last| last.number == row + 1) {
                Some(last) => last.cells.push((column, cell)),
                None => {
                    let width = self.widths.binary_search_by_key(&row, |(row, _)| *row).ok();
                    let width = width.and_then(|at| self.widths.get(at)).map(|(_, cells)| *cells);
                    rows.push(GridRow { number: row + 1, width, cells: vec![(column, cell)] });
                }
            }
        }
        rows
    }

    fn fill(&mut self, rows: &mut [GridRow], area: &MergedArea) -> Result<(), GridError> {
        let (first, last) = (area.rows.0.saturating_add(1), area.rows.1.saturating_add(1));
        let from = rows.partition_point(|row| row.number < first);
        let until = rows.partition_point(|row| row.number <= last);
        let Some((top, below)) = rows.get_mut(from..until).and_then(<[GridRow]>::split_first_mut) else {
            return Ok(());
        };
        let value = top.cell(area.column);
        if top.number != first || value.is_blank() {
            return Ok(());
        }
        for row in below {
            if let Err(at) = row.cells.binary_search_by_key(&area.column, |(at, _)| *at) {
                self.count_filled(row.number, area.column, value)?;
                row.cells.insert(at, (area.column, value.clone()));
            }
        }
        Ok(())
    }

    /// Many merged areas of one long text could fill memory: filled cells count towards the bound
    /// on text.
    fn count_filled(&mut self, row: u32, column: u32, value: &GridCell) -> Result<(), GridError> {
        self.text += size_of::<(u32, GridCell)>();
        self.count(row.saturating_sub(1), column, value)
    }
}
