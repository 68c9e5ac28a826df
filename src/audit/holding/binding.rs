//! Binding: whose certificate it is, and its usage category.

use std::collections::{BTreeSet, HashMap};

use super::pattern::{PatternReading, Patterns};
use super::{CertificateProfile, HoldingInputs, MatchBasis, NameHash, OwnerAndCategory};
use crate::calendar::Instant;
use crate::certificate::Serial;
use crate::register::{HolderKey, ManualBinding, RegisterState};

/// Candidates of an ambiguous certificate that are named, at most.
const NAMED: usize = 10;

/// Whose a card is, by index of the office's holders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum OwnerIndex {
    #[default]
    NoRegister,
    Nobody,
    Unknown,
    Ambiguous(Vec<usize>),
    Known(usize, MatchBasis),
    /// Bound by hand to a holder that no longer stands in the register.
    Gone(HolderKey),
}

/// Whose every card is. The levels are asked in the order of their strength: by hand, by
/// declared serial, by the subject of a card bound so, by pattern.
pub(super) fn owners(stage: &HoldingInputs) -> Vec<OwnerAndCategory> {
    let patterns = Patterns::of(stage.policy, stage.office);
    let read: Vec<PatternReading> = stage.cards.iter().map(|card| patterns.read(card)).collect();
    let mut owners = firm(stage);
    let subjects = SubjectIndex::of(stage, &owners);
    for ((card, owner), read) in stage.cards.iter().zip(&mut owners).zip(&read) {
        if *owner == OwnerIndex::Unknown {
            *owner = subjects.owner(card).unwrap_or_else(|| one_of(&read.holders, MatchBasis::Pattern));
        }
    }
    let owned = owners.into_iter().zip(read);
    owned.map(|(owner, read)| OwnerAndCategory { category: category(stage, &owner, &read), owner }).collect()
}

/// The usage category: as a pattern reads it from the certificate, else as the register has it
/// of the holder. Patterns that contradict each other tell nothing.
fn category(stage: &HoldingInputs, owner: &OwnerIndex, read: &PatternReading) -> Option<usize> {
    match (&read.categories[..], owner) {
        ([category], _) => Some(*category),
        ([], OwnerIndex::Known(holder, _)) => {
            let id = stage.office.holders[*holder].category.as_deref()?;
            stage.policy.holders.categories.iter().position(|category| category.id == id)
        }
        _ => None,
    }
}

/// What somebody said or the register declares.
fn firm(stage: &HoldingInputs) -> Vec<OwnerIndex> {
    let declared = if stage.office.has_register { declared(stage.office) } else { HashMap::new() };
    let owner = |card: &CertificateProfile| {
        if !card.is_held() {
            return OwnerIndex::Nobody;
        }
        if let Some(bound) = stage.office.bindings.get(&card.sha256) {
            return by_hand(stage.office, bound);
        }
        let serial = declared.get(card.serial).filter(|_| card.of_authority);
        match (stage.office.has_register, serial) {
            (false, _) => OwnerIndex::NoRegister,
            (true, Some(holders)) => one_of(holders, MatchBasis::Serial),
            (true, None) => OwnerIndex::Unknown,
        }
    };
    stage.cards.iter().map(owner).collect()
}

fn by_hand(office: &RegisterState, bound: &ManualBinding) -> OwnerIndex {
    let ManualBinding::To(key) = bound else { return OwnerIndex::Nobody };
    match office.holders.binary_search_by(|holder| holder.key.cmp(key)) {
        Ok(holder) => OwnerIndex::Known(holder, MatchBasis::ByHand),
        Err(_) => OwnerIndex::Gone(key.clone()),
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

fn one_of(candidates: &[usize], how: MatchBasis) -> OwnerIndex {
    match candidates {
        [] => OwnerIndex::Unknown,
        [holder] => OwnerIndex::Known(*holder, how),
        several => {
            let mut several = several.to_vec();
            several.sort_unstable();
            OwnerIndex::Ambiguous(several)
        }
    }
}

/// Holders by the issuer and subject of trusted cards that are firmly bound to them.
struct SubjectIndex {
    steps: HashMap<IssuerAndSubject, Vec<OwnershipStep>>,
}

/// Issuer and subject.
type IssuerAndSubject = (NameHash, NameHash);

/// From this moment on these holders have had certificates of the subject.
struct OwnershipStep {
    since: Option<Instant>,
    holders: Vec<usize>,
}

impl SubjectIndex {
    fn of(stage: &HoldingInputs, owners: &[OwnerIndex]) -> SubjectIndex {
        let mut bound: HashMap<IssuerAndSubject, Vec<(Option<Instant>, usize)>> = HashMap::new();
        for (card, owner) in stage.cards.iter().zip(owners).filter(|(card, _)| card.counts()) {
            if let OwnerIndex::Known(holder, _) = owner {
                bound.entry((card.issuer, card.subject)).or_default().push((card.begins, *holder));
            }
        }
        SubjectIndex { steps: bound.into_iter().map(|(names, list)| (names, steps(list))).collect() }
    }

    /// By the predecessors of its subject; where it has none, by those that came after it.
    fn owner(&self, card: &CertificateProfile) -> Option<OwnerIndex> {
        let steps = self.steps.get(&(card.issuer, card.subject))?;
        let earlier = steps.partition_point(|step| step.since < card.begins);
        let step = if earlier > 0 { steps.get(earlier - 1) } else { steps.last() };
        step.map(|step| one_of(&step.holders, MatchBasis::Subject))
    }
}

/// The list by time, with a step wherever a holder is added.
fn steps(mut bound: Vec<(Option<Instant>, usize)>) -> Vec<OwnershipStep> {
    bound.sort_unstable();
    let mut holders = BTreeSet::new();
    let mut steps = Vec::new();
    for (since, holder) in bound {
        if holders.len() < NAMED && holders.insert(holder) {
            steps.push(OwnershipStep { since, holders: holders.iter().copied().collect() });
        }
    }
    steps
}
