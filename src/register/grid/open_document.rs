//! What calamine does not say of an OpenDocument's tables: their size, measured before it makes room
//! for them, since a cell of a few bytes may be repeated a million times; and how cells show numbers.

use std::collections::BTreeMap;

use super::GridError;

/// Cells in the rectangles of all tables together, empty ones included: as in an XLS.
const MOST_AREA: u64 = 1 << 24;

/// Refuses the content of an OpenDocument whose tables are larger than any register.
pub(super) fn measure(content: &[u8]) -> Result<(), GridError> {
    let (mut rows, mut width, mut repeated) = (0u64, 0u64, 1u64);
    let (mut cells, mut widest) = (0u64, 0u64);
    let mut empty_rows = 0u64;
    for tag in tags(content) {
        let (name, attributes) = tag.split_at(tag.iter().position(|b| b.is_ascii_whitespace()).unwrap_or(tag.len()));
        match name.strip_suffix(b"/").unwrap_or(name) {
            b"table:table" => (rows, widest, empty_rows) = (0, 0, 0),
            b"table:table-row" => (cells, width, repeated) = (0, 0, number(attributes, b"number-rows-repeated")),
            b"table:table-cell" | b"table:covered-table-cell" => {
                cells = cells.saturating_add(number(attributes, b"number-columns-repeated"));
                let has = |word: &[u8]| attributes.windows(word.len()).any(|at| at == word);
                if has(b"value-type") || has(b"table:formula") {
                    width = cells;
                }
            }
            b"/table:table-row" if width == 0 => empty_rows = empty_rows.saturating_add(repeated),
            b"/table:table-row" => {
                // Empty rows count once there is a row behind them.
                rows = rows.saturating_add(std::mem::take(&mut empty_rows)).saturating_add(repeated);
                widest = widest.max(width);
                if rows.saturating_mul(widest) > MOST_AREA {
                    let (row, column) = (u32::try_from(rows).unwrap_or(u32::MAX), u32::try_from(widest - 1));
                    return Err(GridError::Cells { row, column: column.unwrap_or(u32::MAX) });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Numbers that their cells show with more than their digits: 12 as `0012`.
#[derive(Debug, Default)]
pub(super) struct ShownTexts(BTreeMap<u32, RepeatedRow>);

/// The shown texts of a row and of those that repeat it, by the first column; each with the last
/// column that repeats it.
#[derive(Debug)]
struct RepeatedRow {
    last: u32,
    texts: BTreeMap<u32, (u32, String)>,
}

impl ShownTexts {
    /// What a cell shows of its number, where that is more than the digits.
    pub(super) fn of(&self, row: u32, column: u32, number: f64) -> Option<&str> {
        let (_, of_row) = self.0.range(..=row).next_back().filter(|(_, one)| row <= one.last)?;
        let (_, (_, text)) = of_row.texts.range(..=column).next_back().filter(|(_, (last, _))| column <= *last)?;
        is_shown_of(text, number).then_some(text)
    }
}

/// Whether a text shows a whole number with leading zeros or fixed characters, and nothing else: no
/// thousands, no fraction.
fn is_shown_of(text: &str, number: f64) -> bool {
    // Beyond 15 digits a spreadsheet's numbers are not exact.
    if !(0.0..1e15).contains(&number) || number.fract() != 0.0 || text.contains([',', '.']) {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let own = number.to_string();
    text != own && !digits.is_empty() && digits.trim_start_matches('0') == own.trim_start_matches('0')
}

/// The numbers of the table of this name that are shown with more than their digits. The document
/// itself says what each cell shows, whatever its format is called.
pub(super) fn shown_digits(content: &[u8], table: &str) -> ShownTexts {
    let mut shown = ShownTexts::default();
    let (mut is_inside, mut row, mut repeated, mut column) = (false, 0u32, 0u32, 0u32);
    let (mut texts, mut notes) = (BTreeMap::new(), 0usize);
    // The columns of the number that is read, and its paragraphs.
    let mut cell: Option<(u32, u32, Vec<String>)> = None;
    let count = |attributes: &[u8], name: &[u8]| u32::try_from(number(attributes, name)).unwrap_or(u32::MAX);
    for part in content.split(|b| *b == b'<') {
        let Some(end) = part.iter().position(|b| *b == b'>') else { continue };
        let (tag, text) = (&part[..end], &part[end + 1..]);
        let (name, attributes) = tag.split_at(tag.iter().position(|b| b.is_ascii_whitespace()).unwrap_or(tag.len()));
        let is_empty = tag.ends_with(b"/");
        match name.strip_suffix(b"/").unwrap_or(name) {
            b"table:table" => (is_inside, row) = (attribute(attributes, "table:name").as_deref() == Some(table), 0),
            // Of two tables of one name, calamine reads the first.
            b"/table:table" if is_inside => return shown,
            _ if !is_inside => {}
            b"table:table-row" => {
                (repeated, column, texts) = (count(attributes, b"number-rows-repeated"), 0, BTreeMap::new());
                if is_empty {
                    row = row.saturating_add(repeated);
                }
            }
            b"/table:table-row" => {
                let next = row.saturating_add(repeated);
                if !texts.is_empty() {
                    shown
                        .0
                        .insert(row, RepeatedRow { last: next.saturating_sub(1), texts: std::mem::take(&mut texts) });
                }
                row = next;
            }
            b"table:table-cell" | b"table:covered-table-cell" => {
                let next = column.saturating_add(count(attributes, b"number-columns-repeated"));
                let is_number = attribute(attributes, "office:value-type").as_deref() == Some("float");
                cell = (is_number && !is_empty).then(|| (column, next.saturating_sub(1), Vec::new()));
                column = next;
            }
            b"/table:table-cell" | b"/table:covered-table-cell" => {
                if let Some((first, last, mut paragraphs)) = cell.take()
                    && let (1, Some(text)) = (paragraphs.len(), paragraphs.pop())
                {
                    texts.insert(first, (last, text));
                }
            }
            // What somebody remarked on a cell has paragraphs too.
            b"office:annotation" if !is_empty => notes += 1,
            b"/office:annotation" => notes = notes.saturating_sub(1),
            b"text:p" if notes == 0 => {
                cell.iter_mut()
                    .for_each(|(.., paragraphs)| paragraphs.push(String::from_utf8_lossy(text).into_owned()));
            }
            // Parts of a paragraph in a form of their own.
            b"text:span" | b"/text:span" if notes == 0 => {
                let last = cell.as_mut().and_then(|(.., paragraphs)| paragraphs.last_mut());
                last.into_iter().for_each(|last| last.push_str(&String::from_utf8_lossy(text)));
            }
            _ => {}
        }
    }
    shown
}

/// An attribute's text.
fn attribute(attributes: &[u8], name: &str) -> Option<String> {
    let attributes = String::from_utf8_lossy(attributes);
    let (_, rest) = attributes.split_once(&format!(" {name}="))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let text = rest[1..].split(quote).next()?;
    let plain = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Some(plain.iter().fold(text.to_string(), |text, (entity, plain)| text.replace(entity, plain)))
}

/// What stands between `<` and `>`.
fn tags(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    content.split(|b| *b == b'<').filter_map(|part| part.split(|b| *b == b'>').next())
}

/// The number of an attribute; 1 where there is none.
fn number(attributes: &[u8], name: &[u8]) -> u64 {
    let Some(at) = attributes.windows(name.len()).position(|at| at == name) else { return 1 };
    let rest = attributes.get(at + name.len()..).unwrap_or_default();
    let digits: Vec<u8> = rest.iter().copied().skip_while(|b| matches!(b, b'=' | b'"' | b'\'' | b' ')).collect();
    let digits: String = digits.iter().take_while(|b| b.is_ascii_digit()).map(|b| char::from(*b)).collect();
    digits.parse().unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{is_shown_of, measure, shown_digits};

    fn table(rows: &str) -> Vec<u8> {
        format!("<office:x><table:table table:name=\"a\">{rows}</table:table></office:x>").into_bytes()
    }

    #[test]
    fn repeated_cells_count_as_often_as_they_are_repeated() {
        let cell = "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
        let empty = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        let row = |repeated: &str, cells: &str| format!("<table:table-row{repeated}>{cells}</table:table-row>");
        let many = " table:number-rows-repeated=\"1048576\"";
        // What is empty to the end of the sheet is no size.
        assert!(measure(&table(&(row("", &format!("{cell}{empty}")) + &row(many, empty)))).is_ok());
        assert!(measure(&table(&row(many, &cell.repeat(20)))).is_err());
        assert!(measure(&table(&(row("", cell) + &row(many, empty) + &row("", &format!("{empty}{cell}"))))).is_err());
        let wide = cell.replace("office:", "table:number-columns-repeated=\"99999999999\" office:");
        assert!(measure(&table(&row("", &wide))).is_err());
    }

    #[test]
    fn numbers_are_shown_as_their_cells_show_them() {
        let number = |value: &str, shown: &str, more: &str| {
            format!(
                "<table:table-cell office:value-type=\"float\" office:value=\"{value}\"{more}>{shown}</table:table-cell>"
            )
        };
        let text = "<table:table-cell office:value-type=\"string\"><text:p>0001</text:p></table:table-cell>";
        let noted = "<office:annotation><text:p>0099</text:p></office:annotation><text:p>0005</text:p>";
        let rows = [
            format!("<table:table-row>{text}{}</table:table-row>", number("1", "<text:p>0001</text:p>", "")),
            "<table:table-row table:number-rows-repeated=\"3\"/>".into(),
            format!(
                "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell table:number-columns-repeated=\"4\"/>{}</table:table-row>",
                number("7", "<text:p>00<text:span>07</text:span></text:p>", " table:number-columns-repeated=\"2\"")
            ),
            format!("<table:table-row>{}</table:table-row>", number("5", noted, "")),
            format!(
                "<table:table-row>{}</table:table-row>",
                number("5", "<text:p>0005</text:p><text:p>x</text:p>", "")
            ),
        ];
        let document = table(&rows.concat());
        let shown = shown_digits(&document, "a");
        let at = |row, column, number| shown.of(row, column, number).map(str::to_string);
        assert_eq!(at(0, 1, 1.0).as_deref(), Some("0001"));
        for (row, column) in [(4, 4), (4, 5), (5, 4), (5, 5)] {
            assert_eq!(at(row, column, 7.0).as_deref(), Some("0007"), "{row} {column}");
        }
        assert_eq!(at(6, 0, 5.0).as_deref(), Some("0005"), "not what is remarked");
        for (row, column) in [(0, 0), (3, 4), (6, 1), (7, 0), (5, 6), (4, 3)] {
            assert_eq!(at(row, column, 7.0).or(at(row, column, 5.0)), None, "{row} {column}");
        }
        assert_eq!(shown_digits(&document, "b").of(0, 1, 1.0), None);
    }

    #[test]
    fn thousands_fractions_and_plain_numbers_are_no_more_than_the_number() {
        for (text, number) in [("0125000002", 125_000_002.0), ("060-0001", 600_001.0), ("K-007", 7.0), ("0000", 0.0)] {
            assert!(is_shown_of(text, number), "{text}");
        }
        for (text, number) in [
            ("1,234", 1234.0),
            ("12", 12.0),
            ("12.00", 12.0),
            ("12.5", 12.5),
            ("-0012", -12.0),
            ("", 0.0),
            ("###", 5.0),
        ] {
            assert!(!is_shown_of(text, number), "{text}");
        }
    }
}
