//! A table of a report as CSV (RFC 4180).

use std::io::{self, Write};

use super::{Cell, Report, Table};
use crate::register::{self, Encoding, Unencodable};
use crate::report::escape::terminal;

impl Report {
    /// Writes a table with the codes of its columns as heads; no cell is a formula. Tells of what
    /// the encoding does not have.
    pub fn write_csv(&self, table: &Table, encoding: Encoding, out: &mut dyn Write) -> io::Result<Vec<Unencodable>> {
        let cell = |cell: &Cell| match cell {
            Cell::Nothing => register::Cell::Empty,
            Cell::Number(number) => register::Cell::Number(*number as f64),
            Cell::Day(day) => register::Cell::Day(*day),
            // What could act on a terminal or turn text around is shown; data as it is is in the JSON.
            other => register::Cell::Text(terminal(&other.code()).into_owned()),
        };
        let sheet = register::Table {
            title: table.id.into(),
            headers: table.columns.iter().map(|column| column.code.into()).collect(),
            rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        };
        let (bytes, lost) = sheet.to_csv(encoding);
        out.write_all(&bytes)?;
        Ok(lost)
    }
}
