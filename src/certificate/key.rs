//! What is known of a public key, and the identity that a private key shares with it.

use sha2::{Digest, Sha256};

use crate::tlv::{self, Tlv, TlvReader, universal};

/// Identifies a key pair: the same for a certificate's public key and for the private key that
/// belongs to it, whatever wraps them. A hash of the public key's own numbers, never of a
/// private one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyId(pub [u8; 32]);

impl KeyId {
    /// Of an RSA key, by its modulus (leading zero bytes do not matter).
    pub fn rsa(modulus: &[u8]) -> KeyId {
        let zeros = modulus.iter().take_while(|b| **b == 0).count();
        KeyId::hash(b"rsa", b"", &modulus[zeros..])
    }

    /// Of an elliptic-curve key, by the curve's OID (content bytes) and the point as SEC 1
    /// writes it. Only the x coordinate counts, so that compressed and uncompressed agree.
    pub fn ec(curve: &[u8], point: &[u8]) -> KeyId {
        let x = match point.split_first() {
            Some((4 | 6 | 7, both)) => &both[..both.len() / 2],
            Some((2 | 3, x)) => x,
            _ => point,
        };
        KeyId::hash(b"ec", curve, x)
    }

    /// Of a SubjectPublicKeyInfo in DER; none where it has not that form.
    pub fn of_spki(spki: &[u8]) -> Option<KeyId> {
        Spki::read(spki).ok().map(|spki| spki.id())
    }

    fn hash(kind: &[u8], parameters: &[u8], key: &[u8]) -> KeyId {
        let mut hash = Sha256::new();
        for part in [kind, parameters, key] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        KeyId(hash.finalize().into())
    }
}

/// The kind of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA, also where it is restricted to PSS.
    Rsa,
    /// DSA.
    Dsa,
    /// An elliptic curve, by its name (`P-256`) or dotted OID.
    Ec(String),
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// Anything else, by its dotted OID.
    Other(String),
}

/// What makes a public key worthless whatever its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyFault {
    /// RSA with exponent 1: a signature is the digest itself, so that anybody can sign.
    ExponentOne,
    /// RSA with an exponent that is even, zero or negative: no private key belongs to it.
    ExponentImpossible,
    /// RSA with a modulus that is even, negative or zero.
    ModulusMalformed,
    /// RSA with a modulus beyond what programs accept (OpenSSL: 16,384 bits).
    ModulusTooLarge,
    /// A point of small order, or no point at all: signatures or secrets can be guessed.
    SmallOrder,
}

/// What is known of a public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// Its kind.
    pub kind: KeyKind,
    /// Its size in bits: of the modulus, of the field; none where that is unknown.
    pub bits: Option<u32>,
    /// The key pair's identity.
    pub id: KeyId,
    /// What makes it worthless.
    pub fault: Option<KeyFault>,
}

impl KeyFacts {
    /// Whether its algorithm or curve is none that is known here.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, KeyKind::Other(_)) || matches!(self.kind, KeyKind::Ec(_)) && self.bits.is_none()
    }

    /// `RSA 2048`, `EC P-256`, `Ed25519`.
    pub fn label(&self) -> String {
        let size = |name: &str| match self.bits {
            Some(bits) => format!("{name} {bits}"),
            None => name.to_string(),
        };
        match &self.kind {
            KeyKind::Rsa => size("RSA"),
            KeyKind::Dsa => size("DSA"),
            KeyKind::Ec(curve) => format!("EC {curve}"),
            KeyKind::Ed25519 => "Ed25519".into(),
            KeyKind::Ed448 => "Ed448".into(),
            KeyKind::Other(oid) => oid.clone(),
        }
    }
}

const RSA: &str = "1.2.840.113549.1.1.1";
const RSA_PSS: &str = "1.2.840.113549.1.1.10";
const DSA: &str = "1.2.840.10040.4.1";
const EC: &str = "1.2.840.10045.2.1";

/// Named curves: OID, name, bits of the field.
const CURVES: &[(&str, &str, u32)] = &[
    ("1.2.840.10045.3.1.1", "P-192", 192),
    ("1.3.132.0.33", "P-224", 224),
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
];

/// The largest RSA modulus in bytes that OpenSSL takes (OPENSSL_RSA_MAX_MODULUS_BITS).
const LARGEST_MODULUS: usize = 16_384 / 8;

/// A public key as an RFC 8032 encoding, and its sign bit aside: the points of small order of
/// Curve25519, canonical and not.
const ED25519_SMALL: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
];

/// The same of Curve448.
const ED448_SMALL: [&str; 3] = [
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
    "fefffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffff00",
];

fn has_small_order(point: &[u8], known: &[&str]) -> bool {
    let mut point = point.to_vec();
    if let Some(sign) = point.last_mut() {
        *sign &= 0x7f;
    }
    known.contains(&super::hex(&point).as_str())
}

/// A SubjectPublicKeyInfo taken apart.
pub(super) struct Spki<'a> {
    algorithm: &'a [u8],
    parameters: &'a [u8],
    key: &'a [u8],
}

impl<'a> Spki<'a> {
    pub(super) fn read(der: &'a [u8]) -> Result<Spki<'a>, tlv::TlvError> {
        let mut spki = TlvReader::new(der).sequence()?.children();
        let mut algorithm = spki.sequence()?.children();
        let key = spki.universal(universal::BIT_STRING)?.bits()?;
        let oid = algorithm.universal(universal::OID)?.content;
        let parameters = match algorithm.is_empty() {
            true => &[][..],
            false => algorithm.read()?.content,
        };
        Ok(Spki { algorithm: oid, parameters, key })
    }

    fn rsa_modulus(&self) -> Option<&'a [u8]> {
        let mut numbers = TlvReader::new(self.key).sequence().ok()?.children();
        Some(numbers.universal(universal::INTEGER).ok()?.magnitude())
    }

    /// The key's bytes.
    pub(super) fn key(&self) -> &'a [u8] {
        self.key
    }

    fn fault(&self) -> Option<KeyFault> {
        match tlv::dotted(self.algorithm).as_str() {
            RSA | RSA_PSS => self.rsa_fault(),
            EC => (self.key.len() < 2).then_some(KeyFault::SmallOrder),
            "1.3.101.112" => has_small_order(self.key, &ED25519_SMALL).then_some(KeyFault::SmallOrder),
            "1.3.101.113" => has_small_order(self.key, &ED448_SMALL).then_some(KeyFault::SmallOrder),
            _ => None,
        }
    }

    fn rsa_fault(&self) -> Option<KeyFault> {
        let mut numbers = TlvReader::new(self.key).sequence().ok()?.children();
        let modulus = numbers.universal(universal::INTEGER).ok()?;
        let exponent = numbers.universal(universal::INTEGER).ok()?;
        let is_negative = |number: &Tlv| number.content.first().is_some_and(|first| first & 0x80 != 0);
        let is_even = |number: &Tlv| number.content.last().is_none_or(|last| last & 1 == 0);
        match () {
            () if is_negative(&modulus) || is_even(&modulus) => Some(KeyFault::ModulusMalformed),
            () if modulus.magnitude().len() > LARGEST_MODULUS => Some(KeyFault::ModulusTooLarge),
            () if exponent.magnitude() == [1] => Some(KeyFault::ExponentOne),
            () if is_negative(&exponent) || is_even(&exponent) => Some(KeyFault::ExponentImpossible),
            () => None,
        }
    }

    fn id(&self) -> KeyId {
        let oid = tlv::dotted(self.algorithm);
        match (oid.as_str(), self.rsa_modulus()) {
            (RSA | RSA_PSS, Some(modulus)) => KeyId::rsa(modulus),
            (EC, _) => KeyId::ec(self.parameters, self.key),
            _ => KeyId::hash(self.algorithm, b"", self.key),
        }
    }

    pub(super) fn facts(&self) -> KeyFacts {
        let oid = tlv::dotted(self.algorithm);
        let bits_of = |magnitude: &[u8]| match magnitude.first() {
            Some(first) => magnitude.len() as u32 * 8 - first.leading_zeros(),
            None => 0,
        };
        let (kind, bits) = match oid.as_str() {
            RSA | RSA_PSS => (KeyKind::Rsa, self.rsa_modulus().map(bits_of)),
            DSA => {
                let p = TlvReader::new(self.parameters).universal(universal::INTEGER).ok();
                (KeyKind::Dsa, p.map(|p| bits_of(p.magnitude())))
            }
            EC => {
                let curve = tlv::dotted(self.parameters);
                match CURVES.iter().find(|(oid, _, _)| *oid == curve) {
                    Some((_, name, bits)) => (KeyKind::Ec((*name).into()), Some(*bits)),
                    None => (KeyKind::Ec(curve), None),
                }
            }
            "1.3.101.112" => (KeyKind::Ed25519, Some(256)),
            "1.3.101.113" => (KeyKind::Ed448, Some(456)),
            _ => (KeyKind::Other(oid), None),
        };
        KeyFacts { kind, bits, id: self.id(), fault: self.fault() }
    }
}
