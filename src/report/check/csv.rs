//! The same for spreadsheets: one row a unit, a finding or a problem.

use std::io::{self, Write};

use super::{Check, FindingRow, Problem, UnitRow};
use crate::register::HolderKey;
use crate::report::csv::write_sheet;

/// The columns, in order.
const COLUMNS: [&str; 15] = [
    "record",
    "register",
    "holder",
    "name",
    "provider_number",
    "service",
    "coverage",
    "through",
    "reasons",
    "path",
    "severity",
    "code",
    "message",
    "remedy",
    "detail",
];

impl Check {
    /// Writes those who cannot bill, those of whom nobody can tell, those who can, then findings
    /// and problems.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let units = ["cannot", "unknown", "can"].into_iter().flat_map(|code| self.units_that(code));
        let rows = units
            .map(|unit| self.unit_row(unit))
            .chain(self.findings.iter().map(|finding| self.finding_row(finding)))
            .chain(self.problems.iter().map(|problem| self.problem_row(problem)));
        write_sheet(out, &COLUMNS, rows)
    }

    fn unit_row(&self, unit: &UnitRow) -> Vec<String> {
        let (holder, reasons) = (self.holder(unit), unit.coverage.reasons());
        let through: Vec<String> = unit.through.iter().map(|key| self.shown_key(key)).collect();
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
        row(&[
            ("record", "unit"),
            ("register", &holder.key.register),
            ("holder", &holder.key.id),
            ("name", &holder.name),
            ("provider_number", unit.number.as_deref().unwrap_or("")),
            ("service", unit.service.as_deref().unwrap_or("")),
            ("coverage", unit.coverage.code()),
            ("through", &through.join(" ")),
            ("reasons", &codes.join(" ")),
            ("message", &self.reasons(reasons)),
            ("remedy", &self.ways_out(reasons)),
        ])
    }

    fn finding_row(&self, found: &FindingRow) -> Vec<String> {
        let holder = found.holder.as_ref();
        let of = |part: fn(&(HolderKey, String)) -> &str| holder.map_or("", part);
        let (rule, evidence) = (found.finding.rule, &found.finding.evidence);
        row(&[
            ("record", "finding"),
            ("register", of(|(key, _)| &key.register)),
            ("holder", of(|(key, _)| &key.id)),
            ("name", of(|(_, name)| name)),
            ("path", found.path.as_deref().unwrap_or("")),
            ("severity", found.finding.severity.code()),
            ("code", rule.code),
            ("message", &evidence.fill(&rule.message, self.lang)),
            ("remedy", &evidence.fill(&rule.remedy, self.lang)),
        ])
    }

    fn problem_row(&self, problem: &Problem) -> Vec<String> {
        let joined =
            |part: fn(&(HolderKey, String)) -> &str| problem.holders.iter().map(part).collect::<Vec<_>>().join(" / ");
        row(&[
            ("record", "problem"),
            ("register", &joined(|(key, _)| &key.register)),
            ("holder", &joined(|(key, _)| &key.id)),
            ("name", &joined(|(_, name)| name)),
            ("severity", problem.kind.severity().code()),
            ("code", problem.kind.code()),
            ("message", &problem.message(self.lang)),
            ("remedy", problem.remedy(self.lang)),
            ("detail", &problem.detail),
        ])
    }
}

fn row(values: &[(&str, &str)]) -> Vec<String> {
    let value = |column: &&str| values.iter().find(|(name, _)| name == column).map_or("", |(_, value)| value);
    COLUMNS.iter().map(|column| value(column).to_string()).collect()
}
