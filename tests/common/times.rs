//! Days and moments as a test writes them.

use shomei::calendar::{Day, Instant, Zone, parse_day, parse_instant};

#[track_caller]
pub fn day(text: &str) -> Day {
    parse_day(text).unwrap_or_else(|| panic!("{text} is no day"))
}

pub fn days_after(day: Day, days: i64) -> Day {
    day.checked_add(time::Duration::days(days)).unwrap()
}

/// A moment; where no zone is given, in Japan.
#[track_caller]
pub fn in_japan(text: &str) -> Instant {
    parse_instant(text, Zone::JAPAN).unwrap_or_else(|| panic!("{text} is no moment"))
}

/// A moment; where no zone is given, in UTC.
#[track_caller]
pub fn in_utc(text: &str) -> Instant {
    parse_instant(text, Zone::UTC).unwrap_or_else(|| panic!("{text} is no moment"))
}
