//! Backup and the way back, versions, places where an inventory may not lie.

use std::path::Path;

use shomei::platform::{is_network, mount_of};

use super::scene::{NOW, Scene, said};

fn complaint(scene: &Scene, arguments: &[&str], code: i32) -> String {
    let output = scene.command(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{told}");
    told
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::with_fleet(2);
    scene.import(&[]);
    said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
    said(&scene.command(&["inventory", "export", "--output", "all.ndjson"]).output().unwrap());
    for file in ["inventory.sqlite", "copy.sqlite", "inventory.sqlite.lock", "all.ndjson"] {
        let mode = std::fs::metadata(scene.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn a_backup_brings_back_what_was_and_keeps_what_is() {
    let scene = Scene::with_fleet(6);
    scene.import(&[]);
    let then = scene.export();
    said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
    std::fs::remove_file(&scene.files()[0]).unwrap();
    scene.import(&[]);
    let now = scene.export();
    assert_ne!(then, now);
    said(&scene.command(&["inventory", "restore", "copy.sqlite"]).output().unwrap());
    assert_eq!(scene.export(), then);
    let kept = std::fs::read_dir(scene.path("")).unwrap().flatten().map(|entry| entry.path());
    let kept = kept.into_iter().find(|path| path.to_string_lossy().contains("replaced-")).expect("the replaced one");
    std::fs::rename(kept, scene.path("inventory.sqlite")).unwrap();
    assert_eq!(scene.export(), now);
}

#[test]
fn restoring_twice_keeps_both_and_the_copy_stays_as_it_is() {
    let scene = Scene::with_fleet(4);
    scene.import(&[]);
    std::fs::create_dir(scene.path("share")).unwrap();
    said(&scene.command(&["inventory", "backup", "share/copy.sqlite"]).output().unwrap());
    let copy = std::fs::read(scene.path("share/copy.sqlite")).unwrap();
    for _ in 0..3 {
        said(&scene.command(&["inventory", "restore", "share/copy.sqlite"]).output().unwrap());
    }
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(scene.path(folder)).unwrap().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names("").iter().filter(|name| name.contains("replaced-")).count(), 3, "{:?}", names(""));
    assert!(!names("").iter().any(|name| name.contains("restoring")), "{:?}", names(""));
    // Nothing was written to it or beside it, so that it may lie where nobody can write.
    assert_eq!(names("share"), ["copy.sqlite"]);
    assert_eq!(std::fs::read(scene.path("share/copy.sqlite")).unwrap(), copy);
}

#[test]
fn a_restore_waits_for_an_import() {
    let scene = Scene::with_fleet(4);
    scene.import(&[]);
    said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
    let inventory = shomei::inventory::sqlite::Sqlite::open(&scene.path("inventory.sqlite")).unwrap();
    let lock = shomei::inventory::Turn::of_import(inventory.path(), || {}).unwrap();
    let mut command = scene.command(&["inventory", "restore", "copy.sqlite"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert!(child.try_wait().unwrap().is_none(), "it waits");
    drop((lock, inventory));
    let output = child.wait_with_output().unwrap();
    said(&output);
    assert!(String::from_utf8_lossy(&output.stderr).contains("waiting"));
}

#[test]
fn the_inventory_is_no_copy_of_itself() {
    let scene = Scene::with_fleet(2);
    scene.import(&[]);
    let told = complaint(&scene, &["inventory", "backup", "./inventory.sqlite"], 2);
    assert!(told.contains("itself"), "{told}");
}

#[test]
fn what_is_in_it_is_told_as_its_schema_says() {
    let scene = Scene::with_fleet(2);
    let info = |scene: &Scene| {
        let text = said(&scene.command(&["inventory", "info", "--format", "json"]).output().unwrap());
        assert!(text.ends_with("}\n"), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    scene.import(&[]);
    let empty = Scene::new();
    std::fs::write(empty.path("inventory.sqlite"), "").unwrap();
    super::watch::valid("inventory-info", None, &[info(&scene), info(&empty)]);
}

#[test]
fn a_record_that_cannot_be_read_is_told_as_damage() {
    let scene = Scene::with_fleet(2);
    scene.import(&[]);
    let database = rusqlite::Connection::open(scene.path("inventory.sqlite")).unwrap();
    database.execute("UPDATE judged SET row = 'cut'", []).unwrap();
    drop(database);
    let told = complaint(&scene, &["list", "--policy", "lab"], 2);
    assert!(told.contains("damaged") && told.contains("restore"), "{told}");
    let check = || complaint(&scene, &["inventory", "check"], 1);
    assert!(check().contains("damaged"));
    // A certificate that is no longer the one it is kept as.
    let whole = Scene::with_fleet(2);
    whole.import(&[]);
    assert!(said(&whole.command(&["inventory", "check"]).output().unwrap()).contains("sound"));
    let database = rusqlite::Connection::open(whole.path("inventory.sqlite")).unwrap();
    database.execute("UPDATE certificate SET der = x'3000'", []).unwrap();
    drop(database);
    assert!(complaint(&whole, &["inventory", "check"], 1).contains("another SHA-256"));
    assert!(complaint(&whole, &["inventory", "restore", "inventory.sqlite"], 2).contains("damaged"));
}

#[test]
fn a_damaged_copy_replaces_nothing() {
    let scene = Scene::with_fleet(6);
    scene.import(&[]);
    let then = scene.export();
    said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
    let mut bytes = std::fs::read(scene.path("copy.sqlite")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4096].fill(0x5a);
    std::fs::write(scene.path("copy.sqlite"), bytes).unwrap();
    let told = complaint(&scene, &["inventory", "restore", "copy.sqlite"], 2);
    assert!(told.contains("copy.sqlite"), "{told}");
    assert_eq!(scene.export(), then);
}

#[test]
fn a_newer_inventory_and_a_file_of_another_kind_are_left_alone() {
    let scene = Scene::with_fleet(2);
    scene.import(&[]);
    let path = scene.path("inventory.sqlite");
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let before = std::fs::read(&path).unwrap();
    assert!(complaint(&scene, &["inventory", "info"], 2).contains("99"));
    let output = scene.import_command(NOW, &[]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    // Another program's database, and no database at all.
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(complaint(&scene, &["inventory", "info"], 2).contains("no inventory"));
    std::fs::write(&path, "a text of some length, which is not a database of any kind").unwrap();
    assert!(complaint(&scene, &["inventory", "info"], 2).contains("no inventory"));
}

#[test]
fn prune_says_what_it_would_do_and_then_does_it_for_good() {
    let scene = Scene::with_fleet(6);
    scene.import(&[]);
    std::fs::remove_file(&scene.files()[0]).unwrap();
    scene.import(&[]);
    let before = scene.export();
    let prune = ["inventory", "prune", "--before", "2027-01-01"];
    let told = said(&scene.command(&prune).output().unwrap());
    assert!(told.contains("recorded of them: 1") && told.contains("--yes"), "{told}");
    assert_eq!(scene.export(), before, "without --yes nothing is removed");
    said(&scene.command(&[&prune[..], &["--yes"]].concat()).output().unwrap());
    let after = scene.export();
    assert!(after.lines().count() < before.lines().count());
    std::fs::write(scene.path("old.ndjson"), &before).unwrap();
    said(&scene.command(&["inventory", "merge", "old.ndjson"]).output().unwrap());
    assert_eq!(scene.export(), after, "a merge does not bring it back");
}

/// Lines as Linux prints them, made up.
const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/share rw,relatime - cifs //server/office rw,vers=3.1.1
31 22 0:41 /part /mnt/with\\040blank rw - nfs4 nas:/export rw
32 22 0:42 / /home/u/remote rw - fuse.sshfs u@host: rw
33 22 0:43 / /mnt/stick rw - vfat /dev/sdb1 rw
34 30 8:2 / /mnt/share/local rw - xfs /dev/sdc1 rw
35 22 0:44 / /media/sf_share rw - vboxsf share rw
36 22 0:45 / /mnt/hgfs rw - fuse.vmhgfs-fuse vmhgfs-fuse rw
37 22 0:46 / /media/psf rw - prl_fs psf rw
38 22 0:47 / /mnt/host rw - virtiofs host rw
39 22 0:48 / /run/user/1000/gvfs rw - fuse.gvfsd-fuse gvfsd-fuse rw
";

#[test]
fn network_file_systems_are_told_apart() {
    for (path, kind, network) in [
        ("/var/lib/shomei", "ext4", false),
        ("/mnt/share/台帳/inventory.sqlite", "cifs", true),
        ("/mnt/share/local/inventory.sqlite", "xfs", false),
        ("/mnt/shared", "ext4", false),
        ("/mnt/with blank/x", "nfs4", true),
        ("/home/u/remote/x", "fuse.sshfs", true),
        ("/mnt/stick/x", "vfat", false),
        ("/media/sf_share/x", "vboxsf", true),
        ("/mnt/hgfs/x", "fuse.vmhgfs-fuse", true),
        ("/media/psf/x", "prl_fs", true),
        ("/mnt/host/x", "virtiofs", true),
        ("/run/user/1000/gvfs/x", "fuse.gvfsd-fuse", true),
    ] {
        let mount = mount_of(MOUNTS, Path::new(path)).expect(path);
        assert_eq!((mount.kind.as_str(), is_network(&mount.kind)), (kind, network), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn two_names_are_two_places_and_names_of_a_mac_are_those_that_people_type() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let text = |bytes: &[u8]| shomei::platform::path_text(Path::new(OsStr::from_bytes(bytes)));
    assert_eq!(text(b"a/\x83K.p12"), "a/\\x83K.p12");
    assert_eq!(text(br"a/\x83K.p12"), "a/\\x5cx83K.p12");
    // What is no escape stays as it is.
    for name in [&br"a\b.p12"[..], br"a\x8.p12", br"\\server\share", "が.p12".as_bytes()] {
        assert_eq!(text(name), std::str::from_utf8(name).unwrap());
    }
    // か and a voice mark.
    assert_eq!(shomei::platform::composed("\u{304b}\u{3099}.p12"), "\u{304c}.p12");
    let scene = Scene::with_fleet(2);
    let decomposed = scene.path("fleet/\u{304b}\u{3099}んばる.p12");
    std::fs::rename(&scene.files()[0], decomposed).unwrap();
    scene.import(&[]);
    let list =
        |word: &str| said(&scene.command(&["list", "--policy", "lab", "--format", "csv", word]).output().unwrap());
    assert_eq!(list("\u{304c}んばる").lines().count(), list("\u{304b}\u{3099}んばる").lines().count());
    assert!(list("\u{304c}んばる").lines().count() > 1);
}

#[test]
fn only_another_place_of_the_password_is_no_change() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    std::fs::copy(scene.path("passwords.txt"), scene.path("moved.txt")).unwrap();
    let report = scene.import(&["--rehash", "--password-file", "moved.txt"]);
    let again = {
        std::fs::remove_file(scene.path("passwords.txt")).unwrap();
        std::fs::write(scene.path("passwords.txt"), "").unwrap();
        scene.import(&["--rehash", "--password-file", "moved.txt"])
    };
    for report in [report, again] {
        assert_eq!(
            (report["files"]["changed"].as_u64(), report["files"]["new"].as_u64()),
            (Some(0), Some(0)),
            "{report}"
        );
    }
}

#[test]
fn what_the_system_says_is_told_in_the_language_asked() {
    let scene = Scene::with_fleet(1);
    scene.import(&[]);
    let merge = |lang: &str| {
        let mut command = scene.command_in(lang, NOW, &["inventory", "merge", "nowhere.ndjson"]);
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    let (ja, en) = (merge("ja"), merge("en"));
    assert!(
        ja.contains("ファイルまたはフォルダーがありません") && !ja.contains("os error") && !ja.contains("。。"),
        "{ja}"
    );
    assert!(en.contains("No such file") && !en.contains("os error") && !en.contains(".."), "{en}");
}

/// Two or more English words in a row, where it is no command to type.
fn english(text: &str) -> Option<String> {
    let is_prose = |c: char| c.is_ascii_alphabetic() || " '-/._=".contains(c);
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'');
    let is_typed = |part: &&str| part.contains("shomei") || part.contains("--");
    let parts = text.split(|c| !is_prose(c)).filter(|part| !is_typed(part));
    parts.map(str::trim).find(|part| part.split(' ').filter(is_word).count() > 1).map(String::from)
}

#[cfg(target_os = "linux")]
#[test]
fn no_english_stands_in_a_japanese_message() {
    let scene = Scene::with_fleet(2);
    scene.import(&[]);
    std::fs::create_dir(scene.path("folder")).unwrap();
    std::fs::write(scene.path("plain.txt"), "plain").unwrap();
    std::os::unix::fs::symlink("itself", scene.path("itself")).unwrap();
    let whole = std::fs::read(scene.path("inventory.sqlite")).unwrap();
    std::fs::write(scene.path("cut.sqlite"), &whole[..whole.len() / 2]).unwrap();
    assert_eq!(std::process::Command::new("mkfifo").arg(scene.path("pipe")).status().unwrap().code(), Some(0));
    said(&scene.home().command(&["import", "fleet", "--fail-on", "never"]).output().unwrap());
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for place in ["missing", "folder", "itself", "plain.txt/below", "missing/below"] {
        commands.extend([
            vec!["inspect", place],
            vec!["verify", place],
            vec!["fingerprint", place],
            vec!["convert", place, "-o", "made.pem"],
            vec!["audit", place],
            vec!["import", place],
            vec!["audit", "fleet", "--password-file", place],
            vec!["audit", "fleet", "--password-map", place],
            vec!["audit", "fleet", "--policy", place],
            vec!["audit", "fleet", "--root", place],
            vec!["audit", "fleet", "--crl", place],
            vec!["list", "-o", place],
            vec!["report", "--letter", "-o", place],
            vec!["report", "--letter", "--templates", place],
            vec!["report", "--write-templates", place],
            vec!["register", "import", place],
            vec!["register", "export", "-o", place],
            vec!["mark", "--from", place],
            vec!["holidays", "import", place],
            vec!["root", "add", place],
            vec!["policy", "check", place],
            vec!["config", "show", "--config", place],
            vec!["inventory", "backup", place],
            vec!["inventory", "restore", place],
            vec!["inventory", "merge", place],
            vec!["inventory", "export", "-o", place],
            vec!["run", "--config", place],
            vec!["notify", "--config", place],
        ]);
    }
    commands.extend([vec!["audit", "pipe"], vec!["audit", "/proc"], vec!["import", "pipe"], vec!["import", "/proc"]]);
    let check = |command: &[&str], output: std::process::Output| {
        for text in [&output.stdout, &output.stderr] {
            let text = String::from_utf8_lossy(text);
            assert_eq!(english(&text), None, "{command:?}: {text}");
            assert!(!text.contains("os error") && !text.contains("。。"), "{command:?}: {text}");
        }
        output.status.code()
    };
    for command in &commands {
        // Commands that write have made it a file or a folder.
        let _ = std::fs::remove_file(scene.path("missing"));
        let _ = std::fs::remove_dir_all(scene.path("missing"));
        let output = scene.home().command(&[&command[..], &["--lang", "ja"]].concat()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!told.contains("引数はありません"), "{command:?}: {told}");
        check(command, output);
    }
    // An inventory that is a folder, lies below a file, is missing or damaged.
    for inventory in ["folder", "plain.txt/below", "missing", "cut.sqlite", "plain.txt"] {
        for command in [&["list"][..], &["inventory", "check"], &["coverage"], &["run"]] {
            let arguments = [command, &["--inventory", inventory, "--lang", "ja"]].concat();
            let output = scene.home().command(&arguments).output().unwrap();
            assert_eq!(check(&arguments, output), Some(2), "{arguments:?}");
        }
    }
    // A disk that is full, told of and not only by its code.
    for command in [&["list", "--policy", "lab"][..], &["report", "--policy", "lab"], &["inventory", "export"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = scene.command_in("ja", NOW, command).stdout(full).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains("結果を出力できません: ディスクの空きがありません。"), "{command:?}: {told}");
        assert_eq!(check(command, output), Some(2));
    }
}

#[test]
fn a_file_that_no_rule_of_the_map_fits_is_named_and_names_of_a_mac_fit_what_people_type() {
    let scene = Scene::with_fleet(3);
    // か and a voice mark in the file's name, が in the map.
    std::fs::create_dir(scene.path("ga")).unwrap();
    let protected: Vec<_> =
        scene.files().into_iter().filter(|path| path.extension().is_some_and(|e| e == "p12")).collect();
    std::fs::copy(&protected[0], scene.path("ga/\u{304b}\u{3099}んばる.p12")).unwrap();
    std::fs::copy(&protected[0], scene.path("ga/other.p12")).unwrap();
    let map = |pattern: &str| {
        std::fs::write(scene.path("map.yaml"), format!("- {{path: \"{pattern}\", file: passwords.txt}}\n")).unwrap();
        let arguments = ["audit", "ga", "--policy", "lab", "--password-map", "map.yaml", "--format", "json"];
        let output = scene.home().command(&[&arguments[..], &["--lang", "en"]].concat()).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let told = map("ga/\u{304c}*.p12");
    assert!(told.contains("fit no rule of the password map map.yaml: 1, the first of them ga/other.p12"), "{told}");
    let told = map("osaka/**");
    assert!(told.contains("map.yaml: 2, the first of them ga/"), "{told}");
    // A rule that fits with a wrong password is no lack of one.
    assert!(!map("ga/*").contains("no rule"));
    std::fs::write(scene.path("passwords.txt"), "wrong\n").unwrap();
    assert!(!map("ga/*").contains("no rule"));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_text_and_its_escape_are_two_places() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let scene = Scene::with_fleet(2);
    let whole = std::fs::read(&scene.files()[0]).unwrap();
    let folder = scene.path("fleet");
    for name in [&b"\x83K.p12"[..], br"\x83K.p12"] {
        std::fs::write(folder.join(OsStr::from_bytes(name)), &whole).unwrap();
    }
    scene.age();
    scene.import(&[]);
    let places = || {
        let export = scene.export();
        let paths = export.lines().filter_map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let file = !line["entry"]["file"].is_null();
            file.then(|| line["entry"]["path"].as_str().map(String::from)).flatten()
        });
        let mut paths: Vec<String> = paths.filter(|path| path.contains("x83K")).collect();
        paths.dedup();
        paths.iter().map(|path| path.rsplit('/').next().unwrap().to_string()).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(places(), [r"\x5cx83K.p12", r"\x83K.p12"].map(String::from).into());
    // One of the two is removed: the other is still there.
    std::fs::remove_file(folder.join(OsStr::from_bytes(b"\x83K.p12"))).unwrap();
    let report = scene.import(&[]);
    assert_eq!(
        (report["sources"][0]["gone"].as_u64(), report["files"]["new"].as_u64()),
        (Some(1), Some(0)),
        "{report}"
    );
}

#[test]
fn a_disk_with_another_name_is_the_same_while_most_of_its_files_are_there() {
    let scene = Scene::with_fleet(6);
    let renamed = || {
        let mut changed = 0;
        let export = scene.export();
        let lines = export.lines().map(|line| {
            let mut document: serde_json::Value = serde_json::from_str(line).unwrap();
            if document["entry"]["file_system"].is_string() {
                document["entry"]["file_system"] = "ext4 /dev/sdz1".into();
                changed += 1;
            }
            document.to_string() + "\n"
        });
        std::fs::write(scene.path("renamed.ndjson"), lines.collect::<String>()).unwrap();
        assert!(changed > 0, "no import tells its file system");
        for beside in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(scene.path(&format!("inventory.sqlite{beside}")));
        }
        said(&scene.command(&["inventory", "merge", "renamed.ndjson"]).output().unwrap());
    };
    scene.import(&[]);
    renamed();
    let files = scene.files();
    std::fs::remove_file(&files[0]).unwrap();
    // One file is gone; without a question and with exit 0.
    let report = scene.import(&["--fail-on", "never"]);
    assert_eq!((report["code"].as_i64(), report["sources"][0]["gone"].as_u64()), (Some(0), Some(1)), "{report}");
    renamed();
    for path in &files[2..] {
        std::fs::remove_file(path).unwrap();
    }
    // Hardly anything of it is there: another disk, of which nothing is recorded as gone.
    let report = scene.import(&["--fail-on", "never"]);
    assert_eq!(report["sources"][0]["gone"].as_u64(), Some(0), "{report}");
    assert!(report["told"].as_str().unwrap().contains("--accept-gone"), "{report}");
}

#[cfg(unix)]
#[test]
fn a_backup_needs_no_locks_where_it_goes() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let whole = scene.export();
    // A pipe knows neither locks nor seeking.
    let output = scene.command(&["inventory", "backup", "/dev/stdout"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::write(scene.path("copy.sqlite"), output.stdout).unwrap();
    said(&scene.command(&["inventory", "restore", "copy.sqlite"]).output().unwrap());
    assert_eq!(scene.export(), whole);
}
