//! Lines of cells under heads, as wide as the terminal allows.

use std::io::{self, Write};

use crate::locale::Lang;
use crate::policy::Severity;
use crate::report::layout::{Room, Style, TableColumn, width};
use crate::report::list::{Cell, Get, List};

/// What stands between two columns.
const GAP: &str = "  ";
/// What the columns that share have at least, all together.
const LEAST_SHARED: usize = 36;

/// One line: the severity that colours its first cell, and its cells.
pub type TableLine = (Option<Severity>, Vec<String>);

/// Writes the columns that a list shows on a terminal; `severity` colours a row's first cell.
pub fn write_list<'r, R: 'r>(
    out: &mut (impl Write + ?Sized),
    list: &List<R>,
    rows: impl Iterator<Item = &'r R>,
    severity: impl Fn(&R) -> Option<Severity>,
    style: Style,
    lang: Lang,
) -> io::Result<()> {
    let shown = list.lines();
    let columns: Vec<TableColumn> = shown.iter().map(|(column, _)| *column).collect();
    let text = |get: &Get<R>, row| match get(row, lang) {
        Cell::Nothing => "-".to_string(),
        cell => cell.label(lang).into_owned(),
    };
    let line = |row| (severity(row), shown.iter().map(|(_, get)| text(get, row)).collect());
    let lines: Vec<TableLine> = rows.map(line).collect();
    write_columns(out, &columns, &lines, style, lang)
}

/// Writes heads and lines.
pub fn write_columns(
    out: &mut (impl Write + ?Sized),
    columns: &[TableColumn],
    lines: &[TableLine],
    style: Style,
    lang: Lang,
) -> io::Result<()> {
    let heads: Vec<String> = columns.iter().map(|column| column.head.get(lang).to_string()).collect();
    let told = told(columns, &heads, lines, style.width);
    let pick = |cells: &[String]| -> Vec<String> { told.iter().map(|at| cells[*at].clone()).collect() };
    let columns: Vec<TableColumn> = told.iter().map(|at| columns[*at]).collect();
    let heads = pick(&heads);
    let lines: Vec<TableLine> = lines.iter().map(|(severity, line)| (*severity, pick(line))).collect();
    let (columns, lines) = (columns.as_slice(), lines.as_slice());
    let widths = widths(columns, &heads, lines, style.width);
    let cells = |cells: &[String]| -> Vec<String> {
        columns.iter().zip(cells).zip(&widths).map(|((column, text), width)| column.cell(text, *width)).collect()
    };
    writeln!(out, "{}", style.bold(cells(&heads).join(GAP).trim_end()))?;
    for (severity, line) in lines {
        let cells = cells(line);
        let rest = cells[1..].join(GAP);
        writeln!(out, "{}{GAP}{}", style.paint(*severity, &cells[0]), rest.trim_end())?;
    }
    Ok(())
}

/// The columns that there is room for: of the spare ones the last goes first.
fn told(columns: &[TableColumn], heads: &[String], lines: &[TableLine], total: usize) -> Vec<usize> {
    let mut told: Vec<usize> = (0..columns.len()).collect();
    let needed = |at: &usize| lines.iter().map(|(_, line)| width(&line[*at])).chain([width(&heads[*at])]).max();
    let least = |told: &[usize]| {
        let sum = |shared: bool| {
            let some = told.iter().filter(|at| matches!(columns[**at].room, Room::Needed) != shared);
            some.filter_map(&needed).sum::<usize>()
        };
        sum(false) + sum(true).min(LEAST_SHARED) + GAP.len() * told.len().saturating_sub(1)
    };
    while least(&told) > total {
        let Some(spare) = told.iter().rposition(|at| columns[*at].spare) else { break };
        told.remove(spare);
    }
    told
}

fn widths(columns: &[TableColumn], heads: &[String], lines: &[TableLine], total: usize) -> Vec<usize> {
    let needed = |i: usize| lines.iter().map(|(_, line)| width(&line[i])).chain([width(&heads[i])]).max().unwrap_or(0);
    let mut widths: Vec<usize> = (0..columns.len()).map(needed).collect();
    let shared = |i: &usize| !matches!(columns[*i].room, Room::Needed);
    let fixed: usize = (0..columns.len()).filter(|i| !shared(i)).map(|i| widths[i]).sum();
    let left = total.saturating_sub(fixed + GAP.len() * (columns.len() - 1)).max(LEAST_SHARED);
    if (0..columns.len()).filter(shared).map(|i| widths[i]).sum::<usize>() <= left {
        return widths;
    }
    let mut taken = 0;
    for (column, width) in columns.iter().zip(&mut widths) {
        if let Room::Part(parts, least) = column.room {
            *width = (*width).min(left / parts).max(least);
            taken += *width;
        }
    }
    for (column, width) in columns.iter().zip(&mut widths) {
        if let Room::Rest(least) = column.room {
            *width = left.saturating_sub(taken).max(least);
        }
    }
    narrow(columns, &mut widths, total);
    widths
}

/// Takes from the columns that share what the line has too much: from the path first, from names last,
/// and from none more than it takes to tell its texts apart.
fn narrow(columns: &[TableColumn], widths: &mut [usize], total: usize) {
    let gaps = GAP.len() * columns.len().saturating_sub(1);
    let mut surplus = (widths.iter().sum::<usize>() + gaps).saturating_sub(total);
    let is_rest = |at: &usize| matches!(columns[*at].room, Room::Rest(_));
    let is_part = |at: &usize| matches!(columns[*at].room, Room::Part(..));
    let all = 0..columns.len();
    let order: Vec<usize> = all.clone().filter(is_rest).chain(all.rev().filter(is_part)).collect();
    for floor in [12, 8, 6] {
        for at in &order {
            let cut = surplus.min(widths[*at].saturating_sub(floor));
            widths[*at] -= cut;
            surplus -= cut;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Text;

    const fn head(text: &'static str) -> Text {
        Text { ja: text, en: text }
    }

    /// The columns of `list`, as wide as its words in Japanese are.
    #[test]
    fn a_line_fits_a_narrow_terminal() {
        let columns = [
            TableColumn::new(head("level")),
            TableColumn::new(head("ends on")),
            TableColumn::number(head("days")),
            TableColumn::new(head("root")),
            TableColumn::new(head("verdict")),
            TableColumn::part(head("holder"), 4, 8),
            TableColumn::part(head("name"), 4, 8),
            TableColumn::part(head("findings"), 5, 12),
            TableColumn::path(head("place")),
        ];
        let cells = ["エラー", "2026-11-23", "-4116", "2019", "信頼できない"];
        let long = ["訪問介護ひまわり", "9990000001 訪問介護", "expired key-shared", "大阪府/旧証明書/2014.p12"];
        let line: Vec<String> = cells.iter().chain(&long).map(ToString::to_string).collect();
        for total in [80, 100, 120, 200] {
            let mut out = Vec::new();
            let style = Style { width: total, colour: false };
            write_columns(&mut out, &columns, &[(None, line.clone())], style, Lang::En).unwrap();
            let text = String::from_utf8(out).unwrap();
            assert!(text.lines().all(|line| width(line) <= total), "{total}: {text}");
            // Names are the last to be cut, and keep both ends.
            assert!(text.contains("訪") && text.contains("わり"), "{text}");
        }
    }
}
