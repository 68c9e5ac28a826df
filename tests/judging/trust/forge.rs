//! Forges certificates, CRLs and PKCS#12 files: DER written by hand, so that whatever a
//! library would refuse to write can be written, signed by OpenSSL.

use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::Signer;

pub type Key = PKey<Private>;

pub use crate::common::keys::p256 as key;

/// A DER element with a one-byte tag.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match content.len() {
        n @ 0..=0x7f => out.push(n as u8),
        n @ 0x80..=0xff => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend(content);
    out
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

/// An OBJECT IDENTIFIER from its dotted form; arcs below 2^28.
pub fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u32> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut out = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for arc in &arcs[2..] {
        let groups = (0..4).rev().map(|i| (arc >> (7 * i) & 0x7f) as u8);
        let groups: Vec<u8> = groups.skip_while(|group| *group == 0).collect();
        let groups = if groups.is_empty() { vec![0] } else { groups };
        out.extend(groups[..groups.len() - 1].iter().map(|group| group | 0x80));
        out.push(groups[groups.len() - 1]);
    }
    tlv(6, &out)
}

/// A time from `2019-07-20T00:00:00Z`: UTCTime before 2050, else GeneralizedTime.
pub fn time(text: &str) -> Vec<u8> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let year: u32 = digits[..4].parse().unwrap();
    match (1950..2050).contains(&year) {
        true => tlv(0x17, format!("{}Z", &digits[2..]).as_bytes()),
        false => tlv(0x18, format!("{digits}Z").as_bytes()),
    }
}

pub const PRINTABLE: u8 = 0x13;
pub const UTF8: u8 = 0x0c;

/// A name from `C=JP, O=x, OU=y` in the order of the DER, all values of the given string type.
pub fn name_as(tag: u8, text: &str) -> Vec<u8> {
    let rdns: Vec<Vec<u8>> = text
        .split(", ")
        .map(|pair| {
            let (label, value) = pair.split_once('=').unwrap();
            let dotted = match label {
                "C" => "2.5.4.6",
                "O" => "2.5.4.10",
                "OU" => "2.5.4.11",
                "CN" => "2.5.4.3",
                other => other,
            };
            rdn(dotted, &tlv(tag, value.as_bytes()))
        })
        .collect();
    tlv(0x30, &rdns.concat())
}

/// One relative name of one attribute.
pub fn rdn(dotted: &str, value: &[u8]) -> Vec<u8> {
    tlv(0x31, &sequence(&[&oid(dotted), value]))
}

/// A name in UTF8String.
pub fn name(text: &str) -> Vec<u8> {
    name_as(UTF8, text)
}

pub fn extension(dotted: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid(dotted), critical, &tlv(4, value)])
}

pub fn basic_constraints(ca: bool, length: Option<u8>) -> Vec<u8> {
    let ca: &[u8] = if ca { &[1, 1, 0xff] } else { &[] };
    let length = length.map(|length| vec![2, 1, length]).unwrap_or_default();
    extension("2.5.29.19", true, &sequence(&[ca, &length]))
}

/// Key usage by its first byte, bit 0 being the highest.
pub fn key_usage(bits: u8) -> Vec<u8> {
    extension("2.5.29.15", true, &tlv(3, &[bits.trailing_zeros().min(7) as u8, bits]))
}

pub const CERT_SIGN: u8 = 0x04;
pub const CRL_SIGN: u8 = 0x02;
pub const DIGITAL_SIGNATURE: u8 = 0x80;

pub fn subject_key_identifier(id: &[u8]) -> Vec<u8> {
    extension("2.5.29.14", false, &tlv(4, id))
}

pub fn authority_key_identifier(id: &[u8]) -> Vec<u8> {
    extension("2.5.29.35", false, &sequence(&[&tlv(0x80, id)]))
}

/// The identifier of a key: the SHA-1 of its point.
pub fn identifier(key: &Key) -> Vec<u8> {
    use sha1::Digest;
    sha1::Sha1::digest(spki(key)).to_vec()
}

pub fn spki(key: &Key) -> Vec<u8> {
    key.public_key_to_der().unwrap()
}

/// The identifier of the key's signatures: ecdsa-with-SHA256 or sha256WithRSAEncryption.
fn algorithm(key: &Key) -> Vec<u8> {
    match key.id() {
        Id::RSA => sequence(&[&oid("1.2.840.113549.1.1.11"), &[5, 0]]),
        _ => sequence(&[&oid("1.2.840.10045.4.3.2")]),
    }
}

fn signature(key: &Key, tbs: &[u8]) -> Vec<u8> {
    let mut signer = Signer::new(MessageDigest::sha256(), key).unwrap();
    signer.sign_oneshot_to_vec(tbs).unwrap()
}

fn signed(tbs: &[u8], key: &Key) -> Vec<u8> {
    let bits = [&[0][..], &signature(key, tbs)].concat();
    sequence(&[tbs, &algorithm(key), &tlv(3, &bits)])
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Made {
    pub der: Vec<u8>,
    pub key: Key,
    /// The subject in DER.
    pub subject: Vec<u8>,
}

impl Made {
    pub fn sha256(&self) -> String {
        use sha2::Digest;
        hex(&sha2::Sha256::digest(&self.der))
    }

    pub fn sha1(&self) -> String {
        use sha1::Digest;
        hex(&sha1::Sha1::digest(&self.der))
    }

    pub fn pem(&self) -> Vec<u8> {
        openssl::x509::X509::from_der(&self.der).unwrap().to_pem().unwrap()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A certificate to be signed. All fields are DER.
#[derive(Clone)]
pub struct Draft {
    pub serial: Vec<u8>,
    pub subject: Vec<u8>,
    pub issuer: Option<Vec<u8>>,
    pub not_before: Vec<u8>,
    pub not_after: Vec<u8>,
    pub extensions: Vec<Vec<u8>>,
    pub key: Key,
    /// The public key as it is written, instead of the key's own.
    pub spki: Option<Vec<u8>>,
    /// Whether subject and authority key identifiers are written.
    pub identifiers: bool,
    /// The authority key identifier instead of the issuer's own.
    pub authority: Option<Vec<u8>>,
}

impl Draft {
    /// A holder's certificate, 2020-01-01 to 2022-12-31.
    pub fn leaf(common_name: &str) -> Draft {
        Draft {
            serial: vec![0x10, 0x01],
            subject: name(&format!("C=JP, O=e-seikyuu, CN={common_name}")),
            issuer: None,
            not_before: time("2020-01-01T00:00:00Z"),
            not_after: time("2022-12-31T23:59:59Z"),
            extensions: vec![key_usage(DIGITAL_SIGNATURE)],
            key: key(),
            spki: None,
            identifiers: true,
            authority: None,
        }
    }

    /// A CA's certificate, 2019-08-01 to 2028-12-31.
    pub fn ca(common_name: &str) -> Draft {
        Draft {
            serial: vec![0x20, 0x01],
            not_before: time("2019-08-01T00:00:00Z"),
            not_after: time("2028-12-31T23:59:59Z"),
            extensions: vec![basic_constraints(true, None), key_usage(CERT_SIGN | CRL_SIGN)],
            ..Draft::leaf(common_name)
        }
    }

    pub fn serial(self, serial: &[u8]) -> Draft {
        Draft { serial: serial.to_vec(), ..self }
    }

    pub fn subject(self, subject: Vec<u8>) -> Draft {
        Draft { subject, ..self }
    }

    /// Issued by another name than the signer's.
    pub fn issuer(self, issuer: Vec<u8>) -> Draft {
        Draft { issuer: Some(issuer), ..self }
    }

    pub fn from(self, not_before: &str) -> Draft {
        Draft { not_before: time(not_before), ..self }
    }

    pub fn until(self, not_after: &str) -> Draft {
        Draft { not_after: time(not_after), ..self }
    }

    pub fn key(self, key: &Key) -> Draft {
        Draft { key: key.clone(), ..self }
    }

    pub fn extensions(self, extensions: &[Vec<u8>]) -> Draft {
        Draft { extensions: extensions.to_vec(), ..self }
    }

    pub fn with(mut self, extension: Vec<u8>) -> Draft {
        self.extensions.push(extension);
        self
    }

    /// Without key identifiers.
    pub fn bare(self) -> Draft {
        Draft { identifiers: false, ..self }
    }

    /// With an authority key identifier that names somebody else.
    pub fn forged(self, other: &Key) -> Draft {
        Draft { authority: Some(identifier(other)), ..self }
    }

    pub fn signed_by(&self, signer: &Made) -> Made {
        self.sign(&signer.subject, &signer.key)
    }

    pub fn self_signed(&self) -> Made {
        self.sign(&self.subject, &self.key)
    }

    /// In the name of somebody, by whatever key.
    pub fn sign(&self, issuer: &[u8], key: &Key) -> Made {
        let mut extensions = self.extensions.clone();
        if self.identifiers {
            extensions.push(subject_key_identifier(&identifier(&self.key)));
            let authority = self.authority.clone().unwrap_or_else(|| identifier(key));
            extensions.push(authority_key_identifier(&authority));
        }
        let extensions = match extensions.is_empty() {
            true => Vec::new(),
            false => tlv(0xa3, &tlv(0x30, &extensions.concat())),
        };
        let tbs = sequence(&[
            &tlv(0xa0, &[2, 1, 2]),
            &tlv(2, &self.serial),
            &algorithm(key),
            self.issuer.as_deref().unwrap_or(issuer),
            &sequence(&[&self.not_before, &self.not_after]),
            &self.subject,
            &self.spki.clone().unwrap_or_else(|| spki(&self.key)),
            &extensions,
        ]);
        Made { der: signed(&tbs, key), key: self.key.clone(), subject: self.subject.clone() }
    }
}

/// A CRL to be signed.
#[derive(Clone)]
pub struct CrlDraft {
    pub this_update: String,
    pub next_update: String,
    /// Serials that are revoked, and for indirect CRLs whose.
    pub revoked: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub extensions: Vec<Vec<u8>>,
    pub number: u8,
    /// Of an entry on each revoked serial number.
    pub reason: Option<u8>,
}

impl CrlDraft {
    pub fn new(this_update: &str, next_update: &str, revoked: &[&[u8]]) -> CrlDraft {
        CrlDraft {
            this_update: this_update.into(),
            next_update: next_update.into(),
            revoked: revoked.iter().map(|serial| (serial.to_vec(), None)).collect(),
            extensions: Vec::new(),
            number: 1,
            reason: None,
        }
    }

    pub fn number(self, number: u8) -> CrlDraft {
        CrlDraft { number, ..self }
    }

    /// A delta that adds to the base of this number.
    pub fn delta(self, base: u8) -> CrlDraft {
        self.with(extension("2.5.29.27", true, &[2, 1, base]))
    }

    pub fn reason(self, reason: u8) -> CrlDraft {
        CrlDraft { reason: Some(reason), ..self }
    }

    pub fn with(mut self, extension: Vec<u8>) -> CrlDraft {
        self.extensions.push(extension);
        self
    }

    pub fn signed_by(&self, signer: &Made) -> Vec<u8> {
        self.sign(&signer.subject, &signer.key)
    }

    /// Signed in the name of somebody who did not.
    pub fn sign(&self, issuer: &[u8], key: &Key) -> Vec<u8> {
        let entry = |(serial, whose): &(Vec<u8>, Option<Vec<u8>>)| {
            let whose = whose.as_ref().map(|name| {
                let names = tlv(0x30, &tlv(0xa4, name));
                tlv(0x30, &extension("2.5.29.29", true, &names))
            });
            let reason = self.reason.map(|reason| tlv(0x30, &extension("2.5.29.21", false, &[10, 1, reason])));
            let extensions = whose.or(reason).unwrap_or_default();
            sequence(&[&tlv(2, serial), &time(&self.this_update), &extensions])
        };
        let revoked: Vec<Vec<u8>> = self.revoked.iter().map(entry).collect();
        let revoked = if revoked.is_empty() { Vec::new() } else { tlv(0x30, &revoked.concat()) };
        let number = extension("2.5.29.20", false, &[2, 1, self.number]);
        let extensions = [number, self.extensions.concat()].concat();
        let tbs = sequence(&[
            &[2, 1, 1],
            &algorithm(key),
            issuer,
            &time(&self.this_update),
            &time(&self.next_update),
            &revoked,
            &tlv(0xa0, &tlv(0x30, &extensions)),
        ]);
        signed(&tbs, key)
    }
}

/// A PKCS#12 with an empty password and few iterations, by OpenSSL.
pub fn pkcs12(leaf: &Made, others: &[&Made]) -> Vec<u8> {
    pkcs12_with("", leaf, others)
}

/// The same with a password.
pub fn pkcs12_with(password: &str, leaf: &Made, others: &[&Made]) -> Vec<u8> {
    use openssl::pkcs12::Pkcs12;
    use openssl::stack::Stack;
    use openssl::x509::X509;
    let mut stack = Stack::new().unwrap();
    for other in others {
        stack.push(X509::from_der(&other.der).unwrap()).unwrap();
    }
    let x509 = X509::from_der(&leaf.der).unwrap();
    let mut builder = Pkcs12::builder();
    builder.name("holder").pkey(&leaf.key).cert(&x509).key_iter(1).mac_iter(1);
    if !others.is_empty() {
        builder.ca(stack);
    }
    builder.build2(password).unwrap().to_der().unwrap()
}

/// A PKCS#12, unencrypted and without MAC, in which certificate and key are linked by the same
/// localKeyID whatever they are. No program writes one where they do not belong together.
pub fn pkcs12_linked(certificate: &Made, key: Option<&Key>) -> Vec<u8> {
    const BAG: &str = "1.2.840.113549.1.12.10.1";
    let id = tlv(0x31, &sequence(&[&oid("1.2.840.113549.1.9.21"), &tlv(0x31, &tlv(4, &[1]))]));
    let x509 = sequence(&[&oid("1.2.840.113549.1.9.22.1"), &tlv(0xa0, &tlv(4, &certificate.der))]);
    let mut bags = sequence(&[&oid(&format!("{BAG}.3")), &tlv(0xa0, &x509), &id]);
    if let Some(key) = key {
        let pkcs8 = key.private_key_to_pkcs8().unwrap();
        bags.extend(sequence(&[&oid(&format!("{BAG}.1")), &tlv(0xa0, &pkcs8), &id]));
    }
    let data = oid("1.2.840.113549.1.7.1");
    let wrapped = |content: &[u8]| sequence(&[&data, &tlv(0xa0, &tlv(4, content))]);
    let safe = tlv(0x30, &wrapped(&tlv(0x30, &bags)));
    sequence(&[&[2, 1, 3], &wrapped(&safe)])
}

/// What an OCSP response says of one certificate.
#[derive(Clone)]
pub struct OcspDraft {
    /// `good`, `revoked` or `unknown`.
    pub status: &'static str,
    pub serial: Vec<u8>,
    pub this_update: &'static str,
    pub next_update: Option<&'static str>,
    /// The issuer is named by SHA-256 instead of SHA-1.
    pub sha256: bool,
}

impl OcspDraft {
    pub fn new(status: &'static str, serial: &[u8]) -> OcspDraft {
        let (this_update, next_update) = ("2021-05-31T00:00:00Z", Some("2021-06-07T00:00:00Z"));
        OcspDraft { status, serial: serial.to_vec(), this_update, next_update, sha256: false }
    }

    /// About a certificate of `issuer`, signed by `signer`, with its certificate in it or not.
    pub fn signed_by(&self, issuer: &Made, signer: &Made, enclosed: bool) -> Vec<u8> {
        use sha2::Digest;
        let moment = |text: &str| {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            tlv(0x18, format!("{digits}Z").as_bytes())
        };
        let hash = |bytes: &[u8]| match self.sha256 {
            true => sha2::Sha256::digest(bytes).to_vec(),
            false => sha1::Sha1::digest(bytes).to_vec(),
        };
        let algorithm_of_hash = if self.sha256 { "2.16.840.1.101.3.4.2.1" } else { "1.3.14.3.2.26" };
        let spki = spki(&issuer.key);
        // The point is the last 65 bytes of a P-256 key.
        let point = &spki[spki.len() - 65..];
        let id = sequence(&[
            &sequence(&[&oid(algorithm_of_hash), &[5, 0]]),
            &tlv(4, &hash(&issuer.subject)),
            &tlv(4, &hash(point)),
            &tlv(2, &self.serial),
        ]);
        let status = match self.status {
            "good" => tlv(0x80, &[]),
            "revoked" => tlv(0xa1, &moment("2021-05-01T00:00:00Z")),
            _ => tlv(0x82, &[]),
        };
        let next = self.next_update.map(|next| tlv(0xa0, &moment(next))).unwrap_or_default();
        let single = sequence(&[&id, &status, &moment(self.this_update), &next]);
        let data = sequence(&[&tlv(0xa1, &signer.subject), &moment(self.this_update), &sequence(&[&single])]);
        let bits = [&[0][..], &signature(&signer.key, &data)].concat();
        let certificates = if enclosed { tlv(0xa0, &sequence(&[&signer.der])) } else { Vec::new() };
        let basic = sequence(&[&data, &algorithm(&signer.key), &tlv(3, &bits), &certificates]);
        let bytes = sequence(&[&oid("1.3.6.1.5.5.7.48.1.1"), &tlv(4, &basic)]);
        sequence(&[&tlv(10, &[0]), &tlv(0xa0, &bytes)])
    }
}
