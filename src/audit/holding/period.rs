//! The claim period.

use time::Duration;

use crate::calendar::{Day, Instant, Zone};
use crate::policy::MonthDays;

/// A claim period, or the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimPeriod {
    /// Its first second, or the moment judged if that is later.
    pub from: Instant,
    /// Its last second.
    pub until: Instant,
    /// The civil day of `from`.
    pub first: Day,
    /// Its last civil day.
    pub last: Day,
}

impl ClaimPeriod {
    /// The rest of the current claim period from `at` on, otherwise the next one. None where the
    /// calendar ends.
    pub fn coming(days: MonthDays, zone: Zone, at: Instant) -> Option<ClaimPeriod> {
        let today = zone.day(at)?;
        match ClaimPeriod::of_month(days, zone, today)?.left(zone, at) {
            Some(running) => Some(running),
            None => ClaimPeriod::of_month(days, zone, next_month(today)?),
        }
    }

    /// The rest of it at `at`: all of it before it begins, none after it.
    pub fn left(self, zone: Zone, at: Instant) -> Option<ClaimPeriod> {
        let from = self.from.max(at);
        let first = zone.day(from)?;
        (from <= self.until).then_some(ClaimPeriod { from, first, ..self })
    }

    /// The first claim period, from `from` on, that a certificate expiring at `end` does not cover
    /// through its last second. None where the calendar ends before the certificate does.
    pub fn first_not_covered(days: MonthDays, zone: Zone, from: Instant, end: Instant) -> Option<ClaimPeriod> {
        let coming = ClaimPeriod::coming(days, zone, from)?;
        if end < coming.until {
            return Some(coming);
        }
        let last = zone.day(end)?;
        let period = ClaimPeriod::of_month(days, zone, last)?;
        if end < period.until { Some(period) } else { ClaimPeriod::of_month(days, zone, next_month(last)?) }
    }

    /// The whole claim period of the month of `day`. In a month too short for one of its bounds,
    /// the month's last day counts.
    pub fn of_month(days: MonthDays, zone: Zone, day: Day) -> Option<ClaimPeriod> {
        let length = day.month().length(day.year());
        let first = day.replace_day(days.from.min(length)).ok()?;
        let last = day.replace_day(days.until.min(length)).ok()?;
        let until = zone.first_second(last.next_day()?)?.checked_sub(Duration::SECOND)?;
        Some(ClaimPeriod { from: zone.first_second(first)?, until, first, last })
    }
}

/// The first day of the month after that of `day`.
fn next_month(day: Day) -> Option<Day> {
    day.replace_day(day.month().length(day.year())).ok()?.next_day()
}

/// Spans of time, both ends included, to the second.
pub(super) type TimeSpans = (Instant, Instant);

/// The part of `span` inside `within`.
pub(super) fn clip(span: TimeSpans, within: TimeSpans) -> Option<TimeSpans> {
    let (from, until) = (span.0.max(within.0), span.1.min(within.1));
    (from <= until).then_some((from, until))
}

/// The spans as few as possible, in order: those that meet or overlap are one.
pub(super) fn merged(mut spans: Vec<TimeSpans>) -> Vec<TimeSpans> {
    spans.sort_unstable();
    let mut out: Vec<TimeSpans> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match out.last_mut().filter(|last| from <= last.1 || from - last.1 <= Duration::SECOND) {
            Some(last) => last.1 = last.1.max(until),
            None => out.push((from, until)),
        }
    }
    out
}

/// Whether merged spans leave no second of `whole` out.
pub(super) fn cover(merged: &[TimeSpans], whole: TimeSpans) -> bool {
    merged.iter().any(|span| span.0 <= whole.0 && whole.1 <= span.1)
}

/// The parts of `whole` that merged spans leave.
pub(super) fn rest(merged: &[TimeSpans], whole: TimeSpans) -> Vec<TimeSpans> {
    let mut rest = Vec::new();
    let mut from = Some(whole.0);
    for span in merged {
        let Some(start) = from.filter(|start| *start <= whole.1) else { break };
        if let Some(before) = span.0.checked_sub(Duration::SECOND).filter(|before| start <= *before) {
            rest.push((start, before.min(whole.1)));
        }
        from = span.1.checked_add(Duration::SECOND).map(|next| next.max(start));
    }
    rest.extend(from.filter(|start| *start <= whole.1).map(|start| (start, whole.1)));
    rest
}

/// From the first second of a day to the last of another, or of all time where a day is absent
/// or beyond the calendar.
pub(super) fn days(zone: Zone, from: Option<Day>, until: Option<Day>) -> TimeSpans {
    let start = from.and_then(|day| zone.first_second(day)).unwrap_or(Instant::MIN);
    let end = until.and_then(|day| zone.first_second(day.next_day()?)?.checked_sub(Duration::SECOND));
    (start, end.unwrap_or(Instant::MAX))
}
