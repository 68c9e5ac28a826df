//! The certificate itself.

use der::Decode;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints as StrictBasicConstraints,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};

use super::key::Spki;
use super::name::text_of;
use super::{KeyFacts, Name, Serial};
use crate::calendar::Instant;
use crate::tlv::{self, Tlv, TlvReader, universal};

/// What a certificate is in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateRole {
    /// Self-issued and a CA (or of version 1, which cannot say).
    Root,
    /// A CA that another one signed.
    Intermediate,
    /// Whoever uses it.
    EndEntity,
}

/// The basic constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// It may sign certificates.
    pub ca: bool,
    /// How many intermediates may follow.
    pub path_length: Option<u8>,
}

/// What the strict decoder refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodingFault {
    /// Which part: `certificate`, or an extension's OID.
    pub part: String,
    /// The decoder's message.
    pub reason: String,
}

/// An X.509 certificate (RFC 5280). Immutable; identified by the SHA-256 of its DER.
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
    /// The serial number.
    pub serial: Serial,
    /// Who issued it.
    pub issuer: Name,
    /// Whose it is.
    pub subject: Name,
    /// The begin of its validity; none where the field cannot be read.
    pub not_before: Option<Instant>,
    /// The end of its validity, inclusive; none where the field cannot be read.
    pub not_after: Option<Instant>,
    version: u64,
    spki: std::ops::Range<usize>,
    signature_algorithm: std::ops::Range<usize>,
    extensions: Vec<Extension>,
    times_as_typed: (String, String),
}

#[derive(Clone, Debug)]
struct Extension {
    oid: String,
    critical: bool,
    value: std::ops::Range<usize>,
}

pub(super) const SKI: &str = "2.5.29.14";
const KEY_USAGE: &str = "2.5.29.15";
pub(super) const SAN: &str = "2.5.29.17";
pub(super) const BASIC_CONSTRAINTS: &str = "2.5.29.19";
pub(super) const CRL_POINTS: &str = "2.5.29.31";
pub(super) const AKI: &str = "2.5.29.35";
const EKU: &str = "2.5.29.37";
const AIA: &str = "1.3.6.1.5.5.7.1.1";

/// Key usages by bit, RFC 5280 section 4.2.1.3.
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

impl Certificate {
    /// Reads a certificate. Only data without the outline of a certificate is refused; a field that
    /// cannot be read is absent and reported by [`Certificate::malformed`]. Bytes after the
    /// certificate do not belong to it.
    pub fn parse(der: &[u8]) -> Result<Certificate, tlv::TlvError> {
        let outer = TlvReader::new(der).sequence()?;
        let mut parts = outer.children();
        let mut tbs = parts.sequence()?.children();
        let signature_algorithm = parts.sequence()?;
        let version = match tbs.optional_context(0)? {
            Some(v) => v.children().read().and_then(|v| v.unsigned()).unwrap_or(0),
            None => 0,
        };
        let serial = tbs.universal(universal::INTEGER)?;
        tbs.sequence()?;
        let issuer = tbs.sequence()?;
        let validity = tbs.sequence()?;
        let subject = tbs.sequence()?;
        let spki = tbs.sequence()?;
        let mut times = validity.children();
        let (from, until) = (times.read().ok(), times.read().ok());
        let typed = |t: &Option<Tlv>| t.map_or(String::new(), |t| String::from_utf8_lossy(t.content).into_owned());
        let mut extensions = Vec::new();
        while let Ok(field) = tbs.read() {
            if !field.tag.is_context(3) {
                continue;
            }
            let mut list = match field.children().sequence() {
                Ok(list) => list.children(),
                Err(_) => break,
            };
            while let Ok(extension) = list.read() {
                extensions.extend(read_extension(&extension));
            }
        }
        let range = |t: &Tlv| t.offset..t.offset + t.raw.len();
        Ok(Certificate {
            sha256: Sha256::digest(outer.raw).into(),
            serial: Serial::new(serial.content),
            issuer: Name::new(issuer.raw),
            subject: Name::new(subject.raw),
            not_before: from.as_ref().and_then(read_time),
            not_after: until.as_ref().and_then(read_time),
            version: version + 1,
            spki: range(&spki),
            signature_algorithm: range(&signature_algorithm),
            extensions,
            times_as_typed: (typed(&from), typed(&until)),
            der: outer.raw.to_vec(),
        })
    }

    /// The DER, byte for byte.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The version, 1 to 3.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// SHA-1 of the DER: what the operator's FAQ calls 拇印.
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// The SubjectPublicKeyInfo in DER.
    pub fn spki(&self) -> &[u8] {
        &self.der[self.spki.clone()]
    }

    /// What is known of the public key; none where it cannot be read.
    pub fn key(&self) -> Option<KeyFacts> {
        Spki::read(self.spki()).ok().map(|spki| spki.facts())
    }

    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject == self.issuer || self.subject.canonical() == self.issuer.canonical()
    }

    /// Its role in a chain by its own extensions.
    pub fn role(&self) -> CertificateRole {
        let ca = match self.basic_constraints() {
            Some(constraints) => constraints.ca,
            None => self.version < 3 && self.is_self_issued(),
        };
        match ca {
            false => CertificateRole::EndEntity,
            true if self.is_self_issued() => CertificateRole::Root,
            true => CertificateRole::Intermediate,
        }
    }

    /// The basic constraints, where there are any.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        // Read by hand since CA certificates with a path length but without CA, or with the
        // default written out, occur and still say what they say.
        let sequence = TlvReader::new(self.extension(BASIC_CONSTRAINTS)?).sequence().ok()?;
        let mut fields = sequence.children();
        let ca = fields.optional(universal::BOOLEAN).ok()?;
        let length = fields.optional(universal::INTEGER).ok()?;
        Some(BasicConstraints {
            ca: ca.is_some_and(|b| b.content.iter().any(|b| *b != 0)),
            path_length: length.and_then(|l| l.unsigned().ok()).and_then(|l| u8::try_from(l).ok()),
        })
    }

    /// The key usages by their RFC 5280 names, where the extension is there.
    pub fn key_usage(&self) -> Option<Vec<&'static str>> {
        let string = TlvReader::new(self.extension(KEY_USAGE)?).universal(universal::BIT_STRING).ok()?;
        let bytes = string.bits().ok()?;
        let set = |bit: usize| bytes.get(bit / 8).is_some_and(|b| b & (0x80 >> (bit % 8)) != 0);
        Some(KEY_USAGES.iter().enumerate().filter(|(bit, _)| set(*bit)).map(|(_, name)| *name).collect())
    }

    /// The extended key usages as dotted OIDs, where the extension is there.
    pub fn extended_key_usage(&self) -> Option<Vec<String>> {
        let sequence = TlvReader::new(self.extension(EKU)?).sequence().ok()?;
        let mut usages = Vec::new();
        let mut list = sequence.children();
        while let Ok(oid) = list.universal(universal::OID) {
            usages.push(tlv::dotted(oid.content));
        }
        Some(usages)
    }

    /// The subject key identifier.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        Some(TlvReader::new(self.extension(SKI)?).universal(universal::OCTET_STRING).ok()?.content)
    }

    /// The key identifier in the authority key identifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        let sequence = TlvReader::new(self.extension(AKI)?).sequence().ok()?;
        Some(sequence.children().optional_context(0).ok()??.content)
    }

    /// The addresses of CRLs.
    pub fn crl_addresses(&self) -> Vec<String> {
        let points = self.extension(CRL_POINTS).and_then(|v| CrlDistributionPoints::from_der(v).ok());
        let names = points.into_iter().flat_map(|p| p.0).filter_map(|p| p.distribution_point);
        names
            .flat_map(|name| match name {
                DistributionPointName::FullName(names) => names,
                DistributionPointName::NameRelativeToCRLIssuer(_) => Vec::new(),
            })
            .filter_map(|name| address(&name))
            .collect()
    }

    /// Whether it names another issuer of its CRLs.
    pub fn names_crl_issuer(&self) -> bool {
        let points = self.extension(CRL_POINTS).and_then(|v| CrlDistributionPoints::from_der(v).ok());
        points.is_some_and(|points| points.0.iter().any(|point| point.crl_issuer.is_some()))
    }

    /// The addresses of OCSP responders.
    pub fn ocsp_addresses(&self) -> Vec<String> {
        let access = self.extension(AIA).and_then(|v| AuthorityInfoAccessSyntax::from_der(v).ok());
        let ocsp = access.into_iter().flat_map(|a| a.0);
        ocsp.filter(|a| a.access_method.to_string() == "1.3.6.1.5.5.7.48.1")
            .filter_map(|a| address(&a.access_location))
            .collect()
    }

    /// The subject alternative names, each with its kind: `DNS:example.jp`.
    pub fn alternative_names(&self) -> Vec<String> {
        let Some(list) = self.extension(SAN).and_then(|v| TlvReader::new(v).sequence().ok()) else {
            return Vec::new();
        };
        let mut names = Vec::new();
        let mut list = list.children();
        while let Ok(name) = list.read() {
            let text = super::text_of_bytes(name.content);
            names.push(match name.tag.number {
                0 => format!("other:{}", other_name(&name)),
                1 => format!("email:{text}"),
                2 => format!("DNS:{text}"),
                4 => format!("directory:{}", Name::new(name.content).rfc4514()),
                6 => format!("URI:{text}"),
                7 => format!("IP:{}", ip(name.content)),
                8 => format!("RID:{}", tlv::dotted(name.content)),
                n => format!("[{n}]:{}", super::hex(name.content)),
            });
        }
        names
    }

    /// The signature algorithm by name (`sha256WithRSAEncryption`) or dotted OID.
    pub fn signature_algorithm(&self) -> String {
        let (oid, digest) = self.signature();
        match SIGNATURES.iter().find(|(o, _, _)| *o == oid) {
            Some((RSASSA_PSS, name, _)) => format!("{name} ({digest})"),
            Some((_, name, _)) => (*name).to_string(),
            None => oid,
        }
    }

    /// The digest of the signature: `md5`, `sha1`, `sha256`; empty where the algorithm has none
    /// of its own (Ed25519) or is unknown.
    pub fn signature_digest(&self) -> String {
        self.signature().1
    }

    fn signature(&self) -> (String, String) {
        let Ok(identifier) = TlvReader::new(&self.der[self.signature_algorithm.clone()]).sequence() else {
            return Default::default();
        };
        let mut fields = identifier.children();
        let oid = fields.universal(universal::OID).map(|o| tlv::dotted(o.content)).unwrap_or_default();
        let digest = match oid.as_str() {
            RSASSA_PSS => fields.sequence().ok().and_then(|p| pss_digest(&p)).unwrap_or("sha1"),
            _ => SIGNATURES.iter().find(|(o, _, _)| *o == oid).map_or("", |(_, _, digest)| digest),
        };
        (oid, digest.to_string())
    }

    /// Whether it constrains the names of what is below it.
    pub fn has_name_constraints(&self) -> bool {
        self.extension("2.5.29.30").is_some()
    }

    /// Whether the signature algorithm is none that is known here.
    pub fn has_unknown_signature(&self) -> bool {
        let (oid, _) = self.signature();
        !SIGNATURES.iter().any(|(known, _, _)| *known == oid)
    }

    /// Both ends of the validity as they are written.
    pub fn validity_as_written(&self) -> String {
        let (from, until) = &self.times_as_typed;
        format!("{from} / {until}")
    }

    /// The bytes of the public key, without the algorithm.
    pub fn key_bits(&self) -> Option<&[u8]> {
        Spki::read(self.spki()).ok().map(|spki| spki.key())
    }

    /// What the strict decoder refuses: the whole, and each extension that it knows.
    pub fn malformed(&self) -> Vec<EncodingFault> {
        let mut found = Vec::new();
        if let Err(error) = x509_cert::Certificate::from_der(&self.der) {
            found.push(EncodingFault { part: "certificate".into(), reason: error.to_string() });
        }
        for (at, typed) in [(self.not_before, &self.times_as_typed.0), (self.not_after, &self.times_as_typed.1)] {
            if at.is_none() {
                found.push(EncodingFault { part: "validity".into(), reason: typed.clone() });
            }
        }
        for extension in &self.extensions {
            let value = &self.der[extension.value.clone()];
            let outcome = match extension.oid.as_str() {
                SKI => SubjectKeyIdentifier::from_der(value).map(drop),
                KEY_USAGE => KeyUsage::from_der(value).map(drop),
                SAN => SubjectAltName::from_der(value).map(drop),
                BASIC_CONSTRAINTS => StrictBasicConstraints::from_der(value).map(drop),
                CRL_POINTS => CrlDistributionPoints::from_der(value).map(drop),
                AKI => AuthorityKeyIdentifier::from_der(value).map(drop),
                EKU => ExtendedKeyUsage::from_der(value).map(drop),
                AIA => AuthorityInfoAccessSyntax::from_der(value).map(drop),
                _ => Ok(()),
            };
            if let Err(error) = outcome {
                found.push(EncodingFault { part: extension.oid.clone(), reason: error.to_string() });
            }
        }
        found
    }

    /// All extensions: dotted OID, and whether it is critical.
    pub fn extensions(&self) -> impl Iterator<Item = (&str, bool)> {
        self.extensions.iter().map(|e| (e.oid.as_str(), e.critical))
    }

    pub(super) fn extension(&self, oid: &str) -> Option<&[u8]> {
        let found = self.extensions.iter().find(|e| e.oid == oid)?;
        Some(&self.der[found.value.clone()])
    }
}

fn read_extension(extension: &Tlv) -> Option<Extension> {
    let mut fields = extension.children();
    let oid = fields.universal(universal::OID).ok()?;
    let critical = fields.optional(universal::BOOLEAN).ok()?;
    let value = fields.universal(universal::OCTET_STRING).ok()?;
    let start = value.content_offset();
    Some(Extension {
        oid: tlv::dotted(oid.content),
        critical: critical.is_some_and(|c| c.content.iter().any(|b| *b != 0)),
        value: start..start + value.content.len(),
    })
}

fn address(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.to_string()),
        GeneralName::DirectoryName(name) => Some(name.to_string()),
        _ => None,
    }
}

fn other_name(name: &Tlv) -> String {
    let mut fields = name.children();
    let (Ok(oid), Ok(value)) = (fields.read(), fields.read()) else { return super::hex(name.content) };
    let value = value.children().read().map(|v| text_of(&v)).unwrap_or_default();
    format!("{}={value}", tlv::dotted(oid.content))
}

fn ip(bytes: &[u8]) -> String {
    match (<[u8; 4]>::try_from(bytes), <[u8; 16]>::try_from(bytes)) {
        (Ok(v4), _) => std::net::Ipv4Addr::from(v4).to_string(),
        (_, Ok(v6)) => std::net::Ipv6Addr::from(v6).to_string(),
        _ => super::hex(bytes),
    }
}

const RSASSA_PSS: &str = "1.2.840.113549.1.1.10";

/// Signature algorithms: OID, name, digest.
const SIGNATURES: &[(&str, &str, &str)] = &[
    ("1.2.840.113549.1.1.2", "md2WithRSAEncryption", "md2"),
    ("1.2.840.113549.1.1.3", "md4WithRSAEncryption", "md4"),
    ("1.2.840.113549.1.1.4", "md5WithRSAEncryption", "md5"),
    ("1.2.840.113549.1.1.5", "sha1WithRSAEncryption", "sha1"),
    ("1.3.14.3.2.29", "sha1WithRSA", "sha1"),
    ("1.2.840.113549.1.1.14", "sha224WithRSAEncryption", "sha224"),
    ("1.2.840.113549.1.1.11", "sha256WithRSAEncryption", "sha256"),
    ("1.2.840.113549.1.1.12", "sha384WithRSAEncryption", "sha384"),
    ("1.2.840.113549.1.1.13", "sha512WithRSAEncryption", "sha512"),
    (RSASSA_PSS, "RSASSA-PSS", ""),
    ("1.2.840.10040.4.3", "dsa-with-sha1", "sha1"),
    ("2.16.840.1.101.3.4.3.1", "dsa-with-sha224", "sha224"),
    ("2.16.840.1.101.3.4.3.2", "dsa-with-sha256", "sha256"),
    ("2.16.840.1.101.3.4.3.3", "dsa-with-sha384", "sha384"),
    ("2.16.840.1.101.3.4.3.4", "dsa-with-sha512", "sha512"),
    ("2.16.840.1.101.3.4.3.10", "ecdsa-with-SHA3-256", "sha3-256"),
    ("2.16.840.1.101.3.4.3.11", "ecdsa-with-SHA3-384", "sha3-384"),
    ("2.16.840.1.101.3.4.3.12", "ecdsa-with-SHA3-512", "sha3-512"),
    ("2.16.840.1.101.3.4.3.14", "rsa-with-SHA3-256", "sha3-256"),
    ("2.16.840.1.101.3.4.3.15", "rsa-with-SHA3-384", "sha3-384"),
    ("2.16.840.1.101.3.4.3.16", "rsa-with-SHA3-512", "sha3-512"),
    ("1.2.840.113549.1.1.15", "sha512-224WithRSAEncryption", "sha512-224"),
    ("1.2.840.113549.1.1.16", "sha512-256WithRSAEncryption", "sha512-256"),
    ("1.2.840.10045.4.1", "ecdsa-with-SHA1", "sha1"),
    ("1.2.840.10045.4.3.1", "ecdsa-with-SHA224", "sha224"),
    ("1.2.840.10045.4.3.2", "ecdsa-with-SHA256", "sha256"),
    ("1.2.840.10045.4.3.3", "ecdsa-with-SHA384", "sha384"),
    ("1.2.840.10045.4.3.4", "ecdsa-with-SHA512", "sha512"),
    ("1.3.101.112", "Ed25519", ""),
    ("1.3.101.113", "Ed448", ""),
];

/// The hashAlgorithm [0] of RSASSA-PSS-params; absent means SHA-1 (RFC 8017).
fn pss_digest(parameters: &Tlv) -> Option<&'static str> {
    let hash = parameters.children().optional_context(0).ok()??;
    let oid = hash.children().sequence().ok()?.children().universal(universal::OID).ok()?;
    Some(match tlv::dotted(oid.content).as_str() {
        "1.3.14.3.2.26" => "sha1",
        "2.16.840.1.101.3.4.2.4" => "sha224",
        "2.16.840.1.101.3.4.2.1" => "sha256",
        "2.16.840.1.101.3.4.2.2" => "sha384",
        "2.16.840.1.101.3.4.2.3" => "sha512",
        _ => "",
    })
}

/// Reads a UTCTime or GeneralizedTime: seconds may be missing, fractions are cut, offsets from
/// UTC are applied. None where it is no time.
pub(super) fn read_time(tlv: &Tlv) -> Option<Instant> {
    let text = std::str::from_utf8(tlv.content).ok()?.trim_end();
    let years = match tlv.tag.number {
        universal::UTC_TIME => 2,
        universal::GENERALIZED_TIME => 4,
        _ => return None,
    };
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (stamp, mut zone) = text.split_at(digits);
    let number = |from: usize, len: usize| stamp.get(from..from + len)?.parse::<u16>().ok();
    let year = match (years, number(0, years)?) {
        (2, short @ 0..50) => 2000 + short,
        (2, short) => 1900 + short,
        (_, year) => year,
    };
    let month = Month::try_from(number(years, 2)? as u8).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, number(years + 2, 2)? as u8).ok()?;
    let (hour, minute) = (number(years + 4, 2)? as u8, number(years + 6, 2)? as u8);
    let second = match digits - years {
        8 => 0,
        10 => number(years + 8, 2)? as u8,
        _ => return None,
    };
    let time = Time::from_hms(hour, minute, second).ok()?;
    if let Some(fraction) = zone.strip_prefix(['.', ',']) {
        zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    let offset = match zone.as_bytes() {
        [] | b"Z" => UtcOffset::UTC,
        [sign @ (b'+' | b'-'), rest @ ..] if rest.len() == 4 && rest.iter().all(u8::is_ascii_digit) => {
            let part = |i: usize| ((rest[i] - b'0') * 10 + rest[i + 1] - b'0') as i8;
            let sign = if *sign == b'-' { -1 } else { 1 };
            UtcOffset::from_hms(sign * part(0), sign * part(2), 0).ok()?
        }
        _ => return None,
    };
    PrimitiveDateTime::new(date, time).assume_offset(offset).checked_to_utc()
}
