//! The facts that rules judge.

use super::PasswordFault;
use super::holding::{ClaimPeriod, HolderMatch, HolderState, Holding};
pub use super::occurrence::OccurrenceFacts;
use crate::calendar::{Day, Instant};
use crate::certificate::{Certificate, CertificateRole, Crl};
use crate::container::{
    ContainerKind, ContainerProblem, KeyInspection, Mac, PasswordMatch, PasswordOrigin, Protection,
};
use crate::policy::{Authority, Policy};
use crate::register::{Holder, HolderKey, RefusedAddress};
use crate::trust::{CrlFault, TrustStatus, Verdict};

/// The inputs common to all rules of a run.
#[derive(Clone, Copy, Debug)]
pub struct RuleContext<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The moment judged.
    pub at: Instant,
    /// How private keys were inspected.
    pub keys: KeyInspection,
    /// The claim period given; none: the next one.
    pub period: Option<ClaimPeriod>,
}

impl RuleContext<'_> {
    /// The claim period to judge: the one given, otherwise the next one. None where the policy has
    /// none.
    pub fn claim_period(&self) -> Option<ClaimPeriod> {
        let days = self.policy.holders.claim_period?;
        self.period.or_else(|| ClaimPeriod::coming(days.value, self.policy.zone, self.at))
    }

    /// The civil day of the moment judged.
    pub fn today(&self) -> Option<Day> {
        self.policy.zone.day(self.at)
    }
}

/// Another certificate to which a finding refers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerCertificate {
    /// Its first place's path.
    pub path: String,
    /// Its SHA-256.
    pub sha256: [u8; 32],
    /// Its subject, printed.
    pub subject: String,
    /// Its last day, where it can be represented.
    pub expires_on: Option<Day>,
}

/// The members of a group, of which findings name the first. A group may have as many members as there
/// are certificates, and each of these a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerGroup<T> {
    named: Vec<T>,
    count: usize,
}

impl<T> PeerGroup<T> {
    /// How many are named.
    pub const NAMED: usize = 10;

    /// `count` members, the first of which are in `first`.
    pub fn new(mut first: Vec<T>, count: usize) -> PeerGroup<T> {
        first.truncate(Self::NAMED);
        PeerGroup { named: first, count }
    }

    /// The first.
    pub fn named(&self) -> &[T] {
        &self.named
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<T> Default for PeerGroup<T> {
    fn default() -> PeerGroup<T> {
        PeerGroup { named: Vec::new(), count: 0 }
    }
}

impl<T> From<Vec<T>> for PeerGroup<T> {
    fn from(all: Vec<T>) -> PeerGroup<T> {
        let count = all.len();
        PeerGroup::new(all, count)
    }
}

/// The certificates of the scan that bear on another. Only trusted ones are included: an untrusted
/// certificate never changes another's findings.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    /// The latest valid trusted certificate of the same holder and purpose that began later.
    pub superseded_by: Option<PeerCertificate>,
    /// Trusted certificates of other subjects with the same key.
    pub key_shared_with: PeerGroup<PeerCertificate>,
    /// Trusted certificates of the same issuer key with the same serial number.
    pub serial_reused_by: PeerGroup<PeerCertificate>,
    /// The paths at which this certificate's private key was found (compared, not assumed).
    pub key_places: PeerGroup<String>,
}

/// The facts of a certificate.
#[derive(Clone, Copy, Debug)]
pub struct CertificateFacts<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// What it is in a chain.
    pub role: CertificateRole,
    /// Who signed it and whether the path held.
    pub verdict: &'a Verdict,
    /// The CA of the policy that issued it by name: of the path's anchor where there is one,
    /// else the one whose subject is its issuer.
    pub authority: Option<&'a Authority>,
    /// The civil day of its notBefore: the best evidence of the date of issue.
    pub issued_on: Option<Day>,
    /// The civil day of its notAfter.
    pub expires_on: Option<Day>,
    /// All its occurrences, sorted; empty only for a certificate given by `--root` alone.
    pub places: &'a [OccurrenceFacts],
    /// The other certificates that bear on it.
    pub peers: &'a Peers,
    /// The CRL by which its revocation was checked, where there is one.
    pub crl: Option<&'a Crl>,
    /// Its holder match and its renewal.
    pub holding: &'a Holding,
    /// Its holder, where it is matched to one of the register.
    pub holder: Option<&'a Holder>,
}

impl CertificateFacts<'_> {
    /// The effective expiry where there is a path, otherwise notAfter.
    pub fn end(&self) -> Option<Instant> {
        self.verdict.effective_expiry.or(self.certificate.not_after)
    }

    /// The name by which lists show it, where no holder of the register is known.
    pub fn name(&self) -> String {
        self.certificate.subject.shown_with(self.places.first().and_then(|place| place.friendly_name.as_deref()))
    }

    /// Whether it may be in use, and is matched to no holder of the register yet.
    // An untrusted one may be anybody's own making; it must not make others' answers uncertain.
    pub fn awaits_holder(&self, at: Instant) -> bool {
        matches!(self.holding.of, HolderMatch::Unknown | HolderMatch::Ambiguous(_))
            && self.role == CertificateRole::EndEntity
            && self.holding.present
            && self.authority.is_some()
            && self.verdict.status != TrustStatus::Untrusted
            && self.end().is_none_or(|end| end >= at)
    }
}

/// The facts of a container.
#[derive(Clone, Copy, Debug)]
pub struct ContainerFacts<'a> {
    /// The file.
    pub path: &'a str,
    /// What it is.
    pub kind: ContainerKind,
    /// How the parts with certificates are encrypted.
    pub certificate_encryption: &'a [Protection],
    /// How the parts with private keys are encrypted.
    pub key_encryption: &'a [Protection],
    /// The integrity check.
    pub mac: Option<&'a Mac>,
    /// What opened it.
    pub opening: Option<&'a PasswordMatch>,
    /// Where the password that opened it is from.
    pub origin: Option<&'a PasswordOrigin>,
    /// The number of private keys in it.
    pub keys: usize,
    /// Private keys that are not encrypted at all.
    pub plain_keys: usize,
    /// What could not be read.
    pub problems: &'a [ContainerProblem],
    /// The system's error where the file could not be read.
    pub io_error: Option<&'a str>,
    /// The permissions as the system prints them (`rw-r--r--`), if others than the owner may
    /// read the file; none where they may not or the system cannot say.
    pub readable_by_others: Option<&'a str>,
    /// Where others can reach it, if it has a key that anybody can use and lies on a share.
    pub shared_place: Option<&'a str>,
    /// What is wrong with the password that opened its keys.
    pub password_faults: &'a [PasswordFault],
}

/// A CRL in hand.
#[derive(Clone, Copy, Debug)]
pub struct CrlFacts<'a> {
    /// The list.
    pub crl: &'a Crl,
    /// Why it is not used; none where it is.
    pub fault: Option<&'a CrlFault>,
    /// The certificates of the audit that it lists, by subject.
    pub listed: &'a PeerGroup<String>,
}

/// The facts of a holder of the register.
#[derive(Clone, Copy, Debug)]
pub struct HolderFacts<'a> {
    /// The holder.
    pub holder: &'a Holder,
    /// Its coverage, and whether it has too many certificates.
    pub standing: &'a HolderState,
    /// The claim period; none where the policy has none.
    pub period: Option<ClaimPeriod>,
    /// The day on which its system password was last changed.
    pub password_changed: Option<Day>,
    /// The refusal of its mail address, if it was refused when last used.
    pub refused: Option<&'a RefusedAddress>,
    /// The certificates of `standing.surplus`.
    pub surplus: &'a [PeerCertificate],
    /// Its provider numbers that other active providers have too, with those.
    pub shared_numbers: &'a [(String, Vec<HolderKey>)],
}

/// The facts of a run as a whole.
#[derive(Clone, Debug, Default)]
pub struct RunFacts {
    /// Indices of the policy's suppressions that matched nothing.
    pub unmatched_suppressions: Vec<usize>,
    /// Certificates of which only one file has the key.
    pub single_copies: SingleCopies,
}

/// Certificates of which only one file has the key.
#[derive(Clone, Debug, Default)]
pub struct SingleCopies {
    /// How many there are.
    pub count: usize,
    /// The files of the first.
    pub files: Vec<String>,
}

impl SingleCopies {
    /// How many files a finding names.
    const NAMED: usize = 1000;

    /// Counts one more.
    pub fn add(&mut self, file: &str) {
        self.count += 1;
        // A file may have several.
        if self.files.len() < SingleCopies::NAMED && self.files.iter().all(|known| known != file) {
            self.files.push(file.to_string());
        }
    }
}
