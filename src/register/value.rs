//! What a cell says, by the column in which it stands.

use super::day::{self, NoDay};
use super::fold::{line, lines, plain, shown};
use super::grid::Cell;
use super::mistake::MistakeKind;
use super::words::{Known, Vocabulary, Words};
use super::{Channel, Column, HolderKind, HolderStatus, Payer};
use crate::calendar::Day;
use crate::certificate::Serial;

/// What a cell says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Texts(Vec<String>),
    Day(Day),
    Kind(HolderKind),
    Channel(Channel),
    Payer(Payer),
    Status(HolderStatus),
    Serial(Serial),
}

/// Reads cells of all columns.
pub(super) struct Values {
    services: Vocabulary<String>,
    categories: Vocabulary<String>,
    kinds: Vocabulary<HolderKind>,
    channels: Vocabulary<Channel>,
    payers: Vocabulary<Payer>,
    statuses: Vocabulary<HolderStatus>,
}

impl Values {
    pub(super) fn new(words: &Words) -> Values {
        Values {
            services: Vocabulary::of(&words.services),
            categories: Vocabulary::of(&words.categories),
            kinds: HolderKind::vocabulary(),
            channels: Channel::vocabulary(),
            payers: Payer::vocabulary(),
            statuses: HolderStatus::vocabulary(),
        }
    }

    /// What the cell says; none where there is nothing in it.
    pub(super) fn read(&self, column: Column, cell: &Cell) -> Result<Option<Value>, MistakeKind> {
        if let Cell::Fault(_) = cell {
            return Err(MistakeKind::Fault);
        }
        let text = match cell {
            Cell::Empty => return Ok(None),
            Cell::Text(text) => lines(text),
            other => other.text(),
        };
        if text.is_empty() {
            return Ok(None);
        }
        match column {
            Column::HolderId | Column::BilledBy => id(cell).map(Value::Text),
            Column::ProviderNumber => provider_number(cell).map(Value::Text),
            Column::Name | Column::Prefecture | Column::Person | Column::Tag => Ok(Value::Text(line(&text))),
            Column::Address | Column::Notes => Ok(Value::Text(text)),
            Column::Mail => Ok(Value::Text(line(&plain(&text)))),
            Column::Tel | Column::Fax => typed(cell).map(|text| Value::Text(digits_and_hyphens(text))),
            Column::Postcode => postcode(cell).map(Value::Text),
            Column::Places => Ok(several(&text)),
            Column::BilledFrom
            | Column::BilledTo
            | Column::PasswordChanged
            | Column::StatusSince
            | Column::DeclaredExpiry => day(cell).map(Value::Day),
            Column::DeclaredSerial => serial(cell).map(Value::Serial),
            Column::Services => services(&self.services, &text).map(Value::Texts),
            Column::Category => word(&self.categories, &text).map(Value::Text),
            Column::Kind => word(&self.kinds, &text).map(Value::Kind),
            Column::Channel => word(&self.channels, &text).map(Value::Channel),
            Column::Payer => word(&self.payers, &text).map(Value::Payer),
            Column::Status => word(&self.statuses, &text).map(Value::Status),
        }
        .map(Some)
    }
}

/// Digits of a provider number.
pub(super) const PROVIDER_NUMBER: usize = 10;

fn is_ten_digits(text: &str) -> bool {
    text.len() == PROVIDER_NUMBER && text.bytes().all(|b| b.is_ascii_digit())
}

/// An ID: text, or a number of ten digits. A number of fewer may have lost its zeros; it is
/// never padded.
fn id(cell: &Cell) -> Result<String, MistakeKind> {
    let text = line(&plain(&cell.text()));
    match cell {
        Cell::Text(_) if !is_mangled(&text) => Ok(text),
        Cell::Number(_) if is_ten_digits(&text) => Ok(text),
        Cell::Day(_) => Err(MistakeKind::DayForText),
        _ => Err(MistakeKind::IdNumber),
    }
}

/// Whether text is what spreadsheets leave of a long number: `1.31E+09`, `1310000001.0`.
fn is_mangled(text: &str) -> bool {
    text.contains(['.', '+']) && text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

fn provider_number(cell: &Cell) -> Result<String, MistakeKind> {
    let text: String = plain(&cell.text()).split_whitespace().collect();
    if is_ten_digits(&text) { Ok(text) } else { Err(MistakeKind::ProviderNumber) }
}

/// Text of a cell that must not be a number, which has lost its leading zeros, nor a day.
fn typed(cell: &Cell) -> Result<&str, MistakeKind> {
    match cell {
        Cell::Text(text) => Ok(text),
        Cell::Day(_) => Err(MistakeKind::DayForText),
        _ => Err(MistakeKind::NumberForText),
    }
}

/// A telephone number or postcode; the long vowel is typed for a hyphen.
fn digits_and_hyphens(text: &str) -> String {
    line(&plain(text).replace('ー', "-"))
}

/// A postcode: text, or a number that has all its seven digits.
fn postcode(cell: &Cell) -> Result<String, MistakeKind> {
    let text = match cell {
        Cell::Number(number) if (1_000_000.0..10_000_000.0).contains(number) && number.fract() == 0.0 => cell.text(),
        _ => typed(cell)?.to_string(),
    };
    Ok(digits_and_hyphens(text.trim().trim_start_matches('〒')))
}

/// What stands between the parts of a cell that holds several.
fn several(text: &str) -> Value {
    let parts = text.split([';', '；', '\n', '\r']).map(line).filter(|part| !part.is_empty());
    let mut places: Vec<String> = Vec::new();
    for part in parts {
        if !places.contains(&part) {
            places.push(part);
        }
    }
    Value::Texts(places)
}

/// One service, or several with a sign between them.
fn services(known: &Vocabulary<String>, text: &str) -> Result<Vec<String>, MistakeKind> {
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
        let named = || MistakeKind::UnknownWord { part: (!is_all).then(|| shown(part)), known: known.known(part) };
        let service = known.find(part).ok_or_else(named)?;
        if !services.contains(&service) {
            services.push(service);
        }
    }
    if services.is_empty() { word(known, text).map(|one| vec![one]) } else { Ok(services) }
}

fn word<T: Clone>(known: &Vocabulary<T>, text: &str) -> Result<T, MistakeKind> {
    known.find(text).ok_or_else(|| MistakeKind::UnknownWord { part: None, known: known.known(text) })
}

fn serial(cell: &Cell) -> Result<Serial, MistakeKind> {
    Serial::parse(typed(cell)?).ok_or(MistakeKind::SerialUnreadable)
}

/// The day in a cell: a date of the spreadsheet, or one in any of the spellings of offices.
pub fn day(cell: &Cell) -> Result<Day, MistakeKind> {
    match cell {
        Cell::Day(day) => Ok(*day),
        // Eight digits say what they mean; a serial number without the form of a date does not.
        Cell::Number(number) if *number < 10_000_000.0 || *number > 100_000_000.0 => Err(MistakeKind::DayNumber),
        _ => day::parse(&cell.text()).map_err(|error| match error {
            NoDay::Unreadable => MistakeKind::DayUnreadable,
            NoDay::Impossible => MistakeKind::DayImpossible,
            NoDay::ShortYear => MistakeKind::DayShortYear,
            NoDay::OtherEra(day) => MistakeKind::DayOtherEra(day),
        }),
    }
}
