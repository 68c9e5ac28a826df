//! Trust.

mod revocation;
mod verdict;

pub use revocation::RevocationList;
pub use verdict::{Reason, Status, Verdict};
