//! Files that promise a certificate and hold none, files that promise nothing, and what follows the
//! first object in a file.

use std::path::Path;

use shomei::container::{
    self, ContainerKind, ContainerOptions, ContainerProblem, Damage, FileContent, KeyInspection, Limits,
    OpenedContainer, broken_promise,
};

fn open(bytes: &[u8]) -> OpenedContainer {
    let limits = Limits::default();
    let options = ContainerOptions { limits: &limits, keys: KeyInspection::Match, try_typos: false };
    container::open(bytes, &[], &options)
}

/// What is missing in a file of this name.
fn missing(name: &str, bytes: &[u8]) -> Option<FileContent> {
    broken_promise(Path::new(name), bytes, &open(bytes))
}

fn certificate() -> Vec<u8> {
    let pem = std::fs::read_to_string("src/lab/keys/root-2019.pem").expect("root");
    let (_, block) = pem.split_once("-----BEGIN CERTIFICATE-----").expect("begin");
    let (body, _) = block.split_once("-----END").expect("end");
    openssl::base64::decode_block(&body.replace(['\r', '\n'], "")).expect("Base64")
}

fn other() -> Vec<u8> {
    let pem = std::fs::read("src/lab/keys/root-2013.pem").expect("root");
    openssl::x509::X509::from_pem(&pem).expect("certificate").to_der().expect("DER")
}

fn pem() -> String {
    let file = std::fs::read_to_string("src/lab/keys/root-2019.pem").expect("root");
    let begin = file.find("-----BEGIN").expect("begin");
    file[begin..].to_string()
}

fn base64(bytes: &[u8]) -> String {
    openssl::base64::encode_block(bytes)
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    mark.into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

#[test]
fn a_name_of_a_certificate_file_is_a_promise() {
    let der = certificate();
    let request = {
        let key = openssl::pkey::PKey::from_rsa(openssl::rsa::Rsa::generate(1024).expect("key")).expect("key");
        let mut request = openssl::x509::X509Req::builder().expect("request");
        request.set_pubkey(&key).expect("key");
        request.sign(&key, openssl::hash::MessageDigest::sha256()).expect("signed");
        request.build()
    };
    let key = openssl::rsa::Rsa::generate(1024).expect("key").private_key_to_pem().expect("PEM");
    let dashes = pem().replace("-----", "\u{2013}\u{2013}\u{2013}");
    let lossy = String::from_utf8_lossy(&der).into_owned();
    let latin: String = der.iter().map(|b| char::from(*b)).collect();
    let cases: Vec<(&str, Vec<u8>, FileContent)> = vec![
        ("a.p12", vec![], FileContent::Empty),
        ("a.PFX", vec![0; 3000], FileContent::Zeros),
        ("a.cer", b"<!DOCTYPE html><html><body>login</body></html>".to_vec(), FileContent::Html),
        ("a.crt", b"\xef\xbb\xbf \n<HTML lang=ja><title>x</title></HTML>".to_vec(), FileContent::Html),
        ("a.der", b"{\"error\": \"unauthorized\"}".to_vec(), FileContent::Json),
        ("a.p7b", b"<?xml version=\"1.0\"?><fault/>".to_vec(), FileContent::Xml),
        ("a.p12", b"PK\x03\x04rest".to_vec(), FileContent::Zip),
        ("a.cer", b"%PDF-1.7".to_vec(), FileContent::Pdf),
        ("a.cer", request.to_pem().expect("PEM"), FileContent::Request),
        ("a.cer", request.to_der().expect("DER"), FileContent::Request),
        ("a.pem", "証明書の取り出し方\r\n".as_bytes().to_vec(), FileContent::Text),
        ("a.pem", b"\x8f\xd8\x96\xbe\x8f\x91\r\n".to_vec(), FileContent::Text),
        ("a.cer", key, FileContent::PrivateKey),
        ("a.crt", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".to_vec(), FileContent::OtherPem),
        ("a.pem", b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_vec(), FileContent::EmptyPem),
        ("a.cer", dashes.into_bytes(), FileContent::Dashes),
        ("a.cer", lossy.into_bytes(), FileContent::ConvertedText),
        ("a.cer", latin.into_bytes(), FileContent::ConvertedText),
        ("a.cer", der[9..].to_vec(), FileContent::HeadLost),
        ("a.p7c", openssl_empty_pkcs7(), FileContent::EmptyPkcs7),
        ("a.sst", b"\0\0\0\0CERT\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), FileContent::EmptyStore),
        ("a.jks", b"\xfe\xed\xfe\xed\0\0\0\x02\0\0\0\0".to_vec(), FileContent::EmptyStore),
        ("a.p12", vec![7; 200], FileContent::Unknown),
    ];
    for (name, bytes, content) in cases {
        assert_eq!(missing(name, &bytes), Some(content), "{name}: {:?}", &bytes[..bytes.len().min(40)]);
    }
}

fn openssl_empty_pkcs7() -> Vec<u8> {
    // SEQUENCE { signedData, [0] { SEQUENCE { 1, SET {}, SEQUENCE { data }, SET {} } } }
    let data = [0x30, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    let mut signed = vec![0x30, 3 + 2 + 13 + 2, 2, 1, 1, 0x31, 0];
    signed.extend(data);
    signed.extend([0x31, 0]);
    let mut info = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2, 0xa0, signed.len() as u8];
    info.extend(signed);
    [&[0x30, info.len() as u8][..], &info].concat()
}

#[test]
fn nothing_is_promised_and_nothing_reported() {
    let text = "Copy everything from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, both included.\n";
    let program = "const BEGIN: &str = \"-----BEGIN CERTIFICATE-----\";\nprintln!(\"{BEGIN}\");\n";
    let abridged =
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa...\n-----END CERTIFICATE-----\n";
    let dots = "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n";
    for text in [text, program, abridged, dots] {
        let opened = open(text.as_bytes());
        assert_eq!(opened.kind, ContainerKind::Nothing, "{text}");
        assert!(opened.problems.is_empty(), "{text}: {:?}", opened.problems);
        assert_eq!(missing("memo.txt", text.as_bytes()), None);
    }
    // Names that promise nothing, and names whose content is in its place.
    for (name, bytes) in [
        ("photo.jpg", &b"\xff\xd8\xff\xe0"[..]),
        ("empty.txt", b""),
        ("._a.p12", b"\0\x05\x16\x07\0\x02\0\0"),
        ("dh.pem", b"-----BEGIN DH PARAMETERS-----\nMEYCQQ==\n-----END DH PARAMETERS-----\n"),
        ("release.key", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n"),
        ("slides.key", b"PK\x03\x04Index"),
        ("a.cer", &certificate()),
    ] {
        assert_eq!(missing(name, bytes), None, "{name}");
    }
}

#[test]
fn a_pem_block_cut_in_half_is_damaged_whatever_its_name() {
    let pem = pem();
    let half = &pem[..pem.len() / 2];
    for text in [half.to_string(), format!("see below\n\n{half}")] {
        let opened = open(text.as_bytes());
        let is_end = |p: &ContainerProblem| matches!(p, ContainerProblem::Damaged { what: Damage::PemEnd, .. });
        assert!(opened.problems.iter().any(is_end), "{:?}", opened.problems);
    }
    // One wrong letter in its first line.
    let wrong = pem.replacen("MII", "MI!I", 1);
    let opened = open(wrong.as_bytes());
    assert!(
        opened.problems.is_empty() && opened.entries.is_empty(),
        "unreadable from its first letters on: no element"
    );
    let place = pem.find("MII").expect("body") + 50;
    let wrong = format!("{}!{}", &pem[..place], &pem[place + 1..]);
    let is_base64 = |p: &ContainerProblem| matches!(p, ContainerProblem::Damaged { what: Damage::Base64, .. });
    assert!(open(wrong.as_bytes()).problems.iter().any(is_base64));
}

#[test]
fn what_follows_the_first_object_is_read() {
    let (one, two) = (certificate(), other());
    let second = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(&two));
    let joined = |between: &[u8], behind: &[u8]| [&one[..], between, &two, behind].concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("DER after DER", joined(b"", b"")),
        ("with a line end", joined(b"\r\n", b"\n")),
        ("with zeros", joined(b"\0\0\0\0", &[0; 500])),
        ("with the end of a text to DOS", joined(b"", b"\x1a")),
        ("PEM after DER", [&one[..], b"\n", second.as_bytes()].concat()),
        ("DER after PEM", [pem().as_bytes(), &two].concat()),
        ("DER after PEM with another line end", [pem().trim_end().as_bytes(), b"\r\n", &two].concat()),
        (
            "two in a block",
            format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", base64(&joined(b"", b""))).into(),
        ),
        (
            "two in a block, each padded",
            format!("-----BEGIN CERTIFICATE-----\n{}{}\n-----END CERTIFICATE-----\n", base64(&one), base64(&two))
                .into(),
        ),
        ("bare Base64", format!("{}\n", base64(&joined(b"", b""))).into()),
    ];
    for (what, bytes) in cases {
        let opened = open(&bytes);
        let found: Vec<&[u8]> = opened.entries.iter().map(|entry| entry.der.as_slice()).collect();
        assert!(found.len() == 2 && found.contains(&&one[..]) && found.contains(&&two[..]), "{what}: {}", found.len());
        assert!(opened.problems.is_empty(), "{what}: {:?}", opened.problems);
    }
}

#[test]
fn what_cannot_be_read_behind_it_is_reported_with_its_offset() {
    let one = certificate();
    let bytes = [&one[..], b"\n", b"PK\x03\x04 something else"].concat();
    let opened = open(&bytes);
    assert_eq!(opened.entries.len(), 1);
    let trailing = ContainerProblem::Damaged { offset: one.len() + 1, what: Damage::Trailing };
    assert_eq!(opened.problems, [trailing]);
}

#[test]
fn line_ends_that_a_transfer_converted_are_named() {
    let der = certificate();
    // A certificate with line feeds in it.
    assert!(der.contains(&b'\n'), "the root has a 0x0a");
    let widened: Vec<u8> = der.iter().flat_map(|b| if *b == b'\n' { vec![b'\r', b'\n'] } else { vec![*b] }).collect();
    let opened = open(&widened);
    let is_line_ends = |p: &ContainerProblem| matches!(p, ContainerProblem::Damaged { what: Damage::LineEnds, .. });
    assert!(opened.problems.iter().any(is_line_ends), "{:?}", opened.problems);
}

#[test]
fn wide_text_is_read_with_and_without_a_byte_order_mark() {
    let bare = format!("{}\r\n", base64(&certificate()));
    let wide32: Vec<u8> = pem().chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
    let big: Vec<u8> = pem().encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (what, bytes) in [
        ("PEM, marked", utf16(&pem(), true)),
        ("PEM, unmarked", utf16(&pem(), false)),
        ("PEM, big-endian", big),
        ("PEM, UTF-32", wide32),
        ("Base64, marked", utf16(&bare, true)),
        ("Base64, unmarked", utf16(&bare, false)),
    ] {
        let opened = open(&bytes);
        assert_eq!(opened.entries.len(), 1, "{what}");
        assert!(opened.problems.is_empty(), "{what}: {:?}", opened.problems);
    }
}

#[test]
fn certificates_inside_other_texts_are_read() {
    let der = certificate();
    let (flat, wrapped) = (
        base64(&der),
        base64(&der).as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n"),
    );
    let escaped = pem().replace('\n', "\\n");
    let mail = format!(
        "From: a@example.jp\r\nSubject: =?UTF-8?B?44Gy?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\
         Content-Type: application/octet-stream; name=a.cer\r\nContent-Transfer-Encoding: base64\r\n\r\n{wrapped}\r\n--x--\r\n"
    );
    for (what, text) in [
        ("JSON", format!("{{\"certificate\": \"{flat}\"}}")),
        ("PEM in JSON", format!("{{\"ca\": \"{escaped}\"}}")),
        ("YAML", format!("kind: Secret\ndata:\n  tls.crt: {}\n", base64(pem().as_bytes()))),
        ("DER in YAML", format!("name: x\ncert: {flat}\n")),
        (
            "profile",
            format!(
                "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict><key>PayloadContent</key><data>\n\t{}\n</data></dict></plist>",
                wrapped.replace("\r\n", "\n\t")
            ),
        ),
        ("OpenVPN", format!("client\n<ca>\n{}</ca>\n", pem())),
        ("mail", mail),
    ] {
        let opened = open(text.as_bytes());
        assert_eq!(opened.entries.len(), 1, "{what}");
        assert_eq!(opened.entries[0].der, der, "{what}");
        assert!(opened.problems.is_empty(), "{what}");
    }
    // Words of Base64 in texts that are none of these, and Base64 of something else.
    for text in [format!("let x = \"{flat}\";"), format!("{{\"image\": \"{}\"}}", base64(&[0x30; 400]))] {
        assert_eq!(open(text.as_bytes()).kind, ContainerKind::Nothing);
    }
}
