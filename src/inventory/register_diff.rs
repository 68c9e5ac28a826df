//! What a register's file changes: who is new in it, who has changed, who is no longer there.

use std::collections::BTreeMap;

use super::entry::{EntryBody, EntrySequence, HistoryEntry};
use super::rows::StoredHolderRow;
use crate::register::{Holder, HolderKey, RegisterReading};

/// A register's file beside what is known of the register.
#[derive(Debug, Default)]
pub struct RegisterDiff<'a> {
    /// Holders that stand in the register for the first time, or again.
    pub new: Vec<&'a Holder>,
    /// Holders of whom the file says something else: before and now.
    pub changed: Vec<(&'a Holder, &'a Holder)>,
    /// Holders of whom it says the same.
    pub unchanged: usize,
    /// Holders that the file does not have.
    pub missing: Vec<&'a Holder>,
    /// Why those missing stay as they are all the same.
    pub removal_guard: Option<RemovalGuard>,
}

/// Why nobody is said to have left the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovalGuard {
    /// So many rows do not say of whom they speak: any of those missing may be meant.
    RowsWithoutId(usize),
    /// So many at once are more likely a mistake: the wrong file, or a part of it.
    TooMany {
        /// How many are missing.
        missing: usize,
        /// Of how many.
        of: usize,
    },
}

/// Of so many holders one may vanish at once without anybody being asked: 10 %.
const ONE_OF: usize = 10;

impl<'a> RegisterDiff<'a> {
    /// Compares what is known of one register with what its file says. A holder whose rows are
    /// in error stays as it is.
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

    /// Who leaves the register.
    pub fn gone(&self) -> &[&'a Holder] {
        if self.removal_guard.is_some() { &[] } else { &self.missing }
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone().is_empty()
    }

    /// What is to be recorded.
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
        () if without_id > 0 => Some(RemovalGuard::RowsWithoutId(without_id)),
        () if missing * ONE_OF > of && !accept_gone => Some(RemovalGuard::TooMany { missing, of }),
        () => None,
    }
}

/// Whether both say the same; the order of the lines does not matter.
fn is_same(one: &Holder, other: &Holder) -> bool {
    let sorted = |holder: &Holder| {
        let mut holder = holder.clone();
        holder.lines.sort();
        holder
    };
    one == other || sorted(one) == sorted(other)
}
