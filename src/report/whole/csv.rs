//! A table of a report as CSV (RFC 4180).

use std::io::{self, Write};

use super::{Cell, Report, Table};
use crate::register::{self, CsvEncoding, Unencodable};
use crate::report::escape::terminal;

impl Report {
    /// Writes a table with the codes of its columns as heads; no cell is a formula. Tells of what
    /// the encoding does not have.
    pub fn write_csv(&self, table: &Table, encoding: CsvEncoding, out: &mut dyn Write) -> io::Result<Vec<Unencodable>> {
        let cell = |cell: &Cell| match cell {
            Cell::Nothing => register::GridCell::Empty,
            Cell::Number(number) => register::GridCell::Number(*number as f64),
            Cell::Day(day) => register::GridCell::Day(*day),
            // What could act on a terminal or turn text around is shown; data as it is is in the JSON.
            other => register::GridCell::Text(terminal(&other.code()).into_owned()),
        };
        let sheet = register::FormTable {
            title: table.id.into(),
            headers: table.columns.iter().map(|column| column.code.into()).collect(),
            rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        };
        let (bytes, lost) = sheet.to_csv(encoding);
        out.write_all(&bytes)?;
        Ok(lost)
    }
}
