//! Who can bill in a claim period, and why not: the answer of `coverage`, with which that of
//! `register check` begins.
//!
//! [`Coverage`] takes the records as any [`AuditSink`] and is then written as table, JSON
//! (`shomei/coverage/1`) or CSV. A unit is a provider number and service of a holder; where there
//! is no register, it is the subject of a certificate. The three numbers count all units asked
//! about, whichever of them are listed.

mod json;
mod table;

use std::collections::HashMap;
use std::io::{self, Write};

use crate::audit::holding::{ClaimPeriod, ClaimUnit, HolderMatch};
use crate::audit::{AuditHead, AuditSink, CertificateRecord, HolderRecord};
use crate::calendar::{Day, Instant, Zone};
use crate::certificate::CertificateRole;
use crate::locale::Lang;
use crate::policy::{LocalizedText, Severity};
use crate::register::{Holder, HolderKey};
use crate::report::Scope;
use crate::report::form::csv;
use crate::report::list::coverage::{SubjectUnits, UNITS, UnitRow};
use crate::report::list::holder::HolderRef;

/// The rule about those that cannot submit claims.
pub(super) const UNCOVERED: &str = "holder-uncovered";
/// The rule about those that can until a day within the claim period.
const EARLY: &str = "claims-end-early";

/// Who cannot submit claims, who can until a day, of whom that cannot be determined, who can: by the
/// codes of [`Coverage`](crate::audit::holding::Coverage), in the order in which they are listed.
pub const UNIT_LISTS: [&str; 4] = ["cannot", "can-until", "unknown", "can"];

/// Of whom it is asked who can bill, and from what was known when.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Just what this holder bills for or has billed.
    pub holder: Option<HolderKey>,
    /// Just holders of this prefecture, as the register writes it.
    pub prefecture: Option<String>,
    /// The day whose knowledge it is from, where that is not today.
    pub as_of: Option<Day>,
    /// The only list that is wanted, by its code. It changes neither the three numbers nor
    /// [`Coverage::worst`].
    pub only: Option<String>,
}

/// Who can bill in a claim period.
#[derive(Debug)]
pub struct Coverage {
    pub(super) lang: Lang,
    pub(super) at: Instant,
    zone: Zone,
    policy: (String, String),
    services: HashMap<String, LocalizedText>,
    period: Option<ClaimPeriod>,
    asked: Asked,
    pub(super) holders: Vec<Named>,
    pub(super) units: Vec<UnitRow>,
    subjects: SubjectUnits,
    has_no_register: bool,
    /// Valid certificates that are matched to no holder yet.
    unmatched: usize,
    worst: Option<Severity>,
}

/// A holder as people know it.
#[derive(Debug)]
pub(super) struct Named {
    pub key: HolderKey,
    pub name: String,
}

impl Coverage {
    /// With messages in `lang`.
    pub fn new(lang: Lang, asked: Asked) -> Coverage {
        Coverage {
            lang,
            at: Instant::UNIX_EPOCH,
            zone: Zone::UTC,
            policy: (String::new(), String::new()),
            services: HashMap::new(),
            period: None,
            asked,
            holders: Vec::new(),
            units: Vec::new(),
            subjects: SubjectUnits::default(),
            has_no_register: false,
            unmatched: 0,
            worst: None,
        }
    }

    /// How grave the policy takes it that somebody asked about cannot submit claims, or not up to the
    /// end of the period; none where there is nobody of that kind.
    pub fn worst(&self) -> Option<Severity> {
        self.worst
    }

    /// The units by coverage: can, can until a day, cannot be determined, cannot.
    fn counts(&self) -> [u64; 4] {
        ["can", "can-until", "unknown", "cannot"].map(|code| self.units_that(code).count() as u64)
    }

    fn units_that<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a UnitRow> {
        self.units.iter().filter(move |row| row.unit.coverage.code() == code)
    }

    /// The units of a list, unless just another is wanted.
    fn listed<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a UnitRow> {
        let wanted = self.asked.only.as_deref().is_none_or(|only| only == code);
        self.units_that(code).filter(move |_| wanted)
    }

    /// The units of a list as they are written.
    fn rows_that<'a>(&'a self, code: &'a str) -> impl Iterator<Item = UnitRow> {
        let in_several = self.has_registers();
        self.listed(code).map(move |row| {
            let mut row = row.clone();
            row.holder.in_several = in_several;
            row
        })
    }

    /// All of them, in the order of [`UNIT_LISTS`].
    pub(in crate::report) fn rows(&self) -> impl Iterator<Item = UnitRow> {
        UNIT_LISTS.into_iter().flat_map(|code| self.rows_that(code))
    }

    /// Writes one row a unit.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &UNITS, self.rows(), self.lang)
    }

    fn unit_row(&self, holder: HolderRef, unit: ClaimUnit) -> UnitRow {
        let service_name = unit.service.as_deref().map(|id| self.service(id)).unwrap_or_default();
        UnitRow { period: self.period, holder, subject: None, unit, service_name }
    }

    /// Whether there is more than one register to tell apart.
    fn has_registers(&self) -> bool {
        self.holders.windows(2).any(|pair| pair[0].key.register != pair[1].key.register)
    }

    /// A holder's ID, with the register where there are several.
    pub(super) fn shown_key(&self, key: &HolderKey) -> String {
        if self.has_registers() { format!("{}/{}", key.register, key.id) } else { key.id.clone() }
    }

    /// A service by its name.
    pub(super) fn service(&self, id: &str) -> String {
        self.services.get(id).map_or(id, |name| name.get(self.lang)).to_string()
    }
}

impl Asked {
    /// Whether a unit of this holder is asked about.
    fn wants(&self, holder: &Holder, unit: &ClaimUnit) -> bool {
        let billed = |key: &HolderKey| holder.key == *key || unit.through.contains(key);
        self.holder.as_ref().is_none_or(billed)
            && Scope { prefecture: self.prefecture.clone(), ..Scope::default() }.holds(holder)
    }

    /// Whether some are left out.
    fn is_of_some(&self) -> bool {
        self.holder.is_some() || self.prefecture.is_some()
    }
}

impl AuditSink for Coverage {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        let policy = head.policy;
        self.at = head.at;
        self.zone = policy.zone;
        self.policy = (policy.name.clone(), policy.file.clone());
        self.services = policy.holders.services.iter().map(|one| (one.id.clone(), one.name.clone())).collect();
        self.period = head.period;
        Ok(())
    }

    /// Of certificates just those matter that stand in a register's stead.
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        self.unmatched += usize::from(facts.awaits_holder(self.at));
        if facts.role != CertificateRole::EndEntity || facts.holding.of != HolderMatch::NoRegister {
            return Ok(());
        }
        self.has_no_register = true;
        if self.period.is_none() || self.asked.is_of_some() {
            return Ok(());
        }
        let subject = &facts.certificate.subject;
        let next = self.units.len();
        if self.subjects.place(subject, next) == next {
            let row = self.unit_row(HolderRef::default(), ClaimUnit::without_register());
            self.units.push(UnitRow { subject: Some(subject.printed()), ..row });
        }
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let holder = record.facts.holder;
        self.holders.push(Named { key: holder.key.clone(), name: holder.name.clone() });
        let wanted = record.facts.standing.units.iter().filter(|unit| self.asked.wants(holder, unit));
        let wanted: Vec<UnitRow> = wanted.map(|unit| self.unit_row(HolderRef::of(holder), unit.clone())).collect();
        for (code, rule) in [("cannot", UNCOVERED), ("can-until", EARLY)] {
            if wanted.iter().any(|row| row.unit.coverage.code() == code) {
                let told = record.findings.iter().filter(|finding| finding.rule.code == rule);
                self.worst = told.map(|finding| finding.severity).chain(self.worst).max();
            }
        }
        self.units.extend(wanted);
        Ok(())
    }
}
