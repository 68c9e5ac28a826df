//! Whether a certificate is alive, and for how long.

pub(super) mod expired;
pub(super) mod expiring;
pub(super) mod not_yet_valid;
pub(super) mod superseded;
pub(super) mod validity_unusual;
