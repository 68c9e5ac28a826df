//! Taking a mark back: a counter-entry.

use crate::app::record::{self, ShortNames};
use crate::app::{AppError, Context, Settings, open_inventory};
use crate::certificate::hex;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, History, HistoryEntry, MarkRow, instant};
use crate::locale::{Lang, Text};
use crate::register::MarkState;

/// A mark that was taken back.
pub struct Undone {
    /// The short name of its entry.
    pub entry: String,
    /// Its state; none where a later version wrote it.
    pub state: Option<MarkState>,
}

/// Takes a mark back.
pub fn undo(context: &Context, settings: &Settings, text: &str, by: Option<String>) -> Result<Undone, AppError> {
    let lang = context.lang;
    let zone = settings.read_policy(context)?.zone;
    let mut inventory = open_inventory::open_existing(settings, context)?;
    let failed = |error| open_inventory::failed(&error, settings, lang);
    let found = inventory.entries_like(text).map_err(failed)?;
    let entry = the_mark(text, &found, lang)?;
    if let Some((_, at)) = inventory.undone(&entry.id).map_err(failed)? {
        let text = Text {
            ja: "記録 {entry} はすでに取り消されています({at})。",
            en: "entry {entry} was taken back already, at {at}.",
        };
        let entry = short(&inventory, &entry.id, settings, lang)?;
        return Err(AppError::new(text, lang, &[("entry", &entry), ("at", &zone.local(instant(at)))]));
    }
    let mut stamper = record::stamper(&inventory, context, settings)?;
    let undo = stamper.entry(EntryBody::Undo { entry: entry.id, by });
    record::record(&mut inventory, vec![undo], settings, lang)?;
    let state = match &entry.body {
        EntryBody::Mark(MarkRow { state, .. }) => MarkState::of_code(state),
        _ => None,
    };
    Ok(Undone { entry: short(&inventory, &entry.id, settings, lang)?, state })
}

fn short(inventory: &Sqlite, id: &[u8; 16], settings: &Settings, lang: Lang) -> Result<String, AppError> {
    let ids = inventory.office_ids().map_err(|error| open_inventory::failed(&error, settings, lang))?;
    Ok(ShortNames::of(&ids).name(id))
}

/// The one mark among the entries found.
fn the_mark<'a>(text: &str, found: &'a [HistoryEntry], lang: Lang) -> Result<&'a HistoryEntry, AppError> {
    let mut marks = found.iter().filter(|entry| matches!(entry.body, EntryBody::Mark(_)));
    match (marks.next(), marks.next(), found.first()) {
        (Some(mark), None, _) => Ok(mark),
        (Some(_), Some(_), _) => {
            let ids: Vec<String> = found.iter().map(|entry| hex(&entry.id)).collect();
            let wrong = Text {
                ja: "{text} で始まる記録は複数あります。もっと長く指定してください:\n  {ids}",
                en: "several entries begin with {text}. Write more of the ID:\n  {ids}",
            };
            Err(AppError::new(wrong, lang, &[("text", &text), ("ids", &ids.join("\n  "))]))
        }
        (None, _, Some(other)) => Err(AppError::new(no_mark(&other.body), lang, &[("text", &text)])),
        _ => {
            let wrong = Text {
                ja: "{text} で始まる記録はありません。番号(4桁以上)は shomei log で見られます。",
                en: "no entry begins with {text}. shomei log shows the entries; give four digits or more.",
            };
            Err(AppError::new(wrong, lang, &[("text", &text)]))
        }
    }
}

/// What an entry is that is no mark, and how such a thing is taken back.
fn no_mark(body: &EntryBody) -> Text {
    match body {
        EntryBody::Binding { .. } => Text {
            ja: "{text} は持ち主の記録です。shomei bind で決め直すか、bind --undo で取り消してください。",
            en: "{text} is a binding and no mark. Bind anew with shomei bind, or take it back with bind --undo.",
        },
        EntryBody::Undo { .. } => Text {
            ja: "{text} は取り消しの記録です。取り消しは取り消せません。もう一度記録してください。",
            en: "{text} took a mark back, which cannot be taken back itself. Record the mark again.",
        },
        _ => Text {
            ja: "{text} は台帳の変更の記録です。台帳を直して取り込み直してください。",
            en: "{text} is a change of the register and no mark. Correct the register and import it again.",
        },
    }
}
