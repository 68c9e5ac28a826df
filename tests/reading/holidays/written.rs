//! Lists as YAML.

use std::fs;
use std::path::Path;

use shomei::policy::Holidays;

use super::scene::{HEADS, ROOT, built_in, source};

#[test]
fn the_built_in_list_is_written_as_its_file_stands() {
    let kept = fs::read_to_string(Path::new(ROOT).join("policies/holidays-jp.yaml")).unwrap();
    let kept: String = kept.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect();
    assert_eq!(built_in().yaml(), kept);
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    let names = [
        "null",
        "~",
        "- a",
        "a: b",
        "a #b",
        "\"a\" 'b'",
        "'a",
        "{n}",
        "[x]",
        "*a &b !c",
        "@a",
        "% `",
        "\\n \\u0041",
        "true",
        "12",
        "2028-01-01",
        "？",
        "即位礼（臨時）・休日",
        "a\u{2028}b",
        "a\u{feff}b\u{202e}c",
        "😀",
    ];
    let rows: String = names.iter().enumerate().map(|(at, name)| format!("2028/11/{},{name}\n", at + 1)).collect();
    let list = Holidays::of_csv(format!("{HEADS}\n{rows}").as_bytes(), source()).unwrap();
    let read: Vec<String> = list.days().map(|(_, name)| name.ja.clone()).collect();
    // Quotes around a cell are CSV's own.
    let expected: Vec<String> = names.iter().map(|name| name.trim_matches('"').to_string()).collect();
    assert_eq!(read, expected);
    let yaml = list.yaml();
    assert_eq!(Holidays::read(&yaml, "x.yaml").unwrap_or_else(|m| panic!("{m:?}\n{yaml}")), list);
}

#[test]
fn a_name_without_english_keeps_its_own() {
    let text = "schema: shomei/holidays/1
from: 2028-01-01
until: 2028-12-31
source: trial
names: {元日: New Year's Day}
days: {2028-01-01: 元日, 2028-11-03: 文化の日}
";
    let list = Holidays::read(text, "trial.yaml").unwrap();
    let names: Vec<_> = list.days().map(|(_, name)| name.en.as_str()).collect();
    assert_eq!(names, ["New Year's Day", "文化の日"]);
}

#[test]
fn the_readme_tells_of_every_key() {
    let readme = fs::read_to_string(Path::new(ROOT).join("policies/README.md")).unwrap();
    let parts: Vec<&str> = readme.split("`holidays-jp.yaml`\n").skip(1).collect();
    assert_eq!(parts.len(), 2, "a section in each language is headed by `holidays-jp.yaml`");
    for part in parts {
        let part = part.split("\n## ").next().unwrap();
        for key in ["schema", "from", "until", "source", "names", "days"] {
            assert!(part.contains(&format!("| `{key}` |")), "{key}");
        }
    }
}
