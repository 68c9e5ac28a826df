//! What is found: trust, the rules, whose certificate it is, and the audit of the samples.

#[path = "../common/mod.rs"]
mod common;

mod crowds;
mod holding;
mod many;
mod rules;
mod samples;
mod trust;
