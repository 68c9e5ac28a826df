//! An office with an inventory, and what the command says of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use shomei::certificate::Serial;
use tempfile::TempDir;

use crate::common::{command, python};

pub use crate::common::ROOT;
pub use crate::common::files::kept;

/// Every form that is one file.
pub const FORMS: [&str; 6] = ["html", "xlsx", "json", "md", "ics", "prom"];
/// Every table of the CSV.
pub const TABLES: [&str; 5] = ["coverage", "plan", "findings", "certificates", "fees"];

/// An office: its folder, with an inventory and the user's home.
pub struct Office {
    folder: TempDir,
    config: PathBuf,
}

impl Office {
    /// An office with this configuration and nothing in its inventory.
    pub fn new(config: &Path) -> Office {
        Office { folder: folder(), config: config.into() }
    }

    /// The samples with both registers: made once, only looked at.
    pub fn of_samples() -> &'static Office {
        static OFFICE: OnceLock<Office> = OnceLock::new();
        OFFICE.get_or_init(|| {
            let office = Office::new(&Path::new(ROOT).join("samples/shomei.yaml"));
            office.ran(&["import", "--fail-on", "never"]);
            office.took(&["register", "import", "samples/register/register.xlsx"]);
            office.took(&["register", "import", "--name", "大阪府", "samples/register/register-osaka.csv"]);
            office
        })
    }

    /// A path in its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `shomei` with these arguments, English unless they say otherwise.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command::shomei(Path::new(ROOT), self.folder.path(), arguments);
        command.arg("--config").arg(&self.config);
        if arguments[0] != "audit" && !arguments.contains(&"--files") {
            command.arg("--inventory").arg(self.path("inventory.sqlite"));
        }
        if !arguments.contains(&"--lang") {
            command.args(["--lang", "en"]);
        }
        command
    }

    /// What a command left behind that may fail.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("shomei runs")
    }

    /// What a command wrote that must go well.
    pub fn ran(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.output(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Takes a register in that may have mistakes.
    pub fn took(&self, arguments: &[&str]) {
        let output = self.output(arguments);
        assert!(output.status.code() < Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The same as text.
    pub fn said(&self, arguments: &[&str]) -> String {
        String::from_utf8(self.ran(arguments)).expect("text")
    }

    /// A report in a form, with more arguments.
    pub fn report(&self, form: &str, more: &[&str]) -> String {
        self.said(&[&["report", "--format", form], more].concat())
    }

    /// The document of a report.
    pub fn json(&self, more: &[&str]) -> Value {
        serde_json::from_str(&self.report("json", more)).unwrap()
    }

    /// What a command that fails complains of.
    pub fn complaint(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    /// A report in every form and every table of the CSV, by what it is; forms that are not made yet
    /// are left out.
    pub fn faces(&self, more: &[&str]) -> Vec<(String, Vec<u8>)> {
        let mut faces = Vec::new();
        for form in FORMS {
            let output = self.output(&[&["report", "--format", form], more].concat());
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if said.contains("not yet") {
                continue;
            }
            assert!(output.status.success(), "{form}: {said}");
            faces.push((form.to_string(), output.stdout));
        }
        for table in TABLES {
            let csv = self.ran(&[&["report", "--format", "csv", "--table", table], more].concat());
            faces.push((format!("csv {table}"), csv));
        }
        faces
    }
}

/// A folder of its own beside the build: one that a static keeps is never removed.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// What a script of Python writes as JSON, with the tests' own libraries.
pub fn python(script: &str, arguments: &[&str], input: &[u8]) -> Value {
    python::json(&[&[format!("tests/office/report/{script}").as_str()], arguments].concat(), input)
}

/// The text of a member, or nothing.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The rows of a table.
pub fn rows<'v>(document: &'v Value, table: &str) -> &'v Vec<Value> {
    document[table].as_array().unwrap()
}

/// A value of JSON as sheets and pages have it: a serial number in pairs of digits.
pub fn as_printed(path: &str, value: String) -> String {
    match Serial::parse(&value).filter(|_| path.rsplit('.').next() == Some("serial")) {
        Some(serial) => serial.to_string(),
        None => value,
    }
}
