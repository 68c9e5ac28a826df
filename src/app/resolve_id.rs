//! Resolving the IDs that people type: certificates and holders.

use super::open_inventory::{InventoryResult, OpenInventory};
use super::{AppError, Context};
use crate::certificate::hex;
use crate::inventory::Store;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{InventoryError, ResolvedId};
use crate::locale::{Lang, Text, nearest};
use crate::register::{Holder, HolderKey, MarkTarget, plain};
use crate::report::{escape, is_same};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A certificate.
    Certificate,
    /// A holder.
    Holder,
    /// One or the other.
    Either,
}

/// Why an ID means nothing, or too much.
#[derive(Debug)]
pub struct Unclear {
    id: String,
    wanted: Wanted,
    candidates: Vec<ResolvedId>,
    near: Option<String>,
}

/// Candidates that are named, at most.
const NAMED: usize = 10;

/// What `id` means, if it is just one thing.
pub fn one(inventory: &Sqlite, id: &str, wanted: Wanted) -> Result<Result<ResolvedId, Unclear>, InventoryError> {
    let id = id.trim();
    let fits = |meant: &ResolvedId| match wanted {
        Wanted::Certificate => matches!(meant, ResolvedId::Certificate(..)),
        Wanted::Holder => matches!(meant, ResolvedId::Holder(..)),
        Wanted::Either => true,
    };
    let mut meant = inventory.resolve_id(id)?;
    if meant.is_empty() {
        // Registers are read with full-width letters and digits for what they are.
        meant = inventory.resolve_id(&plain(id))?;
    }
    if meant.is_empty() && wanted != Wanted::Certificate {
        meant = named_holders(inventory, id)?;
    }
    meant.retain(fits);
    Ok(match <[ResolvedId; 1]>::try_from(meant) {
        Ok([meant]) => Ok(meant),
        Err(candidates) => {
            let near = if candidates.is_empty() { near(inventory, id, wanted)? } else { None };
            Err(Unclear { id: id.to_string(), wanted, candidates, near })
        }
    })
}

/// The holders in the register with this name or provider number, or with this ID in other width or
/// case.
fn named_holders(inventory: &Sqlite, id: &str) -> Result<Vec<ResolvedId>, InventoryError> {
    let id = id.strip_prefix("holder:").unwrap_or(id);
    let fits = |holder: &&Holder| {
        let numbers = holder.lines.iter().filter_map(|line| line.provider_number.as_deref());
        is_same(&holder.name, id) || is_same(&holder.key.id, id) || numbers.into_iter().any(|one| is_same(one, id))
    };
    let office = inventory.office()?;
    let found = office.holders.iter().filter(fits);
    Ok(found.map(|one| ResolvedId::Holder(one.key.register.clone(), one.key.id.clone(), one.name.clone())).collect())
}

/// The holder whose ID or name is nearest: first one whose name has the text in it.
fn near(inventory: &Sqlite, id: &str, wanted: Wanted) -> Result<Option<String>, InventoryError> {
    if wanted == Wanted::Certificate {
        return Ok(None);
    }
    let office = inventory.office()?;
    if let [holder] = office.holders.iter().filter(|one| one.name.contains(id)).take(2).collect::<Vec<_>>()[..] {
        return Ok(Some(format!("{} ({})", holder.name, holder.key.id)));
    }
    let ids = inventory.holder_ids()?;
    let id = id.strip_prefix("holder:").unwrap_or(id);
    Ok(nearest(id, ids.iter().map(String::as_str)).map(str::to_string))
}

/// The one thing that `id` means.
pub fn the(context: &Context, opened: &OpenInventory, id: &str, wanted: Wanted) -> Result<ResolvedId, AppError> {
    let found = one(&opened.inventory, id, wanted).or_message(&opened.settings, context.lang)?;
    found.map_err(|unclear| unclear.failure(context.lang))
}

/// The one certificate that `id` means, with its SHA-256.
pub fn certificate(context: &Context, opened: &OpenInventory, id: &str) -> Result<(ResolvedId, [u8; 32]), AppError> {
    match the(context, opened, id, Wanted::Certificate)? {
        meant @ ResolvedId::Certificate(sha256, ..) => Ok((meant, sha256)),
        ResolvedId::Holder(..) => Err(Unclear::nothing(id, Wanted::Certificate).failure(context.lang)),
    }
}

/// The one holder that `id` means.
pub fn holder(context: &Context, opened: &OpenInventory, id: &str) -> Result<HolderKey, AppError> {
    match the(context, opened, id, Wanted::Holder)? {
        ResolvedId::Holder(register, id, _) => Ok(HolderKey { register, id }),
        ResolvedId::Certificate(..) => Err(Unclear::nothing(id, Wanted::Holder).failure(context.lang)),
    }
}

impl Unclear {
    fn nothing(id: &str, wanted: Wanted) -> Unclear {
        Unclear { id: id.to_string(), wanted, candidates: Vec::new(), near: None }
    }

    /// What is wrong and what to do, with the candidates.
    pub fn text(&self, lang: Lang) -> String {
        let id = escape::terminal(&self.id);
        if self.candidates.is_empty() {
            let text = match self.wanted {
                Wanted::Certificate => Text {
                    ja: "{id} という証明書は証明書台帳(DB)にありません。SHA-256 の先頭4桁以上か、シリアル番号を指定してください。",
                    en: "there is no certificate {id} in the inventory. Give four or more digits of its SHA-256, or its serial number.",
                },
                Wanted::Holder => Text {
                    ja: "{id} という台帳ID・名称・事業所番号はありません。複数の台帳があるときは 台帳名/ID の形でも指定できます。",
                    en: "there is no holder {id} in the register, by ID, name or provider number. Where there are several registers, write REGISTER/ID.",
                },
                Wanted::Either => Text {
                    ja: "{id} という証明書も台帳IDもありません。SHA-256 の先頭4桁以上、シリアル番号、台帳ID、名称、事業所番号のいずれかを指定してください。名前の一部や場所からは shomei list で探せます。",
                    en: "{id} is neither a certificate nor a holder. Give four or more digits of a SHA-256, a serial number, or a holder's ID, name or provider number; shomei list finds by part of a name and by place.",
                },
            };
            let mut out = text.fill(lang, &[("id", &id)]);
            if let Some(near) = &self.near {
                let text = Text { ja: "{near} のことですか。", en: " Did you mean {near}?" };
                out += &text.fill(lang, &[("near", &escape::terminal(near))]);
            }
            return out;
        }
        let text = Text {
            ja: "{id} は {n} とおりに読めます。次のどれかを、そのまま指定してください。",
            en: "{id} may mean {n} things. Write one of these:",
        };
        let mut out = text.fill(lang, &[("id", &id), ("n", &self.candidates.len())]);
        self.candidates.iter().take(NAMED).for_each(|one| out += &format!("\n  {}", candidate(one)));
        if self.candidates.len() > NAMED {
            let more = Text { ja: "ほか {n} 件", en: "and {n} more" };
            out += &format!("\n  {}", more.fill(lang, &[("n", &(self.candidates.len() - NAMED))]));
        }
        out
    }

    /// The same, as an error.
    pub fn failure(&self, lang: Lang) -> AppError {
        AppError::Message(self.text(lang))
    }
}

/// A candidate, first as it is to be typed.
fn candidate(meant: &ResolvedId) -> String {
    match meant {
        ResolvedId::Certificate(sha256, serial, subject) => {
            format!("sha256:{}  {}  {}", &hex(sha256)[..16], serial, escape::terminal(subject))
        }
        ResolvedId::Holder(register, id, name) => {
            format!("holder:{}/{}  {}", escape::terminal(register), escape::terminal(id), escape::terminal(name))
        }
    }
}

/// What a mark or a binding is about.
pub fn target(meant: ResolvedId) -> MarkTarget {
    match meant {
        ResolvedId::Certificate(sha256, ..) => MarkTarget::Certificate(sha256),
        ResolvedId::Holder(register, id, _) => MarkTarget::Holder(HolderKey { register, id }),
    }
}

/// What it is called in one line of an answer.
pub fn named(meant: &ResolvedId) -> String {
    match meant {
        ResolvedId::Certificate(sha256, serial, subject) => format!("{} ({serial}) {subject}", &hex(sha256)[..8]),
        ResolvedId::Holder(_, id, name) if name.is_empty() => id.clone(),
        ResolvedId::Holder(_, id, name) => format!("{id} {name}"),
    }
}
