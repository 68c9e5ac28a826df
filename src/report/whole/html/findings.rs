//! Findings, those of one rule together, each with what to do.

use std::io::{self, Write};

use super::grid::{Badge, Grid};
use super::open_section;
use crate::locale::Text;
use crate::report::escape::Html;
use crate::report::list::finding::{self, FINDINGS, FindingRow};
use crate::report::list::{Cell, Column, holder};
use crate::report::whole::Report;

/// From how many on the findings of a rule have a box to filter them by.
const MANY: usize = 20;

impl Report {
    pub(super) fn write_findings(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, FINDINGS.id, self.text(FINDINGS.title))?;
        let groups = grouped(&self.rows.findings);
        if groups.is_empty() {
            writeln!(out, "<p>{}</p>", self.text(Text { ja: "指摘はありません。", en: "No findings." }))?;
        }
        for (at, group) in groups.iter().enumerate() {
            self.write_group(out, group, at)?;
        }
        out.write_all(b"</section>\n")
    }

    /// Writes the findings of one rule.
    fn write_group(&self, out: &mut dyn Write, group: &[&FindingRow], at: usize) -> io::Result<()> {
        let Some(first) = group.first() else { return Ok(()) };
        let (title, rule) = (first.rule.title.get(self.lang), first.rule.code);
        let text = Text { ja: "{n} 件", en: "{n} found" };
        let count = text.fill(self.lang, &[("n", &group.len())]);
        write!(out, "<section class=\"group\" aria-labelledby=\"rule-{at}\">\n<h3 id=\"rule-{at}\">")?;
        if let Cell::Word(word) = finding::SEVERITY.cell(first, self.lang) {
            write!(out, "{} ", Badge(&word))?;
        }
        writeln!(out, "{} <small><code>{}</code> {count}</small></h3>", Html(title), Html(rule))?;
        let same = group.iter().all(|row| row.remedy == first.remedy);
        if same && !first.remedy.is_empty() {
            let todo = self.text(Text { ja: "対処", en: "What to do" });
            writeln!(out, "<p class=\"remedy\"><strong>{todo}</strong> {}</p>", Html(&first.remedy))?;
        }
        let severities = group.iter().all(|row| row.severity == first.severity);
        // What all rows say stands above them.
        let severity = Some(finding::SEVERITY).filter(|_| !severities);
        let remedy = Some(finding::REMEDY).filter(|_| !same);
        let columns: Vec<Column<FindingRow>> = severity
            .into_iter()
            .chain([holder::id(1), holder::name(1), holder::prefecture(1), holder::contact(1), finding::MESSAGE])
            .chain(remedy)
            .collect();
        let table = self.allowed(FINDINGS.part(&columns, group.iter().copied(), self.lang));
        let grid = Grid {
            id: &format!("findings-{at}"),
            caption: format!("{title} ({count})"),
            table: &table,
            lean: group.len() < MANY,
        };
        self.write_grid(out, &grid)?;
        out.write_all(b"</section>\n")
    }
}

/// Findings by rule, in the order of the list: the gravest first.
fn grouped(findings: &[FindingRow]) -> Vec<Vec<&FindingRow>> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<Vec<&FindingRow>> = Vec::new();
    for row in findings {
        let at = *places.entry(row.rule.code).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Vec::new());
        }
        groups[at].push(row);
    }
    groups
}
