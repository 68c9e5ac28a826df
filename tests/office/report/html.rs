//! The page: read by Python's parser, and by Chromium.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::office::{Office, TABLES, python, rows, text};

/// What a page of ours holds; nothing may be wrong with it.
pub fn read(page: &str) -> Value {
    let read = python("page.py", &[], page.as_bytes());
    assert_eq!(read["wrong"], json!([]));
    read
}

/// An office whose holders and certificates have names made to hurt.
pub fn hostile() -> &'static Office {
    static OFFICE: OnceLock<Office> = OnceLock::new();
    OFFICE.get_or_init(|| {
        let folder = super::office::folder().keep();
        assert_eq!(python("hostile.py", &[folder.to_str().unwrap()], b""), 16);
        let office = Office::new(&folder.join("shomei.yaml"));
        let path = |name: &str| folder.join(name).to_str().unwrap().to_string();
        office.ran(&["import", &path("fleet"), "--fail-on", "never"]);
        // Their mail addresses and prefectures are none; the holders are taken without them.
        office.took(&["register", "import", &path("register.csv")]);
        office
    })
}

/// How many rows the page has of each table of the report.
fn counted(page: &Value) -> BTreeMap<String, usize> {
    let mut counted: BTreeMap<String, usize> = TABLES.map(|table| (table.to_string(), 0)).into();
    for table in page["tables"].as_array().unwrap() {
        let id = text(table, "id").trim_start_matches("table-");
        let whole = if id.starts_with("findings-") { "findings" } else { id };
        if let Some(count) = counted.get_mut(whole) {
            *count += table["rows"].as_array().unwrap().len();
        }
    }
    counted
}

#[test]
fn the_page_is_whole_and_counts_as_the_data_does() {
    for lang in ["ja", "en"] {
        let office = Office::of_samples();
        let document = office.json(&["--lang", lang]);
        let page = read(&office.report("html", &["--lang", lang]));
        assert_eq!(page["lang"], lang);
        assert_eq!(page["scripts"], 1);
        for (table, count) in counted(&page) {
            assert_eq!(count, rows(&document, &table).len(), "{table}");
        }
        let said = text(&page, "text");
        let units = &document["units"];
        for (code, ja, en) in [
            ("can", "請求できる", "can submit claims"),
            ("unknown", "判定できない", "cannot be determined"),
            ("cannot", "請求できない", "cannot submit claims"),
        ] {
            let label = if lang == "ja" { ja } else { en };
            let number = format!("{label} {}", units[code]);
            assert!(said.contains(&number), "{number}");
        }
        for note in document["notes"].as_array().unwrap() {
            assert!(said.contains(note.as_str().unwrap()), "{note}");
        }
    }
}

#[test]
fn every_finding_has_its_remedy_beside_it() {
    let office = Office::of_samples();
    let document = office.json(&[]);
    let page = read(&office.report("html", &[]));
    let groups: Vec<&str> = page["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|section| text(section, "class") == "group")
        .map(|section| text(section, "text"))
        .collect();
    assert_eq!(groups.len(), document["counts"]["rules"].as_object().unwrap().len());
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for row in rows(&document, "findings") {
        let remedy: String = flat(text(row, "remedy")).chars().take(200).collect();
        let beside = |group: &str| group.contains(text(row, "rule")) && group.contains(&remedy);
        assert!(groups.iter().any(|group| beside(group)), "{remedy}");
    }
}

#[test]
fn names_made_to_hurt_are_text() {
    let html = hostile().report("html", &[]);
    // A subject of a megabyte is cut.
    assert!(html.len() < 1 << 20, "{}", html.len());
    let page = read(&html);
    assert_eq!(page["scripts"], 1);
    let said = text(&page, "text");
    for name in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "<U+202E>gpj.exe<U+2066>"] {
        assert!(said.contains(name), "{name}");
    }
    assert!(!said.contains(&"長".repeat(401)) && said.contains('…'));
}

#[test]
fn changes_and_scope_stand_on_the_page() {
    let office = Office::of_samples();
    let page = read(&office.report("html", &["--since", "last", "--scope", "prefecture=大阪府"]));
    let heads: Vec<&str> = page["headings"].as_array().unwrap().iter().map(|head| head[1].as_str().unwrap()).collect();
    assert!(heads.contains(&"What has changed"), "{heads:?}");
    assert!(text(&page, "text").contains("limited to: prefecture 大阪府"));
}

#[test]
fn chromium_shows_sorts_and_filters_it() {
    let folder = tempfile::tempdir().unwrap();
    let office = Office::of_samples();
    let keep = |name: &str, page: String| fs::write(folder.path().join(name), page).unwrap();
    keep("report.html", office.report("html", &[]));
    keep("letters.html", office.said(&["report", "--letter"]));
    assert_eq!(python("browser.py", &[folder.path().to_str().unwrap()], b""), json!([]));
    assert!(Path::new(&folder.path().join("big.html")).exists());
}
