//! Private keys: which public key belongs to one, and which certificate has it.

use std::collections::{HashMap, HashSet};

use openssl::asn1::Asn1Object;
use openssl::bn::{BigNum, BigNumContext};
use openssl::dsa::Dsa;
use openssl::ec::{EcGroup, EcPoint, PointConversionForm};
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};

use super::limits::WorkBudget;
use super::{ContainerProblem, Damage, KeyClaim, KeyInspection, OpenedContainer, PrivateKeyFacts};
use crate::certificate::{Certificate, CertificateRole, KeyId};
use crate::tlv::{TlvError, TlvReader, dotted, universal};

/// The largest key that is passed to OpenSSL, whose work grows with the cube of the numbers. Real
/// keys of the kinds in question (DSA 3072, Ed25519, EC) are smaller.
const LARGEST: usize = 1536;

/// What computing a public key costs, in compressions of SHA-1: a millisecond at most.
const DERIVED_COST: u64 = 20_000;

/// What checking the numbers of an RSA key costs: a multiplication and two reductions.
const RSA_CHECK_COST: u64 = 500;

/// The largest RSA key that is checked: some 16,384 bits.
const LARGEST_RSA: usize = 12 << 10;

/// The largest modulus in bytes whose exponents are tried: 8,192 bits.
const LARGEST_TRIED: usize = 1024;

/// What trying the exponents of 2,048 bits costs: some five milliseconds, and eight times that for
/// each doubling.
const TRIED_COST: u64 = 100_000;

/// rsaEncryption and id-ecPublicKey.
const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";

/// What a private key shows of the key pair that it belongs to.
pub(super) enum KeyPair {
    /// Its private part makes this public key.
    Proven(KeyId),
    /// It carries this public key; its private part was not tried, or nobody here can.
    Claimed(KeyId),
    /// It carries this public key, and its private part is not the one that belongs to it.
    Refuted(KeyId),
}

/// The key pair that a private key belongs to: PKCS#8, PKCS#1, SEC 1 or OpenSSL's DSA form.
///
/// RSA and most EC keys carry their public part, which anybody can write beside a private part
/// that is made up; such a file must not pass for the key of somebody's certificate. So a point
/// is computed from the private number, and an RSA key has to show the factors of its modulus.
pub(super) fn key_pair(work: &mut WorkBudget<'_>, der: &[u8], offset: usize) -> Result<KeyPair, ContainerProblem> {
    match carried(der) {
        Ok(Some(Carried::Rsa(key))) => {
            let checked = der.len() <= LARGEST_RSA && work.pay(RSA_CHECK_COST).is_ok();
            Ok(match checked.then(|| key.is_pair(work)).flatten() {
                Some(true) => KeyPair::Proven(key.id()),
                Some(false) => KeyPair::Refuted(key.id()),
                None => KeyPair::Claimed(key.id()),
            })
        }
        Ok(Some(Carried::Ec { curve, scalar, point })) => {
            let claimed = point.map(|point| KeyId::ec(curve, point));
            let made = work.pay(point_cost(curve)).ok().and_then(|()| point_of(curve, scalar));
            match (made, claimed) {
                (Some(id), None) => Ok(KeyPair::Proven(id)),
                (Some(id), Some(claimed)) if id == claimed => Ok(KeyPair::Proven(id)),
                (Some(_), Some(claimed)) => Ok(KeyPair::Refuted(claimed)),
                (None, Some(claimed)) => Ok(KeyPair::Claimed(claimed)),
                (None, None) => computed(work, der, offset),
            }
        }
        _ => computed(work, der, offset),
    }
}

impl PrivateKeyFacts {
    /// Takes in what the key shows.
    pub(super) fn read(&mut self, pair: KeyPair) {
        match pair {
            KeyPair::Proven(id) => self.id = Some(id),
            KeyPair::Claimed(id) => self.claim = Some(KeyClaim { id, refuted: false }),
            KeyPair::Refuted(id) => self.claim = Some(KeyClaim { id, refuted: true }),
        }
    }

    /// Whether it is known which public key it makes, or that it makes none.
    fn is_read(&self) -> bool {
        self.id.is_some() || self.claim.is_some_and(|claim| claim.refuted)
    }
}

/// The pair of a key without a public part that we can read, by OpenSSL.
fn computed(work: &mut WorkBudget<'_>, der: &[u8], offset: usize) -> Result<KeyPair, ContainerProblem> {
    work.pay(DERIVED_COST)?;
    derived(der).map(KeyPair::Proven).ok_or_else(|| match algorithm(der) {
        // These are known: what is wrong is the key.
        Ok(known) if known == RSA || known == EC => ContainerProblem::Damaged { offset, what: Damage::Structure },
        Ok(algorithm) => ContainerProblem::Unsupported { algorithm, offset },
        Err(_) => ContainerProblem::Damaged { offset, what: Damage::Structure },
    })
}

/// What computing a point costs: P-256 has an implementation of its own in OpenSSL.
fn point_cost(curve: &[u8]) -> u64 {
    if dotted(curve) == "1.2.840.10045.3.1.7" { DERIVED_COST / 10 } else { DERIVED_COST }
}

/// The identity by the point that belongs to a private number.
fn point_of(curve: &[u8], scalar: &[u8]) -> Option<KeyId> {
    if scalar.len() > 66 {
        return None;
    }
    let made = || -> Result<Vec<u8>, ErrorStack> {
        let group = EcGroup::from_curve_name(Asn1Object::from_str(&dotted(curve))?.nid())?;
        let mut context = BigNumContext::new()?;
        let mut point = EcPoint::new(&group)?;
        point.mul_generator2(&group, &*BigNum::from_slice(scalar)?, &mut context)?;
        point.to_bytes(&group, PointConversionForm::UNCOMPRESSED, &mut context)
    };
    // The point at infinity is one byte, and no public key.
    made().ok().filter(|point| point.len() > 1).map(|point| KeyId::ec(curve, &point))
}

/// What a private key carries of its pair.
enum Carried<'a> {
    Rsa(RsaNumbers<'a>),
    Ec { curve: &'a [u8], scalar: &'a [u8], point: Option<&'a [u8]> },
}

/// The numbers of an RSAPrivateKey that matter here (RFC 8017 appendix A.1.2).
struct RsaNumbers<'a> {
    /// It has more than two factors.
    multi_prime: bool,
    n: &'a [u8],
    e: &'a [u8],
    d: &'a [u8],
    p: &'a [u8],
    q: &'a [u8],
}

impl RsaNumbers<'_> {
    fn id(&self) -> KeyId {
        KeyId::rsa(self.n)
    }

    /// Whether the private numbers belong to the modulus; none where that was not found out.
    fn is_pair(&self, work: &mut WorkBudget<'_>) -> Option<bool> {
        if self.multi_prime {
            return None;
        }
        // Some writers leave the factors out; then only trying the exponents tells.
        if self.p.is_empty() || self.q.is_empty() {
            let blocks = self.n.len().div_ceil(256) as u64;
            if self.n.len() > LARGEST_TRIED || self.d.len() > LARGEST_TRIED {
                return None;
            }
            work.pay(TRIED_COST * blocks.pow(3)).ok()?;
            return self.exponents_fit().ok();
        }
        self.factors_fit().ok()
    }

    fn factors_fit(&self) -> Result<bool, ErrorStack> {
        let mut context = BigNumContext::new()?;
        let number = BigNum::from_slice;
        let (n, mut p, mut q) = (number(self.n)?, number(self.p)?, number(self.q)?);
        let one = BigNum::from_u32(1)?;
        let mut product = BigNum::new()?;
        product.checked_mul(&p, &q, &mut context)?;
        if product != n || p <= one || q <= one {
            return Ok(false);
        }
        // Who knows the factors has the key; whether this file works is another thing.
        let mut fits = true;
        for factor in [&mut p, &mut q] {
            factor.sub_word(1)?;
            product.mod_mul(&*number(self.e)?, &*number(self.d)?, factor, &mut context)?;
            fits &= product == one;
        }
        Ok(fits)
    }

    /// 2^(e·d) = 2 (mod n): of exponents above 1 nobody finds such without the factors.
    fn exponents_fit(&self) -> Result<bool, ErrorStack> {
        let mut context = BigNumContext::new()?;
        let number = BigNum::from_slice;
        let (n, e, d) = (number(self.n)?, number(self.e)?, number(self.d)?);
        let two = BigNum::from_u32(2)?;
        if self.e.len() > 8 || e <= two || d <= two || d >= n || n <= two {
            return Ok(false);
        }
        let (mut inner, mut outer) = (BigNum::new()?, BigNum::new()?);
        inner.mod_exp(&two, &d, &n, &mut context)?;
        outer.mod_exp(&inner, &e, &n, &mut context)?;
        Ok(outer == two)
    }
}

/// The algorithm that a key in PKCS#8 names.
fn algorithm(der: &[u8]) -> Result<String, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    Ok(dotted(parts.sequence()?.children().universal(universal::OID)?.content))
}

/// The pair as a key carries it; none of algorithms other than RSA and EC.
fn carried(der: &[u8]) -> Result<Option<Carried<'_>>, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    let second = parts.read()?;
    if second.tag.is_universal(universal::INTEGER) {
        return pkcs1(der);
    }
    if second.tag.is_universal(universal::OCTET_STRING) {
        return sec1(der, None);
    }
    let mut algorithm = second.children();
    let oid = dotted(algorithm.universal(universal::OID)?.content);
    let key = parts.universal(universal::OCTET_STRING)?;
    if key.tag.constructed {
        return Ok(None);
    }
    match oid.as_str() {
        RSA | "1.2.840.113549.1.1.10" => pkcs1(key.content),
        EC => sec1(key.content, algorithm.universal(universal::OID).ok().map(|curve| curve.content)),
        _ => Ok(None),
    }
}

/// RSAPrivateKey: nine numbers, or more things; DSA's form has six.
fn pkcs1(der: &[u8]) -> Result<Option<Carried<'_>>, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    let version = parts.universal(universal::INTEGER)?;
    let mut numbers = Vec::new();
    while !parts.is_empty() && numbers.len() < 8 {
        numbers.push(parts.universal(universal::INTEGER)?.magnitude());
    }
    // RSAPrivateKey has nine numbers (RFC 8017 appendix A.1.2); OpenSSL's old form of a DSA key
    // begins alike and has six.
    let [n, e, d, p, q, _, _, _] = numbers[..] else { return Ok(None) };
    let multi_prime = !parts.is_empty() || version.content != [0];
    Ok(Some(Carried::Rsa(RsaNumbers { multi_prime, n, e, d, p, q })))
}

/// ECPrivateKey (RFC 5915): the curve is outside or in [0], the public point in [1].
fn sec1<'a>(der: &'a [u8], curve: Option<&'a [u8]>) -> Result<Option<Carried<'a>>, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    let scalar = parts.universal(universal::OCTET_STRING)?.content;
    let inside = parts.optional_context(0)?.map(|parameters| parameters.children().read()).transpose()?;
    let point = parts.optional_context(1)?.map(|point| point.children().universal(universal::BIT_STRING));
    let point = point.transpose()?.map(|point| point.bits()).transpose()?;
    let inside = inside.filter(|inside| inside.tag.is_universal(universal::OID)).map(|inside| inside.content);
    Ok(curve.or(inside).map(|curve| Carried::Ec { curve, scalar, point }))
}

/// The identity by the public key that OpenSSL derives.
fn derived(der: &[u8]) -> Option<KeyId> {
    if der.len() > LARGEST {
        return None;
    }
    let key = PKey::private_key_from_der(der).ok()?;
    if key.dsa().is_ok_and(|dsa| !is_dsa_pair(&dsa).unwrap_or(false)) {
        return None;
    }
    KeyId::of_spki(&key.public_key_to_der().ok()?)
}

/// Whether y = g^x (mod p): OpenSSL's own form carries both numbers.
fn is_dsa_pair(key: &Dsa<Private>) -> Result<bool, ErrorStack> {
    let mut made = BigNum::new()?;
    let mut context = BigNumContext::new()?;
    made.mod_exp(key.g(), key.priv_key(), key.p(), &mut context)?;
    Ok(made == *key.pub_key())
}

/// The identity of a certificate's key pair.
fn of_certificate(der: &[u8]) -> Option<KeyId> {
    let read = || -> Result<&[u8], TlvError> {
        let mut tbs = TlvReader::new(der).sequence()?.children().sequence()?.children();
        tbs.optional_context(0)?;
        tbs.universal(universal::INTEGER)?;
        // Signature algorithm, issuer, validity, subject.
        for _ in 0..4 {
            tbs.sequence()?;
        }
        Ok(tbs.sequence()?.raw)
    };
    KeyId::of_spki(read().ok()?)
}

/// Sets for each certificate whether its key is there and is its own.
pub(super) fn link(opened: &mut OpenedContainer, look: KeyInspection) {
    match look {
        KeyInspection::Skip => {}
        KeyInspection::Presence => link_by_name(opened),
        KeyInspection::Match => link_by_key(opened),
    }
}

/// Without decrypting: by localKeyID, or because there is no choice.
fn link_by_name(opened: &mut OpenedContainer) {
    // What could not be read may have held keys.
    let none = opened.keys.is_empty() && opened.problems.is_empty();
    let only = only_pair(opened);
    let links: HashSet<&[u8]> = opened.keys.iter().filter_map(|key| key.local_key_id.as_deref()).collect();
    for (i, entry) in opened.entries.iter_mut().enumerate() {
        let linked = entry.local_key_id.as_deref().is_some_and(|id| links.contains(id));
        entry.has_key = if linked || only == Some(i) { Some(true) } else { none.then_some(false) };
    }
}

/// By the keys themselves. A localKeyID counts for a key that could not be read or that is no
/// certificate's here: many a writer gives the same to a whole chain.
fn link_by_key(opened: &mut OpenedContainer) {
    let own: Vec<Option<KeyId>> = match opened.keys.is_empty() {
        true => vec![None; opened.entries.len()],
        false => opened.entries.iter().map(|entry| of_certificate(&entry.der)).collect(),
    };
    let only = only_pair(opened);
    let there: HashSet<KeyId> = opened.keys.iter().filter_map(|key| key.id).collect();
    let certified: HashSet<KeyId> = own.iter().flatten().copied().collect();
    // Keys that are no certificate's here, by localKeyID, and whether one of them was read.
    let mut stray: HashMap<&[u8], bool> = HashMap::new();
    for key in opened.keys.iter().filter(|key| key.id.is_none_or(|id| !certified.contains(&id))) {
        if let Some(link) = key.local_key_id.as_deref() {
            *stray.entry(link).or_default() |= key.is_read();
        }
    }
    let only_is_read = opened.keys.iter().all(PrivateKeyFacts::is_read);
    let unknown = opened.keys.iter().any(|key| !key.is_read()) || !opened.problems.is_empty();
    for (i, entry) in opened.entries.iter_mut().enumerate() {
        // localKeyID is missing, doubled or wrong in real files, so it counts only where no key
        // matches.
        let linked = entry.local_key_id.as_deref().and_then(|link| stray.get(link).copied());
        let meant = linked.or((only == Some(i)).then_some(only_is_read));
        let matched = own[i].is_some_and(|id| there.contains(&id));
        let mut claims = opened.keys.iter().filter_map(|key| key.claim).filter(|claim| Some(claim.id) == own[i]);
        let claim = claims.next().map(|first| first.refuted && claims.all(|claim| claim.refuted));
        (entry.has_key, entry.key_matches) = match (matched, meant) {
            (true, _) => (Some(true), Some(true)),
            // A public part that anybody can copy is no match.
            _ if claim == Some(true) => (Some(true), Some(false)),
            _ if claim == Some(false) => (Some(true), None),
            (false, Some(read)) => {
                let has_key = if linked.is_some() { Some(true) } else { (!unknown).then_some(false) };
                (has_key, (read && own[i].is_some()).then_some(false))
            }
            (false, None) => ((!unknown).then_some(false), None),
        };
    }
}

/// The entry of the only key: it has no link to a certificate, and there is one certificate or one
/// end-entity certificate.
fn only_pair(opened: &OpenedContainer) -> Option<usize> {
    let [key] = opened.keys.as_slice() else {
        return None;
    };
    let link = key.local_key_id.as_ref();
    if link.is_some() && opened.entries.iter().any(|entry| entry.local_key_id.as_ref() == link) {
        return None;
    }
    if opened.entries.len() == 1 {
        return Some(0);
    }
    let is_end_entity = |der: &[u8]| Certificate::parse(der).is_ok_and(|it| it.role() == CertificateRole::EndEntity);
    let mut leaves = opened.entries.iter().enumerate().filter(|(_, entry)| is_end_entity(&entry.der));
    let (index, _) = leaves.next()?;
    leaves.next().is_none().then_some(index)
}
