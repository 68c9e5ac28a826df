//! Days and seconds at the edges.

use shomei::audit::rules::RuleAnswer;
use shomei::policy::Severity;

use super::scene::*;

/// An answer in a letter: clear, found, not applicable.
fn letter(answer: &RuleAnswer) -> char {
    match answer {
        RuleAnswer::Clear => 'c',
        RuleAnswer::Findings(_) => 'F',
        RuleAnswer::NotApplicable => '-',
        RuleAnswer::NotInForce => 'n',
        RuleAnswer::Undetermined => '?',
    }
}

#[test]
fn the_gap_begins_and_ends_at_midnight_in_japan() {
    // notBefore; issued-in-gap; generation-mismatch under the root of 2013, of 2019.
    for (from, gap, under_2013, under_2019) in [
        ("2019-07-19T14:59:59Z", 'c', 'c', 'F'),
        ("2019-07-19T15:00:00Z", 'F', '-', '-'),
        ("2019-07-23T14:59:59Z", 'F', '-', '-'),
        ("2019-07-23T15:00:00Z", 'c', 'F', 'c'),
    ] {
        let mut scene = Scene::of(Leaf { from, ..Leaf::default() });
        assert_eq!(letter(&scene.judge("issued-in-gap")), gap, "{from}");
        assert_eq!(letter(&scene.judge("generation-mismatch")), under_2019, "{from}");
        scene.verdict.generation = Some("2013".into());
        assert_eq!(letter(&scene.judge("generation-mismatch")), under_2013, "{from}");
    }
}

#[test]
fn while_spans_of_issue_overlap_either_generation_is_right() {
    let mut scene = Scene::of(Leaf { from: "2019-07-25T00:00:00Z", ..Leaf::default() });
    scene.policy.authorities[0].pins[0].issues.value.until = None;
    for generation in ["2013", "2019"] {
        scene.verdict.generation = Some(generation.into());
        assert_eq!(scene.judge("generation-mismatch"), RuleAnswer::Clear, "{generation}");
    }
}

#[test]
fn a_day_that_no_pin_claims_calls_for_no_generation() {
    let mut scene = Scene::of(Leaf { from: "2019-08-01T00:00:00Z", ..Leaf::default() });
    scene.policy.authorities[0].pins[1].issues.value.from = shomei::calendar::parse_day("2020-01-01");
    assert_eq!(scene.judge("generation-mismatch"), RuleAnswer::NotApplicable);
}

#[test]
fn tiers_hold_to_their_day() {
    // The certificate ends on 2027-01-10 in Japan. The day judged; tier, days left, severity.
    use Severity::{Error, Info, Warning};
    for (at, found) in [
        ("2026-10-11T14:59:59Z", None),
        ("2026-10-11T15:00:00Z", Some((90, 90, Info))),
        ("2026-12-10T14:59:59Z", Some((90, 31, Info))),
        ("2026-12-10T15:00:00Z", Some((30, 30, Warning))),
        ("2027-01-02T14:59:59Z", Some((30, 8, Warning))),
        ("2027-01-02T15:00:00Z", Some((7, 7, Error))),
        ("2027-01-10T14:59:59Z", Some((7, 0, Error))),
    ] {
        let scene = Scene { at: instant(at), ..Scene::healthy() };
        let answer = scene.judge("expiring");
        let Some((tier, left, severity)) = found else {
            assert_eq!(answer, RuleAnswer::Clear, "{at}");
            continue;
        };
        let finding = only(answer);
        assert_eq!(said(&finding.evidence, "tier"), tier.to_string(), "{at}");
        assert_eq!(said(&finding.evidence, "days_left"), left.to_string(), "{at}");
        assert_eq!(finding.severity, Some(severity), "{at}");
    }
}

#[test]
fn both_ends_of_a_validity_belong_to_it() {
    // The moment judged; not-yet-valid, expiring, expired.
    for (at, not_yet, expiring, expired) in [
        ("2024-01-09T14:59:59Z", 'F', '-', 'c'),
        ("2024-01-09T15:00:00Z", 'c', 'c', 'c'),
        ("2027-01-10T14:59:59Z", 'c', 'F', 'c'),
        ("2027-01-10T15:00:00Z", 'c', '-', 'F'),
    ] {
        let scene = Scene { at: instant(at), ..Scene::healthy() };
        assert_eq!(letter(&scene.judge("not-yet-valid")), not_yet, "{at}");
        assert_eq!(letter(&scene.judge("expiring")), expiring, "{at}");
        assert_eq!(letter(&scene.judge("expired")), expired, "{at}");
    }
}

#[test]
fn life_ends_with_the_root_where_there_is_a_path_and_with_the_certificate_where_there_is_none() {
    let mut scene = Scene { at: instant("2026-06-02T00:00:00Z"), ..Scene::healthy() };
    scene.verdict.effective_expiry = Some(instant("2026-06-01T00:00:00Z"));
    assert_eq!(said(&only(scene.judge("expired")).evidence, "end"), "2026-06-01");
    scene.verdict.effective_expiry = None;
    assert_eq!(scene.judge("expired"), RuleAnswer::Clear);
    scene.verdict.effective_expiry = Some(instant("2026-06-03T00:00:00Z"));
    let finding = only(scene.judge("expiring"));
    assert_eq!(said(&finding.evidence, "cause"), "an issuer's certificate ends first");
}

#[test]
fn three_years_may_end_on_the_day_or_the_day_before() {
    // Issued; ends; validity-unusual. All at noon in Japan.
    for (from, until, answer) in [
        ("2020-04-01T03:00:00Z", "2023-03-30T03:00:00Z", 'F'),
        ("2020-04-01T03:00:00Z", "2023-03-31T03:00:00Z", 'c'),
        ("2020-04-01T03:00:00Z", "2023-04-01T03:00:00Z", 'c'),
        ("2020-04-01T03:00:00Z", "2023-04-02T03:00:00Z", 'F'),
        // There is no 29 February 2027.
        ("2024-02-29T03:00:00Z", "2027-02-26T03:00:00Z", 'F'),
        ("2024-02-29T03:00:00Z", "2027-02-27T03:00:00Z", 'c'),
        ("2024-02-29T03:00:00Z", "2027-02-28T03:00:00Z", 'c'),
        ("2024-02-29T03:00:00Z", "2027-03-01T03:00:00Z", 'F'),
        // Before the first span nothing is usual.
        ("2014-08-17T03:00:00Z", "2015-08-17T03:00:00Z", 'n'),
        // The 18th in Japan is still the 17th in UTC.
        ("2014-08-17T15:00:00Z", "2017-08-17T14:59:59Z", 'c'),
        // Cut short to the end of the root, 2029-07-20T14:59:59Z: within a day of it.
        ("2028-01-01T03:00:00Z", "2029-07-20T14:59:59Z", 'c'),
        ("2028-01-01T03:00:00Z", "2029-07-19T14:59:59Z", 'c'),
        ("2028-01-01T03:00:00Z", "2029-07-19T14:59:58Z", 'F'),
    ] {
        let scene = Scene::of(Leaf { from, until, ..Leaf::default() });
        assert_eq!(letter(&scene.judge("validity-unusual")), answer, "{from} {until}");
    }
}

#[test]
fn months_and_tolerance_count() {
    // Issued on 2024-01-10, for three years and three months, give or take two days: until
    // 2027-04-10 or the day before.
    for (until, answer) in [
        ("2027-04-06T03:00:00Z", 'F'),
        ("2027-04-07T03:00:00Z", 'c'),
        ("2027-04-12T03:00:00Z", 'c'),
        ("2027-04-13T03:00:00Z", 'F'),
    ] {
        let mut scene = Scene::of(Leaf { until, ..Leaf::default() });
        let usual = &mut scene.policy.authorities[0].validity[0].value;
        (usual.months, usual.tolerance_days) = (3, 2);
        assert_eq!(letter(&scene.judge("validity-unusual")), answer, "{until}");
    }
}

#[test]
fn no_expiry_has_no_day_in_japan_and_breaks_nothing() {
    let mut scene = Scene::of(Leaf { until: "9999-12-31T23:59:59Z", ..Leaf::default() });
    scene.verdict.effective_expiry = None;
    assert_eq!(scene.judge("expired"), RuleAnswer::Clear);
    assert_eq!(scene.judge("expiring"), RuleAnswer::Clear);
    let evidence = only(scene.judge("validity-unusual")).evidence;
    assert_eq!(said(&evidence, "expires_on"), "9999-12-31T23:59:59Z");
    scene.verdict.effective_expiry = Some(instant("2029-07-20T14:59:59Z"));
    let evidence = only(scene.judge("outlives-root")).evidence;
    assert_eq!(said(&evidence, "expires_on"), "9999-12-31T23:59:59Z");
    assert_eq!(said(&evidence, "effective_expiry"), "2029-07-20");
}

#[test]
fn a_signer_may_sign_in_its_last_second() {
    for (signer, answer) in
        [("2024-01-09T14:59:59Z", 'F'), ("2024-01-09T15:00:00Z", 'c'), ("2024-01-09T15:00:01Z", 'c')]
    {
        let mut scene = Scene::healthy();
        scene.verdict.signer_not_after = Some(instant(signer));
        assert_eq!(letter(&scene.judge("issued-after-root-retired")), answer, "{signer}");
    }
}
