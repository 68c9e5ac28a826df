//! Findings, those of one rule together, each with what to do.

use std::io::{self, Write};

use super::grid::{Badge, Grid, shown};
use super::open_section;
use crate::locale::Text;
use crate::report::escape::Html;
use crate::report::whole::{Cell, Report, Table};

/// From how many on the findings of a rule have a box to filter them by.
const MANY: usize = 20;

/// The findings of one rule.
struct Group<'a> {
    rows: Vec<&'a [Cell]>,
}

impl Report {
    pub(super) fn write_findings(&self, out: &mut dyn Write, table: &Table) -> io::Result<()> {
        open_section(out, table.id, self.text(table.title))?;
        let groups = grouped(table);
        if groups.is_empty() {
            writeln!(out, "<p>{}</p>", self.text(Text { ja: "指摘はありません。", en: "No findings." }))?;
        }
        for (at, group) in groups.iter().enumerate() {
            self.write_group(out, table, group, at)?;
        }
        out.write_all(b"</section>\n")
    }

    fn write_group(&self, out: &mut dyn Write, table: &Table, group: &Group, at: usize) -> io::Result<()> {
        let Some(first) = group.rows.first() else { return Ok(()) };
        let label = |code: &str| table.cell(first, code).label();
        let (title, rule) = (label("title"), label("rule"));
        let text = Text { ja: "{n} 件", en: "{n} found" };
        let count = text.fill(self.lang, &[("n", &group.rows.len())]);
        write!(out, "<section class=\"group\" aria-labelledby=\"rule-{at}\">\n<h3 id=\"rule-{at}\">")?;
        if let Cell::Word(word) = table.cell(first, "severity") {
            write!(out, "{} ", Badge(word))?;
        }
        writeln!(out, "{} <small><code>{}</code> {count}</small></h3>", Html(&title), Html(&rule))?;
        let remedy = label("remedy");
        let same = group.rows.iter().all(|row| table.cell(row, "remedy").label() == remedy);
        if same && !remedy.is_empty() {
            let todo = self.text(Text { ja: "対処", en: "What to do" });
            writeln!(out, "<p class=\"remedy\"><strong>{todo}</strong> {}</p>", Html(&remedy))?;
        }
        let severities = group.rows.iter().all(|row| table.cell(row, "severity") == table.cell(first, "severity"));
        let told = |code: &str| match code {
            "rule" | "title" => false,
            "severity" => !severities,
            "remedy" => !same,
            _ => true,
        };
        let grid = Grid {
            id: &format!("findings-{at}"),
            caption: format!("{title} ({count})"),
            columns: shown(table).filter(|(_, column)| told(column.code)).collect(),
            rows: group.rows.clone(),
            lean: group.rows.len() < MANY,
        };
        self.write_grid(out, &grid)?;
        out.write_all(b"</section>\n")
    }
}

/// Findings by rule, in the order of the table: the gravest first.
fn grouped(table: &Table) -> Vec<Group<'_>> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for row in &table.rows {
        let at = *places.entry(table.cell(row, "rule").code()).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group { rows: Vec::new() });
        }
        groups[at].rows.push(row);
    }
    groups
}
