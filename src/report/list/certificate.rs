//! Certificates: one row each, as they were judged.

use std::sync::LazyLock;

use super::holder::{self, HolderRef, has_holder};
use super::tracked::CategoryRef;
use super::{Cell, Column, List, SEVERITY, head, severity_cell};
use crate::calendar::Day;
use crate::certificate::CertificateRole;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::model::role_code;
use crate::report::layout::status_word;
use crate::trust::TrustStatus;

/// A certificate as it was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct CertificateRow {
    /// How grave the gravest finding is; none where all is fine.
    pub severity: Option<Severity>,
    /// The day of its effective expiry.
    pub ends_on: Option<Day>,
    /// Days from today up to that one.
    pub days_left: Option<i64>,
    /// The holder.
    pub holder: HolderRef,
    /// Its usage category.
    pub category: Option<CategoryRef>,
    /// The generation of its root.
    pub generation: Option<String>,
    /// The verdict.
    pub verdict: TrustStatus,
    /// What it is for.
    pub role: CertificateRole,
    /// The rules of its findings.
    pub rules: Vec<&'static str>,
    /// The day of its notBefore.
    pub issued_on: Option<Day>,
    /// Its serial number, as printed.
    pub serial: String,
    /// The SHA-256 of its DER.
    pub sha256: String,
    /// Its subject, as printed.
    pub subject: String,
    /// How many occurrences it has.
    pub places: usize,
    /// The computers that have it.
    pub hosts: Vec<String>,
    /// The path of its first occurrence.
    pub path: Option<String>,
}

has_holder!(CertificateRow, holder);

/// Certificates; docs/ja/output.md and docs/en/output.md explain each column.
pub static CERTIFICATES: LazyLock<List<CertificateRow>> = LazyLock::new(|| {
    type Row = CertificateRow;
    let columns = [
        Column::new("severity", |row: &Row, lang| severity_cell(row.severity, lang)).word(1, SEVERITY),
        Column::new("ends_on", |row: &Row, _| row.ends_on.into()).day(2, super::ENDS_ON),
        Column::new("days_left", |row: &Row, _| row.days_left.into()).number(3, head("残日数", "days")),
        Column::new("category", |row: &Row, _| row.category.as_ref().map(CategoryRef::cell).into())
            .word(10, super::CATEGORY),
        Column::new("generation", |row: &Row, _| row.generation.as_ref().into()).text(11, head("世代", "root")),
        Column::new("verdict", |row: &Row, lang| {
            let severity = match row.verdict {
                TrustStatus::Trusted => None,
                TrustStatus::Untrusted => Some(Severity::Error),
                TrustStatus::Undetermined => Some(Severity::Warning),
            };
            Cell::word(row.verdict.code(), status_word(row.verdict, lang), severity)
        })
        .word(12, head("検証結果", "verdict")),
        Column::new("role", |row: &Row, _| role_code(row.role).into()).text(13, head("種別", "role")).data(),
        Column::new("rules", |row: &Row, _| row.rules.join(" ").into()).text(14, super::RULES),
        Column::new("issued_on", |row: &Row, _| row.issued_on.into()).day(15, head("発行日", "issued on")).data(),
        Column::new("serial", |row: &Row, _| Cell::serial(&row.serial)).text(16, super::SERIAL).named().data(),
        Column::new("sha256", |row: &Row, _| (&row.sha256).into()).text(17, super::SHA256).named().data(),
        Column::new("subject", |row: &Row, _| (&row.subject).into())
            .text(18, head("所有者識別子", "subject"))
            .private()
            .data(),
        Column::new("places", |row: &Row, _| Cell::number(row.places)).number(19, head("場所の数", "places")).data(),
        Column::new("host", |row: &Row, _| row.hosts.join(" ").into()).text(20, super::HOST).private().data(),
        Column::new("path", |row: &Row, _| row.path.as_ref().into()).text(21, super::PLACE).private().data(),
    ];
    let title = Text { ja: "証明書", en: "Certificates" };
    List::new("certificates", title, holder::columns(4).into_iter().chain(columns))
});
