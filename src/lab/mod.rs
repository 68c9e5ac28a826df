//! The lab: made-up fleets of any size, for trials and benches.
//!
//! [`make`] fills a folder with one PKCS#12 per made-up holder, in folders by prefecture, with
//! the two test roots of `src/lab/keys` (the operator's serials and days, other keys), the
//! policy that pins them, a password file and a configuration, so that
//! `shomei audit --config DIR/shomei.yaml` works at once. The seed decides names, days, keys and
//! faults: the same plan gives the same certificates, whatever the threads. Only salts differ.
//! Nothing made here is secret, and nothing real: all keys follow from public numbers.
//! Unlike the other modules this one writes files; it reads no clock.

mod draft;
mod error;
mod fault;
mod issue;
mod plan;
mod random;
mod signer;
mod write;

pub use error::LabError;
pub use fault::{Fault, Faults};
pub use plan::{LabPlan, LabSummary};
pub use write::make;
