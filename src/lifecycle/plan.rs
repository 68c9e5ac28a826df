//! The plan: on which day to apply for the renewal of each certificate.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::desk::{Calendar, Deadline, Desk};
use super::fleet::is_out;
use super::roster::{self, Job};
use super::{Fleet, Item, State};
use crate::audit::holding::ClaimPeriod;
use crate::calendar::{Day, add_months};
use crate::policy::{Policy, Terms};
use crate::register::Holder;
use time::Duration;

/// Days planned ahead where nobody says.
const AHEAD: Duration = Duration::days(365);

/// What is asked of a plan.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask {
    /// The first day on which to apply; none: today. A day gone by counts as today.
    pub from: Option<Day>,
    /// The last; none: a year after the first.
    pub to: Option<Day>,
    /// How many applications the office can make a day; none: any number.
    pub per_day: Option<u32>,
}

/// On which day to apply for the renewal of each certificate.
#[derive(Debug)]
pub struct Plan<'a> {
    /// The first day planned.
    pub from: Day,
    /// The last day planned.
    pub to: Day,
    /// How many applications a day.
    pub per_day: Option<u32>,
    /// What is planned: what cannot be placed first, then by recommended day.
    pub entries: Vec<Planned>,
    /// How many are left out, and why.
    pub left_out: BTreeMap<LeftOut, usize>,
    /// The ends of the roots, the nearest first.
    pub roots: Vec<RootEnd>,
    /// Which terms in use are assumed (`lead_business_days` and the like), and their values.
    pub assumed: Assumed,
    /// Up to which day holidays are known; none where the policy has none.
    pub known_until: Option<Day>,
    /// Some day of the plan lies beyond it.
    pub guesses: bool,
    /// By desk: what is known of each prefecture.
    pub(super) desks: Vec<Desk<'a>>,
}

/// Terms that are assumed, by name: the values in use.
pub type Assumed = BTreeMap<&'static str, BTreeSet<String>>;

/// A certificate in the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its place in [`Fleet::items`].
    pub item: usize,
    /// The first day on which its renewal can be applied for.
    pub first: Option<Day>,
    /// The last day on which applying is safe; none where no day is.
    pub last_safe: Option<Day>,
    /// By when the new one must be in hand.
    pub deadline: Option<Deadline>,
    /// What is to be done.
    pub outcome: Outcome,
    pub(super) desk: usize,
}

/// What is to be done about a certificate.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// No safe day can be given.
    Cannot(Why, Option<Fallback>),
    /// Apply on this day.
    Apply {
        /// The recommended day.
        day: Day,
        /// When the new one is in hand then.
        in_hand: Option<Day>,
        /// The day lies in a claim period, as there was no other.
        in_claim_period: bool,
    },
    /// The same, after the days asked about.
    Later(Day),
    /// It was applied for.
    Awaited {
        /// On this day.
        applied: Day,
        /// When the new one should be in hand.
        in_hand: Option<Day>,
    },
}

/// Why no safe day can be given, in the order in which a plan tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// The last safe day has gone by, or lies before the days asked about.
    TooLate,
    /// No day inside the windows lies between the first day and the deadline.
    NoWindow,
    /// On all its days so many others are to be applied for.
    Full,
    /// Nobody knows when it ends.
    EndUnknown,
    /// It has ended.
    Lapsed,
}

impl Why {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Why::Lapsed => "lapsed",
            Why::TooLate => "too-late",
            Why::NoWindow => "no-window",
            Why::Full => "full",
            Why::EndUnknown => "end-unknown",
        }
    }
}

/// What can be done where no day is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// The next day on which to apply.
    pub day: Day,
    /// When the new one is in hand then.
    pub in_hand: Day,
    /// Claim periods that go by without a certificate, whole.
    pub missed: u32,
}

/// Why a certificate is not in the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// A later one has taken its place.
    Renewed,
    /// A later one is there, but not in its place yet.
    NotInstalled,
    /// The register declares a later one.
    RenewedAsDeclared,
    /// It is to end.
    NotRenewing,
    /// Its revocation was applied for.
    Revoking,
    /// Its holder is out of business, or somebody else looks after it.
    LeftOver,
    /// An agent bills for its holder, and is planned for.
    AtAgent,
    /// It is not trusted, or of no CA of the policy.
    Other,
}

impl LeftOut {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            LeftOut::Renewed => "renewed",
            LeftOut::NotInstalled => "not-installed",
            LeftOut::RenewedAsDeclared => "renewed-as-declared",
            LeftOut::NotRenewing => "not-renewing",
            LeftOut::Revoking => "revoking",
            LeftOut::LeftOver => "left-over",
            LeftOut::AtAgent => "at-agent",
            LeftOut::Other => "other",
        }
    }

    fn of(state: State) -> Option<LeftOut> {
        match state {
            State::Active | State::Awaited(_) => None,
            State::Renewed => Some(LeftOut::Renewed),
            State::NotInstalled => Some(LeftOut::NotInstalled),
            State::RenewedAsDeclared => Some(LeftOut::RenewedAsDeclared),
            State::NotRenewing => Some(LeftOut::NotRenewing),
            State::Revoking => Some(LeftOut::Revoking),
            State::LeftOver => Some(LeftOut::LeftOver),
        }
    }
}

/// The end of a CA's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootEnd {
    /// Its generation.
    pub generation: String,
    /// Its last day.
    pub ends: Day,
    /// Days from today.
    pub days_left: i64,
    /// Certificates that end early because it does: renewing helps only under a successor.
    pub clipped: usize,
    /// Planned renewals whose certificates would outlive it: a successor is assumed.
    pub beyond: usize,
}

impl<'a> Plan<'a> {
    /// The plan for a fleet. None where the calendar ends.
    pub fn new(fleet: &Fleet<'a>, calendar: &'a Calendar, ask: Ask) -> Option<Plan<'a>> {
        let from = ask.from.unwrap_or(fleet.today).max(fleet.today);
        let to = match ask.to {
            Some(to) => to,
            None => from.checked_add(AHEAD)?,
        };
        let renewal = &fleet.policy.renewal;
        let terms = std::iter::once(&renewal.general).chain(renewal.prefectures.iter().map(|one| &one.terms));
        let mut plan = Plan {
            from,
            to,
            per_day: ask.per_day,
            entries: Vec::new(),
            left_out: BTreeMap::new(),
            roots: Vec::new(),
            assumed: Assumed::new(),
            known_until: calendar.known_until(),
            guesses: false,
            desks: terms.map(|terms| Desk::new(calendar, terms)).collect(),
        };
        plan.enter(fleet, calendar);
        plan.place(fleet);
        plan.account(fleet);
        // Of what has lapsed the latest comes first: what lapsed long ago is seldom still in use.
        plan.entries.sort_by_key(|one| {
            let lapsed = matches!(one.outcome, Outcome::Cannot(Why::Lapsed, _));
            (one.outcome.rank(), if lapsed { usize::MAX - one.item } else { one.item })
        });
        Some(plan)
    }

    /// Whether a day lies where nobody knows the holidays yet.
    pub fn is_guess(&self, day: Day) -> bool {
        self.known_until.is_some() && self.desks[0].is_guess(day)
    }

    /// Whether what is said of an entry rests on days of which nobody knows the holidays yet.
    pub fn guesses_at(&self, entry: &Planned) -> bool {
        let days = match entry.outcome {
            Outcome::Apply { day, in_hand, .. } => [Some(day), in_hand, entry.last_safe],
            Outcome::Cannot(_, fallback) => [fallback.map(|one| one.in_hand), entry.last_safe, None],
            Outcome::Awaited { in_hand, .. } => [in_hand, None, None],
            Outcome::Later(day) => [Some(day).filter(|day| *day != Day::MAX), None, None],
        };
        days.into_iter().flatten().any(|day| self.is_guess(day))
    }

    /// Puts every certificate to renew into the plan, with its first and last days.
    fn enter(&mut self, fleet: &Fleet<'a>, calendar: &Calendar) {
        let mut desks: HashMap<Option<&str>, usize> = HashMap::new();
        let agents = Agents::of(fleet);
        if fleet.others > 0 {
            self.left_out.insert(LeftOut::Other, fleet.others);
        }
        for (at, item) in fleet.items.iter().enumerate() {
            let holder = fleet.holder(item);
            let whole_until = item.whole_until.zip(item.end);
            let deadline = whole_until.and_then(|(day, end)| Deadline::of(fleet.policy, calendar, fleet.at, day, end));
            let left_out = LeftOut::of(item.state).or_else(|| {
                let (holder, period) = (holder?, deadline.and_then(|deadline| deadline.period)?);
                if is_out(holder, period.first) {
                    return Some(LeftOut::LeftOver);
                }
                (!agents.needs_own(holder, period, item.whole_until)).then_some(LeftOut::AtAgent)
            });
            if let Some(why) = left_out {
                *self.left_out.entry(why).or_default() += 1;
                continue;
            }
            let prefecture = holder.and_then(|holder| holder.prefecture.as_deref());
            let desk = *desks.entry(prefecture).or_insert_with(|| {
                let terms = fleet.policy.renewal.terms(prefecture);
                self.desks.iter().position(|desk| std::ptr::eq(desk.terms, terms)).unwrap_or(0)
            });
            let planned = self.planned(fleet, at, item, desk, deadline);
            self.entries.push(planned);
        }
    }

    fn planned(&self, fleet: &Fleet, at: usize, item: &Item, desk: usize, deadline: Option<Deadline>) -> Planned {
        let terms = self.desks[desk].terms;
        let first = item.ends.and_then(|ends| ends.checked_sub(Duration::days(terms.opens_days.value)));
        let last_safe = deadline.and_then(|deadline| self.desks[desk].last_safe(deadline.day));
        let outcome = match item.state {
            State::Awaited(applied) => Outcome::Awaited { applied, in_hand: self.desks[desk].in_hand(applied) },
            _ if item.end.is_none() => Outcome::Cannot(Why::EndUnknown, None),
            _ if fleet.has_lapsed(item) => Outcome::Cannot(Why::Lapsed, None),
            _ => Outcome::Later(Day::MAX),
        };
        Planned { item: at, first, last_safe, deadline, outcome, desk }
    }

    /// Finds a day for everything that has none yet.
    fn place(&mut self, fleet: &Fleet) {
        let widest = fleet.policy.tiers.iter().map(|tier| tier.value.days).max();
        let mut jobs = Vec::new();
        let origin = self.from;
        for at in 0..self.entries.len() {
            let entry = &self.entries[at];
            if entry.outcome != Outcome::Later(Day::MAX) {
                continue;
            }
            let item = &fleet.items[entry.item];
            let noticed = widest.and_then(|days| item.ends?.checked_sub(Duration::days(days)));
            let (Some(first), Some(last)) = (entry.first.max(noticed), entry.last_safe) else {
                // An end without a civil day is beyond every plan; with one, no day is safe.
                if item.ends.is_some() {
                    self.entries[at].outcome = self.cannot(at, fleet, Why::NoWindow);
                }
                continue;
            };
            let start = first.max(origin);
            if start > self.to {
                self.entries[at].outcome = Outcome::Later(start);
            } else if last < origin {
                self.entries[at].outcome = self.cannot(at, fleet, Why::TooLate);
            } else if last < start || self.desks[entry.desk].first_from(start, Some(last), &|_| false).is_none() {
                self.entries[at].outcome = self.cannot(at, fleet, Why::NoWindow);
            } else {
                jobs.push((at, start, last));
            }
        }
        let days = self.days_of(&jobs, fleet.policy);
        for ((at, _, _), day) in jobs.iter().zip(days) {
            let outcome = match day {
                None => self.cannot(*at, fleet, Why::Full),
                Some(day) if day > self.to => Outcome::Later(day),
                Some(day) => Outcome::Apply {
                    day,
                    in_hand: self.desks[self.entries[*at].desk].in_hand(day),
                    in_claim_period: claims_on(fleet.policy, day),
                },
            };
            self.entries[*at].outcome = outcome;
        }
    }

    /// The day of each job: the earliest, days of claim periods avoided where that is possible.
    fn days_of(&self, jobs: &[(usize, Day, Day)], policy: &Policy) -> Vec<Option<Day>> {
        let claims = |day| claims_on(policy, day);
        let Some(per_day) = self.per_day else {
            let mut known = HashMap::new();
            let day = |(at, start, last): &(usize, Day, Day)| {
                let desk = self.entries[*at].desk;
                let find = || {
                    let desk = &self.desks[desk];
                    let better = desk.first_from(*start, Some(*last), &claims);
                    better.or_else(|| desk.first_from(*start, Some(*last), &|_| false))
                };
                *known.entry((desk, *start, *last)).or_insert_with(find)
            };
            return jobs.iter().map(day).collect();
        };
        let index = |day: Day| usize::try_from((day - self.from).whole_days()).unwrap_or(0);
        let length = jobs.iter().map(|(_, _, last)| index(*last) + 1).max().unwrap_or(0);
        let all: Vec<Day> = std::iter::successors(Some(self.from), |day| day.next_day()).take(length).collect();
        let open: Vec<Vec<bool>> =
            self.desks.iter().map(|desk| all.iter().map(|day| desk.takes(*day)).collect()).collect();
        let avoided: Vec<bool> = all.iter().map(|day| claims(*day)).collect();
        let job = |(at, start, last): &(usize, Day, Day)| Job {
            from: index(*start),
            until: index(*last),
            desk: self.entries[*at].desk,
        };
        let jobs: Vec<Job> = jobs.iter().map(job).collect();
        let days = roster::Days { open: &open, avoided: &avoided, per_day: per_day as usize };
        roster::place(&jobs, &days).into_iter().map(|day| day.map(|day| all[day])).collect()
    }

    /// What is said where no safe day can be given.
    fn cannot(&self, at: usize, fleet: &Fleet, why: Why) -> Outcome {
        let entry = &self.entries[at];
        let desk = &self.desks[entry.desk];
        let start = entry.first.map_or(self.from, |first| first.max(self.from));
        let fallback = desk.first_from(start, None, &|_| false).and_then(|day| {
            let in_hand = desk.in_hand(day)?;
            let period = entry.deadline.and_then(|deadline| deadline.period);
            let missed = period.map_or(0, |period| missed(fleet.policy, period, in_hand));
            Some(Fallback { day, in_hand, missed })
        });
        Outcome::Cannot(why, fallback)
    }

    /// Counts what is assumed, and what the ends of roots mean.
    fn account(&mut self, fleet: &Fleet) {
        let desks: BTreeSet<usize> = self.entries.iter().map(|entry| entry.desk).collect();
        for desk in desks {
            for (name, value) in assumed(self.desks[desk].terms) {
                self.assumed.entry(name).or_default().insert(value);
            }
        }
        let told = |entry: &Planned| {
            let (in_hand, day) = match entry.outcome {
                Outcome::Apply { day, in_hand, .. } => (in_hand, Some(day)),
                Outcome::Cannot(_, fallback) => (fallback.map(|one| one.in_hand), None),
                Outcome::Awaited { in_hand, .. } => (in_hand, None),
                Outcome::Later(_) => (None, None),
            };
            [in_hand, day].into_iter().flatten().max()
        };
        let is_near = |entry: &&Planned| !matches!(entry.outcome, Outcome::Later(_));
        self.guesses = self.entries.iter().filter(is_near).any(|entry| self.guesses_at(entry));
        for (at, authority) in fleet.policy.authorities.iter().enumerate() {
            for pin in authority.pins.iter().filter(|pin| pin.not_after >= fleet.today) {
                let newest = authority.pins.iter().max_by_key(|pin| pin.not_after).map(|pin| &pin.id);
                let under = self.entries.iter().filter(|entry| {
                    let item = &fleet.items[entry.item];
                    item.authority == Some(at) && (item.generation.as_ref().or(newest) == Some(&pin.id))
                });
                let mut root = RootEnd {
                    generation: pin.id.clone(),
                    ends: pin.not_after,
                    days_left: (pin.not_after - fleet.today).whole_days(),
                    clipped: 0,
                    beyond: 0,
                };
                for entry in under {
                    root.clipped += usize::from(fleet.items[entry.item].clipped);
                    let day = told(entry).or(fleet.items[entry.item].ends);
                    let until = day.and_then(|day| ends_after(fleet.policy, Some(at), day, None));
                    root.beyond += usize::from(until.is_some_and(|until| until > pin.not_after));
                }
                self.roots.push(root);
            }
        }
        self.roots.sort_by_key(|root| root.ends);
    }
}

impl Outcome {
    /// What comes first in a plan: what cannot be placed, then by day, then what is awaited, then
    /// what is later.
    fn rank(&self) -> (u8, Day, u8) {
        match self {
            Outcome::Cannot(why, _) => (0, Day::MIN, *why as u8),
            Outcome::Apply { day, .. } => (1, *day, 0),
            // What should have been in hand for longest comes first.
            Outcome::Awaited { applied, in_hand } => (2, in_hand.unwrap_or(*applied), 0),
            Outcome::Later(day) => (3, *day, 0),
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Outcome::Cannot(..) => "cannot",
            Outcome::Apply { .. } => "apply",
            Outcome::Awaited { .. } => "awaited",
            Outcome::Later(_) => "later",
        }
    }
}

/// Whether a day lies in a claim period.
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
fn assumed(terms: &Terms) -> impl Iterator<Item = (&'static str, String)> {
    let all = [
        (terms.opens_days.assumed, "renewal_opens_days", terms.opens_days.value.to_string()),
        (terms.lead_business_days.assumed, "lead_business_days", terms.lead_business_days.value.to_string()),
        (terms.start.assumed, "renewal_start", terms.start.value.code().to_string()),
    ];
    all.into_iter().filter(|(assumed, ..)| *assumed).map(|(_, name, value)| (name, value))
}

/// Claim periods, from `period` on, that are over before `in_hand`.
fn missed(policy: &Policy, period: ClaimPeriod, in_hand: Day) -> u32 {
    let Some(days) = policy.holders.claim_period else { return 0 };
    let next = |period: &ClaimPeriod| {
        let month = add_months(period.first.replace_day(1).ok()?, 1)?;
        ClaimPeriod::of_month(days.value, policy.zone, month)
    };
    let periods = std::iter::successors(Some(period), next);
    u32::try_from(periods.take_while(|period| period.last < in_hand).take(100).count()).unwrap_or(0)
}

/// Who bills for whom.
struct Agents<'a> {
    agents: HashSet<(&'a str, &'a str)>,
}

impl<'a> Agents<'a> {
    fn of(fleet: &Fleet<'a>) -> Agents<'a> {
        let lines = fleet.office.holders.iter().flat_map(|holder| holder.lines.iter().map(move |line| (holder, line)));
        let agents =
            lines.filter_map(|(holder, line)| Some((holder.key.register.as_str(), line.agent.as_ref()?.id.as_str())));
        Agents { agents: agents.collect() }
    }

    /// Whether a holder bills with a certificate of its own on some day of a claim period, or once
    /// its agents have left: for itself, or for others. The days up to `covered` it has one for.
    fn needs_own(&self, holder: &Holder, period: ClaimPeriod, covered: Option<Day>) -> bool {
        if holder.lines.is_empty() || self.agents.contains(&(holder.key.register.as_str(), holder.key.id.as_str())) {
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
