//! Findings: one row a finding, with what to do.

use std::sync::LazyLock;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, List, POLICY_LINE, PolicyLine, head, severity_cell};
use crate::audit::rules::Rule;
use crate::locale::Text;
use crate::policy::Severity;

/// A finding.
#[derive(Clone, Debug)]
pub struct FindingRow {
    /// How grave it is.
    pub severity: Severity,
    /// The rule.
    pub rule: &'static Rule,
    /// Whose certificate it is about, or which holder; of a file, its name.
    pub holder: HolderRef,
    /// What was found, in a sentence.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// The computer on whose disk it lies.
    pub host: String,
    /// Where it lies.
    pub path: String,
    /// The SHA-256 of the certificate; empty where it is about none.
    pub sha256: String,
    /// The line of the policy that judged it.
    pub policy_line: Option<PolicyLine>,
}

has_holder!(FindingRow, holder);

/// How grave it is.
pub const SEVERITY: Column<FindingRow> =
    Column::new("severity", |row: &FindingRow, lang| severity_cell(Some(row.severity), lang)).word(1, super::SEVERITY);

/// What was found.
pub const MESSAGE: Column<FindingRow> =
    Column::new("message", |row: &FindingRow, _| Cell::text(&row.message)).text(10, super::MESSAGE).private();

/// What to do.
pub const REMEDY: Column<FindingRow> =
    Column::new("remedy", |row: &FindingRow, _| Cell::text(&row.remedy)).text(11, super::REMEDY).private();

/// Findings; docs/ja/output.md and docs/en/output.md explain each column.
pub static FINDINGS: LazyLock<List<FindingRow>> = LazyLock::new(|| {
    type Row = FindingRow;
    let columns = [
        SEVERITY,
        Column::new("rule", |row: &Row, _| row.rule.code.into()).text(2, head("規則", "rule")),
        Column::hidden(|row: &Row, lang| row.rule.title.get(lang).into()).report_as(
            "title",
            3,
            head("指摘", "finding"),
            super::Kind::Text,
        ),
        MESSAGE,
        REMEDY,
        Column::new("host", |row: &Row, _| (&row.host).into()).text(12, super::HOST).private().data(),
        Column::new("path", |row: &Row, _| (&row.path).into()).text(13, super::PLACE).private().data(),
        Column::new("sha256", |row: &Row, _| (&row.sha256).into()).text(14, super::SHA256).named().data(),
        Column::new("policy_line", |row: &Row, _| row.policy_line.as_ref().map(PolicyLine::cell).into())
            .text(15, POLICY_LINE)
            .data(),
    ];
    let title = Text { ja: "指摘と対処", en: "Findings and what to do" };
    List::new("findings", title, holder::columns(4).into_iter().chain(columns))
});
