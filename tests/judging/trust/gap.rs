//! The gap between the generations: to the second, under each root and an impostor of each, in
//! every arrangement of key identifiers, intermediates and order.

use super::forge::*;
use super::scene::*;

/// notBefore, and what the day calls for: the generation that should have signed, or the gap.
const EDGES: [(&str, Option<&str>); 7] = [
    ("2019-07-19T14:59:59Z", Some("2013")),
    ("2019-07-19T15:00:00Z", None),
    ("2019-07-20T15:00:00Z", None),
    ("2019-07-21T12:00:00Z", None),
    ("2019-07-22T15:00:00Z", None),
    ("2019-07-23T14:59:59Z", None),
    ("2019-07-23T15:00:00Z", Some("2019")),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Identifiers {
    Present,
    Absent,
    /// The child names the other root's key.
    Forged,
}

struct Signer {
    made: Made,
    /// The generation, none for an impostor.
    generation: Option<&'static str>,
    /// The root whose key a forged identifier names.
    other: Key,
}

struct Case {
    leaf: Made,
    chain: Vec<Made>,
    expected: Expected,
    label: String,
}

struct Expected {
    verdict: &'static str,
    generation: Option<&'static str>,
    mismatch: bool,
    gap: bool,
}

fn draft(draft: Draft, identifiers: Identifiers, other: &Key) -> Draft {
    match identifiers {
        Identifiers::Present => draft,
        Identifiers::Absent => draft.bare(),
        Identifiers::Forged => draft.forged(other),
    }
}

/// One leaf for an edge under a signer, below so many intermediates.
fn case(edge: usize, signer: &Signer, identifiers: Identifiers, intermediates: usize, serial: u16) -> Case {
    let (begins, day) = EDGES[edge];
    let mut chain = vec![signer.made.clone()];
    for i in 0..intermediates {
        let ca = Draft::ca(&format!("CA {serial} {i}"))
            .serial(&[0x30 + i as u8, (serial >> 8) as u8, serial as u8])
            .from("2019-07-01T00:00:00Z")
            .until("2023-07-01T00:00:00Z");
        chain.push(draft(ca, identifiers, &signer.other).signed_by(chain.last().unwrap()));
    }
    // An intermediate under the 2019 root begins with that root; the first edges come before it.
    let leaf = Draft::leaf(&format!("holder {serial}"))
        .serial(&[0x40, (serial >> 8) as u8, serial as u8])
        .from(begins)
        .until("2022-07-19T14:59:59Z");
    let leaf = draft(leaf, identifiers, &signer.other).signed_by(chain.last().unwrap());
    let named = intermediates == 0;
    let expected = Expected {
        verdict: match (signer.generation, named) {
            (Some(_), _) => "trusted",
            (None, true) => "untrusted: signed-by-no-pinned-root",
            // Nobody pinned bears the name of an impostor's intermediate.
            (None, false) => "undetermined: issuer-unknown",
        },
        generation: signer.generation,
        mismatch: matches!((signer.generation, day), (Some(signed), Some(called)) if signed != called),
        gap: day.is_none() && (named || signer.generation.is_some()),
    };
    let label = format!(
        "{begins} under {} ({identifiers:?} identifiers, {intermediates} intermediates)",
        signer.generation.unwrap_or("an impostor")
    );
    Case { leaf, chain: chain.split_off(1), expected, label }
}

/// The four signers: both roots, and an impostor of each with its serial, name and dates.
fn signers(scene: &Scene) -> Vec<Signer> {
    let (old, new) = (scene.root_2013.clone(), scene.root_2019.clone());
    let fake_old = draft_2013().self_signed();
    let fake_new = draft_2019().self_signed();
    vec![
        Signer { made: old.clone(), generation: Some("2013"), other: new.key.clone() },
        Signer { made: new.clone(), generation: Some("2019"), other: old.key.clone() },
        Signer { made: fake_old, generation: None, other: old.key.clone() },
        Signer { made: fake_new, generation: None, other: new.key.clone() },
    ]
}

fn cases(scene: &Scene) -> Vec<Case> {
    let signers = signers(scene);
    let mut cases = Vec::new();
    for edge in 0..EDGES.len() {
        for signer in &signers {
            for identifiers in [Identifiers::Present, Identifiers::Absent, Identifiers::Forged] {
                for intermediates in 0..3 {
                    cases.push(case(edge, signer, identifiers, intermediates, cases.len() as u16));
                }
            }
        }
    }
    cases
}

fn check(case: &Case, audit: &Audit, arrangement: &str) {
    let record = audit.of(&case.leaf);
    let label = format!("{arrangement}: {}: {:?}", case.label, record.rules());
    assert_eq!(record.verdict(), case.expected.verdict, "{label}");
    assert_eq!(record.generation(), case.expected.generation, "{label}");
    assert_eq!(record.has("generation-mismatch"), case.expected.mismatch, "{label}");
    assert_eq!(record.has("issued-in-gap"), case.expected.gap, "{label}");
    if case.expected.generation.is_some() {
        assert_eq!(record.path().len(), case.chain.len() + 2, "{label}");
    }
}

/// Roots as files in both orders; every leaf in one file, its intermediates in another.
#[test]
fn every_edge_under_every_signer_in_every_arrangement() {
    let scene = Scene::new();
    let cases = cases(&scene);
    for (i, case) in cases.iter().enumerate() {
        scene.put(&format!("leaves/{i}.cer"), &case.leaf);
        for (j, ca) in case.chain.iter().enumerate() {
            scene.put(&format!("cas/{i}-{j}.cer"), ca);
        }
    }
    for fake in signers(&scene).iter().filter(|signer| signer.generation.is_none()) {
        scene.put(&format!("fakes/{}.cer", fake.made.sha1()), &fake.made);
    }
    for (first, second) in [(&scene.root_2013, &scene.root_2019), (&scene.root_2019, &scene.root_2013)] {
        scene.put("a-root.cer", first);
        scene.put("z-root.cer", second);
        let audit = scene.audit(AT);
        assert_eq!(cases.len(), 7 * 4 * 3 * 3);
        cases.iter().for_each(|case| check(case, &audit, "files"));
    }
}

/// Both roots inside each PKCS#12, in both orders; no root anywhere else.
#[test]
fn roots_inside_pkcs12_in_both_orders() {
    for reversed in [false, true] {
        let scene = Scene::new();
        let signers = signers(&scene);
        let mut cases = Vec::new();
        for (edge, signer) in (0..EDGES.len()).flat_map(|edge| signers.iter().map(move |signer| (edge, signer))) {
            let identifiers = [Identifiers::Present, Identifiers::Absent, Identifiers::Forged][cases.len() % 3];
            let case = case(edge, signer, identifiers, cases.len() % 2, cases.len() as u16);
            let mut others: Vec<&Made> = case.chain.iter().chain([&scene.root_2013, &scene.root_2019]).collect();
            if reversed {
                others.reverse();
            }
            scene.file(&format!("{}.p12", cases.len()), &pkcs12(&case.leaf, &others));
            cases.push(case);
        }
        let audit = scene.audit(AT);
        cases.iter().for_each(|case| check(case, &audit, if reversed { "reversed" } else { "in order" }));
    }
}
