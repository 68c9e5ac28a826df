//! A share of files, a policy that pins the test's own roots, and the command run on them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use super::forge::*;
use crate::common::command::shomei;

/// The moment of most cases: the leaves of [`Draft::leaf`] are alive.
pub const AT: &str = "2021-06-01T00:00:00Z";

/// The subject of both roots as the policy prints it.
pub const PINNED: &str = "OU=e-seikyuu CA, O=e-seikyuu, C=JP";

/// The subject of both roots.
pub fn authority() -> Vec<u8> {
    name_as(PRINTABLE, "C=JP, O=e-seikyuu, OU=e-seikyuu CA")
}

const SOURCE: &str = "{ja: 試験, en: the test}";

/// What a policy says of a root.
#[derive(Clone)]
pub struct Pin {
    pub id: &'static str,
    pub serial: String,
    pub not_before: String,
    pub not_after: String,
    pub sha1: String,
    pub sha256: Option<String>,
    pub issues: &'static str,
}

pub fn draft_2013() -> Draft {
    Draft::ca("")
        .subject(authority())
        .serial(&[0x03, 0x34, 0x35])
        .from("2013-07-18T00:00:00Z")
        .until("2023-07-18T00:00:00Z")
}

pub fn draft_2019() -> Draft {
    Draft::ca("")
        .subject(authority())
        .serial(&[0x07, 0x86, 0xd1])
        .from("2019-07-20T00:00:00Z")
        .until("2029-07-20T00:00:00Z")
}

pub fn pin_2013(root: &Made) -> Pin {
    Pin {
        id: "2013",
        serial: "03 34 35".into(),
        not_before: "2013-07-18".into(),
        not_after: "2023-07-18".into(),
        sha1: root.sha1(),
        sha256: None,
        issues: "{until: 2019-07-19}",
    }
}

pub fn pin_2019(root: &Made) -> Pin {
    Pin {
        id: "2019",
        serial: "07 86 D1".into(),
        not_before: "2019-07-20".into(),
        not_after: "2029-07-20".into(),
        sha1: root.sha1(),
        sha256: None,
        issues: "{from: 2019-07-24}",
    }
}

/// A policy.
#[derive(Clone)]
pub struct Rules {
    pub subject: String,
    pub pins: Vec<Pin>,
    pub crl: &'static str,
}

impl Rules {
    pub fn yaml(&self) -> String {
        let mut pins = String::new();
        for pin in &self.pins {
            let sha256 = pin.sha256.as_ref().map(|hex| format!("        sha256: {hex}\n")).unwrap_or_default();
            write!(
                pins,
                "      - id: \"{}\"\n        serial: {}\n        not_before: {}\n        not_after: {}\n        \
                 sha1: {}\n{sha256}        issues: {}\n        source: {SOURCE}\n",
                pin.id, pin.serial, pin.not_before, pin.not_after, pin.sha1, pin.issues
            )
            .unwrap();
        }
        format!(
            "schema: shomei/policy/1\nname: proof\ntitle: {{ja: 試験, en: Proof}}\nzone: \"+09:00\"\n\
             authorities:\n  - subject: {}\n    pins:\n{pins}    gaps:\n      - {{from: 2019-07-20, until: \
             2019-07-23, source: {SOURCE}}}\n    validity:\n      - {{from: 2014-08-18, years: 3, tolerance_days: 92}}\n    crl: {}\n",
            self.subject, self.crl
        )
    }
}

/// Both roots, a policy with their pins, and an empty share.
pub struct Scene {
    folder: tempfile::TempDir,
    pub root_2013: Made,
    pub root_2019: Made,
    pub rules: Rules,
}

impl Scene {
    pub fn new() -> Scene {
        Scene::of(draft_2013().self_signed(), draft_2019().self_signed())
    }

    pub fn of(root_2013: Made, root_2019: Made) -> Scene {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("share")).unwrap();
        let pins = vec![pin_2013(&root_2013), pin_2019(&root_2019)];
        let rules = Rules { subject: PINNED.into(), pins, crl: "when-available" };
        Scene { folder, root_2013, root_2019, rules }
    }

    /// With both roots in the share.
    pub fn rooted() -> Scene {
        let scene = Scene::new();
        scene.file("root-2013.cer", &scene.root_2013.der);
        scene.file("root-2019.cer", &scene.root_2019.der);
        scene
    }

    pub fn share(&self) -> PathBuf {
        self.folder.path().join("share")
    }

    /// A path outside the share.
    pub fn aside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the share.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.share().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub fn put(&self, name: &str, made: &Made) -> PathBuf {
        self.file(name, &made.der)
    }

    pub fn remove(&self, name: &str) {
        let path = self.share().join(name);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    /// The command, with nothing of the user's in its way.
    pub fn command(&self) -> Command {
        let home = self.aside("home");
        let mut command = shomei(self.folder.path(), &home, &[]);
        for variable in ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(variable, &home);
        }
        command
    }

    pub fn policy(&self) -> PathBuf {
        let path = self.aside("policy.yaml");
        fs::write(&path, self.rules.yaml()).unwrap();
        path
    }

    /// What the command prints and how it ends.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(["--lang", "en"]).args(arguments).output().unwrap()
    }

    pub fn audit(&self, at: &str) -> Audit {
        self.audit_with(at, &[])
    }

    pub fn audit_with(&self, at: &str, more: &[&str]) -> Audit {
        let (policy, share) = (self.policy(), self.share());
        let mut command = self.command();
        command.args(["--lang", "en", "audit", "--format", "json", "--at", at, "--policy"]).arg(policy);
        let output = command.args(more).arg(share).output().unwrap();
        let told = || format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", told());
        Audit(serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", told())))
    }

    /// The record of one certificate among files put into the share for this look only.
    pub fn judge(&self, made: &Made, beside: &[&Made], at: &str) -> Record {
        self.put("case/leaf.cer", made);
        for (i, other) in beside.iter().enumerate() {
            self.put(&format!("case/{i}.cer"), other);
        }
        let record = self.audit(at).of(made);
        self.remove("case");
        record
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The document of an audit.
pub struct Audit(pub Value);

impl Audit {
    pub fn of(&self, made: &Made) -> Record {
        self.find(made).unwrap_or_else(|| panic!("not listed: {}", text(&made.subject)))
    }

    /// The findings about files that are no certificate's, by rule.
    pub fn of_files(&self, rule: &str) -> Vec<&Value> {
        self.0["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule).collect()
    }

    pub fn find(&self, made: &Made) -> Option<Record> {
        let sha256 = made.sha256();
        let list = self.0["certificates"].as_array().unwrap();
        list.iter().find(|record| record["sha256"] == *sha256).map(|record| Record(record.clone()))
    }
}

/// The record of one certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(pub Value);

impl Record {
    pub fn status(&self) -> &str {
        self.0["verdict"]["status"].as_str().unwrap()
    }

    pub fn generation(&self) -> Option<&str> {
        self.0["verdict"]["generation"].as_str()
    }

    pub fn reasons(&self) -> Vec<&str> {
        self.0["verdict"]["reasons"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect()
    }

    /// `untrusted: path-expired`, or just `trusted`.
    pub fn verdict(&self) -> String {
        match self.reasons().is_empty() {
            true => self.status().to_string(),
            false => format!("{}: {}", self.status(), self.reasons().join(" ")),
        }
    }

    pub fn path(&self) -> Vec<String> {
        let path = self.0["verdict"]["path"].as_array().cloned().unwrap_or_default();
        path.iter().map(|sha256| sha256.as_str().unwrap().to_string()).collect()
    }

    /// The codes of its findings.
    pub fn rules(&self) -> Vec<&str> {
        self.0["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
    }

    pub fn has(&self, rule: &str) -> bool {
        self.rules().contains(&rule)
    }

    pub fn finding(&self, rule: &str) -> &Value {
        let found = self.0["findings"].as_array().unwrap().iter().find(|f| f["rule"] == rule);
        found.unwrap_or_else(|| panic!("no {rule}: {:?}", self.rules()))
    }
}

/// The path as an argument.
pub fn argument(path: &Path) -> &str {
    path.to_str().unwrap()
}
