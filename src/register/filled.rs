//! A table that was filled in by hand, read back.

use super::fold::key;
use super::grid::{Cell, Grid, Row};
use crate::locale::Text;

/// What a column of such a table is called.
#[derive(Clone, Copy, Debug)]
pub struct Heading {
    /// The header in either language.
    pub title: Text,
    /// What else is taken for it.
    pub also: &'static [&'static str],
}

/// A table that was filled in, with the places of its columns.
#[derive(Debug)]
pub struct Filled<'g> {
    grid: &'g Grid,
    header_row: u32,
    columns: Vec<Option<u32>>,
}

/// A row of it.
#[derive(Clone, Copy, Debug)]
pub struct FilledRow<'g> {
    row: &'g Row,
    columns: &'g [Option<u32>],
}

/// Rows with values among which the headers are looked for.
const LOOKED_AT: usize = 50;

impl Heading {
    fn means(&self, header: &str) -> bool {
        [self.title.ja, self.title.en].iter().chain(self.also).any(|name| key(name) == header)
    }
}

impl<'g> Filled<'g> {
    /// Finds the row of headers: the first that has all `required` of the headings. None where no
    /// row has them.
    pub fn find(grid: &'g Grid, headings: &[Heading], required: &[usize]) -> Option<Filled<'g>> {
        let columns_of = |row: &Row| -> Vec<Option<u32>> {
            let headers: Vec<(u32, String)> = row.cells().map(|(at, cell)| (at, key(&cell.text()))).collect();
            let place = |heading: &Heading| headers.iter().find(|(_, header)| heading.means(header)).map(|(at, _)| *at);
            headings.iter().map(place).collect()
        };
        let rows = grid.rows().iter().take(LOOKED_AT).map(|row| (row.number(), columns_of(row)));
        let has = |columns: &[Option<u32>], at: usize| columns.get(at).copied().flatten().is_some();
        let mut fitting = rows.filter(|(_, columns)| required.iter().all(|at| has(columns, *at)));
        fitting.next().map(|(header_row, columns)| Filled { grid, header_row, columns })
    }

    /// The rows below the headers.
    pub fn rows(&self) -> impl Iterator<Item = FilledRow<'_>> {
        let below = self.grid.rows().iter().filter(|row| row.number() > self.header_row);
        below.map(|row| FilledRow { row, columns: &self.columns })
    }
}

impl<'g> FilledRow<'g> {
    /// Its number, from 1.
    pub fn number(&self) -> u32 {
        self.row.number()
    }

    /// The cell under a heading, by its position among the headings.
    pub fn cell(&self, heading: usize) -> &'g Cell {
        let at = self.columns.get(heading).copied().flatten();
        at.map_or(&Cell::Empty, |at| self.row.cell(at))
    }

    /// The text under a heading; none where there is none.
    pub fn text(&self, heading: usize) -> Option<String> {
        let text = self.cell(heading).text().trim().to_string();
        (!text.is_empty()).then_some(text)
    }
}
