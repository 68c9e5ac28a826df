//! A connection with a time limit for the whole of what is done on it, which keeps what the server
//! sent first.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::Elapsed;

/// Bytes of the server's that are kept: a certificate request with the names of many issuers fits.
const KEPT: usize = 1 << 18;

/// The end of the time for something.
#[derive(Clone)]
pub(super) struct Deadline {
    elapsed: Elapsed,
    end: Duration,
}

impl Deadline {
    pub(super) fn new(elapsed: &Elapsed, timeout: Duration) -> Deadline {
        Deadline { elapsed: Elapsed::clone(elapsed), end: elapsed() + timeout }
    }

    /// What is left; an error where nothing is.
    fn left(&self) -> io::Result<Duration> {
        let left = self.end.saturating_sub((self.elapsed)());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

/// A connection. A server that sends a byte a minute takes no longer than a silent one: each read
/// gets what is left of the time for all.
pub(super) struct TimedStream {
    stream: TcpStream,
    deadline: Deadline,
    /// What the server sent first.
    pub received: Vec<u8>,
    /// The time was over.
    pub is_late: bool,
}

impl TimedStream {
    pub(super) fn new(stream: TcpStream, deadline: Deadline) -> TimedStream {
        TimedStream { stream, deadline, received: Vec::new(), is_late: false }
    }

    /// Gives what follows a time of its own.
    pub(super) fn renew(&mut self, deadline: Deadline) {
        (self.deadline, self.is_late) = (deadline, false);
    }

    pub(super) fn into_inner(self) -> TcpStream {
        self.stream
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        // What the systems call a timeout of a socket.
        let late = |error: &io::Error| matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        self.is_late |= result.as_ref().err().is_some_and(late);
        result.map_err(|error| if late(&error) { io::ErrorKind::TimedOut.into() } else { error })
    }
}

impl Read for TimedStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.deadline.left().and_then(|left| {
            self.stream.set_read_timeout(Some(left))?;
            self.stream.read(buffer)
        });
        let read = self.note(read)?;
        let room = KEPT.saturating_sub(self.received.len());
        self.received.extend_from_slice(&buffer[..read.min(room)]);
        Ok(read)
    }
}

impl Write for TimedStream {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.deadline.left().and_then(|left| {
            self.stream.set_write_timeout(Some(left))?;
            self.stream.write(buffer)
        });
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
