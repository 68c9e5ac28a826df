//! Reports: one stream of records, many writers.
//!
//! Every writer is a [`crate::audit::AuditSink`]. What goes into a cell, a page or a terminal is
//! escaped for that place ([`escape`]). Serializable types live here, at the edge, so that the
//! published schemas (docs/schemas) never freeze a type of the inside.
//! Absent here: no judgement, no clock, no environment; whoever calls brings the output.

mod answer;
pub mod escape;
pub mod form;
mod layout;
pub mod list;
pub mod whole;

pub use answer::audit::{COLUMNS, CsvWriter, JsonWriter, NdjsonWriter, TableWriter};
pub use answer::check::{Check, Gone, Problem, ProblemKind};
pub use answer::coverage::{Asked, Coverage, UNIT_LISTS};
pub use answer::diff::{Changed, Comparison, Since};
pub use answer::holidays::{HolidayList, long_day, weekday};
pub use answer::lifecycle::{Expiry, ExpiryBy, FeesBy, FeesReport, PlanReport, RemindersReport, View};
pub use answer::list::{ListCsv, ListHead, ListJson, ListNdjson, ListTable, ListWriter};
pub use answer::model::{certificate_document, entry_document, hex_path, inspect_document, kind_name, verify_document};
pub use answer::story::{CertificateStory, HolderStory, Telling};
pub use form::csv::write_sheet;
pub use form::json::write_json;
pub use layout::{Style, fit, pad, severity_word, unbreakable, wrap};
pub use whole::{
    Due as LetterDue, Excluded, Gathering, Letter, LetterKind, Report, Scope, Secret, Stray, TABLES, TemplateLine,
    Templates, TextBlock, TextValues, Unknown as UnknownPlaceholder,
};
/// The forms of a whole report, which are also how the names of their files end.
pub const REPORT_FORMS: [&str; 7] = ["html", "xlsx", "csv", "json", "md", "ics", "prom"];

pub use answer::words::{key_words, mac_words, protection_words};

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
