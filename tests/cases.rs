//! The command, as users see it: each folder below `tests/cases` is a case and a test of its own.
//!
//! `cmd` is run by `sh` in the root of the repository with `shomei` on the path; `stdout`,
//! `stderr` and `status` are what it must give, exactly (absent: nothing, and 0). Nothing of the
//! user's is there: configuration and data folders are empty.
//!
//! `cargo test --test cases -- plan/` runs those whose names have `plan/` in them, and `--list`
//! names them all. `SHOMEI_BLESS=1 cargo test --test cases` writes what came out; read it before
//! you commit it.

// Of whole files, only the other suites ask.
#[allow(dead_code)]
#[path = "common/snapshot.rs"]
mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// So many cases there are at least; fewer mean that they were not found.
const LEAST: usize = 80;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(ROOT).join("tests/cases");
    let mut cases = Vec::new();
    find(&folder, &mut cases);
    assert!(cases.len() >= LEAST, "only {} cases found", cases.len());
    let trial = |case: PathBuf| {
        let name = case.strip_prefix(&folder).unwrap().display().to_string();
        Trial::test(name, move || check(&case))
    };
    libtest_mimic::run(&arguments, cases.into_iter().map(trial).collect()).exit_code()
}

/// All cases below a folder, sorted.
fn find(folder: &Path, cases: &mut Vec<PathBuf>) {
    if folder.join("cmd").exists() {
        return cases.push(folder.to_path_buf());
    }
    let mut below: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    below.sort();
    below.iter().filter(|path| path.is_dir()).for_each(|path| find(path, cases));
}

/// Compares what a case gives with what it should give, or writes that anew.
fn check(case: &Path) -> Result<(), Failed> {
    let mut differences = Vec::new();
    for (name, given) in run(case) {
        let path = case.join(name);
        if snapshot::blessing() {
            bless(&path, &given);
            continue;
        }
        let expected = fs::read_to_string(path).unwrap_or_default();
        differences.extend(snapshot::difference(name, &expected, &given));
    }
    if differences.is_empty() { Ok(()) } else { Err(differences.join("\n").into()) }
}

/// What a case gives, by the files that say what it should.
fn run(case: &Path) -> [(&'static str, String); 3] {
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
    let status = match output.status.code() {
        Some(0) => String::new(),
        Some(code) => format!("{code}\n"),
        None => "signal\n".to_string(),
    };
    [("stdout", text(output.stdout)), ("stderr", text(output.stderr)), ("status", status)]
}

fn bless(path: &Path, given: &str) {
    match given.is_empty() {
        true => drop(fs::remove_file(path)),
        false => fs::write(path, given).unwrap(),
    }
}
