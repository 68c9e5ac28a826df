//! A whole year of daily runs: certificates are renewed as the plan says, and nobody lapses.

use shomei::calendar::Day;

use crate::desk::{Desk, after, day};
use crate::office::{Office, PER_DAY};

/// Certificates that end throughout 2027, six of them on one day, the desks by turns. New Year lies
/// before the first.
fn ends() -> Vec<(Day, Desk)> {
    let apart = (0..20).map(|at| after(day("2027-01-12"), at * 17));
    let together = std::iter::repeat_n(day("2027-07-05"), 6);
    apart.chain(together).enumerate().map(|(at, ends)| (ends, Desk::ALL[(at + 2) % 3])).collect()
}

#[test]
fn in_a_year_of_daily_runs_nobody_lapses_and_nothing_is_said_twice() {
    let mut office = Office::new(90, &ends());
    let mut today = day("2026-12-01");
    while today < day("2027-12-01") {
        let (plan, _) = office.live(today);
        assert_eq!(plan["counts"]["cannot"], 0, "{today}");
        for (id, keeper) in &office.keepers {
            assert!(!keeper.lapsed(today), "{id} lapsed on {}", keeper.ends);
        }
        today = after(today, 1);
    }
    assert!(office.keepers.values().all(|keeper| keeper.renewed.is_some()));
    assert_eq!(office.applications.values().sum::<usize>(), 26);
    assert_eq!(office.applications.values().max(), Some(&PER_DAY), "{:?}", office.applications);
    let said = |start: &str| office.said.keys().filter(|(topic, _)| topic.starts_with(start)).count();
    assert!(said("sha256:") >= 26, "{}", said("sha256:"));
    assert!(said("password:") >= 12, "{}", said("password:"));
}
