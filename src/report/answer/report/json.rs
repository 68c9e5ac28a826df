//! The document `shomei/report/1`: the report as it is.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::Report;
use crate::calendar::format_instant;
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

    fn opening(&self) -> Map<String, Json> {
        let counts = &self.counts;
        let by_code = |map: &mut dyn Iterator<Item = (String, u64)>| -> Map<String, Json> {
            map.map(|(code, n)| (code, json!(n))).collect()
        };
        let rules = counts
            .rules
            .iter()
            .map(|(code, (n, severity))| ((*code).to_string(), json!({"findings": n, "severity": severity.code()})));
        let changes = self.changes();
        let fields = [
            ("schema", json!("shomei/report/1")),
            ("at", json!(format_instant(self.at))),
            ("today", json!(self.today.to_string())),
            ("as_of", json!(self.as_of.map(|day| day.to_string()))),
            ("policy", json!({"name": self.policy.0, "file": self.policy.1, "title": self.policy.2})),
            ("scope", json!((!self.scope.is_empty()).then_some(&self.scope))),
            (
                "period",
                json!(
                    self.coverage
                        .period
                        .map(|(from, until)| { json!({"from": from.to_string(), "until": until.to_string()}) })
                ),
            ),
            (
                "units",
                json!({
                    "can": self.coverage.can,
                    "unknown": self.coverage.unknown,
                    "cannot": self.coverage.cannot,
                }),
            ),
            (
                "counts",
                json!({
                    "certificates": counts.certificates,
                    "verdicts": by_code(&mut counts.verdicts.iter().map(|(code, n)| ((*code).to_string(), *n))),
                    "findings": by_code(&mut counts.severities.iter().map(|(one, n)| (one.code().to_string(), *n))),
                    "rules": rules.collect::<Map<String, Json>>(),
                    "lapsed": counts.lapsed,
                    "tiers": by_code(&mut counts.tiers.iter().map(|(days, n)| (days.to_string(), *n))),
                    "apply": counts.apply,
                    "unplaced": counts.unplaced,
                    "awaited": counts.awaited,
                }),
            ),
            (
                "charts",
                json!({
                    "expiry": self.expiry.iter().map(|bar| {
                        let parts: Map<String, Json> =
                            bar.parts.iter().map(|(name, n)| (name.clone(), json!(n))).collect();
                        json!({"label": bar.label, "parts": parts})
                    }).collect::<Vec<_>>(),
                    "generations": by_code(&mut self.generations.iter().cloned()),
                    "fees": self.fees.iter().map(|year| json!({
                        "fiscal_year": year.year,
                        "past": year.past,
                        "ahead": year.ahead,
                        "unknown": year.unknown,
                    })).collect::<Vec<_>>(),
                }),
            ),
            ("notes", json!(self.notes)),
            ("since", json!(self.since)),
            ("changes", json!(changes.as_ref().map(TableRows))),
        ];
        fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }
}
