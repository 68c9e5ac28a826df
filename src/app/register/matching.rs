//! Certificates without holder: out in a table to be filled in, and back.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use crate::app::open_inventory::{InventoryOptions, OpenInventory};
use crate::app::{AppError, Context, bind, sheet};
use crate::audit::holding::HolderMatch;
use crate::audit::{AuditHead, AuditSink, CertificateRecord};
use crate::calendar::Zone;
use crate::certificate::{CertificateRole, hex, parse_hex};
use crate::inventory::Store;
use crate::locale::{Lang, Text};
use crate::register::{
    FilledColumn, FilledRow, FilledTable, FormTable, GridCell, HolderKey, ManualBinding, RegisterState,
};

/// The columns, in order.
const HEADINGS: [FilledColumn; 10] = [
    heading("台帳ID", "holder ID"),
    heading("台帳名", "register"),
    heading("証明書の所有者", "subject"),
    heading("表示名", "friendly name"),
    heading("有効期限", "expires on"),
    heading("PC", "host"),
    heading("ファイル", "file"),
    heading("シリアル番号", "serial"),
    heading("候補", "candidates"),
    heading("SHA-256", "SHA-256"),
];
const ID: usize = 0;
const REGISTER: usize = 1;
const SHA256: usize = 9;

const fn heading(ja: &'static str, en: &'static str) -> FilledColumn {
    FilledColumn { title: Text { ja, en }, also: &[] }
}

/// What is filled in where a certificate has no holder.
const NOBODY: [&str; 3] = ["なし", "nobody", "-"];

/// Writes the certificates without holder to a table; gives how many there are.
pub fn export_unmatched(context: &Context, inventory: InventoryOptions, path: &Path) -> Result<usize, AppError> {
    let lang = context.lang;
    sheet::sheet_form(path, lang)?;
    let mut opened = OpenInventory::open(context, inventory)?;
    let mut unmatched = Unmatched { lang, zone: Zone::UTC, rows: Vec::new() };
    opened.judge_into(context, &mut unmatched)?;
    let office = opened.inventory.office().map_err(|error| opened.failed(&error, context))?;
    let rows = unmatched.rows;
    let count = rows.len();
    let several = office.holders.windows(2).any(|pair| pair[0].key.register != pair[1].key.register);
    // The name of the register is asked for only where there are several.
    let wanted = |at: &usize| several || *at != REGISTER;
    let shown: Vec<usize> = (0..HEADINGS.len()).filter(wanted).collect();
    let table = FormTable {
        title: Text { ja: "持ち主の分からない証明書", en: "Certificates without holder" }.get(lang).to_string(),
        headers: shown.iter().map(|at| HEADINGS[*at].title.get(lang).to_string()).collect(),
        rows: rows.into_iter().map(|row| shown.iter().map(|at| row[*at].clone()).collect()).collect(),
    };
    sheet::write_table(context, &table, path)?;
    Ok(count)
}

/// Collects the end-entity certificates that are matched to no holder.
struct Unmatched {
    lang: Lang,
    zone: Zone,
    rows: Vec<[GridCell; HEADINGS.len()]>,
}

impl AuditSink for Unmatched {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        self.zone = head.policy.zone;
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        let candidates = match &facts.holding.of {
            HolderMatch::Unknown => String::new(),
            HolderMatch::Ambiguous(keys) => {
                let shown: Vec<String> = keys.iter().map(|key| format!("{}/{}", key.register, key.id)).collect();
                shown.join(sheet::comma(self.lang))
            }
            _ => return Ok(()),
        };
        if facts.role != CertificateRole::EndEntity {
            return Ok(());
        }
        let text = |text: &str| if text.is_empty() { GridCell::Empty } else { GridCell::Text(text.to_string()) };
        let place = facts.places.first();
        self.rows.push([
            GridCell::Empty,
            GridCell::Empty,
            text(&facts.certificate.subject.printed()),
            text(place.and_then(|place| place.friendly_name.as_deref()).unwrap_or("")),
            facts.end().and_then(|end| self.zone.day(end)).map_or(GridCell::Empty, GridCell::Day),
            text(place.and_then(|place| place.host.as_deref()).unwrap_or("")),
            text(place.map_or("", |place| &place.path)),
            text(&facts.certificate.serial.to_string()),
            text(&candidates),
            text(&hex(&facts.certificate.sha256)),
        ]);
        Ok(())
    }
}

/// What a table that was filled in brought.
pub struct MatchesImported {
    /// Certificates whose holder was recorded.
    pub recorded: usize,
    /// Certificates of which the same was recorded before.
    pub unchanged: usize,
    pub mistakes: Vec<String>,
}

/// Records the holders that were filled in; rows in error are passed over.
pub fn import_matches(
    context: &Context,
    inventory: InventoryOptions,
    path: &Path,
    by: Option<String>,
) -> Result<MatchesImported, AppError> {
    let lang = context.lang;
    let mut opened = OpenInventory::open(context, inventory)?;
    let grid = sheet::filled_grid(path, &HEADINGS, &[ID, SHA256], lang)?;
    let failed = |error| opened.failed(&error, context);
    let office = opened.inventory.office().map_err(failed)?;
    let ids = by_id(&office);
    let (mut bindings, mut mistakes, mut unchanged) = (Vec::new(), Vec::new(), 0);
    let rows = FilledTable::find(&grid, &HEADINGS, &[ID, SHA256]);
    for row in rows.iter().flat_map(FilledTable::rows).filter(|row| row.text(ID).is_some()) {
        let read = certificate(&row, lang).and_then(|sha256| Ok((sha256, bound(&row, &ids, lang)?)));
        let read = match read {
            Ok((sha256, _)) if opened.inventory.known(&sha256).map_err(failed)?.is_none() => Err(unknown(lang)),
            read => read,
        };
        match read {
            Ok((sha256, bound)) if office.bindings.get(&sha256) == Some(&bound) => unchanged += 1,
            Ok(binding) => bindings.push(binding),
            Err(what) => mistakes.push(sheet::row_mistake(row.number(), &what, lang)),
        }
    }
    bind::record_all(context, &mut opened, &bindings, by)?;
    Ok(MatchesImported { recorded: bindings.len(), unchanged, mistakes })
}

/// Holders by ID, over all registers.
fn by_id(office: &RegisterState) -> HashMap<&str, Vec<&HolderKey>> {
    let mut ids: HashMap<&str, Vec<&HolderKey>> = HashMap::new();
    office.holders.iter().for_each(|holder| ids.entry(holder.key.id.as_str()).or_default().push(&holder.key));
    ids
}

fn unknown(lang: Lang) -> String {
    Text {
        ja: "その SHA-256 の証明書は証明書台帳(DB)にありません。",
        en: "there is no certificate of this SHA-256 in the inventory.",
    }
    .get(lang)
    .to_string()
}

fn certificate(row: &FilledRow, lang: Lang) -> Result<[u8; 32], String> {
    let text = row.text(SHA256).unwrap_or_default();
    parse_hex(&text).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
        let text = Text {
            ja: "SHA-256 の列が書き出したときのままではありません。書き出し直してください。",
            en: "the column SHA-256 is not as it was written. Write the table again.",
        };
        text.get(lang).to_string()
    })
}

/// The holder that a row names.
fn bound(row: &FilledRow, ids: &HashMap<&str, Vec<&HolderKey>>, lang: Lang) -> Result<ManualBinding, String> {
    let id = sheet::id_of(row.cell(ID), lang)?;
    if NOBODY.contains(&id.as_str()) {
        return Ok(ManualBinding::Nobody);
    }
    let (register, id) = match (row.text(REGISTER), id.split_once('/')) {
        (Some(register), _) => (Some(register), id.clone()),
        (None, Some((register, id))) => (Some(register.to_string()), id.to_string()),
        (None, None) => (None, id.clone()),
    };
    let known = ids.get(id.as_str()).into_iter().flatten();
    let known: Vec<&&HolderKey> =
        known.filter(|key| register.as_ref().is_none_or(|name| *name == key.register)).collect();
    match known[..] {
        [key] => Ok(ManualBinding::To((*key).clone())),
        [] => {
            let text = Text {
                ja: "台帳ID「{id}」は台帳にありません。",
                en: "there is no holder \"{id}\" in the register.",
            };
            Err(text.fill(lang, &[("id", &id)]))
        }
        _ => {
            let names: Vec<String> = known.iter().map(|key| key.register.clone()).collect();
            let text = Text {
                ja: "台帳ID「{id}」は複数の台帳({names})にあります。「台帳名」の列に記入するか、台帳名/ID と書いてください。",
                en: "the holder \"{id}\" stands in several registers ({names}). Fill in \"register\", or write REGISTER/ID.",
            };
            Err(text.fill(lang, &[("id", &id), ("names", &sheet::joined(&names, lang))]))
        }
    }
}
