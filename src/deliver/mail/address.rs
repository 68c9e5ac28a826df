//! A sender or recipient; which addresses are valid is known where registers are read.

pub use crate::register::is_address;
pub(super) use crate::register::spelled_address as spelled;

/// A sender or recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailAddress {
    /// The display name; any text.
    pub name: Option<String>,
    /// `user@host`.
    pub mail: String,
}
