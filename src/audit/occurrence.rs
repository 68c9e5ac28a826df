//! An occurrence of a certificate: the part of the facts that holders are decided from.

use crate::container::ContainerKind;

/// An occurrence of a certificate in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OccurrenceFacts {
    /// The file, as the user would name it.
    pub path: String,
    /// The computer whose disk it is on, where known.
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
    /// The origin of the password that opened the file; none where none was needed.
    pub opened_with: Option<String>,
    /// The file is damaged, or something else is there now: whether the certificate can still be
    /// installed from it is not known.
    pub damaged: bool,
}
