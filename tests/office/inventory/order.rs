//! What is recorded later wins, whatever the clocks said.

use std::path::Path;
use std::process::Command;

use shomei::inventory::sqlite::{Access, Sqlite};
use shomei::inventory::{
    BindingRow, EntryBody, EntrySequence, HistoryEntry, Store, StoreWriter, WriteBatch, export, merge,
};
use shomei::register::ManualBinding;

use super::forms::back_to_form_2;
use super::scene::{Scene, said};
use crate::common::times::in_utc;

/// The folder of an office with the first certificate of a holder in it, and its successor beside.
fn office() -> Scene {
    let scene = Scene::with_fleet(2);
    let files = scene.files();
    std::fs::create_dir(scene.path("office")).unwrap();
    std::fs::copy(&files[0], scene.path("office/a.p12")).unwrap();
    std::fs::copy(&files[1], scene.path("renewed.p12")).unwrap();
    age(&scene.path("office/a.p12"), 7200);
    scene
}

/// Lets a file look as if it had been written so many seconds ago.
fn age(path: &Path, seconds: u64) {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(seconds);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
}

fn renew(scene: &Scene) {
    std::fs::copy(scene.path("renewed.p12"), scene.path("office/a.p12")).unwrap();
    age(&scene.path("office/a.p12"), 3600);
}

fn import(scene: &Scene, now: &str, more: &[&str]) -> (i32, String) {
    let import = ["import", "office", "--policy", "lab", "--password-file", "passwords.txt", "--host", "pc1"];
    let output = scene.command_at(now, &[&import[..], more].concat()).output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(told).unwrap())
}

/// The certificates that are in the folder now, by the inventory.
fn held(scene: &Scene, now: &str) -> String {
    let mut list = scene.command_at(now, &["list", "--policy", "lab", "--role", "end-entity", "--format", "csv"]);
    String::from_utf8(list.output().unwrap().stdout).unwrap().lines().skip(1).map(fingerprint).collect()
}

/// The first cell of a line.
fn fingerprint(line: &str) -> &str {
    line.split(',').next().unwrap_or_default()
}

#[test]
fn a_clock_that_was_wrong_once_does_no_harm() {
    // Ahead by days, by years, and behind.
    for (wrong, right, next) in [
        ("2026-12-01T09:00:00+09:00", "2026-11-27T09:00:00+09:00", "2026-12-02T09:00:00+09:00"),
        ("2036-12-01T09:00:00+09:00", "2026-11-27T09:00:00+09:00", "2026-12-02T09:00:00+09:00"),
        ("2026-11-27T09:00:00+09:00", "2020-01-01T00:00:00+09:00", "2026-12-02T09:00:00+09:00"),
    ] {
        let scene = office();
        assert!(import(&scene, wrong, &[]).0 < 2);
        let first = held(&scene, wrong);
        renew(&scene);
        let before = scene.export();
        let (code, told) = import(&scene, right, &[]);
        assert!(code == 2 && told.contains("--accept-clock") && told.contains("Nothing was recorded"), "{told}");
        assert_eq!(scene.export(), before, "nothing is recorded that is refused");
        let (code, told) = import(&scene, right, &["--accept-clock"]);
        assert!(code < 2 && told.contains("1 changed"), "{told}");
        let renewed = held(&scene, right);
        assert_ne!(first, renewed, "{wrong} {right}");
        let (code, told) = import(&scene, next, if right.starts_with("2020") { &["--accept-clock"] } else { &[] });
        assert!(code < 2 && told.contains("1 unchanged"), "{told}");
        assert_eq!(held(&scene, next), renewed);
    }
}

#[test]
fn an_hour_back_is_no_trouble_and_every_command_that_records_looks_at_the_clock() {
    let scene = office();
    assert!(import(&scene, "2026-11-27T09:00:00+09:00", &[]).0 < 2);
    renew(&scene);
    let (code, told) = import(&scene, "2026-11-27T08:00:00+09:00", &[]);
    assert!(code < 2 && told.contains("1 changed"), "{told}");
    std::fs::write(scene.path("r.csv"), "台帳ID,名称\nT-1,やまびこ\n").unwrap();
    std::fs::write(scene.path("e.ndjson"), scene.export()).unwrap();
    std::fs::write(scene.path("c.yaml"), "sources: [office]\npolicy: lab\n").unwrap();
    for odd in ["2026-11-01T09:00:00+09:00", "2028-06-01T09:00:00+09:00"] {
        for command in [
            &["mark", "contacted", "holder:T-1"][..],
            &["register", "import", "r.csv"],
            &["inventory", "merge", "e.ndjson"],
            &["run", "--config", "c.yaml"],
        ] {
            let output = scene.command_at(odd, command).output().unwrap();
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            // What is wrong with an ID is told before anything would be recorded.
            let is_id = command[0] == "mark";
            assert_eq!(output.status.code(), Some(2), "{command:?} {told}");
            assert!(is_id || told.contains("--accept-clock"), "{command:?} {told}");
        }
        let list = scene.command_at(odd, &["list", "--policy", "lab"]).output().unwrap();
        assert!(list.status.success(), "whoever only reads is answered");
    }
    // With the register in place a mark is refused for the clock.
    said(&scene.command_at("2026-11-27T10:00:00+09:00", &["register", "import", "r.csv"]).output().unwrap());
    let mark = ["mark", "contacted", "holder:T-1", "--on", "2026-11-01"];
    let output = scene.command_at("2026-11-01T09:00:00+09:00", &mark).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("--accept-clock"));
    let accepted = [&mark[..], &["--accept-clock"]].concat();
    said(&scene.command_at("2026-11-01T09:00:00+09:00", &accepted).output().unwrap());
}

/// A binding of one certificate, by its number.
fn binding(id: u8, at: i64, order: Option<i64>) -> HistoryEntry {
    let bound = Some(BindingRow::Holder("r".into(), id.to_string()));
    HistoryEntry { id: [id; 16], at, order, body: EntryBody::Binding { sha256: [7; 32], bound, by: None } }
}

fn bound(store: &Sqlite) -> String {
    match store.office().unwrap().bindings.get(&[7; 32]) {
        Some(ManualBinding::To(key)) => key.id.clone(),
        other => panic!("{other:?}"),
    }
}

fn open(folder: &Path, name: &str) -> Sqlite {
    Sqlite::open_as(&folder.join(name), &Access { is_trial: true, ..Access::default() }).unwrap()
}

#[test]
fn what_is_recorded_after_a_merge_wins_over_what_was_merged() {
    let folder = tempfile::tempdir().unwrap();
    let year = 31_557_600_000_000;
    let now = shomei::inventory::micros(in_utc("2026-11-27T00:00:00Z"));
    // A year ahead, the end of what an instant can be, an order that no inventory gives.
    for (case, at, order) in
        [("a", now + year, None), ("b", i64::MAX, None), ("c", now, Some(i64::MAX)), ("d", i64::MIN, None)]
    {
        let text = |entry: &HistoryEntry| serde_json::to_string(&serde_json::json!({ "entry": entry })).unwrap();
        let schema = r#"{"schema":"shomei/inventory/1"}"#;
        let lines = format!("{schema}\n{}\n", text(&binding(1, at, order)));
        let mut store = open(folder.path(), case);
        assert_eq!(merge(&mut store, &mut lines.as_bytes()).unwrap().refused, None, "{case}");
        for id in 2..5 {
            store.record(&WriteBatch { entries: vec![binding(id, now, None)], ..WriteBatch::default() }).unwrap();
            assert_eq!(bound(&store), id.to_string(), "{case}");
            // Merging it again changes nothing.
            merge(&mut store, &mut lines.as_bytes()).unwrap();
            assert_eq!(bound(&store), id.to_string(), "{case}");
        }
        // Whoever merges all of it has the same.
        let mut written = Vec::new();
        export(&store, &mut written).unwrap();
        let mut other = open(folder.path(), &format!("{case}2"));
        merge(&mut other, &mut written.as_slice()).unwrap();
        merge(&mut other, &mut lines.as_bytes()).unwrap();
        assert_eq!(bound(&other), "4", "{case}");
        // And what it records itself wins again.
        let mut sequence = EntrySequence::new(&other, in_utc("2026-11-27T00:00:00Z")).unwrap();
        let body = binding(9, 0, None).body;
        other.record(&WriteBatch { entries: vec![sequence.entry(body)], ..WriteBatch::default() }).unwrap();
        assert_eq!(bound(&other), "9", "{case}");
    }
}

#[test]
fn an_inventory_that_was_written_with_a_wrong_clock_is_read_anew_or_repaired() {
    for repairs in [false, true] {
        let scene = office();
        let path = scene.path("inventory.sqlite");
        let (wrong, right) = ("2026-12-20T09:00:00+09:00", "2026-11-27T09:00:00+09:00");
        assert!(import(&scene, wrong, &[]).0 < 2);
        renew(&scene);
        assert!(import(&scene, right, &["--accept-clock"]).0 < 2);
        let renewed = held(&scene, right);
        // As an earlier version left it behind: the clock was the order, so that the first reading holds.
        back_to_form_2(&path);
        let database = rusqlite::Connection::open(&path).unwrap();
        let last: String = database
            .query_row("SELECT body FROM entry WHERE kind = 'file' ORDER BY at DESC LIMIT 1", [], |row| row.get(0))
            .unwrap();
        let last: serde_json::Value = serde_json::from_str(&last).unwrap();
        let undone = "UPDATE file SET (at, id, body) = (SELECT at, id, ?1 FROM entry WHERE kind = 'file'
                                                        ORDER BY at DESC LIMIT 1)";
        database.execute(undone, [last["file"].to_string()]).unwrap();
        database.execute("DELETE FROM sighting", []).unwrap();
        for occurrence in last["file"]["certificates"].as_array().unwrap() {
            let insert = "INSERT INTO sighting SELECT unhex(?1), host, path, ?2, '' FROM file";
            let (sha256, position) = (occurrence["sha256"].as_str().unwrap(), occurrence["position"].as_i64().unwrap());
            database.execute(insert, rusqlite::params![sha256, position]).unwrap();
        }
        database.execute("UPDATE whole SET until = 0", []).unwrap();
        drop(database);
        let real = |arguments: &[&str]| {
            let mut command = scene.command(arguments);
            command.env_remove("SHOMEI_CLOCK").output().unwrap()
        };
        let check = real(&["inventory", "check", "--format", "json"]);
        let document: serde_json::Value = serde_json::from_slice(&check.stdout).unwrap();
        assert_eq!(check.status.code(), Some(1), "{document}");
        assert_eq!(document["overruled_files"].as_array().unwrap().len(), 1, "{document}");
        super::watch::valid("inventory-check", None, &[document]);
        if repairs {
            let output = real(&["inventory", "check", "--repair"]);
            let told = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && told.contains("for 1 files"), "{told}");
            assert!(said(&real(&["inventory", "check"])).contains("sound"));
        } else {
            let import = ["import", "office", "--policy", "lab", "--password-file", "passwords.txt", "--host", "pc1"];
            let output = real(&[&import[..], &["--accept-clock"]].concat());
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 changed"), "{output:?}");
        }
        let list = real(&["list", "--policy", "lab", "--role", "end-entity", "--format", "csv", "--at", right]);
        let list: String = String::from_utf8(list.stdout).unwrap().lines().skip(1).map(fingerprint).collect();
        assert_eq!(list, renewed, "repairs: {repairs}");
    }
}

#[test]
fn check_names_entries_of_the_future_and_repair_dates_them_again() {
    let scene = office();
    assert!(import(&scene, "2036-12-01T09:00:00+09:00", &[]).0 < 2);
    let right = "2026-11-27T09:00:00+09:00";
    let check = scene.command_at(right, &["inventory", "check"]).output().unwrap();
    let told = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(check.status.code() == Some(1) && told.contains("2036-12-01") && told.contains("--repair"), "{told}");
    let future = scene.export();
    said(&scene.command_at(right, &["inventory", "check", "--repair"]).output().unwrap());
    assert!(said(&scene.command_at(right, &["inventory", "check"]).output().unwrap()).contains("sound"));
    let repaired = scene.export();
    // The clock is not odd any longer, and a merge of the old export brings nothing back.
    let (code, told) = import(&scene, right, &[]);
    assert!(code < 2 && told.contains("1 unchanged"), "{told}");
    let repaired_again = scene.export();
    std::fs::write(scene.path("future.ndjson"), &future).unwrap();
    said(&scene.command_at(right, &["inventory", "merge", "future.ndjson"]).output().unwrap());
    assert_eq!(scene.export(), repaired_again);
    // Whoever has the old one gets the instants of the repair, in whichever order.
    std::fs::write(scene.path("repaired.ndjson"), repaired).unwrap();
    let merged = |files: [&str; 2]| {
        let other = Scene::new();
        for file in files {
            std::fs::copy(scene.path(file), other.path(file)).unwrap();
            said(&other.command_at(right, &["inventory", "merge", file]).output().unwrap());
        }
        other.export()
    };
    assert_eq!(
        merged(["future.ndjson", "repaired.ndjson"]),
        merged(["repaired.ndjson", "future.ndjson"]),
        "commutative"
    );
}

#[test]
fn a_trial_leaves_alone_what_real_runs_use() {
    let scene = office();
    let real = |command: &mut Command| command.env_remove("SHOMEI_CLOCK").output().unwrap();
    let import_real = ["import", "office", "--policy", "lab", "--password-file", "passwords.txt", "--host", "pc1"];
    assert!(real(&mut scene.command(&import_real)).status.code() < Some(2));
    std::fs::write(scene.path("c.yaml"), "sources: [office]\npolicy: lab\npasswords: {file: passwords.txt}\n").unwrap();
    let recorded = || said(&real(&mut scene.command(&["inventory", "export"])));
    let before = recorded();
    renew(&scene);
    let (_, told) = import(&scene, "2027-03-01T09:00:00+09:00", &[]);
    assert!(told.contains("copy of the inventory") && told.contains("1 changed"), "{told}");
    let run = real(&mut scene.command(&["run", "--config", "c.yaml", "--at", "2027-03-01"]));
    assert!(String::from_utf8_lossy(&run.stderr).contains("no mail is sent"), "{run:?}");
    assert_eq!(recorded(), before);
    assert!(!scene.path("inventory.sqlite.delivery/state.json").exists());
    // One that a trial made is worked on, until something real is recorded in it.
    let made = office();
    assert!(import(&made, super::scene::NOW, &[]).0 < 2);
    let info = |scene: &Scene| {
        let output = scene.command(&["inventory", "info", "--format", "json"]).output().unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["trial"].clone()
    };
    assert_eq!(info(&made), true);
    renew(&made);
    assert!(import(&made, super::scene::NOW, &[]).1.contains("1 changed"));
    assert!(real(&mut made.command(&[&import_real[..], &["--rehash"]].concat())).status.code() < Some(2));
    assert_eq!(info(&made), false);
}
