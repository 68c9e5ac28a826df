//! One connection to a mail server, command by command (RFC 5321, 3207, 4954).

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use native_tls::{Certificate, HandshakeError, Protocol, TlsConnector, TlsStream};
use openssl::base64;
use zeroize::Zeroizing;

use super::super::delivery::Kind;
use super::super::relay::{Login, Relay, Security};

/// Why a step did not succeed.
#[derive(Debug)]
pub(super) struct Snag {
    pub kind: Kind,
    /// What the server or the system said, as it came.
    pub said: String,
}

impl From<Kind> for Snag {
    fn from(kind: Kind) -> Snag {
        Snag { kind, said: String::new() }
    }
}

/// What the server answered.
#[derive(Debug)]
pub(super) struct Reply {
    pub code: u16,
    lines: Vec<String>,
}

impl Reply {
    /// The reply as one text with its code.
    pub fn said(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
    }

    pub fn is_fine(&self) -> bool {
        (200..400).contains(&self.code)
    }

    pub fn is_for_good(&self) -> bool {
        (500..600).contains(&self.code)
    }

    /// A refusal; one for good is of `kind`.
    pub fn snag(&self, kind: Kind) -> Snag {
        let kind = match self.code {
            400..500 => Kind::Temporary,
            500..600 => kind,
            _ => Kind::Protocol,
        };
        Snag { kind, said: self.said() }
    }
}

/// The longest reply, and the longest text sent in one step.
const MOST_REPLY: usize = 64 * 1024;
const PART: usize = 16 * 1024;
/// To take leave is courtesy: nobody waits long for the answer.
const LEAVE: Duration = Duration::from_secs(2);

/// A connection that is ready for messages: greeted, protected and logged in as the relay wants.
pub(super) struct Session {
    stream: Stream,
    alarm: Alarm,
    /// What was read beyond the last line.
    ahead: Vec<u8>,
    /// What the server offers, in capitals, a line each.
    offers: Vec<String>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    /// Between the two.
    Gone,
}

impl Session {
    pub fn open(relay: &Relay) -> Result<Session, Snag> {
        let limit = relay.timeout.max(Duration::from_millis(1));
        let tcp = connect(relay, limit)?;
        // Commands are short and wait for their answers.
        let _ = tcp.set_nodelay(true);
        let alarm = Alarm::new(&tcp, limit).map_err(|e| broken(&e))?;
        let mut session = Session { stream: Stream::Plain(tcp), alarm, ahead: Vec::new(), offers: Vec::new() };
        if relay.security == Security::Tls {
            session.protect(relay)?;
        }
        let greeting = session.step(None)?;
        if greeting.code != 220 {
            return Err(greeting.snag(Kind::Rejected));
        }
        session.greet(&relay.hello)?;
        if relay.security == Security::StartTls {
            session.start_tls(relay)?;
            session.greet(&relay.hello)?;
        }
        if let Some(login) = &relay.login {
            session.log_in(login)?;
        }
        Ok(session)
    }

    fn greet(&mut self, hello: &str) -> Result<(), Snag> {
        let fine = !hello.is_empty() && hello.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        let reply = self.command(&format!("EHLO {}", if fine { hello } else { "[127.0.0.1]" }))?;
        if reply.code != 250 {
            return Err(reply.snag(Kind::Rejected));
        }
        self.offers = reply.lines.iter().skip(1).map(|line| line.trim().to_ascii_uppercase()).collect();
        Ok(())
    }

    fn start_tls(&mut self, relay: &Relay) -> Result<(), Snag> {
        if !self.offers.iter().any(|line| line == "STARTTLS") {
            return Err(Kind::NoStartTls.into());
        }
        let reply = self.command("STARTTLS")?;
        if reply.code != 220 {
            return Err(reply.snag(Kind::NoStartTls));
        }
        // What came before the protection may be anybody's: RFC 3207, section 4.2, and answers put
        // in by others.
        if !self.ahead.is_empty() {
            return Err(Kind::Protocol.into());
        }
        self.offers.clear();
        self.protect(relay)
    }

    fn protect(&mut self, relay: &Relay) -> Result<(), Snag> {
        let connector = connector(relay)?;
        let Stream::Plain(tcp) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(Kind::Protocol.into());
        };
        let host = relay.host.trim_matches(['[', ']']);
        self.alarm.set();
        let outcome = connector.connect(host, tcp);
        if self.alarm.rang() {
            return Err(Kind::Timeout.into());
        }
        match outcome {
            Ok(stream) => self.stream = Stream::Tls(Box::new(stream)),
            Err(HandshakeError::Failure(error)) => return Err(handshake(&error)),
            Err(HandshakeError::WouldBlock(_)) => return Err(Kind::Timeout.into()),
        }
        Ok(())
    }

    fn log_in(&mut self, login: &Login) -> Result<(), Snag> {
        let offered = |way: &str| {
            let ways = |line: &String| line.strip_prefix("AUTH").map(|rest| rest.replace('=', " "));
            self.offers.iter().filter_map(ways).any(|line| line.split_whitespace().any(|word| word == way))
        };
        let reply = if offered("PLAIN") {
            let secret = Zeroizing::new(format!("\0{}\0{}", login.user, login.password.as_str()));
            let secret = Zeroizing::new(base64::encode_block(secret.as_bytes()));
            self.secret_command("AUTH PLAIN ", &secret)?
        } else if offered("LOGIN") {
            let mut reply = self.command("AUTH LOGIN")?;
            for word in [&login.user, login.password.as_str()] {
                if reply.code == 334 {
                    reply = self.secret_command("", &Zeroizing::new(base64::encode_block(word.as_bytes())))?;
                }
            }
            reply
        } else {
            return Err(Kind::NoAuth.into());
        };
        match reply.code {
            235 => Ok(()),
            _ => Err(reply.snag(Kind::Auth)),
        }
    }

    fn secret_command(&mut self, words: &str, secret: &str) -> Result<Reply, Snag> {
        let mut line = Zeroizing::new(String::with_capacity(words.len() + secret.len() + 2));
        line.push_str(words);
        line.push_str(secret);
        line.push_str("\r\n");
        self.step(Some(line.as_bytes()))
    }

    /// Sends one command and waits for its answer.
    pub fn command(&mut self, line: &str) -> Result<Reply, Snag> {
        self.step(Some(format!("{line}\r\n").as_bytes()))
    }

    /// Whether the server offers an extension.
    pub fn offers(&self, name: &str) -> bool {
        self.offers.iter().any(|line| line.split_whitespace().next() == Some(name))
    }

    /// Sends the message; all but the line that ends it.
    pub fn content(&mut self, bytes: &[u8]) -> Result<(), Snag> {
        bytes.chunks(PART).try_for_each(|part| {
            self.alarm.set();
            let outcome = self.stream.write(part);
            self.alarmed(outcome)
        })
    }

    /// Sends the line that ends the message. If this fails, the server has no whole message.
    pub fn end(&mut self) -> Result<(), Snag> {
        self.content(b".\r\n")
    }

    /// Waits for an answer.
    pub fn answer(&mut self) -> Result<Reply, Snag> {
        self.step(None)
    }

    fn step(&mut self, line: Option<&[u8]>) -> Result<Reply, Snag> {
        self.alarm.set();
        let outcome = line.map_or(Ok(()), |line| self.stream.write(line)).and_then(|()| self.read());
        self.alarmed(outcome)?.ok_or_else(|| Kind::Protocol.into())
    }

    fn alarmed<T>(&self, outcome: io::Result<T>) -> Result<T, Snag> {
        let late = self.alarm.rang();
        outcome.map_err(|error| if late { Kind::Timeout.into() } else { broken(&error) })
    }

    /// A whole reply; none if it is not one of a mail server.
    fn read(&mut self) -> io::Result<Option<Reply>> {
        let (mut code, mut lines, mut length) = (None, Vec::new(), 0);
        loop {
            let Some(line) = self.read_line()? else { return Ok(None) };
            length += line.len();
            let number = line.get(..3).and_then(|digits| digits.parse::<u16>().ok());
            let Some(number @ 200..600) = number else { return Ok(None) };
            if length > MOST_REPLY || *code.get_or_insert(number) != number {
                return Ok(None);
            }
            let last = match line.as_bytes().get(3) {
                None | Some(b' ') => true,
                Some(b'-') => false,
                Some(_) => return Ok(None),
            };
            lines.push(line.get(4..).unwrap_or_default().to_string());
            if last {
                return Ok(Some(Reply { code: number, lines }));
            }
        }
    }

    /// A line without its end; none if it is endless. Some servers do not write UTF-8.
    fn read_line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.ahead.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.ahead.drain(..=end).collect();
                return Ok(Some(String::from_utf8_lossy(&line).trim_end().to_string()));
            }
            if self.ahead.len() > MOST_REPLY {
                return Ok(None);
            }
            let mut part = [0; 4096];
            match self.stream.read(&mut part)? {
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                n => self.ahead.extend_from_slice(&part[..n]),
            }
        }
    }

    /// Takes leave.
    pub fn quit(mut self) {
        if let Some(tcp) = self.stream.tcp() {
            let _ = tcp.set_read_timeout(Some(LEAVE));
            let _ = tcp.set_write_timeout(Some(LEAVE));
        }
        let _ = self.command("QUIT");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(tcp) = self.stream.tcp() {
            let _ = tcp.shutdown(Shutdown::Both);
        }
    }
}

impl Stream {
    fn tcp(&self) -> Option<&TcpStream> {
        match self {
            Stream::Plain(tcp) => Some(tcp),
            Stream::Tls(tls) => Some(tls.get_ref()),
            Stream::Gone => None,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Stream::Plain(tcp) => tcp.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::Gone => Err(ErrorKind::NotConnected.into()),
        }
    }

    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(tcp) => tcp.read(part),
            Stream::Tls(tls) => tls.read(part),
            Stream::Gone => Err(ErrorKind::NotConnected.into()),
        }
    }
}

/// Closes the connection when a step takes too long, even if a byte comes now and then, which
/// would hold off a socket's own timeout for ever.
struct Alarm {
    orders: Sender<bool>,
    rang: Arc<AtomicBool>,
}

impl Alarm {
    fn new(tcp: &TcpStream, limit: Duration) -> io::Result<Alarm> {
        let tcp = tcp.try_clone()?;
        let (orders, heard) = mpsc::channel();
        let rang = Arc::new(AtomicBool::new(false));
        let told = rang.clone();
        thread::Builder::new().name("mail-alarm".into()).spawn(move || watch(&tcp, limit, &heard, &told))?;
        Ok(Alarm { orders, rang })
    }

    /// Begins a step.
    fn set(&self) {
        let _ = self.orders.send(true);
    }

    /// Ends a step, and says whether it or one before took too long.
    fn rang(&self) -> bool {
        let _ = self.orders.send(false);
        self.rang.load(Ordering::SeqCst)
    }
}

fn watch(tcp: &TcpStream, limit: Duration, orders: &Receiver<bool>, rang: &AtomicBool) {
    while let Ok(mut waiting) = orders.recv() {
        while waiting {
            waiting = match orders.recv_timeout(limit) {
                Ok(order) => order,
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => {
                    rang.store(true, Ordering::SeqCst);
                    let _ = tcp.shutdown(Shutdown::Both);
                    return;
                }
            };
        }
    }
}

fn connect(relay: &Relay, limit: Duration) -> Result<TcpStream, Snag> {
    let places = resolve(relay.host.trim_matches(['[', ']']), relay.port, limit)?;
    let share = (limit / places.len().try_into().unwrap_or(u32::MAX)).max(Duration::from_millis(1));
    let mut snag = Snag::from(Kind::UnknownHost);
    for place in places {
        match TcpStream::connect_timeout(&place, share) {
            Ok(tcp) => return Ok(tcp),
            Err(error) if error.kind() == ErrorKind::TimedOut => snag = Kind::Timeout.into(),
            Err(error) => snag = Snag { kind: Kind::Unreachable, said: error.to_string() },
        }
    }
    Err(snag)
}

/// Asks in a thread of its own, since the system's question has no time limit.
fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Snag> {
    let place = (host.to_string(), port);
    let (tell, hear) = mpsc::channel();
    let ask = move || tell.send(place.to_socket_addrs().map(Vec::from_iter));
    thread::Builder::new().name("mail-resolve".into()).spawn(ask).map_err(|e| broken(&e))?;
    match hear.recv_timeout(limit) {
        Ok(Ok(places)) if !places.is_empty() => Ok(places),
        Ok(Ok(_)) => Err(Kind::UnknownHost.into()),
        Ok(Err(error)) => Err(Snag { kind: Kind::UnknownHost, said: error.to_string() }),
        Err(_) => Err(Kind::Timeout.into()),
    }
}

fn broken(error: &io::Error) -> Snag {
    Snag { kind: Kind::CutOff, said: error.to_string() }
}

fn connector(relay: &Relay) -> Result<TlsConnector, Snag> {
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    for pem in &relay.roots {
        let roots = Certificate::stack_from_pem(pem).ok().filter(|roots| !roots.is_empty());
        for root in roots.ok_or(Snag::from(Kind::Roots))? {
            builder.add_root_certificate(root);
        }
    }
    builder.build().map_err(|error| Snag { kind: Kind::Tls, said: error.to_string() })
}

/// A handshake that the network ended may go better next time; one that a certificate ended, not.
fn handshake(error: &native_tls::Error) -> Snag {
    let said = error.to_string();
    let mut source = std::error::Error::source(error);
    let mut cut = said.contains("unexpected eof") || said.contains("unexpected EOF");
    while let Some(error) = source {
        cut |= error.downcast_ref::<io::Error>().is_some_and(|e| {
            use ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
            matches!(e.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
        });
        source = error.source();
    }
    Snag { kind: if cut { Kind::CutOff } else { Kind::Tls }, said }
}
