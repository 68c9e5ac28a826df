//! `shomei register check`: who cannot bill next month, and why.

use clap::ArgMatches;

use super::path_of;
use crate::cli::depot::{self, Depot};
use crate::cli::session::Session;
use crate::cli::{Failure, Outcome};
use crate::inventory::{Store, instant};
use crate::locale::{Lang, Text};
use crate::report::{Check, Gone};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let mut depot = Depot::open(session, matches)?;
    let mut check = Check::new(lang, depot.as_of);
    depot.tell(session, &mut check)?;
    check.look_at_register(gone(&depot, lang)?);
    let output = path_of(matches, "output");
    let style = session.style(output.is_some());
    session.write_to(output.map(|path| path.as_path()), |out| {
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => check.write_json(out),
            Some("csv") => check.write_csv(out),
            _ => check.write_table(out, style),
        }
    })?;
    Ok(match depot.settings.fail_on.value {
        Some(threshold) if check.worst().is_some_and(|worst| worst >= threshold) => Outcome::Found,
        _ => Outcome::Clean,
    })
}

/// Who left the register; that there is one is asked first.
fn gone(depot: &Depot, lang: Lang) -> Result<Vec<Gone>, Failure> {
    let failed = |error| depot::failed(&error, &depot.settings, lang);
    if !depot.inventory.office().map_err(failed)?.has_register {
        let text = Text {
            ja: "台帳がまだないため、誰が請求できるかは答えられません。shomei register import で台帳を取り込んでください。",
            en: "there is no register yet, so nobody knows who has to bill. Take one in with shomei register import.",
        };
        return Err(Failure::new(text, lang, &[]));
    }
    let zone = depot.judging.policy.zone;
    let removed_holders = depot.inventory.removed_holders().map_err(failed)?.into_iter();
    Ok(removed_holders.map(|one| Gone { key: one.key, name: one.name, since: zone.day(instant(one.since)) }).collect())
}
