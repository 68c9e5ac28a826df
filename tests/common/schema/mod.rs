//! Documents against published schemas, by Python's jsonschema.

use std::path::Path;

use serde_json::Value;

use super::{ROOT, python};

/// The document once for each object in it, with a field there that nobody knows.
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

/// Whether each document fits, by the arguments of validate.py: a schema, or after `--refused` one
/// that none may fit, and one of its definitions.
#[track_caller]
pub fn validate(arguments: &[&str], documents: &[Value]) {
    let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
    let arguments = [&["tests/common/schema/validate.py"], arguments].concat();
    let printed = python::printed_in(Path::new(ROOT), &arguments, lines.as_bytes());
    assert_eq!(String::from_utf8(printed).unwrap().trim(), documents.len().to_string());
}

/// Whether a document fits the schema of this name.
#[track_caller]
pub fn fits(schema: &str, document: &Value) {
    validate(&[&format!("docs/schemas/{schema}.json")], std::slice::from_ref(document));
}

/// The same, and that with a field more anywhere it does not.
#[track_caller]
pub fn fits_closely(schema: &str, document: &Value) {
    fits(schema, document);
    validate(&["--refused", &format!("docs/schemas/{schema}.json")], &with_an_unknown_field(document));
}
