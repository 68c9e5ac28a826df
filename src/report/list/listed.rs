//! Certificates of the inventory: what `list` prints of each.

use std::sync::LazyLock;

use serde_json::json;

use super::{Cell, Column, List};
use crate::certificate::hex;
use crate::inventory::ListedCertificate;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::layout::severity_of;

/// Certificates; docs/ja/output.md and docs/en/output.md explain each column.
pub static LISTED: LazyLock<List<ListedCertificate>> = LazyLock::new(|| {
    type Row = ListedCertificate;
    let columns = [
        Column::new("sha256", |row: &Row, _| hex(&row.row.sha256).into()),
        Column::new("serial", |row: &Row, _| Cell::serial(&row.serial)),
        Column::new("subject", |row: &Row, _| Cell::text(&row.subject)),
        Column::new("name", |row: &Row, _| Cell::text(&row.name)),
        Column::new("role", |row: &Row, _| Cell::text(&row.role)),
        Column::new("verdict", |row: &Row, _| Cell::text(&row.row.status)).json("verdict.status"),
        Column::new("generation", |row: &Row, _| row.row.generation.as_ref().into()).json("verdict.generation"),
        Column::new("reasons", |row: &Row, _| {
            Cell::List(row.row.reasons.iter().map(|one| one.as_str().into()).collect())
        })
        .json("verdict.reasons"),
        Column::new("severity", |row: &Row, _| severity_of(row.severity).map(Severity::code).into()),
        Column::csv("rules", |row: &Row, _| {
            Cell::List(row.row.findings.iter().map(|(rule, _)| rule.as_str().into()).collect())
        }),
        Column::json_only("findings", |row: &Row, _| {
            let findings = row.row.findings.iter();
            Cell::Json(findings.map(|(rule, severity)| json!({"rule": rule, "severity": severity})).collect())
        }),
        Column::new("ends_on", |row: &Row, _| row.ends_on.as_ref().into()),
        Column::new("register", |row: &Row, _| row.holder.as_ref().map(|(register, _)| register).into())
            .json("holder.register"),
        Column::new("holder", |row: &Row, _| row.holder.as_ref().map(|(_, id)| id).into()).json("holder.id"),
        Column::new("holder_name", |row: &Row, _| row.holder_name.as_ref().into()).json("holder.name"),
        Column::new("prefecture", |row: &Row, _| row.prefecture.as_ref().into()).json("holder.prefecture"),
        Column::new("tag", |row: &Row, _| row.tag.as_ref().into()).json("holder.tag"),
        Column::new("how", |row: &Row, _| Cell::text(&row.how)),
        Column::new("category", |row: &Row, _| row.category.as_ref().into()),
        Column::new("places", |row: &Row, _| Cell::number(row.places)),
        Column::new("host", |row: &Row, _| Cell::text(&row.host)),
        Column::new("path", |row: &Row, _| Cell::text(&row.path)),
        Column::new("superseded_by", |row: &Row, _| row.superseded_by.map(|sha256| hex(&sha256)).into()),
    ];
    List::new("list", Text { ja: "証明書", en: "Certificates" }, columns)
});
