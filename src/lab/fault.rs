//! Which faults a fleet has, and how many of each.

use super::LabError;
use super::random::Random;
use crate::locale::nearest;

/// A fault that a holder of the fleet may have, named like the rule that finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Dead for at most two years.
    Expired,
    /// Expires within 90 days.
    Expiring,
    /// There is a renewal beside it.
    Superseded,
    /// Begins in the weeks to come.
    NotYetValid,
    /// One year instead of three.
    ValidityUnusual,
    /// Ends 30 days after its root.
    OutlivesRoot,
    /// Dated into the days without issuing, 2019-07-20 to 23.
    IssuedInGap,
    /// Signed by the 2013 root when the 2019 root was due.
    GenerationMismatch,
    /// Signed by an impostor of the 2019 root, which comes along.
    RootImpostor,
    /// Signed by a root of a later generation, which comes along.
    RootUnknownGeneration,
    /// The same file is on a second computer.
    Copied,
    /// Another holder has the same key.
    KeyShared,
    /// Another certificate of the same root has the same serial number.
    SerialReused,
    /// The key is not there.
    KeyMissing,
    /// The key is another's.
    KeyMismatch,
    /// A key of 192 bits.
    KeyWeak,
    /// Nobody knows the password.
    PasswordUnknown,
    /// The file is cut short.
    ContainerDamaged,
    /// One iteration guards the key.
    ContainerWeak,
}

impl Fault {
    /// All faults with their share of a fleet, in holders of a thousand: some three in ten have
    /// one. Guesses at what a neglected share looks like, not statistics.
    pub const MIX: [(Fault, usize); 19] = [
        (Fault::Expired, 60),
        (Fault::Expiring, 80),
        (Fault::Superseded, 30),
        (Fault::NotYetValid, 5),
        (Fault::ValidityUnusual, 5),
        (Fault::OutlivesRoot, 5),
        (Fault::IssuedInGap, 3),
        (Fault::GenerationMismatch, 3),
        (Fault::RootImpostor, 2),
        (Fault::RootUnknownGeneration, 2),
        (Fault::Copied, 50),
        (Fault::KeyShared, 5),
        (Fault::SerialReused, 2),
        (Fault::KeyMissing, 10),
        (Fault::KeyMismatch, 3),
        (Fault::KeyWeak, 5),
        (Fault::PasswordUnknown, 10),
        (Fault::ContainerDamaged, 10),
        (Fault::ContainerWeak, 10),
    ];

    /// The code of the rule that finds it.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Expired => "expired",
            Fault::Expiring => "expiring",
            Fault::Superseded => "superseded",
            Fault::NotYetValid => "not-yet-valid",
            Fault::ValidityUnusual => "validity-unusual",
            Fault::OutlivesRoot => "outlives-root",
            Fault::IssuedInGap => "issued-in-gap",
            Fault::GenerationMismatch => "generation-mismatch",
            Fault::RootImpostor => "root-impostor",
            Fault::RootUnknownGeneration => "root-unknown-generation",
            Fault::Copied => "copied",
            Fault::KeyShared => "key-shared",
            Fault::SerialReused => "serial-reused",
            Fault::KeyMissing => "key-missing",
            Fault::KeyMismatch => "key-mismatch",
            Fault::KeyWeak => "key-weak",
            Fault::PasswordUnknown => "password-unknown",
            Fault::ContainerDamaged => "container-damaged",
            Fault::ContainerWeak => "container-weak",
        }
    }
}

/// The faults asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// None: every holder is healthy.
    pub fn none() -> Faults {
        Faults(Vec::new())
    }

    /// All of [`Fault::MIX`].
    pub fn all() -> Faults {
        Faults(Fault::MIX.map(|(fault, _)| fault).to_vec())
    }

    /// Reads `all`, `none` or codes with commas between.
    ///
    /// Errors: [`LabError::UnknownFault`], with the nearest code there is.
    ///
    /// ```
    /// use shomei::lab::{Fault, Faults};
    /// let faults = Faults::parse("expired,copied").unwrap();
    /// assert!(faults.contains(Fault::Copied));
    /// ```
    pub fn parse(text: &str) -> Result<Faults, LabError> {
        match text.trim() {
            "all" => Ok(Faults::all()),
            "none" => Ok(Faults::none()),
            list => list.split(',').map(|word| named(word.trim())).collect::<Result<_, _>>().map(Faults),
        }
    }

    /// Whether `fault` is included.
    pub fn contains(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// What each of `holders` suffers from: every fault by its share, rounded down, yet once at
    /// least while there are holders left; who it is, the seed decides.
    pub(super) fn spread(&self, holders: usize, seed: u64) -> Vec<Option<Fault>> {
        let asked = Fault::MIX.into_iter().filter(|(fault, _)| self.contains(*fault));
        let faults = asked.flat_map(|(fault, share)| std::iter::repeat_n(Some(fault), (holders * share / 1000).max(1)));
        let mut all: Vec<_> = faults.take(holders).collect();
        all.resize(holders, None);
        Random::new(seed, u64::MAX).shuffle(&mut all);
        all
    }
}

fn named(word: &str) -> Result<Fault, LabError> {
    let codes = Fault::MIX.map(|(fault, _)| fault.code());
    let found = Fault::MIX.into_iter().map(|(fault, _)| fault).find(|fault| fault.code() == word);
    found.ok_or_else(|| LabError::UnknownFault { word: word.to_string(), nearest: nearest(word, codes) })
}
