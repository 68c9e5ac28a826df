//! Names made to hurt: every form shows them, and none does what they say.

use std::process::Output;

use serde_json::Value;
use shomei::report::escape::is_dangerous;

use super::html::hostile;
use super::office::{FORMS, TABLES, python, rows, text};
use super::{markdown, prometheus};

/// Text of which no character acts on a terminal, lines apart.
fn calm(what: &str, text: &str) {
    let odd = text.chars().find(|c| is_dangerous(*c) && *c != '\n');
    assert_eq!(odd, None, "{what}");
}

#[test]
fn all_of_it_is_there() {
    let document = hostile().json(&[]);
    assert!(rows(&document, "certificates").len() >= 32 + 3, "{}", rows(&document, "certificates").len());
    assert_eq!(rows(&document, "coverage").len(), 32);
    let named = |start: &str| rows(&document, "plan").iter().any(|row| text(row, "name").starts_with(start));
    for start in
        ["a\r\nEND:VEVENT", "\u{1b}[31m", "=HYPERLINK", "<script>", "# [x](javascript", "\u{202e}gpj", "長長長"]
    {
        assert!(named(start), "{start}: data has it as it is");
    }
    let longest = rows(&document, "certificates").iter().map(|row| text(row, "subject").chars().count()).max();
    assert!(longest.unwrap() >= 1 << 20, "{longest:?}");
}

#[test]
fn markdown_has_no_markup_of_theirs() {
    for lang in ["ja", "en"] {
        let markdown = hostile().report("md", &["--lang", lang]);
        calm("md", &markdown);
        assert!(markdown.len() < 1 << 20, "{}", markdown.len());
        let sections = markdown::read(&markdown);
        assert_eq!(sections.len(), 13);
        for section in &sections {
            for table in section["tables"].as_array().unwrap() {
                let table = table.as_array().unwrap();
                let width = table[0].as_array().unwrap().len();
                assert!(table.iter().all(|row| row.as_array().unwrap().len() == width), "{section}");
            }
        }
        // As people read it, a name is what it is.
        assert!(sections.iter().any(|section| section["tables"].to_string().contains("c | d \\\\| e \\\\")));
        assert!(sections.iter().any(|section| section["tables"].to_string().contains("<script>alert(1)</script>")));
    }
}

#[test]
fn a_calendar_has_no_lines_of_theirs() {
    let document = hostile().json(&[]);
    let ics = hostile().report("ics", &[]);
    calm("ics", &ics.replace("\r\n", "\n"));
    let calendar = python("read_ics.py", &[], ics.as_bytes());
    let events = calendar["events"].as_array().unwrap();
    let days = ["recommended_day", "last_safe_day", "ends_on"];
    let expected: usize = rows(&document, "plan")
        .iter()
        .map(|row| {
            let same = row["recommended_day"] == row["last_safe_day"] && !row["last_safe_day"].is_null();
            days.iter().filter(|day| !row[**day].is_null()).count() - usize::from(same)
        })
        .sum();
    assert_eq!(events.len(), expected);
    assert!(events.iter().all(|event| text(event, "summary").chars().count() < 400));
    assert!(events.iter().any(|event| text(event, "summary").contains("d;e,f:g\\n")), "as it is");
    assert!(!events.iter().any(|event| text(event, "summary") == "evil"));
}

#[test]
fn metrics_have_no_samples_of_theirs() {
    let metrics = hostile().report("prom", &[]);
    calm("prom", &metrics);
    prometheus::check(&metrics);
    assert!(!metrics.lines().any(|line| line.starts_with("shomei_evil")));
    assert!(metrics.lines().all(|line| line.len() < 4000));
}

#[test]
fn no_cell_of_a_csv_is_a_formula() {
    for table in TABLES {
        let bytes = hostile().ran(&["report", "--format", "csv", "--table", table]);
        let csv = String::from_utf8(bytes).unwrap();
        calm(table, &csv.trim_start_matches('\u{feff}').replace("\r\n", "\n"));
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let mut count = 0;
        for row in reader.records().map(Result::unwrap) {
            count += 1;
            for cell in &row {
                let is_formula =
                    cell.starts_with(['=', '+', '@', '-']) && cell.parse::<i64>().is_err() && cell.len() > 1;
                assert!(!is_formula, "{table}: {cell}");
                assert!(!cell.contains('\n'));
            }
        }
        assert_eq!(count, rows(&hostile().json(&[]), table).len(), "{table}");
    }
}

#[test]
fn a_document_gives_names_as_they_are() {
    let json = hostile().report("json", &[]);
    let document: Value = serde_json::from_str(&json).unwrap();
    let names: Vec<&str> = rows(&document, "certificates").iter().map(|row| text(row, "name")).collect();
    assert!(names.contains(&"@SUM(1+1)"));
    // On a terminal the document itself does no harm: JSON writes controls as escapes.
    assert!(!json.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn tables_on_a_terminal_are_calm() {
    let asked: [&[&str]; 6] =
        [&["expiry"], &["expiry", "--by", "prefecture"], &["plan"], &["reminders"], &["coverage"], &["fees"]];
    for arguments in asked {
        let Output { stdout, stderr, status } = hostile().output(arguments);
        assert!(status.code().is_some_and(|code| code < 2), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
        let said = String::from_utf8(stdout).unwrap();
        assert!(said.lines().count() > 3, "{arguments:?}");
        calm(&arguments.join(" "), &said);
        assert!(said.len() < 200_000, "{arguments:?}: {}", said.len());
    }
    for scope in ["tag=\u{202e}x", "prefecture=\x1b[31m"] {
        calm(scope, &hostile().complaint(&["report", "--scope", scope]));
    }
}

#[test]
fn an_anonymous_report_has_none_of_their_names() {
    for (form, bytes) in hostile().faces(&["--anonymise"]) {
        if form == "xlsx" {
            continue;
        }
        let said = String::from_utf8(bytes).unwrap().replace("\r\n ", "");
        for name in ["HYPERLINK", "alert(1)", "evil", "javascript", "gpj", "Secret", "長長", "SUM("] {
            assert!(!said.contains(name), "{form}: {name}");
        }
    }
    assert_eq!(FORMS.len(), 6);
}
