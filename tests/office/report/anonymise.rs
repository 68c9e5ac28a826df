//! `--anonymise`: nothing in any form names anybody, and nothing else is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};

use serde_json::Value;

use super::office::{Office, TABLES, python, rows, text};

/// Words of registers that are no names: a word like these stands everywhere.
const WORDS: [&str; 3] = ["default", "済", "介護"];

/// Every value of the samples that names somebody or something, and where it is from.
fn originals(office: &Office) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut take = |value: &str, from: &str| {
        let value = value.trim();
        let is_prefecture = ["大阪府", "東京都", "京都府", "愛知県", "北海道", "福岡県"].contains(&value);
        if value.chars().count() >= 3 && !is_prefecture && !WORDS.contains(&value) {
            found.insert(value.to_string(), from.to_string());
        }
    };
    let document = office.json(&["--since", "2026-01-01"]);
    let columns = [
        "holder",
        "register",
        "name",
        "provider_number",
        "through",
        "serial",
        "sha256",
        "contact",
        "tag",
        "host",
        "path",
        "subject",
        "path_before",
    ];
    for table in TABLES.iter().copied().chain(["changes"]) {
        for row in rows(&document, table) {
            columns.iter().for_each(|column| take(text(row, column), &format!("{table}.{column}")));
        }
    }
    for row in rows(&document, "findings") {
        take(text(row, "message"), "findings.message");
    }
    let listed: Value = serde_json::from_str(&office.said(&["list", "--all", "--format", "json"])).unwrap();
    fn leaves(value: &Value, key: &str, take: &mut dyn FnMut(&str, &str)) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(key, one)| leaves(one, key, take)),
            Value::Array(all) => all.iter().for_each(|one| leaves(one, key, take)),
            Value::String(one) if ["sha256", "serial", "subject", "name", "host", "path", "place"].contains(&key) => {
                take(one, &format!("list.{key}"))
            }
            _ => {}
        }
    }
    leaves(&listed["certificates"], "", &mut take);
    for (head, cells) in python("originals.py", &[], b"").as_object().unwrap() {
        cells.as_array().unwrap().iter().for_each(|cell| take(cell.as_str().unwrap(), head));
    }
    found
}

/// What people and programs read in a form, unpacked and without what the form adds.
fn readable(form: &str, bytes: &[u8]) -> String {
    let text = match form {
        "xlsx" => {
            let mut book = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
            let mut all = String::new();
            for at in 0..book.len() {
                let mut part = Vec::new();
                book.by_index(at).unwrap().read_to_end(&mut part).unwrap();
                all += &String::from_utf8_lossy(&part);
            }
            all
        }
        _ => String::from_utf8(bytes.to_vec()).unwrap(),
    };
    match form {
        "ics" => text.replace("\r\n ", "").replace("\\,", ",").replace("\\;", ";"),
        "md" => text.replace('\\', ""),
        _ => text,
    }
    .to_lowercase()
}

#[test]
fn no_form_tells_an_original_value() {
    let office = Office::of_samples();
    let originals = originals(office);
    assert!(originals.len() > 500, "{}", originals.len());
    for lang in ["ja", "en"] {
        let asked = ["--lang", lang, "--since", "2026-01-01"];
        // What is searched for would be found.
        let plain = office.faces(&asked);
        let json = readable("json", &plain.iter().find(|(form, _)| form == "json").unwrap().1);
        let seen = originals.keys().filter(|value| json.contains(&value.to_lowercase())).count();
        assert!(seen > 400, "{seen}");
        for (form, bytes) in office.faces(&[&asked[..], &["--anonymise"]].concat()) {
            let said = readable(&form, &bytes);
            let told: Vec<_> = originals
                .iter()
                .filter(|(value, _)| {
                    let value = value.to_lowercase();
                    let compact = value.replace(' ', "");
                    said.contains(&value) || compact.len() >= 8 && said.contains(&compact)
                })
                .collect();
            assert!(told.is_empty(), "{form} {lang}: {told:?}");
        }
    }
}

#[test]
fn a_scope_of_names_is_told_without_them() {
    let office = Office::of_samples();
    let document = office.json(&[]);
    let row = rows(&document, "certificates").iter().find(|row| !row["contact"].is_null() && !row["host"].is_null());
    let row = row.unwrap();
    let (contact, host, holder) = (text(row, "contact"), text(row, "host"), text(row, "holder"));
    let scopes = [format!("contact={contact}"), format!("host={host}"), format!("holder={holder}")];
    for scope in scopes {
        let name = scope.split_once('=').unwrap().1.to_string();
        for (form, bytes) in office.faces(&["--scope", &scope, "--anonymise"]) {
            assert!(!readable(&form, &bytes).contains(&name.to_lowercase()), "{form}: {name}");
        }
    }
    let told = office.json(&["--scope", "prefecture=大阪", "--anonymise"]);
    assert_eq!(told["scope"], "prefecture 大阪府");
}

#[test]
fn numbers_days_and_codes_stay_and_each_name_has_one_pseudonym() {
    let office = Office::of_samples();
    let (plain, hidden) = (office.json(&[]), office.json(&["--anonymise"]));
    for key in ["units", "counts", "charts", "period", "at", "today"] {
        assert_eq!(plain[key], hidden[key], "{key}");
    }
    let mut names: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for table in TABLES {
        let (all, without) = (rows(&plain, table), rows(&hidden, table));
        assert_eq!(all.len(), without.len(), "{table}");
        for key in ["contact", "tag", "host", "path", "subject"] {
            assert!(without.iter().all(|row| row.get(key).is_none()), "{table}.{key}");
        }
        for key in ["holder", "name", "register", "sha256", "serial", "provider_number"] {
            let distinct = |rows: &[Value]| rows.iter().map(|row| text(row, key).to_string()).collect::<BTreeSet<_>>();
            assert_eq!(distinct(all).len(), distinct(without).len(), "{table}.{key}");
            names.entry(("", key)).or_default().extend(without.iter().map(|row| text(row, key)));
        }
        // Open columns have the same cells, in another order.
        for key in ["severity", "ends_on", "outcome", "coverage", "rule", "generation", "category", "yen", "prefecture"]
        {
            let cells = |rows: &[Value]| {
                let mut cells: Vec<String> = rows.iter().map(|row| row[key].to_string()).collect();
                cells.sort();
                cells
            };
            assert_eq!(cells(all), cells(without), "{table}.{key}");
        }
    }
    // A holder is the same in every table.
    let holders = |document: &Value| -> BTreeSet<String> {
        let of = |table: &str| rows(document, table).iter().map(|row| text(row, "holder").to_string()).collect();
        TABLES.iter().flat_map(|table| -> BTreeSet<String> { of(table) }).collect()
    };
    assert_eq!(holders(&plain).len(), holders(&hidden).len());
    let digits = names.values().flatten().filter(|name| !name.is_empty()).map(|name| name.rsplit_once('-').unwrap().1);
    assert!(digits.clone().all(|digits| digits.len() == 16 && u64::from_str_radix(digits, 16).is_ok()));
    assert_eq!(digits.clone().count(), digits.collect::<BTreeSet<_>>().len());
    // The order of the register is not that of the rows.
    let cannot: Vec<&str> = rows(&hidden, "coverage")
        .iter()
        .filter(|row| text(row, "coverage") == "cannot")
        .map(|row| text(row, "holder"))
        .collect();
    assert!(cannot.is_sorted(), "{cannot:?}");
}

#[test]
fn the_secret_is_made_once_and_is_its_owners_alone() {
    let office = Office::of_samples();
    let home = tempfile::tempdir().unwrap();
    let run = |home: &std::path::Path| {
        let output = office.command(&["report", "--anonymise"]).env("HOME", home).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let first = run(home.path());
    let key = home.path().join(".local/share/shomei/anonymise.key");
    let secret = fs::read(&key).unwrap();
    assert_eq!(secret.len(), 32);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(run(home.path()), first);
    assert_eq!(fs::read(&key).unwrap(), secret);
    let other = tempfile::tempdir().unwrap();
    assert_ne!(run(other.path()), first);
    fs::write(&key, "short").unwrap();
    let output = office.command(&["report", "--anonymise"]).env("HOME", home.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("has not 32 bytes"));
}
