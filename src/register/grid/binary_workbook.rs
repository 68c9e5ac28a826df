//! How the cells of an XLSB show their numbers, which calamine does not say ([MS-XLSB] 2.1.4 and 2.4).

use std::collections::HashMap;

use super::number_format::{DigitFormat, ShownDigits};

const ROW_HEADER: u16 = 0;
/// Cells with one number: a short one, a number, a formula's result.
const NUMBERS: [u16; 3] = [2, 5, 9];
const FORMAT: u16 = 44;
const CELL_FORM: u16 = 47;
const SHEET: u16 = 156;
const CELL_FORMS_BEGIN: u16 = 617;
const CELL_FORMS_END: u16 = 618;

/// The sheets of `workbook.bin`: name, and the id of the relation that leads to the part.
pub(super) fn sheets(workbook: &[u8]) -> Vec<(String, String)> {
    let of_sheet = |data: &[u8]| {
        let (relation, read) = wide_string(data.get(8..)?)?;
        let (name, _) = wide_string(data.get(8 + read..)?)?;
        Some((name, relation))
    };
    records(workbook).filter(|(kind, _)| *kind == SHEET).filter_map(|(_, data)| of_sheet(data)).collect()
}

/// By kind of cell, the formats with leading zeros in `styles.bin`.
pub(super) fn digit_formats(styles: &[u8]) -> Vec<Option<DigitFormat>> {
    let mut codes: HashMap<u16, DigitFormat> = HashMap::new();
    let (mut forms, mut is_inside) = (Vec::new(), false);
    for (kind, data) in records(styles) {
        match kind {
            FORMAT => {
                let code = data.get(2..).and_then(wide_string);
                let format = code.and_then(|(code, _)| DigitFormat::of(&code));
                codes.extend(u16_at(data, 0).zip(format));
            }
            CELL_FORMS_BEGIN | CELL_FORMS_END => is_inside = kind == CELL_FORMS_BEGIN,
            // The forms of named styles have the same records.
            CELL_FORM if is_inside => forms.push(u16_at(data, 2).and_then(|number| codes.get(&number)).cloned()),
            _ => {}
        }
    }
    forms
}

/// The cells of a sheet's part whose format has leading zeros.
pub(super) fn shown_digits(sheet: &[u8], formats: &[Option<DigitFormat>]) -> ShownDigits {
    let (mut shown, mut row) = (ShownDigits::new(), 0);
    for (kind, data) in records(sheet) {
        match kind {
            ROW_HEADER => row = u32_at(data, 0).unwrap_or(row),
            _ if NUMBERS.contains(&kind) => {
                // Three bytes of form, behind four of column.
                let form = u32_at(data, 4).map(|form| (form & 0x00ff_ffff) as usize);
                let format = form.and_then(|form| formats.get(form)).cloned().flatten();
                shown.extend(u32_at(data, 0).zip(format).map(|(column, format)| ((row, column), format)));
            }
            _ => {}
        }
    }
    shown
}

/// The records of a part, up to its end or to one that is cut off.
fn records(part: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = part;
    std::iter::from_fn(move || {
        // Seven bits a byte, the lowest first; the highest bit says that there is one more.
        let mut number = |most: usize| {
            let mut value = 0usize;
            for at in 0..most {
                let (byte, behind) = rest.split_first()?;
                rest = behind;
                value |= usize::from(byte & 0x7f) << (7 * at);
                if byte & 0x80 == 0 {
                    break;
                }
            }
            Some(value)
        };
        let (kind, length) = (number(2)?, number(4)?);
        let data = rest.get(..length)?;
        rest = rest.get(length..)?;
        Some((u16::try_from(kind).ok()?, data))
    })
}

/// A text with its length before it, and how many bytes both take. None where there is no text.
fn wide_string(bytes: &[u8]) -> Option<(String, usize)> {
    let length = usize::try_from(u32_at(bytes, 0)?).ok()?.checked_mul(2)?;
    let text = bytes.get(4..length.checked_add(4)?)?;
    let units = text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Some((char::decode_utf16(units).map(|c| c.unwrap_or('?')).collect(), 4 + length))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::{digit_formats, records, sheets, shown_digits};

    #[test]
    fn what_is_cut_off_or_hostile_ends_the_records() {
        for part in
            [&b""[..], b"\x02", b"\x82", b"\x02\xff\xff\xff\x7f", b"\xff\xff\xff\xff\xff\xff\xff", b"\x9c\x01\x04\0\0"]
        {
            assert_eq!(records(part).count(), 0, "{part:?}");
            assert!(sheets(part).is_empty() && digit_formats(part).is_empty() && shown_digits(part, &[]).is_empty());
        }
        // A name longer than its record.
        let sheet = b"\x9c\x01\x10\0\0\0\0\0\0\0\0\xff\xff\xff\x7f\xff\xff\xff\xff";
        assert_eq!((records(sheet).count(), sheets(sheet).len()), (1, 0));
    }
}
