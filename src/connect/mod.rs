//! Whether this computer reaches a server that asks for client certificates: name, proxy, TLS, the
//! server's certificate, the client's, the clock.
//!
//! [`probe`] goes step by step and keeps what it sees; a fault ends the steps that rest on it and is
//! told in the terms of the operator's FAQ with what to do next (`fault`). Nothing is sent but TLS
//! handshakes, the proxy's CONNECT, and one HEAD where that is asked for. What the server asks of the
//! client is read from its own records (`record`), since OpenSSL does not tell.
//! Absent here: no clock but the one that is given, no environment, no secret in any error.

mod answer;
mod fault;
mod proxy;
mod record;
mod stream;
mod tls;

use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::calendar::Instant;
use fault::ConnectFault;
use stream::Deadline;

pub use fault::{ConnectStep, FaultLevel};
pub(crate) use proxy::host_and_port;
pub use proxy::{Proxy, ProxyAddressFault, ProxyLogin};

/// How long has passed, by a clock that nobody sets.
pub type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// A client certificate with its private key.
pub struct ClientIdentity {
    /// The certificate.
    pub certificate: X509,
    /// The certificates of its issuers, which are sent with it.
    pub chain: Vec<X509>,
    /// The private key.
    pub key: PKey<Private>,
}

/// What is to be reached, and how.
pub struct ConnectTarget {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The proxy in between.
    pub proxy: Option<Proxy>,
    /// What the client shows when it is asked.
    pub client: Option<ClientIdentity>,
    /// Root certificates trusted for the server besides the system's.
    pub roots: Vec<X509>,
    /// Files and folders with the system's root certificates.
    pub system_roots: Vec<std::path::PathBuf>,
    /// Whether one HEAD is sent.
    pub head: bool,
    /// How long each step may take.
    pub timeout: Duration,
    /// The moment taken for now.
    pub now: Instant,
    /// Time since then.
    pub elapsed: Elapsed,
}

/// Versions of TLS, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// TLS 1.0.
    V10,
    /// TLS 1.1.
    V11,
    /// TLS 1.2.
    V12,
    /// TLS 1.3.
    V13,
}

impl TlsVersion {
    /// All of them.
    pub const ALL: [TlsVersion; 4] = [TlsVersion::V10, TlsVersion::V11, TlsVersion::V12, TlsVersion::V13];

    /// `TLS 1.2`.
    pub fn name(self) -> &'static str {
        match self {
            TlsVersion::V10 => "TLS 1.0",
            TlsVersion::V11 => "TLS 1.1",
            TlsVersion::V12 => "TLS 1.2",
            TlsVersion::V13 => "TLS 1.3",
        }
    }
}

/// A certificate that the server showed.
#[derive(Clone, Debug)]
pub struct ServerCertificate {
    /// Its subject.
    pub subject: String,
    /// Its issuer.
    pub issuer: String,
    /// When it expires.
    pub not_after: Option<Instant>,
}

/// What became of the client certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAnswer {
    /// It was not come to that.
    NotReached,
    /// The server asks for none.
    NotAsked,
    /// The server asks for one and goes on without.
    NotNeeded,
    /// The server accepts it.
    Accepted,
    /// The server refuses it, or that there is none.
    Refused,
    /// With TLS 1.3 nobody but the two can see whether it was asked for.
    Unseen,
}

impl ClientAnswer {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            ClientAnswer::NotReached => "not-reached",
            ClientAnswer::NotAsked => "not-asked",
            ClientAnswer::NotNeeded => "not-needed",
            ClientAnswer::Accepted => "accepted",
            ClientAnswer::Refused => "refused",
            ClientAnswer::Unseen => "unseen",
        }
    }
}

/// What was seen on the way.
#[derive(Debug)]
pub struct ConnectReport {
    /// The server, `host:port`.
    pub server: String,
    /// The proxy, `host:port`.
    pub proxy: Option<String>,
    /// Addresses of the server, or of the proxy where there is one.
    pub addresses: Vec<IpAddr>,
    /// Ways to log in that the proxy offers.
    pub proxy_schemes: Vec<String>,
    /// The way in which the login to the proxy was made.
    pub proxy_login: Option<&'static str>,
    /// Versions of TLS, and whether the server offers each; none where that was not found out.
    pub versions: Vec<(TlsVersion, Option<bool>)>,
    /// The version and the cipher of the connection.
    pub negotiated: Option<(TlsVersion, String)>,
    /// What the server showed, its own certificate first.
    pub chain: Vec<ServerCertificate>,
    /// Issuers whose certificates the server asks for.
    pub client_issuers: Vec<String>,
    /// What became of the client certificate.
    pub client: ClientAnswer,
    /// The alert with which the server ended a handshake, by name.
    pub alert: Option<String>,
    /// The status of the answer to HEAD.
    pub status: Option<u16>,
    /// Seconds by which this computer's clock is behind (or ahead, where negative).
    pub skew: Option<i64>,
    /// Steps that were come to, in order.
    pub reached: Vec<ConnectStep>,
    pub(crate) faults: Vec<ConnectFault>,
}

impl ConnectReport {
    fn new(target: &ConnectTarget) -> ConnectReport {
        ConnectReport {
            server: authority(&target.host, target.port),
            proxy: target.proxy.as_ref().map(Proxy::authority),
            addresses: Vec::new(),
            proxy_schemes: Vec::new(),
            proxy_login: None,
            versions: Vec::new(),
            negotiated: None,
            chain: Vec::new(),
            client_issuers: Vec::new(),
            client: ClientAnswer::NotReached,
            alert: None,
            status: None,
            skew: None,
            reached: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// The gravest fault.
    pub fn worst(&self) -> Option<FaultLevel> {
        self.faults.iter().map(ConnectFault::level).max()
    }

    fn reach(&mut self, step: ConnectStep) {
        if !self.reached.contains(&step) {
            self.reached.push(step);
        }
    }
}

/// `host:port`, with an IPv6 address in brackets.
pub(crate) fn authority(host: &str, port: u16) -> String {
    match host.parse::<std::net::Ipv6Addr>() {
        Ok(address) => format!("[{address}]:{port}"),
        Err(_) => format!("{host}:{port}"),
    }
}

/// Goes step by step as far as it goes.
pub fn probe(target: &ConnectTarget) -> ConnectReport {
    let mut report = ConnectReport::new(target);
    if let Err(fault) = walk(target, &mut report) {
        report.faults.push(fault);
    }
    report
}

fn walk(target: &ConnectTarget, report: &mut ConnectReport) -> Result<(), ConnectFault> {
    let (host, port) = match &target.proxy {
        Some(proxy) => (proxy.host.as_str(), proxy.port),
        None => (target.host.as_str(), target.port),
    };
    report.reach(ConnectStep::Name);
    let found = resolve(host, port, target.timeout).ok_or_else(|| match target.proxy {
        Some(_) => ConnectFault::new(fault::PROXY_NAME).with("host", host),
        None => ConnectFault::new(fault::NAME).with("host", host),
    })?;
    report.addresses = found.iter().map(SocketAddr::ip).collect();
    report.addresses.dedup();
    let route = Route { target, addresses: found };
    tls::examine(&route, report)
}

/// The addresses of a name; none where it has none, or no answer comes in time.
fn resolve(host: &str, port: u16, timeout: Duration) -> Option<Vec<SocketAddr>> {
    let (sender, receiver) = mpsc::channel();
    let host = host.to_string();
    // The system's resolver knows no time limit of ours: a thread of its own waits for it.
    std::thread::spawn(move || {
        let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
        let _ = sender.send(found);
    });
    receiver.recv_timeout(timeout).ok()?.ok().filter(|found| !found.is_empty())
}

/// A way to the server on which connections are opened, one for each handshake.
struct Route<'a> {
    target: &'a ConnectTarget,
    addresses: Vec<SocketAddr>,
}

impl Route<'_> {
    /// Opens a connection up to the server, through the proxy where there is one.
    fn open(&self, report: &mut ConnectReport) -> Result<(TcpStream, Deadline), ConnectFault> {
        report.reach(ConnectStep::Connect);
        let target = self.target;
        let stream = self.dial()?;
        let Some(proxy) = &target.proxy else { return Ok((stream, self.deadline())) };
        report.reach(ConnectStep::Proxy);
        let stream = proxy::tunnel(self, proxy, stream, report)?;
        Ok((stream, self.deadline()))
    }

    fn deadline(&self) -> Deadline {
        Deadline::new(&self.target.elapsed, self.target.timeout)
    }

    /// A connection to the first address that takes one.
    fn dial(&self) -> Result<TcpStream, ConnectFault> {
        let target = self.target;
        let mut last = None;
        for address in &self.addresses {
            match TcpStream::connect_timeout(address, target.timeout) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = Some(error),
            }
        }
        let kind = last.map(|error| error.kind());
        let (refused, silent) = match target.proxy {
            Some(_) => (fault::PROXY_REFUSED_CONNECTION, fault::PROXY_SILENT),
            None => (fault::REFUSED_CONNECTION, fault::SILENT_CONNECTION),
        };
        let fault = if kind == Some(std::io::ErrorKind::ConnectionRefused) { refused } else { silent };
        let to = target.proxy.as_ref().map_or_else(|| authority(&target.host, target.port), Proxy::authority);
        Err(ConnectFault::new(fault).with("server", to))
    }
}
