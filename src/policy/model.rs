//! The policy as meant.

use std::collections::BTreeMap;

use super::Holidays;
use super::desks::{DeskCalendar, Desks};
use super::holders::HolderPolicy;
use super::renewal::{CalendarPolicy, Fee, RenewalPolicy};
use super::value::{DaySpan, LocalizedText, WithLine};
use crate::calendar::{Day, Zone};
use crate::certificate::{Name, Serial};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be looked at.
    Warning,
    /// To be mended.
    Error,
}

impl Severity {
    /// As JSON, policies and `--fail-on` spell it.
    pub fn code(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What judges certificates: checked, complete.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The policy's name, `e-seikyuu`.
    pub name: String,
    /// A title for people.
    pub title: LocalizedText,
    /// The file the lines refer to, without its folder: `e-seikyuu.yaml`.
    pub file: String,
    /// The zone of all civil days.
    pub zone: Zone,
    /// The CAs it knows, one per subject name.
    pub authorities: Vec<Authority>,
    /// Tiers of `expiring`, fewest days first.
    pub tiers: Vec<WithLine<ExpiryTier>>,
    /// What keys must be.
    pub keys: KeyPolicy,
    /// Digests of signatures that are weak, `md5`, `sha1`.
    pub weak_digests: Vec<WithLine<String>>,
    /// What containers that guard keys should be.
    pub containers: ContainerPolicy,
    /// The server that claims are submitted to: host and port.
    pub connection: Option<(String, u16)>,
    /// Holders: services, usage categories, and what is asked of them.
    pub holders: HolderPolicy,
    /// When offices are open.
    pub calendar: CalendarPolicy,
    /// How renewals go.
    pub renewal: RenewalPolicy,
    /// What certificates cost, by category and day of application.
    pub fees: Vec<Fee>,
    /// Who to turn to for what.
    pub desks: Desks,
    /// Severities that differ from the rules' own; `None` turns a rule off.
    pub severities: BTreeMap<String, WithLine<Option<Severity>>>,
    /// Findings that are known and accepted for a time.
    pub suppressions: Vec<WithLine<Suppression>>,
    /// The whole document as YAML that is a policy again.
    pub yaml: String,
}

impl Policy {
    /// `e-seikyuu.yaml:42`; of a default, which has no line, the file alone.
    pub fn line(&self, line: u32) -> String {
        match line {
            0 => self.file.clone(),
            _ => format!("{}:{line}", self.file),
        }
    }

    /// The days by which its desks open and close.
    pub fn desk_calendar<'a>(&'a self, holidays: &'a Holidays) -> DeskCalendar<'a> {
        let claim_period = self.holders.claim_period.map(|period| period.value);
        DeskCalendar { zone: self.zone, calendar: &self.calendar, claim_period, holidays }
    }

    /// The authority whose subject is `name`, in either order of its RDNs.
    pub fn authority(&self, name: &Name) -> Option<&Authority> {
        self.authorities.iter().find(|a| a.is_named(name))
    }

    /// The last day of the root of a generation.
    pub fn root_ends(&self, generation: &str) -> Option<Day> {
        let mut pins = self.authorities.iter().flat_map(|authority| &authority.pins);
        pins.find(|pin| pin.id == generation).map(|pin| pin.not_after)
    }
}

/// A CA: one subject name, one pin per generation.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its subject as typed, `OU=e-seikyuu CA, O=e-seikyuu, C=JP`.
    pub subject: String,
    /// The same, comparable; equality of names is RFC 5280's, in this order of RDNs or its
    /// reverse, since printed forms do not tell the order.
    pub names: [Vec<u8>; 2],
    /// What the operator publishes of its roots, oldest first.
    pub pins: Vec<Pin>,
    /// Days on which it issued nothing.
    pub gaps: Vec<WithLine<IssuanceGap>>,
    /// How long its certificates live, by date of issue.
    pub validity: Vec<WithLine<ValidityRule>>,
    /// What is asked of CRLs.
    pub crl: WithLine<CrlPolicy>,
    /// What its certificates must be good for; absent: nothing is asked.
    pub usage: Option<WithLine<UsagePolicy>>,
}

impl Authority {
    /// Whether `name` is this CA's subject.
    pub fn is_named(&self, name: &Name) -> bool {
        self.names.contains(&name.canonical())
    }

    /// The pin that the date of issue calls for.
    pub fn pin_for(&self, issued_on: Day) -> Option<&Pin> {
        self.pins.iter().find(|p| p.issues.value.contains(issued_on))
    }

    /// The gap that contains `day`.
    pub fn gap(&self, day: Day) -> Option<&WithLine<IssuanceGap>> {
        self.gaps.iter().find(|g| g.value.days.contains(day))
    }
}

/// What the policy knows of one CA root.
#[derive(Clone, Debug)]
pub struct Pin {
    /// The generation, `2019`.
    pub id: String,
    /// The line on which the pin begins.
    pub line: u32,
    /// The serial number.
    pub serial: Serial,
    /// First day of validity, as printed.
    pub not_before: Day,
    /// Last day of validity, as printed.
    pub not_after: Day,
    /// SHA-1 of the DER.
    pub sha1: [u8; 20],
    /// SHA-256 of the DER, where it is known.
    pub sha256: Option<[u8; 32]>,
    /// The days whose certificates this root signs.
    pub issues: WithLine<DaySpan>,
    /// Where all this is from.
    pub source: LocalizedText,
}

/// Days on which a CA issued nothing.
#[derive(Clone, Debug)]
pub struct IssuanceGap {
    /// The days.
    pub days: DaySpan,
    /// Where this is from.
    pub source: LocalizedText,
}

/// How long certificates issued in a span of days live.
#[derive(Clone, Copy, Debug)]
pub struct ValidityRule {
    /// Dates of issue this holds for.
    pub issued: DaySpan,
    /// The length in years.
    pub years: i32,
    /// Additional months.
    pub months: i32,
    /// Days by which it may differ.
    pub tolerance_days: i64,
}

/// What is asked of CRLs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrlPolicy {
    /// Not looked at.
    Ignore,
    /// Looked at where there is one.
    WhenAvailable,
    /// A certificate without a CRL is a finding.
    Require,
}

/// What certificates must be good for.
#[derive(Clone, Debug)]
pub struct UsagePolicy {
    /// Extended key usages as dotted OIDs, all of which must be there.
    pub extended: Vec<String>,
    /// Key usages, RFC 5280 names (`digitalSignature`), all of which must be there.
    pub key_usage: Vec<String>,
}

/// A tier of `expiring`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpiryTier {
    /// It holds from this many days before the end.
    pub days: i64,
    /// How grave that is.
    pub severity: Severity,
}

/// What keys must be.
#[derive(Clone, Copy, Debug)]
pub struct KeyPolicy {
    /// Fewest bits of an RSA or DSA modulus.
    pub rsa_bits: WithLine<u32>,
    /// Fewest bits of an elliptic curve's field.
    pub ec_bits: WithLine<u32>,
}

/// What containers that guard keys should be.
#[derive(Clone, Debug)]
pub struct ContainerPolicy {
    /// Fewest iterations of a key derivation.
    pub iterations: WithLine<u64>,
    /// Ciphers that are too weak to guard a key: prefixes of [`crate::container::Protection::cipher`].
    pub weak_ciphers: WithLine<Vec<String>>,
}

/// A finding that is known and accepted for a time.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// The rule's code.
    pub rule: String,
    /// Which certificates or files; all conditions given must hold.
    pub matches: SuppressionMatch,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Day,
}

/// Which certificates or files a suppression means.
#[derive(Clone, Debug, Default)]
pub struct SuppressionMatch {
    /// SHA-256 of the certificate.
    pub sha256: Option<[u8; 32]>,
    /// Serial number.
    pub serial: Option<Serial>,
    /// Text contained in the subject (RFC 4514 or as printed).
    pub subject: Option<String>,
    /// Glob over the path, `*` within a folder, `**` across folders.
    pub path: Option<String>,
}
