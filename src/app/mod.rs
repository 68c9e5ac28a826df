//! What shomei does for its users, one file a use case: plain structs go in, values come out.
//!
//! A use case takes a [`Context`] and its options, reads and writes what it is about, and returns
//! what it found; the caller shows it and decides on the exit code. The command line is one
//! caller, a service may be another. What borrows from an open inventory cannot be given back:
//! such an answer is handed to a function that shows it.
//!
//! Absent here: command line arguments, standard output, the clock, the environment. Notices
//! and questions while a use case works go through [`Console`].

mod after;
pub(crate) mod audit;
pub(crate) mod bind;
pub(crate) mod check;
pub(crate) mod clock;
pub mod config;
pub(crate) mod connect;
mod context;
pub(crate) mod convert;
pub(crate) mod coverage;
pub(crate) mod delivery;
pub(crate) mod diff;
mod error;
pub(crate) mod explain;
pub(crate) mod files;
pub(crate) mod holidays;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod inspect;
pub(crate) mod kept_roots;
pub(crate) mod letter_texts;
pub(crate) mod lifecycle;
pub(crate) mod list;
pub(crate) mod log;
pub(crate) mod maintenance;
pub(crate) mod mark;
pub(crate) mod open_inventory;
pub(crate) mod output;
pub mod passwords;
pub(crate) mod planning;
pub(crate) mod policy_in_force;
pub(crate) mod policy_new;
pub(crate) mod private_keys;
pub(crate) mod pseudonyms;
pub(crate) mod record;
pub(crate) mod register;
pub(crate) mod report;
pub(crate) mod resolve_id;
pub(crate) mod run;
pub(crate) mod schedule;
mod settings;
pub(crate) mod sheet;
pub(crate) mod show;
pub(crate) mod trial;
pub(crate) mod verify;

pub use context::{Console, Context, Environment, Progress};
pub use error::{AppError, Outcome};
pub use settings::Settings;
