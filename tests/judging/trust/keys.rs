//! Private keys that are none, and public keys that protect nothing.

use openssl::pkey::PKey;
use openssl::rsa::Rsa;

use super::forge::*;
use super::scene::*;

fn pem(label: &str, der: &[u8]) -> Vec<u8> {
    let lines = openssl::base64::encode_block(der);
    format!("-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n").into_bytes()
}

/// An INTEGER of a number's bytes.
fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = &bytes[zeros.min(bytes.len().saturating_sub(1))..];
    let sign: &[u8] = if bytes.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    tlv(2, &[sign, bytes].concat())
}

/// An RSAPrivateKey of these numbers: n, e, d, p, q and the three that follow.
fn rsa_key(numbers: [&[u8]; 8]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = [&[0][..]].into_iter().chain(numbers).map(integer).collect();
    tlv(0x30, &parts.concat())
}

/// What is said of a leaf beside this private key: has_key, key_matches, whether key-mismatch fires.
fn beside(scene: &Scene, leaf: &Made, key: &[u8]) -> (serde_json::Value, serde_json::Value, bool) {
    scene.file("case/both.pem", &[leaf.pem(), key.to_vec()].concat());
    let record = scene.audit(AT).of(leaf);
    scene.remove("case");
    let source = &record.0["sources"][0];
    (source["has_key"].clone(), source["key_matches"].clone(), record.has("key-mismatch"))
}

#[test]
fn an_rsa_key_has_to_show_its_factors() {
    let scene = Scene::rooted();
    let rsa = Rsa::generate(2048).unwrap();
    let leaf = Draft::leaf("h").key(&PKey::from_rsa(rsa.clone()).unwrap()).signed_by(&scene.root_2019);
    let n = rsa.n().to_vec();
    let (e, d) = (rsa.e().to_vec(), rsa.d().to_vec());
    let (p, q) = (rsa.p().unwrap().to_vec(), rsa.q().unwrap().to_vec());
    let rest = [rsa.dmp1().unwrap().to_vec(), rsa.dmq1().unwrap().to_vec(), rsa.iqmp().unwrap().to_vec()];
    let key = |e: &[u8], d: &[u8], p: &[u8], q: &[u8]| {
        pem("RSA PRIVATE KEY", &rsa_key([&n, e, d, p, q, &rest[0], &rest[1], &rest[2]]))
    };
    let yes = serde_json::Value::Bool(true);
    let no = serde_json::Value::Bool(false);
    let matches = (yes.clone(), yes.clone(), false);
    let refuted = (yes, no, true);
    assert_eq!(beside(&scene, &leaf, &key(&e, &d, &p, &q)), matches);
    assert_eq!(
        beside(&scene, &leaf, &PKey::from_rsa(rsa.clone()).unwrap().private_key_to_pem_pkcs8().unwrap()),
        matches
    );
    // The factors left out, as some writers do.
    assert_eq!(beside(&scene, &leaf, &key(&e, &d, &[0], &[0])), matches);
    let other = Rsa::generate(2048).unwrap();
    for (what, forged) in [
        ("made-up factors", key(&e, &d, &other.p().unwrap().to_vec(), &other.q().unwrap().to_vec())),
        ("the modulus as a factor", key(&e, &d, &n, &[1])),
        ("another private exponent", key(&e, &other.d().to_vec(), &p, &q)),
        ("no factors, another exponent", key(&e, &other.d().to_vec(), &[0], &[0])),
        ("no factors, exponents of 1", key(&[1], &[1], &[0], &[0])),
    ] {
        assert_eq!(beside(&scene, &leaf, &forged), refuted, "{what}");
    }
}

#[test]
fn a_point_has_to_be_made_by_its_number() {
    let scene = Scene::rooted();
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    let ec = leaf.key.ec_key().unwrap();
    let true_key = leaf.key.private_key_to_pem_pkcs8().unwrap();
    let spki = spki(&leaf.key);
    let point = &spki[spki.len() - 65..];
    // ECPrivateKey with the colleague's point and d = 1.
    let sec1 = |scalar: &[u8], with_point: bool| {
        let public = if with_point { tlv(0xa1, &tlv(3, &[&[0][..], point].concat())) } else { Vec::new() };
        let curve = tlv(0xa0, &oid("1.2.840.10045.3.1.7"));
        pem("EC PRIVATE KEY", &sequence(&[&[2, 1, 1], &tlv(4, scalar), &curve, &public]))
    };
    let mut one = [0; 32];
    one[31] = 1;
    let told = |key: &[u8]| {
        let (has_key, matches, mismatch) = beside(&scene, &leaf, key);
        format!("{has_key} {matches} {mismatch}")
    };
    assert_eq!(told(&true_key), "true true false");
    let scalar = ec.private_key().to_vec_padded(32).unwrap();
    assert_eq!(told(&sec1(&scalar, true)), "true true false");
    assert_eq!(told(&sec1(&scalar, false)), "true true false", "the point is computed");
    assert_eq!(told(&sec1(&one, true)), "true false true");
}

/// A forged key must not hide that a key is missing where the renewal was installed.
#[test]
fn a_forged_key_file_does_not_stand_in_for_the_key() {
    let scene = Scene::rooted();
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    scene.file("h.p12", &pkcs12_linked(&leaf, None));
    assert!(scene.audit(AT).of(&leaf).has("key-missing"));
    let spki = spki(&leaf.key);
    let public = tlv(0xa1, &tlv(3, &[&[0][..], &spki[spki.len() - 65..]].concat()));
    let forged = sequence(&[&[2, 1, 1], &tlv(4, &[1]), &tlv(0xa0, &oid("1.2.840.10045.3.1.7")), &public]);
    scene.file("forged.pem", &pem("EC PRIVATE KEY", &forged));
    assert!(scene.audit(AT).of(&leaf).has("key-missing"));
    scene.file("true.pem", &leaf.key.private_key_to_pem_pkcs8().unwrap());
    assert!(!scene.audit(AT).of(&leaf).has("key-missing"));
}

fn rsa_spki(n: &[u8], e: &[u8]) -> Vec<u8> {
    let key = sequence(&[&tlv(2, n), &tlv(2, e)]);
    sequence(&[&sequence(&[&oid("1.2.840.113549.1.1.1"), &[5, 0]]), &tlv(3, &[&[0][..], &key].concat())])
}

#[test]
fn public_keys_that_protect_nothing() {
    let scene = Scene::rooted();
    let mut n = vec![0];
    n.extend(Rsa::generate(2048).unwrap().n().to_vec());
    let mut even = n.clone();
    *even.last_mut().unwrap() &= 0xfe;
    let negative = n[1..].to_vec();
    let ed = |point: &[u8]| sequence(&[&sequence(&[&oid("1.3.101.112")]), &tlv(3, &[&[0][..], point].concat())]);
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut order_two = [0xff; 32];
    (order_two[0], order_two[31]) = (0xec, 0x7f);
    let told = |spki: Vec<u8>| {
        let mut draft = Draft::leaf("h");
        (draft.spki, draft.identifiers) = (Some(spki), false);
        let record = scene.judge(&draft.signed_by(&scene.root_2019), &[], AT);
        match record.has("key-weak") {
            true => {
                let finding = record.finding("key-weak");
                format!("{} {}", finding["severity"].as_str().unwrap(), finding["evidence"]["faults"])
            }
            false => "fine".into(),
        }
    };
    for (spki, expected) in [
        (rsa_spki(&n, &[3]), "fine"),
        (rsa_spki(&n, &[1, 0, 1]), "fine"),
        (rsa_spki(&n, &[1]), "error [\"exponent-one\"]"),
        (rsa_spki(&n, &[2]), "error [\"exponent-impossible\"]"),
        (rsa_spki(&n, &[0]), "error [\"exponent-impossible\"]"),
        (rsa_spki(&n, &[0x81]), "error [\"exponent-impossible\"]"),
        (rsa_spki(&even, &[1, 0, 1]), "error [\"modulus-malformed\"]"),
        (rsa_spki(&negative, &[1, 0, 1]), "error [\"modulus-malformed\"]"),
        (rsa_spki(&[&[0, 0x80][..], &[7; 127]].concat(), &[3]), "warning [\"too-short\"]"),
        (rsa_spki(&[&[1][..], &[7; 2048]].concat(), &[3]), "warning [\"modulus-too-large\"]"),
        (ed(&[9; 32]), "fine"),
        (ed(&identity), "error [\"small-order\"]"),
        (ed(&order_two), "error [\"small-order\"]"),
    ] {
        assert_eq!(told(spki), expected);
    }
}
