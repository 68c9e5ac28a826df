//! `shomei register export`.

use std::path::Path;

use clap::ArgMatches;

use super::{import, path_of, register_name};
use crate::cli::office::{self, SheetForm};
use crate::cli::session::Session;
use crate::cli::settings::Settings;
use crate::cli::{Failure, Outcome, depot};
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::locale::{Lang, Text};
use crate::register::{CsvEncoding, write_csv, write_xlsx};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let settings = Settings::resolve(session, matches)?;
    let output = path_of(matches, "output");
    let form = output.map_or(Ok(SheetForm::Csv), |path| office::sheet_form(path, lang))?;
    let words = office::words(&settings.policy_alone(session)?);
    let inventory = depot::open_existing(&settings, lang)?;
    let name = register_name(matches);
    let holders = import::known(&inventory, &name).map_err(|error| depot::failed(&error, &settings, lang))?;
    if holders.is_empty() {
        return Err(unknown(&inventory, &name, lang));
    }
    let (bytes, lost) = match form {
        SheetForm::Xlsx => {
            let path = output.map_or(Path::new("-"), |path| path.as_path());
            let bytes = write_xlsx(&holders, lang, &words);
            (bytes.map_err(|error| office::about_file(path, &error.text(lang), lang))?, Vec::new())
        }
        SheetForm::Csv => write_csv(&holders, lang, &words, encoding(matches)),
    };
    session.write_to(output.map(|path| path.as_path()), |out| out.write_all(&bytes))?;
    office::tell_unencodable(&lost, lang);
    Ok(if lost.is_empty() { Outcome::Clean } else { Outcome::Found })
}

fn encoding(matches: &ArgMatches) -> CsvEncoding {
    match matches.get_one::<String>("encoding").map(String::as_str) {
        Some("cp932") => CsvEncoding::Cp932,
        _ => CsvEncoding::Utf8Bom,
    }
}

/// Nobody stands in a register of that name.
fn unknown(inventory: &Sqlite, name: &str, lang: Lang) -> Failure {
    let names = inventory.registers().unwrap_or_default();
    let text = match names.is_empty() {
        true => Text {
            ja: "台帳はまだありません。shomei register import で取り込んでください。",
            en: "there is no register yet; take one in with shomei register import.",
        },
        false => Text {
            ja: "台帳「{name}」には誰もいません。台帳は {names} です(--name で指定)。",
            en: "nobody stands in the register \"{name}\". There are {names} (--name).",
        },
    };
    Failure::new(text, lang, &[("name", &name), ("names", &office::joined(&names, lang))])
}
