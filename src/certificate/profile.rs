//! What RFC 5280 asks of a certificate beyond what a path needs to hold.

use std::collections::HashSet;

use super::x509::{AKI, BASIC_CONSTRAINTS, SAN, SKI};
use super::{Certificate, CertificateRole};
use crate::tlv::{Tlv, TlvReader, universal};

const NAME_CONSTRAINTS: &str = "2.5.29.30";
const POLICY_CONSTRAINTS: &str = "2.5.29.36";
const INHIBIT_ANY_POLICY: &str = "2.5.29.54";
const AUTHORITY_INFORMATION: &str = "1.3.6.1.5.5.7.1.1";
const SUBJECT_INFORMATION: &str = "1.3.6.1.5.5.7.1.11";
const FRESHEST_CRL: &str = "2.5.29.46";

/// The longest serial number in bytes of its INTEGER (RFC 5280 section 4.1.2.2).
const LONGEST_SERIAL: usize = 20;

/// A demand of RFC 5280 on whoever issues certificates that one does not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileViolation {
    /// Section 4.1.2.2: a serial number is positive.
    SerialNotPositive,
    /// Section 4.1.2.2: a serial number has at most 20 bytes.
    SerialTooLong,
    /// Section 4.1.2.4: an issuer has a name.
    IssuerEmpty,
    /// Section 4.1.2.6: a CA has a name.
    SubjectEmpty,
    /// Section 4.1.2.6: where there is no subject the alternative name is critical.
    AlternativeNameNotCritical,
    /// Section 4.1.2.1: extensions need version 3.
    VersionTooLow,
    /// Section 4.2: an extension occurs once.
    ExtensionRepeated,
    /// Section 4.2.1.1: whatever is not self-signed names its issuer's key.
    AuthorityKeyIdentifierMissing,
    /// Section 4.2.1.2: a CA names its key.
    SubjectKeyIdentifierMissing,
    /// Section 4.2.1.3: a CA has a key usage, with keyCertSign.
    KeyUsageMissing,
    /// Section 4.2.1.3: who may sign certificates is a CA.
    CertificateSigningWithoutCa,
    /// Section 4.2.1.9: a CA has basic constraints.
    BasicConstraintsMissing,
    /// Section 4.2.1.9: those of a CA are critical.
    BasicConstraintsNotCritical,
    /// Section 4.2.1.9: a path length is for CAs.
    PathLengthWithoutCa,
    /// Section 4.2.1.10: name constraints are a CA's, and critical.
    NameConstraintsMisplaced,
    /// Sections 4.2.1.11 and 4.2.1.14: these are critical.
    PolicyConstraintsNotCritical,
    /// Sections 4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2: these are not critical.
    CriticalMisplaced,
    /// Section 4.2.1.6: an alternative name is not empty.
    AlternativeNameEmpty,
    /// Section 4.2.1.6: a DNS name has the form of one.
    DnsNameMalformed,
}

impl ProfileViolation {
    /// All of them.
    pub const ALL: [ProfileViolation; 19] = [
        ProfileViolation::SerialNotPositive,
        ProfileViolation::SerialTooLong,
        ProfileViolation::IssuerEmpty,
        ProfileViolation::SubjectEmpty,
        ProfileViolation::AlternativeNameNotCritical,
        ProfileViolation::VersionTooLow,
        ProfileViolation::ExtensionRepeated,
        ProfileViolation::AuthorityKeyIdentifierMissing,
        ProfileViolation::SubjectKeyIdentifierMissing,
        ProfileViolation::KeyUsageMissing,
        ProfileViolation::CertificateSigningWithoutCa,
        ProfileViolation::BasicConstraintsMissing,
        ProfileViolation::BasicConstraintsNotCritical,
        ProfileViolation::PathLengthWithoutCa,
        ProfileViolation::NameConstraintsMisplaced,
        ProfileViolation::PolicyConstraintsNotCritical,
        ProfileViolation::CriticalMisplaced,
        ProfileViolation::AlternativeNameEmpty,
        ProfileViolation::DnsNameMalformed,
    ];

    /// As JSON has it.
    pub fn code(self) -> &'static str {
        match self {
            ProfileViolation::SerialNotPositive => "serial-not-positive",
            ProfileViolation::SerialTooLong => "serial-too-long",
            ProfileViolation::IssuerEmpty => "issuer-empty",
            ProfileViolation::SubjectEmpty => "subject-empty",
            ProfileViolation::AlternativeNameNotCritical => "alternative-name-not-critical",
            ProfileViolation::VersionTooLow => "version-too-low",
            ProfileViolation::ExtensionRepeated => "extension-repeated",
            ProfileViolation::AuthorityKeyIdentifierMissing => "authority-key-identifier-missing",
            ProfileViolation::SubjectKeyIdentifierMissing => "subject-key-identifier-missing",
            ProfileViolation::KeyUsageMissing => "key-usage-missing",
            ProfileViolation::CertificateSigningWithoutCa => "certificate-signing-without-ca",
            ProfileViolation::BasicConstraintsMissing => "basic-constraints-missing",
            ProfileViolation::BasicConstraintsNotCritical => "basic-constraints-not-critical",
            ProfileViolation::PathLengthWithoutCa => "path-length-without-ca",
            ProfileViolation::NameConstraintsMisplaced => "name-constraints-misplaced",
            ProfileViolation::PolicyConstraintsNotCritical => "policy-constraints-not-critical",
            ProfileViolation::CriticalMisplaced => "critical-misplaced",
            ProfileViolation::AlternativeNameEmpty => "alternative-name-empty",
            ProfileViolation::DnsNameMalformed => "dns-name-malformed",
        }
    }
}

impl Certificate {
    /// The demands of RFC 5280 that the certificate does not meet, in the order of the sections.
    /// `issues`: it has issued another, so that what is asked of CAs is asked of it.
    pub fn profile_violations(&self, issues: bool) -> Vec<ProfileViolation> {
        let critical = |oid: &str| self.extensions().find(|(known, _)| *known == oid).map(|(_, critical)| critical);
        let constraints = self.basic_constraints();
        let is_ca = issues || self.role() != CertificateRole::EndEntity;
        let says_ca = constraints.is_some_and(|constraints| constraints.ca);
        let usages = self.key_usage();
        let signs = usages.as_ref().is_some_and(|usages| usages.contains(&"keyCertSign"));
        let mut seen = HashSet::new();
        let repeated = self.extensions().any(|(oid, _)| !seen.insert(oid));
        let names = self.dns_names();
        let is_empty = |name: &super::Name| name.rfc4514().is_empty();
        let misplaced = [SKI, AKI, FRESHEST_CRL, AUTHORITY_INFORMATION, SUBJECT_INFORMATION];
        let found = [
            (self.serial.is_negative() || self.serial.bytes() == [0], ProfileViolation::SerialNotPositive),
            (self.serial_length() > LONGEST_SERIAL, ProfileViolation::SerialTooLong),
            (is_empty(&self.issuer), ProfileViolation::IssuerEmpty),
            (is_ca && is_empty(&self.subject), ProfileViolation::SubjectEmpty),
            (
                !is_ca && is_empty(&self.subject) && critical(SAN) != Some(true),
                ProfileViolation::AlternativeNameNotCritical,
            ),
            (self.version() < 3 && self.extensions().next().is_some(), ProfileViolation::VersionTooLow),
            (repeated, ProfileViolation::ExtensionRepeated),
            (
                self.version() == 3 && !self.is_self_issued() && self.authority_key_identifier().is_none(),
                ProfileViolation::AuthorityKeyIdentifierMissing,
            ),
            (
                self.version() == 3 && is_ca && self.subject_key_identifier().is_none(),
                ProfileViolation::SubjectKeyIdentifierMissing,
            ),
            (self.version() == 3 && is_ca && !signs, ProfileViolation::KeyUsageMissing),
            (signs && !says_ca, ProfileViolation::CertificateSigningWithoutCa),
            (self.version() == 3 && is_ca && !says_ca, ProfileViolation::BasicConstraintsMissing),
            (says_ca && critical(BASIC_CONSTRAINTS) == Some(false), ProfileViolation::BasicConstraintsNotCritical),
            (
                constraints.is_some_and(|constraints| constraints.path_length.is_some() && !constraints.ca),
                ProfileViolation::PathLengthWithoutCa,
            ),
            (
                critical(NAME_CONSTRAINTS).is_some_and(|critical| !critical || !says_ca),
                ProfileViolation::NameConstraintsMisplaced,
            ),
            (
                [POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY].iter().any(|oid| critical(oid) == Some(false)),
                ProfileViolation::PolicyConstraintsNotCritical,
            ),
            (misplaced.iter().any(|oid| critical(oid) == Some(true)), ProfileViolation::CriticalMisplaced),
            (names.as_ref().is_some_and(|(count, _)| *count == 0), ProfileViolation::AlternativeNameEmpty),
            (
                names.is_some_and(|(_, names)| names.iter().any(|name| !is_dns_name(name))),
                ProfileViolation::DnsNameMalformed,
            ),
        ];
        found.into_iter().filter(|(broken, _)| *broken).map(|(_, violation)| violation).collect()
    }

    /// Whether one of its DNS names has not the form of one, so that nobody can tell whether it is
    /// within name constraints.
    pub fn has_malformed_dns_name(&self) -> bool {
        self.dns_names().is_some_and(|(_, names)| names.iter().any(|name| !is_dns_name(name)))
    }

    /// How many alternative names there are, and the DNS names among them.
    fn dns_names(&self) -> Option<(usize, Vec<Vec<u8>>)> {
        let mut list = TlvReader::new(self.extension(SAN)?).sequence().ok()?.children();
        let (mut count, mut names) = (0, Vec::new());
        while let Ok(name) = list.read() {
            count += 1;
            if name.tag.is_context(2) {
                names.push(name.content.to_vec());
            }
        }
        Some((count, names))
    }

    /// The bytes of the serial number's INTEGER.
    fn serial_length(&self) -> usize {
        let integer = || -> Option<Tlv> {
            let mut tbs = TlvReader::new(self.der()).sequence().ok()?.children().sequence().ok()?.children();
            tbs.optional_context(0).ok()?;
            tbs.universal(universal::INTEGER).ok()
        };
        integer().map_or(0, |integer| integer.content.len())
    }
}

/// The preferred name syntax of RFC 1034 section 3.5 as RFC 1123 relaxed it, with `_`, which is in
/// use, and a `*` as the first label.
fn is_dns_name(name: &[u8]) -> bool {
    let labels: Vec<&[u8]> = name.split(|byte| *byte == b'.').collect();
    let is_label = |(i, label): (usize, &&[u8])| {
        let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let ends = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b'-');
        (i == 0 && *label == b"*" && labels.len() > 1)
            || (1..=63).contains(&label.len()) && label.iter().all(inner) && ends(label.first()) && ends(label.last())
    };
    name.len() <= 253 && labels.iter().enumerate().all(is_label)
}
