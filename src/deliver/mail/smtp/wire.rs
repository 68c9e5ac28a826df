//! The bytes between this machine and a mail server: lines out, answers in, plain or within TLS.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use native_tls::{HandshakeError, TlsConnector, TlsStream};

/// The longest answer; servers greet with a few hundred bytes.
const MOST_ANSWER: usize = 64 << 10;
/// Bytes of a message that are written at once.
const PART: usize = 16 << 10;

/// A connection.
pub(super) struct Wire {
    stream: Stream,
    /// What came and is not yet part of an answer.
    received: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// An answer of the server.
#[derive(Debug)]
pub(super) struct Answer {
    pub code: u16,
    /// Its words, line by line.
    pub lines: Vec<String>,
}

impl Answer {
    /// Code and words in one line.
    pub fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" "))
    }
}

/// Why nothing could be sent or received.
#[derive(Debug)]
pub(super) enum WireError {
    /// The network.
    Io(io::Error),
    /// The connection ended where an answer was due.
    Ended,
    /// What came is no answer of a mail server.
    NoAnswer(String),
    /// No TLS could be agreed on.
    Tls(String),
    /// Answers came in plain text behind the one that begins TLS: somebody between us and the server
    /// could have written them, and they would be taken for the server's within TLS (CVE-2011-0411).
    Injected,
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> WireError {
        WireError::Io(error)
    }
}

impl Wire {
    /// Connects to the first of these places that answers.
    pub fn connect(places: &[SocketAddr], timeout: Duration) -> io::Result<Wire> {
        let mut failed = io::Error::from(ErrorKind::NotConnected);
        for place in places {
            match TcpStream::connect_timeout(place, timeout) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(timeout))?;
                    stream.set_write_timeout(Some(timeout))?;
                    // Commands are short, and each waits for its answer.
                    stream.set_nodelay(true)?;
                    return Ok(Wire { stream: Stream::Plain(stream), received: Vec::new() });
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }

    /// The address of this machine on the connection.
    pub fn own_address(&self) -> io::Result<SocketAddr> {
        self.tcp().local_addr()
    }

    /// From now on an answer may take so long.
    pub fn wait(&self, timeout: Duration) -> io::Result<()> {
        self.tcp().set_read_timeout(Some(timeout))
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.get_ref(),
        }
    }

    /// The same connection within TLS, with a server that proves to be `host`.
    pub fn protect(self, connector: &TlsConnector, host: &str) -> Result<Wire, WireError> {
        let Stream::Plain(stream) = self.stream else { return Ok(self) };
        if !self.received.is_empty() {
            return Err(WireError::Injected);
        }
        match connector.connect(host, stream) {
            Ok(stream) => Ok(Wire { stream: Stream::Tls(Box::new(stream)), received: Vec::new() }),
            Err(HandshakeError::Failure(error)) => Err(WireError::Tls(error.to_string())),
            // The socket's timeout looks like one that would have to be waited for.
            Err(HandshakeError::WouldBlock(_)) => Err(WireError::Io(ErrorKind::TimedOut.into())),
        }
    }

    /// Sends a line, which has no end yet.
    pub fn say(&mut self, line: &str) -> io::Result<()> {
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(line.len() + 2));
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        self.write(&bytes)
    }

    /// Sends bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(PART) {
            match &mut self.stream {
                Stream::Plain(stream) => stream.write_all(part)?,
                Stream::Tls(stream) => stream.write_all(part)?,
            }
        }
        match &mut self.stream {
            Stream::Plain(stream) => stream.flush(),
            Stream::Tls(stream) => stream.flush(),
        }
    }

    /// The next answer: lines of one code, of which the last has no hyphen behind it (RFC 5321, section 4.2.1).
    pub fn answer(&mut self) -> Result<Answer, WireError> {
        let (mut lines, mut code, mut size) = (Vec::new(), None, 0);
        loop {
            let line = self.line()?;
            size += line.len();
            let shown = || WireError::NoAnswer(line.chars().take(100).collect());
            let number = line.get(..3).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit())).ok_or_else(shown)?;
            let number: u16 = number.parse().map_err(|_| shown())?;
            let is_last = match line.as_bytes().get(3) {
                Some(b'-') => false,
                None | Some(b' ') => true,
                Some(_) => return Err(shown()),
            };
            if size > MOST_ANSWER || !(200..600).contains(&number) || code.is_some_and(|code| code != number) {
                return Err(shown());
            }
            code = Some(number);
            lines.push(line.get(4..).unwrap_or_default().to_string());
            if is_last {
                return Ok(Answer { code: number, lines });
            }
        }
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<String, WireError> {
        let mut searched = 0;
        loop {
            if let Some(end) = self.received[searched..].iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.received.drain(..=searched + end).collect();
                // Servers speak Shift_JIS and others; what is no UTF-8 is shown as such.
                return Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string());
            }
            searched = self.received.len();
            if searched > MOST_ANSWER {
                let shown = String::from_utf8_lossy(&self.received[..100]).into_owned();
                return Err(WireError::NoAnswer(shown));
            }
            let mut part = [0; 4096];
            let count = match &mut self.stream {
                Stream::Plain(stream) => stream.read(&mut part),
                Stream::Tls(stream) => stream.read(&mut part),
            };
            match count {
                Ok(0) => return Err(WireError::Ended),
                Ok(count) => self.received.extend_from_slice(&part[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}
