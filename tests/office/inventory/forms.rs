//! Inventories and exports that earlier versions wrote.

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use shomei::inventory::sqlite::Sqlite;
use shomei::inventory::{FileRow, StoreContents};

use super::scene::{NOW, Scene, said};

/// Codes, each at the place that stood for it in form 1.
const TYPOS: [&str; 8] =
    ["width", "space", "line-end", "byte-order-mark", "caps-lock", "first-letter", "zero-or-o", "one-or-l"];
const DAMAGES: [&str; 6] = ["truncated", "structure", "base64", "pem-end", "decrypted", "mac"];

/// What form 1 had in the place of what is written today.
fn as_in_form_1(text: &str) -> String {
    let mut text = text.to_string();
    for (key, codes) in [("typo", &TYPOS[..]), ("what", &DAMAGES)] {
        for (at, code) in codes.iter().enumerate() {
            text = text.replace(&format!("\"{key}\":\"{code}\""), &format!("\"{key}\":{at}"));
        }
    }
    text
}

fn samples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/samples"))
}

/// An inventory of the samples that have something of the kind.
fn office() -> Scene {
    let scene = Scene::new();
    let path = |name: &str| samples().join(name).display().to_string();
    let (typos, passwords) = (path("fleet/福岡県/入力ミス"), path("passwords.txt"));
    let whole = std::fs::read(samples().join("fleet/東京都/末尾に余分.p12")).unwrap();
    std::fs::write(scene.path("cut.p12"), &whole[..1500]).unwrap();
    let import = ["import", &typos, "cut.p12", "--try-typos", "--password-file", &passwords, "--host", "pc1"];
    let output = scene.command(&import).output().unwrap();
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    scene
}

fn list(scene: &Scene) -> String {
    let mut list = scene.command(&["list", "--format", "json", "--at", NOW]);
    // A trial would work on a copy of what real runs use, and change its form only.
    said(&list.env_remove("SHOMEI_CLOCK").output().unwrap())
}

/// What the audit is told of the files.
fn understood_from(database: &Path) -> String {
    let mut all = String::new();
    let inventory = Sqlite::open(database).unwrap();
    let each = &mut |host: &str, path: &str, file: FileRow| {
        all += &format!("{:?}\n", file.scanned(host, path));
        Ok(())
    };
    inventory.each_file(each).unwrap();
    all
}

fn bodies(database: &Path) -> Vec<String> {
    let database = Connection::open(database).unwrap();
    let statement = "SELECT body FROM entry UNION ALL SELECT body FROM file";
    let mut bodies = database.prepare(statement).unwrap();
    bodies.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

fn version(database: &Path) -> u32 {
    Connection::open(database).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// Takes away what form 3 has added: the order of entries, checksums, what is noted of the file.
pub fn back_to_form_2(path: &Path) {
    let database = Connection::open(path).unwrap();
    database
        .execute_batch(
            "DROP INDEX entry_of; DROP INDEX entry_ord; CREATE INDEX entry_of ON entry (kind, subject, at);
             DROP TABLE property; DROP TABLE underway;",
        )
        .unwrap();
    for table in ["entry", "file", "run", "holder", "said", "mark"] {
        database.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN ord")).unwrap();
    }
    for table in ["entry", "file", "run", "holder", "said", "mark", "certificate", "judged"] {
        database.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN sum")).unwrap();
    }
    database.pragma_update(None, "user_version", 2).unwrap();
}

/// Writes the inventory as form 1 had it.
fn back_to_form_1(path: &Path) {
    back_to_form_2(path);
    let database = Connection::open(path).unwrap();
    for (table, key) in [("entry", "id"), ("file", "path")] {
        let mut rows = database.prepare(&format!("SELECT {key}, body FROM {table}")).unwrap();
        let rows = rows.query_map([], |row| Ok((row.get::<_, rusqlite::types::Value>(0)?, row.get::<_, String>(1)?)));
        let rows: Vec<_> = rows.unwrap().collect::<Result<_, _>>().unwrap();
        for (id, body) in rows {
            let update = format!("UPDATE {table} SET body = ? WHERE {key} = ?");
            database.execute(&update, rusqlite::params![as_in_form_1(&body), id]).unwrap();
        }
    }
    database.pragma_update(None, "user_version", 1).unwrap();
}

#[test]
fn places_in_lists_become_codes_and_say_the_same() {
    let scene = office();
    let path = scene.path("inventory.sqlite");
    let (today, listed, exported) = (bodies(&path), list(&scene), scene.export());
    // All mistakes in typing, and something damaged.
    for code in TYPOS {
        assert!(today.iter().any(|body| body.contains(&format!("\"typo\":\"{code}\""))), "{code}");
    }
    assert!(today.iter().any(|body| body.contains("\"damaged\":{") && body.contains("\"what\":\"")), "{today:?}");
    let understood = understood_from(&path);
    assert!(understood.contains("typo: Some(ByteOrderMark)") && understood.contains("what: Truncated"), "{understood}");

    back_to_form_1(&path);
    let before = bodies(&path);
    assert_eq!((version(&path), before.iter().zip(&today).filter(|(one, other)| one != other).count() > 16), (1, true));
    assert_eq!(list(&scene), listed);
    assert_eq!((version(&path), bodies(&path), scene.export()), (3, today, exported));
    assert_eq!(understood_from(&path), understood);
    // The copy from before is as it was.
    let copy = scene.path("inventory.before-3");
    assert_eq!((version(&copy), bodies(&copy)), (1, before));
    assert!(said(&scene.command(&["inventory", "check"]).output().unwrap()).contains("sound"));
}

#[test]
fn an_export_of_form_1_is_merged() {
    let scene = office();
    let exported = scene.export();
    let old = as_in_form_1(&exported);
    assert_ne!(old, exported);
    let other = Scene::new();
    std::fs::write(other.path("old.ndjson"), old).unwrap();
    said(&other.command(&["inventory", "merge", "old.ndjson"]).output().unwrap());
    assert_eq!(other.export(), exported);
    // A place that no list has is no line of an export.
    let wrong = exported.replace("\"typo\":\"width\"", "\"typo\":8");
    std::fs::write(other.path("wrong.ndjson"), wrong).unwrap();
    let output = other.command(&["inventory", "merge", "wrong.ndjson"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no place 8"));
}

#[test]
fn an_older_form_is_changed_by_one_process_while_others_wait() {
    let scene = office();
    back_to_form_1(&scene.path("inventory.sqlite"));
    let mut commands: Vec<Command> = (0..6).map(|_| scene.command(&["inventory", "info"])).collect();
    for command in &mut commands {
        command.env_remove("SHOMEI_CLOCK");
    }
    let children: Vec<_> = commands
        .iter_mut()
        .map(|command| {
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        said(&child.wait_with_output().unwrap());
    }
    assert_eq!(version(&scene.path("inventory.sqlite")), 3);
    assert_eq!(version(&scene.path("inventory.before-3")), 1);
}
