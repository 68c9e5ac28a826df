//! Whose certificate it is, what renews what, and who can bill.
//!
//! `cards` asks the stage itself about made-up cards; `files` runs the audit on real files with
//! a register beside them.

mod agents;
mod binding;
mod cards;
mod coverage;
mod files;
mod many;
mod renewal;
mod rules;
