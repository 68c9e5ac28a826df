//! An import that is killed loses the batch in hand and nothing else.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::scene::{NOW, Scene, said};

/// What was recorded, without the names and instants of entries: certificates, and of each file
/// what holds.
fn recorded(scene: &Scene) -> BTreeMap<String, String> {
    let mut recorded = BTreeMap::new();
    for line in scene.export().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if let Some(der) = line["certificate"].as_str() {
            recorded.insert(der.to_string(), String::new());
        }
        let entry = &line["entry"];
        match entry["kind"].as_str() {
            // The folders of two offices differ; the files in them do not.
            Some("file") => {
                let path = entry["path"].as_str().unwrap();
                let path = &path[path.find("/fleet/").unwrap()..];
                recorded.insert(format!("{} {path}", entry["host"]), entry["file"].to_string());
            }
            Some("verdict") => drop(recorded.insert(entry["sha256"].to_string(), entry["findings"].to_string())),
            _ => {}
        }
    }
    recorded
}

/// Parts of the whole, spread evenly however many there are: multiples of the golden ratio.
fn part(turn: u32) -> f64 {
    (f64::from(turn) * 0.618_033_988_749_895).fract()
}

/// Imports, and kills the import after so long; whether it was still at work then.
fn kill_after(scene: &Scene, moment: Duration) -> bool {
    let mut command = scene.import_command(NOW, &["--keys", "skip"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while began.elapsed() < moment && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_micros(500));
    }
    let _ = child.kill();
    child.wait().unwrap().code().is_none()
}

fn start_over(scene: &Scene) {
    for file in ["inventory.sqlite", "inventory.sqlite-wal", "inventory.sqlite-shm"] {
        let _ = std::fs::remove_file(scene.path(file));
    }
}

#[test]
fn killed_at_a_hundred_moments_an_import_loses_nothing() {
    let scene = Scene::with_fleet(600);
    let began = Instant::now();
    scene.import(&["--keys", "skip"]);
    let mut whole = began.elapsed();
    let wanted = recorded(&scene);
    let (mut turn, mut killed, mut half_done) = (0, 0, 0);
    while killed < 100 {
        start_over(&scene);
        // Killed a few times on its way.
        for _ in 0..3 {
            turn += 1;
            match kill_after(&scene, whole.mul_f64(part(turn))) {
                true => killed += 1,
                false => break,
            }
        }
        let before = if scene.path("inventory.sqlite").exists() { recorded(&scene).len() } else { 0 };
        // How long an import takes depends on who else is at work.
        whole = whole.mul_f64(if before == 0 {
            1.3
        } else if before == wanted.len() {
            0.8
        } else {
            1.0
        });
        half_done += u32::from(before > 0 && before < wanted.len());
        scene.import(&["--keys", "skip"]);
        said(&scene.command(&["inventory", "check"]).output().unwrap());
        assert_eq!(recorded(&scene), wanted, "after turn {turn}");
        assert!(turn < 2000, "only {killed} imports were killed in their midst");
    }
    assert!(half_done > 0, "no kill left an import half done");
}

/// How often commands are killed here; more by hand.
fn kills() -> u32 {
    std::env::var("SHOMEI_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(40)
}

#[test]
fn commands_that_are_killed_lose_nothing_that_they_acknowledged() {
    let scene = Scene::with_fleet(20);
    scene.import(&["--keys", "skip"]);
    let other = Scene::with_fleet(30);
    other.import(&["--keys", "skip", "--host", "pc2"]);
    std::fs::write(scene.path("other.ndjson"), other.export()).unwrap();
    let holders = |count: u32| {
        let rows = (0..count).map(|row| format!("T-{row},やまびこ{row}\n"));
        format!("台帳ID,名称\n{}", rows.collect::<String>())
    };
    std::fs::write(scene.path("r.csv"), holders(20)).unwrap();
    said(&scene.command(&["register", "import", "r.csv"]).output().unwrap());
    let config = "sources: fleet\npolicy: lab\npasswords:\n  file: passwords.txt\nreport:\n  folder: reports\n";
    std::fs::write(scene.path("run.yaml"), config).unwrap();
    let (mut acknowledged, mut killed, mut runs, mut turn) = (Vec::new(), 0, 0, 0);
    while killed < kills() {
        turn += 1;
        assert!(turn < 50 * kills(), "only {killed} commands were killed in their midst");
        let note = format!("note-{turn}-");
        let holder = format!("holder:T-{}", turn % 20);
        std::fs::write(scene.path("more.csv"), holders(20 + turn)).unwrap();
        let commands: [&[&str]; 7] = [
            &["mark", "note", &holder, "--reason", &note],
            &["register", "import", "more.csv"],
            &["inventory", "merge", "other.ndjson"],
            &["inventory", "restore", "copy.sqlite"],
            &["inventory", "prune", "--before", "2026-01-01", "--yes"],
            &["mark", "note", &holder, "--reason", &note],
            &["run", "--config", "run.yaml"],
        ];
        let command = commands[turn as usize % commands.len()];
        if command[0] == "run" {
            // There is something to record each time: a file changes its content and comes back.
            let files = scene.files();
            let (one, whole) = (&files[turn as usize % files.len()], std::fs::read(&files[0]).unwrap());
            let bytes = std::fs::read(one).unwrap();
            std::fs::write(one, if bytes == whole { &bytes[..bytes.len() / 2] } else { &whole[..] }).unwrap();
        }
        if command[1] == "restore" {
            said(&scene.command(&["inventory", "backup", "copy.sqlite"]).output().unwrap());
        }
        let mut child = scene.command(command).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        let moment = Duration::from_millis(400).mul_f64(part(turn));
        while began.elapsed() < moment && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(500));
        }
        let _ = child.kill();
        let code = child.wait().unwrap().code();
        killed += u32::from(code.is_none());
        runs += u32::from(code.is_none() && command[0] == "run");
        if command[0] == "mark" && code == Some(0) {
            acknowledged.push(note.clone());
        }
        said(&scene.command(&["inventory", "check"]).output().unwrap());
        let recorded = scene.export();
        for note in &acknowledged {
            assert!(recorded.contains(note.as_str()), "turn {turn}, {command:?}: {note} is lost");
        }
    }
    assert!(!acknowledged.is_empty());
    assert!(runs > 0, "no run was killed in its midst");
    // What was killed half way hinders no later run.
    let output = scene.command(&["run", "--config", "run.yaml"]).output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
}
