//! A register written out, as import reads it back.

use std::path::{Path, PathBuf};

use crate::app::sheet::{self, SheetForm};
use crate::app::{AppError, Context, Settings, open_inventory};
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::locale::{Lang, Text};
use crate::register::{CsvEncoding, Unencodable, write_csv, write_xlsx};

/// What an export is asked for.
pub struct RegisterExportOptions {
    /// Names the inventory and the policy.
    pub settings: Settings,
    /// The register.
    pub name: String,
    /// Where it goes, whose extension decides the form; none: CSV.
    pub output: Option<PathBuf>,
    pub encoding: CsvEncoding,
}

/// The bytes of a register's file, and what the encoding does not have.
pub fn export(context: &Context, options: &RegisterExportOptions) -> Result<(Vec<u8>, Vec<Unencodable>), AppError> {
    let (lang, settings) = (context.lang, &options.settings);
    let output = options.output.as_deref();
    let form = output.map_or(Ok(SheetForm::Csv), |path| sheet::sheet_form(path, lang))?;
    let words = super::register_words(&settings.read_policy(context)?);
    let inventory = open_inventory::open_existing(settings, context)?;
    let holders = super::known(&inventory, &options.name);
    let holders = holders.map_err(|error| open_inventory::failed(&error, settings, lang))?;
    if holders.is_empty() {
        return Err(unknown(&inventory, &options.name, lang));
    }
    match form {
        SheetForm::Csv => Ok(write_csv(&holders, lang, &words, options.encoding)),
        SheetForm::Xlsx => {
            let path = output.unwrap_or(Path::new("-"));
            let bytes = write_xlsx(&holders, lang, &words);
            Ok((bytes.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?, Vec::new()))
        }
    }
}

/// No holder is in a register of that name.
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
