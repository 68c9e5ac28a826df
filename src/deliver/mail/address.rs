//! Mail addresses: which are valid, and how a server takes them.

use std::net::Ipv4Addr;

/// A sender or recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress {
    /// The display name; any text.
    pub name: Option<String>,
    /// `user@host`.
    pub mail: String,
}

/// The most of RFC 5321, section 4.5.3.1.
const MOST_LOCAL: usize = 64;
const MOST_DOMAIN: usize = 253;

/// Whether mail can be written to `text`: one address and nothing else around it.
///
/// Letters outside ASCII are not taken: few servers carry them, and in a register they are slips
/// of the input method. Dots where RFC 5322 has none are, since Japanese carriers gave them out.
///
/// ```
/// use shomei::deliver::mail::is_address;
/// assert!(is_address("kaigo@example.co.jp") && is_address("a..b.@docomo.ne.jp"));
/// assert!(!is_address("なし") && !is_address("kaigo@example.co.jp, jimu@example.co.jp"));
/// ```
pub fn is_address(text: &str) -> bool {
    spelled(text).is_some()
}

/// The address as servers and headers take it: a local part that is no dot-atom is quoted.
pub(super) fn spelled(text: &str) -> Option<String> {
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
