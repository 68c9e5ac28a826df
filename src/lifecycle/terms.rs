//! Application days and expected dates of issue, by the terms of a prefecture.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::audit::holding::ClaimPeriod;
use crate::calendar::{BusinessCalendar, Day, Instant};
use crate::policy::{Holidays, Policy, Terms};

/// Days searched for an open day, back from a deadline or forward from a start: windows recur
/// monthly, so a search of more than a year cannot succeed.
const FARTHEST: usize = 400;

/// The business days of the issuer and of the office that applies.
#[derive(Clone, Debug)]
pub struct OfficeCalendars {
    /// The issuer's business days.
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
    /// The issuer's business days from the application to the issue, the payment among them.
    lead_business_days: u32,
    // The search walks back day by day, and many certificates share a deadline.
    last_application: RefCell<HashMap<Day, Option<Day>>>,
}

/// The day by which a new certificate must have been issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The day.
    pub day: Day,
    /// The first claim period that the old certificate does not cover to its end; none where the
    /// policy has no claim periods.
    pub period: Option<ClaimPeriod>,
}

impl Deadline {
    /// The earlier of two days: the last that an item covers whole, and the last business day
    /// before the first current or future claim period that it does not cover through its last
    /// second. `whole_until` and `end` are that item's.
    pub fn of(
        policy: &Policy,
        calendar: &OfficeCalendars,
        at: Instant,
        whole_until: Day,
        end: Instant,
    ) -> Option<Deadline> {
        let Some(days) = policy.holders.claim_period else { return Some(Deadline { day: whole_until, period: None }) };
        // Expiring within a claim period loses the rest of it, so the successor has to be there
        // before the period begins, not only before the old one expires. Claim periods do not move
        // for weekends, the issuer's business days do.
        let left = ClaimPeriod::first_not_covered(days.value, policy.zone, at, end)?;
        let whole = ClaimPeriod::of_month(days.value, policy.zone, left.last)?;
        let before = calendar.issuer.before(whole.first)?;
        Some(Deadline { day: before.min(whole_until), period: Some(whole) })
    }
}

impl<'a> ApplicationTerms<'a> {
    /// On these terms; `by_transfer` where the fee is paid by transfer, before the issue.
    pub fn new(calendar: &'a OfficeCalendars, terms: &'a Terms, by_transfer: bool) -> ApplicationTerms<'a> {
        let payment = if by_transfer { terms.transfer_business_days.value } else { 0 };
        let lead_business_days = terms.lead_business_days.value.saturating_add(payment);
        ApplicationTerms { calendar, terms, lead_business_days, last_application: RefCell::default() }
    }

    /// Whether the office can apply on a day: both are open, and the day lies inside the window
    /// of application.
    pub fn accepts(&self, day: Day) -> bool {
        !self.calendar.office.is_closed(day) && self.terms.application_window.is_none_or(|window| window.contains(day))
    }

    /// The expected date of issue of a certificate applied for on `day`: the issuer's lead time in
    /// business days later, then the first day on which certificates are issued. None where the
    /// calendar ends first.
    pub fn expected_issue(&self, day: Day) -> Option<Day> {
        let issuer = &self.calendar.issuer;
        let issues =
            |day: &Day| !issuer.is_closed(*day) && self.terms.issue_window.is_none_or(|window| window.contains(*day));
        let ready = issuer.after(day, self.lead_business_days)?;
        std::iter::successors(Some(ready), |day| day.next_day()).take(FARTHEST).find(issues)
    }

    /// The last application date: the latest day on which applications are accepted and from which
    /// the certificate is issued by the deadline. It may be in the past.
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

    /// The first day from `from` on, up to `until` where given, on which applications are accepted
    /// and for which `avoiding` is false.
    pub fn first_from(&self, from: Day, until: Option<Day>, avoiding: &dyn Fn(Day) -> bool) -> Option<Day> {
        let days = std::iter::successors(Some(from), |day| day.next_day()).take(FARTHEST);
        days.take_while(|day| until.is_none_or(|until| *day <= until)).find(|day| self.accepts(*day) && !avoiding(*day))
    }

    /// Whether the holidays of this day are not published yet, so that it may turn out closed.
    pub fn is_guess(&self, day: Day) -> bool {
        self.calendar.issuer.is_guess(day)
    }
}
