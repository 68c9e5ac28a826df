//! The answer for a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Check, Problem, ProblemKind, UNCOVERED, UnitRow};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::escape;
use crate::report::layout::write_indented;
use crate::report::layout::{Style, severity_word};

/// Findings and problems of one kind that are told one by one; who cannot bill is always told.
const TOLD: usize = 50;

/// What stands between the parts of a list.
pub(super) fn comma(lang: Lang) -> &'static str {
    Text { ja: "、", en: ", " }.get(lang)
}

impl Check {
    /// Writes the answer in three numbers, then who cannot bill, then who may not, then the rest.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(out, "{}", style.bold(&self.answer()))?;
        let cannot = Text { ja: "請求できない", en: "Cannot bill" };
        let unknown = Text { ja: "判定できない", en: "Unknown" };
        self.write_units(out, cannot, "cannot", Severity::Error, style)?;
        self.write_units(out, unknown, "unknown", Severity::Warning, style)?;
        self.write_findings(out, style)?;
        self.write_problems(out, style)?;
        let closing = Text {
            ja: "判定日時 {at}、ポリシー {policy}({file})",
            en: "Judged at {at} by the policy {policy} ({file})",
        };
        let (policy, file) = &self.policy;
        let closing = closing.fill(self.lang, &[("at", &self.zone.local(self.at)), ("policy", policy), ("file", file)]);
        writeln!(out, "\n{}", style.dim(&escape::terminal(&closing)))
    }

    fn answer(&self) -> String {
        let lang = self.lang;
        let [can, unknown, cannot] = self.counts();
        let Some(period) = self.period else {
            let text = Text {
                ja: "ポリシーに請求期間(holders.claim_period)がないため、請求できるかどうかは調べていません。",
                en: "The policy names no claim period (holders.claim_period): who can bill was not asked.",
            };
            return text.get(lang).to_string();
        };
        let text = Text {
            ja: "{from} から {until} までの請求期間: 請求できる {can}、判定できない {unknown}、請求できない {cannot}(事業所番号とサービスの組)。",
            en: "Claim period from {from} to {until}: {can} can bill, {unknown} unknown, {cannot} cannot (provider number and service).",
        };
        text.fill(
            lang,
            &[
                ("from", &period.first),
                ("until", &period.last),
                ("can", &can),
                ("unknown", &unknown),
                ("cannot", &cannot),
            ],
        )
    }

    fn write_units(
        &self,
        out: &mut dyn Write,
        title: Text,
        code: &str,
        severity: Severity,
        style: Style,
    ) -> io::Result<()> {
        let count = self.units_that(code).count();
        if count == 0 {
            return Ok(());
        }
        writeln!(out, "\n{}", style.paint(Some(severity), &format!("{} ({count})", title.get(self.lang))))?;
        for unit in self.units_that(code) {
            write_indented(out, "  - ", &self.unit(unit), style.width)?;
            let reasons = unit.coverage.reasons();
            let why = Text { ja: "理由: {why}", en: "why: {why}" };
            write_indented(out, "    ", &why.fill(self.lang, &[("why", &self.reasons(reasons))]), style.width)?;
            let way = Text { ja: "対処: {way}", en: "what to do: {way}" };
            write_indented(out, "    ", &way.fill(self.lang, &[("way", &self.ways_out(reasons))]), style.width)?;
        }
        Ok(())
    }

    /// `さくら苑 (13A0001): 9900000001 介護保険`, and who bills for it if that is not the holder.
    fn unit(&self, unit: &UnitRow) -> String {
        let holder = self.holder(unit);
        let none = Text { ja: "番号なし", en: "no number" }.get(self.lang);
        let number = unit.number.as_deref().unwrap_or(none);
        let service = unit.service.as_deref().map(|id| self.service(id)).unwrap_or_default();
        let mut said = format!("{}: {number} {service}", self.shown(holder)).trim_end().to_string();
        if unit.through.iter().any(|key| *key != holder.key) {
            let through: Vec<String> = unit.through.iter().map(|key| self.shown_key(key)).collect();
            let text = Text { ja: "(請求する者: {through})", en: " (billed by {through})" };
            said += &text.fill(self.lang, &[("through", &through.join(comma(self.lang)))]);
        }
        said
    }

    /// What was found of holders, but for what the answer says already.
    fn write_findings(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let mut groups: BTreeMap<(std::cmp::Reverse<Severity>, &str), Vec<[String; 2]>> = BTreeMap::new();
        let findings = self.findings.iter().map(|row| &row.finding);
        for finding in findings.filter(|finding| finding.rule.code != UNCOVERED) {
            let words = |text| finding.evidence.fill(text, self.lang);
            let said = [words(&finding.rule.message), words(&finding.rule.remedy)];
            groups.entry((std::cmp::Reverse(finding.severity), finding.rule.code)).or_default().push(said);
        }
        if groups.is_empty() {
            return Ok(());
        }
        let title = Text { ja: "事業所についての指摘", en: "Findings about holders" };
        writeln!(out, "\n{}", style.bold(title.get(self.lang)))?;
        for ((std::cmp::Reverse(severity), code), said) in groups {
            let word = style.paint(Some(severity), severity_word(Some(severity), self.lang));
            writeln!(out, "{word} {code} ({})", said.len())?;
            self.write_told(out, &said, style)?;
        }
        Ok(())
    }

    fn write_problems(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let mut groups: BTreeMap<ProblemKind, Vec<[String; 2]>> = BTreeMap::new();
        for problem in &self.problems {
            let said = [self.problem(problem), problem.remedy(self.lang).to_string()];
            groups.entry(problem.kind).or_default().push(said);
        }
        if groups.is_empty() {
            return Ok(());
        }
        writeln!(out, "\n{}", style.bold(Text { ja: "台帳の見直し", en: "The register itself" }.get(self.lang)))?;
        for (kind, said) in groups {
            let severity = Some(kind.severity());
            writeln!(
                out,
                "{} {} ({})",
                style.paint(severity, severity_word(severity, self.lang)),
                kind.code(),
                said.len()
            )?;
            self.write_told(out, &said, style)?;
        }
        Ok(())
    }

    fn problem(&self, problem: &Problem) -> String {
        let message = problem.message(self.lang);
        if problem.holders.is_empty() {
            return message;
        }
        let holders = problem.holders.iter().map(|(key, name)| format!("{name} ({})", self.shown_key(key)));
        format!("{}: {message}", holders.collect::<Vec<_>>().join(comma(self.lang)))
    }

    /// Messages, each with its remedy, or with one where all have the same.
    fn write_told(&self, out: &mut dyn Write, said: &[[String; 2]], style: Style) -> io::Result<()> {
        let way = |way: &str| Text { ja: "対処: {way}", en: "what to do: {way}" }.fill(self.lang, &[("way", &way)]);
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
            writeln!(out, "    {}", style.dim(&more.fill(self.lang, &[("n", &(said.len() - TOLD))])))?;
        }
        match said.first() {
            Some([_, remedy]) if same => write_indented(out, "    ", &way(remedy), style.width),
            _ => Ok(()),
        }
    }
}
