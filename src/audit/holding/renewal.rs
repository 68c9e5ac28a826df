//! Renewals: which certificate has replaced an earlier one, and what is still missing.

use std::collections::HashSet;

use super::binding::OwnerIndex;
use super::{CertificateProfile, CoverageReason, HoldingInputs, KeyState, NameHash, OwnerAndCategory, SharedReasons};
use crate::calendar::Instant;
use crate::register::{Holder, HolderKey, Mark, MarkState, MarkTarget, plain};

/// For how long after the end of a certificate it is asked whether its successor was installed. Who
/// was without one for longer has noticed, and has submitted claims since with another.
const ASKED_FOR: time::Duration = time::Duration::days(90);

/// Whether a later certificate has taken an earlier one's place.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Renewal {
    /// There is none.
    #[default]
    None,
    /// Replaced by the certificate of this index: trusted, valid, usable for what its holder
    /// claims, with its key, and installed wherever it should be; or this one ended so long ago that
    /// nothing is to be installed in its place any more.
    InPlace(usize),
    /// The latest one has not yet.
    NotInstalled(SharedReasons<UnmetConditions>),
}

/// What a later certificate lacks to replace an earlier one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnmetConditions {
    /// Its faults.
    pub reasons: Vec<CoverageReason>,
    /// PCs of the register on which it was not found with its key and not marked as installed.
    pub places: Vec<String>,
}

/// The result for one certificate.
#[derive(Clone, Debug, Default)]
pub(super) struct RenewalResult {
    pub superseded_by: Option<usize>,
    pub renewal: Renewal,
}

/// Certificates that renew each other: those of a holder, or of a subject where no holder is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum RenewalGroup {
    Holder(usize),
    Subject(NameHash),
}

/// The renewals of all certificates.
pub(super) fn renewals(
    inputs: &HoldingInputs,
    owners: &[OwnerAndCategory],
    unserved: &[Vec<&str>],
) -> Vec<RenewalResult> {
    let line = |i: usize| match owners[i].owner {
        OwnerIndex::Known(holder, _) => RenewalGroup::Holder(holder),
        _ => RenewalGroup::Subject(inputs.profiles[i].subject),
    };
    let profiles = (0..inputs.profiles.len()).filter(|i| inputs.profiles[*i].counts());
    let mut list: Vec<(RenewalGroup, NameHash, usize)> =
        profiles.map(|i| (line(i), inputs.profiles[i].issuer, i)).collect();
    // Grouped by sorting, since a map of vectors for a hundred thousand holders costs more.
    list.sort_unstable();
    let mut found = vec![RenewalResult::default(); inputs.profiles.len()];
    for group in list.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|group| group.len() > 1) {
        let latest = LatestCertificates::of(inputs, owners, unserved, group);
        for (_, _, i) in group {
            found[*i] = latest.renewed(inputs, owners, *i);
        }
    }
    found
}

/// The latest valid certificates of a group, by usage category.
struct LatestCertificates {
    classes: Vec<LatestOfCategory>,
}

/// Of one usage category: the latest that lives, and the latest that is in place.
struct LatestOfCategory {
    category: Option<usize>,
    living: usize,
    lacking: SharedReasons<UnmetConditions>,
    complete: Option<usize>,
}

impl LatestCertificates {
    fn of(
        inputs: &HoldingInputs,
        owners: &[OwnerAndCategory],
        unserved: &[Vec<&str>],
        group: &[(RenewalGroup, NameHash, usize)],
    ) -> LatestCertificates {
        let mut living: Vec<usize> =
            group.iter().map(|entry| entry.2).filter(|i| inputs.profiles[*i].lives(inputs.at)).collect();
        living.sort_by_key(|i| (owners[*i].category, std::cmp::Reverse(age(&inputs.profiles[*i]))));
        let same = |a: &usize, b: &usize| owners[*a].category == owners[*b].category;
        let class = |members: &[usize]| {
            let lacking = |i: usize| lacking(inputs, i, &owners[i], unserved);
            // Not only the latest: an older renewal that is installed keeps the holder working
            // although a newer one is not installed yet.
            let complete = members.iter().copied().find(|i| lacking(*i) == UnmetConditions::default());
            let lacking = SharedReasons::new(lacking(members[0]));
            LatestOfCategory { category: owners[members[0]].category, living: members[0], lacking, complete }
        };
        LatestCertificates { classes: living.chunk_by(same).map(class).collect() }
    }

    /// The renewal of a member of the group.
    fn renewed(&self, inputs: &HoldingInputs, owners: &[OwnerAndCategory], i: usize) -> RenewalResult {
        let profiles = inputs.profiles;
        let fitting = || self.classes.iter().filter(|class| serves(inputs, class.category, owners[i].category));
        let later = |j: &usize| profiles[*j].begins > profiles[i].begins;
        let living = fitting().filter(|class| later(&class.living)).max_by_key(|class| age(&profiles[class.living]));
        let complete = fitting().filter_map(|class| class.complete).filter(later).max_by_key(|j| age(&profiles[*j]));
        let renewal = match (complete, living) {
            (Some(complete), _) => Renewal::InPlace(complete),
            (None, Some(class)) if ended_long_ago(inputs, &profiles[i]) => Renewal::InPlace(class.living),
            (None, Some(class)) => Renewal::NotInstalled(class.lacking.clone()),
            (None, None) => Renewal::None,
        };
        RenewalResult { superseded_by: living.map(|class| class.living), renewal }
    }
}

fn ended_long_ago(inputs: &HoldingInputs, profile: &CertificateProfile) -> bool {
    profile.ends.and_then(|end| end.checked_add(ASKED_FOR)).is_some_and(|asked_until| asked_until < inputs.at)
}

/// The order in which certificates came; of two of one moment it does not matter which.
fn age<'a>(profile: &'a CertificateProfile) -> (Option<Instant>, &'a [u8; 32]) {
    (profile.begins, &profile.sha256)
}

/// Whether the `later` usage category is valid for all services of the `earlier` one.
fn serves(inputs: &HoldingInputs, later: Option<usize>, earlier: Option<usize>) -> bool {
    let categories = &inputs.policy.holders.categories;
    let both = later.and_then(|i| categories.get(i)).zip(earlier.and_then(|i| categories.get(i)));
    // A shared category (介護・障害共通) replaces either of the single ones, and not the other way round.
    later == earlier
        || both.is_some_and(|(later, earlier)| earlier.bills.iter().chain(&earlier.uses).all(|id| later.serves(id)))
}

/// What a valid trusted certificate lacks to be in place.
fn lacking(inputs: &HoldingInputs, i: usize, owned: &OwnerAndCategory, unserved: &[Vec<&str>]) -> UnmetConditions {
    let profile = &inputs.profiles[i];
    let holder = match owned.owner {
        OwnerIndex::Known(holder, _) => Some(holder),
        _ => None,
    };
    let key = match profile.key {
        _ if !profile.present => Some(CoverageReason::Gone),
        KeyState::Matching => None,
        KeyState::NotExamined => Some(CoverageReason::KeyNotExamined),
        KeyState::Mismatched => Some(CoverageReason::KeyMismatched),
        KeyState::Absent => Some(CoverageReason::KeyAbsent),
        KeyState::Bare => Some(CoverageReason::BareCertificate),
    };
    let unfit = holder.is_some_and(|holder| owned.category.is_some() && !unserved[holder].is_empty());
    let reasons = key.into_iter().chain(unfit.then_some(CoverageReason::CategoryUnfit)).collect();
    let places = holder.map(|holder| not_installed(inputs, profile, &inputs.office.holders[holder]));
    UnmetConditions { reasons, places: places.unwrap_or_default() }
}

/// The computers of its holder on which the certificate was neither found with its key nor recorded
/// as installed.
fn not_installed(inputs: &HoldingInputs, profile: &CertificateProfile, holder: &Holder) -> Vec<String> {
    if holder.places.is_empty() {
        return Vec::new();
    }
    let with_key = profile.places.iter().filter(|place| place.key_matches == Some(true));
    let mut there: HashSet<String> = with_key.filter_map(|place| place.host.as_deref().map(fold)).collect();
    let of_certificate = inputs.office.marks_of(&MarkTarget::Certificate(profile.sha256)).iter();
    let of_holder = inputs.office.marks_of(&MarkTarget::Holder(holder.key.clone())).iter();
    // A mark on the holder means the certificate that was to be installed on that day.
    let of_holder =
        of_holder.filter(|mark| done_on(inputs, mark) >= profile.begins.and_then(|at| inputs.policy.zone.day(at)));
    for mark in of_certificate.chain(of_holder).filter(|mark| in_force(inputs, mark, MarkState::Installed)) {
        match &mark.place {
            Some(place) => there.insert(fold(place)),
            None => return Vec::new(),
        };
    }
    holder.places.iter().filter(|place| !there.contains(&fold(place))).cloned().collect()
}

/// The name of a PC as people mean it: width and case do not matter.
// People type computer names in full-width letters and either case.
fn fold(name: &str) -> String {
    plain(name).trim().to_lowercase()
}

fn done_on(inputs: &HoldingInputs, mark: &Mark) -> Option<crate::calendar::Day> {
    mark.on.or_else(|| inputs.policy.zone.day(mark.recorded))
}

fn in_force(inputs: &HoldingInputs, mark: &Mark, state: MarkState) -> bool {
    mark.state == state && inputs.policy.zone.day(inputs.at).is_some_and(|today| mark.holds_on(today))
}

/// Whether the certificate, or its holder's certificates, were recorded as not to be renewed.
pub(super) fn not_renewing(inputs: &HoldingInputs, profile: &CertificateProfile, holder: Option<&HolderKey>) -> bool {
    if inputs.office.marks.is_empty() {
        return false;
    }
    let targets = [MarkTarget::Certificate(profile.sha256)].into_iter().chain(holder.cloned().map(MarkTarget::Holder));
    let marked = |target: MarkTarget| {
        inputs.office.marks_of(&target).iter().any(|mark| in_force(inputs, mark, MarkState::NotRenewing))
    };
    targets.into_iter().any(marked)
}
