//! What applications cost: past ones by what is known of them, future ones as planned.

use time::Duration;

use super::plan::{LateReason, PlanOutcome, PlannedCertificate, RenewalPlan, claims_on, ends_after};
use super::{CertificateItem, CertificateProof, Certificates};
use crate::calendar::Day;
use crate::policy::{Fee, RenewalStart, Terms};
use crate::register::{Mark, MarkState};

/// Applications forecast of one certificate at most: what never ends is not reckoned.
const MOST: usize = 64;

/// What applications cost over some fiscal years.
#[derive(Debug)]
pub struct Fees<'a> {
    /// Every application, by day.
    pub charges: Vec<Charge<'a>>,
    /// The first and last fiscal year told of.
    pub years: (i32, i32),
    /// Certificates that have lapsed: nobody knows whether they will be applied for again.
    pub lapsed: usize,
}

/// One application and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Charge<'a> {
    /// The certificate in [`Certificates::items`]: the one that it brought, or of a forecast the one
    /// that it will renew.
    pub item: usize,
    /// When it was made, or will be.
    pub applied: ApplicationDay,
    /// Somebody recorded the day (申請済); else it is presumed.
    pub recorded: bool,
    /// It lies ahead.
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
    /// Some day from the first to the last: a renewal that runs on.
    Between(Day, Day),
}

impl ApplicationDay {
    /// The last day that it can have been.
    pub fn last(self) -> Day {
        match self {
            ApplicationDay::On(day) | ApplicationDay::Between(_, day) => day,
        }
    }

    /// The first day that it can have been.
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

/// What a set of applications costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeeTotal {
    /// Applications.
    pub applications: usize,
    /// How many of them lie ahead.
    pub forecast: usize,
    /// What those with a known fee cost, in yen.
    pub yen: u64,
    /// How much of it lies ahead.
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

/// What the fee schedule lacks for a fleet.
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
    /// The applications of the fiscal years from the first to the last, both included: those that
    /// brought the certificates that were seen, and those that the plan foresees.
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

    /// What the fee schedule lacks for these applications.
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

    /// What all of them cost.
    pub fn total(&self) -> FeeTotal {
        let mut total = FeeTotal::default();
        self.charges.iter().for_each(|charge| total.add(charge));
        total
    }

    /// Foresees the renewal of a planned certificate, and of what that brings, and so on.
    fn foresee(&mut self, fleet: &Certificates<'a>, plan: &RenewalPlan, entry: &PlannedCertificate) {
        let item = &fleet.items[entry.item];
        let terms = plan.desks[entry.desk].terms;
        let day = match entry.outcome {
            PlanOutcome::Apply { day, .. } | PlanOutcome::Later(day) if day != Day::MAX => Some(day),
            PlanOutcome::Awaited { applied, .. } => Some(applied),
            PlanOutcome::Cannot(LateReason::Lapsed, _) => {
                self.lapsed += 1;
                None
            }
            PlanOutcome::Cannot(_, fallback) => fallback.map(|fallback| fallback.day),
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

/// When the certificate after next is applied for, and when it ends: as planned, if the next was
/// applied for on a day and the one before it ends on another.
fn renewed(
    fleet: &Certificates,
    plan: &RenewalPlan,
    entry: &PlannedCertificate,
    terms: &Terms,
    (day, ends): (Day, Day),
    fee: Option<&Fee>,
) -> Option<(Day, Day)> {
    let desk = &plan.desks[entry.desk];
    let begins = match terms.start.value {
        RenewalStart::RunOn => ends.max(desk.expected_issue(day)?),
        RenewalStart::Issue | RenewalStart::Unknown => desk.expected_issue(day)?,
    };
    let years = fee.and_then(|fee| fee.years);
    let ends = ends_after(fleet.policy, fleet.items[entry.item].authority, begins, years)?;
    let first = ends.checked_sub(Duration::days(terms.opens_days.value))?;
    let claims = |day| claims_on(fleet.policy, day);
    let day = desk.first_from(first, Some(ends), &claims).or_else(|| desk.first_from(first, None, &|_| false))?;
    Some((day, ends))
}

/// Whether the CA issued it: what was revoked later was applied for too.
fn is_issued(item: &CertificateItem) -> bool {
    matches!(item.proof, CertificateProof::Trusted | CertificateProof::Revoked)
}

/// The application that brought a certificate.
fn past<'a>(fleet: &Certificates<'a>, at: usize, item: &CertificateItem) -> Option<Charge<'a>> {
    let begins = item.begins?;
    let before = item.before.map(|before| &fleet.items[before]);
    let after = before.and_then(|before| before.begins);
    let recorded = |mark: &&Mark| matches!(mark.state, MarkState::Applied);
    let marks = fleet.marks(item).chain(before.into_iter().flat_map(|before| fleet.marks(before)));
    let day = marks.filter(recorded).filter_map(|mark| fleet.done_on(mark));
    let day = day.filter(|day| *day <= begins && after.is_none_or(|after| *day >= after)).max();
    let applied = match day {
        Some(day) => ApplicationDay::On(day),
        None => presumed(fleet, item, before, begins),
    };
    let (fee, doubt) = fee_of(fleet, item, applied);
    Some(Charge { item: at, applied, recorded: day.is_some(), forecast: false, fee, doubt })
}

/// When a certificate was applied for, as far as its dates tell: on the day of its issue; or, if
/// it runs on from the end of the one before it, on some day since renewal was open.
fn presumed(
    fleet: &Certificates,
    item: &CertificateItem,
    before: Option<&CertificateItem>,
    begins: Day,
) -> ApplicationDay {
    let prefecture = fleet.holder(item).and_then(|holder| holder.prefecture.as_deref());
    let terms = fleet.policy.renewal.terms(prefecture);
    let runs_on = terms.start.value != RenewalStart::Issue
        && before.and_then(|before| before.ends).is_some_and(|ends| ends == begins || ends.next_day() == Some(begins));
    // What is there was applied for by today, even if it begins later.
    let latest = begins.min(fleet.today);
    match begins.checked_sub(Duration::days(terms.opens_days.value)) {
        Some(opens) if runs_on && opens < latest => ApplicationDay::Between(opens, latest),
        _ => ApplicationDay::On(latest),
    }
}

/// What an application for a certificate of an item's usage category costs.
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
        [fee, others @ ..] if known && others.iter().all(|other| other.yen == fee.yen) => (Some(fee), None),
        [_, _, ..] if known => (None, Some(UnknownFee::FeeChanges)),
        _ => (None, Some(UnknownFee::NoFee)),
    }
}
