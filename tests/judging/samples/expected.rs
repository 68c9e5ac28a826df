//! `samples/expected.tsv`, written from the intention of whoever made the samples, against what
//! the command says.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::Value;
use shomei::audit::rules::{RULES, Rule, RuleFamily};

use super::command::{CONFIG, ROOT, audit, fleet};
use super::made;
use super::told::{by_file, list, text};
use crate::common::snapshot;

/// What is expected of one file.
struct Expected {
    verdict: String,
    fires: BTreeSet<String>,
    nearly: BTreeSet<String>,
}

fn words(cell: &str) -> BTreeSet<String> {
    cell.split(' ').filter(|word| *word != "-").map(String::from).collect()
}

fn expected() -> BTreeMap<String, Expected> {
    let table = fs::read_to_string(Path::new(ROOT).join("samples/expected.tsv")).unwrap();
    let mut rows = table.lines();
    assert_eq!(rows.next(), Some("path\tverdict\tfires\tnearly"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [path, verdict, fires, nearly] = cells[..] else { panic!("{line}") };
        let row = Expected { verdict: verdict.into(), fires: words(fires), nearly: words(nearly) };
        (format!("samples/{path}"), row)
    };
    rows.map(row).collect()
}

/// All files of the fleet, as the command names them.
pub fn fleet_files() -> Vec<String> {
    let walk = walkdir::WalkDir::new(Path::new(ROOT).join("samples/fleet")).into_iter();
    let files = walk.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let mut paths: Vec<String> =
        files.map(|entry| entry.path().strip_prefix(ROOT).unwrap().to_str().unwrap().replace('\\', "/")).collect();
    paths.sort();
    paths
}

#[test]
fn every_file_fires_the_rules_intended_and_no_other() {
    let told = by_file(fleet());
    let expected = expected();
    assert!(expected.len() > 100, "{}", expected.len());
    let mut differences = Vec::new();
    for (path, row) in &expected {
        let (verdicts, rules) =
            told.get(path.as_str()).map(|t| (t.verdicts.clone(), t.rules.clone())).unwrap_or_default();
        if verdicts != words(&row.verdict) || rules != row.fires {
            differences.push(format!("{path}: {verdicts:?} {rules:?}, expected {} {:?}", row.verdict, row.fires));
        }
        assert!(row.fires.is_disjoint(&row.nearly), "{path}: expected.tsv contradicts itself");
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_file_is_expected_and_stands_in_the_readme() {
    let files = fleet_files();
    assert_eq!(files, expected().into_keys().collect::<Vec<_>>());
    let readme = fs::read_to_string(Path::new(ROOT).join("samples/README.md")).unwrap();
    let apart = fs::read_dir(Path::new(ROOT).join("samples/apart")).unwrap();
    let apart = apart.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in files.iter().map(|path| path.trim_start_matches("samples/fleet/").into()).chain(apart) {
        assert!(readme.contains(&format!("\n| {name} |")), "samples/README.md has no line for {name}");
    }
    for entry in fs::read_dir(Path::new(ROOT).join("samples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let part_of_the_recipe = name.ends_with(".py") && name != "make-keys.py";
        let of_git_or_python = name.starts_with('.') || name == "__pycache__";
        assert!(
            name == "README.md" || part_of_the_recipe || of_git_or_python || readme.contains(&format!("`{name}")),
            "samples/README.md does not tell of {name}"
        );
    }
}

/// Whether a rule speaks only where there is a register of holders: tests/holding proves those.
fn needs_a_register(rule: &Rule) -> bool {
    rule.family == RuleFamily::Holder && rule.code != "renewed-not-installed"
}

#[test]
fn every_rule_has_a_sample_that_fires_it_and_a_near_miss() {
    let expected = expected();
    let made: BTreeMap<&str, made::Shown> = made::CASES.iter().map(|(code, show)| (*code, show())).collect();
    for rule in RULES.iter().filter(|rule| !needs_a_register(rule)) {
        let code = rule.code;
        let mut fires = expected.values().any(|row| row.fires.contains(code));
        let mut nearly = expected.values().any(|row| row.nearly.contains(code));
        if let Some(shown) = made.get(code) {
            fires |= shown.fires.contains(code);
            nearly |= !shown.nearly.contains(code);
        }
        assert!(fires, "no sample fires {code}");
        assert!(nearly, "no sample comes near {code} without firing it");
    }
}

#[test]
fn findings_by_rule_are_those_that_were_counted() {
    let counted = &fleet()["summary"]["rule"];
    let mut text = String::new();
    for rule in RULES {
        writeln!(text, "{} {}", rule.code, counted[rule.code].as_u64().unwrap_or(0)).unwrap();
    }
    snapshot::committed("tests/judging/samples/counts.txt", &text);
}

#[test]
fn the_summary_counts_what_the_document_lists() {
    let document = fleet();
    let certificates = list(&document["certificates"]);
    let unreadable = list(&document["unreadable"]);
    let nested = certificates.iter().chain(unreadable).flat_map(|holder| list(&holder["findings"]));
    let findings: Vec<&Value> = nested.chain(list(&document["findings"])).collect();
    let summary = &document["summary"];
    assert_eq!(summary["certificates"], certificates.len());
    assert_eq!(summary["unreadable"], unreadable.len());
    for status in ["trusted", "untrusted", "undetermined"] {
        let n = certificates.iter().filter(|c| c["verdict"]["status"] == status).count();
        assert_eq!(summary["verdict"][status], n, "{status}");
    }
    for severity in ["error", "warning", "info"] {
        let n = findings.iter().filter(|f| f["severity"] == severity).count();
        assert_eq!(summary["severity"][severity], n, "{severity}");
    }
    for rule in RULES {
        let n = findings.iter().filter(|f| f["rule"] == rule.code).count() as u64;
        assert_eq!(summary["rule"][rule.code].as_u64().unwrap_or(0), n, "{}", rule.code);
    }
}

/// The lab's roots look like those of e-seikyuu in everything but the key: an auditor with the
/// real policy must see impostors.
#[test]
fn under_the_built_in_policy_the_fleet_has_impostors_and_nothing_trusted() {
    let document = audit(&[&CONFIG[..], &["--policy", "e-seikyuu"]].concat());
    assert_eq!(document["summary"]["verdict"]["trusted"], 0);
    let told = by_file(&document);
    for root in ["2013", "2019"] {
        let root = &told[format!("samples/fleet/本部/認証局/e-seikyuu CA {root}.cer").as_str()];
        assert!(root.rules.contains("root-impostor"), "{root:?}");
        assert!(root.verdicts.contains("untrusted"), "{root:?}");
    }
}

#[test]
fn the_lab_policy_pins_the_lab_roots() {
    let policy = fs::read_to_string(Path::new(ROOT).join("policies/lab.yaml")).unwrap();
    for generation in ["2013", "2019"] {
        let file = format!("src/lab/keys/root-{generation}.pem");
        let arguments = ["fingerprint", &file, "--policy", "lab", "--format", "json"];
        let document: Value = serde_json::from_str(&super::command::shomei(&arguments).stdout).unwrap();
        let root = &list(&document["certificates"])[0];
        assert_eq!(root["pin"], generation);
        for digest in ["sha1", "sha256"] {
            let printed: Vec<String> = text(root, digest)
                .to_uppercase()
                .as_bytes()
                .chunks(2)
                .map(|b| String::from_utf8_lossy(b).into())
                .collect();
            assert!(policy.contains(&format!("{digest}: {}", printed.join(" "))), "{file}: {digest}");
        }
    }
}
