//! A workbook: a sheet for the summary and one for each table.

use std::io::{self, Write};

use super::Report;

impl Report {
    /// Writes it.
    pub fn write_xlsx(&self, out: &mut dyn Write) -> io::Result<()> {
        let _ = (&self.notes, out);
        Err(io::Error::other("not yet"))
    }
}
