//! One case each.

use shomei::calendar::Day;
use shomei::lifecycle::expiry::{Nearness, nearness};
use shomei::lifecycle::{LateReason, LifecycleState, PlanBounds, PlanExclusion, PlanOutcome};
use shomei::policy::MonthDays;
use shomei::register::{Agent, DeclaredCertificate, RegisterState, ServiceLine};

use super::scene::{calendar, day, days_after, fleet, holder, item, plan, planned, policy, window};

/// The last safe day of a certificate that ends on 2027-05-05, under these windows.
fn last_safe(application: Option<MonthDays>, issue: Option<MonthDays>) -> Option<Day> {
    let mut policy = policy();
    policy.renewal.general.application_window = application;
    policy.renewal.general.issue_window = issue;
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let fleet = fleet(&policy, &office, day("2026-12-01"), vec![item(1, day("2027-05-05"))]);
    planned(&plan(&fleet, &calendar, PlanBounds::default()), &fleet, 1).last_application
}

#[test]
fn the_last_safe_day_keeps_holidays_and_both_windows() {
    assert_eq!(last_safe(None, None), Some(day("2027-04-22")));
    assert_eq!(last_safe(window(1, 15), None), Some(day("2027-04-15")));
    assert_eq!(last_safe(None, window(1, 15)), Some(day("2027-04-08")));
    // Each alone, and both: applied for by the 8th, issued by the 15th.
    assert_eq!(last_safe(window(1, 7), window(1, 15)), Some(day("2027-04-07")));
}

#[test]
fn what_ends_between_claim_periods_is_due_by_its_end() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    // 2027-05-20 is a Thursday: in hand by that day, five business days after the 13th.
    let fleet =
        fleet(&policy, &office, day("2027-03-01"), vec![item(1, day("2027-05-20")), item(2, day("2027-05-10"))]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let one = planned(&plan, &fleet, 1);
    let deadline = one.deadline.unwrap();
    assert_eq!((deadline.day, deadline.period.unwrap().first), (day("2027-05-20"), day("2027-06-01")));
    assert_eq!(one.last_application, Some(day("2027-05-13")));
    // It covers the claim period of May to its last second: June's is the first that it does not.
    let two = planned(&plan, &fleet, 2).deadline.unwrap();
    assert_eq!((two.day, two.period.unwrap().first), (day("2027-05-10"), day("2027-06-01")));
}

#[test]
fn an_end_within_a_day_leaves_that_day_uncovered() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let mut early = item(1, day("2027-05-10"));
    early.end = early.end.and_then(|end| end.checked_sub(time::Duration::SECOND));
    early.whole_until = Some(day("2027-05-09"));
    let fleet = fleet(&policy, &office, day("2027-03-01"), vec![early]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let deadline = planned(&plan, &fleet, 1).deadline.unwrap();
    // A second is missing of the claim period: the new one must be there before it begins.
    assert_eq!((deadline.day, deadline.period.unwrap().first), (day("2027-04-30"), day("2027-05-01")));
}

#[test]
fn the_recommended_day_is_the_first_that_is_permitted_outside_claim_periods() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    // 90 days before 2027-07-08 is 2027-04-09, in the claim period; the 10th and 11th are a weekend.
    let fleet = fleet(&policy, &office, day("2027-01-04"), vec![item(1, day("2027-07-08"))]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let one = planned(&plan, &fleet, 1);
    assert_eq!(one.first, Some(day("2027-04-09")));
    let outcome =
        PlanOutcome::Apply { day: day("2027-04-12"), expected_issue: Some(day("2027-04-19")), in_claim_period: false };
    assert_eq!(one.outcome, outcome);
}

#[test]
fn a_claim_period_is_used_where_there_is_no_other_day_and_said() {
    let mut policy = policy();
    policy.renewal.general.application_window = window(1, 10);
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let fleet = fleet(&policy, &office, day("2027-01-04"), vec![item(1, day("2027-07-08"))]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let outcome =
        PlanOutcome::Apply { day: day("2027-04-09"), expected_issue: Some(day("2027-04-16")), in_claim_period: true };
    assert_eq!(planned(&plan, &fleet, 1).outcome, outcome);
}

#[test]
fn what_cannot_be_placed_comes_first_and_says_why() {
    let mut policy = policy();
    policy.renewal.general.application_window = window(20, 22);
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let mut unknown = item(4, day("2027-05-05"));
    (unknown.ends, unknown.end, unknown.whole_until) = (None, None, None);
    let items = vec![
        item(1, day("2026-11-30")),
        item(2, day("2026-12-31")),
        item(3, day("2027-03-31")),
        unknown,
        item(5, day("2027-01-05")),
    ];
    let fleet = fleet(&policy, &office, day("2026-12-24"), items);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let told: Vec<(String, Option<LateReason>)> = plan
        .entries
        .iter()
        .map(|entry| {
            let why = match entry.outcome {
                PlanOutcome::Cannot(why, _) | PlanOutcome::NoMargin(why, _) => Some(why),
                _ => None,
            };
            (fleet.items[entry.item].serial.clone(), why)
        })
        .collect();
    let expected = [
        ("02", Some(LateReason::TooLate)),
        ("04", Some(LateReason::EndUnknown)),
        ("01", Some(LateReason::Lapsed)),
        ("05", Some(LateReason::TooLate)),
        ("03", None),
    ];
    assert_eq!(told, expected.map(|(serial, why)| (serial.to_string(), why)));
    let PlanOutcome::Cannot(_, Some(fallback)) = plan.entries[0].outcome else { panic!("{:?}", plan.entries[0]) };
    // Applied for on 2027-01-20, in hand on the 27th: the claim period of January has gone by.
    assert_eq!((fallback.day, fallback.expected_issue, fallback.missed), (day("2027-01-20"), day("2027-01-27"), 1));
    // That one ends on the 5th of January: until then the claims of January can be submitted.
    let PlanOutcome::NoMargin(_, fallback) = plan.entries[3].outcome else { panic!("{:?}", plan.entries[3]) };
    assert_eq!((fallback.expected_issue, fallback.missed), (day("2027-01-27"), 0));
}

#[test]
fn no_window_is_another_reason_than_too_late() {
    let mut policy = policy();
    policy.renewal.general.application_window = window(25, 25);
    policy.renewal.general.opens_days.value = 10;
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let fleet = fleet(&policy, &office, day("2027-03-01"), vec![item(1, day("2027-05-20"))]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    // Renewal opens on the 10th of May; the one day of April was too early, that of May is too late.
    let entry = planned(&plan, &fleet, 1);
    // Issued on the 1st of June, in time for the next claims: there is no margin, but nothing is lost.
    assert!(matches!(entry.outcome, PlanOutcome::NoMargin(LateReason::NoWindow, _)), "{entry:?}");
}

#[test]
fn so_many_a_day_spread_over_the_days_there_are() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let items = (1..=12).map(|number| item(number, day("2027-05-20"))).collect();
    let fleet = fleet(&policy, &office, day("2027-05-06"), items);
    // From the 6th to the 13th are four days outside weekends and claim period (11th, 12th, 13th)
    // or inside it (6th, 7th, 10th).
    let plan = plan(&fleet, &calendar, PlanBounds { per_day: Some(2), ..PlanBounds::default() });
    let mut placed: Vec<(Day, bool)> = plan
        .entries
        .iter()
        .filter_map(|entry| match entry.outcome {
            PlanOutcome::Apply { day, in_claim_period, .. } => Some((day, in_claim_period)),
            _ => None,
        })
        .collect();
    placed.sort();
    placed.dedup();
    let expected = [
        ("2027-05-06", true),
        ("2027-05-07", true),
        ("2027-05-10", true),
        ("2027-05-11", false),
        ("2027-05-12", false),
        ("2027-05-13", false),
    ];
    assert_eq!(placed, expected.map(|(text, claims)| (day(text), claims)));
    let crowded = shomei::lifecycle::RenewalPlan::new(
        &fleet,
        &calendar,
        PlanBounds { per_day: Some(1), ..PlanBounds::default() },
    )
    .unwrap();
    let full =
        crowded.entries.iter().filter(|entry| matches!(entry.outcome, PlanOutcome::NoMargin(LateReason::Full, _)));
    assert_eq!(full.count(), 6);
}

#[test]
fn what_begins_later_or_was_dealt_with_is_not_planned() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let ends = day("2027-02-10");
    let states = [
        LifecycleState::Renewed,
        LifecycleState::NotInstalled,
        LifecycleState::NotRenewing,
        LifecycleState::LeftOver,
        LifecycleState::Revoking,
        LifecycleState::History,
    ];
    let items = states.iter().zip(1..).map(|(state, number)| {
        let mut item = item(number, ends);
        item.state = *state;
        item
    });
    let fleet = fleet(&policy, &office, day("2026-12-01"), items.collect());
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    assert!(plan.entries.is_empty());
    let left_out: Vec<(PlanExclusion, usize)> = plan.left_out.into_iter().collect();
    let expected = [
        PlanExclusion::Renewed,
        PlanExclusion::NotInstalled,
        PlanExclusion::NotRenewing,
        PlanExclusion::Revoking,
        PlanExclusion::LeftOver,
        PlanExclusion::History,
    ];
    assert_eq!(left_out, expected.map(|why| (why, 1)));
}

#[test]
fn whoever_bills_through_an_agent_is_planned_at_the_agent() {
    let policy = policy();
    let agent = |until: Option<&str>| Some(Agent { id: "A".into(), from: None, until: until.map(day) });
    let line = |agent| ServiceLine { provider_number: Some("9913000001".into()), service: Some("kaigo".into()), agent };
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = ["A", "B", "C", "D", "E"].map(holder).into();
    office.holders[1].lines = vec![line(agent(None))];
    // The agent leaves within the first claim period that C's certificate does not cover.
    office.holders[2].lines = vec![line(agent(Some("2027-03-09")))];
    office.holders[3].lines = vec![line(None)];
    // For E the agent bills through that period, and leaves in autumn: it will bill itself again.
    office.holders[4].lines = vec![line(agent(Some("2027-09-30")))];
    let calendar = calendar(&policy);
    let items = (1..=5).map(|number: u8| {
        let mut item = item(number, day("2027-02-20"));
        item.holder = Some(usize::from(number) - 1);
        item
    });
    let fleet = fleet(&policy, &office, day("2026-12-01"), items.collect());
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let mut planned: Vec<&str> =
        plan.entries.iter().map(|entry| fleet.holder(&fleet.items[entry.item]).unwrap().key.id.as_str()).collect();
    planned.sort_unstable();
    assert_eq!(planned, ["A", "C", "D", "E"]);
    assert_eq!(plan.left_out.get(&PlanExclusion::AtAgent), Some(&1));
}

#[test]
fn an_agent_that_takes_over_or_a_holder_that_closes_needs_no_renewal() {
    let policy = policy();
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = ["A", "B", "C"].map(holder).into();
    let from = |text: &str| Some(Agent { id: "Z".into(), from: Some(day(text)), until: None });
    let line = |agent| ServiceLine { provider_number: Some("9913000001".into()), service: Some("kaigo".into()), agent };
    // Both end on the 6th; A's agent bills from the 7th on, B's a day later. C closes in between.
    office.holders[0].lines = vec![line(from("2027-03-07"))];
    office.holders[1].lines = vec![line(from("2027-03-08"))];
    office.holders[2].lines = vec![line(None)];
    office.holders[2].status = shomei::register::HolderStatus::Closed;
    office.holders[2].status_since = Some(day("2027-02-28"));
    let calendar = calendar(&policy);
    let items = (1..=3).map(|number: u8| {
        let mut item = item(number, day("2027-03-06"));
        item.holder = Some(usize::from(number) - 1);
        item
    });
    let fleet = fleet(&policy, &office, day("2026-12-01"), items.collect());
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let [entry] = plan.entries.as_slice() else { panic!("{:?}", plan.entries) };
    assert_eq!(fleet.items[entry.item].holder, Some(1));
    let left_out: Vec<(PlanExclusion, usize)> = plan.left_out.clone().into_iter().collect();
    assert_eq!(left_out, [(PlanExclusion::LeftOver, 1), (PlanExclusion::AtAgent, 1)]);
}

#[test]
fn the_end_of_the_root_is_a_countdown_and_a_count() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let mut clipped = item(1, day("2029-07-20"));
    clipped.clipped = true;
    let fleet = fleet(&policy, &office, day("2026-12-01"), vec![clipped, item(2, day("2027-03-20"))]);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let root = &plan.roots[0];
    assert_eq!((root.generation.as_str(), root.ends, root.days_left), ("2019", day("2029-07-20"), 962));
    // Renewed for three years in 2027 or 2029, both would outlive it.
    assert_eq!((root.clipped, root.beyond, plan.roots.len()), (1, 2, 1));
}

#[test]
fn beyond_the_list_of_holidays_a_plan_is_a_guess() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let guesses = |ends: &str| {
        let fleet = fleet(&policy, &office, day("2027-10-01"), vec![item(1, day(ends))]);
        plan(&fleet, &calendar, PlanBounds::default()).guesses
    };
    // Due by 2027-12-28; due in 2028, of which no holidays are announced.
    assert!(!guesses("2028-01-05"));
    assert!(guesses("2028-02-05"));
}

#[test]
fn nearness_counts_civil_days_up_to_the_last() {
    let policy = policy();
    let office = RegisterState::default();
    let near = |left: i64| {
        let today = day("2026-12-01");
        let fleet = fleet(&policy, &office, today, vec![item(1, days_after(today, left))]);
        nearness(&fleet, &fleet.items[0])
    };
    assert_eq!(near(-1), Nearness::Lapsed);
    assert_eq!((near(0), near(7), near(8)), (Nearness::Tier(7), Nearness::Tier(7), Nearness::Tier(14)));
    assert_eq!((near(90), near(91)), (Nearness::Tier(90), Nearness::Later));
}

#[test]
fn what_the_register_declares_is_planned_until_it_is_seen() {
    let policy = policy();
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    let declared = |expires: &str| Some(DeclaredCertificate { serial: None, expires_on: Some(day(expires)) });
    office.holders = ["A", "B", "C"].map(holder).into();
    office.holders[0].declared = declared("2027-03-31");
    // B's was seen, with the declared end; C's declared one is later than the one seen.
    office.holders[1].declared = declared("2027-03-31");
    office.holders[2].declared = declared("2029-11-30");
    let seen = |number: u8, holder: usize, ends: &str| {
        let mut item = item(number, day(ends));
        item.holder = Some(holder);
        item
    };
    let mut fleet =
        fleet(&policy, &office, day("2026-12-01"), vec![seen(2, 1, "2027-03-31"), seen(3, 2, "2026-12-20")]);
    fleet.settle();
    let told: Vec<(&str, &str, &str)> = fleet
        .items
        .iter()
        .map(|item| (fleet.holder(item).unwrap().key.id.as_str(), item.proof.code(), item.state.code()))
        .collect();
    let expected = [
        ("C", "trusted", "renewed-as-declared"),
        ("A", "declared", "active"),
        ("B", "trusted", "active"),
        ("C", "declared", "active"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_renewal_that_begins_when_the_old_one_ends_is_a_renewal_already() {
    let policy = policy();
    let office = RegisterState::default();
    let old = item(1, day("2026-12-20"));
    let mut new = item(1, day("2029-12-20"));
    new.thing = shomei::lifecycle::Subject::Certificate([9; 32]);
    new.begins = Some(day("2026-12-21"));
    let mut fleet = fleet(&policy, &office, day("2026-12-01"), vec![old, new]);
    fleet.settle();
    assert_eq!([fleet.items[0].state, fleet.items[1].state], [LifecycleState::Renewed, LifecycleState::Active]);
    assert_eq!(fleet.items[1].before, Some(0));
}

#[test]
fn what_expired_long_ago_is_history_unless_claims_are_stopped_by_it() {
    let policy = policy();
    let office = RegisterState::default();
    let state = |ends: &str| {
        let mut fleet = fleet(&policy, &office, day("2026-12-01"), vec![item(1, day(ends))]);
        fleet.settle();
        fleet.items[0].state
    };
    // 90 days by default.
    assert_eq!(state("2026-09-02"), LifecycleState::Active);
    assert_eq!(state("2026-09-01"), LifecycleState::History);
}

#[test]
fn whatever_day_is_shown_is_one_on_which_one_can_apply() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    // The first day of each would be New Year's Day, and a day of a claim period.
    let items = vec![item(1, day("2028-03-31")), item(2, day("2028-08-02"))];
    let fleet = fleet(&policy, &office, day("2026-11-23"), items);
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let later: Vec<PlanOutcome> = plan.entries.iter().map(|entry| entry.outcome.clone()).collect();
    assert_eq!(later, [PlanOutcome::Later(day("2028-01-11")), PlanOutcome::Later(day("2028-05-11"))]);
}

#[test]
fn a_fee_that_is_paid_by_transfer_takes_longer() {
    let mut policy = policy();
    policy.renewal.general.transfer_business_days.value = 3;
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = ["A", "B", "C", "D"].map(holder).into();
    office.holders[1].payer = Some(shomei::register::FeePayer::Transfer);
    office.holders[2].kind = Some(shomei::register::HolderKind::Agent);
    office.holders[3].kind = Some(shomei::register::HolderKind::Agent);
    office.holders[3].payer = Some(shomei::register::FeePayer::Deduction);
    let calendar = calendar(&policy);
    let items = (1..=4).map(|number: u8| {
        let mut item = item(number, day("2027-07-08"));
        item.holder = Some(usize::from(number) - 1);
        item
    });
    let fleet = fleet(&policy, &office, day("2027-05-11"), items.collect());
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    let issued = |holder: usize| {
        let entry = plan.entries.iter().find(|entry| fleet.items[entry.item].holder == Some(holder)).unwrap();
        let PlanOutcome::Apply { expected_issue, .. } = entry.outcome else { panic!("{entry:?}") };
        expected_issue.unwrap().to_string()
    };
    // Five business days from the 11th of May, eight where the payment has to be confirmed first;
    // agents pay so unless the register says otherwise.
    assert_eq!([0, 1, 2, 3].map(issued), ["2027-05-18", "2027-05-21", "2027-05-21", "2027-05-18"]);
}

#[test]
fn what_is_used_every_day_is_planned_though_an_agent_claims_and_stops_without_it() {
    let policy = policy();
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = ["A", "B", "C"].map(holder).into();
    let agent = Some(Agent { id: "Z".into(), from: None, until: None });
    let line = ServiceLine { provider_number: Some("9913000001".into()), service: Some("kaigo".into()), agent };
    for holder in &mut office.holders {
        holder.lines = vec![line.clone()];
    }
    office.holders[1].uses = vec!["careplan".into()];
    office.holders[2].uses = vec!["careplan".into()];
    office.holders[2].status = shomei::register::HolderStatus::MovedToAgent;
    let calendar = calendar(&policy);
    let items = (1..=3).map(|number: u8| {
        let mut item = item(number, day("2027-05-20"));
        item.holder = Some(usize::from(number) - 1);
        item
    });
    let fleet = fleet(&policy, &office, day("2027-05-17"), items.collect());
    let plan = plan(&fleet, &calendar, PlanBounds::default());
    assert_eq!(plan.left_out.get(&PlanExclusion::AtAgent), Some(&1));
    for entry in &plan.entries {
        // It expires before its successor is issued: no claims are lost, but the daily use stops.
        let PlanOutcome::Cannot(LateReason::TooLate, Some(fallback)) = entry.outcome else { panic!("{entry:?}") };
        assert_eq!((fallback.missed, fallback.stops_daily), (0, true));
    }
    assert_eq!(plan.entries.len(), 2);
}
