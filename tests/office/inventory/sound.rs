//! What is stored is what was stored: a bit that flips is an error and never another answer.

use std::process::Stdio;

use super::scene::{NOW, Scene, said};
use crate::common::python::printed_in;

/// A generator of numbers that are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn a_flipped_bit_changes_no_answer_without_a_word() {
    let scene = Scene::with_fleet(12);
    scene.import(&[]);
    let list = || {
        let list = ["list", "--policy", "lab", "--format", "csv", "--at", "2026-11-24"];
        scene.command(&list).output().unwrap()
    };
    let report = || {
        let report = ["coverage", "--policy", "lab", "--format", "json"];
        scene.command(&report).output().unwrap()
    };
    let (listed, reported) = (list(), report());
    assert!(listed.status.success(), "{listed:?}");
    let path = scene.path("inventory.sqlite");
    let whole = std::fs::read(&path).unwrap();
    let mut numbers = Numbers(7);
    let (mut noticed, mut harmless) = (0, 0);
    for turn in 0..100 {
        let mut bytes = whole.clone();
        let (at, bit) = (numbers.below(bytes.len()), numbers.below(8));
        bytes[at] ^= 1 << bit;
        for beside in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(scene.path(&format!("inventory.sqlite{beside}")));
        }
        std::fs::write(&path, &bytes).unwrap();
        for (output, right) in [(list(), &listed), (report(), &reported)] {
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.code() == Some(2) {
                assert!(told.contains("damaged") || told.contains("no inventory") || told.contains("form"), "{told}");
                noticed += 1;
            } else {
                assert_eq!(output.stdout, right.stdout, "turn {turn}: byte {at}, bit {bit}: {told}");
                harmless += 1;
            }
        }
    }
    assert!(noticed > 0 && harmless > 0, "{noticed} {harmless}");
}

#[test]
fn a_list_of_revoked_certificates_is_not_lost_without_a_word() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let database = rusqlite::Connection::open(scene.path("inventory.sqlite")).unwrap();
    database.execute("INSERT INTO crl (sha256, der) VALUES (randomblob(32), x'3003020101')", []).unwrap();
    database.execute("UPDATE whole SET until = 0", []).unwrap();
    drop(database);
    let output = scene.command(&["list", "--policy", "lab"]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && told.contains("damaged") && told.contains("restore"), "{told}");
    // The inventory is named, and once.
    assert!(told.contains("inventory.sqlite") && !told.contains("inventory inventory"), "{told}");
    let check = scene.command(&["inventory", "check"]).output().unwrap();
    assert_eq!(check.status.code(), Some(1));
}

#[test]
fn rows_that_are_not_what_the_entries_say_are_found_and_derived_again() {
    let scene = Scene::with_fleet(4);
    scene.import(&[]);
    let whole = scene.export();
    let database = rusqlite::Connection::open(scene.path("inventory.sqlite")).unwrap();
    let lost = database.execute("DELETE FROM file_key WHERE key IN (SELECT key FROM file_key LIMIT 1)", []).unwrap();
    drop(database);
    let check = scene.command(&["inventory", "check", "--format", "json"]).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!(document["differing_rows"]["file_key"], lost, "{document}");
    super::watch::valid("inventory-check", None, &[document]);
    said(&scene.command(&["inventory", "check", "--repair"]).output().unwrap());
    assert!(said(&scene.command(&["inventory", "check"]).output().unwrap()).contains("sound"));
    assert_eq!(scene.export(), whole);
}

#[test]
fn findings_and_places_that_are_lost_are_found_by_check_and_derived_again() {
    let scene = Scene::with_fleet(4);
    // So late that certificates have expired: there are findings.
    let late = "2028-06-01T00:00:00Z";
    scene.import_at(late, &[]);
    let command = |arguments: &[&str]| scene.command_at(late, arguments).output().unwrap();
    let list = || said(&command(&["list", "--policy", "lab", "--format", "csv"]));
    let whole = list();
    let spoil = [
        ("finding", "DELETE FROM finding WHERE rule = (SELECT min(rule) FROM finding)"),
        ("finding", "UPDATE finding SET severity = severity + 4"),
        ("finding", "INSERT INTO finding SELECT 'revoked', sha256, 3 FROM certificate LIMIT 1"),
        ("sighting", "UPDATE sighting SET path = path || 'x'"),
        ("sighting", "DELETE FROM sighting WHERE sha256 = (SELECT min(sha256) FROM sighting)"),
    ];
    for (table, statement) in spoil {
        let database = rusqlite::Connection::open(scene.path("inventory.sqlite")).unwrap();
        // The judgements themselves are as they were.
        assert!(database.execute(statement, []).unwrap() > 0, "{statement}");
        drop(database);
        let check = command(&["inventory", "check", "--format", "json"]);
        let document: serde_json::Value = serde_json::from_slice(&check.stdout).unwrap();
        assert!(document["differing_rows"][table].as_u64() > Some(0), "{statement}: {document}");
        assert_eq!(check.status.code(), Some(1));
        said(&command(&["inventory", "check", "--repair"]));
        assert!(said(&command(&["inventory", "check"])).contains("sound"), "{statement}");
        assert_eq!(list(), whole, "{statement}");
    }
}

#[test]
fn a_stopped_import_is_known_until_one_is_complete() {
    let scene = Scene::with_fleet(600);
    let mut stopped = false;
    for turn in 1..200 {
        let mut command = scene.import_command(NOW, &["--keys", "skip"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 * turn));
        let _ = child.kill();
        child.wait().unwrap();
        if !scene.path("inventory.sqlite").exists() {
            continue;
        }
        let list = scene.command(&["list", "--policy", "lab"]).output().unwrap();
        let told = String::from_utf8_lossy(&list.stderr).into_owned();
        if told.contains("did not finish") {
            assert!(told.contains("fleet") && told.contains("of at least"), "{told}");
            stopped = true;
            break;
        }
    }
    assert!(stopped, "no import was stopped in its midst");
    let info = scene.command(&["inventory", "info", "--format", "json"]).output().unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["unfinished_imports"].as_array().unwrap().len(), 1, "{info}");
    super::watch::valid("inventory-info", None, &[info]);
    scene.import(&["--keys", "skip"]);
    let list = scene.command(&["list", "--policy", "lab"]).output().unwrap();
    assert!(!String::from_utf8_lossy(&list.stderr).contains("did not finish"));
    let info = scene.command(&["inventory", "info", "--format", "json"]).output().unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["unfinished_imports"], serde_json::json!([]));
    assert_eq!(info["last_import"]["complete"], true, "{info}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_inventory_that_may_only_be_read_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let listed = said(&scene.command(&["list", "--policy", "lab"]).output().unwrap());
    let (path, folder) = (scene.path("inventory.sqlite"), scene.path(""));
    // Root may write everywhere, save what is marked as immutable.
    let protect = |is_protected: bool| {
        let mode = |mode| std::fs::Permissions::from_mode(mode);
        if is_protected {
            std::fs::set_permissions(&path, mode(0o400)).unwrap();
            std::fs::set_permissions(&folder, mode(0o500)).unwrap();
        } else {
            std::fs::set_permissions(&folder, mode(0o700)).unwrap();
            std::fs::set_permissions(&path, mode(0o600)).unwrap();
        }
    };
    protect(true);
    if std::fs::write(scene.path("probe"), "").is_ok() {
        protect(false);
        eprintln!("skipped: this user may write everywhere");
        return;
    }
    let answer = scene.command(&["list", "--policy", "lab"]).output().unwrap();
    let check = scene.command(&["inventory", "check"]).output().unwrap();
    let mark = scene.import_command(NOW, &["--rehash"]).output().unwrap();
    protect(false);
    assert_eq!(said(&answer), listed);
    assert!(said(&check).contains("sound"));
    assert_eq!(mark.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&mark.stderr).contains("read-only"), "{mark:?}");
}

#[test]
fn an_export_is_read_as_programs_of_windows_leave_it_and_refused_where_it_is_cut() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let whole = scene.export();
    let utf16 = |text: &str| -> Vec<u8> {
        let text = text.replace('\n', "\r\n");
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let lines: Vec<&str> = whole.lines().collect();
    let damaged: Vec<String> =
        lines.iter().map(|line| line.replacen("\"certificate\":\"30", "\"certificate\":\"zz", 1)).collect();
    for (name, bytes, code, word) in [
        ("bom.ndjson", [b"\xef\xbb\xbf", whole.as_bytes()].concat(), 0, "Merged"),
        ("utf16.ndjson", utf16(&whole), 0, "Merged"),
        ("cut.ndjson", (lines[..lines.len() - 1].join("\n") + "\n").into_bytes(), 2, "certificates, CRLs and entries"),
        ("head.ndjson", format!("{}\n", lines[0]).into_bytes(), 2, "is empty"),
        ("empty.ndjson", Vec::new(), 2, "is empty"),
        ("damaged.ndjson", damaged.join("\n").into_bytes(), 1, "other lines"),
    ] {
        let other = Scene::new();
        std::fs::write(other.path(name), bytes).unwrap();
        let output = other.command(&["inventory", "merge", name]).output().unwrap();
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{name}: {told}");
        assert!(told.contains(word) && told.lines().count() <= 2, "{name}: {told}");
        if code == 0 {
            assert_eq!(other.export(), whole, "{name}");
        } else if code == 2 {
            assert!(!other.export().contains("\"entry\":{"), "{name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn without_a_home_nothing_is_made_in_the_working_folder() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let scene = Scene::with_fleet(2);
    let work = tempfile::tempdir().unwrap();
    std::fs::set_permissions(work.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
    // Where the program was built may be closed to others.
    let program = work.path().join("shomei");
    std::fs::copy(scene.command(&[]).get_program(), &program).unwrap();
    std::fs::write(work.path().join("run.yaml"), "sources: .\npolicy: lab\n").unwrap();
    std::fs::write(work.path().join("r.csv"), "台帳ID,名称\nT-1,やまびこ\n").unwrap();
    let names = || {
        let entries = std::fs::read_dir(work.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    let commands: [&[&str]; 8] = [
        &["import", ".", "--policy", "lab"],
        &["list"],
        &["report", "-o", "report.html"],
        &["run", "--config", "run.yaml"],
        &["notify", "--config", "run.yaml"],
        &["register", "import", "r.csv"],
        &["mark", "note", "holder:T-1", "--reason", "x"],
        &["check"],
    ];
    for arguments in commands {
        let mut bare = std::process::Command::new(&program);
        bare.args(arguments).args(["--lang", "en"]).current_dir(work.path());
        bare.env_clear().env("SHOMEI_CLOCK", NOW);
        // A user whom the system does not know has no home. Only root can become one.
        let unknown = bare.uid(54_321).gid(54_321).output();
        let Ok(output) = unknown else {
            assert!(!is_root, "{unknown:?}");
            return;
        };
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.code() > Some(1) && told.contains("--inventory"), "{arguments:?}: {told}");
        assert_eq!(names(), before, "{arguments:?}: {told}");
    }
}

#[test]
fn every_report_says_that_an_import_did_not_finish() {
    let scene = Scene::with_fleet(3);
    scene.import(&[]);
    let forms = ["html", "md", "json", "ics", "prom", "letters", "xlsx"];
    let made = |form: &str, more: &[&str]| {
        let flags = if form == "letters" { vec!["--letter"] } else { vec!["--format", form] };
        let arguments = [&["report", "--policy", "lab", "-o", "out"][..], &flags, more].concat();
        let output = scene.command(&arguments).output().unwrap();
        assert!(output.status.success(), "{form}: {output:?}");
        let text = std::fs::read(scene.path("out")).unwrap();
        if form != "xlsx" {
            // Lines of a calendar are folded.
            return String::from_utf8(text).unwrap().replace("\r\n ", "");
        }
        let script = "import sys,io,zipfile\nz=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))\nsys.stdout.write(z.read('xl/sharedStrings.xml').decode())";
        String::from_utf8(printed_in(&scene.path(""), &["-c", script], &text)).unwrap()
    };
    for form in forms {
        let text = made(form, &[]);
        assert!(!text.contains("did not finish:") && !text.contains("shomei_unfinished_imports 1"), "{form}: {text}");
    }
    let database = rusqlite::Connection::open(scene.path("inventory.sqlite")).unwrap();
    database
        .execute(
            "INSERT INTO underway (host, root, began, read, least) VALUES ('pc9', '/secret-share', 1795000000000000, 1024, 3055)",
            [],
        )
        .unwrap();
    drop(database);
    for form in forms {
        let text = made(form, &[]);
        // Letters name their holders, and are never anonymous.
        let hidden = if form == "letters" {
            "did not finish: 1024 of at least 3055 files".into()
        } else {
            made(form, &["--anonymise"])
        };
        match form {
            "prom" => assert!(text.contains("\nshomei_unfinished_imports 1\n"), "{text}"),
            _ => assert!(text.contains("did not finish: 1024 of at least 3055 files"), "{form}: {text}"),
        }
        assert!(form == "prom" || text.contains("/secret-share (pc9)"), "{form}: {text}");
        assert!(!hidden.contains("secret-share") && !hidden.contains("pc9"), "{form}: {hidden}");
        let is_said = form == "prom" || hidden.contains("did not finish: 1024 of at least 3055 files");
        assert!(is_said, "{form}: {hidden}");
    }
    // What is known of a day before it began is whole.
    assert!(!made("md", &["--as-of", "2026-10-01"]).contains("did not finish"));
    // A monitor is at least warned, however good the rest looks.
    let never = ["cannot", "can-until", "unknown", "too-late", "expired", "unreadable", "age"];
    let never: Vec<String> =
        never.iter().flat_map(|one| ["-w", "-c"].map(|flag| format!("{flag}{one}=never"))).collect();
    let arguments: Vec<&str> =
        ["check", "--policy", "lab"].into_iter().chain(never.iter().map(String::as_str)).collect();
    let check = scene.command(&arguments).output().unwrap();
    let line = String::from_utf8(check.stdout).unwrap();
    assert!(check.status.code() == Some(1) && line.starts_with("SHOMEI WARNING"), "{line}");
    assert!(line.lines().count() == 1 && line.contains("did not finish: 1024 of at least 3055 files"), "{line}");
    // Once, not once for each time that the command opens the inventory.
    assert_eq!(String::from_utf8_lossy(&check.stderr).matches("did not finish").count(), 1);
    let check = scene.command(&["check", "--policy", "lab", "--format", "json"]).output().unwrap();
    let document: serde_json::Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!(document["unfinished"].as_array().unwrap().len(), 1);
    super::watch::valid("check", None, &[document]);
    // Another import of another folder does not make up for it.
    scene.import(&[]);
    assert!(made("md", &[]).contains("did not finish"));
}
