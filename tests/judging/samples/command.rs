//! Running the command, with nothing of the user's around it.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::common;
use crate::common::command::CommandResult;

pub use crate::common::ROOT;

/// The samples' own configuration.
pub const CONFIG: [&str; 2] = ["--config", "samples/shomei.yaml"];

/// `shomei` in the root of the repository, with empty folders of the user's.
pub fn command(arguments: &[&str]) -> (Command, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let command = common::command::shomei(Path::new(ROOT), home.path(), arguments);
    (command, home)
}

/// Runs `shomei` with these arguments.
pub fn shomei(arguments: &[&str]) -> CommandResult {
    let (command, _home) = command(arguments);
    CommandResult::from(command)
}

/// The document of an audit; the run must go through.
pub fn audit(arguments: &[&str]) -> Value {
    let said = shomei(&[&["audit", "--format", "json", "--lang", "en", "--fail-on", "never"], arguments].concat());
    serde_json::from_str(&said.ok()).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

/// The document of the whole fleet as its configuration says.
pub fn fleet() -> &'static Value {
    static FLEET: OnceLock<Value> = OnceLock::new();
    FLEET.get_or_init(|| audit(&CONFIG))
}
