//! The documents against the published schemas, by Python's jsonschema.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::command::{CONFIG, ROOT, audit, fleet, shomei};
use crate::expected::fleet_files;

fn validate(arguments: &[&str], documents: &[Value]) {
    let mut child = Command::new("python3")
        .arg("tests/samples/validate.py")
        .args(arguments)
        .current_dir(ROOT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 is missing: run the tests by ./tests/run");
    let mut stdin = child.stdin.take().unwrap();
    // A child that gives up early says why; that the pipe broke does not matter then.
    let _ = documents.iter().try_for_each(|document| writeln!(stdin, "{document}"));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    let counted: usize = String::from_utf8_lossy(&output.stdout).trim().parse().unwrap();
    assert_eq!(counted, documents.len());
}

/// The document once for each object in it, with a field there that nobody knows.
fn with_an_unknown_field(document: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    objects(document, String::new(), &mut pointers);
    let spoil = |pointer: &String| {
        let mut spoilt = document.clone();
        spoilt.pointer_mut(pointer).unwrap()["unknown"] = json!({});
        spoilt
    };
    pointers.iter().map(spoil).collect()
}

fn objects(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, member)| objects(member, format!("{at}/{key}"), found));
            found.push(at);
        }
        Value::Array(members) => {
            members.iter().enumerate().for_each(|(i, member)| objects(member, format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

fn json_of(arguments: &[&str]) -> Value {
    let said = shomei(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said.stderr))
}

const PASSWORDS: [&str; 2] = ["--password-map", "samples/passwords.yaml"];

#[test]
fn audits_are_as_their_schema_says() {
    let built_in = audit(&[&CONFIG[..], &["--policy", "e-seikyuu", "--all"]].concat());
    let japanese = json_of(&["audit", "--config", "samples/shomei.yaml", "--lang", "ja"]);
    let unopened = json_of(&["audit", "--policy", "lab", "--at", "2026-11-23", "samples/nowhere"]);
    validate(&["docs/schemas/audit.json"], &[fleet().clone(), built_in, japanese, unopened]);
}

#[test]
fn lines_of_ndjson_are_as_the_schema_says() {
    let said = shomei(&["audit", "--config", "samples/shomei.yaml", "--format", "ndjson", "--all"]);
    let lines: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    validate(&["docs/schemas/audit.json", "line"], &lines);
    let mut mistyped = lines[1].clone();
    mistyped["type"] = json!("finding");
    validate(&["--refused", "docs/schemas/audit.json", "line"], &[lines[1]["verdict"].clone(), mistyped]);
}

#[test]
fn inspections_are_as_their_schema_says() {
    let files = fleet_files();
    let inspect = |path: &String| json_of(&[&["inspect", path][..], &PASSWORDS].concat());
    let documents: Vec<Value> = files.iter().map(inspect).collect();
    validate(&["docs/schemas/inspect.json"], &documents);
}

#[test]
fn fingerprints_are_as_their_schema_says() {
    let root = "src/lab/keys/root-2019.pem";
    let plain = json_of(&["fingerprint", root, "--policy", "lab"]);
    let sha256 = plain["certificates"][0]["sha256"].as_str().unwrap();
    let compared = json_of(&["fingerprint", root, "--expect", sha256]);
    let other = json_of(&["fingerprint", root, "--expect", &"0".repeat(40)]);
    assert_eq!(
        (&plain["matches"], &compared["matches"], &other["matches"]),
        (&Value::Null, &json!(true), &json!(false))
    );
    validate(&["docs/schemas/fingerprint.json"], &[plain, compared, other]);
}

fn verifications() -> [Value; 2] {
    let verify = |root: &str| {
        let leaf = "samples/fleet/東京都/PC1/訪問介護つくし.cer";
        json_of(&["verify", leaf, "--at", "2026-11-23", "--trust", &format!("src/lab/keys/root-{root}.pem")])
    };
    let both = [verify("2019"), verify("2013")];
    assert_eq!((&both[0]["valid"], &both[1]["valid"]), (&json!(true), &json!(false)));
    both
}

#[test]
fn verifications_are_as_their_schema_says() {
    validate(&["docs/schemas/verify.json"], &verifications());
}

#[test]
fn a_field_that_nobody_documented_is_refused() {
    let folder = ["samples/fleet/京都府"];
    let audit = audit(&[&CONFIG[..], &folder].concat());
    let inspect = json_of(&[&["inspect", "samples/fleet/東京都/訪問介護ひまわり.p12"][..], &PASSWORDS].concat());
    let fingerprint = json_of(&["fingerprint", "src/lab/keys/root-2019.pem"]);
    let documents =
        [("audit", audit), ("inspect", inspect), ("fingerprint", fingerprint), ("verify", verifications()[0].clone())];
    for (schema, document) in documents {
        validate(&["--refused", &format!("docs/schemas/{schema}.json")], &with_an_unknown_field(&document));
    }
}
