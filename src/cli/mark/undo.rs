//! `shomei mark --undo`: a counter-entry.

use clap::ArgMatches;

use crate::certificate::hex;
use crate::cli::depot;
use crate::cli::session::Session;
use crate::cli::settings::Settings;
use crate::cli::{Failure, Outcome, bind, office};
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, HistoryEntry, MarkRow, instant};
use crate::locale::{Lang, Text};
use crate::register::MarkState;

pub(super) fn run(session: &Session, matches: &ArgMatches, text: &str) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let settings = Settings::resolve(session, matches)?;
    let zone = settings.policy_alone(session)?.zone;
    let mut inventory = depot::open_existing(&settings, lang)?;
    let failed = |error| depot::failed(&error, &settings, lang);
    let found = inventory.entries_like(text).map_err(failed)?;
    let entry = the_mark(text, &found, lang)?;
    if let Some((_, at)) = inventory.undone(&entry.id).map_err(failed)? {
        let text = Text {
            ja: "記録 {entry} はすでに取り消されています({at})。",
            en: "entry {entry} was taken back already, at {at}.",
        };
        let entry = short(&inventory, &entry.id, &settings, lang)?;
        return Err(Failure::new(text, lang, &[("entry", &entry), ("at", &zone.local(instant(at)))]));
    }
    let mut stamper = office::stamper(&inventory, session, &settings)?;
    let undo = stamper.entry(EntryBody::Undo { entry: entry.id, by: bind::who(matches) });
    office::record(&mut inventory, vec![undo], &settings, lang)?;
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

fn short(inventory: &Sqlite, id: &[u8; 16], settings: &Settings, lang: Lang) -> Result<String, Failure> {
    let ids = inventory.office_ids().map_err(|error| depot::failed(&error, settings, lang))?;
    Ok(office::ShortNames::of(&ids).name(id))
}

/// The one mark among the entries found.
fn the_mark<'a>(text: &str, found: &'a [HistoryEntry], lang: Lang) -> Result<&'a HistoryEntry, Failure> {
    let mut marks = found.iter().filter(|entry| matches!(entry.body, EntryBody::Mark(_)));
    match (marks.next(), marks.next(), found.first()) {
        (Some(mark), None, _) => Ok(mark),
        (Some(_), Some(_), _) => {
            let ids: Vec<String> = found.iter().map(|entry| hex(&entry.id)).collect();
            let wrong = Text {
                ja: "{text} で始まる記録は複数あります。もっと長く指定してください:\n  {ids}",
                en: "several entries begin with {text}. Write more of the ID:\n  {ids}",
            };
            Err(Failure::new(wrong, lang, &[("text", &text), ("ids", &ids.join("\n  "))]))
        }
        (None, _, Some(other)) => Err(Failure::new(no_mark(&other.body), lang, &[("text", &text)])),
        _ => {
            let wrong = Text {
                ja: "{text} で始まる記録はありません。番号(4桁以上)は shomei log で見られます。",
                en: "no entry begins with {text}. shomei log shows the entries; give four digits or more.",
            };
            Err(Failure::new(wrong, lang, &[("text", &text)]))
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
