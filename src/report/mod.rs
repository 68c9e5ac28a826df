//! Reports: what the commands answer, in every form.
//!
//! Four layers, each of which knows those below it:
//!
//! - [`list`]: rows and their columns. A fact of a row is one column, which says what it is called in
//!   CSV and JSON and where the whole report and a terminal show it.
//! - `answer`: what a command says beside its lists: a sentence, counts, notes, a hint.
//! - [`form`]: terminal, CSV, JSON, Markdown, page, workbook, calendar, metrics. A form walks the
//!   columns of whatever list it is given.
//! - `letter`: what each holder is to be told, on paper or by mail.
//!
//! What goes into a cell, a page or a terminal is escaped for that place ([`escape`]). Serializable
//! types live here, at the edge, so that the published schemas (docs/schemas) never freeze a type of
//! the inside. Absent here: no judgement, no clock, no environment; whoever calls brings the output.

mod anonymise;
mod answer;
pub mod escape;
pub mod form;
mod layout;
mod letter;
pub mod list;
mod scope;

pub use anonymise::Secret;
pub use answer::audit::{CsvWriter, JsonWriter, TableWriter};
pub use answer::check::{Check, Gone, Problem, ProblemKind};
pub use answer::coverage::{Asked, Coverage, UNIT_LISTS};
pub use answer::desk::{desk_line, desk_numbers, desk_opening};
pub use answer::diff::{Comparison, Since};
pub use answer::holidays::HolidayList;
pub use answer::lifecycle::{Expiry, ExpiryBy, FeesBy, FeesReport, PlanReport, RemindersReport, View};
pub use answer::list::{ListCsv, ListHead, ListJson, ListTable, ListWriter};
pub use answer::model::{certificate_document, entry_document, hex_path, inspect_document, kind_name};
pub use answer::monitor::{AlertRange, MonitorAnswer, MonitorMetric, MonitorState, MonitorThresholds, monitor_line};
pub use answer::report as document;
pub use answer::report::{Gathering, Report, TABLES};
pub use answer::story::{CertificateStory, HolderRenewals, HolderStory, JudgedHolder, Telling};
pub use answer::unfinished::unfinished_sentence;
pub use answer::verification::VerificationReport;
pub use form::csv::{write_sheet, write_table};
pub use form::json::write_json;
pub use layout::{Style, fit, long_day, pad, severity_word, unbreakable, weekday, wrap, write_indented};
pub use letter::{Letter, LetterDue, LetterKind, TemplateLine, Templates, TextBlock, TextValues, UnknownPlaceholder};
pub use letter::{address as letter_address, system as letter_system};
pub use list::change::Changed;
pub use scope::{Excluded, Scope, Stray, is_same};

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
