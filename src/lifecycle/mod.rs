//! The lifecycle: what expires, what to do by when, at what cost, and who is to be told.
//!
//! [`Certificates`] is every certificate that somebody has to keep alive, seen or declared (申告), with
//! what people did about it. Of it [`expiry`] says when each ends, [`RenewalPlan`] on which day to apply
//! for its renewal, [`Fees`] what applications cost, and [`Reminders`] what is to be said to whom
//! today. [`ApplicationTerms`] knows on which days applications are taken, and when a certificate applied for
//! is in hand.
//!
//! Days are civil days of the policy's zone. What the policy assumes stays marked as assumed.
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
    AssumedTerms, Fallback, LateReason, PlanExclusion, PlanOptions, PlanOutcome, PlannedCertificate, RenewalPlan,
    RootExpiry,
};
pub use terms::{ApplicationTerms, Deadline, OfficeCalendars};
