//! Tables of a report: every form of it shows the same cells.

use crate::calendar::Day;
use crate::locale::{Lang, Text};
use crate::policy::Severity;

/// A table of a report.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, as `--table` spells it.
    pub id: &'static str,
    /// Its title.
    pub title: Text,
    /// Its columns.
    pub columns: &'static [Column],
    /// Its rows; each has a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in data.
    pub code: &'static str,
    /// Its head for people.
    pub title: Text,
    /// What its cells hold.
    pub kind: Kind,
    /// What becomes of it where names may not be told.
    pub privacy: Privacy,
    /// It stands on pages for people; else only in spreadsheets and data.
    pub shown: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A civil day.
    Day,
    /// A number.
    Number,
    /// An amount of yen.
    Yen,
    /// One of some words, with a stable code.
    Word,
}

/// What becomes of a column where names may not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// It tells nothing of anybody.
    Open,
    /// It names somebody or something: another name stands for it, always the same.
    Named,
    /// It is left out.
    Private,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known, or nothing is to be said.
    Nothing,
    /// Text.
    Text(String),
    /// A civil day.
    Day(Day),
    /// A number.
    Number(i64),
    /// One of some words.
    Word(Word),
}

/// A word with a stable code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As data spells it.
    pub code: String,
    /// As people read it, in the report's language.
    pub label: String,
    /// How grave it is; none where it is fine or says nothing about that.
    pub severity: Option<Severity>,
}

impl Column {
    /// Shown to people, and open.
    pub const fn open(code: &'static str, title: Text, kind: Kind) -> Column {
        Column { code, title, kind, privacy: Privacy::Open, shown: true }
    }

    /// Shown to people; it names somebody.
    pub const fn named(code: &'static str, title: Text) -> Column {
        Column { code, title, kind: Kind::Text, privacy: Privacy::Named, shown: true }
    }

    /// Shown to people; it is left out where names may not be told.
    pub const fn private(code: &'static str, title: Text) -> Column {
        Column { code, title, kind: Kind::Text, privacy: Privacy::Private, shown: true }
    }

    /// The same, in spreadsheets and data alone.
    pub const fn data(self) -> Column {
        Column { shown: false, ..self }
    }
}

impl Cell {
    /// Text, or nothing where it is empty.
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Nothing } else { Cell::Text(text) }
    }

    /// Text where there is some.
    pub fn some(text: Option<impl Into<String>>) -> Cell {
        text.map_or(Cell::Nothing, Cell::text)
    }

    /// A day where there is one.
    pub fn day(day: Option<Day>) -> Cell {
        day.map_or(Cell::Nothing, Cell::Day)
    }

    /// A number.
    pub fn number(number: impl TryInto<i64>) -> Cell {
        number.try_into().map_or(Cell::Nothing, Cell::Number)
    }

    /// A word.
    pub fn word(code: impl Into<String>, label: impl Into<String>, severity: Option<Severity>) -> Cell {
        Cell::Word(Word { code: code.into(), label: label.into(), severity })
    }

    /// Whether something is so.
    pub fn yes(is: bool, lang: Lang) -> Cell {
        match is {
            true => Cell::word("true", Text { ja: "はい", en: "yes" }.get(lang), None),
            false => Cell::word("false", Text { ja: "いいえ", en: "no" }.get(lang), None),
        }
    }

    /// As data has it.
    pub fn code(&self) -> String {
        match self {
            Cell::Nothing => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Day(day) => day.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Word(word) => word.code.clone(),
        }
    }

    /// As people read it.
    pub fn label(&self) -> String {
        match self {
            Cell::Word(word) => word.label.clone(),
            other => other.code(),
        }
    }
}

impl Table {
    /// The place of a column.
    pub fn column(&self, code: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.code == code)
    }

    /// The cell of a row under a column.
    pub fn cell<'a>(&self, row: &'a [Cell], code: &str) -> &'a Cell {
        self.column(code).and_then(|at| row.get(at)).unwrap_or(&Cell::Nothing)
    }
}
