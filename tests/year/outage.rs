//! The same office, and a month in which nobody did anything.

use std::collections::{BTreeMap, BTreeSet};

use shomei::calendar::Day;

use crate::desk::{Desk, after, day};
use crate::office::{Office, Said};

/// The first day of the outage, and the first after it.
const OUTAGE: (&str, &str) = ("2027-02-16", "2027-03-18");
/// Renewal opens so late that a month matters.
const OPENS: u32 = 45;

/// Certificates that end throughout the year, and some soon after the outage.
fn ends() -> Vec<(Day, Desk)> {
    let apart = (0..16).map(|at| (after(day("2027-01-20"), at * 20), Desk::ALL[at as usize % 3]));
    let soon = [
        ("2027-03-22", Desk::Open),
        ("2027-03-29", Desk::Applications),
        ("2027-04-02", Desk::Issues),
        ("2027-04-05", Desk::Applications),
        ("2027-04-05", Desk::Open),
        ("2027-04-08", Desk::Open),
        ("2027-04-14", Desk::Issues),
        ("2027-04-20", Desk::Applications),
    ];
    apart.chain(soon.map(|(ends, desk)| (day(ends), desk))).collect()
}

/// Those whose last safe day has gone by, and the others about whom nothing was done.
fn parted(office: &Office, today: Day) -> (BTreeSet<String>, BTreeSet<String>) {
    let active = office.keepers.iter().filter(|(_, keeper)| keeper.is_active());
    let (late, placeable): (Vec<_>, Vec<_>) =
        active.partition(|(_, keeper)| office.closed.last_safe(keeper.desk, keeper.ends, keeper.whole) < today);
    let ids = |keepers: Vec<(&String, _)>| keepers.into_iter().map(|(id, _)| id.clone()).collect();
    (ids(late), ids(placeable))
}

#[test]
fn after_a_month_without_runs_what_is_too_late_comes_first_and_all_else_is_placed() {
    let mut office = Office::new(OPENS, &ends());
    let (from, back) = (day(OUTAGE.0), day(OUTAGE.1));
    let mut today = day("2026-12-01");
    while today < from {
        let (plan, _) = office.live(today);
        assert_eq!(plan["counts"]["cannot"], 0, "{today}");
        today = after(today, 1);
    }
    let awaited = office.keepers.values().filter(|keeper| keeper.applied.is_some() && keeper.renewed.is_none()).count();
    let (late, placeable) = parted(&office, back);
    assert!(late.len() >= 2 && placeable.len() >= 10 && awaited >= 1, "{late:?} {placeable:?} {awaited}");
    let (before, tightest) = (office.said.clone(), office.tightest(back));
    office.forgiven.clone_from(&late);

    let (plan, said) = office.live(back);
    let entries = plan["entries"].as_array().unwrap();
    let (first, rest) = entries.split_at(late.len());
    let of = |entry: &serde_json::Value| entry["holder"]["id"].as_str().unwrap().to_string();
    assert_eq!(first.iter().map(of).collect::<BTreeSet<_>>(), late);
    for entry in first {
        // Too late, or without margin where no claim period is lost.
        let (outcome, missed) = (entry["outcome"].as_str(), entry["fallback"]["missed_periods"].as_i64());
        assert_eq!(outcome, Some(if missed > Some(0) { "cannot" } else { "no-margin" }), "{entry}");
        assert_eq!(entry["reason"], "too-late", "{entry}");
        let message = entry["message"].as_str().unwrap();
        assert!(
            message.starts_with("The last application date (2027-0") && message.contains("earliest application date"),
            "{message}"
        );
    }
    assert!(plan["lapse"].as_str().unwrap().contains("differs by federation"), "{}", plan["lapse"]);
    let placed = rest.iter().filter(|entry| ["apply", "later"].contains(&entry["outcome"].as_str().unwrap()));
    assert!(placeable.is_subset(&placed.map(of).collect()), "{rest:?}");
    told(&before, &said, &tightest);

    today = after(back, 1);
    while today < day("2027-12-01") {
        let waiting = late.iter().filter(|id| office.keepers[*id].is_active()).count();
        let (plan, _) = office.live(today);
        let count = |class: &str| plan["counts"][class].as_u64().unwrap();
        assert_eq!(count("cannot") + count("no_margin"), waiting as u64, "{today}");
        today = after(today, 1);
    }
    for (id, keeper) in &office.keepers {
        assert!(keeper.renewed.is_some(), "{id}");
        assert!(late.contains(id) || !keeper.lapsed(today), "{id} lapsed on {}", keeper.ends);
    }
    let lapsed = late.iter().filter(|id| office.keepers[*id].lapsed(today)).count();
    assert!(lapsed > 0, "nobody would have lapsed anyway");
}

/// Each certificate inside a tier was told its tightest tier, before the outage or now, and nothing
/// else is said now.
fn told(before: &BTreeMap<(String, String), String>, said: &[Said], tightest: &BTreeMap<String, i64>) {
    let about = |(topic, _): &(String, String)| topic.starts_with("sha256:");
    let before: BTreeSet<(&str, &str)> =
        before.iter().filter(|(key, _)| about(key)).map(|((_, step), id)| (id.as_str(), step.as_str())).collect();
    let now: BTreeSet<(&str, &str)> = said
        .iter()
        .filter(|(topic, _, _)| topic.starts_with("sha256:"))
        .map(|(_, step, id)| (id.as_str(), step.as_str()))
        .collect();
    let steps: Vec<(&str, String)> = tightest.iter().map(|(id, tier)| (id.as_str(), format!("tier-{tier}"))).collect();
    let due: BTreeSet<(&str, &str)> =
        steps.iter().map(|(id, step)| (*id, step.as_str())).filter(|one| !before.contains(one)).collect();
    assert_eq!(now, due);
    assert!(due.len() >= 8, "{due:?}");
}
