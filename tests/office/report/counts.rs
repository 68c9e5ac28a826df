//! The same numbers in every form.

use std::collections::BTreeMap;

use serde_json::Value;

use super::office::{Office, TABLES};
use super::xlsx::{sheets, values};

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
        ("can", "can submit claims"),
        ("unknown", "cannot be determined"),
        ("cannot", "cannot submit claims"),
        ("errors", "error"),
        ("warnings", "warning"),
        ("infos", "info"),
        ("apply", "to apply for"),
        ("unplaced", "expired or too late"),
        ("awaited", "applied for"),
    ]
    .map(|(name, label)| (name, number(label)))
    .into()
}

/// The metrics.
fn of_metrics(office: &Office, more: &[&str]) -> Numbers {
    let text = office.report("prom", more);
    let sample = |line: &str| -> Option<(String, u64)> {
        let (name, number) = line.rsplit_once(' ')?;
        Some((name.to_string(), number.parse().ok()?))
    };
    let samples: BTreeMap<String, u64> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(sample).collect();
    let one = |name: &str, label: &str, value: &str| samples[&format!("shomei_{name}{{{label}=\"{value}\"}}")];
    let verdicts = samples.iter().filter(|(name, _)| name.starts_with("shomei_certificates{"));
    [
        ("certificates", verdicts.map(|(_, number)| number).sum()),
        ("can", one("units", "state", "can")),
        ("unknown", one("units", "state", "unknown")),
        ("cannot", one("units", "state", "cannot")),
        ("errors", one("findings", "severity", "error")),
        ("warnings", one("findings", "severity", "warning")),
        ("infos", one("findings", "severity", "info")),
        ("apply", one("renewals", "outcome", "apply")),
        ("unplaced", one("renewals", "outcome", "cannot")),
        ("awaited", one("renewals", "outcome", "awaited")),
    ]
    .into()
}

/// Rows of the page's tables whose ids begin so.
fn rows_of_page(page: &str, id: &str) -> u64 {
    let tables = page.split("<table ").filter(|table| table.starts_with(&format!("id=\"table-{id}")));
    let bodies = tables.map(|table| table.split("</table>").next().unwrap().split("<tbody>").nth(1).unwrap());
    bodies.map(|body| body.matches("<tr").count() as u64).sum()
}

#[test]
fn pages_and_markdown_have_what_the_document_has() {
    let office = Office::of_samples();
    for more in [&[][..], &["--scope", "prefecture=大阪府"], &["--files", "samples/fleet/東京都"]] {
        let numbers = of_document(&office.json(more));
        let page = office.report("html", more);
        let early = office.json(more)["units"]["can_until"].as_u64().unwrap();
        let units = [numbers["can"], early, numbers["unknown"], numbers["cannot"]];
        assert_eq!(rows_of_page(&page, "certificates"), numbers["certificates"], "{more:?}");
        assert_eq!(rows_of_page(&page, "coverage"), units.iter().sum::<u64>(), "{more:?}");
        let findings = numbers["errors"] + numbers["warnings"] + numbers["infos"];
        assert_eq!(rows_of_page(&page, "findings"), findings, "{more:?}");
        let [can, early, unknown, cannot] = units;
        let text = office.report("md", more);
        assert!(text.contains(&format!("| {can} | {early} | {unknown} | {cannot} |")), "{more:?}: {text}");
    }
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
        assert_eq!(of_metrics(office, more), expected, "{more:?}: prom");
    }
}
