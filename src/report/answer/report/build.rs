//! From the records and the lifecycle to a report.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use super::{ChartBar, Counts, CoverageCounts, FiscalYear, Report, ReportRows, people};
use crate::audit::facts::CertificateFacts;
use crate::audit::holding::{self, ClaimPeriod, ClaimUnit, HolderMatch};
use crate::audit::{AuditHead, AuditSink, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile};
use crate::calendar::Day;
use crate::certificate::{CertificateRole, hex};
use crate::lifecycle::expiry::{Nearness, nearness};
use crate::lifecycle::{
    CertificateItem, Certificates, Fees, LateReason, LifecycleState, PlanOutcome, RenewalPlan, fiscal_year,
};
use crate::locale::{Lang, Text};
use crate::register::{Holder, HolderKey};
use crate::report::answer::coverage::UNIT_LISTS;
use crate::report::answer::lifecycle::{FeesReport, PlanReport, View};
use crate::report::layout::severity_of;
use crate::report::letter;
use crate::report::list::PolicyLine;
use crate::report::list::certificate::CertificateRow;
use crate::report::list::change::ChangeRow;
use crate::report::list::change::Changed;
use crate::report::list::coverage::{SubjectUnits, UnitRow};
use crate::report::list::fee::month_of;
use crate::report::list::finding::FindingRow;
use crate::report::list::holder::HolderRef;
use crate::report::list::plan::PlanRow;
use crate::report::scope::{Excluded, Scope, Stray};

/// Takes the records of a judgement, for the lifecycle and for the report.
#[derive(Debug)]
pub struct Gathering<'a> {
    /// What the lifecycle plans for.
    pub fleet: Certificates<'a>,
    lang: Lang,
    scope: Scope,
    period: Option<ClaimPeriod>,
    seen: Vec<Seen>,
    subjects: SubjectUnits,
    /// Units, and the certificates of each where there is no register.
    units: Vec<(Whose, UnitRow, Vec<[u8; 32]>)>,
    /// Findings, and the certificate of each where it is about one.
    findings: Vec<(Whose, FindingRow, Option<[u8; 32]>)>,
    has_no_register: bool,
    unreadable: Vec<Whose>,
}

/// A certificate of the judgement, and its row.
#[derive(Debug)]
struct Seen {
    sha256: [u8; 32],
    whose: Whose,
    row: CertificateRow,
}

/// What the scope selects.
struct Selection {
    /// The certificates: by the holder, and by the computer where that is asked.
    certificates: HashSet<[u8; 32]>,
    /// The holders of those.
    holders: HashSet<usize>,
}

/// The holder of something.
#[derive(Clone, Debug)]
enum Whose {
    /// The holder's at this place of the register.
    Holder(usize),
    /// Nobody's that the register knows: a name for it.
    Name(String),
}

impl<'a> Gathering<'a> {
    /// Nothing yet, for a fleet without certificates.
    pub fn new(lang: Lang, scope: Scope, fleet: Certificates<'a>) -> Gathering<'a> {
        Gathering {
            fleet,
            lang,
            scope,
            period: None,
            seen: Vec::new(),
            subjects: SubjectUnits::default(),
            units: Vec::new(),
            findings: Vec::new(),
            has_no_register: false,
            unreadable: Vec::new(),
        }
    }

    /// Whether the scope includes this holder, or what has no holder.
    fn holds(&self, whose: &Whose) -> bool {
        match whose {
            Whose::Holder(at) => self.fleet.office.holders.get(*at).is_some_and(|holder| self.scope.holds(holder)),
            Whose::Name(_) => !self.scope.asks_register(),
        }
    }

    fn whose(&self, facts: &CertificateFacts) -> Whose {
        let holders = &self.fleet.office.holders;
        let at = facts.holder.and_then(|holder| holders.binary_search_by(|one| one.key.cmp(&holder.key)).ok());
        at.map_or_else(|| Whose::Name(facts.name()), Whose::Holder)
    }

    /// Keeps a finding, with its host and path where it has some.
    fn found(&mut self, whose: &Whose, finding: &JudgedFinding, place: (&str, &str), sha256: Option<[u8; 32]>) {
        let row = FindingRow {
            severity: finding.severity,
            rule: finding.rule,
            holder: self.holder_ref(whose),
            message: finding.message(self.lang),
            remedy: finding.remedy(self.lang),
            host: place.0.into(),
            path: place.1.into(),
            sha256: sha256.map(|sha256| hex(&sha256)).unwrap_or_default(),
            policy_line: finding.policy_line.clone().map(PolicyLine::Of),
        };
        self.findings.push((whose.clone(), row, sha256));
    }

    /// Whose a row is.
    fn holder_ref(&self, whose: &Whose) -> HolderRef {
        match whose {
            Whose::Holder(at) => self.fleet.office.holders.get(*at).map(HolderRef::of).unwrap_or_default(),
            Whose::Name(name) => HolderRef::unknown(name),
        }
    }

    /// The report, with the plan and the fees of the fleet, which is settled. Letters are about what
    /// expires within so many days; none: the policy's widest tier.
    pub fn report(&self, plan: &RenewalPlan, fees: &Fees, as_of: Option<Day>, within: Option<i64>) -> Report {
        let view = View { lang: self.lang, fleet: &self.fleet, as_of };
        let told = self.selection();
        let (coverage, units) = self.coverage(&told);
        let findings = self.finding_rows(&told);
        let mut counts = self.counts(&told, &findings);
        let items: Vec<bool> = self.fleet.items.iter().map(|item| self.holds_item(item, &told)).collect();
        let entries = || plan.entries.iter().filter(|entry| items[entry.item]);
        let answer = PlanReport::new(view, plan).within(within);
        let planned: Vec<PlanRow> = entries().map(|entry| answer.row(entry)).collect();
        for entry in entries() {
            match entry.outcome {
                PlanOutcome::Cannot(LateReason::EndUnknown, _) => counts.end_unknown += 1,
                PlanOutcome::Cannot(..) => counts.unplaced += 1,
                PlanOutcome::NoMargin(..) => counts.no_margin += 1,
                PlanOutcome::Apply { .. } => counts.apply += 1,
                PlanOutcome::Awaited { .. } => counts.awaited += 1,
                PlanOutcome::Later(_) => {}
            }
        }
        let is_history = |item: &CertificateItem| item.state == LifecycleState::History;
        counts.history =
            self.fleet.items.iter().zip(&items).filter(|(item, told)| **told && is_history(item)).count() as u64;
        let concern = || self.fleet.items.iter().zip(&items).filter(|(item, told)| **told && item.state.concerns());
        for (item, _) in concern() {
            match nearness(&self.fleet, item) {
                Nearness::Lapsed => counts.lapsed += 1,
                Nearness::Tier(days) => *counts.tiers.entry(days).or_default() += 1,
                Nearness::Later | Nearness::Unknown => {}
            }
        }
        let letters = letter::letters(&self.fleet, entries(), &planned, self.lang);
        let expiry = expiry_bars(concern().map(|(item, _)| item), &view);
        let paid = FeesReport::new(view, fees, crate::report::FeesBy::FiscalYear, &plan.assumed);
        let charges = fees.charges.iter().filter(|charge| items[charge.item]);
        let (charged, years) = (charges.map(|charge| paid.row(charge)).collect(), fiscal_years(fees, &items));
        let mut notes = answer.notes();
        notes.extend(paid.notes());
        let excluded = (!self.scope.is_all()).then(|| Excluded {
            certificates: (self.seen.len() - told.certificates.len()) as u64,
            unregistered: self.unregistered(&told),
            units: (self.units.len() - units.len()) as u64,
            findings: (self.findings.len() - findings.len()) as u64,
            renewals: (plan.entries.len() - planned.len()) as u64,
            changes: 0,
        });
        notes.extend(excluded.map(|excluded| excluded.sentence(self.lang)));
        let policy = self.fleet.policy;
        let title = policy.title.get(self.lang).to_string();
        Report {
            lang: self.lang,
            at: self.fleet.at,
            today: self.fleet.today,
            as_of,
            zone: policy.zone,
            policy: (policy.name.clone(), policy.file.clone(), title),
            scope: self.scope.words(self.lang),
            excluded,
            coverage,
            generations: self.generations(&told),
            counts,
            expiry,
            fees: years,
            notes,
            unfinished: Vec::new(),
            since: None,
            people: people::recipients(&self.fleet, plan, &items),
            rows: ReportRows {
                units,
                plan: planned,
                findings,
                certificates: self.told_of(&told).map(|seen| seen.row.clone()).collect(),
                fees: charged,
                changes: None,
            },
            is_anonymous: false,
            letters,
            desks: policy.desks.clone(),
        }
    }

    /// A value of the scope that nothing bears of all that there is.
    pub fn stray(&self) -> Option<Stray> {
        let hosts = self.seen.iter().flat_map(|seen| seen.row.hosts.iter().map(String::as_str)).collect();
        self.scope.stray(&self.fleet.office.holders, &hosts)
    }

    fn selection(&self) -> Selection {
        let is_all = self.scope.host.is_none();
        let here = |seen: &Seen| is_all || seen.row.hosts.iter().any(|host| self.scope.is_host(host));
        let mut told = Selection { certificates: HashSet::new(), holders: HashSet::new() };
        for seen in self.seen.iter().filter(|seen| self.holds(&seen.whose) && here(seen)) {
            told.certificates.insert(seen.sha256);
            if let Whose::Holder(at) = seen.whose {
                told.holders.insert(at);
            }
        }
        told
    }

    /// Certificates without a holder that the scope leaves out.
    fn unregistered(&self, told: &Selection) -> u64 {
        let left_out = self.seen.iter().filter(|seen| !told.certificates.contains(&seen.sha256));
        left_out.filter(|seen| matches!(seen.whose, Whose::Name(_))).count() as u64
    }

    /// Whether a holder is included where the scope names a computer: it has a certificate there.
    fn lies_there(&self, whose: &Whose, told: &Selection) -> bool {
        let has = |at: &usize| told.holders.contains(at);
        self.scope.host.is_none() || matches!(whose, Whose::Holder(at) if has(at))
    }

    fn holds_unit(&self, whose: &Whose, certificates: &[[u8; 32]], told: &Selection) -> bool {
        let there = certificates.iter().any(|sha256| told.certificates.contains(sha256));
        self.holds(whose) && (there || self.lies_there(whose, told))
    }

    fn holds_item(&self, item: &CertificateItem, told: &Selection) -> bool {
        let whose = item.holder.map_or_else(|| Whose::Name(item.name.clone()), Whose::Holder);
        let there = match &item.thing {
            crate::lifecycle::Subject::Certificate(sha256) if item.present => told.certificates.contains(sha256),
            _ => self.scope.host.is_none(),
        };
        self.holds(&whose) && there
    }

    /// The certificates that the scope selects.
    fn told_of(&self, told: &Selection) -> impl Iterator<Item = &Seen> {
        self.seen.iter().filter(|seen| told.certificates.contains(&seen.sha256))
    }

    fn coverage(&self, told: &Selection) -> (CoverageCounts, Vec<UnitRow>) {
        let mut coverage = CoverageCounts {
            period: self.period.map(|period| (period.first, period.last)),
            has_no_register: self.has_no_register,
            unmatched: self.fleet.unmatched,
            ..CoverageCounts::default()
        };
        let told = self.units.iter().filter(|(whose, _, of)| self.holds_unit(whose, of, told));
        let mut rows: Vec<UnitRow> = told.map(|(_, row, _)| row.clone()).collect();
        for row in &rows {
            *match row.unit.coverage {
                holding::Coverage::Cannot(_) => &mut coverage.cannot,
                holding::Coverage::Unknown(_) => &mut coverage.unknown,
                holding::Coverage::CanUntil(_) => &mut coverage.can_until,
                holding::Coverage::Can => &mut coverage.can,
            } += 1;
        }
        rows.sort_by_key(|row| UNIT_LISTS.iter().position(|code| *code == row.unit.coverage.code()));
        (coverage, rows)
    }

    fn unit_row(&self, whose: &Whose, unit: ClaimUnit) -> UnitRow {
        let services = &self.fleet.policy.holders.services;
        let service = unit.service.as_deref().unwrap_or_default();
        let known = services.iter().find(|known| known.id == service);
        let service_name = known.map_or(service, |one| one.name.get(self.lang)).into();
        UnitRow { period: self.period, holder: self.holder_ref(whose), subject: None, unit, service_name }
    }

    fn finding_rows(&self, told: &Selection) -> Vec<FindingRow> {
        let is_told = |(whose, _, sha256): &&(Whose, FindingRow, Option<[u8; 32]>)| match sha256 {
            Some(sha256) => told.certificates.contains(sha256),
            None => self.holds(whose) && self.lies_there(whose, told),
        };
        let mut rows: Vec<FindingRow> = self.findings.iter().filter(is_told).map(|(_, row, _)| row.clone()).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.severity));
        rows
    }

    fn counts(&self, told: &Selection, findings: &[FindingRow]) -> Counts {
        let mut counts = Counts { certificates: told.certificates.len() as u64, ..Counts::default() };
        let unreadable = self.unreadable.iter().filter(|whose| self.holds(whose) && self.lies_there(whose, told));
        counts.unreadable = unreadable.count() as u64;
        for seen in self.told_of(told) {
            *counts.verdicts.entry(seen.row.verdict.code()).or_default() += 1;
        }
        for row in findings {
            *counts.severities.entry(row.severity).or_default() += 1;
            let (count, worst) = counts.rules.entry(row.rule.code).or_insert((0, row.severity));
            (*count, *worst) = (*count + 1, (*worst).max(row.severity));
        }
        counts
    }

    fn generations(&self, told: &Selection) -> Vec<(String, u64)> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        let unknown = Text { ja: "不明", en: "unknown" }.get(self.lang);
        for seen in self.told_of(told).filter(|seen| seen.row.role == CertificateRole::EndEntity) {
            *found.entry(seen.row.generation.clone().unwrap_or_else(|| unknown.into())).or_default() += 1;
        }
        found.into_iter().collect()
    }
}

impl Report {
    /// The report with what is otherwise than it was, since when in words; of a limited report just
    /// what it tells of.
    pub fn with_changes(mut self, since: String, changes: &[Changed], scope: &Scope, holders: &[Holder]) -> Report {
        let lang = self.lang;
        let of: HashMap<(&str, &str), &Holder> =
            holders.iter().map(|holder| ((holder.key.register.as_str(), holder.key.id.as_str()), holder)).collect();
        let is_told = |changed: &&Changed| {
            let key = changed.holder.as_ref().map(|(register, id)| (register.as_str(), id.as_str()));
            let change = &changed.change;
            let mut spots = change.from.iter().chain(&change.to).chain(changed.place.as_ref());
            key.and_then(|key| of.get(&key)).map_or(!scope.asks_register(), |holder| scope.holds(holder))
                && (scope.host.is_none() || spots.any(|spot| scope.is_host(&spot.host)))
        };
        let told: Vec<&Changed> = changes.iter().filter(is_told).collect();
        if let Some(excluded) = &mut self.excluded {
            let before = excluded.sentence(lang);
            // The sentence was written before the changes were known; it is replaced, so that the
            // order of the notes stays.
            excluded.changes = (changes.len() - told.len()) as u64;
            let after = excluded.sentence(lang);
            self.notes.iter_mut().filter(|note| **note == before).for_each(|note| note.clone_from(&after));
        }
        let row = |changed: &Changed| {
            let change = &changed.change;
            let key = changed.holder.clone().map(|(register, id)| HolderKey { register, id });
            let name = changed.holder_name.as_ref().unwrap_or(&changed.name);
            ChangeRow {
                word: change.word,
                ends_on: changed.ends_on.as_deref().and_then(crate::calendar::parse_day),
                holder: HolderRef { key, ..HolderRef::unknown(name) },
                severity_before: change.severity_before.map(severity_of),
                severity: change.severity.map(severity_of),
                rules: changed.rules.clone(),
                serial: changed.serial.clone(),
                sha256: hex(&change.sha256),
                path_before: change.from.first().map(|spot| spot.path.clone()),
                path: change.to.first().or(changed.place.as_ref()).map(|spot| spot.path.clone()),
            }
        };
        self.rows.changes = Some(told.into_iter().map(row).collect());
        self.since = Some(since);
        self
    }
}

/// Certificates by the month of their end and usage category; what has lapsed comes first, and what
/// is more than three years away is one bar.
fn expiry_bars<'i>(items: impl Iterator<Item = &'i CertificateItem>, view: &View) -> Vec<ChartBar> {
    let mut bars: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let today = view.fleet.today;
    for item in items {
        let Some(ends) = item.ends else { continue };
        let label = match () {
            () if view.fleet.has_expired(item) => String::new(),
            () if (ends - today).whole_days() > 3 * 366 => "~".to_string(),
            () => month_of(ends),
        };
        let unknown = || Text { ja: "不明", en: "unknown" }.get(view.lang).to_string();
        let category = item.category.as_deref().map_or_else(unknown, |id| view.category_ref(id).short);
        *bars.entry(label).or_default().entry(category).or_default() += 1;
    }
    let label = |label: String| match label.as_str() {
        "" => Text { ja: "期限切れ", en: "lapsed" }.get(view.lang).to_string(),
        "~" => Text { ja: "その先", en: "later" }.get(view.lang).to_string(),
        _ => label,
    };
    bars.into_iter().map(|(at, parts)| ChartBar { label: label(at), parts: parts.into_iter().collect() }).collect()
}

fn fiscal_years(fees: &Fees, items: &[bool]) -> Vec<FiscalYear> {
    let (first, last) = fees.years;
    let mut years: HashMap<i32, FiscalYear> = HashMap::new();
    for charge in fees.charges.iter().filter(|charge| items[charge.item]) {
        let year = fiscal_year(charge.applied.last());
        let entry = years.entry(year).or_insert(FiscalYear { year, past: 0, ahead: 0, unknown: 0 });
        match charge.fee {
            Some(fee) if charge.forecast => entry.ahead += fee.yen,
            Some(fee) => entry.past += fee.yen,
            None => entry.unknown += 1,
        }
    }
    let none = |year| FiscalYear { year, past: 0, ahead: 0, unknown: 0 };
    (first..=last).map(|year| years.remove(&year).unwrap_or_else(|| none(year))).collect()
}

impl AuditSink for Gathering<'_> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        self.period = head.period;
        self.fleet.begin(head)
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        let whose = self.whose(facts);
        let sha256 = facts.certificate.sha256;
        let place = facts.places.first();
        let place = place.map_or(("", ""), |place| (place.host.as_deref().unwrap_or_default(), &place.path));
        record.findings.iter().for_each(|finding| self.found(&whose, finding, place, Some(sha256)));
        if facts.role == CertificateRole::EndEntity && facts.holding.of == HolderMatch::NoRegister {
            self.has_no_register = true;
            if self.period.is_some() {
                let next = self.units.len();
                let at = self.subjects.place(&facts.certificate.subject, next);
                if at == next {
                    let row = self.unit_row(&whose, ClaimUnit::without_register());
                    self.units.push((whose.clone(), row, Vec::new()));
                }
                self.units[at].2.push(sha256);
            }
        }
        let worst = record.findings.iter().map(|finding| finding.severity).max();
        let ends = facts.end().and_then(|end| self.fleet.policy.zone.day(end));
        let mut hosts: Vec<String> = facts.places.iter().filter_map(|place| place.host.clone()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let view = View { lang: self.lang, fleet: &self.fleet, as_of: None };
        let row = CertificateRow {
            severity: worst,
            ends_on: ends,
            days_left: ends.map(|ends| (ends - self.fleet.today).whole_days()),
            holder: self.holder_ref(&whose),
            category: facts.holding.category.as_deref().map(|id| view.category_ref(id)),
            generation: facts.verdict.generation.clone(),
            verdict: facts.verdict.status,
            role: facts.role,
            rules: record.findings.iter().map(|finding| finding.rule.code).collect(),
            issued_on: facts.issued_on,
            serial: facts.certificate.serial.to_string(),
            sha256: hex(&sha256),
            subject: facts.certificate.subject.printed(),
            places: facts.places.len(),
            hosts,
            path: facts.places.first().map(|place| place.path.clone()),
        };
        self.seen.push(Seen { sha256, whose, row });
        self.fleet.certificate(record)
    }

    fn gone(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.fleet.gone(record)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let key: &HolderKey = &record.facts.holder.key;
        let at = self.fleet.office.holders.binary_search_by(|one| one.key.cmp(key));
        let Ok(at) = at else { return Ok(()) };
        let whose = Whose::Holder(at);
        for unit in &record.facts.standing.units {
            self.units.push((whose.clone(), self.unit_row(&whose, unit.clone()), Vec::new()));
        }
        record.findings.iter().for_each(|finding| self.found(&whose, finding, ("", ""), None));
        self.fleet.holder_seen(record);
        Ok(())
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        self.unreadable.push(Whose::Name(file.path.into()));
        file.findings.iter().for_each(|finding| self.of_file(file.path, finding));
        Ok(())
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.of_file(path.unwrap_or_default(), finding);
        Ok(())
    }
}

impl Gathering<'_> {
    /// A finding of a file, or of the run where there is no path.
    fn of_file(&mut self, path: &str, finding: &JudgedFinding) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
        self.found(&Whose::Name(name.into()), finding, ("", path), None);
    }
}
