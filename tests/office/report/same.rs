//! Every list says the same in every form, fact by fact.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use shomei::report::UNIT_LISTS;
use shomei::report::document::report_heads;
use shomei::report::escape;
use shomei::report::list::audited::AUDITED;
use shomei::report::list::change::DIFF;
use shomei::report::list::check::{HOLDER_FINDINGS, PROBLEMS};
use shomei::report::list::coverage::UNITS;
use shomei::report::list::expiry::EXPIRY;
use shomei::report::list::fee::{FEES, GAPS};
use shomei::report::list::listed::LISTED;
use shomei::report::list::plan::PLAN;
use shomei::report::list::reminder::REMINDERS;
use shomei::report::list::tracked::CERTIFICATE;
use shomei::report::list::{ColumnKind, Head, List};

use super::markdown::{read, section, table};
use super::office::{Office, ROOT, as_printed, python, rows};

/// A row of a CSV: its cells by their heads.
type Row = BTreeMap<String, String>;

fn sheet(text: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let heads = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| heads.iter().zip(&record).map(|(h, c)| (h.into(), c.into())).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// A value of JSON as a CSV has it.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(texts) => texts.iter().map(scalar).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// What stands on a path; nothing below null.
fn at<'v>(row: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(row, |value, name| if value.is_null() { value } else { &value[name] })
}

/// The CSV and the JSON of a command, fact by fact.
fn compare<R>(command: &str, list: &List<R>, sheet: &[Row], documents: &[Value]) {
    assert!(!documents.is_empty(), "{command}");
    assert_eq!(sheet.len(), documents.len(), "{command}");
    let both = || list.columns.iter().filter_map(|column| column.csv.zip(column.json));
    assert!(both().count() > 3, "{command}");
    for (cells, document) in sheet.iter().zip(documents) {
        for (head, path) in both() {
            let value = as_printed(path, scalar(at(document, path)));
            assert_eq!(cells[head], escape::cell(&value), "{command}: {head} and {path}: {document}");
        }
    }
}

fn asked(office: &Office, command: &str, form: &str, lang: &str) -> String {
    let mut arguments: Vec<&str> = command.split(' ').collect();
    arguments.extend(["--format", form, "--lang", lang]);
    String::from_utf8(office.output(&arguments).stdout).unwrap()
}

#[test]
fn a_command_says_the_same_in_csv_and_json() {
    fn both<R>(office: &Office, command: &str, rows: &str, list: &List<R>) {
        for lang in ["ja", "en"] {
            let document: Value = serde_json::from_str(&asked(office, command, "json", lang)).unwrap();
            let sheet = sheet(&asked(office, command, "csv", lang));
            compare(command, list, &sheet, document[rows].as_array().unwrap());
        }
    }
    let office = Office::of_samples();
    both(office, "plan", "entries", &PLAN);
    both(office, "fees", "applications", &FEES);
    both(office, "fees check", "gaps", &GAPS);
    both(office, "expiry", "certificates", &EXPIRY);
    both(office, "list --all", "certificates", &LISTED);
    both(office, "diff --since 2026-01-01", "changes", &DIFF);
    for list in UNIT_LISTS {
        both(office, &format!("coverage --only {list}"), &list.replace('-', "_"), &UNITS);
    }
    let document: Value = serde_json::from_str(&asked(office, "reminders", "json", "en")).unwrap();
    let (due, exhausted) = (rows(&document, "due"), rows(&document, "exhausted"));
    let sheet = sheet(&asked(office, "reminders", "csv", "en"));
    let (said, enough) = sheet.split_at(due.len());
    compare("reminders", &REMINDERS, said, due);
    let certificates: Vec<Value> = due.iter().map(|row| row["certificate"].clone()).collect();
    let (said, certificates): (Vec<Row>, Vec<Value>) =
        said.iter().cloned().zip(certificates).filter(|(_, certificate)| !certificate.is_null()).unzip();
    compare("reminders", &CERTIFICATE, &said, &certificates);
    if !exhausted.is_empty() {
        compare("reminders", &CERTIFICATE, enough, exhausted);
    }
}

#[test]
fn the_register_check_says_the_same_in_csv_and_json() {
    let office = Office::of_samples();
    for lang in ["ja", "en"] {
        let document: Value = serde_json::from_str(&asked(office, "register check", "json", lang)).unwrap();
        let sheet = sheet(&asked(office, "register check", "csv", lang));
        let of = |record: &str| sheet.iter().filter(|row| row["record"] == record).cloned().collect::<Vec<Row>>();
        let units: Vec<Value> =
            UNIT_LISTS.iter().flat_map(|list| rows(&document, &list.replace('-', "_")).clone()).collect();
        assert_eq!(of("unit").len(), units.len());
        for (cells, unit) in of("unit").iter().zip(&units) {
            for (head, path) in [("holder", "holder.id"), ("name", "holder.name"), ("service", "service")] {
                assert_eq!(cells[head], escape::cell(&scalar(at(unit, path))), "{head}: {unit}");
            }
        }
        compare("register check", &HOLDER_FINDINGS, &of("finding"), rows(&document, "findings"));
        compare("register check", &PROBLEMS, &of("problem"), rows(&document, "problems"));
    }
}

#[test]
fn an_audit_says_the_same_in_csv_and_json() {
    let office = Office::of_samples();
    let command = "audit samples/fleet";
    let document: Value = serde_json::from_str(&asked(office, command, "json", "ja")).unwrap();
    let sheet = sheet(&asked(office, command, "csv", "ja"));
    let certificates: Vec<Row> = sheet.iter().filter(|row| row["record"] == "certificate").cloned().collect();
    // In JSON a certificate has all its places, in CSV each place has a row.
    let each = |certificate: &Value| {
        let place = |place: &Value| {
            let mut row = certificate.clone();
            row["sources"] = place.clone();
            row
        };
        rows(certificate, "sources").iter().map(place).collect::<Vec<Value>>()
    };
    let places: Vec<Value> = rows(&document, "certificates").iter().flat_map(each).collect();
    compare("audit", &AUDITED, &certificates, &places);
}

#[test]
fn the_report_says_of_a_row_what_the_command_says() {
    fn both<R>(office: &Office, report: &Value, command: &str, of: &str, list: &List<R>) {
        let document: Value = serde_json::from_str(&asked(office, command, "json", "en")).unwrap();
        let (told, shown) = (rows(&document, of), rows(report, list.id));
        assert_eq!(told.len(), shown.len(), "{command}");
        let both = || list.columns.iter().filter_map(|column| Some((column.json?, column.report?.1)));
        assert!(both().count() > 10, "{command}");
        for (row, shown) in told.iter().zip(shown) {
            for (path, head) in both() {
                assert_eq!(at(row, path), &shown[head.code], "{command}: {path}: {row}");
            }
        }
    }
    let office = Office::of_samples();
    let report = office.json(&[]);
    both(office, &report, "plan", "entries", &PLAN);
    both(office, &report, "fees", "applications", &FEES);
}

/// What a form for people shows of a column is what data says, word for word.
fn shown(form: &str, heads: &[Head], told: &[Vec<String>], documents: &[Value]) {
    let mut words: BTreeMap<(&str, String), String> = BTreeMap::new();
    for (cells, document) in told.iter().zip(documents) {
        for (cell, head) in cells.iter().zip(heads.iter().filter(|head| head.shown)) {
            let value = as_printed(head.code, scalar(&document[head.code]));
            let about = format!("{form}, {}: {document}", head.code);
            match head.kind {
                // No word stands for two codes.
                ColumnKind::Word => {
                    assert_eq!(cell.is_empty(), value.is_empty(), "{about}");
                    assert_eq!(*words.entry((head.code, cell.clone())).or_insert(value.clone()), value, "{about}");
                }
                ColumnKind::Yen => assert_eq!(cell.replace(',', ""), value, "{about}"),
                // Markdown cuts what is longer than people read.
                _ => match cell.strip_suffix('…') {
                    Some(cell) => assert!(squeezed(&value).starts_with(&squeezed(cell)), "{about}"),
                    None => assert_eq!(squeezed(cell), squeezed(&value), "{about}"),
                },
            }
        }
    }
}

/// Without what a form may do to spaces.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn pages_and_sheets_say_what_the_document_says() {
    let office = Office::of_samples();
    for lang in ["ja", "en"] {
        let more = ["--since", "2026-01-01", "--lang", lang];
        let document = office.json(&more);
        let sections = read(&office.report("md", &more));
        let page = python("page.py", &[], office.report("html", &more).as_bytes());
        let tables = page["tables"].as_array().unwrap();
        for (id, heads) in report_heads() {
            let documents = rows(&document, id);
            assert!(!documents.is_empty(), "{id}");
            let csv = sheet(&office.report("csv", &[&["--table", id], &more[..]].concat()));
            for (cells, row) in csv.iter().zip(documents) {
                for head in &heads {
                    let value = as_printed(head.code, scalar(&row[head.code]));
                    assert_eq!(cells[head.code], escape::cell(&escape::terminal(&value)), "{id}, {}", head.code);
                }
            }
            assert_eq!(csv.len(), documents.len(), "{id}");
            let title = shomei_title(id, lang);
            shown("md", &heads, &table(section(&sections, title)), documents);
            // The page groups findings by rule, each in a table of its own.
            if let Some(table) = tables.iter().find(|table| table["id"] == format!("table-{id}")) {
                let told: Vec<Vec<String>> = serde_json::from_value(table["rows"].clone()).unwrap();
                assert_eq!(told.len(), documents.len(), "{id}");
                shown("html", &heads, &told, documents);
            } else {
                assert_eq!(id, "findings");
            }
        }
    }
}

/// The title of a table.
fn shomei_title(id: &str, lang: &str) -> &'static str {
    let titles = [
        ("coverage", "誰が請求できるか", "Who can bill"),
        ("plan", "更新計画", "Renewals"),
        ("findings", "指摘と対処", "Findings and what to do"),
        ("certificates", "証明書", "Certificates"),
        ("fees", "発行手数料", "Fees"),
        ("changes", "前回からの変化", "What has changed"),
    ];
    let (_, ja, en) = titles.into_iter().find(|(known, ..)| *known == id).unwrap();
    if lang == "ja" { ja } else { en }
}

/// Two certificates whose subjects differ in case and spaces alone, and no register.
#[test]
fn two_spellings_of_one_subject_are_one_unit_in_every_form() {
    let office = Office::new(&Path::new(ROOT).join("samples/shomei.yaml"));
    office.ran(&["import", "tests/office/report/one-count", "--fail-on", "never"]);
    let coverage: Value = serde_json::from_str(&asked(&office, "coverage", "json", "en")).unwrap();
    let report = office.json(&[]);
    assert_eq!(coverage["units"], serde_json::json!({"can": 0, "can_until": 0, "unknown": 1, "cannot": 0}));
    assert_eq!(report["units"], coverage["units"]);
    assert_eq!((rows(&report, "coverage").len(), rows(&report, "certificates").len()), (1, 2));
}
