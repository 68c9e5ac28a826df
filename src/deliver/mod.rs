//! Delivery: what is due reaches whom it must, and nobody has to remember when.
//!
//! What is due, and in which words, comes from the floors below. Here it is sorted by how people
//! are reached ([`Routing`]), put into messages ([`ContactMessages`], [`MessageBody`]), kept safe until it is
//! recorded ([`Outbox`]), handed to a mail server ([`mail`]), and set on a schedule
//! ([`schedule`]); what a run leaves behind is written here too ([`RunLog`], [`report_archive`],
//! [`RunMetrics`]). Absent here: the clock, the inventory, the user's configuration.

mod auditor_message;
mod body;
mod contact_message;
pub mod mail;
mod metrics;
mod outbox;
pub mod report_archive;
mod routing;
mod run_log;
pub mod schedule;

pub use auditor_message::{AuditorMessage, RunError};
pub use body::{BodyBlock, MessageBody};
pub use contact_message::{ContactMessages, DetailLevel};
pub use metrics::{RunMetrics, STAGES};
pub use outbox::{NotificationKey, Outbox, PendingMessage};
pub use routing::{REFUSED_DAYS, RecipientBatch, Route, Routing, route};
pub use run_log::{KEPT, RunLog};
