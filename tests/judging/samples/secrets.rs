//! Nothing secret is ever told: no password, no private key.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use openssl::pkcs12::Pkcs12;
use openssl::pkey::{Id, PKey, Private};

use super::command::{CONFIG, ROOT, command, shomei};
use super::expected::fleet_files;
use crate::common::command::CommandResult;

/// All that the command says of the samples: every form, both languages, stderr included.
fn everything_said() -> String {
    let mut said = String::new();
    let mut take = |arguments: &[&str]| {
        let (mut command, _home) = command(arguments);
        command.env("SAMPLE_PASSWORD", "himawari-2024");
        let output = CommandResult::from(command);
        said += &output.stdout;
        said += &output.stderr;
    };
    for lang in ["ja", "en"] {
        for format in ["table", "json", "ndjson", "csv"] {
            take(&[&["audit", "--lang", lang, "--format", format, "--all"][..], &CONFIG].concat());
        }
        take(&[
            "audit",
            "--lang",
            lang,
            "--password-env",
            "SAMPLE_PASSWORD",
            "--policy",
            "lab",
            "samples/fleet/東京都",
        ]);
        take(&["audit", "--lang", lang, "--at", "2026-11-23", "--policy", "lab", "samples/apart", "src/lab/keys"]);
        take(&[&["config", "show", "--lang", lang][..], &CONFIG].concat());
    }
    for path in fleet_files() {
        for format in ["table", "json"] {
            take(&["inspect", &path, "--format", format, "--try-typos", "--config", "samples/shomei.yaml"]);
        }
    }
    said
}

fn lines_of(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(String::from).collect()
}

fn passwords() -> BTreeSet<String> {
    let folder = Path::new(ROOT).join("samples");
    let maps = fs::read_dir(folder.join("passwords")).unwrap().map(|entry| entry.unwrap().path());
    let all: BTreeSet<String> =
        maps.chain([folder.join("passwords.txt")]).flat_map(|path| lines_of(&path)).filter(|p| !p.is_empty()).collect();
    assert!(all.len() >= 8, "{}", all.len());
    all
}

/// ASCII in full width, one of the typing mistakes that the command undoes.
fn full_width(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The numbers that nobody may see of a key.
fn private_numbers(key: &PKey<Private>) -> Vec<Vec<u8>> {
    match key.id() {
        Id::RSA => {
            let rsa = key.rsa().unwrap();
            let primes = [rsa.p(), rsa.q()].into_iter().flatten();
            std::iter::once(rsa.d()).chain(primes).map(|n| n.to_vec()).collect()
        }
        _ => vec![key.ec_key().unwrap().private_key().to_vec()],
    }
}

/// The private keys of the samples, as far as OpenSSL opens them, and of the lab.
fn private_keys() -> Vec<PKey<Private>> {
    let mut keys = Vec::new();
    // OpenSSL would really do the 2,147,483,647 iterations of one file.
    for path in fleet_files().iter().filter(|path| !path.ends_with("21億回.p12")) {
        let Ok(container) = Pkcs12::from_der(&fs::read(Path::new(ROOT).join(path)).unwrap()) else { continue };
        let opened = passwords().iter().find_map(|password| container.parse2(password).ok());
        keys.extend(opened.and_then(|opened| opened.pkey));
    }
    assert!(keys.len() > 60, "only {} keys", keys.len());
    let pem = |path: &Path| PKey::private_key_from_pem(&fs::read(path).unwrap()).unwrap();
    keys.push(pem(&Path::new(ROOT).join("samples/apart/平文の鍵.pem")));
    let lab = fs::read_dir(Path::new(ROOT).join("src/lab/keys")).unwrap().map(|entry| entry.unwrap().path());
    keys.extend(lab.filter(|path| path.extension().is_some_and(|e| e == "key")).map(|path| pem(&path)));
    keys
}

#[test]
fn no_password_and_no_private_key_is_told() {
    let said = everything_said();
    assert!(said.contains("訪問介護ひまわり") && said.len() > 1_000_000, "{}", said.len());
    let lower = said.to_lowercase();
    for password in passwords() {
        assert!(!lower.contains(&password.to_lowercase()), "a password is told: {password}");
        assert!(!said.contains(&full_width(&password)), "a password is told in full width: {password}");
        assert!(!lower.contains(&hex(password.as_bytes())), "a password is told in hexadecimal: {password}");
    }
    assert!(!said.contains("PRIVATE KEY"));
    let digits: String = lower.chars().filter(|c| !c.is_whitespace() && *c != ':').collect();
    for key in private_keys() {
        for number in private_numbers(&key) {
            assert!(!digits.contains(&hex(&number)), "a private number is told in hexadecimal");
            assert!(!said.contains(&openssl::base64::encode_block(&number)), "a private number is told in Base64");
        }
        let blob = openssl::base64::encode_block(&key.private_key_to_pkcs8().unwrap());
        assert!(!said.contains(&blob[..64]), "a private key is told in Base64");
        assert!(!said.contains(&blob[blob.len() / 2..][..64]), "a private key is told in Base64");
    }
}

#[test]
fn the_search_would_find_what_is_told() {
    let said = shomei(&["inspect", "--format", "json", "src/lab/keys/root-2019.pem"]).stdout;
    let root = fs::read(Path::new(ROOT).join("src/lab/keys/root-2019.pem")).unwrap();
    let digest = openssl::x509::X509::from_pem(&root).unwrap().digest(openssl::hash::MessageDigest::sha256()).unwrap();
    assert!(said.contains(&hex(&digest)));
}
