//! The records of an audit as CSV.

use std::io::{self, Write};

use crate::audit::{AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile};
use crate::locale::Lang;
use crate::report::form::csv::ListSheet;
use crate::report::list::audited::{AUDITED, AuditRow, AuditedCertificate};

/// Writes the rows of [`AUDITED`] as the records come.
pub struct CsvWriter<W: Write>(ListSheet<W, AuditRow>);

impl<W: Write> CsvWriter<W> {
    /// Writes to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> io::Result<Self> {
        Ok(CsvWriter(ListSheet::new(out, &AUDITED, lang)?))
    }
}

impl<W: Write> AuditSink for CsvWriter<W> {
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let (certificate, findings) = (Some(AuditedCertificate::of(&record.facts)), record.findings.to_vec());
        let mut row = AuditRow { record: "certificate", certificate, findings, ..AuditRow::default() };
        for place in record.facts.places {
            row.path.clone_from(&place.path);
            row.occurrence = Some(place.clone());
            self.0.row(&row)?;
        }
        Ok(())
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        if record.findings.is_empty() {
            return Ok(());
        }
        let holder = record.facts.holder;
        let (holder, findings) = (format!("{} ({})", holder.name, holder.key.id), record.findings.to_vec());
        self.0.row(&AuditRow { record: "holder", holder: Some(holder), findings, ..AuditRow::default() })
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        let (path, findings) = (file.path.to_string(), file.findings.to_vec());
        self.0.row(&AuditRow { record: "unreadable", path, reason: Some(file.reason), findings, ..AuditRow::default() })
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        let (path, findings) = (path.unwrap_or_default().to_string(), vec![finding.clone()]);
        self.0.row(&AuditRow { record: "finding", path, findings, ..AuditRow::default() })
    }

    fn end(&mut self, _: &AuditSummary) -> io::Result<()> {
        self.0.flush()
    }
}
