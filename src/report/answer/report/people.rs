//! Whom the plan is for: contact details, which no table of a report holds.

use std::collections::BTreeMap;

use crate::lifecycle::{Certificates, RenewalPlan};
use crate::register::{Contact, HolderKey};

/// A holder that the plan tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Where it stands in the register.
    pub holder: HolderKey,
    /// Its name.
    pub name: String,
    /// Whom to turn to, and how.
    pub contact: Contact,
    /// Its rows in the table `plan`, in that table's order: the most pressing first.
    pub rows: Vec<usize>,
}

/// The holders of a plan, as the register sorts them; `told` says of each item of the fleet whether
/// the report tells of it.
pub(super) fn recipients(fleet: &Certificates, plan: &RenewalPlan, told: &[bool]) -> Vec<Recipient> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let entries = plan.entries.iter().filter(|entry| told.get(entry.item).copied().unwrap_or(false));
    for (row, entry) in entries.enumerate() {
        if let Some(holder) = fleet.items.get(entry.item).and_then(|item| item.holder) {
            rows.entry(holder).or_default().push(row);
        }
    }
    let recipient = |(at, rows): (usize, Vec<usize>)| {
        let holder = fleet.office.holders.get(at)?;
        Some(Recipient { holder: holder.key.clone(), name: holder.name.clone(), contact: holder.contact.clone(), rows })
    };
    rows.into_iter().filter_map(recipient).collect()
}
