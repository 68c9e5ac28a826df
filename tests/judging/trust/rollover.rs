//! Certificates whose subject is their issuer's name: RFC 4210's link certificates, an
//! intermediate's change of keys, an end entity that bears its CA's name, a root issued again.
//! The signature says who signed, so key identifiers must not matter.

use super::forge::*;
use super::scene::*;

/// What is done with a draft's key identifiers.
type Identify = fn(Draft) -> Draft;

/// As drafted, without identifiers, and with an identifier that names the certificate itself.
const IDENTIFIERS: [(&str, Identify); 3] = [
    ("with identifiers", |draft| draft),
    ("without", Draft::bare),
    ("naming itself", |draft| {
        let own = draft.key.clone();
        draft.forged(&own)
    }),
];

fn next_root() -> Draft {
    draft_2019().serial(&[0x0a, 1]).from("2021-01-01T00:00:00Z").until("2031-01-01T00:00:00Z")
}

#[test]
fn link_certificates_and_clients_of_the_next_generation() {
    for (what, identify) in IDENTIFIERS {
        let scene = Scene::rooted();
        let old = &scene.root_2019;
        let new = next_root().self_signed();
        let new_with_old = identify(next_root().serial(&[0x0a, 2]).key(&new.key)).signed_by(old);
        let old_with_new = identify(draft_2019().serial(&[0x0a, 3]).key(&old.key)).signed_by(&new);
        let client = Draft::leaf("client").bare().signed_by(&new);
        let sub = Draft::ca("Sub").bare().signed_by(&new);
        let below = Draft::leaf("below").bare().signed_by(&sub);
        let beside = [&new_with_old, &old_with_new, &new, &sub];
        for (name, made, length) in [
            ("NewWithOld", &new_with_old, 2),
            ("client", &client, 3),
            ("below an intermediate", &below, 4),
            ("OldWithNew", &old_with_new, 3),
        ] {
            let record = scene.judge(made, &beside, AT);
            assert_eq!(record.verdict(), "trusted", "{name} {what}");
            assert_eq!((record.path().len(), record.generation()), (length, Some("2019")), "{name} {what}");
        }
        // The new root is no anchor, but the old one has vouched for its key.
        assert_eq!(scene.judge(&new, &beside, AT).path().len(), 3, "{what}");
        assert_eq!(scene.judge(&new, &[], AT).verdict(), "undetermined: root-unknown-generation", "{what}");
        // Without the link certificate nobody that is pinned has signed the client's CA.
        assert_eq!(scene.judge(&client, &[&new], AT).verdict(), "undetermined: root-unknown-generation");
        assert_eq!(scene.judge(&old_with_new, &[&new], AT).verdict(), "undetermined: root-unknown-generation");
        let alone = scene.judge(&old_with_new, &[], AT);
        assert_eq!(alone.verdict(), "undetermined: pinned-key-reissued", "nobody is an impostor with the real key");
        assert!(alone.has("root-reissued") && !alone.has("root-impostor"), "{:?}", alone.rules());
    }
}

#[test]
fn an_intermediate_that_changed_its_key_under_one_name() {
    for (what, identify) in IDENTIFIERS {
        let scene = Scene::rooted();
        let old = Draft::ca("Sub").signed_by(&scene.root_2019);
        let new = identify(Draft::ca("Sub").serial(&[0x20, 2])).signed_by(&old);
        let newest = identify(Draft::ca("Sub").serial(&[0x20, 3])).signed_by(&new);
        let leaf = Draft::leaf("h").bare().signed_by(&newest);
        let beside = [&old, &new, &newest];
        for made in [&old, &new, &newest, &leaf] {
            assert_eq!(scene.judge(made, &beside, AT).verdict(), "trusted", "{what}");
        }
        let answer = scene.judge(&leaf, &beside, AT);
        assert_eq!(answer.path().len(), 5, "{what}");
    }
}

#[test]
fn an_end_entity_that_bears_its_issuers_name() {
    for (what, identify) in IDENTIFIERS {
        let scene = Scene::rooted();
        let sub = Draft::ca("Sub").signed_by(&scene.root_2019);
        let below = identify(Draft::leaf("Sub")).signed_by(&sub);
        let direct = identify(Draft::leaf("").subject(authority())).signed_by(&scene.root_2019);
        assert_eq!(scene.judge(&below, &[&sub], AT).verdict(), "trusted", "{what}");
        assert_eq!(scene.judge(&direct, &[], AT).verdict(), "trusted", "{what}");
        // What a path may not break it may not break here either.
        let critical = extension("1.2.3.4", true, &[5, 0]);
        let odd = identify(Draft::leaf("Sub").with(critical)).signed_by(&sub);
        assert_eq!(scene.judge(&odd, &[&sub], AT).verdict(), "untrusted: critical-extension", "{what}");
    }
}

#[test]
fn a_root_issued_again_on_the_same_key() {
    let scene = Scene::rooted();
    let longer = draft_2019().key(&scene.root_2019.key).serial(&[0x0b]).until("2039-07-20T00:00:00Z");
    let later = longer.clone().from("2021-02-01T00:00:00Z");
    for (what, identify) in IDENTIFIERS {
        for draft in [&longer, &later] {
            let root = identify(draft.clone()).self_signed();
            let leaf = Draft::leaf("h").signed_by(&root);
            let record = scene.judge(&root, &[], AT);
            assert_eq!(record.verdict(), "undetermined: pinned-key-reissued", "{what}");
            assert!(record.has("root-reissued") && !record.has("untrusted-path"), "{:?}", record.rules());
            assert_eq!(record.finding("root-reissued")["evidence"]["pin"], "2019");
            let record = scene.judge(&leaf, &[&root], AT);
            assert_eq!(record.verdict(), "trusted", "the pinned root's key has signed it");
            assert_eq!(record.path(), [leaf.sha256(), scene.root_2019.sha256()]);
        }
    }
}

#[test]
fn a_strangers_certificates_of_the_name_stay_what_they_are() {
    for (what, identify) in IDENTIFIERS {
        let scene = Scene::rooted();
        let stranger = Made { key: key(), ..scene.root_2019.clone() };
        let fake = identify(draft_2019().serial(&[0x0c])).signed_by(&stranger);
        let below = Draft::leaf("h").signed_by(&fake);
        assert_eq!(scene.judge(&fake, &[], AT).verdict(), "untrusted: root-impostor", "{what}");
        assert_eq!(scene.judge(&below, &[&fake], AT).verdict(), "untrusted: signed-by-no-pinned-root", "{what}");
        let sub = Draft::ca("Sub").signed_by(&scene.root_2019);
        let forged = identify(Draft::ca("Sub").serial(&[0x20, 9])).signed_by(&Made { key: key(), ..sub.clone() });
        let leaf = Draft::leaf("h").signed_by(&forged);
        assert_eq!(scene.judge(&leaf, &[&sub, &forged], AT).status(), "undetermined", "{what}");
    }
}

#[test]
fn a_link_certificate_has_to_hold_like_any_other() {
    let scene = Scene::rooted();
    let link = |draft: Draft| draft.bare().signed_by(&scene.root_2019);
    let revoked = link(next_root().serial(&[0x77]));
    scene.file(
        "root.crl",
        &CrlDraft::new("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z", &[&[0x77]]).signed_by(&scene.root_2019),
    );
    let dead = link(next_root().serial(&[0x78]).until("2021-05-01T00:00:00Z"));
    let no_ca = link(next_root().serial(&[0x79]).extensions(&[]));
    for (expected, link) in
        [("untrusted: revoked", revoked), ("untrusted: path-expired", dead), ("untrusted: not-a-ca", no_ca)]
    {
        let leaf = Draft::leaf("h").bare().signed_by(&link);
        assert_eq!(scene.judge(&leaf, &[&link], AT).verdict(), expected);
    }
}

/// A holder's own certificate leads to no other: whatever hangs below it changes nobody's
/// verdict, and is itself said to come from one who may not issue.
#[test]
fn only_ca_certificates_grow_a_path() {
    let scene = Scene::rooted();
    let ca = Draft::ca("Sub").until("2021-03-01T00:00:00Z").signed_by(&scene.root_2019);
    let victim = Draft::leaf("victim").signed_by(&ca);
    let before = scene.judge(&victim, &[&ca], AT);
    assert_eq!(before.verdict(), "untrusted: path-expired");
    let holder = Draft::leaf("holder").serial(&[0x55]).signed_by(&scene.root_2019);
    // More copies of the CA's key under the holder than paths are tried.
    let copies: Vec<Made> = (0..80u8)
        .map(|i| Draft::ca("Sub").serial(&[0x30, i]).key(&ca.key).until("2021-03-01T00:00:00Z").signed_by(&holder))
        .collect();
    let beside: Vec<&Made> = [&ca, &holder].into_iter().chain(&copies).collect();
    let after = scene.judge(&victim, &beside, AT);
    assert_eq!((after.verdict(), after.path()), (before.verdict(), before.path()));
    let copy = scene.judge(&copies[0], &[&holder], AT);
    assert_eq!(copy.verdict(), "untrusted: not-a-ca key-usage");
    let fake = Draft::ca("Fake").signed_by(&holder);
    let below = Draft::leaf("below").signed_by(&fake);
    assert_eq!(scene.judge(&below, &[&holder, &fake], AT).verdict(), "untrusted: not-a-ca key-usage");
    assert_eq!(
        scene.judge(&Draft::leaf("x").signed_by(&holder), &[&holder], AT).verdict(),
        "untrusted: not-a-ca key-usage"
    );
}

/// Two public keys of one modulus are two keys: with exponent 1 anybody can sign.
#[test]
fn a_signature_is_remembered_by_the_whole_key() {
    use openssl::bn::BigNum;
    use openssl::pkey::PKey;
    use openssl::rsa::Rsa;
    let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let root = draft_2019().key(&rsa).self_signed();
    let scene = Scene::of(draft_2013().self_signed(), root);
    scene.put("2013.cer", &scene.root_2013);
    scene.put("2019.cer", &scene.root_2019);
    // A CA of the root's name with the root's modulus and another exponent; the forger has
    // nothing but the public numbers, so its signature is junk, but the root's own hold.
    let n = rsa.rsa().unwrap().n().to_owned().unwrap();
    let worthless = Rsa::from_public_components(n, BigNum::from_u32(3).unwrap()).unwrap();
    let worthless = PKey::from_rsa(worthless).unwrap().public_key_to_der().unwrap();
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    let mut draft = draft_2019().serial(&[0x44]);
    draft.spki = Some(worthless);
    let other = draft.signed_by(&scene.root_2019);
    for at in [AT, "2022-01-01T00:00:00Z"] {
        let record = scene.judge(&leaf, &[&other], at);
        assert_eq!((record.verdict().as_str(), record.path().len()), ("trusted", 2));
    }
    let forged = Draft::leaf("forged").sign(&scene.root_2019.subject, &key());
    assert_eq!(scene.judge(&forged, &[&other], AT).verdict(), "untrusted: signed-by-no-pinned-root");
}
