//! The built-in list is what it says it is made from, and others agree with it.

use std::collections::BTreeMap;

use shomei::audit::rules::codes;
use shomei::calendar::{BusinessCalendar, Day};
use shomei::lifecycle::OfficeCalendars;
use shomei::policy::Policy;

use super::scene::{built_in, day};
use crate::common::files::kept;
use crate::common::python;

#[test]
fn the_list_is_what_its_script_makes() {
    let kept = kept("policies/holidays-jp.yaml");
    let made = python::printed(&["policies/holidays-jp.py"]);
    assert!(kept == made, "run: target/python/bin/python3 policies/holidays-jp.py > policies/holidays-jp.yaml");
}

#[test]
fn it_covers_what_is_announced() {
    let holidays = built_in();
    assert_eq!((holidays.from(), holidays.until()), (day("1955-01-01"), day("2027-12-31")));
    assert!(holidays.covers(day("1955-01-01")) && holidays.covers(day("2027-12-31")));
    assert!(!holidays.covers(day("1954-12-31")) && !holidays.covers(day("2028-01-01")));
}

/// The holidays from its first year to its last by Python's jpholiday.
fn jpholiday() -> BTreeMap<Day, String> {
    let script = "import jpholiday
for year in range(1955, 2028):
    for day, name in jpholiday.year_holidays(year):
        print(day, name, sep='\\t')";
    let lines = python::printed(&["-c", script]);
    let found: BTreeMap<Day, String> =
        lines.lines().map(|line| line.split_once('\t').unwrap()).map(|(at, name)| (day(at), name.into())).collect();
    assert!(found.len() > 1000, "{}", found.len());
    found
}

#[test]
fn another_calendar_knows_the_same_days() {
    let (ours, theirs) = (built_in(), jpholiday());
    let differing = ours.days().map(|(day, _)| day).chain(theirs.keys().copied());
    let differing = differing.filter(|day| ours.name(*day).is_some() != theirs.contains_key(day));
    // It has rest between holidays before 1985-12-27 and rest after Sundays before 1973-04-12, when
    // these became law; the Cabinet Office's list has neither.
    let too_early = |day: Day| theirs.contains_key(&day) && day < self::day("1985-12-27");
    let differing: Vec<Day> = differing.collect();
    assert!(differing.iter().all(|day| too_early(*day)), "{differing:?}");
    assert!(differing.contains(&day("1985-05-04")) && differing.contains(&day("1973-02-12")), "{differing:?}");
}

/// Every day from 2013 to the end of the list, and whether offices are closed: weekends, holidays by
/// jpholiday, 29 December to 3 January.
fn days_by_jpholiday() -> Vec<(Day, bool)> {
    let script = "import datetime, jpholiday
day, end = datetime.date(2013, 1, 1), datetime.date(2027, 12, 31)
while day <= end:
    new_year = (day.month == 12 and day.day >= 29) or (day.month == 1 and day.day <= 3)
    print(day, int(day.weekday() >= 5 or jpholiday.is_holiday(day) or new_year))
    day += datetime.timedelta(1)";
    let lines = python::printed(&["-c", script]);
    lines.lines().map(|line| line.split_once(' ').unwrap()).map(|(at, closed)| (day(at), closed == "1")).collect()
}

#[test]
fn another_calendar_agrees_on_every_business_day_since_2013() {
    let theirs = days_by_jpholiday();
    assert_eq!((theirs.len(), theirs[0].0, theirs[5477].0), (5478, day("2013-01-01"), day("2027-12-31")));
    for file in ["e-seikyuu.yaml", "lab.yaml"] {
        let policy = Policy::read(&kept(&format!("policies/{file}")), file, &codes()).unwrap();
        let OfficeCalendars { issuer, office } = OfficeCalendars::new(&policy, &built_in());
        let closed = |day: &Day| (issuer.is_closed(*day), office.is_closed(*day));
        let differing: Vec<Day> =
            theirs.iter().filter(|(day, is)| closed(day) != (*is, *is)).map(|(day, _)| *day).collect();
        assert_eq!(differing, [], "{file}");
        assert!(theirs.iter().all(|(day, _)| !issuer.is_guess(*day)) && issuer.is_guess(day("2028-01-04")));
        counted(&issuer, &theirs);
    }
}

/// Counting business days on and back comes to the same days.
fn counted(issuer: &BusinessCalendar, theirs: &[(Day, bool)]) {
    let open: Vec<Day> = theirs.iter().filter(|(_, closed)| !closed).map(|(day, _)| *day).collect();
    for (day, _) in &theirs[7..theirs.len() - 30] {
        let next = open.partition_point(|open| open <= day);
        assert_eq!(issuer.after(*day, 5), Some(open[next + 4]), "{day}");
        let before = open.partition_point(|open| open < day);
        assert_eq!(issuer.before(*day), Some(open[before - 1]), "{day}");
    }
}

#[test]
fn another_calendar_knows_them_by_the_same_names() {
    let (ours, theirs) = (built_in(), jpholiday());
    let mut differing = Vec::new();
    for (day, name) in ours.days().filter(|(day, _)| day.year() >= 2013) {
        // "こどもの日 振替休日" says whose substitute it is.
        let other = theirs[&day].rsplit(' ').next().unwrap();
        if other != name.ja {
            differing.push(format!("{day} {} {other}", name.ja));
        }
    }
    // Where they differ, our name is the one in the Cabinet Office's list.
    let known = [
        "2019-05-01 休日（祝日扱い） 天皇の即位の日",
        "2019-10-14 体育の日（スポーツの日） 体育の日",
        "2019-10-22 休日（祝日扱い） 即位礼正殿の儀",
    ];
    assert_eq!(differing, known);
}

#[test]
fn days_that_laws_moved_stand_where_they_were() {
    let holidays = built_in();
    let name = |at: &str| holidays.name(day(at)).map(|name| name.ja.as_str());
    for (at, expected) in [
        ("1959-04-10", "結婚の儀"),
        ("1989-02-24", "大喪の礼"),
        ("2019-04-30", "国民の休日"),
        ("2019-05-01", "休日（祝日扱い）"),
        ("2019-05-02", "国民の休日"),
        ("2019-10-22", "休日（祝日扱い）"),
        ("2020-07-23", "海の日"),
        ("2020-07-24", "スポーツの日"),
        ("2020-08-10", "山の日"),
        ("2021-07-22", "海の日"),
        ("2021-07-23", "スポーツの日"),
        ("2021-08-08", "山の日"),
        ("2021-08-09", "振替休日"),
        ("2026-05-06", "振替休日"),
        ("2026-09-22", "国民の休日"),
        ("2027-03-22", "振替休日"),
    ] {
        assert_eq!(name(at), Some(expected), "{at}");
    }
    for at in ["2019-12-23", "2020-07-20", "2020-08-11", "2020-10-12", "2021-07-19", "2021-08-11", "2021-10-11"] {
        assert_eq!(name(at), None, "{at}");
    }
}

#[test]
fn every_name_has_its_english() {
    for (day, name) in built_in().days() {
        assert!(name.en.is_ascii() && !name.en.is_empty(), "{day} {name:?}");
    }
}
