//! The program that is called after a run or a delivery.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::scene::{Office, Smtp, by_mail};
use crate::common::schema::validate;
use crate::odd_server::OddServer;
use serde_json::json;

const FOLLOWING: &str = "run:\n  log: shomei.log\n  after: [./after, \"a b\", $HOME]";

fn office(smtp: &Smtp, more: &str, script: &str) -> Office {
    let office = Office::bare();
    office.configure(smtp, more);
    write(&office, script);
    office.register(&[by_mail("H1", "sato", "2026-12-05")]);
    office
}

fn write(office: &Office, script: &str) {
    office.write("after", format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n"));
    fs::set_permissions(office.path("after"), fs::Permissions::from_mode(0o700)).unwrap();
}

fn document(office: &Office) -> Value {
    let document: Value = serde_json::from_str(&office.read("told.json")).unwrap();
    validate(&["docs/schemas/outcome.json"], std::slice::from_ref(&document));
    document
}

#[test]
fn a_run_tells_its_outcome_and_names_nobody() {
    let server = OddServer::with(json!([]));
    let more = format!("report:\n  folder: reports\n{FOLLOWING}");
    let office = office(&Smtp::odd(&server), &more, "printf '%s|' \"$@\" > arguments; cat > told.json; echo noise");
    let said = office.ok(&["run"]);
    assert!(!said.contains("noise"), "{said}");
    assert_eq!(office.read("arguments"), "a b|$HOME|");
    let told = document(&office);
    assert_eq!((&told["command"], &told["exit"]), (&json!("run"), &json!(0)));
    assert_eq!(told["messages"]["sent"], 1);
    assert_eq!(told["messages"]["auditors"], true);
    assert_eq!(told["reports"], json!(["shomei-2026-11-23.html", "shomei-2026-11-23.xlsx"]));
    assert_eq!(told["units"]["can"].as_u64().unwrap() + told["units"]["unknown"].as_u64().unwrap(), 1);
    let text = told.to_string();
    for private in ["sato", "H1", "care.example"] {
        assert!(!text.contains(private), "{private}: {text}");
    }
}

#[test]
fn a_run_with_troubles_tells_them_by_their_codes() {
    let server = OddServer::with(json!([{"at": "CONNECT", "say": "554 5.7.1 not you"}]));
    let office = office(&Smtp::odd(&server), FOLLOWING, "cat > told.json");
    assert_eq!(office.run(&["run"]).code, 2);
    let told = document(&office);
    assert_eq!(told["exit"], 2);
    let errors = told["errors"].as_array().unwrap();
    assert!(errors.iter().any(|error| error["stage"] == "mail" && error["reason"] == "rejected"), "{told}");
}

/// A run that is done is not done again because nobody could be told.
#[test]
fn a_program_that_fails_is_told_and_changes_nothing() {
    for script in ["cat > told.json; exit 7", "exit 7"] {
        let server = OddServer::with(json!([]));
        let office = office(&Smtp::odd(&server), FOLLOWING, script);
        let said = office.run(&["run"]);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.stderr.contains("run.after") && said.stderr.contains("./after"), "{said:?}");
        assert!(office.read("shomei.log").contains(r#""stage":"after""#));
        // The auditors read it in the next message.
        write(&office, "cat > told.json");
        assert_eq!(office.on("2026-11-24", &["run"]).code, 0);
        let contents = server.end().contents();
        let auditors: Vec<_> = contents.iter().filter(|(to, _)| to[0].contains("kanri")).collect();
        let last = super::scene::Letter::new(auditors.last().unwrap().1.as_bytes());
        assert_eq!(auditors.len(), 2);
        assert!(last.plain.contains("run.after"), "{}", last.plain);
    }
    // One that does not exist, too.
    let server = OddServer::with(json!([]));
    let office = office(&Smtp::odd(&server), FOLLOWING, "");
    fs::remove_file(office.path("after")).unwrap();
    let said = office.run(&["run"]);
    assert!(said.code == 0 && said.stderr.contains("run.after"), "{said:?}");
}

#[test]
fn notify_tells_its_own() {
    let server = OddServer::with(json!([]));
    let office = office(&Smtp::odd(&server), "  after: ./after", "cat > told.json");
    office.ok(&["notify", "--dry-run"]);
    assert!(!office.path("told.json").exists());
    office.ok(&["notify"]);
    let told = document(&office);
    assert_eq!(
        (&told["command"], &told["units"], &told["messages"]["sent"]),
        (&json!("notify"), &Value::Null, &json!(1))
    );
    // A run has its own.
    fs::remove_file(office.path("told.json")).unwrap();
    office.run(&["run"]);
    assert!(!office.path("told.json").exists());
    write(&office, "exit 1");
    let said = office.run(&["notify"]);
    assert!(said.code == 0 && said.stderr.contains("notify.after"), "{said:?}");
}
