//! The answer: who can bill, who cannot and why, and what is to be done by when.

use std::io::{self, Write};

use super::grid::Grid;
use super::open_section;
use crate::lifecycle::PlanOutcome;
use crate::locale::Text;
use crate::report::escape::Html;
use crate::report::list::{Column, List, coverage, holder, plan, tracked};
use crate::report::whole::Report;

/// The title of the answer.
pub(super) const TITLE: Text = Text { ja: "次の請求期間に請求できるか", en: "The coming claim period" };
/// The title of what is to be done.
pub(super) const TO_DO: Text = Text { ja: "いつまでに何をするか", en: "What to do by when" };

/// Lines of a list before it refers to the table below.
const LINES: usize = 15;

/// Some rows of a list, under the columns that matter there.
struct Part<'a, R: 'static> {
    id: &'a str,
    title: Text,
    list: &'a List<R>,
    columns: &'a [Column<R>],
    rows: Vec<&'a R>,
}

impl Report {
    pub(super) fn write_answer(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, "answer", self.text(TITLE))?;
        if self.coverage.period.is_some() {
            self.write_numbers(out)?;
        }
        writeln!(out, "<p>{}</p>", Html(&self.answer()))?;
        let columns =
            [holder::name(1), coverage::PROVIDER_NUMBER, coverage::SERVICE, coverage::MESSAGE, coverage::REMEDY];
        let units = |code| self.rows.units.iter().filter(|row| row.unit.coverage.code() == code).collect();
        let parts = [
            ("cannot", Text { ja: "請求できないところと理由", en: "Who cannot, and why" }),
            ("unknown", Text { ja: "判定できないところと理由", en: "Of whom nobody can tell, and why" }),
        ];
        for (id, title) in parts {
            self.write_part(out, &Part { id, title, list: &coverage::UNITS, columns: &columns, rows: units(id) })?;
        }
        out.write_all(b"</section>\n")?;
        self.write_to_do(out)
    }

    fn write_numbers(&self, out: &mut dyn Write) -> io::Result<()> {
        let coverage = self.coverage;
        let numbers = [
            ("can", '✓', Text { ja: "請求できる", en: "can bill" }, coverage.can),
            ("unknown", '?', Text { ja: "判定できない", en: "unknown" }, coverage.unknown),
            ("cannot", '✕', Text { ja: "請求できない", en: "cannot bill" }, coverage.cannot),
        ];
        out.write_all(b"<dl class=\"numbers\">\n")?;
        for (class, mark, label, number) in numbers {
            writeln!(
                out,
                "<div class=\"{class}\"><dt><span aria-hidden=\"true\">{mark}</span> {}</dt><dd>{number}</dd></div>",
                self.text(label)
            )?;
        }
        out.write_all(b"</dl>\n")
    }

    fn write_to_do(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, "todo", self.text(TO_DO))?;
        let text = Text {
            ja: "1年のうちに申請するもの {apply}、安全な申請日のないもの {unplaced}(期限切れを含む)、申請済みで届くのを待つもの {awaited}。",
            en: "Within a year: {apply} to apply for, {unplaced} without a safe day (what has lapsed among them), {awaited} applied for.",
        };
        let counts = &self.counts;
        let values: [(&str, &dyn std::fmt::Display); 3] =
            [("apply", &counts.apply), ("unplaced", &counts.unplaced), ("awaited", &counts.awaited)];
        writeln!(out, "<p>{}</p>", Html(&text.fill(self.lang, &values)))?;
        let (ends_on, name) = (tracked::ends_on(1), holder::name(1));
        let (category, contact) = (tracked::category(1), holder::contact(1));
        let plan = |is: fn(&PlanOutcome) -> bool| self.rows.plan.iter().filter(|row| is(&row.outcome)).collect();
        let parts = [
            Part {
                id: "now",
                title: Text {
                    ja: "すぐに連絡するもの(安全な申請日がない)", en: "At once: no safe day is left"
                },
                list: &plan::PLAN,
                columns: &[plan::OUTCOME, ends_on, name, category, contact, plan::MESSAGE],
                rows: plan(|outcome| matches!(outcome, PlanOutcome::Cannot(..))),
            },
            Part {
                id: "next",
                title: Text { ja: "次に申請するもの", en: "Next applications" },
                list: &plan::PLAN,
                columns: &[plan::RECOMMENDED, plan::LAST_SAFE, plan::IN_HAND, ends_on, name, category, contact],
                rows: plan(|outcome| matches!(outcome, PlanOutcome::Apply { .. })),
            },
            Part {
                id: "awaited",
                title: Text { ja: "申請済み", en: "Applied for" },
                list: &plan::PLAN,
                columns: &[plan::IN_HAND, ends_on, name, category, plan::MESSAGE],
                rows: plan(|outcome| matches!(outcome, PlanOutcome::Awaited { .. })),
            },
        ];
        parts.iter().try_for_each(|part| self.write_part(out, part))?;
        out.write_all(b"</section>\n")
    }

    /// Writes the first rows of a part, and where the others are.
    fn write_part<R>(&self, out: &mut dyn Write, part: &Part<R>) -> io::Result<()> {
        let all = part.rows.len();
        if all == 0 {
            return Ok(());
        }
        let title = self.text(part.title);
        writeln!(out, "<h3>{} <small>{all}</small></h3>", Html(title))?;
        let rows = part.rows.iter().take(LINES).copied();
        let table = self.allowed(part.list.part(part.columns, rows, self.lang));
        self.write_grid(out, &Grid { id: part.id, caption: title.to_string(), table: &table, lean: true })?;
        if all > LINES {
            let text =
                Text { ja: "ほか {n} 件は「{table}」の表に", en: "{n} more in the table “{table}”" };
            let text = text.fill(self.lang, &[("n", &(all - LINES)), ("table", &self.text(part.list.title))]);
            writeln!(out, "<p class=\"more\"><a href=\"#{}\">{}</a></p>", part.list.id, Html(&text))?;
        }
        Ok(())
    }
}
