//! OCSP responses (RFC 6960).

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::x509::read_time;
use super::{Certificate, Serial};
use crate::calendar::Instant;
use crate::tlv::{Tlv, TlvError, TlvReader, dotted, universal};

/// An OCSP response that says something: what is needed to find out about whom, and who says so.
#[derive(Clone, Debug)]
pub struct OcspResponse {
    /// The DER, byte for byte.
    pub der: Vec<u8>,
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
    /// When it was signed.
    pub produced_at: Option<Instant>,
    /// What it says, in its order.
    pub answers: Vec<OcspAnswer>,
    /// The certificates in it, of whom the CA may have made a responder.
    pub certificates: Vec<Certificate>,
}

/// What a response says of one certificate.
#[derive(Clone, Debug)]
pub struct OcspAnswer {
    /// Which certificate it is about.
    pub id: OcspCertificateId,
    /// Its status.
    pub status: OcspStatus,
    /// As of when.
    pub this_update: Option<Instant>,
    /// When there is newer information, where it says so.
    pub next_update: Option<Instant>,
}

/// The status of a certificate in a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OcspStatus {
    /// Not revoked.
    Good,
    /// Revoked.
    Revoked,
    /// The responder does not know it.
    Unknown,
}

/// Which certificate an answer is about: its issuer by hashes, and its serial number.
#[derive(Clone, Debug)]
pub struct OcspCertificateId {
    hash: OcspHash,
    issuer_name: Vec<u8>,
    issuer_key: Vec<u8>,
    /// The serial number.
    pub serial: Serial,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OcspHash {
    Sha1,
    Sha256,
}

const BASIC: &str = "1.3.6.1.5.5.7.48.1.1";

impl OcspCertificateId {
    /// Whether the answer is about certificates that this one has issued.
    pub fn is_issued_by(&self, issuer: &Certificate) -> bool {
        let hash = |bytes: &[u8]| match self.hash {
            OcspHash::Sha1 => Sha1::digest(bytes).to_vec(),
            OcspHash::Sha256 => Sha256::digest(bytes).to_vec(),
        };
        issuer.key_bits().is_some_and(|key| hash(key) == self.issuer_key)
            && hash(issuer.subject.der()) == self.issuer_name
    }
}

impl OcspResponse {
    /// Reads a response. One that says only that there is no answer (`unauthorized`, `tryLater`) is
    /// read too, and has none.
    pub fn parse(der: &[u8]) -> Result<OcspResponse, TlvError> {
        let outer = TlvReader::new(der).sequence()?;
        let mut parts = outer.children();
        parts.universal(universal::ENUMERATED)?;
        let mut response = OcspResponse {
            der: outer.raw.to_vec(),
            sha256: Sha256::digest(outer.raw).into(),
            produced_at: None,
            answers: Vec::new(),
            certificates: Vec::new(),
        };
        let Some(bytes) = parts.optional_context(0)? else { return Ok(response) };
        let mut bytes = bytes.children().sequence()?.children();
        let kind = bytes.universal(universal::OID)?;
        if dotted(kind.content) != BASIC {
            return Err(kind.bad_value());
        }
        let basic = bytes.universal(universal::OCTET_STRING)?;
        let mut basic = TlvReader::at(basic.content, basic.content_offset()).sequence()?.children();
        response.read_data(&basic.sequence()?)?;
        basic.sequence()?;
        basic.universal(universal::BIT_STRING)?;
        if let Some(certificates) = basic.optional_context(0)? {
            let mut list = certificates.children().sequence()?.children();
            while !list.is_empty() {
                response.certificates.push(Certificate::parse(list.read()?.raw)?);
            }
        }
        Ok(response)
    }

    fn read_data(&mut self, data: &Tlv) -> Result<(), TlvError> {
        let mut fields = data.children();
        fields.optional_context(0)?;
        // Who the responder is: the signature tells.
        fields.read()?;
        self.produced_at = read_time(&fields.read()?);
        let mut answers = fields.sequence()?.children();
        while !answers.is_empty() {
            self.answers.extend(read_answer(&answers.sequence()?)?);
        }
        Ok(())
    }
}

/// One answer; none where the hash is one that nobody here knows.
fn read_answer(answer: &Tlv) -> Result<Option<OcspAnswer>, TlvError> {
    let mut fields = answer.children();
    let mut id = fields.sequence()?.children();
    let hash = id.sequence()?.children().universal(universal::OID)?;
    let issuer_name = id.universal(universal::OCTET_STRING)?.content.to_vec();
    let issuer_key = id.universal(universal::OCTET_STRING)?.content.to_vec();
    let serial = Serial::new(id.universal(universal::INTEGER)?.content);
    let status = fields.read()?;
    let status = match status.tag.number {
        0 => OcspStatus::Good,
        1 => OcspStatus::Revoked,
        2 => OcspStatus::Unknown,
        _ => return Err(status.unexpected()),
    };
    let this_update = read_time(&fields.read()?);
    let next_update = match fields.optional_context(0)? {
        Some(next) => read_time(&next.children().read()?),
        None => None,
    };
    let hash = match dotted(hash.content).as_str() {
        "1.3.14.3.2.26" => OcspHash::Sha1,
        "2.16.840.1.101.3.4.2.1" => OcspHash::Sha256,
        _ => return Ok(None),
    };
    let id = OcspCertificateId { hash, issuer_name, issuer_key, serial };
    Ok(Some(OcspAnswer { id, status, this_update, next_update }))
}
