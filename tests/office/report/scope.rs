//! `--scope` and `--since`: what a report is limited to, and what is new in it.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::office::{Office, TABLES, rows, text};

fn one<'d>(document: &'d Value, table: &str, has: &str) -> &'d Value {
    rows(document, table).iter().find(|row| !row[has].is_null()).unwrap()
}

/// Counts of a report are the rows of its tables, whatever it is limited to.
fn counts_agree(document: &Value) {
    let units = &document["units"];
    let coverage = |state: &str| rows(document, "coverage").iter().filter(|row| text(row, "coverage") == state).count();
    for state in ["can", "unknown", "cannot"] {
        assert_eq!(units[state], coverage(state), "{state}");
    }
    let counts = &document["counts"];
    let certificates = rows(document, "certificates");
    assert_eq!(counts["certificates"], certificates.len());
    for (verdict, n) in counts["verdicts"].as_object().unwrap() {
        assert_eq!(*n, certificates.iter().filter(|row| text(row, "verdict") == verdict).count());
    }
    let findings = rows(document, "findings");
    for (severity, n) in counts["findings"].as_object().unwrap() {
        assert_eq!(*n, findings.iter().filter(|row| text(row, "severity") == severity).count());
    }
    let sum: u64 = counts["rules"].as_object().unwrap().values().map(|rule| rule["findings"].as_u64().unwrap()).sum();
    assert_eq!(sum as usize, findings.len());
    let plan = |outcome: &str| rows(document, "plan").iter().filter(|row| text(row, "outcome") == outcome).count();
    assert_eq!(
        [&counts["apply"], &counts["unplaced"], &counts["awaited"]],
        [&json!(plan("apply")), &json!(plan("cannot")), &json!(plan("awaited"))]
    );
    let known: BTreeSet<&str> = certificates.iter().map(|row| text(row, "sha256")).collect();
    assert!(findings.iter().filter(|row| !row["sha256"].is_null()).all(|row| known.contains(text(row, "sha256"))));
    for year in document["charts"]["fees"].as_array().unwrap() {
        let of = |ahead: bool| -> u64 {
            let of_year = rows(document, "fees").iter().filter(|row| row["fiscal_year"] == year["fiscal_year"]);
            of_year.filter(|row| row["forecast"] == ahead).filter_map(|row| row["yen"].as_u64()).sum()
        };
        assert_eq!([&year["past"], &year["ahead"]], [&json!(of(false)), &json!(of(true))]);
    }
}

/// Every row of every table of a report that the register knows of fits.
fn all_fit(document: &Value, column: &str, value: &str) {
    for table in TABLES {
        assert!(rows(document, table).iter().all(|row| text(row, column) == value), "{table}.{column} {value}");
    }
}

#[test]
fn each_key_limits_every_table_and_the_counts() {
    let office = Office::of_samples();
    let whole = office.json(&[]);
    counts_agree(&whole);
    assert_eq!(whole["scope"], Value::Null);
    let contact = text(one(&whole, "coverage", "contact"), "contact").to_string();
    let tag = text(one(&whole, "coverage", "tag"), "tag").to_string();
    let holder = text(one(&whole, "certificates", "holder"), "holder").to_string();
    for (column, value) in [("prefecture", "大阪府"), ("contact", &contact), ("tag", &tag), ("holder", &holder)] {
        let document = office.json(&["--scope", &format!("{column}={value}")]);
        counts_agree(&document);
        all_fit(&document, column, value);
        for table in TABLES {
            // Nothing that fits is lost, and no row is another one than in the whole report.
            let fitting: Vec<&Value> = rows(&whole, table).iter().filter(|row| text(row, column) == value).collect();
            let found: Vec<&Value> = rows(&document, table).iter().collect();
            assert_eq!(found, fitting, "{table} {column}");
        }
        assert_eq!(document["scope"], format!("{column} {value}"));
    }
    let register = text(one(&whole, "certificates", "register"), "register");
    let both = office.json(&["--scope", &format!("holder={register}/{holder}")]);
    assert!(!rows(&both, "certificates").is_empty());
    counts_agree(&both);
}

#[test]
fn a_host_limits_to_what_lies_there() {
    let office = Office::new(&std::path::Path::new(super::office::ROOT).join("samples/shomei.yaml"));
    office.ran(&["import", "samples/fleet/大阪府", "--host", "pc 1", "--fail-on", "never"]);
    office.ran(&["import", "samples/fleet/東京都", "--host", "pc2", "--fail-on", "never"]);
    let whole = office.json(&[]);
    let mut sum = 0;
    for host in ["pc 1", "pc2"] {
        let document = office.json(&["--scope", &format!("host={host}")]);
        counts_agree(&document);
        assert!(rows(&document, "certificates").iter().all(|row| text(row, "host").contains(host)));
        let places = rows(&document, "certificates").len();
        assert!(places > 0 && !rows(&document, "coverage").is_empty(), "{host}");
        sum += places;
        // Width and case are chance, as in `list --host`.
        let folded = host.replace("pc", "ＰＣ").replace(' ', "\u{3000}");
        let folded = office.json(&["--scope", &format!("host={folded}")]);
        assert_eq!(rows(&folded, "certificates"), rows(&document, "certificates"), "{host}");
    }
    // A certificate may lie on both.
    assert!(sum >= rows(&whole, "certificates").len());
}

#[test]
fn several_keys_must_all_hold_and_none_twice() {
    let office = Office::of_samples();
    let whole = office.json(&["--scope", "prefecture=大阪府"]);
    let holder = text(one(&whole, "certificates", "holder"), "holder").to_string();
    let limited = office.json(&["--scope", "prefecture=大阪府", "--scope", &format!("holder={holder}")]);
    counts_agree(&limited);
    all_fit(&limited, "holder", &holder);
    let elsewhere = office.json(&["--scope", "prefecture=東京都", "--scope", &format!("holder={holder}")]);
    assert!(TABLES.iter().all(|table| rows(&elsewhere, table).is_empty()));
    let twice = office.complaint(&["report", "--scope", "prefecture=大阪府", "--scope", "prefecture=東京都"]);
    assert!(twice.contains("--scope names prefecture twice"), "{twice}");
    for wrong in ["大阪府", "prefecture=", "city=大阪"] {
        let said = office.complaint(&["report", "--scope", wrong]);
        assert!(said.contains("is not KEY=VALUE; the keys are prefecture, contact, host, tag, holder."), "{said}");
    }
}

#[test]
fn a_prefecture_may_be_written_short() {
    let office = Office::of_samples();
    let long = office.json(&["--scope", "prefecture=大阪府"]);
    assert!(!rows(&long, "certificates").is_empty());
    // As the register is imported, a value may be asked for.
    for spelt in ["大阪", "大 阪 府", "ｵｵｻｶ", "27"] {
        let short = office.json(&["--scope", &format!("prefecture={spelt}")]);
        for key in TABLES.iter().chain(&["units", "counts", "notes"]) {
            assert_eq!(long[key], short[key], "{spelt} {key}");
        }
    }
}

#[test]
fn an_unknown_value_is_told_with_the_nearest() {
    let office = Office::of_samples();
    let said = |scope: &str, lang: &str| office.complaint(&["report", "--scope", scope, "--lang", lang]);
    let prefecture = said("prefecture=大坂府", "en");
    assert!(prefecture.contains("prefecture=大坂府: nothing has that prefecture. There is: 大阪府"), "{prefecture}");
    assert!(said("prefecture=大坂府", "ja").contains("その都道府県のものはありません。近いもの: 大阪府"));
    assert!(said("holder=O-1", "en").contains("There is: O-"), "{}", said("holder=O-1", "en"));
    assert!(said("host=事務所pd", "en").contains("There is: 事務所PC"), "{}", said("host=事務所pd", "en"));
    assert!(said("tag=no such", "en").contains("nothing has that tag. There is: "));
    let alone = office.complaint(&["report", "--files", "samples/fleet/大阪府", "--scope", "prefecture=大阪府"]);
    assert!(alone.contains("No register tells of any prefecture."), "{alone}");
}

#[test]
fn what_is_left_out_is_told() {
    let office = Office::of_samples();
    let (whole, limited) = (office.json(&[]), office.json(&["--scope", "prefecture=大阪府"]));
    let note = |document: &Value| {
        let notes = document["notes"].as_array().unwrap();
        notes.iter().filter_map(Value::as_str).find(|note| note.starts_with("Outside the scope")).map(String::from)
    };
    assert_eq!(note(&whole), None);
    let left = |table: &str| rows(&whole, table).len() - rows(&limited, table).len();
    let unregistered = rows(&whole, "certificates").iter().filter(|row| row["register"].is_null()).count();
    let expected = format!(
        "Outside the scope, neither shown nor counted: certificates {} (of no register {unregistered}), units of billing {}, findings {}, renewals {}, changes 0.",
        left("certificates"),
        left("coverage"),
        left("findings"),
        left("plan"),
    );
    assert_eq!(note(&limited).as_deref(), Some(expected.as_str()));
}

#[test]
fn changes_since_an_import_or_a_day_are_those_of_diff() {
    let office = Office::new(&std::path::Path::new(super::office::ROOT).join("samples/shomei.yaml"));
    let fleet = office.path("fleet");
    fs::create_dir_all(&fleet).unwrap();
    let samples = std::path::Path::new(super::office::ROOT).join("samples/fleet");
    let bring = |from: &str, to: &str| {
        fs::copy(samples.join(from), fleet.join(to)).unwrap();
    };
    let import = |clock: &str| {
        let folder = fleet.to_str().unwrap();
        let passwords = "samples/passwords/osaka.txt";
        let mut command =
            office.command(&["import", folder, "--host", "pc1", "--fail-on", "never", "--password-file", passwords]);
        let output = command.env("SHOMEI_CLOCK", clock).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let mut register =
        office.command(&["register", "import", "--name", "大阪府", "samples/register/register-osaka.csv"]);
    assert!(register.env("SHOMEI_CLOCK", "2026-11-19T00:00:00Z").output().unwrap().status.code() < Some(2));
    bring("大阪府/期限/残り60日.p12", "a.p12");
    import("2026-11-20T00:00:00Z");
    bring("大阪府/更新/訪問介護とんび(新).p12", "b.p12");
    fs::remove_file(fleet.join("a.p12")).unwrap();
    import("2026-11-21T00:00:00Z");
    for since in ["last", "2026-11-20"] {
        let document = office.json(&["--since", since]);
        let diff: Value = serde_json::from_str(&office.said(&["diff", "--since", since, "--format", "json"])).unwrap();
        let words = |value: &Value| -> Vec<(String, String)> {
            let all = value.as_array().unwrap().iter();
            all.map(|one| (text(one, "change").to_string(), text(one, "sha256").to_string())).collect()
        };
        assert_eq!(words(&document["changes"]), words(&diff["changes"]));
        assert!(document["changes"].as_array().unwrap().len() >= 2, "{}", document["changes"]);
        assert!(text(&document, "since").starts_with("2026-11-2"), "{}", document["since"]);
        // A limited report tells of its own, and how many others there are.
        let limited = office.json(&["--since", since, "--scope", "host=pc1"]);
        assert_eq!(limited["changes"].as_array().unwrap().len(), document["changes"].as_array().unwrap().len());
        let elsewhere = office.json(&["--since", since, "--scope", "prefecture=大阪府"]);
        let told = elsewhere["changes"].as_array().unwrap().len();
        let note = elsewhere["notes"].to_string();
        let left = document["changes"].as_array().unwrap().len() - told;
        assert!(note.contains(&format!("changes {left}.")), "{note}");
    }
    assert_eq!(office.json(&[])["changes"], Value::Null);
    assert!(office.report("md", &["--since", "last"]).contains("## What has changed\n\nSince 2026-11-2"));
    assert!(office.complaint(&["report", "--since", "yesterday"]).contains("--since yesterday is neither a day"));
}
