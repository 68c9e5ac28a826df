//! CSV for spreadsheets: UTF-8 with a byte-order mark, CRLF, no cell that could be a formula.

use std::io::{self, Write};

use csv::{Terminator, Writer, WriterBuilder};

use super::escape::cell;
use super::model::{kind_code, role_code};
use crate::audit::facts::OccurrenceFacts;
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::format_instant;
use crate::certificate::{hex, spaced_hex};
use crate::locale::Lang;

/// The columns, in order; docs/ja/output.md and docs/en/output.md explain each.
pub const COLUMNS: [&str; 25] = [
    "record",
    "path",
    "container",
    "opened_with",
    "friendly_name",
    "subject",
    "issuer",
    "serial",
    "issued_on",
    "expires_on",
    "not_before",
    "not_after",
    "effective_expiry",
    "role",
    "verdict",
    "generation",
    "reasons",
    "has_key",
    "key_matches",
    "severity",
    "rules",
    "messages",
    "remedies",
    "sha1",
    "sha256",
];

/// Writes one row a certificate and place, then one a holder with findings, then one a file that
/// could not be read, then one a finding of a file or of the run.
pub struct CsvWriter<W: Write> {
    out: Sheet<W>,
    lang: Lang,
}

/// A sheet that is written row by row, every cell made safe.
pub(super) struct Sheet<W: Write>(Writer<W>);

impl<W: Write> Sheet<W> {
    /// A sheet with these heads.
    pub(super) fn new(mut out: W, heads: &[&str]) -> io::Result<Sheet<W>> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
        out.write_record(heads).map_err(io_error)?;
        Ok(Sheet(out))
    }

    /// The next row.
    pub(super) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
        for text in cells {
            self.0.write_field(cell(text).as_bytes()).map_err(io_error)?;
        }
        self.0.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// Writes what is still held.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> io::Result<Self> {
        Ok(CsvWriter { out: Sheet::new(out, &COLUMNS)?, lang })
    }

    fn row(&mut self, row: Row) -> io::Result<()> {
        self.out.row(COLUMNS.iter().map(|column| row.0.iter().find(|(c, _)| c == column).map_or("", |(_, v)| v)))
    }
}

/// Writes a table of its own with these columns, in the same form.
pub fn write_sheet(out: &mut dyn Write, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) -> io::Result<()> {
    let mut sheet = Sheet::new(out, columns)?;
    for row in rows {
        sheet.row(row.iter().map(String::as_str))?;
    }
    sheet.flush()
}

/// The error beneath, so that a reader that has gone is known for what it is.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// A row under construction: values by column.
struct Row(Vec<(&'static str, String)>);

impl Row {
    fn new(record: &str, path: &str) -> Row {
        Row(vec![("record", record.into()), ("path", path.into())])
    }

    fn with(mut self, column: &'static str, value: impl Into<String>) -> Row {
        self.0.push((column, value.into()));
        self
    }

    fn with_findings(self, findings: &[JudgedFinding], lang: Lang) -> Row {
        let join = |texts: Vec<String>| texts.join(" / ");
        let worst = findings.iter().map(|finding| finding.severity).max();
        self.with("severity", worst.map_or("", |severity| severity.code()))
            .with("rules", findings.iter().map(|f| f.rule.code).collect::<Vec<_>>().join(" "))
            .with("messages", join(findings.iter().map(|f| f.evidence.fill(&f.rule.message, lang)).collect()))
            .with("remedies", join(findings.iter().map(|f| f.evidence.fill(&f.rule.remedy, lang)).collect()))
    }

    fn with_place(self, place: &OccurrenceFacts) -> Row {
        let yes_or_no = |known: Option<bool>| known.map_or("", |yes| if yes { "yes" } else { "no" });
        self.with("container", kind_code(place.container))
            .with("opened_with", place.opened_with.as_deref().unwrap_or(""))
            .with("friendly_name", place.friendly_name.as_deref().unwrap_or(""))
            .with("has_key", yes_or_no(place.has_key))
            .with("key_matches", yes_or_no(place.key_matches))
    }

    fn with_certificate(self, record: &CertificateRecord) -> Row {
        let facts = &record.facts;
        let certificate = facts.certificate;
        let day = |day: Option<crate::calendar::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let at = |at: Option<crate::calendar::Instant>| at.map(format_instant).unwrap_or_default();
        self.with("subject", certificate.subject.printed())
            .with("issuer", certificate.issuer.printed())
            .with("serial", certificate.serial.to_string())
            .with("issued_on", day(facts.issued_on))
            .with("expires_on", day(facts.expires_on))
            .with("effective_expiry", at(facts.verdict.effective_expiry))
            .with("not_before", at(certificate.not_before))
            .with("not_after", at(certificate.not_after))
            .with("role", role_code(facts.role))
            .with("verdict", facts.verdict.status.code())
            .with("generation", facts.verdict.generation.as_deref().unwrap_or(""))
            .with("reasons", facts.verdict.reasons.iter().map(|r| r.code()).collect::<Vec<_>>().join(" "))
            .with("sha1", spaced_hex(&certificate.sha1()))
            .with("sha256", hex(&certificate.sha256))
    }
}

impl<W: Write> AuditSink for CsvWriter<W> {
    fn begin(&mut self, _: &AuditHead) -> io::Result<()> {
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        for place in record.facts.places {
            let row = Row::new("certificate", &place.path).with_place(place).with_certificate(record);
            self.row(row.with_findings(record.findings, self.lang))?;
        }
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        if record.findings.is_empty() {
            return Ok(());
        }
        let holder = record.facts.holder;
        let row = Row::new("holder", "").with("subject", format!("{} ({})", holder.name, holder.key.id));
        self.row(row.with_findings(record.findings, self.lang))
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        let row = Row::new("unreadable", file.path).with("reasons", file.reason);
        self.row(row.with_findings(file.findings, self.lang))
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        let row = Row::new("finding", path.unwrap_or(""));
        self.row(row.with_findings(std::slice::from_ref(finding), self.lang))
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        self.out.flush()
    }
}
