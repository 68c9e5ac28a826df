//! What the page shows of the report's tables: the one place here that reads their cells.

use std::collections::HashMap;

use crate::calendar::Day;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::whole::table::{Kind, Word};
use crate::report::whole::{Cell, Column, Report, Table};

/// Rows from which on a table has a box to filter it by.
const FILTERED_FROM: usize = 8;
/// From how many on the findings of a rule have a box to filter them by.
const FINDINGS_FILTERED_FROM: usize = 20;
/// Rows of an excerpt before it refers to the table below.
const ROWS_OF_EXCERPT: usize = 15;

/// Some columns and rows of a table.
pub(super) struct Grid<'a> {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) columns: Vec<GridColumn>,
    pub(super) rows: Vec<&'a [Cell]>,
    /// A heading above says what the caption says: it is there for screen readers alone.
    pub(super) is_lean: bool,
    pub(super) has_filter: bool,
    pub(super) lang: Lang,
}

/// A column of a grid.
pub(super) struct GridColumn {
    pub(super) title: &'static str,
    /// The style's class of what it holds.
    pub(super) class: &'static str,
    /// The style's class of how wide it is.
    pub(super) width: &'static str,
    at: usize,
    is_yen: bool,
}

/// A cell as the page shows it.
pub(super) enum GridCell<'a> {
    Empty,
    Day(Day),
    Number(i64, String),
    Word(&'a Word),
    Text(&'a str),
}

/// The first of those rows of a table that have one code in a column.
pub(super) struct Excerpt<'a> {
    pub(super) title: &'static str,
    /// How many there are.
    pub(super) count: usize,
    pub(super) grid: Grid<'a>,
    /// The table that has the others, and a sentence that refers to it.
    pub(super) more: Option<(&'static str, String)>,
}

/// The findings of one rule.
pub(super) struct RuleFindings<'a> {
    pub(super) rule: &'a str,
    pub(super) title: &'a str,
    pub(super) severity: Option<&'a Word>,
    pub(super) count: String,
    /// What to do, where it is the same for all of them.
    pub(super) remedy: Option<&'a str>,
    pub(super) grid: Grid<'a>,
}

impl Report {
    /// A table with all that people are shown of it.
    pub(super) fn grid<'a>(&self, table: &'a Table) -> Grid<'a> {
        let text = Text { ja: "{title} {n} 行", en: "{title}: {n} rows" };
        let caption = text.fill(self.lang, &[("title", &self.text(table.title)), ("n", &table.rows.len())]);
        let rows: Vec<&[Cell]> = table.rows.iter().map(Vec::as_slice).collect();
        let has_filter = rows.len() >= FILTERED_FROM;
        let columns = columns(table, self.lang, |column| column.shown);
        Grid { id: table.id.into(), caption, columns, rows, is_lean: false, has_filter, lang: self.lang }
    }

    /// Who cannot submit claims or of whom that cannot be determined, and why.
    pub(super) fn coverage_excerpts(&self) -> Vec<Excerpt<'_>> {
        let columns = ["name", "provider_number", "service", "message", "remedy"];
        let excerpts = [
            ("cannot", Text { ja: "請求できないところと理由", en: "Who cannot, and why" }),
            ("unknown", Text { ja: "判定できないところと理由", en: "Of whom nobody can tell, and why" }),
        ];
        let Some(table) = self.table("coverage") else { return Vec::new() };
        let of = |(code, title)| self.excerpt(table, code, title, ("coverage", code), &columns);
        excerpts.into_iter().filter_map(of).collect()
    }

    /// What is to be done by when.
    pub(super) fn plan_excerpts(&self) -> Vec<Excerpt<'_>> {
        let now =
            Text { ja: "すぐに連絡するもの(安全な申請日がない)", en: "At once: no safe day is left" };
        let next = Text { ja: "次に申請するもの", en: "Next applications" };
        let awaited = Text { ja: "申請済み", en: "Applied for" };
        let excerpts: [(_, _, _, &[&str]); 3] = [
            ("now", now, "cannot", &["outcome", "ends_on", "name", "category", "contact", "message"]),
            (
                "next",
                next,
                "apply",
                &["recommended_day", "last_safe_day", "in_hand_on", "ends_on", "name", "category", "contact"],
            ),
            ("awaited", awaited, "awaited", &["in_hand_on", "ends_on", "name", "category", "message"]),
        ];
        let Some(table) = self.table("plan") else { return Vec::new() };
        let of = |(id, title, code, columns)| self.excerpt(table, id, title, ("outcome", code), columns);
        excerpts.into_iter().filter_map(of).collect()
    }

    /// The first rows with a code in a column, under some columns; none where there is no such row.
    fn excerpt<'a>(
        &self,
        table: &'a Table,
        id: &str,
        title: Text,
        (column, code): (&str, &str),
        shown: &[&str],
    ) -> Option<Excerpt<'a>> {
        let lang = self.lang;
        let has_code = |row: &&Vec<Cell>| table.cell(row, column).code() == code;
        let mut all = table.rows.iter().filter(has_code).map(Vec::as_slice);
        let rows: Vec<&[Cell]> = all.by_ref().take(ROWS_OF_EXCERPT).collect();
        let count = rows.len() + all.count();
        let more = (count > rows.len()).then(|| {
            let text =
                Text { ja: "ほか {n} 件は「{table}」の表に", en: "{n} more in the table “{table}”" };
            (table.id, text.fill(lang, &[("n", &(count - rows.len())), ("table", &self.text(table.title))]))
        });
        let title = self.text(title);
        // In the order in which they are named here.
        let columns = shown.iter().flat_map(|code| columns(table, lang, |column| column.code == *code)).collect();
        let (id, caption) = (id.to_string(), title.to_string());
        let grid = Grid { id, caption, columns, rows, is_lean: true, has_filter: false, lang };
        (count > 0).then_some(Excerpt { title, count, grid, more })
    }

    /// Findings by rule, in the order of the table: the gravest first.
    pub(super) fn rule_findings<'a>(&self, table: &'a Table) -> impl Iterator<Item = RuleFindings<'a>> {
        let mut places = HashMap::new();
        let mut groups: Vec<Vec<&[Cell]>> = Vec::new();
        for row in &table.rows {
            let at = *places.entry(table.cell(row, "rule").code()).or_insert(groups.len());
            if at == groups.len() {
                groups.push(Vec::new());
            }
            groups[at].push(row);
        }
        groups.into_iter().enumerate().map(|(at, rows)| self.findings_of_rule(table, at, rows))
    }

    fn findings_of_rule<'a>(&self, table: &'a Table, at: usize, rows: Vec<&'a [Cell]>) -> RuleFindings<'a> {
        let lang = self.lang;
        let first = |code| rows.first().map_or(&Cell::Nothing, |row| table.cell(row, code));
        let is_same = |code| rows.iter().all(|row| table.cell(row, code) == first(code));
        let (has_one_severity, has_one_remedy) = (is_same("severity"), is_same("remedy"));
        let text = |code| match first(code) {
            Cell::Text(text) => text,
            Cell::Word(word) => &word.label,
            _ => "",
        };
        let severity = match first("severity") {
            Cell::Word(word) => Some(word),
            _ => None,
        };
        let (rule, title) = (text("rule"), text("title"));
        let remedy = Some(text("remedy")).filter(|remedy| has_one_remedy && !remedy.is_empty());
        let count = Text { ja: "{n} 件", en: "{n} found" }.fill(lang, &[("n", &rows.len())]);
        // What is the same for all of them is in the heading.
        let is_shown = |column: &Column| match column.code {
            "rule" | "title" => false,
            "severity" => column.shown && !has_one_severity,
            "remedy" => column.shown && !has_one_remedy,
            _ => column.shown,
        };
        let is_lean = rows.len() < FINDINGS_FILTERED_FROM;
        let (id, caption) = (format!("findings-{at}"), format!("{title} ({count})"));
        let columns = columns(table, lang, is_shown);
        let grid = Grid { id, caption, columns, is_lean, has_filter: !is_lean, lang, rows };
        RuleFindings { rule, title, severity, count, remedy, grid }
    }
}

impl Grid<'_> {
    /// The cells of a row, by column.
    pub(super) fn cells<'a>(&self, row: &'a [Cell]) -> impl Iterator<Item = GridCell<'a>> {
        self.columns.iter().map(|column| match row.get(column.at) {
            None | Some(Cell::Nothing) => GridCell::Empty,
            Some(Cell::Day(day)) => GridCell::Day(*day),
            Some(Cell::Number(n)) if column.is_yen => GridCell::Number(*n, thousands(*n)),
            Some(Cell::Number(n)) => GridCell::Number(*n, n.to_string()),
            Some(Cell::Word(word)) => GridCell::Word(word),
            Some(Cell::Text(text)) => GridCell::Text(text),
        })
    }
}

fn columns(table: &Table, lang: Lang, is_shown: impl Fn(&Column) -> bool) -> Vec<GridColumn> {
    let shown = table.columns.iter().enumerate().filter(|(_, column)| is_shown(column));
    let of = |(at, column): (usize, &Column)| GridColumn {
        title: column.title.get(lang),
        class: class(column.kind),
        width: width(column),
        at,
        is_yen: column.kind == Kind::Yen,
    };
    shown.map(of).collect()
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Yen => "number",
        Kind::Day => "day",
        Kind::Text | Kind::Word => "text",
    }
}

fn width(column: &Column) -> &'static str {
    match (column.kind, column.code) {
        (Kind::Day, _) => "w-day",
        (Kind::Number | Kind::Yen, _) => "w-number",
        (_, "message" | "remedy") => "w-text",
        (_, "name" | "title" | "rules") => "w-name",
        (Kind::Word, "category" | "doubt" | "service") => "w-label",
        (Kind::Word, _) => "w-word",
        (_, "holder" | "prefecture" | "generation") => "w-short",
        _ => "w-label",
    }
}

/// By what a word is sorted before its code: the gravest first.
pub(super) fn rank(word: &Word) -> u8 {
    match word.severity {
        Some(Severity::Error) => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Info) => 2,
        None => 3,
    }
}

/// The mark of a severity, told apart by its shape and not by colour alone.
pub(super) fn mark(severity: Severity) -> char {
    match severity {
        Severity::Error => '✕',
        Severity::Warning => '▲',
        Severity::Info => '●',
    }
}

/// A number with separators.
pub(super) fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
