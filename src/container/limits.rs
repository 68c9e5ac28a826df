//! Bounds on bytes and work, and the account of the work spent on one file.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::ContainerProblem;

/// The bounds on the work for one file. The defaults let every honest file through that we know of,
/// and let a hostile one cost seconds at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file. 64 MiB: the largest public CRLs have some 40, a PKCS#12 a few KiB.
    pub bytes: u64,
    /// Iterations of one key derivation. 5,000,000 is where Java and Go stop; honest test files
    /// have 1,000,000, OpenSSL writes 2,048, Windows 2,000.
    pub iterations: u64,
    /// Work for one file, over all candidates and typing mistakes, in compressions of SHA-1:
    /// one is some 50 ns where the processor knows SHA, 100 where it does not. 100,000,000 are
    /// 5 to 10 seconds: a file with 1,000,000 iterations of SHA-512 for MAC, certificates and key
    /// each needs 20,000,000; 1,000 candidates on 2,048 iterations 2,000,000 where there is a MAC
    /// to tell, 8,000,000 where there is none.
    pub work: u64,
    /// Bytes of memory for one scrypt derivation. 256 MiB: OpenSSL writes 16 MiB, the largest
    /// recommendation in use (N = 131072, r = 8) needs 128.
    pub scrypt_memory: u64,
    /// Safes within safes. 16: one within another has been seen, the format sets no bound.
    pub depth: u64,
    /// Bags of a PKCS#12, blocks of a PEM file. 100,000: far above any trust store (some 150),
    /// and a bag less than a hundred bytes of memory.
    pub bags: u64,
    /// Certificates in a container. 10,000: the trust stores of operating systems have some
    /// hundreds, with all intermediates known to the web some thousands.
    pub certificates: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 64 << 20,
            iterations: 5_000_000,
            work: 100_000_000,
            scrypt_memory: 256 << 20,
            depth: 16,
            bags: 100_000,
            certificates: 10_000,
        }
    }
}

impl Limits {
    /// The value of one limit.
    pub fn allowed(&self, limit: Limit) -> u64 {
        match limit {
            Limit::Bytes => self.bytes,
            Limit::Iterations => self.iterations,
            Limit::Work => self.work,
            Limit::ScryptMemory => self.scrypt_memory,
            Limit::Depth => self.depth,
            Limit::Bags => self.bags,
            Limit::Certificates => self.certificates,
        }
    }

    /// Sets the value of one limit.
    pub fn set(&mut self, limit: Limit, value: u64) {
        let field = match limit {
            Limit::Bytes => &mut self.bytes,
            Limit::Iterations => &mut self.iterations,
            Limit::Work => &mut self.work,
            Limit::ScryptMemory => &mut self.scrypt_memory,
            Limit::Depth => &mut self.depth,
            Limit::Bags => &mut self.bags,
            Limit::Certificates => &mut self.certificates,
        };
        *field = value;
    }

    /// The problem that `asked` exceeds `limit`, if it does.
    pub(super) fn check(&self, limit: Limit, asked: u64) -> Result<(), ContainerProblem> {
        let allowed = self.allowed(limit);
        if asked <= allowed { Ok(()) } else { Err(ContainerProblem::Limit { limit, asked, allowed, untried: 0 }) }
    }
}

/// Which limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// [`Limits::bytes`].
    Bytes,
    /// [`Limits::iterations`].
    Iterations,
    /// [`Limits::work`].
    Work,
    /// [`Limits::scrypt_memory`].
    ScryptMemory,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::bags`].
    Bags,
    /// [`Limits::certificates`].
    Certificates,
}

impl Limit {
    /// All of them.
    pub const ALL: [Limit; 7] = [
        Limit::Bytes,
        Limit::Iterations,
        Limit::Work,
        Limit::ScryptMemory,
        Limit::Depth,
        Limit::Bags,
        Limit::Certificates,
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        &self.flag()["--max-".len()..]
    }

    /// The command-line flag that raises it.
    pub fn flag(self) -> &'static str {
        match self {
            Limit::Bytes => "--max-bytes",
            Limit::Iterations => "--max-iterations",
            Limit::Work => "--max-work",
            Limit::ScryptMemory => "--max-scrypt-memory",
            Limit::Depth => "--max-depth",
            Limit::Bags => "--max-bags",
            Limit::Certificates => "--max-certificates",
        }
    }
}

/// Derived keys that are kept for a second use. Files have a handful of salts; the bound is
/// for a long list of candidates on a file whose derivations cost next to nothing.
const KEPT_KEYS: usize = 4096;

/// The account of one file: what was spent, and the keys it was spent on.
pub(super) struct WorkBudget<'a> {
    pub limits: &'a Limits,
    spent: u64,
    bags: u64,
    keys: HashMap<[u8; 32], Zeroizing<Vec<u8>>>,
}

impl<'a> WorkBudget<'a> {
    pub fn new(limits: &'a Limits) -> Self {
        WorkBudget { limits, spent: 0, bags: 0, keys: HashMap::new() }
    }

    /// Pays for work before it is done.
    pub fn pay(&mut self, cost: u64) -> Result<(), ContainerProblem> {
        let asked = self.spent.saturating_add(cost);
        self.limits.check(Limit::Work, asked)?;
        self.spent = asked;
        Ok(())
    }

    /// Counts one more bag or block.
    pub fn bag(&mut self) -> Result<(), ContainerProblem> {
        self.limits.check(Limit::Bags, self.bags + 1)?;
        self.bags += 1;
        Ok(())
    }

    /// The key that `derive` makes from all of `inputs`, or the one made from them before.
    /// The inputs are remembered by their hash only.
    pub fn key(
        &mut self,
        inputs: &[&[u8]],
        cost: u64,
        derive: impl FnOnce() -> Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, ContainerProblem> {
        let mut hash = Sha256::new();
        for input in inputs {
            hash.update((input.len() as u64).to_be_bytes());
            hash.update(input);
        }
        let name = hash.finalize().into();
        if let Some(key) = self.keys.get(&name) {
            return Ok(Some(key.clone()));
        }
        self.pay(cost)?;
        let key = derive();
        if let Some(key) = key.as_ref().filter(|_| self.keys.len() < KEPT_KEYS) {
            self.keys.insert(name, key.clone());
        }
        Ok(key)
    }
}
