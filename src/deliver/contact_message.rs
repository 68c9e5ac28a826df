//! The message to one mail address: its own holders' certificates and passwords, and nothing of others.

use std::collections::BTreeSet;

use super::body::{BodyBlock, MessageBody};
use super::routing::RecipientBatch;
use crate::certificate::hex;
use crate::lifecycle::{DueReminder, ReminderStep, Reminders, Subject};
use crate::locale::{Lang, Text};
use crate::register::Holder;
use crate::report::{TemplateLine, Templates, TextBlock, TextValues, View, letter_address, letter_system, long_day};

/// What messages to contacts say of a certificate beyond name, expiry, deadline and steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetailLevel {
    /// The holder's ID in the register.
    pub holder: bool,
    /// The serial number.
    pub serial: bool,
    /// The fingerprint.
    pub sha256: bool,
    /// The path of its file.
    pub place: bool,
}

/// Makes the messages to contacts.
#[derive(Clone, Copy, Debug)]
pub struct ContactMessages<'a> {
    /// The certificates, and how they are shown.
    pub view: View<'a>,
    /// What is due.
    pub reminders: &'a Reminders,
    /// The texts.
    pub templates: &'a Templates,
    /// The signature at the end.
    pub signature: &'a str,
    /// What they say beyond what is needed.
    pub details: DetailLevel,
}

impl<'a> ContactMessages<'a> {
    /// The message to the recipient of a batch.
    pub fn body(&self, batch: &RecipientBatch) -> MessageBody {
        let dues = batch.due.iter().map(|at| &self.reminders.due[*at]).collect();
        let values = MessageValues { messages: *self, dues, inside: &[MAIL] };
        let mut subject = String::new();
        let mut lines = Vec::new();
        for line in self.templates.lines(MAIL) {
            match line {
                TemplateLine::Title(title) if values.is_known(&line) => subject = values.filled(title),
                TemplateLine::Title(_) => {}
                line => lines.push(line),
            }
        }
        MessageBody { subject, blocks: values.blocks(lines.into_iter()) }
    }
}

/// What the placeholders mean in one message.
struct MessageValues<'a> {
    messages: ContactMessages<'a>,
    dues: Vec<&'a DueReminder>,
    /// The placeholders that this text takes the place of: within them they have no value, since a
    /// text that is part of itself would never end.
    inside: &'a [&'a str],
}

/// The text of a message; its title is the subject.
const MAIL: &str = "mail";

/// Placeholders that are more than a value.
const PARTS: [&str; 5] = ["certificates", "steps", "signature", "sender", "contact"];

impl TextValues for MessageValues<'_> {
    type Block = BodyBlock;

    fn value(&self, name: &str) -> String {
        let view = self.messages.view;
        let lang = view.lang;
        let urgent = self.dues.iter().min_by_key(|due| rank(due));
        match name {
            "today" => long_day(view.fleet.today, lang),
            "headline" => urgent.map(|due| headline(due, view)).unwrap_or_default(),
            "name" => self.names(),
            "honorific" if self.shared(|holder| holder.contact.person.as_ref()).is_empty() => {
                Text { ja: "御中", en: "" }.get(lang).into()
            }
            "person" => self.shared(|holder| holder.contact.person.as_ref()),
            "postcode" => self.shared(|holder| holder.contact.postcode.as_ref()),
            "address" => self.shared(|holder| holder.contact.address.as_ref()),
            "tel" => self.shared(|holder| holder.contact.tel.as_ref()),
            "fax" => self.shared(|holder| holder.contact.fax.as_ref()),
            "mail" => self.shared(|holder| holder.contact.mail.as_ref()),
            "id" => self.shared(|holder| Some(&holder.key.id)),
            "system" => self.each(|holder| letter_system(view.fleet, holder, lang)),
            "you" => self.each(|holder| letter_address(view.fleet.is_agent(holder)).get(lang).to_string()),
            "ends_on" => urgent.map(|due| long_day(due.ends, lang)).unwrap_or_default(),
            "last_safe_day" => {
                let last = urgent.and_then(|due| due.last_application).filter(|last| *last >= view.fleet.today);
                last.map(|day| long_day(day, lang)).unwrap_or_default()
            }
            "message" => urgent.map(|due| view.message_with(due, long_day)).unwrap_or_default(),
            "category" => {
                let category = urgent.and_then(|due| view.fleet.items[due.item?].category.as_deref());
                category.map(|id| view.category_name(id)).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    fn is_part(&self, name: &str) -> bool {
        PARTS.contains(&name) && !self.inside.contains(&name)
    }

    fn part(&self, name: &str) -> Vec<BodyBlock> {
        let has = |is_password| self.dues.iter().any(|due| due.is_password() == is_password);
        match name {
            "certificates" => self.certificates(),
            "steps" => {
                let texts = [("mail-certificate", has(false)), ("mail-password", has(true))];
                texts.into_iter().filter(|(_, is_due)| *is_due).flat_map(|(text, _)| self.text(name, text)).collect()
            }
            "signature" => {
                let lines: Vec<String> = self.messages.signature.lines().map(|line| line.trim_end().into()).collect();
                if lines.is_empty() { Vec::new() } else { vec![BodyBlock::Signature(lines)] }
            }
            text => self.text(text, text),
        }
    }

    /// Mail programs differ in how they align text: what is at the right in a letter is running text.
    fn right(&self, text: String) -> TextBlock {
        TextBlock::Lines(vec![text])
    }
}

impl<'a> MessageValues<'a> {
    /// The blocks of a text that takes the place of a placeholder.
    fn text(&self, part: &str, text: &str) -> Vec<BodyBlock> {
        let inside = [self.inside, &[part]].concat();
        let values = MessageValues { messages: self.messages, dues: self.dues.clone(), inside: &inside };
        values.blocks(self.messages.templates.lines(text))
    }

    /// The certificates and passwords, by holder.
    fn certificates(&self) -> Vec<BodyBlock> {
        let mut blocks = Vec::new();
        let view = self.messages.view;
        let mut last: Option<&Holder> = None;
        let mut dues = self.dues.clone();
        dues.sort_by_key(|due| (due.holder, due.ends));
        let is_several = self.messages.details.holder || self.holders().len() > 1;
        for due in dues {
            let holder = due.holder(view.fleet);
            // One holder alone is named above already.
            let is_next = |holder: &&Holder| last.is_none_or(|last| last.key != holder.key);
            if let Some(holder) = holder.filter(|holder| is_several && is_next(holder)) {
                blocks.push(TextBlock::Heading(match self.messages.details.holder {
                    true => format!("{} ({})", holder.name, holder.key.id),
                    false => holder.name.clone(),
                }));
                last = Some(holder);
            }
            blocks.push(TextBlock::Lines(vec![view.message_with(due, long_day)]));
            blocks.push(TextBlock::Facts(self.facts(due)));
        }
        blocks.into_iter().map(BodyBlock::from).collect()
    }

    /// Heads and values of something due.
    fn facts(&self, due: &DueReminder) -> Vec<(String, String)> {
        let ContactMessages { view, details, .. } = self.messages;
        let lang = view.lang;
        let mut facts = Vec::new();
        let mut add = |head: Text, value: String| {
            if !value.is_empty() {
                facts.push((head.get(lang).to_string(), value));
            }
        };
        let item = due.item.map(|at| &view.fleet.items[at]);
        if let Some(category) = item.and_then(|item| item.category.as_deref()) {
            add(Text { ja: "証明書利用区分", en: "Category" }, view.category_name(category));
        }
        let ends = match due.is_password() {
            true => Text { ja: "パスワードの期限", en: "Password expires on" },
            false => Text { ja: "有効期限", en: "Expires on" },
        };
        add(ends, long_day(due.ends, lang));
        if let Some(last) = due.last_application.filter(|last| *last >= view.fleet.today) {
            add(Text { ja: "最終申請日", en: "Apply by" }, long_day(last, lang));
        }
        let Some(item) = item else { return facts };
        if details.serial {
            add(Text { ja: "シリアル番号", en: "Serial number" }, item.serial.clone());
        }
        if let (true, Subject::Certificate(sha256)) = (details.sha256, &item.thing) {
            add(Text { ja: "SHA-256", en: "SHA-256" }, hex(sha256));
        }
        if details.place {
            add(Text { ja: "場所", en: "Place" }, item.path.clone());
        }
        facts
    }

    /// The holders, each once.
    fn holders(&self) -> Vec<&'a Holder> {
        let fleet = self.messages.view.fleet;
        let mut seen = BTreeSet::new();
        let holders = self.dues.iter().filter_map(|due| due.holder(fleet));
        holders.filter(|holder| seen.insert(&holder.key)).collect()
    }

    /// A value that all holders share; none where they differ.
    fn shared(&self, of: fn(&Holder) -> Option<&String>) -> String {
        let values: BTreeSet<Option<&String>> = self.holders().into_iter().map(of).collect();
        let only = if values.len() == 1 { values.first().copied().flatten() } else { None };
        only.cloned().unwrap_or_default()
    }

    /// A value of each holder, each once.
    fn each(&self, of: impl Fn(&Holder) -> String) -> String {
        let values: BTreeSet<String> = self.holders().into_iter().map(of).filter(|value| !value.is_empty()).collect();
        let or = Text { ja: "または", en: " or " }.get(self.messages.view.lang);
        values.into_iter().collect::<Vec<_>>().join(or)
    }

    /// The holder's name, or the first one's and how many more there are.
    fn names(&self) -> String {
        let holders = self.holders();
        let Some(first) = holders.first() else { return String::new() };
        match holders.len() {
            1 => first.name.clone(),
            n => {
                let text = Text { ja: "{name} ほか{n}件", en: "{name} and {n} more" };
                text.fill(self.messages.view.lang, &[("name", &first.name), ("n", &(n - 1))])
            }
        }
    }
}

/// How urgent something due is, the most urgent first.
fn rank(due: &DueReminder) -> (u8, crate::calendar::Day) {
    let kind = match (due.is_password(), due.step, due.last_application) {
        (true, ..) => 3,
        (false, ReminderStep::Lapsed(_), _) => 0,
        (false, ..) if due.is_late => 1,
        (false, ..) => 2,
    };
    (kind, due.ends)
}

/// What a message is about, for its subject.
fn headline(due: &DueReminder, view: View) -> String {
    let text = match rank(due).0 {
        0 => Text {
            ja: "【至急】証明書の期限が切れています", en: "Urgent: your certificate has expired"
        },
        1 => Text {
            ja: "【至急】証明書の更新を申請してください", en: "Urgent: apply for a new certificate"
        },
        2 if due.last_application.is_none_or(|last| last < view.fleet.today) => Text {
            ja: "証明書の更新のお願い: 早めに申請してください",
            en: "Please renew your certificate soon",
        },
        2 => Text {
            ja: "証明書の更新のお願い: {last} までに申請してください",
            en: "Please renew your certificate: apply by {last}",
        },
        _ => {
            Text { ja: "システムのパスワードの変更のお願い", en: "Please change your system password" }
        }
    };
    let last = due.last_application.map(|day| short_day(day, view.lang)).unwrap_or_default();
    text.fill(view.lang, &[("last", &last)])
}

/// A day in a subject: `12月1日(火)`, `2026-12-01`.
fn short_day(day: crate::calendar::Day, lang: Lang) -> String {
    match lang {
        Lang::Ja => {
            let week = crate::report::weekday(day).get(lang);
            format!("{}月{}日({week})", u8::from(day.month()), day.day())
        }
        Lang::En => day.to_string(),
    }
}
