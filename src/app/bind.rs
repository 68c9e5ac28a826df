//! Matching a certificate to its holder by hand.

use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::resolve_id::{self, Wanted};
use super::{AppError, Context, Settings, record};
use crate::certificate::{CertificateRole, hex};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{BindingRow, EntryBody, ResolvedId, Store};
use crate::locale::{Lang, Text};
use crate::register::{HolderKey, ManualBinding, MarkTarget};
use crate::report::escape;

/// What a certificate is matched to by hand.
pub enum Binding {
    /// The holder that an ID means.
    Holder(String),
    /// No holder: no rule may match it.
    Nobody,
    /// Nothing any more: rules may match it.
    Undo,
}

/// What a binding is asked for.
pub struct BindOptions {
    pub inventory: InventoryOptions,
    /// What the certificate is named by.
    pub certificate: String,
    pub binding: Binding,
    pub by: Option<String>,
}

/// What a certificate was matched to by hand, and what it is matched to now.
pub struct BindAnswer {
    pub certificate: ResolvedId,
    pub before: Option<ManualBinding>,
    pub now: Option<ManualBinding>,
}

/// Records the holder of a certificate, unless that is recorded already.
pub fn bind(context: &Context, options: BindOptions) -> Result<BindAnswer, AppError> {
    let mut opened = OpenInventory::open(context, options.inventory)?;
    let (certificate, sha256) = resolve_id::certificate(context, &opened, &options.certificate)?;
    let office = opened.inventory.office().or_message(&opened.settings, context.lang)?;
    let before = office.bindings.get(&sha256).cloned();
    let now = match &options.binding {
        Binding::Undo => None,
        Binding::Nobody => Some(ManualBinding::Nobody),
        Binding::Holder(id) => {
            let meant = resolve_id::the(context, &opened, id, Wanted::Holder)?;
            Some(ManualBinding::To(standing(context, &opened, meant)?))
        }
    };
    let known = opened.inventory.known(&sha256).or_message(&opened.settings, context.lang)?;
    let is_of_ca = known.is_some_and(|known| known.role != CertificateRole::EndEntity);
    if let Some(why) = pointless(is_of_ca, before.as_ref(), now.as_ref()) {
        return Err(AppError::new(why, context.lang, &[("certificate", &resolve_id::named(&certificate))]));
    }
    if now != before {
        let bound = now.as_ref().map(BindingRow::new);
        let binding = EntryBody::Binding { sha256, bound, by: options.by };
        record::record_all(context, &mut opened.inventory, [binding], &opened.settings)?;
    }
    Ok(BindAnswer { certificate, before, now })
}

/// Why a certificate cannot be matched by hand.
fn pointless(is_of_ca: bool, before: Option<&ManualBinding>, now: Option<&ManualBinding>) -> Option<Text> {
    match (before, now) {
        _ if is_of_ca => Some(Text {
            ja: "{certificate} は認証局の証明書なので、持ち主を決められません。",
            en: "{certificate} is a CA's certificate and has no holder.",
        }),
        (None, None) => Some(Text {
            ja: "{certificate} の持ち主は手で決められていないので、取り消すものがありません。",
            en: "nobody has said whose {certificate} is, so there is nothing to take back.",
        }),
        _ => None,
    }
}

/// The key of a holder that is in the register.
fn standing(context: &Context, opened: &OpenInventory, meant: ResolvedId) -> Result<HolderKey, AppError> {
    let office = opened.inventory.office().or_message(&opened.settings, context.lang)?;
    let name = resolve_id::named(&meant);
    match resolve_id::target(meant) {
        MarkTarget::Holder(key) if office.holder(&key).is_some() => Ok(key),
        _ => {
            let text = Text {
                ja: "{name} はもう台帳にありません。台帳に戻して取り込み直すか、別の台帳IDを指定してください。",
                en: "{name} no longer stands in the register. Put it back and import the register, or name another.",
            };
            Err(AppError::new(text, context.lang, &[("name", &name)]))
        }
    }
}

/// Records bindings, all or none.
pub fn record_all(
    context: &Context,
    inventory: &mut Sqlite,
    settings: &Settings,
    bindings: &[([u8; 32], ManualBinding)],
    by: Option<String>,
) -> Result<(), AppError> {
    if bindings.is_empty() {
        return Ok(());
    }
    let body = |(sha256, bound): &([u8; 32], ManualBinding)| EntryBody::Binding {
        sha256: *sha256,
        bound: Some(BindingRow::new(bound)),
        by: by.clone(),
    };
    record::record_all(context, inventory, bindings.iter().map(body), settings)
}

/// The holder, for people.
pub fn bound_text(bound: Option<&ManualBinding>, lang: Lang) -> String {
    match bound {
        None => Text { ja: "指定なし", en: "not said" }.get(lang).to_string(),
        Some(ManualBinding::Nobody) => Text { ja: "持ち主なし", en: "nobody's" }.get(lang).to_string(),
        Some(ManualBinding::To(key)) => escape::terminal(&format!("{}/{}", key.register, key.id)).into_owned(),
    }
}

/// The short form of a fingerprint.
pub fn short(sha256: &[u8; 32]) -> String {
    hex(sha256)[..8].to_string()
}
