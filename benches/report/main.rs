//! What each form of a report costs, over a small, a middle and a large report made up here.
//!
//! ```text
//! cargo bench --bench report [-- --sizes 1000,10000,100000]
//! ```
//!
//! Every figure is for one certificate, of which each of the five tables has a row. `cells` is the
//! floor of `xlsx`: its library alone, writing as many cells of the same texts into one sheet; the
//! floor of `csv` and `json` is `bytes`, the texts of the cells written one after another. Beside
//! the time the memory that came on top while it ran (the peak, where the system tells). Results
//! are asserted, time never.

#[allow(dead_code)]
#[path = "../../tests/office/report/synthetic.rs"]
mod synthetic;

use std::io::{self, Write};
use std::process::Command;
use std::time::Instant;

use rust_xlsxwriter::Workbook;
use shomei::locale::Lang;
use shomei::register::CsvEncoding;
use shomei::report::document::Report;
use shomei::report::list::{Cell, Table};

/// A form: its name, and what writes it; tells of bytes.
type Form = (&'static str, fn(&Report) -> io::Result<usize>);

/// The forms and their floors.
const FORMS: [Form; 9] = [
    ("bytes", |report| {
        let mut out = Counted(0);
        for table in &report.tables() {
            cells(table).try_for_each(|(.., cell)| out.write_all(cell.code().as_bytes()))?;
        }
        Ok(out.0)
    }),
    ("csv", |report| {
        let mut out = Counted(0);
        for table in &report.tables() {
            shomei::report::write_table(table, CsvEncoding::Utf8Bom, &mut out)?;
        }
        Ok(out.0)
    }),
    ("json", |report| {
        let mut out = Counted(0);
        report.write_json(&mut out)?;
        Ok(out.0)
    }),
    ("cells", bare),
    ("xlsx", |report| {
        let mut out = Counted(0);
        report.write_xlsx(&mut out)?;
        Ok(out.0)
    }),
    ("html", |report| {
        let mut out = Counted(0);
        report.write_html(&mut out)?;
        Ok(out.0)
    }),
    ("md", |report| {
        let mut out = Counted(0);
        report.write_markdown(&mut out)?;
        Ok(out.0)
    }),
    ("ics", |report| {
        let mut out = Counted(0);
        report.write_calendar(&mut out)?;
        Ok(out.0)
    }),
    ("prom", |report| {
        let mut out = Counted(0);
        report.write_prometheus(&mut out)?;
        Ok(out.0)
    }),
];

/// Takes bytes and counts them.
struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn cells<'t>(table: &'t Table) -> impl Iterator<Item = (usize, usize, Cell<'t>)> {
    let columns = table.heads.len();
    (0..table.len).flat_map(move |row| (0..columns).map(move |column| (row, column, table.cell(row, column))))
}

/// The library alone, as many cells.
fn bare(report: &Report) -> io::Result<usize> {
    let mut book = Workbook::new();
    for table in &report.tables() {
        let sheet = book.add_worksheet();
        for (row, column, cell) in cells(table) {
            let (row, column) = (row as u32, column as u16);
            match cell {
                Cell::Nothing => {}
                Cell::Number(number) => drop(sheet.write_number(row, column, number as f64)),
                cell => drop(sheet.write_string(row, column, cell.label(Lang::Ja))),
            }
        }
    }
    book.save_to_buffer().map(|bytes| bytes.len()).map_err(io::Error::other)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|one| one == name).and_then(|at| arguments.get(at + 1));
    let sizes = value("--sizes").map_or("1000,10000,100000", String::as_str);
    if let Some(form) = value("--form") {
        measure(form, sizes.parse().expect("a number"));
        return;
    }
    let itself = std::env::current_exe().expect("this program");
    println!("{:<8} {:>12} {:>12} {:>12} {:>12}", "form", "certificates", "ns each", "peak, MB", "bytes each");
    for (size, (form, _)) in sizes.split(',').flat_map(|size| FORMS.map(|form| (size, form))) {
        // Each by itself: what one took, the next would find free.
        let status = Command::new(&itself).args(["--form", form, "--sizes", size]).status().expect("it runs");
        assert!(status.success(), "{form}");
    }
}

fn measure(form: &str, size: usize) {
    let (_, write) = FORMS.into_iter().find(|(name, _)| *name == form).expect("a form");
    let report = report(size);
    let (before, began) = (memory("VmRSS"), Instant::now());
    let bytes = write(&report).expect("written");
    let took = began.elapsed().as_nanos() as f64 / size as f64;
    assert!(bytes > size, "{form}");
    let more = (memory("VmHWM") - before).max(0.0);
    println!("{form:<8} {size:>12} {took:>12.0} {more:>12.1} {:>12}", bytes / size);
}

/// Megabytes that the system tells of this process.
fn memory(key: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// A report with as many rows in each table.
fn report(size: usize) -> Report {
    let names: Vec<String> = (0..size).map(|row| format!("架空の事業所{row:07}")).collect();
    Report { notes: Vec::new(), generations: Vec::new(), people: Vec::new(), ..synthetic::report(Lang::Ja, &names) }
}
