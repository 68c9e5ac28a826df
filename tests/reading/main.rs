//! What is read: containers and certificates, registers, holidays, policies and configurations, as
//! people and other programs write them, and as nobody should.

#[path = "../common/mod.rs"]
mod common;

mod config;
mod containers;
mod convert;
mod desks;
mod holidays;
mod lab;
mod mistakes;
mod policy;
mod register;
mod robustness;
