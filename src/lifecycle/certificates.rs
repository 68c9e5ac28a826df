//! The certificates that holders have to keep valid, and the state of each renewal.

use std::collections::{HashMap, HashSet};
use std::io;

use crate::audit::facts::CertificateFacts;
use crate::audit::holding::{CertificateProfile, Coverage, HolderMatch, NameHash, Renewal, numbers_in, status_on};
use crate::audit::{AuditSink, CertificateRecord, HolderRecord};
use crate::calendar::{Day, Instant};
use crate::certificate::CertificateRole;
use crate::policy::Policy;
use crate::register::{
    FeePayer, Holder, HolderKey, HolderKind, HolderStatus, Mark, MarkState, MarkTarget, RegisterState, plain,
};
use crate::trust::TrustStatus;

/// Every certificate of the policy's CAs that holders have, with those that the register declares.
///
/// It receives the records of a judgement as an [`AuditSink`]; [`Certificates::settle`] then
/// relates the certificates to each other.
#[derive(Debug)]
pub struct Certificates<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The register and the records of action.
    pub office: &'a RegisterState,
    /// The moment judged.
    pub at: Instant,
    /// The civil day of it.
    pub today: Day,
    /// The certificates, by end, then by name.
    pub items: Vec<CertificateItem>,
    /// Certificates of holders that are of no CA of the policy, or not trusted: not planned for.
    pub others: usize,
    /// Valid certificates that are matched to no holder of the register yet.
    pub unmatched: usize,
    /// Holders that claims cannot be submitted for, or by: what they lack is no history.
    uncovered: HashSet<HolderKey>,
    /// The providers for which each agent claims today.
    providers: HashMap<(&'a str, &'a str), usize>,
}

/// What the lifecycle needs of a certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateItem {
    /// Which.
    pub thing: Subject,
    /// Its serial number, as printed; empty where a declaration names none.
    pub serial: String,
    /// The holder's name, or else the name people know the certificate by.
    pub name: String,
    /// The first of its paths; empty for a declared one.
    pub path: String,
    /// The index of its holder in [`RegisterState::holders`], where it is matched to one.
    pub holder: Option<usize>,
    /// The id of its usage category.
    pub category: Option<String>,
    /// The generation of its root.
    pub generation: Option<String>,
    /// The index of its CA in the policy.
    pub authority: Option<usize>,
    /// The day of its notBefore.
    pub begins: Option<Day>,
    /// The day of its effective expiry; none where it is unknown or has no civil day.
    pub ends: Option<Day>,
    /// Its last day as printed, whatever its root allows.
    pub printed_until: Option<Day>,
    /// The last day that it covers to the last second.
    pub whole_until: Option<Day>,
    /// The moment of its effective expiry.
    pub end: Option<Instant>,
    /// Its root expires first, so its effective expiry is earlier than its notAfter.
    pub clipped: bool,
    /// How sure it is.
    pub proof: CertificateProof,
    /// It was found in the latest import; one that was not may still be in use on a computer.
    pub present: bool,
    /// The state of its renewal.
    pub state: LifecycleState,
    /// The certificate that came before it, in [`Certificates::items`].
    pub before: Option<usize>,
    /// The hash of its subject: groups renewals where no holder is known.
    pub subject: NameHash,
}

/// Which certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One that was found: the SHA-256 of its DER.
    Certificate([u8; 32]),
    /// One that the register declares (申告).
    Declared(HolderKey),
}

/// How sure it is that there is such a certificate, and that it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateProof {
    /// Found and trusted.
    Trusted,
    /// Found; its verdict is undetermined.
    Undetermined,
    /// Declared by the register, not found.
    Declared,
    /// Found, and revoked.
    Revoked,
}

impl CertificateProof {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            CertificateProof::Trusted => "trusted",
            CertificateProof::Undetermined => "undetermined",
            CertificateProof::Declared => "declared",
            CertificateProof::Revoked => "revoked",
        }
    }
}

/// The state of a certificate's renewal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifecycleState {
    /// In use, and nothing was done about its expiry.
    Active,
    /// A renewal was applied for (申請済) or issued (発行済) on this day.
    Awaited(Day),
    /// A later one has taken its place, or will when it begins.
    Renewed,
    /// A later one is there, but not in its place yet.
    NotInstalled,
    /// The register declares a later one.
    RenewedAsDeclared,
    /// Not to be renewed: 更新しない.
    NotRenewing,
    /// Its revocation was applied for: 失効申請済.
    Revoking,
    /// Its holder is closed, has moved to an agent, or is managed elsewhere.
    LeftOver,
    /// It expired so long ago that it is history, and nobody lacks a certificate because of it.
    History,
}

impl LifecycleState {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            LifecycleState::Active => "active",
            LifecycleState::Awaited(_) => "awaited",
            LifecycleState::Renewed => "renewed",
            LifecycleState::NotInstalled => "not-installed",
            LifecycleState::RenewedAsDeclared => "renewed-as-declared",
            LifecycleState::NotRenewing => "not-renewing",
            LifecycleState::Revoking => "revoking",
            LifecycleState::LeftOver => "left-over",
            LifecycleState::History => "history",
        }
    }

    /// Whether its expiry still needs attention.
    pub fn concerns(self) -> bool {
        matches!(self, LifecycleState::Active | LifecycleState::Awaited(_) | LifecycleState::NotInstalled)
    }
}

/// The key of certificates that renew each other: holder, or else subject; and usage category.
type RenewalChain<'a> = (Option<usize>, NameHash, Option<&'a str>);

impl<'a> Certificates<'a> {
    /// An empty collection at a moment. None where the moment has no civil day.
    pub fn new(policy: &'a Policy, office: &'a RegisterState, at: Instant) -> Option<Certificates<'a>> {
        let today = policy.zone.day(at)?;
        let providers = office.providers_by_agent(Some(today)).into_iter().map(|(agent, all)| (agent, all.len()));
        let (providers, uncovered) = (providers.collect(), HashSet::new());
        Some(Certificates {
            policy,
            office,
            at,
            today,
            items: Vec::new(),
            others: 0,
            unmatched: 0,
            uncovered,
            providers,
        })
    }

    /// The providers for which a holder claims today as their agent.
    pub fn providers_of(&self, holder: &Holder) -> usize {
        self.providers.get(&(holder.key.register.as_str(), holder.key.id.as_str())).copied().unwrap_or(0)
    }

    /// Whether a holder is an agent: the register says so, or another holder names it as its agent.
    pub fn is_agent(&self, holder: &Holder) -> bool {
        holder.kind == Some(HolderKind::Agent) || (holder.kind.is_none() && self.providers_of(holder) > 0)
    }

    /// Whether its fee is paid by transfer, before the issue: as the register says, else agents do.
    pub fn pays_by_transfer(&self, item: &CertificateItem) -> bool {
        self.holder(item).is_some_and(|holder| match holder.payer {
            Some(payer) => payer == FeePayer::Transfer,
            None => self.is_agent(holder),
        })
    }

    /// Whether it expired so long ago that it is history, and no claims are stopped by it.
    fn is_history(&self, item: &CertificateItem) -> bool {
        let covered = self.holder(item).is_none_or(|holder| !self.uncovered.contains(&holder.key));
        let long_ago = self.days_left(item).is_some_and(|left| left < -self.policy.renewal.forget_after);
        self.has_expired(item) && long_ago && covered
    }

    /// The holder of an item.
    pub fn holder(&self, item: &CertificateItem) -> Option<&'a Holder> {
        item.holder.and_then(|at| self.office.holders.get(at))
    }

    /// Whole days from today to the day of expiry; negative once expired.
    pub fn days_left(&self, item: &CertificateItem) -> Option<i64> {
        item.ends.map(|ends| (ends - self.today).whole_days())
    }

    /// Whether it has expired.
    pub fn has_expired(&self, item: &CertificateItem) -> bool {
        item.end.is_some_and(|end| end < self.at)
    }

    /// The records of action on an item, then those on its holder, each oldest first.
    pub fn marks(&self, item: &CertificateItem) -> impl Iterator<Item = &'a Mark> + use<'a> {
        let office = self.office;
        let of_certificate = match &item.thing {
            Subject::Certificate(sha256) if !office.marks.is_empty() => {
                office.marks_of(&MarkTarget::Certificate(*sha256))
            }
            _ => &[],
        };
        let of_holder = match self.holder(item) {
            Some(holder) if !office.marks.is_empty() => office.marks_of(&MarkTarget::Holder(holder.key.clone())),
            _ => &[],
        };
        of_certificate.iter().chain(of_holder)
    }

    /// The day on which the recorded action was done.
    pub fn done_on(&self, mark: &Mark) -> Option<Day> {
        mark.on.or_else(|| self.policy.zone.day(mark.recorded))
    }

    /// Notes which holders lack a certificate.
    pub fn holder_seen(&mut self, record: &HolderRecord) {
        let facts = &record.facts;
        for unit in facts.standing.units.iter().filter(|unit| matches!(unit.coverage, Coverage::Cannot(_))) {
            self.uncovered.insert(facts.holder.key.clone());
            self.uncovered.extend(unit.through.iter().cloned());
        }
    }

    /// To be called once all records are there: adds the declared certificates and relates all to
    /// each other.
    pub fn settle(&mut self) {
        self.declare();
        self.items.sort_by(|a, b| {
            (a.ends.is_none(), a.ends, &a.name, &a.thing).cmp(&(b.ends.is_none(), b.ends, &b.name, &b.thing))
        });
        self.follow();
        for at in 0..self.items.len() {
            if self.items[at].state.concerns() && self.is_history(&self.items[at]) {
                self.items[at].state = LifecycleState::History;
            }
        }
    }

    /// Adds the certificates that the register declares and that were not found.
    fn declare(&mut self) {
        let mut seen: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, item) in self.items.iter().enumerate().filter(|(_, item)| item.proof == CertificateProof::Trusted) {
            seen.entry(item.holder.unwrap_or(usize::MAX)).or_default().push(at);
        }
        // A certificate without holder is counted by itself: a declaration of its last day by a holder
        // that it names is not counted beside it. The day alone would not do, since many end on one day.
        let mut unmatched: HashMap<Day, Vec<String>> = HashMap::new();
        for item in self.items.iter().filter(|item| item.holder.is_none() && item.present) {
            if let Some(day) = item.printed_until {
                unmatched.entry(day).or_default().push(plain(&item.name));
            }
        }
        // A declaration names no CA; where the policy has several, which root limits it is unknown.
        let sole = (self.policy.authorities.len() == 1).then_some(0);
        for (at, holder) in self.office.holders.iter().enumerate() {
            let Some(declared) = &holder.declared else { continue };
            let serial = declared.serial.as_ref().map(ToString::to_string).unwrap_or_default();
            if serial.is_empty() && declared.expires_on.is_none() {
                continue;
            }
            // A declaration without an expiry adds nothing to the certificate that was found.
            if declared.expires_on.is_none() && self.items.iter().any(|other| other.serial == serial) {
                continue;
            }
            let seen = seen.get(&at).map(Vec::as_slice).unwrap_or_default();
            let is_seen = |other: &CertificateItem| {
                let root_ends = other.generation.as_deref().and_then(|id| self.policy.root_ends(id));
                let is_earlier =
                    other.printed_until.is_none_or(|last| declared.expires_on.is_some_and(|day| day < last));
                is_earlier || declared.means(serial == other.serial, other.printed_until, root_ends)
            };
            if seen.iter().any(|other| is_seen(&self.items[*other])) {
                continue;
            }
            let days = declared.expires_on.map(|day| [Some(day), day.previous_day(), day.next_day()]);
            let mut same_day = days.into_iter().flatten().flatten().filter_map(|day| unmatched.get(&day)).flatten();
            if same_day.any(|name| names(name, holder)) {
                continue;
            }
            let end = declared
                .expires_on
                // A register gives a day; a certificate valid through that day ends with its last
                // second.
                .and_then(|day| self.policy.zone.first_second(day.next_day()?)?.checked_sub(time::Duration::SECOND));
            for other in seen {
                let other = &mut self.items[*other];
                if matches!(other.state, LifecycleState::Active | LifecycleState::Awaited(_))
                    && declared.expires_on.is_some()
                {
                    other.state = LifecycleState::RenewedAsDeclared;
                }
            }
            let mut item = CertificateItem {
                thing: Subject::Declared(holder.key.clone()),
                serial,
                name: holder.name.clone(),
                path: String::new(),
                holder: Some(at),
                category: holder.category.clone(),
                generation: None,
                authority: sole,
                begins: None,
                ends: declared.expires_on,
                printed_until: declared.expires_on,
                whole_until: declared.expires_on,
                end,
                clipped: false,
                present: true,
                proof: CertificateProof::Declared,
                state: LifecycleState::Active,
                before: None,
                subject: NameHash::default(),
            };
            item.state = self.state_by_people(&item);
            self.items.push(item);
        }
    }

    /// Finds for each trusted certificate the one before it of the same holder (or subject) and
    /// usage category; that one counts as renewed if it has expired or its successor is not valid
    /// yet.
    fn follow(&mut self) {
        let mut lines: HashMap<RenewalChain, Vec<usize>> = HashMap::new();
        for (at, item) in self.items.iter().enumerate().filter(|(_, item)| item.proof == CertificateProof::Trusted) {
            let subject = if item.holder.is_some() { NameHash::default() } else { item.subject };
            lines.entry((item.holder, subject, item.category.as_deref())).or_default().push(at);
        }
        let mut found = Vec::new();
        for line in lines.values().filter(|line| line.len() > 1) {
            // Items are in order of their ends; what begins later and ends later follows.
            for pair in line.windows(2) {
                if self.items[pair[0]].begins < self.items[pair[1]].begins {
                    found.push((pair[0], pair[1]));
                }
            }
        }
        for (earlier, later) in found {
            let begins_later = self.items[later].begins > Some(self.today);
            let over = self.has_expired(&self.items[earlier]);
            self.items[later].before = Some(earlier);
            let state = &mut self.items[earlier].state;
            if (over || begins_later) && matches!(state, LifecycleState::Active | LifecycleState::Awaited(_)) {
                *state = LifecycleState::Renewed;
            }
        }
    }

    /// The state by the records of action and the holder's status.
    fn state_by_people(&self, item: &CertificateItem) -> LifecycleState {
        if self.holder(item).is_some_and(|holder| is_out(holder, self.today)) {
            return LifecycleState::LeftOver;
        }
        let in_force = self.marks(item).filter(|mark| mark.holds_on(self.today));
        // An action from before its notBefore was about its predecessor.
        let about_it = in_force.filter(|mark| self.done_on(mark).is_some_and(|on| Some(on) >= item.begins));
        let mut state = LifecycleState::Active;
        let mut latest = None;
        for mark in about_it {
            let on = self.done_on(mark);
            let next = match mark.state {
                MarkState::NotRenewing => return LifecycleState::NotRenewing,
                MarkState::RevocationRequested => return LifecycleState::Revoking,
                MarkState::Applied | MarkState::Issued => on.map(LifecycleState::Awaited),
                _ => None,
            };
            if let Some(next) = next
                && on >= latest
            {
                (state, latest) = (next, on);
            }
        }
        state
    }

    /// Adds a certificate that is there now (`present`) or once was.
    fn take(&mut self, facts: &CertificateFacts, present: bool) {
        if facts.role != CertificateRole::EndEntity || facts.places.is_empty() {
            return;
        }
        self.unmatched += usize::from(facts.awaits_holder(self.at));
        let revoked = CertificateProfile::is_revoked(facts.verdict);
        let untrusted = facts.verdict.status == TrustStatus::Untrusted && !revoked;
        let (Some(authority), false) = (facts.authority, untrusted) else {
            self.others += usize::from(present);
            return;
        };
        let zone = self.policy.zone;
        let end = facts.end();
        let ends = end.and_then(|end| zone.day(end));
        let next = end.and_then(|end| zone.day(end.checked_add(time::Duration::SECOND)?));
        let holder = facts
            .holder
            .and_then(|holder| self.office.holders.binary_search_by(|other| other.key.cmp(&holder.key)).ok());
        let place = &facts.places[0];
        let mut item = CertificateItem {
            thing: Subject::Certificate(facts.certificate.sha256),
            serial: facts.certificate.serial.to_string(),
            name: facts.holder.map_or_else(|| facts.name(), |holder| holder.name.clone()),
            path: place.path.clone(),
            holder,
            category: facts.holding.category.clone(),
            generation: facts.verdict.generation.clone(),
            authority: self.policy.authorities.iter().position(|one| one.subject == authority.subject),
            begins: facts.issued_on,
            ends,
            printed_until: facts.expires_on,
            whole_until: next.and_then(Day::previous_day),
            end,
            clipped: end.is_some() && end < facts.certificate.not_after,
            present,
            proof: match facts.verdict.status {
                _ if revoked => CertificateProof::Revoked,
                TrustStatus::Trusted => CertificateProof::Trusted,
                _ => CertificateProof::Undetermined,
            },
            state: LifecycleState::Active,
            before: None,
            subject: CertificateProfile::hash(&facts.certificate.subject),
        };
        let said = self.state_by_people(&item);
        item.state = match (&facts.holding.renewal, said) {
            (_, LifecycleState::LeftOver) => LifecycleState::LeftOver,
            (Renewal::InPlace(_), _) => LifecycleState::Renewed,
            (_, LifecycleState::NotRenewing | LifecycleState::Revoking) => said,
            (Renewal::NotInstalled(_), _) => LifecycleState::NotInstalled,
            (Renewal::None, _) => said,
        };
        if facts.holding.of == HolderMatch::Nobody {
            item.state = LifecycleState::LeftOver;
        }
        // A certificate no longer found and expired is history; found no more but valid, it may be
        // in use in a computer's own store.
        if revoked || !present && self.has_expired(&item) {
            item.state = LifecycleState::LeftOver;
        }
        self.items.push(item);
    }
}

/// Whether the name of a certificate names a holder: by provider number, or by its own name.
fn names(certificate: &str, holder: &Holder) -> bool {
    let numbers = numbers_in(certificate);
    let of_holder = |number: &String| holder.lines.iter().any(|line| line.provider_number.as_ref() == Some(number));
    let name = plain(&holder.name);
    numbers.iter().any(of_holder) || !name.is_empty() && certificate.contains(&name)
}

/// Whether a holder needs no certificate on a day: it is closed, managed elsewhere, or has moved to
/// an agent and uses it for nothing else.
pub(super) fn is_out(holder: &Holder, day: Day) -> bool {
    match status_on(holder, Some(day)) {
        HolderStatus::Closed | HolderStatus::ManagedElsewhere => true,
        HolderStatus::MovedToAgent => holder.uses.is_empty(),
        HolderStatus::Active | HolderStatus::Suspended => false,
    }
}

impl AuditSink for Certificates<'_> {
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.take(&record.facts, true);
        Ok(())
    }

    fn gone(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.take(&record.facts, false);
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        self.holder_seen(record);
        Ok(())
    }
}
