//! NIST's PKITS, by `shomei verify`: every test with the reasons that must be given. What is
//! answered otherwise stands in exceptions.tsv with its reason; one that no longer applies
//! fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::scene::{Scene, text};
use super::verify::exit_code;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/pkits")
}

/// The rows of a table below its heading.
fn rows(name: &str) -> Vec<Vec<String>> {
    let table = fs::read_to_string(folder().join(name)).unwrap();
    table.lines().skip(1).map(|line| line.split('\t').map(String::from).collect()).collect()
}

fn files(field: &str, below: &str, ending: &str) -> Vec<PathBuf> {
    let names = field.split(' ').filter(|name| *name != "-");
    names.map(|name| folder().join(below).join(format!("{name}.{ending}"))).collect()
}

/// What `verify` answers: `valid`, or its reasons.
fn answer(scene: &Scene, row: &[String]) -> String {
    let mut command = scene.command();
    command.args(["--lang", "en", "verify", "--format", "json", "--at", "2020-01-01T00:00:00Z"]);
    command.args(["--trust".into(), folder().join("certs/TrustAnchorRootCertificate.crt")]);
    command.args(["--crl".into(), folder().join("crls/TrustAnchorRootCRL.crl")]);
    for file in files(&row[3], "certs", "crt") {
        command.args(["--untrusted".into(), file]);
    }
    for file in files(&row[4], "crls", "crl") {
        command.args(["--crl".into(), file]);
    }
    let output = command.args(files(&row[2], "certs", "crt")).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{}: {error}: {}", row[0], text(&output.stderr)));
    let valid = document["valid"] == true;
    assert_eq!(output.status.code(), Some(exit_code(&document)), "{}", row[0]);
    if valid {
        return "valid".into();
    }
    let reasons = document["reasons"].as_array().unwrap();
    reasons.iter().map(|reason| reason.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_test_of_the_suite() {
    let scene = Scene::new();
    let cases = rows("cases.tsv");
    let mut exceptions: BTreeMap<String, String> =
        rows("exceptions.tsv").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(cases.len(), 224, "the suite has 224 tests");
    let mut wrong = Vec::new();
    for case in &cases {
        let (expected, answered) = (&case[1], answer(&scene, case));
        let excused = exceptions.remove(&case[0]);
        match excused {
            Some(excused) if answered == *expected => wrong.push(format!("{}: no exception ({excused})", case[0])),
            Some(excused) if answered == excused => {}
            None if answered == *expected => {}
            _ => wrong.push(format!("{} {}: {answered}, not {expected}", case[0], case[2])),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exceptions.is_empty(), "exceptions for tests that are not there: {exceptions:?}");
}
