//! The list of national holidays, as `holidays list` shows it.

use std::io::{self, Write};

use serde_json::json;
use time::Month;

use crate::calendar::Day;
use crate::locale::Lang;
use crate::locale::catalogue::holidays as text;
use crate::policy::{Holidays, LocalizedText};
use crate::report::form::csv::write_sheet;
use crate::report::form::json::write_json;
use crate::report::form::terminal::{TableLine, write_columns};
use crate::report::layout::TableColumn;
use crate::report::layout::{Style, weekday};

/// The columns of the CSV, in order.
const SHEET: [&str; 3] = ["day", "name_ja", "name_en"];

const COLUMNS: [TableColumn; 3] =
    [TableColumn::new(text::COLUMN_DAY), TableColumn::new(text::COLUMN_WEEKDAY), TableColumn::new(text::COLUMN_NAME)];

/// The month by which the next year's holidays are announced and within reach: they come in
/// February.
const ANNOUNCED_BY: Month = Month::March;

/// The holidays in force, and which of them to show.
#[derive(Clone, Copy, Debug)]
pub struct HolidayList<'a> {
    /// The list in force.
    pub holidays: &'a Holidays,
    /// The file it was imported to; none for the built-in list.
    pub file: Option<&'a str>,
    /// The first year and the last to show.
    pub years: (i32, i32),
    /// Today, which tells whether the next year must have been announced.
    pub today: Option<Day>,
}

impl HolidayList<'_> {
    fn shown(&self) -> impl Iterator<Item = (Day, &LocalizedText)> {
        let (first, last) = self.years;
        self.holidays.days().filter(move |(day, _)| (first..=last).contains(&day.year()))
    }

    /// Whether a longer list has been announced.
    fn is_overdue(&self) -> bool {
        let announced = |today: Day| today.year() + i32::from(today.month() >= ANNOUNCED_BY);
        self.today.is_some_and(|today| self.holidays.until().year() < announced(today))
    }

    /// Writes which list is in force, whence, and its holidays.
    pub fn write_table(&self, out: &mut dyn Write, lang: Lang, style: Style) -> io::Result<()> {
        let holidays = self.holidays;
        let which = if self.file.is_some() { text::IMPORTED } else { text::BUILT_IN };
        let ends =
            [("from", &holidays.from() as _), ("until", &holidays.until() as _), ("which", &which.get(lang) as _)];
        writeln!(out, "{}", style.bold(&text::LIST_HEAD.fill(lang, &ends)))?;
        let source = text::LIST_SOURCE.fill(lang, &[("source", &holidays.source().get(lang))]);
        writeln!(out, "{}", style.dim(&crate::report::escape::terminal(&source)))?;
        if let Some(file) = self.file {
            let file = text::LIST_FILE.fill(lang, &[("file", &file)]);
            writeln!(out, "{}", style.dim(&crate::report::escape::terminal(&file)))?;
        }
        if self.is_overdue() {
            writeln!(out, "{}", text::LIST_OVERDUE.get(lang))?;
        }
        let cell = |(day, name): (Day, &LocalizedText)| -> TableLine {
            (None, vec![day.to_string(), weekday(day).get(lang).to_string(), name.get(lang).to_string()])
        };
        let lines: Vec<TableLine> = self.shown().map(cell).collect();
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        write_columns(out, &COLUMNS, &lines, style, lang)
    }

    /// Writes the document `shomei/holidays-list/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let holidays = self.holidays;
        let day = |(day, name): (Day, &LocalizedText)| json!({"day": day.to_string(), "name_ja": name.ja, "name_en": name.en});
        let document = json!({
            "schema": "shomei/holidays-list/1",
            "list": if self.file.is_some() { "imported" } else { "built-in" },
            "file": self.file,
            "from": holidays.from().to_string(),
            "until": holidays.until().to_string(),
            "source_ja": holidays.source().ja,
            "source_en": holidays.source().en,
            "days": self.shown().map(day).collect::<Vec<_>>(),
        });
        write_json(out, &document)?;
        out.write_all(b"\n")
    }

    /// Writes one row a holiday.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let row = |(day, name): (Day, &LocalizedText)| vec![day.to_string(), name.ja.clone(), name.en.clone()];
        write_sheet(out, &SHEET, self.shown().map(row))
    }
}
