//! From the records and the lifecycle to a report.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use super::scope::{Excluded, Scope, Stray};
use super::table::{Cell, Table};
use super::{Bar, Counts, Coverage, FiscalYear, Report, columns, people};
use crate::audit::facts::{CertificateFacts, OccurrenceFacts};
use crate::audit::holding::{self, ClaimPeriod, ClaimUnit, HolderMatch};
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::Day;
use crate::certificate::{CertificateRole, hex};
use crate::lifecycle::expiry::{Nearness, nearness};
use crate::lifecycle::{CertificateItem, Certificates, Fees, PlanOutcome, RenewalPlan, fiscal_year};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::{Holder, HolderKey};
use crate::report::coverage::comma;
use crate::report::diff::Changed;
use crate::report::layout::{severity_word, status_word};
use crate::report::lifecycle::{FeesReport, PlanReport, View};
use crate::report::list::severity_of;
use crate::report::model::role_code;

/// Takes the records of a judgement, for the lifecycle and for the report.
#[derive(Debug)]
pub struct Gathering<'a> {
    /// What the lifecycle plans for.
    pub fleet: Certificates<'a>,
    lang: Lang,
    scope: Scope,
    period: Option<ClaimPeriod>,
    seen: Vec<Seen>,
    /// The place among the units of a subject, where there is no register.
    subjects: HashMap<String, usize>,
    /// Units, and the certificates of each where there is no register.
    units: Vec<(Whose, ClaimUnit, Vec<[u8; 32]>)>,
    findings: Vec<(Whose, Found)>,
    has_no_register: bool,
}

/// A certificate as the report tells of it.
#[derive(Debug)]
struct Seen {
    sha256: [u8; 32],
    whose: Whose,
    row: Vec<Cell>,
    hosts: Vec<String>,
    verdict: &'static str,
    generation: Option<String>,
    role: CertificateRole,
}

/// What is told of.
struct Told {
    /// The certificates: by the holder, and by the computer where that is asked.
    certificates: HashSet<[u8; 32]>,
    /// The holders of those.
    holders: HashSet<usize>,
}

/// Whose something is.
#[derive(Clone, Debug)]
enum Whose {
    /// The holder's at this place of the register.
    Holder(usize),
    /// Nobody's that the register knows: a name for it.
    Name(String),
}

/// A finding.
#[derive(Debug)]
struct Found {
    rule: &'static crate::audit::rules::Rule,
    severity: Severity,
    message: String,
    remedy: String,
    policy_line: Option<String>,
    place: Option<(String, String)>,
    sha256: Option<[u8; 32]>,
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
            subjects: HashMap::new(),
            units: Vec::new(),
            findings: Vec::new(),
            has_no_register: false,
        }
    }

    /// Whether something of this holder, or of nobody's, is told of.
    fn holds(&self, whose: &Whose) -> bool {
        match whose {
            Whose::Holder(at) => self.fleet.office.holders.get(*at).is_some_and(|holder| self.scope.holds(holder)),
            Whose::Name(_) => !self.scope.asks_register(),
        }
    }

    fn whose(&self, facts: &CertificateFacts) -> Whose {
        let holders = &self.fleet.office.holders;
        let at = facts.holder.and_then(|holder| holders.binary_search_by(|one| one.key.cmp(&holder.key)).ok());
        at.map_or_else(|| Whose::Name(name_of(facts)), Whose::Holder)
    }

    fn found(
        &mut self,
        whose: &Whose,
        finding: &JudgedFinding,
        place: Option<&OccurrenceFacts>,
        sha256: Option<[u8; 32]>,
    ) {
        let found = Found {
            rule: finding.rule,
            severity: finding.severity,
            message: finding.evidence.fill(&finding.rule.message, self.lang),
            remedy: finding.evidence.fill(&finding.rule.remedy, self.lang),
            policy_line: finding.policy_line.clone(),
            place: place.map(|place| (place.host.clone().unwrap_or_default(), place.path.clone())),
            sha256,
        };
        self.findings.push((whose.clone(), found));
    }

    fn severity(&self, severity: Severity) -> Cell {
        Cell::word(severity.code(), severity_word(Some(severity), self.lang), Some(severity))
    }

    /// The cells that tell whose a row is: holder, register, name, prefecture, contact, tag.
    fn holder_cells(&self, whose: &Whose) -> [Cell; 6] {
        match whose {
            Whose::Holder(at) => holder_cells(self.fleet.office.holders.get(*at)),
            Whose::Name(name) => named_cells(name),
        }
    }

    /// The report, with the plan and the fees of the fleet, which is settled.
    pub fn report(&self, plan: &RenewalPlan, fees: &Fees, as_of: Option<Day>) -> Report {
        let view = View { lang: self.lang, fleet: &self.fleet, as_of };
        let told = self.told();
        let coverage = self.coverage(&told);
        let findings = self.findings_table(&told);
        let mut counts = self.counts(&told, &findings);
        let items: Vec<bool> = self.fleet.items.iter().map(|item| self.holds_item(item, &told)).collect();
        let planned = PlanReport::new(view, plan).table(columns::PLAN, &items);
        for entry in plan.entries.iter().filter(|entry| items[entry.item]) {
            match entry.outcome {
                PlanOutcome::Cannot(..) => counts.unplaced += 1,
                PlanOutcome::Apply { .. } => counts.apply += 1,
                PlanOutcome::Awaited { .. } => counts.awaited += 1,
                PlanOutcome::Later(_) => {}
            }
        }
        let concern = || self.fleet.items.iter().zip(&items).filter(|(item, told)| **told && item.state.concerns());
        for (item, _) in concern() {
            match nearness(&self.fleet, item) {
                Nearness::Lapsed => counts.lapsed += 1,
                Nearness::Tier(days) => *counts.tiers.entry(days).or_default() += 1,
                Nearness::Later | Nearness::Unknown => {}
            }
        }
        let entries = plan.entries.iter().filter(|entry| items[entry.item]);
        let letters = super::letter::letters(&self.fleet, entries, &planned);
        let expiry = expiry_bars(concern().map(|(item, _)| item), &view);
        let paid = FeesReport::new(view, fees, crate::report::FeesBy::FiscalYear, &plan.assumed);
        let (fees_table, years) = (paid.table(columns::FEES, &items), fiscal_years(fees, &items));
        let mut notes = PlanReport::new(view, plan).notes();
        notes.extend(paid.notes());
        let excluded = (!self.scope.is_all()).then(|| Excluded {
            certificates: (self.seen.len() - told.certificates.len()) as u64,
            unregistered: self.unregistered(&told),
            units: (self.units.len() - coverage.0.rows.len()) as u64,
            findings: (self.findings.len() - findings.rows.len()) as u64,
            renewals: (plan.entries.len() - planned.rows.len()) as u64,
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
            coverage: coverage.1,
            generations: self.generations(&told),
            counts,
            expiry,
            fees: years,
            notes,
            since: None,
            changes: None,
            people: people::recipients(&self.fleet, plan, &items),
            tables: vec![coverage.0, planned, findings, self.table_of(&told), fees_table],
            letters,
            lapse: policy.renewal.lapse.as_ref().map(|lapse| lapse.get(self.lang).to_string()),
        }
    }

    /// A value of the scope that nothing bears of all that there is.
    pub fn stray(&self) -> Option<Stray> {
        let hosts = self.seen.iter().flat_map(|seen| seen.hosts.iter().map(String::as_str)).collect();
        self.scope.stray(&self.fleet.office.holders, &hosts)
    }

    fn told(&self) -> Told {
        let here = |seen: &Seen| self.scope.host.as_ref().is_none_or(|host| seen.hosts.contains(host));
        let mut told = Told { certificates: HashSet::new(), holders: HashSet::new() };
        for seen in self.seen.iter().filter(|seen| self.holds(&seen.whose) && here(seen)) {
            told.certificates.insert(seen.sha256);
            if let Whose::Holder(at) = seen.whose {
                told.holders.insert(at);
            }
        }
        told
    }

    /// Certificates of nobody in a register that are not told of.
    fn unregistered(&self, told: &Told) -> u64 {
        let left_out = self.seen.iter().filter(|seen| !told.certificates.contains(&seen.sha256));
        left_out.filter(|seen| matches!(seen.whose, Whose::Name(_))).count() as u64
    }

    /// Whether something of a holder is told of where a computer is asked: it has a certificate
    /// there.
    fn lies_there(&self, whose: &Whose, told: &Told) -> bool {
        let has = |at: &usize| told.holders.contains(at);
        self.scope.host.is_none() || matches!(whose, Whose::Holder(at) if has(at))
    }

    fn holds_unit(&self, whose: &Whose, certificates: &[[u8; 32]], told: &Told) -> bool {
        let there = certificates.iter().any(|sha256| told.certificates.contains(sha256));
        self.holds(whose) && (there || self.lies_there(whose, told))
    }

    fn holds_item(&self, item: &CertificateItem, told: &Told) -> bool {
        let whose = item.holder.map_or_else(|| Whose::Name(item.name.clone()), Whose::Holder);
        let there = match &item.thing {
            crate::lifecycle::Subject::Certificate(sha256) if item.present => told.certificates.contains(sha256),
            _ => self.scope.host.is_none(),
        };
        self.holds(&whose) && there
    }

    fn coverage(&self, told: &Told) -> (Table, Coverage) {
        let mut coverage = Coverage {
            period: self.period.map(|period| (period.first, period.last)),
            has_no_register: self.has_no_register,
            ..Coverage::default()
        };
        let told = self.units.iter().filter(|(whose, _, of)| self.holds_unit(whose, of, told));
        let mut rows: Vec<(u8, Vec<Cell>)> = Vec::new();
        for (whose, unit, _) in told {
            let (rank, count) = match unit.coverage {
                holding::Coverage::Cannot(_) => (0, &mut coverage.cannot),
                holding::Coverage::Unknown(_) => (1, &mut coverage.unknown),
                holding::Coverage::Can => (2, &mut coverage.can),
            };
            *count += 1;
            rows.push((rank, self.unit_row(whose, unit)));
        }
        rows.sort_by_key(|(rank, _)| *rank);
        let title = Text { ja: "誰が請求できるか", en: "Who can bill" };
        let rows = rows.into_iter().map(|(_, row)| row).collect();
        (Table { id: "coverage", title, columns: columns::COVERAGE, rows }, coverage)
    }

    fn unit_row(&self, whose: &Whose, unit: &ClaimUnit) -> Vec<Cell> {
        let lang = self.lang;
        let reasons = unit.coverage.reasons();
        let joined = |texts: Vec<&str>| {
            let mut once: Vec<&str> = Vec::new();
            texts.into_iter().for_each(|text| {
                if !once.contains(&text) {
                    once.push(text)
                }
            });
            Cell::text(once.join(comma(lang)))
        };
        let services = &self.fleet.policy.holders.services;
        let service = unit.service.as_ref().map(|id| {
            let name = services.iter().find(|service| service.id == *id).map_or(id.as_str(), |one| one.name.get(lang));
            Cell::word(id.clone(), name, None)
        });
        let (label, severity) = match unit.coverage {
            holding::Coverage::Cannot(_) => (Text { ja: "できない", en: "cannot" }, Some(Severity::Error)),
            holding::Coverage::Unknown(_) => (Text { ja: "判定できない", en: "unknown" }, Some(Severity::Warning)),
            holding::Coverage::Can => (Text { ja: "できる", en: "can" }, None),
        };
        let mut row = vec![Cell::word(unit.coverage.code(), label.get(lang), severity)];
        row.extend(self.holder_cells(whose));
        let through: Vec<String> = unit.through.iter().map(|key| key.id.clone()).collect();
        row.extend([
            Cell::some(unit.provider_number.clone()),
            service.unwrap_or(Cell::Nothing),
            Cell::text(through.join(" ")),
            Cell::text(reasons.iter().map(|reason| reason.code()).collect::<Vec<_>>().join(" ")),
            joined(reasons.iter().map(|reason| reason.text().get(lang)).collect()),
            joined(reasons.iter().map(|reason| reason.way_out().get(lang)).collect()),
        ]);
        row
    }

    fn findings_table(&self, told: &Told) -> Table {
        let is_told = |(whose, found): &&(Whose, Found)| match found.sha256 {
            Some(sha256) => told.certificates.contains(&sha256),
            None => self.holds(whose) && self.lies_there(whose, told),
        };
        let mut found: Vec<&(Whose, Found)> = self.findings.iter().filter(is_told).collect();
        found.sort_by_key(|(_, found)| std::cmp::Reverse(found.severity));
        let row = |(whose, found): &(Whose, Found)| -> Vec<Cell> {
            let (host, path) = found.place.clone().unwrap_or_default();
            let mut row = vec![
                self.severity(found.severity),
                Cell::text(found.rule.code),
                Cell::text(found.rule.title.get(self.lang)),
            ];
            row.extend(self.holder_cells(whose));
            row.extend([
                Cell::text(found.message.clone()),
                Cell::text(found.remedy.clone()),
                Cell::text(host),
                Cell::text(path),
                Cell::some(found.sha256.map(|sha256| hex(&sha256))),
                Cell::some(found.policy_line.clone()),
            ]);
            row
        };
        let title = Text { ja: "指摘と対処", en: "Findings and what to do" };
        Table { id: "findings", title, columns: columns::FINDINGS, rows: found.into_iter().map(row).collect() }
    }

    fn table_of(&self, told: &Told) -> Table {
        let told = self.seen.iter().filter(|seen| told.certificates.contains(&seen.sha256));
        let title = Text { ja: "証明書", en: "Certificates" };
        Table {
            id: "certificates",
            title,
            columns: columns::CERTIFICATES,
            rows: told.map(|seen| seen.row.clone()).collect(),
        }
    }

    fn counts(&self, told: &Told, findings: &Table) -> Counts {
        let mut counts = Counts { certificates: told.certificates.len() as u64, ..Counts::default() };
        for seen in self.seen.iter().filter(|seen| told.certificates.contains(&seen.sha256)) {
            *counts.verdicts.entry(seen.verdict).or_default() += 1;
        }
        for row in &findings.rows {
            let severity = match findings.cell(row, "severity") {
                Cell::Word(word) => word.severity,
                _ => None,
            };
            let rule = crate::audit::rules::rule(&findings.cell(row, "rule").code());
            if let (Some(severity), Some(rule)) = (severity, rule) {
                *counts.severities.entry(severity).or_default() += 1;
                let entry = counts.rules.entry(rule.code).or_insert((0, severity));
                *entry = (entry.0 + 1, entry.1.max(severity));
            }
        }
        counts
    }

    fn generations(&self, told: &Told) -> Vec<(String, u64)> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        let unknown = Text { ja: "不明", en: "unknown" }.get(self.lang);
        let told = self.seen.iter().filter(|seen| told.certificates.contains(&seen.sha256));
        let held = told.filter(|seen| seen.role == CertificateRole::EndEntity);
        for seen in held {
            *found.entry(seen.generation.clone().unwrap_or_else(|| unknown.into())).or_default() += 1;
        }
        found.into_iter().collect()
    }
}

impl Report {
    /// The report with what is otherwise than it was, since when in words; of a limited report just
    /// what it tells of.
    pub fn with_changes(mut self, since: String, changes: &[Changed], scope: &Scope, holders: &[Holder]) -> Report {
        let lang = self.lang;
        let grade = |number: Option<u8>| match number.map(severity_of) {
            Some(severity) => {
                let code = severity.map_or("fine", Severity::code);
                Cell::word(code, severity_word(severity, lang), severity)
            }
            None => Cell::Nothing,
        };
        let of: HashMap<(&str, &str), &Holder> =
            holders.iter().map(|holder| ((holder.key.register.as_str(), holder.key.id.as_str()), holder)).collect();
        let is_told = |changed: &&Changed| {
            let key = changed.holder.as_ref().map(|(register, id)| (register.as_str(), id.as_str()));
            let change = &changed.change;
            let mut spots = change.from.iter().chain(&change.to).chain(changed.place.as_ref());
            key.and_then(|key| of.get(&key)).map_or(!scope.asks_register(), |holder| scope.holds(holder))
                && scope.host.as_ref().is_none_or(|host| spots.any(|spot| spot.host == *host))
        };
        let told: Vec<&Changed> = changes.iter().filter(is_told).collect();
        if let Some(excluded) = &mut self.excluded {
            let before = excluded.sentence(lang);
            excluded.changes = (changes.len() - told.len()) as u64;
            let after = excluded.sentence(lang);
            self.notes.iter_mut().filter(|note| **note == before).for_each(|note| note.clone_from(&after));
        }
        let row = |changed: &Changed| -> Vec<Cell> {
            let change = &changed.change;
            let (register, id) = changed.holder.clone().unwrap_or_default();
            let name = changed.holder_name.clone().unwrap_or_else(|| changed.name.clone());
            vec![
                Cell::word(change.word.code(), crate::report::diff::title(change.word).get(lang), None),
                Cell::day(changed.ends_on.as_deref().and_then(crate::calendar::parse_day)),
                Cell::text(id),
                Cell::text(register),
                Cell::text(name),
                grade(change.severity_before),
                grade(change.severity),
                Cell::text(changed.rules.join(" ")),
                Cell::text(changed.serial.clone()),
                Cell::text(hex(&change.sha256)),
                Cell::some(change.from.first().map(|spot| spot.path.clone())),
                Cell::some(change.to.first().or(changed.place.as_ref()).map(|spot| spot.path.clone())),
            ]
        };
        let title = Text { ja: "前回からの変化", en: "What has changed" };
        self.changes =
            Some(Table { id: "changes", title, columns: columns::CHANGES, rows: told.into_iter().map(row).collect() });
        self.since = Some(since);
        self
    }
}

/// Whose a row is: holder, register, name, prefecture, contact, tag.
pub(in crate::report) fn holder_cells(holder: Option<&Holder>) -> [Cell; 6] {
    let Some(holder) = holder else { return named_cells("") };
    [
        Cell::text(holder.key.id.clone()),
        Cell::text(holder.key.register.clone()),
        Cell::text(holder.name.clone()),
        Cell::some(holder.prefecture.clone()),
        Cell::some(crate::report::lifecycle::contact_of(&holder.contact)),
        Cell::some(holder.tag.clone()),
    ]
}

/// The same where no holder is known.
pub(in crate::report) fn named_cells(name: &str) -> [Cell; 6] {
    [Cell::Nothing, Cell::Nothing, Cell::text(name), Cell::Nothing, Cell::Nothing, Cell::Nothing]
}

/// The name of a certificate that nobody of the register has.
fn name_of(facts: &CertificateFacts) -> String {
    let friendly = facts.places.first().and_then(|place| place.friendly_name.clone());
    friendly.filter(|name| !name.contains('=')).unwrap_or_else(|| facts.certificate.subject.common())
}

/// Certificates by the month of their end and usage category; what has lapsed comes first, and what
/// is more than three years away is one bar.
fn expiry_bars<'i>(items: impl Iterator<Item = &'i CertificateItem>, view: &View) -> Vec<Bar> {
    let mut bars: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let today = view.fleet.today;
    for item in items {
        let Some(ends) = item.ends else { continue };
        let label = match () {
            () if view.fleet.has_expired(item) => String::new(),
            () if (ends - today).whole_days() > 3 * 366 => "~".to_string(),
            () => format!("{}-{:02}", ends.year(), u8::from(ends.month())),
        };
        let category = view.short_category(item.category.as_deref());
        *bars.entry(label).or_default().entry(category).or_default() += 1;
    }
    let label = |label: String| match label.as_str() {
        "" => Text { ja: "期限切れ", en: "lapsed" }.get(view.lang).to_string(),
        "~" => Text { ja: "その先", en: "later" }.get(view.lang).to_string(),
        _ => label,
    };
    bars.into_iter().map(|(at, parts)| Bar { label: label(at), parts: parts.into_iter().collect() }).collect()
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
        let lang = self.lang;
        let whose = self.whose(facts);
        let sha256 = facts.certificate.sha256;
        for finding in record.findings {
            self.found(&whose, finding, facts.places.first(), Some(sha256));
        }
        if facts.role == CertificateRole::EndEntity && facts.holding.of == HolderMatch::NoRegister {
            self.has_no_register = true;
            if self.period.is_some() {
                let next = self.units.len();
                let at = *self.subjects.entry(facts.certificate.subject.printed()).or_insert(next);
                if at == next {
                    self.units.push((whose.clone(), ClaimUnit::without_register(), Vec::new()));
                }
                self.units[at].2.push(sha256);
            }
        }
        let worst = record.findings.iter().map(|finding| finding.severity).max();
        let ends = facts.end().and_then(|end| self.fleet.policy.zone.day(end));
        let mut hosts: Vec<&str> = facts.places.iter().filter_map(|place| place.host.as_deref()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let category = facts.holding.category.as_deref();
        let view = View { lang, fleet: &self.fleet, as_of: None };
        let status = facts.verdict.status;
        let tone = match status {
            crate::trust::TrustStatus::Trusted => None,
            crate::trust::TrustStatus::Untrusted => Some(Severity::Error),
            crate::trust::TrustStatus::Undetermined => Some(Severity::Warning),
        };
        let mut row = vec![
            Cell::word(worst.map_or("fine", Severity::code), severity_word(worst, lang), worst),
            Cell::day(ends),
            ends.map_or(Cell::Nothing, |ends| Cell::Number((ends - self.fleet.today).whole_days())),
        ];
        row.extend(self.holder_cells(&whose));
        row.extend([
            category.map_or(Cell::Nothing, |id| Cell::word(id, view.category(Some(id)), None)),
            Cell::some(facts.verdict.generation.clone()),
            Cell::word(status.code(), status_word(status, lang), tone),
            Cell::text(role_code(facts.role)),
            Cell::text(record.findings.iter().map(|finding| finding.rule.code).collect::<Vec<_>>().join(" ")),
            Cell::day(facts.issued_on),
            Cell::text(facts.certificate.serial.to_string()),
            Cell::text(hex(&sha256)),
            Cell::text(facts.certificate.subject.printed()),
            Cell::number(facts.places.len()),
            Cell::text(hosts.join(" ")),
            Cell::some(facts.places.first().map(|place| place.path.clone())),
        ]);
        let generation = facts.verdict.generation.clone();
        let hosts = hosts.into_iter().map(String::from).collect();
        self.seen.push(Seen { sha256, whose, row, hosts, verdict: status.code(), generation, role: facts.role });
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
        self.units.extend(record.facts.standing.units.iter().map(|unit| (whose.clone(), unit.clone(), Vec::new())));
        for finding in record.findings {
            self.found(&whose, finding, None, None);
        }
        Ok(())
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        for finding in file.findings {
            self.of_file(file.path, finding);
        }
        Ok(())
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.of_file(path.unwrap_or_default(), finding);
        Ok(())
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        Ok(())
    }
}

impl Gathering<'_> {
    /// A finding of a file, or of the run where there is no path.
    fn of_file(&mut self, path: &str, finding: &JudgedFinding) {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_string();
        let whose = Whose::Name(name);
        self.found(&whose, finding, None, None);
        if let Some((_, found)) = self.findings.last_mut() {
            found.place = (!path.is_empty()).then(|| (String::new(), path.to_string()));
        }
    }
}
