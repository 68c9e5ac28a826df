//! Inventories collected apart become one: in any order, any number of times.

use std::path::Path;

use shomei::inventory::sqlite::Sqlite;
use shomei::inventory::{
    BindingRow, EntryBody, FileRow, HistoryEntry, MarkRow, Store, StoredHolderRow, WriteBatch, export, merge,
};
use shomei::register::{Contact, Holder, HolderKey, HolderStatus};

use crate::scene::{Scene, said};

/// Numbers that look random, the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// An entry about one of few things at one of few moments, so that many meet.
fn entry(dice: &mut Dice) -> HistoryEntry {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&dice.roll(1 << 30).to_be_bytes());
    id[8..].copy_from_slice(&dice.roll(1 << 30).to_be_bytes());
    let at = dice.roll(12).cast_signed();
    let thing = dice.roll(3);
    let path = format!("/share/{thing}.p12");
    let holder = || StoredHolderRow::new(&holder(&thing.to_string(), at));
    let body = match dice.roll(9) {
        0 | 1 => EntryBody::File { host: "pc".into(), path, file: Some(FileRow::passed_over()) },
        2 => EntryBody::File { host: "pc".into(), path, file: None },
        3 => EntryBody::Holder { register: "r".into(), id: thing.to_string(), holder: Some(holder()), by: None },
        4 => EntryBody::Holder { register: "r".into(), id: thing.to_string(), holder: None, by: None },
        5 => EntryBody::Binding {
            sha256: [thing as u8; 32],
            bound: Some(BindingRow::Holder("r".into(), at.to_string())),
            by: None,
        },
        6 => EntryBody::Mark(MarkRow {
            target: format!("holder:r\u{0}{thing}"),
            state: "contacted".into(),
            rule: None,
            place: None,
            on: Some("2026-11-23".into()),
            until: None,
            reason: Some(format!("{at}")),
            by: None,
            before: None,
        }),
        7 => EntryBody::Pruned { what: format!("file\u{0}pc\u{0}{path}"), until: dice.roll(8).cast_signed() },
        _ => EntryBody::Pruned { what: format!("contact\u{0}r\u{0}{thing}"), until: dice.roll(8).cast_signed() },
    };
    HistoryEntry { id, at, body }
}

/// A holder with a contact, which prune may remove.
fn holder(id: &str, at: i64) -> Holder {
    Holder {
        key: HolderKey { register: "r".into(), id: id.into() },
        name: format!("name {at}"),
        kind: None,
        prefecture: None,
        category: None,
        lines: Vec::new(),
        places: Vec::new(),
        contact: Contact { mail: Some(format!("{at}@example.jp")), ..Contact::default() },
        payer: None,
        password_changed: None,
        status: HolderStatus::Active,
        status_since: None,
        declared: None,
        tag: None,
        notes: None,
    }
}

fn open(folder: &Path, name: &str) -> Sqlite {
    Sqlite::open(&folder.join(name)).unwrap()
}

/// Everything there is, and what is so now.
fn state(store: &Sqlite) -> String {
    let mut written = Vec::new();
    export(store, &mut written).unwrap();
    let mut state = String::from_utf8(written).unwrap();
    store
        .each_file(&mut |host, path, file| {
            state += &format!("{host} {path} {file:?}\n");
            Ok(())
        })
        .unwrap();
    state + &format!("{:?}", store.office().unwrap())
}

fn exported(store: &Sqlite) -> Vec<u8> {
    let mut written = Vec::new();
    export(store, &mut written).unwrap();
    written
}

#[test]
fn merging_is_a_union_in_any_order_and_any_number_of_times() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(20_261_123);
    let mut met = [0; 2];
    for round in 0..25 {
        let parts: Vec<Vec<u8>> = (0..3)
            .map(|part| {
                let mut store = open(folder.path(), &format!("{round}-{part}"));
                let entries: Vec<HistoryEntry> = (0..12).map(|_| entry(&mut dice)).collect();
                met[0] += entries.len();
                // One at a time, as they happen.
                for entry in entries {
                    store.record(&WriteBatch { entries: vec![entry], ..WriteBatch::default() }).unwrap();
                }
                exported(&store)
            })
            .collect();
        let merged = |name: &str, order: &[usize]| {
            let mut store = open(folder.path(), &format!("{round}-{name}"));
            for part in order {
                let outcome = merge(&mut store, &mut parts[*part].as_slice()).unwrap();
                assert!(outcome.bad.is_empty(), "{outcome:?}");
            }
            state(&store)
        };
        let one = merged("one", &[0, 1, 2]);
        met[1] += one.lines().count();
        assert_eq!(one, merged("other", &[2, 0, 1]), "commutative");
        assert_eq!(one, merged("again", &[1, 1, 2, 0, 2, 0, 1]), "idempotent");
    }
    assert!(met[1] > met[0] / 2, "{met:?}");
}

#[test]
fn offices_apart_become_one_inventory() {
    let (one, other, together) = (Scene::with_fleet(12), Scene::with_fleet(20), Scene::new());
    one.import(&[]);
    let most = other.import(&["--host", "pc2"]);
    std::fs::write(together.path("one.ndjson"), one.export()).unwrap();
    std::fs::write(together.path("other.ndjson"), other.export()).unwrap();
    let merge = ["inventory", "merge", "one.ndjson", "other.ndjson", "one.ndjson"];
    said(&together.command(&merge).output().unwrap());
    let certificates = |scene: &Scene| scene.export().lines().filter(|line| line.contains("\"certificate\":")).count();
    // The smaller fleet of the same seed is the beginning of the larger.
    assert!(certificates(&together) as u64 >= most["certificates"].as_u64().unwrap());
    let union = together.export();
    for line in one.export().lines().chain(other.export().lines()) {
        assert!(union.contains(line), "{line}");
    }
}

#[test]
fn what_is_no_export_is_refused_and_a_cut_line_is_told() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let whole = scene.export();
    std::fs::write(scene.path("photo.jpg"), b"\xff\xd8\xff\xe0 no export").unwrap();
    std::fs::write(scene.path("cut.ndjson"), &whole[..whole.len() - 40]).unwrap();
    let fresh = Scene::new();
    for (file, code, word) in
        [("photo.jpg", 1, "was not written by"), ("cut.ndjson", 1, "cut off"), ("none", 2, "none")]
    {
        let path = scene.path(file);
        let output = fresh.command(&["inventory", "merge", path.to_str().unwrap()]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{file}: {told}");
        assert!(told.contains(word) && told.contains(file), "{told}");
    }
    // All but the cut line is there.
    assert_eq!(fresh.export().lines().count(), whole.lines().count() - 1);
}
