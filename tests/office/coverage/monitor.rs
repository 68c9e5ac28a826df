//! `shomei check` as a monitoring system calls it: one line, performance data, codes of its own, and
//! the numbers that the other commands tell.

use serde_json::Value;

use super::scene::{Office, numbers};
use crate::common::command::CommandResult;
use crate::common::schema;

/// B1 can, C1 cannot, E1 cannot be determined; nothing is expired or unreadable.
fn office() -> Office {
    let office = Office::with(&[
        ("b1.p12", "9990000001", "2025-01-06", "2028-01-05T23:59:59"),
        ("e1.cer", "9990000005", "2025-01-06", "2028-01-05T23:59:59"),
    ]);
    office.register(&[
        "B1,ひまわり,事業所,9990000001,東京都,介護,共通",
        "C1,なずな,事業所,9990000003,大阪府,介護,共通",
        "E1,けやき,事業所,9990000005,東京都,障害,共通",
    ]);
    office
}

fn check(office: &Office, arguments: &[&str]) -> CommandResult {
    office.run(&[&["check"], arguments].concat())
}

fn document(office: &Office, arguments: &[&str]) -> Value {
    let said = check(office, &[arguments, &["--format", "json"]].concat());
    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(document["code"], said.code);
    document
}

/// State word, text and performance data of a line.
fn parts(said: &CommandResult) -> (String, String, String) {
    assert_eq!(said.stderr, "");
    let line = said.stdout.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    let (head, data) = line.split_once(" | ").unwrap_or((line, ""));
    let (state, text) = head.strip_prefix("SHOMEI ").unwrap().split_once(" - ").unwrap();
    (state.into(), text.into(), data.into())
}

#[test]
fn the_line_has_state_text_and_performance_data() {
    let office = office();
    let said = check(&office, &[]);
    assert_eq!(said.code, 2);
    let (state, text, data) = parts(&said);
    assert_eq!(state, "CRITICAL");
    assert!(
        text.starts_with("cannot submit claims 1 (!!) [C1], for a part of the period 0, cannot be determined 1, too late 0, expired 0, "),
        "{text}"
    );
    assert!(
        data.starts_with(
            "cannot=1;;0;0 can-until=0;0;;0 unknown=1;;;0 too-late=0;0;;0 expired=0;0;;0 unreadable=0;0;;0 age="
        ),
        "{data}"
    );
    assert!(data.ends_with("s;691200;3024000;0"), "{data}");
    let japanese = check(&office, &["--lang", "ja"]).stdout;
    assert!(
        japanese.starts_with(
            "SHOMEI CRITICAL - 請求できない 1 (!!) [C1]、途中までしか請求できない 0、判定できない 1、間に合わない 0、"
        ),
        "{japanese}"
    );
}

#[test]
fn its_numbers_are_those_of_the_other_commands() {
    let office = office();
    // One that expired, one without margin, a file that nothing opens.
    office.issue(&[
        ("old.p12", "9990000001", "2022-01-06", "2026-11-20T23:59:59"),
        ("late.p12", "9990000003", "2023-12-01", "2026-11-30T23:59:59"),
        ("gone.p12", "9990000007", "2022-01-06", "2026-11-01T23:59:59"),
    ]);
    office.write("share/broken.p12", &office.bytes("share/b1.p12")[..200]);
    office.import(&[]);
    let answer = document(&office, &["--at", "2026-11-23T12:00:00+09:00"]);
    let value = |metric: &str| answer["metrics"][metric]["value"].as_u64().unwrap();
    let [_, unknown, cannot] = numbers(&office.json(&["--at", "2026-11-23T12:00:00+09:00"]));
    assert_eq!((value("cannot"), value("unknown")), (cannot, unknown));
    let report: Value =
        serde_json::from_str(&office.ok(&["report", "--at", "2026-11-23T12:00:00+09:00", "--format", "json"])).unwrap();
    assert_eq!(value("expired"), report["counts"]["lapsed"].as_u64().unwrap());
    assert!(value("expired") > 0);
    let plan = office.run(&["plan", "--at", "2026-11-23T12:00:00+09:00", "--format", "json"]).stdout;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let too_late = plan["entries"].as_array().unwrap().iter();
    let too_late = too_late
        .filter(|one| one["outcome"] == "cannot" && one["reason"] != "lapsed" && one["reason"] != "end-unknown")
        .count() as u64;
    assert_eq!(value("too-late"), too_late);
    assert_eq!(value("unreadable"), 1);
    schema::fits_closely("check", &answer);
}

#[test]
fn a_scope_limits_every_number() {
    let office = office();
    let all_well = check(&office, &["--scope", "prefecture=東京都"]);
    let (state, text, data) = parts(&all_well);
    assert_eq!((all_well.code, state.as_str()), (0, "OK"));
    assert!(
        text.ends_with("(scope: prefecture 東京都)") && data.starts_with("cannot=0;;0;0 can-until=0;0;;0 unknown=1"),
        "{text} {data}"
    );
    assert_eq!(check(&office, &["--scope", "prefecture=大阪府"]).code, 2);
}

#[test]
fn thresholds_decide_the_code() {
    let office = office();
    let code = |arguments: &[&str]| check(&office, arguments).code;
    assert_eq!(code(&["-c", "cannot=1"]), 0);
    assert_eq!(code(&["-c", "cannot=never"]), 0);
    assert_eq!(code(&["-c", "cannot=never", "-w", "cannot=0"]), 1);
    assert_eq!(code(&["-c", "cannot=1", "-w", "unknown=0"]), 1);
    assert_eq!(code(&["-c", "cannot=@1:3"]), 2);
    assert_eq!(code(&["-c", "cannot=2:"]), 2);
    assert_eq!(code(&["-c", "cannot=~:1"]), 0);
    // The clock of these offices goes on by a minute with each command.
    assert_eq!(code(&["-c", "cannot=never", "-w", "age=1s"]), 1);
    assert_eq!(code(&["-c", "cannot=never", "-w", "age=36h"]), 0);
    let late = CommandResult::from(office.command_at("2026-12-02T12:00:00+09:00", &["check", "-c", "cannot=never"]));
    let (state, text, _) = parts(&late);
    assert_eq!(state, "WARNING", "{text}");
    assert!(text.contains("last run 9 days ago (!)"), "{text}");
}

#[test]
fn what_cannot_be_checked_is_unknown_on_standard_output() {
    let office = office();
    let unknown = |arguments: &[&str], says: &str| {
        let said = office.run(arguments);
        assert_eq!((said.code, said.stderr.as_str()), (3, ""), "{arguments:?}: {}", said.stdout);
        let (state, text, _) = parts(&said);
        assert!(state == "UNKNOWN" && text.contains(says), "{text}");
    };
    unknown(&["check", "--inventory", "none.sqlite"], "there is no inventory none.sqlite");
    unknown(&["check", "-w", "cannot"], "METRIC=RANGE");
    unknown(&["check", "-w", "expired=36h"], "METRIC=RANGE");
    unknown(&["check", "-c", "cannot=5:1"], "METRIC=RANGE");
    unknown(&["check", "--scope", "prefecture=京都府"], "nothing has that prefecture");
    unknown(&["--lang", "en", "check", "--no-such-flag"], "there is no argument --no-such-flag");
    // Another command keeps its own form.
    assert_eq!(office.run(&["coverage", "--no-such-flag"]).code, 2);
    let empty = Office::new();
    std::fs::remove_file(empty.path("share/root.pem")).unwrap();
    empty.import(&[]);
    let said = empty.run(&["check"]);
    assert_eq!(said.code, 3, "{}", said.stdout);
}

#[test]
fn a_run_that_failed_does_not_count_as_the_last() {
    let office = office();
    office.write(
        "shomei.yaml",
        "policy: policy.yaml\ninventory: inventory.sqlite\nsources: [share]\npasswords: {file: passwords.txt}\n",
    );
    let age = |moment: &'static str| {
        let said = CommandResult::from(office.command_at(moment, &["check", "--format", "json"]));
        let document: Value = serde_json::from_str(&said.stdout).unwrap();
        document["metrics"]["age"]["value"].as_i64().unwrap()
    };
    CommandResult::from(office.command_at("2026-11-24T07:30:00+09:00", &["run"])).ok();
    assert_eq!(age("2026-11-24T08:30:00+09:00"), 3_600);
    std::fs::rename(office.path("share"), office.path("elsewhere")).unwrap();
    let failed = CommandResult::from(office.command_at("2026-11-25T07:30:00+09:00", &["run"]));
    assert_eq!(failed.code, 2, "{}", failed.stderr);
    assert_eq!(age("2026-11-25T08:30:00+09:00"), 90_000, "the last that did not fail was the day before");
}
