//! A thousand files, twenty of them damaged: a thousand answers, and exit code 1.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use shomei::lab::{Faults, LabPlan, make};

const FILES: usize = 1000;
const DAMAGED: usize = 20;
const AT: &str = "2026-11-23T00:00:00Z";

#[test]
fn a_thousand_files_give_a_thousand_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = shomei::calendar::parse_instant(AT, shomei::calendar::Zone::UTC).expect("a moment");
    let plan = LabPlan { holders: FILES, seed: 1, faults: Faults::none(), at };
    make(&plan, folder.path()).expect("a fleet");
    let damaged = damage(&folder.path().join("fleet"));
    let output = Command::new(env!("CARGO_BIN_EXE_shomei"))
        .args(["audit", "--format", "json", "--policy", "lab", "--at", AT, "--password-file"])
        .args([folder.path().join("passwords.txt"), folder.path().join("fleet")])
        .env_remove("SHOMEI_CONFIG")
        .env("XDG_CONFIG_HOME", folder.path())
        .output()
        .expect("shomei runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let certificates = report["certificates"].as_array().expect("certificates");
    let healthy: Vec<&Value> = certificates.iter().filter(|c| c["role"] == "end-entity").collect();
    assert_eq!(healthy.len(), FILES - DAMAGED);
    assert!(healthy.iter().all(|certificate| certificate["verdict"]["status"] == "trusted"));
    let unreadable = report["unreadable"].as_array().expect("unreadable files");
    let mut paths: Vec<&str> = unreadable.iter().filter_map(|file| file["path"].as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, damaged);
    assert!(unreadable.iter().all(|file| file["reason"] == "container-damaged"), "{unreadable:?}");
}

/// Cuts every fiftieth file in two; their paths, sorted.
fn damage(folder: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = entries.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|e| e == "p12"));
    let mut damaged: Vec<String> = files
        .step_by(FILES / DAMAGED)
        .map(|path| {
            let bytes = std::fs::read(&path).expect("a file");
            std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("a file");
            path.to_string_lossy().into_owned()
        })
        .collect();
    damaged.sort_unstable();
    damaged
}
