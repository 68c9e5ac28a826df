//! A thousand files, twenty of them damaged: a thousand answers, and exit code 1.

use std::path::Path;

use serde_json::Value;
use shomei::lab::{Faults, LabPlan, make};

use crate::common::command::shomei;
use crate::common::files;
use crate::common::times::in_utc;

const FILES: usize = 1000;
const DAMAGED: usize = 20;
const AT: &str = "2026-11-23T00:00:00Z";

#[test]
fn a_thousand_files_give_a_thousand_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = LabPlan { holders: FILES, seed: 1, faults: Faults::none(), at: in_utc(AT) };
    make(&plan, folder.path()).expect("a fleet");
    let damaged = damage(&folder.path().join("fleet"));
    let arguments = ["audit", "--format", "json", "--policy", "lab", "--at", AT, "--password-file"];
    let mut command = shomei(folder.path(), folder.path(), &arguments);
    let output = command.args(["passwords.txt", "fleet"].map(|name| folder.path().join(name))).output().unwrap();
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
    let files = files::below(folder).into_iter().filter(|path| path.extension().is_some_and(|e| e == "p12"));
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
