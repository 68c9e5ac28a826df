//! Matching certificates to holders and usage categories.

use std::collections::{BTreeSet, HashMap};

use super::pattern::{NAMED, PatternReading, Patterns, add};
use super::{CertificateProfile, HoldingInputs, MatchBasis, NameHash, OwnerAndCategory};
use crate::calendar::Instant;
use crate::certificate::Serial;
use crate::register::{HolderKey, ManualBinding, RegisterState};

/// The holder of a certificate, by index of the register's holders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum OwnerIndex {
    #[default]
    NoRegister,
    Nobody,
    Unknown,
    Ambiguous(Vec<usize>),
    Known(usize, MatchBasis),
    /// Assigned by hand to a holder that is no longer in the register.
    Gone(HolderKey),
}

/// The holders of all certificates. The bases are tried from the strongest: by hand, by declared
/// serial number, by the subject of a certificate matched in one of these ways, by pattern, by provider number in the subject.
pub(super) fn owners(inputs: &HoldingInputs) -> Vec<OwnerAndCategory> {
    let patterns = Patterns::of(inputs.policy, inputs.office);
    let read: Vec<PatternReading> = inputs.profiles.iter().map(|profile| patterns.read(profile)).collect();
    let mut owners = firm(inputs);
    let subjects = SubjectIndex::of(inputs, &owners);
    for ((profile, owner), read) in inputs.profiles.iter().zip(&mut owners).zip(&read) {
        if *owner == OwnerIndex::Unknown {
            *owner = subjects.owner(profile).unwrap_or_else(|| one_of(&read.holders, MatchBasis::Pattern));
        }
        // The policy's own patterns come first: who wrote them knows how the CA writes subjects.
        if *owner == OwnerIndex::Unknown {
            *owner = one_of(&patterns.by_number(profile), MatchBasis::ProviderNumber);
        }
    }
    let owned = owners.into_iter().zip(read);
    owned.map(|(owner, read)| OwnerAndCategory { category: category(inputs, &owner, &read), owner }).collect()
}

/// The usage category: as a pattern reads it from the certificate, otherwise the holder's in the
/// register. Patterns that contradict each other give none.
fn category(inputs: &HoldingInputs, owner: &OwnerIndex, read: &PatternReading) -> Option<usize> {
    match (&read.categories[..], owner) {
        ([category], _) => Some(*category),
        // Only where no pattern reads the category from the certificate itself.
        ([], OwnerIndex::Known(holder, _)) => {
            let id = inputs.office.holders[*holder].category.as_deref()?;
            inputs.policy.holders.categories.iter().position(|category| category.id == id)
        }
        _ => None,
    }
}

/// The matches by hand and by declared serial number.
fn firm(inputs: &HoldingInputs) -> Vec<OwnerIndex> {
    let declared = if inputs.office.has_register { declared(inputs) } else { HashMap::new() };
    let owner = |profile: &CertificateProfile| {
        if !profile.is_held() {
            return OwnerIndex::Nobody;
        }
        if let Some(bound) = inputs.office.bindings.get(&profile.sha256) {
            return by_hand(inputs.office, bound);
        }
        // Serial numbers are unique within a CA only (RFC 5280 section 4.1.2.2); another CA's may
        // be the same.
        let serial = declared.get(profile.serial).filter(|_| profile.of_authority);
        match (inputs.office.has_register, serial) {
            (false, _) => OwnerIndex::NoRegister,
            (true, Some(by_number)) => one_of(&by_number.holders(inputs, profile), MatchBasis::Serial),
            (true, None) => OwnerIndex::Unknown,
        }
    };
    inputs.profiles.iter().map(owner).collect()
}

fn by_hand(office: &RegisterState, bound: &ManualBinding) -> OwnerIndex {
    let ManualBinding::To(key) = bound else { return OwnerIndex::Nobody };
    match office.holders.binary_search_by(|holder| holder.key.cmp(key)) {
        Ok(holder) => OwnerIndex::Known(holder, MatchBasis::ByHand),
        Err(_) => OwnerIndex::Gone(key.clone()),
    }
}

/// The holders that declare a serial number; of many with one number, only as many as are listed.
#[derive(Default)]
struct DeclaredNumber {
    holders: Vec<usize>,
    /// When the latest trusted certificate of this number begins.
    latest: Option<Instant>,
}

impl DeclaredNumber {
    /// Those that mean this certificate. Each root numbers anew, so the same number under another
    /// root is another certificate: the declared day tells which is meant, and without a day it is
    /// the latest.
    fn holders(&self, inputs: &HoldingInputs, profile: &CertificateProfile) -> Vec<usize> {
        let means = |holder: &&usize| {
            let Some(declared) = &inputs.office.holders[**holder].declared else { return false };
            match declared.expires_on {
                Some(_) => declared.means(true, profile.last_day(inputs.policy.zone), profile.root_ends),
                None => !profile.counts() || profile.begins >= self.latest,
            }
        };
        self.holders.iter().filter(means).copied().collect()
    }
}

fn declared<'a>(inputs: &HoldingInputs<'a>) -> HashMap<&'a Serial, DeclaredNumber> {
    let mut found: HashMap<&Serial, DeclaredNumber> = HashMap::new();
    for (i, holder) in inputs.office.holders.iter().enumerate() {
        if let Some(serial) = holder.declared.as_ref().and_then(|declared| declared.serial.as_ref()) {
            add(&mut found.entry(serial).or_default().holders, i);
        }
    }
    if !found.is_empty() {
        for profile in inputs.profiles.iter().filter(|profile| profile.counts() && profile.of_authority) {
            if let Some(number) = found.get_mut(profile.serial) {
                number.latest = number.latest.max(profile.begins);
            }
        }
    }
    found
}

fn one_of(candidates: &[usize], how: MatchBasis) -> OwnerIndex {
    match candidates {
        [] => OwnerIndex::Unknown,
        [holder] => OwnerIndex::Known(*holder, how),
        several => {
            let mut several = several.to_vec();
            // The order of files must not show in findings.
            several.sort_unstable();
            OwnerIndex::Ambiguous(several)
        }
    }
}

/// Holders by issuer and subject of the trusted certificates that are matched to them by hand or
/// serial number.
struct SubjectIndex {
    steps: HashMap<IssuerAndSubject, Vec<OwnershipStep>>,
}

/// Issuer and subject.
type IssuerAndSubject = (NameHash, NameHash);

/// From this moment on, these holders have had certificates of the subject.
struct OwnershipStep {
    since: Option<Instant>,
    holders: Vec<usize>,
}

impl SubjectIndex {
    fn of(inputs: &HoldingInputs, owners: &[OwnerIndex]) -> SubjectIndex {
        let mut bound: HashMap<IssuerAndSubject, Vec<(Option<Instant>, usize)>> = HashMap::new();
        for (profile, owner) in inputs.profiles.iter().zip(owners).filter(|(profile, _)| profile.counts()) {
            if let OwnerIndex::Known(holder, _) = owner {
                bound.entry((profile.issuer, profile.subject)).or_default().push((profile.begins, *holder));
            }
        }
        SubjectIndex { steps: bound.into_iter().map(|(names, list)| (names, steps(list))).collect() }
    }

    /// The holder by earlier certificates of the subject; where there are none, by later ones.
    fn owner(&self, profile: &CertificateProfile) -> Option<OwnerIndex> {
        let steps = self.steps.get(&(profile.issuer, profile.subject))?;
        // A subject may pass from one holder to another: a certificate belongs to those that had
        // the subject before it, not to later ones.
        let earlier = steps.partition_point(|step| step.since < profile.begins);
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
