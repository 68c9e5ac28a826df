//! An office with the certificates and rows that a question needs.

use std::fs;
use std::ops::Deref;
use std::path::Path;

use serde_json::Value;

use crate::common::command::CommandResult;
use crate::common::home::Home;
use crate::common::policies::{NUMBERS_FROM_SUBJECTS, lab_with};
use crate::common::{ROOT, python, schema};

/// Headers of the registers.
const HEADERS: &str = "台帳ID,名称,種別,事業所番号,都道府県,請求サービス,証明書利用区分,代理人ID,代理開始日,代理終了日,利用状況,シリアル番号,有効期限";

/// Issues certificates under the lab's root: `file|number|begin|end` a line, moments in Japan.
/// What ends in .p12 has its key, what ends in .cer is bare.
const ISSUE: &str = "
import pathlib, sys
sys.path.insert(0, 'samples')
import issue
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
root = issue.Signer.committed('root-2019')
for at, line in enumerate(sys.stdin.read().splitlines()):
    file, number, begin, end = line.split('|')
    key = serialization.load_pem_private_key((issue.KEYS / f'leaf-ec-0{at % 7 + 1}.key').read_bytes(), None)
    made = issue.leaf(root, issue.name(f'{number} 事業所'), key, 7000 + at, issue.jst(begin), issue.jst(end))
    encryption = serialization.BestAvailableEncryption(b'pw')
    blob = made.public_bytes(serialization.Encoding.DER)
    if file.endswith('.p12'):
        blob = pkcs12.serialize_key_and_certificates(None, key, made, None, encryption)
    pathlib.Path(file).write_bytes(blob)
";

pub struct Office {
    home: Home,
}

impl Deref for Office {
    type Target = Home;

    fn deref(&self) -> &Home {
        &self.home
    }
}

impl Office {
    /// The root on the share, a policy that reads provider numbers from subjects, a configuration.
    pub fn new() -> Office {
        let office = Office { home: Home::on("2026-11-23").configured().env("USER", "sato") };
        office.write("policy.yaml", lab_with(&[NUMBERS_FROM_SUBJECTS]));
        office.write("shomei.yaml", "policy: policy.yaml\ninventory: inventory.sqlite\n");
        office.write("passwords.txt", "pw\n");
        fs::create_dir(office.path("share")).unwrap();
        fs::copy(Path::new(ROOT).join("src/lab/keys/root-2019.pem"), office.path("share/root.pem")).unwrap();
        office
    }

    /// With these certificates (file, provider number, begin, end) imported.
    pub fn with(certificates: &[(&str, &str, &str, &str)]) -> Office {
        let office = Office::new();
        office.issue(certificates);
        office.import(&[]);
        office
    }

    pub fn issue(&self, certificates: &[(&str, &str, &str, &str)]) {
        let line = |(file, number, begin, end): &(&str, &str, &str, &str)| {
            format!("{}|{number}|{begin}|{end}\n", self.path("share").join(file).display())
        };
        let lines: String = certificates.iter().map(line).collect();
        python::printed_in(Path::new(ROOT), &["-c", ISSUE], lines.as_bytes());
    }

    pub fn import(&self, flags: &[&str]) {
        let import = ["import", "--password-file", "passwords.txt", "--fail-on", "never", "share"];
        self.ok(&[&import[..], flags].concat());
    }

    /// Takes in a register of these rows; missing cells at their ends are empty.
    pub fn register(&self, rows: &[&str]) {
        let columns = HEADERS.split(',').count();
        let full = |row: &&str| format!("{row}{}", ",".repeat(columns - row.split(',').count()));
        let rows: Vec<String> = rows.iter().map(full).collect();
        self.write("register.csv", format!("{HEADERS}\r\n{}\r\n", rows.join("\r\n")));
        self.ok(&["register", "import", "register.csv"]);
    }

    /// Runs `shomei coverage`.
    pub fn coverage(&self, arguments: &[&str]) -> CommandResult {
        self.run(&[&["coverage"], arguments].concat())
    }

    /// The document of `shomei coverage`, whatever its exit code.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let said = self.coverage(&[arguments, &["--format", "json"]].concat());
        assert_eq!(said.stderr, "", "{arguments:?}");
        serde_json::from_str(&said.stdout).unwrap()
    }

    /// Everything that is told of units, sorted: `B1 kaigo cannot: expired`.
    #[track_caller]
    pub fn told(&self, arguments: &[&str]) -> Vec<String> {
        let document = self.json(arguments);
        let mut told: Vec<String> = ["can", "can-until", "unknown", "cannot"]
            .into_iter()
            .flat_map(|code| {
                document[code.replace('-', "_")].as_array().unwrap().iter().map(move |unit| line(code, unit))
            })
            .collect();
        told.sort();
        told
    }
}

fn line(code: &str, unit: &Value) -> String {
    let id = unit["holder"]["id"].as_str().or(unit["subject"].as_str()).unwrap();
    let service = unit["service"].as_str().unwrap_or("-");
    let reasons: Vec<&str> =
        unit["reasons"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(" ")) };
    let until = unit["can_until"].as_str().map(|day| format!(" {day}")).unwrap_or_default();
    format!("{id} {service} {code}{until}{reasons}")
}

/// The numbers: can, cannot be determined, cannot.
pub fn numbers(document: &Value) -> [u64; 3] {
    ["can", "unknown", "cannot"].map(|code| document["units"][code].as_u64().unwrap())
}

/// Checks documents against the schema.
pub fn validate(documents: &[&Value], refused: bool) {
    let arguments: Vec<&str> =
        refused.then_some("--refused").into_iter().chain(["docs/schemas/coverage.json"]).collect();
    let documents: Vec<Value> = documents.iter().map(|document| (*document).clone()).collect();
    schema::validate(&arguments, &documents);
}
