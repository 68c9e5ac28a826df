//! What a register's file changes: new, changed and missing holders, and what speaks against
//! believing it.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{EntryBody, HistoryEntry};
use super::rows::StoredHolderRow;
use super::sequence::EntrySequence;
use super::units::EntryId;
use crate::certificate::hex;
use crate::register::{Holder, HolderKey, RegisterColumn, RegisterReading};

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
    /// Why nothing of the file is recorded, if so.
    pub guards: Vec<ImportGuard>,
}

/// What is more likely a mistake than a change; until it is confirmed, nothing of the file is
/// recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportGuard {
    /// Holders are missing, and so many rows have no readable ID: each may be one of them.
    RowsWithoutId {
        /// The rows.
        rows: usize,
        /// The holders that are missing.
        missing: usize,
    },
    /// So many are missing at once: the wrong file or a part of it.
    TooManyMissing {
        /// How many are missing.
        missing: usize,
        /// Of how many.
        of: usize,
    },
    /// So many have both another name and other provider numbers: another list with the same IDs.
    OthersUnderSameId {
        /// How many.
        others: usize,
        /// Of how many.
        of: usize,
        /// The ID of the first, its name before and now.
        first: [String; 3],
    },
    /// The values of a column vanish.
    ValuesVanish {
        /// The column.
        column: RegisterColumn,
        /// Of how many holders.
        holders: usize,
        /// Of how many that are in the file.
        of: usize,
        /// Whether the file has the column.
        is_there: bool,
    },
}

/// What of a file is believed although it is more likely a mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcceptedLosses {
    /// Holders may be missing or others.
    pub gone: bool,
    /// Columns whose values may vanish.
    pub blank: BTreeSet<RegisterColumn>,
}

/// One in so many may be lost without a confirmation: 10 %.
const ONE_OF: usize = 10;

impl<'a> RegisterDiff<'a> {
    /// Compares the recorded register with its file. A holder whose rows have mistakes stays as it
    /// is.
    pub fn compare(known: &[&'a Holder], reading: &'a RegisterReading, accepted: &AcceptedLosses) -> RegisterDiff<'a> {
        let mut diff = RegisterDiff::default();
        let mut known: BTreeMap<&HolderKey, &'a Holder> = known.iter().map(|holder| (&holder.key, *holder)).collect();
        let before = known.len();
        let mut pairs = Vec::new();
        for holder in &reading.holders {
            match known.remove(&holder.key) {
                None => diff.new.push(holder),
                Some(old) => {
                    pairs.push((old, holder));
                    if is_same(old, holder) { diff.unchanged += 1 } else { diff.changed.push((old, holder)) }
                }
            }
        }
        diff.missing = known.into_values().filter(|holder| !reading.ids_in_error.contains(&holder.key.id)).collect();
        diff.guards.extend(missing_guard(diff.missing.len(), before, reading.rows_without_id, accepted.gone));
        if !accepted.gone {
            diff.guards.extend(others_guard(&pairs));
        }
        let vanish = |column: &RegisterColumn| vanish_guard(*column, &pairs, reading.columns.contains(column));
        let columns = RegisterColumn::ALL.into_iter().filter(|column| !accepted.blank.contains(column));
        diff.guards.extend(columns.filter_map(|column| vanish(&column)));
        diff
    }

    /// The holders to record as removed.
    pub fn gone(&self) -> &[&'a Holder] {
        if self.guards.is_empty() { &self.missing } else { &[] }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.gone().is_empty()
    }

    /// The entries to record: all of the import's, or none where something speaks against it.
    pub fn entries(&self, stamper: &mut EntrySequence, import: &EntryId, by: Option<&str>) -> Vec<HistoryEntry> {
        if !self.guards.is_empty() {
            return Vec::new();
        }
        let now = self.new.iter().chain(self.changed.iter().map(|(_, now)| now)).map(|now| (*now, true));
        let all = now.chain(self.gone().iter().map(|gone| (*gone, false)));
        let body = |(holder, stands): (&Holder, bool)| EntryBody::Holder {
            register: holder.key.register.clone(),
            id: holder.key.id.clone(),
            holder: stands.then(|| StoredHolderRow::new(holder)),
            by: by.map(Into::into),
            import: Some(hex(import)),
        };
        all.map(|one| stamper.entry(body(one))).collect()
    }
}

/// More than a tenth; of a few, one may always be meant.
fn is_too_many(lost: usize, of: usize) -> bool {
    lost * ONE_OF > of
}

fn missing_guard(missing: usize, of: usize, without_id: usize, accept_gone: bool) -> Option<ImportGuard> {
    match () {
        () if missing == 0 => None,
        // Even with `accept_gone`: which holder such a row means cannot be accepted unseen.
        () if without_id > 0 => Some(ImportGuard::RowsWithoutId { rows: without_id, missing }),
        () if is_too_many(missing, of) && !accept_gone => Some(ImportGuard::TooManyMissing { missing, of }),
        () => None,
    }
}

/// IDs are often 1, 2, 3: then the list of another prefecture has the same ones.
fn others_guard(pairs: &[(&Holder, &Holder)]) -> Option<ImportGuard> {
    let numbers = |holder: &Holder| -> BTreeSet<String> {
        holder.lines.iter().filter_map(|line| line.provider_number.clone()).collect()
    };
    let is_other = |(before, now): &&(&Holder, &Holder)| {
        let (old, new) = (numbers(before), numbers(now));
        before.name != now.name && !old.is_empty() && !new.is_empty() && old.is_disjoint(&new)
    };
    let others: Vec<&(&Holder, &Holder)> = pairs.iter().filter(is_other).collect();
    let (before, now) = others.first()?;
    let first = [now.key.id.clone(), before.name.clone(), now.name.clone()];
    let is_guarded = others.len() > 1 && is_too_many(others.len(), pairs.len());
    is_guarded.then_some(ImportGuard::OthersUnderSameId { others: others.len(), of: pairs.len(), first })
}

/// One emptied cell is emptied. More than a tenth of the holders, or all that had a value, is a header
/// that was renamed, a formula that was not calculated, or rows that were shifted.
fn vanish_guard(column: RegisterColumn, pairs: &[(&Holder, &Holder)], is_there: bool) -> Option<ImportGuard> {
    let had = pairs.iter().filter(|(before, _)| before.has(column)).count();
    let lost = pairs.iter().filter(|(before, now)| before.has(column) && !now.has(column)).count();
    let is_guarded = match is_there {
        // Nobody removes a column to empty its one cell.
        false => lost > 0,
        true => lost > 1 && (is_too_many(lost, pairs.len()) || lost == had),
    };
    is_guarded.then_some(ImportGuard::ValuesVanish { column, holders: lost, of: pairs.len(), is_there })
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
