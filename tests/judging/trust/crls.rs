//! Revocation: whose CRL counts, which of several, and what a hostile one can do.

use super::forge::*;
use super::scene::*;

const FRESH: (&str, &str) = ("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z");

fn leaf() -> Draft {
    Draft::leaf("h")
}

fn fresh(revoked: &[&[u8]]) -> CrlDraft {
    CrlDraft::new(FRESH.0, FRESH.1, revoked)
}

/// Verdict of a leaf with these CRLs in the share.
fn judged(scene: &Scene, made: &Made, beside: &[&Made], crls: &[Vec<u8>], at: &str) -> Record {
    for (i, crl) in crls.iter().enumerate() {
        scene.file(&format!("crls/{i}.crl"), crl);
    }
    let record = scene.judge(made, beside, at);
    if !crls.is_empty() {
        scene.remove("crls");
    }
    record
}

const SERIAL: &[u8] = &[0x10, 0x01];

#[test]
fn a_revoked_leaf_and_one_that_is_not() {
    let scene = Scene::rooted();
    let made = leaf().signed_by(&scene.root_2019);
    let other = leaf().serial(&[0x10, 0x02]).signed_by(&scene.root_2019);
    let crl = fresh(&[SERIAL]).signed_by(&scene.root_2019);
    let record = judged(&scene, &made, &[], std::slice::from_ref(&crl), AT);
    assert_eq!(record.verdict(), "untrusted: revoked");
    assert!(record.has("revoked") && !record.has("untrusted-path"), "{:?}", record.rules());
    assert_eq!(record.finding("revoked")["evidence"]["crl_issued"], FRESH.0);
    let record = judged(&scene, &other, &[], std::slice::from_ref(&crl), AT);
    assert_eq!(record.verdict(), "trusted");
    // By --crl as by the scan.
    let path = scene.aside("given.crl");
    std::fs::write(&path, &crl).unwrap();
    scene.put("leaf.cer", &made);
    assert_eq!(scene.audit(AT).of(&made).verdict(), "trusted");
    let given = scene.audit_with(AT, &["--crl", argument(&path)]);
    assert_eq!(given.of(&made).verdict(), "untrusted: revoked");
}

#[test]
fn a_revoked_intermediate() {
    let scene = Scene::rooted();
    let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
    let made = leaf().signed_by(&ca);
    let crl = fresh(&[&[0x20, 0x01]]).signed_by(&scene.root_2019);
    assert_eq!(judged(&scene, &made, &[&ca], std::slice::from_ref(&crl), AT).verdict(), "untrusted: revoked");
    assert_eq!(judged(&scene, &ca, &[], std::slice::from_ref(&crl), AT).verdict(), "untrusted: revoked");
    // The intermediate's own CRL says nothing of it.
    let own = fresh(&[&[0x20, 0x01]]).signed_by(&ca);
    assert_eq!(judged(&scene, &made, &[&ca], &[own], AT).verdict(), "trusted");
    // Two certificates of its key, one of them revoked: the other still leads up.
    let again = Draft::ca("Sub").serial(&[0x20, 0x02]).key(&ca.key).signed_by(&scene.root_2019);
    assert_eq!(judged(&scene, &made, &[&ca, &again], &[crl], AT).verdict(), "trusted");
}

#[test]
fn of_several_lists_the_newest_that_is_issued() {
    let scene = Scene::rooted();
    let made = leaf().signed_by(&scene.root_2019);
    let list = |from, until, revoked: &[&[u8]]| CrlDraft::new(from, until, revoked).signed_by(&scene.root_2019);
    let old_clean = list("2021-03-01T00:00:00Z", "2021-05-01T00:00:00Z", &[]);
    let old_revoked = list("2021-03-01T00:00:00Z", "2021-05-01T00:00:00Z", &[SERIAL]);
    let new_clean = list(FRESH.0, FRESH.1, &[]);
    let new_revoked = list(FRESH.0, FRESH.1, &[SERIAL]);
    let future = list("2021-06-01T00:00:01Z", "2021-08-01T00:00:00Z", &[SERIAL]);
    let now = list(AT, "2021-08-01T00:00:00Z", &[SERIAL]);
    let cases = [
        (vec![old_clean.clone(), new_revoked.clone()], "untrusted: revoked", false),
        (vec![new_revoked, old_clean.clone()], "untrusted: revoked", false),
        (vec![old_revoked.clone(), new_clean.clone()], "trusted", false),
        (vec![old_clean.clone()], "trusted", true),
        // Out of date, and still what is known.
        (vec![old_revoked.clone()], "untrusted: revoked", true),
        (vec![new_clean.clone(), future.clone()], "trusted", false),
        (vec![old_clean, future], "trusted", true),
        (vec![new_clean, now], "untrusted: revoked", false),
    ];
    for (i, (crls, expected, stale)) in cases.into_iter().enumerate() {
        let record = judged(&scene, &made, &[], &crls, AT);
        assert_eq!((record.verdict().as_str(), record.has("crl-stale")), (expected, stale), "case {i}");
    }
    // nextUpdate is inclusive.
    let last = list("2021-03-01T00:00:00Z", AT, &[]);
    assert!(!judged(&scene, &made, &[], &[last], AT).has("crl-stale"));
}

/// The other root bears the same name: its list must neither revoke nor hide, older or newer,
/// with or without its key's identifier.
#[test]
fn the_list_of_the_other_root_of_the_same_name() {
    let scene = Scene::rooted();
    let made = leaf().signed_by(&scene.root_2019);
    let cross = draft_2019().serial(&[0x55]).key(&scene.root_2019.key).signed_by(&scene.root_2013);
    for identified in [false, true] {
        let list = |day: &str, revoked: &[&[u8]], root: &Made| {
            let draft = CrlDraft::new(day, FRESH.1, revoked);
            let aki = authority_key_identifier(&identifier(&root.key));
            (if identified { draft.with(aki) } else { draft }).signed_by(root)
        };
        for (theirs, ours) in [("2021-05-02T00:00:00Z", FRESH.0), (FRESH.0, "2021-05-02T00:00:00Z")] {
            let revoking = list(theirs, &[SERIAL], &scene.root_2013);
            let silent = list(theirs, &[], &scene.root_2013);
            let clean = list(ours, &[], &scene.root_2019);
            let revoked = list(ours, &[SERIAL], &scene.root_2019);
            for beside in [&[][..], &[&cross]] {
                let verdict = |crls: &[&Vec<u8>]| {
                    let crls: Vec<Vec<u8>> = crls.iter().map(|crl| crl.to_vec()).collect();
                    judged(&scene, &made, beside, &crls, AT).verdict()
                };
                assert_eq!(verdict(&[&revoking]), "trusted", "{identified} {theirs}");
                assert_eq!(verdict(&[&revoking, &clean]), "trusted", "{identified} {theirs}");
                assert_eq!(verdict(&[&silent, &revoked]), "untrusted: revoked", "{identified} {theirs}");
            }
        }
    }
}

/// A CA that moved to a new key keeps its name, and each key signs lists of its own.
#[test]
fn the_list_of_a_ca_with_a_new_key() {
    let scene = Scene::rooted();
    let old = Draft::ca("Sub").signed_by(&scene.root_2019);
    let new = Draft::ca("Sub").serial(&[0x20, 0x02]).signed_by(&scene.root_2019);
    let made = leaf().signed_by(&old);
    let crl = CrlDraft::new("2021-05-01T00:00:00Z", FRESH.1, &[SERIAL]).signed_by(&old);
    let newer = CrlDraft::new("2021-05-02T00:00:00Z", FRESH.1, &[]).signed_by(&new);
    assert_eq!(judged(&scene, &made, &[&old, &new], &[crl, newer.clone()], AT).verdict(), "untrusted: revoked");
    assert_eq!(judged(&scene, &made, &[&old, &new], &[newer], AT).verdict(), "trusted");
}

#[test]
fn a_hostile_list_neither_revokes_nor_hides() {
    let scene = Scene::rooted();
    let made = leaf().signed_by(&scene.root_2019);
    let fake = draft_2019().self_signed();
    let newer = CrlDraft::new("2021-05-31T00:00:00Z", FRESH.1, &[SERIAL]);
    let hostile = newer.sign(&scene.root_2019.subject, &fake.key);
    let hiding = CrlDraft::new("2021-05-31T00:00:00Z", FRESH.1, &[]).sign(&scene.root_2019.subject, &fake.key);
    let real = fresh(&[SERIAL]).signed_by(&scene.root_2019);
    let record = judged(&scene, &made, &[&fake], std::slice::from_ref(&hostile), AT);
    assert_eq!(record.verdict(), "trusted");
    assert!(!record.has("crl-stale") && !record.has("revoked"), "{:?}", record.rules());
    let record = judged(&scene, &made, &[&fake], &[hiding.clone(), real.clone()], AT);
    assert_eq!(record.verdict(), "untrusted: revoked");
    // A holder with a certificate of his own revokes nobody in the CA's name.
    let holder = Draft::leaf("evil").serial(&[0x66]).signed_by(&scene.root_2019);
    let by_holder = newer.sign(&scene.root_2019.subject, &holder.key);
    assert_eq!(judged(&scene, &made, &[&holder], &[by_holder], AT).verdict(), "trusted");
    let own_name = newer.signed_by(&holder);
    assert_eq!(judged(&scene, &made, &[&holder], &[own_name], AT).verdict(), "trusted");
    // Broken ones are told of, and change nothing.
    let mut broken = real.clone();
    *broken.last_mut().unwrap() ^= 1;
    assert_eq!(judged(&scene, &made, &[], &[broken], AT).verdict(), "trusted");
    let cut = real[..real.len() / 2].to_vec();
    assert_eq!(judged(&scene, &made, &[], &[cut], AT).verdict(), "trusted");
}

/// A key that may not sign CRLs revokes nobody, though OpenSSL goes on and finds the serial.
#[test]
fn a_signer_that_may_not_sign_lists() {
    let mut scene = Scene::rooted();
    scene.rules.crl = "require";
    let usage = [basic_constraints(true, None), key_usage(CERT_SIGN)];
    let ca = Draft::ca("Sub").extensions(&usage).signed_by(&scene.root_2019);
    let made = leaf().signed_by(&ca);
    let record = judged(&scene, &made, &[&ca], &[fresh(&[SERIAL]).signed_by(&ca)], AT);
    assert_eq!(record.verdict(), "trusted");
    assert!(record.has("crl-missing"), "{:?}", record.rules());
}

#[test]
fn where_the_policy_requires_a_list() {
    let mut scene = Scene::rooted();
    let made = leaf().signed_by(&scene.root_2019);
    let crl = fresh(&[]).signed_by(&scene.root_2019);
    let revoking = fresh(&[SERIAL]).signed_by(&scene.root_2019);
    let other = fresh(&[]).signed_by(&scene.root_2013);
    assert!(!judged(&scene, &made, &[], &[], AT).has("crl-missing"), "the default is when-available");
    scene.rules.crl = "require";
    let missing = |crls: &[Vec<u8>]| {
        let record = judged(&scene, &made, &[], crls, AT);
        assert_eq!(record.verdict(), "trusted");
        record.has("crl-missing")
    };
    assert!(missing(&[]));
    assert!(missing(&[other]), "the other root's does not count");
    assert!(!missing(&[crl]));
    scene.rules.crl = "ignore";
    let record = judged(&scene, &made, &[], &[revoking], AT);
    assert_eq!(record.verdict(), "trusted");
    assert!(!record.has("crl-missing") && !record.has("revoked"));
}

/// A list in the name of another, to whom the CA has delegated it (RFC 5280 section 5.2.5).
#[test]
fn a_delegated_signer() {
    let mut scene = Scene::rooted();
    scene.rules.crl = "require";
    let ca = Draft::ca("Sub").signed_by(&scene.root_2019);
    let signer = Draft::leaf("CRL signer").serial(&[0x77]).extensions(&[key_usage(CRL_SIGN)]).signed_by(&ca);
    let point = tlv(0xa0, &tlv(0xa0, &tlv(0xa4, &signer.subject)));
    let issuer = tlv(0xa2, &tlv(0xa4, &signer.subject));
    let points = extension("2.5.29.31", false, &tlv(0x30, &sequence(&[&point, &issuer])));
    let made = leaf().with(points).signed_by(&ca);
    let indirect = tlv(0x30, &[tlv(0xa0, &tlv(0xa0, &tlv(0xa4, &signer.subject))), tlv(0x84, &[0xff])].concat());
    let indirect = extension("2.5.29.28", true, &indirect);
    let mut revoking = fresh(&[]).with(indirect.clone());
    revoking.revoked = vec![(SERIAL.to_vec(), Some(ca.subject.clone()))];
    let mut of_another = revoking.clone();
    of_another.revoked[0].1 = Some(name("C=JP, O=e-seikyuu, CN=Another CA"));

    let record = judged(&scene, &made, &[&ca, &signer], &[revoking.signed_by(&signer)], AT);
    assert_eq!(record.verdict(), "untrusted: revoked");
    let record = judged(&scene, &made, &[&ca, &signer], &[of_another.signed_by(&signer)], AT);
    assert_eq!((record.verdict().as_str(), record.has("crl-missing")), ("trusted", false));
    // Without the signer's certificate nobody has signed it.
    let record = judged(&scene, &made, &[&ca], &[revoking.signed_by(&signer)], AT);
    assert_eq!((record.verdict().as_str(), record.has("crl-missing")), ("trusted", true));
    // A key of its own for CRLs, in the CA's name. The list names the key, as RFC 5280 section
    // 5.2.1 wants it; from one that does not OpenSSL cannot tell who signed.
    let own = Draft::ca("Sub").serial(&[0x78]).extensions(&[key_usage(CRL_SIGN)]).signed_by(&scene.root_2019);
    let plain = leaf().signed_by(&ca);
    let list = fresh(&[SERIAL]);
    let named = list.clone().with(authority_key_identifier(&identifier(&own.key))).signed_by(&own);
    assert_eq!(judged(&scene, &plain, &[&ca, &own], &[named], AT).verdict(), "untrusted: revoked");
    let record = judged(&scene, &plain, &[&ca, &own], &[list.signed_by(&own)], AT);
    assert_eq!((record.verdict().as_str(), record.has("crl-missing")), ("trusted", true));
}
