//! Untrusted and undetermined, each reason; and which moment a path is judged at.

use super::forge::*;
use super::scene::*;

fn sub() -> Draft {
    Draft::ca("Sub CA")
}

/// A leaf below these CAs (the first under the 2019 root), judged with all of them in hand.
fn below(scene: &Scene, cas: &[Draft], leaf: Draft, at: &str) -> Record {
    let mut chain = vec![scene.root_2019.clone()];
    for ca in cas {
        chain.push(ca.signed_by(chain.last().unwrap()));
    }
    let leaf = leaf.signed_by(chain.last().unwrap());
    scene.judge(&leaf, &chain.iter().skip(1).collect::<Vec<_>>(), at)
}

#[test]
fn what_a_path_may_break() {
    let scene = Scene::rooted();
    let critical = |oid: &str| extension(oid, true, &[5, 0]);
    let permitted = tlv(0xa0, &sequence(&[&tlv(0xa4, &name("C=JP, O=elsewhere"))]));
    let constraints = extension("2.5.29.30", true, &tlv(0x30, &permitted));
    let ca = [basic_constraints(true, None), key_usage(CERT_SIGN | CRL_SIGN)];
    let no_sign = [basic_constraints(true, None), key_usage(CRL_SIGN)];
    let policies = extension("2.5.29.36", true, &sequence(&[&tlv(0x80, &[0])]));
    let cases: Vec<(&str, Vec<Draft>, Draft)> = vec![
        ("trusted", vec![sub()], Draft::leaf("h")),
        ("untrusted: not-a-ca", vec![sub().extensions(&[])], Draft::leaf("h")),
        ("untrusted: not-a-ca", vec![sub().extensions(&[basic_constraints(false, None)])], Draft::leaf("h")),
        ("untrusted: not-a-ca key-usage", vec![sub().extensions(&no_sign)], Draft::leaf("h")),
        (
            "untrusted: path-length",
            vec![sub().extensions(&[basic_constraints(true, Some(0)), ca[1].clone()]), Draft::ca("Sub 2")],
            Draft::leaf("h"),
        ),
        (
            "trusted",
            vec![sub().extensions(&[basic_constraints(true, Some(1)), ca[1].clone()]), Draft::ca("Sub 2")],
            Draft::leaf("h"),
        ),
        ("untrusted: name-constraints", vec![sub().with(constraints)], Draft::leaf("h")),
        ("untrusted: critical-extension", vec![sub().with(critical("1.2.3.4"))], Draft::leaf("h")),
        ("untrusted: critical-extension", vec![sub()], Draft::leaf("h").with(critical("1.2.3.4"))),
        ("trusted", vec![sub()], Draft::leaf("h").with(extension("1.2.3.4", false, &[5, 0]))),
        ("untrusted: certificate-policy", vec![sub().with(policies)], Draft::leaf("h")),
    ];
    for (expected, cas, leaf) in cases {
        let record = below(&scene, &cas, leaf, AT);
        assert_eq!(record.verdict(), expected);
        assert_eq!(record.has("untrusted-path"), expected != "trusted");
        // The path is known though it failed.
        assert_eq!((record.path().len(), record.generation()), (cas.len() + 2, Some("2019")), "{expected}");
    }
}

#[test]
fn a_root_that_limits_paths_limits_them() {
    let limited = draft_2019().extensions(&[basic_constraints(true, Some(0)), key_usage(CERT_SIGN)]);
    let scene = Scene::of(draft_2013().self_signed(), limited.self_signed());
    scene.put("2013.cer", &scene.root_2013);
    scene.put("2019.cer", &scene.root_2019);
    assert_eq!(below(&scene, &[], Draft::leaf("h"), AT).verdict(), "trusted");
    assert_eq!(below(&scene, &[sub()], Draft::leaf("h"), AT).verdict(), "untrusted: path-length");
}

#[test]
fn nobody_signed_it() {
    let scene = Scene::rooted();
    let mut flipped = Draft::leaf("flipped").signed_by(&scene.root_2019);
    *flipped.der.last_mut().unwrap() ^= 1;
    assert_eq!(scene.judge(&flipped, &[], AT).verdict(), "untrusted: signed-by-no-pinned-root");

    let stranger = Draft::ca("Other CA").self_signed();
    let leaf = Draft::leaf("other").signed_by(&stranger);
    let record = scene.judge(&leaf, &[], AT);
    assert_eq!(record.verdict(), "undetermined: issuer-unknown");
    let needed = &record.finding("root-missing")["evidence"]["needed"];
    assert!(needed.to_string().contains("Other CA"), "{needed}");
    // That the stranger is in hand makes nothing of it: no policy knows it.
    assert_eq!(scene.judge(&leaf, &[&stranger], AT).verdict(), "undetermined: issuer-unknown");

    let ca = sub().signed_by(&scene.root_2019);
    let orphan = Draft::leaf("orphan").signed_by(&ca);
    assert_eq!(scene.judge(&orphan, &[], AT).verdict(), "undetermined: issuer-unknown");
    assert_eq!(scene.judge(&orphan, &[&ca], AT).verdict(), "trusted");
    // A CA of that name is in hand, but it is not the one that signed.
    let namesake = sub().signed_by(&scene.root_2019);
    assert_eq!(scene.judge(&orphan, &[&namesake], AT).verdict(), "undetermined: issuer-unknown");
}

/// Dates of the root, an intermediate and the leaf, the moment, and what must be said.
type Dates = (&'static str, [&'static str; 2], [&'static str; 2], &'static str, &'static str, Option<bool>);

#[test]
fn the_moment_that_counts() {
    // The root holds from 2019-07-20T00:00:00Z to 2029-07-20T00:00:00Z, ends inclusive.
    let root = "2029-07-20T00:00:00Z";
    let ca = ["2019-08-01T00:00:00Z", "2022-06-30T23:59:59Z"];
    let leaf = ["2020-01-01T00:00:00Z", "2022-06-30T23:59:59Z"];
    let long = ["2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z"];
    let cases: [Dates; 16] = [
        ("alive", ca, leaf, AT, "trusted", Some(false)),
        ("in its first second", ca, leaf, "2020-01-01T00:00:00Z", "trusted", Some(false)),
        ("in its last second", ca, leaf, "2022-06-30T23:59:59Z", "trusted", Some(false)),
        ("dead by a second", ca, leaf, "2022-07-01T00:00:00Z", "trusted", Some(true)),
        ("dead for long, all above dead too", ca, leaf, "2035-01-01T00:00:00Z", "trusted", Some(true)),
        ("future by a second", ca, leaf, "2019-12-31T23:59:59Z", "trusted", Some(false)),
        ("future, before the root itself", ca, leaf, "2010-01-01T00:00:00Z", "trusted", Some(false)),
        ("intermediate in its last second", ca, long, "2022-06-30T23:59:59Z", "trusted", Some(false)),
        ("living under a dead intermediate", ca, long, "2022-07-01T00:00:00Z", "untrusted: path-expired", Some(true)),
        ("dead, its intermediate died first", ca, long, "2026-01-01T00:00:00Z", "trusted", Some(true)),
        (
            "root dead, leaf and intermediate not",
            ["2019-08-01T00:00:00Z", "2039-01-01T00:00:00Z"],
            ["2020-01-01T00:00:00Z", "2039-01-01T00:00:00Z"],
            "2029-07-20T00:00:01Z",
            "untrusted: path-expired",
            Some(true),
        ),
        (
            "the root's last second",
            ["2019-08-01T00:00:00Z", "2039-01-01T00:00:00Z"],
            ["2020-01-01T00:00:00Z", "2039-01-01T00:00:00Z"],
            root,
            "trusted",
            Some(false),
        ),
        (
            "the intermediate begins later than now",
            ["2021-07-01T00:00:00Z", "2023-01-01T00:00:00Z"],
            leaf,
            AT,
            "untrusted: path-not-yet-valid",
            Some(false),
        ),
        (
            "no moment in common",
            ["2019-08-01T00:00:00Z", "2020-12-31T23:59:59Z"],
            ["2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"],
            AT,
            "untrusted: validity-disjoint",
            None,
        ),
        (
            "one second in common, dead",
            ["2019-08-01T00:00:00Z", "2021-01-01T00:00:00Z"],
            ["2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"],
            "2023-01-01T00:00:00Z",
            "trusted",
            Some(true),
        ),
        (
            "one second in common, that second",
            ["2019-08-01T00:00:00Z", "2021-01-01T00:00:00Z"],
            ["2021-01-01T00:00:00Z", "2022-01-01T00:00:00Z"],
            "2021-01-01T00:00:00Z",
            "trusted",
            Some(false),
        ),
    ];
    let scene = Scene::rooted();
    for (what, ca, leaf, at, expected, expired) in cases {
        let ca = sub().from(ca[0]).until(ca[1]);
        let record = below(&scene, &[ca], Draft::leaf("h").from(leaf[0]).until(leaf[1]), at);
        assert_eq!(record.verdict(), expected, "{what}");
        if let Some(expired) = expired {
            assert_eq!(record.has("expired"), expired, "{what}: {:?}", record.rules());
        }
    }
}

#[test]
fn history_under_the_old_root_is_trusted_and_expired() {
    let scene = Scene::rooted();
    let leaf = Draft::leaf("old").from("2018-04-01T00:00:00Z").until("2021-03-31T14:59:59Z");
    let record = scene.judge(&leaf.signed_by(&scene.root_2013), &[], "2026-10-01T00:00:00Z");
    assert_eq!((record.verdict().as_str(), record.generation()), ("trusted", Some("2013")));
    assert!(record.has("expired") && !record.has("untrusted-path"), "{:?}", record.rules());
    // One that claims to live on under the dead root does not.
    let longer = Draft::leaf("long").from("2019-04-01T00:00:00Z").until("2027-03-31T14:59:59Z");
    let record = scene.judge(&longer.signed_by(&scene.root_2013), &[], "2026-10-01T00:00:00Z");
    assert_eq!(record.verdict(), "untrusted: path-expired");
    assert!(record.has("outlives-root") && record.has("expired"), "{:?}", record.rules());
    assert_eq!(record.0["effective_expiry"], "2023-07-18T00:00:00Z");
    // And one that begins after its signer has ended was never valid.
    let late = Draft::leaf("late").from("2024-01-01T00:00:00Z").until("2027-01-01T00:00:00Z");
    let record = scene.judge(&late.signed_by(&scene.root_2013), &[], "2026-10-01T00:00:00Z");
    assert_eq!(record.verdict(), "untrusted: validity-disjoint");
    assert!(record.has("issued-after-root-retired"), "{:?}", record.rules());
}

#[test]
fn the_living_one_of_two_certificates_of_an_intermediate() {
    let scene = Scene::rooted();
    let alive = sub();
    let dead = alive.clone().serial(&[2]).until("2020-12-31T23:59:59Z").signed_by(&scene.root_2019);
    let alive = alive.signed_by(&scene.root_2019);
    let leaf = Draft::leaf("h").signed_by(&alive);
    let record = scene.judge(&leaf, &[&dead, &alive], AT);
    assert_eq!(record.verdict(), "trusted");
    assert_eq!(record.path()[1], alive.sha256());
    assert_eq!(scene.judge(&leaf, &[&dead], AT).verdict(), "untrusted: path-expired");
}

#[test]
fn a_root_that_signed_the_next_roots_key() {
    let scene = Scene::rooted();
    let cross = draft_2019().serial(&[0x55]).key(&scene.root_2019.key).signed_by(&scene.root_2013);
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    let record = scene.judge(&leaf, &[&cross], AT);
    assert_eq!((record.verdict().as_str(), record.generation()), ("trusted", Some("2019")));
    assert_eq!(record.path(), [leaf.sha256(), scene.root_2019.sha256()]);
    assert!(!record.has("generation-mismatch"));
    // The cross-certificate bears a pinned name and is no impostor: an anchor signed it.
    let record = scene.judge(&cross, &[], AT);
    assert_eq!((record.verdict().as_str(), record.generation()), ("trusted", Some("2013")));
    assert!(!record.has("root-impostor"));
    // And the leaf holds by it alone.
    scene.remove("root-2019.cer");
    let record = scene.judge(&leaf, &[&cross], AT);
    assert_eq!(record.path(), [leaf.sha256(), cross.sha256(), scene.root_2013.sha256()]);
    assert_eq!(record.verdict(), "trusted");
}

/// CAs that have all certified each other: some 10^17 ways that lead nowhere.
#[test]
fn twenty_cas_that_signed_each_other_end_in_time() {
    let scene = Scene::rooted();
    let drafts: Vec<Draft> = (0..20).map(|i| Draft::ca(&format!("Mesh {i}"))).collect();
    let selves: Vec<Made> = drafts.iter().map(Draft::self_signed).collect();
    let mut all = vec![drafts[0].signed_by(&scene.root_2019)];
    for (i, draft) in drafts.iter().enumerate() {
        for (j, signer) in selves.iter().enumerate().filter(|(j, _)| *j != i) {
            all.push(draft.clone().serial(&[0x21, i as u8, j as u8]).signed_by(signer));
        }
    }
    let near = Draft::leaf("near").signed_by(&selves[0]);
    let far = Draft::leaf("far").signed_by(&selves[19]);
    all.extend([near.clone(), far.clone()]);
    for (i, made) in all.iter().enumerate() {
        scene.put(&format!("mesh/{i}.cer"), made);
    }
    let started = std::time::Instant::now();
    let audit = scene.audit(AT);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
    assert_eq!(audit.of(&near).verdict(), "trusted");
    assert_eq!(audit.of(&far).verdict(), "trusted");
}

#[test]
fn the_reasons_are_told_in_both_languages() {
    let scene = Scene::rooted();
    let leaf = Draft::leaf("old").from("2019-04-01T00:00:00Z").until("2027-03-31T14:59:59Z");
    let path = scene.put("leaf.cer", &leaf.signed_by(&scene.root_2013));
    let policy = scene.policy();
    for (lang, word) in [("ja", "信頼"), ("en", "cannot be trusted")] {
        let mut command = scene.command();
        command.args(["--lang", lang, "audit", "--at", "2026-10-01", "--policy"]).arg(&policy);
        let output = command.arg(scene.share()).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stdout).contains(word), "{path:?}: {}", text(&output.stdout));
    }
}
