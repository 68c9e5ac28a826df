//! CSV for spreadsheets: UTF-8 with a byte-order mark, CRLF, no cell that could be a formula.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use crate::locale::Lang;
use crate::register::{self, CsvEncoding, Unencodable};
use crate::report::escape::{self, terminal};
use crate::report::list::{Cell, Get, List, Table};

/// A sheet that is written row by row, every cell made safe.
pub struct CsvSheet<W: Write>(Writer<W>);

impl<W: Write> CsvSheet<W> {
    /// A sheet with these heads.
    pub fn new(mut out: W, heads: &[&str]) -> io::Result<CsvSheet<W>> {
        // Without the mark Excel reads the file in the code page of Windows and Japanese is garbled.
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        out.write_record(heads).map_err(io_error)?;
        Ok(CsvSheet(out))
    }

    /// The next row.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        cells.into_iter().try_for_each(|text| self.field(text))?;
        self.end_row()
    }

    fn field(&mut self, text: &str) -> io::Result<()> {
        self.0.write_field(escape::cell(text).as_bytes()).map_err(io_error)
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.0.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// Rows of a list under heads that several lists share, each after its kind of record: a column
    /// without a head is left out, a head without a column has empty cells.
    pub fn records<R>(
        &mut self,
        (kind, heads): (&str, &[&str]),
        list: &List<R>,
        rows: impl Iterator<Item = R>,
        lang: Lang,
    ) -> io::Result<()> {
        let get = |head: &&str| list.csv().find(|(code, _)| code == head).map(|(_, get)| get);
        let gets: Vec<Option<Get<R>>> = heads.iter().map(get).collect();
        for row in rows {
            self.field(kind)?;
            for get in &gets {
                self.field(&get.map_or(Cell::Nothing, |get| get(&row, lang)).code())?;
            }
            self.end_row()?;
        }
        Ok(())
    }

    /// Writes what is still held.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes rows of a list.
pub fn write_list<R>(out: &mut dyn Write, list: &List<R>, rows: impl Iterator<Item = R>, lang: Lang) -> io::Result<()> {
    let mut sheet = ListSheet::new(out, list, lang)?;
    rows.into_iter().try_for_each(|row| sheet.row(&row))?;
    sheet.flush()
}

/// A list that is written row by row.
pub struct ListSheet<W: Write, R> {
    sheet: CsvSheet<W>,
    gets: Vec<Get<R>>,
    lang: Lang,
}

impl<W: Write, R> ListSheet<W, R> {
    /// Writes the heads.
    pub fn new(out: W, list: &List<R>, lang: Lang) -> io::Result<ListSheet<W, R>> {
        let (heads, gets): (Vec<_>, Vec<_>) = list.csv().unzip();
        Ok(ListSheet { sheet: CsvSheet::new(out, &heads)?, gets, lang })
    }

    /// The next row.
    pub fn row(&mut self, row: &R) -> io::Result<()> {
        for get in &self.gets {
            self.sheet.field(&get(row, self.lang).code())?;
        }
        self.sheet.end_row()
    }

    /// Writes what is still held.
    pub fn flush(&mut self) -> io::Result<()> {
        self.sheet.flush()
    }
}

/// Writes a table of its own with these columns, in the same form.
pub fn write_sheet(out: &mut dyn Write, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut sheet = CsvSheet::new(out, columns)?;
    for row in rows {
        sheet.row(row.iter().map(String::as_str))?;
    }
    sheet.flush()
}

/// The error beneath, so that a reader that has gone is known for what it is.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Writes a table with the codes of its columns as heads; no cell is a formula. Tells of what
/// the encoding does not have.
pub fn write_table(table: &Table, encoding: CsvEncoding, out: &mut dyn Write) -> io::Result<Vec<Unencodable>> {
    let cell = |cell: Cell| match cell {
        Cell::Nothing => register::GridCell::Empty,
        Cell::Number(number) => register::GridCell::Number(number as f64),
        Cell::Day(day) => register::GridCell::Day(day),
        // What could act on a terminal or turn text around is shown; data as it is is in the JSON.
        other => register::GridCell::Text(terminal(&other.code()).into_owned()),
    };
    let row = |row| (0..table.heads.len()).map(|column| cell(table.cell(row, column))).collect();
    let sheet = register::FormTable {
        title: table.id.into(),
        headers: table.heads.iter().map(|head| head.code.into()).collect(),
        rows: (0..table.len).map(row).collect(),
    };
    let (bytes, lost) = sheet.to_csv(encoding);
    out.write_all(&bytes)?;
    Ok(lost)
}
