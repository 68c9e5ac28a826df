//! Surplus: more valid certificates than the policy allows.

use std::collections::{BTreeMap, BTreeSet};

use super::renewal::RenewalResult;
use super::{HoldingInputs, ProfilesByHolder};

/// For every holder: its valid certificates where they are too many, and the number allowed. The
/// policy's number applies to each provider number and usage category; a certificate that is
/// renewed and near its expiry does not count, nor does one that is gone.
pub(super) fn surplus(
    inputs: &HoldingInputs,
    by_holder: &ProfilesByHolder,
    renewals: &[RenewalResult],
) -> Vec<(Vec<usize>, usize)> {
    let Some(allowed) = inputs.policy.holders.live_certificates else {
        return vec![Default::default(); by_holder.len()];
    };
    let holders = inputs.office.holders.iter().zip(by_holder);
    let of_holder = holders.map(|(holder, profiles)| {
        let numbers: BTreeSet<_> = holder.lines.iter().filter_map(|line| line.provider_number.as_deref()).collect();
        // The number is per provider number; a holder without one counts as one.
        let allowed = allowed.value.saturating_mul(numbers.len().max(1));
        let mut living: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        for (i, owned) in profiles.iter().filter(|(i, _)| counts(inputs, *i, &renewals[*i])) {
            living.entry(owned.category).or_default().push(*i);
        }
        let too_many = living.into_values().filter(|profiles| profiles.len() > allowed);
        (too_many.flatten().collect(), allowed)
    });
    of_holder.collect()
}

fn counts(inputs: &HoldingInputs, i: usize, renewed: &RenewalResult) -> bool {
    let (profile, zone) = (&inputs.profiles[i], inputs.policy.zone);
    let overlap = inputs.policy.holders.renewal_overlap_days.value;
    let left = profile.ends.and_then(|end| zone.day(end)).zip(zone.day(inputs.at));
    let ending = left.is_some_and(|(end, today)| (end - today).whole_days() <= overlap);
    profile.present && profile.lives(inputs.at) && !(renewed.superseded_by.is_some() && ending)
}
