//! Documents against published schemas, by Python's jsonschema. To be included by other crates of
//! tests with `#[path = "../samples/validate.rs"] mod validate;`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The document once for each object in it, with a field there that nobody knows.
#[allow(dead_code)]
pub fn with_an_unknown_field(document: &Value) -> Vec<Value> {
    let mut pointers = Vec::new();
    objects(document, String::new(), &mut pointers);
    let spoil = |pointer: &String| {
        let mut spoilt = document.clone();
        spoilt.pointer_mut(pointer).unwrap()["unknown"] = serde_json::json!({});
        spoilt
    };
    pointers.iter().map(spoil).collect()
}

/// Where in a document objects stand.
#[allow(dead_code)]
pub fn objects(value: &Value, at: String, found: &mut Vec<String>) {
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

/// Whether each document fits, by the arguments of tests/samples/validate.py: a schema, or after
/// `--refused` one that none may fit, and one of its definitions.
#[track_caller]
pub fn validate(arguments: &[&str], documents: &[Value]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new("python3")
        .arg(root.join("tests/samples/validate.py"))
        .args(arguments)
        .current_dir(root)
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
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), documents.len().to_string());
}
