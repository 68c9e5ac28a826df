//! The Markdown, read by markdown-it.

use serde_json::Value;

use super::office::{Office, python, rows, text};

/// What markdown-it finds in a report; nothing but headings, tables, lists and plain text.
pub fn read(markdown: &str) -> Vec<Value> {
    let read = python("read_md.py", &[], markdown.as_bytes());
    assert_eq!(read["odd"], serde_json::json!([]));
    read["sections"].as_array().unwrap().clone()
}

pub fn section<'s>(sections: &'s [Value], title: &str) -> &'s Value {
    sections.iter().find(|section| text(section, "title") == title).unwrap_or_else(|| panic!("no {title}"))
}

/// The rows of a section's table, heads not among them.
pub fn table(section: &Value) -> Vec<Vec<String>> {
    let Some(rows) = section["tables"][0].as_array() else { return Vec::new() };
    let row = |row: &Value| row.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap().to_string()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(row).collect();
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
    rows[1..].to_vec()
}

#[test]
fn it_opens_with_the_answer_and_the_three_numbers() {
    let office = Office::of_samples();
    let sections = read(&office.report("md", &[]));
    let units = &office.json(&[])["units"];
    let opening = &sections[0];
    assert_eq!(text(opening, "title"), "Certificates, 2026-11-23");
    let paragraphs = opening["paragraphs"].as_array().unwrap();
    assert!(
        paragraphs.iter().any(|one| one.as_str().unwrap().contains("Claim period from 2026-12-01 to 2026-12-10: "))
    );
    let numbers = ["can", "can_until", "unknown", "cannot"].map(|key| units[key].to_string());
    assert_eq!(table(opening), [numbers.to_vec()]);
    let titles: Vec<&str> = sections.iter().map(|section| text(section, "title")).collect();
    assert_eq!(
        titles[1..],
        [
            "Who cannot bill, and why",
            "Who can submit claims until a day within the period",
            "Expired or too late to apply",
            "Without margin (no claim period is lost)",
            "To apply for next",
            "Findings by rule",
            "Counts",
            "Fees by fiscal year",
            "Notes",
            "Who can bill",
            "Renewals",
            "Findings and what to do",
            "Certificates",
            "Fees"
        ]
    );
}

#[test]
fn its_tables_have_the_rows_of_the_document() {
    let office = Office::of_samples();
    let (sections, document) = (read(&office.report("md", &[])), office.json(&[]));
    let tables = [
        ("Who can bill", "coverage"),
        ("Renewals", "plan"),
        ("Findings and what to do", "findings"),
        ("Certificates", "certificates"),
        ("Fees", "fees"),
    ];
    for (title, id) in tables {
        let section = section(&sections, title);
        let all = rows(&document, id).len();
        assert_eq!(table(section).len(), all.min(200), "{id}");
        let more = section["paragraphs"][0].as_str().map(|told| told.split(' ').next().unwrap().to_string());
        assert_eq!(more, (all > 200).then(|| (all - 200).to_string()), "{id}");
    }
    // Cell by cell, where data and people read the same.
    let found = table(section(&sections, "Certificates"));
    for (row, cells) in rows(&document, "certificates").iter().zip(&found) {
        assert_eq!(cells[1], text(row, "ends_on"));
        assert_eq!(cells[2], row["days_left"].as_i64().map(|days| days.to_string()).unwrap_or_default());
        assert_eq!((cells[3].as_str(), cells[5].as_str()), (text(row, "holder"), text(row, "prefecture")));
    }
    let of = |outcome: &str| rows(&document, "plan").iter().filter(|row| text(row, "outcome") == outcome).count();
    assert_eq!(table(section(&sections, "Expired or too late to apply")).len(), of("cannot"));
    let next = table(section(&sections, "To apply for next"));
    assert_eq!(next.len(), of("apply"));
    assert!(next.is_sorted_by_key(|row| row[1].clone()));
    let cannot = table(section(&sections, "Who cannot bill, and why"));
    assert_eq!(cannot.len().to_string(), document["units"]["cannot"].to_string());
    assert!(cannot.iter().all(|row| !row[row.len() - 4].is_empty() && !row[row.len() - 3].is_empty()));
}

#[test]
fn findings_are_counted_by_rule_with_what_to_do() {
    let office = Office::of_samples();
    let (sections, document) = (read(&office.report("md", &["--lang", "ja"])), office.json(&["--lang", "ja"]));
    let rules = table(section(&sections, "規則ごとの指摘"));
    assert_eq!(rules.len(), document["counts"]["rules"].as_object().unwrap().len());
    for row in rules {
        assert_eq!(row[3], document["counts"]["rules"][&row[1]]["findings"].to_string(), "{row:?}");
        assert!(!row[4].is_empty(), "{row:?}");
    }
    let notes: Vec<&str> =
        section(&sections, "注記")["items"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    let expected: Vec<&str> = document["notes"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
    assert_eq!(notes, expected);
    let fees = table(section(&sections, "年度ごとの手数料"));
    let years = document["charts"]["fees"].as_array().unwrap();
    assert_eq!(fees.len(), years.len());
    for (row, year) in fees.iter().zip(years) {
        let expected = ["fiscal_year", "past", "ahead", "unknown"].map(|key| year[key].to_string());
        assert_eq!(*row, expected);
    }
}
