//! Taking back the last import of a register.

use std::collections::HashMap;

use crate::app::open_inventory::InventoryResult;
use crate::app::{AppError, Context, Settings, open_inventory, record};
use crate::certificate::parse_hex;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, EntryId, History, HistoryEntry, InventoryError, instant};
use crate::locale::Text;

/// An import that was taken back.
pub struct ImportUndone {
    /// When it was recorded, on the clock of the policy's zone.
    pub at: String,
    /// Holders that it had brought and that are out again.
    pub out: usize,
    /// Holders that are as they were before it.
    pub restored: usize,
    /// Holders that something later changed, and that stay.
    pub left: usize,
}

/// Takes back the last import of a register that was not taken back yet: what it recorded of each
/// holder is as before it, unless a later entry changed that.
pub fn undo(context: &Context, settings: &Settings, register: &str) -> Result<ImportUndone, AppError> {
    let lang = context.lang;
    let zone = settings.read_policy(context)?.zone;
    let mut inventory = open_inventory::open_existing(settings, context)?;
    let entries = entries_of(&inventory, register).or_message(settings, lang)?;
    let Some((import, name)) = last_import(&inventory, &entries).or_message(settings, lang)? else {
        let text = Text {
            ja: "台帳「{name}」に、取り消せる取り込みはありません。",
            en: "there is no import of the register \"{name}\" that can be undone.",
        };
        return Err(AppError::new(text, lang, &[("name", &register)]));
    };
    let by = context.environment.login.as_deref();
    let (bodies, mut undone) = restored(&entries, &name, by);
    let at = entries.iter().filter(|entry| import_of(&entry.body) == Some(name.as_str())).map(|entry| entry.at).min();
    undone.at = at.map(|at| zone.local(instant(at)).to_string()).unwrap_or_default();
    let undo = EntryBody::Undo { entry: import, by: by.map(Into::into) };
    record::record_all(context, &mut inventory, bodies.into_iter().chain([undo]), settings)?;
    Ok(undone)
}

/// What was ever recorded of a register's holders and headers, oldest first.
fn entries_of(inventory: &Sqlite, register: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
    let mut entries = Vec::new();
    inventory.entries(&["holder", "mapping"], &mut |entry| {
        if matches!(&entry.body, EntryBody::Holder { register: of, .. } | EntryBody::Mapping { register: of, .. } if of == register)
        {
            entries.push(entry);
        }
        Ok(())
    })?;
    Ok(entries)
}

fn import_of(body: &EntryBody) -> Option<&str> {
    match body {
        EntryBody::Holder { import, .. } | EntryBody::Mapping { import, .. } => import.as_deref(),
        _ => None,
    }
}

/// The last import that is in force, by its ID and as entries name it.
fn last_import(inventory: &Sqlite, entries: &[HistoryEntry]) -> Result<Option<(EntryId, String)>, InventoryError> {
    let mut asked: Vec<&str> = Vec::new();
    for name in entries.iter().rev().filter_map(|entry| import_of(&entry.body)) {
        if asked.contains(&name) {
            continue;
        }
        asked.push(name);
        let Some(id) = parse_hex(name).and_then(|bytes| EntryId::try_from(bytes).ok()) else { continue };
        if inventory.undone(&id)?.is_none() {
            return Ok(Some((id, name.to_string())));
        }
    }
    Ok(None)
}

/// What is to be recorded so that everything is as before an import.
fn restored(entries: &[HistoryEntry], import: &str, by: Option<&str>) -> (Vec<EntryBody>, ImportUndone) {
    let mut undone = ImportUndone { at: String::new(), out: 0, restored: 0, left: 0 };
    // Of each subject: the body before the import, the import's, and the last.
    let mut subjects: HashMap<(&str, String), [Option<&EntryBody>; 3]> = HashMap::new();
    let mut order = Vec::new();
    for entry in entries {
        let key = (entry.body.kind(), entry.body.subject());
        let [before, own, last] = subjects.entry(key.clone()).or_insert_with(|| {
            order.push(key);
            [None; 3]
        });
        match import_of(&entry.body) == Some(import) {
            true => *own = Some(&entry.body),
            false if own.is_none() => *before = Some(&entry.body),
            false => {}
        }
        *last = Some(&entry.body);
    }
    let mut bodies = Vec::new();
    for key in &order {
        let Some([before, Some(own), Some(last)]) = subjects.get(key) else { continue };
        if !std::ptr::eq(*own, *last) {
            undone.left += usize::from(key.0 == "holder");
            continue;
        }
        match own {
            EntryBody::Holder { register, id, .. } => {
                // With the name of the import that it comes from: that one can be taken back next.
                let (holder, import) = match before {
                    Some(EntryBody::Holder { holder, import, .. }) => (holder.clone(), import.clone()),
                    _ => (None, None),
                };
                match holder.is_some() {
                    true => undone.restored += 1,
                    false => undone.out += 1,
                }
                let by = by.map(Into::into);
                bodies.push(EntryBody::Holder { register: register.clone(), id: id.clone(), holder, by, import });
            }
            EntryBody::Mapping { register, .. } => {
                let (columns, import) = match before {
                    Some(EntryBody::Mapping { columns, import, .. }) => (columns.clone(), import.clone()),
                    _ => (Vec::new(), None),
                };
                bodies.push(EntryBody::Mapping { register: register.clone(), columns, import });
            }
            _ => {}
        }
    }
    (bodies, undone)
}
