//! `shomei lab`: a made-up fleet for trials, samples and benches. STUB
use super::session::Session;
use super::{Failure, Outcome};
use crate::locale::Lang;
use clap::{ArgMatches, Command};
pub(super) fn command(_lang: Lang) -> Command {
    Command::new("lab").about("lab")
}
pub(super) fn run(_s: &Session, _m: &ArgMatches) -> Result<Outcome, Failure> {
    Ok(Outcome::Clean)
}
