//! Text with separators: UTF-8 and UTF-16 with or without a byte-order mark, CP932, EUC-JP,
//! ISO-2022-JP.
//!
//! Neither encoding nor separator is written in the file. Where several are possible, the first with
//! which the headers are found is meant.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::build::GridBuilder;
use super::{Grid, GridError, GridFile, TextForm};

/// Possible separators; of two that occur equally often, the first.
const SEPARATORS: [char; 4] = [',', '\t', ';', '|'];
/// Characters that are examined to find the separator.
const LOOKED_AT: usize = 1 << 16;

pub(super) fn read(bytes: &[u8], separator: Option<char>, fits: &dyn Fn(&Grid) -> bool) -> Result<GridFile, GridError> {
    let mut first = None;
    for (encoding, text) in decoded(bytes)? {
        let text = cleaned(&text)?;
        for separator in separator.map_or_else(|| separators(&text), |given| vec![given]) {
            let grid = table(&text, TextForm { encoding, separator });
            if grid.as_ref().is_ok_and(fits) {
                return grid.map(one);
            }
            first.get_or_insert(grid);
        }
    }
    first.unwrap_or(Err(GridError::Empty)).map(one)
}

fn one(grid: Grid) -> GridFile {
    GridFile { grids: vec![grid], others: Vec::new() }
}

/// Text with LF as line end, if it can be a table.
fn cleaned(text: &str) -> Result<Cow<'_, str>, GridError> {
    // CP/M and DOS programs end a text with 0x1A, and fill the rest of its block.
    let text = text.trim_end_matches(['\u{1a}', '\0']);
    let head = text.trim_start();
    if head.is_empty() {
        return Err(GridError::Empty);
    }
    // HTML pages and XML that are named .xls, as web systems export them.
    if head.starts_with('<') {
        return Err(GridError::OtherFormat);
    }
    if text.contains('\0') {
        return Err(GridError::NotATable);
    }
    Ok(match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    })
}

/// The text in each encoding that it can have, the likeliest first, without its byte-order mark.
fn decoded(bytes: &[u8]) -> Result<Vec<(&'static str, Cow<'_, str>)>, GridError> {
    let (encodings, body): (&[&'static Encoding], &[u8]) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (&[UTF_8], rest),
        [0xff, 0xfe, rest @ ..] => (&[UTF_16LE], rest),
        [0xfe, 0xff, rest @ ..] => (&[UTF_16BE], rest),
        // Its escape sequences before and after Japanese; everything else is ASCII.
        _ if bytes.is_ascii() && bytes.windows(2).any(|pair| matches!(pair, b"\x1b$" | b"\x1b(")) => {
            (&[ISO_2022_JP], bytes)
        }
        _ if is_utf_16(bytes, UTF_16LE) => (&[UTF_16LE], bytes),
        _ if is_utf_16(bytes, UTF_16BE) => (&[UTF_16BE], bytes),
        _ if std::str::from_utf8(bytes).is_ok() => (&[UTF_8], bytes),
        _ => (&[SHIFT_JIS, EUC_JP], bytes),
    };
    let decode = |encoding: &&'static Encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(body)?;
        Some((encoding_name(encoding), text))
    };
    let texts: Vec<(&'static str, Cow<str>)> = encodings.iter().filter_map(decode).collect();
    let [encoding, ..] = encodings else { return Ok(texts) };
    match texts.is_empty() {
        false => Ok(texts),
        true if body.contains(&0) && *encoding == SHIFT_JIS => Err(GridError::NotATable),
        true => Err(GridError::Encoding { line: first_bad_line(encoding, body) }),
    }
}

/// Whether bytes are text in UTF-16 of this byte order: with separators or line ends in it, which
/// have a zero byte as no other encoding does, and nothing that no text has.
fn is_utf_16(bytes: &[u8], encoding: &'static Encoding) -> bool {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{1a}');
    let text = || encoding.decode_without_bom_handling_and_without_replacement(bytes);
    bytes.contains(&0)
        && text().is_some_and(|text| text.contains(['\n', '\r', ',', '\t', ';']) && !text.contains(is_odd))
}

/// What people call an encoding.
fn encoding_name(encoding: &'static Encoding) -> &'static str {
    match encoding {
        _ if encoding == SHIFT_JIS => "Shift_JIS (CP932)",
        other => other.name(),
    }
}

/// The first line, from 1, that cannot be decoded. LF is no part of another character in UTF-8 and
/// CP932; in UTF-16 the line cannot be determined.
fn first_bad_line(encoding: &'static Encoding, bytes: &[u8]) -> Option<usize> {
    let lines = (encoding == UTF_8 || encoding == SHIFT_JIS).then(|| bytes.split(|b| *b == b'\n'))?;
    let is_bad = |line: &[u8]| encoding.decode_without_bom_handling_and_without_replacement(line).is_none();
    lines.map(is_bad).position(|bad| bad).map(|at| at + 1)
}

/// Text with LF as line end.
fn table(text: &str, form: TextForm) -> Result<Grid, GridError> {
    let separator = u8::try_from(form.separator).unwrap_or(b',');
    if let Some(line) = open_quote(text, separator) {
        return Err(GridError::Quote { line });
    }
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(text.as_bytes());
    let mut builder = GridBuilder::default();
    let mut record = StringRecord::new();
    let mut row: u32 = 0;
    loop {
        let begin = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        if !reader.read_record(&mut record).map_err(|_| GridError::NotATable)? {
            return builder.finish_text(form);
        }
        // The reader skips empty lines, but spreadsheets number them.
        let empty = text.as_bytes().get(begin..).unwrap_or_default().iter().take_while(|b| **b == b'\n').count();
        row = row.saturating_add(u32::try_from(empty).unwrap_or(u32::MAX));
        for (column, cell) in (0..).zip(record.iter()) {
            builder.put_text(row, column, as_text(cell))?;
        }
        builder.row_has(row, u32::try_from(record.len()).unwrap_or(u32::MAX));
        row = row.saturating_add(1);
    }
}

/// What a spreadsheet shows of `="0031"`, which programs write so that it leaves the zeros alone.
fn as_text(cell: &str) -> &str {
    cell.trim()
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|text| !text.contains('"'))
        .unwrap_or(cell)
}

/// The line in which a quote is opened that is not closed where its cell ends.
fn open_quote(text: &str, separator: u8) -> Option<usize> {
    let ends = |b: u8| b == separator || b == b'\n';
    let (mut line, mut opened) = (1, None);
    let (mut begins, mut closed) = (true, false);
    for b in text.bytes() {
        match opened {
            None if b == b'"' && begins => (opened, closed) = (Some(line), false),
            None => {}
            // A second quote after one within a cell stands for a quote.
            Some(_) if b == b'"' => closed = !closed,
            Some(_) if closed && ends(b) => opened = None,
            Some(_) if closed && !b.is_ascii_whitespace() => return opened,
            Some(_) => {}
        }
        begins = opened.is_none() && ends(b);
        line += usize::from(b == b'\n');
    }
    opened.filter(|_| !closed)
}

/// The separators that occur outside quotes, the most frequent first; a comma where none does.
fn separators(text: &str) -> Vec<char> {
    let mut counts = SEPARATORS.map(|sign| (0usize, sign));
    let mut quoted = false;
    for b in text.bytes().take(LOOKED_AT) {
        quoted ^= b == b'"';
        if let Some((count, _)) = counts.iter_mut().find(|(_, sign)| u32::from(*sign) == u32::from(b) && !quoted) {
            *count += 1;
        }
    }
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let found: Vec<char> = counts.iter().filter(|(count, _)| *count > 0).map(|(_, sign)| *sign).collect();
    if found.is_empty() { vec![','] } else { found }
}
