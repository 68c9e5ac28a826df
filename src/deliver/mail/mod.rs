//! Mail: messages as Japanese mail programs expect them, and a mail server that takes them.
//!
//! A [`Mail`] becomes bytes ([`Mail::encode`]); a [`SmtpClient`] hands bytes to a [`Relay`] and
//! says what became of them ([`DeliveryOutcome`]): taken, refused for good, surely not delivered,
//! or unknown. The network is used in `smtp` only. Absent here: the clock, the inventory, the
//! configuration.

mod address;
mod delivery;
mod message;
mod refusal;
mod relay;
mod smtp;

pub use address::{MailAddress, is_address};
pub use delivery::{DeliveryError, DeliveryErrorKind, DeliveryOutcome};
pub use message::{Attachment, Mail, MessageError};
pub use refusal::Refusal;
pub use relay::{ConnectionSecurity, Login, LoginMethod, Relay};
pub use smtp::{SmtpClient, is_hello};
