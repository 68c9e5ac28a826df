//! `shomei mark --undo`: a counter-entry.

use crate::app::AppError;
use crate::app::Outcome;
use crate::app::Settings;
use crate::app::open_inventory;
use crate::app::record;
use clap::ArgMatches;

use crate::certificate::hex;
use crate::cli::session::Session;
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, HistoryEntry, MarkRow, instant};
use crate::locale::{Lang, Text};
use crate::register::MarkState;

pub(super) fn run(session: &Session, matches: &ArgMatches, text: &str) -> Result<Outcome, AppError> {
    let lang = session.lang;
    let settings = crate::cli::arguments::settings(session, matches);
    let zone = settings.read_policy(session)?.zone;
    let mut inventory = open_inventory::open_existing(&settings, lang)?;
    let failed = |error| open_inventory::failed(&error, &settings, lang);
    let found = inventory.entries_like(text).map_err(failed)?;
    let entry = the_mark(text, &found, lang)?;
    if let Some((_, at)) = inventory.undone(&entry.id).map_err(failed)? {
        let text = Text {
            ja: "記録 {entry} はすでに取り消されています({at})。",
            en: "entry {entry} was taken back already, at {at}.",
        };
        let entry = short(&inventory, &entry.id, &settings, lang)?;
        return Err(AppError::new(text, lang, &[("entry", &entry), ("at", &zone.local(instant(at)))]));
    }
    let mut stamper = record::stamper(&inventory, session, &settings)?;
    let undo = stamper.entry(EntryBody::Undo { entry: entry.id, by: crate::cli::arguments::who(session, matches) });
    record::record(&mut inventory, vec![undo], &settings, lang)?;
    let text = Text {
        ja: "記録 {entry}({state})を取り消しました。\n", en: "Entry {entry} ({state}) is taken back.\n"
    };
    let state = match &entry.body {
        EntryBody::Mark(MarkRow { state, .. }) => MarkState::of_code(state).map_or("", |state| state.title().get(lang)),
        _ => "",
    };
    let entry = short(&inventory, &entry.id, &settings, lang)?;
    session.print(&text.fill(lang, &[("entry", &entry), ("state", &state)]))?;
    Ok(Outcome::Clean)
}

fn short(inventory: &Sqlite, id: &[u8; 16], settings: &Settings, lang: Lang) -> Result<String, AppError> {
    let ids = inventory.office_ids().map_err(|error| open_inventory::failed(&error, settings, lang))?;
    Ok(record::ShortNames::of(&ids).name(id))
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
