//! The document `shomei/report/1`: the report as it is.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::{ChartBar, FiscalYear, Report};
use crate::calendar::format_instant;
use crate::policy::Severity;
use crate::report::form::json::{TableRows, WriteRows, write_document, write_table_rows};

impl Report {
    /// Writes the document.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let tables = self.tables();
        let lists = tables.each_ref().map(|table| |out: &mut dyn Write| write_table_rows(out, table));
        let lists: Vec<(&str, &WriteRows)> =
            tables.iter().zip(&lists).map(|(table, write)| (table.id, write as &WriteRows)).collect();
        write_document(out, &self.opening(), &lists)
    }

    fn opening(&self) -> Json {
        let (counts, units) = (&self.counts, self.coverage);
        let by_code = |map: &mut dyn Iterator<Item = (String, u64)>| -> Map<String, Json> {
            map.map(|(code, n)| (code, json!(n))).collect()
        };
        let rule = |(code, (n, severity)): (&&str, &(u64, Severity))| {
            ((*code).to_string(), json!({"findings": n, "severity": severity.code()}))
        };
        let bar = |bar: &ChartBar| json!({"label": bar.label, "parts": by_code(&mut bar.parts.iter().cloned())});
        let fees = |of: &FiscalYear| json!({"fiscal_year": of.year, "past": of.past, "ahead": of.ahead, "unknown": of.unknown});
        json!({
            "schema": "shomei/report/1",
            "at": format_instant(self.at),
            "today": self.today.to_string(),
            "as_of": self.as_of.map(|day| day.to_string()),
            "policy": {"name": self.policy.0, "file": self.policy.1, "title": self.policy.2},
            "scope": (!self.scope.is_empty()).then_some(&self.scope),
            "period": units.period.map(|(from, until)| json!({"from": from.to_string(), "until": until.to_string()})),
            "unmatched": units.unmatched,
            "units": {"can": units.can, "can_until": units.can_until, "unknown": units.unknown, "cannot": units.cannot},
            "counts": {
                "certificates": counts.certificates,
                "verdicts": by_code(&mut counts.verdicts.iter().map(|(code, n)| ((*code).to_string(), *n))),
                "findings": by_code(&mut counts.severities.iter().map(|(one, n)| (one.code().to_string(), *n))),
                "rules": counts.rules.iter().map(rule).collect::<Map<String, Json>>(),
                "lapsed": counts.lapsed,
                "tiers": by_code(&mut counts.tiers.iter().map(|(days, n)| (days.to_string(), *n))),
                "apply": counts.apply,
                "unplaced": counts.unplaced,
                "no_margin": counts.no_margin,
                "end_unknown": counts.end_unknown,
                "history": counts.history,
                "awaited": counts.awaited,
            },
            "charts": {
                "expiry": self.expiry.iter().map(bar).collect::<Vec<_>>(),
                "generations": by_code(&mut self.generations.iter().cloned()),
                "fees": self.fees.iter().map(fees).collect::<Vec<_>>(),
            },
            "notes": self.notes,
            "unfinished": self.unfinished(),
            "since": self.since,
            "changes": self.changes().as_ref().map(TableRows),
        })
    }
}
