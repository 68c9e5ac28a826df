//! The postman: attempts at a mail server until a message is taken or there is no hope.

mod session;

use std::time::Duration;

use openssl::base64;

use super::address::spelled;
use super::delivery::{Delivery, Kind, Refusal, Trouble};
use super::relay::{Relay, Security};
use session::{Reply, Session, Snag};

/// The longest pause between attempts: what greylisting servers want at first.
const MOST_PAUSE: Duration = Duration::from_secs(300);
/// What is kept of a server's words, in characters.
const MOST_SAID: usize = 300;

/// Carries messages to one mail server. It connects for the first message, stays connected for
/// those that follow, and takes leave when dropped.
pub struct Postman<'a> {
    relay: &'a Relay,
    sleep: &'a dyn Fn(Duration),
    session: Option<Session>,
}

/// A recipient the message has still to be taken for.
struct Left<'a> {
    given: &'a str,
    spelled: String,
}

/// What one attempt can end with, if not with an answer for each recipient.
enum End {
    /// Not delivered by this attempt.
    Failed(Snag),
    /// Nobody knows.
    Uncertain(Snag),
}

impl From<Snag> for End {
    fn from(snag: Snag) -> End {
        End::Failed(snag)
    }
}

/// What is known of the recipients of one message.
struct Round<'a> {
    left: Vec<Left<'a>>,
    refused: Vec<Refusal>,
    taken: bool,
}

impl<'a> Postman<'a> {
    /// A postman for `relay` who waits by `sleep` between attempts.
    pub fn new(relay: &'a Relay, sleep: &'a dyn Fn(Duration)) -> Postman<'a> {
        Postman { relay, sleep, session: None }
    }

    /// Hands over the message `bytes` (RFC 5322) for every address in `to`. `from` is who is told
    /// if it comes back later.
    ///
    /// Attempts are repeated where another may go better, for those recipients only that have no
    /// answer yet; never after the whole message was sent without an answer.
    pub fn send(&mut self, from: &str, to: &[String], bytes: &[u8]) -> Delivery {
        let mut round = Round { left: Vec::new(), refused: Vec::new(), taken: false };
        for given in to {
            match spelled(given) {
                Some(spelled) => round.left.push(Left { given, spelled }),
                None => round.refused.push(Refusal { to: given.clone(), reply: String::new(), permanent: true }),
            }
        }
        if round.left.is_empty() {
            return Delivery::Refused(round.refused);
        }
        let Some(from) = spelled(from) else { return Delivery::Failed(self.trouble(Kind::Sender.into())) };
        let data = stuffed(bytes);
        let mut pause = self.relay.pause.min(MOST_PAUSE);
        let attempts = self.relay.attempts.max(1);
        for attempt in 1..=attempts {
            let snag = match self.attempt(&from, &mut round, &data) {
                Ok(None) => break,
                Ok(Some(snag)) | Err(End::Failed(snag)) => snag,
                Err(End::Uncertain(snag)) => {
                    self.session = None;
                    let trouble = self.trouble(snag);
                    return round.ended(trouble, Delivery::Uncertain);
                }
            };
            if snag.kind != Kind::Temporary || snag.said.starts_with("421") {
                self.session = None;
            }
            if !snag.kind.may_pass() || attempt == attempts {
                let trouble = self.trouble(snag);
                return round.ended(trouble, Delivery::Failed);
            }
            (self.sleep)(pause);
            pause = (pause * 2).min(MOST_PAUSE);
        }
        match round.taken {
            true => Delivery::Taken { refused: round.refused },
            false => Delivery::Refused(round.refused),
        }
    }

    /// One attempt for those who are left: taken or refused for good, they no longer are. Gives
    /// the last answer that puts somebody off.
    fn attempt(&mut self, from: &str, round: &mut Round, data: &[u8]) -> Result<Option<Snag>, End> {
        let session = ready(&mut self.session, self.relay)?;
        let size = if session.offers("SIZE") { format!(" SIZE={}", data.len()) } else { String::new() };
        let eight = if session.offers("8BITMIME") && !data.is_ascii() { " BODY=8BITMIME" } else { "" };
        let reply = session.command(&format!("MAIL FROM:<{from}>{size}{eight}"))?;
        match reply.code {
            200..300 => {}
            // Too large, which is no fault of the sender's.
            552 => {
                round.refuse(|_| true, &said(&reply, self.relay));
                return Ok(None);
            }
            530 if self.relay.login.is_none() => return Err(reply.snag(Kind::AuthWanted).into()),
            530 => return Err(reply.snag(Kind::Auth).into()),
            _ => return Err(reply.snag(Kind::Sender).into()),
        }
        let mut put_off = None;
        let mut accepted = Vec::new();
        for to in round.left.iter().map(|left| left.spelled.clone()).collect::<Vec<_>>() {
            let reply = session.command(&format!("RCPT TO:<{to}>"))?;
            if reply.is_fine() {
                accepted.push(to);
            } else if reply.code == 421 {
                return Err(reply.snag(Kind::Temporary).into());
            } else if reply.is_for_good() {
                round.refuse(|left| left.spelled == to, &said(&reply, self.relay));
            } else {
                put_off = Some(reply.snag(Kind::Temporary));
            }
        }
        if accepted.is_empty() {
            return Ok(put_off);
        }
        let reply = session.command("DATA")?;
        let reply = match reply.code {
            354 => {
                session.content(data)?;
                session.end()?;
                session.answer().map_err(End::Uncertain)?
            }
            _ => reply,
        };
        let concerned = |left: &Left| accepted.contains(&left.spelled);
        if (200..300).contains(&reply.code) {
            round.left.retain(|left| !concerned(left));
            round.taken = true;
        } else if reply.is_for_good() {
            round.refuse(concerned, &said(&reply, self.relay));
        } else {
            put_off = Some(reply.snag(Kind::Temporary));
        }
        Ok(put_off)
    }

    fn trouble(&self, snag: Snag) -> Trouble {
        Trouble { kind: snag.kind, server: self.relay.server(), reply: cleaned(&snag.said, self.relay) }
    }
}

impl Drop for Postman<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }
}

impl Round<'_> {
    fn refuse(&mut self, which: impl Fn(&Left) -> bool, reply: &str) {
        let refusal = |left: &Left| Refusal { to: left.given.to_string(), reply: reply.to_string(), permanent: true };
        self.refused.extend(self.left.iter().filter(|left| which(left)).map(refusal));
        self.left.retain(|left| !which(left));
    }

    /// The end with some who have no answer.
    fn ended(mut self, trouble: Trouble, as_delivery: fn(Trouble) -> Delivery) -> Delivery {
        if !self.taken {
            return as_delivery(trouble);
        }
        for left in &self.left {
            let reply = if trouble.reply.is_empty() { trouble.kind.code().into() } else { trouble.reply.clone() };
            self.refused.push(Refusal { to: left.given.to_string(), reply, permanent: false });
        }
        Delivery::Taken { refused: self.refused }
    }
}

/// The session there is, if it is still alive; else a new one.
fn ready<'s>(session: &'s mut Option<Session>, relay: &Relay) -> Result<&'s mut Session, Snag> {
    // Before anything else, so that no connection is made for nothing.
    if relay.login.is_some() && relay.security == Security::Plain && !relay.is_here() {
        return Err(Kind::Unprotected.into());
    }
    let alive = match session.take() {
        None => None,
        Some(mut old) => match old.command("RSET") {
            Ok(reply) if reply.is_fine() => Some(old),
            Err(snag) if snag.kind == Kind::Timeout => return Err(snag),
            _ => None,
        },
    };
    let alive = match alive {
        Some(alive) => alive,
        None => Session::open(relay)?,
    };
    Ok(session.insert(alive))
}

/// The message as it goes over the line: every line ends in CRLF, and a dot at its beginning is
/// doubled (RFC 5321, section 4.5.2). No other line ending is let through, since servers differ
/// in what they take for one.
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 50 + 2);
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
        if rest[0] == b'.' {
            out.push(b'.');
        }
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(b"\r\n");
        let ending = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = rest.get(end + ending..).unwrap_or_default();
    }
    out
}

fn said(reply: &Reply, relay: &Relay) -> String {
    cleaned(&reply.said(), relay)
}

/// A server's words on one line, without controls, bounded, and without the password should it
/// have told it back.
fn cleaned(said: &str, relay: &Relay) -> String {
    let mut said = said.to_string();
    if let Some(login) = relay.login.as_ref().filter(|login| !login.password.is_empty()) {
        let plain = format!("\0{}\0{}", login.user, login.password.as_str());
        let secrets = [
            base64::encode_block(plain.as_bytes()),
            base64::encode_block(login.password.as_bytes()),
            login.password.to_string(),
        ];
        for secret in secrets.map(zeroize::Zeroizing::new) {
            said = said.replace(secret.as_str(), "***");
        }
    }
    let spaced: String = said.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    let line = crate::report::escape::terminal(&words.join(" ")).into_owned();
    match line.char_indices().nth(MOST_SAID) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
