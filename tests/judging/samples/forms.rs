//! The forms of output tell the same, whatever the order of sources and the number of threads.

use std::collections::BTreeSet;

use serde_json::Value;
use shomei::calendar::{Zone, parse_instant};
use shomei::report::COLUMNS;

use super::command::{CONFIG, command, fleet, shomei};
use super::told::{list, text};
use crate::common::command::CommandResult;

fn fleet_as(format: &str) -> String {
    let said = shomei(&[&["audit", "--format", format, "--lang", "en", "--fail-on", "never"][..], &CONFIG].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{format}");
    said.stdout
}

fn record(mut line: Value) -> (String, Value) {
    let kind = line.as_object_mut().unwrap().remove("type").expect("each line has a type");
    (kind.as_str().unwrap().into(), line)
}

#[test]
fn ndjson_is_the_document_line_by_line() {
    let document = fleet();
    let lines = fleet_as("ndjson");
    let lines: Vec<(String, Value)> = lines.lines().map(|line| record(serde_json::from_str(line).unwrap())).collect();
    let of = |kind: &str| -> Vec<Value> {
        lines.iter().filter(|(k, _)| k == kind).map(|(_, record)| record.clone()).collect()
    };
    assert_eq!(of("certificate"), list(&document["certificates"]));
    assert_eq!(of("unreadable"), list(&document["unreadable"]));
    assert_eq!(of("finding"), list(&document["findings"]));
    assert_eq!(of("summary"), [document["summary"].clone()]);
    let head = &of("audit")[0];
    assert!(["schema", "at", "policy"].iter().all(|key| head[key] == document[key]));
    assert_eq!((lines[0].0.as_str(), lines[lines.len() - 1].0.as_str()), ("audit", "summary"));
    let kinds: BTreeSet<&str> = lines.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, BTreeSet::from(["audit", "certificate", "unreadable", "finding", "summary"]));
}

#[test]
fn csv_has_a_row_for_each_certificate_and_place() {
    let text_of_file = fleet_as("csv");
    let body = text_of_file.strip_prefix('\u{feff}').expect("a byte-order mark");
    assert_eq!(body.matches('\n').count(), body.matches("\r\n").count(), "every line ends with CRLF");
    let mut reader = csv::Reader::from_reader(body.as_bytes());
    assert_eq!(reader.headers().unwrap(), COLUMNS.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| COLUMNS.iter().position(|c| *c == name).unwrap();
    let cell = |row: &csv::StringRecord, name: &str| row[column(name)].to_string();
    let mut told: Vec<[String; 5]> = rows
        .iter()
        .filter(|row| &row[0] == "certificate")
        .map(|row| ["sha256", "path", "verdict", "container", "rules"].map(|name| cell(row, name)))
        .collect();
    let mut expected = Vec::new();
    for certificate in list(&fleet()["certificates"]) {
        let rules: Vec<&str> = list(&certificate["findings"]).iter().map(|f| text(f, "rule")).collect();
        for source in list(&certificate["sources"]) {
            let verdict = text(&certificate["verdict"], "status");
            let cells = [text(certificate, "sha256"), text(source, "path"), verdict, text(source, "container")];
            expected.push([cells[0], cells[1], cells[2], cells[3], &rules.join(" ")].map(String::from));
        }
    }
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    let others = |kind: &str| rows.iter().filter(|row| &row[0] == kind).count();
    assert_eq!(others("unreadable"), list(&fleet()["unreadable"]).len());
    assert_eq!(others("finding"), list(&fleet()["findings"]).len());
}

/// Days, generation and verdict of each certificate, as the table has them.
fn told_by_the_table() -> Vec<[String; 3]> {
    let table = fleet_as("table");
    let rows = table.lines().skip_while(|line| !line.starts_with("level ")).skip(1).take_while(|line| !line.is_empty());
    let mut told: Vec<[String; 3]> = rows
        .map(|row| {
            let words: Vec<&str> = row.split_whitespace().collect();
            [words[1], words[3], words[4]].map(String::from)
        })
        .collect();
    told.sort();
    told
}

#[test]
fn the_table_has_a_line_for_each_certificate() {
    let zone = Zone::parse("+09:00").unwrap();
    let end = |certificate: &Value| {
        let at = certificate["effective_expiry"].as_str().or(certificate["not_after"].as_str()).unwrap();
        zone.day(parse_instant(at, zone).unwrap()).unwrap().to_string()
    };
    let line = |certificate: &Value| {
        let verdict = &certificate["verdict"];
        [end(certificate), verdict["generation"].as_str().unwrap_or("-").into(), text(verdict, "status").into()]
    };
    let mut expected: Vec<[String; 3]> = list(&fleet()["certificates"]).iter().map(line).collect();
    expected.sort();
    assert_eq!(told_by_the_table(), expected);
}

#[test]
fn neither_the_order_of_sources_nor_threads_change_the_output() {
    let mut folders =
        ["京都府", "北海道", "大阪府", "愛知県", "本部", "東京都", "福岡県"].map(|f| format!("samples/fleet/{f}"));
    for format in ["json", "ndjson", "csv", "table"] {
        let mut outputs = BTreeSet::new();
        for threads in ["1", "4"] {
            folders.reverse();
            let sources = folders.iter().map(String::as_str);
            let arguments: Vec<&str> = ["audit", "--format", format].into_iter().chain(CONFIG).chain(sources).collect();
            let (mut command, _home) = command(&arguments);
            command.env("RAYON_NUM_THREADS", threads);
            outputs.insert(CommandResult::from(command).stdout);
        }
        assert_eq!(outputs.len(), 1, "{format}");
        assert!(outputs.iter().all(|output| output.len() > 1000), "{format}");
    }
}
