//! The renewal plan: the day on which to apply for each renewal.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::certificates::is_out;
use super::day_assignment::{self, Application};
use super::terms::{ApplicationTerms, Deadline, OfficeCalendars};
use super::{CertificateItem, Certificates, LifecycleState};
use crate::audit::holding::ClaimPeriod;
use crate::calendar::{Day, add_months};
use crate::policy::{Policy, Terms};
use crate::register::Holder;
use time::Duration;

/// How far a plan reaches where no end is given.
const AHEAD: Duration = Duration::days(365);

/// The options of a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanBounds {
    /// The first day on which to apply; none: today. A past day counts as today.
    pub from: Option<Day>,
    /// The last; none: a year after the first.
    pub to: Option<Day>,
    /// Applications that the office can make a day; none: no limit.
    pub per_day: Option<u32>,
}

/// The days on which to apply for renewals.
#[derive(Debug)]
pub struct RenewalPlan<'a> {
    /// The first day planned.
    pub from: Day,
    /// The last day planned.
    pub to: Day,
    /// How many applications a day.
    pub per_day: Option<u32>,
    /// What is planned: what cannot be placed first, then by recommended day.
    pub entries: Vec<PlannedCertificate>,
    /// How many are left out, and why.
    pub left_out: BTreeMap<PlanExclusion, usize>,
    /// Why each of [`Certificates::items`] that is not among `entries` is left out, by its place there.
    pub exclusions: BTreeMap<usize, PlanExclusion>,
    /// The ends of the roots, the nearest first.
    pub roots: Vec<RootExpiry>,
    /// Which terms in use are assumed (`lead_business_days` and the like), and their values.
    pub assumed: AssumedTerms,
    /// The last day for which holidays are known; none where the policy has none.
    pub known_until: Option<Day>,
    /// Some day of the plan is after it.
    pub guesses: bool,
    /// The general terms, then those of each prefecture; of each those that deduct the fee first.
    pub(super) application_terms: Vec<ApplicationTerms<'a>>,
}

/// Terms that are assumed, by name: the values in use.
pub type AssumedTerms = BTreeMap<&'static str, BTreeSet<String>>;

/// A certificate in the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedCertificate {
    /// Its place in [`Certificates::items`].
    pub item: usize,
    /// The first day on which its renewal can be applied for.
    pub first: Option<Day>,
    /// The last application date; none where there is none.
    pub last_application: Option<Day>,
    /// The day by which the new certificate must have been issued.
    pub deadline: Option<Deadline>,
    /// What to do.
    pub outcome: PlanOutcome,
    pub(super) terms_at: usize,
}

/// What to do about a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanOutcome {
    /// It has expired, or whenever it is applied for, a claim period is lost; or its expiry is
    /// unknown.
    Cannot(LateReason, Option<Fallback>),
    /// It expires before its successor is issued, or its successor is issued only within a claim
    /// period, but no claim period is lost.
    NoMargin(LateReason, Fallback),
    /// Apply on this day.
    Apply {
        /// The recommended day.
        day: Day,
        /// The expected date of issue.
        expected_issue: Option<Day>,
        /// The day is in a claim period, since no other day was possible.
        in_claim_period: bool,
    },
    /// Apply on this day, after the days planned.
    Later(Day),
    /// It was applied for.
    Awaited {
        /// On this day.
        applied: Day,
        /// The expected date of issue.
        expected_issue: Option<Day>,
    },
}

/// Why there is no last application date to keep, in the order in which a plan lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LateReason {
    /// The last application date is past, or before the days planned.
    TooLate,
    /// No day between the first day and the deadline is inside the windows.
    NoWindow,
    /// All its days are full with other applications.
    Full,
    /// The date of expiry is unknown.
    EndUnknown,
    /// Expired.
    Lapsed,
}

impl LateReason {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            LateReason::Lapsed => "lapsed",
            LateReason::TooLate => "too-late",
            LateReason::NoWindow => "no-window",
            LateReason::Full => "full",
            LateReason::EndUnknown => "end-unknown",
        }
    }
}

/// What can be done where it is too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The next day on which to apply.
    pub day: Day,
    /// The expected date of issue.
    pub expected_issue: Day,
    /// Claim periods that are lost: no day is left on which claims could be submitted.
    pub missed: u32,
    /// A service that is used every day stops between the expiry and the issue.
    pub stops_daily: bool,
}

/// Why a certificate is not in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlanExclusion {
    /// A later one has taken its place.
    Renewed,
    /// A later one is there, but not in its place yet.
    NotInstalled,
    /// The register declares a later one.
    RenewedAsDeclared,
    /// Not to be renewed.
    NotRenewing,
    /// Its revocation was applied for.
    Revoking,
    /// Its holder is closed, or it is managed elsewhere.
    LeftOver,
    /// It expired long ago.
    History,
    /// An agent claims for its holder; the agent's certificate is planned.
    AtAgent,
    /// It is not trusted, or of no CA of the policy.
    Other,
}

impl PlanExclusion {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            PlanExclusion::Renewed => "renewed",
            PlanExclusion::NotInstalled => "not-installed",
            PlanExclusion::RenewedAsDeclared => "renewed-as-declared",
            PlanExclusion::NotRenewing => "not-renewing",
            PlanExclusion::Revoking => "revoking",
            PlanExclusion::LeftOver => "left-over",
            PlanExclusion::History => "history",
            PlanExclusion::AtAgent => "at-agent",
            PlanExclusion::Other => "other",
        }
    }

    fn of(state: LifecycleState) -> Option<PlanExclusion> {
        match state {
            LifecycleState::Active | LifecycleState::Awaited(_) => None,
            LifecycleState::Renewed => Some(PlanExclusion::Renewed),
            LifecycleState::NotInstalled => Some(PlanExclusion::NotInstalled),
            LifecycleState::RenewedAsDeclared => Some(PlanExclusion::RenewedAsDeclared),
            LifecycleState::NotRenewing => Some(PlanExclusion::NotRenewing),
            LifecycleState::Revoking => Some(PlanExclusion::Revoking),
            LifecycleState::LeftOver => Some(PlanExclusion::LeftOver),
            LifecycleState::History => Some(PlanExclusion::History),
        }
    }
}

/// The expiry of a CA's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootExpiry {
    /// Its generation.
    pub generation: String,
    /// Its last day.
    pub ends: Day,
    /// Days from today.
    pub days_left: i64,
    /// Certificates that it clips: renewal helps only under a successor root.
    pub clipped: usize,
    /// Planned renewals whose certificates would outlive it: a successor is assumed.
    pub beyond: usize,
}

impl<'a> RenewalPlan<'a> {
    /// The plan for a fleet. None where the calendar ends.
    pub fn new(fleet: &Certificates<'a>, calendar: &'a OfficeCalendars, ask: PlanBounds) -> Option<RenewalPlan<'a>> {
        let from = ask.from.unwrap_or(fleet.today).max(fleet.today);
        let to = match ask.to {
            Some(to) => to,
            None => from.checked_add(AHEAD)?,
        };
        let renewal = &fleet.policy.renewal;
        let terms = std::iter::once(&renewal.general).chain(renewal.prefectures.iter().map(|one| &one.terms));
        let mut plan = RenewalPlan {
            from,
            to,
            per_day: ask.per_day,
            entries: Vec::new(),
            left_out: BTreeMap::new(),
            exclusions: BTreeMap::new(),
            roots: Vec::new(),
            assumed: AssumedTerms::new(),
            known_until: calendar.known_until(),
            guesses: false,
            application_terms: terms
                .flat_map(|terms| [false, true].map(|by_transfer| ApplicationTerms::new(calendar, terms, by_transfer)))
                .collect(),
        };
        plan.enter(fleet, calendar);
        plan.place(fleet);
        plan.account(fleet);
        // Of the expired, the latest comes first: one that expired long ago is seldom still in use.
        plan.entries.sort_by_key(|one| {
            let lapsed = matches!(one.outcome, PlanOutcome::Cannot(LateReason::Lapsed, _));
            (one.outcome.rank(), if lapsed { usize::MAX - one.item } else { one.item })
        });
        Some(plan)
    }

    /// Whether the holidays of a day are not published yet.
    pub fn is_guess(&self, day: Day) -> bool {
        self.known_until.is_some() && self.application_terms[0].is_guess(day)
    }

    /// Whether the days of an entry depend on holidays that are not published yet.
    pub fn guesses_at(&self, entry: &PlannedCertificate) -> bool {
        let days = match entry.outcome {
            PlanOutcome::Apply { day, expected_issue, .. } => [Some(day), expected_issue, entry.last_application],
            PlanOutcome::Cannot(_, fallback) => [fallback.map(|one| one.expected_issue), entry.last_application, None],
            PlanOutcome::NoMargin(_, fallback) => [Some(fallback.expected_issue), entry.last_application, None],
            PlanOutcome::Awaited { expected_issue, .. } => [expected_issue, None, None],
            PlanOutcome::Later(day) => [Some(day).filter(|day| *day != Day::MAX), None, None],
        };
        days.into_iter().flatten().any(|day| self.is_guess(day))
    }

    /// Puts every certificate to renew into the plan, with its first and last days.
    fn enter(&mut self, fleet: &Certificates<'a>, calendar: &OfficeCalendars) {
        let mut by_prefecture: HashMap<(Option<&str>, bool), usize> = HashMap::new();
        let agents = AgentIndex::of(fleet);
        if fleet.others > 0 {
            self.left_out.insert(PlanExclusion::Other, fleet.others);
        }
        for (at, item) in fleet.items.iter().enumerate() {
            let holder = fleet.holder(item);
            let whole_until = item.whole_until.zip(item.end);
            let deadline = whole_until.and_then(|(day, end)| Deadline::of(fleet.policy, calendar, fleet.at, day, end));
            let left_out = PlanExclusion::of(item.state).or_else(|| {
                let (holder, period) = (holder?, deadline.and_then(|deadline| deadline.period)?);
                if is_out(holder, period.first) {
                    return Some(PlanExclusion::LeftOver);
                }
                (!agents.needs_own(holder, period, item.whole_until)).then_some(PlanExclusion::AtAgent)
            });
            if let Some(why) = left_out {
                *self.left_out.entry(why).or_default() += 1;
                self.exclusions.insert(at, why);
                continue;
            }
            let prefecture = holder.and_then(|holder| holder.prefecture.as_deref());
            let by_transfer = fleet.pays_by_transfer(item);
            let terms_at = *by_prefecture.entry((prefecture, by_transfer)).or_insert_with(|| {
                let terms = fleet.policy.renewal.terms(prefecture);
                let first = self.application_terms.iter().position(|one| std::ptr::eq(one.terms, terms));
                first.unwrap_or(0) + usize::from(by_transfer)
            });
            let planned = self.planned(fleet, at, item, terms_at, deadline);
            self.entries.push(planned);
        }
    }

    fn planned(
        &self,
        fleet: &Certificates,
        at: usize,
        item: &CertificateItem,
        terms_at: usize,
        deadline: Option<Deadline>,
    ) -> PlannedCertificate {
        let terms = self.application_terms[terms_at].terms;
        let first = item.ends.and_then(|ends| ends.checked_sub(Duration::days(terms.opens_days.value)));
        let last_application =
            deadline.and_then(|deadline| self.application_terms[terms_at].last_application(deadline.day));
        let outcome = match item.state {
            LifecycleState::Awaited(applied) => PlanOutcome::Awaited {
                applied,
                expected_issue: self.application_terms[terms_at].expected_issue(applied),
            },
            _ if item.end.is_none() => PlanOutcome::Cannot(LateReason::EndUnknown, None),
            _ if fleet.has_expired(item) => {
                let period = deadline.and_then(|deadline| deadline.period);
                let application = &self.application_terms[terms_at];
                PlanOutcome::Cannot(LateReason::Lapsed, fallback(fleet, item, application, self.from, period))
            }
            _ => PlanOutcome::Later(Day::MAX),
        };
        PlannedCertificate { item: at, first, last_application, deadline, outcome, terms_at }
    }

    /// Finds a day for every entry that has none yet.
    fn place(&mut self, fleet: &Certificates) {
        let widest = fleet.policy.tiers.iter().map(|tier| tier.value.days).max();
        let mut jobs = Vec::new();
        let origin = self.from;
        for at in 0..self.entries.len() {
            let entry = &self.entries[at];
            if entry.outcome != PlanOutcome::Later(Day::MAX) {
                continue;
            }
            let item = &fleet.items[entry.item];
            // Before the widest tier no other command mentions the expiry, so the plan does not ask
            // for an application either.
            let noticed = widest.and_then(|days| item.ends?.checked_sub(Duration::days(days)));
            let (Some(first), Some(last)) = (entry.first.max(noticed), entry.last_application) else {
                // An expiry without a civil day is beyond every plan; with one, there is no
                // application date.
                if item.ends.is_some() {
                    self.entries[at].outcome = self.cannot(at, fleet, LateReason::NoWindow);
                }
                continue;
            };
            let start = first.max(origin);
            if start > self.to {
                self.entries[at].outcome = PlanOutcome::Later(self.later(at, start, last, fleet.policy));
            } else if last < origin {
                self.entries[at].outcome = self.cannot(at, fleet, LateReason::TooLate);
            } else if last < start
                || self.application_terms[entry.terms_at].first_from(start, Some(last), &|_| false).is_none()
            {
                self.entries[at].outcome = self.cannot(at, fleet, LateReason::NoWindow);
            } else {
                jobs.push((at, start, last));
            }
        }
        let days = self.days_of(&jobs, fleet.policy);
        for ((at, _, _), day) in jobs.iter().zip(days) {
            let outcome = match day {
                None => self.cannot(*at, fleet, LateReason::Full),
                Some(day) if day > self.to => PlanOutcome::Later(day),
                Some(day) => PlanOutcome::Apply {
                    day,
                    expected_issue: self.application_terms[self.entries[*at].terms_at].expected_issue(day),
                    in_claim_period: claims_on(fleet.policy, day),
                },
            };
            self.entries[*at].outcome = outcome;
        }
    }

    /// The day of each job: the earliest possible, outside claim periods where there is such a day.
    fn days_of(&self, jobs: &[(usize, Day, Day)], policy: &Policy) -> Vec<Option<Day>> {
        let claims = |day| claims_on(policy, day);
        let Some(per_day) = self.per_day else {
            let mut known = HashMap::new();
            let day = |(at, start, last): &(usize, Day, Day)| {
                let terms_at = self.entries[*at].terms_at;
                let find = || {
                    let terms = &self.application_terms[terms_at];
                    let better = terms.first_from(*start, Some(*last), &claims);
                    better.or_else(|| terms.first_from(*start, Some(*last), &|_| false))
                };
                // Many certificates share their dates: the search over days is done once for each
                // triple.
                *known.entry((terms_at, *start, *last)).or_insert_with(find)
            };
            return jobs.iter().map(day).collect();
        };
        let index = |day: Day| usize::try_from((day - self.from).whole_days()).unwrap_or(0);
        let length = jobs.iter().map(|(_, _, last)| index(*last) + 1).max().unwrap_or(0);
        let all: Vec<Day> = std::iter::successors(Some(self.from), |day| day.next_day()).take(length).collect();
        let open: Vec<Vec<bool>> =
            self.application_terms.iter().map(|terms| all.iter().map(|day| terms.accepts(*day)).collect()).collect();
        let avoided: Vec<bool> = all.iter().map(|day| claims(*day)).collect();
        let job = |(at, start, last): &(usize, Day, Day)| Application {
            from: index(*start),
            until: index(*last),
            terms_at: self.entries[*at].terms_at,
        };
        let jobs: Vec<Application> = jobs.iter().map(job).collect();
        let days = day_assignment::OpenDays { open: &open, avoided: &avoided, per_day: per_day as usize };
        day_assignment::place(&jobs, &days).into_iter().map(|day| day.map(|day| all[day])).collect()
    }

    /// The day on which to apply after the days planned, from `start` on: outside claim periods and by
    /// the last application date where there is such a day. [`Day::MAX`] where no day is known.
    fn later(&self, at: usize, start: Day, last: Day, policy: &Policy) -> Day {
        let terms = &self.application_terms[self.entries[at].terms_at];
        let better = terms.first_from(start, Some(last), &|day| claims_on(policy, day));
        let any = || terms.first_from(start, Some(last), &|_| false);
        // A day that is shown is one on which one can apply, though it be after the last one.
        better.or_else(any).or_else(|| terms.first_from(start, None, &|_| false)).unwrap_or(Day::MAX)
    }

    /// The outcome where there is no application date in time, with the next day that remains.
    fn cannot(&self, at: usize, fleet: &Certificates, why: LateReason) -> PlanOutcome {
        let entry = &self.entries[at];
        let terms = &self.application_terms[entry.terms_at];
        let start = entry.first.map_or(self.from, |first| first.max(self.from));
        let period = entry.deadline.and_then(|deadline| deadline.period);
        match fallback(fleet, &fleet.items[entry.item], terms, start, period) {
            Some(fallback) if fallback.missed == 0 && !fallback.stops_daily => PlanOutcome::NoMargin(why, fallback),
            fallback => PlanOutcome::Cannot(why, fallback),
        }
    }

    /// Collects the assumed terms in use, and counts what the expiry of each root affects.
    fn account(&mut self, fleet: &Certificates) {
        let in_use: BTreeSet<usize> = self.entries.iter().map(|entry| entry.terms_at).collect();
        for terms_at in in_use {
            for (name, value) in assumed(self.application_terms[terms_at].terms, terms_at % 2 == 1) {
                self.assumed.entry(name).or_default().insert(value);
            }
        }
        let latest_day = |entry: &PlannedCertificate| {
            let (expected_issue, day) = match entry.outcome {
                PlanOutcome::Apply { day, expected_issue, .. } => (expected_issue, Some(day)),
                PlanOutcome::Cannot(_, fallback) => (fallback.map(|one| one.expected_issue), None),
                PlanOutcome::NoMargin(_, fallback) => (Some(fallback.expected_issue), None),
                PlanOutcome::Awaited { expected_issue, .. } => (expected_issue, None),
                PlanOutcome::Later(_) => (None, None),
            };
            [expected_issue, day].into_iter().flatten().max()
        };
        let is_near = |entry: &&PlannedCertificate| !matches!(entry.outcome, PlanOutcome::Later(_));
        self.guesses = self.entries.iter().filter(is_near).any(|entry| self.guesses_at(entry));
        for (at, authority) in fleet.policy.authorities.iter().enumerate() {
            for pin in authority.pins.iter().filter(|pin| pin.not_after >= fleet.today) {
                // A declared certificate names no root; the newest is the one that issues today.
                let newest = authority.pins.iter().max_by_key(|pin| pin.not_after).map(|pin| &pin.id);
                let under = self.entries.iter().filter(|entry| {
                    let item = &fleet.items[entry.item];
                    item.authority == Some(at) && (item.generation.as_ref().or(newest) == Some(&pin.id))
                });
                // A renewal planned to outlive its root is not clipped here: the CA will have a
                // successor root by then, whose dates nobody publishes in advance.
                let mut root = RootExpiry {
                    generation: pin.id.clone(),
                    ends: pin.not_after,
                    days_left: (pin.not_after - fleet.today).whole_days(),
                    clipped: 0,
                    beyond: 0,
                };
                for entry in under {
                    root.clipped += usize::from(fleet.items[entry.item].clipped);
                    let day = latest_day(entry).or(fleet.items[entry.item].ends);
                    let until = day.and_then(|day| ends_after(fleet.policy, Some(at), day, None));
                    root.beyond += usize::from(until.is_some_and(|until| until > pin.not_after));
                }
                self.roots.push(root);
            }
        }
        self.roots.sort_by_key(|root| root.ends);
    }
}

impl PlanOutcome {
    /// The order in a plan: too late, then without margin, then by day of application, then awaited,
    /// then later.
    fn rank(&self) -> (u8, Day, u8) {
        match self {
            PlanOutcome::Cannot(why, _) => (0, Day::MIN, *why as u8),
            PlanOutcome::NoMargin(_, fallback) => (1, fallback.day, 0),
            PlanOutcome::Apply { day, .. } => (2, *day, 0),
            // The longest overdue comes first.
            PlanOutcome::Awaited { applied, expected_issue } => (3, expected_issue.unwrap_or(*applied), 0),
            PlanOutcome::Later(day) => (4, *day, 0),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PlanOutcome::Cannot(..) => "cannot",
            PlanOutcome::NoMargin(..) => "no-margin",
            PlanOutcome::Apply { .. } => "apply",
            PlanOutcome::Awaited { .. } => "awaited",
            PlanOutcome::Later(_) => "later",
        }
    }
}

/// Whether a day is in a claim period.
pub(super) fn claims_on(policy: &Policy, day: Day) -> bool {
    policy.holders.claim_period.is_some_and(|days| days.value.contains(day))
}

/// The last day of a certificate that begins on a day: `years` later where those are known, or as
/// the policy says of that CA.
pub(super) fn ends_after(policy: &Policy, authority: Option<usize>, begins: Day, years: Option<i32>) -> Option<Day> {
    let months = years.map(|years| years * 12).or_else(|| {
        let validity = &policy.authorities.get(authority?)?.validity;
        let validity = validity.iter().find(|one| one.value.issued.contains(begins))?;
        Some(validity.value.years * 12 + validity.value.months)
    })?;
    add_months(begins, months)
}

/// Which of the terms are assumed, and their values.
fn assumed(terms: &Terms, by_transfer: bool) -> impl Iterator<Item = (&'static str, String)> {
    let payment = terms.transfer_business_days;
    let all = [
        (terms.opens_days.assumed, "renewal_opens_days", terms.opens_days.value.to_string()),
        (terms.lead_business_days.assumed, "lead_business_days", terms.lead_business_days.value.to_string()),
        (by_transfer && payment.assumed && payment.value > 0, "transfer_business_days", payment.value.to_string()),
        (terms.start.assumed, "renewal_start", terms.start.value.code().to_string()),
    ];
    all.into_iter().filter(|(assumed, ..)| *assumed).map(|(_, name, value)| (name, value))
}

/// The next day on which its renewal can be applied for, from `start` on, and what is lost by then.
fn fallback(
    fleet: &Certificates,
    item: &CertificateItem,
    terms: &ApplicationTerms,
    start: Day,
    period: Option<ClaimPeriod>,
) -> Option<Fallback> {
    let day = terms.first_from(start, None, &|_| false)?;
    let expected_issue = terms.expected_issue(day)?;
    let missed = period.map_or(0, |period| missed(fleet.policy, period, item.whole_until, expected_issue));
    let uses_daily = fleet.holder(item).is_some_and(|holder| !holder.uses.is_empty());
    let stops_daily = uses_daily && item.whole_until.is_some_and(|until| until < expected_issue);
    Some(Fallback { day, expected_issue, missed, stops_daily })
}

/// The number of claim periods, from `period` on, that end before `expected_issue`, except one of
/// which the certificate covers a whole day: claims can be submitted until then.
fn missed(policy: &Policy, period: ClaimPeriod, whole_until: Option<Day>, expected_issue: Day) -> u32 {
    let Some(days) = policy.holders.claim_period else { return 0 };
    let begun = u32::from(whole_until.is_some_and(|until| period.first <= until) && period.last < expected_issue);
    let next = |period: &ClaimPeriod| {
        let month = add_months(period.first.replace_day(1).ok()?, 1)?;
        ClaimPeriod::of_month(days.value, policy.zone, month)
    };
    let periods = std::iter::successors(Some(period), next);
    let ended = periods.take_while(|period| period.last < expected_issue).take(100).count();
    u32::try_from(ended).unwrap_or(0).saturating_sub(begun)
}

/// The agents that claim for other holders.
struct AgentIndex<'a> {
    agents: HashSet<(&'a str, &'a str)>,
}

impl<'a> AgentIndex<'a> {
    fn of(fleet: &Certificates<'a>) -> AgentIndex<'a> {
        let lines = fleet.office.holders.iter().flat_map(|holder| holder.lines.iter().map(move |line| (holder, line)));
        let agents =
            lines.filter_map(|(holder, line)| Some((holder.key.register.as_str(), line.agent.as_ref()?.id.as_str())));
        AgentIndex { agents: agents.collect() }
    }

    /// Whether a holder claims with a certificate of its own, for itself or for others, on some day
    /// of a claim period or once its agents have left. Days up to `covered` are covered by its
    /// present certificate.
    fn needs_own(&self, holder: &Holder, period: ClaimPeriod, covered: Option<Day>) -> bool {
        // What it uses beside the claims takes a certificate of its own, whoever submits the claims.
        if holder.lines.is_empty()
            || !holder.uses.is_empty()
            || self.agents.contains(&(holder.key.register.as_str(), holder.key.id.as_str()))
        {
            return true;
        }
        let first = covered.and_then(Day::next_day).map_or(period.first, |next| next.max(period.first));
        let days = || std::iter::successors(Some(first), |day| day.next_day()).take_while(|d| *d <= period.last);
        holder.lines.iter().any(|line| {
            let same = |other: &&crate::register::ServiceLine| {
                other.provider_number == line.provider_number && other.service == line.service
            };
            let agents = || holder.lines.iter().filter(same).filter_map(|line| line.agent.as_ref());
            let left = agents().filter_map(|agent| agent.until).max().and_then(Day::next_day);
            let mut staying = agents().filter(|agent| agent.until.is_none());
            let stays = staying.any(|agent| left.is_none_or(|left| agent.from.is_none_or(|from| from <= left)));
            let bills = |day| {
                agents().any(|agent| {
                    agent.from.is_none_or(|from| from <= day) && agent.until.is_none_or(|until| day <= until)
                })
            };
            !stays || days().any(|day| !bills(day))
        })
    }
}
