//! The lifecycle: renewal dates, application fees and reminders.
//!
//! [`Certificates`] holds every certificate that has to be kept valid, found or declared (申告), with
//! the records of action (対応記録) about it. From it, [`expiry`] classifies how near each is to its
//! expiry, [`RenewalPlan`] gives the day on which to apply for its renewal, [`Fees`] the cost of
//! applications, and [`Reminders`] the notifications due today. [`ApplicationTerms`] gives the days
//! on which applications are accepted and the expected date of issue.
//!
//! Days are civil days of the policy's zone. What the policy only assumes stays marked as assumed.
//! A certificate that is not trusted is never planned for; one whose verdict is undetermined is,
//! and is shown as such. Absent here: no clock, no storage, no language, no printing.

mod certificates;
mod day_assignment;
pub mod expiry;
mod fees;
mod ledger;
mod plan;
mod terms;

pub use certificates::{CertificateItem, CertificateProof, Certificates, LifecycleState, Subject};
pub use fees::{ApplicationDay, Charge, FeeGap, FeeTotal, Fees, UnknownFee, fiscal_year};
pub use ledger::{DueReminder, LAPSED_TIMES, Notification, NotificationTopic, ReminderLedger, ReminderStep, Reminders};
pub use plan::{
    AssumedTerms, Fallback, LateReason, PlanBounds, PlanExclusion, PlanOutcome, PlannedCertificate, RenewalPlan,
    RootExpiry,
};
pub use terms::{ApplicationTerms, Deadline, OfficeCalendars};
