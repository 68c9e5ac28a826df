//! Civil days and instants.
//!
//! Policies use civil days in a zone (JST for e-seikyuu); certificates have instants. The two are
//! different types and are converted only here, with checks: RFC 5280's "no expiry",
//! 9999-12-31T23:59:59Z, has no civil day in Japan. [`BusinessCalendar`] tells open days from
//! closed ones. Absent here: no clock. The present moment is a parameter everywhere.

mod business;

pub use business::{BusinessCalendar, DayOfYear};

use std::fmt;

use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::{format_description, offset};
use time::{OffsetDateTime, Time, UtcOffset};

/// A moment, in UTC.
pub type Instant = time::UtcDateTime;
/// A civil day, in the zone that the context names.
pub type Day = time::Date;

/// A time zone with a fixed offset. Japan has had no daylight saving time since 1951.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(UtcOffset);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Zone = Zone(UtcOffset::UTC);
    /// Japan Standard Time, for what is Japan's own whatever the policy: its holidays.
    pub const JAPAN: Zone = Zone(offset!(+9));

    /// Reads `+09:00`, `-05:30` or `Z`.
    pub fn parse(text: &str) -> Option<Zone> {
        if text == "Z" {
            return Some(Zone::UTC);
        }
        let format = format_description!("[offset_hour sign:mandatory]:[offset_minute]");
        UtcOffset::parse(text, format).ok().map(Zone)
    }

    /// The civil day on which `instant` falls; none where it cannot be represented.
    pub fn day(self, instant: Instant) -> Option<Day> {
        instant.checked_to_offset(self.0).map(OffsetDateTime::date)
    }

    /// The time of day at `instant`; none where it cannot be represented.
    pub fn time(self, instant: Instant) -> Option<Time> {
        instant.checked_to_offset(self.0).map(OffsetDateTime::time)
    }

    /// The offset from UTC in hours, where it is a whole number of them.
    pub fn whole_hours(self) -> Option<i8> {
        let (hours, minutes, seconds) = self.0.as_hms();
        (minutes == 0 && seconds == 0).then_some(hours)
    }

    /// The first second of `day`.
    pub fn first_second(self, day: Day) -> Option<Instant> {
        OffsetDateTime::new_in_offset(day, Time::MIDNIGHT, self.0).checked_to_utc()
    }

    /// `instant` as local date and time, `2019-07-20 00:00:00 +09:00`.
    pub fn local(self, instant: Instant) -> String {
        match instant.checked_to_offset(self.0) {
            Some(t) => {
                let f = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
                format!("{} {self}", t.format(f).unwrap_or_default())
            }
            None => format_instant(instant),
        }
    }

    /// `instant` in the format of mail, `Sat, 20 Jul 2019 00:00:00 +0900`; none where it has no
    /// such form.
    pub fn mail_date(self, instant: Instant) -> Option<String> {
        instant.checked_to_offset(self.0)?.format(&Rfc2822).ok()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (h, m, _) = self.0.as_hms();
        write!(f, "{}{:02}:{:02}", if h < 0 || m < 0 { '-' } else { '+' }, h.abs(), m.abs())
    }
}

/// Reads a day, `2019-07-20`.
pub fn parse_day(text: &str) -> Option<Day> {
    Day::parse(text, format_description!("[year]-[month]-[day]")).ok()
}

/// Reads an instant in RFC 3339, or a day, which means its first second in `zone`.
pub fn parse_instant(text: &str, zone: Zone) -> Option<Instant> {
    match parse_day(text) {
        Some(day) => zone.first_second(day),
        None => OffsetDateTime::parse(text, &Rfc3339).ok()?.checked_to_utc(),
    }
}

/// An instant as RFC 3339 in UTC, `2019-07-19T15:00:00Z`.
pub fn format_instant(instant: Instant) -> String {
    instant.format(&Rfc3339).unwrap_or_else(|_| instant.to_string())
}

/// The same day `years` later; 29 February becomes 28 February where there is none.
pub fn add_years(day: Day, years: i32) -> Option<Day> {
    add_months(day, years.checked_mul(12)?)
}

/// The same day `months` later, or the last of its month where that is shorter.
pub fn add_months(day: Day, months: i32) -> Option<Day> {
    let count = day.year().checked_mul(12)?.checked_add(i32::from(u8::from(day.month())) - 1)?;
    let count = count.checked_add(months)?;
    let month = time::Month::try_from(u8::try_from(count.rem_euclid(12) + 1).ok()?).ok()?;
    let year = count.div_euclid(12);
    Day::from_calendar_date(year, month, day.day().min(month.length(year))).ok()
}
