//! Addresses that a server refuses.

use serde_json::json;

use super::scene::{Holder, Letter, Office, Smtp, by_mail};
use crate::odd_server::OddServer;

fn holders() -> Vec<Holder> {
    let wrong = |id, local, more: Holder| Holder {
        id,
        name: id,
        mail: format!("{local}@care.example"),
        ends: "2027-01-15",
        ..more
    };
    vec![
        by_mail("A-1", "a", "2027-01-15"),
        wrong("P-1", "nobody-p", Holder { tel: "03-1", fax: "03-2", address: "千代田区1", ..Holder::default() }),
        wrong("X-1", "nobody-f", Holder { fax: "03-2", address: "千代田区1", ..Holder::default() }),
        wrong("L-1", "nobody-l", Holder { address: "千代田区1", ..Holder::default() }),
        wrong("N-1", "nobody-n", Holder::default()),
        by_mail("Z-1", "z", "2027-01-15"),
    ]
}

fn office(odd: &OddServer) -> Office {
    Office::new(&Smtp::odd(odd), &holders(), "  report_on: monthly 11")
}

fn refusing() -> OddServer {
    OddServer::with(json!([{"at": "RCPT", "when": "nobody", "say": "550 5.1.1 no such user here"}]))
}

/// Real answers of servers: whom each is about, and the answer.
fn replies() -> Vec<(String, String)> {
    let table = std::fs::read_to_string("tests/delivery/mail/replies.tsv").unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let [whom, _, reply, source] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        assert!(!source.is_empty() && ["address", "other", "server"].contains(&whom), "{line}");
        (whom.to_string(), reply.replace("\\n", "\r\n"))
    })
    .collect()
}

#[test]
fn refusals_of_real_servers_are_blamed_on_whom_they_are_about() {
    let (server, replies): (Vec<_>, Vec<_>) = replies().into_iter().partition(|(whom, _)| whom == "server");
    assert!(replies.len() >= 40, "{}", replies.len());
    let rules: Vec<_> = replies
        .iter()
        .enumerate()
        .map(|(at, (_, reply))| json!({"at": "RCPT", "when": format!("n{at}@"), "say": reply}))
        .collect();
    let odd = OddServer::with(json!(rules));
    let id = |at: usize| -> &'static str { format!("H-{at:02}").leak() };
    let mut holders: Vec<Holder> =
        (0..replies.len()).map(|at| by_mail(id(at), &format!("n{at}"), "2027-01-15")).collect();
    // Others are taken: not everybody is refused.
    holders.push(by_mail("Z-1", "z", "2027-01-15"));
    let office = Office::new(&Smtp::odd(&odd), &holders, "  report_on: monthly 11\n  max_messages: 100");
    let said = office.run(&["notify", "--format", "json"]);
    assert_eq!(said.code, 2, "{said:?}");
    let marked = found(&office, "2026-11-23");
    for (at, (whom, reply)) in replies.iter().enumerate() {
        assert_eq!(marked.contains(&id(at).to_string()), whom == "address", "{reply}");
    }
    // What is not about the address is tried again, and those whose address is wrong are told otherwise.
    let others = replies.iter().filter(|(whom, _)| whom == "other").count();
    let preview = office.run(&["notify", "--dry-run", "--format", "json"]).json();
    assert_eq!(preview["mail"].as_array().unwrap().len(), others);

    // What the server says to everybody ends the delivery, and blames nobody.
    assert!(!server.is_empty());
    for (_, reply) in server {
        let odd = OddServer::with(json!([{"at": "RCPT", "say": reply}]));
        let holders = [by_mail("A-1", "a", "2027-01-15"), by_mail("B-1", "b", "2027-01-15")];
        let office = Office::new(&Smtp::odd(&odd), &holders, "  report_on: monthly 11");
        let said = office.run(&["notify", "--format", "json"]);
        assert_eq!((said.code, &said.json()["refused"]), (2, &json!([])), "{reply}: {said:?}");
        assert!(found(&office, "2026-11-23").is_empty(), "{reply}");
    }
}

#[test]
fn an_unreachable_route_is_about_the_address_only_where_the_recipient_is_refused() {
    for (at, findings) in [("RCPT", 1), ("END", 0)] {
        let odd = OddServer::with(json!([{"at": at, "times": 1, "say": "550 5.4.1 Access denied"}]));
        let office = Office::new(&Smtp::odd(&odd), &[by_mail("A-1", "a", "2027-01-15")], "  report_on: monthly 11");
        office.run(&["notify"]);
        assert_eq!(found(&office, "2026-11-23").len(), findings, "{at}");
    }
}

/// Who has a finding of this rule.
fn found(office: &Office, day: &str) -> Vec<String> {
    let report = office.on(day, &["report", "--format", "json"]).json();
    let rows = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["code"] == "mail-refused" || row["rule"] == "mail-refused");
    let mut ids: Vec<String> = rows.map(|row| row["holder"].as_str().unwrap_or("?").to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn a_refused_address_stops_nobody_else_and_its_holder_is_told_otherwise() {
    let odd = refusing();
    let office = office(&odd);
    let said = office.run(&["notify", "--format", "json"]);
    assert_eq!(said.code, 0, "a refusal is a finding, no failure: {said:?}");
    let document = said.json();
    assert_eq!(document["sent"], json!(["a@care.example", "z@care.example"]));
    assert_eq!(document["refused"].as_array().unwrap().len(), 4);
    assert_eq!(document["refused"][0], json!({"to": "nobody-f@care.example", "reply": "550 5.1.1 no such user here"}));
    assert_eq!(office.told_of("declared:"), 2);

    let refused = ["L-1", "N-1", "P-1", "X-1"];
    assert_eq!(found(&office, "2026-11-23"), refused);
    let shown = office.ok(&["show", "P-1"]);
    assert!(shown.contains("nobody-p@care.example") && shown.contains("mail-refused"), "{shown}");

    // From now on by telephone, fax or letter, in this order, and to the auditors alone.
    let preview = office.run(&["notify", "--dry-run", "--format", "json"]).json();
    let ids = |channel: &str| {
        let dues = preview[channel].as_array().unwrap().iter();
        dues.map(|due| due["holder"]["id"].as_str().unwrap().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids("phone"), ["P-1"]);
    assert_eq!(ids("fax"), ["X-1"]);
    assert_eq!(ids("letter"), ["L-1"]);
    assert_eq!(ids("auditors"), ["N-1"]);
    assert_eq!(preview["mail"], json!([]));
    assert_eq!(office.on("2026-11-24", &["notify"]).code, 0);

    let record = odd.end();
    let contents = record.contents();
    let to: Vec<String> = contents.iter().map(|(to, _)| to.concat()).collect();
    assert_eq!(to, ["<a@care.example>", "<z@care.example>", "<kanri@care.example>", "<kanri@care.example>"]);
    let auditors = Letter::new(contents[2].1.as_bytes());
    assert!(auditors.subject.starts_with("【要確認】"), "{}", auditors.subject);
    auditors.says(
        "P-1 P-1のアドレス nobody-p@care.example は、メールの受け取りを断られました(550 5.1.1 no such user here)",
    );
    let next = Letter::new(contents[3].1.as_bytes());
    assert!(next.files.is_empty() && !next.subject.starts_with("【要確認】"), "{}", next.subject);
    next.says("N-1");
    next.says("電話で知らせるもの 1 件");
    assert_eq!(record.count("RCPT TO:<nobody"), 4);
}

#[test]
fn a_refused_address_is_tried_again_after_thirty_days_and_at_once_where_it_changes() {
    let odd =
        OddServer::with(json!([{"at": "RCPT", "when": "nobody", "times": 2, "say": "550 5.1.1 no such user here"}]));
    let one = |local: &str, ends| Holder { tel: "03-1", ..by_mail("P-1", local, ends) };
    let office = Office::new(&Smtp::odd(&odd), &[one("nobody-p", "2026-12-30")], "  report_on: monthly 11");
    assert_eq!(office.run(&["notify"]).code, 0);
    // A new address: at once. It is refused, too.
    office.register(&[one("nobody-q", "2026-12-30")]);
    assert_eq!(found(&office, "2026-11-23"), [""; 0]);
    assert_eq!(office.run(&["notify"]).code, 0);
    assert_eq!(found(&office, "2026-11-23"), ["P-1"]);
    // Day 29: not yet, though another step is due; day 30: yes, and it is taken.
    for (day, finding) in [("2026-12-22", 1), ("2026-12-23", 0), ("2026-12-24", 0)] {
        assert_eq!(office.on(day, &["notify"]).code, 0);
        assert_eq!(found(&office, day).len(), finding, "{day}");
    }
    let record = odd.end();
    assert_eq!(record.count("RCPT TO:<nobody-p"), 1);
    assert_eq!(record.count("RCPT TO:<nobody-q"), 2);
    let taken: Vec<String> =
        record.contents().iter().map(|(to, _)| to.concat()).filter(|to| to.contains("nobody")).collect();
    assert_eq!(taken, ["<nobody-q@care.example>"]);
}

#[test]
fn a_message_without_its_attachments_is_sent_where_the_server_finds_it_too_large() {
    let odd = OddServer::with(json!([{"at": "END", "times": 1, "say": "552 5.3.4 too large"}]));
    let office = Office::new(&Smtp::odd(&odd), &[], "");
    let said = office.run(&["notify"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("添付なし"), "{said:?}");
    let contents = odd.end().contents();
    let letters: Vec<Letter> = contents.iter().map(|(_, text)| Letter::new(text.as_bytes())).collect();
    assert_eq!(letters.iter().map(|letter| letter.files.len()).collect::<Vec<_>>(), [2, 0]);
    letters[1].says("添付なし");
    assert_eq!(office.told_of("report"), 1);
}

#[test]
fn an_auditor_who_is_refused_does_not_keep_the_report_from_another() {
    for (reply, reason) in [("550 5.1.1 no such user", "auditor-refused"), ("451 4.2.2 not now", "temporary")] {
        let odd = OddServer::with(json!([{"at": "RCPT", "when": "kanri", "say": reply}]));
        let office = Office::new(&Smtp::odd(&odd), &[], "");
        let text =
            office.read("shomei.yaml").replace("[kanri@care.example]", "[kanri@care.example, joushi@care.example]");
        office.write("shomei.yaml", &text);
        let said = office.run(&["notify", "--format", "json"]);
        assert_eq!(said.code, 2, "{said:?}");
        let document = said.json();
        assert_eq!(document["troubles"][0]["reason"], reason, "{document}");
        assert!(said.stderr.contains("kanri@care.example"), "{said:?}");
        let to: Vec<String> = odd.end().contents().iter().map(|(to, _)| to.concat()).collect();
        assert_eq!(to, ["<joushi@care.example>"], "{reply}");
    }
}

#[test]
fn what_the_server_does_not_want_marks_no_address() {
    let say = |reply: &str, ids: &[&'static str]| {
        let odd = OddServer::with(json!([{"at": "RCPT", "when": "nobody", "say": reply}]));
        let holders: Vec<Holder> =
            ids.iter().map(|id| by_mail(id, &format!("nobody-{}", id.to_lowercase()), "2027-01-15")).collect();
        let office = Office::new(&Smtp::odd(&odd), &holders, "  report_on: monthly 11");
        let said = office.run(&["notify", "--format", "json"]);
        (said.code, said.json()["troubles"][0]["reason"].clone(), found(&office, "2026-11-23").len(), office)
    };
    for reply in ["550 5.7.1 relaying denied", "554 no", "554 5.6.0 looks like spam"] {
        let (code, reason, findings, office) = say(reply, &["A-1"]);
        assert_eq!((code, reason, findings), (2, json!("unwanted"), 0), "{reply}");
        assert_eq!(office.told_of("declared:"), 0, "{reply}");
    }
    // One after the other may be wrong; all of several are not.
    for (reply, ids, seen) in [
        ("550 no such user", &["A-1", "B-1"][..], (0, 2)),
        ("550 no such user", &["A-1", "B-1", "C-1"], (2, 0)),
        ("551 5.1.6 moved", &["A-1"], (0, 1)),
        ("553 bad", &["A-1"], (0, 1)),
    ] {
        let (code, _, findings, _) = say(reply, ids);
        assert_eq!((code, findings), seen, "{reply} {ids:?}");
    }
}
