//! What a report is limited to.

use std::collections::BTreeSet;

use crate::locale::{Lang, Text, nearest};
use crate::policy::bare_prefecture;
use crate::register::{Holder, asked_prefecture, plain};

/// Known values that are named where one is unknown.
const NAMED: usize = 5;

/// What a report is limited to; all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The prefecture, as the register writes it.
    pub prefecture: Option<String>,
    /// The person to turn to, or the mail address.
    pub contact: Option<String>,
    /// The computer on whose disk a certificate lies.
    pub host: Option<String>,
    /// The register's tag.
    pub tag: Option<String>,
    /// The holder's ID, with or without its register: `default/T-001`.
    pub holder: Option<String>,
}

impl Scope {
    /// The keys, as `--scope` spells them, and what they are called.
    pub const KEYS: [(&'static str, Text); 5] = [
        ("prefecture", Text { ja: "都道府県", en: "prefecture" }),
        ("contact", Text { ja: "担当", en: "contact" }),
        ("host", Text { ja: "コンピューター", en: "host" }),
        ("tag", Text { ja: "タグ", en: "tag" }),
        ("holder", Text { ja: "台帳ID", en: "holder" }),
    ];

    /// Whether it is limited at all.
    pub fn is_all(&self) -> bool {
        *self == Scope::default()
    }

    /// Whether it is limited by what a register says.
    pub(super) fn asks_register(&self) -> bool {
        self.prefecture.is_some() || self.contact.is_some() || self.tag.is_some() || self.holder.is_some()
    }

    /// Sets what `key` is limited to; an unknown key is refused, and one that is set already.
    pub fn set(&mut self, key: &str, value: &str) -> bool {
        let place = match key {
            "prefecture" => &mut self.prefecture,
            "contact" => &mut self.contact,
            "host" => &mut self.host,
            "tag" => &mut self.tag,
            "holder" => &mut self.holder,
            _ => return false,
        };
        let value = match key {
            "prefecture" => asked_prefecture(value),
            _ => crate::platform::composed(value).into_owned(),
        };
        place.is_none() && place.replace(value).is_none()
    }

    /// Whether `key` is limited already.
    pub fn has(&self, key: &str) -> bool {
        self.values().any(|(known, _, _)| known == key)
    }

    /// What it is limited by: key, what that is called, value.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'static str, Text, &str)> {
        let values = [&self.prefecture, &self.contact, &self.host, &self.tag, &self.holder];
        Scope::KEYS.into_iter().zip(values).filter_map(|((key, name), value)| Some((key, name, value.as_deref()?)))
    }

    /// Whether a holder is in it, as far as the register tells.
    pub fn holds(&self, holder: &Holder) -> bool {
        let is = |wanted: &Option<String>, of: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| of.as_deref().is_some_and(|of| is_same(of, wanted)))
        };
        let contact = &holder.contact;
        self.prefecture.as_deref().is_none_or(|wanted| {
            holder.prefecture.as_deref().is_some_and(|of| is_same(bare_prefecture(of), bare_prefecture(wanted)))
        }) && is(&self.tag, &holder.tag)
            && (is(&self.contact, &contact.person)
                || self.contact.as_ref().is_none_or(|wanted| contact.addresses().any(|own| own == wanted)))
            && self.holder.as_ref().is_none_or(|wanted| {
                is_same(&holder.key.id, wanted)
                    || is_same(&format!("{}/{}", holder.key.register, holder.key.id), wanted)
            })
    }

    /// Whether a computer is the one, or any is.
    pub(super) fn is_host(&self, host: &str) -> bool {
        self.host.as_deref().is_none_or(|wanted| is_same(host, wanted))
    }

    /// In words; empty where it is not limited.
    pub(super) fn words(&self, lang: Lang) -> String {
        let said = self.values().map(|(_, name, value)| format!("{} {value}", name.get(lang)));
        said.collect::<Vec<_>>().join(Text { ja: "、", en: ", " }.get(lang))
    }

    /// The first value that nothing known bears: on its own already it leaves nothing to tell of.
    pub fn stray(&self, holders: &[Holder], hosts: &BTreeSet<&str>) -> Option<Stray> {
        self.values().find_map(|(key, name, value)| {
            let mut alone = Scope::default();
            alone.set(key, value);
            let known = match key {
                "host" => hosts.iter().any(|host| alone.is_host(host)),
                _ => holders.iter().any(|holder| alone.holds(holder)),
            };
            if known {
                return None;
            }
            let all: BTreeSet<&str> = match key {
                "host" => hosts.clone(),
                _ => holders.iter().flat_map(|holder| borne(key, holder)).collect(),
            };
            Some(Stray { key, name, value: value.to_string(), near: near(value, &all) })
        })
    }
}

/// Whether two values mean the same: width and case are chance.
pub fn is_same(one: &str, other: &str) -> bool {
    let folded = |text: &str| plain(text).trim().to_lowercase();
    one == other || folded(one) == folded(other)
}

/// A value of a scope that nothing known bears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// The key, as `--scope` spells it.
    pub key: &'static str,
    /// What it is called.
    pub name: Text,
    /// The value that was given.
    pub value: String,
    /// Values that are known, the nearest first.
    pub near: Vec<String>,
}

/// What a holder bears under a key.
fn borne<'h>(key: &str, holder: &'h Holder) -> Vec<&'h str> {
    let all = match key {
        "prefecture" => [holder.prefecture.as_deref(), None],
        "contact" => [holder.contact.person.as_deref(), holder.contact.mail.as_deref()],
        "tag" => [holder.tag.as_deref(), None],
        _ => [Some(holder.key.id.as_str()), None],
    };
    all.into_iter().flatten().collect()
}

/// Some of what is known: what is spelt nearly so, then what has it in it, then the first others.
fn near(value: &str, known: &BTreeSet<&str>) -> Vec<String> {
    let spelt = nearest(value, known.iter().copied());
    let within = known.iter().copied().filter(|one| one.contains(value) || value.contains(one));
    let mut named: Vec<String> = Vec::new();
    for one in spelt.into_iter().chain(within).chain(known.iter().copied()) {
        if named.len() < NAMED && !named.iter().any(|other| other == one) {
            named.push(one.to_string());
        }
    }
    named
}

/// What a limited report leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Excluded {
    /// Certificates.
    pub certificates: u64,
    /// Those of them that no register knows: a scope by the register cannot hold them.
    pub unregistered: u64,
    /// Units of billing.
    pub units: u64,
    /// Findings.
    pub findings: u64,
    /// Certificates to be renewed some day.
    pub renewals: u64,
    /// Changes, where they are told of.
    pub changes: u64,
}

impl Excluded {
    /// In a sentence.
    pub(super) fn sentence(&self, lang: Lang) -> String {
        let text = Text {
            ja: "範囲の外なので載せず、数えてもいないもの: 証明書 {certificates}(うち台帳にないもの {unregistered})、請求の単位 {units}、指摘 {findings}、更新計画 {renewals}、変化 {changes}。",
            en: "Outside the scope, neither shown nor counted: certificates {certificates} (of no register {unregistered}), units of billing {units}, findings {findings}, renewals {renewals}, changes {changes}.",
        };
        text.fill(
            lang,
            &[
                ("certificates", &self.certificates),
                ("unregistered", &self.unregistered),
                ("units", &self.units),
                ("findings", &self.findings),
                ("renewals", &self.renewals),
                ("changes", &self.changes),
            ],
        )
    }
}
