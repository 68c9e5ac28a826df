//! Tables of the page: complete without the script, which sorts and filters them.

use std::io::{self, Write};

use super::open_section;
use crate::calendar::Day;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::escape::Html;
use crate::report::list::{Cell, Head, Kind, Table, Word};
use crate::report::whole::Report;

/// Rows from which on a table has a box to filter it by.
const FILTERED_FROM: usize = 8;

/// The columns of a table that people are shown, with the sentence that names it.
pub(super) struct Grid<'a> {
    pub(super) id: &'a str,
    pub(super) caption: String,
    pub(super) table: &'a dyn Table,
    /// A heading says already what the caption says.
    pub(super) lean: bool,
}

impl Report {
    pub(super) fn write_table_section(&self, out: &mut dyn Write, table: &dyn Table) -> io::Result<()> {
        open_section(out, table.id(), self.text(table.title()))?;
        self.write_all(out, table, Text { ja: "ありません。", en: "None." })
    }

    pub(super) fn write_changes(&self, out: &mut dyn Write, changes: &dyn Table) -> io::Result<()> {
        open_section(out, changes.id(), self.text(changes.title()))?;
        if let Some(since) = &self.since {
            writeln!(out, "<p>{}</p>", Html(since))?;
        }
        self.write_all(out, changes, Text { ja: "変化はありません。", en: "Nothing." })
    }

    /// Writes all of a table, or that there is nothing, and ends the section.
    fn write_all(&self, out: &mut dyn Write, table: &dyn Table, nothing: Text) -> io::Result<()> {
        match table.is_empty() {
            true => writeln!(out, "<p>{}</p>", self.text(nothing))?,
            false => {
                self.write_grid(out, &Grid { id: table.id(), caption: self.caption(table), table, lean: false })?
            }
        }
        out.write_all(b"</section>\n")
    }

    fn caption(&self, table: &dyn Table) -> String {
        let text = Text { ja: "{title} {n} 行", en: "{title}: {n} rows" };
        text.fill(self.lang, &[("title", &self.text(table.title())), ("n", &table.len())])
    }

    /// Writes a table, with the place where the script puts its box.
    pub(super) fn write_grid(&self, out: &mut dyn Write, grid: &Grid) -> io::Result<()> {
        let filtered = grid.table.len() >= FILTERED_FROM && !grid.lean;
        let heads = grid.table.heads().iter().enumerate().filter(|(_, head)| head.shown);
        let heads: Vec<(usize, &Head)> = heads.collect();
        let texts = [
            ("filter", Text { ja: "絞り込み", en: "Filter" }),
            ("count", Text { ja: "{n} / {all} 行", en: "{n} of {all} rows" }),
            ("more", Text { ja: "残りも表示", en: "Show the others" }),
        ];
        write!(out, "<div class=\"grid{}\"", if grid.lean { " lean" } else { "" })?;
        if filtered {
            for (name, text) in texts {
                write!(out, " data-{name}=\"{}\"", self.text(text))?;
            }
        }
        writeln!(out, ">\n<table id=\"table-{}\">\n<caption>{}</caption>\n<colgroup>", grid.id, Html(&grid.caption))?;
        for (_, column) in &heads {
            write!(out, "<col class=\"{}\">", width(column))?;
        }
        out.write_all(b"</colgroup>\n<thead><tr>")?;
        for (_, column) in &heads {
            write!(out, "<th scope=\"col\" class=\"{}\">{}</th>", kind(column.kind), Html(self.text(column.title)))?;
        }
        out.write_all(b"</tr></thead>\n<tbody>\n")?;
        for row in 0..grid.table.len() {
            out.write_all(b"<tr>")?;
            for (at, column) in &heads {
                self.write_cell(out, &grid.table.cell(row, *at), column)?;
            }
            out.write_all(b"</tr>\n")?;
        }
        out.write_all(b"</tbody>\n</table>\n</div>\n")
    }

    fn write_cell(&self, out: &mut dyn Write, cell: &Cell, column: &Head) -> io::Result<()> {
        match cell {
            Cell::Nothing => out.write_all(b"<td></td>"),
            Cell::Day(day) => write!(out, "<td class=\"day\">{}</td>", self.day(*day)),
            Cell::Number(number) => {
                let text = match column.kind {
                    Kind::Yen => thousands(*number),
                    _ => number.to_string(),
                };
                write!(out, "<td class=\"number\" data-k=\"{number}\">{text}</td>")
            }
            Cell::Word(word) => write!(out, "<td data-k=\"{}\">{}</td>", rank(word), Badge(word)),
            Cell::Bool(is) => write!(out, "<td data-k=\"3{is}\">{}</td>", cell.label(self.lang)),
            other => write!(out, "<td>{}</td>", Html(&other.code())),
        }
    }

    /// A day for machines and people.
    pub(super) fn day(&self, day: Day) -> String {
        format!("<time datetime=\"{day}\">{day}</time>")
    }
}

/// A word, with a mark where it tells how grave something is; never by colour alone.
pub(super) struct Badge<'a>(pub(super) &'a Word<'a>);

impl std::fmt::Display for Badge<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Badge(word) = self;
        match word.severity {
            None => Html(&word.label).fmt(out),
            Some(severity) => write!(
                out,
                "<span class=\"badge {}\"><span aria-hidden=\"true\">{}</span> {}</span>",
                severity.code(),
                mark(severity),
                Html(&word.label)
            ),
        }
    }
}

/// The mark of a severity, told apart by its shape.
pub(super) fn mark(severity: Severity) -> char {
    match severity {
        Severity::Error => '✕',
        Severity::Warning => '▲',
        Severity::Info => '●',
    }
}

/// By what a word is sorted: the gravest first, then its code.
fn rank(word: &Word) -> String {
    let rank = match word.severity {
        Some(Severity::Error) => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Info) => 2,
        None => 3,
    };
    format!("{rank}{}", Html(&word.code))
}

/// How wide a column is: a class of the style.
fn width(column: &Head) -> &'static str {
    match (column.kind, column.code) {
        (Kind::Day, _) => "w-day",
        (Kind::Number | Kind::Yen, _) => "w-number",
        (_, "message" | "remedy") => "w-text",
        (_, "name" | "title" | "rules") => "w-name",
        (Kind::Word, "category" | "doubt" | "service") => "w-label",
        (Kind::Word, _) => "w-word",
        (_, "holder" | "prefecture" | "generation") => "w-short",
        _ => "w-label",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Yen => "number",
        Kind::Day => "day",
        Kind::Text | Kind::Word => "text",
    }
}

/// A number with separators.
pub(super) fn thousands(number: i64) -> String {
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
