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

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::Command;
use std::time::Instant;

use rust_xlsxwriter::Workbook;
use shomei::calendar::{Zone, parse_day, parse_instant};
use shomei::locale::{Lang, Text};
use shomei::register::CsvEncoding;
use shomei::report::whole::table::Kind;
use shomei::report::whole::{Cell, Column, Counts, Coverage, REPORT_COLUMNS, Report, Table};

/// A form: its name, and what writes it; tells of bytes.
type Form = (&'static str, fn(&Report) -> io::Result<usize>);

/// The forms and their floors.
const FORMS: [Form; 9] = [
    ("bytes", |report| {
        let mut out = Counted(0);
        for cell in cells(report) {
            out.write_all(cell.code().as_bytes())?;
        }
        Ok(out.0)
    }),
    ("csv", |report| {
        let mut out = Counted(0);
        for table in &report.tables {
            report.write_csv(table, CsvEncoding::Utf8Bom, &mut out)?;
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

fn cells(report: &Report) -> impl Iterator<Item = &Cell> {
    report.tables.iter().flat_map(|table| table.rows.iter().flatten())
}

/// The library alone, as many cells.
fn bare(report: &Report) -> io::Result<usize> {
    let mut book = Workbook::new();
    for table in &report.tables {
        let sheet = book.add_worksheet();
        for (row, cells) in (0..).zip(&table.rows) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Cell::Nothing => {}
                    Cell::Number(number) => drop(sheet.write_number(row, column, *number as f64)),
                    cell => drop(sheet.write_string(row, column, cell.label())),
                }
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
    let table = |(id, columns): &(&'static str, &'static [Column])| {
        let rows = (0..size).map(|row| columns.iter().map(|column| cell(column, row)).collect());
        Table { id, title: Text { ja: id, en: id }, columns, rows: rows.collect() }
    };
    Report {
        excluded: None,
        letters: Vec::new(),
        lapse: None,
        lang: Lang::Ja,
        at: parse_instant("2026-11-23T00:00:00Z", Zone::UTC).expect("a moment"),
        today: parse_day("2026-11-23").expect("a day"),
        as_of: None,
        zone: Zone::JAPAN,
        policy: ("lab".into(), "lab.yaml".into(), "練習用認証局".into()),
        scope: String::new(),
        coverage: Coverage::default(),
        counts: Counts { tiers: BTreeMap::new(), ..Counts::default() },
        expiry: Vec::new(),
        generations: Vec::new(),
        fees: Vec::new(),
        notes: Vec::new(),
        since: None,
        changes: None,
        tables: REPORT_COLUMNS[..5].iter().map(table).collect(),
        people: Vec::new(),
    }
}

/// A cell as such a column has it.
fn cell(column: &Column, row: usize) -> Cell {
    match (column.kind, column.code) {
        (Kind::Day, _) => Cell::day(parse_day(["2027-04-19", "2028-09-30", "2029-07-20"][row % 3])),
        (Kind::Number | Kind::Yen, _) => Cell::number(row % 1000),
        (Kind::Word, code) => Cell::word(code, "言葉", None),
        (_, "sha256") => Cell::text(format!("{row:064x}")),
        (_, "message" | "remedy") => {
            Cell::text("この証明書の期限は近づいています。計画の日までに更新を申請してください。")
        }
        (_, "name") => Cell::text(format!("架空の事業所{row:07}")),
        (_, "path") => Cell::text(format!("share/{:03}/{row:07}.p12", row / 500)),
        (_, code) => Cell::text(format!("{code} {}", row % 50)),
    }
}
