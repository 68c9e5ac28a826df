//! Certificates as the wild writes them: every string type, odd times and serials, control
//! characters, broken bytes. Shown, judged, never a panic.

use shomei::certificate::Certificate;

use super::forge::*;
use super::scene::*;

const COMMON_NAME: &str = "2.5.4.3";

/// A leaf whose common name is this string value.
fn named(value: &[u8]) -> Draft {
    Draft::leaf("").subject(tlv(0x30, &[rdn("2.5.4.6", b"\x13\x02JP"), rdn(COMMON_NAME, value)].concat()))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn japanese_in_every_string_type() {
    let scene = Scene::rooted();
    let shift_jis = |text: &str| encoding_rs::SHIFT_JIS.encode(text).0.into_owned();
    let utf32: Vec<u8> = "介護".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    let cases = [
        (tlv(0x0c, "株式会社テスト".as_bytes()), "株式会社テスト"),
        (tlv(0x1e, &utf16("株式会社テスト")), "株式会社テスト"),
        (tlv(0x1c, &utf32), "介護"),
        (tlv(0x14, &shift_jis("介護事業所ソ")), "介護事業所ソ"),
        (tlv(0x13, &shift_jis("ケアセンター")), "ケアセンター"),
        (tlv(0x16, &shift_jis("ｶﾅ")), "ｶﾅ"),
        (tlv(0x14, "障害福祉".as_bytes()), "障害福祉"),
        (tlv(0x14, b"Caf\xe9"), "Café"),
        (tlv(0x0c, &[]), ""),
    ];
    // OpenSSL cannot read a name outside the basic plane in a BMPString (which has no surrogates
    // by X.680), nor half a character, nor what is no string: shown as far as it can be, and not
    // determined.
    let unreadable = [
        (tlv(0x04, &[1, 2]), "#04020102"),
        (tlv(0x1e, &utf16("𠮷野家")), "𠮷野家"),
        (tlv(0x1e, &[0x68, 0x2a, 0x5f]), "株_"),
        (tlv(0x1e, &[0xd8, 0x00]), "\u{fffd}"),
    ];
    let readable = cases.map(|case| (case, "trusted"));
    let unreadable = unreadable.map(|case| (case, "undetermined: unreadable"));
    for ((value, shown), verdict) in readable.into_iter().chain(unreadable) {
        let made = named(&value).signed_by(&scene.root_2019);
        let record = scene.judge(&made, &[], AT);
        assert_eq!(record.0["subject"], format!("CN={shown},C=JP"), "{}", hex(&value));
        assert_eq!(record.verdict(), verdict, "{shown}");
    }
}

/// Characters that act on a terminal instead of being shown by it.
fn acts(c: char) -> bool {
    let bidi = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    bidi || c.is_control() && !matches!(c, '\n' | '\r')
}

#[test]
fn what_acts_on_a_terminal_never_reaches_it() {
    let scene = Scene::rooted();
    let evil = "=cmd\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{202e}gpj\u{2066}\u{200f}\u{0}\u{8}\u{85}\ttail";
    let made = named(&tlv(0x0c, evil.as_bytes())).signed_by(&scene.root_2019);
    let ca = Draft::ca("").subject(named(&tlv(0x1e, &utf16(evil))).subject).self_signed();
    let file = scene.put("evil.cer", &made);
    scene.put("below.cer", &Draft::leaf("x").signed_by(&ca));
    scene.put("ca.cer", &ca);
    let (policy, share, root) = (scene.policy(), scene.share(), scene.aside("root.cer"));
    std::fs::write(&root, &scene.root_2019.der).unwrap();
    let bad_path = format!("nowhere{evil}").replace('\0', "");
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["inspect", argument(&file)],
        vec!["inspect", "--format", "json", argument(&file)],
        vec!["fingerprint", argument(&file)],
        vec!["verify", argument(&file), "--trust", argument(&root), "--at", AT],
        vec!["root", "check", "--policy", argument(&policy), argument(&file)],
        vec!["audit", "--policy", argument(&policy), "--at", AT, &bad_path],
        vec!["inspect", &bad_path],
        vec!["verify", &bad_path],
    ];
    for format in ["table", "csv", "json", "ndjson"] {
        commands.push(vec!["audit", "--policy", argument(&policy), "--at", AT, "--format", format, argument(&share)]);
    }
    for arguments in commands {
        for lang in ["ja", "en"] {
            let output = scene.command().args(["--lang", lang]).args(&arguments).output().unwrap();
            for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
                let printed = String::from_utf8(bytes.clone()).unwrap();
                let found = printed.chars().find(|c| acts(*c));
                assert_eq!(found, None, "{arguments:?} {stream}: {printed:?}");
            }
        }
    }
    let output = scene.run(&["audit", "--policy", argument(&policy), "--at", AT, "--format", "csv", argument(&share)]);
    let printed = text(&output.stdout);
    let cells = printed.split([',', '\n']);
    assert!(cells.into_iter().all(|cell| !cell.trim_matches('"').starts_with('=')), "{printed}");
}

#[test]
fn times_as_bad_encoders_write_them() {
    let scene = Scene::rooted();
    let utc = |text: &str| tlv(0x17, text.as_bytes());
    let general = |text: &str| tlv(0x18, text.as_bytes());
    // GeneralizedTime before 2050 breaks RFC 5280, but not DER.
    let cases = [
        (utc("200101000000Z"), "2020-01-01T00:00:00Z", "2020-01-01", false),
        (utc("2001010000Z"), "2020-01-01T00:00:00Z", "2020-01-01", true),
        (utc("200101090000+0900"), "2020-01-01T00:00:00Z", "2020-01-01", true),
        (utc("191231190000-0500"), "2020-01-01T00:00:00Z", "2020-01-01", true),
        (general("20191231150000Z"), "2019-12-31T15:00:00Z", "2020-01-01", false),
        (general("20191231145959.5Z"), "2019-12-31T14:59:59Z", "2019-12-31", true),
    ];
    for (not_before, instant, day, malformed) in cases {
        let written = text(&not_before[2..]);
        let made = Draft { not_before, ..Draft::leaf("h") }.signed_by(&scene.root_2019);
        let record = scene.judge(&made, &[], AT);
        assert_eq!(record.0["not_before"], instant, "{written}");
        assert_eq!(record.0["issued_on"], day, "{written}");
        // OpenSSL 3.6, the built-in one, refuses to read a UTCTime without seconds; 3.0 reads it.
        let readable = openssl::x509::X509::from_der(&made.der).is_ok();
        assert!(readable || written == "2001010000Z", "{written}");
        assert_eq!(record.verdict(), if readable { "trusted" } else { "undetermined: unreadable" }, "{written}");
        assert_eq!(record.has("der-malformed"), malformed, "{written}");
    }
    // No expiry, RFC 5280 section 4.1.2.5: there is no such day in Japan.
    let made = Draft::leaf("forever").until("9999-12-31T23:59:59Z").signed_by(&scene.root_2019);
    let record = scene.judge(&made, &[], AT);
    assert_eq!(record.0["not_after"], "9999-12-31T23:59:59Z");
    assert!(record.0["expires_on"].is_null());
    assert_eq!(record.verdict(), "trusted");
    assert_eq!(record.0["effective_expiry"], "2029-07-20T00:00:00Z");
    // A time that is none.
    for nonsense in [utc("209901000000Z"), utc(""), general("2020"), tlv(0x05, &[])] {
        let made = Draft { not_after: nonsense, ..Draft::leaf("h") }.signed_by(&scene.root_2019);
        let record = scene.judge(&made, &[], AT);
        assert!(record.0["not_after"].is_null() && record.has("der-malformed"), "{:?}", record.0);
        assert_ne!(record.status(), "trusted");
    }
}

#[test]
fn serials_of_every_size() {
    let scene = Scene::rooted();
    let long = [0x7f; 40];
    for (serial, shown) in [
        (&[0][..], "00".to_string()),
        (&[0xff, 0x01], "-ff".into()),
        (&[0x80], "-80".into()),
        (&[0, 0x80], "80".into()),
        (&long, "7f".repeat(40)),
    ] {
        let made = Draft::leaf("h").serial(serial).signed_by(&scene.root_2019);
        let record = scene.judge(&made, &[], AT);
        assert_eq!(record.0["serial"], shown);
        assert_eq!(record.verdict(), "trusted", "{shown}");
    }
}

#[test]
fn what_the_strict_decoder_refuses_is_judged_all_the_same() {
    let scene = Scene::rooted();
    let broken = [
        ("key usage that is no bit string", extension("2.5.29.15", false, &[4, 1, 0])),
        ("an alternative name that ends early", extension("2.5.29.17", false, &[0x30, 9, 0x82, 1])),
        ("addresses that are nothing", extension("2.5.29.31", false, &[5, 0])),
        ("usages that are no list", extension("2.5.29.37", false, &[2, 1, 1])),
    ];
    for (what, extension) in broken {
        let made = Draft::leaf("h").extensions(&[extension]).signed_by(&scene.root_2019);
        let record = scene.judge(&made, &[], AT);
        assert!(record.has("der-malformed"), "{what}: {:?}", record.rules());
        assert_ne!(record.status(), "undetermined", "{what}");
        assert_eq!(record.path().len(), 2, "{what}");
    }
}

/// Asks a certificate everything.
fn ask(der: &[u8]) {
    let Ok(certificate) = Certificate::parse(der) else { return };
    certificate.malformed();
    certificate.key();
    certificate.role();
    certificate.key_usage();
    certificate.extended_key_usage();
    certificate.alternative_names();
    certificate.crl_addresses();
    certificate.ocsp_addresses();
    certificate.names_crl_issuer();
    certificate.signature_algorithm();
    certificate.signature_digest();
    certificate.subject_key_identifier();
    certificate.authority_key_identifier();
    for name in [&certificate.subject, &certificate.issuer] {
        let _ = (name.rfc4514(), name.printed(), name.canonical());
    }
}

fn rich(scene: &Scene) -> Made {
    let names = tlv(0x30, &[tlv(0x82, b"a.example.jp"), tlv(0x87, &[10, 0, 0, 1])].concat());
    let address = tlv(0x86, b"http://crl.example.jp/a.crl");
    let points = tlv(0x30, &sequence(&[&tlv(0xa0, &tlv(0xa0, &address))]));
    named(&tlv(0x1e, &utf16("試験")))
        .with(extension("2.5.29.17", false, &names))
        .with(extension("2.5.29.31", false, &points))
        .with(extension("2.5.29.37", false, &tlv(0x30, &oid("1.3.6.1.5.5.7.3.2"))))
        .signed_by(&scene.root_2019)
}

#[test]
fn no_flipped_byte_panics() {
    let scene = Scene::rooted();
    let made = rich(&scene);
    ask(&made.der);
    for at in 0..made.der.len() {
        for flip in [0x01, 0x02, 0x20, 0x40, 0x80, 0xff] {
            let mut der = made.der.clone();
            der[at] ^= flip;
            ask(&der);
        }
        ask(&made.der[..at]);
    }
    // The whole way, one file a byte.
    for at in 0..made.der.len() {
        let mut der = made.der.clone();
        der[at] ^= 0x55;
        scene.file(&format!("flipped/{at}.cer"), &der);
    }
    let audit = scene.audit(AT);
    let trusted = audit.0["summary"]["verdict"]["trusted"].as_u64().unwrap();
    // Both roots; bytes that no signature covers may be flipped in the outer algorithm only.
    assert!((2..20).contains(&trusted), "{trusted}");
}
