//! What `register check` finds: one row a finding about a holder, one a problem of the register.

use std::sync::LazyLock;

use serde_json::json;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, List};
use crate::audit::JudgedFinding;
use crate::locale::Text;
use crate::register::HolderKey;
use crate::report::answer::check::Problem;
use crate::report::answer::model::evidence_document;

/// A finding about a holder, or about a certificate as a holder's.
#[derive(Clone, Debug)]
pub struct HolderFinding {
    /// The holder, where one is known.
    pub holder: HolderRef,
    /// The file of the certificate.
    pub path: Option<String>,
    /// The finding.
    pub finding: JudgedFinding,
}

has_holder!(HolderFinding, holder);

/// Findings, in the order of their JSON; docs/ja/output.md and docs/en/output.md explain each column.
pub static HOLDER_FINDINGS: LazyLock<List<HolderFinding>> = LazyLock::new(|| {
    type Row = HolderFinding;
    let columns = [
        holder::register(0),
        holder::id(0),
        Column::new("name", |row: &Row, _| row.holder.key.as_ref().map(|_| Cell::text(&row.holder.name)).into())
            .json("holder.name"),
        Column::new("path", |row: &Row, _| row.path.as_ref().map(Cell::text).into()),
        Column::new("code", |row: &Row, _| row.finding.rule.code.into()).json("rule"),
        Column::new("severity", |row: &Row, _| row.finding.severity.code().into()),
        Column::new("message", |row: &Row, lang| Cell::text(row.finding.message(lang))),
        Column::new("remedy", |row: &Row, lang| Cell::text(row.finding.remedy(lang))),
        Column::json_only("evidence", |row: &Row, _| Cell::Json(evidence_document(&row.finding.evidence))),
        Column::json_only("policy_line", |row: &Row, _| row.finding.policy_line.as_ref().into()),
    ];
    List::new("findings", Text { ja: "事業所についての指摘", en: "Findings about holders" }, columns)
});

fn joined(row: &Problem, part: fn(&(HolderKey, String)) -> &str) -> Cell<'static> {
    row.holders.iter().map(part).collect::<Vec<_>>().join(" / ").into()
}

/// Problems, in the order of their JSON; docs/ja/output.md and docs/en/output.md explain each column.
pub static PROBLEMS: LazyLock<List<Problem>> = LazyLock::new(|| {
    type Row = Problem;
    let columns = [
        Column::new("code", |row: &Row, _| row.kind.code().into()).json("problem"),
        Column::new("severity", |row: &Row, _| row.kind.severity().code().into()),
        Column::csv("register", |row: &Row, _| joined(row, |(key, _)| &key.register)),
        Column::csv("holder", |row: &Row, _| joined(row, |(key, _)| &key.id)),
        Column::csv("name", |row: &Row, _| joined(row, |(_, name)| name)),
        Column::json_only("holders", |row: &Row, _| {
            let named =
                |(key, name): &(HolderKey, String)| json!({"register": key.register, "id": key.id, "name": name});
            Cell::Json(row.holders.iter().map(named).collect())
        }),
        Column::new("detail", |row: &Row, _| Cell::text(&row.detail)),
        Column::new("message", |row: &Row, lang| Cell::text(row.message(lang))),
        Column::new("remedy", |row: &Row, lang| Cell::text(row.remedy(lang))),
    ];
    List::new("problems", Text { ja: "台帳の見直し", en: "The register itself" }, columns)
});
