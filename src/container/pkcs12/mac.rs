//! The integrity check: RFC 7292's MAC and PBMAC1 (RFC 9579).

use super::super::limits::WorkBudget;
use super::super::password_trials::PasswordTrials;
use super::super::{ContainerProblem, Mac};
use super::algorithm::{AlgorithmIdentifier, name_or_reason};
use super::hash::HashAlgorithm;
use super::kdf::{DerivationPurpose, Kdf};
use crate::tlv::{Tlv, universal};

/// What is known of the integrity check, and the check or the reason why there is none.
pub struct Integrity {
    pub facts: Mac,
    pub check: Result<MacCheck, ContainerProblem>,
    /// Its offset.
    pub offset: usize,
}

/// A MAC to be compared.
pub struct MacCheck {
    hash: &'static HashAlgorithm,
    kdf: Kdf,
    key_length: usize,
    expected: Vec<u8>,
}

impl Integrity {
    /// Reads MacData.
    pub fn read(mac_data: &Tlv<'_>) -> Result<Integrity, ContainerProblem> {
        let mut parts = mac_data.children();
        let mut digest_info = parts.sequence()?.children();
        let algorithm = AlgorithmIdentifier::read(&digest_info.sequence()?)?;
        let expected = digest_info.universal(universal::OCTET_STRING)?.octets()?.into_owned();
        let salt = parts.universal(universal::OCTET_STRING)?.octets()?.into_owned();
        let iterations = parts.optional(universal::INTEGER)?.map_or(Ok(1), |n| n.unsigned())?.max(1);
        let (facts, check) = match algorithm.oid.as_str() {
            "1.2.840.113549.1.5.14" => read_pbmac1(&algorithm, expected)?,
            _ => plain(&algorithm, expected, salt, iterations),
        };
        Ok(Integrity { facts, check, offset: mac_data.offset })
    }
}

fn plain(
    algorithm: &AlgorithmIdentifier<'_>,
    expected: Vec<u8>,
    salt: Vec<u8>,
    iterations: u64,
) -> (Mac, Result<MacCheck, ContainerProblem>) {
    let check = HashAlgorithm::of_digest(algorithm).map(|hash| MacCheck {
        hash,
        kdf: Kdf::pkcs12(hash, salt, iterations),
        key_length: hash.size,
        expected,
    });
    let name = name_or_reason(&check, |check| check.hash.name.into());
    (Mac { algorithm: format!("HMAC-{name}"), kdf: format!("PKCS12-{name}"), iterations }, check)
}

/// PBMAC1-params: derivation and MAC; MacData's own salt and iterations do not count.
fn read_pbmac1(
    algorithm: &AlgorithmIdentifier<'_>,
    expected: Vec<u8>,
) -> Result<(Mac, Result<MacCheck, ContainerProblem>), ContainerProblem> {
    let mut parts = algorithm.sequence()?.children();
    let named = Kdf::read(&AlgorithmIdentifier::read(&parts.sequence()?)?)?;
    let hash = HashAlgorithm::of_hmac(&AlgorithmIdentifier::read(&parts.sequence()?)?);
    let facts = Mac {
        algorithm: format!("PBMAC1-{}", name_or_reason(&hash, |hash| format!("HMAC-{}", hash.name))),
        kdf: named.name,
        iterations: named.iterations,
    };
    let check = match (named.kdf, hash) {
        (Ok(kdf), Ok(hash)) => Ok(MacCheck { hash, kdf, key_length: named.key_length.unwrap_or(hash.size), expected }),
        (Err(problem), _) | (_, Err(problem)) => Err(problem),
    };
    Ok((facts, check))
}

impl MacCheck {
    /// Whether the MAC of `content` is the expected one with some password.
    pub fn fits(
        &self,
        trials: &mut PasswordTrials<'_>,
        work: &mut WorkBudget<'_>,
        content: &[u8],
    ) -> Result<bool, ContainerProblem> {
        let cost = self.hash.cost(content.len()) + 3;
        let found = trials.find(work, self.kdf.usage(), |work, password| {
            work.pay(cost)?;
            let key = self.kdf.derive(work, password, DerivationPurpose::Mac, self.key_length)?;
            Ok(key.filter(|key| self.hash.hmac(key, content) == self.expected).map(|_| ()))
        });
        Ok(found?.is_some())
    }
}
