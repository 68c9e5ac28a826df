//! What goes out and when: mail, `notify`, `run` and `init`, and schedules.

#[path = "../common/mod.rs"]
mod common;

mod commands;
mod connect;
mod mail;
mod odd_server;
mod schedule;
