//! What is asked of the inventory, and what it answers.

use super::rows::VerdictRow;
use crate::certificate::CertificateRole;
use crate::register::HolderKey;

/// Which certificates. All that is given must hold.
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
    /// With a finding at least as grave: 1 info, 2 warning, 3 error.
    pub severity: Option<u8>,
    /// Whose end comes before this day.
    pub expires_before: Option<String>,
    /// Seen on this computer.
    pub host: Option<String>,
    /// Of a holder in this prefecture.
    pub prefecture: Option<String>,
    /// Of a holder with this tag.
    pub tag: Option<String>,
    /// Whose subject, friendlyName, path, holder's ID or holder's name contains each of these,
    /// capital letters of ASCII being the same as small ones.
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
    /// The civil day of the end that counts.
    pub ends_on: Option<String>,
    /// Register and ID of the holder.
    pub holder: Option<(String, String)>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// Its prefecture.
    pub prefecture: Option<String>,
    /// Its tag.
    pub tag: Option<String>,
    /// How the holder is known.
    pub how: String,
    /// The usage category.
    pub category: Option<String>,
    /// How many places it lies at.
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

/// Something that an ID may mean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResolvedId {
    /// A certificate: SHA-256, serial number, subject.
    Certificate([u8; 32], String, String),
    /// A holder: register, ID, name.
    Holder(String, String, String),
}

/// A holder that is not in the register since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedHolder {
    /// Where it stood.
    pub key: HolderKey,
    /// What it was called last.
    pub name: String,
    /// Since when, in microseconds since 1970.
    pub since: i64,
}

/// What is said of a certificate where it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCertificate {
    /// The serial number as hexadecimal.
    pub serial: String,
    /// The subject, as the FAQ prints it.
    pub subject: String,
    /// What it is in a chain.
    pub role: CertificateRole,
}
