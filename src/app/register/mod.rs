//! The office's own list of holders: taking it in, writing it out, comparing it with certificates.

mod candidates;
mod check;
mod export;
mod import;
mod matching;
mod undo;

pub use candidates::UnmatchedCertificate;
pub use check::check;
pub use export::{RegisterExportOptions, export};
pub use import::{HeaderQuestions, IGNORE, RegisterFile, RegisterImportOptions, import};
pub use matching::{MatchOverview, MatchesImported, export_unmatched, import_matches, overview};
pub use undo::{ImportUndone, undo};

use super::{AppError, Context, Settings, open_inventory};
use crate::app::open_inventory::InventoryResult;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{History, InventoryError, Store};
use crate::policy::{LocalizedText, Policy};
use crate::register::{Holder, PolicyWord, PolicyWords};
use crate::yaml::Phrase;

/// The register where none is named.
pub const DEFAULT: &str = "default";

/// The policy's services and usage categories, as a register spells them.
pub fn register_words(policy: &Policy) -> PolicyWords {
    let word = |id: &str, name: &LocalizedText, words: &[String]| PolicyWord {
        id: id.to_string(),
        title: Phrase { ja: name.ja.clone(), en: name.en.clone() },
        synonyms: words.to_vec(),
    };
    let holders = &policy.holders;
    PolicyWords {
        services: holders.services.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
        uses: holders.uses.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
        categories: holders.categories.iter().map(|one| word(&one.id, &one.name, &one.words)).collect(),
    }
}

/// The holders that stand in a register.
fn known(inventory: &Sqlite, register: &str) -> Result<Vec<Holder>, InventoryError> {
    let holders = inventory.office()?.holders;
    Ok(holders.into_iter().filter(|holder| holder.key.register == register).collect())
}

/// Which header is which column, as it is kept: header and code.
pub type KeptMapping = Vec<(String, String)>;

/// What is kept of the headers of one register, or of all.
pub fn mappings(
    context: &Context,
    settings: &Settings,
    name: Option<String>,
) -> Result<Vec<(String, KeptMapping)>, AppError> {
    if !settings.inventory.value.exists() {
        return Ok(Vec::new());
    }
    let inventory = open_inventory::open(settings, context)?;
    let of = |name: String| inventory.mapping(&name).map(|mapping| (name, mapping));
    let names = name.map_or_else(|| inventory.registers(), |name| Ok(vec![name]));
    names.and_then(|names| names.into_iter().map(of).collect()).or_message(settings, context.lang)
}
