//! Certificates without holder: out in a table to be filled in, and back.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use super::candidates::{self, MatchedSubjects, UnmatchedCertificate};
use crate::app::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use crate::app::{AppError, Context, bind, open_inventory, sheet};
use crate::audit::holding::{HolderMatch, MatchBasis};
use crate::audit::{AuditHead, AuditSink, CertificateRecord};
use crate::calendar::{Instant, Zone};
use crate::certificate::{CertificateRole, hex, parse_hex};
use crate::inventory::Store;
use crate::locale::{Lang, Text};
use crate::register::{
    FilledColumn, FilledRow, FilledTable, FormTable, GridCell, HolderKey, ManualBinding, RegisterState, plain,
};

/// The columns, in order.
const HEADINGS: [FilledColumn; 11] = [
    heading("台帳ID", "holder ID"),
    heading("台帳名", "register"),
    heading("証明書の所有者", "subject"),
    heading("表示名", "friendly name"),
    heading("有効期限", "expires on"),
    heading("PC", "host"),
    heading("ファイル", "file"),
    heading("シリアル番号", "serial"),
    heading("候補", "candidates"),
    heading("根拠", "evidence"),
    heading("SHA-256", "SHA-256"),
];
const ID: usize = 0;
const REGISTER: usize = 1;
const SHA256: usize = 10;

const fn heading(ja: &'static str, en: &'static str) -> FilledColumn {
    FilledColumn { title: Text { ja, en }, also: &[] }
}

/// What is filled in where a certificate has no holder. A hyphen is not among them: in an office's
/// list it stands for "nothing known".
const NOBODY: [&str; 2] = ["なし", "nobody"];

/// Certificates that are matched to no holder, with what each may be, and those that were matched
/// by their provider number.
pub struct MatchOverview {
    /// In the order of proposed, in doubt, without candidate; each by place.
    pub certificates: Vec<UnmatchedCertificate>,
    /// The register.
    pub office: RegisterState,
    /// How many valid certificates were matched by the provider number in the subject.
    pub by_number: usize,
    /// The bindings that were recorded.
    pub accepted: usize,
}

impl MatchOverview {
    fn of(context: &Context, opened: &mut OpenInventory) -> Result<MatchOverview, AppError> {
        let office = opened.inventory.office().or_message(&opened.settings, context.lang)?;
        if !office.has_register {
            let text = Text {
                ja: "台帳がまだないため、対応付ける相手がありません。shomei register import で台帳を取り込んでください。",
                en: "there is no register yet, so there is nothing to match to. Import one with shomei register import.",
            };
            return Err(AppError::new(text, context.lang, &[]));
        }
        let mut gathering = Gathering {
            office: &office,
            zone: Zone::UTC,
            at: opened.judging.at,
            certificates: Vec::new(),
            matched: MatchedSubjects::default(),
            by_number: 0,
        };
        opened.judge_into(context, &mut gathering)?;
        let Gathering { mut certificates, matched, by_number, .. } = gathering;
        candidates::find(&mut certificates, &office, &matched);
        certificates.sort_by(|a, b| {
            let key = |one: &UnmatchedCertificate| (one.proposed.is_none(), one.candidates.is_empty());
            key(a).cmp(&key(b)).then_with(|| (&a.path, &a.sha256).cmp(&(&b.path, &b.sha256)))
        });
        Ok(MatchOverview { certificates, office, by_number, accepted: 0 })
    }

    /// Whether there is more than one register to tell apart.
    fn has_registers(&self) -> bool {
        self.office.holders.windows(2).any(|pair| pair[0].key.register != pair[1].key.register)
    }

    /// A holder's ID, with the register where there are several.
    pub fn id(&self, holder: usize) -> String {
        let key = &self.office.holders[holder].key;
        if self.has_registers() { format!("{}/{}", key.register, key.id) } else { key.id.clone() }
    }

    fn row(&self, one: &UnmatchedCertificate, lang: Lang) -> [GridCell; HEADINGS.len()] {
        let text = |text: &str| if text.is_empty() { GridCell::Empty } else { GridCell::Text(text.to_string()) };
        let key = one.proposed.map(|holder| &self.office.holders[holder].key);
        let candidates: Vec<String> = one
            .candidates
            .iter()
            .map(|(holder, _)| &self.office.holders[*holder].key)
            .map(|key| format!("{}/{}", key.register, key.id))
            .collect();
        let evidence: Vec<String> = one
            .candidates
            .iter()
            .map(|(holder, evidence)| {
                let texts: Vec<&str> = evidence.iter().map(|one| one.text().get(lang)).collect();
                format!("{}: {}", self.id(*holder), texts.join(sheet::comma(lang)))
            })
            .collect();
        [
            text(key.map_or("", |key| &key.id)),
            text(key.map_or("", |key| &key.register)),
            text(&one.subject),
            text(&one.friendly_name),
            one.ends_on.map_or(GridCell::Empty, GridCell::Day),
            text(&one.host),
            text(&one.path),
            text(&one.serial),
            text(&candidates.join(sheet::comma(lang))),
            text(&evidence.join("\n")),
            text(&hex(&one.sha256)),
        ]
    }
}

/// The certificates without holder, with their candidates. With `accept`, those that leave no doubt
/// are matched and recorded.
pub fn overview(
    context: &Context,
    inventory: InventoryOptions,
    accept: bool,
    by: Option<String>,
) -> Result<MatchOverview, AppError> {
    let mut opened = OpenInventory::open(context, inventory)?;
    let mut overview = MatchOverview::of(context, &mut opened)?;
    if accept {
        let proposed = |one: &UnmatchedCertificate| {
            let key = overview.office.holders[one.proposed?].key.clone();
            Some((one.sha256, ManualBinding::To(key)))
        };
        let bindings: Vec<_> = overview.certificates.iter().filter_map(proposed).collect();
        // A connection of its own: what was judged for another moment is not kept in this one.
        let settings = opened.settings.clone();
        drop(opened);
        let mut inventory = open_inventory::open(&settings, context)?;
        bind::record_all(context, &mut inventory, &settings, &bindings, by)?;
        overview.accepted = bindings.len();
    }
    Ok(overview)
}

/// Writes the certificates without holder to a table, the candidate filled in where there is no
/// doubt; gives how many there are, and how many are filled in.
pub fn export_unmatched(
    context: &Context,
    inventory: InventoryOptions,
    path: &Path,
) -> Result<(usize, usize), AppError> {
    let lang = context.lang;
    sheet::sheet_form(path, lang)?;
    let mut opened = OpenInventory::open(context, inventory)?;
    let overview = MatchOverview::of(context, &mut opened)?;
    let count = overview.certificates.len();
    // The name of the register is asked for only where there are several.
    let several = overview.has_registers();
    let wanted = |at: &usize| several || *at != REGISTER;
    let shown: Vec<usize> = (0..HEADINGS.len()).filter(wanted).collect();
    let rows = overview.certificates.iter().map(|one| overview.row(one, lang));
    let table = FormTable {
        title: Text { ja: "未対応の証明書", en: "Certificates without holder" }.get(lang).to_string(),
        headers: shown.iter().map(|at| HEADINGS[*at].title.get(lang).to_string()).collect(),
        rows: rows.map(|row| shown.iter().map(|at| row[*at].clone()).collect()).collect(),
    };
    sheet::write_table(context, &table, path)?;
    Ok((count, overview.certificates.iter().filter(|one| one.proposed.is_some()).count()))
}

/// Collects the end-entity certificates that are matched to no holder, and the subjects of those
/// that are.
struct Gathering<'a> {
    office: &'a RegisterState,
    zone: Zone,
    at: Instant,
    certificates: Vec<UnmatchedCertificate>,
    matched: MatchedSubjects,
    by_number: usize,
}

impl AuditSink for Gathering<'_> {
    fn begin(&mut self, head: &AuditHead) -> io::Result<()> {
        self.zone = head.policy.zone;
        Ok(())
    }

    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        let facts = &record.facts;
        let ends_on = facts.end().and_then(|end| self.zone.day(end));
        match &facts.holding.of {
            HolderMatch::Unknown | HolderMatch::Ambiguous(_) if facts.role == CertificateRole::EndEntity => {
                self.certificates.push(UnmatchedCertificate::new(facts, ends_on, self.at));
            }
            HolderMatch::Known(key, how) => {
                let is_valid = facts.end().is_some_and(|end| end >= self.at);
                self.by_number += usize::from(*how == MatchBasis::ProviderNumber && is_valid);
                if let Ok(holder) = self.office.holders.binary_search_by(|one| one.key.cmp(key)) {
                    self.matched.add(facts, holder, self.at);
                }
            }
            _ => {}
        }
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
    let office = opened.inventory.office().or_message(&opened.settings, lang)?;
    let ids = by_id(&office);
    let (mut bindings, mut mistakes, mut unchanged) = (Vec::new(), Vec::new(), 0);
    let rows = FilledTable::find(&grid, &HEADINGS, &[ID, SHA256]);
    for row in rows.iter().flat_map(FilledTable::rows).filter(|row| row.text(ID).is_some_and(|id| !is_blank(&id))) {
        let read = certificate(&row, lang).and_then(|sha256| Ok((sha256, bound(&row, &ids, lang)?)));
        let read = match read {
            // A row of another office's table, or a cell that was changed.
            Ok((sha256, _)) if opened.inventory.known(&sha256).or_message(&opened.settings, lang)?.is_none() => {
                Err(unknown(lang))
            }
            read => read,
        };
        match read {
            Ok((sha256, bound)) if office.bindings.get(&sha256) == Some(&bound) => unchanged += 1,
            Ok(binding) => bindings.push(binding),
            Err(what) => mistakes.push(sheet::row_mistake(row.number(), &what, lang)),
        }
    }
    bind::record_all(context, &mut opened.inventory, &opened.settings, &bindings, by)?;
    Ok(MatchesImported { recorded: bindings.len(), unchanged, mistakes })
}

/// Whether a cell holds just a mark for "nothing here".
fn is_blank(id: &str) -> bool {
    plain(id).chars().all(|c| matches!(c, '-' | 'ー' | '―' | ' '))
}

/// Holders by ID, over all registers. Width and case of letters do not matter.
fn by_id(office: &RegisterState) -> HashMap<String, Vec<&HolderKey>> {
    let mut ids: HashMap<String, Vec<&HolderKey>> = HashMap::new();
    office.holders.iter().for_each(|holder| ids.entry(folded(&holder.key.id)).or_default().push(&holder.key));
    ids
}

fn folded(id: &str) -> String {
    plain(id).trim().to_lowercase()
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
fn bound(row: &FilledRow, ids: &HashMap<String, Vec<&HolderKey>>, lang: Lang) -> Result<ManualBinding, String> {
    let shown = row.text(ID).unwrap_or_default();
    // A number is the ID that has these digits, where there is one.
    let id = if ids.contains_key(&folded(&shown)) { shown } else { sheet::id_of(row.cell(ID), lang)? };
    if NOBODY.contains(&folded(&id).as_str()) {
        return Ok(ManualBinding::Nobody);
    }
    let (register, id) = match (row.text(REGISTER), id.split_once('/')) {
        (Some(register), _) => (Some(register), id.clone()),
        (None, Some((register, id))) => (Some(register.to_string()), id.to_string()),
        (None, None) => (None, id.clone()),
    };
    let known = ids.get(&folded(&id)).into_iter().flatten();
    let known: Vec<&&HolderKey> =
        known.filter(|key| register.as_ref().is_none_or(|name| folded(name) == folded(&key.register))).collect();
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
