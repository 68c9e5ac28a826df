//! The document `shomei/register-check/1`.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Check;
use crate::register::HolderKey;
use crate::report::answer::model::Finding;
use crate::report::form::json;
use crate::report::list::coverage::HOLDER_UNITS;

#[derive(Serialize)]
struct HolderFinding<'a> {
    holder: Option<Json>,
    path: Option<&'a str>,
    #[serde(flatten)]
    finding: Finding<'a>,
}

/// A holder with its name.
fn named((key, name): &(HolderKey, String)) -> Json {
    json!({"register": key.register, "id": key.id, "name": name})
}

impl Check {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut fields = self.coverage.opening("shomei/register-check/1");
        let without = json!({"unknown": self.unknown, "ambiguous": self.ambiguous});
        fields.insert("certificates_without_holder".into(), without);
        let findings = self.findings.iter().map(|row| HolderFinding {
            holder: row.holder.as_ref().map(named),
            path: row.path.as_deref(),
            finding: Finding::new(&row.finding, self.lang()),
        });
        let problems = self.problems.iter().map(|problem| {
            json!({
                "problem": problem.kind.code(),
                "severity": problem.kind.severity().code(),
                "holders": problem.holders.iter().map(named).collect::<Vec<_>>(),
                "detail": problem.detail,
                "message": problem.message(self.lang()),
                "remedy": problem.remedy(self.lang()),
            })
        });
        let [cannot, unknown, can] = self.coverage.lists(&HOLDER_UNITS);
        let findings = |out: &mut dyn Write| json::write_values(out, findings.clone());
        let problems = |out: &mut dyn Write| json::write_values(out, problems.clone());
        json::write_document(
            out,
            &fields,
            &[
                ("cannot", &cannot),
                ("unknown", &unknown),
                ("can", &can),
                ("findings", &findings),
                ("problems", &problems),
            ],
        )
    }
}
