//! The document against its published schema, by Python's jsonschema.

use serde_json::{Value, json};

use super::office::Office;
use crate::common::schema::validate;

#[test]
fn documents_are_as_their_schema_says() {
    let office = Office::of_samples();
    let asked: [&[&str]; 6] = [
        &[],
        &["--since", "2026-01-01", "--lang", "ja"],
        &["--scope", "prefecture=大阪府"],
        &["--as-of", "2026-11-23"],
        &["--policy", "e-seikyuu"],
        &["--files", "samples/fleet/東京都"],
    ];
    let documents = asked.map(|more| office.json(more));
    validate(&["docs/schemas/report.json"], &documents);
}

#[test]
fn a_field_that_nobody_documented_is_refused() {
    let document = Office::of_samples().json(&["--since", "2026-01-01"]);
    let places = ["", "/policy", "/period", "/units", "/counts", "/charts", "/charts/expiry/0", "/charts/fees/0"];
    let tables = ["coverage", "plan", "findings", "certificates", "fees", "changes"].map(|table| format!("/{table}/0"));
    let spoilt: Vec<Value> = places
        .into_iter()
        .map(String::from)
        .chain(tables)
        .map(|pointer| {
            let mut spoilt = document.clone();
            spoilt.pointer_mut(&pointer).unwrap_or_else(|| panic!("{pointer}"))["odd"] = json!({});
            spoilt
        })
        .collect();
    validate(&["--refused", "docs/schemas/report.json"], &spoilt);
}
