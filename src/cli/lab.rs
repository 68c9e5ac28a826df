//! `shomei lab`: a made-up fleet for trials, samples and benches. STUB
use clap::{ArgMatches, Command};
use super::session::Session;
use super::{Failure, Outcome};
use crate::locale::Lang;
pub(super) fn command(_lang: Lang) -> Command { Command::new("lab").about("lab") }
pub(super) fn run(_s: &Session, _m: &ArgMatches) -> Result<Outcome, Failure> { Ok(Outcome::Clean) }
