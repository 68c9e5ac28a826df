//! The office: register, bindings and marks at one moment.

use std::collections::BTreeMap;

use super::{Holder, HolderKey, Mark, MarkState, MarkTarget};
use crate::calendar::Day;

/// What a binding by hand says of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManualBinding {
    /// It is this holder's.
    To(HolderKey),
    /// It is nobody's: no rule may bind it.
    Nobody,
}

/// A mail server's last word on an address: it took nothing for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAddress {
    /// On which day.
    pub on: Day,
    /// What it answered.
    pub reply: String,
}

/// Register, bindings by hand and marks, as known at one moment.
#[derive(Clone, Debug, Default)]
pub struct RegisterState {
    /// Whether there is a register at all. Without one, one subject is one holder.
    pub has_register: bool,
    /// The holders that stand in the register, sorted by key.
    pub holders: Vec<Holder>,
    /// Bindings by hand.
    pub bindings: BTreeMap<[u8; 32], ManualBinding>,
    /// Marks that were not undone, by what they are about, oldest first.
    pub marks: BTreeMap<MarkTarget, Vec<Mark>>,
    /// Mail addresses that were refused when they were last written to, in small letters.
    pub refused: BTreeMap<String, RefusedAddress>,
}

impl RegisterState {
    /// The holder with this key.
    pub fn holder(&self, key: &HolderKey) -> Option<&Holder> {
        let at = self.holders.binary_search_by(|holder| holder.key.cmp(key)).ok()?;
        self.holders.get(at)
    }

    /// Marks about `target`, oldest first.
    pub fn marks_of(&self, target: &MarkTarget) -> &[Mark] {
        self.marks.get(target).map_or(&[], Vec::as_slice)
    }

    /// Whether and when mail to an address was refused.
    pub fn refused(&self, address: &str) -> Option<&RefusedAddress> {
        self.refused.get(&address.trim().to_lowercase())
    }

    /// The day on which a holder's password was last changed: the register's or a mark's,
    /// whichever is later.
    pub fn password_changed(&self, holder: &Holder) -> Option<Day> {
        let target = MarkTarget::Holder(holder.key.clone());
        let marked = self.marks_of(&target).iter().filter(|mark| mark.state == MarkState::PasswordChanged);
        holder.password_changed.into_iter().chain(marked.filter_map(|mark| mark.on)).max()
    }
}
