//! Who can bill in the coming claim period.

use shomei::audit::holding::{ClaimPeriod, KeyState};
use shomei::calendar::{Zone, parse_day};
use shomei::policy::MonthDays;
use shomei::register::{Holder, HolderKind, HolderStatus, MarkState, MarkTarget, ServiceLine};
use shomei::trust::TrustStatus;

use super::cards::*;

const DAYS: MonthDays = MonthDays { from: 1, until: 10 };

/// What P1, which bills care, can with these certificates of its own.
fn with(cards: &[Made], moment: &str) -> String {
    let bindings: Vec<(&Made, &str)> = cards.iter().map(|made| (made, "P1")).collect();
    judge_at(cards, &bind(office(&[provider("P1", "care")]), &bindings), moment, HOLDERS).bills("P1")
}

fn period(moment: &str) -> (String, String) {
    let zone = Zone::parse("+09:00").unwrap();
    let period = ClaimPeriod::coming(DAYS, zone, at(moment)).unwrap();
    (zone.local(period.from), zone.local(period.until))
}

#[test]
fn the_coming_period_is_the_running_one_or_the_next_to_the_second() {
    let whole = |month: &str| (format!("{month}-01 00:00:00 +09:00"), format!("{month}-10 23:59:59 +09:00"));
    assert_eq!(period("2026-11-23"), whole("2026-12"));
    assert_eq!(period("2026-11-30T23:59:59+09:00"), whole("2026-12"));
    assert_eq!(period("2026-12-01T00:00:00+09:00"), whole("2026-12"));
    assert_eq!(period("2026-12-05T12:00:00+09:00").0, "2026-12-05 12:00:00 +09:00");
    assert_eq!(period("2026-12-10T23:59:59+09:00").0, "2026-12-10 23:59:59 +09:00");
    assert_eq!(period("2026-12-11T00:00:00+09:00"), whole("2027-01"));
    // The same moment is the 10th in UTC and the 11th in Japan.
    assert_eq!(period("2026-12-10T15:00:00Z"), whole("2027-01"));
}

#[test]
fn a_month_too_short_for_the_period_ends_it() {
    let zone = Zone::parse("+09:00").unwrap();
    let days = MonthDays { from: 20, until: 31 };
    let period = ClaimPeriod::of_month(days, zone, parse_day("2027-02-14").unwrap()).unwrap();
    assert_eq!((period.first.to_string(), period.last.to_string()), ("2027-02-20".into(), "2027-02-28".into()));
}

#[test]
fn what_is_left_of_a_period_is_all_of_it_until_it_begins_and_nothing_once_it_is_over() {
    let zone = Zone::parse("+09:00").unwrap();
    let december = ClaimPeriod::of_month(DAYS, zone, parse_day("2026-12-24").unwrap()).unwrap();
    let left = |moment: &str| december.left(zone, at(moment)).map(|period| zone.local(period.from));
    assert_eq!(left("2026-11-23").as_deref(), Some("2026-12-01 00:00:00 +09:00"));
    assert_eq!(left("2026-12-05T12:00:00+09:00").as_deref(), Some("2026-12-05 12:00:00 +09:00"));
    assert_eq!(left("2026-12-10T23:59:59+09:00").as_deref(), Some("2026-12-10 23:59:59 +09:00"));
    assert_eq!(left("2026-12-11"), None);
}

#[test]
fn the_first_period_not_covered_is_told_to_the_second() {
    let zone = Zone::parse("+09:00").unwrap();
    let first = |from: &str, end: &str| {
        let period = ClaimPeriod::first_not_covered(DAYS, zone, at(from), at(end)).unwrap();
        (period.first.to_string(), period.last.to_string())
    };
    let days = |first: &str, last: &str| (first.to_string(), last.to_string());
    let may = days("2027-05-01", "2027-05-10");
    assert_eq!(first("2026-11-23", "2027-05-05T23:59:59+09:00"), may);
    assert_eq!(first("2026-11-23", "2027-05-10T23:59:58+09:00"), may);
    assert_eq!(first("2026-11-23", "2027-05-10T23:59:59+09:00"), days("2027-06-01", "2027-06-10"));
    assert_eq!(first("2026-11-23", "2027-04-30T23:59:59+09:00"), may);
    assert_eq!(first("2026-11-23", "2027-12-20T23:59:59+09:00"), days("2028-01-01", "2028-01-10"));
    // Midnight in Japan is the day before in UTC.
    assert_eq!(first("2026-11-23", "2027-05-10T15:00:00Z"), days("2027-06-01", "2027-06-10"));
    // What ended long ago, or within the running period, misses the coming one, or what is left of it.
    assert_eq!(first("2026-12-20", "2022-07-18"), days("2027-01-01", "2027-01-10"));
    assert_eq!(first("2026-12-05", "2026-12-08"), days("2026-12-05", "2026-12-10"));
    assert_eq!(first("2026-12-05", "2026-12-10T23:59:59+09:00"), days("2027-01-01", "2027-01-10"));
    // "No expiry" ends with the calendar.
    assert_eq!(ClaimPeriod::first_not_covered(DAYS, zone, at("2026-11-23"), at("9999-12-31T23:59:59Z")), None);
}

/// Month by month, as the definition says it.
#[test]
fn the_first_period_not_covered_is_the_first_of_all_that_come() {
    let zone = Zone::parse("+09:00").unwrap();
    for days in [DAYS, MonthDays { from: 20, until: 31 }, MonthDays { from: 1, until: 1 }] {
        for hours in (0..24 * 500).step_by(7) {
            let (from, end) = (at("2026-12-05T12:00:00+09:00"), at("2026-09-01") + time::Duration::hours(hours));
            let mut period = ClaimPeriod::coming(days, zone, from).unwrap();
            while period.until <= end {
                period = ClaimPeriod::coming(days, zone, period.until + time::Duration::SECOND).unwrap();
            }
            assert_eq!(ClaimPeriod::first_not_covered(days, zone, from, end), Some(period), "{days:?} {end}");
        }
    }
}

#[test]
fn any_month_may_be_asked_about_and_the_moment_judged_stays() {
    let policy = policy(HOLDERS);
    let bills = |cards: &[Made], month: &str| {
        let bindings: Vec<(&Made, &str)> = cards.iter().map(|made| (made, "P1")).collect();
        let office = bind(office(&[provider("P1", "care")]), &bindings);
        let period = ClaimPeriod::of_month(DAYS, policy.zone, parse_day(month).unwrap());
        judge_for(cards, &office, "2026-11-23", HOLDERS, period).bills("P1")
    };
    let old = card(1).lasts("2024-06-01", "2027-06-05");
    let new = card(2).lasts("2027-06-03", "2030-06-02");
    let old_alone = std::slice::from_ref(&old);
    assert_eq!(bills(old_alone, "2027-05-01"), "can");
    assert_eq!(bills(old_alone, "2027-06-01"), "can-until 2027-06-05: ends-within");
    assert_eq!(bills(old_alone, "2027-07-01"), "cannot: expired");
    let both = [old.clone(), new];
    assert_eq!(["2027-06-01", "2027-07-01"].map(|month| bills(&both, month)), ["can", "can"]);
    assert_eq!(bills(&both, "2030-06-01"), "can-until 2030-06-02: ends-within");
    // What is not trusted on the day judged is not trusted for another month.
    assert_eq!(bills(&[old.status(TrustStatus::Undetermined)], "2027-05-01"), "unknown: undetermined");
}

#[test]
fn until_when_claims_can_be_submitted_is_told_to_the_day() {
    let ends = |moment: &str| with(&[Made { ends: at(moment), ..card(1) }], "2026-11-23");
    assert_eq!(ends("2026-12-10T23:59:59+09:00"), "can");
    assert_eq!(ends("2026-12-10T23:59:58+09:00"), "can-until 2026-12-09: ends-within", "the 10th is not whole");
    assert_eq!(ends("2026-12-07T23:59:59+09:00"), "can-until 2026-12-07: ends-within");
    // Of the first day its part is all that there is.
    assert_eq!(ends("2026-12-01T00:00:00+09:00"), "can-until 2026-12-01: ends-within");
    assert_eq!(ends("2026-11-30T23:59:59+09:00"), "cannot: expired");
    let begins = |moment: &str| with(&[Made { begins: at(moment), ..card(1) }], "2026-11-23");
    assert_eq!(begins("2026-12-01T00:00:00+09:00"), "can");
    assert_eq!(begins("2026-12-01T00:00:01+09:00"), "can from 2026-12-01");
    assert_eq!(begins("2026-12-05T09:00:00+09:00"), "can from 2026-12-05", "one day is enough for the claims");
    assert_eq!(begins("2026-12-10T23:59:59+09:00"), "can from 2026-12-10");
    assert_eq!(begins("2026-12-11T00:00:00+09:00"), "cannot: not-yet-valid");
}

#[test]
fn a_break_between_two_certificates_costs_days_and_not_the_claims() {
    let old = Made { ends: at("2026-12-04T23:59:59+09:00"), ..card(1) };
    let new = |begins: &str| Made { begins: at(begins), ..card(2) };
    assert_eq!(with(&[old.clone(), new("2026-12-05T00:00:00+09:00")], "2026-11-23"), "can");
    assert_eq!(with(&[old.clone(), new("2026-12-07T00:00:00+09:00")], "2026-11-23"), "can");
    // What is not proven to follow leaves the days until then.
    let bare = new("2026-12-05T00:00:00+09:00").key(KeyState::Bare);
    assert_eq!(with(&[old, bare], "2026-11-23"), "can-until 2026-12-04: bare-certificate");
    // Once the period is running, what is left of it counts.
    let ends = |moment: &str| with(&[Made { ends: at("2026-12-05T12:00:00+09:00"), ..card(1) }], moment);
    assert_eq!(ends("2026-12-05T09:00:00+09:00"), "can-until 2026-12-05: ends-within");
    assert_eq!(ends("2026-12-05T12:00:01+09:00"), "cannot: expired");
}

#[test]
fn what_cannot_be_told_is_unknown() {
    assert_eq!(with(&[card(1).status(TrustStatus::Undetermined)], "2026-11-23"), "unknown: undetermined");
    assert_eq!(with(&[card(1).key(KeyState::NotExamined)], "2026-11-23"), "unknown: key-not-examined");
    assert_eq!(with(&[card(1).key(KeyState::Bare)], "2026-11-23"), "unknown: bare-certificate");
    for key in [KeyState::Matching, KeyState::NotExamined, KeyState::Absent, KeyState::Bare] {
        let gone = Made { present: false, ..card(1).key(key) };
        assert_eq!(with(&[gone], "2026-11-23"), "unknown: gone", "nobody can look for its key");
    }
    assert_eq!(with(&[card(1).key(KeyState::Bare), card(2)], "2026-11-23"), "can", "one that surely can is enough");
    let no_category = Holder { category: None, ..provider("P1", "care") };
    let one = card(1);
    let said = judge(std::slice::from_ref(&one), &bind(office(&[no_category]), &[(&one, "P1")]));
    assert_eq!(said.bills("P1"), "unknown: category-unknown");
    let lines = |line: ServiceLine| {
        let holder = Holder { lines: vec![line], ..holder("P1") };
        judge(std::slice::from_ref(&one), &bind(office(&[holder]), &[(&one, "P1")])).bills("P1")
    };
    assert_eq!(lines(ServiceLine { provider_number: None, ..line("P1", "care") }), "unknown: number-missing");
    assert_eq!(lines(ServiceLine { service: None, ..line("P1", "care") }), "unknown: service-missing");
    assert_eq!(judge(&[], &office(&[holder("P1")])).bills("P1"), "unknown: number-missing service-missing");
}

#[test]
fn what_surely_cannot_has_the_reason_of_what_comes_nearest() {
    assert_eq!(with(&[], "2026-11-23"), "cannot: no-certificate");
    assert_eq!(with(&[card(1).key(KeyState::Absent)], "2026-11-23"), "cannot: key-absent");
    assert_eq!(with(&[card(1).key(KeyState::Mismatched)], "2026-11-23"), "cannot: key-mismatched");
    assert_eq!(with(&[card(1).status(TrustStatus::Untrusted)], "2026-11-23"), "cannot: untrusted");
    let revoked = Made { revoked: true, ..card(1).status(TrustStatus::Untrusted) };
    assert_eq!(with(&[revoked], "2026-11-23"), "cannot: revoked");
    // Of the old ones the one that ended last; of a dead one without key and a living one, the living.
    let dead = card(2).lasts("2018-01-01", "2021-01-01").key(KeyState::Absent);
    assert_eq!(with(&[dead.clone(), card(1).key(KeyState::Mismatched)], "2026-11-23"), "cannot: key-mismatched");
    assert_eq!(with(&[dead, card(1).lasts("2021-01-01", "2024-01-01")], "2026-11-23"), "cannot: expired");
}

#[test]
fn a_category_must_be_good_for_the_service() {
    let bills = |category: &str, service: &str| {
        let one = card(1);
        let holder = Holder { category: Some(category.into()), ..provider("P1", service) };
        let said = judge(std::slice::from_ref(&one), &bind(office(&[holder]), &[(&one, "P1")]));
        (said.bills("P1"), said.of(&one).unfit.clone())
    };
    assert_eq!(bills("both", "care"), ("can".into(), vec![]));
    assert_eq!(bills("welfare", "welfare"), ("can".into(), vec![]));
    assert_eq!(bills("welfare", "care"), ("cannot: category-unfit".into(), vec!["care".into()]));
}

#[test]
fn an_agents_certificate_must_be_good_for_all_that_it_bills() {
    let billed = |id: &str, service: &str| {
        let line = ServiceLine { agent: agent("A1", "", ""), ..line(id, service) };
        Holder { lines: vec![line], ..holder(id) }
    };
    let agent = Holder { category: Some("welfare".into()), ..holder("A1") };
    let one = card(1);
    let office = bind(office(&[billed("P1", "care"), billed("P2", "welfare"), agent]), &[(&one, "A1")]);
    let said = judge(std::slice::from_ref(&one), &office);
    assert_eq!((said.bills("P1").as_str(), said.bills("P2").as_str()), ("cannot: category-unfit", "can"));
    assert_eq!(said.of(&one).unfit, ["care"]);
}

#[test]
fn what_is_declared_is_unknown_and_never_proven() {
    let one = card(1);
    let declares =
        |expires_on: &str| Holder { declared: declared(Some(&one.serial), expires_on), ..provider("P1", "care") };
    let said = |holder: Holder, cards: &[Made]| judge(cards, &office(&[holder])).bills("P1");
    assert_eq!(said(declares("2026-12-10"), &[]), "unknown: declared");
    assert_eq!(said(declares("2026-12-09"), &[]), "unknown until 2026-12-09: ends-within declared");
    // It may have been renewed: what nobody has seen proves nothing.
    assert_eq!(said(declares("2026-11-30"), &[]), "unknown: expired declared");
    let expired = [one.clone().lasts("2021-01-01", "2024-01-01")];
    let bound = |day: &str| {
        let holder = Holder { declared: declared(None, day), ..provider("P1", "care") };
        judge(&expired, &bind(office(&[holder]), &[(&expired[0], "P1")])).bills("P1")
    };
    assert_eq!(bound("2026-11-30"), "unknown: expired declared", "declared to follow the one that was found");
    assert_eq!(bound("2023-12-31"), "cannot: expired", "what was found lasted longer");
    assert_eq!(said(declares(""), &[]), "unknown: declared");
    // Once it is seen, what is seen counts.
    assert_eq!(said(declares("2026-12-10"), std::slice::from_ref(&one)), "can");
    assert_eq!(said(declares("2027-12-31"), &[one.clone().key(KeyState::Absent)]), "cannot: key-absent");
    // One that is not trusted is not seen.
    assert_eq!(said(declares("2026-12-10"), &[one.clone().status(TrustStatus::Untrusted)]), "unknown: declared");
}

#[test]
fn closed_holders_and_others_customers_are_no_units_from_their_day_on() {
    let units = |status, since: &str| {
        let holder = Holder { status, status_since: parse_day(since), ..provider("P1", "care") };
        judge(&[], &office(&[holder])).units("P1").len()
    };
    assert_eq!(units(HolderStatus::Closed, ""), 0);
    assert_eq!(units(HolderStatus::ManagedElsewhere, ""), 0);
    assert_eq!(units(HolderStatus::Suspended, ""), 1);
    assert_eq!(units(HolderStatus::Closed, "2026-12-01"), 0);
    assert_eq!(units(HolderStatus::Closed, "2026-12-02"), 1, "it is open when the period begins");
}

#[test]
fn each_number_and_service_is_a_unit_and_agents_without_lines_are_none() {
    let lines = vec![line("P1", "care"), line("P1", "welfare"), line("P2", "care"), line("P1", "care")];
    let agent = Holder { kind: Some(HolderKind::Agent), ..holder("A1") };
    let said = judge(&[], &office(&[Holder { lines, ..holder("P1") }, agent]));
    assert_eq!(said.units("P1").len(), 3);
    assert!(said.units("A1").is_empty());
}

#[test]
fn no_mark_makes_anyone_able_to_bill() {
    let one = card(1).key(KeyState::Absent);
    let mut office = bind(office(&[provider("P1", "care"), provider("P2", "care")]), &[(&one, "P1")]);
    for state in MarkState::ALL {
        for target in
            [MarkTarget::Certificate(one.sha256()), MarkTarget::Holder(key("P1")), MarkTarget::Holder(key("P2"))]
        {
            mark(&mut office, target, *state, |mark| mark.until = parse_day("2030-01-01"));
        }
    }
    let said = judge(std::slice::from_ref(&one), &office);
    assert_eq!(
        (said.bills("P1").as_str(), said.bills("P2").as_str()),
        ("cannot: key-absent", "cannot: no-certificate")
    );
}

#[test]
fn a_policy_that_asks_for_nothing_gets_no_units() {
    let said = judge_at(&[], &office(&[provider("P1", "care")]), "2026-11-23", "");
    assert!(said.units("P1").is_empty() && said.held.period.is_none());
    // Without services and categories the certificate alone decides.
    let one = card(1);
    let bare = Holder { category: None, lines: vec![ServiceLine { service: None, ..line("P1", "") }], ..holder("P1") };
    let office = bind(office(&[bare]), &[(&one, "P1")]);
    let said =
        judge_at(std::slice::from_ref(&one), &office, "2026-11-23", "holders: {claim_period: {from: 1, until: 10}}\n");
    assert_eq!(said.bills("P1"), "can");
}

#[test]
fn a_hostile_certificate_with_the_holders_subject_changes_nothing() {
    let old = card(1).lasts("2021-01-01", "2024-01-01");
    let office = bind(office(&[provider("P1", "care")]), &[(&old, "P1")]);
    let before = judge(std::slice::from_ref(&old), &office);
    for key in [KeyState::Matching, KeyState::Absent] {
        let hostile = card(2).subject(1).status(TrustStatus::Untrusted).key(key);
        let after = judge(&[old.clone(), hostile], &office);
        assert_eq!(before.of(&old), after.of(&old));
        assert_eq!(before.units("P1"), after.units("P1"));
    }
}

#[test]
fn the_system_password_of_whoever_submits_the_claims_is_remarked_on() {
    let one = card(1);
    let changed = |id: &str, day: &str| Holder { password_changed: parse_day(day), ..provider(id, "care") };
    let remarks = |day: &str| {
        let office = bind(office(&[changed("P1", day)]), &[(&one, "P1")]);
        let said = judge(std::slice::from_ref(&one), &office);
        assert_eq!(said.bills("P1"), "can", "the certificate is there");
        said.remarks("P1")
    };
    // Judged on 2026-11-23; the coming period ends on 2026-12-10. 180 days after its change it has expired.
    assert_eq!(remarks("2026-05-10"), ["password-expired P1 2026-11-06"]);
    assert_eq!(remarks("2026-05-27"), ["password-expired P1 2026-11-23"], "the 180th day counts as expired");
    assert_eq!(remarks("2026-05-28"), ["password-expires P1 2026-11-24"]);
    assert_eq!(remarks("2026-06-13"), ["password-expires P1 2026-12-10"]);
    assert!(remarks("2026-06-14").is_empty());
    assert!(remarks("").is_empty(), "nobody knows when it was changed");
    // The agent logs in, not the provider.
    let billed = Holder {
        lines: vec![ServiceLine { agent: agent("A1", "", ""), ..line("P1", "care") }],
        ..changed("P1", "2026-05-10")
    };
    let agent = Holder { lines: Vec::new(), kind: Some(HolderKind::Agent), ..changed("A1", "2026-05-12") };
    let said = judge(std::slice::from_ref(&one), &bind(office(&[billed, agent]), &[(&one, "A1")]));
    assert_eq!(
        (said.bills("P1").as_str(), said.remarks("P1")),
        ("can", vec!["password-expired A1 2026-11-08".to_string()])
    );
}

#[test]
fn while_certificates_are_unmatched_nobody_is_said_to_have_none() {
    let office = bind(office(&[provider("P1", "care"), provider("P2", "care")]), &[(&card(1), "P1")]);
    let said = |others: &[Made]| {
        let mut cards = vec![card(1)];
        cards.extend(others.iter().cloned());
        let said = judge(&cards, &office);
        (said.bills("P1"), said.bills("P2"))
    };
    let none = ("can".to_string(), "cannot: no-certificate".to_string());
    let open = ("can".to_string(), "unknown: unmatched".to_string());
    assert_eq!(said(&[]), none);
    assert_eq!(said(&[card(2)]), open);
    assert_eq!(said(&[card(2).status(TrustStatus::Undetermined)]), open);
    // What nobody can submit claims with leaves nothing open.
    for useless in [
        card(2).status(TrustStatus::Untrusted),
        card(2).key(KeyState::Absent),
        card(2).key(KeyState::Mismatched),
        card(2).lasts("2020-01-01", "2023-01-01"),
        card(2).lasts("2024-01-01", "2026-11-25"),
        card(2).lasts("2026-12-20", "2029-12-20"),
        Made { revoked: true, ..card(2).status(TrustStatus::Untrusted) },
        Made { of_authority: false, ..card(2) },
        Made { present: false, ..card(2) },
    ] {
        assert_eq!(said(std::slice::from_ref(&useless)), none);
    }
    // A holder with a certificate is answered for by it: one stray file must not hide who cannot.
    let ending = card(1).lasts("2023-12-01", "2026-12-05");
    let bills = |cards: &[Made]| judge(cards, &office).bills("P1");
    assert_eq!(bills(std::slice::from_ref(&ending)), "can-until 2026-12-05: ends-within");
    assert_eq!(bills(&[ending, card(2)]), "can-until 2026-12-05: ends-within");
}

#[test]
fn a_certificate_with_two_candidates_leaves_the_others_alone() {
    let shared = line("P1", "care");
    let holders = [provider("P1", "care"), Holder { lines: vec![shared], ..holder("P2") }, provider("P3", "care")];
    let one = Made { numbers: vec![number("P1")], ..card(1) };
    let said = judge(std::slice::from_ref(&one), &office(&holders));
    assert_eq!(said.whose(&one), "? P1 P2");
    assert_eq!(
        ["P1", "P2", "P3"].map(|id| said.bills(id)),
        ["unknown: unmatched", "unknown: unmatched", "cannot: no-certificate"]
    );
}

#[test]
fn notices_are_fetched_after_the_claim_period() {
    let remarks = |moment: &str| {
        let one = Made { ends: at(moment), ..card(1) };
        let office = bind(office(&[provider("P1", "care")]), &[(&one, "P1")]);
        judge(std::slice::from_ref(&one), &office).remarks("P1")
    };
    assert_eq!(remarks("2026-12-07T23:59:59+09:00"), ["notices-not-fetched P1 2026-12-07"]);
    assert_eq!(remarks("2026-12-24T23:59:59+09:00"), ["notices-not-fetched P1 2026-12-24"]);
    assert!(remarks("2026-12-25T23:59:59+09:00").is_empty());
    // A renewal that follows fetches them.
    let old = Made { ends: at("2026-12-15T23:59:59+09:00"), ..card(1) };
    let both = [old, card(2)];
    let office = bind(office(&[provider("P1", "care")]), &[(&both[0], "P1"), (&both[1], "P1")]);
    assert!(judge(&both, &office).remarks("P1").is_empty());
}

#[test]
fn the_providers_of_an_agent_are_counted_by_number() {
    let billed = |id: &str, until: &str| {
        let lines = vec![
            ServiceLine { agent: agent("A1", "", until), ..line(id, "care") },
            ServiceLine { agent: agent("A1", "", until), ..line(id, "welfare") },
        ];
        Holder { lines, ..holder(id) }
    };
    let closed = Holder { status: HolderStatus::Closed, ..billed("P3", "") };
    let agent = Holder { kind: Some(HolderKind::Agent), ..holder("A1") };
    let said = judge(&[], &office(&[billed("P1", ""), billed("P2", "2026-12-09"), closed, agent]));
    assert_eq!(said.providers("A1"), 1, "the last day of the period counts, and closed providers do not");
    assert_eq!(said.providers("P1"), 0);
}

#[test]
fn a_declaration_of_the_printed_day_is_the_certificate_that_was_found() {
    // Its root ends first: what it covers is less than what is printed on it.
    let clipped =
        Made { not_after: Some(at("2026-12-31T12:00:00+09:00")), ..card(1).lasts("2024-01-01", "2026-12-05") };
    let bills = |day: &str| {
        let holder = Holder { declared: declared(None, day), ..provider("P1", "care") };
        judge(std::slice::from_ref(&clipped), &bind(office(&[holder]), &[(&clipped, "P1")])).bills("P1")
    };
    for same in ["2026-12-30", "2026-12-31", "2027-01-01"] {
        assert_eq!(bills(same), "can-until 2026-12-05: ends-within", "{same}");
    }
    assert_eq!(bills("2027-12-31"), "can-until 2026-12-05: declared", "a renewal that is still to be seen");
}
