//! What an import records, and when it says that something is gone.

use std::process::Command;

use super::scene::{NOW, Scene, copy, said};
use crate::common::command::{SHOMEI, shomei};

#[test]
fn an_import_tells_what_the_audit_tells() {
    let scene = Scene::with_fleet(60);
    // One file of each kind of trouble.
    std::fs::write(scene.path("fleet/note.txt"), "no certificate").unwrap();
    let bytes = std::fs::read(&scene.files()[3]).unwrap();
    std::fs::write(&scene.files()[3], &bytes[..bytes.len() / 2]).unwrap();
    let report = scene.import(&[]);
    let arguments = ["audit", "fleet", "--policy", "lab", "--at", NOW, "--format", "json"];
    let mut audit = shomei(&scene.path(""), &scene.path(""), &arguments);
    let audit = audit.args(["--password-file", "passwords.txt"]).output().unwrap();
    let audit: serde_json::Value = serde_json::from_slice(&audit.stdout).unwrap();
    assert_eq!(report["certificates"], audit["summary"]["certificates"]);
    assert_eq!(report["attention"], audit["summary"]["attention"]);
    assert_eq!(report["severity"], audit["summary"]["severity"]);
    assert_eq!(report["code"], 1, "a damaged file is an error");
}

#[test]
fn what_did_not_change_is_not_opened_again() {
    let scene = Scene::with_fleet(30);
    let files = scene.files().len() as u64;
    let first = scene.import(&[]);
    assert_eq!((&first["files"]["new"], &first["files"]["unchanged"]), (&files.into(), &0.into()));
    let history = scene.export();
    let second = scene.import(&[]);
    assert_eq!((&second["files"]["new"], &second["files"]["unchanged"]), (&0.into(), &files.into()));
    assert_eq!(second["certificates_new"], 0);
    // All that was added is that the folder was walked once more.
    let again = scene.export();
    assert_eq!(again.lines().count(), history.lines().count() + 1);
    // Opened again, they hold what they held.
    let third = scene.import(&["--rehash"]);
    assert_eq!((&third["files"]["changed"], &third["files"]["unchanged"]), (&0.into(), &files.into()));
    // Another look at the keys is another reading.
    let fourth = scene.import(&["--keys", "skip"]);
    assert_ne!(fourth["files"]["changed"], 0);
}

#[test]
fn a_file_that_was_written_again_is_seen_even_if_its_time_was_set_back() {
    let scene = Scene::with_fleet(10);
    scene.import(&[]);
    let files = scene.files();
    let before = std::fs::metadata(&files[2]).unwrap().modified().unwrap();
    let other = std::fs::read(&files[4]).unwrap();
    std::fs::write(&files[2], other).unwrap();
    std::fs::File::options().write(true).open(&files[2]).unwrap().set_modified(before).unwrap();
    assert_eq!(scene.import(&[])["files"]["changed"], 1);
}

#[test]
fn a_locked_file_is_tried_again_and_opens_once_its_password_is_known() {
    let scene = Scene::with_fleet(10);
    let passwords = std::fs::read(scene.path("passwords.txt")).unwrap();
    std::fs::write(scene.path("passwords.txt"), "not this one\n").unwrap();
    let first = scene.import(&[]);
    assert_ne!(first["files"]["locked"], 0, "{first}");
    assert_eq!(scene.import(&[])["files"]["locked"], first["files"]["locked"]);
    std::fs::write(scene.path("passwords.txt"), passwords).unwrap();
    let opened = scene.import(&[]);
    assert_eq!(opened["files"]["locked"], 0);
    assert_eq!(opened["files"]["changed"], first["files"]["locked"]);
    // Losing the password again forgets nothing of what it showed.
    std::fs::write(scene.path("passwords.txt"), "not this one\n").unwrap();
    let lost = scene.import(&["--rehash"]);
    assert_eq!(lost["certificates"], opened["certificates"]);
}

#[test]
fn gone_is_said_of_what_was_looked_for_and_only_then() {
    let scene = Scene::with_fleet(20);
    let before = scene.import(&[]);
    let files = scene.files();
    std::fs::remove_file(&files[1]).unwrap();
    let report = scene.import(&[]);
    assert_eq!(report["sources"][0]["gone"], 1);
    assert!(report["certificates"].as_u64() < before["certificates"].as_u64());
    // It comes back as a new file.
    std::fs::copy(&files[2], &files[1]).unwrap();
    let back = scene.import(&[]);
    assert_eq!((&back["files"]["new"], &back["sources"][0]["gone"]), (&1.into(), &0.into()));
}

#[test]
fn an_empty_folder_looks_like_a_share_that_is_not_mounted() {
    let scene = Scene::with_fleet(20);
    let before = scene.import(&[]);
    std::fs::rename(scene.path("fleet"), scene.path("away")).unwrap();
    std::fs::create_dir(scene.path("fleet")).unwrap();
    let report = scene.import(&[]);
    assert_eq!(report["sources"][0]["gone"], 0);
    assert_eq!(report["sources"][0]["not_compared"], "empty");
    assert!(report["told"].as_str().unwrap().contains("--accept-gone"), "{report}");
    assert_eq!(report["certificates"], before["certificates"]);
    // Still so the next time: an incomplete run is not what the next is compared with.
    assert_eq!(scene.import(&[])["sources"][0]["not_compared"], "empty");
    let report = scene.import(&["--accept-gone"]);
    assert_eq!(report["sources"][0]["gone"], before["sources"][0]["files"]);
    assert_eq!(report["certificates"], 0);
}

#[test]
fn what_was_gone_and_is_back_as_it_was_is_read_again() {
    let scene = Scene::with_fleet(10);
    let before = scene.import(&[]);
    std::fs::rename(scene.path("fleet"), scene.path("away")).unwrap();
    std::fs::create_dir(scene.path("fleet")).unwrap();
    assert_eq!(scene.import(&["--accept-gone"])["certificates"], 0);
    std::fs::remove_dir(scene.path("fleet")).unwrap();
    std::fs::rename(scene.path("away"), scene.path("fleet")).unwrap();
    let back = scene.import(&[]);
    assert_eq!((&back["files"]["new"], &back["files"]["unchanged"]), (&before["files"]["new"], &0.into()), "{back}");
    assert_eq!(back["certificates"], before["certificates"]);
}

#[test]
fn sources_that_overlap_make_nothing_gone_and_one_place_has_one_name() {
    let scene = Scene::with_fleet(20);
    let before = scene.import(&[]);
    let inner = scene.files()[0].parent().unwrap().to_path_buf();
    let inner = inner.strip_prefix(scene.path("")).unwrap().to_string_lossy().into_owned();
    assert_ne!(inner, "fleet");
    let roundabout = format!("{inner}/../../fleet/");
    for more in [vec![inner.as_str()], vec![inner.as_str(), inner.as_str()], vec![roundabout.as_str(), "./fleet"]] {
        let report = scene.import(&more);
        assert_eq!(report["files"]["unchanged"], before["files"]["new"], "{report}");
        assert_eq!(report["files"]["new"], 0, "{report}");
        let sources = report["sources"].as_array().unwrap();
        assert!(sources.iter().all(|source| source["gone"] == 0 && source["not_compared"].is_null()), "{report}");
    }
}

#[test]
fn a_share_within_a_source_that_is_not_mounted_is_not_gone() {
    let scene = Scene::with_fleet(20);
    let share = scene.files()[0].parent().unwrap().to_path_buf();
    // The share was imported by itself, now what lies around it is.
    let name = share.strip_prefix(scene.path("")).unwrap().to_string_lossy().into_owned();
    let import = |paths: &[&str]| {
        let all = ["import", "--policy", "lab", "--format", "json", "--fail-on", "never", "--host", "pc1"];
        let opened = ["--password-file", "passwords.txt"];
        let said = said(&scene.command(&[&all[..], &opened, paths].concat()).output().unwrap());
        serde_json::from_str::<serde_json::Value>(&said).unwrap()
    };
    import(&[&name]);
    std::fs::rename(&share, scene.path("away")).unwrap();
    std::fs::create_dir(&share).unwrap();
    let report = import(&["fleet"]);
    assert_eq!(report["sources"].as_array().unwrap().iter().map(|s| s["gone"].as_u64().unwrap()).sum::<u64>(), 0);
    let told = &report["sources"][0];
    assert!(told["path"].as_str().unwrap().ends_with(&name) && told["not_compared"] == "empty", "{report}");
    // And the other way round: seen from around it first, then named itself.
    let other = Scene::with_fleet(20);
    other.import(&[]);
    let share = other.files()[0].parent().unwrap().to_path_buf();
    std::fs::rename(&share, other.path("away")).unwrap();
    std::fs::create_dir(&share).unwrap();
    let all = ["import", "--policy", "lab", "--format", "json", "--fail-on", "never", "--host", "pc1", &name];
    let report: serde_json::Value = serde_json::from_str(&said(&other.command(&all).output().unwrap())).unwrap();
    assert_eq!((&report["sources"][0]["gone"], &report["sources"][0]["not_compared"]), (&0.into(), &"empty".into()));
}

/// Names of old Windows shares are no UTF-8.
#[cfg(target_os = "linux")]
#[test]
fn two_names_that_are_no_utf_8_are_two_files() {
    use std::os::unix::ffi::OsStrExt;
    let scene = Scene::with_fleet(10);
    let files = scene.files();
    for (file, name) in files.iter().zip([&b"\x8e\x96.p12"[..], b"\x8f\x97.p12"]) {
        std::fs::rename(file, scene.path("fleet").join(std::ffi::OsStr::from_bytes(name))).unwrap();
    }
    let first = scene.import(&[]);
    assert_eq!(first["files"]["new"], files.len());
    let second = scene.import(&[]);
    assert_eq!((&second["files"]["changed"], &second["files"]["unchanged"]), (&0.into(), &first["files"]["new"]));
    assert!(scene.export().contains(r"\\x8e\\x96.p12"));
}

#[test]
fn a_source_that_cannot_be_opened_changes_nothing() {
    let scene = Scene::with_fleet(5);
    let before = scene.import(&[]);
    std::fs::rename(scene.path("fleet"), scene.path("away")).unwrap();
    let report = scene.import(&[]);
    assert_eq!(report["code"], 2);
    assert!(report["told"].as_str().unwrap().contains("fleet"), "{report}");
    assert_eq!(report["certificates"], before["certificates"]);
}

/// Run by an ordinary user, since the superuser may enter everything.
#[cfg(unix)]
#[test]
fn nothing_below_a_folder_that_cannot_be_read_is_gone() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let scene = Scene::with_fleet(20);
    let program = scene.path("program");
    // Copied by another process: while this one has it open for writing, a child that a test beside
    // this one starts inherits that, and the program cannot be run ("text file busy").
    assert!(Command::new("cp").arg(SHOMEI).arg(&program).status().unwrap().success());
    let all = |mode| {
        for entry in walkdir::WalkDir::new(scene.path("")).into_iter().flatten() {
            let mode = if entry.file_type().is_dir() { mode | 0o111 } else { mode };
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    all(0o666);
    let import = || {
        let like = scene.import_command(NOW, &[]);
        let superuser = std::fs::metadata(scene.path("fleet")).unwrap().uid() == 0;
        let mut command = Command::new(if superuser { "setpriv" } else { "env" });
        if superuser {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        }
        command.arg(&program).args(like.get_args()).current_dir(scene.path(""));
        command.envs(like.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let output = command.output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap_or_else(|_| panic!("{told}"))
    };
    let before = import();
    let closed = scene.files()[0].parent().unwrap().to_path_buf();
    let elsewhere = scene.files().into_iter().find(|file| !file.starts_with(&closed)).unwrap();
    std::fs::remove_file(elsewhere).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    let report = import();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(report["sources"][0]["gone"], 1, "only the one elsewhere: {report}");
    assert_eq!(report["files"]["unreadable"], 1);
    assert!(before["certificates"].as_u64() > report["certificates"].as_u64());
    let report = import();
    assert_eq!((&report["sources"][0]["gone"], &report["files"]["unreadable"]), (&0.into(), &0.into()), "{report}");
}

#[test]
fn each_host_has_files_of_its_own() {
    let scene = Scene::with_fleet(5);
    let first = scene.import(&[]);
    let second = scene.import(&["--host", "pc2"]);
    assert_eq!(second["files"]["new"], first["files"]["new"]);
    assert_eq!(second["certificates_new"], 0, "the certificates are the same");
    assert_eq!(second["certificates"], first["certificates"]);
}

#[test]
fn two_imports_at_once_wait_for_each_other() {
    let scene = Scene::with_fleet(150);
    copy(&scene.path("fleet"), &scene.path("other/fleet"));
    let alone = Scene::with_fleet(150);
    alone.import(&[]);
    alone.import(&["--host", "pc2"]);
    let spawn = |host: &str| {
        let mut command = scene.import_command(NOW, &["--host", host, "--fail-on", "never"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let running: Vec<_> = ["pc1", "pc2"].into_iter().map(spawn).collect();
    for child in running {
        said(&child.wait_with_output().unwrap());
    }
    let count = |scene: &Scene, kind: &str| scene.export().lines().filter(|line| line.contains(kind)).count();
    for kind in ["\"certificate\":", "\"kind\":\"file\"", "\"kind\":\"run\""] {
        assert_eq!(count(&scene, kind), count(&alone, kind), "{kind}");
    }
}

#[test]
fn no_password_and_no_key_is_in_the_inventory() {
    let scene = Scene::with_fleet(20);
    scene.import(&[]);
    let stored = std::fs::read(scene.path("inventory.sqlite")).unwrap();
    let holds = |bytes: &[u8]| stored.windows(bytes.len()).any(|window| window == bytes);
    for password in std::fs::read_to_string(scene.path("passwords.txt")).unwrap().lines() {
        assert!(!password.is_empty() && !holds(password.as_bytes()), "a password is stored");
    }
    // The keys of the made-up fleet are a committed pool of PKCS#8.
    let keys = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lab/keys");
    let mut looked = 0;
    for entry in walkdir::WalkDir::new(keys).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let Ok(key) = openssl::pkey::PKey::private_key_from_pem(&std::fs::read(entry.path()).unwrap()) else {
            continue;
        };
        let Ok(rsa) = key.rsa() else { continue };
        let (Some(p), Some(q)) = (rsa.p(), rsa.q()) else { continue };
        assert!(!holds(&rsa.d().to_vec()) && !holds(&p.to_vec()) && !holds(&q.to_vec()), "{entry:?}");
        looked += 1;
    }
    assert!(looked > 0, "there are keys to look for");
}

/// Who comes second to an inventory that is just being made finds it, and no stranger's file.
#[test]
fn many_at_once_open_an_inventory_that_is_not_there_yet() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inventory.sqlite");
        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            let open = || {
                start.wait();
                shomei::inventory::sqlite::Sqlite::open(&path).map(drop).map_err(|error| format!("{error:?}"))
            };
            let running: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            running.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), Ok(())));
        });
    }
}
