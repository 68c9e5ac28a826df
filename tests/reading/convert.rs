//! `shomei convert`: what it writes opens in every program that is there, with the same key,
//! certificates and names; what it must not do it refuses.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::X509;
use serde_json::Value;

use crate::common::ROOT;
use crate::common::home::Home;
use crate::common::keys::p256;
use crate::common::{process, python};

const NOW: &str = "2026-11-23T09:00:00+09:00";

/// Issues a certificate under the lab's root for a key in PEM on standard input.
const ISSUE: &str = "
import sys
sys.path.insert(0, 'samples')
import issue
from cryptography.hazmat.primitives import serialization
key = serialization.load_pem_private_key(sys.stdin.buffer.read(), None)
made = issue.leaf(issue.Signer.committed('root-2019'), issue.name(sys.argv[1]), key, int(sys.argv[2]),
                  issue.jst('2025-01-06'), issue.jst('2028-01-05T23:59:59'))
sys.stdout.buffer.write(made.public_bytes(serialization.Encoding.DER))
";

fn issued(subject: &str, serial: u32, key: &PKey<Private>) -> X509 {
    let pem = key.private_key_to_pem_pkcs8().unwrap();
    let der = python::printed_in(Path::new(ROOT), &["-c", ISSUE, subject, &serial.to_string()], &pem);
    X509::from_der(&der).unwrap()
}

/// A home with the lab's root kept, passwords, and a file of each kind of key.
struct Scene {
    home: Home,
    rsa: PKey<Private>,
    ec: PKey<Private>,
}

impl Scene {
    fn new() -> Scene {
        let home = Home::at(NOW);
        let (rsa, ec) = (PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap(), p256());
        for (name, key, serial) in [("rsa", &rsa, 9_001), ("ec", &ec, 9_002)] {
            let certificate = issued("9990000001 ひまわり", serial, key);
            let made =
                Pkcs12::builder().name("訪問介護ひまわり").pkey(key).cert(&certificate).build2("old password").unwrap();
            home.write(&format!("{name}.p12"), made.to_der().unwrap());
        }
        home.write("old.txt", "old password\n");
        home.write("new.txt", "\u{feff}New pass-word 1\r\n");
        let root = Path::new(ROOT).join("src/lab/keys/root-2019.pem");
        home.ok(&["root", "add", "--policy", "lab", root.to_str().unwrap()]);
        Scene { home, rsa, ec }
    }

    fn convert(&self, arguments: &[&str]) -> crate::common::command::CommandResult {
        let all = [&["convert", "--policy", "lab", "--no-prompt", "--password-file", "old.txt"], arguments].concat();
        self.home.run(&all)
    }

    fn inspect(&self, file: &str) -> Value {
        self.home.json(&["inspect", "--no-prompt", "--password-file", "new.txt", "--password-file", "old.txt", file])
    }
}

const NEW: &str = "New pass-word 1";

/// Whether a program opens a file: with its private key and both certificates.
type Opens = fn(&Path, &Path) -> bool;

fn printed(command: &mut Command) -> Option<String> {
    let output = process::run(command, b"", 60);
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    output.status.success().then_some(text)
}

fn by_openssl(file: &Path, _: &Path) -> bool {
    let mut command = Command::new("openssl");
    command.args(["pkcs12", "-nodes", "-passin", &format!("pass:{NEW}"), "-in"]).arg(file);
    printed(&mut command).is_some_and(|text| {
        text.contains("BEGIN PRIVATE KEY")
            && text.matches("BEGIN CERTIFICATE").count() == 2
            && text.contains("friendlyName")
    })
}

/// Into a database of NSS, as Firefox and Thunderbird have it.
fn by_nss(file: &Path, folder: &Path) -> bool {
    let database = folder.join("nss");
    let _ = fs::remove_dir_all(&database);
    fs::create_dir(&database).unwrap();
    let place = format!("sql:{}", database.display());
    printed(Command::new("certutil").args(["-N", "--empty-password", "-d", &place])).unwrap();
    let imported = printed(Command::new("pk12util").args(["-d", &place, "-W", NEW, "-K", "", "-i"]).arg(file));
    imported.is_some() && {
        let keys = printed(Command::new("certutil").args(["-K", "-d", &place])).unwrap_or_default();
        let certificates = printed(Command::new("certutil").args(["-L", "-d", &place])).unwrap_or_default();
        keys.contains("訪問介護ひまわり") && certificates.contains("訪問介護ひまわり")
    }
}

fn by_gnutls(file: &Path, folder: &Path) -> bool {
    let mut command = Command::new("certtool");
    command.args(["--p12-info", "--inder", "--password", NEW, "--infile"]).arg(file);
    let Some(text) = printed(&mut command) else { return false };
    // The key is shown as the bag has it, and opened by itself.
    let Some(at) = text.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") else { return false };
    let key = folder.join("gnutls.key");
    fs::write(&key, &text[at..]).unwrap();
    let mut command = Command::new("certtool");
    command.args(["--key-info", "--pkcs8", "--password", NEW, "--infile"]).arg(&key);
    text.matches("BEGIN CERTIFICATE").count() == 2 && printed(&mut command).is_some()
}

fn by_python(file: &Path, _: &Path) -> bool {
    let script = "
import sys
from cryptography.hazmat.primitives.serialization import pkcs12
made = pkcs12.load_pkcs12(open(sys.argv[1], 'rb').read(), sys.argv[2].encode())
assert made.key.public_key() == made.cert.certificate.public_key()
assert made.cert.friendly_name.decode() == '訪問介護ひまわり' and len(made.additional_certs) == 1
";
    let mut command = python::python(&["-c", script, file.to_str().unwrap(), NEW]);
    printed(&mut command).is_some()
}

fn by_p12_keystore(file: &Path, _: &Path) -> bool {
    let policy = p12_keystore::Pkcs12ImportPolicy::Strict;
    let opened = p12_keystore::KeyStore::from_pkcs12(&fs::read(file).unwrap(), NEW, policy);
    opened.is_ok_and(|store| store.private_key_chain().is_some_and(|(_, chain)| chain.certs().len() == 2))
}

/// The keytools of all JDKs on this machine.
fn keytools() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/lib/jvm")
        .into_iter()
        .flatten()
        .filter_map(|entry| fs::canonicalize(entry.ok()?.path().join("bin/keytool")).ok())
        .collect();
    found.sort();
    found.dedup();
    assert!(!found.is_empty(), "keytool is missing: tests/install installs it");
    found
}

fn by_keytool(keytool: &Path, file: &Path) -> bool {
    let mut command = Command::new(keytool);
    command.args(["-list", "-v", "-storetype", "PKCS12", "-storepass", NEW, "-keystore"]).arg(file);
    command.env("LC_ALL", "C.UTF-8").env("JAVA_TOOL_OPTIONS", "");
    printed(&mut command)
        .is_some_and(|text| text.contains("PrivateKeyEntry") && text.contains("Certificate chain length: 2"))
}

/// Programs and the forms that they open: what is not listed they refuse.
const READERS: [(&str, Opens, &[&str]); 5] = [
    ("OpenSSL", by_openssl, &["modern", "legacy"]),
    ("NSS", by_nss, &["modern", "legacy"]),
    ("GnuTLS", by_gnutls, &["modern", "legacy"]),
    ("Python", by_python, &["modern", "legacy", "pbmac1"]),
    // Its old schemes are a feature, which is off.
    ("p12-keystore", by_p12_keystore, &["modern"]),
];

#[test]
fn every_form_opens_in_every_program_that_knows_it() {
    let scene = Scene::new();
    let mut wrong = Vec::new();
    for kind in ["rsa", "ec"] {
        for form in ["modern", "legacy", "pbmac1"] {
            let (from, to) = (format!("{kind}.p12"), format!("{kind}-{form}.p12"));
            let said = scene.convert(&[&from, "-o", &to, "--for", form, "--new-password-file", "new.txt"]);
            assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{kind} {form}");
            let file = scene.home.path(&to);
            for (program, opens, forms) in READERS {
                let does = opens(&file, scene.home.folder());
                if does != forms.contains(&form) {
                    wrong.push(format!("{program}: {kind} {form}: {does}"));
                }
            }
            for keytool in keytools() {
                let does = by_keytool(&keytool, &file);
                if does != (form != "pbmac1") {
                    wrong.push(format!("{}: {kind} {form}: {does}", keytool.display()));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn names_links_and_the_pinned_chain_are_kept() {
    let scene = Scene::new();
    let before = scene.inspect("rsa.p12");
    let said = scene.convert(&["rsa.p12", "-o", "out.p12", "--new-password-file", "new.txt"]).ok();
    assert!(
        said.contains("read back and compared") && said.contains("CA certificate added: OU=e-seikyuu CA"),
        "{said}"
    );
    let after = scene.inspect("out.p12");
    assert_eq!(after["opened_with"], "new.txt:1");
    let (old, new) = (&before["entries"][0], &after["entries"][0]);
    for same in ["friendly_name", "local_key_id", "certificate"] {
        assert_eq!(old[same], new[same], "{same}");
    }
    assert_eq!((&new["has_key"], &new["key_matches"]), (&true.into(), &true.into()));
    assert_eq!(after["entries"][1]["certificate"]["role"], "root");
    assert_eq!(after["encryption"]["keys"][0]["cipher"], "AES-256-CBC");
    assert_eq!(after["encryption"]["keys"][0]["iterations"], 100_000);
    assert_eq!(after["mac"]["algorithm"], "HMAC-SHA256");
    // Converted again, nothing is added, and it is the same but for salts.
    scene.home.write("old.txt", format!("{NEW}\n"));
    let again = scene.convert(&["out.p12", "-o", "again.p12"]).ok();
    assert!(!again.contains("CA certificate added") && again.contains("The password is that of the file"), "{again}");
    let again = scene.inspect("again.p12");
    assert_eq!(again["entries"].as_array().unwrap().len(), 2);
    assert_eq!(again["entries"][0]["certificate"], new["certificate"]);
    scene.convert(&["out.p12", "-o", "legacy.p12", "--for", "legacy"]).ok();
    let legacy = scene.inspect("legacy.p12");
    assert_eq!(legacy["encryption"]["keys"][0]["cipher"], "3DES-CBC");
    assert_eq!(legacy["mac"]["algorithm"], "HMAC-SHA1");
}

#[test]
fn pem_goes_there_and_back() {
    let scene = Scene::new();
    let said = scene.convert(&["ec.p12", "-o", "out.pem", "--new-password-file", "new.txt"]).ok();
    assert!(said.contains("PEM cannot hold the friendlyName"), "{said}");
    let pem = scene.home.bytes("out.pem");
    let key = PKey::private_key_from_pem_passphrase(&pem, NEW.as_bytes()).unwrap();
    assert!(key.public_eq(&scene.ec));
    assert_eq!(X509::stack_from_pem(&pem).unwrap().len(), 2);
    scene.home.write("old.txt", format!("{NEW}\n"));
    scene.convert(&["out.pem", "-o", "back.p12"]).ok();
    assert_eq!(scene.inspect("back.p12")["entries"][0]["key_matches"], true);
    // A key in the clear beside its certificate is closed.
    let plain = [
        scene.rsa.private_key_to_pem_pkcs8().unwrap(),
        issued("9990000002 つくし", 9_003, &scene.rsa).to_pem().unwrap(),
    ];
    scene.home.write("plain.pem", plain.concat());
    let without = scene.convert(&["plain.pem", "-o", "closed.p12"]);
    assert!(without.code == 2 && without.stderr.contains("There is no password for the file"), "{}", without.stderr);
    scene.convert(&["plain.pem", "-o", "closed.p12", "--new-password-file", "new.txt"]).ok();
    assert_eq!(scene.inspect("closed.p12")["entries"][0]["key_matches"], true);
}

#[test]
fn one_of_several_keys_is_picked() {
    let scene = Scene::new();
    // Two keys in one file, by keytool, which gives each an alias.
    for kind in ["rsa", "ec"] {
        let mut command = Command::new("keytool");
        command.args(["-importkeystore", "-noprompt", "-srcstoretype", "PKCS12", "-srcstorepass", "old password"]);
        command.args(["-deststoretype", "PKCS12", "-deststorepass", "old password", "-srcalias", "訪問介護ひまわり"]);
        command.args([
            "-destalias",
            &format!("key {kind}"),
            "-srckeystore",
            &format!("{kind}.p12"),
            "-destkeystore",
            "both.p12",
        ]);
        command.current_dir(scene.home.folder()).env("LC_ALL", "C.UTF-8");
        printed(&mut command).expect("keytool copies");
    }
    let none = scene.convert(&["both.p12", "-o", "one.p12"]);
    assert!(none.code == 2 && none.stderr.contains("holds several private keys"), "{}", none.stderr);
    assert!(none.stderr.contains("key rsa") && none.stderr.contains("key ec"), "{}", none.stderr);
    let said = scene.convert(&["both.p12", "-o", "one.p12", "--key", "key ec"]).ok();
    assert!(said.contains("certificates of other keys left out: 1"), "{said}");
    let one = scene.inspect("one.p12");
    assert_eq!(one["entries"][0]["certificate"]["serial"], format!("{:x}", 9_002));
    assert_eq!(one["keys"], 1);
    scene.convert(&["both.p12", "-o", "serial.p12", "--key", &format!("{:x}", 9_001)]).ok();
    assert_eq!(scene.inspect("serial.p12")["entries"][0]["certificate"]["serial"], format!("{:x}", 9_001));
    let no_such = scene.convert(&["both.p12", "-o", "none.p12", "--key", "key dsa"]);
    assert!(no_such.code == 2 && no_such.stderr.contains("holds no key key dsa"), "{}", no_such.stderr);
}

#[test]
fn nothing_is_lost_and_nothing_is_seen_by_others() {
    let scene = Scene::new();
    scene.convert(&["rsa.p12", "-o", "out.p12"]).ok();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(scene.home.path("out.p12")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let made = scene.home.bytes("out.p12");
    let refused = |arguments: &[&str], says: &str| {
        let said = scene.convert(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(said.stderr.contains(says), "{arguments:?}: {}", said.stderr);
        assert!(!said.stderr.contains("old password") && !said.stderr.contains(NEW), "{}", said.stderr);
    };
    refused(&["ec.p12", "-o", "out.p12"], "is there already");
    assert_eq!(scene.home.bytes("out.p12"), made);
    scene.convert(&["ec.p12", "-o", "out.p12", "--force", "--new-password-file", "new.txt"]).ok();
    assert_ne!(scene.home.bytes("out.p12"), made);
    scene.convert(&["rsa.p12", "-o", "rsa.p12", "--force"]).ok();
    assert_eq!(scene.inspect("rsa.p12")["entries"][0]["key_matches"], true);
    refused(&["ec.p12", "-o", "out.xyz"], "let it end in .p12, .pfx or .pem");
    refused(&["ec.p12", "-o", "none/out.p12"], "none/out.p12");
    refused(&["missing.p12", "-o", "x.p12"], "cannot read missing.p12");
    scene.home.write("old.txt", "wrong\n");
    refused(&["ec.p12", "-o", "x.p12"], "No password opens ec.p12");
    scene.home.write("old.txt", "old password\n");
    scene.home.write("sjis.txt", [0x83, 0x65, 0x83, 0x58, 0x83, 0x67, b'\n']);
    refused(&["ec.p12", "-o", "x.p12", "--new-password-file", "sjis.txt"], "not UTF-8 text");
    scene.home.write("bare.pem", issued("9990000003 なずな", 9_004, &scene.ec).to_pem().unwrap());
    refused(&["bare.pem", "-o", "x.p12"], "holds no private key");
    // A key beside another's certificate.
    let foreign = [
        scene.ec.private_key_to_pem_pkcs8().unwrap(),
        issued("9990000004 すみれ", 9_005, &scene.rsa).to_pem().unwrap(),
    ];
    scene.home.write("foreign.pem", foreign.concat());
    refused(&["foreign.pem", "-o", "x.p12"], "is of none of its certificates");
    assert!(!scene.home.path("x.p12").exists());
    // A password in Japanese is written, with a warning.
    scene.home.write("ja.txt", "ひみつの鍵\n");
    let said = scene.convert(&["ec.p12", "-o", "ja.p12", "--new-password-file", "ja.txt"]).ok();
    assert!(said.contains("characters other than ASCII"), "{said}");
    scene.home.write("new.txt", "ひみつの鍵\n");
    assert_eq!(scene.inspect("ja.p12")["entries"][0]["key_matches"], true);
}
