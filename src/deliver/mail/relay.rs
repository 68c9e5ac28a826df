//! The mail server that messages are handed to, and how to connect to it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use zeroize::Zeroizing;

/// How a connection is protected. The certificate and its name are checked in both TLS forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionSecurity {
    /// Plain at first, TLS before login and message (port 587). A server without it gets neither.
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// None. A password is sent to this machine only.
    Plain,
}

/// What a user proves to be who they are with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginMethod {
    /// A password, by PLAIN or LOGIN.
    Password,
    /// An OAuth 2.0 access token, by XOAUTH2.
    XOAuth2,
}

/// User and secret for the server.
#[derive(Clone)]
pub struct Login {
    /// The user.
    pub user: String,
    /// What the secret is.
    pub method: LoginMethod,
    /// The password, or the token.
    pub secret: Zeroizing<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// A mail server, and how to connect to it.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Its name, which its certificate must bear.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: ConnectionSecurity,
    /// The login, if the server requires one.
    pub login: Option<Login>,
    /// Certificates of private CAs in PEM, one or more each; trusted besides the system's.
    pub roots: Vec<Vec<u8>>,
    /// How long the server may take for one step: to connect, to answer a command, to take a part
    /// of the message.
    pub timeout: Duration,
    /// How long it may take to confirm that it has the whole message. RFC 5321, section 4.5.3.2.6, wants
    /// ten minutes: giving up sooner makes doubtful what was taken.
    pub confirmation: Duration,
    /// How often a message is tried where another attempt may succeed. At least once.
    pub attempts: u32,
    /// The pause before the second attempt; it doubles with each, up to five minutes.
    pub pause: Duration,
    /// The name by which this machine greets the server; where it is no full name, the machine's address
    /// is used.
    pub hello: String,
}

impl Relay {
    /// `host:port`.
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Whether the server is this machine, by how it is named.
    pub(super) fn is_here(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}
