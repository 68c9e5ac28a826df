//! Delivery of notifications: routing, messages, outbox, mail, and schedules.
//!
//! The floors below decide what is due and provide the texts. Here it is routed by channel
//! ([`Routing`]), written as messages ([`ContactMessages`], [`MessageBody`]), kept on disk until it
//! is recorded ([`Outbox`]) and handed to a mail server ([`mail`]); [`schedule`] calls the runs,
//! which write [`RunLog`], [`report_archive`] and [`RunMetrics`]. Absent here: the clock, the
//! inventory, the user's configuration.

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
pub use outbox::{NotificationKey, Outbox, OutboxContents, PendingMessage, PendingState};
pub use routing::{REFUSED_DAYS, RecipientBatch, Route, Routing, is_reached, route};
pub use run_log::{KEPT, RunLog};
