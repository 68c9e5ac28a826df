//! What goes by letter, fax and telephone: made, handed over, and recorded when somebody says so.

use serde_json::{Value, json};

use super::scene::{Holder, Office, Smtp, by_mail};
use crate::common::python;

fn holders() -> Vec<Holder> {
    let one = |id, name, channel, ends| Holder {
        id,
        name,
        person: "甲野",
        tel: "03-1111-0001",
        fax: "03-1111-9001",
        address: "千代田区1-1",
        channel,
        ends,
        ..Holder::default()
    };
    vec![
        one("L-1", "訪問介護れんげ", "郵送", "2026-12-10"),
        one("L-2", "訪問介護らん", "郵送", "2026-11-20"),
        Holder { password: "2025-12-01", ..one("L-3", "訪問介護りんどう", "郵送", "2028-01-01") },
        one("F-1", "訪問看護ふじ", "FAX", "2026-12-20"),
        Holder { password: "2025-12-01", ..one("T-1", "通所介護つばき", "電話", "2026-12-20") },
        one("T-2", "通所介護つつじ", "電話", "2026-11-20"),
        by_mail("M-1", "m", "2026-12-20"),
    ]
}

fn office() -> Office {
    Office::new(&Smtp::plain(9), &holders(), "")
}

fn rows(office: &Office, name: &str) -> Vec<Vec<Value>> {
    let sheets = python::json(&["tests/delivery/commands/sheets.py"], &std::fs::read(office.path(name)).unwrap());
    let first = sheets.as_object().unwrap().values().next().unwrap().clone();
    serde_json::from_value(first).unwrap()
}

fn made(office: &Office, channel: &str, file: &str) -> String {
    let said = office.run(&["notify", "--channel", channel, "-o", file]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""), "{said:?}");
    said.stderr
}

/// What is recorded of whom, by the start of the topic.
fn recorded(office: &Office, id: &str) -> usize {
    office.told_of(&format!("declared:default/{id}/")) + office.told_of(&format!("password:default/{id}/"))
}

#[test]
fn letters_tell_what_is_recorded_of_them() {
    let office = office();
    let said = made(&office, "letter", "手紙.html");
    assert!(said.contains("事業所・代理人 3 件に 3 件のこと") && said.contains("--mark-sent"), "{said}");
    let html = office.read("手紙.html");
    for (holder, is_in) in holders().iter().zip([true, true, true, false, false, false, false]) {
        assert_eq!(html.contains(holder.name), is_in, "{}", holder.name);
    }
    assert!(html.contains("2026年12月10日") && html.contains("2026年11月20日") && html.contains("パスワード"));
    assert_eq!(office.told().len(), 0);
    assert_eq!(office.ok(&["notify", "--channel", "letter", "--mark-sent"]), "手紙で知らせたと記録しました(3 件)。\n");
    assert_eq!(["L-1", "L-2", "L-3"].map(|id| recorded(&office, id)), [1, 1, 1]);
    assert_eq!((office.told().len(), office.outbox().len()), (3, 0));
    let log = office.ok(&["show", "L-1"]);
    assert!(log.contains("訪問介護れんげ"), "{log}");

    // Now there is nothing more, and nothing more to record.
    let said = made(&office, "letter", "手紙2.html");
    assert_eq!(said.lines().last(), Some("shomei: 手紙で知らせることはありません。"));
    assert!(!office.path("手紙2.html").exists());
    let said = office.run(&["notify", "--channel", "letter", "--mark-sent"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("-o ファイル"), "{said:?}");
    // A week after the last notification of what has expired, a certificate or a password, again.
    let said = office.on("2026-11-30", &["notify", "--channel", "letter", "-o", "手紙3.html"]);
    assert!(said.stderr.contains("事業所・代理人 3 件に 3 件のこと"), "{said:?}");
    let again = office.read("手紙3.html");
    assert!(again.contains("訪問介護りんどう") && again.contains("パスワード"));
}

#[test]
fn what_is_for_a_mail_merge_holds_the_same_holders() {
    let office = office();
    made(&office, "letter", "差込.xlsx");
    let rows = rows(&office, "差込.xlsx");
    let text = json!(rows).to_string();
    for (holder, is_in) in holders().iter().zip([true, true, true, false, false, false, false]) {
        assert_eq!(text.contains(holder.name), is_in, "{}: {text}", holder.name);
    }
    assert_eq!(rows.len(), 1 + 3, "{text}");
    let said = office.run(&["notify", "--channel", "letter", "-o", "手紙.csv"]);
    assert_eq!(said.code, 2, "{said:?}");
}

#[test]
fn faxes_have_a_cover_and_calls_a_list() {
    let office = office();
    made(&office, "fax", "fax.html");
    let html = office.read("fax.html");
    assert!(html.contains("訪問看護ふじ") && html.contains("03-1111-9001") && !html.contains("訪問介護"));
    assert!(html.contains("送付状"));

    made(&office, "phone", "電話.xlsx");
    let rows = rows(&office, "電話.xlsx");
    let at = |head: &str| rows[0].iter().position(|cell| cell == head).unwrap_or_else(|| panic!("{head}: {rows:?}"));
    let (id, tel, what) = (at("台帳ID"), at("電話番号"), at("伝えること"));
    let ids: Vec<&str> = rows[1..].iter().map(|row| row[id].as_str().unwrap()).collect();
    assert_eq!(ids, ["T-1", "T-1", "T-2"]);
    assert!(rows[1..].iter().all(|row| row[tel] == "03-1111-0001" && row[at("済")].is_null()));
    assert!(rows[1..].iter().any(|row| row[what].as_str().unwrap().contains("パスワード")));
    let before = std::fs::read(office.path("電話.xlsx")).unwrap();
    let again = office.run(&["notify", "--channel", "phone", "-o", "電話.xlsx"]);
    assert_eq!(again.code, 2, "{again:?}");
    assert!(again.stderr.contains("電話.xlsx"), "{again:?}");
    assert!(std::fs::read(office.path("電話.xlsx")).unwrap() == before);
    made(&office, "phone", "電話.csv");
    assert!(office.read("電話.csv").contains("通所介護つばき"));

    // One holder, then whoever is left; another channel is not touched.
    let said = office.run(&["notify", "--channel", "phone", "--mark-sent", "T-1", "T-9"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stderr.contains("T-9") && !said.stderr.contains("T-1"), "{said:?}");
    assert_eq!(office.told().len(), 0);
    assert_eq!(
        office.ok(&["notify", "--channel", "phone", "--mark-sent", "T-1"]),
        "電話で知らせたと記録しました(2 件)。\n"
    );
    assert_eq!(["T-1", "T-2", "F-1"].map(|id| recorded(&office, id)), [2, 0, 0]);
    assert_eq!(
        office.ok(&["notify", "--channel", "phone", "--mark-sent", "default/T-2"]),
        "電話で知らせたと記録しました(1 件)。\n"
    );
    assert_eq!(["T-1", "T-2", "F-1"].map(|id| recorded(&office, id)), [2, 1, 0]);
    assert_eq!(office.ok(&["notify", "--channel", "fax", "--mark-sent"]), "FAXで知らせたと記録しました(1 件)。\n");
    assert_eq!((office.told().len(), office.outbox().len()), (4, 0));
}

#[test]
fn what_came_after_the_making_is_not_recorded() {
    let office = office();
    made(&office, "phone", "電話.xlsx");
    let mut more = holders();
    more.push(Holder {
        id: "T-3",
        name: "通所介護とくさ",
        tel: "03-3",
        channel: "電話",
        ends: "2026-12-01",
        ..Holder::default()
    });
    office.register(&more);
    assert_eq!(office.ok(&["notify", "--channel", "phone", "--mark-sent"]), "電話で知らせたと記録しました(3 件)。\n");
    assert_eq!(["T-1", "T-2", "T-3"].map(|id| recorded(&office, id)), [2, 1, 0]);
    made(&office, "phone", "電話2.xlsx");
    assert_eq!(rows(&office, "電話2.xlsx").len(), 2);
}

#[test]
fn a_channel_wants_a_file_or_a_mark() {
    let office = office();
    let said = office.run(&["notify", "--channel", "phone"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("-o") && said.stderr.contains("--mark-sent"), "{said:?}");
    for wrong in [&["notify", "--channel", "mail", "-o", "x"][..], &["notify", "--mark-sent"], &["notify", "-o", "x"]] {
        assert_eq!(office.run(wrong).code, 2, "{wrong:?}");
    }
}
