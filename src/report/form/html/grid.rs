//! What the page shows of the report's tables.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::calendar::Day;
use crate::lifecycle::PlanOutcome;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::answer::report::Report;
use crate::report::layout::thousands;
use crate::report::list::finding::{self, FINDINGS, FindingRow};
use crate::report::list::{Cell, Column, ColumnKind, Head, List, Table, Word, coverage, holder, plan, tracked};

/// Rows from which on a table has a box to filter it by.
const FILTERED_FROM: usize = 8;
/// From how many on the findings of a rule have a box to filter them by.
const FINDINGS_FILTERED_FROM: usize = 20;
/// Rows of an excerpt before it refers to the table below.
const ROWS_OF_EXCERPT: usize = 15;

/// A table, with the columns that people are shown.
pub(super) struct PageTable<'a> {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) columns: Vec<GridColumn>,
    table: Table<'a>,
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
pub(super) enum PageCell<'a> {
    Empty,
    Day(Day),
    Number(i64, String),
    Word(Word<'a>),
    Text(Cow<'a, str>),
}

/// A section of the page for a table of the report.
pub(super) struct TableSection<'a> {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// The table; none where it has no row, or where its rows are grouped.
    pub(super) grid: Option<PageTable<'a>>,
    /// The findings, rule by rule.
    pub(super) rules: Vec<RuleFindings<'a>>,
    /// What is said where there is nothing.
    pub(super) nothing: &'static str,
}

/// The first of some rows of a list.
pub(super) struct Excerpt<'a> {
    pub(super) title: &'static str,
    /// How many there are.
    pub(super) count: usize,
    pub(super) grid: PageTable<'a>,
    /// The table that has the others, and a sentence that refers to it.
    pub(super) more: Option<(&'static str, String)>,
}

/// The findings of one rule.
pub(super) struct RuleFindings<'a> {
    pub(super) rule: &'static str,
    pub(super) title: &'static str,
    pub(super) severity: Option<Word<'a>>,
    pub(super) count: String,
    /// What to do, where it is the same for all of them.
    pub(super) remedy: Option<&'a str>,
    pub(super) grid: PageTable<'a>,
}

impl Report {
    /// The sections of its tables, each made when the page comes to it.
    pub(super) fn table_sections(&self) -> impl Iterator<Item = TableSection<'_>> {
        self.tables().into_iter().map(|table| self.section(table, Text { ja: "ありません。", en: "None." }))
    }

    /// The section of what is otherwise than it was.
    pub(super) fn changes_section(&self) -> Option<TableSection<'_>> {
        self.changes().map(|table| self.section(table, Text { ja: "変化はありません。", en: "Nothing." }))
    }

    fn section<'a>(&'a self, table: Table<'a>, nothing: Text) -> TableSection<'a> {
        let (id, title, rows) = (table.id, self.text(table.title), table.len);
        let mut section = TableSection { id, title, grid: None, rules: Vec::new(), nothing: self.text(nothing) };
        if id == FINDINGS.id {
            section.rules = self.rule_findings();
            section.nothing = self.text(Text { ja: "指摘はありません。", en: "No findings." });
        } else if rows > 0 {
            let text = Text { ja: "{title} {n} 行", en: "{title}: {n} rows" };
            let caption = text.fill(self.lang, &[("title", &title), ("n", &rows)]);
            section.grid = Some(PageTable::new(id.into(), caption, table, false, rows >= FILTERED_FROM, self.lang));
        }
        section
    }

    /// Who cannot submit claims or of whom that cannot be determined, and why.
    pub(super) fn coverage_excerpts(&self) -> Vec<Excerpt<'_>> {
        let columns = [
            holder::name(1),
            coverage::PROVIDER_NUMBER,
            coverage::SERVICE,
            coverage::CAN_UNTIL,
            coverage::MESSAGE,
            coverage::REMEDY,
        ];
        let excerpts = [
            ("cannot", Text { ja: "請求できないところと理由", en: "Who cannot, and why" }),
            (
                "can-until",
                Text {
                    ja: "請求期間の途中の日まで請求できるところと理由",
                    en: "Who can submit claims until a day within the period, and why",
                },
            ),
            ("unknown", Text { ja: "判定できないところと理由", en: "Of whom it cannot be determined, and why" }),
        ];
        let units = |code| self.rows.units.iter().filter(move |row| row.unit.coverage.code() == code);
        let of = |(code, title)| self.excerpt(&coverage::UNITS, code, title, &columns, units(code));
        excerpts.into_iter().filter_map(of).collect()
    }

    /// What is to be done by when.
    pub(super) fn plan_excerpts(&self) -> Vec<Excerpt<'_>> {
        let (ends_on, name) = (tracked::ends_on(1), holder::name(1));
        let (category, contact) = (tracked::category(1), holder::contact(1));
        let rows = |is: fn(&PlanOutcome) -> bool| self.rows.plan.iter().filter(move |row| is(&row.outcome));
        let now = self.excerpt(
            &plan::PLAN,
            "now",
            Text {
                ja: "すぐに申請・連絡するもの(期限切れ、間に合わない)", en: "At once: expired or too late"
            },
            &[plan::OUTCOME, ends_on, name, category, contact, plan::MESSAGE],
            rows(|outcome| matches!(outcome, PlanOutcome::Cannot(..))),
        );
        let tight = self.excerpt(
            &plan::PLAN,
            "tight",
            Text {
                ja: "余裕がないもの(請求期間は逃しません)", en: "Without margin (no claim period is lost)"
            },
            &[plan::RECOMMENDED, plan::IN_HAND, ends_on, name, category, contact, plan::MESSAGE],
            rows(|outcome| matches!(outcome, PlanOutcome::NoMargin(..))),
        );
        let next = self.excerpt(
            &plan::PLAN,
            "next",
            Text { ja: "次に申請するもの", en: "Next applications" },
            &[plan::RECOMMENDED, plan::LAST_SAFE, plan::IN_HAND, ends_on, name, category, contact],
            rows(|outcome| matches!(outcome, PlanOutcome::Apply { .. })),
        );
        let awaited = self.excerpt(
            &plan::PLAN,
            "awaited",
            Text { ja: "申請済み", en: "Applied for" },
            &[plan::IN_HAND, ends_on, name, category, plan::MESSAGE],
            rows(|outcome| matches!(outcome, PlanOutcome::Awaited { .. })),
        );
        [now, tight, next, awaited].into_iter().flatten().collect()
    }

    /// The first of some rows of a list, under some columns; none where there is no such row.
    fn excerpt<'a, R: 'static>(
        &self,
        list: &List<R>,
        id: &str,
        title: Text,
        columns: &[Column<R>],
        rows: impl Iterator<Item = &'a R>,
    ) -> Option<Excerpt<'a>> {
        let lang = self.lang;
        let mut all = rows;
        let rows: Vec<&R> = all.by_ref().take(ROWS_OF_EXCERPT).collect();
        let count = rows.len() + all.count();
        let more = (count > rows.len()).then(|| {
            let text =
                Text { ja: "ほか {n} 件は「{table}」の表に", en: "{n} more in the table “{table}”" };
            (list.id, text.fill(lang, &[("n", &(count - rows.len())), ("table", &self.text(list.title))]))
        });
        let title = self.text(title);
        let table = self.part(list, columns.iter().copied(), rows);
        let grid = PageTable::new(id.into(), title.into(), table, true, false, lang);
        (count > 0).then_some(Excerpt { title, count, grid, more })
    }

    /// Findings by rule, in the order of the list: the gravest first.
    fn rule_findings(&self) -> Vec<RuleFindings<'_>> {
        let mut places = HashMap::new();
        let mut groups: Vec<Vec<&FindingRow>> = Vec::new();
        for row in &self.rows.findings {
            let at = *places.entry(row.rule.code).or_insert(groups.len());
            if at == groups.len() {
                groups.push(Vec::new());
            }
            groups[at].push(row);
        }
        groups.into_iter().enumerate().filter_map(|(at, rows)| self.findings_of_rule(at, rows)).collect()
    }

    fn findings_of_rule<'a>(&self, at: usize, rows: Vec<&'a FindingRow>) -> Option<RuleFindings<'a>> {
        let lang = self.lang;
        let first = *rows.first()?;
        let has_one_severity = rows.iter().all(|row| row.severity == first.severity);
        let has_one_remedy = rows.iter().all(|row| row.remedy == first.remedy);
        let severity = match finding::SEVERITY.cell(first, lang) {
            Cell::Word(word) => Some(word),
            _ => None,
        };
        let (rule, title) = (first.rule.code, first.rule.title.get(lang));
        let remedy = Some(first.remedy.as_str()).filter(|remedy| has_one_remedy && !remedy.is_empty());
        let count = Text { ja: "{n} 件", en: "{n} found" }.fill(lang, &[("n", &rows.len())]);
        let is_lean = rows.len() < FINDINGS_FILTERED_FROM;
        // What is the same for all of them is in the heading.
        let own = [holder::id(1), holder::name(1), holder::prefecture(1), holder::contact(1), finding::MESSAGE];
        let severities = Some(finding::SEVERITY).filter(|_| !has_one_severity).into_iter();
        let remedies = Some(finding::REMEDY).filter(|_| !has_one_remedy);
        let table = self.part(&FINDINGS, severities.chain(own).chain(remedies), rows);
        let (id, caption) = (format!("findings-{at}"), format!("{title} ({count})"));
        let grid = PageTable::new(id, caption, table, is_lean, !is_lean, lang);
        Some(RuleFindings { rule, title, severity, count, remedy, grid })
    }
}

impl<'a> PageTable<'a> {
    fn new(
        id: String,
        caption: String,
        table: Table<'a>,
        is_lean: bool,
        has_filter: bool,
        lang: Lang,
    ) -> PageTable<'a> {
        let shown = table.heads.iter().enumerate().filter(|(_, head)| head.shown);
        let column = |(at, head): (usize, &Head)| GridColumn {
            title: head.title.get(lang),
            class: class(head.kind),
            width: width(head),
            at,
            is_yen: head.kind == ColumnKind::Yen,
        };
        PageTable { id, caption, columns: shown.map(column).collect(), table, is_lean, has_filter, lang }
    }

    /// The rows, each with its cells by column.
    pub(super) fn rows(&self) -> impl Iterator<Item = Vec<PageCell<'_>>> {
        let cell = |row, column: &GridColumn| match self.table.cell(row, column.at) {
            Cell::Nothing => PageCell::Empty,
            Cell::Day(day) => PageCell::Day(day),
            Cell::Number(n) if column.is_yen => PageCell::Number(n, thousands(n)),
            Cell::Number(n) => PageCell::Number(n, n.to_string()),
            Cell::Word(word) => PageCell::Word(word),
            Cell::Text(text) => PageCell::Text(text),
            Cell::Serial(printed) => PageCell::Text(printed.into()),
            other => {
                let (code, label) = (other.code().into_owned().into(), other.label(self.lang).into_owned().into());
                PageCell::Word(Word { code, label, severity: None })
            }
        };
        (0..self.table.len).map(move |row| self.columns.iter().map(|column| cell(row, column)).collect())
    }
}

fn class(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Number | ColumnKind::Yen => "number",
        ColumnKind::Day => "day",
        ColumnKind::Text | ColumnKind::Word => "text",
    }
}

fn width(column: &Head) -> &'static str {
    match (column.kind, column.code) {
        (ColumnKind::Day, _) => "w-day",
        (ColumnKind::Number | ColumnKind::Yen, _) => "w-number",
        (_, "message" | "remedy") => "w-text",
        (_, "name" | "title" | "rules") => "w-name",
        (ColumnKind::Word, "category" | "doubt" | "service") => "w-label",
        (ColumnKind::Word, _) => "w-word",
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
