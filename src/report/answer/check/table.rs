//! The answer for a terminal.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Check, Problem, ProblemKind};
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::coverage::UNCOVERED;
use crate::report::layout::{Style, severity_word, write_indented};
use crate::report::list::check::{HOLDER_FINDINGS, PROBLEMS};
use crate::report::list::coverage::comma;

/// Findings and problems of one kind that are shown one by one.
const SHOWN: usize = 50;

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
        let mut groups: BTreeMap<(Reverse<Severity>, &str), Vec<[String; 2]>> = BTreeMap::new();
        let findings = self.findings.iter().map(|row| &row.finding);
        for finding in findings.filter(|finding| finding.rule.code != UNCOVERED) {
            let texts = [finding.message(self.lang()), finding.remedy(self.lang())];
            groups.entry((Reverse(finding.severity), finding.rule.code)).or_default().push(texts);
        }
        let groups = groups.into_iter().map(|((Reverse(severity), code), texts)| (severity, code, texts));
        self.write_groups(out, HOLDER_FINDINGS.title, groups, style)
    }

    fn write_problems(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let mut groups: BTreeMap<ProblemKind, Vec<[String; 2]>> = BTreeMap::new();
        for problem in &self.problems {
            let texts = [self.problem(problem), problem.remedy(self.lang()).to_string()];
            groups.entry(problem.kind).or_default().push(texts);
        }
        let groups = groups.into_iter().map(|(kind, texts)| (kind.severity(), kind.code(), texts));
        self.write_groups(out, PROBLEMS.title, groups, style)
    }

    /// Messages and their remedies by severity and code, under a title; nothing where there are none.
    fn write_groups<'c>(
        &self,
        out: &mut dyn Write,
        title: Text,
        groups: impl Iterator<Item = (Severity, &'c str, Vec<[String; 2]>)>,
        style: Style,
    ) -> io::Result<()> {
        for (at, (severity, code, texts)) in groups.enumerate() {
            if at == 0 {
                writeln!(out, "\n{}", style.bold(title.get(self.lang())))?;
            }
            let word = style.paint(Some(severity), severity_word(Some(severity), self.lang()));
            writeln!(out, "{word} {code} ({})", texts.len())?;
            self.write_texts(out, &texts, style)?;
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
    fn write_texts(&self, out: &mut dyn Write, texts: &[[String; 2]], style: Style) -> io::Result<()> {
        let way = |way: &str| Text { ja: "対処: {way}", en: "what to do: {way}" }.fill(self.lang(), &[("way", &way)]);
        let same = texts.windows(2).all(|pair| pair[0][1] == pair[1][1]);
        for [message, remedy] in texts.iter().take(SHOWN) {
            write_indented(out, "  - ", message, style.width)?;
            if !same {
                write_indented(out, "    ", &way(remedy), style.width)?;
            }
        }
        if texts.len() > SHOWN {
            let more =
                Text { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" };
            writeln!(out, "    {}", style.dim(&more.fill(self.lang(), &[("n", &(texts.len() - SHOWN))])))?;
        }
        match texts.first() {
            Some([_, remedy]) if same => write_indented(out, "    ", &way(remedy), style.width),
            _ => Ok(()),
        }
    }
}
