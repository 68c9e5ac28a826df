//! OCSP responses given to `verify`: signed by whom, about whom, and when.

use super::forge::*;
use super::scene::*;

const SERIAL: &[u8] = &[0x10, 0x01];
const OCSP_SIGNING: &str = "1.3.6.1.5.5.7.3.9";

/// `verify` of a leaf of the 2019 root with these responses: reasons, what is not used, exit code.
fn verify(scene: &Scene, responses: &[Vec<u8>], more: &[&str]) -> (String, String, Option<i32>) {
    let (leaf, root) = (scene.aside("leaf.cer"), scene.aside("root.cer"));
    std::fs::write(&leaf, Draft::leaf("h").signed_by(&scene.root_2019).der).unwrap();
    std::fs::write(&root, &scene.root_2019.der).unwrap();
    let mut command = scene.command();
    command.args(["--lang", "en", "verify", "--format", "json", "--at", AT, "--trust"]).arg(root).arg(leaf);
    for (i, response) in responses.iter().enumerate() {
        let path = scene.aside(&format!("{i}.ors"));
        std::fs::write(&path, response).unwrap();
        command.arg("--ocsp").arg(path);
    }
    let output = command.args(more).output().unwrap();
    let document: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", text(&output.stderr)));
    let words = |list: &serde_json::Value, key: Option<&str>| {
        let words = list.as_array().unwrap().iter().map(|word| key.map_or(word, |key| &word[key]).as_str().unwrap());
        words.map(String::from).collect::<Vec<_>>().join(" ")
    };
    (words(&document["reasons"], None), words(&document["unused_ocsp"], Some("reason")), output.status.code())
}

fn said(reasons: &str, unused: &str, code: i32) -> (String, String, Option<i32>) {
    (reasons.into(), unused.into(), Some(code))
}

#[test]
fn what_a_response_says_counts_if_the_ca_has_signed_it() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let from = |draft: OcspDraft| draft.signed_by(root, root, false);
    let good = OcspDraft::new("good", SERIAL);
    let revoked = OcspDraft::new("revoked", SERIAL);
    assert_eq!(verify(&scene, &[], &[]), said("", "", 0));
    assert_eq!(verify(&scene, &[from(good.clone())], &[]), said("", "", 0));
    assert_eq!(verify(&scene, &[from(OcspDraft { sha256: true, ..good.clone() })], &[]), said("", "", 0));
    assert_eq!(verify(&scene, &[from(revoked.clone())], &[]), said("revoked", "", 1));
    assert_eq!(verify(&scene, &[from(good.clone()), from(revoked.clone())], &[]), said("revoked", "", 1));
    // What was revoked stays so, what was good was good then.
    let old = |draft: OcspDraft| OcspDraft {
        this_update: "2021-01-01T00:00:00Z",
        next_update: Some("2021-01-08T00:00:00Z"),
        ..draft
    };
    assert_eq!(verify(&scene, &[from(old(revoked.clone()))], &[]), said("revoked", "", 1));
    assert_eq!(verify(&scene, &[from(old(good.clone()))], &[]), said("ocsp-missing", "stale", 3));
    assert_eq!(
        verify(&scene, &[from(OcspDraft { next_update: None, ..good.clone() })], &[]),
        said("ocsp-missing", "stale", 3)
    );
    let early = OcspDraft { this_update: "2021-06-02T00:00:00Z", ..revoked.clone() };
    assert_eq!(verify(&scene, &[from(early)], &[]), said("ocsp-missing", "not-yet-issued", 3));
    assert_eq!(verify(&scene, &[from(OcspDraft::new("unknown", SERIAL))], &[]), said("ocsp-missing", "unknown", 3));
    // About another certificate: nothing is wrong with it, and it does not answer.
    assert_eq!(verify(&scene, &[from(OcspDraft::new("revoked", &[0x10, 2]))], &[]), said("ocsp-missing", "", 3));
    let no_answer = sequence(&[&tlv(10, &[6])]);
    assert_eq!(verify(&scene, &[no_answer], &[]), said("ocsp-missing", "no-answer", 3));
}

#[test]
fn a_responder_needs_the_cas_leave() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let usage = extension("2.5.29.37", false, &tlv(0x30, &oid(OCSP_SIGNING)));
    let responder = Draft::leaf("responder").serial(&[0x70]).with(usage.clone());
    let delegated = responder.signed_by(root);
    let revoked = OcspDraft::new("revoked", SERIAL);
    assert_eq!(verify(&scene, &[revoked.signed_by(root, &delegated, true)], &[]), said("revoked", "", 1));
    let dead = responder.clone().until("2021-05-01T00:00:00Z").signed_by(root);
    let plain = Draft::leaf("plain").serial(&[0x71]).signed_by(root);
    let stranger = responder.signed_by(&Made { key: key(), ..root.clone() });
    let fake = Made { key: key(), ..root.clone() };
    for (what, response) in [
        ("without its certificate", revoked.signed_by(root, &delegated, false)),
        ("a dead responder", revoked.signed_by(root, &dead, true)),
        ("a holder", revoked.signed_by(root, &plain, true)),
        ("a stranger's responder", revoked.signed_by(root, &stranger, true)),
        ("somebody in the CA's name", revoked.signed_by(root, &fake, false)),
    ] {
        assert_eq!(verify(&scene, &[response], &[]), said("ocsp-missing", "unknown-signer", 3), "{what}");
    }
    let other = Draft::ca("Other").self_signed();
    assert_eq!(
        verify(&scene, &[revoked.signed_by(&other, &other, true)], &[]),
        said("ocsp-missing", "unknown-issuer", 3)
    );
    let mut flipped = revoked.signed_by(root, root, false);
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(verify(&scene, &[flipped], &[]), said("ocsp-missing", "unknown-signer", 3));
}

#[test]
fn an_answer_stands_in_for_a_crl() {
    let scene = Scene::new();
    let root = &scene.root_2019;
    let delta = CrlDraft::new("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z", &[]).number(2).delta(1).signed_by(root);
    let path = scene.aside("delta.crl");
    std::fs::write(&path, delta).unwrap();
    let crl = ["--crl", argument(&path)];
    assert_eq!(verify(&scene, &[], &crl), said("crl-missing", "", 3));
    let good = OcspDraft::new("good", SERIAL).signed_by(root, root, false);
    assert_eq!(verify(&scene, &[good], &crl), said("", "", 0));
    let photo = scene.aside("photo.jpg");
    std::fs::write(&photo, [0xff, 0xd8]).unwrap();
    let leaf = scene.put("leaf.cer", &Draft::leaf("h").signed_by(root));
    assert_eq!(scene.run(&["verify", argument(&leaf), "--ocsp", argument(&photo)]).status.code(), Some(2));
}
