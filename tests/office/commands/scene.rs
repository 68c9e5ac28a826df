//! An office: a fleet of certificates, a policy that reads provider numbers from subjects, an
//! inventory, a clock that goes on a minute with each command.

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::home::Home;
use crate::common::policies::{NUMBERS_FROM_SUBJECTS, lab_with};
use crate::common::{files, python, schema};

/// Headers of the registers that tests write as CSV.
pub const HEADERS: &str = "台帳ID,名称,事業所番号,請求サービス,証明書利用区分,電話番号,代理人ID,代理開始日,代理終了日";

/// A certificate of the fleet.
pub struct Sample {
    pub number: String,
    pub name: String,
    pub path: PathBuf,
}

pub struct Office {
    home: Home,
}

impl Deref for Office {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}

/// Eight healthy certificates, made once.
fn fleet() -> &'static Path {
    static FLEET: OnceLock<TempDir> = OnceLock::new();
    let folder = FLEET.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = folder.path().join("lab").display().to_string();
        clock().ok(&["lab", &made, "--holders", "8", "--faults", "none", "--at", "2026-11-23"]);
        folder
    });
    folder.path()
}

/// The certificates of the fleet, by provider number.
pub fn samples() -> Vec<Sample> {
    let sample = |path: PathBuf| {
        let stem = path.file_stem()?.to_str()?.to_string();
        let (number, name) = stem.split_once(' ').filter(|(number, _)| number.len() == 10)?;
        Some(Sample { number: number.into(), name: name.into(), path })
    };
    let mut samples: Vec<Sample> = files::below(&fleet().join("lab/fleet")).into_iter().filter_map(sample).collect();
    samples.sort_by(|one, other| one.number.cmp(&other.number));
    assert_eq!(samples.len(), 8);
    samples
}

/// An empty folder, on the day of the tests.
fn clock() -> Home {
    Home::on("2026-11-23").env("USER", "sato")
}

impl Office {
    /// A policy and a configuration; nothing imported yet.
    pub fn new() -> Office {
        let office = Office { home: clock().configured() };
        office.write("policy.yaml", lab_with(&[NUMBERS_FROM_SUBJECTS]));
        office.write("shomei.yaml", "policy: policy.yaml\ninventory: inventory.sqlite\n");
        office
    }

    /// With the certificates of the fleet imported.
    pub fn with_fleet() -> Office {
        let office = Office::new();
        office.ok(&office.import_fleet());
        office
    }

    /// What imports the fleet.
    pub fn import_fleet(&self) -> [&'static str; 4] {
        static WORDS: OnceLock<[String; 2]> = OnceLock::new();
        let words = WORDS.get_or_init(|| {
            let path = |below: &str| fleet().join(below).display().to_string();
            [path("lab/passwords.txt"), path("lab/fleet")]
        });
        ["import", "--password-file", &words[0], &words[1]]
    }

    /// With the fleet, and a register of all its holders (A1 to A8) and one (B1) without.
    pub fn with_register() -> Office {
        let office = Office::with_fleet();
        office.write("register.csv", register(&office.rows()));
        office.ok(&["register", "import", "register.csv"]);
        office
    }

    /// The rows of that register.
    pub fn rows(&self) -> Vec<String> {
        let samples = samples();
        let all = samples.iter().enumerate();
        let row = |(at, sample): (usize, &Sample)| {
            format!("A{},{},{},介護,共通,03-0000-000{at},,,", at + 1, sample.name, sample.number)
        };
        let mut rows: Vec<String> = all.map(row).collect();
        rows.push("B1,ひまわり,9990000001,障害,障害,03-0000-0009,,,".to_string());
        rows
    }

    /// The document of `register check`.
    pub fn check(&self, arguments: &[&str]) -> Value {
        self.json(&[&["register", "check"], arguments].concat())
    }

    /// What people did, as the log has it.
    pub fn log(&self) -> Vec<Value> {
        self.json(&["log"])["entries"].as_array().unwrap().clone()
    }

    /// SHA-256 of a certificate of the fleet.
    pub fn sha256(&self, sample: &Sample) -> String {
        let path = sample.path.display().to_string();
        let passwords = fleet().join("lab/passwords.txt").display().to_string();
        let document = self.json(&["inspect", &path, "--password-file", &passwords]);
        let entries = document["entries"].as_array().unwrap();
        let leaf = entries.iter().find(|entry| entry["certificate"]["role"] == "end-entity").unwrap();
        leaf["certificate"]["sha256"].as_str().unwrap().to_string()
    }

    /// Runs Python in the office's folder.
    pub fn python(&self, script: &str) -> String {
        String::from_utf8(python::printed_in(self.folder(), &["-c", script], b"")).unwrap()
    }
}

/// A register with the usual headers.
pub fn register(rows: &[String]) -> String {
    format!("{HEADERS}\r\n{}\r\n", rows.join("\r\n"))
}

/// Whether a document is as its schema says.
pub fn validate(schema: &str, document: &Value) {
    schema::fits(schema, document);
}
