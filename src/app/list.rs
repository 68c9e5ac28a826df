//! The certificates of the inventory, all or some.

use std::collections::BTreeSet;
use std::io;

use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::report::stray_text;
use super::{AppError, Context};
use crate::audit::rules;
use crate::inventory::{CertificateFilter, ListOrder, Store};
use crate::locale::{Lang, Text, nearest};
use crate::policy::Policy;
use crate::register::asked_prefecture;
use crate::report::{ListHead, ListWriter, Scope, is_same};

/// What a list is asked for.
pub struct ListOptions {
    pub inventory: InventoryOptions,
    pub sort: ListOrder,
    /// What narrows it, as it was typed: a holder as `REGISTER/ID`, a rule in capitals, a usage
    /// category by any of its names.
    pub filter: CertificateFilter,
}

/// Certificates that were chosen.
pub struct CertificateList {
    opened: OpenInventory,
    chosen: Vec<[u8; 32]>,
    known: u64,
    lang: Lang,
}

/// Chooses certificates.
pub fn list(context: &Context, options: ListOptions) -> Result<CertificateList, AppError> {
    let ListOptions { inventory, sort, filter } = options;
    let opened = OpenInventory::open_judged(context, inventory)?;
    let ids = opened.inventory.holder_ids().or_message(&opened.settings, context.lang)?;
    let filter = borne(context, &opened, filter)?;
    let filter = resolved(filter, &opened.judging.policy, &ids, context.lang)?;
    let chosen = opened.inventory.chosen(&filter, sort).or_message(&opened.settings, context.lang)?;
    let known = opened.inventory.certificates(filter.role.as_deref()).or_message(&opened.settings, context.lang)?;
    Ok(CertificateList { opened, chosen, known, lang: context.lang })
}

impl CertificateList {
    /// The head of the list.
    pub fn head(&self) -> ListHead {
        ListHead {
            at: self.opened.judging.at,
            as_of: self.opened.as_of,
            zone: self.opened.judging.policy.zone,
            known: self.known,
            total: self.chosen.len() as u64,
        }
    }

    /// Hands the certificates to a writer, one by one.
    pub fn write(&self, list: &mut dyn ListWriter) -> io::Result<()> {
        for sha256 in &self.chosen {
            if let Some(listed) = self.opened.inventory.listed(sha256).or_message(&self.opened.settings, self.lang)? {
                list.certificate(&listed)?;
            }
        }
        list.end()
    }
}

/// The filter with values as the register and the inventory spell them. One that nothing bears is
/// refused, since an empty list would say that there is nothing to do.
fn borne(context: &Context, opened: &OpenInventory, typed: CertificateFilter) -> Result<CertificateFilter, AppError> {
    let (lang, settings) = (context.lang, &opened.settings);
    let office = opened.inventory.office().or_message(settings, lang)?;
    let hosts = opened.inventory.hosts().or_message(settings, lang)?;
    let refuse = |scope: Scope, flag: &str, value: &str| {
        let hosts: BTreeSet<&str> = hosts.iter().map(String::as_str).collect();
        let stray = scope.stray(&office.holders, &hosts);
        stray.map_or(Ok(()), |stray| Err(stray_text(&format!("--{flag} {value}"), &stray, lang)))
    };
    let mut filter = typed;
    if let Some(host) = filter.host.take() {
        let known = hosts.iter().find(|known| is_same(known, &host)).cloned();
        let scope = Scope { host: Some(known.clone().unwrap_or_else(|| host.clone())), ..Scope::default() };
        refuse(scope, "host", &host)?;
        filter.host = known;
    }
    if let Some(prefecture) = filter.prefecture.take() {
        let asked = asked_prefecture(&prefecture);
        refuse(Scope { prefecture: Some(asked.clone()), ..Scope::default() }, "prefecture", &prefecture)?;
        filter.prefecture = Some(asked);
    }
    if let Some(tag) = filter.tag.take() {
        refuse(Scope { tag: Some(tag.clone()), ..Scope::default() }, "tag", &tag)?;
        let known = office.holders.iter().filter_map(|holder| holder.tag.clone()).find(|known| is_same(known, &tag));
        filter.tag = Some(known.unwrap_or(tag));
    }
    if let Some(text) = filter.holder.take() {
        let text = text.strip_prefix("holder:").map_or(text.clone(), str::to_string);
        let scope = Scope { holder: Some(text.clone()), ..Scope::default() };
        let standing = office.holders.iter().find(|holder| scope.holds(holder));
        // Holders that left the register had certificates, too.
        let removed = opened.inventory.removed_holders().or_message(settings, lang)?;
        let left =
            removed.iter().any(|one| one.key.id == text || format!("{}/{}", one.key.register, one.key.id) == text);
        if standing.is_none() && !left {
            refuse(scope, "holder", &text)?;
        }
        filter.holder = Some(match standing {
            Some(holder) if is_same(&holder.key.id, &text) => holder.key.id.clone(),
            Some(holder) => format!("{}/{}", holder.key.register, holder.key.id),
            None => text,
        });
    }
    Ok(filter)
}

/// The filter with what is in the inventory and the policy in place of what was typed.
fn resolved(
    typed: CertificateFilter,
    policy: &Policy,
    ids: &[String],
    lang: Lang,
) -> Result<CertificateFilter, AppError> {
    let (register, holder) = typed.holder.map_or((None, None), |text| holder(&text, ids));
    Ok(CertificateFilter {
        holder,
        register,
        category: typed.category.map(|word| category(&word, policy, lang)).transpose()?,
        generation: typed.generation.map(|word| generation(word, policy, lang)).transpose()?,
        rule: typed.rule.map(|code| rule(&code, lang)).transpose()?,
        ..typed
    })
}

/// Register and ID of what is written `REGISTER/ID` or just `ID`; an ID may hold a slash itself.
fn holder(text: &str, known: &[String]) -> (Option<String>, Option<String>) {
    let text = text.strip_prefix("holder:").unwrap_or(text);
    match text.split_once('/') {
        Some((register, id)) if !known.iter().any(|known| known == text) => (Some(register.into()), Some(id.into())),
        _ => (None, Some(text.into())),
    }
}

fn rule(code: &str, lang: Lang) -> Result<String, AppError> {
    let code = code.to_lowercase();
    if rules::rule(&code).is_some() {
        return Ok(code);
    }
    let unknown = Text {
        ja: "{code} という規則はありません。一覧は shomei explain --list で見られます。",
        en: "there is no rule {code}. shomei explain --list shows them all.",
    };
    let instead = Text {
        ja: "{code} という規則はありません。{near} のことですか。一覧は shomei explain --list で見られます。",
        en: "there is no rule {code}; did you mean {near}? shomei explain --list shows them all.",
    };
    Err(match nearest(&code, rules::codes()) {
        Some(near) => AppError::new(instead, lang, &[("code", &code), ("near", &near)]),
        None => AppError::new(unknown, lang, &[("code", &code)]),
    })
}

/// The id of a usage category, given as the policy or a register writes it.
fn category(word: &str, policy: &Policy, lang: Lang) -> Result<String, AppError> {
    let categories = &policy.holders.categories;
    let found = categories.iter().find(|category| category.id == word || category.words.iter().any(|w| w == word));
    let ids = || categories.iter().map(|category| category.id.as_str()).collect();
    found.map(|category| category.id.clone()).ok_or_else(|| not_of_policy("category", word, ids(), lang))
}

fn generation(word: String, policy: &Policy, lang: Lang) -> Result<String, AppError> {
    let pins = || policy.authorities.iter().flat_map(|authority| &authority.pins).map(|pin| pin.id.as_str());
    match pins().any(|id| id == word) {
        true => Ok(word),
        false => Err(not_of_policy("generation", &word, pins().collect(), lang)),
    }
}

fn not_of_policy(flag: &str, word: &str, known: Vec<&str>, lang: Lang) -> AppError {
    let some = Text {
        ja: "--{flag} の値 {word} はポリシーにありません。使えるのは {known} です。",
        en: "--{flag} {word} is not in the policy, which has {known}.",
    };
    let none = Text {
        ja: "--{flag} の値 {word} はポリシーにありません。このポリシーには1つもありません。",
        en: "--{flag} {word} is not in the policy, which has none.",
    };
    let text = if known.is_empty() { none } else { some };
    AppError::new(text, lang, &[("flag", &flag), ("word", &word), ("known", &known.join(", "))])
}
