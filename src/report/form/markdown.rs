//! Markdown as GitHub reads it (GFM), for wikis, tickets and mail.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::lifecycle::PlanOutcome;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::report::Report;
use crate::report::escape::terminal;
use crate::report::layout::{severity_word, status_word};
use crate::report::list::coverage::{UNITS, UnitRow};
use crate::report::list::plan::{PLAN, PlanRow};
use crate::report::list::{ColumnKind, Head, Table};
use crate::trust::TrustStatus;

/// Rows of a table that are written at most.
const ROWS: usize = 200;
/// Characters of a cell that are written at most.
const CHARACTERS: usize = 300;

/// The same of a cell: what is longer than a reader wants is cut; data has all of it.
fn escaped(text: &str) -> String {
    match text.char_indices().nth(CHARACTERS) {
        Some((at, _)) => whole(&format!("{}…", &text[..at])),
        None => whole(text),
    }
}

/// Text that Markdown shows as it is, on one line: nothing in it is markup, a link or HTML.
fn whole(text: &str) -> String {
    let safe = terminal(text.trim_matches(' '));
    let mut out = String::with_capacity(safe.len() + 16);
    for (at, c) in safe.char_indices() {
        let rest = &safe[at + c.len_utf8()..];
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '~' | '$' | '#' => out.extend(['\\', c]),
            // What would become a list, a heading or a link by itself.
            '-' | '+' if out.is_empty() => out.extend(['\\', c]),
            '.' | ')' if out.bytes().all(|c| c.is_ascii_digit()) => out.extend(['\\', c]),
            ':' if rest.starts_with("//") => out.push_str("\\:"),
            '.' if out.as_bytes().last_chunk().is_some_and(|last: &[u8; 3]| last.eq_ignore_ascii_case(b"www")) => {
                out.push_str("\\.")
            }
            // A mention tells somebody on GitHub.
            '@' => out.push_str("&#64;"),
            _ => out.push(c),
        }
    }
    out
}

/// A line of a table.
fn line(out: &mut dyn Write, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
    out.write_all(b"|")?;
    for cell in cells {
        write!(out, " {cell} |")?;
    }
    out.write_all(b"\n")
}

/// The heads of a table, with the numbers at the right.
fn heads(out: &mut dyn Write, heads: &[(&str, bool)]) -> io::Result<()> {
    line(out, heads.iter().map(|(head, _)| escaped(head)))?;
    line(out, heads.iter().map(|(_, is_number)| if *is_number { "--:" } else { "---" }.to_string()))
}

impl Report {
    /// Writes it.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_heading(out)?;
        self.write_urgent(out)?;
        if let Some(changes) = self.changes() {
            self.heading(out, changes.title)?;
            if let Some(since) = &self.since {
                let text = Text { ja: "{since} から", en: "Since {since}" };
                writeln!(out, "{}\n", escaped(&text.fill(self.lang, &[("since", since)])))?;
            }
            self.write_rows(out, &changes)?;
        }
        self.write_rules(out)?;
        self.write_counts(out)?;
        self.write_fees(out)?;
        if !self.notes.is_empty() {
            self.heading(out, Text { ja: "注記", en: "Notes" })?;
            self.notes.iter().try_for_each(|note| writeln!(out, "- {}", whole(note)))?;
        }
        for table in self.tables() {
            self.heading(out, table.title)?;
            self.write_rows(out, &table)?;
        }
        Ok(())
    }

    fn heading(&self, out: &mut dyn Write, title: Text) -> io::Result<()> {
        writeln!(out, "\n## {}\n", escaped(self.text(title)))
    }

    /// The title, the answer, the three numbers, what it tells of and when.
    fn write_heading(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# {}\n", escaped(&self.title()))?;
        self.answer().iter().try_for_each(|sentence| writeln!(out, "{}\n", whole(sentence)))?;
        let names = [
            Text { ja: "請求できる", en: "can submit claims" },
            Text { ja: "途中の日まで請求できる", en: "can until a day" },
            Text { ja: "判定できない", en: "cannot be determined" },
            Text { ja: "請求できない", en: "cannot submit claims" },
        ];
        heads(out, &names.map(|name| (self.text(name), true)))?;
        let units = self.coverage;
        line(out, [units.can, units.can_until, units.unknown, units.cannot].map(|n| n.to_string()))?;
        writeln!(out)?;
        let at = self.zone.local(self.at);
        let mut said = vec![(Text { ja: "判定の時刻", en: "judged at" }, at)];
        let as_of = self.as_of.map(|day| (Text { ja: "時点", en: "as known on" }, day.to_string()));
        said.extend(as_of);
        said.push((Text { ja: "ポリシー", en: "policy" }, self.policy.0.clone()));
        if !self.scope.is_empty() {
            said.push((Text { ja: "範囲", en: "scope" }, self.scope.clone()));
        }
        said.iter().try_for_each(|(name, value)| writeln!(out, "- {}: {}", self.text(*name), escaped(value)))
    }

    /// Who cannot bill and why; what cannot be renewed in time, then what to apply for next.
    fn write_urgent(&self, out: &mut dyn Write) -> io::Result<()> {
        let cannot = self.rows.units.iter().filter(|row| row.unit.coverage.code() == "cannot");
        self.heading(out, Text { ja: "請求できない事業所とその理由", en: "Who cannot bill, and why" })?;
        self.write_rows(out, &self.listed(&UNITS, cannot))?;
        let early: Vec<&UnitRow> =
            self.rows.units.iter().filter(|row| row.unit.coverage.code() == "can-until").collect();
        if !early.is_empty() {
            self.heading(
                out,
                Text {
                    ja: "請求期間の途中の日まで請求できる事業所",
                    en: "Who can submit claims until a day within the period",
                },
            )?;
            self.write_rows(out, &self.listed(&UNITS, early))?;
        }
        let unplaced = self.rows.plan.iter().filter(|row| matches!(row.outcome, PlanOutcome::Cannot(..)));
        self.heading(out, Text { ja: "期限切れ・申請期限を過ぎたもの", en: "Expired or too late to apply" })?;
        self.write_rows(out, &self.listed(&PLAN, unplaced))?;
        let tight: Vec<&PlanRow> =
            self.rows.plan.iter().filter(|row| matches!(row.outcome, PlanOutcome::NoMargin(..))).collect();
        if !tight.is_empty() {
            self.heading(
                out,
                Text {
                    ja: "余裕がないもの(請求期間は逃しません)", en: "Without margin (no claim period is lost)"
                },
            )?;
            self.write_rows(out, &self.listed(&PLAN, tight))?;
        }
        self.heading(out, Text { ja: "次に申請するもの", en: "To apply for next" })?;
        let next = self.rows.plan.iter().filter(|row| matches!(row.outcome, PlanOutcome::Apply { .. }));
        let mut next: Vec<&PlanRow> = next.collect();
        next.sort_by_key(|row| row.recommended());
        self.write_rows(out, &self.listed(&PLAN, next))
    }

    /// Rows under the columns that people look at, as many as they read.
    fn write_rows(&self, out: &mut dyn Write, table: &Table) -> io::Result<()> {
        let count = table.len;
        let shown = table.heads.iter().enumerate().filter(|(_, head)| head.shown);
        let shown: Vec<(usize, &Head)> = shown.collect();
        if count > 0 {
            let is_number = |head: &Head| matches!(head.kind, ColumnKind::Number | ColumnKind::Yen);
            let titles: Vec<_> = shown.iter().map(|(_, head)| (self.text(head.title), is_number(head))).collect();
            heads(out, &titles)?;
        }
        for row in 0..count.min(ROWS) {
            line(out, shown.iter().map(|(at, _)| escaped(&table.cell(row, *at).label(self.lang))))?;
        }
        if count == 0 {
            return writeln!(out, "{}", self.text(Text { ja: "ありません。", en: "None." }));
        }
        if count > ROWS {
            let text = Text {
                ja: "ほかに {n} 行あります(shomei report --format csv ですべて出ます)。",
                en: "{n} more rows (shomei report --format csv has all of them).",
            };
            writeln!(out, "\n{}", whole(&text.fill(self.lang, &[("n", &(count - ROWS))])))?;
        }
        Ok(())
    }

    /// The findings by rule, the gravest first, with what to do.
    fn write_rules(&self, out: &mut dyn Write) -> io::Result<()> {
        self.heading(out, Text { ja: "規則ごとの指摘", en: "Findings by rule" })?;
        if self.counts.rules.is_empty() {
            return writeln!(out, "{}", self.text(Text { ja: "ありません。", en: "None." }));
        }
        let names = [
            (Text { ja: "重大度", en: "level" }, false),
            (Text { ja: "規則", en: "rule" }, false),
            (Text { ja: "指摘", en: "finding" }, false),
            (Text { ja: "件数", en: "findings" }, true),
            (Text { ja: "対処", en: "what to do" }, false),
        ];
        heads(out, &names.map(|(name, is_number)| (self.text(name), is_number)))?;
        let remedies = self.remedies();
        let mut rules: Vec<(&&str, &(u64, Severity))> = self.counts.rules.iter().collect();
        rules.sort_by_key(|(code, (n, severity))| (std::cmp::Reverse(*severity), std::cmp::Reverse(*n), **code));
        for (code, (n, severity)) in rules {
            let (title, remedy) = remedies.get(*code).cloned().unwrap_or_default();
            line(
                out,
                [
                    escaped(severity_word(Some(*severity), self.lang)),
                    escaped(code),
                    escaped(title),
                    n.to_string(),
                    escaped(&remedy),
                ],
            )?;
        }
        Ok(())
    }

    /// Each rule's title and what to do, of its first finding; where others say otherwise, how many.
    fn remedies(&self) -> BTreeMap<&'static str, (&'static str, String)> {
        let mut found: BTreeMap<&'static str, (&'static str, Vec<&str>)> = BTreeMap::new();
        for row in &self.rows.findings {
            let (_, remedies) = found.entry(row.rule.code).or_insert((row.rule.title.get(self.lang), Vec::new()));
            if remedies.len() < 2 && !remedies.contains(&row.remedy.as_str()) {
                remedies.push(&row.remedy);
            }
        }
        let told = |(code, (title, remedies)): (&'static str, (&'static str, Vec<&str>))| {
            let mut remedy = remedies.first().copied().unwrap_or_default().to_string();
            if remedies.len() > 1 {
                remedy +=
                    self.text(Text { ja: "(ほかの対処は下の表に)", en: " (others: in the table below)" });
            }
            (code, (title, remedy))
        };
        found.into_iter().map(told).collect()
    }

    fn write_counts(&self, out: &mut dyn Write) -> io::Result<()> {
        self.heading(out, Text { ja: "数", en: "Counts" })?;
        let counts = &self.counts;
        let mut lines = vec![(self.text(Text { ja: "証明書", en: "Certificates" }).to_string(), counts.certificates)];
        for status in [TrustStatus::Trusted, TrustStatus::Untrusted, TrustStatus::Undetermined] {
            let n = counts.verdicts.get(status.code()).copied().unwrap_or(0);
            lines.push((self.named(Text { ja: "検証結果", en: "Verdict" }, status_word(status, self.lang)), n));
        }
        for (severity, n) in counts.severities.iter().rev() {
            let word = severity_word(Some(*severity), self.lang);
            lines.push((self.named(Text { ja: "指摘", en: "Findings" }, word), *n));
        }
        lines.push((self.text(Text { ja: "期限切れ", en: "Lapsed" }).into(), counts.lapsed));
        for (days, n) in &counts.tiers {
            let text = Text { ja: "期限まで {days} 日以内", en: "Ending within {days} days" };
            lines.push((text.fill(self.lang, &[("days", days)]), *n));
        }
        let renewals = [
            (Text { ja: "申請する", en: "To apply for" }, counts.apply),
            (Text { ja: "間に合う申請日がない", en: "Without a safe day" }, counts.unplaced),
            (Text { ja: "申請済み", en: "Applied for" }, counts.awaited),
        ];
        lines.extend(renewals.map(|(name, n)| (self.text(name).to_string(), n)));
        for (generation, n) in &self.generations {
            lines.push((self.named(Text { ja: "世代", en: "Root" }, generation), *n));
        }
        heads(
            out,
            &[
                (self.text(Text { ja: "何の", en: "of what" }), false),
                (self.text(Text { ja: "数", en: "how many" }), true),
            ],
        )?;
        lines.iter().try_for_each(|(name, n)| line(out, [escaped(name), n.to_string()]))
    }

    fn named(&self, what: Text, which: &str) -> String {
        Text { ja: "{what}: {which}", en: "{what}: {which}" }
            .fill(self.lang, &[("what", &self.text(what)), ("which", &which)])
    }

    fn write_fees(&self, out: &mut dyn Write) -> io::Result<()> {
        self.heading(out, Text { ja: "年度ごとの手数料", en: "Fees by fiscal year" })?;
        let names = [
            Text { ja: "年度", en: "fiscal year" },
            Text { ja: "申請済み(円)", en: "applied for (yen)" },
            Text { ja: "見込み(円)", en: "ahead (yen)" },
            Text { ja: "額が不明(件)", en: "unknown (applications)" },
        ];
        heads(out, &names.map(|name| (self.text(name), true)))?;
        self.fees.iter().try_for_each(|year| {
            let cells = [year.past, year.ahead, year.unknown].map(|n| n.to_string());
            line(out, std::iter::once(year.year.to_string()).chain(cells))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_cell_is_markup() {
        let cases = [
            ("a|b", "a\\|b"),
            ("a\\|b", "a\\\\\\|b"),
            ("<script>", "&lt;script&gt;"),
            ("[x](http://y)", "\\[x\\](http\\://y)"),
            ("a\r\nb", "a&lt;U+000D&gt;&lt;U+000A&gt;b"),
            ("\u{202e}fdp", "&lt;U+202E&gt;fdp"),
            ("1. no list", "1\\. no list"),
            ("- no list", "\\- no list"),
            ("2026-11-23", "2026-11-23"),
            ("WWW.example.jp @all", "WWW\\.example.jp &#64;all"),
            ("日本語の名前", "日本語の名前"),
        ];
        for (text, expected) in cases {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(escaped(&"長".repeat(1 << 20)).chars().count(), CHARACTERS + 1);
    }
}
