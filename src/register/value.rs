//! Reading a cell by its column.

use super::day::{self, DayError};
use super::fold::{line, lines, plain, shown};
use super::grid::GridCell;
use super::mistake::RowMistakeKind;
use super::words::{ColumnVocabulary, FixedWords, PolicyWords};
use super::{ContactChannel, FeePayer, HolderKind, HolderStatus, RegisterColumn};
use crate::calendar::Day;
use crate::certificate::Serial;

/// The value of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ColumnValue {
    Text(String),
    Texts(Vec<String>),
    Day(Day),
    Kind(HolderKind),
    Channel(ContactChannel),
    Payer(FeePayer),
    Status(HolderStatus),
    Serial(Serial),
}

/// Reads the cells of all columns.
pub(super) struct ColumnReader {
    services: ColumnVocabulary<String>,
    categories: ColumnVocabulary<String>,
    kinds: ColumnVocabulary<HolderKind>,
    channels: ColumnVocabulary<ContactChannel>,
    payers: ColumnVocabulary<FeePayer>,
    statuses: ColumnVocabulary<HolderStatus>,
}

impl ColumnReader {
    pub(super) fn new(words: &PolicyWords) -> ColumnReader {
        ColumnReader {
            services: ColumnVocabulary::of(&words.services),
            categories: ColumnVocabulary::of(&words.categories),
            kinds: HolderKind::vocabulary(),
            channels: ContactChannel::vocabulary(),
            payers: FeePayer::vocabulary(),
            statuses: HolderStatus::vocabulary(),
        }
    }

    /// The value of the cell; none where it is empty.
    pub(super) fn read(&self, column: RegisterColumn, cell: &GridCell) -> Result<Option<ColumnValue>, RowMistakeKind> {
        if let GridCell::Fault(_) = cell {
            return Err(RowMistakeKind::Fault);
        }
        let text = match cell {
            GridCell::Empty => return Ok(None),
            GridCell::Text(text) => lines(text),
            other => other.text(),
        };
        if text.is_empty() {
            return Ok(None);
        }
        match column {
            RegisterColumn::HolderId | RegisterColumn::BilledBy => id(cell).map(ColumnValue::Text),
            RegisterColumn::ProviderNumber => provider_number(cell).map(ColumnValue::Text),
            RegisterColumn::Name | RegisterColumn::Prefecture | RegisterColumn::Person | RegisterColumn::Tag => {
                Ok(ColumnValue::Text(line(&text)))
            }
            RegisterColumn::Address | RegisterColumn::Notes => Ok(ColumnValue::Text(text)),
            RegisterColumn::Mail => Ok(ColumnValue::Text(line(&plain(&text)))),
            RegisterColumn::Tel | RegisterColumn::Fax => {
                typed(cell).map(|text| ColumnValue::Text(digits_and_hyphens(text)))
            }
            RegisterColumn::Postcode => postcode(cell).map(ColumnValue::Text),
            RegisterColumn::Places => Ok(several(&text)),
            RegisterColumn::BilledFrom
            | RegisterColumn::BilledTo
            | RegisterColumn::PasswordChanged
            | RegisterColumn::StatusSince
            | RegisterColumn::DeclaredExpiry => day(cell).map(ColumnValue::Day),
            RegisterColumn::DeclaredSerial => serial(cell).map(ColumnValue::Serial),
            RegisterColumn::Services => services(&self.services, &text).map(ColumnValue::Texts),
            RegisterColumn::Category => word(&self.categories, &text).map(ColumnValue::Text),
            RegisterColumn::Kind => word(&self.kinds, &text).map(ColumnValue::Kind),
            RegisterColumn::Channel => word(&self.channels, &text).map(ColumnValue::Channel),
            RegisterColumn::Payer => word(&self.payers, &text).map(ColumnValue::Payer),
            RegisterColumn::Status => word(&self.statuses, &text).map(ColumnValue::Status),
        }
        .map(Some)
    }
}

/// The number of digits of a provider number.
pub(super) const PROVIDER_NUMBER: usize = 10;

fn is_ten_digits(text: &str) -> bool {
    text.len() == PROVIDER_NUMBER && text.bytes().all(|b| b.is_ascii_digit())
}

/// An ID: text, or a number of ten digits. A shorter number may have lost leading zeros and is
/// never padded.
fn id(cell: &GridCell) -> Result<String, RowMistakeKind> {
    let text = line(&plain(&cell.text()));
    match cell {
        GridCell::Text(_) if !is_mangled(&text) => Ok(text),
        GridCell::Number(_) if is_ten_digits(&text) => Ok(text),
        GridCell::Day(_) => Err(RowMistakeKind::DayForText),
        _ => Err(RowMistakeKind::IdNumber),
    }
}

/// Whether text is a long number as spreadsheets export it: `1.31E+09`, `1310000001.0`.
fn is_mangled(text: &str) -> bool {
    text.contains(['.', '+']) && text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

fn provider_number(cell: &GridCell) -> Result<String, RowMistakeKind> {
    let text: String = plain(&cell.text()).split_whitespace().collect();
    if is_ten_digits(&text) { Ok(text) } else { Err(RowMistakeKind::ProviderNumber) }
}

/// The text of a cell that must be neither a number, which has lost its leading zeros, nor a date.
fn typed(cell: &GridCell) -> Result<&str, RowMistakeKind> {
    match cell {
        GridCell::Text(text) => Ok(text),
        GridCell::Day(_) => Err(RowMistakeKind::DayForText),
        _ => Err(RowMistakeKind::NumberForText),
    }
}

/// A telephone number or postcode; people type the long vowel mark for a hyphen.
fn digits_and_hyphens(text: &str) -> String {
    line(&plain(text).replace('ー', "-"))
}

/// A postcode: text, or a number that has all its seven digits.
fn postcode(cell: &GridCell) -> Result<String, RowMistakeKind> {
    let text = match cell {
        GridCell::Number(number) if (1_000_000.0..10_000_000.0).contains(number) && number.fract() == 0.0 => {
            cell.text()
        }
        _ => typed(cell)?.to_string(),
    };
    Ok(digits_and_hyphens(text.trim().trim_start_matches('〒')))
}

/// The parts of a cell that holds several places.
fn several(text: &str) -> ColumnValue {
    let parts = text.split([';', '；', '\n', '\r']).map(line).filter(|part| !part.is_empty());
    let mut places: Vec<String> = Vec::new();
    for part in parts {
        if !places.contains(&part) {
            places.push(part);
        }
    }
    ColumnValue::Texts(places)
}

/// One service, or several with a separator between them.
fn services(known: &ColumnVocabulary<String>, text: &str) -> Result<Vec<String>, RowMistakeKind> {
    // The whole cell first: a word of the policy may itself contain one of the separators.
    if let Some(one) = known.find(text) {
        return Ok(vec![one]);
    }
    let is_sign = |c: char| {
        c.is_whitespace()
            || matches!(c, '・' | '･' | ',' | ';' | '/' | '+' | '&' | '、' | '，' | '；' | '／' | '＋' | '＆' | '､')
    };
    let mut services: Vec<String> = Vec::new();
    for part in text.split(is_sign).filter(|part| !part.is_empty()) {
        let is_all = part == text.trim();
        let named = || RowMistakeKind::UnknownWord { part: (!is_all).then(|| shown(part)), known: known.known(part) };
        let service = known.find(part).ok_or_else(named)?;
        if !services.contains(&service) {
            services.push(service);
        }
    }
    if services.is_empty() { word(known, text).map(|one| vec![one]) } else { Ok(services) }
}

fn word<T: Clone>(known: &ColumnVocabulary<T>, text: &str) -> Result<T, RowMistakeKind> {
    known.find(text).ok_or_else(|| RowMistakeKind::UnknownWord { part: None, known: known.known(text) })
}

fn serial(cell: &GridCell) -> Result<Serial, RowMistakeKind> {
    Serial::parse(typed(cell)?).ok_or(RowMistakeKind::SerialUnreadable)
}

/// The day in a cell: a date of the spreadsheet, or one in any of the spellings of offices.
pub fn day(cell: &GridCell) -> Result<Day, RowMistakeKind> {
    match cell {
        GridCell::Day(day) => Ok(*day),
        // 20261231 is a day by itself; a smaller or larger number is a spreadsheet's serial date
        // that lost its date format, or something else.
        GridCell::Number(number) if *number < 10_000_000.0 || *number > 100_000_000.0 => Err(RowMistakeKind::DayNumber),
        _ => day::parse(&cell.text()).map_err(|error| match error {
            DayError::Unreadable => RowMistakeKind::DayUnreadable,
            DayError::Impossible => RowMistakeKind::DayImpossible,
            DayError::ShortYear => RowMistakeKind::DayShortYear,
            DayError::OtherEra(day) => RowMistakeKind::DayOtherEra(day),
        }),
    }
}
