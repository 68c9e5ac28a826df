//! Mistakes in the rows of a register, and their messages.

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
    /// A provider number that is not ten digits.
    ProviderNumber,
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
    /// A formula without result.
    Fault,
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

impl RowMistake {
    /// The message: row and column, value, mistake and remedy.
    pub fn text(&self, lang: Lang) -> String {
        let row = texts::ROW.fill(lang, &[("row", &self.row)]);
        let column = self.column.map(|column| texts::IN_COLUMN.fill(lang, &[("column", &column.title().get(lang))]));
        let value = Some(&self.value).filter(|value| !value.is_empty());
        let value = value.map(|value| texts::VALUE.fill(lang, &[("value", value)]));
        let what = self.kind.text(lang);
        format!("{row}{}{}{}{what}", column.unwrap_or_default(), texts::COLON.get(lang), value.unwrap_or_default())
    }

    pub(super) fn new(row: u32, column: Option<RegisterColumn>, value: &str, kind: RowMistakeKind) -> RowMistake {
        RowMistake { row, column, value: shown(value), kind }
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
            RowMistakeKind::ProviderNumber => plain(texts::PROVIDER_NUMBER_WRONG),
            RowMistakeKind::NumberForText => plain(texts::NUMBER_FOR_TEXT),
            RowMistakeKind::DayForText => plain(texts::DAY_FOR_TEXT),
            RowMistakeKind::DayUnreadable => plain(texts::DAY_UNREADABLE),
            RowMistakeKind::DayImpossible => plain(texts::DAY_IMPOSSIBLE),
            RowMistakeKind::DayShortYear => plain(texts::DAY_SHORT_YEAR),
            RowMistakeKind::DayOtherEra(day) => {
                texts::DAY_OTHER_ERA.fill(lang, &[("right", &in_japanese(*day)), ("day", day)])
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
