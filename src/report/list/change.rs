//! Changes: one row a certificate that is otherwise than it was.

use std::sync::LazyLock;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, List, SEVERITY, head, severity_cell};
use crate::calendar::Day;
use crate::inventory::ChangeKind;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::diff::title;

/// A change, as the whole report tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRow {
    /// What has changed.
    pub word: ChangeKind,
    /// The day of its effective expiry.
    pub ends_on: Option<Day>,
    /// Whose it is.
    pub holder: HolderRef,
    /// The gravest finding then: none in it where all was fine; none where nobody had judged it.
    pub severity_before: Option<Option<Severity>>,
    /// The gravest finding now; none where it lies nowhere.
    pub severity: Option<Option<Severity>>,
    /// The rules of its findings now.
    pub rules: Vec<String>,
    /// Its serial number.
    pub serial: String,
    /// The SHA-256 of its DER.
    pub sha256: String,
    /// Where it lay then and no longer lies.
    pub path_before: Option<String>,
    /// Where it lies.
    pub path: Option<String>,
}

has_holder!(ChangeRow, holder);

/// Changes; docs/ja/output.md and docs/en/output.md explain each column.
pub static CHANGES: LazyLock<List<ChangeRow>> = LazyLock::new(|| {
    type Row = ChangeRow;
    let columns = [
        Column::new("change", |row: &Row, lang| Cell::word(row.word.code(), title(row.word).get(lang), None))
            .word(1, head("変化", "change")),
        Column::new("ends_on", |row: &Row, _| row.ends_on.into()).day(2, super::ENDS_ON),
        holder::id(3),
        holder::register(4),
        holder::name(5),
        Column::new("severity_before", |row: &Row, lang| {
            row.severity_before.map(|severity| severity_cell(severity, lang)).into()
        })
        .word(6, head("以前", "before")),
        Column::new("severity", |row: &Row, lang| row.severity.map(|severity| severity_cell(severity, lang)).into())
            .word(7, SEVERITY),
        Column::new("rules", |row: &Row, _| row.rules.join(" ").into()).text(8, super::RULES),
        Column::new("serial", |row: &Row, _| (&row.serial).into()).text(9, super::SERIAL).named().data(),
        Column::new("sha256", |row: &Row, _| (&row.sha256).into()).text(10, super::SHA256).named().data(),
        Column::new("path_before", |row: &Row, _| row.path_before.as_ref().into())
            .text(11, head("以前の場所", "place before"))
            .private()
            .data(),
        Column::new("path", |row: &Row, _| row.path.as_ref().into()).text(12, super::PLACE).private().data(),
    ];
    List::new("changes", Text { ja: "前回からの変化", en: "What has changed" }, columns)
});
