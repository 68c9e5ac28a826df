//! The same for spreadsheets: one row a unit, a finding or a problem.

use std::io::{self, Write};

use super::{Check, FindingRow, Problem};
use crate::register::HolderKey;
use crate::report::form::csv::write_sheet;
use crate::report::list::coverage::UNITS;

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
        let rows = self
            .coverage
            .rows()
            .map(|unit| {
                let cells = UNITS.csv().map(|(head, get)| (head, get(&unit, self.lang()).code().into_owned()));
                arranged(&cells.chain([("record", "unit".to_string())]).collect::<Vec<_>>())
            })
            .chain(self.findings.iter().map(|finding| self.finding_row(finding)))
            .chain(self.problems.iter().map(|problem| self.problem_row(problem)));
        write_sheet(out, &COLUMNS, rows)
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
            ("message", &evidence.fill(&rule.message, self.lang())),
            ("remedy", &evidence.fill(&rule.remedy, self.lang())),
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
            ("message", &problem.message(self.lang())),
            ("remedy", problem.remedy(self.lang())),
            ("detail", &problem.detail),
        ])
    }
}

fn row(values: &[(&'static str, &str)]) -> Vec<String> {
    let cells: Vec<_> = values.iter().map(|(name, value)| (*name, value.to_string())).collect();
    arranged(&cells)
}

/// Cells in the order of the columns; what has no column is left out.
fn arranged(cells: &[(&str, String)]) -> Vec<String> {
    let cell = |column: &&str| cells.iter().find(|(name, _)| name == column).map(|(_, cell)| cell.clone());
    COLUMNS.iter().map(|column| cell(column).unwrap_or_default()).collect()
}
