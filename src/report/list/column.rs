//! A column: one fact of a row, its name in each form, and where it shows.

use super::cell::Cell;
use crate::locale::{Lang, Text};
use crate::report::layout::TableColumn;

/// How a column takes its cell from a row.
pub type Get<R> = for<'r> fn(&'r R, Lang) -> Cell<'r>;

/// A column of a list of `R`.
///
/// The columns of a list stand in the order of its CSV. Where the whole report and a terminal show
/// them in another order, each says its place there, a number that only its order counts of.
pub struct Column<R> {
    /// Its head in the CSV of the command.
    pub csv: Option<&'static str>,
    /// Its path in the JSON of the command: dots nest, so that `holder.id` is `id` of the object
    /// `holder`, which is null where nothing of it is known.
    pub json: Option<&'static str>,
    /// Its place and its form in the lines of a terminal.
    pub line: Option<(u8, TableColumn)>,
    /// Its place and its head in the tables of the whole report.
    pub report: Option<(u8, Head)>,
    /// How it takes its cell from a row.
    pub get: Get<R>,
}

/// A column of the whole report, as its forms know it.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Its name in data.
    pub code: &'static str,
    /// Its name for people.
    pub title: Text,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// What becomes of it where names may not be told.
    pub privacy: Privacy,
    /// It stands on pages for people; else only in spreadsheets and data.
    pub shown: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A civil day.
    Day,
    /// A number.
    Number,
    /// An amount of yen.
    Yen,
    /// One of some words, with a stable code, or whether something is so.
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

// Derived, both would ask the same of `R`, of which a column holds nothing.
impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

impl<R> Column<R> {
    /// In the command's CSV and JSON, by one name.
    pub const fn new(code: &'static str, get: Get<R>) -> Column<R> {
        Column { csv: Some(code), json: Some(code), ..Column::hidden(get) }
    }

    /// Nowhere yet.
    pub const fn hidden(get: Get<R>) -> Column<R> {
        Column { csv: None, json: None, line: None, report: None, get }
    }

    /// In the command's JSON alone.
    pub const fn json_only(path: &'static str, get: Get<R>) -> Column<R> {
        Column::hidden(get).json(path)
    }

    /// In the command's CSV alone.
    pub const fn csv(code: &'static str, get: Get<R>) -> Column<R> {
        Column { csv: Some(code), ..Column::hidden(get) }
    }

    /// On this path in the command's JSON; elsewhere by the name that it has.
    pub const fn json(self, path: &'static str) -> Column<R> {
        Column { json: Some(path), ..self }
    }

    /// The same in the whole report alone.
    pub const fn in_report_alone(self) -> Column<R> {
        Column { csv: None, json: None, ..self }
    }

    /// The same without a place in JSON.
    pub const fn without_json(self) -> Column<R> {
        Column { json: None, ..self }
    }

    /// In the lines of a terminal at a place.
    pub const fn line(self, place: u8, column: TableColumn) -> Column<R> {
        Column { line: Some((place, column)), ..self }
    }

    /// In the whole report at a place, as text.
    pub const fn text(self, place: u8, title: Text) -> Column<R> {
        self.report(place, title, ColumnKind::Text)
    }

    /// In the whole report at a place, as a day.
    pub const fn day(self, place: u8, title: Text) -> Column<R> {
        self.report(place, title, ColumnKind::Day)
    }

    /// In the whole report at a place, as a number.
    pub const fn number(self, place: u8, title: Text) -> Column<R> {
        self.report(place, title, ColumnKind::Number)
    }

    /// In the whole report at a place, as a word.
    pub const fn word(self, place: u8, title: Text) -> Column<R> {
        self.report(place, title, ColumnKind::Word)
    }

    /// In the whole report at a place, by the name that it has in CSV; at 0 it does not stand there.
    pub const fn report(self, place: u8, title: Text, kind: ColumnKind) -> Column<R> {
        let code = match self.csv {
            Some(code) => code,
            None => "",
        };
        self.report_as(code, place, title, kind)
    }

    /// In the whole report at a place, by a name of its own.
    pub const fn report_as(self, code: &'static str, place: u8, title: Text, kind: ColumnKind) -> Column<R> {
        if place == 0 {
            return self;
        }
        let head = Head { code, title, kind, privacy: Privacy::Open, shown: true };
        Column { report: Some((place, head)), ..self }
    }

    /// In spreadsheets and data of the whole report alone.
    pub const fn data(self) -> Column<R> {
        self.with(None, false)
    }

    /// It names somebody or something.
    pub const fn named(self) -> Column<R> {
        self.with(Some(Privacy::Named), true)
    }

    /// Left out where names may not be told.
    pub const fn private(self) -> Column<R> {
        self.with(Some(Privacy::Private), true)
    }

    const fn with(self, privacy: Option<Privacy>, shown: bool) -> Column<R> {
        let Some((place, head)) = self.report else { return self };
        let privacy = match privacy {
            Some(privacy) => privacy,
            None => head.privacy,
        };
        Column { report: Some((place, Head { privacy, shown: head.shown && shown, ..head })), ..self }
    }

    /// The cell of a row.
    pub fn cell<'r>(&self, row: &'r R, lang: Lang) -> Cell<'r> {
        (self.get)(row, lang)
    }
}
