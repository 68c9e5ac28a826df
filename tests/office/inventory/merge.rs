//! Inventories collected apart become one: in any order, any number of times.

use std::cell::Cell;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use shomei::inventory::sqlite::Sqlite;
use shomei::inventory::{
    BindingRow, EntryBody, FileRow, HistoryEntry, MarkRow, Store, StoreContents, StoreWriter, StoredHolderRow,
    WriteBatch, export, merge,
};
use shomei::register::{Contact, Holder};

use super::scene::{Scene, said};
use crate::common::holders;
use crate::common::laws::holds;

/// An entry about one of few things at one of few moments, so that many meet.
type Rolled = ([u8; 16], i64, u8, u8, i64);

fn rolled() -> impl Strategy<Value = Rolled> {
    (any::<[u8; 16]>(), 0..12_i64, 0..3_u8, 0..9_u8, 0..8_i64)
}

fn entry((id, at, thing, kind, until): Rolled) -> HistoryEntry {
    let path = format!("/share/{thing}.p12");
    let holder = || StoredHolderRow::new(&holder(&thing.to_string(), at));
    let body = match kind {
        0 | 1 => EntryBody::File { host: "pc".into(), path, file: Some(FileRow::passed_over()) },
        2 => EntryBody::File { host: "pc".into(), path, file: None },
        3 => EntryBody::Holder {
            register: "r".into(),
            id: thing.to_string(),
            holder: Some(holder()),
            by: None,
            import: None,
        },
        4 => EntryBody::Holder { register: "r".into(), id: thing.to_string(), holder: None, by: None, import: None },
        5 => EntryBody::Binding {
            sha256: [thing; 32],
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
        7 => EntryBody::Pruned { what: format!("file\u{0}pc\u{0}{path}"), until },
        _ => EntryBody::Pruned { what: format!("contact\u{0}r\u{0}{thing}"), until },
    };
    HistoryEntry { id, at, order: Some(at), body }
}

/// A holder with a contact, which prune may remove.
fn holder(id: &str, at: i64) -> Holder {
    let contact = Contact { mail: Some(format!("{at}@example.jp")), ..Contact::default() };
    Holder { name: format!("name {at}"), contact, ..holders::holder("r", id) }
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
    let met = Cell::new([0; 2]);
    let parts = vec(vec(rolled(), 12), 3);
    let order = Just(vec![0, 1, 2]).prop_shuffle();
    // Every part, and some of them once more, before or after.
    let again = (vec(0..3_usize, 0..4), Just(vec![0, 1, 2]).prop_shuffle(), vec(0..3_usize, 0..4));
    let again = again.prop_map(|(before, all, after)| [before, all, after].concat());
    holds(25, (parts, order, again), |(parts, order, again)| {
        let folder = tempfile::tempdir().unwrap();
        let [mut entries, mut lines] = met.get();
        let exports: Vec<Vec<u8>> = (0..)
            .zip(parts)
            .map(|(part, rolled)| {
                let mut store = open(folder.path(), &part.to_string());
                entries += rolled.len();
                // One at a time, as they happen.
                for rolled in rolled {
                    store.record(&WriteBatch { entries: vec![entry(rolled)], ..WriteBatch::default() }).unwrap();
                }
                exported(&store)
            })
            .collect();
        let merged = |name: &str, order: &[usize]| {
            let mut store = open(folder.path(), name);
            for part in order {
                let outcome = merge(&mut store, &mut exports[*part].as_slice()).unwrap();
                assert!(outcome.bad.is_none() && outcome.refused.is_none(), "{outcome:?}");
            }
            state(&store)
        };
        let one = merged("one", &[0, 1, 2]);
        lines += one.lines().count();
        assert_eq!(one, merged("other", &order), "commutative");
        assert_eq!(one, merged("again", &again), "idempotent");
        met.set([entries, lines]);
    });
    let [entries, lines] = met.get();
    assert!(lines > entries / 2, "{lines} of {entries}");
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
    // All but the line that counts the others.
    for line in one.export().lines().chain(other.export().lines()).filter(|line| !line.contains("\"contents\"")) {
        assert!(union.contains(line), "{line}");
    }
}

#[test]
fn what_is_no_export_is_refused_and_one_that_was_cut() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let whole = scene.export();
    std::fs::write(scene.path("photo.jpg"), b"\xff\xd8\xff\xe0 no export").unwrap();
    std::fs::write(scene.path("cut.ndjson"), &whole[..whole.len() - 40]).unwrap();
    let fresh = Scene::new();
    for (file, code, word) in
        [("photo.jpg", 2, "was not written by"), ("cut.ndjson", 2, "was cut off: it has"), ("none", 2, "none")]
    {
        let path = scene.path(file);
        let output = fresh.command(&["inventory", "merge", path.to_str().unwrap()]).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{file}: {told}");
        assert!(told.contains(word) && told.contains(file), "{told}");
    }
    // Nothing of them is there.
    assert!(!fresh.export().contains("certificate\":\""));
}
