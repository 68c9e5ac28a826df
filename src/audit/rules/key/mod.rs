//! The key and the form of a certificate.

pub(super) mod der_malformed;
pub(super) mod key_mismatch;
pub(super) mod key_missing;
pub(super) mod key_shared;
pub(super) mod key_weak;
pub(super) mod serial_reused;
pub(super) mod signature_weak;
pub(super) mod usage_unfit;
