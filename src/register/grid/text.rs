//! Text with separators: UTF-8 with or without a byte-order mark, UTF-16 with one, CP932.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::build::GridBuilder;
use super::{Grid, GridError};

/// Possible separators; of two that occur equally often, the first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];
/// Characters that are examined to find the separator.
const LOOKED_AT: usize = 1 << 16;

pub(super) fn read(bytes: &[u8]) -> Result<Grid, GridError> {
    let text = decode(bytes)?;
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
    table(&text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Text of any of the encodings, without its byte-order mark.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, GridError> {
    let (encoding, body) = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => (UTF_8, rest),
        [0xff, 0xfe, rest @ ..] => (UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => (UTF_16BE, rest),
        _ if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        _ => (SHIFT_JIS, bytes),
    };
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) => Ok(text),
        None if body.contains(&0) && encoding == SHIFT_JIS => Err(GridError::NotATable),
        None => Err(GridError::Encoding { line: first_bad_line(encoding, body) }),
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
fn table(text: &str) -> Result<Grid, GridError> {
    let separator = separator(text);
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
            return builder.finish(None, Vec::new());
        }
        // The reader skips empty lines, but spreadsheets number them.
        let empty = text.as_bytes().get(begin..).unwrap_or_default().iter().take_while(|b| **b == b'\n').count();
        row = row.saturating_add(u32::try_from(empty).unwrap_or(u32::MAX));
        for (column, cell) in (0..).zip(record.iter()) {
            builder.put_text(row, column, cell)?;
        }
        row = row.saturating_add(1);
    }
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

/// The separator that occurs most often outside quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [0usize; SEPARATORS.len()];
    let mut quoted = false;
    for b in text.bytes().take(LOOKED_AT) {
        quoted ^= b == b'"';
        if let Some(at) = SEPARATORS.iter().position(|s| *s == b && !quoted) {
            counts[at] += 1;
        }
    }
    let best = counts.iter().max().copied().unwrap_or(0);
    SEPARATORS.iter().zip(counts).find(|(_, count)| *count == best).map_or(b',', |(sign, _)| *sign)
}
