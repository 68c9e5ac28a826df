//! Workbooks: the report, and two lists for people's hands.
//!
//! Each is written from the report alone and is the same file whenever it is written. Every text
//! is written as text: nothing is a formula, and no zero is lost. A head is in the report's
//! language; docs/ja/output.md and docs/en/output.md tell which column of the data it is.

mod cells;
mod charts;
mod lists;
mod sheet;
mod summary;

use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

use crate::locale::Lang;
use crate::report::answer::report::Report;
use crate::report::list::Table;
use cells::{Forms, cell_text, failed, font, line_pixels};

/// Paper in Excel's numbers.
const A4: u8 = 9;

impl Report {
    /// Writes the workbook: a sheet for the summary, one for each table.
    pub fn write_xlsx(&self, out: &mut dyn Write) -> io::Result<()> {
        let tables = self.tables().into_iter().chain(self.changes());
        let tables: Vec<Table> = tables.collect();
        tables.iter().try_for_each(|table| sheet::check_rows(table.title, table.len, self.lang))?;
        let forms = Forms::new(self.lang);
        let mut book = self.book().map_err(failed)?;
        summary::write(self, &mut book, &forms).map_err(failed)?;
        for table in &tables {
            sheet::write(self, &mut book, table, &forms).map_err(failed)?;
        }
        save(book, out)
    }

    /// Writes the sheet for a word processor's mail merge: a row for each holder for which
    /// something is to be applied for.
    pub fn write_mail_merge(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut book = self.book().map_err(failed)?;
        lists::mail_merge(self, &mut book).map_err(failed)?;
        save(book, out)
    }

    /// Writes the list to sign for what is handed over: a page for each person, or more.
    pub fn write_handover(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut book = self.book().map_err(failed)?;
        lists::handover(self, &mut book).map_err(failed)?;
        save(book, out)
    }

    /// An empty workbook, made when the report was.
    fn book(&self) -> Result<Workbook, XlsxError> {
        let mut book = Workbook::new();
        if self.lang == Lang::Ja {
            // A column is as wide as that in this type.
            book.set_default_format(&font(self.lang), line_pixels(self.lang), 72)?;
        }
        let made =
            ExcelDateTime::from_timestamp(self.at.unix_timestamp()).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
        book.set_properties(&DocProperties::new().set_title(self.title()).set_creation_datetime(&made));
        Ok(book)
    }
}

/// Into memory first: the writer asks more of an output than ours gives.
fn save(mut book: Workbook, out: &mut dyn Write) -> io::Result<()> {
    let bytes = book.save_to_buffer().map_err(failed)?;
    out.write_all(&bytes)
}

/// Sets a sheet up for A4 on its side, with its name above and numbered pages.
fn lay_out(sheet: &mut Worksheet, report: &Report) {
    // Inches.
    const SIDE: f64 = 0.5;
    const EDGE: f64 = 0.6;
    const HEAD: f64 = 0.3;
    // An ampersand begins a code there.
    let title = cell_text(&report.title()).replace('&', "&&");
    sheet.set_paper_size(A4).set_landscape().set_margins(SIDE, SIDE, EDGE, EDGE, HEAD, HEAD);
    sheet.set_header(format!("&L{title}&R&A")).set_footer("&C&P / &N");
}
