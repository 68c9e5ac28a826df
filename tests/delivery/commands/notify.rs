//! Who hears what: contacts what is theirs, auditors everything, and nobody anything twice.

use std::collections::BTreeSet;

use serde_json::json;

use super::scene::{Holder, Letter, Office, Smtp, TODAY, by_mail, letter, letters};
use crate::common::mail_server::MailServer;
use crate::common::{python, schema};
use crate::odd_server::OddServer;

fn akatsuki() -> Holder {
    Holder {
        id: "A-01",
        name: "訪問介護あかつき",
        person: "甲野 一郎",
        tel: "03-1111-0001",
        mail: "akatsuki@care.example".into(),
        fax: "03-1111-9001",
        address: "千代田区千代田1-1",
        channel: "メール",
        ends: "2027-01-15",
        serial: "0A112233",
        ..Holder::default()
    }
}

fn bara() -> Holder {
    Holder {
        id: "B-01",
        name: "ケアプラン薔薇",
        person: "乙山 二子",
        tel: "075-222-0002",
        mail: "bara@care.example".into(),
        fax: "075-222-9002",
        address: "下京区八条2-2",
        ends: "2026-12-10",
        serial: "0B445566",
        password: "2025-12-01",
        ..Holder::default()
    }
}

/// Two with one address, and one person.
fn twins() -> [Holder; 2] {
    let twin = |id, name, ends| Holder {
        id,
        name,
        person: "丁野 四季",
        mail: "futago@care.example".into(),
        ends,
        ..Holder::default()
    };
    [twin("D-01", "デイサービス朝顔", "2026-12-20"), twin("D-02", "デイサービス夕顔", "2026-11-20")]
}

fn by_fax() -> Holder {
    Holder {
        id: "F-01",
        name: "訪問看護ふじ",
        fax: "06-333-9003",
        channel: "FAX",
        ends: "2026-12-20",
        ..Holder::default()
    }
}

fn unreachable() -> Holder {
    Holder { id: "N-01", name: "訪問看護なずな", ends: "2026-12-20", ..Holder::default() }
}

fn everybody() -> Vec<Holder> {
    let [asagao, yugao] = twins();
    vec![akatsuki(), bara(), asagao, yugao, by_fax(), unreachable()]
}

const SIGNATURE: &str = "  report_on: monthly 11\n  signature: |\n    国保支援センター 証明書係\n    電話 03-0000-0000";

#[test]
fn each_of_several_addresses_gets_what_is_due() {
    let holder = Holder { mail: "甲野 <a@care.example>、b@care.example".into(), ..akatsuki() };
    let office = Office::new(&Smtp::plain(1), &[holder], SIGNATURE);
    let preview = office.run(&["notify", "--dry-run", "--format", "json"]).json();
    let batches = preview["mail"].as_array().unwrap();
    let to: Vec<&str> = batches.iter().map(|batch| batch["to"].as_str().unwrap()).collect();
    assert_eq!(to, ["a@care.example", "b@care.example"]);
    let due: BTreeSet<String> = batches.iter().map(|batch| batch["due"].to_string()).collect();
    assert_eq!(due.len(), 1, "the same to both");
}

#[test]
fn contacts_are_told_what_is_theirs_and_nothing_else() {
    let server = MailServer::start();
    let office = Office::new(&Smtp::real(&server), &everybody(), SIGNATURE);
    let dry = office.ok(&["notify", "--dry-run"]);
    assert!(
        dry.starts_with(
            "送るとしたら(まだ送っていません): メール 3 通(上限 50)、ほかの方法 1 件、管理者だけに知らせるもの 1 件。\n"
        ),
        "{dry}"
    );
    let preview = office.run(&["notify", "--dry-run", "--format", "json"]).json();
    schema::fits_closely("notify-preview", &preview);
    assert_eq!((server.all().len(), office.told().len(), office.outbox().len()), (0, 0, 0));
    let count = |key: &str| preview[key].as_array().unwrap().len();
    assert_eq!(["mail", "letter", "fax", "phone", "auditors"].map(count), [3, 0, 1, 0, 1]);

    let said = office.run(&["notify", "--format", "json"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let document = said.json();
    schema::fits_closely("notify", &document);
    let to: BTreeSet<&str> = document["sent"].as_array().unwrap().iter().map(|to| to.as_str().unwrap()).collect();
    assert_eq!(to, BTreeSet::from(["akatsuki@care.example", "bara@care.example", "futago@care.example"]));
    assert_eq!(
        (&document["auditors_told"], &document["by_hand"], &document["failed"]),
        (&json!(true), &json!(1), &json!(0))
    );

    let all = everybody();
    let hidden = ["/tmp", "sqlite", "shomei.yaml", "localhost"];
    for (who, own) in [("akatsuki", &all[..1]), ("bara", &all[1..2]), ("futago", &all[2..4])] {
        let letter = letter(&server, who);
        let mail = &own[0].mail;
        assert_eq!(letter.told["to"], json!([[own[0].person, mail]]));
        for other in all.iter().filter(|holder| holder.mail != *mail) {
            other.values().into_iter().for_each(|value| letter.says_nothing_of(value));
            let day = other.ends.split('-').map(|n| n.parse::<u32>().unwrap()).collect::<Vec<_>>();
            let day = format!("{}年{}月{}日", day[0], day[1], day[2]);
            if own.iter().all(|holder| holder.ends != other.ends) {
                letter.says_nothing_of(other.ends);
                letter.says_nothing_of(&day);
            }
        }
        for holder in own {
            letter.says(holder.name);
            [holder.serial, holder.id].into_iter().filter(|v| !v.is_empty()).for_each(|v| letter.says_nothing_of(v));
        }
        let host = gethostname::gethostname().to_string_lossy().into_owned();
        // What servers write on its way is theirs to say.
        let written = format!("{}\n{}\n{}", letter.subject, letter.plain, letter.html);
        assert!(hidden.iter().all(|word| !written.contains(word)), "{written}");
        assert!(!written.contains(&host) || host.len() < 3, "{host}: {written}");
        letter.says("国保支援センター 証明書係");
        letter.says("電話 03-0000-0000");
        assert!(letter.plain.contains("\n-- \n"), "{}", letter.plain);
        assert!(letter.files.is_empty(), "{:?}", letter.files);
        assert_eq!(letter.told["body"]["type"], "multipart/alternative");
        assert_eq!(letter.told["from"], json!([["証明書係", "cert@care.example"]]));
        assert_eq!(letter.told["date"], "2026-11-23T09:00:00+09:00");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert_eq!(letter.header("Content-Language"), "ja");
        assert!(letter.told["ascii"] == true && letter.told["header_defects"] == json!([]), "{}", letter.told);
    }
    let akatsuki = letter(&server, "akatsuki");
    assert_eq!(akatsuki.subject, "証明書の更新のお願い: 1月7日(木) までに申請してください(訪問介護あかつき)");
    akatsuki.says("2027年1月15日(金)");
    let bara = letter(&server, "bara");
    bara.says("パスワード");
    assert!(bara.plain.contains("証明書の期限は 2026年12月10日(木) です"), "{}", bara.plain);
    let both = letter(&server, "futago");
    assert_eq!(both.subject, "【至急】証明書の期限が切れています(デイサービス夕顔 ほか1件)");

    the_auditors_read(&letter(&server, "kanri"));
    let told = office.told();
    for start in [
        "declared:default/A-01/",
        "declared:default/B-01/",
        "password:default/B-01/",
        "declared:default/D-01/",
        "declared:default/D-02/",
        "auditors:declared:default/N-01/",
        "report",
    ] {
        assert_eq!(told.iter().filter(|(topic, _)| topic.starts_with(start)).count(), 1, "{start}: {told:?}");
    }
    // That a fax is due was told; the fax itself was not sent.
    assert_eq!((office.told_of("declared:default/F-01/"), office.told_of("hand:")), (0, 1));
    assert_eq!((told.len(), office.outbox().len()), (8, 0));

    let again = office.run(&["notify"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.stdout.contains("事業所・代理人へ 0 通") && again.stdout.contains("管理者あて: なし"), "{again:?}");
    assert_eq!((server.all().len(), office.told()), (4, told));
}

fn the_auditors_read(letter: &Letter) {
    assert!(letter.subject.contains("請求できない"), "{}", letter.subject);
    for text in
        ["訪問看護ふじ", "--channel fax", "訪問看護なずな", "akatsuki@care.example", "メールで知らせた宛先 3 件"]
    {
        letter.says(text);
    }
    let names: Vec<&str> = letter.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["証明書報告書-2026-11-23.html", "証明書報告書-2026-11-23.xlsx"]);
    assert_eq!(letter.told["body"]["type"], "multipart/mixed");
    let html = String::from_utf8(letter.files[0].1.clone()).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.trim_end().ends_with("</html>"));
    assert!(html.contains("訪問介護あかつき"));
    let sheets = python::json(&["tests/delivery/commands/sheets.py"], &letter.files[1].1);
    let text = sheets.to_string();
    assert!(sheets.as_object().unwrap().len() >= 5 && text.contains("訪問介護あかつき"), "{text:.300}");
}

#[test]
fn auditors_get_the_report_on_its_day_and_else_only_what_is_new() {
    let server = MailServer::start();
    let office =
        Office::new(&Smtp::real(&server), &[by_mail("A", "a", "2027-01-15"), by_fax()], "  report_on: monthly 11");
    // The first run brings the report in any case.
    let days = [
        // day, messages to the contact, messages to the auditors, reports among them
        ("2026-11-20", 1, 1, 1),
        ("2026-11-21", 1, 1, 1),
        ("2026-11-22", 1, 1, 1),
        // A tier of the fax begins.
        ("2026-12-06", 1, 2, 1),
        ("2026-12-07", 1, 2, 1),
        ("2026-12-10", 1, 2, 1),
        // Asleep on the 11th.
        ("2026-12-12", 1, 3, 2),
        ("2026-12-13", 1, 4, 2),
        ("2026-12-16", 2, 5, 2),
        ("2026-12-16", 2, 5, 2),
    ];
    for (day, contacts, auditors, reports) in days {
        // The office was made on the 23rd.
        let said = office.on(day, &["notify", "--accept-clock"]);
        assert_eq!(said.code, 0, "{day}: {said:?}");
        assert_eq!(letters(&server, "a", contacts).len(), contacts, "{day}");
        let came = letters(&server, "kanri", auditors);
        let with_report = came.iter().filter(|letter| letter.subject.contains("請求できない")).count();
        assert_eq!(with_report, reports, "{day}");
        assert!(came.iter().all(|letter| letter.subject.contains("請求できない") != letter.files.is_empty()), "{day}");
    }
    let asked = office.on("2026-12-16", &["notify", "--report"]);
    assert_eq!(asked.code, 0);
    assert_eq!(letters(&server, "kanri", 6).iter().filter(|letter| !letter.files.is_empty()).count(), 3);
}

#[test]
fn what_contacts_may_know_is_told_where_it_is_asked_for() {
    let server = MailServer::start();
    let more = "  details: [holder, serial, sha256, place]\n  reply_to: 相談窓口 <soudan@care.example>\n  attach: [csv, json, md]";
    let office = Office::new(&Smtp::real(&server), &[akatsuki()], more);
    office.ok(&["notify"]);
    let told = letter(&server, "akatsuki");
    told.says("訪問介護あかつき (A-01)");
    assert!(told.plain.to_lowercase().replace(' ', "").contains("0a112233"), "{}", told.plain);
    assert_eq!(told.told["reply_to"], json!([["相談窓口", "soudan@care.example"]]));
    let names: Vec<String> = letter(&server, "kanri").files.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["csv", "json", "md"].map(|ending| format!("証明書報告書-{TODAY}.{ending}")));
}

#[test]
fn contacts_hear_nothing_where_the_configuration_says_so() {
    let server = MailServer::start();
    let office = Office::new(&Smtp::real(&server), &[akatsuki()], "  contacts: false\n  report_on: monthly 11");
    office.ok(&["notify"]);
    letter(&server, "kanri").says("管理者だけに知らせるもの 1 件");
    assert_eq!(server.all().len(), 1);
    office.ok(&["notify"]);
    assert_eq!(server.all().len(), 1);
}

#[test]
fn the_story_of_a_holder_tells_what_it_was_told_and_by_which_channel() {
    let odd = OddServer::with(json!([]));
    let office = Office::new(&Smtp::odd(&odd), &[bara(), by_fax()], "");
    office.ok(&["notify"]);
    office.ok(&["notify", "--channel", "fax", "-o", "fax.html"]);
    office.ok(&["notify", "--channel", "fax", "--mark-sent"]);
    let told = |id: &str| {
        let document = office.run(&["show", id, "--format", "json"]).json();
        schema::fits("show", &document);
        let events = document["story"].as_array().unwrap().iter().filter(|event| event["event"] == "told");
        events.map(|event| json!([event["about"], event["step"], event["channel"]])).collect::<Vec<_>>()
    };
    let by_mail = [json!(["password", "tier-0", "mail"]), json!(["certificate", "tier-30", "mail"])];
    assert_eq!(told("B-01").into_iter().collect::<Vec<_>>(), by_mail);
    assert_eq!(told("F-01"), [json!(["certificate", "tier-30", "fax"])]);
    let shown = office.ok(&["show", "B-01"]);
    assert!(shown.contains("知らせたと記録(システムのパスワード、期限切れの案内、メール、宛先 "), "{shown}");
}

#[test]
fn without_a_schedule_the_report_comes_once_a_day_however_often_it_runs() {
    let odd = OddServer::with(json!([]));
    let office = Office::new(&Smtp::odd(&odd), &[], "");
    for clock in ["2026-11-23T07:30:00", "2026-11-23T08:30:00", "2026-11-24T07:30:00"] {
        assert_eq!(office.at(clock, &["notify"]).code, 0, "{clock}");
    }
    assert_eq!(office.at("2026-11-24T08:30:00", &["notify", "--report"]).code, 0);
    let contents = odd.end().contents();
    let days: Vec<String> = contents
        .iter()
        .map(|(_, text)| Letter::new(text.as_bytes()))
        .map(|letter| format!("{} {}", letter.header("Date"), letter.files.len()))
        .collect();
    let parts =
        ["Mon, 23 Nov 2026 07:30:00 +0900 2", "Tue, 24 Nov 2026 07:30:00 +0900 2", "Tue, 24 Nov 2026 08:30:00 +0900 2"];
    assert_eq!(days, parts);
}

#[test]
fn the_report_waits_for_the_next_business_day_where_it_is_told_to() {
    let odd = OddServer::with(json!([]));
    let office = Office::new(&Smtp::odd(&odd), &[], "  report_on: monthly 11 next");
    // 2026-12-11 is a Friday; 2027-01-11 a national holiday, and a Monday; 2027-04-11 a Sunday.
    for (day, reports) in
        [("2026-12-11", 1), ("2027-01-11", 0), ("2027-01-12", 1), ("2027-01-13", 0), ("2027-02-11", 0)]
    {
        let before = office.told_of("trouble");
        let said = office.on(day, &["notify", "--format", "json"]);
        assert_eq!((said.code, office.told_of("trouble")), (0, before), "{day}");
        assert_eq!(said.json()["auditors_told"], if reports == 1 { json!(true) } else { json!(null) }, "{day}");
    }
    assert_eq!(odd.end().contents().len(), 2);
}
