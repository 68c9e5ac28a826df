//! One connection to a mail server, by lettre's client; what its errors mean here.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::net::ToSocketAddrs;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{Certificate, SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};

use super::super::delivery::DeliveryErrorKind;
use super::super::relay::{ConnectionSecurity, Login, Relay};

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
        self.code.is_some_and(|code| (500..600).contains(&code))
    }
}

impl From<DeliveryErrorKind> for SmtpError {
    fn from(kind: DeliveryErrorKind) -> SmtpError {
        SmtpError { kind, code: None, said: String::new(), unsent: false }
    }
}

/// A connection that is ready for messages: greeted, protected and logged in as the relay wants.
pub(super) struct SmtpSession {
    connection: SmtpConnection,
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
        let hello = hello(&relay.hello);
        let tls = if relay.security == ConnectionSecurity::Plain { None } else { Some(parameters(relay, host)?) };
        let at_once = tls.as_ref().filter(|_| relay.security == ConnectionSecurity::Tls);
        let connected = SmtpConnection::connect(&places[..], Some(relay.timeout), &hello, at_once, None);
        let mut connection = connected.map_err(|error| smtp_error(&error, DeliveryErrorKind::Rejected))?;
        if let Some(tls) = tls.as_ref().filter(|_| relay.security == ConnectionSecurity::StartTls) {
            if !connection.can_starttls() {
                return Err(DeliveryErrorKind::NoStartTls.into());
            }
            connection.starttls(tls, &hello).map_err(|error| smtp_error(&error, DeliveryErrorKind::NoStartTls))?;
        }
        let mut session = SmtpSession { connection };
        if let Some(login) = &relay.login {
            session.log_in(login)?;
        }
        Ok(session)
    }

    fn log_in(&mut self, login: &Login) -> Result<(), SmtpError> {
        let ways = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&ways).is_none() {
            return Err(DeliveryErrorKind::NoAuth.into());
        }
        let credentials = Credentials::new(login.user.clone(), login.password.to_string());
        let answer = self.connection.auth(&ways, &credentials);
        answer.map(drop).map_err(|error| smtp_error(&error, DeliveryErrorKind::Auth))
    }

    /// Whether the connection is alive, and ready for another message.
    pub fn is_alive(&mut self) -> bool {
        !self.connection.has_broken() && self.connection.command(Rset).is_ok()
    }

    /// Names the sender.
    pub fn sender(&mut self, from: &Address) -> Result<(), SmtpError> {
        let answer = self.connection.command(Mail::new(Some(from.clone()), vec![]));
        answer.map(drop).map_err(|error| smtp_error(&error, DeliveryErrorKind::Sender))
    }

    /// Names a recipient.
    pub fn recipient(&mut self, to: &Address) -> Result<(), SmtpError> {
        let answer = self.connection.command(Rcpt::new(to.clone(), vec![]));
        answer.map(drop).map_err(|error| smtp_error(&error, DeliveryErrorKind::Rejected))
    }

    /// Asks to send the message.
    pub fn data(&mut self) -> Result<(), SmtpError> {
        let answer = self.connection.command(Data).map_err(|error| smtp_error(&error, DeliveryErrorKind::Rejected))?;
        // lettre takes any answer that is no refusal.
        if answer.has_code(354) { Ok(()) } else { Err(out_of_turn(&answer)) }
    }

    /// Sends the message. Where the server gives no answer, it may have it.
    pub fn message(&mut self, bytes: &[u8]) -> Result<(), SmtpError> {
        // The line that ends the message brings a line's end of its own.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let answer = self
            .connection
            .message(&with_line_ends(bytes))
            .map_err(|error| smtp_error(&error, DeliveryErrorKind::Rejected))?;
        let is_taken = answer.code().severity == Severity::PositiveCompletion;
        if is_taken { Ok(()) } else { Err(out_of_turn(&answer)) }
    }

    /// Takes leave.
    pub fn quit(mut self) {
        if !self.connection.has_broken() {
            let _ = self.connection.quit();
        }
    }
}

/// An answer that says neither yes nor no.
fn out_of_turn(answer: &Response) -> SmtpError {
    let words: Vec<&str> = answer.message().collect();
    SmtpError { said: format!("{} {}", answer.code(), words.join(" ")), ..DeliveryErrorKind::Protocol.into() }
}

/// Every line ends in CRLF: servers differ in what else they take for the end of one, and of the
/// message.
fn with_line_ends(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 50);
    let mut rest = bytes;
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        out.extend_from_slice(&rest[..end]);
        out.extend_from_slice(b"\r\n");
        let ending = if rest[end..].starts_with(b"\r\n") { 2 } else { 1 };
        rest = &rest[end + ending..];
    }
    out.extend_from_slice(rest);
    out
}

fn hello(name: &str) -> ClientId {
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    if is_name { ClientId::Domain(name.to_string()) } else { ClientId::default() }
}

/// TLS as lettre sets it up: the system's roots, certificate and name checked, 1.2 at least.
fn parameters(relay: &Relay, host: &str) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(host.to_string());
    for pem in &relay.roots {
        let roots = openssl::x509::X509::stack_from_pem(pem).ok().filter(|roots| !roots.is_empty());
        for root in roots.ok_or(SmtpError::from(DeliveryErrorKind::Roots))? {
            let der = root.to_der().map_err(|_| SmtpError::from(DeliveryErrorKind::Roots))?;
            builder = builder.add_root_certificate(
                Certificate::from_der(der).map_err(|_| SmtpError::from(DeliveryErrorKind::Roots))?,
            );
        }
    }
    builder.build().map_err(|error| SmtpError { said: error.to_string(), ..DeliveryErrorKind::Tls.into() })
}

/// What an error means; a refusal for good is of `refused`.
fn smtp_error(error: &Error, refused: DeliveryErrorKind) -> SmtpError {
    let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(code) = error.status() {
        let code: u16 = code.into();
        let kind = if error.is_transient() { DeliveryErrorKind::Temporary } else { refused };
        return SmtpError { kind, code: Some(code), said: format!("{code} {said}"), unsent: false };
    }
    let kind = match io_error(error) {
        Some(error) if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) => {
            DeliveryErrorKind::Timeout
        }
        Some(error) if is_cut(error) || says_end(&error.to_string()) => DeliveryErrorKind::CutOff,
        // lettre's own word for the end of input.
        _ if error.is_response() && said == "incomplete response" => DeliveryErrorKind::CutOff,
        _ if error.is_response() => DeliveryErrorKind::Protocol,
        // What native-tls calls a socket's timeout.
        None if said.contains("handshake process was interrupted") => DeliveryErrorKind::Timeout,
        None if says_end(&said) => DeliveryErrorKind::CutOff,
        // The name was found before, so that this is the connection itself.
        Some(_) if is_direct(error) && !error.is_tls() => DeliveryErrorKind::Unreachable,
        Some(error) if error.kind() == ErrorKind::InvalidData => DeliveryErrorKind::Protocol,
        _ => DeliveryErrorKind::Tls,
    };
    // Only writing meets a broken pipe; whoever reads meets the end, or a reset.
    let unsent = io_error(error).is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
    let said = match kind {
        // The system calls it a resource that is not there for a while.
        DeliveryErrorKind::Timeout => String::new(),
        DeliveryErrorKind::Tls => without_source(&said),
        _ => said,
    };
    SmtpError { kind, code: None, said, unsent }
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

/// OpenSSL's words for a connection that ended within TLS; some of its versions give no more.
fn says_end(said: &str) -> bool {
    said.to_ascii_lowercase().contains("unexpected eof")
}

fn is_cut(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof)
}

/// Whether the network itself is the cause, and not what was spoken over it.
fn is_direct(error: &Error) -> bool {
    error.source().is_some_and(|source| source.is::<io::Error>())
}

/// The error of the network below.
fn io_error(error: &Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(below) = source {
        if let Some(error) = below.downcast_ref::<io::Error>() {
            return Some(error);
        }
        source = below.source();
    }
    None
}
