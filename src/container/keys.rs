//! Private keys: which public key belongs to one, and which certificate has it.

use std::collections::{HashMap, HashSet};

use openssl::pkey::PKey;

use super::limits::WorkBudget;
use super::{ContainerProblem, Damage, KeyInspection, OpenedContainer};
use crate::certificate::{Certificate, CertificateRole, KeyId};
use crate::tlv::{Tlv, TlvError, TlvReader, dotted, universal};

/// The largest key that OpenSSL is asked about. What it must compute grows with the cube of
/// the numbers; honest keys of the kinds in question (DSA 3072, Ed25519, EC) have less.
const LARGEST: usize = 1536;

/// What computing a public key costs, in compressions of SHA-1: a millisecond at most.
const DERIVED_COST: u64 = 20_000;

/// The identity of the key pair that a private key belongs to: PKCS#8, PKCS#1, SEC 1 or
/// OpenSSL's DSA form. RSA and most EC keys carry their public part, which is read without
/// loading the key; for the others it is computed.
pub(super) fn id_of(work: &mut WorkBudget<'_>, der: &[u8], offset: usize) -> Result<KeyId, ContainerProblem> {
    if let Ok(Some(id)) = embedded(der) {
        return Ok(id);
    }
    work.pay(DERIVED_COST)?;
    derived(der).ok_or_else(|| match algorithm(der) {
        Ok(algorithm) => ContainerProblem::Unsupported { algorithm, offset },
        Err(_) => ContainerProblem::Damaged { offset, what: Damage::Structure },
    })
}

/// The algorithm that a key in PKCS#8 names.
fn algorithm(der: &[u8]) -> Result<String, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    Ok(dotted(parts.sequence()?.children().universal(universal::OID)?.content))
}

/// The identity by the public part that a key carries.
fn embedded(der: &[u8]) -> Result<Option<KeyId>, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    let second = parts.read()?;
    if second.tag.is_universal(universal::INTEGER) {
        return of_pkcs1(&second, &mut parts);
    }
    if second.tag.is_universal(universal::OCTET_STRING) {
        return of_sec1(der, None);
    }
    let mut algorithm = second.children();
    let oid = dotted(algorithm.universal(universal::OID)?.content);
    let key = parts.universal(universal::OCTET_STRING)?.octets()?;
    match oid.as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => {
            let mut numbers = TlvReader::new(&key).sequence()?.children();
            numbers.universal(universal::INTEGER)?;
            Ok(Some(KeyId::rsa(numbers.universal(universal::INTEGER)?.magnitude())))
        }
        "1.2.840.10045.2.1" => of_sec1(&key, Some(algorithm.read()?.content)),
        _ => Ok(None),
    }
}

/// RSAPrivateKey: nine numbers, the second of them the modulus. DSA's form has six.
fn of_pkcs1(modulus: &Tlv<'_>, rest: &mut TlvReader<'_>) -> Result<Option<KeyId>, TlvError> {
    let mut numbers = 2;
    while !rest.is_empty() {
        rest.read()?;
        numbers += 1;
    }
    Ok((numbers >= 9).then(|| KeyId::rsa(modulus.magnitude())))
}

/// ECPrivateKey (RFC 5915): the curve stands outside or in [0], the public point in [1].
fn of_sec1(der: &[u8], curve: Option<&[u8]>) -> Result<Option<KeyId>, TlvError> {
    let mut parts = TlvReader::new(der).sequence()?.children();
    parts.universal(universal::INTEGER)?;
    parts.universal(universal::OCTET_STRING)?;
    let inside = parts.optional_context(0)?.map(|parameters| parameters.children().read()).transpose()?;
    let point = parts.optional_context(1)?.map(|point| point.children().universal(universal::BIT_STRING));
    let point = point.transpose()?.map(|point| point.bits()).transpose()?;
    let curve = curve.or(inside.map(|inside| inside.content));
    Ok(curve.zip(point).map(|(curve, point)| KeyId::ec(curve, point)))
}

/// The identity by the public key that OpenSSL derives.
fn derived(der: &[u8]) -> Option<KeyId> {
    if der.len() > LARGEST {
        return None;
    }
    let key = PKey::private_key_from_der(der).ok()?;
    KeyId::of_spki(&key.public_key_to_der().ok()?)
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

/// Says of each certificate whether its key is there and is its own.
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
            *stray.entry(link).or_default() |= key.id.is_some();
        }
    }
    let only_is_read = opened.keys.iter().all(|key| key.id.is_some());
    let unknown = opened.keys.iter().any(|key| key.id.is_none()) || !opened.problems.is_empty();
    for (i, entry) in opened.entries.iter_mut().enumerate() {
        let linked = entry.local_key_id.as_deref().and_then(|link| stray.get(link).copied());
        let meant = linked.or((only == Some(i)).then_some(only_is_read));
        let matched = own[i].is_some_and(|id| there.contains(&id));
        (entry.has_key, entry.key_matches) = match (matched, meant) {
            (true, _) => (Some(true), Some(true)),
            (false, Some(read)) => {
                let has_key = if linked.is_some() { Some(true) } else { (!unknown).then_some(false) };
                (has_key, (read && own[i].is_some()).then_some(false))
            }
            (false, None) => ((!unknown).then_some(false), None),
        };
    }
}

/// The entry that the only key must be meant for: the key bears no link to a certificate, and
/// there is one certificate, or one end entity.
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
