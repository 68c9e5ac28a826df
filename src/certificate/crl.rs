//! Certificate revocation lists.

use sha2::{Digest, Sha256};

use super::Name;
use super::x509::read_time;
use crate::calendar::Instant;
use crate::tlv::{TlvError, TlvReader, universal};

/// A certificate revocation list: what is needed to choose among several. Revocation itself is
/// checked by the verifier.
#[derive(Clone, Debug)]
pub struct Crl {
    /// The DER, byte for byte.
    pub der: Vec<u8>,
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
    /// Who issued it.
    pub issuer: Name,
    /// When it was issued.
    pub this_update: Option<Instant>,
    /// When the next is due, where it says so.
    pub next_update: Option<Instant>,
}

impl Crl {
    /// Whether it was issued by `at`.
    pub fn is_issued(&self, at: Instant) -> bool {
        self.this_update.is_some_and(|this| this <= at)
    }

    /// Whether the next one was due before `at`.
    pub fn is_stale(&self, at: Instant) -> bool {
        self.next_update.is_some_and(|next| next < at)
    }

    /// Reads a CRL (RFC 5280 section 5.1).
    pub fn parse(der: &[u8]) -> Result<Crl, TlvError> {
        let outer = TlvReader::new(der).sequence()?;
        let mut tbs = outer.children().sequence()?.children();
        tbs.optional(universal::INTEGER)?;
        tbs.sequence()?;
        let issuer = tbs.sequence()?;
        let this_update = tbs.read()?;
        let is_time = |n| n == universal::UTC_TIME || n == universal::GENERALIZED_TIME;
        if !is_time(this_update.tag.number) {
            return Err(this_update.unexpected());
        }
        let next_update = match tbs.peek() {
            Some(tag) if is_time(tag.number) => Some(tbs.read()?),
            _ => None,
        };
        Ok(Crl {
            der: outer.raw.to_vec(),
            sha256: Sha256::digest(outer.raw).into(),
            issuer: Name::new(issuer.raw),
            this_update: read_time(&this_update),
            next_update: next_update.as_ref().and_then(read_time),
        })
    }
}
