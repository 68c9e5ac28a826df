//! Whose certificate it is, what renews what, and who can bill.
//!
//! Made-up cards, asked of the stage itself.

mod agents;
mod binding;
mod cards;
mod coverage;
mod many;
mod renewal;
