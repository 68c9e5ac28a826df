//! The SMTP client: attempts at a mail server until it accepts a message or another attempt is
//! useless.

mod session;
mod wire;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::address::spelled;
use super::delivery::{DeliveryError, DeliveryErrorKind, DeliveryOutcome};
use super::refusal::Refusal;
use super::relay::{ConnectionSecurity, Relay};
pub use session::is_hello;
use session::{SmtpError, SmtpSession};

/// The longest pause between attempts: what greylisting servers want at first.
const MOST_PAUSE: Duration = Duration::from_secs(300);
/// The steps of an attempt beside those of recipients and content; each may take the timeout.
const STEPS: usize = 12;
/// Bytes of content that count as one more step.
const PART: usize = 1 << 20;
/// What is kept of a server's words, in characters.
const MOST_SAID: usize = 300;

/// Sends messages to one mail server. It connects for the first message, stays connected for those
/// that follow, and sends QUIT when dropped.
pub struct SmtpClient<'a> {
    relay: &'a Relay,
    sleep: &'a dyn Fn(Duration),
    session: Option<SmtpSession>,
}

/// A recipient the message has still to be taken for.
#[derive(Clone)]
struct PendingRecipient {
    given: String,
    /// As the server takes it.
    address: String,
}

/// What one attempt can end with, if not with an answer for each recipient.
enum AttemptEnd {
    /// Not delivered by this attempt.
    Failed(SmtpError),
    /// Nobody knows.
    Uncertain(SmtpError),
}

impl From<SmtpError> for AttemptEnd {
    fn from(smtp_error: SmtpError) -> AttemptEnd {
        AttemptEnd::Failed(smtp_error)
    }
}

/// What is known of the recipients of one message.
#[derive(Clone)]
struct RecipientStates {
    from: String,
    left: Vec<PendingRecipient>,
    refused: Vec<Refusal>,
    taken: bool,
}

impl<'a> SmtpClient<'a> {
    /// A client for `relay` that waits by `sleep` between attempts.
    pub fn new(relay: &'a Relay, sleep: &'a dyn Fn(Duration)) -> SmtpClient<'a> {
        SmtpClient { relay, sleep, session: None }
    }

    /// Hands over the message `bytes` (RFC 5322) for every address in `to`. `from` gets the
    /// notice if it comes back later.
    ///
    /// Attempts are repeated where another may go better, for those recipients only that have no
    /// answer yet; never after the whole message was sent without an answer.
    pub fn send(&mut self, from: &str, to: &[String], bytes: &[u8]) -> DeliveryOutcome {
        self.send_noting(from, to, bytes, &mut || {})
    }

    /// The same; `taken` is called as soon as the server has taken it for anybody, before the others are
    /// tried again.
    pub fn send_noting(&mut self, from: &str, to: &[String], bytes: &[u8], taken: &mut dyn FnMut()) -> DeliveryOutcome {
        let Some(from) = spelled(from) else {
            return DeliveryOutcome::Failed(self.delivery_error(DeliveryErrorKind::Sender.into()));
        };
        let mut round = RecipientStates { from, left: Vec::new(), refused: Vec::new(), taken: false };
        for given in to {
            match spelled(given) {
                Some(address) => round.left.push(PendingRecipient { given: given.clone(), address }),
                None => round.refused.push(Refusal {
                    to: given.clone(),
                    reply: String::new(),
                    permanent: true,
                    at_recipient: true,
                }),
            }
        }
        if round.left.is_empty() {
            return DeliveryOutcome::Refused(round.refused);
        }
        let mut pause = self.relay.pause.min(MOST_PAUSE);
        let attempts = self.relay.attempts.max(1);
        for attempt in 1..=attempts {
            let was_taken = round.taken;
            let attempted = self.attempt(&mut round, bytes);
            if round.taken && !was_taken {
                taken();
            }
            let smtp_error = match attempted {
                Ok(None) => break,
                Ok(Some(smtp_error)) | Err(AttemptEnd::Failed(smtp_error)) => smtp_error,
                Err(AttemptEnd::Uncertain(smtp_error)) => {
                    self.session = None;
                    let error = self.delivery_error(smtp_error);
                    return round.ended(error, DeliveryOutcome::Uncertain);
                }
            };
            if smtp_error.kind != DeliveryErrorKind::Temporary || smtp_error.code == Some(421) {
                self.session = None;
            }
            if !smtp_error.kind.may_pass() || attempt == attempts {
                let error = self.delivery_error(smtp_error);
                return round.ended(error, DeliveryOutcome::Failed);
            }
            (self.sleep)(pause);
            pause = (pause * 2).min(MOST_PAUSE);
        }
        match round.taken {
            true => DeliveryOutcome::Taken { refused: round.refused },
            false => DeliveryOutcome::Refused(round.refused),
        }
    }

    /// One attempt for those who are left: taken or refused for good, they no longer are. Gives
    /// the last answer that puts somebody off.
    ///
    /// It is made in a thread of its own: a server may send a byte now and then, and a question
    /// for a name has no time limit, so that no timeout of a socket would end it.
    fn attempt(&mut self, round: &mut RecipientStates, bytes: &[u8]) -> Result<Option<SmtpError>, AttemptEnd> {
        // Before anything else, so that no connection is made for nothing.
        let relay = self.relay;
        if relay.login.is_some() && relay.security == ConnectionSecurity::Plain && !relay.is_here() {
            return Err(SmtpError::from(DeliveryErrorKind::Unprotected).into());
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
                        let _ = tell.send(AttemptEvent::Sending);
                        !settle.swap(true, Ordering::SeqCst)
                    });
                    (Some(session), outcome)
                }
                Err(smtp_error) => (None, Err(smtp_error.into())),
            };
            let _ = tell.send(AttemptEvent::Ended(Box::new((under_way, outcome.0, outcome.1))));
        };
        if let Err(error) = thread::Builder::new().name("postman".into()).spawn(work) {
            return Err(SmtpError { said: error.to_string(), ..DeliveryErrorKind::Unreachable.into() }.into());
        }
        let (mut limit, mut is_sent) = (self.relay.timeout.saturating_mul(steps), false);
        loop {
            match hear.recv_timeout(limit) {
                Ok(AttemptEvent::Sending) => {
                    is_sent = true;
                    limit = limit.saturating_add(self.relay.confirmation);
                }
                Ok(AttemptEvent::Ended(ended)) => {
                    let outcome;
                    (*round, self.session, outcome) = *ended;
                    return outcome;
                }
                Err(_) if !is_sent && settled.swap(true, Ordering::SeqCst) => is_sent = true,
                Err(_) if is_sent => return Err(AttemptEnd::Uncertain(DeliveryErrorKind::Timeout.into())),
                Err(_) => return Err(SmtpError::from(DeliveryErrorKind::Timeout).into()),
            }
        }
    }

    fn delivery_error(&self, smtp_error: SmtpError) -> DeliveryError {
        DeliveryError {
            kind: smtp_error.kind,
            server: self.relay.server(),
            reply: cleaned(&smtp_error.said, self.relay),
        }
    }
}

impl Drop for SmtpClient<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }
}

/// What the thread of an attempt tells.
enum AttemptEvent {
    /// The message is being sent: from now on it may arrive.
    Sending,
    /// It ended so.
    Ended(Box<AttemptResult>),
}

/// An attempt that ended: what is known of the recipients, the connection if it lives, the outcome.
type AttemptResult = (RecipientStates, Option<SmtpSession>, Result<Option<SmtpError>, AttemptEnd>);

impl RecipientStates {
    fn attempt(
        &mut self,
        session: &mut SmtpSession,
        relay: &Relay,
        bytes: &[u8],
        may_send: &dyn Fn() -> bool,
    ) -> Result<Option<SmtpError>, AttemptEnd> {
        if let Err(smtp_error) = session.sender(&self.from) {
            // Too large, which is no fault of the sender's.
            if smtp_error.code == Some(552) {
                self.refuse(|_| true, &cleaned(&smtp_error.said, relay), false);
                return Ok(None);
            }
            return Err(wanting(smtp_error, relay).into());
        }
        let (mut put_off, mut accepted) = (None, Vec::new());
        for left in self.left.clone() {
            match session.recipient(&left.address) {
                Ok(()) => accepted.push(left.given),
                Err(smtp_error) if smtp_error.is_for_good() => {
                    self.refuse(|one| one.given == left.given, &cleaned(&smtp_error.said, relay), true);
                }
                Err(smtp_error) if smtp_error.kind == DeliveryErrorKind::Temporary && smtp_error.code != Some(421) => {
                    put_off = Some(smtp_error)
                }
                Err(smtp_error) => return Err(smtp_error.into()),
            }
        }
        if accepted.is_empty() {
            return Ok(put_off);
        }
        let answer = session.data().map_err(AttemptEnd::Failed).and_then(|()| {
            if !may_send() {
                return Err(AttemptEnd::Failed(DeliveryErrorKind::Timeout.into()));
            }
            let unsure = |smtp_error: SmtpError| {
                if smtp_error.unsent { AttemptEnd::Failed(smtp_error) } else { AttemptEnd::Uncertain(smtp_error) }
            };
            session.message(bytes).map_err(unsure)
        });
        let concerned = |left: &PendingRecipient| accepted.contains(&left.given);
        match answer {
            Ok(()) => {
                self.left.retain(|left| !concerned(left));
                self.taken = true;
            }
            Err(AttemptEnd::Failed(smtp_error) | AttemptEnd::Uncertain(smtp_error)) if smtp_error.is_for_good() => {
                self.refuse(concerned, &cleaned(&smtp_error.said, relay), false);
            }
            Err(AttemptEnd::Failed(smtp_error) | AttemptEnd::Uncertain(smtp_error))
                if smtp_error.kind == DeliveryErrorKind::Temporary =>
            {
                put_off = Some(smtp_error)
            }
            Err(end) => return Err(end),
        }
        Ok(put_off)
    }

    fn refuse(&mut self, which: impl Fn(&PendingRecipient) -> bool, reply: &str, at_recipient: bool) {
        let refusal = |left: &PendingRecipient| Refusal {
            to: left.given.clone(),
            reply: reply.to_string(),
            permanent: true,
            at_recipient,
        };
        self.refused.extend(self.left.iter().filter(|left| which(left)).map(refusal));
        self.left.retain(|left| !which(left));
    }

    /// The end with some who have no answer.
    fn ended(mut self, error: DeliveryError, as_delivery: fn(DeliveryError) -> DeliveryOutcome) -> DeliveryOutcome {
        if !self.taken {
            return as_delivery(error);
        }
        for left in &self.left {
            let reply = if error.reply.is_empty() { error.kind.code().into() } else { error.reply.clone() };
            self.refused.push(Refusal { to: left.given.clone(), reply, permanent: false, at_recipient: true });
        }
        DeliveryOutcome::Taken { refused: self.refused }
    }
}

/// The session there is, if it is still alive; else a new one.
fn ready(session: Option<SmtpSession>, relay: &Relay) -> Result<SmtpSession, SmtpError> {
    match session.map(|mut old| old.is_alive().then_some(old)) {
        Some(Some(alive)) => Ok(alive),
        _ => SmtpSession::open(relay),
    }
}

/// A sender that was refused since nobody had logged in.
fn wanting(smtp_error: SmtpError, relay: &Relay) -> SmtpError {
    match smtp_error.code {
        Some(530) => SmtpError {
            kind: if relay.login.is_none() { DeliveryErrorKind::AuthWanted } else { DeliveryErrorKind::Auth },
            ..smtp_error
        },
        _ => smtp_error,
    }
}

/// A server's words on one line, without controls, bounded, and without the password should it
/// have told it back.
fn cleaned(said: &str, relay: &Relay) -> String {
    let mut said = said.to_string();
    if let Some(login) = relay.login.as_ref().filter(|login| !login.secret.is_empty()) {
        let plain = format!("\0{}\0{}", login.user, login.secret.as_str());
        let secrets = [
            STANDARD.encode(plain.as_bytes()),
            STANDARD.encode(session::token_proof(login).as_bytes()),
            STANDARD.encode(login.secret.as_bytes()),
            login.secret.to_string(),
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
