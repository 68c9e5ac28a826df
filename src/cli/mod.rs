//! cli

pub mod config;
pub mod passwords;
