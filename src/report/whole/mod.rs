//! The whole report: one value, many faces.
//!
//! A [`Report`] is made once, of what the audit tells and the lifecycle plans: three numbers,
//! counts, charts and tables of cells. Every form (`html`, `xlsx`, `csv`, `json`, `md`, `ics`,
//! `prom`) shows that value and counts nothing of its own, so that they cannot differ. What goes
//! into a cell, a page, a calendar or a label is escaped for that place by the form that writes it.
//! Absent here: judgement, clock, files.

mod anonymise;
mod build;
mod calendar;
mod columns;
mod csv;
mod html;
mod json;
mod letter;
mod markdown;
pub mod people;
mod prometheus;
mod scope;
pub mod table;
mod xlsx;

pub use anonymise::Secret;
pub use build::Gathering;
pub(super) use build::{holder_cells, named_cells};
pub use columns::REPORT_COLUMNS;
pub use letter::{Due, Kind as LetterKind, Letter, TemplateLine, Templates, TextBlock, TextValues, Unknown};
pub use people::Recipient;
pub use scope::{Excluded, Scope, Stray};
pub use table::{Cell, Column, Table};

use std::collections::BTreeMap;

use crate::calendar::{Day, Instant, Zone};
use crate::locale::{Lang, Text};
use crate::policy::Severity;

/// The tables of a report, as `--table` spells them.
pub const TABLES: [&str; 5] = ["coverage", "plan", "findings", "certificates", "fees"];

/// Everything that a report tells.
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
    /// What it is limited to, in words; empty where it tells of everything.
    pub scope: String,
    /// What it leaves out for that; none where it tells of everything.
    pub excluded: Option<Excluded>,
    /// Who can bill.
    pub coverage: Coverage,
    /// What was counted.
    pub counts: Counts,
    /// Certificates by the month of their end and usage category, months in order; those that need
    /// nobody's attention are left out.
    pub expiry: Vec<Bar>,
    /// Certificates of holders by the generation of their root.
    pub generations: Vec<(String, u64)>,
    /// What applications cost by fiscal year: applied for, ahead, and how many fees are unknown.
    pub fees: Vec<FiscalYear>,
    /// What all of it rests on: sentences.
    pub notes: Vec<String>,
    /// Since when [`Report::changes`] tells, in words.
    pub since: Option<String>,
    /// What is otherwise than it was then.
    pub changes: Option<Table>,
    /// The tables, in the order of [`TABLES`].
    pub tables: Vec<Table>,
    /// The holders that the plan tells of, and how to reach them.
    pub people: Vec<Recipient>,
    /// What each holder is to be told of its certificates. Letters tell what tables do not: where
    /// a holder is reached.
    pub letters: Vec<Letter>,
    /// What happens to whoever lets a certificate lapse.
    pub lapse: Option<String>,
}

/// Who can bill in the coming claim period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The period; none where the policy has none.
    pub period: Option<(Day, Day)>,
    /// Units that can be billed for.
    pub can: u64,
    /// Units of which nobody can tell.
    pub unknown: u64,
    /// Units that cannot be billed for.
    pub cannot: u64,
    /// There is no register: a unit is a subject.
    pub has_no_register: bool,
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
    /// Certificates that have ended and that somebody should look after.
    pub lapsed: u64,
    /// Certificates within tiers of the policy, by days.
    pub tiers: BTreeMap<i64, u64>,
    /// Renewals to be applied for within the plan.
    pub apply: u64,
    /// Certificates for which no safe day is left.
    pub unplaced: u64,
    /// Renewals that were applied for.
    pub awaited: u64,
}

/// A bar of a chart: a month, and how many of each series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
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
    /// A text in the report's language.
    pub fn text(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// A table by its name.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// The title.
    pub fn title(&self) -> String {
        let text = Text { ja: "証明書報告書 {day}", en: "Certificates, {day}" };
        text.fill(self.lang, &[("day", &self.today)])
    }

    /// Who can bill, in a sentence.
    pub fn answer(&self) -> String {
        let Coverage { period, can, unknown, cannot, has_no_register } = self.coverage;
        let Some((from, until)) = period else {
            let text = Text {
                ja: "ポリシーに請求期間がないため、請求できるかどうかは調べていません。",
                en: "The policy names no claim period: who can bill was not asked.",
            };
            return self.text(text).into();
        };
        let text = Text {
            ja: "{from} から {until} までの請求期間: 請求できる {can}、判定できない {unknown}、請求できない {cannot}({what})。",
            en: "Claim period from {from} to {until}: {can} can bill, {unknown} unknown, {cannot} cannot ({what}).",
        };
        let what = match has_no_register {
            true => Text {
                ja: "台帳がないため、証明書の所有者ごと", en: "by subject, as there is no register"
            },
            false => Text { ja: "事業所番号とサービスの組", en: "provider number and service" },
        };
        let what = self.text(what);
        text.fill(
            self.lang,
            &[
                ("from", &from),
                ("until", &until),
                ("can", &can),
                ("unknown", &unknown),
                ("cannot", &cannot),
                ("what", &what),
            ],
        )
    }
}
