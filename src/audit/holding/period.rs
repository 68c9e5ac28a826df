//! The claim period.

use time::Duration;

use crate::calendar::{Day, Instant, Zone};
use crate::policy::MonthDays;

/// What is left of a claim period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Its first second, or the moment judged where that lies inside.
    pub from: Instant,
    /// Its last second.
    pub until: Instant,
    /// The civil day of `from`.
    pub first: Day,
    /// Its last civil day.
    pub last: Day,
}

impl Period {
    /// The running claim period from `at` on, or else the next whole one. None where the
    /// calendar ends.
    pub fn coming(days: MonthDays, zone: Zone, at: Instant) -> Option<Period> {
        let today = zone.day(at)?;
        let running = Period::of_month(days, zone, today)?;
        if running.until < at {
            let next = today.replace_day(today.month().length(today.year())).ok()?.next_day()?;
            return Period::of_month(days, zone, next);
        }
        let from = running.from.max(at);
        Some(Period { from, first: zone.day(from)?, ..running })
    }

    /// The whole claim period of the month in which `day` lies. In a month too short for one of
    /// its ends, the month's last day stands for it.
    pub fn of_month(days: MonthDays, zone: Zone, day: Day) -> Option<Period> {
        let length = day.month().length(day.year());
        let first = day.replace_day(days.from.min(length)).ok()?;
        let last = day.replace_day(days.until.min(length)).ok()?;
        let until = zone.first_second(last.next_day()?)?.checked_sub(Duration::SECOND)?;
        Some(Period { from: zone.first_second(first)?, until, first, last })
    }
}

/// Spans of time, both ends included, to the second.
pub(super) type Span = (Instant, Instant);

/// The part of `span` inside `within`.
pub(super) fn clip(span: Span, within: Span) -> Option<Span> {
    let (from, until) = (span.0.max(within.0), span.1.min(within.1));
    (from <= until).then_some((from, until))
}

/// The spans as few as possible, in order: those that meet or overlap are one.
pub(super) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for (from, until) in spans {
        match out.last_mut().filter(|last| from <= last.1 || from - last.1 <= Duration::SECOND) {
            Some(last) => last.1 = last.1.max(until),
            None => out.push((from, until)),
        }
    }
    out
}

/// Whether merged spans leave no second of `whole` out.
pub(super) fn cover(merged: &[Span], whole: Span) -> bool {
    merged.iter().any(|span| span.0 <= whole.0 && whole.1 <= span.1)
}

/// What merged spans leave of `whole`.
pub(super) fn rest(merged: &[Span], whole: Span) -> Vec<Span> {
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
pub(super) fn days(zone: Zone, from: Option<Day>, until: Option<Day>) -> Span {
    let start = from.and_then(|day| zone.first_second(day)).unwrap_or(Instant::MIN);
    let end = until.and_then(|day| zone.first_second(day.next_day()?)?.checked_sub(Duration::SECOND));
    (start, end.unwrap_or(Instant::MAX))
}
