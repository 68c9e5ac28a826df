//! Application fees: past ones from the certificates found, future ones from the plan.

use time::Duration;

use super::plan::{LateReason, PlanOutcome, PlannedCertificate, RenewalPlan, claims_on, ends_after};
use super::{CertificateItem, CertificateProof, Certificates};
use crate::calendar::Day;
use crate::policy::{Fee, RenewalStart, Terms};
use crate::register::{Mark, MarkState};

/// Applications forecast of one certificate, at most: a bound for terms that would renew forever.
const MOST: usize = 64;

/// The applications of some fiscal years and their cost.
#[derive(Debug)]
pub struct Fees<'a> {
    /// Every application, by day.
    pub charges: Vec<Charge<'a>>,
    /// The first and last fiscal year.
    pub years: (i32, i32),
    /// Expired certificates without a renewal: not forecast, since they may be in use no longer.
    pub lapsed: usize,
}

/// One application and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge<'a> {
    /// The certificate in [`Certificates::items`]: the one that was issued for it, or for a
    /// forecast the one that it renews.
    pub item: usize,
    /// The day of application, past or planned.
    pub applied: ApplicationDay,
    /// The day was recorded (申請済); otherwise it is derived from the dates of the certificate.
    pub recorded: bool,
    /// It is in the future.
    pub forecast: bool,
    /// The row of the policy; none where the fee is unknown.
    pub fee: Option<&'a Fee>,
    /// Why it is unknown.
    pub doubt: Option<UnknownFee>,
}

/// The day of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApplicationDay {
    /// This day.
    On(Day),
    /// Some day from the first to the last: a renewal that continues from the end of its
    /// predecessor.
    Between(Day, Day),
}

impl ApplicationDay {
    /// The latest possible day.
    pub fn last(self) -> Day {
        match self {
            ApplicationDay::On(day) | ApplicationDay::Between(_, day) => day,
        }
    }

    /// The earliest possible day.
    pub fn first(self) -> Day {
        match self {
            ApplicationDay::On(day) | ApplicationDay::Between(day, _) => day,
        }
    }
}

/// Why a fee is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnknownFee {
    /// The usage category of the certificate is unknown.
    CategoryUnknown,
    /// The policy has no fee for that category on that day.
    NoFee,
    /// The fee changes within the days on which it may have been applied for.
    FeeChanges,
}

impl UnknownFee {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            UnknownFee::CategoryUnknown => "category-unknown",
            UnknownFee::NoFee => "no-fee",
            UnknownFee::FeeChanges => "fee-changes",
        }
    }
}

/// The cost of a set of applications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeTotal {
    /// Applications.
    pub applications: usize,
    /// How many of them are in the future.
    pub forecast: usize,
    /// What those with a known fee cost, in yen.
    pub yen: u64,
    /// How much of it is in the future.
    pub yen_forecast: u64,
    /// How many have an unknown fee.
    pub unknown: usize,
}

impl FeeTotal {
    /// Adds an application.
    pub fn add(&mut self, charge: &Charge) {
        let ahead = usize::from(charge.forecast);
        self.applications += 1;
        self.forecast += ahead;
        match charge.fee {
            Some(fee) => {
                self.yen += fee.yen;
                self.yen_forecast += if charge.forecast { fee.yen } else { 0 };
            }
            None => self.unknown += 1,
        }
    }
}

/// A gap in the fee schedule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeeGap {
    /// Why the fee is unknown.
    pub doubt: UnknownFee,
    /// The id of the usage category, where that is known.
    pub category: Option<String>,
    /// The first day of application that it concerns.
    pub from: Day,
    /// The last.
    pub until: Day,
    /// How many applications it concerns.
    pub applications: usize,
}

/// The fiscal year of a day: that of 2027 is from 2027-04-01 to 2028-03-31.
pub fn fiscal_year(day: Day) -> i32 {
    if u8::from(day.month()) < 4 { day.year() - 1 } else { day.year() }
}

impl<'a> Fees<'a> {
    /// The applications of the fiscal years from the first to the last, both included: those of the
    /// certificates found, and those that the plan forecasts.
    pub fn new(fleet: &Certificates<'a>, plan: &RenewalPlan, years: (i32, i32)) -> Fees<'a> {
        let mut fees = Fees { charges: Vec::new(), years, lapsed: 0 };
        for (at, item) in fleet.items.iter().enumerate().filter(|(_, item)| is_issued(item)) {
            fees.charges.extend(past(fleet, at, item));
        }
        for entry in &plan.entries {
            fees.foresee(fleet, plan, entry);
        }
        let (first, last) = years;
        fees.charges.retain(|charge| (first..=last).contains(&fiscal_year(charge.applied.last())));
        fees.charges.sort_by_key(|charge| (charge.applied.last(), charge.applied, charge.item));
        fees
    }

    /// The gaps in the fee schedule for these applications.
    pub fn gaps(&self, fleet: &Certificates) -> Vec<FeeGap> {
        let mut gaps: Vec<FeeGap> = Vec::new();
        for charge in &self.charges {
            let Some(doubt) = charge.doubt else { continue };
            let category = fleet.items[charge.item].category.clone();
            let (first, last) = (charge.applied.first(), charge.applied.last());
            match gaps.iter_mut().find(|gap| gap.doubt == doubt && gap.category == category) {
                Some(gap) => {
                    gap.from = gap.from.min(first);
                    gap.until = gap.until.max(last);
                    gap.applications += 1;
                }
                None => gaps.push(FeeGap { doubt, category, from: first, until: last, applications: 1 }),
            }
        }
        gaps.sort();
        gaps
    }

    /// The total cost.
    pub fn total(&self) -> FeeTotal {
        let mut total = FeeTotal::default();
        self.charges.iter().for_each(|charge| total.add(charge));
        total
    }

    /// Forecasts the renewal of a planned certificate, the renewal of its successor, and so on.
    fn foresee(&mut self, fleet: &Certificates<'a>, plan: &RenewalPlan, entry: &PlannedCertificate) {
        let item = &fleet.items[entry.item];
        let terms = plan.application_terms[entry.terms_at].terms;
        let day = match entry.outcome {
            PlanOutcome::Apply { day, .. } | PlanOutcome::Later(day) if day != Day::MAX => Some(day),
            PlanOutcome::Awaited { applied, .. } => Some(applied),
            PlanOutcome::Cannot(LateReason::Lapsed, _) => {
                self.lapsed += 1;
                None
            }
            PlanOutcome::Cannot(_, fallback) => fallback.map(|fallback| fallback.day),
            PlanOutcome::NoMargin(_, fallback) => Some(fallback.day),
            _ => None,
        };
        let mut next = day.zip(item.ends);
        let mut recorded = matches!(entry.outcome, PlanOutcome::Awaited { .. });
        for _ in 0..MOST {
            let Some((day, ends)) = next.filter(|(day, _)| fiscal_year(*day) <= self.years.1) else { return };
            let (fee, doubt) = fee_of(fleet, item, ApplicationDay::On(day));
            self.charges.push(Charge {
                item: entry.item,
                applied: ApplicationDay::On(day),
                recorded,
                forecast: !recorded || day > fleet.today,
                fee,
                doubt,
            });
            recorded = false;
            next = renewed(fleet, plan, entry, terms, (day, ends), fee);
        }
    }
}

/// The application date and expiry of the certificate after next, given the application date of the
/// next and the expiry of the present one.
fn renewed(
    fleet: &Certificates,
    plan: &RenewalPlan,
    entry: &PlannedCertificate,
    terms: &Terms,
    (day, ends): (Day, Day),
    fee: Option<&Fee>,
) -> Option<(Day, Day)> {
    let application = &plan.application_terms[entry.terms_at];
    let begins = match terms.start.value {
        RenewalStart::RunOn => ends.max(application.expected_issue(day)?),
        RenewalStart::Issue | RenewalStart::Unknown => application.expected_issue(day)?,
    };
    let years = fee.and_then(|fee| fee.years);
    let ends = ends_after(fleet.policy, fleet.items[entry.item].authority, begins, years)?;
    let first = ends.checked_sub(Duration::days(terms.opens_days.value))?;
    let claims = |day| claims_on(fleet.policy, day);
    let day = application
        .first_from(first, Some(ends), &claims)
        .or_else(|| application.first_from(first, None, &|_| false))?;
    Some((day, ends))
}

/// Whether the CA issued it: a certificate revoked later was paid for too.
fn is_issued(item: &CertificateItem) -> bool {
    matches!(item.proof, CertificateProof::Trusted | CertificateProof::Revoked)
}

/// The application for a certificate that exists.
fn past<'a>(fleet: &Certificates<'a>, at: usize, item: &CertificateItem) -> Option<Charge<'a>> {
    let begins = item.begins?;
    let before = item.before.map(|before| &fleet.items[before]);
    let after = before.and_then(|before| before.begins);
    let recorded = |mark: &&Mark| matches!(mark.state, MarkState::Applied);
    let marks = fleet.marks(item).chain(before.into_iter().flat_map(|before| fleet.marks(before)));
    // The record may be on the certificate that was applied for or on the one that it renewed,
    // whichever existed when the action was recorded.
    let day = marks.filter(recorded).filter_map(|mark| fleet.done_on(mark));
    let day = day.filter(|day| *day <= begins && after.is_none_or(|after| *day >= after)).max();
    let applied = match day {
        Some(day) => ApplicationDay::On(day),
        None => likely_application(fleet, item, before, begins),
    };
    let (fee, doubt) = fee_of(fleet, item, applied);
    Some(Charge { item: at, applied, recorded: day.is_some(), forecast: false, fee, doubt })
}

/// The likely application date of a certificate, by its dates: the day of issue; or, if it
/// continues from the end of its predecessor, some day since renewal was open.
fn likely_application(
    fleet: &Certificates,
    item: &CertificateItem,
    before: Option<&CertificateItem>,
    begins: Day,
) -> ApplicationDay {
    let prefecture = fleet.holder(item).and_then(|holder| holder.prefecture.as_deref());
    let terms = fleet.policy.renewal.terms(prefecture);
    let runs_on = terms.start.value != RenewalStart::Issue
        && before.and_then(|before| before.ends).is_some_and(|ends| ends == begins || ends.next_day() == Some(begins));
    // A certificate that exists was applied for by today, even if its notBefore is later.
    let latest = begins.min(fleet.today);
    match begins.checked_sub(Duration::days(terms.opens_days.value)) {
        Some(opens) if runs_on && opens < latest => ApplicationDay::Between(opens, latest),
        _ => ApplicationDay::On(latest),
    }
}

/// The fee of an application for a certificate of an item's usage category.
fn fee_of<'a>(
    fleet: &Certificates<'a>,
    item: &CertificateItem,
    applied: ApplicationDay,
) -> (Option<&'a Fee>, Option<UnknownFee>) {
    let policy = fleet.policy;
    let general = policy.fees.iter().any(|fee| fee.category.is_none());
    if item.category.is_none() && !general {
        return (None, Some(UnknownFee::CategoryUnknown));
    }
    let (first, last) = (applied.first(), applied.last());
    let fits = |fee: &&Fee| fee.category.is_none() || fee.category == item.category;
    let overlaps = |fee: &&Fee| {
        fee.applied.from.is_none_or(|from| from <= last) && fee.applied.until.is_none_or(|until| first <= until)
    };
    let in_force: Vec<&'a Fee> = policy.fees.iter().filter(fits).filter(overlaps).collect();
    let mut days = std::iter::successors(Some(first), |day| day.next_day()).take_while(|day| *day <= last);
    let known = days.all(|day| in_force.iter().any(|fee| fee.applied.contains(day)));
    match in_force.as_slice() {
        // A renewal within a span of days has a known fee only if every day of the span has one and
        // all are the same.
        [fee, others @ ..] if known && others.iter().all(|other| other.yen == fee.yen) => (Some(fee), None),
        [_, _, ..] if known => (None, Some(UnknownFee::FeeChanges)),
        _ => (None, Some(UnknownFee::NoFee)),
    }
}
