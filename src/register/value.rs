//! Reading a cell by its column.

use super::day::{self, DayError};
use super::fold::{is_placeholder, line, lines, plain, shown};
use super::grid::GridCell;
use super::mail_address::{BETWEEN, addresses};
use super::mistake::{RowMistakeKind, RowNoteKind};
use super::prefecture::prefecture;
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
    uses: ColumnVocabulary<String>,
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
            uses: ColumnVocabulary::of(&words.uses),
            categories: ColumnVocabulary::of(&words.categories),
            kinds: HolderKind::vocabulary(),
            channels: ContactChannel::vocabulary(),
            payers: FeePayer::vocabulary(),
            statuses: HolderStatus::vocabulary(),
        }
    }

    /// What a cell says. `digits` says that numbers of this column are taken as their digits.
    pub(super) fn read(&self, column: RegisterColumn, cell: &GridCell, digits: bool) -> CellReading {
        let text = match cell {
            GridCell::Fault(_) => return Err(RowMistakeKind::Fault).into(),
            GridCell::Unvalued(_) => return Err(RowMistakeKind::Unvalued).into(),
            GridCell::Empty => return CellReading::default(),
            GridCell::Text(text) => lines(text),
            other => other.text(),
        };
        // A word of the policy may be one that elsewhere stands for nothing.
        if text.is_empty() || (is_placeholder(&text) && !self.is_word(column, &text)) {
            return CellReading::default();
        }
        match column {
            RegisterColumn::HolderId | RegisterColumn::BilledBy => id(cell, digits),
            RegisterColumn::ProviderNumber => provider_number(cell).map(ColumnValue::Text).into(),
            RegisterColumn::Name => name(cell).map(ColumnValue::Text).into(),
            RegisterColumn::Prefecture => a_prefecture(&text),
            RegisterColumn::Person | RegisterColumn::Tag => ColumnValue::Text(line(&text)).into(),
            RegisterColumn::Address | RegisterColumn::Notes => ColumnValue::Text(text).into(),
            RegisterColumn::Mail => mail(&text),
            RegisterColumn::Tel | RegisterColumn::Fax => telephone(cell),
            RegisterColumn::Postcode => postcode(cell),
            RegisterColumn::Places => several(&text).into(),
            RegisterColumn::BilledFrom
            | RegisterColumn::BilledTo
            | RegisterColumn::PasswordChanged
            | RegisterColumn::StatusSince
            | RegisterColumn::DeclaredExpiry => day(cell).map(ColumnValue::Day).into(),
            RegisterColumn::DeclaredSerial => serial(cell).map(ColumnValue::Serial).into(),
            RegisterColumn::Services => services(&self.services, &text).map(ColumnValue::Texts).into(),
            RegisterColumn::Uses => uses(&self.uses, &text).map(ColumnValue::Texts).into(),
            RegisterColumn::Category => word(&self.categories, &text).map(ColumnValue::Text).into(),
            RegisterColumn::Kind => word(&self.kinds, &text).map(ColumnValue::Kind).into(),
            RegisterColumn::Channel => word(&self.channels, &text).map(ColumnValue::Channel).into(),
            RegisterColumn::Payer => word(&self.payers, &text).map(ColumnValue::Payer).into(),
            RegisterColumn::Status => word(&self.statuses, &text).map(ColumnValue::Status).into(),
        }
    }

    fn is_word(&self, column: RegisterColumn, text: &str) -> bool {
        match column {
            RegisterColumn::Services => self.services.find(text).is_some(),
            RegisterColumn::Category => self.categories.find(text).is_some(),
            _ => false,
        }
    }
}

/// What a cell says, what is wrong with it, and what was done to read it.
#[derive(Debug, Default)]
pub(super) struct CellReading {
    pub(super) value: Option<ColumnValue>,
    pub(super) mistake: Option<RowMistakeKind>,
    pub(super) note: Option<RowNoteKind>,
}

impl From<ColumnValue> for CellReading {
    fn from(value: ColumnValue) -> CellReading {
        CellReading { value: Some(value), ..CellReading::default() }
    }
}

impl From<Result<ColumnValue, RowMistakeKind>> for CellReading {
    fn from(read: Result<ColumnValue, RowMistakeKind>) -> CellReading {
        match read {
            Ok(value) => value.into(),
            Err(mistake) => CellReading { mistake: Some(mistake), ..CellReading::default() },
        }
    }
}

impl CellReading {
    fn with_note(text: String, note: RowNoteKind) -> CellReading {
        CellReading { value: Some(ColumnValue::Text(text)), note: Some(note), mistake: None }
    }
}

/// The number of digits of a provider number.
pub(super) const PROVIDER_NUMBER: usize = 10;

fn is_ten_digits(text: &str) -> bool {
    text.len() == PROVIDER_NUMBER && text.bytes().all(|b| b.is_ascii_digit())
}

/// An ID: text, or a number of ten digits. A shorter number may have lost leading zeros and is never
/// padded; where all of the column are numbers, nothing was lost that its IDs tell apart.
fn id(cell: &GridCell, digits: bool) -> CellReading {
    let text = line(&plain(&cell.text()));
    match cell {
        GridCell::Text(_) if !is_mangled(&text) => ColumnValue::Text(text).into(),
        GridCell::Number(_) if is_ten_digits(&text) => ColumnValue::Text(text).into(),
        GridCell::Number(_) if digits && text.bytes().all(|b| b.is_ascii_digit()) => {
            CellReading::with_note(text, RowNoteKind::NumberAsId)
        }
        GridCell::Day(_) => Err(RowMistakeKind::DayForText).into(),
        _ => Err(RowMistakeKind::IdNumber).into(),
    }
}

/// A name: no number, which is a sum or a column that was shifted.
fn name(cell: &GridCell) -> Result<String, RowMistakeKind> {
    let text = line(&cell.text());
    let is_number = || plain(&text).chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | ' '));
    match cell {
        GridCell::Day(_) => Err(RowMistakeKind::DayForText),
        GridCell::Text(_) if !is_number() => Ok(text),
        _ => Err(RowMistakeKind::NameNumber),
    }
}

/// Whether text is a long number as spreadsheets export it: `1.31E+09`, `1310000001.0`.
fn is_mangled(text: &str) -> bool {
    text.contains(['.', '+']) && text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

fn provider_number(cell: &GridCell) -> Result<String, RowMistakeKind> {
    let text: String = plain(&cell.text()).split_whitespace().collect();
    let is_nine = text.len() + 1 == PROVIDER_NUMBER && text.bytes().all(|b| b.is_ascii_digit());
    match () {
        () if is_ten_digits(&text) => Ok(text),
        () if is_nine => Err(RowMistakeKind::ProviderNumberShort),
        () => Err(RowMistakeKind::ProviderNumber),
    }
}

/// The text of a cell that must be neither a number, which has lost its leading zeros, nor a date.
fn typed(cell: &GridCell) -> Result<&str, RowMistakeKind> {
    match cell {
        GridCell::Text(text) => Ok(text),
        GridCell::Day(_) => Err(RowMistakeKind::DayForText),
        _ => Err(RowMistakeKind::NumberForText),
    }
}

/// A prefecture by its name; what is none of the 47 stays as it is written, and is told.
fn a_prefecture(text: &str) -> CellReading {
    match prefecture(text) {
        Some(name) => ColumnValue::Text(name.to_string()).into(),
        None => CellReading {
            value: Some(ColumnValue::Text(line(text))),
            mistake: Some(RowMistakeKind::NoPrefecture),
            note: None,
        },
    }
}

/// The mail addresses of a cell, as they are kept.
fn mail(text: &str) -> CellReading {
    let (found, is_all) = addresses(text);
    CellReading {
        value: (!found.is_empty()).then(|| ColumnValue::Text(found.join(BETWEEN))),
        mistake: (!is_all).then_some(RowMistakeKind::MailUnusable),
        note: None,
    }
}

/// A telephone number or postcode as people type it, with the long vowel mark for a hyphen.
fn digits_and_hyphens(text: &str) -> String {
    line(&plain(text).replace('ー', "-"))
}

/// The digits of a number, or of a text that is nothing else: CSV does not tell the two apart.
fn digits_alone(cell: &GridCell) -> Option<String> {
    let text = match cell {
        GridCell::Number(_) => cell.text(),
        GridCell::Text(text) => digits_and_hyphens(text),
        _ => return None,
    };
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// A telephone or fax number. One that became a number has lost the zero with which every number of
/// Japan begins: nine digits are a landline's or a toll-free one (10 with the zero), ten with 20, 50,
/// 70, 80 or 90 in front a mobile or IP telephone's (11). Anything else may have lost something else.
fn telephone(cell: &GridCell) -> CellReading {
    const ELEVEN: [&str; 5] = ["20", "50", "70", "80", "90"];
    if let Some(digits) = digits_alone(cell).filter(|digits| !digits.starts_with('0')) {
        let is_eleven = digits.len() == 10 && ELEVEN.iter().any(|head| digits.starts_with(head));
        return match digits.len() == 9 || is_eleven {
            true => CellReading::with_note(format!("0{digits}"), RowNoteKind::ZeroRestored),
            false => Err(RowMistakeKind::NumberForText).into(),
        };
    }
    let number = typed(cell).map(digits_and_hyphens);
    match number {
        Ok(text) if !text.contains(|c: char| c.is_ascii_digit()) => Err(RowMistakeKind::NoDigits).into(),
        number => number.map(ColumnValue::Text).into(),
    }
}

/// A postcode: seven digits. One that became a number has lost a zero where six are left (北海道 and
/// 青森, 03x and 04x), and two where five are left and begin with 1 to 7 (札幌, 001 to 007).
fn postcode(cell: &GridCell) -> CellReading {
    if let Some(digits) = digits_alone(cell) {
        let lost = match digits.len() {
            7 => return ColumnValue::Text(digits).into(),
            6 => "0",
            5 if digits.starts_with(|c| ('1'..='7').contains(&c)) => "00",
            _ => return Err(RowMistakeKind::NumberForText).into(),
        };
        return CellReading::with_note(format!("{lost}{digits}"), RowNoteKind::ZeroRestored);
    }
    let text = match typed(cell) {
        Ok(text) => digits_and_hyphens(text.trim().trim_start_matches('〒')),
        Err(mistake) => return Err(mistake).into(),
    };
    let parts: Vec<&str> = text.split('-').map(str::trim).collect();
    let is_digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [first, last] if is_digits(first, 3) && is_digits(last, 4) => {
            ColumnValue::Text(format!("{first}-{last}")).into()
        }
        [whole] if is_digits(whole, 7) => ColumnValue::Text(text).into(),
        _ => Err(RowMistakeKind::NoPostcode).into(),
    }
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

/// What a holder uses its certificate for beside the claims. A column that is headed with the one
/// use that the policy knows is filled in with a sign.
fn uses(known: &ColumnVocabulary<String>, text: &str) -> Result<Vec<String>, RowMistakeKind> {
    match plain(text).trim().to_lowercase().as_str() {
        "○" | "〇" | "◯" | "有" | "あり" | "利用" | "利用中" | "yes" => {
            Ok(known.only().into_iter().collect())
        }
        "×" | "無" | "なし" | "no" => Ok(Vec::new()),
        _ => services(known, text),
    }
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
        GridCell::Unvalued(_) => Err(RowMistakeKind::Unvalued),
        GridCell::Number(number) if *number < 10_000_000.0 || *number > 100_000_000.0 => Err(RowMistakeKind::DayNumber),
        _ => day::parse(&cell.text()).map_err(|error| match error {
            DayError::Unreadable => RowMistakeKind::DayUnreadable,
            DayError::Impossible => RowMistakeKind::DayImpossible,
            DayError::ShortYear => RowMistakeKind::DayShortYear,
            DayError::OtherEra(day) => RowMistakeKind::DayOtherEra(day),
            DayError::OtherWeekday(day) => RowMistakeKind::DayOtherWeekday(day),
        }),
    }
}
