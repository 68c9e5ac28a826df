//! Changes: one row a certificate that has changed.

use std::sync::LazyLock;

use serde_json::json;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, List, SEVERITY, head, severity_cell};
use crate::calendar::Day;
use crate::certificate::hex;
use crate::inventory::{CertificateChange, ChangeKind, StoredOccurrence};
use crate::locale::Text;
use crate::locale::catalogue::reading;
use crate::policy::Severity;
use crate::report::layout::severity_of;

/// A change, with what is said of the certificate.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The change.
    pub change: CertificateChange,
    /// The serial number as hexadecimal.
    pub serial: String,
    /// The subject, as the FAQ prints it.
    pub subject: String,
    /// The name people know it by.
    pub name: String,
    /// The civil day of the end that counts; of its notAfter where it lies nowhere.
    pub ends_on: Option<String>,
    /// The same of the certificate that it renews.
    pub renewed_end: Option<String>,
    /// Register and ID of the holder, where one is known now.
    pub holder: Option<(String, String)>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// The rules of its findings now.
    pub rules: Vec<String>,
    /// Where it lies, or lay if it lies nowhere.
    pub place: Option<StoredOccurrence>,
}

/// What happened, in a word.
pub(in crate::report) fn title(word: ChangeKind) -> Text {
    match word {
        ChangeKind::New => reading::DIFF_NEW,
        ChangeKind::Gone => reading::DIFF_GONE,
        ChangeKind::Moved => reading::DIFF_MOVED,
        ChangeKind::Renewed => reading::DIFF_RENEWED,
        ChangeKind::Better => reading::DIFF_BETTER,
        ChangeKind::Worse => reading::DIFF_WORSE,
    }
}

/// A change, as the whole report tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRow {
    /// What has changed.
    pub word: ChangeKind,
    /// The day of its effective expiry.
    pub ends_on: Option<Day>,
    /// The holder.
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
        Column::new("serial", |row: &Row, _| Cell::serial(&row.serial)).text(9, super::SERIAL).named().data(),
        Column::new("sha256", |row: &Row, _| (&row.sha256).into()).text(10, super::SHA256).named().data(),
        Column::new("path_before", |row: &Row, _| row.path_before.as_ref().into())
            .text(11, head("以前の場所", "place before"))
            .private()
            .data(),
        Column::new("path", |row: &Row, _| row.path.as_ref().into()).text(12, super::PLACE).private().data(),
    ];
    List::new("changes", Text { ja: "前回からの変化", en: "What has changed" }, columns)
});

/// Where it lies, unless it lies nowhere any more.
fn place(row: &Changed) -> Option<&StoredOccurrence> {
    row.place.as_ref().filter(|_| row.change.word != ChangeKind::Gone)
}

fn places(locations: &[StoredOccurrence]) -> Cell<'static> {
    Cell::Json(locations.iter().map(|one| json!({"host": one.host, "path": one.path})).collect())
}

/// What `diff` prints; docs/ja/output.md and docs/en/output.md explain each column.
pub static DIFF: LazyLock<List<Changed>> = LazyLock::new(|| {
    type Row = Changed;
    let columns = [
        Column::new("change", |row: &Row, _| row.change.word.code().into()),
        Column::new("sha256", |row: &Row, _| hex(&row.change.sha256).into()),
        Column::new("serial", |row: &Row, _| Cell::serial(&row.serial)),
        Column::new("subject", |row: &Row, _| Cell::text(&row.subject)),
        Column::new("name", |row: &Row, _| Cell::text(&row.name)),
        Column::new("ends_on", |row: &Row, _| row.ends_on.as_ref().into()),
        Column::new("register", |row: &Row, _| row.holder.as_ref().map(|(register, _)| register).into())
            .json("holder.register"),
        Column::new("holder", |row: &Row, _| row.holder.as_ref().map(|(_, id)| id).into()).json("holder.id"),
        Column::new("holder_name", |row: &Row, _| row.holder_name.as_ref().into()).json("holder.name"),
        Column::new("severity_before", |row: &Row, _| {
            row.change.severity_before.and_then(severity_of).map(Severity::code).into()
        }),
        Column::new("severity", |row: &Row, _| row.change.severity.and_then(severity_of).map(Severity::code).into()),
        Column::new("rules", |row: &Row, _| Cell::List(row.rules.iter().map(|rule| rule.as_str().into()).collect())),
        Column::json_only("from", |row: &Row, _| places(&row.change.from)),
        Column::json_only("to", |row: &Row, _| places(&row.change.to)),
        Column::csv("host", |row: &Row, _| place(row).map(|one| &one.host).into()),
        Column::csv("path", |row: &Row, _| place(row).map(|one| &one.path).into()),
        Column::csv("host_before", |row: &Row, _| row.change.from.first().map(|one| &one.host).into()),
        Column::csv("path_before", |row: &Row, _| row.change.from.first().map(|one| &one.path).into()),
        Column::new("renews", |row: &Row, _| row.change.renews.map(|sha256| hex(&sha256)).into()),
    ];
    List::new("diff", Text { ja: "変化", en: "Changes" }, columns)
});
