//! What goes out and when: mail, `notify`, `run` and `init`, and schedules.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod mail;
mod odd_server;
mod schedule;
