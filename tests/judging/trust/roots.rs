//! Roots: what makes an anchor, a conflict, an impostor, a next generation; and those kept by
//! `shomei root`.

use super::forge::*;
use super::scene::*;

fn leaf_under(root: &Made) -> Made {
    Draft::leaf("holder").signed_by(root)
}

/// A scene in which the 2019 root is this one and lies in the share with the 2013 root.
fn with_2019(root: &Draft) -> Scene {
    let scene = Scene::of(draft_2013().self_signed(), root.self_signed());
    scene.put("root-2013.cer", &scene.root_2013);
    scene.put("root-2019.cer", &scene.root_2019);
    scene
}

fn assert_anchor(scene: &Scene, what: &str) {
    let leaf = leaf_under(&scene.root_2019);
    let record = scene.judge(&leaf, &[], AT);
    assert_eq!((record.verdict().as_str(), record.generation()), ("trusted", Some("2019")), "{what}");
    assert_eq!(record.path(), [leaf.sha256(), scene.root_2019.sha256()], "{what}");
    let root = scene.audit(AT).of(&scene.root_2019);
    assert_eq!((root.verdict().as_str(), root.0["role"].as_str()), ("trusted", Some("root")), "{what}");
}

#[test]
fn a_printed_day_matches_in_japan_or_in_utc() {
    // The pin says 2019-07-20 to 2029-07-20.
    let fitting = [
        ("2019-07-20T00:00:00Z", "2029-07-20T23:59:59Z"), // both in UTC; the last is the 21st in Japan
        ("2019-07-19T15:00:00Z", "2029-07-20T14:59:59Z"), // both in Japan
        ("2019-07-19T15:00:00Z", "2029-07-20T23:59:59Z"),
    ];
    for (from, until) in fitting {
        assert_anchor(&with_2019(&draft_2019().from(from).until(until)), from);
    }
    let other = [
        ("2019-07-19T14:59:59Z", "2029-07-20T00:00:00Z"),
        ("2019-07-21T00:00:00Z", "2029-07-20T00:00:00Z"),
        ("2019-07-20T00:00:00Z", "2029-07-19T14:59:59Z"),
        ("2019-07-20T00:00:00Z", "2029-07-21T00:00:00Z"),
    ];
    for (from, until) in other {
        let scene = with_2019(&draft_2019().from(from).until(until));
        let root = scene.audit(AT).of(&scene.root_2019);
        assert_eq!(root.verdict(), "undetermined: pin-conflict", "{from} {until}");
    }
}

#[test]
fn a_serial_is_the_same_with_leading_zeros() {
    // DER forbids such padding and OpenSSL cannot read it. The root is the pinned one all the
    // same; what is below it cannot be told, which is not the same as untrusted.
    for serial in [&[0, 0x07, 0x86, 0xd1][..], &[0, 0, 0, 0x07, 0x86, 0xd1]] {
        let scene = with_2019(&draft_2019().serial(serial));
        let root = scene.audit(AT).of(&scene.root_2019);
        assert_eq!((root.verdict().as_str(), root.generation()), ("trusted", Some("2019")));
        assert!(root.has("der-malformed"));
        let leaf = leaf_under(&scene.root_2019);
        assert_eq!(scene.judge(&leaf, &[], AT).verdict(), "undetermined: root-missing");
    }
    let mut scene = Scene::rooted();
    for printed in ["07 86 D1", "00 07 86 d1", "07:86:D1", "0786d1"] {
        scene.rules.pins[1].serial = format!("\"{printed}\"");
        assert_anchor(&scene, printed);
    }
}

#[test]
fn the_order_and_the_string_type_of_the_subject() {
    for tag in [PRINTABLE, UTF8] {
        for subject in ["C=JP, O=e-seikyuu, OU=e-seikyuu CA", "OU=e-seikyuu CA, O=e-seikyuu, C=JP"] {
            let scene = with_2019(&draft_2019().subject(name_as(tag, subject)));
            assert_anchor(&scene, subject);
            // The leaf may write its issuer's name in another string type than the root does.
            let other = if tag == UTF8 { PRINTABLE } else { UTF8 };
            let leaf = Draft::leaf("other type").issuer(name_as(other, subject)).signed_by(&scene.root_2019);
            assert_eq!(scene.judge(&leaf, &[], AT).verdict(), "trusted", "{subject}");
        }
    }
    let spaced = name_as(UTF8, "C=jp, O=E-SEIKYUU, OU= e-seikyuu   ca ");
    let scene = Scene::rooted();
    let leaf = Draft::leaf("spaced").issuer(spaced).signed_by(&scene.root_2019);
    assert_eq!(scene.judge(&leaf, &[], AT).verdict(), "trusted", "case and spaces do not matter");
}

#[test]
fn a_misprinted_pin_is_a_conflict_and_never_an_impostor() {
    type Misprint = fn(&mut Rules);
    let misprints: [(&str, Misprint); 6] = [
        ("serial", |rules| rules.pins[1].serial = "07 86 D2".into()),
        ("not_before", |rules| rules.pins[1].not_before = "2019-07-21".into()),
        ("not_after", |rules| rules.pins[1].not_after = "2029-07-19".into()),
        ("subject", |rules| rules.subject = "OU=e-seikyu CA, O=e-seikyuu, C=JP".into()),
        ("sha1", |rules| rules.pins[1].sha1 = "00".repeat(20)),
        ("sha256", |rules| rules.pins[1].sha256 = Some("00".repeat(32))),
    ];
    for (field, misprint) in misprints {
        let mut scene = Scene::rooted();
        scene.rules.pins[1].sha256 = Some(scene.root_2019.sha256());
        assert_anchor(&scene, "as printed");
        misprint(&mut scene.rules);
        let leaf = leaf_under(&scene.root_2019);
        scene.put("leaf.cer", &leaf);
        let audit = scene.audit(AT);
        let root = audit.of(&scene.root_2019);
        assert_eq!(root.verdict(), "undetermined: pin-conflict", "{field}");
        assert!(root.has("pin-conflict") && !root.has("root-impostor"), "{field}: {:?}", root.rules());
        assert_eq!(audit.of(&leaf).status(), "undetermined", "{field}");
    }
}

#[test]
fn an_impostor_has_all_but_the_key() {
    let scene = Scene::rooted();
    let fakes = [
        ("serial and dates", draft_2019().self_signed()),
        ("serial of 2019, dates of 2013", draft_2013().serial(&[7, 0x86, 0xd1]).self_signed()),
        ("another serial, same dates", draft_2019().serial(&[9]).self_signed()),
        ("a pinned serial, later dates", draft_2019().from("2026-01-01T00:00:00Z").self_signed()),
        ("no CA, self-issued", draft_2019().extensions(&[]).self_signed()),
        ("a CA that another CA signed", draft_2019().signed_by(&Draft::ca("Other").self_signed())),
    ];
    for (what, fake) in fakes {
        let leaf = leaf_under(&fake);
        scene.put("leaf.cer", &leaf);
        let record = scene.judge(&fake, &[], AT);
        assert_eq!(record.verdict(), "untrusted: root-impostor", "{what}");
        assert!(record.has("root-impostor"), "{what}");
        let below = scene.judge(&leaf, &[&fake], AT);
        assert_eq!(below.verdict(), "untrusted: signed-by-no-pinned-root", "{what}");
        assert_anchor(&scene, what);
    }
}

#[test]
fn a_next_generation_is_neither_trusted_nor_an_impostor() {
    let next = Draft::ca("").subject(authority()).serial(&[0x0a, 1, 2]);
    let next = next.from("2026-07-20T00:00:00Z").until("2036-07-20T00:00:00Z").self_signed();
    let ca = Draft::ca("Sub").from("2026-08-01T00:00:00Z").until("2036-01-01T00:00:00Z").signed_by(&next);
    let leaf = Draft::leaf("new").from("2026-09-01T00:00:00Z").until("2029-09-01T00:00:00Z");
    let (direct, below) = (leaf.signed_by(&next), leaf.clone().serial(&[9]).signed_by(&ca));
    let at = "2026-10-01T00:00:00Z";
    // Whether all pinned roots are in hand does not matter: its key has signed them.
    for scene in [Scene::rooted(), Scene::new()] {
        for made in [&next, &ca, &direct, &below] {
            let record = scene.judge(made, &[&next, &ca], at);
            assert_eq!(record.verdict(), "undetermined: root-unknown-generation");
            assert!(record.has("root-unknown-generation") && !record.has("untrusted-path"), "{:?}", record.rules());
        }
    }
    // With its pin it is an anchor as any other.
    let mut scene = Scene::rooted();
    let pin = Pin {
        id: "2026",
        serial: "0A 01 02".into(),
        not_before: "2026-07-20".into(),
        not_after: "2036-07-20".into(),
        issues: "{from: 2026-07-20}",
        ..pin_2019(&next)
    };
    scene.rules.pins[1].issues = "{from: 2019-07-24, until: 2026-07-19}";
    scene.rules.pins.push(pin);
    let record = scene.judge(&below, &[&next, &ca], at);
    assert_eq!((record.verdict().as_str(), record.generation()), ("trusted", Some("2026")));
}

#[test]
fn a_later_root_that_is_not_self_signed_has_signed_nothing() {
    let scene = Scene::rooted();
    // The real root's public key in a root that seems to be the next generation.
    let fake = draft_2019().serial(&[0x0b]).from("2026-07-20T00:00:00Z").until("2036-07-20T00:00:00Z");
    let other = Made { key: key(), ..scene.root_2019.clone() };
    let fake = fake.key(&scene.root_2019.key).signed_by(&other);
    assert_eq!(scene.judge(&fake, &[], AT).verdict(), "undetermined: root-unknown-generation");
    let stranger = Draft::leaf("stranger").signed_by(&draft_2019().self_signed());
    let record = scene.judge(&stranger, &[&fake], AT);
    assert_eq!(record.verdict(), "untrusted: signed-by-no-pinned-root");
}

#[test]
fn roots_given_on_the_command_line_are_anchors_and_not_listed() {
    let scene = Scene::new();
    let leaf = leaf_under(&scene.root_2019);
    scene.put("leaf.cer", &leaf);
    assert_eq!(scene.audit(AT).of(&leaf).verdict(), "undetermined: root-missing");
    let both = scene.aside("roots.pem");
    std::fs::write(&both, [scene.root_2013.pem(), scene.root_2019.pem()].concat()).unwrap();
    let audit = scene.audit_with(AT, &["--root", argument(&both)]);
    assert_eq!(audit.of(&leaf).verdict(), "trusted");
    assert!(audit.find(&scene.root_2019).is_none() && audit.find(&scene.root_2013).is_none());
    assert_eq!(audit.0["summary"]["certificates"], 1);
    // An impostor given by hand is no anchor either.
    let fake = draft_2019().self_signed();
    let path = scene.aside("fake.cer");
    std::fs::write(&path, &fake.der).unwrap();
    let record = scene.audit_with(AT, &["--root", argument(&path)]).of(&leaf);
    assert_eq!(record.verdict(), "undetermined: root-missing");
}

#[test]
fn a_missing_root_is_named_with_its_fingerprint() {
    let scene = Scene::new();
    scene.put("root-2013.cer", &scene.root_2013);
    let record = scene.judge(&leaf_under(&scene.root_2019), &[], AT);
    assert_eq!(record.verdict(), "undetermined: root-missing");
    let finding = record.finding("root-missing");
    let needed = finding["evidence"]["needed"].as_array().unwrap();
    let printed: Vec<String> = scene.root_2019.sha1().to_uppercase().as_bytes().chunks(2).map(text).collect();
    assert_eq!(needed.len(), 1, "the 2013 root is in hand");
    assert!(needed[0].as_str().unwrap().contains(&printed.join(" ")), "{needed:?}");
    assert!(finding["remedy"].as_str().unwrap().contains("shomei root add"));
}

/// `shomei root …` with the scene's policy: what it prints, and its exit code.
fn root(scene: &Scene, arguments: &[&str]) -> (String, Option<i32>) {
    let policy = scene.policy();
    let all = [&["root", arguments[0], "--policy", argument(&policy)], &arguments[1..]].concat();
    let output = scene.run(&all);
    (text(&output.stdout) + &text(&output.stderr), output.status.code())
}

#[test]
fn roots_are_kept_listed_checked_and_removed() {
    let scene = Scene::new();
    let (good, fake) = (scene.aside("good.cer"), scene.aside("fake.cer"));
    std::fs::write(&good, &scene.root_2019.der).unwrap();
    std::fs::write(&fake, draft_2019().self_signed().der).unwrap();
    let leaf = leaf_under(&scene.root_2019);
    scene.put("leaf.cer", &leaf);

    assert_eq!(root(&scene, &["check"]).1, Some(1), "nothing is kept yet");
    assert_eq!(root(&scene, &["check", argument(&good)]).1, Some(0));
    assert_eq!(root(&scene, &["check", argument(&good), argument(&fake)]).1, Some(1));
    let (told, code) = root(&scene, &["add", argument(&fake)]);
    assert_eq!(code, Some(1));
    assert!(told.contains("impostor"), "{told}");
    assert_eq!(scene.audit(AT).of(&leaf).verdict(), "undetermined: root-missing", "nothing was added");

    assert_eq!(root(&scene, &["add", argument(&good)]).1, Some(0));
    assert_eq!(root(&scene, &["add", argument(&good)]).1, Some(0), "twice is once");
    let audit = scene.audit(AT);
    assert_eq!(audit.of(&leaf).verdict(), "trusted");
    assert!(audit.find(&scene.root_2019).is_none(), "kept roots are not listed");
    let (listed, code) = root(&scene, &["list"]);
    assert_eq!(code, Some(0));
    assert!(squeezed(&listed).contains(&scene.root_2019.sha256()), "SHA-256 is learnt: {listed}");
    assert!(!squeezed(&listed).contains(&scene.root_2013.sha256()));
    assert_eq!(root(&scene, &["check"]).1, Some(1), "the 2013 root is missing");

    assert_eq!(root(&scene, &["remove", "2013"]).1, Some(2), "is not kept");
    assert_eq!(root(&scene, &["remove", "2019"]).1, Some(0));
    assert_eq!(scene.audit(AT).of(&leaf).verdict(), "undetermined: root-missing");
    assert_eq!(root(&scene, &["add", argument(&scene.aside("nowhere.cer"))]).1, Some(2));
}

/// Lower case without spaces.
fn squeezed(text: &str) -> String {
    text.to_lowercase().replace(' ', "")
}

#[test]
fn a_kept_root_that_was_exchanged_is_refused() {
    let scene = Scene::new();
    let good = scene.aside("good.cer");
    std::fs::write(&good, &scene.root_2019.der).unwrap();
    assert_eq!(root(&scene, &["add", argument(&good)]).1, Some(0));
    let kept = scene.aside("home/shomei/roots").join(format!("{}.cer", scene.root_2019.sha256()));
    std::fs::write(&kept, draft_2019().self_signed().der).unwrap();
    let (told, code) = root(&scene, &["list"]);
    assert_eq!(code, Some(2), "{told}");
}
