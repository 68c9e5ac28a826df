//! The lifecycle: what expires, what to do by when, at what cost, and who is to be told.
//!
//! [`Fleet`] is every certificate that somebody has to keep alive, seen or declared (申告), with
//! what people did about it. Of it [`expiry`] says when each ends, [`Plan`] on which day to apply
//! for its renewal, [`Fees`] what applications cost, and [`Reminders`] what is to be said to whom
//! today. [`Desk`] knows on which days applications are taken, and when a certificate applied for
//! is in hand.
//!
//! Days are civil days of the policy's zone. What the policy assumes stays marked as assumed.
//! A certificate that is not trusted is never planned for; one whose verdict is undetermined is,
//! and is shown as such. Absent here: no clock, no storage, no language, no printing.

mod desk;
pub mod expiry;
mod fees;
mod fleet;
mod ledger;
mod plan;
mod roster;

pub use desk::{Calendar, Deadline, Desk};
pub use fees::{Applied, Charge, Doubt, Fees, Gap, Span, fiscal_year};
pub use fleet::{Fleet, Item, Proof, State, Thing};
pub use ledger::{Due, LAPSED_TIMES, Ledger, Reminders, Step, Told, Topic};
pub use plan::{Ask, Assumed, Fallback, LeftOut, Outcome, Plan, Planned, RootEnd, Why};
