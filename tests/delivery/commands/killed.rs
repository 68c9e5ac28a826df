//! What is sent when a process or a connection ends between the server's taking and the record.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::scene::{Letter, Office, Smtp, by_mail};
use crate::common::process::until;
use crate::odd_server::OddServer;

const MORE: &str = "  report_on: monthly 11";

fn office(odd: &OddServer) -> Office {
    let holders = [by_mail("A", "a", "2027-01-15"), by_mail("B", "b", "2027-01-15"), by_mail("C", "c", "2027-01-15")];
    Office::new(&Smtp::odd(odd).patiently(), &holders, MORE)
}

/// One that takes so many messages, and gives no answer to the next.
fn stalls_after(count: u32) -> OddServer {
    OddServer::with(json!([
        {"at": "END", "times": count, "say": "250 2.0.0 taken"},
        {"at": "END", "times": 1, "do": "stall"},
    ]))
}

/// Everything that came, by whom it was for.
fn by_recipient(contents: &[(Vec<String>, String)]) -> BTreeMap<String, Vec<&String>> {
    let mut found: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (to, text) in contents {
        found.entry(to.concat()).or_default().push(text);
    }
    found
}

#[test]
fn a_process_that_is_killed_before_the_record_sends_that_one_message_once_more() {
    // The second message is taken, and the answer never comes.
    let odd = stalls_after(1);
    let office = office(&odd);
    let mut child = office.start(&["notify"]);
    until(|| odd.so_far().contents().len() == 2);
    child.kill().unwrap();
    child.wait().unwrap();

    let outbox = office.outbox();
    assert_eq!((outbox.len(), office.told_of("declared:")), (1, 1));
    let (path, pending) = &outbox[0];
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(pending["to"], json!(["b@care.example"]));
    let dry = office.ok(&["notify", "--dry-run"]);
    assert!(
        dry.contains("メール 1 通") && dry.contains("メール 1 通は、送った日とは別の日に一度だけ、同じ Message-ID で"),
        "{dry}"
    );

    // The next day the text would be another one.
    let said = office.on("2026-11-24", &["notify", "--format", "json"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.json()["sent"], json!(["b@care.example", "c@care.example"]));
    assert_eq!(office.outbox(), Vec::<(std::path::PathBuf, Value)>::new());
    assert_eq!(office.told_of("declared:"), 3);
    assert_eq!(office.on("2026-11-24", &["notify"]).code, 0);

    let contents = odd.end().contents();
    let found = by_recipient(&contents);
    let counts: Vec<(&str, usize)> = found.iter().map(|(to, texts)| (to.as_str(), texts.len())).collect();
    assert_eq!(
        counts,
        [("<a@care.example>", 1), ("<b@care.example>", 2), ("<c@care.example>", 1), ("<kanri@care.example>", 1)]
    );
    let twice = &found["<b@care.example>"];
    assert_eq!(twice[0], twice[1]);
    let ids = contents.iter().map(|(_, text)| Letter::new(text.as_bytes()).header("Message-ID").to_string());
    assert_eq!(ids.collect::<std::collections::BTreeSet<_>>().len(), 4);
    let auditors = Letter::new(found["<kanri@care.example>"][0].as_bytes());
    auditors.says("b@care.example");
    auditors.says("c@care.example");
}

#[test]
fn a_process_that_is_killed_while_the_auditors_are_told_sends_them_the_same_again() {
    let odd = stalls_after(3);
    let office = office(&odd);
    let mut child = office.start(&["run"]);
    until(|| odd.so_far().contents().len() == 4);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((office.outbox().len(), office.told_of("declared:"), office.told_of("report")), (1, 3, 0));
    let said = office.at("2026-11-24T08:00:00", &["run"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!((office.outbox().len(), office.told_of("report")), (0, 1));
    let contents = odd.end().contents();
    let found = by_recipient(&contents);
    assert_eq!(found.values().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 3]);
    let twice = &found["<kanri@care.example>"];
    assert_eq!(twice[0], twice[1]);
    Letter::new(twice[2].as_bytes()).says("終わらずに途切れました");
}

#[test]
fn a_connection_that_is_cut_before_the_answer_sends_that_one_message_on_another_day() {
    let odd = OddServer::with(json!([{"at": "END", "times": 1, "do": "close"}]));
    let office = office(&odd);
    let said = office.run(&["notify", "--format", "json"]);
    assert_eq!(said.code, 2, "{said:?}");
    let document = said.json();
    assert_eq!((&document["failed"], &document["sent"]), (&json!(1), &json!(["b@care.example", "c@care.example"])));
    assert_eq!(document["auditors_told"], true);
    assert_eq!((office.outbox().len(), office.told_of("declared:")), (1, 2));
    assert_eq!(document["in_doubt"], json!(["a@care.example"]));
    // On the same day it is not sent again, and the auditors are not told once more.
    for _ in 0..2 {
        let said = office.run(&["notify", "--format", "json"]);
        assert_eq!((said.code, &said.json()["sent"]), (2, &json!([])), "{said:?}");
        assert_eq!(said.json()["in_doubt"], json!(["a@care.example"]));
    }
    let said = office.on("2026-11-24", &["notify", "--format", "json"]);
    assert_eq!((said.code, &said.json()["sent"]), (0, &json!(["a@care.example"])), "{said:?}");
    assert_eq!((office.outbox().len(), office.told_of("declared:")), (0, 3));
    let contents = odd.end().contents();
    let found = by_recipient(&contents);
    assert_eq!(found.values().map(Vec::len).collect::<Vec<_>>(), [2, 1, 1, 2]);
    let twice = &found["<a@care.example>"];
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn what_was_recorded_is_not_sent_again() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    office.ok(&["notify"]);
    // As after a process that was killed between the record and the removal.
    let pending = json!({
        "id": "left", "channel": "mail", "on": "2026-11-23", "to": ["a@care.example"], "from": "cert@care.example",
        "told": [{"topic": "declared:default/A/2027-01-15", "step": "tier-60", "holder": ["default", "A"]}],
        "message": "From: cert@care.example\r\n\r\n",
    });
    office.write("inventory.sqlite.delivery/outbox/left.json", pending.to_string());
    office.ok(&["notify"]);
    assert_eq!((office.outbox().len(), odd.end().contents().len()), (0, 4));
}

#[test]
fn the_outbox_is_private_and_holds_no_password() {
    let odd = OddServer::start(json!({"security": "tls", "rules": [{"at": "END", "do": "close"}]}));
    let smtp = Smtp::odd_tls(&odd);
    let office = Office::new(&smtp, &[by_mail("A", "a", "2027-01-15")], MORE);
    office.write("secret.txt", "himitsu-s3cret\n");
    let said = office.run(&["notify"]);
    assert_eq!(said.code, 2, "{said:?}");
    let outbox = office.outbox();
    assert_eq!(outbox.len(), 2);
    for (path, document) in outbox {
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path:?}");
        assert!(!document.to_string().contains("s3cret"));
    }
    let record = odd.end();
    assert!(record.count("AUTH") >= 1);
}

#[test]
fn what_may_have_arrived_is_sent_as_it_is_for_a_week_and_then_told_anew() {
    for (day, is_same) in [("2026-11-30", true), ("2026-12-01", false)] {
        let odd = OddServer::with(json!([{"at": "END", "times": 1, "do": "close"}]));
        let office = Office::new(&Smtp::odd(&odd), &[by_mail("A", "a", "2027-01-15")], MORE);
        assert_eq!(office.run(&["notify"]).code, 2);
        assert_eq!(office.on(day, &["notify"]).code, 0);
        assert_eq!((office.outbox().len(), office.told_of("declared:")), (0, 1), "{day}");
        let contents = odd.end().contents();
        let both = &by_recipient(&contents)["<a@care.example>"];
        assert_eq!((both.len(), both[0] == both[1]), (2, is_same), "{day}");
    }
}
