//! Each message goes once, or it is said that it is in doubt: whatever the server, the disk and the database
//! do, and however often a scheduler calls.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::scene::{Letter, Office, Smtp, by_mail};
use crate::common::command::{CommandResult, SHOMEI};
use crate::common::{process, python};
use crate::odd_server::{OddServer, Record};

const MORE: &str = "  report_on: monthly 11";

fn office(odd: &OddServer) -> Office {
    let holders = ["A", "B", "C", "D", "E"].map(|id| match id {
        "A" => by_mail("A", "a", "2027-01-15"),
        "B" => by_mail("B", "b", "2027-01-15"),
        "C" => by_mail("C", "c", "2027-01-15"),
        "D" => by_mail("D", "d", "2027-01-15"),
        _ => by_mail("E", "e", "2027-01-15"),
    });
    Office::new(&Smtp::odd(odd), &holders, MORE)
}

/// The Message-IDs that came, by whom they were for.
fn by_recipient(record: &Record) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (to, text) in record.contents() {
        found.entry(to.concat()).or_default().push(Letter::new(text.as_bytes()).header("Message-ID").to_string());
    }
    found
}

/// What a statement does to the inventory, as another program would.
fn alter(office: &Office, statement: &str) {
    let script = "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.executescript(sys.argv[2]);c.commit()";
    python::printed(&["-c", script, &office.text("inventory.sqlite"), statement]);
}

/// The hours of a day from nine on, and the day's.
fn hours(from: u32, count: u32) -> impl Iterator<Item = String> {
    (from..from + count).map(|hour| format!("2026-11-{:02}T{:02}:00:00", 23 + hour / 24, hour % 24))
}

#[test]
fn a_server_that_hangs_up_after_the_dot_gets_each_message_at_most_twice() {
    let odd = OddServer::with(json!([{"at": "END", "do": "close"}]));
    let office = office(&odd);
    for clock in hours(9, 24) {
        let said = office.at(&clock, &["run"]);
        assert_eq!(said.code, 2, "{clock}: {said:?}");
    }
    // The first day and the night after it: nobody got anything twice before the day was over.
    let first_day = by_recipient(&odd.so_far());
    for who in ["a", "b", "c", "d", "e"] {
        let ids = &first_day[&format!("<{who}@care.example>")];
        assert!(ids.len() <= 2 && ids.iter().all(|id| *id == ids[0]), "{who}: {ids:?}");
    }
    for clock in hours(33, 40) {
        office.at(&clock, &["run"]);
    }
    let record = odd.end();
    let all = by_recipient(&record);
    for who in ["a", "b", "c", "d", "e"] {
        let ids = &all[&format!("<{who}@care.example>")];
        assert!(ids.len() == 2 && ids[0] == ids[1], "{who}: {ids:?}");
    }
    // The auditors get a message a day, and each at most twice.
    let mut auditors: BTreeMap<&String, usize> = BTreeMap::new();
    all["<kanri@care.example>"].iter().for_each(|id| *auditors.entry(id).or_default() += 1);
    assert!(auditors.len() <= 4 && auditors.values().all(|count| *count <= 2), "{auditors:?}");
    // It is recorded as what it is, and not sent again by a server that is well.
    let shown = office.on("2026-11-26", &["show", "A"]);
    assert!(shown.stdout.contains("届いたかは不明"), "{shown:?}");
    let well = OddServer::with(json!([]));
    office.configure(&Smtp::odd(&well), MORE);
    office.on("2026-11-26", &["run"]);
    let to: Vec<String> = well.end().contents().iter().map(|(to, _)| to.concat()).collect();
    assert!(to.iter().all(|to| to == "<kanri@care.example>"), "{to:?}");
}

#[test]
fn what_was_taken_and_could_not_be_recorded_is_recorded_by_the_next_run_and_not_sent_again() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    alter(
        &office,
        "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    );
    for clock in hours(9, 6) {
        let said = office.at(&clock, &["run"]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stderr.contains("ディスクの空きがありません"), "{said:?}");
    }
    let so_far = by_recipient(&odd.so_far());
    assert_eq!(so_far["<a@care.example>"].len(), 1);
    assert_eq!(so_far["<kanri@care.example>"].len(), 1, "one alarm a day");
    Letter::new(odd.so_far().contents()[1].1.as_bytes()).says("ディスクの空きがありません");
    assert!(!so_far.contains_key("<b@care.example>"), "nothing goes on that cannot be recorded: {so_far:?}");
    let names = office.names("inventory.sqlite.delivery/outbox");
    assert!(names.len() == 1 && names[0].ends_with(".taken"), "{names:?}");
    alter(&office, "DROP TRIGGER full");
    let said = office.at("2026-11-23T15:00:00", &["run"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!((office.told_of("declared:"), office.outbox().len()), (5, 0));
    let all = by_recipient(&odd.end());
    assert!(["a", "b", "c", "d", "e"].iter().all(|who| all[&format!("<{who}@care.example>")].len() == 1), "{all:?}");
}

#[test]
fn a_database_that_another_program_holds_sends_nothing_and_alarms_once() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    let script = "import sqlite3,sys;c=sqlite3.connect(sys.argv[1]);c.execute('BEGIN IMMEDIATE');print('held',flush=True);sys.stdin.read()";
    let mut holder = python::python(&["-c", script, &office.text("inventory.sqlite")])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(holder.stdout.take().unwrap()), &mut line).unwrap();
    let said = office.run(&["notify"]);
    assert_eq!((said.code, odd.so_far().contents().len()), (2, 0), "{said:?}");
    assert!(said.stderr.contains("メールは1通も送っていません"), "{said:?}");
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert_eq!(office.run(&["notify"]).code, 0);
    assert_eq!(odd.end().contents().len(), 6);
}

/// Runs a script in a world in which the office's folder is another file system, as its first lines make it.
fn elsewhere(office: &Office, script: &str) -> CommandResult {
    let text = format!("set -e\n{script}");
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &text]).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command.env("HOME", office.path("")).env("SHOMEI", SHOMEI).env("OFFICE", office.path("")).env("LC_ALL", "C.UTF-8");
    command.env("TMPDIR", temporary(office)).current_dir(office.path(""));
    CommandResult::of(process::run(&mut command, b"", 240))
}

fn temporary(office: &Office) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("shomei-test-{}", office.path("").file_name().unwrap().display()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A run each hour, and after each its exit code.
const HOURLY: &str = "for hour in 10 11 12 13 14; do code=0; SHOMEI_CLOCK=2026-11-23T$hour:00:00+09:00 \
    \"$SHOMEI\" run --config shomei.yaml >/dev/null 2>>\"$TMPDIR/said\" || code=$?; echo $code; done\n";

#[test]
fn a_read_only_day_costs_one_alarm_and_nobody_a_message() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    let made = elsewhere(
        &office,
        &format!(
            "mount --bind \"$OFFICE\" \"$OFFICE\"; mount -o remount,ro,bind \"$OFFICE\"; cd \"$OFFICE\"\n{HOURLY}"
        ),
    );
    assert_eq!(made.stdout, "2\n2\n2\n2\n2\n", "{made:?}");
    let all = by_recipient(&odd.so_far());
    assert_eq!(all.iter().map(|(to, ids)| (to.as_str(), ids.len())).collect::<Vec<_>>(), [("<kanri@care.example>", 1)]);
    let said = std::fs::read_to_string(temporary(&office).join("said")).unwrap();
    assert!(!said.is_empty());
    // The next day it can be written, and everybody gets what is due, once.
    assert_eq!(office.on("2026-11-24", &["run"]).code, 0);
    let all = by_recipient(&odd.end());
    assert!(["a", "b", "c", "d", "e"].iter().all(|who| all[&format!("<{who}@care.example>")].len() == 1), "{all:?}");
    std::fs::remove_dir_all(temporary(&office)).unwrap();
}

#[test]
fn a_full_disk_costs_one_alarm_and_nobody_a_message() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    let made = elsewhere(
        &office,
        &format!(
            "mkdir \"$TMPDIR/copy\"; cp -a . \"$TMPDIR/copy\"; mount -t tmpfs -o size=16m none \"$OFFICE\"
             cp -a \"$TMPDIR/copy/.\" \"$OFFICE\"; cd \"$OFFICE\"
             dd if=/dev/zero of=filler bs=4096 2>/dev/null || true
             {HOURLY}
             ls inventory.sqlite.delivery >&2; rm filler
             SHOMEI_CLOCK=2026-11-24T09:00:00+09:00 \"$SHOMEI\" run --config shomei.yaml >&2; echo $?"
        ),
    );
    assert_eq!(made.stdout, "2\n2\n2\n2\n2\n0\n", "{made:?}");
    let all = by_recipient(&odd.end());
    let counts: Vec<(&str, usize)> = all.iter().map(|(to, ids)| (to.as_str(), ids.len())).collect();
    assert_eq!(counts.len(), 6, "{counts:?}");
    for (to, count) in counts {
        // The auditors get the alarm, and the message of the next day.
        assert_eq!(count, if to == "<kanri@care.example>" { 2 } else { 1 }, "{to}");
    }
    std::fs::remove_dir_all(temporary(&office)).unwrap();
}

#[test]
fn a_file_in_the_outbox_that_cannot_be_read_is_put_aside_and_stops_nothing() {
    for (name, content) in [("left.json", "{"), ("empty.json", ""), ("left.taken", "x"), ("left.again", "[]")] {
        let odd = OddServer::with(json!([]));
        let office = office(&odd);
        office.write(&format!("inventory.sqlite.delivery/outbox/{name}"), content);
        // Whoever only looks leaves it where it is.
        assert_eq!(office.run(&["notify", "--dry-run"]).code, 0);
        assert!(office.path(&format!("inventory.sqlite.delivery/outbox/{name}")).exists());
        let said = office.run(&["notify"]);
        assert_eq!(said.code, 2, "{name}: {said:?}");
        assert!(said.stderr.contains(name) && said.stderr.contains(".damaged"), "{said:?}");
        assert_eq!(office.run(&["notify"]).code, 0);
        let aside = Path::new(name).with_extension("damaged").display().to_string();
        assert_eq!(office.names("inventory.sqlite.delivery/outbox"), [aside]);
        let all = by_recipient(&odd.end());
        assert_eq!(all.values().map(Vec::len).collect::<Vec<_>>(), [1; 6], "{all:?}");
    }
}

#[test]
fn a_run_that_hangs_for_a_day_is_told_once_a_day() {
    // The first run of the office never ends: its server stalls.
    let stalls = OddServer::with(json!([{"at": "MAIL", "do": "stall"}]));
    let office = office(&stalls);
    office.configure(&Smtp::odd(&stalls).patiently(), MORE);
    let mut first = office.start(&["run"]);
    process::until(|| stalls.so_far().count("MAIL") == 1);
    let odd = OddServer::with(json!([]));
    office.configure(&Smtp::odd(&odd), MORE);
    for (clock, told) in [
        ("2026-11-23T20:00:00", 0),
        ("2026-11-24T08:00:00", 0),
        ("2026-11-24T09:00:00", 1),
        ("2026-11-24T10:00:00", 1),
        ("2026-11-25T09:00:00", 2),
    ] {
        for command in ["run", "notify"] {
            let said = office.at(clock, &[command]);
            assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{said:?}");
        }
        assert_eq!(odd.so_far().contents().len(), told, "{clock}");
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // Whoever comes after it says that it never ended.
    assert_eq!(office.on("2026-11-25", &["run"]).code, 0);
    let contents = odd.end().contents();
    Letter::new(contents[0].1.as_bytes()).says("2026-11-23 09:00:00 +09:00 に始まった shomei run が");
    let last = contents.last().unwrap();
    assert_eq!(last.0, ["<kanri@care.example>"]);
    Letter::new(last.1.as_bytes()).says("2026-11-23 09:00:00 +09:00 に始まった shomei run が");
}

#[test]
fn who_was_told_is_seen_at_the_holder_and_in_the_log() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    assert_eq!(office.run(&["notify"]).code, 0);
    let contents = odd.end().contents();
    let (_, text) = contents.iter().find(|(to, _)| to.concat() == "<a@care.example>").unwrap();
    let letter = Letter::new(text.as_bytes());
    let shown: Value = office.run(&["show", "A", "--format", "json"]).json();
    let events = shown["story"].as_array().or(shown["events"].as_array()).unwrap();
    let told: Vec<&Value> = events.iter().filter(|event| event["event"] == "told").collect();
    assert_eq!(told.len(), 1, "{shown}");
    let id = letter.header("Message-ID").trim_matches(['<', '>']).to_string();
    assert_eq!(
        (&told[0]["to"], &told[0]["subject"], &told[0]["message_id"], &told[0]["on"], &told[0]["channel"]),
        (&json!(["a@care.example"]), &json!(letter.subject), &json!(id), &json!("2026-11-23"), &json!("mail"))
    );
    let log = office.ok(&["log", "A"]);
    assert!(log.contains("a@care.example") && log.contains(&letter.subject), "{log}");
    let log: Value = office.run(&["log", "A", "--format", "json"]).json();
    let entry = log["entries"].as_array().unwrap().iter().find(|entry| entry["kind"] == "notification").unwrap();
    assert_eq!((&entry["to"], &entry["message_id"]), (&json!("a@care.example"), &json!(id)), "{entry}");
    let others = office.run(&["log", "B", "--format", "json"]).stdout;
    assert!(!others.contains("a@care.example"), "{others}");
}

#[test]
fn what_only_the_auditors_were_told_is_told_to_the_holder_once_he_can_be_reached() {
    let odd = OddServer::with(json!([]));
    let without = super::scene::Holder { id: "A", name: "A", ends: "2027-01-15", ..Default::default() };
    let office = Office::new(&Smtp::odd(&odd), &[without], MORE);
    for day in ["2026-11-23", "2026-11-24"] {
        assert_eq!(office.on(day, &["notify"]).code, 0);
    }
    // The auditors once, with the tier; the address comes on the third day, and with it the message.
    assert_eq!(odd.so_far().contents().len(), 1);
    office.register(&[by_mail("A", "a", "2027-01-15")]);
    for day in ["2026-11-25", "2026-11-26"] {
        assert_eq!(office.on(day, &["notify"]).code, 0);
    }
    let to: Vec<String> = odd.so_far().contents().iter().map(|(to, _)| to.concat()).collect();
    assert_eq!(to, ["<kanri@care.example>", "<a@care.example>", "<kanri@care.example>"]);
    let shown = office.on("2026-11-26", &["show", "A"]);
    assert!(shown.stdout.contains("管理者だけに案内") && shown.stdout.contains("a@care.example"), "{shown:?}");
    // The other way round: with contacts: false the auditors get what the holder would have got.
    let closed =
        Office::new(&Smtp::odd(&odd), &[by_mail("A", "a", "2027-01-15")], "  contacts: false\n  report_on: monthly 11");
    assert_eq!(closed.run(&["notify"]).code, 0);
    assert_eq!(closed.run(&["notify"]).code, 0);
    closed.configure(&Smtp::odd(&odd), MORE);
    assert_eq!(closed.run(&["notify"]).code, 0);
    let to: Vec<String> = odd.end().contents().iter().skip(3).map(|(to, _)| to.concat()).collect();
    assert_eq!(to, ["<kanri@care.example>", "<a@care.example>", "<kanri@care.example>"]);
}

#[test]
fn nothing_is_sent_while_an_import_is_unfinished_unless_that_is_accepted() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    alter(&office, "INSERT INTO underway VALUES ('pc9', '/share', 1795000000000000, 1024, 3055)");
    for arguments in [&["notify"][..], &["run"]] {
        let said = office.run(arguments);
        let text = &said.stderr;
        assert!(said.code == 2 && text.contains("少なくとも 3055 ファイルのうち 1024"), "{said:?}");
        assert!(text.contains("--despite-unfinished"), "{said:?}");
    }
    // The run tells the auditors why, and nobody else.
    let contents = odd.so_far().contents();
    assert_eq!(contents.iter().map(|(to, _)| to.concat()).collect::<Vec<_>>(), ["<kanri@care.example>"]);
    Letter::new(contents[0].1.as_bytes()).says("少なくとも 3055 ファイルのうち 1024");
    assert_eq!(office.run(&["notify", "--despite-unfinished"]).code, 0);
    let contents = odd.end().contents();
    let to: Vec<String> = contents.iter().skip(1).map(|(to, _)| to.concat()).collect();
    assert_eq!(to.iter().filter(|one| one.as_str() != "<kanri@care.example>").count(), 5, "{to:?}");
    for (to, text) in contents.iter().skip(1) {
        // The auditors are told what the answers lack; holders have no part in it.
        let letter = Letter::new(text.as_bytes());
        match to.concat().as_str() {
            "<kanri@care.example>" => letter.says("少なくとも 3055 ファイルのうち 1024"),
            _ => assert!(!text.contains("3055") && !letter.subject.contains("3055")),
        }
    }
}

#[test]
fn a_configuration_that_names_the_moment_is_refused_by_what_runs_by_itself() {
    let odd = OddServer::with(json!([]));
    let office = office(&odd);
    office.configure(&Smtp::odd(&odd), &format!("{MORE}\nat: 2026-11-23"));
    for arguments in [&["run"][..], &["notify"], &["schedule", "install"], &["schedule", "print", "--for", "cron"]] {
        let said = office.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}: {said:?}");
        assert!(said.stderr.contains("at: 2026-11-23") && said.stderr.contains("run --at"), "{arguments:?}: {said:?}");
        assert!(said.stderr.contains("shomei.yaml"), "{arguments:?}: {said:?}");
    }
    // What only answers goes by it.
    assert_eq!(office.run(&["reminders"]).code, 0);
    assert!(odd.end().contents().is_empty());
    assert!(office.outbox().is_empty());
}
