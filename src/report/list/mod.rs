//! Lists: a type of rows, and one table of columns from which every form is written.
//!
//! A row holds facts, typed. A [`Column`] says of one fact what it is called in the CSV and the
//! JSON of its command, where it stands in the tables of the whole report, and whether a terminal
//! shows it; [`List`] keeps the columns of one type of rows. The forms ([`super::form`]) know no
//! list: those of a command walk a [`List`], those of the whole report a [`Table`], which is a list
//! with its rows and hides their type. So a new column is one line in one file.

pub mod audited;
pub mod cell;
pub mod certificate;
pub mod change;
pub mod check;
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
pub use column::{Column, ColumnKind, Get, Head, Privacy};

use super::layout::TableColumn;
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

    /// Their heads.
    pub fn heads(&self) -> Vec<Head> {
        self.of_report().iter().filter_map(|one| Some(one.report?.1)).collect()
    }

    /// The columns that the whole report shows of it, from left to right.
    pub fn of_report(&self) -> Vec<Column<R>> {
        let mut shown: Vec<_> = self.columns.iter().filter(|one| one.report.is_some()).copied().collect();
        shown.sort_by_key(|one| one.report.map(|(place, _)| place));
        shown
    }

    /// What the whole report says of a row where names may not be told, as data spells it.
    pub fn open_codes(&self, row: &R, lang: Lang) -> Vec<String> {
        let is_open = |one: &Column<R>| one.report.is_some_and(|(_, head)| head.privacy != Privacy::Private);
        let open = self.of_report().into_iter().filter(is_open);
        open.map(|one| one.cell(row, lang).code().into_owned()).collect()
    }
}

/// A list with its rows, as the forms of the whole report take it: they know no row.
pub struct Table<'r> {
    /// Its name, as `--table` spells it.
    pub id: &'static str,
    /// Its title.
    pub title: Text,
    /// Its columns.
    pub heads: Vec<Head>,
    /// How many rows it has.
    pub len: usize,
    cells: Box<dyn Fn(usize, usize) -> Cell<'r> + 'r>,
}

impl<'r> Table<'r> {
    /// Rows of a list under some of its columns; those that the whole report does not know are left out.
    pub fn new<R: 'r>(
        list: &List<R>,
        columns: impl IntoIterator<Item = Column<R>>,
        rows: impl IntoIterator<Item = &'r R>,
        lang: Lang,
    ) -> Table<'r> {
        let columns = columns.into_iter().filter_map(|one| Some((one.report?.1, one.get)));
        let (heads, gets): (Vec<Head>, Vec<Get<R>>) = columns.unzip();
        let rows: Vec<&R> = rows.into_iter().collect();
        let len = rows.len();
        let cells = move |row: usize, column: usize| match gets[column](rows[row], lang) {
            // Here an empty text is an empty cell; the JSON of a command tells them apart.
            Cell::Text(text) if text.is_empty() => Cell::Nothing,
            cell => cell,
        };
        Table { id: list.id, title: list.title, heads, len, cells: Box::new(cells) }
    }

    /// The cell of a row under a column, both by their places.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'r> {
        (self.cells)(row, column)
    }
}
