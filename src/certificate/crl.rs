//! Certificate revocation lists.

use std::ops::Range;

use sha2::{Digest, Sha256};

use super::{Certificate, CertificateRole, Name, Serial};
use crate::calendar::Instant;
use crate::certificate::x509::{CRL_POINTS, read_time};
use crate::tlv::{Tlv, TlvError, TlvReader, dotted, universal};

/// A certificate revocation list (RFC 5280 section 5): what is needed to choose among several, and
/// who is on it.
#[derive(Clone, Debug, Default)]
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
    /// Its number, where it has one.
    pub number: Option<CrlNumber>,
    /// Of a delta, the number of the base that it adds to.
    pub base_number: Option<CrlNumber>,
    /// The issuing distribution point, where it has one: the list speaks of some certificates only.
    scope: Option<Range<usize>>,
    entries: Range<usize>,
    /// The first critical extension that nobody here knows.
    unknown_critical: Option<String>,
}

/// The number of a CRL. It may be longer than any machine integer (RFC 5280 section 5.2.3: up to 20
/// bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlNumber(Box<[u8]>);

impl CrlNumber {
    fn of(integer: &Tlv) -> CrlNumber {
        CrlNumber(integer.magnitude().into())
    }

    /// `15`, in hexadecimal without leading zeros.
    pub fn hex(&self) -> String {
        match super::hex(&self.0).trim_start_matches('0') {
            "" => "0".into(),
            digits => digits.into(),
        }
    }
}

impl PartialOrd for CrlNumber {
    fn partial_cmp(&self, other: &CrlNumber) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CrlNumber {
    fn cmp(&self, other: &CrlNumber) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

/// What a list says of one serial number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrlEntry {
    /// Revoked, or on hold.
    Revoked,
    /// Of a delta: no longer on hold.
    Removed,
}

/// The serial numbers on a list, sorted, so that each look-up is quick.
#[derive(Clone, Debug, Default)]
pub struct CrlIndex {
    entries: Vec<IndexEntry>,
    /// Some entries are of other issuers' certificates (an indirect CRL).
    pub has_other_issuers: bool,
    /// The first entry that cannot be read: its byte in the DER.
    pub unreadable_at: Option<usize>,
    /// The first critical entry extension that nobody here knows.
    pub unknown_critical: Option<String>,
}

/// One serial number of a list.
#[derive(Clone, Copy, Debug)]
struct IndexEntry {
    negative: bool,
    /// Where its bytes stand in the DER, without leading zeros.
    start: u32,
    end: u32,
    said: CrlEntry,
}

const CRL_NUMBER: &str = "2.5.29.20";
const REASON: &str = "2.5.29.21";
const DELTA: &str = "2.5.29.27";
const SCOPE: &str = "2.5.29.28";
const ENTRY_ISSUER: &str = "2.5.29.29";
const AUTHORITY_KEY_IDENTIFIER: &str = "2.5.29.35";

/// The reason removeFromCRL.
const REMOVE_FROM_CRL: &[u8] = &[8];

impl Crl {
    /// Whether it was issued by `at`.
    pub fn is_issued(&self, at: Instant) -> bool {
        self.this_update.is_some_and(|this| this <= at)
    }

    /// Whether the next one was due before `at`.
    pub fn is_stale(&self, at: Instant) -> bool {
        self.next_update.is_some_and(|next| next < at)
    }

    /// The issuing distribution point in DER; none where the list speaks of all certificates of
    /// its issuer.
    pub fn scope(&self) -> Option<&[u8]> {
        self.scope.clone().map(|range| &self.der[range])
    }

    /// The first critical extension of the list that is unknown here, as a dotted OID. Such a list
    /// must not be used (RFC 5280 section 5.2).
    pub fn unknown_critical(&self) -> Option<&str> {
        self.unknown_critical.as_deref()
    }

    /// Whether this delta adds to `base`: same issuer and scope, and a number in between (RFC 5280
    /// section 5.2.4). Whether one key has signed both is another question.
    pub fn adds_to(&self, base: &Crl) -> bool {
        let (Some(from), Some(number), Some(complete)) = (&self.base_number, &self.number, &base.number) else {
            return false;
        };
        base.base_number.is_none()
            && from <= complete
            && complete < number
            && self.scope() == base.scope()
            && self.issuer.canonical() == base.issuer.canonical()
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
        let mut crl = Crl {
            der: outer.raw.to_vec(),
            sha256: Sha256::digest(outer.raw).into(),
            issuer: Name::new(issuer.raw),
            this_update: read_time(&this_update),
            next_update: next_update.as_ref().and_then(read_time),
            ..Crl::default()
        };
        // What follows is read as far as it goes: a list with an odd extension is still one.
        if let Ok(Some(entries)) = tbs.optional(universal::SEQUENCE) {
            crl.entries = entries.content_offset()..entries.content_offset() + entries.content.len();
        }
        if let Ok(Some(extensions)) = tbs.optional_context(0) {
            crl.read_extensions(&extensions);
        }
        Ok(crl)
    }

    fn read_extensions(&mut self, extensions: &Tlv) {
        let Ok(list) = extensions.children().sequence() else { return };
        let mut list = list.children();
        while let Ok(extension) = list.read() {
            let Some((oid, critical, value)) = read_extension(&extension) else { continue };
            let integer =
                || TlvReader::new(value.content).universal(universal::INTEGER).ok().map(|n| CrlNumber::of(&n));
            match oid.as_str() {
                CRL_NUMBER => self.number = integer(),
                DELTA => self.base_number = integer(),
                SCOPE => {
                    let start = value.content_offset();
                    self.scope = Some(start..start + value.content.len());
                }
                AUTHORITY_KEY_IDENTIFIER => {}
                _ if critical => self.unknown_critical = self.unknown_critical.take().or(Some(oid)),
                _ => {}
            }
        }
    }

    /// Indexes the serial numbers that the list gives for certificates of its own issuer.
    pub fn index(&self) -> CrlIndex {
        let mut index = CrlIndex::default();
        let mut rest = TlvReader::at(&self.der[self.entries.clone()], self.entries.start);
        let own = self.issuer.canonical();
        // An entry without an issuer of its own has that of the one before (section 5.3.3).
        let mut is_own = true;
        while !rest.is_empty() {
            let at = rest.offset();
            match read_entry(&mut rest, &mut index.unknown_critical) {
                Ok((entry, issuer)) => {
                    if let Some(issuer) = issuer {
                        is_own = issuer.canonical() == own;
                        index.has_other_issuers |= !is_own;
                    }
                    if is_own {
                        index.entries.push(entry);
                    }
                }
                Err(_) => {
                    index.unreadable_at = Some(at);
                    break;
                }
            }
        }
        index.entries.sort_unstable_by(|a, b| self.serial(a).cmp(&self.serial(b)));
        index
    }

    /// What the list says of `serial`, by its index.
    pub fn look_up(&self, index: &CrlIndex, serial: &Serial) -> Option<CrlEntry> {
        let wanted = (serial.is_negative(), serial.bytes());
        let found = index.entries.binary_search_by(|entry| self.serial(entry).cmp(&wanted)).ok()?;
        Some(index.entries[found].said)
    }

    fn serial(&self, entry: &IndexEntry) -> (bool, &[u8]) {
        (entry.negative, &self.der[entry.start as usize..entry.end as usize])
    }

    /// Whether the list may speak of `certificate`, as far as its issuing distribution point and
    /// the certificate's distribution points tell (RFC 5280 section 6.3.3 (b)).
    pub fn covers(&self, certificate: &Certificate) -> bool {
        let Some(scope) = self.scope() else { return true };
        // A scope that cannot be read excludes nothing.
        let Ok(scope) = Scope::read(scope) else { return true };
        let is_ca = certificate.role() != CertificateRole::EndEntity;
        if scope.only_attributes || scope.only_end_entities && is_ca || scope.only_cas && !is_ca {
            return false;
        }
        let Some(names) = scope.names else { return true };
        let points = certificate.extension(CRL_POINTS).and_then(|points| point_names(points).ok()).unwrap_or_default();
        points.iter().any(|name| names.contains(name))
    }
}

fn read_extension<'t>(extension: &Tlv<'t>) -> Option<(String, bool, Tlv<'t>)> {
    let mut fields = extension.children();
    let oid = fields.universal(universal::OID).ok()?;
    let critical = fields.optional(universal::BOOLEAN).ok()?;
    let value = fields.universal(universal::OCTET_STRING).ok()?;
    Some((dotted(oid.content), critical.is_some_and(|c| c.content.iter().any(|b| *b != 0)), value))
}

/// An entry, and the issuer that it names.
fn read_entry(
    list: &mut TlvReader,
    unknown_critical: &mut Option<String>,
) -> Result<(IndexEntry, Option<Name>), TlvError> {
    let entry = list.sequence()?;
    let mut fields = entry.children();
    let serial = fields.universal(universal::INTEGER)?;
    fields.read()?;
    let position = |at: usize| u32::try_from(at).map_err(|_| serial.bad_value());
    let end = serial.content_offset() + serial.content.len();
    // As `Serial` has it: without leading zeros, but one byte at least.
    let length = serial.magnitude().len().max(serial.content.len().min(1));
    let mut entry = IndexEntry {
        negative: serial.content.first().is_some_and(|first| first & 0x80 != 0),
        start: position(end - length)?,
        end: position(end)?,
        said: CrlEntry::Revoked,
    };
    let mut issuer = None;
    let Some(extensions) = fields.optional(universal::SEQUENCE)? else { return Ok((entry, None)) };
    let mut extensions = extensions.children();
    while !extensions.is_empty() {
        let extension = extensions.read()?;
        let Some((oid, critical, value)) = read_extension(&extension) else { continue };
        match oid.as_str() {
            REASON => {
                let reason = TlvReader::new(value.content).universal(universal::ENUMERATED)?;
                if reason.content == REMOVE_FROM_CRL {
                    entry.said = CrlEntry::Removed;
                }
            }
            ENTRY_ISSUER => {
                let names = TlvReader::new(value.content).sequence()?;
                issuer = names.children().optional_context(4)?.map(|name| Name::new(name.content));
            }
            _ if critical => *unknown_critical = unknown_critical.take().or(Some(oid)),
            _ => {}
        }
    }
    Ok((entry, issuer))
}

/// What an issuing distribution point says (RFC 5280 section 5.2.5).
#[derive(Default)]
struct Scope<'a> {
    /// The names of the distribution point; none where it has none, or one relative to the issuer,
    /// which excludes nothing here.
    names: Option<Vec<&'a [u8]>>,
    only_end_entities: bool,
    only_cas: bool,
    only_attributes: bool,
}

impl<'a> Scope<'a> {
    fn read(der: &'a [u8]) -> Result<Scope<'a>, TlvError> {
        let mut scope = Scope::default();
        let mut fields = TlvReader::new(der).sequence()?.children();
        while !fields.is_empty() {
            let field = fields.read()?;
            let set = field.content.iter().any(|byte| *byte != 0);
            match field.tag.number {
                0 => scope.names = full_name(&field)?,
                1 => scope.only_end_entities = set,
                2 => scope.only_cas = set,
                5 => scope.only_attributes = set,
                _ => {}
            }
        }
        Ok(scope)
    }
}

/// The general names of a DistributionPointName's full name.
fn full_name<'a>(point: &Tlv<'a>) -> Result<Option<Vec<&'a [u8]>>, TlvError> {
    let Some(full) = point.children().optional_context(0)? else { return Ok(None) };
    let mut names = full.children();
    let mut all = Vec::new();
    while !names.is_empty() {
        all.push(names.read()?.raw);
    }
    Ok(Some(all))
}

/// All general names of a certificate's distribution points.
fn point_names(der: &[u8]) -> Result<Vec<&[u8]>, TlvError> {
    let mut points = TlvReader::new(der).sequence()?.children();
    let mut names = Vec::new();
    while !points.is_empty() {
        let point = points.sequence()?;
        if let Some(name) = point.children().optional_context(0)? {
            names.extend(full_name(&name)?.unwrap_or_default());
        }
    }
    Ok(names)
}
