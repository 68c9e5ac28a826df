//! The records of an audit, as its CSV has them: one row a certificate and place, then one a holder
//! with findings, one a file that could not be read, one a finding of a file or of the run.

use std::sync::LazyLock;

use super::{Cell, Column, List};
use crate::audit::JudgedFinding;
use crate::audit::facts::{CertificateFacts, OccurrenceFacts};
use crate::calendar::{Day, Instant, format_instant};
use crate::certificate::{Certificate, CertificateRole, hex, spaced_hex};
use crate::locale::{Lang, Text};
use crate::report::answer::model::{kind_code, role_code};
use crate::trust::Verdict;

/// A record.
#[derive(Clone, Debug, Default)]
pub struct AuditRow {
    /// `certificate`, `holder`, `unreadable` or `finding`.
    pub record: &'static str,
    /// The file; empty where it is about none.
    pub path: String,
    /// Where the certificate is.
    pub occurrence: Option<OccurrenceFacts>,
    /// The certificate.
    pub certificate: Option<AuditedCertificate>,
    /// The holder, by name and ID.
    pub holder: Option<String>,
    /// Why the file could not be read: the code of a rule.
    pub reason: Option<&'static str>,
    /// The findings.
    pub findings: Vec<JudgedFinding>,
}

/// A certificate and how it was judged.
#[derive(Clone, Debug)]
pub struct AuditedCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// What it is in a chain.
    pub role: CertificateRole,
    /// The verdict.
    pub verdict: Verdict,
    /// The civil day of its notBefore.
    pub issued_on: Option<Day>,
    /// The civil day of its notAfter.
    pub expires_on: Option<Day>,
}

impl AuditedCertificate {
    /// What the facts say.
    pub fn of(facts: &CertificateFacts) -> AuditedCertificate {
        AuditedCertificate {
            certificate: facts.certificate.clone(),
            role: facts.role,
            verdict: facts.verdict.clone(),
            issued_on: facts.issued_on,
            expires_on: facts.expires_on,
        }
    }
}

impl AuditRow {
    fn place<'r, T: Into<Cell<'r>>>(&'r self, get: fn(&'r OccurrenceFacts) -> T) -> Cell<'r> {
        self.occurrence.as_ref().map(get).into()
    }

    fn judged<'r, T: Into<Cell<'r>>>(&'r self, get: fn(&'r AuditedCertificate) -> T) -> Cell<'r> {
        self.certificate.as_ref().map(get).into()
    }

    fn texts(&self, lang: Lang, text: fn(&JudgedFinding, Lang) -> String) -> Cell<'static> {
        self.findings.iter().map(|finding| text(finding, lang)).collect::<Vec<_>>().join(" / ").into()
    }
}

fn moment(at: Option<Instant>) -> Option<String> {
    at.map(format_instant)
}

/// The records. A column whose JSON says the same has its path there; `sources` is a list, of which
/// a row is one. Names, serial number and SHA-1 stand here as people compare them, in JSON as
/// programs do. docs/ja/output.md and docs/en/output.md explain each column.
pub static AUDITED: LazyLock<List<AuditRow>> = LazyLock::new(|| {
    type Row = AuditRow;
    let columns = [
        Column::csv("record", |row: &Row, _| row.record.into()),
        Column::csv("path", |row: &Row, _| (&row.path).into()).json("sources.path"),
        Column::csv("container", |row: &Row, _| row.place(|one| kind_code(one.container))).json("sources.container"),
        Column::csv("opened_with", |row: &Row, _| row.place(|one| one.opened_with.as_ref()))
            .json("sources.opened_with"),
        Column::csv("friendly_name", |row: &Row, _| row.place(|one| one.friendly_name.as_ref()))
            .json("sources.friendly_name"),
        Column::csv("subject", |row: &Row, _| match &row.holder {
            Some(holder) => holder.into(),
            None => row.judged(|one| one.certificate.subject.printed()),
        }),
        Column::csv("issuer", |row: &Row, _| row.judged(|one| one.certificate.issuer.printed())),
        Column::csv("serial", |row: &Row, _| row.judged(|one| one.certificate.serial.to_string())),
        Column::new("issued_on", |row: &Row, _| row.judged(|one| one.issued_on)),
        Column::new("expires_on", |row: &Row, _| row.judged(|one| one.expires_on)),
        Column::new("not_before", |row: &Row, _| row.judged(|one| moment(one.certificate.not_before))),
        Column::new("not_after", |row: &Row, _| row.judged(|one| moment(one.certificate.not_after))),
        Column::new("effective_expiry", |row: &Row, _| row.judged(|one| moment(one.verdict.effective_expiry))),
        Column::new("role", |row: &Row, _| row.judged(|one| role_code(one.role))),
        Column::csv("verdict", |row: &Row, _| row.judged(|one| one.verdict.status.code())).json("verdict.status"),
        Column::csv("generation", |row: &Row, _| row.judged(|one| one.verdict.generation.as_ref()))
            .json("verdict.generation"),
        Column::csv("reasons", |row: &Row, _| match row.reason {
            Some(reason) => reason.into(),
            None => row.judged(|one| Cell::List(one.verdict.reasons.iter().map(|why| why.code().into()).collect())),
        })
        .json("verdict.reasons"),
        Column::csv("has_key", |row: &Row, _| row.place(|one| one.has_key)).json("sources.has_key"),
        Column::csv("key_matches", |row: &Row, _| row.place(|one| one.key_matches)).json("sources.key_matches"),
        Column::csv("severity", |row: &Row, _| {
            row.findings.iter().map(|finding| finding.severity).max().map(|worst| worst.code()).into()
        }),
        Column::csv("rules", |row: &Row, _| {
            Cell::List(row.findings.iter().map(|finding| finding.rule.code.into()).collect())
        }),
        Column::csv("messages", |row: &Row, lang| row.texts(lang, JudgedFinding::message)),
        Column::csv("remedies", |row: &Row, lang| row.texts(lang, JudgedFinding::remedy)),
        Column::csv("sha1", |row: &Row, _| row.judged(|one| spaced_hex(&one.certificate.sha1()))),
        Column::new("sha256", |row: &Row, _| row.judged(|one| hex(&one.certificate.sha256))),
    ];
    List::new("audit", Text { ja: "点検の記録", en: "Records of the audit" }, columns)
});
