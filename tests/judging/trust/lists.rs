//! CRLs that are in hand: used together with their deltas, or not used and told of.

use super::forge::*;
use super::scene::*;

const SERIAL: &[u8] = &[0x10, 0x01];
const FRESH: (&str, &str) = ("2021-05-01T00:00:00Z", "2021-07-01T00:00:00Z");

fn fresh(revoked: &[&[u8]]) -> CrlDraft {
    CrlDraft::new(FRESH.0, FRESH.1, revoked)
}

/// A scope of one distribution point.
fn point(address: &str) -> Vec<u8> {
    tlv(0xa0, &tlv(0xa0, &tlv(0x86, address.as_bytes())))
}

fn scope(fields: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.28", true, &tlv(0x30, &fields.concat()))
}

/// An audit of a leaf of the 2019 root with these lists: its verdict, and each `crl-unused`:
/// severity, reason, how many it lists.
fn judged(leaf: &Draft, lists: impl Fn(&Scene) -> Vec<Vec<u8>>) -> (String, Vec<(String, String, u64)>) {
    let scene = Scene::rooted();
    judged_in(&scene, leaf, &lists(&scene))
}

fn judged_in(scene: &Scene, leaf: &Draft, lists: &[Vec<u8>]) -> (String, Vec<(String, String, u64)>) {
    let leaf = leaf.signed_by(&scene.root_2019);
    scene.put("leaf.cer", &leaf);
    for (i, list) in lists.iter().enumerate() {
        scene.file(&format!("lists/{i}.crl"), list);
    }
    let audit = scene.audit(AT);
    if !lists.is_empty() {
        scene.remove("lists");
    }
    let told = audit.of_files("crl-unused").into_iter().map(|finding| {
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
        let evidence = &finding["evidence"];
        assert!(text(&finding["path"]).contains("lists/"), "{finding}");
        (text(&finding["severity"]), text(&evidence["reason"][0]), evidence["listed_count"].as_u64().unwrap())
    });
    (audit.of(&leaf).verdict(), told.collect())
}

fn told(severity: &str, reason: &str, listed: u64) -> Vec<(String, String, u64)> {
    vec![(severity.into(), reason.into(), listed)]
}

#[test]
fn a_list_that_is_not_used_is_told_of_and_changes_no_verdict() {
    let leaf = Draft::leaf("h");
    let other = || Made { key: key(), ..draft_2019().self_signed() };
    let critical = extension("1.2.3.4", true, &[5, 0]);
    type Lists = Box<dyn Fn(&Scene) -> Vec<u8>>;
    let cases: Vec<(&str, Lists, Lists)> = vec![
        (
            "unknown-signer",
            Box::new(move |_| fresh(&[SERIAL]).signed_by(&other())),
            Box::new(move |_| fresh(&[]).signed_by(&Made { key: key(), ..draft_2019().self_signed() })),
        ),
        (
            "not-yet-issued",
            Box::new(|s| {
                CrlDraft::new("2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z", &[SERIAL]).signed_by(&s.root_2019)
            }),
            Box::new(|s| CrlDraft::new("2022-01-01T00:00:00Z", "2022-02-01T00:00:00Z", &[]).signed_by(&s.root_2019)),
        ),
        (
            "delta-without-base",
            Box::new(|s| fresh(&[SERIAL]).number(21).delta(20).signed_by(&s.root_2019)),
            Box::new(|s| fresh(&[]).number(21).delta(20).signed_by(&s.root_2019)),
        ),
        (
            "unknown-critical-extension",
            Box::new({
                let critical = critical.clone();
                move |s| fresh(&[SERIAL]).with(critical.clone()).signed_by(&s.root_2019)
            }),
            Box::new(move |s| fresh(&[]).with(critical.clone()).signed_by(&s.root_2019)),
        ),
        (
            "unreadable",
            Box::new(|s| bad_form(fresh(&[SERIAL]).signed_by(&s.root_2019))),
            Box::new(|s| bad_form(fresh(&[]).signed_by(&s.root_2019))),
        ),
    ];
    for (reason, listing, silent) in cases {
        let (verdict, findings) = judged(&leaf, |s| vec![listing(s)]);
        // Whom a list with an unknown extension names is revoked all the same.
        let expected = if reason == "unknown-critical-extension" { "untrusted: revoked" } else { "trusted" };
        assert_eq!((verdict.as_str(), findings), (expected, told("error", reason, 1)));
        let (verdict, findings) = judged(&leaf, |s| vec![silent(s)]);
        assert_eq!((verdict.as_str(), findings), ("trusted", told("warning", reason, 0)));
    }
}

/// A signature that claims nine unused bits: OpenSSL refuses the list, our reader reads it.
fn bad_form(mut list: Vec<u8>) -> Vec<u8> {
    // The list ends with a BIT STRING of a two-byte header and a byte for its unused bits.
    let start =
        (list.len() - 120..list.len()).find(|at| list[*at] == 3 && at + 2 + usize::from(list[at + 1]) == list.len());
    list[start.unwrap() + 2] = 9;
    list
}

#[test]
fn what_is_in_order_or_no_matter_stays_silent() {
    let leaf = Draft::leaf("h");
    let silent = |lists: &dyn Fn(&Scene) -> Vec<Vec<u8>>, expected: &str| {
        let (verdict, findings) = judged(&leaf, lists);
        assert_eq!((verdict.as_str(), findings), (expected, Vec::new()));
    };
    silent(&|s| vec![fresh(&[]).signed_by(&s.root_2019)], "trusted");
    silent(&|s| vec![fresh(&[SERIAL]).signed_by(&s.root_2019)], "untrusted: revoked");
    // An old list beside the new one, and the other generation's.
    silent(
        &|s| {
            let old = CrlDraft::new("2021-03-01T00:00:00Z", "2021-04-01T00:00:00Z", &[SERIAL]).signed_by(&s.root_2019);
            vec![old, fresh(&[]).number(2).signed_by(&s.root_2019), fresh(&[]).signed_by(&s.root_2013)]
        },
        "trusted",
    );
    // A stranger's list, whose CA is no matter of the policy.
    silent(&|_| vec![fresh(&[SERIAL]).signed_by(&Draft::ca("Stranger").self_signed())], "trusted");
    // A delta that the complete list has overtaken.
    silent(
        &|s| {
            let delta = fresh(&[SERIAL]).number(21).delta(20).signed_by(&s.root_2019);
            vec![delta, fresh(&[]).number(22).signed_by(&s.root_2019)]
        },
        "trusted",
    );
    // Of several partitions the certificate's own is used, and the others are others'.
    let named = Draft::leaf("h").with(extension("2.5.29.31", false, &tlv(0x30, &tlv(0x30, &point("http://a/1.crl")))));
    let own = scope(&[point("http://a/1.crl")]);
    let (verdict, findings) = judged(&named, |s| vec![fresh(&[SERIAL]).with(own.clone()).signed_by(&s.root_2019)]);
    assert_eq!((verdict.as_str(), findings), ("untrusted: revoked", Vec::new()));
}

#[test]
fn a_list_of_another_scope() {
    let leaf = Draft::leaf("h");
    for fields in [vec![point("http://a/2.crl")], vec![tlv(0x82, &[0xff])], vec![tlv(0x85, &[0xff])]] {
        let (verdict, findings) =
            judged(&leaf, |s| vec![fresh(&[SERIAL]).with(scope(&fields)).signed_by(&s.root_2019)]);
        assert_eq!((verdict.as_str(), findings), ("trusted", told("warning", "other-scope", 0)));
    }
    // Of end entities only: it speaks of the leaf.
    let users = scope(&[tlv(0x81, &[0xff])]);
    let (verdict, findings) = judged(&leaf, |s| vec![fresh(&[SERIAL]).with(users.clone()).signed_by(&s.root_2019)]);
    assert_eq!((verdict.as_str(), findings), ("untrusted: revoked", Vec::new()));
}

#[test]
fn deltas_combine_with_their_base_by_number() {
    let leaf = Draft::leaf("h");
    let base = |s: &Scene, number: u8, revoked: &[&[u8]]| fresh(revoked).number(number).signed_by(&s.root_2019);
    let delta = |s: &Scene, number: u8, from: u8, revoked: &[&[u8]]| {
        fresh(revoked).number(number).delta(from).signed_by(&s.root_2019)
    };
    type Lists<'a> = &'a dyn Fn(&Scene) -> Vec<Vec<u8>>;
    let cases: [(&str, Lists, &str, usize); 8] = [
        ("adds", &|s| vec![base(s, 20, &[]), delta(s, 21, 20, &[SERIAL])], "untrusted: revoked", 0),
        ("in the other order", &|s| vec![delta(s, 21, 20, &[SERIAL]), base(s, 20, &[])], "untrusted: revoked", 0),
        ("to a later base", &|s| vec![base(s, 25, &[]), delta(s, 30, 20, &[SERIAL])], "untrusted: revoked", 0),
        ("adds nothing", &|s| vec![base(s, 20, &[SERIAL]), delta(s, 21, 20, &[])], "untrusted: revoked", 0),
        ("the base is too old", &|s| vec![base(s, 19, &[]), delta(s, 21, 20, &[SERIAL])], "trusted", 1),
        ("the base is as new", &|s| vec![base(s, 21, &[]), delta(s, 21, 20, &[SERIAL])], "trusted", 0),
        (
            "the later of two",
            &|s| vec![base(s, 20, &[]), delta(s, 21, 20, &[SERIAL]), delta(s, 22, 20, &[])],
            "trusted",
            0,
        ),
        (
            "off hold again",
            &|s| {
                let held = fresh(&[SERIAL]).number(20).reason(6).signed_by(&s.root_2019);
                vec![held, fresh(&[SERIAL]).number(21).delta(20).reason(8).signed_by(&s.root_2019)]
            },
            "trusted",
            0,
        ),
    ];
    for (what, lists, expected, unused) in cases {
        let (verdict, findings) = judged(&leaf, lists);
        assert_eq!((verdict.as_str(), findings.len()), (expected, unused), "{what}");
    }
    // Another key's base is no base.
    let (verdict, findings) =
        judged(&leaf, |s| vec![fresh(&[]).number(20).signed_by(&s.root_2013), delta(s, 21, 20, &[SERIAL])]);
    assert_eq!((verdict.as_str(), findings), ("trusted", told("error", "delta-without-base", 1)));
    // A scoped pair.
    let users = scope(&[tlv(0x81, &[0xff])]);
    let pair = |s: &Scene| {
        let draft = |revoked| fresh(revoked).with(users.clone());
        vec![
            draft(&[]).number(20).signed_by(&s.root_2019),
            draft(&[SERIAL]).number(21).delta(20).signed_by(&s.root_2019),
        ]
    };
    assert_eq!(judged(&leaf, pair).0, "untrusted: revoked");
}

#[test]
fn a_list_that_is_not_used_does_not_satisfy_the_policy() {
    let mut scene = Scene::rooted();
    scene.rules.crl = "require";
    let leaf = Draft::leaf("h").signed_by(&scene.root_2019);
    let missing = |list: Vec<u8>| with_list(&scene, &leaf, &list).has("crl-missing");
    assert!(!missing(fresh(&[]).signed_by(&scene.root_2019)));
    assert!(missing(fresh(&[]).number(21).delta(20).signed_by(&scene.root_2019)));
    assert!(missing(fresh(&[]).with(scope(&[tlv(0x82, &[0xff])])).signed_by(&scene.root_2019)));
    assert!(missing(fresh(&[]).with(extension("1.2.3.4", true, &[5, 0])).signed_by(&scene.root_2019)));
    // A policy that asks for no CRLs has nothing to say of them.
    scene.rules.crl = "ignore";
    assert_eq!(
        judged_in(&scene, &Draft::leaf("h"), &[fresh(&[SERIAL]).number(21).delta(20).signed_by(&scene.root_2019)]).1,
        []
    );
}

fn with_list(scene: &Scene, leaf: &Made, list: &[u8]) -> Record {
    scene.file("list.crl", list);
    scene.judge(leaf, &[], AT)
}

/// A list of a million entries would be digested for every certificate.
#[test]
fn a_long_list_is_read_once() {
    let scene = Scene::rooted();
    let serials: Vec<Vec<u8>> = (0..100_000u32).map(|i| [&[0x55][..], &i.to_be_bytes()].concat()).collect();
    let revoked: Vec<&[u8]> = serials.iter().map(Vec::as_slice).collect();
    scene.file("long.crl", &long(fresh(&revoked), &scene.root_2019));
    for i in 0..400u32 {
        let serial = if i == 7 { serials[70_000].clone() } else { [&[0x66][..], &i.to_be_bytes()].concat() };
        scene.put(&format!("{i}.cer"), &Draft::leaf(&format!("h{i}")).serial(&serial).signed_by(&scene.root_2019));
    }
    let started = std::time::Instant::now();
    let audit = scene.audit(AT);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    let verdicts = &audit.0["summary"]["verdict"];
    assert_eq!((verdicts["untrusted"].as_u64(), verdicts["trusted"].as_u64()), (Some(1), Some(401)), "{verdicts}");
}

/// A list whose lengths need more than two bytes, which the forge does not write.
fn long(draft: CrlDraft, signer: &Made) -> Vec<u8> {
    let entries: Vec<u8> =
        draft.revoked.iter().flat_map(|(serial, _)| sequence(&[&tlv(2, serial), &time(FRESH.0)])).collect();
    let algorithm = sequence(&[&oid("1.2.840.10045.4.3.2")]);
    let number = tlv(0xa0, &tlv(0x30, &extension("2.5.29.20", false, &[2, 1, 1])));
    // DER wants the shortest length: three bytes do.
    let short = |tag: u8, content: &[u8]| match content.len() {
        n if n < 1 << 16 => tlv(tag, content),
        n => [&[tag, 0x83][..], &(n as u32).to_be_bytes()[1..], content].concat(),
    };
    let (from, until) = (time(FRESH.0), time(FRESH.1));
    let entries = short(0x30, &entries);
    let parts = [&[2, 1, 1][..], &algorithm, &signer.subject, &from, &until, &entries, &number];
    let tbs = short(0x30, &parts.concat());
    let mut signing = openssl::sign::Signer::new(openssl::hash::MessageDigest::sha256(), &signer.key).unwrap();
    let bits = [&[0][..], &signing.sign_oneshot_to_vec(&tbs).unwrap()].concat();
    short(0x30, &[tbs, algorithm, tlv(3, &bits)].concat())
}
