//! The same for spreadsheets: one row a unit.

use std::io::{self, Write};

use super::{Coverage, Named, Of, UNIT_LISTS, UnitRow};
use crate::report::form::csv::write_sheet;

/// The columns, in order; docs/ja/output.md and docs/en/output.md explain each.
pub const COVERAGE_COLUMNS: [&str; 13] = [
    "from",
    "until",
    "register",
    "holder",
    "name",
    "subject",
    "provider_number",
    "service",
    "coverage",
    "through",
    "reasons",
    "message",
    "remedy",
];

/// Cells, each with the name of its column.
type Cells = Vec<(&'static str, String)>;

impl Coverage {
    /// Writes those who cannot bill, those of whom nobody can tell, those who can.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let (from, until) = match self.period {
            Some(period) => (period.first.to_string(), period.last.to_string()),
            None => Default::default(),
        };
        let rows = self.rows().map(|mut cells| {
            cells.extend([("from", from.clone()), ("until", until.clone())]);
            arranged(&COVERAGE_COLUMNS, &cells)
        });
        write_sheet(out, &COVERAGE_COLUMNS, rows)
    }

    /// What is told of every unit that is listed, by column.
    pub(in crate::report) fn rows(&self) -> impl Iterator<Item = Cells> {
        UNIT_LISTS.into_iter().flat_map(|code| self.listed(code)).map(|row| self.cells(row))
    }

    fn cells(&self, row: &UnitRow) -> Cells {
        let (unit, holder) = (&row.unit, self.holder(row));
        let reasons = unit.coverage.reasons();
        let of = |part: fn(&Named) -> &str| holder.map_or(String::new(), |holder| part(holder).to_string());
        let subject = match &row.of {
            Of::Subject(subject) => subject.clone(),
            Of::Holder(_) => String::new(),
        };
        let through: Vec<String> = unit.through.iter().map(|key| self.shown_key(key)).collect();
        let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
        vec![
            ("register", of(|holder| &holder.key.register)),
            ("holder", of(|holder| &holder.key.id)),
            ("name", of(|holder| &holder.name)),
            ("subject", subject),
            ("provider_number", unit.provider_number.clone().unwrap_or_default()),
            ("service", unit.service.clone().unwrap_or_default()),
            ("coverage", unit.coverage.code().to_string()),
            ("through", through.join(" ")),
            ("reasons", codes.join(" ")),
            ("message", self.reasons(reasons)),
            ("remedy", self.ways_out(reasons)),
        ]
    }
}

/// Cells in the order of their columns; what has no column is left out.
pub(in crate::report) fn arranged(columns: &[&str], cells: &[(&str, String)]) -> Vec<String> {
    let cell = |column: &&str| cells.iter().find(|(name, _)| name == column).map(|(_, cell)| cell.clone());
    columns.iter().map(|column| cell(column).unwrap_or_default()).collect()
}
