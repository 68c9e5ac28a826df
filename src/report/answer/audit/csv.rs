//! The records of an audit as CSV.

use std::io::{self, Write};

use super::super::model::{kind_code, role_code};
use crate::audit::facts::OccurrenceFacts;
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::format_instant;
use crate::certificate::{hex, spaced_hex};
use crate::locale::Lang;
use crate::report::form::csv::Sheet;

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

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> io::Result<Self> {
        Ok(CsvWriter { out: Sheet::new(out, &COLUMNS)?, lang })
    }

    fn row(&mut self, row: Row) -> io::Result<()> {
        self.out.row(COLUMNS.iter().map(|column| row.0.iter().find(|(c, _)| c == column).map_or("", |(_, v)| v)))
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
        let is = |known: Option<bool>| known.map_or("", |is| if is { "true" } else { "false" });
        self.with("container", kind_code(place.container))
            .with("opened_with", place.opened_with.as_deref().unwrap_or(""))
            .with("friendly_name", place.friendly_name.as_deref().unwrap_or(""))
            .with("has_key", is(place.has_key))
            .with("key_matches", is(place.key_matches))
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
