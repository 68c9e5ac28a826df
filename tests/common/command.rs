//! `shomei` as a child process, with nothing of the user's around it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// The program under test.
pub const SHOMEI: &str = env!("CARGO_BIN_EXE_shomei");

/// `shomei` in a folder: this home, the C locale, and no other variable.
pub fn shomei(folder: &Path, home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(SHOMEI);
    command.args(arguments).current_dir(folder).env_clear().env("HOME", home).env("LC_ALL", "C.UTF-8");
    if cfg!(windows) {
        // What a process needs there to begin at all; and HOME does not move the user's folders.
        let kept = ["SYSTEMROOT", "TEMP", "TMP", "PATH"].into_iter();
        command.envs(kept.filter_map(|name| Some((name, std::env::var_os(name)?)))).env("SHOMEI_DATA", home);
    }
    command
}

/// What a command left behind.
#[derive(Debug)]
pub struct CommandResult {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl CommandResult {
    /// Of a program that ended by itself.
    #[track_caller]
    pub fn of(output: Output) -> CommandResult {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().unwrap_or_else(|| panic!("the command was killed: {stdout}{stderr}"));
        CommandResult { stdout, stderr, code }
    }

    /// Runs a command to its end.
    #[track_caller]
    pub fn from(mut command: Command) -> CommandResult {
        CommandResult::of(command.output().unwrap())
    }

    /// What a command prints that goes through without a complaint.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!((self.code, self.stderr.as_str()), (0, ""), "{}", self.stdout);
        self.stdout
    }

    /// What a command complains of that cannot be carried out.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{}", self.stderr);
        self.stderr
    }

    /// The document it printed, whatever its exit code.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}
