//! The audit: from sources to findings.

pub mod facts;
pub mod rules;
