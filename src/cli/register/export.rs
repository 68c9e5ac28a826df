//! `shomei register export`.

use crate::app::AppError;
use crate::app::Outcome;
use crate::app::open_inventory;
use crate::app::register as app_register;
use crate::app::sheet;
use std::path::Path;

use clap::ArgMatches;

use super::import;
use super::path_of;
use super::register_name;
use crate::cli::session::Session;
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::locale::{Lang, Text};
use crate::register::{CsvEncoding, write_csv, write_xlsx};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let lang = session.lang;
    let settings = crate::cli::arguments::settings(session, matches);
    let output = path_of(matches, "output");
    let form = output.map_or(Ok(sheet::SheetForm::Csv), |path| sheet::sheet_form(path, lang))?;
    let words = app_register::register_words(&settings.read_policy(session)?);
    let inventory = open_inventory::open_existing(&settings, lang)?;
    let name = register_name(matches);
    let holders = import::known(&inventory, &name).map_err(|error| open_inventory::failed(&error, &settings, lang))?;
    if holders.is_empty() {
        return Err(unknown(&inventory, &name, lang));
    }
    let (bytes, lost) = match form {
        sheet::SheetForm::Xlsx => {
            let path = output.map_or(Path::new("-"), |path| path.as_path());
            let bytes = write_xlsx(&holders, lang, &words);
            (bytes.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?, Vec::new())
        }
        sheet::SheetForm::Csv => write_csv(&holders, lang, &words, encoding(matches)),
    };
    session.write_to(output.map(|path| path.as_path()), |out| out.write_all(&bytes))?;
    crate::cli::tell_unencodable(&lost, lang);
    Ok(if lost.is_empty() { Outcome::Clean } else { Outcome::Found })
}

fn encoding(matches: &ArgMatches) -> CsvEncoding {
    match matches.get_one::<String>("encoding").map(String::as_str) {
        Some("cp932") => CsvEncoding::Cp932,
        _ => CsvEncoding::Utf8Bom,
    }
}

/// DiscardSink stands in a register of that name.
fn unknown(inventory: &Sqlite, name: &str, lang: Lang) -> AppError {
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
    AppError::new(text, lang, &[("name", &name), ("names", &sheet::joined(&names, lang))])
}
