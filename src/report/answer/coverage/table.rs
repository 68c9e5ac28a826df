//! The answer for a terminal.

use std::io::{self, Write};

use super::super::{lifecycle, unmatched};
use super::Coverage;
use crate::audit::holding;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::layout::{Style, write_indented};
use crate::report::list::coverage::{UnitRow, comma, period_sentence};

/// Subjects that are told one by one where there is no register; who cannot bill is always told.
const TOLD: usize = 50;

impl Coverage {
    /// Writes the answer in numbers, then who cannot submit claims, who can until a day, of whom that
    /// cannot be determined; then, where `all` or nothing else is wanted, who can, and in any case
    /// those of them about whom something is to be known; and what to do next.
    pub fn write_table(&self, out: &mut dyn Write, all: bool, style: Style) -> io::Result<()> {
        self.write_answer(out, style)?;
        match all || self.asked.only.as_deref() == Some("can") {
            true => self.write_units(out, "can", style)?,
            false => self.write_remarked(out, style)?,
        }
        if let Some(hint) = self.hint() {
            writeln!(out)?;
            write_indented(out, "", hint, style.width)?;
        }
        self.write_closing(out, style)
    }

    /// Writes the numbers, who cannot submit claims, who can until a day, and of whom that cannot be
    /// determined.
    pub(in crate::report) fn write_answer(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        unmatched::write(out, self.unmatched, style, self.lang)?;
        writeln!(out, "{}", style.bold(&self.answer()))?;
        self.write_units(out, "cannot", style)?;
        self.write_units(out, "can-until", style)?;
        self.write_units(out, "unknown", style)
    }

    /// Writes those that can submit claims and about whom something is to be known: a password that
    /// has expired stops the claims although the certificate is there.
    fn write_remarked(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let rows = || self.listed("can").filter(|row| row.unit.from.is_some() || !row.unit.remarks.is_empty());
        let count = rows().count();
        if count == 0 {
            return Ok(());
        }
        let title = Text { ja: "請求できるが、確認が必要なもの", en: "Can submit claims, with remarks" };
        writeln!(out, "\n{}", style.paint(Some(Severity::Warning), &format!("{} ({count})", title.get(self.lang))))?;
        for row in rows() {
            write_indented(out, "  - ", &self.unit(row), style.width)?;
            self.write_remarks(out, "    ", row, style)?;
        }
        Ok(())
    }

    fn write_remarks(&self, out: &mut dyn Write, lead: &str, row: &UnitRow, style: Style) -> io::Result<()> {
        let text = Text { ja: "備考: {remark}", en: "remark: {remark}" };
        row.remarks(self.lang)
            .iter()
            .try_for_each(|remark| write_indented(out, lead, &text.fill(self.lang, &[("remark", remark)]), style.width))
    }

    /// Writes by what it was judged, and when.
    pub(in crate::report) fn write_closing(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let by = (self.policy.0.as_str(), self.policy.1.as_str());
        lifecycle::write_closing(out, &self.zone.local(self.at), by, self.asked.as_of, style, self.lang)
    }

    fn answer(&self) -> String {
        let Some(period) = self.period else {
            let text = Text {
                ja: "ポリシーに請求期間(holders.claim_period)がないため、請求できるかどうかは調べていません。",
                en: "The policy names no claim period (holders.claim_period): who can bill was not asked.",
            };
            return text.get(self.lang).to_string();
        };
        period_sentence((period.first, period.last), self.counts(), self.has_no_register, self.lang)
    }

    fn write_units(&self, out: &mut dyn Write, code: &str, style: Style) -> io::Result<()> {
        let count = self.listed(code).count();
        if count == 0 {
            return Ok(());
        }
        let (title, severity) = match code {
            "cannot" => (Text { ja: "請求できない", en: "Cannot submit claims" }, Some(Severity::Error)),
            "can-until" => (
                Text {
                    ja: "請求期間の途中の日まで請求できる", en: "Can submit claims until a day within the period"
                },
                Some(Severity::Warning),
            ),
            "unknown" => (Text { ja: "判定できない", en: "Cannot be determined" }, Some(Severity::Warning)),
            _ => (Text { ja: "請求できる", en: "Can submit claims" }, None),
        };
        writeln!(out, "\n{}", style.paint(severity, &format!("{} ({count})", title.get(self.lang))))?;
        if self.has_no_register {
            return self.write_subjects(out, count, style);
        }
        for row in self.listed(code) {
            write_indented(out, "  - ", &self.unit(row), style.width)?;
            self.write_why(out, "    ", row, style)?;
            self.write_remarks(out, "    ", row, style)?;
        }
        Ok(())
    }

    /// Writes why, and the shortest way out.
    fn write_why(&self, out: &mut dyn Write, lead: &str, row: &UnitRow, style: Style) -> io::Result<()> {
        if row.unit.coverage.reasons().is_empty() {
            return Ok(());
        }
        if let (holding::Coverage::CanUntil(_), Some(day)) = (&row.unit.coverage, row.unit.until) {
            let until = Text { ja: "{day} までは請求できる", en: "can submit claims until {day}" };
            write_indented(out, lead, &until.fill(self.lang, &[("day", &day)]), style.width)?;
        }
        let why = match row.unit.coverage {
            holding::Coverage::CanUntil(_) => Text { ja: "その後の理由: {why}", en: "why not after that: {why}" },
            _ => Text { ja: "理由: {why}", en: "why: {why}" },
        };
        write_indented(out, lead, &why.fill(self.lang, &[("why", &row.reasons(self.lang))]), style.width)?;
        let way = Text { ja: "対処: {way}", en: "what to do: {way}" };
        write_indented(out, lead, &way.fill(self.lang, &[("way", &row.ways_out(self.lang))]), style.width)
    }

    /// Writes the first subjects; why nobody can tell of them is the same of all.
    fn write_subjects(&self, out: &mut dyn Write, count: usize, style: Style) -> io::Result<()> {
        self.units.first().map_or(Ok(()), |row| self.write_why(out, "  ", row, style))?;
        for subject in self.units.iter().filter_map(|row| row.subject.as_ref()).take(TOLD) {
            write_indented(out, "  - ", subject, style.width)?;
        }
        if count > TOLD {
            let more =
                Text { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" };
            writeln!(out, "    {}", style.dim(&more.fill(self.lang, &[("n", &(count - TOLD))])))?;
        }
        Ok(())
    }

    /// `さくら苑 (13A0001): 9900000001 介護保険`, and who bills for it if that is not the holder.
    fn unit(&self, row: &UnitRow) -> String {
        let (name, Some(key)) = (&row.holder.name, &row.holder.key) else { return String::new() };
        let none = Text { ja: "番号なし", en: "no number" }.get(self.lang);
        let number = row.unit.provider_number.as_deref().unwrap_or(none);
        let shown = format!("{name} ({}): {number} {}", self.shown_key(key), row.service_name);
        let mut said = shown.trim_end().to_string();
        if row.unit.through.iter().any(|one| one != key) {
            let through: Vec<String> = row.unit.through.iter().map(|key| self.shown_key(key)).collect();
            let text = Text { ja: "(請求する者: {through})", en: " (billed by {through})" };
            said += &text.fill(self.lang, &[("through", &through.join(comma(self.lang)))]);
        }
        said
    }

    /// What to do next.
    fn hint(&self) -> Option<&'static str> {
        self.period?;
        let text = match self.counts() {
            _ if self.has_no_register => Text {
                ja: "次に: 台帳を取り込むと、誰が請求できるかを答えられます(shomei register import 台帳.xlsx)。",
                en: "Next: with a register it can be told who can bill (shomei register import FILE).",
            },
            [0, 0, 0, 0] if self.asked.is_of_some() => Text {
                ja: "当てはまる事業所番号とサービスはありません。--prefecture は台帳に書いてあるとおりに指定してください。",
                en: "No provider number and service fits. Write --prefecture as the register has it.",
            },
            [0, 0, 0, 0] => Text {
                ja: "次に: 証明書は shomei import、台帳は shomei register import で取り込みます。",
                en: "Next: take in certificates with shomei import, the register with shomei register import.",
            },
            [_, 0, 0, 0] => Text {
                ja: "次に: 更新の予定は shomei plan、請求できるものの一覧は --all。",
                en: "Next: what is to be renewed, and when: shomei plan; those who can bill: --all.",
            },
            _ => Text {
                ja: "次に: いつまでに何を申請するかは shomei plan、1件の事情は shomei show 台帳ID、台帳の誤りは shomei register check。",
                en: "Next: what to apply for by when: shomei plan; one holder's story: shomei show ID; mistakes in the register: shomei register check.",
            },
        };
        Some(text.get(self.lang))
    }
}
