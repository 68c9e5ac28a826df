//! A schedule in words: `daily 07:30`, `weekly mon,thu 07:30 skip`, `monthly 11,25 07:30 next`.

use std::fmt;

use time::Weekday;

use super::{Schedule, ScheduleDays, WhenClosed};
use crate::locale::{Lang, Text};

/// Days of the week as they are written, and as they may be.
const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("mon", "月", Weekday::Monday),
    ("tue", "火", Weekday::Tuesday),
    ("wed", "水", Weekday::Wednesday),
    ("thu", "木", Weekday::Thursday),
    ("fri", "金", Weekday::Friday),
    ("sat", "土", Weekday::Saturday),
    ("sun", "日", Weekday::Sunday),
];

/// What is no schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScheduleError {
    /// Not of the form.
    Form(String),
    /// No time of day.
    Time(String),
    /// No day of the week.
    Weekday(String),
    /// No day of a month.
    DayOfMonth(String),
    /// No rule for days that are no business days.
    WhenClosed(String),
}

impl ScheduleError {
    /// What is wrong, and how it is written.
    pub fn text(&self, lang: Lang) -> String {
        let (text, word) = match self {
            ScheduleError::Form(word) => (
                Text {
                    ja: "「{word}」は実行の予定ではありません。daily 07:30、weekly mon,thu 07:30、monthly 11,25 07:30 next のように書いてください。",
                    en: "“{word}” is no schedule: write it like daily 07:30, weekly mon,thu 07:30 or monthly 11,25 07:30 next.",
                },
                word,
            ),
            ScheduleError::Time(word) => (
                Text {
                    ja: "「{word}」は時刻ではありません。00:00 から 23:59 までの 07:30 のように書いてください。",
                    en: "“{word}” is no time of day: write it like 07:30, from 00:00 to 23:59.",
                },
                word,
            ),
            ScheduleError::Weekday(word) => (
                Text {
                    ja: "「{word}」は曜日ではありません。mon、tue、wed、thu、fri、sat、sun(月、火、水、木、金、土、日でもよい)をコンマで区切って書いてください。",
                    en: "“{word}” is no day of the week: write mon, tue, wed, thu, fri, sat or sun, with commas between them.",
                },
                word,
            ),
            ScheduleError::DayOfMonth(word) => (
                Text {
                    ja: "「{word}」は月の日ではありません。1 から 31 までの数をコンマで区切って書いてください。31 は、短い月では末日です。",
                    en: "“{word}” is no day of a month: write numbers from 1 to 31, with commas between them; 31 is the last day of a shorter month.",
                },
                word,
            ),
            ScheduleError::WhenClosed(word) => (
                Text {
                    ja: "「{word}」は休みの日の決まりではありません。skip(その回は実行しない)か next(次の営業日に実行する)を指定してください。",
                    en: "“{word}” is no rule for closed days: write skip, to leave the run out, or next, for the next business day.",
                },
                word,
            ),
        };
        text.fill(lang, &[("word", word)])
    }
}

impl Schedule {
    /// Reads what [`Display`](fmt::Display) writes: kind, days, time of day, rule for closed days.
    ///
    /// Errors: the first word that does not belong there.
    pub fn parse(text: &str) -> Result<Schedule, ScheduleError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (days, rest) = match words.as_slice() {
            ["daily", rest @ ..] => (ScheduleDays::Daily, rest),
            ["weekly", days, rest @ ..] => (weekly(days)?, rest),
            ["monthly", days, rest @ ..] => (monthly(days)?, rest),
            _ => return Err(ScheduleError::Form(text.to_string())),
        };
        let (time, closed) = match rest {
            [time] => (time, WhenClosed::Run),
            [time, "skip"] => (time, WhenClosed::Skip),
            [time, "next"] => (time, WhenClosed::Next),
            [_, rule] => return Err(ScheduleError::WhenClosed(rule.to_string())),
            _ => return Err(ScheduleError::Form(text.to_string())),
        };
        let (hour, minute) = time_of_day(time).ok_or_else(|| ScheduleError::Time(time.to_string()))?;
        Ok(Schedule { days, hour, minute, closed })
    }

    /// The same without a time of day, `monthly 11 next`: due from the first minute of a day on.
    pub fn parse_days(text: &str) -> Result<Schedule, ScheduleError> {
        match text.trim().rsplit_once(char::is_whitespace) {
            Some((days, rule @ ("skip" | "next"))) => Schedule::parse(&format!("{days} 00:00 {rule}")),
            _ => Schedule::parse(&format!("{text} 00:00")),
        }
    }

    /// For people: `every month on 11, 25 at 07:30, on the next business day where closed`.
    pub fn text(&self, lang: Lang) -> String {
        let days = match &self.days {
            ScheduleDays::Daily => Text { ja: "毎日", en: "every day" }.get(lang).to_string(),
            ScheduleDays::Weekly(days) => {
                let names: Vec<String> = days.iter().map(|day| in_words(*day, lang)).collect();
                let text = Text { ja: "毎週{days}曜日", en: "every week on {days}" };
                text.fill(lang, &[("days", &names.join(Text { ja: "・", en: ", " }.get(lang)))])
            }
            ScheduleDays::Monthly(days) => {
                let names: Vec<String> = days.iter().map(u8::to_string).collect();
                let text = match days.iter().any(|day| *day > 28) {
                    false => Text { ja: "毎月{days}日", en: "every month on {days}" },
                    true => Text {
                        ja: "毎月{days}日(ない月は末日)",
                        en: "every month on {days} (or its last day, if it is shorter)",
                    },
                };
                text.fill(lang, &[("days", &names.join(Text { ja: "・", en: ", " }.get(lang)))])
            }
        };
        let text = match self.closed {
            WhenClosed::Run => Text { ja: "{days} {time}", en: "{days} at {time}" },
            WhenClosed::Skip => {
                Text { ja: "{days} {time}(休業日は実行しない)", en: "{days} at {time}, not on closed days" }
            }
            WhenClosed::Next => Text {
                ja: "{days} {time}(休業日なら次の営業日)",
                en: "{days} at {time}, on the next business day where closed",
            },
        };
        text.fill(lang, &[("days", &days), ("time", &format!("{:02}:{:02}", self.hour, self.minute))])
    }
}

fn in_words(day: Weekday, lang: Lang) -> String {
    match WEEKDAYS.iter().find(|(_, _, known)| *known == day) {
        Some((_, kanji, _)) if lang == Lang::Ja => kanji.to_string(),
        _ => day.to_string()[..3].to_string(),
    }
}

fn weekly(text: &str) -> Result<ScheduleDays, ScheduleError> {
    let day = |word: &str| {
        let known = WEEKDAYS.iter().find(|(short, kanji, _)| word.eq_ignore_ascii_case(short) || word == *kanji);
        known.map(|(_, _, day)| *day).ok_or_else(|| ScheduleError::Weekday(word.to_string()))
    };
    let mut days = text.split([',', '、']).map(day).collect::<Result<Vec<Weekday>, ScheduleError>>()?;
    days.sort_by_key(|day| day.number_days_from_monday());
    days.dedup();
    Ok(ScheduleDays::Weekly(days))
}

fn monthly(text: &str) -> Result<ScheduleDays, ScheduleError> {
    let day = |word: &str| {
        number(word, 1..=31).filter(|_| word.len() <= 2).ok_or_else(|| ScheduleError::DayOfMonth(word.to_string()))
    };
    let mut days = text.split([',', '、']).map(day).collect::<Result<Vec<u8>, ScheduleError>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(ScheduleDays::Monthly(days))
}

fn time_of_day(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let fits = (1..=2).contains(&hour.len()) && minute.len() == 2;
    Some((number(hour, 0..=23)?, number(minute, 0..=59)?)).filter(|_| fits)
}

fn number(text: &str, among: std::ops::RangeInclusive<u8>) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && among.contains(number))
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.days {
            ScheduleDays::Daily => write!(f, "daily")?,
            ScheduleDays::Weekly(days) => write!(f, "weekly {}", joined(days.iter().map(|day| short(*day))))?,
            ScheduleDays::Monthly(days) => write!(f, "monthly {}", joined(days.iter().map(u8::to_string)))?,
        }
        write!(f, " {:02}:{:02}", self.hour, self.minute)?;
        match self.closed {
            WhenClosed::Run => Ok(()),
            WhenClosed::Skip => write!(f, " skip"),
            WhenClosed::Next => write!(f, " next"),
        }
    }
}

fn short(day: Weekday) -> String {
    WEEKDAYS.iter().find(|(_, _, known)| *known == day).map_or(String::new(), |(short, _, _)| short.to_string())
}

fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<String>>().join(",")
}
