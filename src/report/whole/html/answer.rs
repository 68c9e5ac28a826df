//! The answer: who can bill, who cannot and why, and what is to be done by when.

use std::io::{self, Write};

use super::grid::Grid;
use super::open_section;
use crate::locale::Text;
use crate::report::escape::Html;
use crate::report::whole::{Cell, Report, Table};

/// The title of the answer.
pub(super) const TITLE: Text = Text { ja: "次の請求期間に請求できるか", en: "The coming claim period" };
/// The title of what is to be done.
pub(super) const TO_DO: Text = Text { ja: "いつまでに何をするか", en: "What to do by when" };

/// Lines of a list before it refers to the table below.
const LINES: usize = 15;

/// Rows of one code of a table's first column.
struct Part<'a> {
    id: &'a str,
    title: Text,
    rows: Vec<&'a [Cell]>,
    columns: &'a [&'a str],
}

impl Report {
    pub(super) fn write_answer(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, "answer", self.text(TITLE))?;
        if self.coverage.period.is_some() {
            self.write_numbers(out)?;
        }
        writeln!(out, "<p>{}</p>", Html(&self.answer()))?;
        if let Some(table) = self.table("coverage") {
            let columns = ["name", "provider_number", "service", "message", "remedy"];
            let cannot = Part {
                id: "cannot",
                title: Text { ja: "請求できないところと理由", en: "Who cannot, and why" },
                rows: rows(table, "coverage", &["cannot"]),
                columns: &columns,
            };
            let unknown = Part {
                id: "unknown",
                title: Text { ja: "判定できないところと理由", en: "Of whom nobody can tell, and why" },
                rows: rows(table, "coverage", &["unknown"]),
                columns: &columns,
            };
            self.write_part(out, table, &cannot)?;
            self.write_part(out, table, &unknown)?;
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
        if let Some(table) = self.table("plan") {
            let parts = [
                Part {
                    id: "now",
                    title: Text {
                        ja: "すぐに連絡するもの(安全な申請日がない)", en: "At once: no safe day is left"
                    },
                    rows: rows(table, "outcome", &["cannot"]),
                    columns: &["outcome", "ends_on", "name", "category", "contact", "message"],
                },
                Part {
                    id: "next",
                    title: Text { ja: "次に申請するもの", en: "Next applications" },
                    rows: rows(table, "outcome", &["apply"]),
                    columns: &[
                        "recommended_day",
                        "last_safe_day",
                        "in_hand_on",
                        "ends_on",
                        "name",
                        "category",
                        "contact",
                    ],
                },
                Part {
                    id: "awaited",
                    title: Text { ja: "申請済み", en: "Applied for" },
                    rows: rows(table, "outcome", &["awaited"]),
                    columns: &["in_hand_on", "ends_on", "name", "category", "message"],
                },
            ];
            parts.iter().try_for_each(|part| self.write_part(out, table, part))?;
        }
        out.write_all(b"</section>\n")
    }

    /// Writes the first rows of a part, and where the others are.
    fn write_part(&self, out: &mut dyn Write, table: &Table, part: &Part) -> io::Result<()> {
        let all = part.rows.len();
        if all == 0 {
            return Ok(());
        }
        let title = self.text(part.title);
        writeln!(out, "<h3>{} <small>{all}</small></h3>", Html(title))?;
        let columns = part.columns.iter().filter_map(|code| {
            let at = table.column(code)?;
            Some((at, table.columns.get(at)?))
        });
        let grid = Grid {
            id: part.id,
            caption: title.to_string(),
            columns: columns.collect(),
            rows: part.rows.iter().take(LINES).copied().collect(),
            lean: true,
        };
        self.write_grid(out, &grid)?;
        if all > LINES {
            let text =
                Text { ja: "ほか {n} 件は「{table}」の表に", en: "{n} more in the table “{table}”" };
            let text = text.fill(self.lang, &[("n", &(all - LINES)), ("table", &self.text(table.title))]);
            writeln!(out, "<p class=\"more\"><a href=\"#{}\">{}</a></p>", table.id, Html(&text))?;
        }
        Ok(())
    }
}

/// The rows of a table with one of these codes under a column.
fn rows<'a>(table: &'a Table, column: &str, codes: &[&str]) -> Vec<&'a [Cell]> {
    let is = |row: &&Vec<Cell>| codes.contains(&table.cell(row, column).code().as_str());
    table.rows.iter().filter(is).map(Vec::as_slice).collect()
}
