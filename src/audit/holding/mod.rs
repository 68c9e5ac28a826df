//! Whose certificate is it, what renews what, and who can bill.
//!
//! [`match_certificates`] takes a [`CertificateProfile`] of every certificate, the office (register, bindings, marks) and
//! the policy. Of each certificate it says whose it is ([`HolderMatch`]), its usage category and
//! what renews it ([`Renewal`]); of each holder of the register whether its provider numbers and
//! services can be billed for in a claim [`ClaimPeriod`] ([`ClaimUnit`]), which is never
//! two-valued: what cannot be told is [`Coverage::Unknown`].
//!
//! Invariants: a certificate that is not trusted never changes what is said of another
//! certificate; two candidates bind to neither; no mark and no declaration makes anyone able to
//! bill; no result depends on the order of the cards. The work grows with the number of cards,
//! holders and lines (times their logarithm), never with a product of them.
//! Absent here: no files, no signatures, no clock, no wording of findings.

mod binding;
mod coverage;
mod pattern;
mod period;
mod profile;
mod reason;
mod renewal;
mod surplus;

pub use coverage::{ClaimUnit, Coverage, status_on};
pub use period::ClaimPeriod;
pub use profile::{CertificateProfile, KeyState, NameHash};
pub use reason::CoverageReason;
pub use renewal::{Renewal, UnmetConditions};

use std::sync::Arc;

use crate::calendar::Instant;
use crate::policy::Policy;
use crate::register::{HolderKey, RegisterState};
use binding::OwnerIndex;

/// What is known of all certificates and holders. The lists are in the order of the cards and
/// of the office's holders.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Of each certificate.
    pub certificates: Vec<Holding>,
    /// Of each holder of the register.
    pub holders: Vec<HolderState>,
    /// The claim period asked about; none where the policy asks for none.
    pub period: Option<ClaimPeriod>,
}

/// Whose a certificate is, and what renews it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holding {
    /// Whose it is.
    pub of: HolderMatch,
    /// The id of its usage category, where that is known.
    pub category: Option<String>,
    /// Services that its holder has to bill, which neither it nor another living certificate of
    /// the holder is good for; only of a living trusted certificate.
    pub unfit: Vec<String>,
    /// The card of the latest living trusted certificate of the same holder and purpose that
    /// began later.
    pub superseded_by: Option<usize>,
    /// Whether a later one has taken its place.
    pub renewal: Renewal,
    /// Somebody recorded that it is to end.
    pub not_renewing: bool,
    /// It still lies somewhere.
    pub present: bool,
}

impl Holding {
    /// Whether its end needs nobody's attention: it is renewed, or meant to end.
    pub fn is_settled(&self) -> bool {
        self.not_renewing || matches!(self.renewal, Renewal::InPlace(_))
    }

    /// The key of the holder whose it is, where one is known.
    pub fn holder(&self) -> Option<&HolderKey> {
        match &self.of {
            HolderMatch::Known(key, _) => Some(key),
            _ => None,
        }
    }
}

/// Whose a certificate is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HolderMatch {
    /// There is no register: one subject is one holder.
    #[default]
    NoRegister,
    /// It is no holder's: a CA's, or said to be nobody's.
    Nobody,
    /// No holder of the register is known for it.
    Unknown,
    /// Several might be: it is bound to none of them. At most ten are named.
    Ambiguous(Vec<HolderKey>),
    /// This holder's.
    Known(HolderKey, MatchBasis),
}

/// How it is known whose a certificate is, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchBasis {
    /// Somebody said so.
    ByHand,
    /// The register declares its serial number.
    Serial,
    /// It has the subject of a certificate that is bound in one of these ways.
    Subject,
    /// A pattern of the policy.
    Pattern,
}

impl MatchBasis {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            MatchBasis::ByHand => "by-hand",
            MatchBasis::Serial => "serial",
            MatchBasis::Subject => "subject",
            MatchBasis::Pattern => "pattern",
        }
    }
}

/// What is known of a holder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HolderState {
    /// What it bills for, one entry per provider number and service.
    pub units: Vec<ClaimUnit>,
    /// The cards of its living certificates, where they are more than the policy allows.
    pub surplus: Vec<usize>,
    /// How many the policy allows of each usage category.
    pub allowed: usize,
}

/// Says of every card whose it is and what renews it, and of every holder what it can bill in a
/// claim period: what is judged at `at` is what counts in that period too.
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
    let units = coverage::units(&inputs, &by_holder);
    let holders = units.into_iter().zip(surplus);
    let holders = holders.map(|(units, (surplus, allowed))| HolderState { units, surplus, allowed });
    let holders = holders.collect();
    let certificates = owners.iter().enumerate().zip(renewals);
    let certificates = certificates.map(|((i, owned), renewal)| holding(&inputs, i, owned, renewal, &unserved));
    Holdings { certificates: certificates.collect(), holders, period }
}

/// What every step looks at.
struct HoldingInputs<'a> {
    profiles: &'a [CertificateProfile<'a>],
    office: &'a RegisterState,
    policy: &'a Policy,
    at: Instant,
    period: Option<ClaimPeriod>,
}

/// Whose a card is and its usage category, as indices of the office's holders and the policy's
/// categories.
#[derive(Clone, Debug, Default)]
struct OwnerAndCategory {
    owner: OwnerIndex,
    category: Option<usize>,
}

/// The cards of every holder of the register, with their categories.
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

/// What a list of reasons is shared as.
type SharedReasons<T> = Arc<T>;
