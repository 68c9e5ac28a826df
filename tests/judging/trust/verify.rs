//! `shomei verify`: plain RFC 5280 validation against given anchors, pins aside.

use std::path::PathBuf;

use super::forge::*;
use super::scene::*;

const EKU: &str = "2.5.29.37";
const SERVER: &str = "1.3.6.1.5.5.7.3.1";
const CLIENT: &str = "1.3.6.1.5.5.7.3.2";

/// What a leaf is validated with.
#[derive(Default)]
struct Given<'a> {
    trust: &'a [&'a Made],
    untrusted: &'a [&'a Made],
    crls: &'a [Vec<u8>],
    at: Option<&'a str>,
    purpose: Option<&'a str>,
}

struct Answer {
    reasons: String,
    path: Vec<String>,
}

fn verify(scene: &Scene, leaf: &Made, given: &Given) -> Answer {
    let put = |name: String, bytes: &[u8]| -> PathBuf { scene.file(&name, bytes) };
    let mut command = scene.command();
    command.args(["--lang", "en", "verify", "--format", "json", "--at", given.at.unwrap_or(AT)]);
    for (kind, list) in [("--trust", given.trust), ("--untrusted", given.untrusted)] {
        for (i, made) in list.iter().enumerate() {
            command.arg(kind).arg(put(format!("{}{i}.cer", &kind[2..]), &made.der));
        }
    }
    for (i, crl) in given.crls.iter().enumerate() {
        command.arg("--crl").arg(put(format!("{i}.crl"), crl));
    }
    if let Some(purpose) = given.purpose {
        command.args(["--purpose", purpose]);
    }
    let output = command.arg(put("leaf.cer".into(), &leaf.der)).output().unwrap();
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr)));
    assert_eq!(document["schema"], "shomei/verify/1");
    let words = |key: &str| -> Vec<String> {
        document[key].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_string()).collect()
    };
    let valid = document["valid"] == true;
    assert_eq!(output.status.code(), Some(exit_code(&document)));
    assert_eq!(words("reasons").is_empty(), valid);
    Answer { reasons: words("reasons").join(" "), path: words("path") }
}

/// The exit code that stands for the status of a document.
pub fn exit_code(document: &serde_json::Value) -> i32 {
    match document["status"].as_str().unwrap() {
        "trusted" => 0,
        "untrusted" => 1,
        "undetermined" => 3,
        other => panic!("{other}"),
    }
}

fn reasons(scene: &Scene, leaf: &Made, given: &Given) -> String {
    verify(scene, leaf, given).reasons
}

#[test]
fn times_are_strict_and_inclusive() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let ca = Draft::ca("Sub").from("2020-06-01T00:00:00Z").until("2021-12-31T23:59:59Z").signed_by(root);
    let leaf = Draft::leaf("h").signed_by(&ca); // 2020-01-01T00:00:00Z to 2022-12-31T23:59:59Z
    let direct = Draft::leaf("h").signed_by(root);
    let cases = [
        (&direct, "2019-12-31T23:59:59Z", "not-yet-valid"),
        (&direct, "2020-01-01T00:00:00Z", ""),
        (&direct, "2022-12-31T23:59:59Z", ""),
        (&direct, "2023-01-01T00:00:00Z", "expired"),
        (&leaf, "2020-05-31T23:59:59Z", "path-not-yet-valid"),
        (&leaf, "2020-06-01T00:00:00Z", ""),
        (&leaf, "2021-12-31T23:59:59Z", ""),
        (&leaf, "2022-01-01T00:00:00Z", "path-expired"),
        (&leaf, "2023-01-01T00:00:00Z", "path-expired expired"),
        (&direct, "2029-07-20T00:00:01Z", "path-expired expired"),
    ];
    for (made, at, expected) in cases {
        let given = Given { trust: &[root], untrusted: &[&ca], at: Some(at), ..Given::default() };
        assert_eq!(reasons(&scene, made, &given), expected, "{at}");
    }
}

#[test]
fn every_reason() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let ca = Draft::ca("Sub");
    let no_sign = [basic_constraints(true, None), key_usage(CRL_SIGN)];
    let short = [basic_constraints(true, Some(0)), key_usage(CERT_SIGN)];
    let elsewhere = tlv(0xa0, &sequence(&[&tlv(0xa4, &name("C=JP, O=elsewhere"))]));
    let constraints = extension("2.5.29.30", true, &tlv(0x30, &elsewhere));
    let policies = extension("2.5.29.36", true, &sequence(&[&tlv(0x80, &[0])]));
    let critical = extension("1.2.3.4", true, &[5, 0]);
    let cases = [
        (ca.clone(), ""),
        (ca.clone().extensions(&[]), "not-a-ca"),
        (ca.clone().extensions(&no_sign), "not-a-ca key-usage"),
        (ca.clone().with(constraints), "name-constraints"),
        (ca.clone().with(policies), "certificate-policy"),
        (ca.clone().with(critical), "critical-extension"),
    ];
    for (draft, expected) in cases {
        let signer = draft.signed_by(root);
        let leaf = Draft::leaf("h").signed_by(&signer);
        let given = Given { trust: &[root], untrusted: &[&signer], ..Given::default() };
        assert_eq!(reasons(&scene, &leaf, &given), expected);
    }
    let first = ca.extensions(&short).signed_by(root);
    let second = Draft::ca("Sub 2").signed_by(&first);
    let leaf = Draft::leaf("h").signed_by(&second);
    let given = Given { trust: &[root], untrusted: &[&first, &second], ..Given::default() };
    assert_eq!(reasons(&scene, &leaf, &given), "path-length");
    let given = Given { trust: &[root], untrusted: &[&first], ..Given::default() };
    assert_eq!(reasons(&scene, &leaf, &given), "issuer-unknown");
    let given = Given { untrusted: &[&first, &second, root], ..Given::default() };
    assert_ne!(reasons(&scene, &leaf, &given), "", "nothing is trusted that was not said to be");
    let impostor = Draft::leaf("h").signed_by(&draft_2019().self_signed());
    assert_eq!(reasons(&scene, &impostor, &Given { trust: &[root], ..Given::default() }), "signature");
}

#[test]
fn any_certificate_given_is_an_anchor() {
    let scene = Scene::new();
    let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
    let leaf = Draft::leaf("h").signed_by(&ca);
    // No pin is asked for, and the anchor need not be self-signed.
    let answer = verify(&scene, &leaf, &Given { trust: &[&ca], ..Given::default() });
    assert_eq!((answer.reasons.as_str(), answer.path), ("", vec![leaf.sha256(), ca.sha256()]));
    let answer = verify(&scene, &leaf, &Given { trust: &[&leaf], ..Given::default() });
    assert_eq!((answer.reasons.as_str(), answer.path), ("", vec![leaf.sha256()]));
    // Of several anchors of one name the one that signed.
    let trust = [&scene.root_2013, &scene.root_2019];
    for trust in [trust, [trust[1], trust[0]]] {
        for draft in [Draft::leaf("h"), Draft::leaf("h").bare(), Draft::leaf("h").forged(&scene.root_2013.key)] {
            let leaf = draft.signed_by(&scene.root_2019);
            let answer = verify(&scene, &leaf, &Given { trust: &trust, ..Given::default() });
            assert_eq!(answer.reasons, "");
            assert_eq!(answer.path[1], scene.root_2019.sha256());
        }
    }
}

#[test]
fn the_purpose_asked_for() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let usage = |oids: &[&str]| {
        let list: Vec<u8> = oids.iter().flat_map(|dotted| oid(dotted)).collect();
        extension(EKU, false, &tlv(0x30, &list))
    };
    let cases = [
        (vec![], [true, true, true]),
        (vec![CLIENT], [true, true, false]),
        (vec![SERVER], [true, false, true]),
        (vec![CLIENT, SERVER], [true, true, true]),
        (vec!["1.3.6.1.5.5.7.3.4"], [true, false, false]),
    ];
    for (oids, good) in cases {
        let draft = Draft::leaf("h");
        let leaf = if oids.is_empty() { draft } else { draft.with(usage(&oids)) }.signed_by(root);
        for (purpose, good) in ["any", "client", "server"].into_iter().zip(good) {
            let given = Given { trust: &[root], purpose: Some(purpose), ..Given::default() };
            let expected = if good { "" } else { "purpose" };
            assert_eq!(reasons(&scene, &leaf, &given), expected, "{oids:?} {purpose}");
        }
        assert_eq!(reasons(&scene, &leaf, &Given { trust: &[root], ..Given::default() }), "", "any is the default");
    }
}

#[test]
fn with_crls_every_certificate_needs_one() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let ca = Draft::ca("Sub").signed_by(root);
    let leaf = Draft::leaf("h").signed_by(&ca);
    let list = |revoked: &[&[u8]], signer: &Made| {
        CrlDraft::new("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z", revoked).signed_by(signer)
    };
    let (of_root, of_ca) = (list(&[], root), list(&[], &ca));
    let old = CrlDraft::new("2021-01-01T00:00:00Z", "2021-02-01T00:00:00Z", &[]).signed_by(&ca);
    let future = CrlDraft::new("2021-07-01T00:00:00Z", "2021-08-01T00:00:00Z", &[]).signed_by(&ca);
    let fake = list(&[&[0x10, 1]], &Made { key: key(), ..ca.clone() });
    let cases = [
        (vec![], ""),
        (vec![of_root.clone(), of_ca.clone()], ""),
        (vec![of_ca.clone()], "crl-missing"),
        (vec![of_root.clone()], "crl-missing"),
        (vec![of_root.clone(), list(&[&[0x10, 1]], &ca)], "revoked"),
        (vec![list(&[&[0x20, 1]], root), of_ca.clone()], "revoked"),
        (vec![of_root.clone(), old], "crl-stale"),
        (vec![of_root.clone(), future], "crl-missing"),
        (vec![of_root.clone(), fake.clone()], "crl-missing"),
        (vec![of_root, of_ca, fake], ""),
    ];
    for (i, (crls, expected)) in cases.iter().enumerate() {
        let given = Given { trust: &[root], untrusted: &[&ca], crls, ..Given::default() };
        assert_eq!(reasons(&scene, &leaf, &given), *expected, "case {i}");
    }
}

#[test]
fn what_cannot_be_carried_out_is_a_2() {
    let scene = Scene::new();
    let leaf = scene.put("leaf.cer", &scene.root_2019);
    let photo = scene.file("photo.jpg", &[0xff, 0xd8, 0xff, 0xe0]);
    let nowhere = scene.aside("nowhere.cer");
    for wrong in [&photo, &nowhere] {
        assert_eq!(scene.run(&["verify", argument(wrong)]).status.code(), Some(2));
        let output = scene.run(&["verify", argument(&leaf), "--trust", argument(wrong)]);
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty());
        let output = scene.run(&["verify", argument(&leaf), "--crl", argument(wrong)]);
        assert_eq!(output.status.code(), Some(2));
    }
    assert_eq!(scene.run(&["verify"]).status.code(), Some(2));
    assert_eq!(scene.run(&["verify", argument(&leaf), "--at", "yesterday"]).status.code(), Some(2));
}

/// What `verify --strict` says of a leaf below a CA of the root: the violations, by place and code.
fn strict(scene: &Scene, ca: &Draft, leaf: &Draft) -> (Vec<String>, Option<i32>) {
    let root = draft_2019().key(&scene.root_2019.key).self_signed();
    let ca = ca.signed_by(&root);
    let leaf = leaf.signed_by(&ca);
    let (root_file, ca_file) = (scene.put("root.cer", &root), scene.put("ca.cer", &ca));
    let leaf_file = scene.put("leaf.cer", &leaf);
    let given = ["--trust", argument(&root_file), "--untrusted", argument(&ca_file), argument(&leaf_file)];
    let lax = scene.run(&[&["verify", "--at", AT][..], &given].concat());
    assert_eq!(lax.status.code(), Some(0), "without --strict: {}", text(&lax.stdout));
    let output = scene.run(&[&["verify", "--strict", "--format", "json", "--at", AT][..], &given].concat());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = document["certificates"][0]["violations"].as_array().unwrap().clone();
    let told = list.iter().map(|violation| format!("{} {}", violation["depth"], violation["code"].as_str().unwrap()));
    (told.collect(), output.status.code())
}

#[test]
fn strict_asks_what_rfc_5280_lays_on_issuers() {
    let scene = Scene::new();
    let (ca, leaf) = (Draft::ca("Sub"), Draft::leaf("h"));
    let constraints = |critical: bool| {
        let value = sequence(&[&[1, 1, 0xff]]);
        extension("2.5.29.19", critical, &value)
    };
    let usage = key_usage(CERT_SIGN | CRL_SIGN);
    let names = |names: &[&str]| {
        let list: Vec<u8> = names.iter().flat_map(|name| tlv(0x82, name.as_bytes())).collect();
        extension("2.5.29.17", false, &tlv(0x30, &list))
    };
    let cases: Vec<(&str, Draft, Draft)> = vec![
        ("", ca.clone(), leaf.clone()),
        ("", ca.clone(), leaf.clone().with(names(&["www.example.jp", "*.example.jp", "a_b.jp"]))),
        ("0 serial-not-positive", ca.clone(), leaf.clone().serial(&[0])),
        ("0 serial-not-positive", ca.clone(), leaf.clone().serial(&[0xfe])),
        ("1 serial-not-positive", ca.clone().serial(&[0]), leaf.clone()),
        ("0 serial-too-long", ca.clone(), leaf.clone().serial(&[1; 21])),
        ("", ca.clone(), leaf.clone().serial(&[1; 20])),
        ("0 authority-key-identifier-missing", ca.clone(), leaf.clone().bare()),
        ("1 authority-key-identifier-missing 1 subject-key-identifier-missing", ca.clone().bare(), leaf.clone()),
        ("1 basic-constraints-not-critical", ca.clone().extensions(&[constraints(false), usage.clone()]), leaf.clone()),
        ("1 key-usage-missing", ca.clone().extensions(&[constraints(true)]), leaf.clone()),
        ("0 certificate-signing-without-ca", ca.clone(), leaf.clone().extensions(std::slice::from_ref(&usage))),
        ("0 alternative-name-empty", ca.clone(), leaf.clone().with(names(&[]))),
        ("0 dns-name-malformed", ca.clone(), leaf.clone().with(names(&["-a.jp"]))),
        ("0 alternative-name-not-critical", ca.clone(), leaf.clone().subject(tlv(0x30, &[])).with(names(&["a.jp"]))),
    ];
    for (expected, ca, leaf) in cases {
        let (told, code) = strict(&scene, &ca, &leaf);
        assert_eq!((told.join(" ").as_str(), code), (expected, Some(i32::from(!expected.is_empty()))));
    }
}

#[test]
fn a_malformed_dns_name_is_outside_name_constraints() {
    let scene = Scene::rooted();
    let permitted = tlv(0xa0, &sequence(&[&tlv(0x82, b"example.jp")]));
    let ca = Draft::ca("Sub").with(extension("2.5.29.30", true, &tlv(0x30, &permitted))).signed_by(&scene.root_2019);
    let named = |name: &str| {
        let names = extension("2.5.29.17", false, &tlv(0x30, &tlv(0x82, name.as_bytes())));
        Draft::leaf("h").with(names).signed_by(&ca)
    };
    for (name, expected) in [
        ("www.example.jp", ""),
        ("www.example.com", "name-constraints"),
        ("..example.jp", "name-constraints"),
        ("-.example.jp", "name-constraints"),
    ] {
        let leaf = named(name);
        let given = Given { trust: &[&scene.root_2019], untrusted: &[&ca], ..Given::default() };
        assert_eq!(reasons(&scene, &leaf, &given), expected, "{name}");
        let verdict = scene.judge(&leaf, &[&ca], AT).verdict();
        assert_eq!(verdict.trim_start_matches("untrusted: ").replace("trusted", ""), expected, "{name}");
    }
}
