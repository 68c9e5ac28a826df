//! When a run is due.

use std::collections::BTreeSet;

use shomei::calendar::{BusinessCalendar, Day, Instant, Zone, format_instant};
use shomei::deliver::schedule::{Schedule, ScheduleError};
use shomei::locale::Lang;
use time::{Duration, Weekday};

use super::scene::{at, office};
use crate::common::times::day;

const RULES: [&str; 3] = ["", " skip", " next"];
const DAYS: [&str; 8] = [
    "daily 07:30",
    "daily 00:00",
    "daily 23:59",
    "weekly mon 07:30",
    "weekly sat,sun 18:05",
    "monthly 11 07:30",
    "monthly 1,2,3,29 07:30",
    "monthly 31 07:30",
];

fn schedule(text: &str) -> Schedule {
    Schedule::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"))
}

fn next(text: &str, now: &str) -> String {
    Zone::JAPAN.local(schedule(text).next(&office(), Zone::JAPAN, at(now)).unwrap())
}

fn last(text: &str, now: &str) -> String {
    Zone::JAPAN.local(schedule(text).last(&office(), Zone::JAPAN, at(now)).unwrap())
}

#[test]
fn the_moment_itself_counts_as_past() {
    let just = "2026-11-26T07:30:00+09:00";
    assert_eq!(last("daily 07:30", just), "2026-11-26 07:30:00 +09:00");
    assert_eq!(next("daily 07:30", just), "2026-11-27 07:30:00 +09:00");
    assert_eq!(last("daily 07:30", "2026-11-26T07:29:59+09:00"), "2026-11-25 07:30:00 +09:00");
}

#[test]
fn a_day_that_a_month_does_not_have_is_its_last() {
    let cases = [("2027-02-01", "02-28"), ("2028-02-01", "02-29"), ("2027-04-01", "04-30"), ("2027-05-01", "05-31")];
    for (now, due) in cases {
        assert_eq!(next("monthly 31 07:30", now), format!("{}-{due} 07:30:00 +09:00", &now[..4]));
    }
    assert_eq!(next("monthly 30,31 07:30", "2027-02-28T07:30:00+09:00"), "2027-03-30 07:30:00 +09:00");
}

#[test]
fn the_new_year_is_passed_over_or_waited_out() {
    // 2027-01-01 is a Friday; offices are closed from 29 December to 3 January, a Sunday.
    assert_eq!(next("monthly 1 07:30", "2026-12-10"), "2027-01-01 07:30:00 +09:00");
    assert_eq!(next("monthly 1 07:30 next", "2026-12-10"), "2027-01-04 07:30:00 +09:00");
    assert_eq!(next("monthly 1 07:30 skip", "2026-12-10"), "2027-02-01 07:30:00 +09:00");
    assert_eq!(last("daily 07:30 skip", "2027-01-03T12:00:00+09:00"), "2026-12-28 07:30:00 +09:00");
    // 30 and 31 December and 1 January come to the same day, and are one run.
    assert_eq!(next("monthly 1,30,31 07:30 next", "2026-12-29"), "2027-01-04 07:30:00 +09:00");
    assert_eq!(next("monthly 1,30,31 07:30 next", "2027-01-04T07:30:00+09:00"), "2027-02-01 07:30:00 +09:00");
}

#[test]
fn a_holiday_moves_a_run_into_the_next_month() {
    // 31 January 2027 is a Sunday.
    assert_eq!(next("monthly 31 07:30 next", "2027-01-10"), "2027-02-01 07:30:00 +09:00");
    assert_eq!(last("monthly 31 07:30 next", "2027-02-01T07:29:00+09:00"), "2027-01-04 07:30:00 +09:00");
}

#[test]
fn an_office_that_never_opens_has_no_runs() {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let week = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    let never = BusinessCalendar::always().closed_weekly(&week);
    for rule in ["skip", "next"] {
        let daily = schedule(&format!("daily 07:30 {rule}"));
        assert_eq!(daily.next(&never, Zone::JAPAN, at("2026-11-26")), None);
        assert_eq!(daily.last(&never, Zone::JAPAN, at("2026-11-26")), None);
    }
}

#[test]
fn the_ends_of_the_calendar_are_no_panic() {
    for text in ["daily 07:30 next", "monthly 31 23:59"] {
        for now in ["9999-12-31T23:59:59Z", "9999-12-31T14:00:00Z"] {
            let _ = schedule(text).next(&office(), Zone::JAPAN, at(now));
            assert!(schedule(text).last(&BusinessCalendar::always(), Zone::UTC, at(now)).is_some());
        }
    }
}

/// Every moment at which a run is due from 2025 to 2028, told forwards: each named day, or the
/// first open one after it.
fn due(text: &str, business: &BusinessCalendar, zone: Zone) -> BTreeSet<Instant> {
    let words: Vec<&str> = text.split(' ').collect();
    let time = words.iter().find(|word| word.contains(':')).unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let since_midnight = Duration::minutes(hour.parse::<i64>().unwrap() * 60 + minute.parse::<i64>().unwrap());
    let is_named = |day: Day| match words[0] {
        "daily" => true,
        "weekly" => words[1].split(',').any(|word| day.weekday().to_string().to_lowercase().starts_with(word)),
        _ => words[1].split(',').any(|word| {
            let named: u8 = word.parse().unwrap();
            named == day.day() || (named > day.day() && day.next_day().unwrap().day() == 1)
        }),
    };
    let days = std::iter::successors(Some(day("2025-01-01")), |day| day.next_day()).take_while(|day| day.year() < 2029);
    let moved = |day: Day| match (business.is_closed(day), *words.last().unwrap()) {
        (true, "skip") => None,
        (true, "next") => business.after(day, 1),
        _ => Some(day),
    };
    days.filter(|day| is_named(*day))
        .filter_map(moved)
        .map(|day| zone.first_second(day).unwrap() + since_midnight)
        .collect()
}

#[test]
fn last_and_next_tell_of_the_same_runs_over_years() {
    let zones = ["+09:00", "Z", "-05:30"].map(|zone| Zone::parse(zone).unwrap());
    let offices = [office(), BusinessCalendar::always().closed_weekly(&[Weekday::Wednesday])];
    for (text, zone) in DAYS.iter().flat_map(|text| zones.iter().map(move |zone| (text, *zone))) {
        for (rule, business) in RULES.iter().flat_map(|rule| offices.iter().map(move |office| (rule, office))) {
            let text = format!("{text}{rule}");
            let schedule = schedule(&text);
            let due = due(&text, business, zone);
            let mut now = at("2026-01-01");
            while now < at("2028-11-01") {
                let (last, next) = (schedule.last(business, zone, now), schedule.next(business, zone, now));
                let told = format!("{text} {zone} at {}", format_instant(now));
                assert_eq!(last, due.range(..=now).next_back().copied(), "{told}");
                assert_eq!(next, due.range(now + Duration::seconds(1)..).next().copied(), "{told}");
                now += Duration::minutes(60 * 24 * 3 + 607);
            }
        }
    }
}

#[test]
fn words_are_read_and_written() {
    for text in DAYS.iter().flat_map(|text| RULES.map(|rule| format!("{text}{rule}"))) {
        assert_eq!(schedule(&text).to_string(), text);
    }
    let same = [
        ("  daily   7:05 ", "daily 07:05"),
        ("weekly 日,月、Mon 7:05", "weekly mon,sun 07:05"),
        ("monthly 25,11,11 07:30 next", "monthly 11,25 07:30 next"),
    ];
    for (given, written) in same {
        assert_eq!(schedule(given).to_string(), written);
    }
}

#[test]
fn what_is_no_schedule_is_told_by_its_word() {
    let cases = [
        ("", ScheduleError::Form("".into())),
        ("yearly 07:30", ScheduleError::Form("yearly 07:30".into())),
        ("daily", ScheduleError::Form("daily".into())),
        ("daily 07:30 next next", ScheduleError::Form("daily 07:30 next next".into())),
        ("daily 24:00", ScheduleError::Time("24:00".into())),
        ("daily 7:60", ScheduleError::Time("7:60".into())),
        ("daily 7:5", ScheduleError::Time("7:5".into())),
        ("daily +7:05", ScheduleError::Time("+7:05".into())),
        ("weekly mo 07:30", ScheduleError::Weekday("mo".into())),
        ("monthly 0 07:30", ScheduleError::DayOfMonth("0".into())),
        ("monthly 11,32 07:30", ScheduleError::DayOfMonth("32".into())),
        ("monthly 11, 07:30", ScheduleError::DayOfMonth("".into())),
        ("monthly +1 07:30", ScheduleError::DayOfMonth("+1".into())),
        ("daily 07:30 before", ScheduleError::WhenClosed("before".into())),
    ];
    for (text, mistake) in cases {
        assert_eq!(Schedule::parse(text), Err(mistake.clone()), "{text}");
        assert!(!mistake.text(Lang::Ja).contains('{') && !mistake.text(Lang::En).contains('{'));
    }
}
