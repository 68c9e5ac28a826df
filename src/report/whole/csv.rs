//! A table of a report as CSV (RFC 4180).

use std::io::{self, Write};

use super::Report;
use crate::register::{self, CsvEncoding, Unencodable};
use crate::report::escape::terminal;
use crate::report::list::{Cell, Table};

impl Report {
    /// Writes a table with the codes of its columns as heads; no cell is a formula. Tells of what
    /// the encoding does not have.
    pub fn write_csv(
        &self,
        table: &dyn Table,
        encoding: CsvEncoding,
        out: &mut dyn Write,
    ) -> io::Result<Vec<Unencodable>> {
        let cell = |cell: Cell| match cell {
            Cell::Nothing => register::GridCell::Empty,
            Cell::Number(number) => register::GridCell::Number(number as f64),
            Cell::Day(day) => register::GridCell::Day(day),
            // What could act on a terminal or turn text around is shown; data as it is is in the JSON.
            other => register::GridCell::Text(terminal(&other.code()).into_owned()),
        };
        let row = |row| (0..table.heads().len()).map(|column| cell(table.cell(row, column))).collect();
        let sheet = register::FormTable {
            title: table.id().into(),
            headers: table.heads().iter().map(|head| head.code.into()).collect(),
            rows: (0..table.len()).map(row).collect(),
        };
        let (bytes, lost) = sheet.to_csv(encoding);
        out.write_all(&bytes)?;
        Ok(lost)
    }
}
