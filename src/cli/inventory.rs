//! `shomei inventory`: what the inventory is, and keeping it safe.

use clap::{ArgMatches, Command};

use super::depot;
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments};
use crate::inventory::Store;
use crate::locale::{Lang, Text};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text { ja: "証明書台帳(DB)を調べ、守ります", en: "Looks after the inventory itself" };
    let info = Text { ja: "件数と大きさを示します", en: "Counts and size" };
    Command::new("inventory")
        .about(about.get(lang))
        .subcommand_required(true)
        .subcommand(Command::new("info").about(info.get(lang)).arg(arguments::inventory(lang)))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let Some((_, matches)) = matches.subcommand() else { return Ok(Outcome::Incomplete) };
    let settings = Settings::resolve(session, matches)?;
    let store = depot::open_existing(&settings, session.lang)?;
    let info = store.info().map_err(|error| depot::failed(&error, &settings, session.lang))?;
    session.print(&format!("{info:?}\n"))?;
    Ok(Outcome::Clean)
}
