//! Letters as pages for paper.

use std::fmt::Display;
use std::io::{self, Write};

use super::template::{Line, Templates};
use super::{Due, Letter};
use crate::calendar::Day;
use crate::locale::{Text, fill};
use crate::report::escape::{Html, Whole, cut};
use crate::report::whole::html::{write_foot, write_head};
use crate::report::{Report, long_day};

const STYLE: &str = include_str!("letter.css");

/// Certificates that a letter names on its one page.
const ON_ONE_PAGE: usize = 8;

impl Report {
    /// Writes a letter for each holder of whom something is due, with a cover sheet for those that
    /// are reached by fax.
    pub fn write_letters(&self, templates: &Templates, out: &mut dyn Write) -> io::Result<()> {
        let title = Text { ja: "更新のご案内 {day}", en: "Letters about certificates, {day}" };
        let title = title.fill(self.lang, &[("day", &self.today)]);
        write_head(out, self.lang, &title, STYLE, None)?;
        let told = Text {
            ja: "手紙 {n} 通(うち FAX送付状つき {fax} 通)。A4 で印刷してください。この見出しは印刷されません。",
            en: "Letters: {n}, of which {fax} have a fax cover sheet. Print them on A4; this heading is not printed.",
        };
        let fax = self.letters.iter().filter(|letter| letter.goes_by_fax()).count();
        let told = told.fill(self.lang, &[("n", &self.letters.len()), ("fax", &fax)]);
        writeln!(out, "<header><h1>{}</h1><p>{}</p></header>\n<main>", Html(&title), Html(&told))?;
        for letter in &self.letters {
            let writer = Writer { report: self, templates, letter };
            if letter.goes_by_fax() {
                writer.write_page(out, "fax")?;
            }
            let text = letter.first().map_or("apply", |due| due.kind.text());
            writer.write_page(out, text)?;
        }
        out.write_all(b"</main>\n")?;
        write_foot(out, None)
    }
}

/// Writes one letter.
struct Writer<'a> {
    report: &'a Report,
    templates: &'a Templates,
    letter: &'a Letter,
}

/// What stands open while lines are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    Paragraph,
    Right,
    Items,
    Steps,
    Rows,
}

impl Block {
    fn tags(self) -> (&'static str, &'static str) {
        match self {
            Block::None => ("", ""),
            Block::Paragraph => ("<p>", "</p>\n"),
            Block::Right => ("<p class=\"right\">", "</p>\n"),
            Block::Items => ("<ul>\n", "</ul>\n"),
            Block::Steps => ("<ol>\n", "</ol>\n"),
            Block::Rows => ("<table class=\"facts\"><tbody>\n", "</tbody></table>\n"),
        }
    }

    fn of(line: &Line) -> Block {
        match line {
            Line::Blank | Line::Title(_) => Block::None,
            Line::Plain(_) => Block::Paragraph,
            Line::Right(_) => Block::Right,
            Line::Item(_) => Block::Items,
            Line::Step(_) => Block::Steps,
            Line::Row(..) => Block::Rows,
        }
    }
}

impl Writer<'_> {
    fn day(&self, day: Day) -> String {
        long_day(day, self.report.lang)
    }

    fn write_page(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let name = format!("{} {}", self.letter.to.id, self.letter.name);
        writeln!(out, "<section class=\"page {text}\" aria-label=\"{}\">", Html(&name))?;
        self.write_text(out, text)?;
        out.write_all(b"</section>\n")
    }

    /// Writes the lines of a text; those whose values are all unknown are left out.
    fn write_text(&self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let mut open = Block::None;
        for line in self.templates.lines(text).filter(|line| self.is_known(line)) {
            let (whole, block) = (line.part(&PARTS).filter(|name| *name != text), Block::of(&line));
            let block = if whole.is_some() { Block::None } else { block };
            if block != open {
                write!(out, "{}{}", open.tags().1, block.tags().0)?;
            } else if matches!(block, Block::Paragraph | Block::Right) {
                out.write_all(b"<br>\n")?;
            }
            open = block;
            match whole {
                Some("certificates") => self.write_certificates(out)?,
                Some(other) => self.write_text(out, other)?,
                None => self.write_line(out, &line)?,
            }
        }
        out.write_all(open.tags().1.as_bytes())
    }

    fn write_line(&self, out: &mut dyn Write, line: &Line) -> io::Result<()> {
        match line {
            Line::Blank => Ok(()),
            Line::Title(text) => writeln!(out, "<h2>{}</h2>", self.filled(text)),
            Line::Plain(text) | Line::Right(text) => write!(out, "{}", self.filled(text)),
            Line::Item(text) | Line::Step(text) => writeln!(out, "<li>{}</li>", self.filled(text)),
            Line::Row(head, value) => {
                writeln!(out, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>", self.filled(head), self.filled(value))
            }
        }
    }

    /// Whether a line says something: it names no value, or one that is known.
    fn is_known(&self, line: &Line) -> bool {
        line.is_known(|name| PARTS.contains(&name) || !self.value(name).is_empty())
    }

    /// A text with its values, for HTML: blanks to be filled in by hand become lines.
    fn filled(&self, text: &str) -> String {
        let filled = fill(text, |name| Some(cut(&self.value(name)).into_owned()));
        let escaped = Whole(filled.trim()).to_string();
        escaped.replace("________________________________", "<span class=\"blank\"></span>")
    }

    fn value(&self, name: &str) -> String {
        let (report, letter) = (self.report, self.letter);
        let first = letter.first();
        let some = |value: &Option<String>| value.clone().unwrap_or_default();
        let day = |of: fn(&Due) -> Option<Day>| first.and_then(of).map(|day| self.day(day)).unwrap_or_default();
        match name {
            "today" => self.day(report.today),
            "name" => letter.name.clone(),
            "honorific" if letter.contact.person.is_none() => report.text(Text { ja: "御中", en: "" }).into(),
            "person" => some(&letter.contact.person),
            "postcode" => some(&letter.contact.postcode),
            "address" => some(&letter.contact.address),
            "tel" => some(&letter.contact.tel),
            "fax" => some(&letter.contact.fax),
            "mail" => some(&letter.contact.mail),
            "id" => letter.to.id.clone(),
            "provider_numbers" => letter.provider_numbers.join(report.text(Text { ja: "、", en: ", " })),
            "ends_on" => day(|due| due.ends),
            "recommended_day" => day(|due| due.recommended),
            "last_safe_day" => day(|due| due.last_application),
            "in_hand_on" => day(|due| due.expected_issue),
            "category" => first.map(|due| due.category.clone()).unwrap_or_default(),
            "serial" => first.map(|due| due.serial.clone()).unwrap_or_default(),
            "message" => first.map(|due| due.message.clone()).unwrap_or_default(),
            "lapse" => report.lapse.clone().unwrap_or_default(),
            "pages" if letter.due.len() <= ON_ONE_PAGE => "2".into(),
            _ => String::new(),
        }
    }

    /// Writes the certificates that the letter is about.
    fn write_certificates(&self, out: &mut dyn Write) -> io::Result<()> {
        let report = self.report;
        let caption = report.text(Text { ja: "対象の証明書", en: "The certificates" });
        let heads = [
            Text { ja: "利用区分", en: "category" },
            Text { ja: "シリアル番号", en: "serial number" },
            Text { ja: "有効期限", en: "expires on" },
            Text { ja: "すること", en: "what to do" },
            Text { ja: "最終期限", en: "at the latest" },
        ];
        writeln!(out, "<table class=\"list\">\n<caption>{caption}</caption>\n<thead><tr>")?;
        for head in heads {
            write!(out, "<th scope=\"col\">{}</th>", report.text(head))?;
        }
        out.write_all(b"</tr></thead>\n<tbody>\n")?;
        for due in &self.letter.due {
            let day = |day: Option<Day>| day.map_or_else(|| "-".into(), |day| self.day(day));
            let or = |text: &str| if text.is_empty() { "-".to_string() } else { text.to_string() };
            let todo = match due.recommended {
                Some(on) => {
                    let text = Text { ja: "{day} に申請", en: "apply on {day}" };
                    text.fill(report.lang, &[("day", &self.day(on) as &dyn Display)])
                }
                None => due.outcome.clone(),
            };
            let cells = [or(&due.category), or(&due.serial), day(due.ends), todo, day(due.last_application)];
            out.write_all(b"<tr>")?;
            for cell in cells {
                write!(out, "<td>{}</td>", Html(&cell))?;
            }
            out.write_all(b"</tr>\n")?;
        }
        out.write_all(b"</tbody>\n</table>\n")
    }
}

/// Placeholders that stand for more than a value, each on a line of its own.
const PARTS: [&str; 3] = ["certificates", "sender", "contact"];
