//! The inputs and the result of making a fleet.

use std::collections::BTreeMap;

use super::Faults;
use crate::calendar::Instant;

/// What to make.
#[derive(Clone, Debug)]
pub struct LabPlan {
    /// How many holders.
    pub holders: usize,
    /// Decides names, days, keys and who has which fault.
    pub seed: u64,
    /// What may be wrong.
    pub faults: Faults,
    /// The moment at which the fleet is to be judged; from 2020 to 2028, while the 2019 root
    /// has certificates that are neither too young nor too old.
    pub at: Instant,
}

/// What was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabSummary {
    /// Holders.
    pub holders: usize,
    /// PKCS#12 files: some faults need two.
    pub files: usize,
    /// Holders by fault; the healthy ones are not counted here.
    pub faults: BTreeMap<&'static str, usize>,
}
