//! The run as a whole.

pub(super) mod single_copy;
pub(super) mod suppression_unmatched;
