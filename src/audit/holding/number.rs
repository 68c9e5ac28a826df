//! Provider numbers in the texts that certificates come with.

use crate::register::plain;

/// The digits of a provider number.
const DIGITS: usize = 10;

/// The provider numbers in a text: ten digits that are no part of a longer run of letters and
/// digits. Width does not matter.
// A longer run is another number, a fingerprint or a user ID, in which ten digits may look like a
// provider number by accident.
pub fn numbers_in(text: &str) -> Vec<String> {
    let folded = if text.is_ascii() { None } else { Some(plain(text)) };
    let runs = folded.as_deref().unwrap_or(text).split(|c: char| !c.is_ascii_alphanumeric());
    let mut numbers: Vec<String> = Vec::new();
    for run in runs.filter(|run| run.len() == DIGITS && run.bytes().all(|b| b.is_ascii_digit())) {
        if !numbers.iter().any(|known| known == run) {
            numbers.push(run.to_string());
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::numbers_in;

    #[test]
    fn ten_digits_count_where_nothing_alike_touches_them() {
        for (text, expected) in [
            ("C=JP, O=Office, CN=1310000001 Sakura", &["1310000001"][..]),
            ("CN=１３１０００００01さくら苑", &["1310000001"]),
            ("1310000001_1310000002/1310000001.p12", &["1310000001", "1310000002"]),
            ("CN=13100000012", &[]),
            ("CN=KJ131310000001", &[]),
            ("a1310000001", &[]),
            ("131-0000-001", &[]),
            ("", &[]),
        ] {
            assert_eq!(numbers_in(text), expected, "{text}");
        }
    }
}
