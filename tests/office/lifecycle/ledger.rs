//! What is said to whom, over simulated years.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shomei::calendar::Day;
use shomei::lifecycle::{
    CertificateItem, LifecycleState, Notification, NotificationTopic, PlanBounds, ReminderLedger, ReminderStep,
    Reminders,
};
use shomei::policy::Policy;
use shomei::register::{MarkState, RegisterState};

use super::scene::{calendar, day, days_after, fleet, holder, item, mark, plan, policy};
use crate::common::laws::holds;

/// What was said, by day.
type Said = Vec<(Day, NotificationTopic, ReminderStep)>;

/// Runs the ledger on the given days; everything said is recorded. Tells what was said, and of how
/// many enough was said at the end.
fn run(
    policy: &Policy,
    office: &RegisterState,
    items: &dyn Fn(Day) -> Vec<CertificateItem>,
    days: &[Day],
) -> (Said, usize) {
    let calendar = calendar(policy);
    let (mut ledger, mut said, mut exhausted) = (ReminderLedger::default(), Vec::new(), 0);
    for today in days {
        let fleet = fleet(policy, office, *today, items(*today));
        let reminders = Reminders::new(&fleet, &plan(&fleet, &calendar, PlanBounds::default()), &ledger, &|_| true);
        for due in &reminders.due {
            ledger.add(due.topic.clone(), Notification { step: due.step, on: *today });
            said.push((*today, due.topic.clone(), due.step));
        }
        exhausted = reminders.exhausted.len();
    }
    (said, exhausted)
}

fn daily(from: &str, days: i64) -> Vec<Day> {
    (0..days).map(|after| days_after(day(from), after)).collect()
}

fn steps(said: &Said) -> Vec<(String, ReminderStep)> {
    said.iter().map(|(on, _, step)| (on.to_string(), *step)).collect()
}

#[test]
fn each_tier_is_said_once_on_its_first_day() {
    let policy = policy();
    let items = |_: Day| vec![item(1, day("2027-06-30"))];
    let (said, _) = run(&policy, &RegisterState::default(), &items, &daily("2027-01-01", 181));
    let expected = [
        ("2027-04-01", ReminderStep::Tier(90)),
        ("2027-05-01", ReminderStep::Tier(60)),
        ("2027-05-31", ReminderStep::Tier(30)),
        ("2027-06-16", ReminderStep::Tier(14)),
        ("2027-06-23", ReminderStep::Tier(7)),
    ];
    assert_eq!(steps(&said), expected.map(|(on, step)| (on.to_string(), step)));
}

#[test]
fn what_has_lapsed_is_said_weekly_eight_times_and_then_left_to_the_auditors() {
    let policy = policy();
    let items = |_: Day| vec![item(1, day("2026-12-31"))];
    let (said, exhausted) = run(&policy, &RegisterState::default(), &items, &daily("2027-01-01", 120));
    let expected: Vec<(String, ReminderStep)> = (0..8)
        .map(|n: u32| (days_after(day("2027-01-01"), 7 * i64::from(n)).to_string(), ReminderStep::Lapsed(n + 1)))
        .collect();
    assert_eq!((steps(&said), exhausted), (expected, 1));
}

#[test]
fn a_first_run_over_an_old_fleet_says_the_tightest_tier_alone() {
    let policy = policy();
    let ends = ["2026-12-01", "2026-12-04", "2026-12-20", "2027-01-31", "2027-06-30"];
    let items = |_: Day| ends.iter().zip(1..).map(|(ends, number)| item(number, day(ends))).collect();
    let (said, _) = run(&policy, &RegisterState::default(), &items, &[day("2026-12-02")]);
    let steps: Vec<ReminderStep> = said.iter().map(|(_, _, step)| *step).collect();
    assert_eq!(steps, [ReminderStep::Lapsed(1), ReminderStep::Tier(7), ReminderStep::Tier(30), ReminderStep::Tier(60)]);
}

#[test]
fn renewed_or_marked_ones_are_left_alone() {
    let policy = policy();
    let ends = day("2027-01-31");
    for state in [
        LifecycleState::Renewed,
        LifecycleState::NotRenewing,
        LifecycleState::Awaited(day("2026-12-01")),
        LifecycleState::LeftOver,
    ] {
        let items = |_: Day| {
            let mut item = item(1, ends);
            item.state = state;
            vec![item]
        };
        assert_eq!(run(&policy, &RegisterState::default(), &items, &daily("2026-12-01", 90)).0, [], "{state:?}");
    }
    // 連絡済 is a telling like any other: that tier is not said again, the next is.
    let mut office = RegisterState::default();
    let contacted = mark(&item(1, ends), MarkState::Contacted, day("2026-12-02"));
    office.marks.insert(contacted.target.clone(), vec![contacted]);
    let items = |_: Day| vec![item(1, ends)];
    let (said, _) = run(&policy, &office, &items, &daily("2026-12-02", 40));
    assert_eq!(steps(&said), [("2027-01-01".to_string(), ReminderStep::Tier(30))]);
    // 確認済 of the rule silences it until its last day.
    let mut acknowledged = mark(&item(1, ends), MarkState::Acknowledged, day("2026-12-01"));
    acknowledged.rule = Some("expiring".into());
    acknowledged.until = Some(day("2026-12-20"));
    office.marks.insert(acknowledged.target.clone(), vec![acknowledged]);
    let (said, _) = run(&policy, &office, &items, &daily("2026-12-02", 25));
    assert_eq!(steps(&said), [("2026-12-21".to_string(), ReminderStep::Tier(60))]);
}

#[test]
fn an_expired_password_is_reminded_of_until_it_is_changed() {
    let policy = policy();
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = vec![holder("A")];
    office.holders[0].password_changed = Some(day("2026-10-01"));
    let (said, _) = run(&policy, &office, &|_| Vec::new(), &daily("2026-12-01", 300));
    // 180 days after the change, which day counts as expired.
    let mut expected =
        vec![("2027-02-28".to_string(), ReminderStep::Tier(30)), ("2027-03-30".into(), ReminderStep::Tier(0))];
    // A week apart up to the eighth, then thirty days.
    let weeks =
        (1..8).map(|n: u32| (days_after(day("2027-03-30"), 7 * i64::from(n)).to_string(), ReminderStep::Lapsed(n + 1)));
    let months = (1..5)
        .map(|n: u32| (days_after(day("2027-05-18"), 30 * i64::from(n)).to_string(), ReminderStep::Lapsed(n + 8)));
    expected.extend(weeks.chain(months));
    assert_eq!(steps(&said), expected);
    // Once it is changed, nothing more is said until the next expiry.
    office.holders[0].password_changed = Some(day("2027-04-10"));
    let (said, _) = run(&policy, &office, &|_| Vec::new(), &daily("2027-04-10", 100));
    assert!(said.is_empty());
}

#[test]
fn a_password_that_expires_within_the_next_claim_period_is_warned_of_before() {
    let mut policy = policy();
    policy.holders.password_warning_days.value = 5;
    let mut office = RegisterState { has_register: true, ..RegisterState::default() };
    office.holders = vec![holder("A")];
    // It expires on the 9th of April; the claim period before ends on the 10th of March.
    office.holders[0].password_changed = Some(day("2026-10-11"));
    let (said, _) = run(&policy, &office, &|_| Vec::new(), &daily("2026-12-01", 125));
    assert_eq!(steps(&said), [("2027-03-11".to_string(), ReminderStep::Tier(5))]);
}

/// Certificates that are renewed at some time of the year, or not.
#[derive(Clone, Debug)]
struct Office365 {
    ends: Vec<Day>,
    renewed: Vec<Option<Day>>,
}

impl Office365 {
    fn made_up() -> impl Strategy<Value = Office365> {
        let start = day("2026-12-01");
        let one = (-60..440_i64, proptest::option::of(0..400_i64));
        proptest::collection::vec(one, 30).prop_map(move |all| Office365 {
            ends: all.iter().map(|(ends, _)| days_after(start, *ends)).collect(),
            renewed: all.iter().map(|(_, renewed)| renewed.map(|after| days_after(start, after))).collect(),
        })
    }

    fn items(&self, today: Day) -> Vec<CertificateItem> {
        let one = |(at, ends): (usize, &Day)| {
            let mut item = item(u8::try_from(at + 1).unwrap(), *ends);
            if self.renewed[at].is_some_and(|on| on <= today) {
                item.state = LifecycleState::Renewed;
            }
            item
        };
        self.ends.iter().enumerate().map(one).collect()
    }

    fn tier(&self, at: usize, today: Day) -> Option<i64> {
        let left = (self.ends[at] - today).whole_days();
        [7, 14, 30, 60, 90].into_iter().find(|tier| (0..=*tier).contains(&left))
    }
}

#[test]
fn in_years_of_daily_runs_with_outages_nothing_is_lost_and_nothing_said_twice() {
    let policy = policy();
    holds(12, (Office365::made_up(), 30..280_i64, 0..45_i64), |(year, outage, length)| {
        let mut days = daily("2026-12-01", 365);
        days.retain(|on| {
            let after = (*on - day("2026-12-01")).whole_days();
            !(outage..outage + length).contains(&after)
        });
        let (said, _) = run(&policy, &RegisterState::default(), &|today| year.items(today), &days);
        let once: BTreeSet<_> = said.iter().map(|(_, topic, step)| (topic.clone(), *step)).collect();
        assert_eq!(once.len(), said.len(), "something was said twice");
        // On every day of a run, what is inside a tier and not renewed has been told of that tier or
        // a nearer one.
        let mut known: BTreeMap<usize, Vec<ReminderStep>> = BTreeMap::new();
        let mut next = said.iter().peekable();
        for today in &days {
            while let Some((_, topic, step)) = next.next_if(|(on, ..)| on == today) {
                let at = usize::from(u8::from_str_radix(&topic.0["sha256:".len()..][..2], 16).unwrap()) - 1;
                let renewed = year.renewed[at].is_some_and(|on| on <= *today);
                assert!(!renewed, "{topic:?} was renewed before {today}");
                known.entry(at).or_default().push(*step);
            }
            for at in 0..year.ends.len() {
                let Some(tier) = year.tier(at, *today) else { continue };
                if year.renewed[at].is_some_and(|on| on <= *today) {
                    continue;
                }
                let told = known.get(&at).is_some_and(|steps| {
                    steps.iter().any(|step| matches!(step, ReminderStep::Tier(days) if *days <= tier))
                });
                assert!(told, "{} on {today} was not told of tier {tier}", year.ends[at]);
            }
        }
    });
}

#[test]
fn a_clock_that_ran_ahead_loses_nothing() {
    let policy = policy();
    let ends = day("2027-03-31");
    let items = |_: Day| vec![item(1, ends)];
    let mut days = vec![day("2028-01-01")];
    days.extend(daily("2026-12-01", 121));
    let (said, _) = run(&policy, &RegisterState::default(), &items, &days);
    // A year ahead it seemed lapsed; once the clock is right, every tier is said in its time.
    let steps: Vec<ReminderStep> = said.iter().map(|(_, _, step)| *step).collect();
    let tiers = [90, 60, 30, 14, 7].map(ReminderStep::Tier);
    assert_eq!((steps[0], &steps[1..]), (ReminderStep::Lapsed(1), tiers.as_slice()));
    // A clock that goes back a day says nothing again.
    let mut days = daily("2027-01-01", 30);
    days.extend(daily("2027-01-20", 30));
    let (said, _) = run(&policy, &RegisterState::default(), &items, &days);
    let once: BTreeSet<_> = said.iter().map(|(_, topic, step)| (topic.clone(), *step)).collect();
    assert_eq!(once.len(), said.len());
}

#[test]
fn a_declared_certificate_is_another_once_it_is_declared_anew() {
    let mut first = item(1, day("2027-01-31"));
    first.thing = shomei::lifecycle::Subject::Declared(holder("A").key);
    let mut second = first.clone();
    second.ends = Some(day("2030-01-31"));
    assert_ne!(NotificationTopic::of(&first), NotificationTopic::of(&second));
    for code in ["tier-90", "tier-0", "lapsed-8"] {
        assert_eq!(ReminderStep::of_code(code).map(ReminderStep::code).as_deref(), Some(code));
    }
    assert_eq!((ReminderStep::of_code("tier"), ReminderStep::of_code("late-1")), (None, None));
}
