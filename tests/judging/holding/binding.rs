//! Whose certificate it is.

use shomei::calendar::parse_day;
use shomei::register::{Holder, HolderKey, ManualBinding, RegisterState};
use shomei::trust::TrustStatus;

use super::cards::*;

/// The tests' policy with these patterns.
fn with_patterns(patterns: &str) -> String {
    format!("{HOLDERS}  patterns:\n{patterns}")
}

fn whose(made: &Made, office: &RegisterState, patterns: &str) -> String {
    judge_at(std::slice::from_ref(made), office, "2026-11-23", &with_patterns(patterns)).whose(made)
}

#[test]
fn each_level_binds_and_the_stronger_one_wins() {
    let subject = "    - {field: subject, pattern: \"CN={id}, *\"}\n";
    let (one, old) =
        (Made { printed: "CN=P4, O=Test".into(), ..card(1) }, card(2).subject(1).lasts("2021-01-01", "2024-01-01"));
    let declares = Holder { declared: declared(Some(&one.serial), "2027-06-01"), ..holder("P2") };
    let holders = [holder("P1"), declares, holder("P3"), holder("P4")];
    let all = bind(office(&holders), &[(&one, "P1"), (&old, "P3")]);
    let said = |office: &RegisterState| {
        judge_at(&[one.clone(), old.clone()], office, "2026-11-23", &with_patterns(subject)).whose(&one)
    };
    assert_eq!(said(&all), "P1 by-hand");
    let mut less = bind(office(&holders), &[(&old, "P3")]);
    assert_eq!(said(&less), "P2 serial");
    less.holders[1].declared = None;
    assert_eq!(said(&less), "P3 subject");
    less.bindings.clear();
    assert_eq!(said(&less), "P4 pattern");
    less.holders.pop();
    assert_eq!(said(&less), "unknown");
    assert_eq!(said(&RegisterState::default()), "no register");
}

#[test]
fn what_is_nobodys_by_hand_is_bound_by_no_rule() {
    let one = card(1);
    let holders = [Holder { declared: declared(Some(&one.serial), ""), ..holder("P1") }];
    let mut office = office(&holders);
    office.bindings.insert(one.sha256(), ManualBinding::Nobody);
    assert_eq!(judge(std::slice::from_ref(&one), &office).whose(&one), "nobody");
}

#[test]
fn two_candidates_at_one_level_bind_to_neither_and_weaker_levels_do_not_decide() {
    let one = Made { printed: "CN=P3, O=Test".into(), ..card(1) };
    let declares = |id| Holder { declared: declared(Some(&one.serial), ""), ..holder(id) };
    let pattern = "    - {field: subject, pattern: \"CN={id}, *\"}\n";
    let twice = office(&[declares("P1"), declares("P2"), holder("P3")]);
    assert_eq!(whose(&one, &twice, pattern), "? P1 P2");
    // By subject: two predecessors that are bound to different holders.
    let (a, b) =
        (card(2).subject(1).lasts("2018-01-01", "2021-01-01"), card(3).subject(1).lasts("2021-01-01", "2024-01-01"));
    let bound = bind(office(&[holder("P1"), holder("P2")]), &[(&a, "P1"), (&b, "P2")]);
    assert_eq!(judge(&[one.clone(), a.clone(), b.clone()], &bound).whose(&one), "? P1 P2");
    // One that began between them has one predecessor only.
    let between = card(4).subject(1).lasts("2020-01-01", "2023-01-01");
    assert_eq!(judge(&[between.clone(), a, b], &bound).whose(&between), "P1 subject");
    // By pattern: one ID in two registers.
    let mut two = office(&[holder("P3")]);
    two.holders.push(Holder { key: HolderKey { register: "yokohama".into(), id: "P3".into() }, ..holder("P3") });
    assert_eq!(whose(&one, &two, pattern), "? P3 P3");
}

#[test]
fn a_declared_serial_needs_an_issuer_that_the_policy_knows() {
    let one = Made { of_authority: false, ..card(1) };
    let office = office(&[Holder { declared: declared(Some(&one.serial), ""), ..holder("P1") }]);
    assert_eq!(judge(std::slice::from_ref(&one), &office).whose(&one), "unknown");
}

#[test]
fn a_subject_is_inherited_only_within_one_issuer_and_from_trusted_certificates() {
    let one = card(1);
    let old = card(2).subject(1).lasts("2021-01-01", "2024-01-01");
    let said =
        |old: &Made| judge(&[one.clone(), old.clone()], &bind(office(&[holder("P1")]), &[(old, "P1")])).whose(&one);
    assert_eq!(said(&old), "P1 subject");
    assert_eq!(said(&Made { issuer: 9, ..old.clone() }), "unknown");
    assert_eq!(said(&old.clone().status(TrustStatus::Untrusted)), "unknown");
    assert_eq!(said(&old.clone().status(TrustStatus::Undetermined)), "unknown");
    // Where there is no predecessor, one that came after it tells too.
    assert_eq!(said(&old.lasts("2025-01-01", "2028-01-01")), "P1 subject");
}

#[test]
fn patterns_read_whole_words_from_subject_friendly_name_and_path() {
    let office = office(&[provider("12", "care"), provider("P-7", "care")]);
    let named = |printed: &str| Made { printed: printed.into(), ..card(1) };
    let subject = |text: &str, pattern: &str| {
        whose(&named(text), &office, &format!("    - {{field: subject, pattern: \"{pattern}\"}}\n"))
    };
    assert_eq!(subject("CN=9900000012 ひまわり, O=Test", "CN={provider_number} *"), "12 pattern");
    assert_eq!(subject("CN=9900000012ひまわり, O=Test", "CN={provider_number}*"), "12 pattern", "kana ends a number");
    assert_eq!(subject("CN=19900000012, O=Test", "*{provider_number}*"), "unknown", "part of a longer number");
    assert_eq!(subject("OU=412, CN=x", "*{id}*"), "unknown");
    assert_eq!(subject("OU=12, CN=x", "*{id}*"), "12 pattern");
    assert_eq!(subject("CN=P-7", "CN={id}"), "P-7 pattern");
    assert_eq!(subject("CN=P-7, O=Test", "CN={id}"), "unknown", "the pattern fits the whole");
    assert_eq!(subject("CN=12 and P-7", "*{id}*"), "? 12 P-7");
    let mut made = card(1);
    made.places[0].friendly_name = Some("ひまわり(12)".into());
    made.places.push(place("C:\\share\\P-7.p12", None));
    let field = |field: &str, pattern: &str| {
        whose(&made, &office, &format!("    - {{field: {field}, pattern: \"{pattern}\"}}\n"))
    };
    assert_eq!(field("friendly-name", "*({id})"), "12 pattern");
    assert_eq!(field("path", "*/share/{id}.p12"), "P-7 pattern");
}

#[test]
fn the_category_is_the_patterns_else_the_registers() {
    let office = bind(office(&[Holder { category: Some("care".into()), ..holder("P1") }]), &[(&card(1), "P1")]);
    let category = |patterns: &str| {
        let one = Made { printed: "OU=障害, CN=1".into(), ..card(1) };
        let section = if patterns.is_empty() { HOLDERS.into() } else { with_patterns(patterns) };
        judge_at(std::slice::from_ref(&one), &office, "2026-11-23", &section).of(&one).category.clone()
    };
    assert_eq!(category("").as_deref(), Some("care"));
    let welfare = "    - {field: subject, pattern: \"OU=障害, *\", category: welfare}\n";
    assert_eq!(category(welfare).as_deref(), Some("welfare"));
    let both = format!("{welfare}    - {{field: subject, pattern: \"*CN=1\", category: both}}\n");
    assert_eq!(category(&both), None, "two patterns that disagree");
}

/// A card whose subject has these provider numbers.
fn numbered(name: u8, numbers: &[&str]) -> Made {
    Made { numbers: numbers.iter().map(ToString::to_string).collect(), ..card(name) }
}

#[test]
fn a_trusted_certificate_with_the_number_of_exactly_one_holder_finds_it_by_itself() {
    let (one, two) = (number("P1"), number("P2"));
    let office = office(&[provider("P1", "care"), provider("P2", "care")]);
    let whose = |made: &Made| judge(std::slice::from_ref(made), &office).whose(made);
    assert_eq!(whose(&numbered(1, &[&one])), "P1 provider-number");
    assert_eq!(whose(&numbered(1, &[&one, "9999999999"])), "P1 provider-number", "the other number is nobody's");
    assert_eq!(whose(&numbered(1, &[&one, &two])), "? P1 P2");
    assert_eq!(whose(&numbered(1, &["9999999999"])), "unknown");
    for status in [TrustStatus::Undetermined, TrustStatus::Untrusted] {
        assert_eq!(whose(&numbered(1, &[&one]).status(status)), "unknown", "anybody can write a number");
    }
    let mut by_hand = office.clone();
    by_hand.bindings.insert(numbered(1, &[]).sha256(), ManualBinding::Nobody);
    let made = numbered(1, &[&one]);
    assert_eq!(judge(std::slice::from_ref(&made), &by_hand).whose(&made), "nobody", "by hand it is taken back");
    // One number with two services is one holder's; in two registers it is two holders'.
    let both = Holder { lines: vec![line("P1", "care"), line("P1", "welfare")], ..holder("P1") };
    let mut other = super::cards::office(std::slice::from_ref(&both));
    assert_eq!(judge(std::slice::from_ref(&made), &other).whose(&made), "P1 provider-number");
    other.holders.push(Holder { key: HolderKey { register: "yokohama".into(), id: "P7".into() }, ..both });
    assert_eq!(judge(std::slice::from_ref(&made), &other).whose(&made), "? P1 P7");
}

#[test]
fn a_declared_serial_means_one_of_two_certificates_with_the_same_number() {
    let old = card(1).lasts("2019-07-01", "2022-06-30");
    let new = Made { serial: old.serial.clone(), ..card(2).lasts("2024-06-01", "2027-05-31") };
    let whose = |expires_on: &str, made: &Made| {
        let declared = declared(Some(&old.serial), expires_on);
        let office = office(&[Holder { declared, ..holder("P1") }]);
        judge(&[old.clone(), new.clone()], &office).whose(made)
    };
    let ends = |made: &Made, day: &str| Made { root_ends: parse_day(day), ..made.clone() };
    let (old, new) = (ends(&old, "2023-07-18"), ends(&new, "2029-07-20"));
    for day in ["", "2027-05-31", "2027-06-01", "2027-05-30"] {
        let said = |made: &Made| {
            let declared = declared(Some(&old.serial), day);
            let office = office(&[Holder { declared, ..holder("P1") }]);
            judge(&[old.clone(), new.clone()], &office).whose(made)
        };
        assert_eq!((said(&old), said(&new)), ("unknown".into(), "P1 serial".into()), "{day}");
    }
    assert_eq!(whose("2022-06-30", &old), "P1 serial");
    // One alone is meant whatever day was noted, unless its root is over by then.
    let alone = |made: &Made, day: &str| {
        let office = office(&[Holder { declared: declared(Some(&made.serial), day), ..holder("P1") }]);
        judge(std::slice::from_ref(made), &office).whose(made)
    };
    assert_eq!(alone(&new, "2028-05-31"), "P1 serial");
    assert_eq!(alone(&old, "2027-05-31"), "unknown");
}
