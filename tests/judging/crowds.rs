//! Many certificates that have something in common: findings stay few and short, and nothing genuine is
//! hidden behind what anybody can make.

use std::path::{Path, PathBuf};

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509NameBuilder};
use serde_json::Value;

use crate::common::command::{CommandResult, shomei};
use crate::common::keys::p256;

const KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lab/keys");
const AT: &str = "2028-03-23T00:00:00Z";

/// A folder with certificates of the lab's CA.
struct Scene {
    folder: tempfile::TempDir,
    root: X509,
    root_key: PKey<Private>,
}

impl Scene {
    fn new() -> Scene {
        let read = |name: &str| std::fs::read(Path::new(KEYS).join(name)).unwrap();
        Scene {
            folder: tempfile::tempdir().unwrap(),
            root: X509::from_pem(&read("root-2019.pem")).unwrap(),
            root_key: PKey::private_key_from_pem(&read("root-2019.key")).unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("files").join(name)
    }

    /// A certificate that the CA's name stands in, signed by whoever has `signer`.
    fn certificate(&self, name: &str, serial: u32, key: &PKey<Private>, signer: &PKey<Private>) -> Vec<u8> {
        let mut subject = X509NameBuilder::new().unwrap();
        for (kind, value) in [("C", "JP"), ("O", "e-seikyuu"), ("CN", name)] {
            subject.append_entry_by_text(kind, value).unwrap();
        }
        let time = |text: &str| Asn1Time::from_str(text).unwrap();
        let mut builder = X509::builder().unwrap();
        builder.set_subject_name(&subject.build()).unwrap();
        builder.set_issuer_name(self.root.subject_name()).unwrap();
        builder.set_pubkey(key).unwrap();
        let serial = Asn1Integer::from_bn(&BigNum::from_u32(serial).unwrap()).unwrap();
        builder.set_serial_number(&serial).unwrap();
        builder.set_not_before(&time("20260401000000Z")).unwrap();
        builder.set_not_after(&time("20280331000000Z")).unwrap();
        builder.sign(signer, MessageDigest::sha256()).unwrap();
        builder.build().to_pem().unwrap()
    }

    fn genuine(&self, name: &str, serial: u32, key: &PKey<Private>) -> Vec<u8> {
        self.certificate(name, serial, key, &self.root_key)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::create_dir_all(self.path("")).unwrap();
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn audit(&self, arguments: &[&str]) -> String {
        self.audit_with(&["root-2013.pem", "root-2019.pem"], arguments)
    }

    fn audit_with(&self, roots: &[&str], arguments: &[&str]) -> String {
        let all = ["audit", "--policy", "lab", "--at", AT, "--no-prompt", "--lang", "en"];
        let mut command = shomei(self.folder.path(), self.folder.path(), &all);
        for root in roots {
            command.arg("--root").arg(Path::new(KEYS).join(root));
        }
        command.args(arguments).arg("files");
        CommandResult::from(command).stdout
    }

    /// The evidence of the findings of a rule, by the file that the certificate is in.
    fn evidence(&self, rule: &str) -> Vec<(String, Value)> {
        let document: Value = serde_json::from_str(&self.audit(&["--format", "json"])).unwrap();
        let mut found = Vec::new();
        for certificate in document["certificates"].as_array().unwrap() {
            let path = certificate["sources"][0]["path"].as_str().unwrap();
            let findings = certificate["findings"].as_array().unwrap().iter();
            for finding in findings.filter(|finding| finding["rule"] == rule) {
                found.push((path.rsplit('/').next().unwrap().to_string(), finding["evidence"].clone()));
            }
        }
        found
    }
}

fn len(value: &Value) -> usize {
    value.as_array().unwrap().len()
}

#[test]
fn a_key_of_many_names_ten_and_the_number() {
    let scene = Scene::new();
    let key = p256();
    for i in 0..25 {
        scene.write(&format!("{i:02}.cer"), &scene.genuine(&format!("office {i:02}"), 100 + i, &key));
    }
    let found = scene.evidence("key-shared");
    assert_eq!(found.len(), 25);
    for (path, evidence) in &found {
        assert_eq!(
            (evidence["count"].as_u64(), len(&evidence["subjects"]), len(&evidence["files"])),
            (Some(24), 10, 10)
        );
        let itself = format!("files/{path}");
        assert!(evidence["files"].as_array().unwrap().iter().all(|file| *file != *itself), "{path}: {evidence}");
    }
    assert!(scene.audit(&[]).contains(" and 21 more) have the same key."));
}

#[test]
fn three_of_one_key_name_each_other_and_a_renewal_is_silent() {
    let scene = Scene::new();
    let (shared, own) = (p256(), p256());
    for (name, serial) in [("a", 1), ("b", 2), ("c", 3)] {
        scene.write(&format!("{name}.cer"), &scene.genuine(&format!("office {name}"), serial, &shared));
    }
    for serial in [4, 5] {
        scene.write(&format!("own-{serial}.cer"), &scene.genuine("office d", serial, &own));
    }
    let found = scene.evidence("key-shared");
    let files: Vec<(&str, Vec<&str>)> = found
        .iter()
        .map(|(path, evidence)| {
            (path.as_str(), evidence["files"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect())
        })
        .collect();
    let expected = [
        ("a.cer", vec!["files/b.cer", "files/c.cer"]),
        ("b.cer", vec!["files/a.cer", "files/c.cer"]),
        ("c.cer", vec!["files/a.cer", "files/b.cer"]),
    ];
    assert_eq!(files, expected);
}

#[test]
fn renewals_on_a_shared_key_do_not_hide_the_other_subject() {
    let scene = Scene::new();
    let key = p256();
    for i in 0..25 {
        scene.write(&format!("{i:02}.cer"), &scene.genuine("office", 100 + i, &key));
    }
    scene.write("z.cer", &scene.genuine("another", 1, &key));
    let found = scene.evidence("key-shared");
    assert_eq!(found.len(), 26);
    for (path, evidence) in &found {
        let (count, named) = if path == "z.cer" { (25, 10) } else { (1, 1) };
        assert_eq!((evidence["count"].as_u64(), len(&evidence["files"])), (Some(count), named), "{path}: {evidence}");
    }
}

#[test]
fn a_serial_number_of_many_names_ten_and_the_number() {
    let scene = Scene::new();
    for i in 0..12 {
        scene.write(&format!("{i:02}.cer"), &scene.genuine(&format!("office {i:02}"), 7, &p256()));
    }
    let found = scene.evidence("serial-reused");
    assert_eq!(found.len(), 12);
    for (_, evidence) in &found {
        assert_eq!((evidence["count"].as_u64(), len(&evidence["files"])), (Some(11), 10), "{evidence}");
        assert_eq!(evidence["serial"], "07");
    }
}

#[test]
fn a_key_in_many_files_names_ten_and_the_number() {
    let scene = Scene::new();
    let key = p256();
    let pair = [scene.genuine("office", 1, &key), key.private_key_to_pem_pkcs8().unwrap()].concat();
    for i in 0..12 {
        scene.write(&format!("{i:02}.pem"), &pair);
    }
    let found = scene.evidence("copied");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].1["count"].as_u64(), len(&found[0].1["files"])), (Some(12), 10));
}

#[test]
fn junk_in_one_file_is_a_few_lines() {
    let scene = Scene::new();
    let (key, forger) = (p256(), p256());
    let junk: Vec<u8> =
        (0..2500).flat_map(|i| scene.certificate(&format!("junk {i}"), 1000 + i, &key, &forger)).collect();
    scene.write("a-junk.pem", &junk);
    for i in 0..3 {
        scene.write(&format!("genuine-{i}.cer"), &scene.genuine(&format!("office {i}"), 1 + i, &p256()));
    }
    // Without one of the roots, junk in its CA's name cannot be told from what that has signed.
    for roots in [&["root-2013.pem", "root-2019.pem"][..], &["root-2019.pem"]] {
        let said = scene.audit_with(roots, &[]);
        let (table, findings) = said.split_once("\n\n").and_then(|(_, rest)| rest.split_once("\n\n")).unwrap();
        assert_eq!(table.matches("a-junk.pem").count(), 11, "{table}");
        assert!(table.contains("2490 more"), "{table}");
        for i in 0..3 {
            assert!(table.contains(&format!("office {i}")), "{table}");
        }
        assert!(findings.contains("(2500 times)") && findings.lines().count() < 80, "{findings}");
    }
    // Nothing is lost for programs.
    let document: Value = serde_json::from_str(&scene.audit(&["--format", "json"])).unwrap();
    assert_eq!(len(&document["certificates"]), 2503);
}

#[test]
fn junk_in_many_files_leaves_room_for_the_genuine() {
    let scene = Scene::new();
    let (key, forger) = (p256(), p256());
    for i in 0..2100 {
        scene.write(&format!("{i:04}.cer"), &scene.certificate(&format!("junk {i}"), 1000 + i, &key, &forger));
    }
    for i in 0..60 {
        scene.write(&format!("genuine-{i}.cer"), &scene.genuine(&format!("office {i}"), 1 + i, &p256()));
    }
    let said = scene.audit(&[]);
    let table = said.split("\n\n").nth(1).unwrap();
    assert_eq!((table.matches("office ").count(), table.matches("junk ").count()), (40, 10), "{table}");
}

#[test]
fn where_nothing_is_trusted_the_table_is_as_long_as_ever() {
    let scene = Scene::new();
    let (key, forger) = (p256(), p256());
    for i in 0..2100 {
        scene.write(&format!("{i:04}.cer"), &scene.certificate(&format!("junk {i}"), 1000 + i, &key, &forger));
    }
    let said = scene.audit(&[]);
    assert_eq!(said.split("\n\n").nth(1).unwrap().matches("junk ").count(), 50);
}

#[test]
fn a_few_untrusted_certificates_have_a_line_each() {
    let scene = Scene::new();
    let (key, forger) = (p256(), p256());
    let few: Vec<u8> = (0..5).flat_map(|i| scene.certificate(&format!("few {i}"), 1000 + i, &key, &forger)).collect();
    scene.write("few.pem", &few);
    let said = scene.audit(&[]);
    assert!((0..5).all(|i| said.contains(&format!("few {i}"))) && !said.contains(" more "), "{said}");
}
