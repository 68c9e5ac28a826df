//! The same numbers in every form.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::office::{Office, TABLES};
use crate::xlsx::{sheets, values};

/// Numbers by what is counted.
type Numbers = BTreeMap<&'static str, u64>;

/// What a form that is a list of words counts of a column.
fn counted(numbers: &mut Numbers, name: &'static str, words: &[String], word: &str) {
    numbers.insert(name, words.iter().filter(|one| *one == word).count() as u64);
}

const WORDS: [(&str, &str, &str); 9] = [
    ("can", "coverage", "can"),
    ("unknown", "coverage", "unknown"),
    ("cannot", "coverage", "cannot"),
    ("errors", "findings", "error"),
    ("warnings", "findings", "warning"),
    ("infos", "findings", "info"),
    ("apply", "plan", "apply"),
    ("unplaced", "plan", "cannot"),
    ("awaited", "plan", "awaited"),
];

/// What the document's own counts are.
fn of_document(document: &Value) -> Numbers {
    let number = |pointer: &str| document.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    [
        ("certificates", "/counts/certificates"),
        ("can", "/units/can"),
        ("unknown", "/units/unknown"),
        ("cannot", "/units/cannot"),
        ("errors", "/counts/findings/error"),
        ("warnings", "/counts/findings/warning"),
        ("infos", "/counts/findings/info"),
        ("apply", "/counts/apply"),
        ("unplaced", "/counts/unplaced"),
        ("awaited", "/counts/awaited"),
    ]
    .map(|(name, pointer)| (name, number(pointer)))
    .into()
}

/// The rows of the document, counted.
fn of_rows(document: &Value) -> Numbers {
    let mut numbers = Numbers::new();
    for (name, table, word) in WORDS {
        let words = document[table].as_array().unwrap().iter().map(first_of(table));
        counted(&mut numbers, name, &words.collect::<Vec<_>>(), word);
    }
    numbers.insert("certificates", document["certificates"].as_array().unwrap().len() as u64);
    numbers
}

/// The first column of these tables is the word that is counted.
fn first_of(table: &str) -> impl Fn(&Value) -> String {
    let key = match table {
        "coverage" => "coverage",
        "findings" => "severity",
        _ => "outcome",
    };
    move |row| row[key].as_str().unwrap_or_default().to_string()
}

fn of_csv(office: &Office, more: &[&str]) -> Numbers {
    let tables: BTreeMap<&str, Vec<String>> = TABLES
        .iter()
        .map(|table| {
            let text = office.report("csv", &[&["--table", table], more].concat());
            let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
            let first = reader.records().map(|record| record.unwrap()[0].to_string());
            (*table, first.collect())
        })
        .collect();
    let mut numbers = Numbers::new();
    for (name, table, word) in WORDS {
        counted(&mut numbers, name, &tables[table], word);
    }
    numbers.insert("certificates", tables["certificates"].len() as u64);
    numbers
}

/// The numbers of the summary: labels, and the numbers beside them.
fn of_workbook(office: &Office, more: &[&str]) -> Numbers {
    let bytes = office.ran(&[&["report", "--format", "xlsx"], more].concat());
    let summary = values(&sheets(&bytes)[0]);
    let number = |label: &str| {
        let row = summary.iter().find(|row| row[0] == label).unwrap_or_else(|| panic!("no {label}"));
        row[1].as_u64().unwrap()
    };
    [
        ("certificates", "certificates, those of CAs among them"),
        ("can", "can bill"),
        ("unknown", "unknown"),
        ("cannot", "cannot bill"),
        ("errors", "error"),
        ("warnings", "warning"),
        ("infos", "info"),
        ("apply", "to apply for"),
        ("unplaced", "without a safe day"),
        ("awaited", "applied for"),
    ]
    .map(|(name, label)| (name, number(label)))
    .into()
}

#[test]
fn every_form_counts_the_same() {
    let office = Office::of_samples();
    for more in [&[][..], &["--scope", "prefecture=大阪府"], &["--files", "samples/fleet/東京都"]] {
        let document = office.json(more);
        let expected = of_document(&document);
        assert!(expected["certificates"] > 5, "{more:?}");
        assert_eq!(of_rows(&document), expected, "{more:?}: rows");
        assert_eq!(of_csv(office, more), expected, "{more:?}: csv");
        assert_eq!(of_workbook(office, more), expected, "{more:?}: xlsx");
    }
}
