//! Samples made at test time: what depends on permissions, which git does not keep, or on a
//! policy other than the samples'.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::command::{CONFIG, ROOT, audit};
use super::told::{by_file, list, text};
use crate::common::command::{CommandResult, SHOMEI};

/// The rules told of a sample that fires a rule, and of one that comes near.
pub struct Shown {
    pub fires: BTreeSet<String>,
    pub nearly: BTreeSet<String>,
}

/// A rule's code, and what makes its samples.
type Case = (&'static str, fn() -> Shown);

/// By rule.
pub const CASES: [Case; 15] = [
    ("certificate-missing", certificate_missing),
    ("group-protected", group_protected),
    ("file-exposed", file_exposed),
    ("password-exposed", password_exposed),
    ("password-weak", password_weak),
    ("single-copy", single_copy),
    ("file-unreadable", file_unreadable),
    ("crl-missing", crl_missing),
    ("pin-conflict", pin_conflict),
    ("crl-unused", crl_unused),
    ("self-signed", self_signed),
    ("unverifiable", unverifiable),
    ("root-reissued", root_reissued),
    ("usage-unfit", usage_unfit),
    ("suppression-unmatched", suppression_unmatched),
];

fn rules_of(document: &Value, path: &str) -> BTreeSet<String> {
    by_file(document).remove(path).map(|told| told.rules).unwrap_or_default()
}

/// An audit of the fleet under the lab policy with one text in it replaced.
fn under(from: &str, to: &str, sources: &[&str]) -> Value {
    let lab = fs::read_to_string(Path::new(ROOT).join("policies/lab.yaml")).unwrap();
    assert!(lab.contains(from), "policies/lab.yaml has no {from}");
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.yaml");
    fs::write(&policy, lab.replace(from, to)).unwrap();
    audit(&[&CONFIG[..], &["--policy", policy.to_str().unwrap()], sources].concat())
}

fn put(name: &str, folder: &TempDir, mode: u32) -> String {
    let path = folder.path().join(name);
    fs::copy(Path::new(ROOT).join("samples/apart").join(name), &path).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    path.to_str().unwrap().into()
}

fn certificate_missing() -> Shown {
    let folder = tempfile::tempdir().unwrap();
    let rules = |name: &str| {
        let path = folder.path().join(name);
        fs::write(&path, "").unwrap();
        let folder = folder.path().to_str().unwrap();
        rules_of(&audit(&["--policy", "lab", "--at", "2026-11-23", folder]), path.to_str().unwrap())
    };
    Shown { fires: rules("訪問介護やまびこ.p12"), nearly: rules("メモ.txt") }
}

/// The file of the case, exported by its recipe with a password bag as Windows makes it, and a
/// PKCS#12 that just no password opens.
fn group_protected() -> Shown {
    let rules = |path: &str| rules_of(&audit(&["--policy", "lab", "--at", "2026-11-23", path]), path);
    let shown = rules("tests/cases/audit/group-protected/files/部署で共有.pfx");
    Shown { fires: shown, nearly: rules("samples/fleet/福岡県/不明なパスワード.p12") }
}

fn file_exposed() -> Shown {
    let rules = |name: &str, mode: u32| {
        let folder = tempfile::tempdir().unwrap();
        let path = put(name, &folder, mode);
        let root = "src/lab/keys/root-2019.pem";
        rules_of(&audit(&["--policy", "lab", "--at", "2026-11-23", "--root", root, &path]), &path)
    };
    let names = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    // As samples/README.md says of them.
    assert_eq!(rules("空のパスワード.p12", 0o644), names(&["container-weak", "file-exposed"]));
    assert_eq!(rules("空のパスワード.p12", 0o600), names(&["container-weak"]));
    assert_eq!(rules("平文の鍵.pem", 0o640), names(&["container-weak", "file-exposed"]));
    assert_eq!(rules("平文の鍵.pem", 0o600), names(&["container-weak"]));
    Shown { fires: rules("平文の鍵.pem", 0o644), nearly: rules("平文の鍵.pem", 0o600) }
}

/// A sample of Aichi, whose password is kinshachi-99, in a folder with a note.
fn beside_a_note(note: &str) -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.p12");
    fs::copy(Path::new(ROOT).join("samples/fleet/愛知県/SHA1署名.p12"), &path).unwrap();
    fs::write(folder.path().join("memo.txt"), note).unwrap();
    let passwords = Path::new(ROOT).join("samples/passwords/aichi.txt");
    let path = path.to_str().unwrap();
    let document =
        audit(&["--policy", "lab", "--at", "2026-11-23", "--password-file", passwords.to_str().unwrap(), path]);
    rules_of(&document, path)
}

fn password_exposed() -> Shown {
    Shown { fires: beside_a_note("愛知県: kinshachi-99\n"), nearly: beside_a_note("kinshachi-999\n") }
}

fn password_weak() -> Shown {
    let case = Path::new(ROOT).join("tests/cases/audit/passwords-beside");
    let of = |file: &str| {
        let path = case.join("files").join(file);
        let passwords = case.join("passwords.txt");
        let (path, passwords) = (path.to_str().unwrap(), passwords.to_str().unwrap());
        rules_of(&audit(&["--policy", "lab", "--at", "2027-01-01", "--password-file", passwords, path]), path)
    };
    Shown { fires: of("short/e.p12"), nearly: of("apart/c.p12") }
}

fn single_copy() -> Shown {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(ROOT).join("samples/fleet/東京都/訪問看護れんげ.p12");
    let passwords = Path::new(ROOT).join("samples/passwords/tokyo.txt");
    let rules = || {
        let (folder, passwords) = (folder.path().to_str().unwrap(), passwords.to_str().unwrap());
        let root = "src/lab/keys/root-2019.pem";
        let document =
            audit(&["--policy", "lab", "--at", "2026-11-23", "--root", root, "--password-file", passwords, folder]);
        let of_run = list(&document["findings"]).iter().filter(|finding| finding["path"].is_null());
        of_run.map(|finding| text(finding, "rule").to_string()).collect()
    };
    fs::copy(&sample, folder.path().join("one.p12")).unwrap();
    let fires = rules();
    fs::copy(&sample, folder.path().join("two.p12")).unwrap();
    Shown { fires, nearly: rules() }
}

/// Nobody, to whom the system refuses what root may read.
const NOBODY: u32 = 65534;

fn file_unreadable() -> Shown {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let shomei = folder.path().join("shomei");
    // Copied by another process: while this one has it open for writing, a child that a test beside
    // this one starts inherits that, and the program cannot be run ("text file busy").
    assert!(Command::new("cp").arg(SHOMEI).arg(&shomei).status().unwrap().success());
    let share = folder.path().join("share");
    fs::create_dir(&share).unwrap();
    let name = "PC1/訪問介護つくし.cer";
    for (file, mode) in [("closed.cer", 0o000), ("open.cer", 0o644)] {
        let path = share.join(file);
        fs::copy(Path::new(ROOT).join("samples/fleet/東京都").join(name), &path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    }
    let mut command = Command::new(shomei);
    command.args(["audit", "--format", "json", "--policy", "lab", "--at", "2026-11-23", "--fail-on", "never"]);
    command.arg(&share).env_clear().env("HOME", folder.path());
    if fs::File::open(share.join("closed.cer")).is_ok() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let document: Value = serde_json::from_str(&CommandResult::from(command).stdout).unwrap();
    let rules = |file: &str| rules_of(&document, share.join(file).to_str().unwrap());
    Shown { fires: rules("closed.cer"), nearly: rules("open.cer") }
}

fn crl_missing() -> Shown {
    let document = under("crl: when-available", "crl: require", &[]);
    assert!(rules_of(&document, "samples/fleet/本部/旧証明書/0719-235959-旧ルート.p12").contains("crl-missing"));
    Shown {
        fires: rules_of(&document, "samples/fleet/京都府/中間CA経由.p12"),
        nearly: rules_of(&document, "samples/fleet/東京都/訪問介護ひまわり.p12"),
    }
}

fn pin_conflict() -> Shown {
    let folder = "samples/fleet/本部/認証局";
    let document = under("not_before: 2019-07-20", "not_before: 2019-07-21", &[folder]);
    let path = format!("{folder}/e-seikyuu CA 2019.cer");
    let verdicts = &by_file(&document)[path.as_str()].verdicts;
    assert_eq!(verdicts.iter().collect::<Vec<_>>(), ["undetermined"], "a misprint makes no impostor");
    Shown { fires: rules_of(&document, &path), nearly: rules_of(&document, &format!("{folder}/e-seikyuu CA 2013.cer")) }
}

/// The root of 2019 once more, signed by its key or by that of 2013.
fn root_reissued() -> Shown {
    use openssl::asn1::Asn1Time;
    use openssl::bn::BigNum;
    use openssl::hash::MessageDigest;
    use openssl::pkey::PKey;
    use openssl::x509::extension::BasicConstraints;
    use openssl::x509::{X509, X509Builder};
    let keys = Path::new(ROOT).join("src/lab/keys");
    let read = |name: &str| fs::read(keys.join(name)).unwrap();
    let root = X509::from_pem(&read("root-2019.pem")).unwrap();
    let key = |name: &str| PKey::private_key_from_pem(&read(name)).unwrap();
    let rules = |signer: &str| {
        let mut builder = X509Builder::new().unwrap();
        builder.set_version(2).unwrap();
        builder.set_serial_number(&BigNum::from_u32(0x0919).unwrap().to_asn1_integer().unwrap()).unwrap();
        builder.set_subject_name(root.subject_name()).unwrap();
        builder.set_issuer_name(root.subject_name()).unwrap();
        builder.set_not_before(&Asn1Time::from_str("20190720000000Z").unwrap()).unwrap();
        builder.set_not_after(&Asn1Time::from_str("20390719000000Z").unwrap()).unwrap();
        builder.set_pubkey(&root.public_key().unwrap()).unwrap();
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        builder.sign(&key(signer), MessageDigest::sha256()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("root.cer");
        fs::write(&path, builder.build().to_der().unwrap()).unwrap();
        let path = path.to_str().unwrap();
        let (old, new) = ("src/lab/keys/root-2013.pem", "src/lab/keys/root-2019.pem");
        let arguments = ["--policy", "lab", "--at", "2026-11-23", "--root", old, "--root", new, path];
        rules_of(&audit(&arguments), path)
    };
    Shown { fires: rules("root-2019.key"), nearly: rules("root-2013.key") }
}

/// A certificate of somebody: signed by its own key, or by another's.
fn of_somebody(own: bool, bmp: Option<&[u8]>) -> BTreeSet<String> {
    use openssl::asn1::{Asn1Time, Asn1Type};
    use openssl::bn::BigNum;
    use openssl::hash::MessageDigest;
    use openssl::pkey::PKey;
    use openssl::x509::{X509, X509Builder, X509Name};
    let keys = Path::new(ROOT).join("src/lab/keys");
    let read = |name: &str| fs::read(keys.join(name)).unwrap();
    let key = PKey::private_key_from_pem(&read("leaf-ec-01.key")).unwrap();
    let root = X509::from_pem(&read("root-2019.pem")).unwrap();
    let mut name = X509Name::builder().unwrap();
    name.append_entry_by_text("CN", "printer").unwrap();
    if let Some(text) = bmp {
        let text = std::str::from_utf8(text).unwrap();
        name.append_entry_by_text_with_type("O", text, Asn1Type::BMPSTRING).unwrap();
    }
    let name = name.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(0x4a0092).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(if own { &name } else { root.subject_name() }).unwrap();
    builder.set_not_before(&Asn1Time::from_str("20260101000000Z").unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_str("20280101000000Z").unwrap()).unwrap();
    builder.set_pubkey(&key).unwrap();
    let signer = if own { key } else { PKey::private_key_from_pem(&read("root-2019.key")).unwrap() };
    builder.sign(&signer, MessageDigest::sha256()).unwrap();
    let mut der = builder.build().to_der().unwrap();
    if bmp.is_some() {
        // Two units of a BMPString become a pair of surrogates, as Windows writes a rare kanji.
        let at = der.windows(4).position(|units| units == [0, b'#', 0, b'#']).unwrap();
        der[at..at + 4].copy_from_slice(&[0xd8, 0x42, 0xdf, 0xb7]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("somebody.cer");
    fs::write(&path, der).unwrap();
    let path = path.to_str().unwrap();
    let (old, new) = ("src/lab/keys/root-2013.pem", "src/lab/keys/root-2019.pem");
    rules_of(&audit(&["--policy", "lab", "--at", "2026-11-23", "--root", old, "--root", new, path]), path)
}

fn self_signed() -> Shown {
    Shown { fires: of_somebody(true, None), nearly: of_somebody(false, None) }
}

fn unverifiable() -> Shown {
    Shown { fires: of_somebody(false, Some(b"\0#\0#")), nearly: of_somebody(false, None) }
}

/// The fleet's own list, judged when it is issued and the day before.
fn crl_unused() -> Shown {
    let list = "samples/fleet/本部/認証局/e-seikyuu.crl";
    let rules = |at: &str| {
        let root = "src/lab/keys/root-2019.pem";
        let document = audit(&["--policy", "lab", "--at", at, "--root", root, list]);
        let of_list = list_of(&document, "findings").filter(|finding| finding["path"] == list);
        of_list.map(|finding| text(finding, "rule").to_string()).collect()
    };
    Shown { fires: rules("2019-08-01"), nearly: rules("2026-11-23") }
}

fn list_of<'a>(document: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    list(&document[key]).iter()
}

fn usage_unfit() -> Shown {
    let usage = "crl: when-available\n    usage: {extended: [clientAuth]}";
    let document = under("crl: when-available", usage, &[]);
    let fired: Vec<&str> =
        by_file(&document).into_iter().filter(|(_, told)| told.rules.contains("usage-unfit")).map(|(p, _)| p).collect();
    assert_eq!(fired, ["samples/fleet/愛知県/サーバ用.p12"]);
    Shown {
        fires: rules_of(&document, fired[0]),
        nearly: rules_of(&document, "samples/fleet/愛知県/localKeyID違い.p12"),
    }
}

fn suppression_unmatched() -> Shown {
    let folder = "samples/fleet/愛知県";
    let of_the_run = |serial: &str| {
        let entry = format!(
            "zone: \"+09:00\"\nsuppressions:\n  - {{rule: key-weak, match: {{path: \"**/RSA1024.p12\"{serial}}}, \
             reason: replaced in March, until: 2027-03-31}}\n"
        );
        let document = under("zone: \"+09:00\"\n", &entry, &[folder]);
        let silent = !rules_of(&document, "samples/fleet/愛知県/RSA1024.p12").contains("key-weak");
        assert_eq!(silent, serial.is_empty());
        let run = list(&document["findings"]).iter().filter(|finding| finding["path"].is_null());
        run.map(|finding| text(finding, "rule").to_string()).collect()
    };
    Shown { fires: of_the_run(", serial: 01 02 03"), nearly: of_the_run("") }
}
