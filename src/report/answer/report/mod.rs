//! The whole report: one value that every form shows.
//!
//! A [`Report`] is made once, of what the audit tells and the lifecycle plans: three numbers,
//! counts, charts and rows of lists. Every form (`html`, `xlsx`, `csv`, `json`, `md`, `ics`,
//! `prom`) shows that value and counts nothing of its own, so that they cannot differ. What goes
//! into a cell, a page, a calendar or a label is escaped for that place by the form that writes it.
//! Absent here: judgement, clock, files.

mod build;
mod json;
pub mod people;

pub use build::Gathering;
pub use people::Recipient;

use std::collections::BTreeMap;

use super::{unfinished, unmatched};
use crate::calendar::{Day, Instant, Zone};
use crate::inventory::UnfinishedImport;
use crate::locale::{Lang, Text};
use crate::policy::{Desks, Severity};
use crate::report::letter::{Letter, LetterKind};
use crate::report::list::certificate::{CERTIFICATES, CertificateRow};
use crate::report::list::change::{CHANGES, ChangeRow};
use crate::report::list::coverage::{UNITS, UnitRow, period_sentence};
use crate::report::list::fee::{FEES, FeeRow};
use crate::report::list::finding::{FINDINGS, FindingRow};
use crate::report::list::plan::{PLAN, PlanRow};
use crate::report::list::{Column, Head, List, Privacy, Table};
use crate::report::scope::Excluded;

/// The tables of a report, as `--table` spells them.
pub const TABLES: [&str; 5] = ["coverage", "plan", "findings", "certificates", "fees"];

/// The tables of a report and their columns; `changes` is there where it was asked for.
pub fn report_heads() -> [(&'static str, Vec<Head>); 6] {
    [
        (UNITS.id, UNITS.heads()),
        (PLAN.id, PLAN.heads()),
        (FINDINGS.id, FINDINGS.heads()),
        (CERTIFICATES.id, CERTIFICATES.heads()),
        (FEES.id, FEES.heads()),
        (CHANGES.id, CHANGES.heads()),
    ]
}

/// The rows of a report.
#[derive(Clone, Debug, Default)]
pub struct ReportRows {
    /// Units: those that cannot submit claims first, then those of which that cannot be determined.
    pub units: Vec<UnitRow>,
    /// The plan.
    pub plan: Vec<PlanRow>,
    /// Findings, the gravest first.
    pub findings: Vec<FindingRow>,
    /// Certificates.
    pub certificates: Vec<CertificateRow>,
    /// Applications and what they cost.
    pub fees: Vec<FeeRow>,
    /// What has changed; none where that was not asked for.
    pub changes: Option<Vec<ChangeRow>>,
}

/// The content of a report.
#[derive(Clone, Debug)]
pub struct Report {
    /// The language of its texts.
    pub lang: Lang,
    /// The moment judged.
    pub at: Instant,
    /// The civil day of it.
    pub today: Day,
    /// The day whose knowledge it is from, where that is not today.
    pub as_of: Option<Day>,
    /// The zone of its days.
    pub zone: Zone,
    /// The policy: name, file, title.
    pub policy: (String, String, String),
    /// What it is limited to, in words; empty where it includes everything.
    pub scope: String,
    /// What it leaves out for that; none where it includes everything.
    pub excluded: Option<Excluded>,
    /// Who can bill.
    pub coverage: CoverageCounts,
    /// What was counted.
    pub counts: Counts,
    /// Certificates by the month of their end and usage category, months in order; those that need
    /// nobody's attention are left out.
    pub expiry: Vec<ChartBar>,
    /// Certificates of holders by the generation of their root.
    pub generations: Vec<(String, u64)>,
    /// What applications cost by fiscal year: applied for, ahead, and how many fees are unknown.
    pub fees: Vec<FiscalYear>,
    /// What all of it rests on: sentences.
    pub notes: Vec<String>,
    /// Imports that were stopped: what they did not read is missing from all of it.
    pub unfinished: Vec<UnfinishedImport>,
    /// Since when [`ReportRows::changes`] tells, in words.
    pub since: Option<String>,
    /// The rows of its tables.
    pub rows: ReportRows,
    /// It names nobody: columns that are private are left out of its tables.
    pub is_anonymous: bool,
    /// The holders that the plan tells of, and how to reach them.
    pub people: Vec<Recipient>,
    /// What each holder is to be told of its certificates. Letters tell what tables do not: where
    /// a holder is reached.
    pub letters: Vec<Letter>,
    /// Who to turn to.
    pub desks: Desks,
}

/// Who can bill in the coming claim period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CoverageCounts {
    /// The period; none where the policy has none.
    pub period: Option<(Day, Day)>,
    /// Units that can be billed for.
    pub can: u64,
    /// Units for which claims can be submitted until a day within the period.
    pub can_until: u64,
    /// Units of which that cannot be determined.
    pub unknown: u64,
    /// Units that cannot be billed for.
    pub cannot: u64,
    /// There is no register: a unit is a subject.
    pub has_no_register: bool,
    /// Valid certificates that are matched to no holder yet, whatever the report is limited to.
    pub unmatched: usize,
}

/// What a report counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Certificates, those of CAs among them.
    pub certificates: u64,
    /// Certificates by verdict: its code.
    pub verdicts: BTreeMap<&'static str, u64>,
    /// Findings by severity.
    pub severities: BTreeMap<Severity, u64>,
    /// Findings by rule, with the rule's title and gravest severity.
    pub rules: BTreeMap<&'static str, (u64, Severity)>,
    /// Files that could not be read. They are nobody's: a scope by the register leaves them out.
    pub unreadable: u64,
    /// Certificates of holders that have expired, and that are neither renewed, nor otherwise settled,
    /// nor history.
    pub lapsed: u64,
    /// Certificates of holders that expired so long ago that they are history.
    pub history: u64,
    /// Certificates within tiers of the policy, by days.
    pub tiers: BTreeMap<i64, u64>,
    /// Renewals to be applied for within the plan.
    pub apply: u64,
    /// Certificates that have expired, or whose renewal loses a claim period.
    pub unplaced: u64,
    /// Those that expire before their successors are issued, but lose no claim period.
    pub no_margin: u64,
    /// Those whose expiry is unknown.
    pub end_unknown: u64,
    /// Renewals that were applied for.
    pub awaited: u64,
}

/// A bar of a chart: a month, and how many of each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartBar {
    /// `2027-04`.
    pub label: String,
    /// By series: its name and number.
    pub parts: Vec<(String, u64)>,
}

/// What applications of a fiscal year cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiscalYear {
    /// The year in which it begins.
    pub year: i32,
    /// Yen of applications that were made.
    pub past: u64,
    /// Yen of those that lie ahead.
    pub ahead: u64,
    /// Applications of unknown fee.
    pub unknown: u64,
}

impl Report {
    /// The certificates that letters would be about if anybody knew whose they are.
    pub fn without_letter(&self) -> usize {
        let due = |row: &&PlanRow| row.is_near && LetterKind::of(&row.outcome).is_some();
        self.rows.plan.iter().filter(due).filter(|row| row.certificate.holder.key.is_none()).count()
    }

    /// A text in the report's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// The tables, in the order of [`TABLES`].
    pub fn tables(&self) -> [Table<'_>; 5] {
        let rows = &self.rows;
        [
            self.listed(&UNITS, &rows.units),
            self.listed(&PLAN, &rows.plan),
            self.listed(&FINDINGS, &rows.findings),
            self.listed(&CERTIFICATES, &rows.certificates),
            self.listed(&FEES, &rows.fees),
        ]
    }

    /// What is otherwise than it was, where that was asked for.
    pub fn changes(&self) -> Option<Table<'_>> {
        Some(self.listed(&CHANGES, self.rows.changes.as_ref()?))
    }

    /// A table by the name that `--table` has for it.
    pub fn table(&self, id: &str) -> Option<Table<'_>> {
        self.tables().into_iter().chain(self.changes()).find(|table| table.id == id)
    }

    /// ReportRows of a list.
    pub(in crate::report) fn listed<'r, R: 'r>(
        &self,
        list: &List<R>,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Table<'r> {
        self.part(list, list.of_report(), rows)
    }

    /// ReportRows of a list under some columns, as this report may show them.
    pub(in crate::report) fn part<'r, R: 'r>(
        &self,
        list: &List<R>,
        columns: impl IntoIterator<Item = Column<R>>,
        rows: impl IntoIterator<Item = &'r R>,
    ) -> Table<'r> {
        let is_private = |one: &Column<R>| one.report.is_some_and(|(_, head)| head.privacy == Privacy::Private);
        let columns = columns.into_iter().filter(|one| !self.is_anonymous || !is_private(one));
        Table::new(list, columns, rows, self.lang)
    }

    /// The title.
    pub fn title(&self) -> String {
        let text = Text { ja: "証明書報告書 {day}", en: "Certificates, {day}" };
        text.fill(self.lang, &[("day", &self.today)])
    }

    /// A sentence for each import that was stopped.
    pub fn unfinished(&self) -> Vec<String> {
        let sentence = if self.is_anonymous { unfinished::anonymous_sentence } else { unfinished::unfinished_sentence };
        self.unfinished.iter().map(|one| sentence(one, self.zone, self.lang)).collect()
    }

    /// Who can bill, in a sentence; before it, sentence by sentence, what makes it an answer about a part
    /// of what there is: imports that were stopped, and certificates that have no holder yet.
    pub fn answer(&self) -> Vec<String> {
        let CoverageCounts { period, can, can_until, unknown, cannot, has_no_register, unmatched } = self.coverage;
        let before = self.unfinished().into_iter().chain(unmatched::sentence(unmatched, self.lang));
        let Some((from, until)) = period else {
            let text = Text {
                ja: "ポリシーに請求期間がないため、請求できるかどうかは調べていません。",
                en: "The policy names no claim period: who can bill was not asked.",
            };
            return before.chain([self.text(text).to_string()]).collect();
        };
        let units = period_sentence((from, until), [can, can_until, unknown, cannot], has_no_register, self.lang);
        before.chain([units]).collect()
    }
}
