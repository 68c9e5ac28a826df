//! The postman: rounds to a mail server until a message is taken or there is no hope.

use std::time::Duration;

use super::delivery::{Delivery, Kind, Trouble};
use super::relay::Relay;

/// Carries messages to one mail server. It connects for the first message, stays connected for
/// those that follow, and takes leave when dropped.
pub struct Postman<'a> {
    relay: &'a Relay,
    _sleep: &'a dyn Fn(Duration),
}

impl<'a> Postman<'a> {
    /// A postman for `relay` who waits by `sleep` between attempts.
    pub fn new(relay: &'a Relay, sleep: &'a dyn Fn(Duration)) -> Postman<'a> {
        Postman { relay, _sleep: sleep }
    }

    /// Hands over the message `bytes` (RFC 5322). `from` is told of failures after that.
    pub fn send(&mut self, _from: &str, _to: &[String], _bytes: &[u8]) -> Delivery {
        Delivery::Failed(Trouble { kind: Kind::Unreachable, server: self.relay.server(), reply: String::new() })
    }
}
