//! What renews what.

use shomei::audit::holding::{CoverageReason, KeyState, Renewal};
use shomei::calendar::parse_day;
use shomei::register::{Holder, ManualBinding, MarkState, MarkTarget, RegisterState};
use shomei::trust::TrustStatus;

use super::cards::*;

/// A certificate that ends soon, and its renewal.
fn pair() -> (Made, Made) {
    let (old, new) = (card(1).lasts("2023-12-01", "2026-12-05"), card(2).subject(1).lasts("2026-11-01", "2029-07-01"));
    (old, new)
}

/// A holder with these PCs whose certificates both are.
fn with_pcs(pcs: &[&str]) -> RegisterState {
    let (old, new) = pair();
    let holder = Holder { places: pcs.iter().map(ToString::to_string).collect(), ..provider("P1", "care") };
    bind(office(&[holder]), &[(&old, "P1"), (&new, "P1")])
}

/// What the old one's renewal lacks: nothing where it is in place.
fn lacks(new: Made, office: &RegisterState) -> (Vec<CoverageReason>, Vec<String>) {
    let (old, _) = pair();
    let said = judge(&[old.clone(), new], office);
    assert_eq!(said.of(&old).is_settled(), matches!(said.of(&old).renewal, Renewal::InPlace(_)));
    match &said.of(&old).renewal {
        Renewal::InPlace(_) => Default::default(),
        Renewal::NotInstalled(lacking) => (lacking.reasons.clone(), lacking.places.clone()),
        Renewal::None => panic!("there is a renewal"),
    }
}

fn nothing() -> (Vec<CoverageReason>, Vec<String>) {
    Default::default()
}

#[test]
fn without_pcs_a_key_seen_anywhere_is_enough() {
    let (_, new) = pair();
    for office in [RegisterState::default(), with_pcs(&[])] {
        assert_eq!(lacks(new.clone(), &office), nothing());
        assert_eq!(lacks(new.clone().key(KeyState::Absent), &office).0, [CoverageReason::KeyAbsent]);
        assert_eq!(lacks(new.clone().key(KeyState::Bare), &office).0, [CoverageReason::BareCertificate]);
        assert_eq!(lacks(new.clone().key(KeyState::Mismatched), &office).0, [CoverageReason::KeyMismatched]);
        assert_eq!(lacks(new.clone().key(KeyState::NotExamined), &office).0, [CoverageReason::KeyNotExamined]);
        assert_eq!(lacks(Made { present: false, ..new.clone() }, &office).0, [CoverageReason::Gone]);
    }
}

#[test]
fn with_pcs_it_must_be_seen_with_its_key_on_each() {
    let (_, new) = pair();
    let office = with_pcs(&["PC1", "受付パソコン"]);
    let places = |new: Made| lacks(new, &office).1;
    assert_eq!(places(new.clone()), ["PC1", "受付パソコン"]);
    assert_eq!(places(new.clone().on(&["PC1"])), ["受付パソコン"]);
    assert_eq!(places(new.clone().on(&["ｐｃ１", "受付ﾊﾟｿｺﾝ"])), [""; 0], "width and case do not matter");
    let mut bare = new.on(&["PC1", "受付パソコン"]);
    bare.places[1].key_matches = None;
    assert_eq!(places(bare), ["受付パソコン"], "the certificate alone is not installed");
}

#[test]
fn marks_stand_for_pcs_that_nobody_scans() {
    let (_, new) = pair();
    let marked = |target: MarkTarget, place: Option<&str>, on: &str| {
        let mut office = with_pcs(&["PC1", "PC2"]);
        mark(&mut office, target, MarkState::Installed, |mark| {
            (mark.place, mark.on) = (place.map(Into::into), parse_day(on));
        });
        lacks(new.clone().on(&["PC1"]), &office).1
    };
    let certificate = || MarkTarget::Certificate(new.sha256());
    assert_eq!(marked(certificate(), Some("pc2"), ""), [""; 0]);
    assert_eq!(marked(certificate(), Some("PC3"), ""), ["PC2"]);
    assert_eq!(marked(certificate(), None, ""), [""; 0], "everywhere");
    assert_eq!(marked(certificate(), Some("PC2"), "2026-11-24"), ["PC2"], "not before the day");
    assert_eq!(marked(MarkTarget::Certificate([9; 32]), Some("PC2"), ""), ["PC2"], "another certificate");
    // A mark on the holder means what there was to install that day.
    assert_eq!(marked(MarkTarget::Holder(key("P1")), Some("PC2"), "2026-11-01"), [""; 0]);
    assert_eq!(marked(MarkTarget::Holder(key("P1")), Some("PC2"), "2026-10-31"), ["PC2"]);
}

#[test]
fn a_mark_is_no_key() {
    let (_, new) = pair();
    let mut office = with_pcs(&["PC1"]);
    mark(&mut office, MarkTarget::Certificate(new.sha256()), MarkState::Installed, |_| {});
    assert_eq!(lacks(new.key(KeyState::Absent), &office), (vec![CoverageReason::KeyAbsent], vec![]));
}

#[test]
fn the_later_one_must_be_trusted_and_alive_and_later() {
    let (old, new) = pair();
    let said = |new: &Made| judge(&[old.clone(), new.clone()], &RegisterState::default()).successor(&old);
    assert_eq!(said(&new), Some(2));
    assert_eq!(said(&new.clone().status(TrustStatus::Untrusted)), None);
    assert_eq!(said(&new.clone().status(TrustStatus::Undetermined)), None);
    assert_eq!(said(&new.clone().lasts("2026-12-01", "2029-07-01")), None, "it has not begun");
    assert_eq!(said(&new.clone().lasts("2024-01-01", "2026-11-22")), None, "it has ended");
    assert_eq!(said(&Made { begins: old.begins, ..new.clone() }), None, "it is not later");
    assert_eq!(said(&new.clone().subject(3)), None, "another subject is another holder");
    assert_eq!(said(&Made { issuer: 5, ..new.clone() }), None, "another issuer");
}

#[test]
fn untrusted_ones_are_not_renewed_and_renew_nothing() {
    let (old, new) = pair();
    for status in [TrustStatus::Untrusted, TrustStatus::Undetermined] {
        let old = old.clone().status(status);
        let said = judge(&[old.clone(), new.clone()], &with_pcs(&[]));
        assert_eq!(said.of(&old).renewal, Renewal::None);
    }
}

#[test]
fn one_holder_with_two_subjects_is_one_holder() {
    let (old, new) = pair();
    let new = new.subject(7);
    let said = judge(&[old.clone(), new.clone()], &with_pcs(&[]));
    assert_eq!(said.successor(&old), Some(2));
    // And one subject with two holders is two.
    let new = new.subject(1);
    let office = bind(office(&[holder("P1"), holder("P2")]), &[(&old, "P1"), (&new, "P2")]);
    assert_eq!(judge(&[old.clone(), new.clone()], &office).successor(&old), None);
    // A wrong link is undone by a binding.
    let mut undone = with_pcs(&[]);
    undone.bindings.insert(new.sha256(), ManualBinding::Nobody);
    assert_eq!(judge(&[old.clone(), new], &undone).successor(&old), None);
}

#[test]
fn the_purpose_must_be_the_same_or_wider() {
    let (old, new) = pair();
    let said = |earlier: &str, later: &str| {
        let patterns = format!(
            "{HOLDERS}  patterns:\n    - {{field: subject, pattern: \"CN=1, *\", category: {earlier}}}\n    \
             - {{field: subject, pattern: \"CN=2, *\", category: {later}}}\n"
        );
        judge_at(&[old.clone(), new.clone()], &RegisterState::default(), "2026-11-23", &patterns).successor(&old)
    };
    assert_eq!(said("care", "care"), Some(2));
    assert_eq!(said("care", "both"), Some(2));
    assert_eq!(said("both", "care"), None);
    assert_eq!(said("care", "welfare"), None);
}

#[test]
fn a_renewal_that_does_not_fit_what_is_billed_is_not_in_place() {
    let (old, new) = pair();
    let holder = Holder { category: Some("welfare".into()), ..provider("P1", "care") };
    let office = bind(office(&[holder]), &[(&old, "P1"), (&new, "P1")]);
    assert_eq!(lacks(new, &office).0, [CoverageReason::CategoryUnfit]);
}

#[test]
fn an_older_renewal_that_is_in_place_settles_though_a_newer_one_is_not() {
    let first = card(1).lasts("2020-01-01", "2023-01-01");
    let second = card(2).subject(1).lasts("2022-12-01", "2026-12-05");
    let third = card(3).subject(1).lasts("2026-11-01", "2029-07-01").key(KeyState::Absent);
    let said = judge(&[first.clone(), second.clone(), third], &RegisterState::default());
    assert!(said.of(&first).is_settled());
    assert!(!said.of(&second).is_settled());
    assert_eq!((said.successor(&first), said.successor(&second)), (Some(3), Some(3)));
}

#[test]
fn what_is_not_to_be_renewed_is_settled_until_the_marks_day() {
    let one = card(1);
    let settled = |target: MarkTarget, until: &str| {
        let mut office = bind(office(&[holder("P1")]), &[(&one, "P1")]);
        mark(&mut office, target, MarkState::NotRenewing, |mark| mark.until = parse_day(until));
        judge(std::slice::from_ref(&one), &office).of(&one).is_settled()
    };
    assert!(settled(MarkTarget::Certificate(one.sha256()), ""));
    assert!(settled(MarkTarget::Holder(key("P1")), ""));
    assert!(settled(MarkTarget::Certificate(one.sha256()), "2026-11-23"));
    assert!(!settled(MarkTarget::Certificate(one.sha256()), "2026-11-22"));
    assert!(!settled(MarkTarget::Certificate([9; 32]), ""));
}

#[test]
fn surplus_counts_what_lives_but_for_a_renewals_overlap() {
    let surplus = |cards: &[Made], holder: Holder| {
        let bindings: Vec<(&Made, &str)> = cards.iter().map(|made| (made, "P1")).collect();
        judge(cards, &bind(office(&[holder]), &bindings)).held.holders[0].surplus.len()
    };
    let one = |holder: fn(Holder) -> Holder| holder(provider("P1", "care"));
    let (old, new) = pair();
    assert_eq!(surplus(&[old.clone(), new.clone()], one(|h| h)), 0, "the overlap of a renewal");
    // 2027-02-21 is 90 days away.
    assert_eq!(surplus(&[old.clone().lasts("2024-03-01", "2027-02-21"), new.clone()], one(|h| h)), 0);
    assert_eq!(surplus(&[old.clone().lasts("2024-03-01", "2027-02-22"), new.clone()], one(|h| h)), 2);
    assert_eq!(surplus(&[card(1), card(2).status(TrustStatus::Untrusted)], one(|h| h)), 0);
    assert_eq!(surplus(&[card(1), card(2).lasts("2020-01-01", "2023-01-01")], one(|h| h)), 0);
    let two_numbers = |h: Holder| Holder { lines: vec![line("P1", "care"), line("P2", "care")], ..h };
    assert_eq!(surplus(&[card(1), Made { present: false, ..card(2) }], one(|h| h)), 0, "it lies nowhere");
    assert_eq!(surplus(&[card(1), card(2)], one(two_numbers)), 0, "one for each provider number");
    assert_eq!(surplus(&[card(1), card(2), card(3)], one(two_numbers)), 3);
}

#[test]
fn whether_its_successor_was_installed_is_asked_only_of_what_ended_lately() {
    let office = with_pcs(&["PC1"]);
    let (_, new) = pair();
    let asked = |ended: &str| {
        let old = card(1).lasts("2022-01-01", ended);
        let said = judge(&[old.clone(), new.clone().lasts("2026-08-01", "2029-07-01")], &office);
        matches!(said.of(&old).renewal, Renewal::NotInstalled(_))
    };
    assert!(asked("2026-12-05") && asked("2026-11-01") && asked("2026-08-26"));
    assert!(!asked("2026-08-24") && !asked("2023-01-01"));
}
