//! Who waits for whom: nothing replaces an inventory that somebody has open.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use shomei::inventory::{InventoryLock, Turn};

use super::scene::{Scene, said};

/// Lets a command begin that must wait, and shows that it does.
fn waits(mut command: Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // After a second it says so.
    std::thread::sleep(Duration::from_secs(4));
    assert!(child.try_wait().unwrap().is_none(), "it waits: {command:?}");
    child
}

/// What it says once it need not wait any longer.
fn goes_on(mut child: Child) -> Output {
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(30), "it still waits");
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    said(&output);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("using this inventory; waiting"), "{told}");
    output
}

fn office() -> Scene {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
    scene
}

const RESTORE: [&str; 3] = ["inventory", "restore", "copy.sqlite"];
const PRUNE: [&str; 5] = ["inventory", "prune", "--before", "2027-01-01", "--yes"];

#[cfg(unix)]
#[test]
fn a_restore_waits_for_whoever_reads() {
    let scene = office();
    // Nothing is left to prune otherwise.
    std::fs::remove_file(&scene.files()[0]).unwrap();
    scene.import(&[]);
    for replacing in [&PRUNE[..], &RESTORE] {
        let pipe = scene.path("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        // It opens the inventory, and waits for somebody who takes the list.
        let mut reader = scene.command(&["list", "--policy", "lab", "--output", "pipe"]);
        let mut reader = reader.stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(400));
        let waiting = waits(scene.command(replacing));
        let list = std::fs::read_to_string(&pipe).unwrap();
        assert!(list.contains("P12") || list.contains("p12"), "{list}");
        assert!(reader.wait().unwrap().success());
        goes_on(waiting);
        std::fs::remove_file(pipe).unwrap();
    }
}

#[test]
fn whoever_opens_it_waits_until_it_has_been_replaced() {
    let scene = office();
    let path = scene.path("inventory.sqlite");
    let lock = InventoryLock::exclusive(&path, || panic!("nobody has it open")).unwrap();
    let commands = [&["inventory", "info"][..], &["mark", "contacted", "holder:T-001"], &RESTORE, &PRUNE];
    let children: Vec<Child> = commands
        .iter()
        .map(|arguments| {
            let mut command = scene.command(arguments);
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    for mut child in children {
        assert!(child.try_wait().unwrap().is_none(), "it waits");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let waiting = waits(scene.command(&["inventory", "check"]));
    drop(lock);
    goes_on(waiting);
}

#[test]
fn imports_take_turns_and_readers_do_not_wait_for_them() {
    let scene = office();
    let turn = Turn::of_import(&scene.path("inventory.sqlite"), || panic!("nobody imports")).unwrap();
    let waiting = waits(scene.import_command(super::scene::NOW, &[]));
    said(&scene.command(&["inventory", "info"]).output().unwrap());
    drop(turn);
    let output = waiting.wait_with_output().unwrap();
    said(&output);
    assert!(String::from_utf8_lossy(&output.stderr).contains("importing into this inventory; waiting"));
}

#[cfg(unix)]
#[test]
fn whoever_may_use_the_inventory_may_use_its_locks() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let scene = office();
    let (path, lock) = (scene.path("inventory.sqlite"), scene.path("inventory.sqlite.lock"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o660)).unwrap();
    let is_root = chown(&path, Some(1234), Some(4321)).is_ok();
    std::fs::remove_file(&lock).unwrap();
    said(&scene.command(&["inventory", "info"]).output().unwrap());
    let metadata = std::fs::metadata(&lock).unwrap();
    assert_eq!(metadata.mode() & 0o777, 0o660);
    if is_root {
        assert_eq!((metadata.uid(), metadata.gid()), (1234, 4321));
    }
}

#[test]
fn a_restore_takes_over_what_was_sent_since_the_copy_and_nothing_else() {
    use shomei::inventory::sqlite::Sqlite;
    use shomei::inventory::{EntryBody, EntrySequence, NotificationRow, Store, StoreWriter, WriteBatch};
    let scene = office();
    let then = scene.export();
    let mut inventory = super::scene::opened(&scene.path("inventory.sqlite"));
    let now = shomei::calendar::parse_instant(super::scene::NOW, shomei::calendar::Zone::UTC).unwrap();
    let mut stamper = EntrySequence::new(&inventory, now).unwrap();
    let row = NotificationRow {
        topic: "declared:x".into(),
        step: "first".into(),
        on: "2026-11-23".into(),
        ..NotificationRow::default()
    };
    let entry = stamper.entry(EntryBody::Told(row.clone()));
    inventory.record(&WriteBatch { entries: vec![entry], ..WriteBatch::default() }).unwrap();
    drop(inventory);
    std::fs::remove_file(&scene.files()[0]).unwrap();
    scene.import(&[]);
    let text = said(&scene.command(&RESTORE).output().unwrap());
    assert!(text.contains("1 records of notifications"), "{text}");
    let (told, others): (Vec<String>, Vec<String>) =
        scene.export().lines().map(String::from).partition(|line| line.contains("\"kind\":\"told\""));
    // The line that counts them counts the notification.
    let entries =
        |text: &str| text.lines().filter(|line| !line.contains("\"contents\"")).collect::<Vec<_>>().join("\n");
    assert_eq!((told.len(), entries(&others.join("\n"))), (1, entries(&then)));
    assert_eq!(Sqlite::open(&scene.path("inventory.sqlite")).unwrap().notifications().unwrap(), [row]);
    // What it knows already is not taken over again.
    let text = said(&scene.command(&["inventory", "restore", "inventory.sqlite"]).output().unwrap());
    assert!(!text.contains("notifications"), "{text}");
}

#[cfg(unix)]
#[test]
fn an_inventory_behind_a_link_stays_there_and_has_the_same_locks() {
    let scene = office();
    let then = scene.export();
    std::fs::create_dir(scene.path("disk")).unwrap();
    let (link, real) = (scene.path("inventory.sqlite"), scene.path("disk/real.sqlite"));
    std::fs::rename(&link, &real).unwrap();
    std::os::unix::fs::symlink("disk/real.sqlite", &link).unwrap();
    assert_eq!(scene.export(), then);
    let lock = InventoryLock::shared(&real, || panic!("nobody replaces it")).unwrap();
    let waiting = waits(scene.command(&RESTORE));
    drop(lock);
    goes_on(waiting);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(scene.export(), then);
    let names: Vec<String> = std::fs::read_dir(scene.path("disk"))
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("real.replaced-")), "{names:?}");
}
