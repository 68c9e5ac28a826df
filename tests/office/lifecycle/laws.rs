//! Laws of the plan, over many made-up terms and fleets, against other ways to reckon them.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use shomei::calendar::Day;
use shomei::lifecycle::{LateReason, OfficeCalendars, PlanBounds, PlanOutcome, RenewalPlan};
use shomei::policy::{ClosedDays, Holidays, Policy, Terms};
use shomei::register::RegisterState;
use time::Weekday;

use super::scene::{calendar, day, days_after, fleet, item, plan, planned, policy, window};
use crate::common::laws::holds;

/// Whether whoever issues is closed, reckoned from the policy's words.
fn closed(calendar: &OfficeCalendars, policy: &Policy, on: Day) -> bool {
    let new_year = matches!((u8::from(on.month()), on.day()), (12, 29..=31) | (1, 1..=3));
    static HOLIDAYS: LazyLock<Holidays> = LazyLock::new(|| Holidays::built_in().unwrap());
    let own = policy.calendar.closed.iter().any(|closure| closure.from <= on && on <= closure.until);
    let is = matches!(on.weekday(), Weekday::Saturday | Weekday::Sunday) || new_year || own;
    let is = is || HOLIDAYS.name(on).is_some();
    assert_eq!(is, calendar.issuer.is_closed(on), "{on}");
    is
}

/// The day on which a certificate applied for is in hand, day by day.
fn in_hand(calendar: &OfficeCalendars, policy: &Policy, terms: &Terms, applied: Day) -> Day {
    let (mut on, mut left) = (applied, terms.lead_business_days.value);
    loop {
        let open = !closed(calendar, policy, on);
        let issues = terms.issue_window.is_none_or(|window| (window.from..=window.until).contains(&on.day()));
        if left == 0 && open && issues {
            return on;
        }
        on = on.next_day().unwrap();
        if left > 0 && !closed(calendar, policy, on) {
            left -= 1;
        }
    }
}

/// The first claim period that ends after `ends`, or is running or to come at `today`.
fn uncovered(today: Day, ends: Day) -> Day {
    let mut first = today.replace_day(1).unwrap();
    if today.day() > 10 {
        first = days_after(first, 32).replace_day(1).unwrap();
    }
    while first.replace_day(10).unwrap() <= ends {
        first = days_after(first, 32).replace_day(1).unwrap();
    }
    first
}

/// Terms that a policy may have.
#[derive(Clone, Debug)]
struct MadeUp {
    lead: u32,
    opens: i64,
    /// Windows by their first day and how many days follow it.
    applications: Option<(u8, u8)>,
    issues: Option<(u8, u8)>,
    /// Days from 2027-02-01 to an office that is closed.
    closed: Option<i64>,
}

fn made_up() -> impl Strategy<Value = MadeUp> {
    let window = || proptest::option::of((1..=20_u8, 3..15_u8));
    let all = (0..9_u32, 30..110_i64, window(), window(), proptest::option::of(0..200_i64));
    all.prop_map(|(lead, opens, applications, issues, closed)| MadeUp { lead, opens, applications, issues, closed })
}

impl MadeUp {
    fn policy(&self) -> Policy {
        let mut policy = policy();
        let terms = &mut policy.renewal.general;
        terms.lead_business_days.value = self.lead;
        terms.opens_days.value = self.opens;
        let some = |(from, more): (u8, u8)| window(from, (from + more).min(28));
        terms.application_window = self.applications.and_then(some);
        terms.issue_window = self.issues.and_then(some);
        if let Some(after) = self.closed {
            let from = days_after(day("2027-02-01"), after);
            let closure = |from| ClosedDays { from, until: days_after(from, 4), source: None };
            policy.calendar.closed.push(closure(from));
            policy.calendar.office.push(closure(days_after(from, 20)));
        }
        policy
    }
}

#[test]
fn the_last_safe_day_is_the_last_one() {
    let office = RegisterState::default();
    holds(60, (made_up(), 0..60_i64, 20..270_i64), |(made_up, after, left)| {
        let policy = made_up.policy();
        let calendar = calendar(&policy);
        let terms = &policy.renewal.general;
        let today = days_after(day("2026-11-01"), after);
        let ends = days_after(today, left);
        let fleet = fleet(&policy, &office, today, vec![item(1, ends)]);
        let plan = plan(&fleet, &calendar, PlanBounds::default());
        let entry = planned(&plan, &fleet, 1);
        let period = uncovered(today, ends);
        let mut before = period.previous_day().unwrap();
        while closed(&calendar, &policy, before) {
            before = before.previous_day().unwrap();
        }
        let deadline = before.min(ends);
        assert_eq!(entry.deadline.unwrap().day, deadline, "{today} {ends}");
        assert_eq!(entry.deadline.unwrap().period.unwrap().first, period, "{today} {ends}");
        let takes = |on: &Day| {
            let own = policy.calendar.office.iter().any(|closure| closure.from <= *on && *on <= closure.until);
            let inside = terms.application_window.is_none_or(|w| (w.from..=w.until).contains(&on.day()));
            inside && !own && !closed(&calendar, &policy, *on)
        };
        let safe = |on: &Day| takes(on) && in_hand(&calendar, &policy, terms, *on) <= deadline;
        let latest = (0..300).map(|back| days_after(deadline, -back)).find(safe);
        assert_eq!(entry.last_application, latest, "{today} {ends}");
        assert_eq!(entry.first, Some(days_after(ends, -terms.opens_days.value)));
        // What is recommended is permitted, safe, and not before renewal opens or before today.
        if let PlanOutcome::Apply { day, expected_issue: got, in_claim_period } = entry.outcome {
            assert!(takes(&day) && safe(&day) && day >= today && Some(day) >= entry.first && Some(day) <= latest);
            assert_eq!(got, Some(in_hand(&calendar, &policy, terms, day)));
            assert_eq!(in_claim_period, day.day() <= 10);
        }
    });
}

/// The most that can be placed: a plain augmenting search.
fn most(open: &[Vec<bool>], per_day: usize) -> usize {
    fn take(job: usize, open: &[Vec<bool>], per_day: usize, on: &mut [Vec<usize>], seen: &mut [bool]) -> bool {
        for day in 0..seen.len() {
            if !open[job][day] || seen[day] {
                continue;
            }
            seen[day] = true;
            if on[day].len() < per_day {
                on[day].push(job);
                return true;
            }
            for at in 0..on[day].len() {
                if take(on[day][at], open, per_day, on, seen) {
                    on[day][at] = job;
                    return true;
                }
            }
        }
        false
    }
    let days = open.first().map_or(0, Vec::len);
    let mut on = vec![Vec::new(); days];
    (0..open.len()).filter(|job| take(*job, open, per_day, &mut on, &mut vec![false; days])).count()
}

#[test]
fn as_many_as_possible_are_placed_and_no_day_has_too_many() {
    let office = RegisterState::default();
    let (crowded, tried) = (Cell::new(0), Cell::new(0));
    let lefts = proptest::collection::vec(15..75_i64, 5..95);
    holds(60, (made_up(), lefts, 1..=3_u32), |(made_up, lefts, per_day)| {
        let policy = made_up.policy();
        let calendar = calendar(&policy);
        let today = day("2027-01-05");
        let items = lefts.iter().zip(1..).map(|(left, number)| item(number, days_after(today, *left))).collect();
        let fleet = fleet(&policy, &office, today, items);
        let plan = plan(&fleet, &calendar, PlanBounds { per_day: Some(per_day), ..PlanBounds::default() });
        let alone = RenewalPlan::new(&fleet, &calendar, PlanBounds::default()).unwrap();
        let mut on: BTreeMap<Day, u32> = BTreeMap::new();
        let (mut placed, mut in_claim_periods) = (0, 0);
        for entry in &plan.entries {
            if let PlanOutcome::Apply { day, in_claim_period, .. } = entry.outcome {
                *on.entry(day).or_default() += 1;
                placed += 1;
                in_claim_periods += usize::from(in_claim_period);
                assert!(Some(day) >= entry.first && Some(day) <= entry.last_application && day >= today);
            }
        }
        assert!(on.values().all(|n| *n <= per_day), "{on:?}");
        // Whatever could be placed alone competes for the days between.
        let jobs = alone.entries.iter().filter(|entry| matches!(entry.outcome, PlanOutcome::Apply { .. }));
        let days: Vec<Day> = (0..160).map(|after| days_after(today, after)).collect();
        let widest =
            |entry: &&shomei::lifecycle::PlannedCertificate| days_after(fleet.items[entry.item].ends.unwrap(), -90);
        let open = |avoiding: bool| -> Vec<Vec<bool>> {
            let permitted = |on: Day| {
                let own = policy.calendar.office.iter().any(|closure| closure.from <= on && on <= closure.until);
                let terms = &policy.renewal.general;
                let inside = terms.application_window.is_none_or(|w| (w.from..=w.until).contains(&on.day()));
                let avoided = avoiding && on.day() <= 10;
                inside && !own && !avoided && !calendar.issuer.is_closed(on)
            };
            let of = |entry: &shomei::lifecycle::PlannedCertificate| {
                let from = entry.first.unwrap().max(widest(&entry)).max(today);
                let until = entry.last_application.unwrap();
                days.iter().map(|on| from <= *on && *on <= until && permitted(*on)).collect()
            };
            jobs.clone().map(of).collect()
        };
        let possible = most(&open(false), per_day as usize);
        assert_eq!(placed, possible, "{per_day} a day");
        // No more days of claim periods are used than must be.
        assert_eq!(placed - in_claim_periods, most(&open(true), per_day as usize).min(placed));
        let full = plan
            .entries
            .iter()
            .filter(|entry| {
                matches!(
                    entry.outcome,
                    PlanOutcome::Cannot(LateReason::Full, _) | PlanOutcome::NoMargin(LateReason::Full, _)
                )
            })
            .count();
        assert_eq!(full, jobs.clone().count() - placed);
        crowded.set(crowded.get() + u32::from(full > 0));
        tried.set(tried.get() + 1);
    });
    let (crowded, tried) = (crowded.get(), tried.get());
    assert!((tried / 6..tried * 5 / 6).contains(&crowded), "too easy or too hard: {crowded} of {tried}");
}

#[test]
fn a_plan_does_not_depend_on_the_order_of_its_certificates() {
    let policy = policy();
    let (office, calendar) = (RegisterState::default(), calendar(&policy));
    let told = |items: Vec<shomei::lifecycle::CertificateItem>| {
        let mut fleet = fleet(&policy, &office, day("2027-01-05"), items);
        fleet.settle();
        let plan = plan(&fleet, &calendar, PlanBounds { per_day: Some(2), ..PlanBounds::default() });
        let told = plan.entries.iter().map(|e| format!("{} {:?}", fleet.items[e.item].name, e.outcome));
        told.collect::<Vec<_>>()
    };
    let lefts = proptest::collection::vec(0..80_i64, 40);
    let items = lefts.prop_map(|lefts| {
        let items = lefts.iter().zip(1..).map(|(left, number)| item(number, days_after(day("2027-01-10"), *left)));
        items.collect::<Vec<_>>()
    });
    let both = items.prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()));
    holds(8, both, |(items, shuffled)| assert_eq!(told(items), told(shuffled)));
}
