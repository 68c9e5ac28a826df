//! Rules about issuers, paths and CRLs.

pub(super) mod crl_missing;
pub(super) mod crl_stale;
pub(super) mod crl_unused;
pub(super) mod generation_mismatch;
pub(super) mod issued_after_root_retired;
pub(super) mod issued_in_gap;
pub(super) mod outlives_root;
pub(super) mod pin_conflict;
pub(super) mod revoked;
pub(super) mod root_impostor;
pub(super) mod root_missing;
pub(super) mod root_reissued;
pub(super) mod root_unknown_generation;
pub(super) mod self_signed;
pub(super) mod untrusted_path;
pub(super) mod unverifiable;

mod reason;

pub use crl_unused::crl_fault_word;
pub use reason::{REASONS, ocsp_fault_word, reason_text, reason_word};
