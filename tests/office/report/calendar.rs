//! The calendar, read by the library icalendar.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::office::{Office, python, rows, text};

fn read(ics: &str) -> Value {
    python("read_ics.py", &[], ics.as_bytes())
}

fn events(calendar: &Value) -> &Vec<Value> {
    calendar["events"].as_array().unwrap()
}

fn uids(calendar: &Value) -> Vec<String> {
    events(calendar).iter().map(|event| text(event, "uid").to_string()).collect()
}

#[test]
fn each_day_of_the_plan_is_an_event_and_nothing_else() {
    let office = Office::of_samples();
    let document = office.json(&["--lang", "ja"]);
    let calendar = read(&office.report("ics", &["--lang", "ja"]));
    let today = text(&document, "today");
    let mut expected: Vec<(String, String)> = Vec::new();
    for row in rows(&document, "plan") {
        let (recommended, last) = (text(row, "recommended_day"), text(row, "last_safe_day"));
        let applied = text(row, "outcome") == "awaited";
        let days = [
            ("【申請日】", if recommended == last || applied { "" } else { recommended }),
            ("【最終申請日】", if applied { "" } else { last }),
            ("【有効期限】", text(row, "ends_on")),
        ];
        // 2026-10-23 is 31 days before the moment judged.
        let told = days.iter().filter(|(_, day)| !day.is_empty() && *day >= "2026-10-23");
        expected.extend(told.map(|(title, day)| (format!("{title}{}", text(row, "name")), day.to_string())));
    }
    assert_eq!(today, "2026-11-23");
    assert!(expected.len() > 60, "{}", expected.len());
    let found = events(&calendar).iter().map(|event| {
        let summary = text(event, "summary");
        let whose = summary.rsplit_once(" (").map_or(summary, |(before, _)| before);
        (whose.to_string(), text(event, "day").to_string())
    });
    let mut found: Vec<(String, String)> = found.collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
    let head = &calendar["head"];
    assert_eq!((text(head, "METHOD"), text(head, "VERSION")), ("PUBLISH", "2.0"));
    assert_eq!(text(head, "X-WR-CALNAME"), "電子証明書の期限");
    assert!(text(head, "PRODID").starts_with("-//shomei//"));
}

#[test]
fn events_are_whole_days_with_an_alarm_and_steps() {
    let calendar = read(&Office::of_samples().report("ics", &["--lang", "ja"]));
    for event in events(&calendar) {
        let day = shomei::calendar::parse_day(text(event, "day")).unwrap();
        assert_eq!(text(event, "until"), day.next_day().unwrap().to_string());
        assert_eq!(text(event, "transparency"), "TRANSPARENT");
        assert_eq!(text(event, "stamp"), "2026-11-23T00:00:00+00:00");
        // 2518 days of 1440 minutes.
        assert_eq!(event["sequence"], 2518 * 1440);
        let is_past = text(event, "day") < "2026-11-23";
        assert_eq!(event["alarms"].as_array().unwrap().len(), usize::from(!is_past), "{event}");
        assert!(text(event, "description").contains("手順: 1. 更新を申請する。"), "{event}");
        assert!(text(event, "description").contains("\n有効期限: 20"), "{event}");
    }
    let alarms: BTreeSet<String> = events(&calendar).iter().map(|event| event["alarms"].to_string()).collect();
    assert!(alarms.contains(r#"[["DISPLAY",-572400.0]]"#), "nine o'clock, seven days before: {alarms:?}");
}

#[test]
fn uids_are_unique_and_stay_while_sequence_rises() {
    let office = Office::of_samples();
    let at = |moment: &str, lang: &str| read(&office.report("ics", &["--at", moment, "--lang", lang]));
    let first = at("2026-11-23T09:00:00+09:00", "ja");
    let again = at("2026-11-23T09:00:00+09:00", "en");
    let later = at("2026-11-23T09:07:30+09:00", "ja");
    // What lapsed in between stands elsewhere in the plan.
    let uids = |calendar: &Value| -> Vec<String> {
        let mut all = uids(calendar);
        all.sort();
        all
    };
    let all = uids(&first);
    assert_eq!(all.len(), all.iter().collect::<BTreeSet<_>>().len());
    assert!(all.iter().all(|uid| uid.ends_with("@shomei")));
    assert!(all.iter().any(|uid| uid.starts_with("declared-")), "declared ones are there too");
    assert_eq!(uids(&again), all);
    // What has expired in between has no day of application any more; nothing else changes.
    let gone: Vec<String> = all.iter().filter(|uid| !uids(&later).contains(uid)).cloned().collect();
    assert!(gone.iter().all(|uid| uid.ends_with("-apply@shomei")), "{gone:?}");
    assert!(uids(&later).iter().all(|uid| all.contains(uid)));
    let sequences = |calendar: &Value| -> BTreeMap<String, i64> {
        let of = |event: &Value| (text(event, "uid").to_string(), event["sequence"].as_i64().unwrap());
        events(calendar).iter().map(of).collect()
    };
    let (before, after) = (sequences(&first), sequences(&later));
    assert!(before.iter().all(|(uid, sequence)| gone.contains(uid) || after[uid] == sequence + 7));
    assert!(text(&events(&again)[0], "summary").is_ascii() || text(&events(&again)[0], "summary").contains(": "));
}

#[test]
fn a_calendar_of_nothing_is_one_still() {
    let office = Office::of_samples();
    let calendar = read(&office.report("ics", &["--files", "samples/fleet/本部/認証局"]));
    assert_eq!(calendar["components"], serde_json::json!(["VTIMEZONE"]));
}
