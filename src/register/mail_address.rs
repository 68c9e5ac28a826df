//! Mail addresses: which are valid, and what of a cell is one.

use std::net::Ipv4Addr;

use super::fold::{line, plain};

/// The most of RFC 5321, section 4.5.3.1.
const MOST_LOCAL: usize = 64;
const MOST_DOMAIN: usize = 253;

/// What stands between the addresses of a contact as they are kept.
pub(super) const BETWEEN: &str = "; ";

/// Whether mail can be written to `text`: one address and nothing else around it.
///
/// Letters outside ASCII are not taken: few servers carry them, and in a register they are slips
/// of the input method. Dots where RFC 5322 has none are, since Japanese carriers gave them out.
///
/// ```
/// use shomei::register::is_address;
/// assert!(is_address("kaigo@example.co.jp") && is_address("a..b.@docomo.ne.jp"));
/// assert!(!is_address("なし") && !is_address("kaigo@example.co.jp, jimu@example.co.jp"));
/// ```
pub fn is_address(text: &str) -> bool {
    spelled_address(text).is_some()
}

/// The address as servers and headers take it: a local part that is no dot-atom is quoted.
pub fn spelled_address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    if !is_domain(domain) || local.is_empty() || local.len() > MOST_LOCAL {
        return None;
    }
    if is_quoted(local) {
        return Some(text.to_string());
    }
    if !local.bytes().all(|b| is_atext(b) || b == b'.') {
        return None;
    }
    let atoms = local.split('.').all(|atom| !atom.is_empty());
    Some(if atoms { text.to_string() } else { format!("\"{local}\"@{domain}") })
}

fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

fn is_quoted(local: &str) -> bool {
    let Some(inside) = local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) else { return false };
    let mut bytes = inside.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'"' => false,
            b'\\' => bytes.next().is_some_and(|b| b.is_ascii_graphic()),
            other => other.is_ascii_graphic(),
        };
        if !fine {
            return false;
        }
    }
    !inside.is_empty()
}

/// A name with a dot in it, or this machine: `tanaka@gmail` is a slip.
fn is_domain(domain: &str) -> bool {
    let labels = || domain.split('.');
    let fine = domain.len() <= MOST_DOMAIN
        && labels().all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        });
    let number = domain.parse::<Ipv4Addr>().is_ok() || labels().next_back().is_some_and(|l| l.parse::<u64>().is_ok());
    fine && !number && (labels().count() > 1 || domain.eq_ignore_ascii_case("localhost"))
}

/// The addresses in a cell, and whether that is all there is in it but names:
/// `a@example.jp`, `山田 <a@example.jp>`, `mailto:a@example.jp`, several of them with a sign or a line
/// break between. A remark behind an address (`(夜間)`) may say when not to write to it: that is for
/// people to decide.
pub(super) fn addresses(text: &str) -> (Vec<String>, bool) {
    let (mut found, mut is_all) = (Vec::new(), true);
    // Words before `<`: a name, which may itself have the sign that separates addresses.
    let mut is_name_open = false;
    for part in parts(&plain(text)) {
        let part = part.trim();
        let (name, address) = match part.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix('>').unwrap_or("")),
            None => ("", part),
        };
        let address = address.trim();
        let address =
            address.get(..7).filter(|at| at.eq_ignore_ascii_case("mailto:")).map_or(address, |_| &address[7..]);
        match is_address(address) {
            true => {
                is_name_open = false;
                if !found.iter().any(|one: &String| one.eq_ignore_ascii_case(address)) {
                    found.push(address.to_string());
                }
            }
            false if part.is_empty() => {}
            false if name.is_empty() && !part.contains(['@', '<', '>']) => is_name_open = true,
            false => is_all = false,
        }
    }
    (found, is_all && !is_name_open)
}

/// The parts of a cell between the signs that separate addresses; a sign within `<>` or quotes is
/// part of what it stands in.
fn parts(text: &str) -> Vec<String> {
    let is_sign = |c: char| matches!(c, ';' | '、' | ',' | '/' | '・' | '\n' | '\r' | '､' | '，');
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut is_inside, mut is_quoted) = (false, false);
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '<' => is_inside = true,
            '>' => is_inside = false,
            _ => {}
        }
        if is_sign(c) && !is_inside && !is_quoted {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    // Two addresses with nothing but a space between.
    let split = |part: String| match part.split_whitespace().all(is_address) {
        true => part.split_whitespace().map(ToString::to_string).collect(),
        false => vec![line(&part)],
    };
    parts.into_iter().flat_map(split).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_are_found_in_what_people_write() {
        for (text, expected) in [
            ("k1@example.jp", vec!["k1@example.jp"]),
            (" ｋ１＠example.jp ", vec!["k1@example.jp"]),
            ("<k1@example.jp>", vec!["k1@example.jp"]),
            ("岳 樹 <k1@example.jp>", vec!["k1@example.jp"]),
            ("\"岳, 樹\" <k1@example.jp>", vec!["k1@example.jp"]),
            ("岳, 樹＜k1@example.jp＞", vec!["k1@example.jp"]),
            ("mailto:k1@example.jp", vec!["k1@example.jp"]),
            ("MAILTO:k1@example.jp", vec!["k1@example.jp"]),
            ("k1@example.jp; l1@example.jp", vec!["k1@example.jp", "l1@example.jp"]),
            ("k1@example.jp、l1@example.jp", vec!["k1@example.jp", "l1@example.jp"]),
            ("k1@example.jp，l1@example.jp/m1@example.jp", vec!["k1@example.jp", "l1@example.jp", "m1@example.jp"]),
            ("k1@example.jp\nl1@example.jp", vec!["k1@example.jp", "l1@example.jp"]),
            ("k1@example.jp l1@example.jp", vec!["k1@example.jp", "l1@example.jp"]),
            ("岳 <k1@example.jp>; 林 <l1@example.jp>", vec!["k1@example.jp", "l1@example.jp"]),
            ("k1@example.jp; K1@example.jp;", vec!["k1@example.jp"]),
        ] {
            assert_eq!(addresses(text), (expected.into_iter().map(String::from).collect(), true), "{text}");
        }
    }

    #[test]
    fn what_mail_cannot_use_is_not_taken_for_all() {
        for (text, found) in [
            ("k6@example.jp（夜間）", 0),
            ("岳 樹 k6@example.jp", 0),
            ("k1@example.jp; l1@example", 1),
            ("k1@example.jp; 夜間は電話で", 1),
            ("電話のみ", 0),
            ("k1@@example.jp", 0),
            ("<k1@example.jp", 0),
        ] {
            let (addresses, is_all) = addresses(text);
            assert_eq!((addresses.len(), is_all), (found, false), "{text}");
        }
    }
}
