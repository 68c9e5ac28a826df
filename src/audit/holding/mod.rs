//! Holdings: the holder of each certificate, its renewal, and coverage.
//!
//! [`match_certificates`] takes a [`CertificateProfile`] of every certificate, the register with
//! assignments and records of action, and the policy. For each certificate it gives the holder
//! ([`HolderMatch`]), the usage category and the renewal ([`Renewal`]); of each holder of the
//! register whether its provider numbers and services can be billed for in a claim [`ClaimPeriod`]
//! ([`ClaimUnit`]), which is never two-valued: what cannot be told is [`Coverage::Unknown`].
//!
//! Invariants: a certificate that is not trusted never changes what is said of another certificate;
//! two candidates bind to neither; no mark and no declaration makes anyone able to bill; no result
//! depends on the order of the cards. The work grows with the number of cards, holders and lines
//! (times their logarithm), never with a product of them. Absent here: no files, no signatures, no
//! clock, no wording of findings.

mod binding;
mod coverage;
mod number;
mod pattern;
mod period;
mod profile;
mod reason;
mod renewal;
mod surplus;

pub use coverage::{ClaimUnit, Coverage, status_on};
pub use number::numbers_in;
pub use period::ClaimPeriod;
pub use profile::{CertificateProfile, KeyState, NameHash};
pub use reason::{CoverageReason, CoverageRemark, RemarkKind};
pub use renewal::{Renewal, UnmetConditions};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::calendar::Instant;
use crate::policy::Policy;
use crate::register::{Holder, HolderKey, RegisterState};
use binding::OwnerIndex;

/// Matching and coverage of all certificates and holders. The lists are in the order of the
/// profiles and of the register's holders.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// For each certificate.
    pub certificates: Vec<Holding>,
    /// For each holder of the register.
    pub holders: Vec<HolderState>,
    /// The claim period; none where the policy has none.
    pub period: Option<ClaimPeriod>,
}

/// The holder match of a certificate, and its renewal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holding {
    /// Its holder match.
    pub of: HolderMatch,
    /// The id of its usage category, where known.
    pub category: Option<String>,
    /// Services for which its holder claims and for which neither it nor another valid certificate
    /// of the holder is usable; only for a valid trusted certificate.
    pub unfit: Vec<String>,
    /// The index of the latest valid trusted certificate of the same holder and purpose that began
    /// later.
    pub superseded_by: Option<usize>,
    /// Whether a later one has replaced it.
    pub renewal: Renewal,
    /// It was recorded as not to be renewed.
    pub not_renewing: bool,
    /// It is still present.
    pub present: bool,
}

impl Holding {
    /// Whether its expiry needs no attention: it is renewed, or not to be renewed.
    pub fn is_settled(&self) -> bool {
        self.not_renewing || matches!(self.renewal, Renewal::InPlace(_))
    }

    /// The key of its holder, where it is matched to one.
    pub fn holder(&self) -> Option<&HolderKey> {
        match &self.of {
            HolderMatch::Known(key, _) => Some(key),
            _ => None,
        }
    }
}

/// The holder match of a certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HolderMatch {
    /// There is no register: one subject is one holder.
    #[default]
    NoRegister,
    /// No holder: a CA's certificate, or assigned to nobody by hand.
    Nobody,
    /// It is not matched to a holder of the register.
    Unknown,
    /// Several holders are possible, so it is matched to none. At most ten are listed.
    Ambiguous(Vec<HolderKey>),
    /// Matched to this holder.
    Known(HolderKey, MatchBasis),
}

/// The basis of a match, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchBasis {
    /// It was assigned by hand.
    ByHand,
    /// The register declares its serial number.
    Serial,
    /// It has the subject of a certificate that is matched in one of these ways.
    Subject,
    /// A pattern of the policy matches.
    Pattern,
    /// It is trusted, and the provider number of exactly one holder is in its subject.
    ProviderNumber,
}

impl MatchBasis {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            MatchBasis::ByHand => "by-hand",
            MatchBasis::Serial => "serial",
            MatchBasis::Subject => "subject",
            MatchBasis::Pattern => "pattern",
            MatchBasis::ProviderNumber => "provider-number",
        }
    }
}

/// The coverage and surplus of a holder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HolderState {
    /// What it claims for, one entry per provider number and service.
    pub units: Vec<ClaimUnit>,
    /// The indices of its valid certificates, where they are more than the policy allows.
    pub surplus: Vec<usize>,
    /// How many the policy allows of each usage category.
    pub allowed: usize,
    /// The providers for which it claims as an agent on the last day of the claim period.
    pub providers: usize,
}

/// Matches every certificate to a holder and its renewal, and determines every holder's coverage in
/// a claim period, for which verdicts at `at` count too.
pub fn match_certificates(
    profiles: &[CertificateProfile],
    office: &RegisterState,
    policy: &Policy,
    at: Instant,
    period: Option<ClaimPeriod>,
) -> Holdings {
    let inputs = HoldingInputs { profiles, office, policy, at, period };
    let owners = binding::owners(&inputs);
    let by_holder = by_holder(&inputs, &owners);
    let unserved = coverage::unserved(&inputs, &by_holder);
    let renewals = renewal::renewals(&inputs, &owners, &unserved);
    let surplus = surplus::surplus(&inputs, &by_holder, &renewals);
    let units = coverage::units(&inputs, &owners, &by_holder);
    let holders = units.into_iter().zip(surplus);
    let providers = office.providers_by_agent(period.map(|period| period.last).or(policy.zone.day(at)));
    let providers = |holder: &Holder| {
        providers.get(&(holder.key.register.as_str(), holder.key.id.as_str())).map_or(0, BTreeSet::len)
    };
    let holders = holders.zip(&office.holders).map(|((units, (surplus, allowed)), holder)| HolderState {
        units,
        surplus,
        allowed,
        providers: providers(holder),
    });
    let holders = holders.collect();
    let certificates = owners.iter().enumerate().zip(renewals);
    let certificates = certificates.map(|((i, owned), renewal)| holding(&inputs, i, owned, renewal, &unserved));
    Holdings { certificates: certificates.collect(), holders, period }
}

/// The inputs of every step.
struct HoldingInputs<'a> {
    profiles: &'a [CertificateProfile<'a>],
    office: &'a RegisterState,
    policy: &'a Policy,
    at: Instant,
    period: Option<ClaimPeriod>,
}

/// The holder of a certificate and its usage category, as indices of the register's holders and the
/// policy's categories.
#[derive(Clone, Debug, Default)]
struct OwnerAndCategory {
    owner: OwnerIndex,
    category: Option<usize>,
}

/// The certificates of every holder of the register, with their categories.
type ProfilesByHolder = Vec<Vec<(usize, OwnerAndCategory)>>;

fn by_holder(inputs: &HoldingInputs, owners: &[OwnerAndCategory]) -> ProfilesByHolder {
    let mut lists = vec![Vec::new(); inputs.office.holders.len()];
    for (i, owned) in owners.iter().enumerate() {
        if let OwnerIndex::Known(holder, _) = owned.owner {
            lists[holder].push((i, owned.clone()));
        }
    }
    lists
}

fn holding(
    inputs: &HoldingInputs,
    i: usize,
    owned: &OwnerAndCategory,
    renewal: renewal::RenewalResult,
    unserved: &[Vec<&str>],
) -> Holding {
    let (profile, holders) = (&inputs.profiles[i], &inputs.office.holders);
    let key = |holder: &usize| holders[*holder].key.clone();
    let of = match &owned.owner {
        OwnerIndex::NoRegister => HolderMatch::NoRegister,
        OwnerIndex::Nobody => HolderMatch::Nobody,
        OwnerIndex::Unknown => HolderMatch::Unknown,
        OwnerIndex::Ambiguous(candidates) => HolderMatch::Ambiguous(candidates.iter().map(key).collect()),
        OwnerIndex::Known(holder, how) => HolderMatch::Known(key(holder), *how),
        OwnerIndex::Gone(key) => HolderMatch::Known(key.clone(), MatchBasis::ByHand),
    };
    let unfit = match owned.owner {
        OwnerIndex::Known(holder, _) if profile.lives(inputs.at) && owned.category.is_some() => {
            unserved[holder].iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    };
    let holder = match &of {
        HolderMatch::Known(key, _) => Some(key),
        _ => None,
    };
    Holding {
        not_renewing: renewal::not_renewing(inputs, profile, holder),
        category: owned.category.map(|category| inputs.policy.holders.categories[category].id.clone()),
        unfit,
        superseded_by: renewal.superseded_by,
        renewal: renewal.renewal,
        present: profile.present,
        of,
    }
}

/// Shared reasons: many certificates have equal ones.
type SharedReasons<T> = Arc<T>;
