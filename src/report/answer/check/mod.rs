//! Who cannot bill next month, and what is odd of holders and in the register: the answer of
//! `register check`.
//!
//! [`Check`] is a [`Coverage`], with findings and problems beside it. It takes the records of
//! holders and certificates as any [`AuditSink`], is told who left the register, and is then written
//! as table, JSON (`shomei/register-check/1`) or CSV.

mod problems;
mod table;

pub use problems::{Gone, Problem, ProblemKind};

use std::io::{self, Write};

use serde_json::json;

use super::coverage::{Asked, Coverage};
use crate::audit::holding::HolderMatch;
use crate::audit::rules::RuleFamily;
use crate::audit::{AuditHead, AuditSink, CertificateRecord, HolderRecord, JudgedFinding};
use crate::calendar::Day;
use crate::certificate::CertificateRole;
use crate::locale::Lang;
use crate::policy::Severity;
use crate::register::{Holder, ServiceLine};
use crate::report::form::csv::CsvSheet;
use crate::report::form::json;
use crate::report::list::check::{HOLDER_FINDINGS, HolderFinding, PROBLEMS};
use crate::report::list::coverage::{HOLDER_UNITS, UNITS};
use crate::report::list::holder::HolderRef;

/// The rule whose findings are counted instead of told.
const UNKNOWN: &str = "holder-unknown";

/// The heads of the CSV after the first, `record`, which says of what list a row is.
const HEADS: [&str; 14] = [
    "register",
    "holder",
    "name",
    "provider_number",
    "service",
    "coverage",
    "through",
    "reasons",
    "path",
    "severity",
    "code",
    "message",
    "remedy",
    "detail",
];

/// What is known of a register's holders at one moment.
#[derive(Debug)]
pub struct Check {
    coverage: Coverage,
    has_categories: bool,
    /// In the order of the coverage's holders.
    holders: Vec<HolderRow>,
    findings: Vec<HolderFinding>,
    unknown: usize,
    ambiguous: usize,
    problems: Vec<Problem>,
}

/// What is asked of a holder's row in the register.
#[derive(Debug)]
struct HolderRow {
    is_in_business: bool,
    has_category: bool,
    can_be_told: bool,
    lines: Vec<ServiceLine>,
}

impl Check {
    /// With messages in `lang`, from what was known at the end of a day or is known today.
    pub fn new(lang: Lang, as_of: Option<Day>) -> Check {
        Check {
            coverage: Coverage::new(lang, Asked { as_of, ..Asked::default() }),
            has_categories: false,
            holders: Vec::new(),
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

    fn lang(&self) -> Lang {
        self.coverage.lang
    }

    /// Writes the document `shomei/register-check/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.lang();
        let mut fields = self.coverage.opening("shomei/register-check/1");
        fields["certificates_without_holder"] = json!({"unknown": self.unknown, "ambiguous": self.ambiguous});
        let [cannot, can_until, unknown, can] = self.coverage.lists(&HOLDER_UNITS);
        let findings =
            |out: &mut dyn Write| json::write_rows(out, &HOLDER_FINDINGS, self.findings.iter().cloned(), lang);
        let problems = |out: &mut dyn Write| json::write_rows(out, &PROBLEMS, self.problems.iter().cloned(), lang);
        let units: [(&str, &json::WriteRows); 4] =
            [("cannot", &cannot), ("can_until", &can_until), ("unknown", &unknown), ("can", &can)];
        let found: [(&str, &json::WriteRows); 2] = [("findings", &findings), ("problems", &problems)];
        json::write_document(out, &fields, &[&units[..], &found].concat())
    }

    /// Writes one row a unit, then one a finding, then one a problem.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.lang();
        let mut sheet = CsvSheet::new(out, &[&["record"], &HEADS[..]].concat())?;
        sheet.records(("unit", &HEADS), &UNITS, self.coverage.rows(), lang)?;
        sheet.records(("finding", &HEADS), &HOLDER_FINDINGS, self.findings.iter().cloned(), lang)?;
        sheet.records(("problem", &HEADS), &PROBLEMS, self.problems.iter().cloned(), lang)?;
        sheet.flush()
    }
}

impl AuditSink for Check {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        self.has_categories = !head.policy.holders.categories.is_empty();
        self.coverage.begin(head)
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        match facts.holding.of {
            _ if facts.role != CertificateRole::EndEntity => {}
            HolderMatch::Unknown => self.unknown += 1,
            HolderMatch::Ambiguous(_) => self.ambiguous += 1,
            _ => {}
        }
        let told = |finding: &&JudgedFinding| finding.rule.family == RuleFamily::Holder && finding.rule.code != UNKNOWN;
        let holder = facts.holder.map(HolderRef::of).unwrap_or_default();
        let path = facts.places.first().map(|place| place.path.clone());
        self.findings.extend(record.findings.iter().filter(told).map(|finding| HolderFinding {
            holder: holder.clone(),
            path: path.clone(),
            finding: finding.clone(),
        }));
        self.coverage.certificate(record)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let holder = record.facts.holder;
        self.holders.push(HolderRow::new(holder));
        self.findings.extend(record.findings.iter().map(|finding| HolderFinding {
            holder: HolderRef::of(holder),
            path: None,
            finding: finding.clone(),
        }));
        self.coverage.holder(record)
    }
}

impl HolderRow {
    fn new(holder: &Holder) -> HolderRow {
        let contact = &holder.contact;
        let ways = [&contact.mail, &contact.tel, &contact.fax, &contact.address];
        HolderRow {
            is_in_business: problems::is_in_business(holder.status),
            has_category: holder.category.is_some(),
            can_be_told: ways.iter().any(|way| way.is_some()),
            lines: holder.lines.clone(),
        }
    }
}
