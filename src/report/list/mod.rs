//! Lists: a type of rows, and one table of columns from which every form is written.
//!
//! A row holds facts, typed. A [`Column`] says of one fact what it is called in the CSV and the
//! JSON of its command, where it stands in the tables of the whole report, and whether a terminal
//! shows it; [`List`] keeps the columns of one type of rows. The forms ([`super::form`]) know no
//! list: those of a command walk a [`List`], those of the whole report a [`Table`], which is a list
//! with its rows and hides their type. So a new column is one line in one file.

pub mod cell;
pub mod certificate;
pub mod change;
pub mod column;
pub mod coverage;
pub mod expiry;
pub mod fee;
pub mod finding;
pub mod holder;
pub mod listed;
pub mod plan;
pub mod reminder;
pub mod tracked;

use crate::locale::{Lang, Text};
pub use cell::{Cell, Word};
pub use column::{Column, Get, Head, Kind, Privacy};

use super::form::terminal::TableColumn;
use super::layout::severity_word;
use crate::policy::Severity;

/// The line of a policy that judged something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyLine {
    /// File and number.
    Of(String),
    /// The number alone, where the file may not be named.
    Number(i64),
}

/// What people read above a column.
const fn head(ja: &'static str, en: &'static str) -> Text {
    Text { ja, en }
}

// Heads that several lists share.
const CATEGORY: Text = head("利用区分", "category");
const ENDS_ON: Text = head("実効有効期限", "ends on");
const HOST: Text = head("コンピューター", "host");
const MESSAGE: Text = head("説明", "message");
const PLACE: Text = head("場所", "place");
const POLICY_LINE: Text = head("ポリシーの行", "policy line");
const REMEDY: Text = head("対処", "what to do");
const RULES: Text = head("指摘", "findings");
const SERIAL: Text = head("シリアル番号", "serial number");
const SEVERITY: Text = head("重大度", "level");
const SHA256: Text = head("SHA-256", "SHA-256");

/// How grave the gravest finding is, as a cell; without a finding all is fine.
fn severity_cell(severity: Option<Severity>, lang: Lang) -> Cell<'static> {
    Cell::word(severity.map_or("fine", Severity::code), severity_word(severity, lang), severity)
}

impl PolicyLine {
    /// The number alone, where there is one.
    pub fn without_file(self) -> Option<PolicyLine> {
        match self {
            PolicyLine::Of(line) => line.rsplit(':').next()?.parse().ok().map(PolicyLine::Number),
            number => Some(number),
        }
    }

    /// As a cell.
    pub fn cell(&self) -> Cell<'_> {
        match self {
            PolicyLine::Of(line) => line.into(),
            PolicyLine::Number(number) => Cell::Number(*number),
        }
    }
}

/// The columns of one type of rows.
pub struct List<R> {
    /// Its name, as `--table` spells it.
    pub id: &'static str,
    /// Its title.
    pub title: Text,
    /// Its columns, in the order of its CSV.
    pub columns: Vec<Column<R>>,
}

impl<R> List<R> {
    /// A list of these columns.
    pub fn new(id: &'static str, title: Text, columns: impl IntoIterator<Item = Column<R>>) -> List<R> {
        List { id, title, columns: columns.into_iter().collect() }
    }

    /// The columns of its CSV: head and cell.
    pub fn csv(&self) -> impl Iterator<Item = (&'static str, Get<R>)> {
        self.columns.iter().filter_map(|column| Some((column.csv?, column.get)))
    }

    /// The columns of its JSON: the names on the way to each, from the outside in, and its cell.
    pub fn json(&self) -> impl Iterator<Item = (Vec<&'static str>, Get<R>)> {
        self.columns.iter().filter_map(|column| Some((column.json?.split('.').collect(), column.get)))
    }

    /// What a terminal shows of it, from left to right.
    pub fn lines(&self) -> Vec<(TableColumn, Get<R>)> {
        let mut lines: Vec<_> =
            self.columns.iter().filter_map(|one| one.line.map(|(at, column)| (at, column, one.get))).collect();
        lines.sort_by_key(|(at, ..)| *at);
        lines.into_iter().map(|(_, column, get)| (column, get)).collect()
    }

    /// What the whole report shows of it, from left to right.
    pub fn heads(&self) -> Vec<Head> {
        self.of_report().into_iter().map(|(head, _)| head).collect()
    }

    fn of_report(&self) -> Vec<(Head, Get<R>)> {
        let mut shown: Vec<_> =
            self.columns.iter().filter_map(|one| one.report.map(|(at, head)| (at, head, one.get))).collect();
        shown.sort_by_key(|(at, ..)| *at);
        shown.into_iter().map(|(_, head, get)| (head, get)).collect()
    }

    /// What the whole report says of a row where names may not be told, as data spells it.
    pub fn open_codes(&self, row: &R, lang: Lang) -> Vec<String> {
        let open = self.of_report().into_iter().filter(|(head, _)| head.privacy != Privacy::Private);
        open.map(|(_, get)| get(row, lang).code().into_owned()).collect()
    }

    /// The rows as a table of the whole report.
    pub fn table<'r>(&self, rows: impl IntoIterator<Item = &'r R>, lang: Lang) -> Listed<'r, R> {
        self.listed(self.of_report(), rows, lang)
    }

    /// The same under columns of one's own choice.
    pub fn part<'r>(&self, columns: &[Column<R>], rows: impl IntoIterator<Item = &'r R>, lang: Lang) -> Listed<'r, R> {
        let columns = columns.iter().filter_map(|one| one.report.map(|(_, head)| (head, one.get)));
        self.listed(columns.collect(), rows, lang)
    }

    fn listed<'r>(
        &self,
        columns: Vec<(Head, Get<R>)>,
        rows: impl IntoIterator<Item = &'r R>,
        lang: Lang,
    ) -> Listed<'r, R> {
        let (heads, gets) = columns.into_iter().unzip();
        Listed { id: self.id, title: self.title, heads, gets, rows: rows.into_iter().collect(), lang }
    }
}

/// A list with its rows, as the forms of the whole report take it: they know no row.
pub trait Table {
    /// Its name, as `--table` spells it.
    fn id(&self) -> &'static str;
    /// Its title.
    fn title(&self) -> Text;
    /// Its columns.
    fn heads(&self) -> &[Head];
    /// How many rows it has.
    fn len(&self) -> usize;
    /// The cell of a row under a column, both by their places.
    fn cell(&self, row: usize, column: usize) -> Cell<'_>;

    /// Whether it has no row.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Some columns and rows of a list.
pub struct Listed<'r, R> {
    id: &'static str,
    title: Text,
    heads: Vec<Head>,
    gets: Vec<Get<R>>,
    rows: Vec<&'r R>,
    lang: Lang,
}

impl<'r, R> Listed<'r, R> {
    /// Just the columns of which `keeps` says so.
    pub fn keeping(mut self, keeps: impl Fn(&Head) -> bool) -> Listed<'r, R> {
        (self.heads, self.gets) = self.heads.into_iter().zip(self.gets).filter(|(head, _)| keeps(head)).unzip();
        self
    }
}

impl<R> Table for Listed<'_, R> {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title(&self) -> Text {
        self.title
    }

    fn heads(&self) -> &[Head] {
        &self.heads
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let (Some(row), Some(get)) = (self.rows.get(row), self.gets.get(column)) else { return Cell::Nothing };
        match get(row, self.lang) {
            // Here an empty text is an empty cell; the JSON of a command tells them apart.
            Cell::Text(text) if text.is_empty() => Cell::Nothing,
            cell => cell,
        }
    }
}
