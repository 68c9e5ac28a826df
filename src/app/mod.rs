//! What shomei does for its users, one file a use case: plain structs go in, values come out.
//!
//! A use case takes a [`Context`] and its options, reads and writes what it is about, and gives
//! back what it found; whoever calls shows it and decides on the exit code. The command line is
//! one caller, a service may be another. What borrows from an open inventory cannot be given back:
//! such an answer is handed to a function that shows it.
//!
//! Absent here: command line arguments, standard output, the clock, the environment. What must be
//! asked or told while a use case works goes through [`Console`].

pub mod audit;
pub mod config;
mod context;
pub mod delivery;
pub mod diff;
mod error;
pub mod files;
pub mod holidays;
pub mod import;
pub mod init;

pub mod kept_roots;
pub mod letter_texts;
pub mod lifecycle;
pub mod open_inventory;
pub mod output;
pub mod passwords;
pub mod planning;
pub mod policy_in_force;
pub mod pseudonyms;
pub mod record;
pub mod register;
pub mod report;
pub mod resolve_id;
pub mod run;
pub mod schedule;

mod settings;
pub mod sheet;

pub use context::{Console, Context, Environment, Progress};
pub use error::{AppError, Outcome};
pub use settings::Settings;
