//! The postman: attempts at a mail server until a message is taken or there is no hope.

mod session;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::Address;

use super::address::spelled;
use super::delivery::{Delivery, Kind, Refusal, Trouble};
use super::relay::{Relay, Security};
use session::{Session, Snag};

/// The longest pause between attempts: what greylisting servers want at first.
const MOST_PAUSE: Duration = Duration::from_secs(300);
/// The steps of an attempt beside those of recipients and content; each may take the timeout.
const STEPS: usize = 12;
/// Bytes of content that count as one more step.
const PART: usize = 1 << 20;
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
#[derive(Clone)]
struct Left {
    given: String,
    address: Address,
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
#[derive(Clone)]
struct Round {
    from: Address,
    left: Vec<Left>,
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
        let Some(from) = address(from) else { return Delivery::Failed(self.trouble(Kind::Sender.into())) };
        let mut round = Round { from, left: Vec::new(), refused: Vec::new(), taken: false };
        for given in to {
            match address(given) {
                Some(address) => round.left.push(Left { given: given.clone(), address }),
                None => round.refused.push(Refusal { to: given.clone(), reply: String::new(), permanent: true }),
            }
        }
        if round.left.is_empty() {
            return Delivery::Refused(round.refused);
        }
        let mut pause = self.relay.pause.min(MOST_PAUSE);
        let attempts = self.relay.attempts.max(1);
        for attempt in 1..=attempts {
            let snag = match self.attempt(&mut round, bytes) {
                Ok(None) => break,
                Ok(Some(snag)) | Err(End::Failed(snag)) => snag,
                Err(End::Uncertain(snag)) => {
                    self.session = None;
                    let trouble = self.trouble(snag);
                    return round.ended(trouble, Delivery::Uncertain);
                }
            };
            if snag.kind != Kind::Temporary || snag.code == Some(421) {
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
    ///
    /// It is made in a thread of its own: a server may send a byte now and then, and a question
    /// for a name has no time limit, so that no timeout of a socket would end it.
    fn attempt(&mut self, round: &mut Round, bytes: &[u8]) -> Result<Option<Snag>, End> {
        // Before anything else, so that no connection is made for nothing.
        let relay = self.relay;
        if relay.login.is_some() && relay.security == Security::Plain && !relay.is_here() {
            return Err(Snag::from(Kind::Unprotected).into());
        }
        let steps = u32::try_from(STEPS + round.left.len() + bytes.len() / PART).unwrap_or(u32::MAX);
        let (tell, hear) = mpsc::channel();
        let (relay, session) = (relay.clone(), self.session.take());
        let (mut under_way, bytes) = (round.clone(), bytes.to_vec());
        // Set by whoever comes first: the attempt that sends the message, or the one who gives it
        // up. An attempt that was given up must not deliver after all.
        let settled = Arc::new(AtomicBool::new(false));
        let settle = settled.clone();
        let work = move || {
            let outcome = match ready(session, &relay) {
                Ok(mut session) => {
                    let outcome = under_way.attempt(&mut session, &relay, &bytes, &|| {
                        let _ = tell.send(Told::Sending);
                        !settle.swap(true, Ordering::SeqCst)
                    });
                    (Some(session), outcome)
                }
                Err(snag) => (None, Err(snag.into())),
            };
            let _ = tell.send(Told::Ended(Box::new((under_way, outcome.0, outcome.1))));
        };
        if let Err(error) = thread::Builder::new().name("postman".into()).spawn(work) {
            return Err(Snag { said: error.to_string(), ..Kind::Unreachable.into() }.into());
        }
        let (limit, mut is_sent) = (self.relay.timeout.saturating_mul(steps), false);
        loop {
            match hear.recv_timeout(limit) {
                Ok(Told::Sending) => is_sent = true,
                Ok(Told::Ended(ended)) => {
                    let outcome;
                    (*round, self.session, outcome) = *ended;
                    return outcome;
                }
                Err(_) if !is_sent && settled.swap(true, Ordering::SeqCst) => is_sent = true,
                Err(_) if is_sent => return Err(End::Uncertain(Kind::Timeout.into())),
                Err(_) => return Err(Snag::from(Kind::Timeout).into()),
            }
        }
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

/// What the thread of an attempt tells.
enum Told {
    /// The message is being sent: from now on it may arrive.
    Sending,
    /// It ended so.
    Ended(Box<Ended>),
}

/// An attempt that ended: what is known of the recipients, the connection if it lives, the outcome.
type Ended = (Round, Option<Session>, Result<Option<Snag>, End>);

impl Round {
    fn attempt(
        &mut self,
        session: &mut Session,
        relay: &Relay,
        bytes: &[u8],
        may_send: &dyn Fn() -> bool,
    ) -> Result<Option<Snag>, End> {
        if let Err(snag) = session.sender(&self.from) {
            // Too large, which is no fault of the sender's.
            if snag.code == Some(552) {
                self.refuse(|_| true, &cleaned(&snag.said, relay));
                return Ok(None);
            }
            return Err(wanting(snag, relay).into());
        }
        let (mut put_off, mut accepted) = (None, Vec::new());
        for left in self.left.clone() {
            match session.recipient(&left.address) {
                Ok(()) => accepted.push(left.given),
                Err(snag) if snag.is_for_good() => {
                    self.refuse(|one| one.given == left.given, &cleaned(&snag.said, relay));
                }
                Err(snag) if snag.kind == Kind::Temporary && snag.code != Some(421) => put_off = Some(snag),
                Err(snag) => return Err(snag.into()),
            }
        }
        if accepted.is_empty() {
            return Ok(put_off);
        }
        let answer = session.data().map_err(End::Failed).and_then(|()| {
            if !may_send() {
                return Err(End::Failed(Kind::Timeout.into()));
            }
            let unsure = |snag: Snag| if snag.unsent { End::Failed(snag) } else { End::Uncertain(snag) };
            session.message(bytes).map_err(unsure)
        });
        let concerned = |left: &Left| accepted.contains(&left.given);
        match answer {
            Ok(()) => {
                self.left.retain(|left| !concerned(left));
                self.taken = true;
            }
            Err(End::Failed(snag) | End::Uncertain(snag)) if snag.is_for_good() => {
                self.refuse(concerned, &cleaned(&snag.said, relay));
            }
            Err(End::Failed(snag) | End::Uncertain(snag)) if snag.kind == Kind::Temporary => put_off = Some(snag),
            Err(end) => return Err(end),
        }
        Ok(put_off)
    }

    fn refuse(&mut self, which: impl Fn(&Left) -> bool, reply: &str) {
        let refusal = |left: &Left| Refusal { to: left.given.clone(), reply: reply.to_string(), permanent: true };
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
            self.refused.push(Refusal { to: left.given.clone(), reply, permanent: false });
        }
        Delivery::Taken { refused: self.refused }
    }
}

/// The session there is, if it is still alive; else a new one.
fn ready(session: Option<Session>, relay: &Relay) -> Result<Session, Snag> {
    match session.map(|mut old| old.is_alive().then_some(old)) {
        Some(Some(alive)) => Ok(alive),
        _ => Session::open(relay),
    }
}

/// A sender that was refused since nobody had logged in.
fn wanting(snag: Snag, relay: &Relay) -> Snag {
    match snag.code {
        Some(530) => Snag { kind: if relay.login.is_none() { Kind::AuthWanted } else { Kind::Auth }, ..snag },
        _ => snag,
    }
}

fn address(text: &str) -> Option<Address> {
    let spelled = spelled(text)?;
    let (local, domain) = spelled.rsplit_once('@')?;
    Some(Address::new_dangerous(local, domain))
}

/// A server's words on one line, without controls, bounded, and without the password should it
/// have told it back.
fn cleaned(said: &str, relay: &Relay) -> String {
    let mut said = said.to_string();
    if let Some(login) = relay.login.as_ref().filter(|login| !login.password.is_empty()) {
        let plain = format!("\0{}\0{}", login.user, login.password.as_str());
        let secrets =
            [STANDARD.encode(plain.as_bytes()), STANDARD.encode(login.password.as_bytes()), login.password.to_string()];
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
