//! A refusal of a recipient: whether it is about the address, or about sender, login or the server's rules.

/// A recipient that the server did not take the message for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The address, as it was given.
    pub to: String,
    /// What the server said, cleaned; empty if it was not asked, since this is no mail address.
    pub reply: String,
    /// Whether the refusal is for good (5xx). Else every attempt was put off (4xx).
    pub permanent: bool,
    /// Whether the recipient was refused when it was named, and not the message for all of them.
    pub at_recipient: bool,
}

/// Words of refusals without an enhanced code that are not about the address, as the servers named in
/// `tests/delivery/mail/replies.tsv` use them.
const OTHERWISE: [&str; 22] = [
    "relay",
    "sender",
    "login",
    "logged in",
    "spf",
    "dkim",
    "dmarc",
    "policy",
    "spam",
    "block",
    "blacklist",
    "helo",
    "ehlo",
    "rcpthosts",
    "authent",
    "authori",
    "prohibit",
    "spoof",
    "reputation",
    "delivery is not allowed",
    "access denied",
    "client host",
];

impl Refusal {
    /// Whether a refusal for good speaks of the address. Whoever is blamed wrongly gets no mail for weeks, so
    /// whatever is not plainly about the mailbox is not.
    pub fn is_about_address(&self) -> bool {
        if self.reply.is_empty() {
            return true;
        }
        let code = self.reply.split([' ', '-']).next().unwrap_or_default();
        // Bad sequence, parameter, login wanted, login refused (RFC 5321, section 4.2.3; RFC 4954, section 6).
        if matches!(code, "503" | "504" | "530" | "535") {
            return false;
        }
        match enhanced(&self.reply) {
            // Sendmail and others use it for senders as well.
            Some((1, 0)) => !speaks_otherwise(&self.reply),
            // Bad mailbox, bad system, bad syntax, moved (RFC 3463, section 3.2), no mail taken (RFC 7505).
            Some((1, 1..=3 | 6 | 10)) => true,
            // The mailbox: disabled, full, and so on (section 3.3).
            Some((2, _)) => true,
            // Of a recipient Exchange Online says so that it does not exist; of a message it is a matter of routes.
            Some((4, 1)) => self.at_recipient,
            Some(_) => false,
            None => matches!(code, "550" | "551" | "553") && !speaks_otherwise(&self.reply),
        }
    }
}

/// Subject and detail of the first enhanced code (RFC 3463): `5.1.1`, also as qmail writes it, `(#5.1.1)`.
fn enhanced(reply: &str) -> Option<(u16, u16)> {
    let is_outside = |c: char| !c.is_ascii_digit() && c != '.';
    reply.split(is_outside).map(|word| word.trim_end_matches('.')).find_map(|word| {
        let mut parts = word.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let is_code = class == "5" && parts.next().is_none() && subject.len() <= 3 && detail.len() <= 3;
        Some((subject.parse().ok()?, detail.parse().ok()?)).filter(|_| is_code)
    })
}

/// Whether a refusal speaks of something else than the address; addresses themselves say nothing.
fn speaks_otherwise(reply: &str) -> bool {
    let words = reply.split_whitespace().filter(|word| !word.contains('@'));
    let text = words.collect::<Vec<_>>().join(" ").to_lowercase();
    OTHERWISE.iter().any(|word| text.contains(word))
}
