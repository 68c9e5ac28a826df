//! Mail: messages as Japanese mail programs expect them, and a mail server that takes them.
//!
//! A [`Mail`] becomes bytes ([`Mail::encode`]); a [`Postman`] hands bytes to a [`Relay`] and says
//! what became of them ([`Delivery`]): taken, refused for good, surely not delivered, or unknown.
//! The network is in `postman` only. Absent here: the clock, the inventory, the configuration.

mod address;
mod delivery;
mod message;
mod postman;
mod relay;

pub use address::{Address, is_address};
pub use delivery::{Delivery, Kind, Refusal, Trouble};
pub use message::{Attachment, Mail, Malformed};
pub use postman::Postman;
pub use relay::{Login, Relay, Security};
