//! The Cabinet Office's list, `syukujitsu.csv`: in CP932 or UTF-8, with a row of headers and then a
//! row for each holiday with `2027/1/1` and its name.
//!
//! It states neither the days between which it is complete nor the two kinds of 休日. A year counts
//! as complete if it reaches into November, where every year since 1948 has two holidays; so a
//! truncated list is refused.

use std::collections::{BTreeMap, BTreeSet};

use encoding_rs::{SHIFT_JIS, UTF_8};
use time::{Month, Weekday};

use super::Holidays;
use crate::calendar::Day;
use crate::locale::Lang;
use crate::locale::catalogue::holidays as texts;
use crate::policy::LocalizedText;

/// The largest file that is read. The list of 2026 has some 20 KB.
const MOST_BYTES: usize = 1 << 20;
/// Characters of a name. The longest so far has 12.
const LONGEST_NAME: usize = 60;
/// Mistakes reported at most.
const MOST_LISTED: usize = 20;
/// The earliest month that the last holiday of a complete year can have.
const LAST_MONTH: Month = Month::November;

/// What the list calls every holiday that is not one of the named ones.
const REST: &str = "休日";
const SUBSTITUTE: &str = "振替休日";
const BETWEEN: &str = "国民の休日";

/// Why a file is not the Cabinet Office's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetError {
    /// The file is larger than such a list can be.
    TooLarge,
    /// Text neither in CP932 nor in UTF-8.
    Encoding {
        /// The first row that cannot be read, from 1.
        row: usize,
    },
    /// The first row has other headers.
    Heads,
    /// Rows that cannot be read, at least one.
    Rows(Vec<SheetMistake>),
    /// There is no row of a holiday.
    Empty,
    /// A year between the first and the last is incomplete.
    Unfinished {
        /// The year.
        year: i32,
    },
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetMistake {
    /// The row, from 1.
    pub row: usize,
    /// What is wrong with it.
    pub kind: SheetMistakeKind,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetMistakeKind {
    /// The first cell holds no day.
    NoDay(String),
    /// The second cell holds no name.
    NoName,
    /// The name is too long or has control characters.
    OddName,
    /// The day stands in an earlier row, of this number.
    Twice(Day, usize),
}

impl Holidays {
    /// Reads the Cabinet Office's `syukujitsu.csv`. English names are the Japanese ones;
    /// [`Holidays::with_english_of`] replaces known ones.
    ///
    /// Errors: the reason why it is another file, or every row that cannot be read.
    pub fn of_csv(bytes: &[u8], source: LocalizedText) -> Result<Holidays, SheetError> {
        let days = rows(&decode(bytes)?)?;
        let (from, until) = complete_years(&days)?;
        let named = |day: &Day, name: &str| {
            let ja = if name == REST { kind_of_rest(&days, *day) } else { name };
            LocalizedText { ja: ja.to_string(), en: ja.to_string() }
        };
        let named = days.iter().map(|(day, (_, name))| (*day, named(day, name))).collect();
        Ok(Holidays { from, until, source, days: named })
    }
}

fn decode(bytes: &[u8]) -> Result<String, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::TooLarge);
    }
    let (encoding, text) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (UTF_8, rest),
        // Published in CP932; saved again by other programs the list may be in UTF-8.
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (SHIFT_JIS, bytes),
    };
    let decoded = |part| encoding.decode_without_bom_handling_and_without_replacement(part);
    match decoded(text) {
        // Old Macintosh programs end lines with CR alone.
        Some(text) => Ok(text.replace("\r\n", "\n").replace('\r', "\n")),
        None => {
            let bad = text.split(|b| *b == b'\n').position(|row| decoded(row).is_none());
            Err(SheetError::Encoding { row: bad.unwrap_or(0) + 1 })
        }
    }
}

/// The days of the list, each with its row and its name there.
type HolidayRows = BTreeMap<Day, (usize, String)>;

fn rows(text: &str) -> Result<HolidayRows, SheetError> {
    let mut rows = (1..).zip(text.lines().map(cells));
    // So that another CSV file with days in its first column is refused.
    let is_head = |(day, name): (&str, &str)| day.ends_with("月日") && name.ends_with("名称");
    rows.next().filter(|(_, heads)| is_head(*heads)).ok_or(SheetError::Heads)?;
    let (mut days, mut mistakes) = (HolidayRows::new(), Vec::new());
    for (row, cells) in rows.filter(|(_, cells)| *cells != ("", "")) {
        match holiday(cells, &days) {
            Ok((day, name)) => drop(days.insert(day, (row, name))),
            Err(kind) => mistakes.push(SheetMistake { row, kind }),
        }
    }
    if mistakes.is_empty() { Ok(days) } else { Err(SheetError::Rows(mistakes)) }
}

/// The first two cells of a row. No name holds a comma or a line end.
fn cells(row: &str) -> (&str, &str) {
    let mut cells = row.split(',').map(|cell| cell.trim().trim_matches('"').trim());
    (cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
}

fn holiday((day, name): (&str, &str), before: &HolidayRows) -> Result<(Day, String), SheetMistakeKind> {
    let day = parse(day).ok_or_else(|| SheetMistakeKind::NoDay(day.to_string()))?;
    if name.is_empty() {
        return Err(SheetMistakeKind::NoName);
    }
    if name.chars().any(char::is_control) || name.chars().nth(LONGEST_NAME).is_some() {
        return Err(SheetMistakeKind::OddName);
    }
    match before.get(&day) {
        Some((row, _)) => Err(SheetMistakeKind::Twice(day, *row)),
        None => Ok((day, name.to_string())),
    }
}

/// Reads `2027/1/1`; the list of 2017 had `2017-01-01`.
fn parse(text: &str) -> Option<Day> {
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split(['/', '-']).filter(is_number).collect();
    let [year, month, day] = parts[..] else { return None };
    let is_whole = year.len() == 4 && text.len() == year.len() + month.len() + day.len() + 2;
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Day::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok().filter(|_| is_whole)
}

/// The first day of the first year and the last day of the last, all years between being there.
fn complete_years(days: &HolidayRows) -> Result<(Day, Day), SheetError> {
    let (Some(first), Some(last)) = (days.keys().next(), days.keys().next_back()) else {
        return Err(SheetError::Empty);
    };
    let finished: BTreeSet<i32> = days.keys().filter(|day| day.month() >= LAST_MONTH).map(|day| day.year()).collect();
    if let Some(year) = (first.year()..=last.year()).find(|year| !finished.contains(year)) {
        return Err(SheetError::Unfinished { year });
    }
    let end = |day: &Day, month, of_month| Day::from_calendar_date(day.year(), month, of_month).unwrap_or(*day);
    Ok((end(first, Month::January, 1), end(last, Month::December, 31)))
}

/// Which of the two kinds of 休日 a day is, by the Act on National Holidays, article 3: the next day
/// that is no holiday after one that falls on a Sunday (paragraph 2), or a day between two holidays
/// (paragraph 3).
fn kind_of_rest(days: &HolidayRows, day: Day) -> &'static str {
    let mut before = day.previous_day();
    while let Some(holiday) = before.filter(|before| days.contains_key(before)) {
        if holiday.weekday() == Weekday::Sunday {
            return SUBSTITUTE;
        }
        before = holiday.previous_day();
    }
    BETWEEN
}

impl SheetError {
    /// What is wrong, and what to do.
    pub fn text(&self, lang: Lang) -> String {
        match self {
            SheetError::TooLarge => texts::SHEET_TOO_LARGE.fill(lang, &[("most", &(MOST_BYTES >> 20))]),
            SheetError::Encoding { row } => texts::SHEET_ENCODING.fill(lang, &[("row", row)]),
            SheetError::Heads => texts::SHEET_HEADS.get(lang).to_string(),
            SheetError::Empty => texts::SHEET_EMPTY.get(lang).to_string(),
            SheetError::Unfinished { year } => texts::SHEET_UNFINISHED.fill(lang, &[("year", year)]),
            SheetError::Rows(mistakes) => listed(mistakes, lang),
        }
    }
}

fn listed(mistakes: &[SheetMistake], lang: Lang) -> String {
    let mut lines: Vec<String> = mistakes.iter().take(MOST_LISTED).map(|mistake| mistake.text(lang)).collect();
    if let Some(more) = mistakes.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        lines.push(texts::SHEET_MORE.fill(lang, &[("n", &more)]));
    }
    lines.push(texts::SHEET_AGAIN.get(lang).to_string());
    lines.join("\n")
}

impl SheetMistake {
    /// The row and what is wrong with it.
    pub fn text(&self, lang: Lang) -> String {
        let row = &self.row;
        match &self.kind {
            SheetMistakeKind::NoDay(text) => {
                let text: String = text.chars().take(LONGEST_NAME).collect();
                texts::SHEET_NO_DAY.fill(lang, &[("row", row), ("text", &text)])
            }
            SheetMistakeKind::NoName => texts::SHEET_NO_NAME.fill(lang, &[("row", row)]),
            SheetMistakeKind::OddName => texts::SHEET_ODD_NAME.fill(lang, &[("row", row), ("most", &LONGEST_NAME)]),
            SheetMistakeKind::Twice(day, other) => {
                texts::SHEET_TWICE.fill(lang, &[("row", row), ("day", day), ("other", other)])
            }
        }
    }
}
