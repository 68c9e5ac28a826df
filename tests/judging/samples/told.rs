//! What an audit's document tells of each file.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What is told of one file.
#[derive(Debug, Default, PartialEq)]
pub struct Told {
    /// The verdicts of its end entities; of its CA certificates where it holds no end entity.
    pub verdicts: BTreeSet<String>,
    /// The rules that fired: for those certificates, for the file, for what could not be read.
    pub rules: BTreeSet<String>,
}

/// The members of an array.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

/// A member that is a text.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no text {key}: {value}"))
}

fn rules(value: &Value) -> impl Iterator<Item = String> {
    list(&value["findings"]).iter().map(|finding| text(finding, "rule").into())
}

/// By file; a file of which nothing is told is not there.
pub fn by_file(document: &Value) -> BTreeMap<&str, Told> {
    let mut files: BTreeMap<&str, Told> = BTreeMap::new();
    let all = list(&document["certificates"]);
    let (leaves, authorities): (Vec<_>, Vec<_>) = all.iter().partition(|c| c["role"] == "end-entity");
    add(&mut files, &leaves);
    let mut rest = BTreeMap::new();
    add(&mut rest, &authorities);
    for (path, told) in rest {
        files.entry(path).or_insert(told);
    }
    for finding in list(&document["findings"]).iter().filter(|finding| !finding["path"].is_null()) {
        files.entry(text(finding, "path")).or_default().rules.insert(text(finding, "rule").into());
    }
    for file in list(&document["unreadable"]) {
        files.entry(text(file, "path")).or_default().rules.extend(rules(file));
    }
    files
}

fn add<'a>(files: &mut BTreeMap<&'a str, Told>, certificates: &[&'a Value]) {
    for certificate in certificates {
        for source in list(&certificate["sources"]) {
            let told = files.entry(text(source, "path")).or_default();
            told.verdicts.insert(text(&certificate["verdict"], "status").into());
            told.rules.extend(rules(certificate));
        }
    }
}
