//! Reading back a table that people filled in.

use super::fold::key;
use super::grid::{Grid, GridCell, GridRow};
use crate::locale::Text;

/// A column of such a table, by its headers.
#[derive(Clone, Copy, Debug)]
pub struct FilledColumn {
    /// The header in either language.
    pub title: Text,
    /// Other headers that mean it.
    pub also: &'static [&'static str],
}

/// A filled-in table with the positions of its columns.
#[derive(Debug)]
pub struct FilledTable<'g> {
    grid: &'g Grid,
    header_row: u32,
    columns: Vec<Option<u32>>,
}

/// A row of a filled-in table.
#[derive(Clone, Copy, Debug)]
pub struct FilledRow<'g> {
    row: &'g GridRow,
    columns: &'g [Option<u32>],
}

/// Rows with values that are searched for the headers: lists made for printing have titles above
/// them.
const LOOKED_AT: usize = 50;

impl FilledColumn {
    fn means(&self, header: &str) -> bool {
        [self.title.ja, self.title.en].iter().chain(self.also).any(|name| key(name) == header)
    }
}

impl<'g> FilledTable<'g> {
    /// Finds the row of headers: the first that has all `required` of the headings. None where no
    /// row has them.
    pub fn find(grid: &'g Grid, headings: &[FilledColumn], required: &[usize]) -> Option<FilledTable<'g>> {
        let columns_of = |row: &GridRow| -> Vec<Option<u32>> {
            let headers: Vec<(u32, String)> = row.cells().map(|(at, cell)| (at, key(&cell.text()))).collect();
            let place =
                |heading: &FilledColumn| headers.iter().find(|(_, header)| heading.means(header)).map(|(at, _)| *at);
            headings.iter().map(place).collect()
        };
        let rows = grid.rows().iter().take(LOOKED_AT).map(|row| (row.number(), columns_of(row)));
        let has = |columns: &[Option<u32>], at: usize| columns.get(at).copied().flatten().is_some();
        let mut fitting = rows.filter(|(_, columns)| required.iter().all(|at| has(columns, *at)));
        fitting.next().map(|(header_row, columns)| FilledTable { grid, header_row, columns })
    }

    /// The rows below the headers.
    pub fn rows(&self) -> impl Iterator<Item = FilledRow<'_>> {
        let below = self.grid.rows().iter().filter(|row| row.number() > self.header_row);
        below.map(|row| FilledRow { row, columns: &self.columns })
    }
}

impl<'g> FilledRow<'g> {
    /// The number of the row, from 1.
    pub fn number(&self) -> u32 {
        self.row.number()
    }

    /// The cell under a heading, by its position among the headings.
    pub fn cell(&self, heading: usize) -> &'g GridCell {
        let at = self.columns.get(heading).copied().flatten();
        at.map_or(&GridCell::Empty, |at| self.row.cell(at))
    }

    /// The text under a heading; none where there is none.
    pub fn text(&self, heading: usize) -> Option<String> {
        let text = self.cell(heading).text().trim().to_string();
        (!text.is_empty()).then_some(text)
    }
}
