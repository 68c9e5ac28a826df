//! What a report is limited to.

use crate::locale::{Lang, Text};
use crate::register::Holder;

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

    /// Sets what `key` is limited to; an unknown key is refused.
    pub fn set(&mut self, key: &str, value: &str) -> bool {
        let place = match key {
            "prefecture" => &mut self.prefecture,
            "contact" => &mut self.contact,
            "host" => &mut self.host,
            "tag" => &mut self.tag,
            "holder" => &mut self.holder,
            _ => return false,
        };
        *place = Some(value.to_string());
        true
    }

    /// Whether a holder is in it, as far as the register tells.
    pub(super) fn holds(&self, holder: &Holder) -> bool {
        let is = |wanted: &Option<String>, of: &Option<String>| wanted.is_none() || wanted == of;
        let contact = &holder.contact;
        is(&self.prefecture, &holder.prefecture)
            && is(&self.tag, &holder.tag)
            && (is(&self.contact, &contact.person) || is(&self.contact, &contact.mail))
            && self.holder.as_ref().is_none_or(|wanted| {
                *wanted == holder.key.id || *wanted == format!("{}/{}", holder.key.register, holder.key.id)
            })
    }

    /// In words; empty where it is not limited.
    pub(super) fn words(&self, lang: Lang) -> String {
        let values = [&self.prefecture, &self.contact, &self.host, &self.tag, &self.holder];
        let said = Scope::KEYS
            .iter()
            .zip(values)
            .filter_map(|((_, name), value)| Some(format!("{} {}", name.get(lang), value.as_ref()?)));
        said.collect::<Vec<_>>().join(Text { ja: "、", en: ", " }.get(lang))
    }
}
