//! Queries of the inventory and their results.

use super::rows::VerdictRow;
use crate::certificate::CertificateRole;
use crate::register::HolderKey;

/// A selection of certificates. All given conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateFilter {
    /// Of this holder, by ID.
    pub holder: Option<String>,
    /// Of a holder in this register.
    pub register: Option<String>,
    /// Of this usage category.
    pub category: Option<String>,
    /// Under this generation.
    pub generation: Option<String>,
    /// With this verdict.
    pub status: Option<String>,
    /// With a finding of this rule.
    pub rule: Option<String>,
    /// With a finding of at least this severity: 1 info, 2 warning, 3 error.
    pub severity: Option<u8>,
    /// With an effective expiry before this day.
    pub expires_before: Option<String>,
    /// Found on this computer.
    pub host: Option<String>,
    /// Of a holder in this prefecture.
    pub prefecture: Option<String>,
    /// Of a holder with this tag.
    pub tag: Option<String>,
    /// With each of these texts in the subject, friendlyName, path, holder's ID or holder's name,
    /// ignoring the case of ASCII letters.
    pub texts: Vec<String>,
    /// root, intermediate or end-entity.
    pub role: Option<String>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// The one that ends first.
    #[default]
    Ends,
    /// By path.
    Path,
    /// By holder.
    Holder,
    /// The gravest first.
    Severity,
    /// By name.
    Name,
}

impl ListOrder {
    /// All of them, as `--sort` spells them.
    pub const ALL: [(&'static str, ListOrder); 5] = [
        ("ends", ListOrder::Ends),
        ("path", ListOrder::Path),
        ("holder", ListOrder::Holder),
        ("severity", ListOrder::Severity),
        ("name", ListOrder::Name),
    ];
}

/// A certificate in a list.
#[derive(Clone, Debug)]
pub struct ListedCertificate {
    /// Verdict and findings.
    pub row: VerdictRow,
    /// The serial number as hexadecimal.
    pub serial: String,
    /// The subject, as the FAQ prints it.
    pub subject: String,
    /// root, intermediate or end-entity.
    pub role: String,
    /// The gravest finding: 0 none, 1 info, 2 warning, 3 error.
    pub severity: u8,
    /// The civil day of the effective expiry.
    pub ends_on: Option<String>,
    /// Register and ID of the holder.
    pub holder: Option<(String, String)>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// Its prefecture.
    pub prefecture: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// How it is matched to the holder.
    pub how: String,
    /// The usage category.
    pub category: Option<String>,
    /// The number of its places.
    pub places: u64,
    /// Host of the first.
    pub host: String,
    /// Path of the first.
    pub path: String,
    /// The name people know it by.
    pub name: String,
    /// The latest one that renews it.
    pub superseded_by: Option<[u8; 32]>,
}

/// Something that an ID may refer to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResolvedId {
    /// A certificate: SHA-256, serial number, subject.
    Certificate([u8; 32], String, String),
    /// A holder: register, ID, name.
    Holder(String, String, String),
}

/// A holder that is no longer in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedHolder {
    /// Its key.
    pub key: HolderKey,
    /// Its last name.
    pub name: String,
    /// Since when, in microseconds since 1970.
    pub since: i64,
}

/// What is shown of a certificate where it is referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCertificate {
    /// The serial number as hexadecimal.
    pub serial: String,
    /// The subject, as the FAQ prints it.
    pub subject: String,
    /// What it is in a chain.
    pub role: CertificateRole,
}
