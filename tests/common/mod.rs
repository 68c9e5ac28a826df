//! What several suites need: the program as a child process, a user's home, Python, published
//! schemas, a mail server, and made-up certificates and holders.
//!
//! Each test binary includes this module whole and uses a part of it.
#![allow(dead_code)]

pub mod command;
pub mod files;
pub mod holders;
pub mod home;
pub mod keys;
pub mod laws;
pub mod mail_server;
pub mod policies;
pub mod process;
pub mod python;
pub mod schema;
pub mod snapshot;
pub mod times;

/// The root of the repository.
pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");
