//! Whoever takes applications: on which days, and when what was applied for is in hand.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::audit::holding::ClaimPeriod;
use crate::calendar::{BusinessCalendar, Day, Instant};
use crate::policy::{Holidays, Policy, Terms};

/// Days searched back from a deadline for a day on which applications are taken.
const FARTHEST: usize = 400;

/// The business days of whoever issues and of the office that applies.
#[derive(Clone, Debug)]
pub struct OfficeCalendars {
    /// Of whoever issues.
    pub issuer: BusinessCalendar,
    /// Days on which the office can apply: both are open.
    pub office: BusinessCalendar,
}

impl OfficeCalendars {
    /// The policy's, with the national holidays that are known.
    pub fn new(policy: &Policy, holidays: &Holidays) -> OfficeCalendars {
        let known = (holidays.from(), holidays.until());
        let issuer = policy.calendar.issuer(holidays.days().map(|(day, _)| day), known);
        let office = policy.calendar.office(&issuer);
        OfficeCalendars { issuer, office }
    }

    /// Up to which day all holidays are known; none where the policy has none.
    pub fn known_until(&self) -> Option<Day> {
        self.issuer.known_until()
    }
}

/// The terms of a prefecture on this calendar.
#[derive(Debug)]
pub struct ApplicationTerms<'a> {
    calendar: &'a OfficeCalendars,
    /// Its terms.
    pub terms: &'a Terms,
    last_application: RefCell<HashMap<Day, Option<Day>>>,
}

/// By when a new certificate must be in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The day.
    pub day: Day,
    /// The first claim period that the old one does not cover to its end; none where the policy
    /// has no claim periods.
    pub period: Option<ClaimPeriod>,
}

impl Deadline {
    /// The earlier of the last day that an item covers whole and the last business day before the
    /// first claim period, running or to come, that it does not cover through its last second.
    /// `whole_until` and `end` are that item's.
    pub fn of(
        policy: &Policy,
        calendar: &OfficeCalendars,
        at: Instant,
        whole_until: Day,
        end: Instant,
    ) -> Option<Deadline> {
        let Some(days) = policy.holders.claim_period else { return Some(Deadline { day: whole_until, period: None }) };
        let left = ClaimPeriod::first_not_covered(days.value, policy.zone, at, end)?;
        let whole = ClaimPeriod::of_month(days.value, policy.zone, left.last)?;
        let before = calendar.issuer.before(whole.first)?;
        Some(Deadline { day: before.min(whole_until), period: Some(whole) })
    }
}

impl<'a> ApplicationTerms<'a> {
    /// On these terms.
    pub fn new(calendar: &'a OfficeCalendars, terms: &'a Terms) -> ApplicationTerms<'a> {
        ApplicationTerms { calendar, terms, last_application: RefCell::default() }
    }

    /// Whether the office can apply on a day: both are open, and the day lies inside the window
    /// of application.
    pub fn accepts(&self, day: Day) -> bool {
        !self.calendar.office.is_closed(day) && self.terms.application_window.is_none_or(|window| window.contains(day))
    }

    /// The day on which a certificate applied for on `day` is in hand: so many of the issuer's
    /// business days later, and then the first on which certificates are issued. None where the
    /// calendar ends first.
    pub fn expected_issue(&self, day: Day) -> Option<Day> {
        let issuer = &self.calendar.issuer;
        let issues =
            |day: &Day| !issuer.is_closed(*day) && self.terms.issue_window.is_none_or(|window| window.contains(*day));
        let ready = issuer.after(day, self.terms.lead_business_days.value)?;
        std::iter::successors(Some(ready), |day| day.next_day()).take(FARTHEST).find(issues)
    }

    /// The latest day on which applications are taken and from which a certificate is in hand by
    /// the deadline. Whether it lies ahead is not asked.
    pub fn last_application(&self, deadline: Day) -> Option<Day> {
        if let Some(known) = self.last_application.borrow().get(&deadline) {
            return *known;
        }
        let earlier = std::iter::successors(Some(deadline), |day| day.previous_day()).take(FARTHEST);
        let found = earlier
            .filter(|day| self.accepts(*day))
            .find(|day| self.expected_issue(*day).is_some_and(|expected_issue| expected_issue <= deadline));
        self.last_application.borrow_mut().insert(deadline, found);
        found
    }

    /// The first day from `from` on, and up to `until` where that is given, on which applications
    /// are taken; with `avoiding`, one that it does not hold of.
    pub fn first_from(&self, from: Day, until: Option<Day>, avoiding: &dyn Fn(Day) -> bool) -> Option<Day> {
        let days = std::iter::successors(Some(from), |day| day.next_day()).take(FARTHEST);
        days.take_while(|day| until.is_none_or(|until| *day <= until)).find(|day| self.accepts(*day) && !avoiding(*day))
    }

    /// Whether a day lies where nobody knows the holidays yet.
    pub fn is_guess(&self, day: Day) -> bool {
        self.calendar.issuer.is_guess(day)
    }
}
