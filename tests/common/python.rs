//! Python, with the tests' own libraries: `tests/run` puts `target/python` on the path.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{ROOT, process};

/// No script of the tests takes as long, on the slowest machine.
const SECONDS: u64 = 300;

/// Python in the root of the repository, where it leaves nothing behind.
pub fn python(arguments: &[&str]) -> Command {
    let mut command = Command::new("python3");
    command.args(arguments).env("PYTHONUTF8", "1").env("PYTHONDONTWRITEBYTECODE", "1").current_dir(ROOT);
    command
}

/// What a script prints that runs in a folder and reads this.
#[track_caller]
pub fn printed_in(folder: &Path, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let output = process::run(python(arguments).current_dir(folder), input, SECONDS);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// What a script prints.
#[track_caller]
pub fn printed(arguments: &[&str]) -> String {
    String::from_utf8(printed_in(Path::new(ROOT), arguments, b"")).unwrap()
}

/// What a script that reads this prints as JSON.
#[track_caller]
pub fn json(arguments: &[&str], input: &[u8]) -> Value {
    let printed = printed_in(Path::new(ROOT), arguments, input);
    serde_json::from_slice(&printed).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}
