//! What goes into a cell of a workbook, and what it looks like.

use std::io;

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::calendar::Day;
use crate::locale::Lang;
use crate::policy::Severity;
use crate::report::escape::is_dangerous;
use crate::report::list::{Cell, Kind};

/// UTF-16 units that a cell of Excel holds.
const LONGEST: usize = 32_767;

/// A place in a sheet: row and column, from 0.
pub(super) type At = (u32, u16);

/// What cells look like.
pub(super) struct Forms {
    /// The language of words.
    lang: Lang,
    /// What all the others begin with.
    pub(super) plain: Format,
    /// A title of a sheet.
    pub(super) title: Format,
    /// A title of a part.
    pub(super) part: Format,
    /// A head of a column.
    pub(super) head: Format,
    /// Text, also what is typed over it later: its zeros stay.
    pub(super) text: Format,
    /// Text on several lines.
    pub(super) wrapped: Format,
    /// A sentence among others.
    pub(super) sentence: Format,
    /// A civil day.
    pub(super) day: Format,
    /// A number.
    pub(super) number: Format,
    /// An amount of yen.
    pub(super) yen: Format,
}

impl Forms {
    pub(super) fn new(lang: Lang) -> Forms {
        let plain = font(lang).set_align(FormatAlign::VerticalCenter);
        let text = plain.clone().set_num_format("@");
        let head = text.clone().set_bold().set_text_wrap();
        Forms {
            lang,
            title: text.clone().set_bold().set_font_size(16),
            part: text.clone().set_bold().set_font_size(12).set_border_bottom(FormatBorder::Thin),
            head: head.set_background_color(Color::RGB(0x00DD_EBF7)).set_border_bottom(FormatBorder::Thin),
            wrapped: text.clone().set_text_wrap(),
            sentence: text.clone().set_text_wrap().set_align(FormatAlign::Left),
            day: plain.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            number: plain.clone().set_num_format("0").set_align(FormatAlign::Right).set_indent(1),
            yen: plain.clone().set_num_format("#,##0").set_align(FormatAlign::Right).set_indent(1),
            text,
            plain,
        }
    }

    /// The same with lines around every cell, to write between them by hand.
    pub(super) fn boxed(self) -> Forms {
        let boxed = |form: Format| form.set_border(FormatBorder::Thin);
        Forms {
            head: boxed(self.head),
            text: boxed(self.text),
            wrapped: boxed(self.wrapped),
            day: boxed(self.day),
            number: boxed(self.number),
            yen: boxed(self.yen),
            ..self
        }
    }

    /// The form of empty cells below a head: what is typed into them is taken for what it is.
    pub(super) fn of_column(&self, kind: Kind) -> &Format {
        match kind {
            Kind::Text | Kind::Word => &self.text,
            Kind::Day => &self.day,
            Kind::Number => &self.number,
            Kind::Yen => &self.yen,
        }
    }

    /// Writes a cell; text is wrapped where `wraps` or where it has several lines.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        at: At,
        cell: &Cell,
        kind: Kind,
        wraps: bool,
    ) -> Result<(), XlsxError> {
        match cell {
            Cell::Nothing => {}
            Cell::Number(number) => {
                let form = if kind == Kind::Yen { &self.yen } else { &self.number };
                sheet.write_number_with_format(at.0, at.1, *number as f64, form)?;
            }
            Cell::Day(day) => match excel_day(*day) {
                Some(day) => drop(sheet.write_datetime_with_format(at.0, at.1, &day, &self.day)?),
                None => drop(sheet.write_string_with_format(at.0, at.1, day.to_string(), &self.text)?),
            },
            other => self.write_text(sheet, at, &other.label(self.lang), wraps)?,
        }
        Ok(())
    }

    fn write_text(&self, sheet: &mut Worksheet, at: At, text: &str, wraps: bool) -> Result<(), XlsxError> {
        let text = cell_text(text);
        let form = if wraps || text.contains('\n') { &self.wrapped } else { &self.text };
        sheet.write_string_with_format(at.0, at.1, text, form)?;
        Ok(())
    }
}

/// The type that a language is set in: what Excel itself takes there.
pub(super) fn font(lang: Lang) -> Format {
    match lang {
        // 128 is the character set of Japanese.
        Lang::Ja => Format::new().set_font_name("Yu Gothic").set_font_charset(128),
        Lang::En => Format::new(),
    }
}

/// Pixels of a line of that type.
pub(super) fn line_pixels(lang: Lang) -> u32 {
    match lang {
        Lang::Ja => 25,
        Lang::En => 20,
    }
}

/// How something grave looks: dark on light, and told apart without red and green.
pub(super) fn tone(severity: Severity) -> Format {
    let (ink, paper) = match severity {
        Severity::Error => (0x007A_1F00, 0x00F8_D3C4),
        Severity::Warning => (0x005C_4300, 0x00FF_F0C2),
        Severity::Info => (0x0016_3E64, 0x00DC_EAF7),
    };
    let form = Format::new().set_font_color(Color::RGB(ink)).set_background_color(Color::RGB(paper));
    if severity == Severity::Error { form.set_bold() } else { form }
}

/// Text as a cell may hold it: on lines of its own, nothing invisible, and no longer than Excel
/// allows. It is written as text, so that nothing in it is ever a formula.
pub(super) fn cell_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    let mut units = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let before = out.len();
        match c {
            '\r' if characters.peek() == Some(&'\n') => continue,
            '\n' => out.push('\n'),
            _ if is_dangerous(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                out.push_str(&format!("<U+{:04X}>", u32::from(c)));
            }
            _ => out.push(c),
        }
        let more = out[before..].encode_utf16().count();
        let last = characters.peek().is_none();
        // The mark that something is missing takes one.
        if units + more + usize::from(!last) > LONGEST {
            out.truncate(before);
            out.push('…');
            break;
        }
        units += more;
    }
    out
}

/// The day as Excel knows it: from 1900 on, and from March of that year rightly.
fn excel_day(day: Day) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year > 1900)?;
    ExcelDateTime::from_ymd(year, u8::from(day.month()), day.day()).ok()
}

/// Columns of a text on a screen, the widest of its lines: Japanese takes two a character.
pub(super) fn width(text: &str) -> usize {
    // No column is as wide as that.
    const ENOUGH: usize = 400;
    text.lines().map(|line| line.chars().take(ENOUGH).collect::<String>().width()).max().unwrap_or(0)
}

/// The width of a column that holds texts of this width.
pub(super) fn column_width(widest: usize, least: usize, most: usize) -> f64 {
    u32::try_from((widest + 1).clamp(least, most)).map_or(10.0, f64::from)
}

/// What the writer says, as an error of writing.
pub(super) fn failed(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) | XlsxError::TempFileError(_, error) => error,
        other => io::Error::other(other.to_string()),
    }
}
