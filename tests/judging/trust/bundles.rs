//! `shomei verify` of files with several certificates, of PKCS#12 files, and its exit codes.

use serde_json::Value;

use super::forge::*;
use super::scene::*;

/// What `verify` answers with the 2019 root as anchor, and its exit code.
fn verify(scene: &Scene, content: &[u8], more: &[&str]) -> (Value, Option<i32>) {
    let (file, root) = (scene.aside("bundle"), scene.aside("root.cer"));
    std::fs::write(&file, content).unwrap();
    std::fs::write(&root, &scene.root_2019.der).unwrap();
    let given = ["verify", "--format", "json", "--at", AT, "--trust", argument(&root), argument(&file)];
    let output = scene.run(&[&given[..], more].concat());
    let document = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (document, output.status.code())
}

/// The common names validated, each with its status.
fn validated(document: &Value) -> Vec<String> {
    let certificates = document["certificates"].as_array().unwrap().iter();
    let shown = certificates.map(|certificate| {
        let subject = certificate["subject"].as_str().unwrap();
        let name = subject.split(',').next().unwrap().trim_start_matches("CN=");
        format!("{name} {}", certificate["status"].as_str().unwrap())
    });
    shown.collect()
}

#[test]
fn the_end_entity_is_validated_whatever_the_order() {
    let scene = Scene::new();
    let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
    let good = Draft::leaf("good").signed_by(&ca);
    let dead = Draft::leaf("dead").until("2021-02-01T00:00:00Z").signed_by(&ca);
    for (leaf, status, code) in [(&good, "good trusted", 0), (&dead, "dead untrusted", 1)] {
        for order in [[leaf, &ca, &scene.root_2019], [&ca, leaf, &scene.root_2019], [&scene.root_2019, &ca, leaf]] {
            let bundle: Vec<u8> = order.iter().flat_map(|made| made.pem()).collect();
            let (document, exit) = verify(&scene, &bundle, &[]);
            assert_eq!((validated(&document), exit), (vec![status.to_string()], Some(code)));
            assert_eq!(document["path"].as_array().unwrap().len(), 3);
        }
    }
    // The root in the file is no anchor for that.
    let stranger = Draft::ca("Stranger").self_signed();
    let leaf = Draft::leaf("x").signed_by(&stranger);
    let (document, exit) = verify(&scene, &[stranger.pem(), leaf.pem()].concat(), &[]);
    assert_eq!((validated(&document), exit), (vec!["x undetermined".to_string()], Some(3)));
    // A file of CA certificates alone: the one that issued no other of them.
    let (document, exit) = verify(&scene, &[scene.root_2019.pem(), ca.pem()].concat(), &[]);
    assert_eq!((validated(&document), exit), (vec!["Sub trusted".to_string()], Some(0)));
}

#[test]
fn of_several_end_entities_each_and_the_worst_is_the_exit_code() {
    let scene = Scene::new();
    let good = Draft::leaf("good").signed_by(&scene.root_2019);
    let dead = Draft::leaf("dead").serial(&[2]).until("2021-02-01T00:00:00Z").signed_by(&scene.root_2019);
    let orphan = Draft::leaf("orphan").serial(&[3]).signed_by(&Draft::ca("Absent").self_signed());
    let cases: [(&[&Made], &[&str], i32); 4] = [
        (&[&good, &good], &["good trusted"], 0),
        (&[&good, &orphan], &["good trusted", "orphan undetermined"], 3),
        (&[&dead, &orphan, &good], &["dead untrusted", "orphan undetermined", "good trusted"], 1),
        (&[&orphan, &dead], &["orphan undetermined", "dead untrusted"], 1),
    ];
    for (files, expected, code) in cases {
        let bundle: Vec<u8> = files.iter().flat_map(|made| made.pem()).collect();
        let (document, exit) = verify(&scene, &bundle, &[]);
        assert_eq!((validated(&document), exit), (expected.iter().map(ToString::to_string).collect(), Some(code)));
        assert_eq!(document["valid"], code == 0);
        assert_eq!(document["reasons"].as_array().unwrap().is_empty(), code == 0);
    }
}

#[test]
fn a_pkcs12_is_validated_with_its_password() {
    let scene = Scene::new();
    let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
    let leaf = Draft::leaf("h").signed_by(&ca);
    let locked = pkcs12_with("秘密", &leaf, &[&ca]);
    let words = scene.aside("words.txt");
    std::fs::write(&words, "違う\n秘密\n").unwrap();
    let (document, exit) = verify(&scene, &locked, &["--password-file", argument(&words)]);
    assert_eq!((validated(&document), exit), (vec!["h trusted".to_string()], Some(0)));
    assert_eq!(verify(&scene, &locked, &[]).1, Some(2), "nothing opens it");
    assert_eq!(verify(&scene, &pkcs12(&leaf, &[&ca]), &[]).1, Some(0), "the empty password needs none");
}

#[test]
fn lists_that_are_not_used_are_told_of() {
    let scene = Scene::new();
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    let list = |draft: CrlDraft, signer: &Made| {
        let path = scene.aside(&format!("{}.crl", hex(&signer.subject[..4]) + &draft.number.to_string()));
        std::fs::write(&path, draft.signed_by(signer)).unwrap();
        path
    };
    let draft = |revoked: &[&[u8]]| CrlDraft::new("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z", revoked);
    let serial: &[u8] = &[0x10, 1];
    let base = list(draft(&[]).number(20), &scene.root_2019);
    let delta = list(draft(&[serial]).number(21).delta(20), &scene.root_2019);
    let forged = list(draft(&[serial]).number(7), &Made { key: key(), ..scene.root_2019.clone() });
    let harmless = list(draft(&[]).number(8), &Made { key: key(), ..scene.root_2019.clone() });
    let crls = |paths: &[&std::path::PathBuf]| {
        let arguments: Vec<&str> = paths.iter().flat_map(|path| ["--crl", argument(path)]).collect();
        let (document, exit) = verify(&scene, &leaf.der, &arguments);
        let unused = document["unused_crls"].as_array().unwrap().iter().map(|list| list["reason"].as_str().unwrap());
        (document["reasons"].to_string(), unused.map(String::from).collect::<Vec<_>>().join(" "), exit.unwrap())
    };
    let said = |reasons: &str, unused: &str, exit: i32| (reasons.to_string(), unused.to_string(), exit);
    assert_eq!(crls(&[&base]), said("[]", "", 0));
    assert_eq!(crls(&[&base, &delta]), said("[\"revoked\"]", "", 1));
    assert_eq!(crls(&[&delta]), said("[\"crl-missing\"]", "delta-without-base", 3), "it lists the certificate");
    assert_eq!(crls(&[&harmless]), said("[\"crl-missing\"]", "unknown-signer", 3));
    assert_eq!(crls(&[&base, &harmless]), said("[]", "unknown-signer", 0));
    assert_eq!(crls(&[&base, &forged]), said("[]", "unknown-signer", 0));
}
