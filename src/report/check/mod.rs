//! Who cannot bill next month, and why: the answer of `register check`.
//!
//! [`Check`] takes the records of holders and certificates as any [`Sink`], is told who left the
//! register, and is then written as table, JSON (`shomei/register-check/1`) or CSV.

mod csv;
mod json;
mod problems;
mod table;

pub use problems::{Gone, Problem, ProblemKind};

use std::collections::HashMap;
use std::io;

use crate::audit::holding::{Coverage, HolderOf, Period, Reason};
use crate::audit::rules::Family;
use crate::audit::{CertificateRecord, Head, HolderRecord, Judged, Sink, Summary, Unreadable};
use crate::calendar::{Instant, Zone};
use crate::certificate::Role;
use crate::locale::Lang;
use crate::policy::{Localized, Severity};
use crate::register::{Holder, HolderKey, Line};

/// The rule that says of a holder what the answer says first.
const UNCOVERED: &str = "holder-uncovered";
/// The rule whose findings are counted instead of told.
const UNKNOWN: &str = "holder-unknown";

/// What is known of a register's holders at one moment.
#[derive(Debug)]
pub struct Check {
    lang: Lang,
    at: Instant,
    zone: Zone,
    policy: (String, String),
    services: HashMap<String, Localized>,
    has_categories: bool,
    period: Option<Period>,
    holders: Vec<HolderRow>,
    units: Vec<UnitRow>,
    findings: Vec<FindingRow>,
    unknown: usize,
    ambiguous: usize,
    problems: Vec<Problem>,
}

/// A holder and what was found of it.
#[derive(Debug)]
struct HolderRow {
    key: HolderKey,
    name: String,
    is_in_business: bool,
    has_category: bool,
    can_be_told: bool,
    lines: Vec<Line>,
}

/// Something found of a holder, or of a certificate as somebody's.
#[derive(Debug)]
struct FindingRow {
    holder: Option<(HolderKey, String)>,
    path: Option<String>,
    finding: Judged,
}

/// A provider number and service, with its holder's place in the list.
#[derive(Debug)]
struct UnitRow {
    holder: usize,
    number: Option<String>,
    service: Option<String>,
    through: Vec<HolderKey>,
    coverage: Coverage,
}

impl Check {
    /// With messages in `lang`.
    pub fn new(lang: Lang) -> Check {
        Check {
            lang,
            at: Instant::UNIX_EPOCH,
            zone: Zone::UTC,
            policy: (String::new(), String::new()),
            services: HashMap::new(),
            has_categories: false,
            period: None,
            holders: Vec::new(),
            units: Vec::new(),
            findings: Vec::new(),
            unknown: 0,
            ambiguous: 0,
            problems: Vec::new(),
        }
    }

    /// Looks for what is wrong in the register itself, once all records are in.
    pub fn look_at_register(&mut self, gone: Vec<Gone>) {
        self.problems = problems::problems(self, gone);
    }

    /// The gravest of what was found of holders and of the register.
    pub fn worst(&self) -> Option<Severity> {
        let findings = self.findings.iter().map(|row| row.finding.severity);
        findings.chain(self.problems.iter().map(|problem| problem.kind.severity())).max()
    }

    /// How many units can, cannot be told to, and cannot be billed for.
    fn counts(&self) -> [usize; 3] {
        let count = |code| self.units.iter().filter(|unit| unit.coverage.code() == code).count();
        ["can", "unknown", "cannot"].map(count)
    }

    fn units_that<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a UnitRow> {
        self.units.iter().filter(move |unit| unit.coverage.code() == code)
    }

    fn holder(&self, unit: &UnitRow) -> &HolderRow {
        &self.holders[unit.holder]
    }

    /// Whether there is more than one register to tell apart.
    fn has_registers(&self) -> bool {
        self.holders.windows(2).any(|pair| pair[0].key.register != pair[1].key.register)
    }

    /// A holder as people know it: its name, and its ID (with the register, where there are
    /// several).
    fn shown(&self, holder: &HolderRow) -> String {
        format!("{} ({})", holder.name, self.shown_key(&holder.key))
    }

    fn shown_key(&self, key: &HolderKey) -> String {
        if self.has_registers() { format!("{}/{}", key.register, key.id) } else { key.id.clone() }
    }

    /// A service by its name.
    fn service(&self, id: &str) -> String {
        self.services.get(id).map_or(id, |name| name.get(self.lang)).to_string()
    }

    fn reasons(&self, reasons: &[Reason]) -> String {
        let texts: Vec<&str> = reasons.iter().map(|reason| reason.text().get(self.lang)).collect();
        texts.join(table::comma(self.lang))
    }

    /// The shortest ways out, each once.
    fn ways_out(&self, reasons: &[Reason]) -> String {
        let mut ways: Vec<&str> = Vec::new();
        for way in reasons.iter().map(|reason| reason.way_out().get(self.lang)) {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways.join(table::comma(self.lang))
    }
}

impl Sink for Check {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        let policy = head.policy;
        self.at = head.at;
        self.zone = policy.zone;
        self.policy = (policy.name.clone(), policy.file.clone());
        self.services = policy.holders.services.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
        self.has_categories = !policy.holders.categories.is_empty();
        self.period = policy.holders.claim_period.and_then(|days| Period::coming(days.value, policy.zone, head.at));
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        match facts.holding.of {
            _ if facts.role != Role::EndEntity => {}
            HolderOf::Unknown => self.unknown += 1,
            HolderOf::Ambiguous(_) => self.ambiguous += 1,
            _ => {}
        }
        let told = |finding: &&Judged| finding.rule.family == Family::Holder && finding.rule.code != UNKNOWN;
        let holder = facts.holder.map(|holder| (holder.key.clone(), holder.name.clone()));
        let path = facts.places.first().map(|place| place.path.clone());
        self.findings.extend(record.findings.iter().filter(told).map(|finding| FindingRow {
            holder: holder.clone(),
            path: path.clone(),
            finding: finding.clone(),
        }));
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let (holder, at) = (record.facts.holder, self.holders.len());
        self.period = record.facts.period;
        self.holders.push(HolderRow::new(holder));
        self.findings.extend(record.findings.iter().map(|finding| FindingRow {
            holder: Some((holder.key.clone(), holder.name.clone())),
            path: None,
            finding: finding.clone(),
        }));
        self.units.extend(record.facts.standing.units.iter().map(|unit| UnitRow {
            holder: at,
            number: unit.provider_number.clone(),
            service: unit.service.clone(),
            through: unit.through.clone(),
            coverage: unit.coverage.clone(),
        }));
        Ok(())
    }

    fn unreadable(&mut self, _: &Unreadable) -> io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: Option<&str>, _: &Judged) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        Ok(())
    }
}

impl HolderRow {
    fn new(holder: &Holder) -> HolderRow {
        let contact = &holder.contact;
        let ways = [&contact.mail, &contact.tel, &contact.fax, &contact.address];
        HolderRow {
            key: holder.key.clone(),
            name: holder.name.clone(),
            is_in_business: problems::is_in_business(holder.status),
            has_category: holder.category.is_some(),
            can_be_told: ways.iter().any(|way| way.is_some()),
            lines: holder.lines.clone(),
        }
    }
}
