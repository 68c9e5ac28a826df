//! An office: a fleet of certificates, a policy that reads provider numbers from subjects, an
//! inventory, a clock that goes on a minute with each command.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Headers of the registers that tests write as CSV.
pub const HEADERS: &str = "台帳ID,名称,事業所番号,請求サービス,証明書利用区分,電話番号,代理人ID,代理開始日,代理終了日";

/// What a command left behind.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// A certificate of the fleet.
pub struct Sample {
    pub number: String,
    pub name: String,
    pub path: PathBuf,
}

pub struct Office {
    pub folder: TempDir,
    minutes: Cell<u32>,
}

/// Eight healthy certificates, made once.
fn fleet() -> &'static Path {
    static FLEET: OnceLock<TempDir> = OnceLock::new();
    let folder = FLEET.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let office = Office::bare();
        let made = folder.path().join("lab").display().to_string();
        office.ok(&["lab", &made, "--holders", "8", "--faults", "none", "--at", "2026-11-23"]);
        folder
    });
    folder.path()
}

/// The certificates of the fleet, by provider number.
pub fn samples() -> Vec<Sample> {
    let files = walkdir::WalkDir::new(fleet().join("lab/fleet")).into_iter().map(|entry| entry.unwrap().into_path());
    let sample = |path: PathBuf| {
        let stem = path.file_stem()?.to_str()?.to_string();
        let (number, name) = stem.split_once(' ').filter(|(number, _)| number.len() == 10)?;
        Some(Sample { number: number.into(), name: name.into(), path })
    };
    let mut samples: Vec<Sample> = files.filter_map(sample).collect();
    samples.sort_by(|one, other| one.number.cmp(&other.number));
    assert_eq!(samples.len(), 8);
    samples
}

impl Office {
    /// Just an empty folder.
    fn bare() -> Office {
        Office { folder: tempfile::tempdir().unwrap(), minutes: Cell::new(0) }
    }

    /// A policy and a configuration; nothing imported yet.
    pub fn new() -> Office {
        let office = Office::bare();
        let lab = fs::read_to_string(Path::new(ROOT).join("policies/lab.yaml")).unwrap();
        let period = "  claim_period: {from: 1, until: 10}\n";
        let pattern = format!("{period}  patterns:\n    - {{field: subject, pattern: \"CN={{provider_number}} *\"}}\n");
        assert!(lab.contains(period));
        office.write("policy.yaml", lab.replace(period, &pattern).as_bytes());
        office.write("shomei.yaml", b"policy: policy.yaml\ninventory: inventory.sqlite\n");
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
        office.write("register.csv", register(&office.rows()).as_bytes());
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

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let minutes = self.minutes.get();
        self.minutes.set(minutes + 1);
        let mut command = Command::new(env!("CARGO_BIN_EXE_shomei"));
        let clock = format!("2026-11-23T{:02}:{:02}:00+09:00", 9 + minutes / 60, minutes % 60);
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("HOME", self.folder.path()).env("LC_ALL", "C.UTF-8").env("SHOMEI_CLOCK", clock);
        if self.path("shomei.yaml").exists() {
            command.env("SHOMEI_CONFIG", self.path("shomei.yaml"));
        }
        command.env("USER", "sato");
        command
    }

    /// Runs `shomei` with these arguments in the office's folder.
    pub fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments))
    }

    /// The same on another day.
    pub fn run_at(&self, clock: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command.env("SHOMEI_CLOCK", clock);
        said(command)
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

    /// The document of a command, whatever its exit code.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let said = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}", said.stderr))
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
        let output = Command::new("python3")
            .args(["-c", script])
            .env("PYTHONUTF8", "1")
            .current_dir(self.folder.path())
            .output()
            .expect("python3 is missing: run the tests by ./tests/run");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

fn said(mut command: Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().expect("the command was killed");
    Said { stdout: text(output.stdout), stderr: text(output.stderr), code }
}

/// A register with the usual headers.
pub fn register(rows: &[String]) -> String {
    format!("{HEADERS}\r\n{}\r\n", rows.join("\r\n"))
}

/// A text in CP932.
pub fn cp932(text: &str) -> Vec<u8> {
    let (bytes, _, failed) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!failed);
    bytes.into_owned()
}

/// Whether a document is as its schema says.
pub fn validate(schema: &str, document: &Value) {
    crate::validate::validate(&[&format!("docs/schemas/{schema}.json")], std::slice::from_ref(document));
}
