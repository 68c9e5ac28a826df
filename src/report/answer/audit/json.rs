//! The records of an audit as JSON: one document, or one record a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::super::model::{self, AUDIT, FindingDocument};
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::format_instant;
use crate::locale::Lang;
use crate::report::form::json::RecordWriter;

/// The lists of the document in their order, and what a record of each is on a line of its own.
const LISTS: [(&str, &str); 4] =
    [("certificates", "certificate"), ("holders", "holder"), ("unreadable", "unreadable"), ("findings", "finding")];
const CERTIFICATES: usize = 0;
const HOLDERS: usize = 1;
const UNREADABLE: usize = 2;
const FINDINGS: usize = 3;

/// Writes `shomei/audit/1`, record by record.
pub struct JsonWriter<W: Write> {
    out: RecordWriter<W>,
    lang: Lang,
    /// The first list that is not begun.
    next: usize,
}

impl<W: Write> JsonWriter<W> {
    /// Writes the document to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> Self {
        JsonWriter { out: RecordWriter::document(out), lang, next: 0 }
    }

    /// Writes the same records one a line, each with a `type`.
    pub fn ndjson(out: W, lang: Lang) -> Self {
        JsonWriter { out: RecordWriter::ndjson(out), lang, next: 0 }
    }

    /// Begins the lists up to this one. All lists are there, empty or not; but that of the holders
    /// only where there are any, since most audits have no register.
    fn list(&mut self, list: usize) -> io::Result<()> {
        for (at, (name, _)) in LISTS.iter().enumerate().take(list + 1).skip(self.next) {
            if at != HOLDERS || list == HOLDERS {
                self.out.list(name)?;
            }
            self.next = at + 1;
        }
        Ok(())
    }

    fn record(&mut self, list: usize, record: impl Serialize) -> io::Result<()> {
        self.list(list)?;
        self.out.record(LISTS[list].1, record)
    }
}

impl<W: Write> AuditSink for JsonWriter<W> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        let policy = json!({"name": head.policy.name, "file": head.policy.file});
        self.out.begin("audit", &json!({"schema": AUDIT, "at": format_instant(head.at), "policy": policy}))
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.record(CERTIFICATES, model::certificate(record, self.lang))
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        self.record(HOLDERS, model::holder(record, self.lang))
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        self.record(UNREADABLE, model::unreadable(file, self.lang))
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        self.record(FINDINGS, FindingDocument::standing(path, finding, self.lang))
    }

    fn end(&mut self, counts: &AuditSummary) -> io::Result<()> {
        self.list(FINDINGS)?;
        let summary = model::summary(counts);
        self.out.end(("summary", &summary), &summary)
    }
}
