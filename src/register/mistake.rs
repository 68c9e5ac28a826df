//! Mistakes in the rows of a register, what was done to read others, and the messages of both.

use super::RegisterColumn;
use super::day::in_japanese;
use super::fold::shown;
use crate::calendar::Day;
use crate::locale::catalogue::register as texts;
use crate::locale::{Lang, Text};
use crate::yaml::Phrase;

/// A mistake in a row of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowMistake {
    /// The sheet, where several are read.
    pub sheet: Option<String>,
    /// The row, from 1.
    pub row: u32,
    /// The column, where it concerns one.
    pub column: Option<RegisterColumn>,
    /// The value there, safe to print.
    pub value: String,
    /// What is wrong.
    pub kind: RowMistakeKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowMistakeKind {
    /// A row with values has no ID.
    IdMissing,
    /// A number where an ID is required: its leading zeros may be lost.
    IdNumber,
    /// A holder has no name.
    NameMissing,
    /// A number where a name belongs: a sum, or columns that are shifted.
    NameNumber,
    /// A provider number that is not ten digits.
    ProviderNumber,
    /// A provider number of nine digits: it has lost a zero.
    ProviderNumberShort,
    /// A number where text is required: leading zeros may be lost.
    NumberForText,
    /// A date where text is required: the spreadsheet converted it.
    DayForText,
    /// A day in none of the spellings.
    DayUnreadable,
    /// A day that does not exist.
    DayImpossible,
    /// A western year of two digits.
    DayShortYear,
    /// A day outside the era that it names, with the day that results.
    DayOtherEra(Day),
    /// A day of another weekday than the one beside it.
    DayOtherWeekday(Day),
    /// A number that is not shown as a date.
    DayNumber,
    /// A word that the column does not allow.
    UnknownWord {
        /// The word, where it is a part of the value.
        part: Option<String>,
        /// The words that the column allows.
        known: Phrase,
    },
    /// A serial number that is not hexadecimal.
    SerialUnreadable,
    /// A formula whose result is an error.
    Fault,
    /// A formula without a result: the program that wrote the file did not calculate it.
    Unvalued,
    /// None of the 47 prefectures.
    NoPrefecture,
    /// Something that mail cannot use, beside addresses or instead of them.
    MailUnusable,
    /// A telephone number without digits.
    NoDigits,
    /// Not the seven digits of a postcode.
    NoPostcode,
    /// 〃 with no row above it.
    NothingAbove,
    /// More cells than headers: a separator within a value is not quoted.
    CellTooMany {
        /// The two readings, where one of them can be found that fits.
        readings: Option<[Vec<(RegisterColumn, String)>; 2]>,
    },
    /// Fewer cells than headers, where all other rows have them all: the row is cut off, or the rest
    /// of it is empty.
    CellTooFew {
        /// The columns that the rest would leave empty.
        empty: Vec<RegisterColumn>,
    },
    /// A value that differs from an earlier row of the same holder.
    Disagrees {
        /// The earlier row.
        first_row: u32,
        /// Its value.
        first: String,
    },
    /// The same provider number, service and agent as in an earlier row of the same holder.
    LineTwice {
        /// The earlier row.
        first_row: u32,
    },
    /// A holder names itself as its agent.
    AgentIsSelf,
    /// The first or last day of an agent without the agent's ID.
    AgentMissing,
    /// The last day is before the first.
    PeriodReversed {
        /// The first day.
        from: Day,
    },
}

/// What a mistake costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MistakeEffect {
    /// The field keeps its former value; nothing else depends on it.
    Warning,
    /// The field keeps its former value.
    Field,
    /// The holder stays as it was.
    Holder,
}

/// What was done to read a value, which people are told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowNote {
    /// The sheet, where several are read.
    pub sheet: Option<String>,
    /// The rows, from 1.
    pub rows: Vec<u32>,
    /// The column.
    pub column: RegisterColumn,
    /// The first value that results, safe to print.
    pub value: String,
    /// What was done.
    pub kind: RowNoteKind,
}

/// What was done to read a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowNoteKind {
    /// A number in a column of numbers is taken as an ID.
    NumberAsId,
    /// A telephone number or postcode got back the zero that it had lost.
    ZeroRestored,
    /// 〃 is the value of the row above.
    Ditto,
}

impl RowNoteKind {
    /// What was done, with an example.
    pub fn text(self) -> Text {
        match self {
            RowNoteKind::NumberAsId => texts::NOTE_NUMBER_AS_ID,
            RowNoteKind::ZeroRestored => texts::NOTE_ZERO_RESTORED,
            RowNoteKind::Ditto => texts::NOTE_DITTO,
        }
    }
}

impl RowMistake {
    /// The message: row and column, value, mistake and remedy.
    pub fn text(&self, lang: Lang) -> String {
        let row = texts::ROW.fill(lang, &[("row", &self.row)]);
        self.at(&row, texts::VALUE, lang)
    }

    /// The same for all mistakes of a kind, of which this is the first, in the rows named.
    pub fn text_of_all(&self, rows: &str, lang: Lang) -> String {
        let rows = texts::ROWS.fill(lang, &[("rows", &rows)]);
        self.at(&rows, texts::VALUES, lang)
    }

    fn at(&self, row: &str, value: Text, lang: Lang) -> String {
        let sheet = self.sheet.as_ref().map(|sheet| texts::IN_SHEET.fill(lang, &[("sheet", &shown(sheet))]));
        let column = self.column.map(|column| texts::IN_COLUMN.fill(lang, &[("column", &column.title().get(lang))]));
        let value = (!self.value.is_empty()).then(|| value.fill(lang, &[("value", &self.value)]));
        let what = self.kind.text(lang);
        let (sheet, column, value) = (sheet.unwrap_or_default(), column.unwrap_or_default(), value.unwrap_or_default());
        format!("{sheet}{row}{column}{}{value}{what}", texts::COLON.get(lang))
    }

    /// What it costs: who a holder is, what it claims for and whether it can (a system password that
    /// has expired is in the way) are taken whole or not at all; without a contact or a declared
    /// certificate there is still a holder.
    pub fn effect(&self) -> MistakeEffect {
        match self.column {
            Some(RegisterColumn::Tel | RegisterColumn::Fax | RegisterColumn::Postcode) => MistakeEffect::Warning,
            Some(
                RegisterColumn::Prefecture
                | RegisterColumn::Places
                | RegisterColumn::Person
                | RegisterColumn::Mail
                | RegisterColumn::Address
                | RegisterColumn::Channel
                | RegisterColumn::Payer
                | RegisterColumn::DeclaredSerial
                | RegisterColumn::DeclaredExpiry
                | RegisterColumn::Tag
                | RegisterColumn::Notes,
            ) => MistakeEffect::Field,
            _ => MistakeEffect::Holder,
        }
    }

    /// Whether people are told of both in one line: the same kind in the same column.
    pub fn is_like(&self, other: &RowMistake) -> bool {
        let kind = |mistake: &RowMistake| std::mem::discriminant(&mistake.kind);
        (&self.sheet, self.column, kind(self)) == (&other.sheet, other.column, kind(other))
    }

    pub(super) fn new(
        (sheet, row): (Option<&str>, u32),
        column: Option<RegisterColumn>,
        value: &str,
        kind: RowMistakeKind,
    ) -> RowMistake {
        RowMistake { sheet: sheet.map(ToString::to_string), row, column, value: shown(value), kind }
    }
}

impl RowMistakeKind {
    /// The mistake and its remedy.
    pub fn text(&self, lang: Lang) -> String {
        let plain = |text: Text| text.get(lang).to_string();
        match self {
            RowMistakeKind::IdMissing => plain(texts::ID_MISSING),
            RowMistakeKind::IdNumber => plain(texts::ID_NUMBER),
            RowMistakeKind::NameMissing => plain(texts::NAME_MISSING),
            RowMistakeKind::NameNumber => plain(texts::NAME_NUMBER),
            RowMistakeKind::ProviderNumber => plain(texts::PROVIDER_NUMBER_WRONG),
            RowMistakeKind::ProviderNumberShort => plain(texts::PROVIDER_NUMBER_SHORT),
            RowMistakeKind::NumberForText => plain(texts::NUMBER_FOR_TEXT),
            RowMistakeKind::DayForText => plain(texts::DAY_FOR_TEXT),
            RowMistakeKind::DayUnreadable => plain(texts::DAY_UNREADABLE),
            RowMistakeKind::DayImpossible => plain(texts::DAY_IMPOSSIBLE),
            RowMistakeKind::DayShortYear => plain(texts::DAY_SHORT_YEAR),
            RowMistakeKind::DayOtherEra(day) => {
                texts::DAY_OTHER_ERA.fill(lang, &[("right", &in_japanese(*day)), ("day", day)])
            }
            RowMistakeKind::DayOtherWeekday(day) => {
                let weekday = texts::WEEKDAYS[usize::from(day.weekday().number_days_from_monday())];
                texts::DAY_OTHER_WEEKDAY.fill(lang, &[("day", day), ("weekday", &weekday.get(lang))])
            }
            RowMistakeKind::DayNumber => plain(texts::DAY_NUMBER),
            RowMistakeKind::UnknownWord { part: None, known } => {
                texts::UNKNOWN_WORD.fill(lang, &[("known", &known.get(lang))])
            }
            RowMistakeKind::UnknownWord { part: Some(part), known } => {
                texts::UNKNOWN_PART.fill(lang, &[("part", part), ("known", &known.get(lang))])
            }
            RowMistakeKind::SerialUnreadable => plain(texts::SERIAL_UNREADABLE),
            RowMistakeKind::Fault => plain(texts::FAULT),
            RowMistakeKind::Unvalued => plain(texts::UNVALUED),
            RowMistakeKind::NoPrefecture => plain(texts::NO_PREFECTURE),
            RowMistakeKind::MailUnusable => plain(texts::MAIL_UNUSABLE),
            RowMistakeKind::NoDigits => plain(texts::NO_DIGITS),
            RowMistakeKind::NoPostcode => plain(texts::NO_POSTCODE),
            RowMistakeKind::NothingAbove => plain(texts::NOTHING_ABOVE),
            RowMistakeKind::CellTooMany { readings: None } => plain(texts::CELL_TOO_MANY),
            RowMistakeKind::CellTooMany { readings: Some([as_it_is, joined]) } => {
                let text = |values: &[(RegisterColumn, String)]| {
                    let values = values.iter().map(|(column, value)| format!("{}={value}", column.title().get(lang)));
                    values.collect::<Vec<_>>().join(texts::COMMA.get(lang))
                };
                let values: [(&str, &dyn std::fmt::Display); 2] =
                    [("as_it_is", &text(as_it_is)), ("joined", &text(joined))];
                texts::CELL_TOO_MANY_READINGS.fill(lang, &values)
            }
            RowMistakeKind::CellTooFew { empty } => {
                let titles: Vec<&str> = empty.iter().map(|column| column.title().get(lang)).collect();
                texts::CELL_TOO_FEW.fill(lang, &[("columns", &titles.join(texts::COMMA.get(lang)))])
            }
            RowMistakeKind::Disagrees { first_row, first } => {
                texts::DISAGREES.fill(lang, &[("row", first_row), ("first", first)])
            }
            RowMistakeKind::LineTwice { first_row } => texts::LINE_TWICE.fill(lang, &[("row", first_row)]),
            RowMistakeKind::AgentIsSelf => plain(texts::AGENT_IS_SELF),
            RowMistakeKind::AgentMissing => plain(texts::AGENT_MISSING),
            RowMistakeKind::PeriodReversed { from } => texts::PERIOD_REVERSED.fill(lang, &[("from", from)]),
        }
    }
}

/// Rows as people name them: 2–5, 9.
pub fn row_ranges(rows: &[u32], lang: Lang) -> String {
    const SHOWN: usize = 8;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for row in rows {
        match ranges.last_mut().filter(|(_, last)| *last + 1 == *row || *last == *row) {
            Some((_, last)) => *last = *row,
            None => ranges.push((*row, *row)),
        }
    }
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => texts::ROW_RANGE.fill(lang, &[("first", first), ("last", last)]),
    };
    let mut shown: Vec<String> = ranges.iter().take(SHOWN).map(range).collect();
    if ranges.len() > SHOWN {
        shown.push("…".to_string());
    }
    shown.join(texts::COMMA.get(lang))
}
