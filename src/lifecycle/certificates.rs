//! The fleet: every certificate that somebody has to keep alive.

use std::collections::HashMap;
use std::io;

use crate::audit::facts::CertificateFacts;
use crate::audit::holding::{CertificateProfile, HolderMatch, NameHash, Renewal, status_on};
use crate::audit::{AuditHead, AuditSink, AuditSummary, CertificateRecord, JudgedFinding, UnreadableFile};
use crate::calendar::{Day, Instant};
use crate::certificate::CertificateRole;
use crate::policy::Policy;
use crate::register::{Holder, HolderKey, HolderStatus, Mark, MarkState, MarkTarget, RegisterState};
use crate::trust::TrustStatus;

/// Every certificate of the policy's CAs that holders have, with those that the register declares.
///
/// It takes the records of a judgement as a [`AuditSink`]; [`Certificates::settle`] then tells what each is in
/// relation to the others.
#[derive(Debug)]
pub struct Certificates<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The register and the marks.
    pub office: &'a RegisterState,
    /// The moment judged.
    pub at: Instant,
    /// The civil day of it.
    pub today: Day,
    /// The certificates, by end, then by name.
    pub items: Vec<CertificateItem>,
    /// Certificates of holders that are of no CA of the policy, or not trusted: not planned for.
    pub others: usize,
}

/// A certificate to keep alive, as far as its lifecycle goes.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateItem {
    /// Which.
    pub thing: Subject,
    /// Its serial number, as printed; empty where a declaration names none.
    pub serial: String,
    /// The holder's name, or else the name people know the certificate by.
    pub name: String,
    /// Where it lies first; empty of one declared.
    pub path: String,
    /// The place of its holder in [`RegisterState::holders`], where there is one.
    pub holder: Option<usize>,
    /// The id of its usage category.
    pub category: Option<String>,
    /// The generation of its root.
    pub generation: Option<String>,
    /// The place of its CA in the policy.
    pub authority: Option<usize>,
    /// The day of its notBefore.
    pub begins: Option<Day>,
    /// The day of its effective expiry; none where nobody knows it, or it has no civil day.
    pub ends: Option<Day>,
    /// The last day that it covers to the last second.
    pub whole_until: Option<Day>,
    /// The moment of its effective expiry.
    pub end: Option<Instant>,
    /// Its root ends before it does: it was clipped.
    pub clipped: bool,
    /// How sure it is.
    pub proof: CertificateProof,
    /// It lies somewhere; one that is gone may still be in use on a PC.
    pub present: bool,
    /// What has become of it.
    pub state: LifecycleState,
    /// The certificate that came before it, in [`Certificates::items`].
    pub before: Option<usize>,
    /// The hash of its subject: what renews what where no holder is known.
    pub subject: NameHash,
}

/// Which certificate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One that was seen: the SHA-256 of its DER.
    Certificate([u8; 32]),
    /// One that the register declares (申告).
    Declared(HolderKey),
}

/// How sure it is that there is such a certificate, and that it is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateProof {
    /// It was seen and is trusted.
    Trusted,
    /// It was seen; its verdict is undetermined.
    Undetermined,
    /// The register says so; nobody has seen it.
    Declared,
    /// It was seen, and was revoked.
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

/// What has become of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LifecycleState {
    /// Somebody relies on it, and nothing was done about its end.
    Active,
    /// A renewal was applied for (申請済) or issued (発行済) on this day.
    Awaited(Day),
    /// A later one has taken its place, or will when it begins.
    Renewed,
    /// A later one is there, but not in its place yet.
    NotInstalled,
    /// The register declares a later one.
    RenewedAsDeclared,
    /// It is to end: 更新しない.
    NotRenewing,
    /// Its revocation was applied for: 失効申請済.
    Revoking,
    /// Its holder is closed, has moved to an agent, or is looked after by somebody else.
    LeftOver,
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
        }
    }

    /// Whether its end concerns somebody.
    pub fn concerns(self) -> bool {
        matches!(self, LifecycleState::Active | LifecycleState::Awaited(_) | LifecycleState::NotInstalled)
    }
}

/// Whose certificates renew each other: those of a holder, or else of a subject, by usage category.
type RenewalChain<'a> = (Option<usize>, NameHash, Option<&'a str>);

impl<'a> Certificates<'a> {
    /// Nothing yet, at a moment. None where the moment has no civil day.
    pub fn new(policy: &'a Policy, office: &'a RegisterState, at: Instant) -> Option<Certificates<'a>> {
        let today = policy.zone.day(at)?;
        Some(Certificates { policy, office, at, today, items: Vec::new(), others: 0 })
    }

    /// The holder of an item.
    pub fn holder(&self, item: &CertificateItem) -> Option<&'a Holder> {
        item.holder.and_then(|at| self.office.holders.get(at))
    }

    /// Whole days from today to the day on which an item ends; negative once it has ended.
    pub fn days_left(&self, item: &CertificateItem) -> Option<i64> {
        item.ends.map(|ends| (ends - self.today).whole_days())
    }

    /// Whether it has ended.
    pub fn has_expired(&self, item: &CertificateItem) -> bool {
        item.end.is_some_and(|end| end < self.at)
    }

    /// The marks on an item and on its holder, oldest first of each.
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

    /// The day on which what a mark tells of was done.
    pub fn done_on(&self, mark: &Mark) -> Option<Day> {
        mark.on.or_else(|| self.policy.zone.day(mark.recorded))
    }

    /// Once all records are there: adds what is declared, and tells what each is in relation to
    /// the others.
    pub fn settle(&mut self) {
        self.declare();
        self.items.sort_by(|a, b| {
            (a.ends.is_none(), a.ends, &a.name, &a.thing).cmp(&(b.ends.is_none(), b.ends, &b.name, &b.thing))
        });
        self.follow();
    }

    /// Adds the certificates that the register declares and nobody has seen.
    fn declare(&mut self) {
        let mut seen: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, item) in self.items.iter().enumerate().filter(|(_, item)| item.proof == CertificateProof::Trusted) {
            seen.entry(item.holder.unwrap_or(usize::MAX)).or_default().push(at);
        }
        let sole = (self.policy.authorities.len() == 1).then_some(0);
        for (at, holder) in self.office.holders.iter().enumerate() {
            let Some(declared) = &holder.declared else { continue };
            let serial = declared.serial.as_ref().map(ToString::to_string).unwrap_or_default();
            if serial.is_empty() && declared.expires_on.is_none() {
                continue;
            }
            // A declaration without an end says nothing that the certificate itself does not say.
            if declared.expires_on.is_none() && self.items.iter().any(|other| other.serial == serial) {
                continue;
            }
            let seen = seen.get(&at).map(Vec::as_slice).unwrap_or_default();
            let is_seen = |other: &CertificateItem| {
                (!serial.is_empty() && other.serial == serial)
                    || declared.expires_on.is_some_and(|day| other.ends.is_none_or(|ends| ends >= day))
            };
            if seen.iter().any(|other| is_seen(&self.items[*other])) {
                continue;
            }
            let end = declared
                .expires_on
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
    /// usage category, which it has renewed if that has ended or will once it begins.
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

    /// What people and the register say of it.
    fn state_by_people(&self, item: &CertificateItem) -> LifecycleState {
        if self.holder(item).is_some_and(|holder| is_out(holder, self.today)) {
            return LifecycleState::LeftOver;
        }
        let in_force = self.marks(item).filter(|mark| mark.holds_on(self.today));
        // What was done before it began was done about the one before it.
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

    /// Takes in a certificate that lies somewhere (`present`), or once did.
    fn take(&mut self, facts: &CertificateFacts, present: bool) {
        if facts.role != CertificateRole::EndEntity || facts.places.is_empty() {
            return;
        }
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
        let friendly = place.friendly_name.clone().filter(|name| !name.contains('='));
        let mut item = CertificateItem {
            thing: Subject::Certificate(facts.certificate.sha256),
            serial: facts.certificate.serial.to_string(),
            name: match facts.holder {
                Some(holder) => holder.name.clone(),
                None => friendly.unwrap_or_else(|| facts.certificate.subject.common()),
            },
            path: place.path.clone(),
            holder,
            category: facts.holding.category.clone(),
            generation: facts.verdict.generation.clone(),
            authority: self.policy.authorities.iter().position(|one| one.subject == authority.subject),
            begins: facts.issued_on,
            ends,
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
        if revoked || !present && self.has_expired(&item) {
            item.state = LifecycleState::LeftOver;
        }
        self.items.push(item);
    }
}

/// Whether a holder needs no certificate on a day: it is closed, has moved to an agent, or is looked
/// after by somebody else.
pub(super) fn is_out(holder: &Holder, day: Day) -> bool {
    let out = [HolderStatus::Closed, HolderStatus::ManagedElsewhere, HolderStatus::MovedToAgent];
    out.contains(&status_on(holder, Some(day)))
}

impl AuditSink for Certificates<'_> {
    fn begin(&mut self, _: &AuditHead) -> io::Result<()> {
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.take(&record.facts, true);
        Ok(())
    }

    fn gone(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.take(&record.facts, false);
        Ok(())
    }

    fn unreadable(&mut self, _: &UnreadableFile) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: Option<&str>, _: &JudgedFinding) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        Ok(())
    }
}
