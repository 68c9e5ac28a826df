//! Binding: whose certificate it is, and its usage category.

use std::collections::{BTreeSet, HashMap};

use super::pattern::{Patterns, Read};
use super::{Card, How, NameHash, Owned, Stage};
use crate::calendar::Instant;
use crate::certificate::Serial;
use crate::register::{HolderKey, ManualBinding, RegisterState};

/// Candidates of an ambiguous certificate that are named, at most.
const NAMED: usize = 10;

/// Whose a card is, by index of the office's holders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Owner {
    #[default]
    NoRegister,
    Nobody,
    Unknown,
    Ambiguous(Vec<usize>),
    Known(usize, How),
    /// Bound by hand to a holder that no longer stands in the register.
    Gone(HolderKey),
}

/// Whose every card is. The levels are asked in the order of their strength: by hand, by
/// declared serial, by the subject of a card bound so, by pattern.
pub(super) fn owners(stage: &Stage) -> Vec<Owned> {
    let patterns = Patterns::of(stage.policy, stage.office);
    let read: Vec<Read> = stage.cards.iter().map(|card| patterns.read(card)).collect();
    let mut owners = firm(stage);
    let subjects = Subjects::of(stage, &owners);
    for ((card, owner), read) in stage.cards.iter().zip(&mut owners).zip(&read) {
        if *owner == Owner::Unknown {
            *owner = subjects.owner(card).unwrap_or_else(|| one_of(&read.holders, How::Pattern));
        }
    }
    let owned = owners.into_iter().zip(read);
    owned.map(|(owner, read)| Owned { category: category(stage, &owner, &read), owner }).collect()
}

/// The usage category: as a pattern reads it from the certificate, else as the register has it
/// of the holder. Patterns that contradict each other tell nothing.
fn category(stage: &Stage, owner: &Owner, read: &Read) -> Option<usize> {
    match (&read.categories[..], owner) {
        ([category], _) => Some(*category),
        ([], Owner::Known(holder, _)) => {
            let id = stage.office.holders[*holder].category.as_deref()?;
            stage.policy.holders.categories.iter().position(|category| category.id == id)
        }
        _ => None,
    }
}

/// What somebody said or the register declares.
fn firm(stage: &Stage) -> Vec<Owner> {
    let declared = if stage.office.has_register { declared(stage.office) } else { HashMap::new() };
    let owner = |card: &Card| {
        if !card.is_held() {
            return Owner::Nobody;
        }
        if let Some(bound) = stage.office.bindings.get(&card.sha256) {
            return by_hand(stage.office, bound);
        }
        let serial = declared.get(card.serial).filter(|_| card.of_authority);
        match (stage.office.has_register, serial) {
            (false, _) => Owner::NoRegister,
            (true, Some(holders)) => one_of(holders, How::Serial),
            (true, None) => Owner::Unknown,
        }
    };
    stage.cards.iter().map(owner).collect()
}

fn by_hand(office: &RegisterState, bound: &ManualBinding) -> Owner {
    let ManualBinding::To(key) = bound else { return Owner::Nobody };
    match office.holders.binary_search_by(|holder| holder.key.cmp(key)) {
        Ok(holder) => Owner::Known(holder, How::ByHand),
        Err(_) => Owner::Gone(key.clone()),
    }
}

/// Holders by the serial number that they declare; of many with one number, enough to say so.
fn declared(office: &RegisterState) -> HashMap<&Serial, Vec<usize>> {
    let mut found: HashMap<&Serial, Vec<usize>> = HashMap::new();
    for (i, holder) in office.holders.iter().enumerate() {
        if let Some(serial) = holder.declared.as_ref().and_then(|declared| declared.serial.as_ref()) {
            add(found.entry(serial).or_default(), i);
        }
    }
    found
}

/// Adds a candidate, unless there are already as many as are named.
pub(super) fn add(candidates: &mut Vec<usize>, holder: usize) {
    if candidates.len() < NAMED && !candidates.contains(&holder) {
        candidates.push(holder);
    }
}

fn one_of(candidates: &[usize], how: How) -> Owner {
    match candidates {
        [] => Owner::Unknown,
        [holder] => Owner::Known(*holder, how),
        several => {
            let mut several = several.to_vec();
            several.sort_unstable();
            Owner::Ambiguous(several)
        }
    }
}

/// Holders by the issuer and subject of trusted cards that are firmly bound to them.
struct Subjects {
    steps: HashMap<Names, Vec<Step>>,
}

/// Issuer and subject.
type Names = (NameHash, NameHash);

/// From this moment on these holders have had certificates of the subject.
struct Step {
    since: Option<Instant>,
    holders: Vec<usize>,
}

impl Subjects {
    fn of(stage: &Stage, owners: &[Owner]) -> Subjects {
        let mut bound: HashMap<Names, Vec<(Option<Instant>, usize)>> = HashMap::new();
        for (card, owner) in stage.cards.iter().zip(owners).filter(|(card, _)| card.counts()) {
            if let Owner::Known(holder, _) = owner {
                bound.entry((card.issuer, card.subject)).or_default().push((card.begins, *holder));
            }
        }
        Subjects { steps: bound.into_iter().map(|(names, list)| (names, steps(list))).collect() }
    }

    /// By the predecessors of its subject; where it has none, by those that came after it.
    fn owner(&self, card: &Card) -> Option<Owner> {
        let steps = self.steps.get(&(card.issuer, card.subject))?;
        let earlier = steps.partition_point(|step| step.since < card.begins);
        let step = if earlier > 0 { steps.get(earlier - 1) } else { steps.last() };
        step.map(|step| one_of(&step.holders, How::Subject))
    }
}

/// The list by time, with a step wherever a holder is added.
fn steps(mut bound: Vec<(Option<Instant>, usize)>) -> Vec<Step> {
    bound.sort_unstable();
    let mut holders = BTreeSet::new();
    let mut steps = Vec::new();
    for (since, holder) in bound {
        if holders.len() < NAMED && holders.insert(holder) {
            steps.push(Step { since, holders: holders.iter().copied().collect() });
        }
    }
    steps
}
