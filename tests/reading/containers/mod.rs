//! Containers as other programs write them, and as nobody should: every file here is made at
//! test time by openssl, NSS, GnuTLS, Java's keytool and Python's cryptography, or put together
//! from parts of such files.

mod der;
mod programs;
mod promises;

use std::path::Path;
use std::time::{Duration, Instant};

use der::{Node, Style};
use programs::{lab, unique};
use shomei::container::{
    self, ContainerEntry, ContainerKind, ContainerOptions, ContainerProblem, Damage, KeyInspection, Limit, Limits,
    OpenedContainer, Password, PasswordCandidate, PasswordOrigin, Typo,
};
use zeroize::Zeroizing;

/// How a file is opened; the default is how the audit does it.
struct Look {
    limits: Limits,
    keys: KeyInspection,
    try_typos: bool,
}

impl Default for Look {
    fn default() -> Look {
        Look { limits: Limits::default(), keys: KeyInspection::Match, try_typos: false }
    }
}

impl Look {
    /// The one place that touches the API.
    fn at(&self, bytes: &[u8], candidates: &[PasswordCandidate]) -> OpenedContainer {
        let options = ContainerOptions { limits: &self.limits, keys: self.keys, try_typos: self.try_typos };
        container::open(bytes, candidates, &options)
    }
}

fn candidate(secret: impl Into<Password>) -> PasswordCandidate {
    PasswordCandidate::new(secret, PasswordOrigin::Prompt)
}

fn open(bytes: &[u8], passwords: &[&str]) -> OpenedContainer {
    let candidates: Vec<_> = passwords.iter().map(|password| candidate(*password)).collect();
    Look::default().at(bytes, &candidates)
}

fn with_keys(bytes: &[u8], passwords: &[&str], keys: KeyInspection) -> OpenedContainer {
    let candidates: Vec<_> = passwords.iter().map(|password| candidate(*password)).collect();
    Look { keys, ..Look::default() }.at(bytes, &candidates)
}

fn ders(opened: &OpenedContainer) -> Vec<&[u8]> {
    opened.entries.iter().map(|entry| entry.der.as_slice()).collect()
}

/// The entry of the certificate `name`, which must be there byte for byte.
fn entry<'a>(opened: &'a OpenedContainer, name: &str) -> &'a ContainerEntry {
    let der = lab().read(&format!("{name}.der"));
    let found = opened.entries.iter().find(|entry| entry.der == der);
    found.unwrap_or_else(|| panic!("{name} is missing: {:?}", opened.problems))
}

/// The certificate is there with its key, and nothing went wrong.
#[track_caller]
fn assert_whole(opened: &OpenedContainer, name: &str, what: &str) {
    assert_eq!(opened.problems, [], "{what}");
    assert_eq!(opened.kind, ContainerKind::Pkcs12, "{what}");
    let entry = entry(opened, name);
    assert_eq!((entry.has_key, entry.key_matches), (Some(true), Some(true)), "{what}");
}

fn only_limit(opened: &OpenedContainer) -> Option<(Limit, usize)> {
    match opened.problems.as_slice() {
        [ContainerProblem::Limit { limit, untried, .. }] => Some((*limit, *untried)),
        _ => None,
    }
}

// ---- OpenSSL ----

/// Every algorithm that openssl takes for -certpbe and -keypbe and that is read: with scheme,
/// derivation and cipher as they are told.
const OPENSSL_CIPHERS: &[(&str, &str, &str, &str)] = &[
    ("NONE", "none", "", ""),
    ("AES-128-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "AES-128-CBC"),
    ("AES-192-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "AES-192-CBC"),
    ("AES-256-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "AES-256-CBC"),
    ("ARIA-128-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "ARIA-128-CBC"),
    ("ARIA-192-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "ARIA-192-CBC"),
    ("ARIA-256-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "ARIA-256-CBC"),
    ("CAMELLIA-128-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "CAMELLIA-128-CBC"),
    ("CAMELLIA-192-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "CAMELLIA-192-CBC"),
    ("CAMELLIA-256-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "CAMELLIA-256-CBC"),
    ("DES-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "DES-CBC"),
    ("DES-EDE3-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "3DES-CBC"),
    ("RC2-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "RC2-128-CBC"),
    ("RC2-64-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "RC2-64-CBC"),
    ("RC2-40-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "RC2-40-CBC"),
    ("RC4", "PBES2", "PBKDF2-HMAC-SHA256", "RC4-128"),
    ("BF-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "BLOWFISH-128-CBC"),
    ("CAST5-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "CAST5-128-CBC"),
    ("SM4-CBC", "PBES2", "PBKDF2-HMAC-SHA256", "SM4-CBC"),
    ("PBE-SHA1-RC4-128", "pbeWithSHAAnd128BitRC4", "PKCS12-SHA1", "RC4-128"),
    ("PBE-SHA1-RC4-40", "pbeWithSHAAnd40BitRC4", "PKCS12-SHA1", "RC4-40"),
    ("PBE-SHA1-3DES", "pbeWithSHAAnd3-KeyTripleDES-CBC", "PKCS12-SHA1", "3DES-CBC"),
    ("PBE-SHA1-2DES", "pbeWithSHAAnd2-KeyTripleDES-CBC", "PKCS12-SHA1", "3DES-2KEY-CBC"),
    ("PBE-SHA1-RC2-128", "pbeWithSHAAnd128BitRC2-CBC", "PKCS12-SHA1", "RC2-128-CBC"),
    ("PBE-SHA1-RC2-40", "pbeWithSHAAnd40BitRC2-CBC", "PKCS12-SHA1", "RC2-40-CBC"),
    ("PBE-MD5-DES", "pbeWithMD5AndDES-CBC", "PBKDF1-MD5", "DES-CBC"),
    ("PBE-MD5-RC2-64", "pbeWithMD5AndRC2-CBC", "PBKDF1-MD5", "RC2-64-CBC"),
    ("PBE-SHA1-DES", "pbeWithSHA1AndDES-CBC", "PBKDF1-SHA1", "DES-CBC"),
    ("PBE-SHA1-RC2-64", "pbeWithSHA1AndRC2-CBC", "PBKDF1-SHA1", "RC2-64-CBC"),
];

#[test]
fn openssl_every_cipher() {
    for (cipher, scheme, kdf, name) in OPENSSL_CIPHERS {
        let options = ["-certpbe", cipher, "-keypbe", cipher, "-certfile", "ca.pem", "-name", "請求用"];
        let opened = open(&lab().pkcs12("rsa", "secret", &options), &["wrong", "secret"]);
        assert_whole(&opened, "rsa", cipher);
        assert_eq!(ders(&opened), [lab().read("rsa.der"), lab().read("ca.der")], "{cipher}");
        assert_eq!(entry(&opened, "rsa").friendly_name.as_deref(), Some("請求用"), "{cipher}");
        assert_eq!(entry(&opened, "ca").has_key, Some(false), "{cipher}");
        assert_eq!(opened.certificate_encryption, opened.key_encryption, "{cipher}");
        let [protection] = opened.key_encryption.as_slice() else { panic!("{cipher}: one protection") };
        assert_eq!((&*protection.scheme, &*protection.kdf, &*protection.cipher), (*scheme, *kdf, *name));
        assert_eq!(protection.iterations, if *cipher == "NONE" { 0 } else { 2048 }, "{cipher}");
        let opening = opened.password.expect("the MAC has a password");
        assert_eq!((opening.candidate, opening.typo, opening.empty), (1, None, false), "{cipher}");
    }
}

#[test]
fn openssl_ciphers_that_are_not_supported_are_named() {
    for (cipher, name) in [
        ("SEED-CBC", "SEED-CBC"),
        ("AES-256-CFB", "AES-256-CFB"),
        ("AES-128-OFB", "AES-128-OFB"),
        ("DES-OFB", "DES-OFB"),
        ("ARIA-128-CTR", "1.2.410.200046.1.1.5"),
    ] {
        let file = lab().pkcs12("ec", "secret", &["-certpbe", cipher]);
        let opened = open(&file, &["secret"]);
        let [ContainerProblem::Unsupported { algorithm, offset }] = opened.problems.as_slice() else {
            panic!("{cipher}: {:?}", opened.problems)
        };
        assert_eq!(algorithm, name);
        assert_eq!(file[*offset], 0x30, "{cipher}: the offset is the AlgorithmIdentifier's");
        assert_eq!(opened.certificate_encryption[0].cipher, name);
        assert_eq!(opened.key_encryption[0].cipher, "AES-256-CBC");
        assert!(opened.keys[0].id.is_some(), "{cipher}: the key is read all the same");

        let opened = open(&lab().pkcs12("ec", "secret", &["-keypbe", cipher]), &["secret"]);
        assert!(matches!(&opened.problems[..], [ContainerProblem::Unsupported { algorithm, .. }] if algorithm == name));
        assert_eq!(entry(&opened, "ec").has_key, Some(true), "{cipher}: the certificate is read all the same");
    }
}

#[test]
fn openssl_every_mac() {
    for (option, name) in [
        ("md4", "MD4"),
        ("md5", "MD5"),
        ("sha1", "SHA1"),
        ("sha224", "SHA224"),
        ("sha256", "SHA256"),
        ("sha384", "SHA384"),
        ("sha512", "SHA512"),
        ("sha512-224", "SHA512-224"),
        ("sha512-256", "SHA512-256"),
        ("sha3-224", "SHA3-224"),
        ("sha3-256", "SHA3-256"),
        ("sha3-384", "SHA3-384"),
        ("sha3-512", "SHA3-512"),
    ] {
        let opened = open(&lab().pkcs12("ec", "秘密 secret", &["-macalg", option]), &["秘密 secret"]);
        assert_whole(&opened, "ec", option);
        let mac = opened.mac.expect("there is a MAC");
        assert_eq!(mac.algorithm, format!("HMAC-{name}"));
        assert_eq!((mac.kdf, mac.iterations), (format!("PKCS12-{name}"), 2048));
        let wrong = open(&lab().pkcs12("ec", "secret", &["-macalg", option]), &["wrong"]);
        assert_eq!(wrong.problems, [ContainerProblem::Password { certain: true, tried: 2 }], "{option}");
    }
    for (option, name) in [("sm3", "SM3"), ("ripemd160", "RIPEMD160"), ("blake2b512", "BLAKE2b-512")] {
        let opened = open(&lab().pkcs12("ec", "secret", &["-macalg", option]), &["secret"]);
        assert!(matches!(&opened.problems[..], [ContainerProblem::Unsupported { algorithm, .. }] if algorithm == name));
        assert_eq!(entry(&opened, "ec").key_matches, Some(true), "{option}: read without the MAC");
    }
}

#[test]
fn openssl_every_option() {
    let whole = |options: &[&str]| {
        let opened = open(&lab().pkcs12("ec", "secret", options), &["secret"]);
        assert_whole(&opened, "ec", &format!("{options:?}"));
        opened
    };
    let iterations =
        |opened: &OpenedContainer| (opened.key_encryption[0].iterations, opened.mac.as_ref().map(|mac| mac.iterations));
    assert_eq!(iterations(&whole(&["-legacy"])), (2048, Some(2048)));
    assert_eq!(iterations(&whole(&["-noiter"])), (1, Some(2048)));
    assert_eq!(iterations(&whole(&["-nomaciter"])), (2048, Some(1)));
    assert_eq!(iterations(&whole(&["-iter", "1"])), (1, Some(1)));
    assert_eq!(iterations(&whole(&["-nomac"])), (2048, None));
    whole(&["-descert", "-macalg", "sha1"]);
    whole(&["-LMK", "-CSP", "Microsoft Enhanced Cryptographic Provider v1.0", "-keyex"]);

    let opened = open(&lab().pkcs12("ec", "secret", &["-nokeys"]), &["secret"]);
    assert_eq!((opened.entries.len(), opened.keys.len()), (1, 0));
    assert_eq!((entry(&opened, "ec").has_key, entry(&opened, "ec").key_matches), (Some(false), None));
    assert_eq!(opened.key_encryption, []);

    let opened = open(&lab().pkcs12("ec", "secret", &["-nocerts"]), &["secret"]);
    assert_eq!((opened.entries.len(), opened.keys.len()), (0, 1));
    assert_eq!(opened.problems, []);

    let named = whole(&["-name", "障害者総合支援　証明書", "-certfile", "ca.pem", "-caname", "認証局"]);
    assert_eq!(entry(&named, "ec").friendly_name.as_deref(), Some("障害者総合支援　証明書"));
    assert_eq!(entry(&named, "ca").friendly_name.as_deref(), Some("認証局"));
}

#[test]
fn every_kind_of_key() {
    for name in ["rsa", "ec", "ed25519", "dsa", "other"] {
        assert_whole(&open(&lab().pkcs12(name, "secret", &[]), &["secret"]), name, name);
    }
}

/// The same without its MAC. (With -nomac openssl does not encrypt certificates either.)
fn without_mac(file: &[u8]) -> Vec<u8> {
    let mut tree = der::parse(file, false);
    tree.children().truncate(2);
    tree.der()
}

// ---- Passwords ----

const MODERN: &[&str] = &[];
const LEGACY: &[&str] = &["-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES", "-macalg", "sha1"];

#[test]
fn passwords_in_every_form() {
    let beyond = "寿司🍣𠮷";
    for options in [MODERN, LEGACY] {
        for password in ["secret", "パスワード", "ｶﾅ ～−￥", "ÄÖÜ café", beyond, " ", ""] {
            let file = lab().pkcs12("ec", password, options);
            let opened = open(&file, &["wrong", password]);
            assert_whole(&opened, "ec", password);
            assert_eq!(opened.password.map(|opening| opening.empty), Some(password.is_empty()));
        }
    }
    // OpenSSL 1.0 took each byte of the password for a character: openssl 3 does the same to
    // the Latin-1 reading of these bytes.
    let latin1 = |bytes: &[u8]| bytes.iter().map(|b| char::from(*b)).collect::<String>();
    let cp932 = [0x83, 0x70, 0x83, 0x58, 0x83, 0x8f, 0x81, 0x5b, 0x83, 0x68]; // パスワード
    let old_linux = lab().pkcs12("ec", &latin1("パスワード".as_bytes()), LEGACY);
    let old_windows = lab().pkcs12("ec", &latin1(&cp932), LEGACY);
    assert_whole(&open(&old_linux, &["パスワード"]), "ec", "UTF-8 widened");
    assert_whole(&open(&old_windows, &["パスワード"]), "ec", "CP932 widened");
    // The same candidate from a file in CP932.
    let from_file = candidate(Zeroizing::new(cp932.to_vec()));
    for file in [&old_linux, &old_windows, &lab().pkcs12("ec", "パスワード", MODERN)] {
        assert_whole(&Look::default().at(file, std::slice::from_ref(&from_file)), "ec", "a file in CP932");
    }
}

#[test]
fn narrow_passwords_in_local_encodings() {
    // PKCS#8 under PBES2 takes the bytes that openssl was given.
    let cases: [(&[u8], &str); 3] = [(b"\x94\xe9\x96\xa7", "秘密"), ("秘密".as_bytes(), "秘密"), (b"caf\xe9", "café")];
    for (bytes, text) in cases {
        let password = lab().write(&unique("pw"), bytes);
        let key = unique("key");
        let password = format!("file:{}", password.display());
        lab().openssl(&["pkcs8", "-topk8", "-in", "ec.key", "-out", &key, "-passout", &password]);
        let pem = [lab().read("ec.pem"), lab().read(&key)].concat();
        assert_eq!(entry(&open(&pem, &[text]), "ec").key_matches, Some(true), "{text} as {bytes:02x?}");
    }
}

#[test]
fn the_empty_password_is_always_tried_last_and_once() {
    let empty = lab().pkcs12("ec", "", &[]);
    let opening = |passwords: &[&str]| open(&empty, passwords).password.expect("it opens").candidate;
    assert_eq!(opening(&[]), 0);
    assert_eq!(opening(&["wrong"]), 1);
    assert_eq!(opening(&["", "wrong"]), 0);
    let tried = |passwords: &[&str]| match open(&lab().pkcs12("ec", "x", &[]), passwords).problems[..] {
        [ContainerProblem::Password { tried, .. }] => tried,
        _ => panic!("no password fits"),
    };
    assert_eq!((tried(&[]), tried(&["a"]), tried(&["a", ""])), (1, 2, 2));
    // GnuTLS writes the empty password in both forms: with a terminator and without any byte.
    for form in ["--empty-password", "--null-password"] {
        let opened = open(&gnutls("ec", &[form]), &["wrong"]);
        assert_whole(&opened, "ec", form);
        assert!(opened.password.expect("it opens").empty, "{form}");
    }
}

#[test]
fn no_password_fits() {
    let opened = open(&lab().pkcs12("ec", "secret", &[]), &["a", "b"]);
    assert_eq!(opened.problems, [ContainerProblem::Password { certain: true, tried: 3 }]);
    assert_eq!((opened.entries.len(), opened.password), (0, None));
    // What the algorithms are is known all the same.
    assert_eq!(opened.certificate_encryption[0].cipher, "AES-256-CBC");
    assert_eq!(opened.key_encryption[0].iterations, 2048);
    // Without a MAC a wrong password looks like damage.
    let opened = open(&without_mac(&lab().pkcs12("ec", "secret", &[])), &["a"]);
    assert_eq!(
        (opened.entries.len(), opened.problems),
        (0, vec![ContainerProblem::Password { certain: false, tried: 2 }])
    );
    // Certificates that need no password are there without one.
    let opened = open(&lab().pkcs12("ec", "secret", &["-certpbe", "NONE"]), &["a"]);
    assert_eq!(opened.problems, [ContainerProblem::Password { certain: true, tried: 2 }]);
    assert_eq!(entry(&opened, "ec").has_key, Some(true));
    assert_eq!(entry(&opened, "ec").key_matches, None);
}

#[test]
fn mac_and_contents_may_have_different_passwords() {
    for options in [MODERN, LEGACY] {
        for kind in ["pkcs12", "pbmac1"] {
            let file = with_mac(&lab().pkcs12("ec", "inner", options), kind, "outer");
            let opened = open(&file, &["wrong", "outer", "inner"]);
            assert_whole(&opened, "ec", kind);
            assert_eq!(opened.password.map(|opening| opening.candidate), Some(1), "{kind}: the MAC's");
            let opened = open(&file, &["outer"]);
            assert_eq!(opened.problems, [ContainerProblem::Password { certain: false, tried: 2 }], "{kind}");
            let opened = open(&file, &["inner"]);
            assert!(matches!(opened.problems[..], [ContainerProblem::Damaged { what: Damage::Mac, .. }]), "{kind}");
            assert_eq!(entry(&opened, "ec").key_matches, Some(true), "{kind}");
        }
    }
}

#[test]
fn pbmac1() {
    let file = with_mac(&lab().pkcs12("ec", "パスワード", &[]), "pbmac1", "パスワード");
    let opened = open(&file, &["wrong", "パスワード"]);
    assert_whole(&opened, "ec", "PBMAC1");
    let mac = opened.mac.expect("there is a MAC");
    assert_eq!((&*mac.algorithm, &*mac.kdf, mac.iterations), ("PBMAC1-HMAC-SHA256", "PBKDF2-HMAC-SHA512", 1000));
    assert_eq!(open(&file, &["wrong"]).problems, [ContainerProblem::Password { certain: true, tried: 2 }]);
}

fn with_mac(file: &[u8], kind: &str, password: &str) -> Vec<u8> {
    let (source, target) = (unique("p12"), unique("p12"));
    lab().write(&source, file);
    lab().made(&["mac", kind, password, &source, &target]);
    lab().read(&target)
}

#[test]
fn candidates_of_a_file() {
    let origins = |bytes: &[u8]| -> Vec<(Vec<u8>, usize)> {
        let candidates = container::candidates_of_file(bytes, Path::new("passwords.txt"));
        let line = |candidate: &PasswordCandidate| match candidate.origin() {
            PasswordOrigin::File { line, .. } => *line,
            other => panic!("{other:?}"),
        };
        // Which password it is shows in what it opens.
        let file = |password: &str| without_mac(&lab().pkcs12("ec", password, &["-iter", "1"]));
        let names = ["one", " two ", "三"];
        let secret = |candidate: &PasswordCandidate| {
            let opens = |name: &&&str| {
                let opened = Look::default().at(&file(name), std::slice::from_ref(candidate));
                opened.entries.len() == 1
            };
            names.iter().find(opens).map_or(Vec::new(), |name| name.as_bytes().to_vec())
        };
        candidates.iter().map(|candidate| (secret(candidate), line(candidate))).collect()
    };
    let expected = [(b"one".to_vec(), 1), (b" two ".to_vec(), 3), ("三".into(), 4)];
    let text = "one\n\n two \n三\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{feff}{}", text.replace('\n', "\r\n")).encode_utf16().flat_map(unit).collect()
    };
    assert_eq!(origins(text.as_bytes()), expected);
    assert_eq!(origins(text.trim_end().as_bytes()), expected);
    assert_eq!(origins(text.replace('\n', "\r\n").as_bytes()), expected);
    assert_eq!(origins(format!("\u{feff}{text}").as_bytes()), expected);
    assert_eq!(origins(&utf16(u16::to_le_bytes)), expected);
    assert_eq!(origins(&utf16(u16::to_be_bytes)), expected);
    assert_eq!(origins(b"one\n\n two \n\x8e\x4f\n"), expected);
    assert_eq!(origins(b""), []);
}

#[test]
fn nothing_shows_a_password() {
    let shown = format!("{:?}", candidate("hunter2"));
    assert!(shown.contains("Prompt") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn typing_mistakes() {
    let cases = [
        ("Ｓecret１２", "Secret12", Some(Typo::Width)),
        ("Ｓｅｃｒｅｔ１２", "Secret12", Some(Typo::Width)),
        ("Secret12", "Ｓｅｃｒｅｔ１２", Some(Typo::Width)),
        ("Secret12 ", "Secret12", Some(Typo::Space)),
        ("\tSecret12", "Secret12", Some(Typo::Space)),
        ("Secret12\u{3000}", "Secret12", Some(Typo::Space)),
        ("Secret12", "Secret12 ", Some(Typo::Space)),
        ("Secret12", " Secret12", Some(Typo::Space)),
        ("Secret12\r\n", "Secret12", Some(Typo::LineEnd)),
        ("Secret12", "Secret12\n", Some(Typo::LineEnd)),
        ("\u{feff}Secret12", "Secret12", Some(Typo::ByteOrderMark)),
        ("Secret12", "\u{feff}Secret12", Some(Typo::ByteOrderMark)),
        ("sECRET12", "Secret12", Some(Typo::CapsLock)),
        ("secret12", "Secret12", Some(Typo::FirstLetter)),
        ("Pa5sw0rd0", "Pa5swOrd0", Some(Typo::ZeroOrO)),
        ("Pa5swOrdO", "Pa5sw0rd0", Some(Typo::ZeroOrO)),
        ("1ll1", "1l11", Some(Typo::OneOrL)),
        ("IlI1", "1111", Some(Typo::OneOrL)),
        ("Sec\\ret12", "Sec\u{a5}ret12", Some(Typo::YenOrBackslash)),
        // Not the yen sign for the backslash: in Shift_JIS, which old files have, that is no mistake.
        ("\u{ffe5}Secret\u{ffe5}", "\\Secret\\", Some(Typo::YenOrBackslash)),
        ("Sec\u{ffe5}ret12", "Sec\u{a5}ret12", Some(Typo::YenOrBackslash)),
        ("5\u{301c}12ひみつ", "5\u{ff5e}12ひみつ", Some(Typo::WaveDash)),
        ("5\u{ff5e}12ひみつ", "5\u{301c}12ひみつ", Some(Typo::WaveDash)),
        ("5\u{2212}\u{301c}12", "5\u{ff0d}\u{ff5e}12", Some(Typo::WaveDash)),
        ("か\u{3099}んばる", "がんばる", Some(Typo::Composition)),
        ("ガンパル12", "カ\u{3099}ンハ\u{309a}ル12", Some(Typo::Composition)),
        ("Cafe\u{301}12", "Caf\u{e9}12", Some(Typo::Composition)),
        ("Secret12", "Secret13", None),
    ];
    let look = Look { try_typos: true, ..Look::default() };
    for strip in [false, true] {
        for (typed, password, mistake) in cases {
            let file = lab().pkcs12("ec", password, &["-iter", "1"]);
            let file = if strip { without_mac(&file) } else { file };
            let opened = look.at(&file, &[candidate("other"), candidate(typed)]);
            let Some(mistake) = mistake else {
                let certain = opened.mac.is_some();
                assert_eq!(opened.problems, [ContainerProblem::Password { certain, tried: 3 }], "{typed:?}");
                continue;
            };
            assert_whole(&opened, "ec", typed);
            let opening = opened.password.expect("it opens");
            assert_eq!((opening.candidate, opening.typo), (1, Some(mistake)), "{typed:?} for {password:?}");
            // Nobody asked for it: nothing opens. As it should be typed: no mistake.
            assert!(!Look::default().at(&file, &[candidate(typed)]).problems.is_empty());
            assert_eq!(look.at(&file, &[candidate(password)]).password.expect("it opens").typo, None);
        }
    }
    let mut codes: Vec<_> = Typo::ALL.iter().map(|typo| typo.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Typo::ALL.len());
}

// ---- NSS ----

/// A database with the certificates and keys of the lab, made once.
fn nss() -> &'static str {
    static MADE: std::sync::OnceLock<()> = std::sync::OnceLock::new();
    MADE.get_or_init(|| {
        std::fs::create_dir(lab().path("nss")).expect("a folder");
        lab().run("certutil", &["-N", "-d", "sql:nss", "--empty-password"]);
        lab().write("for-nss.p12", &lab().pkcs12("rsa", "secret", &["-name", "nick", "-certfile", "ca.pem"]));
        lab().run("pk12util", &["-i", "for-nss.p12", "-d", "sql:nss", "-W", "secret"]);
    });
    "sql:nss"
}

fn pk12util(password: &str, options: &[&str]) -> Vec<u8> {
    let file = unique("p12");
    let arguments = ["-o", &file, "-n", "nick", "-d", nss(), "-W", password];
    lab().run("pk12util", &[&arguments, options].concat());
    lab().read(&file)
}

#[test]
fn nss_every_cipher() {
    const PKCS5: &str = "PKCS #5 Password Based Encryption with";
    const PKCS12: &str = "PKCS #12 V2 PBE With SHA-1 and";
    for (cipher, name, mac) in [
        (format!("{PKCS5} MD2 and DES-CBC"), "DES-CBC", "MD5"),
        (format!("{PKCS5} MD5 and DES-CBC"), "DES-CBC", "SHA-1"),
        (format!("{PKCS5} SHA-1 and DES-CBC"), "DES-CBC", "SHA-256"),
        (format!("{PKCS12} 128 Bit RC4"), "RC4-128", "SHA-384"),
        (format!("{PKCS12} 40 Bit RC4"), "RC4-40", "SHA-512"),
        (format!("{PKCS12} 3KEY Triple DES-CBC"), "3DES-CBC", "SHA-256"),
        (format!("{PKCS12} 128 Bit RC2 CBC"), "RC2-128-CBC", "SHA-256"),
        (format!("{PKCS12} 40 Bit RC2 CBC"), "RC2-40-CBC", "SHA-256"),
        ("AES-128-CBC".into(), "AES-128-CBC", "SHA-1"),
        ("AES-192-CBC".into(), "AES-192-CBC", "SHA-256"),
        ("AES-256-CBC".into(), "AES-256-CBC", "SHA-512"),
        ("CAMELLIA-128-CBC".into(), "CAMELLIA-128-CBC", "SHA-256"),
        ("CAMELLIA-192-CBC".into(), "CAMELLIA-192-CBC", "SHA-256"),
        ("CAMELLIA-256-CBC".into(), "CAMELLIA-256-CBC", "SHA-256"),
    ] {
        let opened = open(&pk12util("パスワード", &["-c", &cipher, "-C", &cipher, "-M", mac]), &["パスワード"]);
        assert_whole(&opened, "rsa", &cipher);
        assert_eq!(entry(&opened, "ca").has_key, Some(false), "{cipher}");
        assert_eq!(opened.key_encryption[0].cipher, name, "{cipher}");
        assert_eq!(
            opened.mac.expect("there is a MAC").algorithm,
            format!("HMAC-{}", mac.replace("A-", "A")),
            "{cipher}"
        );
    }
    let opened = open(&pk12util("secret", &["-c", "SEED-CBC"]), &["secret"]);
    assert!(
        matches!(&opened.problems[..], [ContainerProblem::Unsupported { algorithm, .. }] if algorithm == "SEED-CBC")
    );
    assert_eq!(entry(&opened, "rsa").has_key, Some(true));
}

#[test]
fn nss_databases_yield_certificates_and_the_presence_of_keys() {
    nss();
    let opened = open(&lab().read("nss/cert9.db"), &[]);
    assert_eq!((opened.kind, opened.problems), (ContainerKind::NssDatabase, vec![]));
    let mut names: Vec<_> = opened.entries.iter().map(|entry| entry.der.clone()).collect();
    names.sort();
    let mut made = vec![lab().read("rsa.der"), lab().read("ca.der")];
    made.sort();
    assert_eq!(names, made);
    assert!(opened.entries.iter().all(|entry| entry.has_key.is_none()), "the key lies in key4.db");
    let keys = open(&lab().read("nss/key4.db"), &[]);
    assert_eq!((keys.kind, keys.problems, keys.keys.len()), (ContainerKind::NssDatabase, vec![], 1));
    // The older form, of Berkeley DB.
    let old = open(b"\x00\x06\x15\x61\0\0\0\x02\0\0\x04\xd2", &[]);
    assert_eq!((old.kind, old.problems), (ContainerKind::NssDatabase, vec![ContainerProblem::NotRead]));
    // Cut in half, and with a table that is none.
    let whole = lab().read("nss/cert9.db");
    let half = open(&whole[..whole.len() / 2], &[]);
    assert_eq!(half.kind, ContainerKind::NssDatabase);
    assert!(matches!(half.problems[..], [ContainerProblem::Damaged { .. }]), "{:?}", half.problems);
}

#[test]
fn java_keystores_yield_certificates_and_the_presence_of_keys() {
    for form in ["JKS", "JCEKS"] {
        let store = keytool(form, &[]);
        let opened = open(&store, &[]);
        assert_eq!((opened.kind, opened.problems), (ContainerKind::JavaKeystore, vec![]), "{form}");
        assert!(!opened.entries.is_empty() && opened.keys.len() == 1, "{form}");
        assert_eq!(opened.entries[0].has_key, Some(true), "{form}");
        assert_eq!(opened.entries[0].key_matches, None, "{form}");
        assert!(opened.keys[0].encrypted && opened.entries[0].friendly_name.is_some(), "{form}");
        let half = open(&store[..store.len() / 2], &[]);
        let is_cut = |p: &ContainerProblem| matches!(p, ContainerProblem::Damaged { what: Damage::Truncated, .. });
        assert!(half.problems.iter().any(is_cut), "{form}: {:?}", half.problems);
    }
    // Only certificates, as a truststore has them.
    let file = unique("jks");
    for (alias, certificate) in [("one", "ca.der"), ("two", "other.der")] {
        let arguments = ["-importcert", "-noprompt", "-alias", alias, "-file", certificate, "-keystore", &file];
        lab().run("keytool", &[&arguments[..], &["-storetype", "JKS", "-storepass", "secret1"]].concat());
    }
    let opened = open(&lab().read(&file), &[]);
    assert_eq!((opened.entries.len(), opened.keys.len(), opened.problems.len()), (2, 0, 0));
    // A secret key has no length that could be known without Java.
    let file = unique("jceks");
    let arguments = ["-genseckey", "-alias", "s", "-keyalg", "AES", "-keysize", "128", "-keystore", &file];
    lab().run(
        "keytool",
        &[&arguments[..], &["-storetype", "JCEKS", "-storepass", "secret1", "-keypass", "secret1"]].concat(),
    );
    let opened = open(&lab().read(&file), &[]);
    assert!(
        matches!(&opened.problems[..], [ContainerProblem::Unsupported { algorithm, .. }] if algorithm.contains("JCEKS"))
    );
}

/// An element of a certificate store of Windows, as the documentation of `CertSaveStore` has it.
fn element(property: u32, value: &[u8]) -> Vec<u8> {
    [&property.to_le_bytes()[..], &1u32.to_le_bytes(), &(value.len() as u32).to_le_bytes(), value].concat()
}

#[test]
fn certificate_stores_of_windows_are_read() {
    let (one, two) = (lab().read("rsa.der"), lab().read("ec.der"));
    let name: Vec<u8> = "請求用\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let blob = [element(3, &[7; 20]), element(11, &name), element(2, &[0; 40]), element(32, &one)].concat();
    let store = [&b"\0\0\0\0CERT"[..], &blob, &element(32, &two), &[0; 12]].concat();
    let opened = open(&store, &[]);
    assert_eq!((opened.kind, opened.problems), (ContainerKind::WindowsStore, vec![]));
    let found: Vec<_> = opened.entries.iter().map(|entry| (entry.der.clone(), entry.friendly_name.clone())).collect();
    assert_eq!(found, [(one.clone(), Some("請求用".to_string())), (two, None)]);
    assert!(opened.entries.iter().all(|entry| entry.has_key.is_none()), "a key would lie in the computer's own store");
    // One certificate, as the user profile keeps it, and as the registry exports it.
    let opened = open(&blob, &[]);
    assert_eq!((opened.kind, opened.entries.len()), (ContainerKind::WindowsStore, 1));
    let digits: Vec<String> = blob.iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(25).map(|line| line.join(",")).collect();
    let key = "[HKEY_CURRENT_USER\\Software\\Microsoft\\SystemCertificates\\My\\Certificates\\07]";
    let text =
        format!("Windows Registry Editor Version 5.00\r\n\r\n{key}\r\n\"Blob\"=hex:{}\r\n", lines.join(",\\\r\n  "));
    let wide: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for export in [text.into_bytes(), wide] {
        let opened = open(&export, &[]);
        assert_eq!((opened.kind, opened.entries.len(), opened.problems.len()), (ContainerKind::WindowsStore, 1, 0));
        assert_eq!(opened.entries[0].der, one);
    }
    // Cut off, and not such a thing at all: data that begins with small numbers.
    let cut = open(&store[..store.len() - 200], &[]);
    assert!(
        matches!(cut.problems[..], [ContainerProblem::Damaged { what: Damage::Truncated, .. }]),
        "{:?}",
        cut.problems
    );
    for other in [&[1, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4][..], &blob[..blob.len() - 1]] {
        assert_eq!(open(other, &[]).kind, ContainerKind::Nothing);
    }
}

#[test]
fn pfx_after_pfx_each_has_its_password() {
    let (one, two) = (lab().pkcs12("rsa", "first", &[]), lab().pkcs12("ec", "second", &[]));
    let both = [&one[..], &two].concat();
    let opened = open(&both, &["first", "second"]);
    assert_eq!((opened.entries.len(), opened.problems.len()), (2, 0), "{:?}", opened.problems);
    assert!(opened.entries.iter().all(|entry| entry.key_matches == Some(true)));
    // A password for the first alone says so of the second.
    let opened = open(&both, &["first"]);
    assert_eq!(opened.entries.len(), 1);
    assert!(matches!(opened.problems[..], [ContainerProblem::Password { certain: true, .. }]), "{:?}", opened.problems);
}

// ---- GnuTLS ----

fn gnutls(name: &str, options: &[&str]) -> Vec<u8> {
    let (pem, key, file) = (format!("{name}.pem"), format!("{name}.key"), unique("p12"));
    let files = ["--to-p12", "--load-certificate", &pem, "--load-privkey", &key, "--outfile", &file];
    lab().run("certtool", &[&files[..], &["--p12-name", "請求用"], options].concat());
    lab().read(&file)
}

#[test]
fn gnutls_every_cipher() {
    for (cipher, name) in [
        ("3des", "3DES-CBC"),
        ("3des-pkcs12", "3DES-CBC"),
        ("aes-128", "AES-128-CBC"),
        ("aes-192", "AES-192-CBC"),
        ("aes-256", "AES-256-CBC"),
        ("rc2-40", "RC2-40-CBC"),
        ("arcfour", "RC4-128"),
        ("none", ""),
    ] {
        // Without --outder it is PEM.
        for form in [&["--outder"][..], &[]] {
            let file = gnutls("ec", &[&["--password", "secret", "--pkcs-cipher", cipher], form].concat());
            let opened = open(&file, &["secret"]);
            assert_whole(&opened, "ec", cipher);
            assert_eq!(entry(&opened, "ec").friendly_name.as_deref(), Some("請求用"), "{cipher}");
            assert_eq!(opened.key_encryption[0].cipher, name, "{cipher}");
        }
    }
    for (hash, name) in [("SHA1", "SHA1"), ("SHA256", "SHA256"), ("SHA384", "SHA384"), ("SHA512", "SHA512")] {
        let opened = open(&gnutls("rsa", &["--password", "秘密", "--hash", hash]), &["秘密"]);
        assert_whole(&opened, "rsa", hash);
        assert_eq!(opened.mac.expect("there is a MAC").kdf, format!("PKCS12-{name}"));
    }
    let opened = open(&gnutls("ec", &["--password", "secret", "--pkcs-cipher", "gost28147-tc26z"]), &["secret"]);
    assert!(
        matches!(&opened.problems[0], ContainerProblem::Unsupported { algorithm, .. } if algorithm.contains("GOST"))
    );
    assert_eq!(opened.certificate_encryption[0].cipher, "GOST 28147-89");
}

// ---- Java ----

fn keytool(store: &str, options: &[&str]) -> Vec<u8> {
    let file = unique("jks");
    let what = ["-genkeypair", "-alias", "請求用", "-keyalg", "EC", "-dname", "CN=java", "-storetype", store];
    let how = ["-keystore", &file, "-storepass", "secret1", "-keypass", "secret1"];
    lab().run("keytool", &[options, &what, &how].concat());
    lab().read(&file)
}

#[test]
fn java_old_and_new() {
    for (options, certificates, key, mac) in [
        (&[][..], "AES-256-CBC", "AES-256-CBC", "HMAC-SHA256"),
        (&["-J-Dkeystore.pkcs12.legacy"][..], "RC2-40-CBC", "3DES-CBC", "HMAC-SHA1"),
    ] {
        let opened = open(&keytool("PKCS12", options), &["secret1"]);
        assert_eq!(opened.problems, []);
        let [entry] = opened.entries.as_slice() else { panic!("one certificate") };
        assert_eq!((entry.has_key, entry.key_matches), (Some(true), Some(true)));
        assert_eq!(entry.friendly_name.as_deref(), Some("請求用"));
        assert_eq!(opened.certificate_encryption[0].cipher, certificates);
        assert_eq!(opened.key_encryption[0].cipher, key);
        assert_eq!(opened.mac.expect("there is a MAC").algorithm, mac);
    }
}

#[test]
fn java_trust_stores_and_secrets() {
    let file = unique("p12");
    let store = ["-storetype", "PKCS12", "-keystore", &file, "-storepass", "secret1"];
    for name in ["ca", "other"] {
        let pem = format!("{name}.pem");
        lab().run("keytool", &[&["-importcert", "-noprompt", "-alias", name, "-file", &pem][..], &store].concat());
    }
    lab().run("keytool", &[&["-genseckey", "-alias", "s", "-keyalg", "AES", "-keysize", "128"][..], &store].concat());
    let opened = open(&lab().read(&file), &["secret1"]);
    assert_eq!((opened.problems.as_slice(), opened.keys.len()), (&[][..], 0));
    assert_eq!(entry(&opened, "ca").friendly_name.as_deref(), Some("ca"));
    assert_eq!(entry(&opened, "other").has_key, Some(false));
}

// ---- Python ----

#[test]
fn python_every_combination() {
    std::fs::create_dir(lab().path("python")).expect("a folder");
    lab().made(&["python", "ec.pem", "ec.key", "ca.pem", "python"]);
    let files: Vec<_> = std::fs::read_dir(lab().path("python")).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 9, "two schemes with four digests, and none");
    for file in files {
        let name = file.file_name().into_string().expect("ASCII");
        let opened = open(&std::fs::read(file.path()).expect("a file"), &["秘密"]);
        assert_whole(&opened, "ec", &name);
        assert_eq!(entry(&opened, "ec").friendly_name.as_deref(), Some("名前"), "{name}");
        assert_eq!(opened.entries.len(), 2, "{name}");
    }
}

// ---- Encodings ----

#[test]
fn ber_in_every_place() {
    for options in [&[][..], LEGACY, &["-certpbe", "NONE", "-keypbe", "NONE"]] {
        let options = [options, &["-certfile", "ca.pem"]].concat();
        let with_mac = der::parse(&lab().pkcs12("ec", "secret", &options), true);
        // The MAC is over the bytes inside, so these must stay.
        for style in [Style::Der, Style::IndefiniteOutside] {
            let opened = open(&with_mac.write(style), &["secret"]);
            assert_whole(&opened, "ec", &format!("{options:?}"));
        }
        let without = der::parse(&without_mac(&lab().pkcs12("ec", "secret", &options)), true);
        for style in [Style::Indefinite, Style::LongLengths] {
            let opened = open(&certificates_kept(&without, style), &["secret"]);
            assert_whole(&opened, "ec", &format!("{options:?}"));
            assert_eq!(opened.entries.len(), 2);
        }
    }
}

/// Writes a PFX in some style; certificates and keys inside stay DER, as they do in the wild.
fn certificates_kept(pfx: &Node, style: Style) -> Vec<u8> {
    let mut pfx = pfx.clone();
    pfx.each(&mut |node| {
        if let Node::Wrapped(inner) = node {
            let der = inner.der();
            let is_certificate = ["ec", "ca"].iter().any(|name| der == lab().read(&format!("{name}.der")));
            if is_certificate {
                *node = der::octets(&der);
            }
        }
    });
    pfx.write(style)
}

#[test]
fn white_space_and_zeros_after_the_end_do_not_matter() {
    let file = lab().pkcs12("ec", "secret", &[]);
    for (tail, is_nothing) in [(&b"\n"[..], true), (b"\0\0\0\0", true), (b"-----BEGIN CERTIFICATE-----\n!!!", false)] {
        let mut opened = open(&[&file, tail].concat(), &["secret"]);
        let trailing = |at: usize| match is_nothing {
            true => vec![],
            false => vec![ContainerProblem::Damaged { offset: at, what: Damage::Trailing }],
        };
        assert_eq!(std::mem::take(&mut opened.problems), trailing(file.len()));
        assert_whole(&opened, "ec", "a tail");
        let der = lab().read("ec.der");
        let opened = open(&[&der, tail].concat(), &[]);
        assert_eq!((opened.kind, ders(&opened)), (ContainerKind::Der, vec![&*der]));
        assert_eq!(opened.problems, trailing(der.len()));
    }
}

#[test]
fn bags_of_every_kind() {
    let certificate = |name: &str| der::certificate_bag(&lab().read(&format!("{name}.der")), vec![]);
    let key = der::key_bag(&lab().read("ec.key.der"), vec![]);
    let sdsi =
        der::bag(3, der::sequence(vec![der::oid("1.2.840.113549.1.9.22.2"), der::explicit(der::octets(b"x"))]), vec![]);
    let crl_value = der::sequence(vec![der::oid("1.2.840.113549.1.9.23.1"), der::explicit(der::octets(&crl()))]);
    let secret = der::sequence(vec![der::oid("1.2.3.4"), der::explicit(der::octets(b"secret"))]);
    let nested =
        der::bag(6, der::sequence(vec![der::bag(6, der::sequence(vec![key, certificate("ec")]), vec![])]), vec![]);
    let unknown = der::sequence(vec![der::oid("1.2.3.4.5"), der::explicit(der::integer(1))]);
    let bags = vec![sdsi, der::bag(4, crl_value, vec![]), der::bag(5, secret, vec![]), unknown, nested];
    let opened = open(&der::pfx(vec![bags, vec![certificate("ca")], vec![]]).der(), &[]);
    assert_whole(&opened, "ec", "nested");
    assert_eq!(opened.entries.len(), 2);
    assert_eq!(opened.crls.iter().map(|crl| crl.der.clone()).collect::<Vec<_>>(), [crl()]);
    assert_eq!((opened.password, opened.mac), (None, None));
}

/// A CRL of the lab's CA.
fn crl() -> Vec<u8> {
    static CRL: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let made = CRL.get_or_init(|| {
        lab().write("index.txt", b"");
        lab()
            .write("ca.cnf", b"[ca]\ndefault_ca=it\n[it]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=9\n");
        let files = ["-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-out", "crl.pem"];
        lab().openssl(&[&["ca", "-gencrl"][..], &files].concat());
        lab().openssl(&["crl", "-in", "crl.pem", "-outform", "DER", "-out", "crl.der"]);
        lab().read("crl.der")
    });
    made.clone()
}

#[test]
fn places_are_bytes_of_the_file() {
    let file = lab().pkcs12("ec", "secret", &["-certpbe", "NONE"]);
    let place = entry(&open(&file, &["secret"]), "ec").offset;
    assert!(file[place..].starts_with(&lab().read("ec.der")));
    let pem = [b"some text\n", &lab().read("ec.pem")[..]].concat();
    assert_eq!(entry(&open(&pem, &[]), "ec").offset, 10);
}

#[test]
fn friendly_names() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let widened = |text: &str| text.bytes().flat_map(|b| [0, b]).collect::<Vec<u8>>();
    for (tag, bytes, expected) in [
        (0x1e, utf16("障害者総合支援"), "障害者総合支援"),
        (0x1e, utf16("株"), "株"),
        (0x1e, utf16("café"), "café"),
        (0x1e, utf16("名前\0"), "名前"),
        (0x1e, utf16("🍣"), "🍣"),
        (0x1e, [utf16("名"), vec![0xd8, 0x3c], utf16("前")].concat(), "名\u{fffd}前"),
        (0x1e, "証明書".into(), "証明書"),
        (0x1e, "abc".into(), "abc"),
        (0x1e, widened("証明書"), "証明書"),
        (0x0c, "証明書".into(), "証明書"),
        (0x13, b"\x8f\xd8\x96\xbe".to_vec(), "証明"),
    ] {
        let bag = der::certificate_bag(&lab().read("ec.der"), vec![der::friendly_name(tag, &bytes)]);
        let opened = open(&der::pfx(vec![vec![bag]]).der(), &[]);
        assert_eq!(entry(&opened, "ec").friendly_name.as_deref(), Some(expected), "{bytes:02x?}");
    }
    // An empty one names nothing.
    for (tag, bytes) in [(0x1e, vec![]), (0x0c, vec![]), (0x1e, vec![0, 0]), (0x1e, utf16("  \u{3000}"))] {
        let bag = der::certificate_bag(&lab().read("ec.der"), vec![der::friendly_name(tag, &bytes)]);
        let opened = open(&der::pfx(vec![vec![bag]]).der(), &[]);
        assert_eq!(entry(&opened, "ec").friendly_name, None, "{bytes:02x?}");
    }
}

// ---- Odd parameters ----

/// A PFX without MAC under one cipher, its tree changed.
fn changed(cipher: &str, change: &mut dyn FnMut(&mut Node)) -> Vec<u8> {
    let options = ["-certpbe", cipher, "-keypbe", cipher];
    let mut tree = der::parse(&without_mac(&lab().pkcs12("ec", "secret", &options)), true);
    let before = tree.clone();
    tree.each(change);
    assert!(before != tree, "something changed");
    tree.der()
}

#[test]
fn parameters_as_others_write_them() {
    let rc2 = changed("RC2-CBC", &mut |node| match node {
        Node::Constructed(0x30, parts) if parts.len() == 2 && parts[0] == der::integer(58) => {
            parts[0] = der::integer(56)
        }
        _ => {}
    });
    assert_whole(&open(&rc2, &["secret"]), "ec", "RC2 version 56 for 128 bits");
    let cast5 = changed("CAST5-CBC", &mut |node| match node {
        Node::Constructed(0x30, parts) if parts.first() == Some(&der::oid("1.2.840.113533.7.66.10")) => {
            let iv = parts[1].clone();
            parts[1] = der::sequence(vec![iv, der::integer(128)]);
        }
        _ => {}
    });
    assert_whole(&open(&cast5, &["secret"]), "ec", "CAST5 with IV and key bits");
    // PBKDF2 with a length that agrees with the cipher, and without where it need not be.
    let stated = changed("AES-128-CBC", &mut |node| match node {
        Node::Constructed(0x30, parts) if parts.len() == 3 && parts[1] == der::integer(2048) => {
            parts.insert(2, der::integer(16));
        }
        _ => {}
    });
    assert_whole(&open(&stated, &["secret"]), "ec", "a stated key length");
    // A key of 32 bytes under AES-128's identifier is AES-256, as NSS once wrote it.
    let aes = |bits: &str| der::oid(&format!("2.16.840.1.101.3.4.1.{bits}"));
    for (identifier, length) in [("2", 32), ("22", 32)] {
        let disguised = changed("AES-256-CBC", &mut |node| match node {
            Node::Constructed(0x30, parts) if parts.len() == 3 && parts[1] == der::integer(2048) => {
                parts.insert(2, der::integer(length));
            }
            node if *node == aes("42") => *node = aes(identifier),
            _ => {}
        });
        let opened = open(&disguised, &["secret"]);
        assert_whole(&opened, "ec", "a longer key than the identifier's");
        assert_eq!(opened.key_encryption[0].cipher, "AES-256-CBC");
    }
    let rc5 = changed("RC2-CBC", &mut |node| {
        if *node == der::oid("1.2.840.113549.3.2") {
            *node = der::oid("1.2.840.113549.3.9");
        }
    });
    let opened = open(&rc5, &["secret"]);
    assert!(matches!(&opened.problems[0], ContainerProblem::Unsupported { algorithm, .. } if algorithm == "RC5-CBC"));
}

/// A key of its own in DER under some encryption, with its certificate in PEM beside it.
fn beside_certificate(key: &[u8]) -> Vec<u8> {
    lab().write("sealed.der", key);
    let encoded = openssl_base64(key);
    let block = format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{encoded}-----END ENCRYPTED PRIVATE KEY-----\n");
    [lab().read("ec.pem"), block.into_bytes()].concat()
}

fn openssl_base64(bytes: &[u8]) -> String {
    let file = unique("bin");
    lab().write(&file, bytes);
    String::from_utf8(lab().openssl(&["base64", "-in", &file]).stdout).expect("Base64")
}

#[test]
fn pkcs8_by_every_derivation() {
    let prfs = ["hmacWithMD5", "hmacWithSHA1", "hmacWithSHA224", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"];
    let prfs = prfs.iter().chain(&["hmacWithSHA512-224", "hmacWithSHA512-256"]).map(|prf| vec!["-v2prf", *prf]);
    // The default is the only PRF that is left out.
    let others = [vec!["-scrypt"], vec!["-scrypt", "-scrypt_N", "4096", "-scrypt_r", "4", "-scrypt_p", "3"]];
    let v1 = ["PBE-MD5-DES", "PBE-SHA1-3DES", "PBE-SHA1-RC2-40"].map(|scheme| vec!["-v1", scheme]);
    for options in prfs.chain(others).chain(v1) {
        let (file, providers) = (unique("der"), ["-provider", "default", "-provider", "legacy"]);
        let files = ["pkcs8", "-topk8", "-in", "ec.key", "-out", &file, "-outform", "DER", "-passout", "pass:秘密"];
        lab().openssl(&[&files[..], &providers, &options].concat());
        let opened = open(&beside_certificate(&lab().read(&file)), &["wrong", "秘密"]);
        assert_eq!(opened.problems, [], "{options:?}");
        assert_eq!(entry(&opened, "ec").key_matches, Some(true), "{options:?}");
        let scrypt = (options[0] == "-scrypt").then_some("scrypt");
        assert_eq!(opened.key_encryption[0].kdf == "scrypt", scrypt.is_some(), "{options:?}");
        // Nothing fits: the key is there, the certificate readable, and that is no problem.
        let opened = open(&beside_certificate(&lab().read(&file)), &["wrong"]);
        assert_eq!((opened.problems.len(), opened.keys.len()), (0, 1), "{options:?}");
        assert_eq!(entry(&opened, "ec").has_key, None, "{options:?}");
    }
}

#[test]
fn gcm() {
    for tag in ["12", "16"] {
        let file = unique("der");
        lab().made(&["gcm", "secret", tag, "ec.key.der", &file]);
        let opened = open(&beside_certificate(&lab().read(&file)), &["wrong", "secret"]);
        assert_eq!(entry(&opened, "ec").key_matches, Some(true), "{tag}");
        assert_eq!(opened.key_encryption[0].cipher, "AES-256-GCM");
    }
}

// ---- Keys ----

#[test]
fn keys_are_matched_by_themselves() {
    let certificate = |name: &str, attributes| der::certificate_bag(&lab().read(&format!("{name}.der")), attributes);
    let key = |name: &str, attributes| der::key_bag(&lab().read(&format!("{name}.key.der")), attributes);
    let id = |id: &str| vec![der::local_key_id(id.as_bytes())];
    let look = |bags: Vec<Node>, keys| {
        let opened = with_keys(&der::pfx(vec![bags]).der(), &[], keys);
        assert_eq!(opened.problems, []);
        opened.entries.iter().map(|entry| (entry.has_key, entry.key_matches)).collect::<Vec<_>>()
    };
    let yes = (Some(true), Some(true));
    let (no, mismatch) = ((Some(false), None), (Some(true), Some(false)));
    type Case = (&'static str, Vec<(Option<bool>, Option<bool>)>, Vec<Option<bool>>, Vec<Node>);
    let cases: Vec<Case> = vec![
        ("linked", vec![yes], vec![Some(true)], vec![certificate("ec", id("1")), key("ec", id("1"))]),
        ("no link, one certificate", vec![yes], vec![Some(true)], vec![certificate("ec", vec![]), key("ec", vec![])]),
        (
            "no link, one end entity",
            vec![no, yes],
            vec![None, Some(true)],
            vec![certificate("ca", vec![]), certificate("ec", vec![]), key("ec", vec![])],
        ),
        (
            "no link, two end entities",
            vec![no, yes],
            vec![None, None],
            vec![certificate("rsa", vec![]), certificate("ec", vec![]), key("ec", vec![])],
        ),
        (
            "one link for the whole chain",
            vec![yes, no],
            vec![Some(true), Some(true)],
            vec![certificate("ec", id("1")), certificate("ca", id("1")), key("ec", id("1"))],
        ),
        (
            "links crossed",
            vec![yes, yes],
            vec![Some(true), Some(true)],
            vec![certificate("ec", id("1")), certificate("rsa", id("2")), key("rsa", id("1")), key("ec", id("2"))],
        ),
        ("another key linked", vec![mismatch], vec![Some(true)], vec![certificate("ec", id("1")), key("rsa", id("1"))]),
        (
            "another key, no link",
            vec![(Some(false), Some(false))],
            vec![Some(true)],
            vec![certificate("ec", vec![]), key("other", vec![])],
        ),
        ("no key", vec![no], vec![Some(false)], vec![certificate("ec", id("1"))]),
    ];
    for (what, by_key, by_name, bags) in cases {
        assert_eq!(look(bags.clone(), KeyInspection::Match), by_key, "{what}");
        let by_name: Vec<_> = by_name.into_iter().map(|has_key| (has_key, None)).collect();
        assert_eq!(look(bags.clone(), KeyInspection::Presence), by_name, "{what}");
        assert!(look(bags, KeyInspection::Skip).iter().all(|seen| *seen == (None, None)), "{what}");
    }
}

#[test]
fn keys_are_looked_at_as_closely_as_asked() {
    let file = lab().pkcs12("rsa", "secret", &["-certfile", "ca.pem", "-keypbe", "PBE-SHA1-3DES"]);
    for (keys, count, has_id, has_key) in [
        (KeyInspection::Match, 1, true, Some(true)),
        (KeyInspection::Presence, 1, false, Some(true)),
        (KeyInspection::Skip, 0, false, None),
    ] {
        let opened = with_keys(&file, &["secret"], keys);
        assert_eq!(opened.keys.len(), count);
        assert_eq!(opened.keys.iter().any(|key| key.id.is_some()), has_id);
        assert_eq!(entry(&opened, "rsa").has_key, has_key);
        assert_eq!(opened.key_encryption[0].cipher, "3DES-CBC", "known without decrypting");
        assert!(opened.keys.iter().all(|key| key.encrypted));
    }
}

#[test]
fn keys_alone_and_beside_certificates() {
    for name in ["rsa", "ec", "dsa"] {
        let key = lab().read(&format!("{name}.key.der"));
        let opened = open(&key, &[]);
        assert_eq!((opened.kind, opened.keys.len(), opened.problems.len()), (ContainerKind::Key, 1, 0), "{name}");
        let traditional = unique("key");
        let files = ["pkey", "-in", &format!("{name}.key"), "-traditional", "-out", &traditional];
        lab().openssl(&files);
        let der = unique("der");
        lab().openssl(&["pkey", "-in", &format!("{name}.key"), "-traditional", "-outform", "DER", "-out", &der]);
        assert_eq!(open(&lab().read(&der), &[]).keys[0].id, opened.keys[0].id, "{name}");
        for key in [lab().read(&format!("{name}.key")), lab().read(&traditional)] {
            let both = open(&[key, lab().read(&format!("{name}.pem"))].concat(), &[]);
            assert_eq!((both.kind, both.problems.len()), (ContainerKind::Pem, 0), "{name}");
            let entry = entry(&both, name);
            assert_eq!((entry.has_key, entry.key_matches), (Some(true), Some(true)), "{name}");
            assert!(!both.keys[0].encrypted);
        }
    }
    // An EC key without its public part; OpenSSL computes it.
    lab().openssl(&["ec", "-in", "ec.key", "-no_public", "-out", "bare.key"]);
    let both = open(&[lab().read("bare.key"), lab().read("ec.pem")].concat(), &[]);
    assert_eq!(entry(&both, "ec").key_matches, Some(true));
    // OpenSSL's own encryption of PEM: told, not decrypted.
    lab().openssl(&["ec", "-in", "ec.key", "-aes128", "-passout", "pass:x", "-out", "proc-type.key"]);
    let both = open(&[lab().read("proc-type.key"), lab().read("ec.pem")].concat(), &["x"]);
    assert_eq!((both.problems.len(), both.keys[0].encrypted, both.keys[0].id), (0, true, None));
    assert_eq!(both.key_encryption[0].cipher, "AES-128-CBC");
    assert_eq!(entry(&both, "ec").has_key, None);
}

// ---- PKCS#7, PEM, DER ----

#[test]
fn pkcs7_in_every_encoding() {
    crl();
    let files = ["crl2pkcs7", "-in", "crl.pem", "-certfile", "ec.pem", "-certfile", "ca.pem"];
    lab().openssl(&[&files[..], &["-outform", "DER", "-out", "p7.der"]].concat());
    lab().openssl(&[&files[..], &["-out", "p7.pem"]].concat());
    let der = lab().read("p7.der");
    // Only the outer layers: certificates and CRLs stay as they were signed.
    let Node::Constructed(0x30, _) = der::parse(&der, false) else { panic!("a SEQUENCE") };
    let indefinite = {
        let mut tree = der::parse(&der, false);
        let signed = tree.at(&[1, 0]);
        let parts = signed.children().iter().map(der_or_indefinite).collect::<Vec<_>>();
        let signed = [&[0x30, 0x80][..], &parts.concat(), &[0, 0]].concat();
        let oid = der::oid("1.2.840.113549.1.7.2").der();
        [&[0x30, 0x80][..], &oid, &[0xa0, 0x80], &signed, &[0, 0, 0, 0]].concat()
    };
    for (what, file) in [("DER", der.clone()), ("BER", indefinite), ("PEM", lab().read("p7.pem"))] {
        let opened = open(&file, &[]);
        assert_eq!((opened.kind, opened.problems.len()), (ContainerKind::Pkcs7, 0), "{what}");
        assert_eq!(ders(&opened), [lab().read("ec.der"), lab().read("ca.der")], "{what}");
        assert_eq!(opened.crls.iter().map(|crl| &crl.der).collect::<Vec<_>>(), [&crl()], "{what}");
    }
    let place = open(&der, &[]).entries[0].offset;
    assert!(der[place..].starts_with(&lab().read("ec.der")));
    // A signed message carries its signer's certificate.
    lab().write("message", b"text");
    lab().openssl(&[
        "cms",
        "-sign",
        "-in",
        "message",
        "-signer",
        "ec.pem",
        "-inkey",
        "ec.key",
        "-outform",
        "DER",
        "-nodetach",
        "-out",
        "cms.der",
    ]);
    lab().openssl(&[
        "cms",
        "-sign",
        "-in",
        "message",
        "-signer",
        "ec.pem",
        "-inkey",
        "ec.key",
        "-outform",
        "PEM",
        "-stream",
        "-nodetach",
        "-out",
        "cms.pem",
    ]);
    for file in ["cms.der", "cms.pem"] {
        assert_eq!(ders(&open(&lab().read(file), &[])), [lab().read("ec.der")], "{file}");
    }
    // An encrypted message holds no certificate.
    lab().openssl(&["cms", "-encrypt", "-in", "message", "-outform", "DER", "-out", "sealed.cms", "rsa.pem"]);
    assert_eq!(open(&lab().read("sealed.cms"), &[]).kind, ContainerKind::Nothing);
}

/// The sets of certificates and CRLs with an indefinite length, everything else as it is.
fn der_or_indefinite(node: &Node) -> Vec<u8> {
    match node {
        Node::Constructed(tag @ (0xa0 | 0xa1), members) => {
            let members: Vec<u8> = members.iter().flat_map(Node::der).collect();
            [&[*tag, 0x80], &members[..], &[0, 0]].concat()
        }
        other => other.der(),
    }
}

#[test]
fn pem_however_it_is_kept() {
    lab().openssl(&["x509", "-in", "ec.pem", "-trustout", "-setalias", "別名", "-out", "trusted.pem"]);
    let text = String::from_utf8([lab().read("ca.pem"), lab().read("ec.pem")].concat()).expect("ASCII");
    let expected = [lab().read("ca.der"), lab().read("ec.der")];
    let wide = |unit: fn(u16) -> [u8; 2]| format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect::<Vec<u8>>();
    let indented = text.lines().map(|line| format!("    {line}  \n")).collect::<String>();
    let trusted = String::from_utf8(lab().read("trusted.pem")).expect("ASCII");
    let ca = String::from_utf8(lab().read("ca.pem")).expect("ASCII");
    for (what, bytes) in [
        ("as it is", text.clone().into_bytes()),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("CR", text.replace('\n', "\r").into_bytes()),
        ("no line ends", text.replace('\n', " ").into_bytes()),
        ("a byte-order mark", format!("\u{feff}{text}").into_bytes()),
        ("UTF-16LE", wide(u16::to_le_bytes)),
        ("UTF-16BE", wide(u16::to_be_bytes)),
        ("indented", indented.into_bytes()),
        ("text around", format!("証明書です。\n-----\nsubject=/CN=x\n{text}以上\n-----BEGIN\n").into_bytes()),
        ("X509 CERTIFICATE", text.replace(" CERTIFICATE", " X509 CERTIFICATE").into_bytes()),
        ("TRUSTED CERTIFICATE", format!("{ca}{trusted}").into_bytes()),
        (
            "other blocks",
            format!("-----BEGIN EC PARAMETERS-----\nBggq\n-----END EC PARAMETERS-----\n{text}").into_bytes(),
        ),
    ] {
        let opened = open(&bytes, &[]);
        assert_eq!((opened.kind, opened.problems.len()), (ContainerKind::Pem, 0), "{what}: {:?}", opened.problems);
        assert_eq!(ders(&opened), expected, "{what}");
    }
    let opened = open(&wide(u16::to_le_bytes), &[]);
    assert_eq!(opened.entries[0].offset, 2, "a byte of the file also where characters have two");
    crl();
    let opened = open(&lab().read("crl.pem"), &[]);
    assert_eq!((opened.kind, opened.crls.len()), (ContainerKind::Pem, 1));
    assert_eq!(open(&crl(), &[]).kind, ContainerKind::Crl);
    let headless = openssl_base64(&lab().read("ec.der"));
    let opened = open(headless.as_bytes(), &[]);
    assert_eq!((opened.kind, ders(&opened)), (ContainerKind::Der, vec![&*lab().read("ec.der")]));
    let headless = openssl_base64(&lab().pkcs12("ec", "secret", &[]));
    assert_whole(&open(headless.replace('\n', "\r\n").as_bytes(), &["secret"]), "ec", "Base64 of a PKCS#12");
}

#[test]
fn one_broken_block_leaves_the_others() {
    let (ca, ec) = (lab().read("ca.pem"), lab().read("ec.pem"));
    let mut broken = ca.clone();
    broken[100] = b'!';
    let opened = open(&[&broken[..], &ec].concat(), &[]);
    assert_eq!(opened.problems, [ContainerProblem::Damaged { offset: 100, what: Damage::Base64 }]);
    assert_eq!(ders(&opened), [lab().read("ec.der")]);

    let opened = open(&[&ca[..200], b"\n", &ec].concat(), &[]);
    assert_eq!(opened.problems, [ContainerProblem::Damaged { offset: 0, what: Damage::PemEnd }]);
    assert_eq!(ders(&opened), [lab().read("ec.der")]);

    let opened = open(&[&ec[..], &ca[..200]].concat(), &[]);
    assert_eq!(opened.problems, [ContainerProblem::Damaged { offset: ec.len(), what: Damage::PemEnd }]);
    assert_eq!(ders(&opened), [lab().read("ec.der")]);

    let text = String::from_utf8(ca).expect("ASCII");
    let cut: Vec<&str> = text.lines().enumerate().filter(|(i, _)| *i != 5).map(|(_, line)| line).collect();
    let opened = open(&[cut.join("\n").as_bytes(), b"\n", &ec].concat(), &[]);
    assert!(
        matches!(opened.problems[..], [ContainerProblem::Damaged { what: Damage::Truncated, .. }]),
        "a line is missing"
    );
    assert_eq!(ders(&opened), [lab().read("ec.der")]);
}

#[test]
fn what_holds_nothing() {
    let sqlite = [b"SQLite format 3\0", &[7; 4000][..]].concat();
    lab().openssl(&["req", "-new", "-key", "ec.key", "-subj", "/CN=x", "-config", "req.cnf", "-out", "csr.pem"]);
    lab().openssl(&["req", "-in", "csr.pem", "-outform", "DER", "-out", "csr.der"]);
    lab().openssl(&["pkey", "-in", "ec.key", "-pubout", "-outform", "DER", "-out", "public.der"]);
    for (what, bytes) in [
        ("empty", vec![]),
        ("a photo", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02".repeat(300)),
        ("text", "パスワードは証明書発行用です。\n".repeat(50).into_bytes()),
        ("zeros", vec![0; 5000]),
        ("the beginning of anything", b"0\x80".to_vec()),
        ("a digit", b"0".to_vec()),
        ("a word in capitals", b"MIIBDEADBEEF".to_vec()),
        ("another database", sqlite),
        ("a request", lab().read("csr.pem")),
        ("a request in DER", lab().read("csr.der")),
        ("a public key", lab().read("public.der")),
        ("a zip", b"PK\x03\x04\x14\0\0\0\x08\0".repeat(30)),
    ] {
        let opened = open(&bytes, &["x"]);
        assert_eq!((opened.kind, opened.problems.len()), (ContainerKind::Nothing, 0), "{what}");
        assert_eq!((opened.entries.len(), opened.keys.len(), opened.crls.len()), (0, 0, 0), "{what}");
    }
}

// ---- Damage ----

#[test]
fn cut_off_anywhere() {
    let file = lab().pkcs12("ec", "secret", &["-iter", "1", "-certfile", "ca.pem"]);
    let whole = open(&file, &["secret"]);
    let mut safe_end = None;
    for length in (30..file.len()).rev() {
        let opened = open(&file[..length], &["secret"]);
        assert_eq!(opened.kind, ContainerKind::Pkcs12, "{length}");
        let cut = ContainerProblem::Damaged { offset: length, what: Damage::Truncated };
        assert!(opened.problems.contains(&cut), "{length}: {:?}", opened.problems);
        match opened.entries.len() {
            2 => assert_eq!(ders(&opened), ders(&whole), "{length}"),
            0 => safe_end = safe_end.or(Some(length)),
            n => panic!("{length}: {n} certificates"),
        }
    }
    // The certificates are there until the end of their part is gone: more than the key's
    // bytes, which come after it, can be cut.
    assert!(safe_end.is_some_and(|at| at < file.len() - 300), "{safe_end:?} of {}", file.len());

    let der = lab().read("ec.der");
    for length in 64..der.len() {
        let opened = open(&der[..length], &[]);
        assert_eq!((opened.kind, opened.entries.len()), (ContainerKind::Der, 0), "{length}");
        assert_eq!(opened.problems, [ContainerProblem::Damaged { offset: length, what: Damage::Truncated }]);
    }
    let plain = lab().pkcs12("ec", "secret", &["-certpbe", "NONE", "-nomac"]);
    let certificate = entry(&open(&plain, &["secret"]), "ec").offset;
    let enough = certificate + lab().read("ec.der").len();
    assert_eq!(open(&plain[..enough], &["secret"]).entries.len(), 1);
    assert_eq!(open(&plain[..enough - 1], &["secret"]).entries.len(), 0);
}

#[test]
fn every_byte_changed() {
    let file = lab().pkcs12("ec", "secret", &["-iter", "1", "-certfile", "ca.pem"]);
    let whole = open(&file, &["secret"]);
    let key_part = {
        let certificates = whole.entries.iter().map(|entry| entry.der.len()).sum::<usize>();
        // After the encrypted certificates and their algorithm come the key and the MAC.
        certificates + 400..file.len()
    };
    for at in 0..file.len() {
        for change in [0x01, 0x20, 0x80, 0xff] {
            let mut file = file.clone();
            file[at] ^= change;
            let opened = open(&file, &["secret"]);
            let silent = opened.problems.is_empty() && opened.kind == ContainerKind::Pkcs12;
            assert!(!silent || ders(&opened) == ders(&whole), "{at} ^ {change:02x}: changed without a word");
            if key_part.contains(&at) && opened.entries.len() != 2 {
                panic!("{at} ^ {change:02x}: the certificates are in another part: {:?}", opened.problems);
            }
        }
    }
    let signed = [lab().read("ca.pem"), lab().read("ec.pem"), lab().read("ec.key")].concat();
    for at in 0..signed.len() {
        let mut file = signed.clone();
        file[at] ^= 0x80;
        open(&file, &[]);
    }
}

#[test]
fn a_changed_byte_under_the_mac_leaves_the_rest() {
    let file = lab().pkcs12("ec", "secret", &["-certfile", "ca.pem"]);
    let place = file.len() - 150;
    let mut file = file;
    file[place] ^= 1;
    let opened = open(&file, &["secret"]);
    assert_eq!(opened.entries.len(), 2);
    assert!(
        opened.problems.iter().any(|problem| matches!(problem, ContainerProblem::Damaged { what: Damage::Mac, .. }))
    );
}

// ---- Limits ----

/// A PFX with the iterations of its MAC, its certificates and its key set.
fn with_iterations(options: &[&str], iterations: u32) -> Vec<u8> {
    let mut tree = der::parse(&lab().pkcs12("ec", "secret", options), true);
    tree.each(&mut |node| {
        if *node == der::integer(2048) {
            *node = der::integer(iterations);
        }
    });
    tree.der()
}

#[test]
fn hostile_iterations_cost_nothing() {
    for options in [MODERN, LEGACY, &["-nomac"], &["-certpbe", "NONE"], &["-keypbe", "PBE-MD5-DES"]] {
        let file = with_iterations(options, 0x7fff_ffff);
        let start = Instant::now();
        let look = Look { try_typos: true, ..Look::default() };
        let opened = look.at(&file, &[candidate("a"), candidate("secret")]);
        assert!(start.elapsed() < Duration::from_millis(200), "{options:?}: {:?}", start.elapsed());
        let limited = |problem: &ContainerProblem| {
            matches!(problem, ContainerProblem::Limit { limit: Limit::Iterations, asked: 0x7fff_ffff, untried: 3, .. })
        };
        assert!(opened.problems.iter().any(limited), "{options:?}: {:?}", opened.problems);
    }
    // A limit of the user's own.
    let limits = Limits { iterations: 2047, ..Limits::default() };
    let opened = Look { limits, ..Look::default() }.at(&lab().pkcs12("ec", "secret", &[]), &[candidate("secret")]);
    assert_eq!(only_limit(&opened), Some((Limit::Iterations, 2)));
}

#[test]
fn hostile_scrypt_costs_nothing() {
    let key = unique("der");
    let options = ["-scrypt", "-outform", "DER", "-passout", "pass:secret", "-out", &key];
    lab().openssl(&[&["pkcs8", "-topk8", "-in", "ec.key"][..], &options].concat());
    let tree = der::parse(&lab().read(&key), false);
    for (n, r, p) in [(1 << 30, 8, 1), (1 << 14, 1 << 20, 1), (1 << 14, 8, 1 << 22), (1 << 30, 1 << 30, 1 << 30)] {
        let mut tree = tree.clone();
        let parameters = tree.at(&[0, 1, 0, 1]).children();
        parameters[1] = der::integer(n);
        parameters[2] = der::integer(r);
        parameters[3] = der::integer(p);
        let bag = der::bag(2, tree, vec![]);
        let start = Instant::now();
        let opened = open(&der::pfx(vec![vec![bag]]).der(), &["secret"]);
        assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
        assert!(matches!(only_limit(&opened), Some((Limit::ScryptMemory | Limit::Work, 2))), "{:?}", opened.problems);
    }
}

#[test]
fn a_million_iterations_are_honest() {
    let options = ["-iter", "1000000", "-macalg", "sha512"];
    assert_whole(&open(&lab().pkcs12("ec", "secret", &options), &["wrong", "secret"]), "ec", "a million each");
}

#[test]
fn a_thousand_candidates_are_tried() {
    let mut candidates: Vec<_> = (0..1000).map(|i| candidate(format!("wrong {i}").as_str())).collect();
    candidates.push(candidate("secret"));
    let file = |options| lab().pkcs12("ec", "secret", options);
    for (what, file) in [("modern", file(MODERN)), ("legacy", file(LEGACY)), ("no MAC", without_mac(&file(MODERN)))] {
        let opened = Look::default().at(&file, &candidates);
        assert_whole(&opened, "ec", what);
        assert_eq!(opened.password.expect("it opens").candidate, 1000);
    }
}

#[test]
fn work_ends_where_the_limit_says() {
    let limits = Limits { work: 1_000_000, ..Limits::default() };
    let look = Look { limits, try_typos: true, ..Look::default() };
    let mut candidates: Vec<_> = (0..1000).map(|i| candidate(format!("wrong {i}").as_str())).collect();
    let file = lab().pkcs12("ec", "secret", &["-iter", "100000"]);
    candidates.push(candidate("secret"));
    let opened = look.at(&file, &candidates);
    let Some((Limit::Work, untried)) = only_limit(&opened) else { panic!("{:?}", opened.problems) };
    // The MAC costs 100,000 a candidate, so nine are tried and with the empty one 993 are not.
    assert_eq!(untried, 993);
    assert_eq!(opened.entries.len(), 0);
    // What needs no password is there all the same.
    let opened = look.at(&lab().pkcs12("ec", "secret", &["-iter", "100000", "-certpbe", "NONE"]), &candidates);
    assert_eq!(opened.entries.len(), 1);
    // Typing mistakes end with the budget without a word: every candidate was tried as given.
    let limits = Limits { work: 2_000_000, ..Limits::default() };
    let look = Look { limits, try_typos: true, ..Look::default() };
    let opened = look.at(&lab().pkcs12("ec", "secret", &["-iter", "50000"]), &candidates[..2]);
    assert_eq!(opened.problems, [ContainerProblem::Password { certain: true, tried: 3 }]);
}

#[test]
fn every_other_limit() {
    let small = |limit, value| {
        let mut limits = Limits::default();
        limits.set(limit, value);
        Look { limits, ..Look::default() }
    };
    let file = lab().pkcs12("ec", "secret", &["-certfile", "ca.pem"]);
    let secret = [candidate("secret")];
    let opened = small(Limit::Bytes, 100).at(&file, &secret);
    assert_eq!((opened.kind, only_limit(&opened)), (ContainerKind::Pkcs12, Some((Limit::Bytes, 0))));
    assert_eq!(opened.entries.len(), 0);

    let opened = small(Limit::Certificates, 1).at(&file, &secret);
    assert_eq!((opened.entries.len(), only_limit(&opened)), (1, Some((Limit::Certificates, 0))));
    assert_eq!(small(Limit::Certificates, 2).at(&file, &secret).problems, []);

    let opened = small(Limit::Bags, 3).at(&file, &secret);
    assert_eq!((opened.entries.len(), only_limit(&opened)), (0, Some((Limit::Bags, 0))));
    let pem = [lab().read("ec.pem"), lab().read("ca.pem")].concat();
    let opened = small(Limit::Bags, 1).at(&pem, &[]);
    assert_eq!((opened.entries.len(), only_limit(&opened)), (1, Some((Limit::Bags, 0))));

    let certificate = || der::certificate_bag(&lab().read("ec.der"), vec![]);
    let nested = |depth| (1..depth).fold(certificate(), |bag, _| der::bag(6, der::sequence(vec![bag]), vec![]));
    let opened = open(&der::pfx(vec![vec![nested(17), certificate()]]).der(), &[]);
    assert_eq!((opened.entries.len(), only_limit(&opened)), (1, Some((Limit::Depth, 0))));
    assert_eq!(open(&der::pfx(vec![vec![nested(16)]]).der(), &[]).entries.len(), 1);

    for limit in Limit::ALL {
        assert_eq!(limit.flag(), format!("--max-{}", limit.code()));
    }
    let deep = [0x30, 0x80].repeat(100_000);
    assert!(open(&deep, &[]).entries.is_empty());
}

// ---- Beside another reader ----

#[test]
fn the_same_certificates_as_p12_keystore() {
    let mut read = 0;
    for (cipher, ..) in OPENSSL_CIPHERS {
        for mac in [&["-macalg", "sha1"][..], &["-macalg", "sha512"]] {
            let options = [&["-certpbe", cipher, "-keypbe", cipher, "-certfile", "ca.pem"], mac].concat();
            let file = lab().pkcs12("ec", "secret", &options);
            let Ok(theirs) = p12_keystore::Pkcs12Archive::from_pkcs12(&file, "secret") else { continue };
            let theirs: Vec<_> = theirs.certs.iter().map(|bag| bag.cert.as_der().to_vec()).collect();
            assert_eq!(ders(&open(&file, &["secret"])), theirs, "{options:?}");
            read += 1;
        }
    }
    assert!(read >= 6, "it reads the most common ones: {read}");
}
