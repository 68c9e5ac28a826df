//! What an office keeps and asks: the inventory, its register and records, what to do by when at
//! what cost, who can submit claims, and reports.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod coverage;
mod inventory;
mod lifecycle;
mod report;
