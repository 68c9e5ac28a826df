//! Numbers as their cells show them, where the format has the leading zeros: 0000000000, "K-"000.

use std::collections::HashMap;

/// The formats of cells, by row and column from 0, that show more than the digits of a number.
pub(super) type ShownDigits = HashMap<(u32, u32), DigitFormat>;

/// A format of nothing but digits and fixed characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DigitFormat(Vec<FormatPart>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FormatPart {
    /// A digit, 0 where the number has none.
    Zero,
    /// A digit, nothing where the number has none.
    Digit,
    Fixed(char),
}

impl DigitFormat {
    /// The format of this code, if it shows whole numbers with leading zeros or fixed characters and
    /// nothing else: no fraction, no thousands, no date.
    pub(super) fn of(code: &str) -> Option<DigitFormat> {
        // What is behind the first semicolon is for negative numbers, zero and text.
        let mut parts = Vec::new();
        let mut chars = code.chars();
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '0' => parts.push(FormatPart::Zero),
                '#' => parts.push(FormatPart::Digit),
                '-' | '(' | ')' | ' ' | '/' => parts.push(FormatPart::Fixed(c)),
                '\\' => parts.push(FormatPart::Fixed(chars.next()?)),
                // As wide as the next character, and filled with it.
                '_' | '*' => drop(chars.next()?),
                '"' => parts.extend(chars.by_ref().take_while(|c| *c != '"').map(FormatPart::Fixed)),
                _ => return None,
            }
        }
        let zeros = parts.iter().filter(|part| **part == FormatPart::Zero).count();
        let is_fixed = |part: &FormatPart| matches!(part, FormatPart::Fixed(c) if *c != ' ');
        (zeros > 1 || (zeros == 1 && parts.iter().any(is_fixed))).then_some(DigitFormat(parts))
    }

    /// What is shown of a number; none where it is not whole, or below zero.
    pub(super) fn shown(&self, number: f64) -> Option<String> {
        // Beyond 15 digits a spreadsheet's numbers are not exact.
        if !(0.0..1e15).contains(&number) || number.fract() != 0.0 {
            return None;
        }
        let digits = number.to_string();
        let mut digits: Vec<char> = if number == 0.0 { Vec::new() } else { digits.chars().collect() };
        let first = self.0.iter().position(|part| !matches!(part, FormatPart::Fixed(_)));
        let mut out = Vec::new();
        for (at, part) in self.0.iter().enumerate().rev() {
            match part {
                FormatPart::Fixed(c) => out.push(*c),
                FormatPart::Zero => out.push(digits.pop().unwrap_or('0')),
                FormatPart::Digit => out.extend(digits.pop()),
            }
            // The first place takes all the digits that are left.
            if Some(at) == first {
                out.extend(std::mem::take(&mut digits).into_iter().rev());
            }
        }
        let text: String = out.into_iter().rev().collect();
        Some(text.trim().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::DigitFormat;

    #[test]
    fn zeros_and_fixed_characters_are_shown() {
        for (code, number, expected) in [
            ("0000000000", 125_000_002.0, "0125000002"),
            ("0000", 12.0, "0012"),
            ("0000", 12345.0, "12345"),
            ("000-0000", 600_001.0, "060-0001"),
            ("00-0000-0000", 312_345_678.0, "03-1234-5678"),
            ("\"K-\"000", 7.0, "K-007"),
            ("\\T000_ ", 7.0, "T007"),
            ("000;-000;;@", 0.0, "000"),
            ("0000\"年\"00\"月\"00\"日\"", 20_270_331.0, "2027年03月31日"),
        ] {
            assert_eq!(DigitFormat::of(code).unwrap().shown(number).as_deref(), Some(expected), "{code}");
        }
        assert_eq!(DigitFormat::of("0000").unwrap().shown(1.5), None);
        assert_eq!(DigitFormat::of("0000").unwrap().shown(-1.0), None);
    }

    #[test]
    fn formats_that_show_no_more_than_the_number_are_none() {
        for code in ["General", "0", "0_ ", "#,##0", "0.00", "yyyy/m/d", "@", "0%", "0.0E+00", "[$-411]ggge", "#", ""] {
            assert_eq!(DigitFormat::of(code), None, "{code}");
        }
    }
}
