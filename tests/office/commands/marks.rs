//! `shomei mark`: what people did, what it means, and how it is taken back.

use serde_json::{Value, json};
use shomei::inventory::Store;
use shomei::inventory::sqlite::Sqlite;

use super::scene::{Office, register, samples};

/// The short name of the last entry.
fn last(office: &Office) -> String {
    office.log().pop().unwrap()["short"].as_str().unwrap().to_string()
}

fn marks(office: &Office) -> Vec<Value> {
    office.log().into_iter().filter(|entry| entry["kind"] == "mark").collect()
}

/// Rules found of a holder on a day.
fn rules(office: &Office, holder: &str, day: &str) -> Vec<String> {
    let check = office.check(&["--at", day]);
    let findings = check["findings"].as_array().unwrap().iter();
    let of_holder = findings.filter(|finding| finding["holder"]["id"] == holder);
    of_holder.map(|finding| finding["rule"].as_str().unwrap().to_string()).collect()
}

#[test]
fn a_mark_bears_who_when_and_what_was_before() {
    let office = Office::with_register();
    let said = office.ok(&["mark", "applied", "A1"]);
    assert!(said.contains("applied  A1 ") && said.contains("2026-11-23"), "{said}");
    let words = ["mark", "申請済", "A1", "--on", "令和8年11月20日", "--reason", "更新", "--by", "佐藤"];
    office.ok(&words);
    let [first, second] = &marks(&office)[..] else { panic!("two marks") };
    assert_eq!((&first["on"], &first["by"], &first["before"]), (&json!("2026-11-23"), &json!("sato"), &Value::Null));
    assert_eq!((&second["on"], &second["by"]), (&json!("2026-11-20"), &json!("佐藤")));
    assert_eq!((&second["before"], &second["reason"]), (&json!("applied 2026-11-23"), &json!("更新")));
    assert!(office.ok(&words).contains("recorded already"));
    assert_eq!(marks(&office).len(), 2);
}

#[test]
fn every_state_is_known_by_code_and_by_japanese_word() {
    let office = Office::with_register();
    let certificate = office.sha256(&samples()[0]);
    for (code, word, id) in [
        ("applied", "申請済", "A1"),
        ("issued", "発行済", "A1"),
        ("installed", "導入済", &certificate),
        ("contacted", "連絡済", "A1"),
        ("not-renewing", "更新しない", "A1"),
        ("revocation-requested", "失効申請済", "A1"),
        ("password-changed", "パスワード変更", "A1"),
        ("note", "メモ", "A1"),
    ] {
        office.ok(&["mark", code, id, "--reason", "1"]);
        office.ok(&["mark", word, id, "--reason", "2"]);
        let states: Vec<Value> = marks(&office).iter().rev().take(2).map(|mark| mark["state"].clone()).collect();
        assert_eq!(states, [code, code]);
    }
    let complaint = office.refused(&["mark", "aplied", "A1"]);
    assert!(complaint.contains("did you mean \"applied\"?"), "{complaint}");
    let complaint = office.refused(&["mark", "申請ずみ", "A1", "--lang", "ja"]);
    assert!(complaint.contains("「申請済」の誤りではありませんか"), "{complaint}");
}

#[test]
fn of_several_ids_all_are_marked_or_none() {
    let office = Office::with_register();
    office.ok(&["register", "import", "register.csv", "--name", "大阪"]);
    let complaint = office.refused(&["mark", "applied", "default/A1", "A2", "Z9"]);
    assert!(complaint.contains("holder:default/A2") && complaint.contains("holder:大阪/A2"), "{complaint}");
    assert!(complaint.contains("Z9 is neither a certificate nor a holder"), "{complaint}");
    assert!(marks(&office).is_empty());
    office.ok(&["mark", "applied", "default/A1", "大阪/A2"]);
    assert_eq!(marks(&office).len(), 2);
    let complaint = office.refused(&["mark", "applied"]);
    assert!(complaint.contains("STATE ID"), "{complaint}");
}

#[test]
fn what_is_acknowledged_is_silent_until_its_day_and_makes_nobody_able_to_bill() {
    let office = Office::with_register();
    assert_eq!(rules(&office, "B1", "2026-11-23"), ["holder-uncovered"]);
    office.ok(&["mark", "acknowledged", "B1", "--rule", "holder-uncovered", "--until", "2026-12-31"]);
    assert!(rules(&office, "B1", "2026-12-31").is_empty());
    assert_eq!(rules(&office, "B1", "2027-01-01"), ["holder-uncovered"]);
    let said = office.run(&["register", "check"]);
    assert_eq!(said.code, 0);
    assert!(said.stdout.contains("8 can submit claims, 0 cannot be determined, 1 cannot"), "{}", said.stdout);
    office.ok(&["mark", "--undo", &last(&office)]);
    assert_eq!(rules(&office, "B1", "2026-11-23"), ["holder-uncovered"]);
}

#[test]
fn an_acknowledgement_needs_a_rule_that_can_be_and_an_end() {
    let office = Office::with_register();
    let mark = |rest: &[&str]| office.refused(&[&["mark", "acknowledged", "B1"], rest].concat());
    for (rest, told) in [
        (&[][..], "--rule"),
        (&["--rule", "holder-uncoverd", "--until", "2026-12-31"], "Did you mean holder-uncovered?"),
        (&["--rule", "holder-uncovered"], "--until"),
        (&["--rule", "container-weak", "--until", "2026-12-31"], "suppressions"),
        (&["--rule", "holder-uncovered", "--until", "2026-11-22"], "comes before"),
        (&["--rule", "holder-uncovered", "--until", "someday"], "\"someday\" cannot be read as a day"),
    ] {
        let complaint = mark(rest);
        assert!(complaint.contains(told), "{rest:?}: {complaint}");
    }
    let complaint = office.refused(&["mark", "applied", "B1", "--rule", "expired"]);
    assert!(complaint.contains("acknowledged only"), "{complaint}");
    assert!(marks(&office).is_empty());
}

#[test]
fn what_is_of_holders_is_marked_on_the_certificates_holder() {
    let office = Office::with_register();
    let certificate = office.sha256(&samples()[0]);
    office.ok(&["mark", "password-changed", &certificate, "--on", "2026-06-01"]);
    let mark = marks(&office).pop().unwrap();
    assert_eq!((&mark["holder"], &mark["sha256"]), (&json!("A1"), &Value::Null));
    assert_eq!(rules(&office, "A1", "2026-11-23"), ["password-expiring"]);
    office.ok(&["mark", "パスワード変更", "A1"]);
    assert!(rules(&office, "A1", "2026-11-23").is_empty());
    office.ok(&["bind", &certificate, "--nobody"]);
    let complaint = office.refused(&["mark", "contacted", &certificate]);
    assert!(complaint.contains("shomei bind"), "{complaint}");
}

#[test]
fn what_is_of_certificates_is_not_marked_on_a_holder() {
    let office = Office::with_register();
    let certificate = office.sha256(&samples()[0]);
    let complaint = office.refused(&["mark", "installed", "A1"]);
    assert!(complaint.contains(&format!("sha256:{}", &certificate[..8])), "{complaint}");
}

#[test]
fn a_pc_that_the_register_does_not_know_is_told() {
    let office = Office::with_fleet();
    let sample = &samples()[0];
    office.write(
        "list.csv",
        format!("台帳ID,名称,事業所番号,端末\r\nA1,{},{},PC-1;PC-2\r\n", sample.name, sample.number).as_bytes(),
    );
    office.ok(&["register", "import", "list.csv"]);
    let certificate = office.sha256(sample);
    office.ok(&["mark", "installed", &certificate, "--pc", "ＰＣ-1"]);
    let said = office.run(&["mark", "installed", &certificate, "--pc", "PC-3"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.contains("PC-3") && said.stderr.contains("PC-1, PC-2"), "{}", said.stderr);
}

#[test]
fn a_mark_is_taken_back_once() {
    let office = Office::with_register();
    office.ok(&["mark", "applied", "A1"]);
    let mark = last(&office);
    let said = office.ok(&["mark", "--undo", &mark, "--by", "suzuki"]);
    assert!(said.contains(&mark) && said.contains("applied"), "{said}");
    let complaint = office.refused(&["mark", "--undo", &mark]);
    assert!(complaint.contains("taken back already"), "{complaint}");
    let undo = last(&office);
    let complaint = office.refused(&["mark", "--undo", &undo]);
    assert!(complaint.contains("Record the mark again"), "{complaint}");
    office.ok(&["mark", "applied", "A1"]);
    assert_eq!(marks(&office).pop().unwrap()["before"], Value::Null, "what was taken back was not before");
}

#[test]
fn what_is_no_mark_is_not_taken_back() {
    let office = Office::with_register();
    let of_register = last(&office);
    let complaint = office.refused(&["mark", "--undo", &of_register]);
    assert!(complaint.contains("change of the register"), "{complaint}");
    office.ok(&["bind", &office.sha256(&samples()[0]), "--nobody"]);
    let complaint = office.refused(&["mark", "--undo", &last(&office)]);
    assert!(complaint.contains("bind --undo"), "{complaint}");
    for entry in ["0", "xyz", "ffffffffffffffff"] {
        let complaint = office.refused(&["mark", "--undo", entry]);
        assert!(complaint.contains("no entry begins with"), "{complaint}");
    }
}

#[test]
fn a_table_of_marks_is_taken_row_by_row() {
    let office = Office::with_register();
    office.ok(&["mark", "--template", "marks.xlsx", "--lang", "ja"]);
    let headers = office.python(
        "import datetime, openpyxl\n\
         book = openpyxl.load_workbook('marks.xlsx')\n\
         sheet = book.active\n\
         print([cell.value for cell in sheet[1]])\n\
         sheet.append(['A1', '申請済', datetime.date(2026, 11, 1), None, None, None, '一括', '山田'])\n\
         sheet.append(['Z9', '申請済'])\n\
         sheet.append(['B1', '確認済', None, '令和8年12月31日', 'holder-uncovered'])\n\
         sheet.append(['A2', '確認済', None, None, 'holder-uncovered'])\n\
         sheet.append(['A3', 'しんせい'])\n\
         sheet.append([12, 'メモ'])\n\
         sheet.append([])\n\
         sheet.append(['A4', 'applied', '2026/11/02'])\n\
         book.save('filled.xlsx')",
    );
    assert_eq!(headers.trim(), "['ID', '状態', '日付', '期限', '規則', 'PC', '理由', '担当']");
    let said = office.run(&["mark", "--from", "filled.xlsx"]);
    assert_eq!((said.code, said.stderr.as_str()), (1, ""));
    for told in [
        "Rows taken: 3; rows with mistakes: 4.",
        "row 3: Z9 is neither",
        "row 5: acknowledged needs a last day",
        "row 6: there is no state \"しんせい\"",
        "row 7: \"12\" is no text",
    ] {
        assert!(said.stdout.contains(told), "{told}: {}", said.stdout);
    }
    let days: Vec<(Value, Value)> = marks(&office).iter().map(|m| (m["on"].clone(), m["by"].clone())).collect();
    let expected = [("2026-11-01", "山田"), ("2026-11-23", "sato"), ("2026-11-02", "sato")];
    assert_eq!(days, expected.map(|(on, by)| (json!(on), json!(by))));
    office.run(&["mark", "--from", "filled.xlsx"]);
    assert_eq!(marks(&office).len(), 3, "what is recorded is not recorded again");
    let complaint = office.refused(&["mark", "--from", "register.csv"]);
    assert!(complaint.contains("ID, state must be among them"), "{complaint}");
}

#[test]
fn a_mark_puts_the_judgement_that_is_kept_out_of_date() {
    let office = Office::with_register();
    let judged = || Sqlite::open(&office.path("inventory.sqlite")).unwrap().judged().unwrap().unwrap().until;
    office.run(&["register", "check"]);
    assert!(judged() > 0);
    // Judged on the way for another moment, which is not kept: the mark must reach what is.
    office.ok(&["mark", "password-changed", &office.sha256(&samples()[0]), "--at", "2026-11-01"]);
    assert_eq!(judged(), 0);
    office.run(&["register", "check"]);
    office.ok(&["bind", &office.sha256(&samples()[0]), "--nobody"]);
    assert_eq!(judged(), 0);
}

#[test]
fn a_register_without_the_certificates_holder_still_takes_marks() {
    let office = Office::new();
    office.write("list.csv", register(&["H1,さくら苑,9990000001,介護,介護,,,,".to_string()]).as_bytes());
    office.ok(&["register", "import", "list.csv"]);
    office.ok(&["mark", "contacted", "H1", "--reason", "電話"]);
    assert_eq!(marks(&office).len(), 1);
}
