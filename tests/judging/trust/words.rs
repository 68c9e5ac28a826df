//! Verdicts that say in words what is the matter: nothing is asked for that would not help.

use super::forge::*;
use super::scene::*;

fn found(record: &Record, rule: &str) -> (String, String) {
    let evidence = &record.finding(rule)["evidence"];
    (evidence["reasons"].to_string(), evidence["field"].to_string())
}

/// A SubjectPublicKeyInfo of an algorithm.
fn public_key(algorithm: &[&[u8]], bits: &[u8]) -> Vec<u8> {
    sequence(&[&sequence(algorithm), &tlv(3, &[&[0][..], bits].concat())])
}

#[test]
fn an_algorithm_that_nobody_here_knows_is_undetermined() {
    let scene = Scene::rooted();
    let gost = public_key(&[&oid("1.2.643.7.1.1.1.1"), &sequence(&[&oid("1.2.643.2.2.35.1")])], &tlv(4, &[7; 64]));
    let invented = public_key(&[&oid("1.3.6.1.4.1.99999.1")], &[1; 32]);
    let curve = public_key(&[&oid("1.2.840.10045.2.1"), &oid("1.3.6.1.4.1.99999.2")], &[4; 65]);
    for spki in [gost, invented, curve] {
        let mut draft = Draft::leaf("h");
        (draft.spki, draft.identifiers) = (Some(spki), false);
        let record = scene.judge(&draft.signed_by(&scene.root_2019), &[], AT);
        assert_eq!(record.verdict(), "undetermined: unsupported-algorithm");
        assert_eq!(found(&record, "unverifiable"), ("[\"unsupported-algorithm\"]".into(), "[\"public-key\"]".into()));
        assert!(!record.has("root-missing") && !record.has("untrusted-path"), "{:?}", record.rules());
    }
    // A signature algorithm: the OID of both places becomes one that does not exist.
    let mut made = Draft::leaf("h").signed_by(&scene.root_2019);
    let known = oid("1.2.840.10045.4.3.2");
    while let Some(at) = made.der.windows(known.len()).position(|bytes| bytes == known) {
        made.der[at + known.len() - 1] = 0x7d;
    }
    let record = scene.judge(&made, &[], AT);
    assert_eq!(record.verdict(), "undetermined: unsupported-algorithm");
    assert_eq!(found(&record, "unverifiable").1, "[\"signature-algorithm\"]");
    // A known algorithm and a wrong signature is another matter.
    let mut flipped = Draft::leaf("h").signed_by(&scene.root_2019);
    *flipped.der.last_mut().unwrap() ^= 1;
    assert_eq!(scene.judge(&flipped, &[], AT).verdict(), "untrusted: signed-by-no-pinned-root");
}

#[test]
fn a_certificate_that_openssl_cannot_read_names_the_field() {
    let scene = Scene::rooted();
    let surrogates = tlv(0x1e, &[0xd8, 0x42, 0xdf, 0xb7, 0x91, 0xce]);
    let subject = tlv(0x30, &rdn("2.5.4.3", &surrogates));
    let cases = [("subject", Draft::leaf("").subject(subject)), ("serial-number", Draft::leaf("h").serial(&[0, 0, 7]))];
    for (field, draft) in cases {
        let record = scene.judge(&draft.signed_by(&scene.root_2019), &[], AT);
        assert_eq!(record.verdict(), "undetermined: unreadable", "{field}");
        assert_eq!(found(&record, "unverifiable").1, format!("[\"{field}\"]"));
        assert!(!record.has("root-missing"), "{:?}", record.rules());
    }
}

#[test]
fn a_self_signed_certificate_asks_for_nothing() {
    let scene = Scene::rooted();
    for draft in [Draft::leaf("printer"), Draft::leaf("printer").bare(), Draft::ca("Home CA")] {
        let record = scene.judge(&draft.self_signed(), &[], AT);
        assert_eq!(record.verdict(), "undetermined: self-signed");
        assert!(record.has("self-signed") && !record.has("root-missing"), "{:?}", record.rules());
    }
    // Of an absent CA the root is asked for; one that only seems to have signed itself is no such.
    let leaf = Draft::leaf("h").signed_by(&Draft::ca("Absent").self_signed());
    let record = scene.judge(&leaf, &[], AT);
    assert!(record.has("root-missing") && !record.has("self-signed"), "{:?}", record.rules());
    let printer = Draft::leaf("printer");
    let seeming = printer.sign(&printer.subject, &key());
    assert_eq!(scene.judge(&seeming, &[], AT).verdict(), "undetermined: issuer-unknown");
}
