//! What reading a register costs, as CSV and as a workbook.
//!
//! ```text
//! cargo bench --bench register [-- --rows 1000,30000,300000]
//! ```
//!
//! Every figure is for one row of ten cells. The floors are the libraries alone, `csv` and
//! `calamine`, visiting every cell of the same bytes; `grid` makes our cells of them, `register`
//! also finds the headers, tells sums from holders and makes the holders. The last column is the
//! ratio to the floor. Results are asserted, time never.

use std::io::Cursor;
use std::time::{Duration, Instant};

use calamine::{Reader as _, Xlsx};
use shomei::register::{ColumnMapping, FormTable, Grid, GridCell, PolicyWords, RegisterReading, propose, read};

const HEADERS: [&str; 10] =
    ["台帳ID", "名称", "事業所番号", "都道府県", "担当者", "メール", "電話番号", "住所", "有効期限(申告)", "備考"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = arguments.iter().position(|one| one == "--rows").and_then(|at| arguments.get(at + 1));
    let sizes = given.map_or("1000,30000,300000", String::as_str);
    println!("{:>8}  {:<18}  {:>10}  {:>6}", "rows", "what", "ns/row", "ratio");
    for rows in sizes.split(',').map(|size| size.parse::<usize>().expect("a number of rows")) {
        let csv = csv_of(rows);
        let floor = timed(rows, "csv/library", None, || {
            let mut reader = csv::ReaderBuilder::new().from_reader(csv.as_slice());
            reader.byte_records().map(|record| record.unwrap().len()).sum::<usize>() == rows * HEADERS.len()
        });
        timed(rows, "csv/grid", Some(floor), || grid(&csv).rows().len() == rows + 1);
        timed(rows, "csv/register", Some(floor), || is_whole(&register(&csv), rows));

        let xlsx = xlsx_of(rows);
        let floor = timed(rows, "xlsx/library", None, || {
            let mut book = Xlsx::new(Cursor::new(xlsx.as_slice())).unwrap();
            let name = book.sheet_names().remove(0);
            let mut cells = book.worksheet_cells_reader(&name).unwrap();
            let mut count = 0;
            while cells.next_cell().unwrap().is_some() {
                count += 1;
            }
            count == (rows + 1) * HEADERS.len()
        });
        timed(rows, "xlsx/grid", Some(floor), || grid(&xlsx).rows().len() == rows + 1);
        timed(rows, "xlsx/register", Some(floor), || is_whole(&register(&xlsx), rows));
    }
}

fn timed(rows: usize, what: &str, floor: Option<Duration>, work: impl Fn() -> bool) -> Duration {
    let begin = Instant::now();
    assert!(work(), "{what} of {rows} rows");
    let took = begin.elapsed();
    let ratio = floor.map_or(1.0, |floor| took.as_secs_f64() / floor.as_secs_f64());
    println!("{rows:>8}  {what:<18}  {:>10.0}  {ratio:>6.1}", took.as_secs_f64() * 1e9 / rows as f64);
    took
}

fn grid(bytes: &[u8]) -> Grid {
    Grid::read(bytes, None, &|grid| propose(grid, &ColumnMapping::default(), None).is_ok()).unwrap()
}

fn register(bytes: &[u8]) -> RegisterReading {
    let grid = grid(bytes);
    let proposal = propose(&grid, &ColumnMapping::default(), None).unwrap();
    read(&grid, &proposal, "bench", &PolicyWords::default())
}

fn is_whole(reading: &RegisterReading, rows: usize) -> bool {
    reading.holders.len() == rows && reading.mistakes.is_empty() && reading.passed_over.is_empty()
}

fn cells(n: usize) -> [String; HEADERS.len()] {
    [
        format!("K-{n:06}"),
        format!("訪問介護やまびこ{n}号"),
        format!("{:010}", 9_900_000_000 + n as u64),
        "長野県".into(),
        "岳 樹".into(),
        format!("k{n}@example.jp"),
        format!("026-{:03}-{:04}", n / 10_000, n % 10_000),
        format!("松本市{n}番地"),
        "2027-04-28".into(),
        "－".into(),
    ]
}

fn csv_of(rows: usize) -> Vec<u8> {
    let mut out = HEADERS.join(",") + "\r\n";
    for n in 0..rows {
        out += &(cells(n).join(",") + "\r\n");
    }
    out.into_bytes()
}

fn xlsx_of(rows: usize) -> Vec<u8> {
    let row = |n| cells(n).into_iter().map(GridCell::Text).collect();
    let table = FormTable {
        title: "台帳".into(),
        headers: HEADERS.map(String::from).to_vec(),
        rows: (0..rows).map(row).collect(),
    };
    table.to_xlsx().unwrap()
}
