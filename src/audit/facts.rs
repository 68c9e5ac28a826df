//! What rules are asked about.

use super::holding::{ClaimPeriod, HolderState, Holding};
use crate::calendar::{Day, Instant};
use crate::certificate::{Certificate, CertificateRole, Crl};
use crate::container::{
    ContainerKind, ContainerProblem, KeyInspection, Mac, PasswordMatch, PasswordOrigin, Protection,
};
use crate::policy::{Authority, Policy};
use crate::register::{Holder, RefusedAddress};
use crate::trust::{CrlFault, Verdict};

/// What all rules of a run share.
#[derive(Clone, Copy, Debug)]
pub struct RuleContext<'a> {
    /// The policy in force.
    pub policy: &'a Policy,
    /// The moment judged.
    pub at: Instant,
    /// How closely keys were looked at.
    pub keys: KeyInspection,
    /// The claim period asked about; none: the coming one.
    pub period: Option<ClaimPeriod>,
}

impl RuleContext<'_> {
    /// The claim period in question: the one asked about, or else the coming one. None where the
    /// policy has none.
    pub fn claim_period(&self) -> Option<ClaimPeriod> {
        let days = self.policy.holders.claim_period?;
        self.period.or_else(|| ClaimPeriod::coming(days.value, self.policy.zone, self.at))
    }

    /// The civil day of the moment judged.
    pub fn today(&self) -> Option<Day> {
        self.policy.zone.day(self.at)
    }
}

/// Where a certificate was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OccurrenceFacts {
    /// The file, as the user would name it.
    pub path: String,
    /// The PC whose disk it lies on, where that is known.
    pub host: Option<String>,
    /// Its position among the file's certificates, from 0.
    pub position: u32,
    /// What the file is.
    pub container: ContainerKind,
    /// The friendlyName there.
    pub friendly_name: Option<String>,
    /// Whether its private key is there; none where that is not known.
    pub has_key: Option<bool>,
    /// Whether that key is this certificate's; none where there is none or it was not compared.
    pub key_matches: Option<bool>,
    /// Where the password that opened the file is from; none where none was needed.
    pub opened_with: Option<String>,
}

/// Another certificate, as far as a finding names it.
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

/// What the others in the scan mean for a certificate. Only trusted certificates stand here:
/// an untrusted one never changes another's findings.
#[derive(Clone, Debug, Default)]
pub struct Peers {
    /// The latest living trusted certificate of the same holder and purpose that began later.
    pub superseded_by: Option<PeerCertificate>,
    /// Trusted certificates of other subjects with the same key.
    pub key_shared_with: Vec<PeerCertificate>,
    /// Trusted certificates of the same issuer key with the same serial number.
    pub serial_reused_by: Vec<PeerCertificate>,
    /// All paths at which this certificate's private key was found (compared, not presumed).
    pub key_places: Vec<String>,
}

/// One certificate and all that is known of it.
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
    /// Everywhere it was found, sorted; empty only for a certificate given by `--root` alone.
    pub places: &'a [OccurrenceFacts],
    /// What the others mean for it.
    pub peers: &'a Peers,
    /// The CRL that told whether it has been revoked, where one could.
    pub crl: Option<&'a Crl>,
    /// Whose it is and what renews it.
    pub holding: &'a Holding,
    /// Its holder, where one of the register is known.
    pub holder: Option<&'a Holder>,
}

impl CertificateFacts<'_> {
    /// The end that counts: the effective expiry where there is a path, else notAfter.
    pub fn end(&self) -> Option<Instant> {
        self.verdict.effective_expiry.or(self.certificate.not_after)
    }
}

/// A container and all that is known of it.
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
    /// How many private keys lie in it, and how many of them unencrypted.
    pub keys: usize,
    /// Private keys that are not encrypted at all.
    pub plain_keys: usize,
    /// What could not be read.
    pub problems: &'a [ContainerProblem],
    /// The system's own words where the file itself could not be read.
    pub io_error: Option<&'a str>,
    /// The permissions as the system prints them (`rw-r--r--`), if others than the owner may
    /// read the file; none where they may not or the system cannot say.
    pub readable_by_others: Option<&'a str>,
}

/// A CRL in hand.
#[derive(Clone, Copy, Debug)]
pub struct CrlFacts<'a> {
    /// The list.
    pub crl: &'a Crl,
    /// Why it is not used; none where it is.
    pub fault: Option<&'a CrlFault>,
    /// The first certificates of the audit that it lists, by subject.
    pub listed: &'a [String],
    /// How many it lists.
    pub listed_count: usize,
}

/// A holder of the register and all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct HolderFacts<'a> {
    /// The holder.
    pub holder: &'a Holder,
    /// What it can bill, and whether it has too many certificates.
    pub standing: &'a HolderState,
    /// The claim period that was asked about; none where the policy asks for none.
    pub period: Option<ClaimPeriod>,
    /// The day on which its system password was last changed.
    pub password_changed: Option<Day>,
    /// Whether its mail address was refused when it was last written to.
    pub refused: Option<&'a RefusedAddress>,
    /// The certificates of `standing.surplus`.
    pub surplus: &'a [PeerCertificate],
}

/// What is known of a run as a whole.
#[derive(Clone, Debug, Default)]
pub struct RunFacts {
    /// Indices of the policy's suppressions that matched nothing.
    pub unmatched_suppressions: Vec<usize>,
}
