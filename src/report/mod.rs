//! Reports: one stream of records, many writers.
//!
//! Every writer is a [`crate::audit::AuditSink`]. What goes into a cell, a page or a terminal is
//! escaped for that place ([`escape`]). Serializable types live here, at the edge, so that the
//! published schemas (docs/schemas) never freeze a type of the inside.
//! Absent here: no judgement, no clock, no environment; whoever calls brings the output.

mod check;
mod columns;
mod coverage;
mod csv;
mod diff;
pub mod escape;
mod holidays;
mod json;
mod layout;
mod lifecycle;
mod list;
mod model;
mod story;
mod table;
mod verification;
pub mod whole;
mod words;

pub use self::csv::{COLUMNS, CsvWriter, write_sheet};
pub use check::{Check, Gone, Problem, ProblemKind};
pub use coverage::{Asked, COVERAGE_COLUMNS, Coverage, UNIT_LISTS};
pub use diff::{Changed, Comparison, DIFF_COLUMNS, Since};
pub use holidays::{HolidayList, long_day, weekday};
pub use json::{JsonWriter, NdjsonWriter, write_json};
pub use layout::{Style, fit, pad, severity_word, unbreakable, wrap};
pub use lifecycle::{
    EXPIRY_COLUMNS, Expiry, ExpiryBy, FEES_COLUMNS, FeesBy, FeesReport, GAPS_COLUMNS, PLAN_COLUMNS, PlanReport,
    REMINDERS_COLUMNS, RemindersReport, View,
};
pub use list::{LIST_COLUMNS, ListCsv, ListHead, ListJson, ListNdjson, ListTable, ListWriter};
pub use model::{certificate_document, entry_document, hex_path, inspect_document, kind_name};
pub use story::{CertificateStory, HolderStory, Telling};
pub use table::TableWriter;
pub use whole::{
    Due as LetterDue, Excluded, Gathering, Letter, LetterKind, Report, Scope, Secret, Stray, TABLES,
    Table as ReportTable, TemplateLine, Templates, Unknown as UnknownPlaceholder,
};
/// The forms of a whole report, which are also how the names of their files end.
pub const REPORT_FORMS: [&str; 7] = ["html", "xlsx", "csv", "json", "md", "ics", "prom"];

pub use verification::VerificationReport;
pub use words::{key_words, mac_words, protection_words};

/// The forms a report can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Format {
    /// For reading, on a terminal.
    #[default]
    Table,
    /// One document.
    Json,
    /// The same records, one a line.
    Ndjson,
    /// One row a certificate and place, for spreadsheets.
    Csv,
}

impl Format {
    /// All of them, as `--format` spells them.
    pub const ALL: [(&'static str, Format); 4] =
        [("table", Format::Table), ("json", Format::Json), ("ndjson", Format::Ndjson), ("csv", Format::Csv)];
}
