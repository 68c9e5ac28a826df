//! Running the command, with nothing of the user's around it.

use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The samples' own configuration.
pub const CONFIG: [&str; 2] = ["--config", "samples/shomei.yaml"];

/// What a run left behind.
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// `shomei` in the root of the repository, with empty folders of the user's.
pub fn command(arguments: &[&str]) -> (Command, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shomei"));
    command.args(arguments).current_dir(ROOT).env_clear().env("HOME", home.path()).env("LC_ALL", "C.UTF-8");
    (command, home)
}

/// Runs a command that was prepared with [`command`].
pub fn run(mut command: Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().expect("the command was killed");
    Said { stdout: text(output.stdout), stderr: text(output.stderr), code }
}

/// Runs `shomei` with these arguments.
pub fn shomei(arguments: &[&str]) -> Said {
    let (command, _home) = command(arguments);
    run(command)
}

/// The document of an audit; the run must go through.
pub fn audit(arguments: &[&str]) -> Value {
    let said = shomei(&[&["audit", "--format", "json", "--lang", "en", "--fail-on", "never"], arguments].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&said.stdout).unwrap()
}

/// The document of the whole fleet as its configuration says.
pub fn fleet() -> &'static Value {
    static FLEET: OnceLock<Value> = OnceLock::new();
    FLEET.get_or_init(|| audit(&CONFIG))
}
