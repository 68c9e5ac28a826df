//! The records of an audit as JSON: one document, or one record a line.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use super::super::model::{self, AUDIT, Finding, summary};
use crate::audit::{
    AuditHead, AuditSink, AuditSummary, CertificateRecord, HolderRecord, JudgedFinding, UnreadableFile,
};
use crate::calendar::format_instant;
use crate::locale::Lang;
use crate::report::form::json::{Line, write_json};

fn head_fields(head: &AuditHead) -> (String, serde_json::Value) {
    let policy = json!({"name": head.policy.name, "file": head.policy.file});
    (format_instant(head.at), policy)
}

/// Which list of the document is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Section {
    Certificates,
    Holders,
    Unreadable,
    Findings,
}

impl Section {
    const ALL: [(Section, &'static str); 4] = [
        (Section::Certificates, "certificates"),
        (Section::Holders, "holders"),
        (Section::Unreadable, "unreadable"),
        (Section::Findings, "findings"),
    ];
}

/// Writes the one document `shomei/audit/1`, record by record.
pub struct JsonWriter<W: Write> {
    out: W,
    lang: Lang,
    section: Option<Section>,
    first: bool,
}

impl<W: Write> JsonWriter<W> {
    /// Writes to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> Self {
        JsonWriter { out, lang, section: None, first: true }
    }

    /// Closes the lists before `section` and opens it. All lists are there, empty or not; but
    /// that of the holders only where there are any.
    fn enter(&mut self, section: Section) -> io::Result<()> {
        for (next, name) in Section::ALL {
            let absent = next == Section::Holders && section != Section::Holders;
            if absent || next > section || self.section.is_some_and(|open| open >= next) {
                continue;
            }
            if self.section.is_some() {
                self.out.write_all(b"],\n")?;
            }
            write!(self.out, "\"{name}\":[")?;
            self.section = Some(next);
            self.first = true;
        }
        Ok(())
    }

    fn record(&mut self, section: Section, value: &impl Serialize) -> io::Result<()> {
        self.enter(section)?;
        self.out.write_all(if self.first { b"\n" } else { b",\n" })?;
        self.first = false;
        write_json(&mut self.out, value)
    }
}

impl<W: Write> AuditSink for JsonWriter<W> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        let (at, policy) = head_fields(head);
        write!(self.out, "{{\"schema\":\"{AUDIT}\",\"at\":\"{at}\",\"policy\":")?;
        write_json(&mut self.out, &policy)?;
        self.out.write_all(b",\n")
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let value = model::certificate(record, self.lang);
        self.record(Section::Certificates, &value)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let value = model::holder(record, self.lang);
        self.record(Section::Holders, &value)
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        let value = model::unreadable(file, self.lang);
        self.record(Section::Unreadable, &value)
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        let value = Finding::standing(path, finding, self.lang);
        self.record(Section::Findings, &value)
    }

    fn end(&mut self, counts: &AuditSummary) -> io::Result<()> {
        self.enter(Section::Findings)?;
        self.out.write_all(b"],\n\"summary\":")?;
        write_json(&mut self.out, &summary(counts))?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

/// Writes the records of the document one a line, each with a `type`.
pub struct NdjsonWriter<W: Write> {
    out: W,
    lang: Lang,
}

impl<W: Write> NdjsonWriter<W> {
    /// Writes to `out`, with messages in `lang`.
    pub fn new(out: W, lang: Lang) -> Self {
        NdjsonWriter { out, lang }
    }

    fn line(&mut self, kind: &'static str, record: impl Serialize) -> io::Result<()> {
        write_json(&mut self.out, &Line { kind, record })?;
        self.out.write_all(b"\n")
    }
}

impl<W: Write> AuditSink for NdjsonWriter<W> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        let (at, policy) = head_fields(head);
        self.line("audit", json!({"schema": AUDIT, "at": at, "policy": policy}))
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let value = model::certificate(record, self.lang);
        self.line("certificate", value)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        let value = model::holder(record, self.lang);
        self.line("holder", value)
    }

    fn unreadable(&mut self, file: &UnreadableFile) -> io::Result<()> {
        let value = model::unreadable(file, self.lang);
        self.line("unreadable", value)
    }

    fn finding(&mut self, path: Option<&str>, finding: &JudgedFinding) -> io::Result<()> {
        let value = Finding::standing(path, finding, self.lang);
        self.line("finding", value)
    }

    fn end(&mut self, counts: &AuditSummary) -> io::Result<()> {
        self.line("summary", summary(counts))?;
        self.out.flush()
    }
}
