//! The state of the register at one moment: holders, assignments by hand, records of action.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Holder, HolderKey, HolderStatus, Mark, MarkState, MarkTarget};
use crate::calendar::Day;

/// An assignment of a certificate by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManualBinding {
    /// It is this holder's.
    To(HolderKey),
    /// To no holder, so that no rule may match it to one.
    Nobody,
}

/// The refusal of an address by a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAddress {
    /// The day of the refusal.
    pub on: Day,
    /// The server's reply.
    pub reply: String,
}

/// Holders, assignments by hand and records of action, as known at one moment.
#[derive(Clone, Debug, Default)]
pub struct RegisterState {
    /// Whether there is a register. Without one, each subject counts as a holder.
    pub has_register: bool,
    /// The holders in the register, sorted by key.
    pub holders: Vec<Holder>,
    /// Assignments by hand, by the SHA-256 of the certificate.
    pub bindings: BTreeMap<[u8; 32], ManualBinding>,
    /// The records of action that were not undone, by what they are about, oldest first.
    pub marks: BTreeMap<MarkTarget, Vec<Mark>>,
    /// Mail addresses that were refused when last used, in lower case.
    pub refused: BTreeMap<String, RefusedAddress>,
}

impl RegisterState {
    /// The holder with this key.
    pub fn holder(&self, key: &HolderKey) -> Option<&Holder> {
        let at = self.holders.binary_search_by(|holder| holder.key.cmp(key)).ok()?;
        self.holders.get(at)
    }

    /// The records of action about `target`, oldest first.
    pub fn marks_of(&self, target: &MarkTarget) -> &[Mark] {
        self.marks.get(target).map_or(&[], Vec::as_slice)
    }

    /// The providers for which each agent, by register and ID, claims on a day: their provider numbers,
    /// or the holder's ID where a line has none. Providers that are closed by then do not count.
    pub fn providers_by_agent(&self, day: Option<Day>) -> HashMap<(&str, &str), BTreeSet<&str>> {
        let mut providers: HashMap<(&str, &str), BTreeSet<&str>> = HashMap::new();
        for holder in &self.holders {
            let has_begun = holder.status_since.is_none_or(|since| day.is_none_or(|day| since <= day));
            if holder.status == HolderStatus::Closed && has_begun {
                continue;
            }
            for line in &holder.lines {
                let Some(agent) = line.agent.as_ref().filter(|agent| agent.claims_on(day)) else { continue };
                let provider = line.provider_number.as_deref().unwrap_or(&holder.key.id);
                providers.entry((&holder.key.register, &agent.id)).or_default().insert(provider);
            }
        }
        providers
    }

    /// Whether and when mail to an address was refused.
    pub fn refused(&self, address: &str) -> Option<&RefusedAddress> {
        self.refused.get(&address.trim().to_lowercase())
    }

    /// The day on which a holder's password was last changed: by the register or by a record of
    /// action, whichever is later.
    pub fn password_changed(&self, holder: &Holder) -> Option<Day> {
        let target = MarkTarget::Holder(holder.key.clone());
        let marked = self.marks_of(&target).iter().filter(|mark| mark.state == MarkState::PasswordChanged);
        // A record of action outlives the next import of a register that does not have the new date
        // yet.
        holder.password_changed.into_iter().chain(marked.filter_map(|mark| mark.on)).max()
    }
}
