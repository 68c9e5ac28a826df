//! The document `shomei/register-check/1`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Check, UnitRow};
use crate::calendar::format_instant;
use crate::register::HolderKey;
use crate::report::json::write_json;
use crate::report::model::Finding;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    at: String,
    policy: Json,
    period: Option<Json>,
    units: Json,
    certificates_without_holder: Json,
    cannot: Vec<Json>,
    unknown: Vec<Json>,
    can: Vec<Json>,
    findings: Vec<OfHolder<'a>>,
    problems: Vec<Json>,
}

#[derive(Serialize)]
struct OfHolder<'a> {
    holder: Option<Json>,
    path: Option<&'a str>,
    #[serde(flatten)]
    finding: Finding<'a>,
}

fn named(key: &HolderKey, name: &str) -> Json {
    json!({"register": key.register, "id": key.id, "name": name})
}

impl Check {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(out, &self.document())?;
        out.write_all(b"\n")
    }

    fn document(&self) -> Document<'_> {
        let [can, unknown, cannot] = self.counts();
        let units = |code| self.units_that(code).map(|unit| self.unit_json(unit)).collect();
        let findings = self.findings.iter().map(|row| OfHolder {
            holder: row.holder.as_ref().map(|(key, name)| named(key, name)),
            path: row.path.as_deref(),
            finding: Finding::new(&row.finding, self.lang),
        });
        let problems = self.problems.iter().map(|problem| {
            json!({
                "problem": problem.kind.code(),
                "severity": problem.kind.severity().code(),
                "holders": problem.holders.iter().map(|(key, name)| named(key, name)).collect::<Vec<_>>(),
                "detail": problem.detail,
                "message": problem.message(self.lang),
                "remedy": problem.remedy(self.lang),
            })
        });
        Document {
            schema: "shomei/register-check/1",
            at: format_instant(self.at),
            policy: json!({"name": self.policy.0, "file": self.policy.1}),
            period: self
                .period
                .map(|period| json!({"from": period.first.to_string(), "until": period.last.to_string()})),
            units: json!({"can": can, "unknown": unknown, "cannot": cannot}),
            certificates_without_holder: json!({"unknown": self.unknown, "ambiguous": self.ambiguous}),
            cannot: units("cannot"),
            unknown: units("unknown"),
            can: units("can"),
            findings: findings.collect(),
            problems: problems.collect(),
        }
    }

    fn unit_json(&self, unit: &UnitRow) -> Json {
        let holder = self.holder(unit);
        let reasons = unit.coverage.reasons().iter().map(|reason| {
            json!({
                "code": reason.code(),
                "text": reason.text().get(self.lang),
                "way_out": reason.way_out().get(self.lang),
            })
        });
        json!({
            "holder": named(&holder.key, &holder.name),
            "provider_number": unit.number,
            "service": unit.service,
            "through": unit.through.iter().map(|key| json!({"register": key.register, "id": key.id})).collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
        })
    }
}
