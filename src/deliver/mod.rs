//! Delivery: what is due reaches whom it must, and nobody has to remember when.
//!
//! What is due, and in which words, comes from the floors below. Here it is sorted by how people
//! are reached ([`Dispatch`]), put into messages ([`Digests`], [`Body`]), kept safe until it is
//! recorded ([`Outbox`]), handed to a mail server ([`mail`]), and set on a schedule
//! ([`schedule`]); what a run leaves behind is written here too ([`Journal`], [`shelf`],
//! [`RunMetrics`]). Absent here: the clock, the inventory, the user's configuration.

mod body;
mod bulletin;
mod digest;
mod dispatch;
mod journal;
pub mod mail;
mod metrics;
mod outbox;
pub mod schedule;
pub mod shelf;

pub use body::{Block, Body};
pub use bulletin::{Bulletin, Trouble};
pub use digest::{Details, Digests};
pub use dispatch::{Dispatch, Parcel, REFUSED_DAYS, Route, route};
pub use journal::{Journal, KEPT};
pub use metrics::{RunMetrics, STAGES};
pub use outbox::{Outbox, Pending, Saying};
