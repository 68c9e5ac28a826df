//! Which rows of a list are holders' and which are not: sums, notes, legends, headings, further
//! headers. What is passed over is listed, never silently dropped.

use std::collections::{BTreeMap, BTreeSet};

use super::RegisterColumn;
use super::fold::{is_placeholder, key, shown};
use super::grid::{Grid, GridCell, GridRow};
use super::mapping::{HeaderMeanings, MappingProposal, further_block};

/// A row that is no holder's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedRow {
    /// The sheet, where several are read.
    pub sheet: Option<String>,
    /// The row, from 1.
    pub row: u32,
    /// What stands in it, safe to print.
    pub text: String,
}

/// Rows under one row of headers.
pub(super) struct ListBlock<'a> {
    pub(super) columns: BTreeMap<RegisterColumn, u32>,
    pub(super) rows: Vec<&'a GridRow>,
    /// Cells of the row of headers, where the list is a text.
    pub(super) width: Option<u32>,
    /// Whether a row with fewer cells than headers is cut off: all others have them all.
    pub(super) is_full: bool,
}

/// The holders' rows of a list, block by block, and the others. A list for printing repeats its
/// headers on each page, and may have agents below providers with headers of their own.
pub(super) fn holder_rows<'a>(
    grid: &'a Grid,
    proposal: &MappingProposal,
    sheet: Option<&str>,
) -> (Vec<ListBlock<'a>>, Vec<PassedRow>) {
    let names = HeaderMeanings::new(&proposal.mapping);
    let width = |number| grid.row(number).and_then(GridRow::width);
    let first = ListBlock {
        columns: proposal.columns.clone(),
        rows: Vec::new(),
        width: width(proposal.header_row),
        is_full: false,
    };
    let mut blocks = vec![first];
    for row in grid.rows().iter().filter(|row| row.number() > proposal.header_row) {
        match further_block(&names, row) {
            Some(columns) => {
                blocks.push(ListBlock { columns, rows: Vec::new(), width: row.width(), is_full: false });
            }
            None => blocks.last_mut().into_iter().for_each(|block| block.rows.push(row)),
        }
    }
    let mut passed = Vec::new();
    for block in &mut blocks {
        let rows = std::mem::take(&mut block.rows);
        let (rows, others) = RowShapes::of(&block.columns, &rows).split(rows);
        passed.extend(others.into_iter().map(|row| PassedRow {
            sheet: sheet.map(ToString::to_string),
            row: row.number(),
            text: text_of(row),
        }));
        block.rows = rows;
        block.is_full = block.width.is_some_and(|width| {
            let short = block.rows.iter().filter(|row| row.width().is_some_and(|own| own < width)).count();
            // Programs that leave out empty cells at the end do so in many rows.
            short > 0 && (short == 1 || short * 4 < block.rows.len()) && short < block.rows.len()
        });
    }
    (blocks, passed)
}

/// All that stands in a row.
fn text_of(row: &GridRow) -> String {
    let texts: Vec<String> = row.cells().map(|(_, cell)| cell.text().trim().to_string()).collect();
    shown(&texts.join(" "))
}

/// Words that begin a row of sums.
const SUMS: [&str; 16] = [
    "合計",
    "総合計",
    "総計",
    "小計",
    "累計",
    "集計",
    "総数",
    "件数",
    "平均",
    "うち",
    "内訳",
    "total",
    "subtotal",
    "grandtotal",
    "average",
    "count",
];
/// Words that begin a note, a legend, or a line that says who made the list and when.
const NOTES: [&str; 24] = [
    "凡例",
    "更新日",
    "最終更新",
    "作成日",
    "作成者",
    "作成年月日",
    "印刷日",
    "印刷",
    "出力日",
    "出力",
    "以上",
    "以下余白",
    "以下空白",
    "備考",
    "注意",
    "注記",
    "記入例",
    "記載例",
    "担当",
    "問合せ",
    "問い合わせ",
    "legend",
    "updated",
    "printed",
];
/// Words that are one of these only alone: 計画相談支援センター is a name.
const ALONE: [&str; 6] = ["計", "注", "注)", "例", "sum", "note"];
/// Signs before a note.
const NOTE_SIGNS: [char; 5] = ['※', '*', '＊', '★', '☆'];
/// Signs around a word.
const FRAMES: &[char] = &[
    '【', '】', '《', '》', '〈', '〉', '[', ']', '(', ')', '<', '>', '「', '」', '■', '□', '◆', '◇', '●', '○', '◎',
    '・', '▼', '▽',
];

/// What rows of holders look like in a list.
struct RowShapes<'b> {
    columns: &'b BTreeMap<RegisterColumn, u32>,
    /// The columns of the sheet that have one of ours; the provider number that serves as ID once.
    places: BTreeSet<u32>,
    /// Cells with a value that a usual row has.
    usual: usize,
    /// The shapes of the IDs of full rows.
    ids: BTreeSet<String>,
}

impl<'b> RowShapes<'b> {
    fn of(columns: &'b BTreeMap<RegisterColumn, u32>, rows: &[&GridRow]) -> RowShapes<'b> {
        let mut shapes =
            RowShapes { columns, places: columns.values().copied().collect(), usual: 0, ids: BTreeSet::new() };
        let mut filled: Vec<usize> = rows.iter().map(|row| shapes.filled(row)).filter(|n| *n > 0).collect();
        filled.sort_unstable();
        // Of a short list the notes below may be the most.
        shapes.usual = filled.get(filled.len() * 3 / 4).copied().unwrap_or(0);
        for row in rows {
            let id = shapes.cell(row, RegisterColumn::HolderId);
            if !is_nothing(id) && shapes.is_full(row) && !shapes.is_sum_or_note(row) {
                shapes.ids.insert(shape(&id.text()));
            }
        }
        shapes
    }

    /// The holders' rows and the others; rows without a value under any header are neither.
    fn split<'a>(&self, rows: Vec<&'a GridRow>) -> (Vec<&'a GridRow>, Vec<&'a GridRow>) {
        let (mut holders, mut passed): (Vec<&GridRow>, Vec<&GridRow>) = (Vec::new(), Vec::new());
        // The last row, whether a holder's, and whether it was passed over.
        let mut last = (0, false);
        for row in rows {
            let is_behind_gap = last.0 > 0 && (row.number() > last.0 + 1 || last.1);
            let filled = self.filled(row);
            if filled == 0 {
                // Numbered in advance, or a note beside the list: the next row is behind a gap.
                last = (row.number(), true);
                continue;
            }
            let is_passed = self.is_sum_or_note(row) || self.is_unlike(row, filled, is_behind_gap);
            last = (row.number(), is_passed);
            if is_passed { passed.push(row) } else { holders.push(row) }
        }
        (holders, passed)
    }

    fn cell<'a>(&self, row: &'a GridRow, column: RegisterColumn) -> &'a GridCell {
        self.columns.get(&column).map_or(&GridCell::Empty, |at| row.cell(*at))
    }

    /// How many of our columns have a value.
    fn filled(&self, row: &GridRow) -> usize {
        self.places.iter().filter(|at| !is_nothing(row.cell(**at))).count()
    }

    /// Whether there are an ID, a name in words and most of the other values, or a provider number.
    fn is_full(&self, row: &GridRow) -> bool {
        let has_number = is_provider_number(self.cell(row, RegisterColumn::ProviderNumber));
        has_number || (self.is_named(row) && self.usual > 2 && self.filled(row) * 2 > self.usual)
    }

    /// Whether the row has an ID and a name in words.
    fn is_named(&self, row: &GridRow) -> bool {
        !is_nothing(self.cell(row, RegisterColumn::HolderId)) && !self.has_no_name(row)
    }

    /// Whether the first words of the row are those of sums and notes, and the rest is not a holder's.
    fn is_sum_or_note(&self, row: &GridRow) -> bool {
        let identity = [RegisterColumn::HolderId, RegisterColumn::Name, RegisterColumn::ProviderNumber];
        let own = identity.into_iter().map(|column| self.cell(row, column)).find(|cell| !is_nothing(cell));
        let first = own.or_else(|| row.cells().map(|(_, cell)| cell).find(|cell| !is_nothing(cell)));
        let Some(GridCell::Text(first)) = first else { return false };
        let folded = key(first);
        if folded.starts_with(NOTE_SIGNS) {
            return !self.is_full(row);
        }
        let word = folded.trim_matches(FRAMES);
        let ends = |c: char| c.is_ascii_digit() || FRAMES.contains(&c) || matches!(c, ':' | '=' | '、' | '。' | ',');
        let label = word.split(ends).next().unwrap_or_default();
        let is_word = SUMS.iter().chain(&NOTES).any(|known| word.starts_with(known)) || ALONE.contains(&label);
        let is_whole = SUMS.iter().chain(&NOTES).chain(&ALONE).any(|known| *known == label);
        match is_whole {
            // 担当,岳 樹 has a name and is none: with the word as ID all else must be there.
            true => !(self.is_full(row) && self.filled(row) >= self.usual),
            false => {
                is_word && !self.is_full(row) && (self.usual > 2 || self.filled(row) == 1 || self.has_no_name(row))
            }
        }
    }

    fn has_no_name(&self, row: &GridRow) -> bool {
        match self.cell(row, RegisterColumn::Name) {
            GridCell::Text(text) => is_value(text),
            _ => true,
        }
    }

    /// Whether the row is unlike those of holders: numbers alone; a single word; behind an empty row,
    /// sparse and with another kind of ID.
    fn is_unlike(&self, row: &GridRow, filled: usize, is_behind_gap: bool) -> bool {
        if self.usual <= 2 || self.is_full(row) {
            return false;
        }
        let id = self.cell(row, RegisterColumn::HolderId);
        let is_like = !is_nothing(id) && self.ids.contains(&shape(&id.text()));
        let is_ditto = super::fold::is_ditto(&id.text());
        if is_like || is_ditto {
            return false;
        }
        let is_number = |cell: &GridCell| match cell {
            GridCell::Number(_) | GridCell::Day(_) => true,
            GridCell::Text(text) => is_value(text),
            _ => false,
        };
        let has_identity = !is_nothing(id) || !is_nothing(self.cell(row, RegisterColumn::Name));
        let is_numbers = !has_identity && row.cells().all(|(_, cell)| cell.is_blank() || is_number(cell));
        let is_word = filled == 1 && matches!(self.first(row), Some(GridCell::Text(text)) if !is_value(text));
        is_numbers || is_word || (is_behind_gap && filled * 2 <= self.usual)
    }

    fn first<'a>(&self, row: &'a GridRow) -> Option<&'a GridCell> {
        row.cells().filter(|(at, _)| self.columns.values().any(|own| own == at)).map(|(_, cell)| cell).next()
    }
}

/// Whether a cell says nothing, by being empty or by what stands for that.
pub(super) fn is_nothing(cell: &GridCell) -> bool {
    match cell {
        GridCell::Empty => true,
        GridCell::Text(text) => text.trim().is_empty() || is_placeholder(text),
        // The result of a formula that refers to an empty cell.
        GridCell::Number(number) => *number == 0.0,
        _ => false,
    }
}

fn is_provider_number(cell: &GridCell) -> bool {
    let text: String = key(&cell.text());
    text.len() == super::value::PROVIDER_NUMBER && text.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a text is a number, a day or an amount (3, 3件, R8.11.9), and no name.
fn is_value(text: &str) -> bool {
    let key = key(text);
    let key = key.trim_end_matches(['件', '名', '人', '所', '社', '円', '枚', '日', ')']);
    let is_sign = |c: char| c.is_ascii_digit() || matches!(c, ',' | '/' | ':' | '年' | '月' | '日' | '%' | '(');
    !key.is_empty() && (key.chars().all(is_sign) || super::day::parse(text).is_ok())
}

/// The shape of an ID: digits, letters and other characters by their runs. K-01 is A-0.
fn shape(id: &str) -> String {
    let mut out = String::new();
    for c in super::fold::plain(id.trim()).chars() {
        let class = match c {
            _ if c.is_ascii_digit() => '0',
            _ if c.is_ascii_alphabetic() => 'A',
            _ if c.is_alphabetic() => 'あ',
            other => other,
        };
        if !out.ends_with(class) {
            out.push(class);
        }
    }
    out
}
