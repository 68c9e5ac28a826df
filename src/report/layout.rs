//! Words and widths of the terminal.

use std::io::{self, Write};

use anstyle::AnsiColor;
use time::Weekday;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape;
use crate::audit::rules::severity_name;
use crate::calendar::Day;
use crate::locale::catalogue::holidays;
use crate::locale::{Lang, Text, catalogue};
use crate::policy::Severity;
use crate::trust::TrustStatus;

/// What the terminal can do.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns.
    pub width: usize,
    /// Whether colours are wanted.
    pub colour: bool,
}

impl Style {
    /// `text` in a severity's colour.
    pub fn paint(&self, severity: Option<Severity>, text: &str) -> String {
        let look = match severity {
            Some(Severity::Error) => AnsiColor::Red.on_default().bold(),
            Some(Severity::Warning) => AnsiColor::Yellow.on_default(),
            Some(Severity::Info) => AnsiColor::Cyan.on_default(),
            None => AnsiColor::Green.on_default(),
        };
        self.ansi(look, text)
    }

    /// `text` emphasised.
    pub fn bold(&self, text: &str) -> String {
        self.ansi(anstyle::Style::new().bold(), text)
    }

    /// `text` in the background.
    pub fn dim(&self, text: &str) -> String {
        self.ansi(anstyle::Style::new().dimmed(), text)
    }

    fn ansi(&self, look: anstyle::Style, text: &str) -> String {
        if self.colour { format!("{look}{text}{look:#}") } else { text.to_string() }
    }
}

/// The columns that `text` takes, wide characters counting two.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text`, safe for a terminal, cut in the middle (`…`) to at most `columns`.
pub fn fit(text: &str, columns: usize) -> String {
    let text = escape::terminal(text);
    if text.width() <= columns {
        return text.into_owned();
    }
    let room = columns.saturating_sub(1);
    let head = take_columns(text.chars(), room / 2);
    let tail = take_columns(text.chars().rev(), room - head.width());
    format!("{head}…{}", tail.chars().rev().collect::<String>())
}

/// `text`, safe for a terminal, cut at its beginning (`…`) to at most `columns`: of a path the
/// end tells most.
pub fn fit_end(text: &str, columns: usize) -> String {
    let text = escape::terminal(text);
    if text.width() <= columns {
        return text.into_owned();
    }
    let tail = take_columns(text.chars().rev(), columns.saturating_sub(1));
    format!("…{}", tail.chars().rev().collect::<String>())
}

fn take_columns(chars: impl Iterator<Item = char>, columns: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= columns
        })
        .collect()
}

/// `text` filled with spaces to `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let spaces = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(spaces))
}

/// Whole days from one civil day to another.
pub fn days_between(from: Day, until: Day) -> i64 {
    i64::from(until.to_julian_day()) - i64::from(from.to_julian_day())
}

/// The word for a severity, or for none.
pub fn severity_word(severity: Option<Severity>, lang: Lang) -> &'static str {
    severity.map_or(catalogue::FINE, severity_name).get(lang)
}

/// The word for a verdict's status.
pub fn status_word(status: TrustStatus, lang: Lang) -> &'static str {
    match status {
        TrustStatus::Trusted => catalogue::TRUSTED,
        TrustStatus::Untrusted => catalogue::UNTRUSTED,
        TrustStatus::Undetermined => catalogue::UNDETERMINED,
    }
    .get(lang)
}

/// The gravest codes, and how many more there are.
pub fn abridged(codes: &[&str]) -> String {
    match codes {
        [first, second, rest @ ..] if !rest.is_empty() => format!("{first} {second} +{}", rest.len()),
        [first, second] if first.len() + second.len() > 30 => format!("{first} +1"),
        codes => codes.join(" "),
    }
}

/// Writes `text` after `lead`, its further lines indented as far.
pub fn write_indented(out: &mut (impl Write + ?Sized), lead: &str, text: &str, columns: usize) -> io::Result<()> {
    let indent = " ".repeat(width(lead));
    let room = columns.saturating_sub(width(lead)).max(20);
    for (i, line) in wrap(&escape::terminal(text), room).iter().enumerate() {
        writeln!(out, "{}{line}", if i == 0 { lead } else { &indent })?;
    }
    Ok(())
}

/// `text` in lines of at most `columns`, broken at spaces or beside a wide character.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in unbreakable(text) {
        if !line.is_empty() && line.width() + piece.trim_end().width() > columns {
            lines.push(std::mem::take(&mut line).trim_end().to_string());
        }
        line.push_str(if line.is_empty() { piece.trim_start() } else { piece });
    }
    lines.push(line.trim_end().to_string());
    lines
}

/// What may not be broken: runs up to a space, wide characters one by one, each with the closing
/// punctuation that follows it (a line does not begin with 。 or 、).
pub fn unbreakable(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut previous: Option<char> = None;
    for (at, c) in text.char_indices() {
        let closing = matches!(
            c,
            '、' | '。'
                | ')'
                | '」'
                | '』'
                | '\u{ff09}'
                | ','
                | '.'
                | ']'
                | ':'
                | ';'
                | 'ー'
                | 'っ'
                | 'ょ'
                | 'ゃ'
                | 'ゅ'
        );
        let opening = |p: char| matches!(p, '(' | '「' | '『' | '\u{ff08}' | '[');
        let wide = |c: char| c.width() == Some(2);
        let may_break = previous.is_some_and(|p| p == ' ' || ((wide(c) || wide(p)) && !closing && !opening(p)));
        if may_break && at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
        previous = Some(c);
    }
    pieces.push(&text[start..]);
    pieces
}

/// A number with separators.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The severity with this number.
pub(in crate::report) fn severity_of(number: u8) -> Option<Severity> {
    match number {
        1 => Some(Severity::Info),
        2 => Some(Severity::Warning),
        3 => Some(Severity::Error),
        _ => None,
    }
}

/// The day of the week, abridged.
pub fn weekday(day: Day) -> Text {
    match day.weekday() {
        Weekday::Sunday => holidays::SUNDAY,
        Weekday::Monday => holidays::MONDAY,
        Weekday::Tuesday => holidays::TUESDAY,
        Weekday::Wednesday => holidays::WEDNESDAY,
        Weekday::Thursday => holidays::THURSDAY,
        Weekday::Friday => holidays::FRIDAY,
        Weekday::Saturday => holidays::SATURDAY,
    }
}

/// A day in a sentence: `2026年12月1日(火)`, `2026-12-01 (Tue)`.
pub fn long_day(day: Day, lang: Lang) -> String {
    let week = weekday(day).get(lang);
    match lang {
        Lang::Ja => format!("{}年{}月{}日({week})", day.year(), u8::from(day.month()), day.day()),
        Lang::En => format!("{day} ({week})"),
    }
}

/// `2027-04-22 (木)`.
pub fn day_text(day: Day, lang: Lang) -> String {
    format!("{day} ({})", weekday(day).get(lang))
}

/// A column, and what becomes of it where there is little room.
#[derive(Clone, Copy, Debug)]
pub struct TableColumn {
    pub(in crate::report) head: Text,
    pub(in crate::report) room: Room,
    pub(in crate::report) spare: bool,
    right: bool,
    keeps_end: bool,
}

/// How wide a column may be.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum Room {
    /// What its cells need.
    Needed,
    /// At most one part in so many of what the others leave, but at least so much.
    Part(usize, usize),
    /// What is left, but at least so much.
    Rest(usize),
}

impl TableColumn {
    /// As wide as its cells.
    pub const fn new(head: Text) -> TableColumn {
        TableColumn { head, room: Room::Needed, right: false, keeps_end: false, spare: false }
    }

    /// As wide as its cells, which stand at the right: numbers.
    pub const fn number(head: Text) -> TableColumn {
        TableColumn { right: true, ..TableColumn::new(head) }
    }

    /// At most one part in `parts` of what the others leave, but at least `least`.
    pub const fn part(head: Text, parts: usize, least: usize) -> TableColumn {
        TableColumn { room: Room::Part(parts, least), ..TableColumn::new(head) }
    }

    /// The same for a path, of which the end tells most.
    pub const fn part_of_path(head: Text, parts: usize, least: usize) -> TableColumn {
        TableColumn { keeps_end: true, ..TableColumn::part(head, parts, least) }
    }

    /// What is left: paths, of which the end tells most.
    pub const fn path(head: Text) -> TableColumn {
        TableColumn { room: Room::Rest(12), keeps_end: true, ..TableColumn::new(head) }
    }

    /// The same, left out where there is too little room for all.
    pub const fn spare(self) -> TableColumn {
        TableColumn { spare: true, ..self }
    }

    /// A text as wide as the column.
    pub(in crate::report) fn cell(&self, text: &str, columns: usize) -> String {
        let text = if self.keeps_end { fit_end(text, columns) } else { fit(text, columns) };
        match self.right {
            true => format!("{}{text}", " ".repeat(columns.saturating_sub(width(&text)))),
            false => pad(&text, columns),
        }
    }
}
