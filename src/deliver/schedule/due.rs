//! The days and times on which a run is due.

use time::{Duration, Weekday};

use crate::calendar::{BusinessCalendar, Day, Instant, Zone};

/// Days searched for one on which a run is due: a schedule that has no such day in three years has
/// none.
const FARTHEST: usize = 1_200;

/// More consecutive days than any office is closed.
const LONGEST: usize = 400;

/// The days that a schedule names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleDays {
    /// Every day.
    Daily,
    /// These days of the week, in order from Monday.
    Weekly(Vec<Weekday>),
    /// These days of the month, 1 to 31, in order. A day that a month lacks means its last day.
    Monthly(Vec<u8>),
}

/// What to do with a run whose day is not a business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenClosed {
    /// It is due anyway.
    Run,
    /// It is skipped.
    Skip,
    /// It is due on the next business day; several that fall on the same day are one run.
    Next,
}

/// When a run is due: days and a civil time, in a zone that is a parameter.
///
/// ```
/// use shomei::calendar::{BusinessCalendar, Zone, format_instant, parse_instant};
/// use shomei::deliver::schedule::Schedule;
/// let monthly = Schedule::parse("monthly 11,31 07:30").unwrap();
/// let now = parse_instant("2027-02-28T12:00:00+09:00", Zone::UTC).unwrap();
/// let last = monthly.last(&BusinessCalendar::always(), Zone::JAPAN, now).unwrap();
/// assert_eq!(format_instant(last), "2027-02-27T22:30:00Z", "the last day of a short month");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub(super) days: ScheduleDays,
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) closed: WhenClosed,
}

impl Schedule {
    /// Its days.
    pub fn days(&self) -> &ScheduleDays {
        &self.days
    }

    /// The hour, 0 to 23, and the minute, 0 to 59.
    pub fn time(&self) -> (u8, u8) {
        (self.hour, self.minute)
    }

    /// What to do with a run whose day is not a business day.
    pub fn when_closed(&self) -> WhenClosed {
        self.closed
    }

    /// The last moment at or before `now` at which a run was due. None where none was within
    /// three years, or the calendar begins.
    pub fn last(&self, business: &BusinessCalendar, zone: Zone, now: Instant) -> Option<Instant> {
        let days = std::iter::successors(zone.day(now), |day| day.previous_day());
        self.moments(business, zone, days).find(|moment| *moment <= now)
    }

    /// The first moment after `now` at which a run is due. None where none is within three years,
    /// or the calendar ends.
    pub fn next(&self, business: &BusinessCalendar, zone: Zone, now: Instant) -> Option<Instant> {
        let days = std::iter::successors(zone.day(now), |day| day.next_day());
        self.moments(business, zone, days).find(|moment| *moment > now)
    }

    fn moments(
        &self,
        business: &BusinessCalendar,
        zone: Zone,
        days: impl Iterator<Item = Day>,
    ) -> impl Iterator<Item = Instant> {
        days.take(FARTHEST).filter(|day| self.is_due_on(business, *day)).filter_map(move |day| self.moment(zone, day))
    }

    fn moment(&self, zone: Zone, day: Day) -> Option<Instant> {
        let since_midnight = Duration::minutes(i64::from(self.hour) * 60 + i64::from(self.minute));
        zone.first_second(day)?.checked_add(since_midnight)
    }

    fn is_due_on(&self, business: &BusinessCalendar, day: Day) -> bool {
        match self.closed {
            WhenClosed::Run => self.names(day),
            WhenClosed::Skip => self.names(day) && !business.is_closed(day),
            WhenClosed::Next => {
                let closed = std::iter::successors(day.previous_day(), |day| day.previous_day());
                let mut closed = closed.take(LONGEST).take_while(|day| business.is_closed(*day));
                // The day itself, or any named day in the closed days right before it.
                !business.is_closed(day) && (self.names(day) || closed.any(|day| self.names(day)))
            }
        }
    }

    fn names(&self, day: Day) -> bool {
        match &self.days {
            ScheduleDays::Daily => true,
            ScheduleDays::Weekly(days) => days.contains(&day.weekday()),
            ScheduleDays::Monthly(days) => {
                let length = day.month().length(day.year());
                days.iter().any(|named| day.day() == (*named).min(length))
            }
        }
    }
}
