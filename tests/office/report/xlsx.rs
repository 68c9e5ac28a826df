//! Workbooks, as openpyxl and LibreOffice read them.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use shomei::locale::Lang;
use shomei::report::document::{Report, report_heads};
use shomei::report::list::{ColumnKind, Head};

use super::office::{Office, as_printed, python, rows};
use super::synthetic::{hostile, report};

/// The sheets of a workbook.
pub fn sheets(bytes: &[u8]) -> Vec<Value> {
    python("workbook.py", &[], bytes).as_array().unwrap().clone()
}

/// The rows of a sheet, as its cells' values.
pub fn values(sheet: &Value) -> Vec<Vec<Value>> {
    let row = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell[1].clone()).collect();
    sheet["rows"].as_array().unwrap().iter().map(row).collect()
}

fn arranged(columns: &[Head]) -> Vec<&Head> {
    let (shown, data): (Vec<_>, Vec<_>) = columns.iter().partition(|column| column.shown);
    shown.into_iter().chain(data).collect()
}

const SINCE: [&str; 2] = ["--since", "2026-01-01"];

#[test]
fn every_cell_is_what_the_document_says() {
    for lang in ["ja", "en"] {
        let more = [&SINCE[..], &["--lang", lang]].concat();
        let office = Office::of_samples();
        let document = office.json(&more);
        let book = sheets(&office.ran(&[&["report", "--format", "xlsx"], &more[..]].concat()));
        assert_eq!(book.len(), 7);
        assert_eq!(book[0]["charts"], 2);
        for (sheet, (id, columns)) in book[1..].iter().zip(report_heads()) {
            let rows = rows(&document, id);
            let (name, columns) = (&sheet["name"], arranged(&columns));
            let cells = sheet["rows"].as_array().unwrap();
            assert_eq!(cells.len(), rows.len() + 1, "{name}");
            let heads: Vec<&str> = cells[0].as_array().unwrap().iter().map(|cell| cell[1].as_str().unwrap()).collect();
            let language = if lang == "ja" { Lang::Ja } else { Lang::En };
            assert_eq!(heads, columns.iter().map(|column| column.title.get(language)).collect::<Vec<_>>());
            let mut words: BTreeMap<(&str, String), String> = BTreeMap::new();
            for (cells, row) in cells[1..].iter().zip(rows) {
                for (cell, column) in cells.as_array().unwrap().iter().zip(&columns) {
                    let printed = row[column.code].as_str().map(|said| json!(as_printed(column.code, said.into())));
                    let (kind, value) = (&cell[0], &cell[1]);
                    let said = printed.as_ref().unwrap_or(&row[column.code]);
                    let told = format!("{name}, {}: {cell} {said}", column.code);
                    if said.is_null() {
                        assert!(value.is_null(), "{told}");
                        continue;
                    }
                    match column.kind {
                        ColumnKind::Text => assert_eq!((kind, value), (&json!("s"), said), "{told}"),
                        ColumnKind::Day => assert_eq!((kind, value), (&json!("d"), said), "{told}"),
                        ColumnKind::Number | ColumnKind::Yen => {
                            assert_eq!((kind, value), (&json!("n"), said), "{told}")
                        }
                        ColumnKind::Word => {
                            // No label stands for two codes.
                            let code =
                                words.entry((column.code, value.to_string())).or_insert_with(|| said.to_string());
                            assert_eq!((kind, &said.to_string()), (&json!("s"), &*code), "{told}");
                        }
                    }
                }
            }
            assert_eq!((&sheet["frozen"], &sheet["hidden"]), (&json!("A2"), &json!([])), "{name}");
            assert_eq!((&sheet["paper"], &sheet["repeated"]), (&json!(["landscape", 9]), &json!("$1:$1")), "{name}");
            assert!(sheet["filter"].as_str().unwrap().ends_with(&(rows.len() + 1).to_string()), "{name}");
        }
    }
}

#[test]
fn the_same_report_is_the_same_file() {
    let office = Office::of_samples();
    let made = || office.ran(&["report", "--format", "xlsx", "--at", "2026-11-23"]);
    assert_eq!(made(), made());
}

fn written(report: &Report, write: fn(&Report, &mut dyn std::io::Write) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    out
}

/// What a cell shows of a hostile name.
fn shown(name: &str) -> String {
    match name {
        "a\u{202e}b" => "a<U+202E>b".into(),
        "one\r\ntwo" => "one\ntwo".into(),
        _ if name.starts_with('\u{0}') => "<U+0000><U+001F><U+007F><U+FFFE>".into(),
        _ if name.len() > 100_000 => "長".repeat(32_766) + "…",
        _ => name.into(),
    }
}

#[test]
fn hostile_names_stay_text() {
    let names = hostile();
    let report = report(Lang::En, &names);
    let expected: Vec<Value> = names.iter().map(|name| json!(shown(name))).collect();
    for sheet in &sheets(&written(&report, |report, out| report.write_xlsx(out)))[1..] {
        let values = values(sheet);
        let at = values[0].iter().position(|head| head == "name").unwrap();
        let told: Vec<Value> = values[1..].iter().map(|row| row[at].clone()).collect();
        assert_eq!(told, expected, "{}", sheet["name"]);
        for row in &sheet["rows"].as_array().unwrap()[1..] {
            assert_eq!((&row[at][0], &row[at][2]), (&json!("s"), &json!("@")));
        }
    }
    let merge = &sheets(&written(&report, |report, out| report.write_mail_merge(out)))[0];
    for (row, name) in values(merge)[1..].iter().zip(&expected) {
        assert_eq!((&row[0], &row[3]), (name, name));
    }
    let kinds = merge["rows"].as_array().unwrap().iter().flat_map(|row| row.as_array().unwrap());
    assert!(kinds.clone().all(|cell| cell[0] == "s" || cell[1].is_null()), "all of a mail merge is text");
    let handover = &sheets(&written(&report, |report, out| report.write_handover(out)))[0];
    let told: Vec<Value> = values(handover).iter().map(|row| row[1].clone()).filter(|value| !value.is_null()).collect();
    assert!(expected.iter().all(|name| told.contains(name)));
}

#[test]
fn lists_are_of_those_for_whom_something_is_due() {
    let office = Office::of_samples();
    let document = office.json(&[]);
    let due = |outcomes: &[&str]| {
        let rows = rows(&document, "plan").iter().filter(|row| !row["holder"].is_null());
        rows.filter(|row| outcomes.iter().any(|one| row["outcome"] == *one)).cloned().collect::<Vec<_>>()
    };
    let merge = values(&sheets(&office.ran(&["report", "--sheet", "mail-merge"]))[0]);
    let column = |head: &str| merge[0].iter().position(|one| one == head).unwrap();
    assert!(merge[0].iter().all(|head| !head.as_str().unwrap().contains(' ')));
    let mut due_now = due(&["cannot", "no-margin", "apply"]);
    due_now.retain(|row| row["ends_on"].as_str().unwrap() <= "2027-02-21");
    let holders: std::collections::BTreeSet<String> =
        due_now.iter().map(|row| format!("{}/{}", row["register"], row["holder"])).collect();
    assert_eq!(merge.len() - 1, holders.len());
    let number = |row: &Vec<Value>| row[column("certificates")].as_str().unwrap().parse::<usize>().unwrap();
    assert_eq!(merge[1..].iter().map(number).sum::<usize>(), due_now.len());
    for row in &merge[1..] {
        let of = |one: &&Value| one["holder"] == row[column("holder_id")] && one["register"] == row[column("register")];
        let first = due_now.iter().find(of).unwrap();
        assert_eq!(row[column("ends_on")], first["ends_on"]);
        // A day that is past is none to keep.
        let last = first["last_safe_day"].as_str().filter(|day| *day >= "2026-11-23");
        assert_eq!(row[column("last_safe_day")].as_str(), last);
        assert_eq!(row[column("apply_on")], first["recommended_day"]);
    }
    let handover = values(&sheets(&office.ran(&["report", "--sheet", "handover"]))[0]);
    let listed = handover.iter().filter(|row| row[3].as_str().is_some_and(|day| day.starts_with("20")));
    assert_eq!(listed.count(), due(&["cannot", "no-margin", "apply", "awaited"]).len());
    let complaint = office.complaint(&["report", "--sheet", "handover", "--format", "json"]);
    assert!(complaint.contains("--sheet"), "{complaint}");
}

/// All sheets as CSV (the last field), text as it is shown.
const EVERY_SHEET: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";

#[test]
fn libreoffice_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::of_samples();
    let document = office.json(&[]);
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("report.xlsx", &office.ran(&["report", "--format", "xlsx"]));
    let names: Vec<String> = hostile().into_iter().filter(|name| name.len() < 100).collect();
    put("hostile.xlsx", &written(&report(Lang::En, &names), |report, out| report.write_xlsx(out)));
    let output = Command::new("soffice")
        .args(["--headless", "--convert-to", EVERY_SHEET, "report.xlsx", "hostile.xlsx"])
        .arg(format!("-env:UserInstallation=file://{}/profile", folder.path().display()))
        .current_dir(&folder)
        .output()
        .expect("soffice is missing: run the tests by ./tests/run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| -> Vec<BTreeMap<String, String>> {
        let path = folder.path().join(name);
        let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        reader.deserialize().map(Result::unwrap).collect()
    };
    let certificates = read("report-Certificates.csv");
    assert_eq!(certificates.len(), rows(&document, "certificates").len());
    for (line, row) in certificates.iter().zip(rows(&document, "certificates")) {
        let said = |code: &str| as_printed(code, row[code].as_str().unwrap_or_default().into());
        for (head, code) in [("ends on", "ends_on"), ("name", "name"), ("serial number", "serial"), ("place", "path")] {
            assert_eq!(line[head], said(code));
        }
        assert_eq!(line["days"], row["days_left"].as_i64().map(|n| n.to_string()).unwrap_or_default());
    }
    let yen = |line: &BTreeMap<String, String>| line["yen"].replace(',', "").parse::<u64>().unwrap_or(0);
    let fees = read("report-Fees.csv");
    assert_eq!(
        fees.iter().map(yen).sum::<u64>(),
        rows(&document, "fees").iter().filter_map(|row| row["yen"].as_u64()).sum::<u64>()
    );
    let told: Vec<String> = read("hostile-Certificates.csv").into_iter().map(|line| line["name"].clone()).collect();
    assert_eq!(told, names.iter().map(|name| shown(name)).collect::<Vec<_>>());
}
