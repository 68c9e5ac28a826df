//! Coverage: which providers and services can submit claims in a claim period.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::binding::OwnerIndex;
use super::pattern::NAMED;
use super::period::{TimeSpans, clip, cover, days, merged, rest};
use super::{
    CertificateProfile, ClaimPeriod, CoverageReason, CoverageRemark, HoldingInputs, KeyState, MatchBasis,
    OwnerAndCategory, ProfilesByHolder, RemarkKind,
};
use crate::calendar::{Day, Instant, add_months};
use crate::locale::Lang;
use crate::register::{Holder, HolderKey, HolderKind, HolderStatus, ServiceLine};
use crate::trust::TrustStatus;
use time::Duration;

/// A provider number and service for which a holder submits claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimUnit {
    /// The provider number; none where the register has none.
    pub provider_number: Option<String>,
    /// The id of the service; none where the register has none.
    pub service: Option<String>,
    /// Who submits the claims in the period: the holder itself or its agents, by key.
    pub through: Vec<HolderKey>,
    /// Its coverage.
    pub coverage: Coverage,
    /// The first day on which claims can be submitted, where that is not the period's first.
    pub from: Option<Day>,
    /// The last day on which claims can, or possibly can, be submitted, where that is not the
    /// period's last.
    pub until: Option<Day>,
    /// What else stands in the way or is to be done in time, though a certificate is there.
    pub remarks: Vec<CoverageRemark>,
}

impl ClaimUnit {
    /// The unit where there is no register, so that the services are unknown.
    pub fn without_register() -> ClaimUnit {
        let coverage = Coverage::Unknown(vec![CoverageReason::NoRegister]);
        ClaimUnit {
            provider_number: None,
            service: None,
            through: Vec::new(),
            coverage,
            from: None,
            until: None,
            remarks: Vec::new(),
        }
    }

    /// The shortest way out of a reason, as people read it.
    pub fn way_out(&self, reason: CoverageReason, lang: Lang) -> String {
        match (reason, self.until) {
            (CoverageReason::EndsWithin, Some(day)) => reason.way_out().fill(lang, &[("until", &day)]),
            // Without a day nothing is known of how long it lasts.
            (CoverageReason::EndsWithin, None) => CoverageReason::Expired.way_out().get(lang).to_string(),
            _ => reason.way_out().get(lang).to_string(),
        }
    }
}

/// Whether claims can be submitted. Never two-valued.
///
/// Claims go in on any day of the period, so that one day is enough: they cannot only where no
/// moment of the period is left on which they possibly could.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// They can, up to the end of the period.
    Can,
    /// They can until [`ClaimUnit::until`], which is before the end of the period.
    CanUntil(Vec<CoverageReason>),
    /// It cannot be determined.
    Unknown(Vec<CoverageReason>),
    /// They cannot.
    Cannot(Vec<CoverageReason>),
}

impl Coverage {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Coverage::Can => "can",
            Coverage::CanUntil(_) => "can-until",
            Coverage::Unknown(_) => "unknown",
            Coverage::Cannot(_) => "cannot",
        }
    }

    /// The reasons, unless claims can be submitted up to the end of the period.
    pub fn reasons(&self) -> &[CoverageReason] {
        match self {
            Coverage::Can => &[],
            Coverage::CanUntil(reasons) | Coverage::Unknown(reasons) | Coverage::Cannot(reasons) => reasons,
        }
    }
}

/// The coverage of every holder of the register in the claim period.
pub(super) fn units(
    inputs: &HoldingInputs,
    owners: &[OwnerAndCategory],
    by_holder: &ProfilesByHolder,
) -> Vec<Vec<ClaimUnit>> {
    let Some(period) = inputs.period else { return vec![Vec::new(); by_holder.len()] };
    let mut office = Coverer::of(inputs, owners, by_holder, period);
    inputs.office.holders.iter().enumerate().map(|(i, holder)| office.units(i, holder)).collect()
}

/// Whether the holder is closed or managed elsewhere.
fn is_out_on(holder: &Holder, day: Option<Day>) -> bool {
    matches!(status_on(holder, day), HolderStatus::Closed | HolderStatus::ManagedElsewhere)
}

/// The status of a holder on a day: active before its status begins.
pub fn status_on(holder: &Holder, day: Option<Day>) -> HolderStatus {
    match (holder.status_since, day) {
        (Some(since), Some(day)) if since > day => HolderStatus::Active,
        _ => holder.status,
    }
}

/// Who submits the claims for a unit in a part of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Biller {
    /// This holder's certificates count.
    Holder(usize),
    /// Unknown, or nobody.
    Nobody(CoverageReason),
}

/// What the certificates of a biller allow.
#[derive(Clone, Debug, Default)]
struct BillerCertificates {
    /// The latest expiry of those that it possibly can use.
    end: Option<Instant>,
    /// It has none that was found, only one that the register declares.
    declared_only: bool,
    /// When it certainly can submit claims.
    proven: Vec<TimeSpans>,
    /// When it can or possibly can.
    possible: Vec<TimeSpans>,
    /// Why it only possibly can.
    doubts: Vec<CoverageReason>,
    /// Why the best certificate is not enough.
    nearest: Vec<CoverageReason>,
    /// Certificates of its own were found, whatever they allow.
    has_own: bool,
}

struct Coverer<'a> {
    inputs: &'a HoldingInputs<'a>,
    by_holder: &'a ProfilesByHolder,
    period: ClaimPeriod,
    agents: HashSet<(&'a str, &'a str)>,
    unmatched: UnmatchedCertificates<'a>,
    means: HashMap<(Biller, Option<&'a str>), BillerCertificates>,
}

impl<'a> Coverer<'a> {
    fn of(
        inputs: &'a HoldingInputs<'a>,
        owners: &'a [OwnerAndCategory],
        by_holder: &'a ProfilesByHolder,
        period: ClaimPeriod,
    ) -> Coverer<'a> {
        let lines = inputs.office.holders.iter().flat_map(|holder| holder.lines.iter().map(move |line| (holder, line)));
        let agents =
            lines.filter_map(|(holder, line)| Some((holder.key.register.as_str(), line.agent.as_ref()?.id.as_str())));
        let unmatched = UnmatchedCertificates::of(inputs, owners);
        Coverer { inputs, by_holder, period, agents: agents.collect(), unmatched, means: HashMap::new() }
    }

    fn whole(&self) -> TimeSpans {
        (self.period.from, self.period.until)
    }

    fn units(&mut self, i: usize, holder: &'a Holder) -> Vec<ClaimUnit> {
        if is_out_on(holder, Some(self.period.first)) {
            return Vec::new();
        }
        let mut grouped: BTreeMap<(Option<&str>, Option<&str>), Vec<&'a ServiceLine>> = BTreeMap::new();
        for line in &holder.lines {
            let key = (line.provider_number.as_deref(), line.service.as_deref());
            grouped.entry(key).or_default().push(line);
        }
        if grouped.is_empty() && self.bills_for_itself(holder) {
            grouped.insert((None, None), Vec::new());
        }
        let unit =
            |((number, service), lines): (_, Vec<&'a ServiceLine>)| self.unit(i, holder, number, service, &lines);
        grouped.into_iter().map(unit).collect()
    }

    /// Whether a holder without lines should have some: agents claim for others, and a holder that
    /// has moved to an agent no longer claims.
    fn bills_for_itself(&self, holder: &Holder) -> bool {
        let key = (holder.key.register.as_str(), holder.key.id.as_str());
        let agent = holder.kind == Some(HolderKind::Agent) || self.agents.contains(&key);
        !agent && status_on(holder, Some(self.period.first)) != HolderStatus::MovedToAgent
    }

    fn unit(
        &mut self,
        i: usize,
        holder: &Holder,
        number: Option<&'a str>,
        service: Option<&'a str>,
        lines: &[&ServiceLine],
    ) -> ClaimUnit {
        let billers = self.billers(i, holder, lines);
        let through = billers.iter().filter_map(|(biller, _)| match biller {
            Biller::Holder(j) => Some(self.inputs.office.holders[*j].key.clone()),
            Biller::Nobody(_) => None,
        });
        let mut through: Vec<HolderKey> = through.collect();
        through.dedup();
        let asked = !self.inputs.policy.holders.services.is_empty();
        let missing = [
            number.is_none().then_some(CoverageReason::NumberMissing),
            (asked && service.is_none()).then_some(CoverageReason::ServiceMissing),
        ];
        let missing: Vec<CoverageReason> = missing.into_iter().flatten().collect();
        let (coverage, open) = match missing.is_empty() {
            true => self.coverage(&billers, service),
            false => (Coverage::Unknown(missing), None),
        };
        let zone = self.inputs.policy.zone;
        let open = open.unwrap_or(self.whole());
        let from = (open.0 > self.period.from).then(|| zone.day(open.0)).flatten();
        let until = (open.1 < self.period.until).then(|| self.last_day(open.1)).flatten();
        let remarks = self.remarks(&billers, service, &coverage);
        let (provider_number, service) = (number.map(Into::into), service.map(Into::into));
        ClaimUnit { provider_number, service, through, coverage, from, until, remarks }
    }

    /// The last day that is whole up to `end`; of the first day of the period, its part is enough.
    fn last_day(&self, end: Instant) -> Option<Day> {
        let zone = self.inputs.policy.zone;
        let day = zone.day(end)?;
        let next = zone.day(end.checked_add(Duration::SECOND)?)?;
        match next > day || day == self.period.first {
            true => Some(day),
            false => day.previous_day(),
        }
    }

    /// What else is to be known of those who submit the claims.
    fn remarks(
        &mut self,
        billers: &[(Biller, TimeSpans)],
        service: Option<&'a str>,
        coverage: &Coverage,
    ) -> Vec<CoverageRemark> {
        let mut remarks = Vec::new();
        for (biller, _) in billers {
            let Biller::Holder(j) = biller else { continue };
            let holder = &self.inputs.office.holders[*j];
            remarks.extend(password(self.inputs, holder, self.period));
            let can = matches!(coverage, Coverage::Can | Coverage::CanUntil(_));
            if let (true, Some(notices)) = (can, self.notices_until()) {
                let end = self.means(*biller, service).end;
                let ends = end.filter(|end| *end < notices).and_then(|end| self.inputs.policy.zone.day(end));
                remarks.extend(ends.map(|on| CoverageRemark { kind: RemarkKind::Notices, by: holder.key.clone(), on }));
            }
        }
        remarks.sort();
        remarks.dedup();
        remarks
    }

    /// The last second in which the notices on the claims of the period are fetched.
    fn notices_until(&self) -> Option<Instant> {
        let day = self.inputs.policy.holders.notices_day?.value.day;
        let last = self.period.last;
        let day = last.replace_day(day.min(last.month().length(last.year()))).ok()?;
        // A day before the end of the claim period is one of the next month.
        let day = if day > last { day } else { add_months(day, 1)? };
        Some(days(self.inputs.policy.zone, None, Some(day)).1)
    }

    /// Who claims when: agents in their periods, the holder itself in the rest.
    fn billers(&self, i: usize, holder: &Holder, lines: &[&ServiceLine]) -> Vec<(Biller, TimeSpans)> {
        let agents = lines.iter().filter_map(|line| line.agent.as_ref());
        let mut billers: Vec<(Biller, TimeSpans)> = Vec::new();
        for agent in agents {
            let span = clip(days(self.inputs.policy.zone, agent.from, agent.until), self.whole());
            billers.extend(span.map(|span| (self.agent(&holder.key.register, &agent.id), span)));
        }
        let taken = merged(billers.iter().map(|(_, span)| *span).collect());
        let own = match status_on(holder, Some(self.period.first)) {
            HolderStatus::MovedToAgent => Biller::Nobody(CoverageReason::AgentUnnamed),
            _ => Biller::Holder(i),
        };
        billers.extend(rest(&taken, self.whole()).into_iter().map(|span| (own, span)));
        billers
    }

    fn agent(&self, register: &str, id: &str) -> Biller {
        let holders = &self.inputs.office.holders;
        match position(holders, register, id).map(|j| (j, status_on(&holders[j], Some(self.period.first)))) {
            None => Biller::Nobody(CoverageReason::AgentUnknown),
            Some((_, HolderStatus::Closed)) => Biller::Nobody(CoverageReason::AgentClosed),
            Some((_, HolderStatus::ManagedElsewhere)) => Biller::Nobody(CoverageReason::ManagedElsewhere),
            Some((j, _)) => Biller::Holder(j),
        }
    }

    /// The coverage of the period, and its part in which claims can, or possibly can, be submitted.
    fn coverage(&mut self, billers: &[(Biller, TimeSpans)], service: Option<&'a str>) -> (Coverage, Option<TimeSpans>) {
        let (mut proven, mut possible) = (Vec::new(), Vec::new());
        let (mut doubts, mut faults) = (BTreeSet::new(), BTreeSet::new());
        let mut declared_only = false;
        for (biller, span) in billers {
            let means = self.means(*biller, service);
            let parts = |spans: &[TimeSpans]| spans.iter().filter_map(|part| clip(*part, *span)).collect::<Vec<_>>();
            proven.extend(parts(&means.proven));
            possible.extend(parts(&means.possible));
            declared_only |= means.declared_only;
            if !cover(&means.proven, *span) {
                doubts.extend(means.doubts.iter().copied());
            }
            if !cover(&means.possible, *span) {
                faults.extend(means.nearest.iter().copied());
            }
        }
        // Different billers may cover different parts of the period, as an agent takes over or
        // leaves within it.
        let (proven, possible) = (merged(proven), merged(possible));
        let open = |spans: &[TimeSpans]| spans.first().zip(spans.last()).map(|(first, last)| (first.0, last.1));
        let end = self.whole().1;
        match (open(&proven), open(&possible)) {
            // A gap before the end costs days, not the claims.
            (Some(open), _) if open.1 >= end => (Coverage::Can, Some(open)),
            (Some(open), _) => {
                faults.extend(doubts);
                (Coverage::CanUntil(faults.into_iter().collect()), Some(open))
            }
            (None, Some(open)) => {
                // What is missing at the end of the period counts; a late beginning does not.
                doubts.extend((open.1 < end).then_some(CoverageReason::EndsWithin));
                (Coverage::Unknown(doubts.into_iter().collect()), Some(open))
            }
            // What the register alone declares may have been renewed since: it is no proof.
            (None, None) if declared_only => {
                faults.insert(CoverageReason::Declared);
                (Coverage::Unknown(faults.into_iter().collect()), None)
            }
            (None, None) => (Coverage::Cannot(faults.into_iter().collect()), None),
        }
    }

    fn means(&mut self, biller: Biller, service: Option<&'a str>) -> &BillerCertificates {
        let (inputs, whole, by_holder) = (self.inputs, self.whole(), self.by_holder);
        let unmatched = &mut self.unmatched;
        self.means.entry((biller, service)).or_insert_with(|| match biller {
            Biller::Holder(j) => {
                BillerCertificates::of(inputs, &inputs.office.holders[j], &by_holder[j], service, whole)
                    .or_unmatched(unmatched.possible(inputs, j, service, whole), whole)
            }
            Biller::Nobody(reason) => BillerCertificates::of_nobody(reason, whole),
        })
    }
}

/// A certificate or declaration, assessed for one service.
#[derive(Debug)]
struct AssessedCertificate {
    span: TimeSpans,
    faults: Vec<CoverageReason>,
    doubts: Vec<CoverageReason>,
}

impl BillerCertificates {
    /// The same, where certificates that are matched to no holder might be its own.
    fn or_unmatched(mut self, unmatched: Vec<TimeSpans>, whole: TimeSpans) -> BillerCertificates {
        // Whoever has a certificate is answered for by it: otherwise one stray file would leave nobody
        // who cannot submit claims.
        if !self.has_own && !unmatched.is_empty() && !cover(&self.possible, whole) {
            self.possible = merged(self.possible.into_iter().chain(unmatched).collect());
            self.doubts.push(CoverageReason::Unmatched);
        }
        self
    }

    fn of_nobody(reason: CoverageReason, whole: TimeSpans) -> BillerCertificates {
        match reason {
            CoverageReason::AgentClosed => {
                BillerCertificates { nearest: vec![reason], ..BillerCertificates::default() }
            }
            // What is unknown about an agent leaves the claims possible; only a closed agent
            // certainly cannot claim.
            _ => BillerCertificates { possible: vec![whole], doubts: vec![reason], ..BillerCertificates::default() },
        }
    }

    fn of(
        inputs: &HoldingInputs,
        holder: &Holder,
        profiles: &[(usize, OwnerAndCategory)],
        service: Option<&str>,
        whole: TimeSpans,
    ) -> BillerCertificates {
        let profiles = profiles.iter().map(|(i, owned)| (&inputs.profiles[*i], owned));
        let assessed = profiles.clone().filter(|(profile, owned)| counts_for_coverage(profile, owned));
        let mut assessed: Vec<AssessedCertificate> =
            assessed.map(|(profile, owned)| assess(inputs, profile, owned, service)).collect();
        let has_own = !assessed.is_empty();
        let found = assessed.iter().map(|one| one.span.1).max();
        let declared = declared(inputs, holder, profiles.map(|(profile, _)| profile));
        let declared_only = declared.as_ref().is_some_and(|one| found.is_none_or(|found| found < one.span.1));
        assessed.extend(declared);
        let spans = |is: fn(&AssessedCertificate) -> bool| {
            let fitting = assessed.iter().filter(|one| is(one));
            merged(fitting.filter_map(|one| clip(one.span, whole)).collect())
        };
        let possible = spans(|one| one.faults.is_empty());
        let doubts = assessed.iter().filter(|one| one.faults.is_empty() && clip(one.span, whole).is_some());
        let mut doubts: Vec<CoverageReason> = doubts.flat_map(|one| one.doubts.iter().copied()).collect();
        doubts.sort_unstable();
        doubts.dedup();
        let proven = spans(|one| one.faults.is_empty() && one.doubts.is_empty());
        let end = assessed.iter().filter(|one| one.faults.is_empty()).map(|one| one.span.1).max();
        BillerCertificates { end, declared_only, proven, possible, doubts, nearest: nearest(&assessed, whole), has_own }
    }
}

/// Valid certificates that are matched to no holder: each may be anybody's, or one of its
/// candidates'.
struct UnmatchedCertificates<'a> {
    anybodys: Vec<(usize, &'a OwnerAndCategory)>,
    candidates: HashMap<usize, Vec<(usize, &'a OwnerAndCategory)>>,
    /// When claims may be possible with those that may be anybody's, by service.
    spans: HashMap<Option<&'a str>, Vec<TimeSpans>>,
}

impl<'a> UnmatchedCertificates<'a> {
    fn of(inputs: &HoldingInputs, owners: &'a [OwnerAndCategory]) -> UnmatchedCertificates<'a> {
        let (mut anybodys, mut candidates) = (Vec::new(), HashMap::<usize, Vec<_>>::new());
        let open = owners.iter().enumerate().filter(|(i, _)| inputs.profiles[*i].may_be_in_use(inputs.at));
        for (i, owned) in open {
            match &owned.owner {
                OwnerIndex::Unknown => anybodys.push((i, owned)),
                // No more candidates than these are listed, so that it may be another's too.
                OwnerIndex::Ambiguous(holders) if holders.len() >= NAMED => anybodys.push((i, owned)),
                OwnerIndex::Ambiguous(holders) => {
                    holders.iter().for_each(|one| candidates.entry(*one).or_default().push((i, owned)));
                }
                _ => {}
            }
        }
        UnmatchedCertificates { anybodys, candidates, spans: HashMap::new() }
    }

    /// When a holder might submit claims with one of them.
    fn possible(
        &mut self,
        inputs: &HoldingInputs,
        holder: usize,
        service: Option<&'a str>,
        whole: TimeSpans,
    ) -> Vec<TimeSpans> {
        let spans = |list: &[(usize, &OwnerAndCategory)]| {
            let assessed = list.iter().map(|(i, owned)| assess(inputs, &inputs.profiles[*i], owned, service));
            let usable = assessed.filter(|one| one.faults.is_empty());
            merged(usable.filter_map(|one| clip(one.span, whole)).collect())
        };
        // Once for all holders: their number times that of the certificates would be too much.
        let mut possible = self.spans.entry(service).or_insert_with(|| spans(&self.anybodys)).clone();
        if let Some(own) = self.candidates.get(&holder) {
            possible.extend(spans(own));
        }
        possible
    }
}

/// The remark on the system password of a biller: it has expired, or expires by the end of the
/// period. None where the day of its last change is unknown.
fn password(inputs: &HoldingInputs, holder: &Holder, period: ClaimPeriod) -> Option<CoverageRemark> {
    let life = inputs.policy.holders.password_days?.value;
    let on = inputs.office.password_changed(holder)?.checked_add(Duration::days(life))?;
    // Whether the password still works on that day itself no source says: it counts as expired.
    let kind = match inputs.policy.zone.day(inputs.at)? {
        today if on <= today => RemarkKind::PasswordExpired,
        _ if on <= period.last => RemarkKind::PasswordExpires,
        _ => return None,
    };
    Some(CoverageRemark { kind, by: holder.key.clone(), on })
}

/// Whether a certificate counts for its holder's coverage. An untrusted one does not, since anybody
/// can make one; unless it was revoked, which only its CA can do, or was assigned to the holder by
/// hand.
fn counts_for_coverage(profile: &CertificateProfile, owned: &OwnerAndCategory) -> bool {
    profile.is_held()
        && (profile.status != TrustStatus::Untrusted
            || profile.revoked
            || matches!(owned.owner, OwnerIndex::Known(_, MatchBasis::ByHand)))
}

fn assess(
    inputs: &HoldingInputs,
    profile: &CertificateProfile,
    owned: &OwnerAndCategory,
    service: Option<&str>,
) -> AssessedCertificate {
    let (mut faults, mut doubts) = (Vec::new(), Vec::new());
    match profile.status {
        _ if profile.revoked => faults.push(CoverageReason::Revoked),
        TrustStatus::Untrusted => faults.push(CoverageReason::Untrusted),
        TrustStatus::Undetermined => doubts.push(CoverageReason::Undetermined),
        TrustStatus::Trusted => {}
    }
    match profile.key {
        // A file that was deleted after installation leaves its certificate in the computer's own
        // store.
        _ if !profile.present => doubts.push(CoverageReason::Gone),
        // What cannot be read of it, the key above all, may be there in the computer's own store.
        _ if profile.is_damaged() => doubts.push(CoverageReason::FileDamaged),
        KeyState::Matching => {}
        KeyState::Absent => faults.push(CoverageReason::KeyAbsent),
        KeyState::Mismatched => faults.push(CoverageReason::KeyMismatched),
        KeyState::NotExamined => doubts.push(CoverageReason::KeyNotExamined),
        KeyState::Bare => doubts.push(CoverageReason::BareCertificate),
    }
    let categories = &inputs.policy.holders.categories;
    match (owned.category, service) {
        (Some(category), Some(service)) if !categories[category].bills_for(service) => {
            faults.push(CoverageReason::CategoryUnfit)
        }
        // Without categories in the policy there is nothing that a certificate could be unfit for.
        (None, Some(_)) if !categories.is_empty() => doubts.push(CoverageReason::CategoryUnknown),
        _ => {}
    }
    let span = (profile.begins.unwrap_or(Instant::MIN), profile.ends.unwrap_or(Instant::MAX));
    if profile.begins.is_none() || profile.ends.is_none() {
        doubts.push(CoverageReason::Undetermined);
    }
    AssessedCertificate { span, faults, doubts }
}

/// The declaration of the register, until the trusted certificate that it means is found.
fn declared<'c>(
    inputs: &HoldingInputs,
    holder: &Holder,
    mut profiles: impl Iterator<Item = &'c CertificateProfile<'c>>,
) -> Option<AssessedCertificate> {
    let declared = holder.declared.as_ref()?;
    let seen = |profile: &CertificateProfile| {
        let is_same_serial = declared.serial.as_ref() == Some(profile.serial);
        profile.counts() && declared.means(is_same_serial, profile.last_day(inputs.policy.zone), profile.root_ends)
    };
    if profiles.any(seen) || (declared.serial.is_none() && declared.expires_on.is_none()) {
        return None;
    }
    let span = days(inputs.policy.zone, None, declared.expires_on);
    Some(AssessedCertificate { span, faults: Vec::new(), doubts: vec![CoverageReason::Declared] })
}

/// Why the best certificate is not enough: the one with the fewest faults, of those the one that is
/// valid longest.
fn nearest(assessed: &[AssessedCertificate], whole: TimeSpans) -> Vec<CoverageReason> {
    let faults = |one: &AssessedCertificate| {
        let mut faults = one.faults.clone();
        faults.extend(untimely(one.span, whole));
        faults
    };
    let nearest = assessed.iter().map(|one| (faults(one), one.span.1));
    // One fault tells people what to correct; the faults of all old certificates together would
    // not.
    let nearest = nearest.min_by_key(|(faults, end)| (faults.len(), std::cmp::Reverse(*end)));
    nearest.map_or(vec![CoverageReason::NoCertificate], |(faults, _)| faults)
}

/// What is wrong with the time of a certificate; one that begins late but lasts is not.
fn untimely(span: TimeSpans, whole: TimeSpans) -> Option<CoverageReason> {
    match span {
        (_, end) if end < whole.0 => Some(CoverageReason::Expired),
        (start, _) if start > whole.1 => Some(CoverageReason::NotYetValid),
        (_, end) if end < whole.1 => Some(CoverageReason::EndsWithin),
        _ => None,
    }
}

/// For every holder: the services for which it claims, for itself or as an agent, and for which
/// none of its valid trusted certificates is usable. Empty where it has a valid certificate of
/// unknown usage category, or none at all.
pub(super) fn unserved<'a>(inputs: &'a HoldingInputs, by_holder: &ProfilesByHolder) -> Vec<Vec<&'a str>> {
    let wanted = wanted(inputs);
    let categories = &inputs.policy.holders.categories;
    let of_holder = by_holder.iter().zip(wanted).map(|(profiles, wanted)| {
        let living = profiles.iter().filter(|(i, _)| inputs.profiles[*i].lives(inputs.at));
        let living: BTreeSet<Option<usize>> = living.map(|(_, owned)| owned.category).collect();
        if living.is_empty() || living.contains(&None) {
            return Vec::new();
        }
        let served = |service: &str| living.iter().flatten().any(|category| categories[*category].serves(service));
        wanted.into_iter().filter(|service| !served(service)).collect()
    });
    of_holder.collect()
}

/// For every holder: the services for which it claims on the last day of the claim period, and what
/// else it uses its certificate for.
fn wanted<'a>(inputs: &'a HoldingInputs) -> Vec<BTreeSet<&'a str>> {
    let holders = &inputs.office.holders;
    let mut wanted = vec![BTreeSet::new(); holders.len()];
    let day = inputs.period.map(|period| period.last).or(inputs.policy.zone.day(inputs.at));
    for (i, holder) in holders.iter().enumerate().filter(|(_, holder)| !is_out_on(holder, day)) {
        wanted[i].extend(holder.uses.iter().map(String::as_str));
        for line in &holder.lines {
            let agent = line.agent.as_ref().filter(|agent| agent.claims_on(day));
            let biller = agent.map_or(Some(i), |agent| position(holders, &holder.key.register, &agent.id));
            if let Some((biller, service)) = biller.zip(line.service.as_deref()) {
                wanted[biller].insert(service);
            }
        }
    }
    wanted
}

/// The index of the holder with this ID in this register.
fn position(holders: &[Holder], register: &str, id: &str) -> Option<usize> {
    holders.binary_search_by(|one| (one.key.register.as_str(), one.key.id.as_str()).cmp(&(register, id))).ok()
}
