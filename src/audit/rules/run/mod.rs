//! The run as a whole.

pub(super) mod suppression_unmatched;
