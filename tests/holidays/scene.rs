//! Lists as the Cabinet Office writes them, and a home in which the command runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shomei::calendar::{Day, parse_day};
use shomei::policy::{Holidays, LocalizedText};
use tempfile::TempDir;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
pub const HEADS: &str = "国民の祝日・休日月日,国民の祝日・休日名称";

/// The holidays of 2028, which nobody had announced when this was written, in the form in which
/// the Cabinet Office would.
pub const OF_2028: [(&str, &str); 16] = [
    ("2028-01-01", "元日"),
    ("2028-01-10", "成人の日"),
    ("2028-02-11", "建国記念の日"),
    ("2028-02-23", "天皇誕生日"),
    ("2028-03-20", "春分の日"),
    ("2028-04-29", "昭和の日"),
    ("2028-05-03", "憲法記念日"),
    ("2028-05-04", "みどりの日"),
    ("2028-05-05", "こどもの日"),
    ("2028-07-17", "海の日"),
    ("2028-08-11", "山の日"),
    ("2028-09-18", "敬老の日"),
    ("2028-09-22", "秋分の日"),
    ("2028-10-09", "スポーツの日"),
    ("2028-11-03", "文化の日"),
    ("2028-11-23", "勤労感謝の日"),
];

pub fn day(text: &str) -> Day {
    parse_day(text).unwrap_or_else(|| panic!("{text}"))
}

pub fn built_in() -> Holidays {
    Holidays::built_in().unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

pub fn source() -> LocalizedText {
    LocalizedText { ja: "試験".into(), en: "a trial".into() }
}

/// Days with their names, as [`sheet`] takes them.
pub type Days = Vec<(String, String)>;

/// The built-in list, every day by the name that the Cabinet Office has for it.
pub fn official() -> Days {
    let name = |name: &str| if matches!(name, "振替休日" | "国民の休日") { "休日" } else { name }.to_string();
    built_in().days().map(|(day, is)| (day.to_string(), name(&is.ja))).collect()
}

/// The same with the next year.
pub fn next() -> Days {
    let new = OF_2028.iter().map(|(day, name)| (day.to_string(), name.to_string()));
    official().into_iter().chain(new).collect()
}

/// A list as the Cabinet Office writes it: 2027/1/1, CRLF.
pub fn sheet(days: &Days) -> String {
    let written = |text: &str| {
        let day = day(text);
        format!("{}/{}/{}", day.year(), u8::from(day.month()), day.day())
    };
    let rows = days.iter().map(|(day, name)| format!("{},{name}\r\n", written(day)));
    std::iter::once(format!("{HEADS}\r\n")).chain(rows).collect()
}

pub fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, lossy) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!lossy);
    bytes.into_owned()
}

/// What a Python program prints.
pub fn python(arguments: &[&str]) -> String {
    let output = Command::new("python3").args(arguments).current_dir(ROOT).output();
    let output = output.expect("python3 is missing: run the tests by ./tests/run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The Cabinet Office's own file of a day, as Python's package python-shukujitsu keeps it.
pub fn edition(day: &str) -> Vec<u8> {
    let folder = python(&["-c", "import os, shukujitsu; print(os.path.dirname(shukujitsu.__file__))"]);
    let path = Path::new(folder.trim()).join(format!("asof{day}/syukujitsu.csv"));
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Compares documents with the schema of the list; each must fit, or with `--refused` none may.
pub fn validate(flags: &[&str], documents: &[serde_json::Value]) {
    crate::validate::validate(&[flags, &["docs/schemas/holidays-list.json"]].concat(), documents);
}

/// What a command left behind.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// A user's home.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    /// Where an imported list is kept.
    pub fn kept(&self) -> PathBuf {
        let found = walkdir::WalkDir::new(self.0.path()).into_iter().map(|entry| entry.unwrap().into_path());
        let found = found.filter(|path| path.ends_with("shomei/holidays-jp.yaml")).last();
        found.unwrap_or_else(|| self.0.path().join("nowhere"))
    }

    pub fn run_at(&self, clock: &str, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_shomei"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("LC_ALL", "C.UTF-8")
            .env("SHOMEI_CLOCK", clock)
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let code = output.status.code().unwrap();
        Said { stdout: text(output.stdout), stderr: text(output.stderr), code }
    }

    /// Runs `shomei` on a day of March 2027.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_at("2027-03-01T09:00:00+09:00", arguments)
    }

    /// What a command says that goes through without a complaint.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{arguments:?}: {}", said.stdout);
        said.stdout
    }

    /// What a command complains of that cannot be carried out.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{arguments:?}: {}", said.stderr);
        said.stderr
    }

    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(&[&["holidays", "list", "--format", "json"], arguments].concat())).unwrap()
    }
}
