//! The command, as users see it: each folder below `tests/cases` is a case.
//!
//! `cmd` is run by `sh` in the root of the repository with `shomei` on the path; `stdout`,
//! `stderr` and `status` are what it must give, exactly (absent: nothing, and 0). Nothing of the
//! user's is there: configuration and data folders are empty. `SHOMEI_BLESS=1 cargo test --test
//! cases` writes what came out; read it before you commit it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn cases(folder: &Path, found: &mut Vec<PathBuf>) {
    if folder.join("cmd").exists() {
        return found.push(folder.to_path_buf());
    }
    let mut below: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    below.sort();
    below.iter().filter(|path| path.is_dir()).for_each(|path| cases(path, found));
}

fn run(case: &Path) -> (String, String, String) {
    let home = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_BIN_EXE_shomei")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .arg("-c")
        .arg(fs::read_to_string(case.join("cmd")).unwrap())
        .current_dir(ROOT)
        .env_clear()
        .env("PATH", path)
        .env("HOME", home.path())
        .env("TMP", home.path())
        .env("CASE", case)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| {
        let text = String::from_utf8(bytes).unwrap();
        text.replace(&home.path().display().to_string(), "HOME").replace(&case.display().to_string(), "CASE")
    };
    let status = output.status.code().map_or("signal".to_string(), |code| code.to_string());
    (text(output.stdout), text(output.stderr), status)
}

fn expected(case: &Path, name: &str) -> String {
    fs::read_to_string(case.join(name)).unwrap_or_default()
}

fn bless(case: &Path, name: &str, text: &str) {
    match text.is_empty() {
        true => drop(fs::remove_file(case.join(name))),
        false => fs::write(case.join(name), text).unwrap(),
    }
}

#[test]
fn every_case_gives_what_it_should() {
    let mut all = Vec::new();
    cases(&Path::new(ROOT).join("tests/cases"), &mut all);
    assert!(all.len() > 20, "only {} cases found", all.len());
    let blessing = std::env::var_os("SHOMEI_BLESS").is_some();
    let mut failures = Vec::new();
    for case in &all {
        let (stdout, stderr, status) = run(case);
        let status = if status == "0" { String::new() } else { status + "\n" };
        for (name, got) in [("stdout", &stdout), ("stderr", &stderr), ("status", &status)] {
            if blessing {
                bless(case, name, got);
            } else if expected(case, name) != *got {
                let name = format!("{}/{name}", case.strip_prefix(ROOT).unwrap().display());
                failures.push(format!("--- {name}: expected\n{}\n--- got\n{got}", expected(case, name_of(&name))));
            }
        }
    }
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
