//! Letters: one a holder, with what is its own and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::html::{hostile, read};
use super::office::{Office, as_printed, rows, text};

/// The pages of letters: kind, whose, text.
fn pages(read: &Value) -> Vec<(String, String, String)> {
    let sections = read["sections"].as_array().unwrap().iter();
    let page = |section: &Value| {
        let kind = text(section, "class").strip_prefix("page ")?.to_string();
        Some((kind, text(section, "label").to_string(), text(section, "text").to_string()))
    };
    sections.filter_map(page).collect()
}

/// Certificates of which something is due within the widest tier, 90 days, by `id name` of their holder.
fn due(document: &Value) -> BTreeMap<String, Vec<&Value>> {
    let mut due: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for row in rows(document, "plan") {
        let is_due = ["apply", "no-margin", "cannot"].contains(&text(row, "outcome"));
        if is_due && text(row, "ends_on") <= "2027-02-21" && !row["holder"].is_null() {
            due.entry(format!("{} {}", text(row, "holder"), text(row, "name"))).or_default().push(row);
        }
    }
    due
}

#[test]
fn each_holder_of_whom_something_is_due_gets_one() {
    for lang in ["ja", "en"] {
        let office = Office::of_samples();
        let document = office.json(&["--lang", lang]);
        let due = due(&document);
        let letters = read(&office.said(&["report", "--letter", "--lang", lang]));
        assert_eq!(letters["scripts"], 0);
        let pages = pages(&letters);
        let told: Vec<&String> = pages.iter().filter(|(kind, ..)| kind != "fax").map(|(_, whose, _)| whose).collect();
        let once: BTreeSet<&String> = told.iter().copied().collect();
        assert_eq!(told.len(), once.len());
        assert_eq!(once, due.keys().collect::<BTreeSet<_>>());
        for (kind, whose, said) in pages.iter().filter(|(kind, ..)| kind != "fax") {
            for row in &due[whose] {
                let serial = as_printed("serial", text(row, "serial").into());
                assert!(said.contains(&serial), "{whose}: {serial}");
            }
            let has = |outcome: &str| due[whose].iter().any(|row| text(row, "outcome") == outcome);
            let outcome = match kind.as_str() {
                "apply" | "no-margin" => kind.as_str(),
                _ => "cannot",
            };
            assert!(has(outcome), "{whose}: {kind}");
        }
    }
}

#[test]
fn a_letter_holds_nothing_of_anybody_else() {
    let office = Office::of_samples();
    let document = office.json(&[]);
    let due = due(&document);
    for (_, whose, said) in pages(&read(&office.said(&["report", "--letter"]))) {
        for (other, its) in due.iter().filter(|(other, _)| **other != whose) {
            let name = text(its[0], "name");
            assert!(whose.contains(name) || !said.contains(name), "{whose} is told of {other}");
            for serial in its.iter().map(|row| text(row, "serial")).filter(|serial| !serial.is_empty()) {
                assert!(!said.contains(serial), "{whose} is told of {other}'s {serial}");
            }
        }
    }
}

#[test]
fn those_reached_by_fax_get_a_cover_sheet_first() {
    let pages = pages(&read(&Office::of_samples().said(&["report", "--letter", "--lang", "ja"])));
    let covers: Vec<usize> = (0..pages.len()).filter(|at| pages[*at].0 == "fax").collect();
    assert!(!covers.is_empty());
    for at in covers {
        assert_eq!(pages[at].1, pages[at + 1].1);
        assert!(pages[at].2.starts_with("FAX送付状"), "{}", pages[at].2);
        assert!(pages[at].2.contains("2 枚"));
    }
}

#[test]
fn scope_limits_letters() {
    let document = Office::of_samples().json(&["--scope", "prefecture=大阪府"]);
    let said = Office::of_samples().said(&["report", "--letter", "--scope", "prefecture=大阪府"]);
    let told: BTreeSet<String> = pages(&read(&said)).into_iter().map(|(_, whose, _)| whose).collect();
    assert!(!told.is_empty());
    assert_eq!(told, due(&document).into_keys().collect());
}

#[test]
fn names_made_to_hurt_are_text() {
    let letters = read(&hostile().said(&["report", "--letter"]));
    let said = text(&letters, "text");
    for name in ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "gpj.exe", "{{ .Secret }}"] {
        assert!(said.contains(name), "{name}");
    }
}

#[test]
fn texts_are_written_edited_and_used() {
    let office = Office::of_samples();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts");
    let named = path.to_str().unwrap();
    assert_eq!(office.said(&["report", "--write-templates", named]), "");
    let mut names: Vec<_> =
        fs::read_dir(&path).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let texts = [
        "apply",
        "contact",
        "fax",
        "lapsed",
        "late",
        "mail-certificate",
        "mail-password",
        "mail",
        "no-margin",
        "password",
        "sender",
        "unknown",
    ];
    assert_eq!(names, texts.map(|name| format!("{name}.en.txt")));
    // As they are they change nothing.
    let as_built_in = office.said(&["report", "--letter"]);
    assert_eq!(office.said(&["report", "--letter", "--templates", named]), as_built_in);
    // As Notepad saves them: UTF-8 with a mark and CRLF, or Shift_JIS.
    fs::write(path.join("sender.en.txt"), "\u{feff}> Office A\r\n> 06-0000-0000\r\n").unwrap();
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode("お問い合わせ {name}\r\n");
    fs::write(path.join("contact.en.txt"), bytes).unwrap();
    let letters = office.said(&["report", "--letter", "--templates", named]);
    for (kind, whose, said) in pages(&read(&letters)) {
        assert!(said.contains("Office A 06-0000-0000") || said.contains("Office A06-0000-0000"), "{said}");
        let name = whose.split_once(' ').unwrap().1;
        assert!(kind == "fax" || said.contains(&format!("お問い合わせ {name}")), "{said}");
    }
}

#[test]
fn a_text_is_never_part_of_itself() {
    let office = Office::of_samples();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sender.en.txt"), "> Office A\n{contact}\n").unwrap();
    fs::write(folder.path().join("contact.en.txt"), "{sender}\nQuestions to Office A\n").unwrap();
    let letters = office.said(&["report", "--letter", "--templates", folder.path().to_str().unwrap()]);
    let pages = pages(&read(&letters));
    assert!(!pages.is_empty());
    assert!(pages.iter().all(|(.., said)| said.contains("Questions to Office A")));
}

#[test]
fn mistakes_in_texts_are_told_all_at_once() {
    let office = Office::of_samples();
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().to_str().unwrap();
    let complaint = || office.complaint(&["report", "--letter", "--templates", named]);
    assert!(complaint().contains("--write-templates"), "{}", complaint());
    fs::write(folder.path().join("apply.en.txt"), "{name}\n\n# {nmae} {pages}\n").unwrap();
    fs::write(folder.path().join("aply.en.txt"), "x").unwrap();
    let said = complaint();
    assert!(said.contains("apply.en.txt:3: there is no value {nmae} (did you mean {name}?)"), "{said}");
    assert!(said.contains("apply.en.txt:3: there is no value {pages}"), "{said}");
    assert!(said.contains("(did you mean apply.en.txt?)"), "{said}");
    // What is there is not overwritten.
    let said = office.complaint(&["report", "--write-templates", named]);
    assert!(said.contains("apply.en.txt"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("apply.en.txt")).unwrap(), "{name}\n\n# {nmae} {pages}\n");
}
