//! Days as people write them: 2026-12-31, 2026/12/31, 2026年12月31日, 20261231, 令和8年12月31日,
//! R8.12.31; with a weekday behind them, 2027/3/31(水).

use time::Weekday;

use super::fold::plain;
use crate::calendar::Day;

/// Why a text is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayError {
    /// None of the spellings.
    Unreadable,
    /// The month has no such day, the year no such month.
    Impossible,
    /// A western year of two digits, whose century is unknown.
    ShortYear,
    /// The day lies in another era than the one named, as 平成31年5月1日 does.
    OtherEra(Day),
    /// The day has another weekday than the one beside it.
    OtherWeekday(Day),
}

/// A Japanese era.
struct Era {
    names: [&'static str; 3],
    /// The western year before its first.
    before: i32,
    first: (i32, u8, u8),
    last: (i32, u8, u8),
}

/// The eras that dates of certificates and passwords can have, and the one before.
const ERAS: [Era; 3] = [
    Era { names: ["令和", "令", "R"], before: 2018, first: (2019, 5, 1), last: (9999, 12, 31) },
    Era { names: ["平成", "平", "H"], before: 1988, first: (1989, 1, 8), last: (2019, 4, 30) },
    Era { names: ["昭和", "昭", "S"], before: 1925, first: (1926, 12, 25), last: (1989, 1, 7) },
];

/// The first western year that is accepted.
const FIRST_YEAR: i32 = 1900;

/// Reads a day. A time of day after it is ignored.
pub(super) fn parse(text: &str) -> Result<Day, DayError> {
    // The long vowel mark is typed for a hyphen on a Japanese keyboard; "r8.12.31" is as usual as
    // "R8.12.31".
    let plain = plain(text.trim()).to_uppercase().replace('ー', "-");
    let day = match plain.split_once([' ', 'T']) {
        Some((day, time)) if time.contains(':') => day,
        _ => &plain,
    };
    let day: String = day.chars().filter(|c| !c.is_whitespace()).collect();
    let (day, weekday) = without_weekday(day.strip_suffix("まで").unwrap_or(&day));
    let day = of_text(day)?;
    // Of a day and its weekday one was not changed with the other; which, a program cannot know.
    if weekday.is_some_and(|weekday| weekday != day.weekday()) { Err(DayError::OtherWeekday(day)) } else { Ok(day) }
}

/// The text before a weekday, 2027/3/31(水), and the weekday.
fn without_weekday(text: &str) -> (&str, Option<Weekday>) {
    let signs = ["月", "火", "水", "木", "金", "土", "日"];
    let english = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let none = (text, None);
    // ㈬ is one character (U+322C).
    if let Some(at) = text.chars().next_back().and_then(|c| u32::from(c).checked_sub(0x322a)).filter(|at| *at < 7) {
        return (&text[..text.len() - '㈪'.len_utf8()], WEEKDAYS.get(at as usize).copied());
    }
    let inside = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let (day, word) = match (inside, text.strip_suffix("曜日")) {
        (Some((day, word)), _) => (day, word.trim_end_matches("曜日").trim_end_matches('曜').trim_end_matches("・祝")),
        (None, Some(rest)) => match rest.char_indices().next_back() {
            Some((at, _)) => rest.split_at(at),
            None => return none,
        },
        _ => return none,
    };
    let at = signs.iter().position(|sign| *sign == word).or_else(|| english.iter().position(|name| *name == word));
    at.and_then(|at| WEEKDAYS.get(at)).map_or(none, |weekday| (day, Some(*weekday)))
}

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// The day of a text without weekday and time of day.
fn of_text(day: &str) -> Result<Day, DayError> {
    for era in &ERAS {
        if let Some(rest) = era.names.iter().find_map(|name| day.strip_prefix(name)) {
            return in_era(era, rest);
        }
    }
    let parts = if is_digits(day, 8..=8) { eight_digits(day) } else { parts(day) };
    let (year, month, day_of_month) = parts.ok_or(DayError::Unreadable)?;
    match year.len() {
        4 => of(number(year)?, month, day_of_month).and_then(modern),
        1 | 2 if is_digits(month, 1..=2) && is_digits(day_of_month, 1..=2) => Err(DayError::ShortYear),
        _ => Err(DayError::Unreadable),
    }
}

/// The day in the Japanese calendar, 令和8年12月31日.
pub(super) fn in_japanese(day: Day) -> String {
    let (year, month, of_month) = (day.year(), u8::from(day.month()), day.day());
    match ERAS.iter().find(|era| era.contains(day)) {
        Some(era) => format!("{}{}年{month}月{of_month}日", era.names[0], year - era.before),
        None => format!("{year}年{month}月{of_month}日"),
    }
}

impl Era {
    fn contains(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&(day.year(), u8::from(day.month()), day.day()))
    }
}

/// `8年12月31日`, `8.12.31`: the part after the name of the era. 元年 is its first year.
fn in_era(era: &Era, rest: &str) -> Result<Day, DayError> {
    let (year, month, day) = parts(rest).ok_or(DayError::Unreadable)?;
    let count = match year {
        "元" => 1,
        _ if is_digits(year, 1..=2) => number(year)?,
        _ => return Err(DayError::Unreadable),
    };
    if count == 0 {
        return Err(DayError::Impossible);
    }
    let day = of(era.before + count, month, day)?;
    // 平成31年5月1日 is 令和元年5月1日: which of the two was meant is not for a program to decide.
    if era.contains(day) { Ok(day) } else { Err(DayError::OtherEra(day)) }
}

fn eight_digits(text: &str) -> Option<(&str, &str, &str)> {
    Some((text.get(..4)?, text.get(4..6)?, text.get(6..)?))
}

/// Year, month and day between 年月日 or the same sign twice.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    if let Some((year, rest)) = text.split_once('年') {
        let (month, day) = rest.split_once('月')?;
        return Some((year, month, day.strip_suffix('日')?));
    }
    let sign = text.chars().find(|c| matches!(c, '-' | '/' | '.'))?;
    let (year, rest) = text.split_once(sign)?;
    let (month, day) = rest.split_once(sign)?;
    Some((year, month, day))
}

fn is_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn number(digits: &str) -> Result<i32, DayError> {
    if is_digits(digits, 1..=4) { digits.parse().map_err(|_| DayError::Unreadable) } else { Err(DayError::Unreadable) }
}

fn of(year: i32, month: &str, day: &str) -> Result<Day, DayError> {
    if !is_digits(month, 1..=2) || !is_digits(day, 1..=2) {
        return Err(DayError::Unreadable);
    }
    let (month, day): (u8, u8) = match (month.parse(), day.parse()) {
        (Ok(month), Ok(day)) => (month, day),
        _ => return Err(DayError::Unreadable),
    };
    let month = time::Month::try_from(month).map_err(|_| DayError::Impossible)?;
    Day::from_calendar_date(year, month, day).map_err(|_| DayError::Impossible)
}

fn modern(day: Day) -> Result<Day, DayError> {
    if day.year() >= FIRST_YEAR { Ok(day) } else { Err(DayError::Unreadable) }
}
