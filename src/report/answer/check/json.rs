//! The document `shomei/register-check/1`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::Check;
use crate::report::answer::coverage::{Lists, named};
use crate::report::answer::model::Finding;
use crate::report::form::json::write_json;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    opening: Map<String, Json>,
    certificates_without_holder: Json,
    #[serde(flatten)]
    units: Lists<'a>,
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

impl Check {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(out, &self.document())?;
        out.write_all(b"\n")
    }

    fn document(&self) -> Document<'_> {
        let findings = self.findings.iter().map(|row| OfHolder {
            holder: row.holder.as_ref().map(|(key, name)| named(key, name)),
            path: row.path.as_deref(),
            finding: Finding::new(&row.finding, self.lang()),
        });
        let problems = self.problems.iter().map(|problem| {
            json!({
                "problem": problem.kind.code(),
                "severity": problem.kind.severity().code(),
                "holders": problem.holders.iter().map(|(key, name)| named(key, name)).collect::<Vec<_>>(),
                "detail": problem.detail,
                "message": problem.message(self.lang()),
                "remedy": problem.remedy(self.lang()),
            })
        });
        Document {
            opening: self.coverage.opening("shomei/register-check/1"),
            certificates_without_holder: json!({"unknown": self.unknown, "ambiguous": self.ambiguous}),
            units: self.coverage.lists(false),
            findings: findings.collect(),
            problems: problems.collect(),
        }
    }
}
