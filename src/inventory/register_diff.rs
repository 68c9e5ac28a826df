//! What a register's file changes: new, changed and missing holders.

use std::collections::BTreeMap;

use super::entry::{EntryBody, HistoryEntry};
use super::rows::StoredHolderRow;
use super::sequence::EntrySequence;
use crate::register::{Holder, HolderKey, RegisterReading};

/// The differences between a register's file and the recorded register.
#[derive(Debug, Default)]
pub struct RegisterDiff<'a> {
    /// Holders that are new in the register, or back.
    pub new: Vec<&'a Holder>,
    /// Holders whose values differ: before and now.
    pub changed: Vec<(&'a Holder, &'a Holder)>,
    /// The number of unchanged holders.
    pub unchanged: usize,
    /// Holders that the file lacks.
    pub missing: Vec<&'a Holder>,
    /// Why the missing holders are kept anyway, if so.
    pub removal_guard: Option<RemovalGuard>,
}

/// Why missing holders are not recorded as removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalGuard {
    /// So many rows have no readable ID: each may be one of the missing holders.
    RowsWithoutId(usize),
    /// So many at once are more likely a mistake: the wrong file or a part of it.
    TooMany {
        /// How many are missing.
        missing: usize,
        /// Of how many.
        of: usize,
    },
}

/// One in so many holders may be missing without a confirmation: 10 %.
const ONE_OF: usize = 10;

impl<'a> RegisterDiff<'a> {
    /// Compares the recorded register with its file. A holder whose rows have mistakes stays as it
    /// is.
    pub fn compare(known: &[&'a Holder], reading: &'a RegisterReading, accept_gone: bool) -> RegisterDiff<'a> {
        let mut diff = RegisterDiff::default();
        let mut known: BTreeMap<&HolderKey, &'a Holder> = known.iter().map(|holder| (&holder.key, *holder)).collect();
        let before = known.len();
        for holder in &reading.holders {
            match known.remove(&holder.key) {
                None => diff.new.push(holder),
                Some(old) if is_same(old, holder) => diff.unchanged += 1,
                Some(old) => diff.changed.push((old, holder)),
            }
        }
        diff.missing = known.into_values().filter(|holder| !reading.ids_in_error.contains(&holder.key.id)).collect();
        diff.removal_guard = removal_guard(diff.missing.len(), before, reading.rows_without_id, accept_gone);
        diff
    }

    /// The holders to record as removed.
    pub fn gone(&self) -> &[&'a Holder] {
        if self.removal_guard.is_some() { &[] } else { &self.missing }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone().is_empty()
    }

    /// The entries to record.
    pub fn entries(&self, stamper: &mut EntrySequence, by: Option<&str>) -> Vec<HistoryEntry> {
        let now = self.new.iter().chain(self.changed.iter().map(|(_, now)| now)).map(|now| (*now, true));
        let all = now.chain(self.gone().iter().map(|gone| (*gone, false)));
        let body = |(holder, stands): (&Holder, bool)| EntryBody::Holder {
            register: holder.key.register.clone(),
            id: holder.key.id.clone(),
            holder: stands.then(|| StoredHolderRow::new(holder)),
            by: by.map(Into::into),
        };
        all.map(|one| stamper.entry(body(one))).collect()
    }
}

fn removal_guard(missing: usize, of: usize, without_id: usize, accept_gone: bool) -> Option<RemovalGuard> {
    match () {
        () if missing == 0 => None,
        // Even with `accept_gone`: which holder such a row means cannot be accepted unseen.
        () if without_id > 0 => Some(RemovalGuard::RowsWithoutId(without_id)),
        () if missing * ONE_OF > of && !accept_gone => Some(RemovalGuard::TooMany { missing, of }),
        () => None,
    }
}

/// Whether both are equal, whatever the order of the lines.
fn is_same(one: &Holder, other: &Holder) -> bool {
    let sorted = |holder: &Holder| {
        let mut holder = holder.clone();
        holder.lines.sort();
        holder
    };
    one == other || sorted(one) == sorted(other)
}
