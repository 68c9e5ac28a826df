//! Business days: every day that is not closed.

use super::Day;
use time::Weekday;

/// More consecutive days than any office is closed: a search ends after them.
const LONGEST: usize = 400;

/// A day of every year: month and day.
pub type DayOfYear = (u8, u8);

/// The days on which an office is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusinessCalendar {
    weekly: Vec<Weekday>,
    yearly: Vec<(DayOfYear, DayOfYear)>,
    spans: Vec<(Day, Day)>,
    holidays: Vec<Day>,
    known: Option<(Day, Day)>,
}

impl BusinessCalendar {
    /// Open on every day.
    pub fn always() -> BusinessCalendar {
        BusinessCalendar::default()
    }

    /// Closed on these days of the week.
    pub fn closed_weekly(mut self, days: &[Weekday]) -> BusinessCalendar {
        self.weekly.extend(days);
        self
    }

    /// Closed from one day of every year to another, both included; over the New Year where the
    /// second is earlier.
    pub fn closed_yearly(mut self, from: DayOfYear, until: DayOfYear) -> BusinessCalendar {
        self.yearly.push((from, until));
        self
    }

    /// Closed from one day to another, both included.
    pub fn closed(mut self, from: Day, until: Day) -> BusinessCalendar {
        self.spans.push((from, until));
        self
    }

    /// Closed on holidays, of which all between two days are known.
    pub fn holidays(mut self, days: impl Iterator<Item = Day>, known: (Day, Day)) -> BusinessCalendar {
        self.holidays.extend(days);
        self.holidays.sort_unstable();
        self.known = Some(known);
        self
    }

    /// Whether it is closed on a day.
    pub fn is_closed(&self, day: Day) -> bool {
        self.weekly.contains(&day.weekday())
            || self.yearly.iter().any(|span| lies_in(day, *span))
            || self.spans.iter().any(|(from, until)| *from <= day && day <= *until)
            || self.holidays.binary_search(&day).is_ok()
    }

    /// Whether the holidays of this day's year are not announced yet.
    pub fn is_guess(&self, day: Day) -> bool {
        self.known.is_some_and(|(from, until)| day < from || until < day)
    }

    /// The last day of which all holidays are known; none where there are no holidays at all.
    pub fn known_until(&self) -> Option<Day> {
        self.known.map(|(_, until)| until)
    }

    /// The `count`th business day after a day: of 0, the day itself. None where the calendar
    /// ends, or where it never opens.
    pub fn after(&self, day: Day, count: u32) -> Option<Day> {
        let (mut day, mut left, mut closed) = (day, count, 0);
        while left > 0 {
            day = day.next_day()?;
            closed = if self.is_closed(day) { closed + 1 } else { 0 };
            if closed == 0 {
                left -= 1;
            } else if closed > LONGEST {
                return None;
            }
        }
        Some(day)
    }

    /// The last business day before a day.
    pub fn before(&self, day: Day) -> Option<Day> {
        let earlier = std::iter::successors(day.previous_day(), |day| day.previous_day());
        earlier.take(LONGEST).find(|day| !self.is_closed(*day))
    }
}

fn lies_in(day: Day, (from, until): (DayOfYear, DayOfYear)) -> bool {
    let day = (u8::from(day.month()), day.day());
    if from <= until { from <= day && day <= until } else { from <= day || day <= until }
}
