//! The answer for a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Check, Problem, ProblemKind};
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::coverage::UNCOVERED;
use crate::report::layout::write_indented;
use crate::report::layout::{Style, severity_word};
use crate::report::list::coverage::comma;

/// Findings and problems of one kind that are told one by one.
const TOLD: usize = 50;

impl Check {
    /// Writes the answer in three numbers, then who cannot bill, then who may not, then what was
    /// found of holders and of the register.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        self.coverage.write_answer(out, style)?;
        self.write_findings(out, style)?;
        self.write_problems(out, style)?;
        self.coverage.write_closing(out, style)
    }

    /// What was found of holders, but for what the answer says already.
    fn write_findings(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<[String; 2]>> = BTreeMap::new();
        let findings = self.findings.iter().map(|row| &row.finding);
        for finding in findings.filter(|finding| finding.rule.code != UNCOVERED) {
            let words = |text| finding.evidence.fill(text, self.lang());
            let said = [words(&finding.rule.message), words(&finding.rule.remedy)];
            groups.entry((std::cmp::Reverse(finding.severity), finding.rule.code)).or_default().push(said);
        }
        if groups.is_empty() {
            return Ok(());
        }
        let title = Text { ja: "事業所についての指摘", en: "Findings about holders" };
        writeln!(out, "\n{}", style.bold(title.get(self.lang())))?;
        for ((std::cmp::Reverse(severity), code), said) in groups {
            let word = style.paint(Some(severity), severity_word(Some(severity), self.lang()));
            writeln!(out, "{word} {code} ({})", said.len())?;
            self.write_told(out, &said, style)?;
        }
        Ok(())
    }

    fn write_problems(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let mut groups: BTreeMap<ProblemKind, Vec<[String; 2]>> = BTreeMap::new();
        for problem in &self.problems {
            let said = [self.problem(problem), problem.remedy(self.lang()).to_string()];
            groups.entry(problem.kind).or_default().push(said);
        }
        if groups.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", style.bold(Text { ja: "台帳の見直し", en: "The register itself" }.get(self.lang())))?;
        for (kind, said) in groups {
            let severity = Some(kind.severity());
            writeln!(
                out,
                "{} {} ({})",
                style.paint(severity, severity_word(severity, self.lang())),
                kind.code(),
                said.len()
            )?;
            self.write_told(out, &said, style)?;
        }
        Ok(())
    }

    fn problem(&self, problem: &Problem) -> String {
        let message = problem.message(self.lang());
        if problem.holders.is_empty() {
            return message;
        }
        let holders = problem.holders.iter().map(|(key, name)| format!("{name} ({})", self.coverage.shown_key(key)));
        format!("{}: {message}", holders.collect::<Vec<_>>().join(comma(self.lang())))
    }

    /// Messages, each with its remedy, or with one where all have the same.
    fn write_told(&self, out: &mut dyn Write, said: &[[String; 2]], style: Style) -> io::Result<()> {
        let way = |way: &str| Text { ja: "対処: {way}", en: "what to do: {way}" }.fill(self.lang(), &[("way", &way)]);
        let same = said.windows(2).all(|pair| pair[0][1] == pair[1][1]);
        for [message, remedy] in said.iter().take(TOLD) {
            write_indented(out, "  - ", message, style.width)?;
            if !same {
                write_indented(out, "    ", &way(remedy), style.width)?;
            }
        }
        if said.len() > TOLD {
            let more =
                Text { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" };
            writeln!(out, "    {}", style.dim(&more.fill(self.lang(), &[("n", &(said.len() - TOLD))])))?;
        }
        match said.first() {
            Some([_, remedy]) if same => write_indented(out, "    ", &way(remedy), style.width),
            _ => Ok(()),
        }
    }
}
