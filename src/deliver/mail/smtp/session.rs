//! One connection to a mail server, command by command; what its errors mean here.
//!
//! The few commands that a message needs are spoken here and by no library: a message counts as surely
//! not delivered, perhaps delivered or taken by what was written last and what was answered to it, and a
//! password must be wiped and nowhere else.

use std::io::{self, ErrorKind};
use std::net::{IpAddr, ToSocketAddrs};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use native_tls::{Certificate, Protocol, TlsConnector};
use zeroize::Zeroizing;

use super::super::delivery::DeliveryErrorKind;
use super::super::relay::{ConnectionSecurity, Login, LoginMethod, Relay};
use super::wire::{Answer, Wire, WireError};

/// Why a step did not succeed.
#[derive(Debug)]
pub(super) struct SmtpError {
    pub kind: DeliveryErrorKind,
    /// The server's code, where it answered.
    pub code: Option<u16>,
    /// What the server or the system said, as it came.
    pub said: String,
    /// Whether the connection was found broken in the midst of sending: the end was never sent.
    pub unsent: bool,
}

impl SmtpError {
    /// Whether the server refused for good.
    pub fn is_for_good(&self) -> bool {
        self.kind != DeliveryErrorKind::BasicAuthOff && self.code.is_some_and(|code| (500..600).contains(&code))
    }
}

impl From<DeliveryErrorKind> for SmtpError {
    fn from(kind: DeliveryErrorKind) -> SmtpError {
        SmtpError { kind, code: None, said: String::new(), unsent: false }
    }
}

/// A connection that is ready for messages: greeted, protected and logged in as the relay wants.
pub(super) struct SmtpSession {
    wire: Wire,
    /// What the server offers, in its answer to EHLO.
    offers: Vec<String>,
    /// Something failed within an exchange: what would be said next would be taken for something else.
    is_broken: bool,
    confirmation: Duration,
    timeout: Duration,
}

impl SmtpSession {
    pub fn open(relay: &Relay) -> Result<SmtpSession, SmtpError> {
        let host = relay.host.trim_matches(['[', ']']);
        let places: Vec<_> = match (host, relay.port).to_socket_addrs() {
            Ok(places) => places.collect(),
            Err(error) => return Err(SmtpError { said: error.to_string(), ..DeliveryErrorKind::UnknownHost.into() }),
        };
        if places.is_empty() {
            return Err(DeliveryErrorKind::UnknownHost.into());
        }
        let tls = if relay.security == ConnectionSecurity::Plain { None } else { Some(connector(relay)?) };
        let mut wire = Wire::connect(&places, relay.timeout).map_err(not_connected)?;
        let name = hello(&relay.hello, &wire);
        if let (Some(tls), ConnectionSecurity::Tls) = (&tls, relay.security) {
            wire = wire.protect(tls, host).map_err(wire_error)?;
        }
        let greeting = wire.answer().map_err(wire_error)?;
        fine(greeting, DeliveryErrorKind::Rejected)?;
        let (confirmation, timeout) = (relay.confirmation, relay.timeout);
        let mut session = SmtpSession { wire, offers: Vec::new(), is_broken: false, confirmation, timeout };
        session.greet(&name)?;
        if let (Some(tls), ConnectionSecurity::StartTls) = (&tls, relay.security) {
            if !session.offers("STARTTLS", "") {
                return Err(DeliveryErrorKind::NoStartTls.into());
            }
            session.command("STARTTLS", DeliveryErrorKind::NoStartTls)?;
            session.wire = session.wire.protect(tls, host).map_err(wire_error)?;
            // What was said in plain text counts for nothing (RFC 3207, section 4.2).
            session.greet(&name)?;
        }
        if let Some(login) = &relay.login {
            session.log_in(login)?;
        }
        Ok(session)
    }

    fn greet(&mut self, name: &str) -> Result<(), SmtpError> {
        let answer = self.command(&format!("EHLO {name}"), DeliveryErrorKind::Rejected)?;
        self.offers = answer.lines.into_iter().skip(1).map(|line| line.trim().to_ascii_uppercase()).collect();
        Ok(())
    }

    /// Whether the server offers an extension, with this word behind its name.
    fn offers(&self, extension: &str, word: &str) -> bool {
        self.offers.iter().any(|line| {
            // Old servers write AUTH=LOGIN.
            let mut words = line.split([' ', '=']);
            words.next() == Some(extension) && (word.is_empty() || words.any(|one| one == word))
        })
    }

    fn log_in(&mut self, login: &Login) -> Result<(), SmtpError> {
        match login.method {
            LoginMethod::Password => self.log_in_by_password(login),
            LoginMethod::XOAuth2 => self.log_in_by_token(login),
        }
    }

    fn log_in_by_token(&mut self, login: &Login) -> Result<(), SmtpError> {
        if !self.offers("AUTH", "XOAUTH2") {
            return Err(DeliveryErrorKind::NoAuth.into());
        }
        let proof = Zeroizing::new(STANDARD.encode(token_proof(login).as_bytes()));
        let line = Zeroizing::new(format!("AUTH XOAUTH2 {}", proof.as_str()));
        let mut answer = self.exchange(&line)?;
        if answer.code == 334 {
            // What is wrong with the token, in Base64; the refusal comes after an empty line.
            answer = self.exchange("")?;
        }
        fine(answer, DeliveryErrorKind::TokenRefused).map(drop)
    }

    fn log_in_by_password(&mut self, login: &Login) -> Result<(), SmtpError> {
        let (user, password) = (login.user.as_str(), login.secret.as_str());
        let encoded = |text: &str| Zeroizing::new(STANDARD.encode(text));
        if self.offers("AUTH", "PLAIN") {
            let plain = Zeroizing::new(format!("\0{user}\0{password}"));
            let line = Zeroizing::new(format!("AUTH PLAIN {}", encoded(&plain).as_str()));
            return self.command(&line, DeliveryErrorKind::Auth).map(drop);
        }
        if !self.offers("AUTH", "LOGIN") {
            let is_off = self.offers("AUTH", "XOAUTH2");
            let kind = if is_off { DeliveryErrorKind::BasicAuthOff } else { DeliveryErrorKind::NoAuth };
            return Err(kind.into());
        }
        self.question("AUTH LOGIN")?;
        self.question(&encoded(user))?;
        self.command(&encoded(password), DeliveryErrorKind::Auth).map(drop)
    }

    /// Says a line to which the server answers with a question.
    fn question(&mut self, line: &str) -> Result<(), SmtpError> {
        let answer = self.exchange(line)?;
        match answer.code {
            334 => Ok(()),
            _ => fine(answer, DeliveryErrorKind::Auth).and_then(|other| Err(out_of_turn(&other))),
        }
    }

    /// Whether the connection is alive, and ready for another message.
    pub fn is_alive(&mut self) -> bool {
        !self.is_broken && self.command("RSET", DeliveryErrorKind::Protocol).is_ok()
    }

    /// Names the sender.
    pub fn sender(&mut self, from: &str) -> Result<(), SmtpError> {
        self.command(&format!("MAIL FROM:<{from}>"), DeliveryErrorKind::Sender).map(drop)
    }

    /// Names a recipient.
    pub fn recipient(&mut self, to: &str) -> Result<(), SmtpError> {
        self.command(&format!("RCPT TO:<{to}>"), DeliveryErrorKind::Rejected).map(drop)
    }

    /// Asks to send the message.
    pub fn data(&mut self) -> Result<(), SmtpError> {
        let answer = self.exchange("DATA")?;
        if answer.code == 354 {
            return Ok(());
        }
        // An answer that is no refusal leaves open what the server waits for.
        self.is_broken |= answer.code < 400;
        fine(answer, DeliveryErrorKind::Rejected).and_then(|other| Err(out_of_turn(&other)))
    }

    /// Sends the message. Where the server gives no answer, it may have it.
    pub fn message(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        let broken = |unsent: bool| move |error: io::Error| SmtpError { unsent, ..wire_error(error.into()) };
        let sent = self.wire.write(&stuffed(bytes)).map_err(broken(true));
        let answer = sent.and_then(|()| {
            // Of the end alone nobody knows how much went out.
            self.wire.write(b".\r\n").map_err(broken(false))?;
            // Servers filter content before they answer (RFC 5321, section 4.5.3.2.6).
            self.wire.wait(self.confirmation).map_err(broken(false))?;
            let answer = self.wire.answer().map_err(wire_error)?;
            self.wire.wait(self.timeout).map_err(broken(false))?;
            Ok(answer)
        });
        self.is_broken |= answer.is_err();
        let answer = answer?;
        self.is_broken |= answer.code < 400 && !is_yes(&answer);
        fine(answer, DeliveryErrorKind::Rejected).map(drop)
    }

    /// Says a command and takes the answer; a refusal for good is of `refused`.
    fn command(&mut self, line: &str, refused: DeliveryErrorKind) -> Result<Answer, SmtpError> {
        let answer = self.exchange(line)?;
        fine(answer, refused)
    }

    fn exchange(&mut self, line: &str) -> Result<Answer, SmtpError> {
        let said = self.wire.say(line).map_err(WireError::from);
        let answer = said.and_then(|()| self.wire.answer());
        self.is_broken |= answer.is_err();
        answer.map_err(wire_error)
    }

    /// Takes leave.
    pub fn quit(mut self) {
        if !self.is_broken {
            let _ = self.exchange("QUIT");
        }
    }
}

fn is_yes(answer: &Answer) -> bool {
    (200..300).contains(&answer.code)
}

/// The answer where it is a yes; a refusal for good is of `refused`.
fn fine(answer: Answer, refused: DeliveryErrorKind) -> Result<Answer, SmtpError> {
    let kind = match answer.code {
        200..300 => return Ok(answer),
        400..500 => DeliveryErrorKind::Temporary,
        500.. => login_refusal(&answer).unwrap_or(refused),
        _ => return Err(out_of_turn(&answer)),
    };
    Err(SmtpError { kind, code: Some(answer.code), said: answer.text(), unsent: false })
}

/// What a user with a token proves to be who they are with.
pub(super) fn token_proof(login: &Login) -> Zeroizing<String> {
    Zeroizing::new(format!("user={}\x01auth=Bearer {}\x01\x01", login.user, login.secret.as_str()))
}

/// Refusals of logins of which the kind is known by the words of Exchange Online and Gmail.
fn login_refusal(answer: &Answer) -> Option<DeliveryErrorKind> {
    let text = answer.text();
    let says = |code: &str| text.split([' ', '-', '(', ')']).any(|word| word.trim_start_matches('#') == code);
    match answer.code {
        535 | 550 if says("5.7.139") || says("5.7.30") => Some(DeliveryErrorKind::BasicAuthOff),
        534 | 535 if says("5.7.9") || text.contains("pplication-specific password") => {
            Some(DeliveryErrorKind::AppPasswordWanted)
        }
        _ => None,
    }
}

/// An answer that says neither yes nor no.
fn out_of_turn(answer: &Answer) -> SmtpError {
    SmtpError { said: answer.text(), ..DeliveryErrorKind::Protocol.into() }
}

/// The message as it goes over the wire: every line ends in CRLF, since servers differ in what else they
/// take for the end of one and of the message; a dot that begins a line is doubled (RFC 5321, section
/// 4.5.2).
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 50);
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
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

/// The name by which this machine greets: a full name, or the address that it has on this connection
/// (RFC 5321, section 4.1.1.1). The short names of office computers are refused by many servers.
fn hello(name: &str, wire: &Wire) -> String {
    if is_hello(name) {
        return name.to_string();
    }
    match wire.own_address().map(|address| address.ip()) {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => format!("[{address}]"),
            None => format!("[IPv6:{address}]"),
        },
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Err(_) => "[127.0.0.1]".into(),
    }
}

/// Whether a machine may greet by this name: a full one, or an address literal.
pub fn is_hello(name: &str) -> bool {
    is_full_name(name) || is_literal(name)
}

/// Whether this is a name with a domain: labels of letters, digits and hyphens.
fn is_full_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.contains('.') && name.len() <= 255 && name.split('.').all(is_label) && name.parse::<IpAddr>().is_err()
}

/// Whether this is an address literal: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
fn is_literal(name: &str) -> bool {
    let inside = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    inside.is_some_and(|inside| match inside.strip_prefix("IPv6:") {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => inside.parse::<std::net::Ipv4Addr>().is_ok(),
    })
}

/// TLS with the system's roots beside those given; certificate and name are checked, 1.2 is the least.
fn connector(relay: &Relay) -> Result<TlsConnector, SmtpError> {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    let no_roots = || SmtpError::from(DeliveryErrorKind::Roots);
    for pem in &relay.roots {
        let roots = openssl::x509::X509::stack_from_pem(pem).ok().filter(|roots| !roots.is_empty());
        for root in roots.ok_or_else(no_roots)? {
            let der = root.to_der().map_err(|_| no_roots())?;
            builder.add_root_certificate(Certificate::from_der(&der).map_err(|_| no_roots())?);
        }
    }
    builder.build().map_err(|error| SmtpError { said: error.to_string(), ..DeliveryErrorKind::Tls.into() })
}

/// No connection: what the network says, or that it says nothing.
fn not_connected(error: io::Error) -> SmtpError {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => DeliveryErrorKind::Timeout.into(),
        _ => SmtpError { said: error.to_string(), ..DeliveryErrorKind::Unreachable.into() },
    }
}

fn wire_error(error: WireError) -> SmtpError {
    let of = |kind: DeliveryErrorKind, said: String| SmtpError { said, ..kind.into() };
    match error {
        // The system calls it a resource that is not there for a while.
        WireError::Io(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
            DeliveryErrorKind::Timeout.into()
        }
        WireError::Io(error) if is_cut(&error) => of(DeliveryErrorKind::CutOff, error.to_string()),
        WireError::Io(error) => of(DeliveryErrorKind::Tls, without_source(&error.to_string())),
        WireError::Ended => DeliveryErrorKind::CutOff.into(),
        WireError::NoAnswer(said) => of(DeliveryErrorKind::Protocol, said),
        WireError::Tls(said) if says_end(&said) => of(DeliveryErrorKind::CutOff, said),
        WireError::Tls(said) => of(DeliveryErrorKind::Tls, without_source(&said)),
        WireError::Injected => DeliveryErrorKind::Injected.into(),
    }
}

fn is_cut(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
        || says_end(&error.to_string())
}

/// OpenSSL's words for a connection that ended within TLS; some of its versions give no more.
fn says_end(said: &str) -> bool {
    said.to_ascii_lowercase().contains("unexpected eof")
}

/// What OpenSSL says, without the file and line of its own source:
/// `error:0A000086:SSL routines:function:certificate verify failed:file.c:1889: (why)`.
fn without_source(said: &str) -> String {
    let parts: Vec<&str> = said.splitn(7, ':').collect();
    match parts.as_slice() {
        ["error", _, _, _, reason, _, rest] => {
            let why = rest.find('(').map_or("", |at| &rest[at..]);
            format!("{reason} {why}").trim().to_string()
        }
        _ => said.to_string(),
    }
}
