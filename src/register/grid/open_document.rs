//! The size of an OpenDocument's tables, measured before calamine makes room for them: a cell of a
//! few bytes may be repeated a million times.

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
    use super::measure;

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
}
