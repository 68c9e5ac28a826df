//! What one address is told: its own holders' certificates and passwords, and nothing of others.

use std::collections::BTreeSet;

use super::body::{BodyBlock, MessageBody};
use super::routing::RecipientBatch;
use crate::certificate::hex;
use crate::lifecycle::{DueReminder, ReminderStep, Reminders, Subject};
use crate::locale::{Lang, Text, fill};
use crate::register::Holder;
use crate::report::{TemplateLine, Templates, View, long_day};

/// What contacts are told of a certificate beyond name, expiry, deadline and steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DetailLevel {
    /// The holder's ID in the register.
    pub holder: bool,
    /// The serial number.
    pub serial: bool,
    /// The fingerprint.
    pub sha256: bool,
    /// Where its file lies.
    pub place: bool,
}

/// Makes the messages to contacts.
#[derive(Clone, Copy, Debug)]
pub struct ContactMessages<'a> {
    /// The fleet as it is shown.
    pub view: View<'a>,
    /// What is due.
    pub reminders: &'a Reminders,
    /// The texts.
    pub templates: &'a Templates,
    /// What stands below.
    pub signature: &'a str,
    /// What is told beyond what is needed.
    pub details: DetailLevel,
}

impl<'a> ContactMessages<'a> {
    /// The message of a parcel.
    pub fn body(&self, batch: &RecipientBatch) -> MessageBody {
        let writer = ContactMessageWriter {
            digests: *self,
            dues: batch.due.iter().map(|at| &self.reminders.due[*at]).collect(),
        };
        let mut body = MessageBody::default();
        writer.write(&mut body, "mail");
        body
    }
}

/// Writes one message.
struct ContactMessageWriter<'a> {
    digests: ContactMessages<'a>,
    dues: Vec<&'a DueReminder>,
}

/// Placeholders that stand for more than a value, each on a line of its own.
const PARTS: [&str; 5] = ["certificates", "steps", "signature", "sender", "contact"];

impl<'a> ContactMessageWriter<'a> {
    /// Adds the lines of a text; those whose values are all unknown are left out.
    fn write(&self, body: &mut MessageBody, text: &str) {
        let mut is_new = true;
        for line in self.digests.templates.lines(text).filter(|line| self.is_known(line)) {
            match line {
                TemplateLine::Blank => is_new = true,
                TemplateLine::Title(title) if text == "mail" => body.subject = self.filled(title),
                TemplateLine::Title(title) => body.push(BodyBlock::Heading(self.filled(title))),
                TemplateLine::Plain(plain) => match line.part(&PARTS).filter(|part| *part != text) {
                    Some(part) => {
                        self.write_part(body, part);
                        is_new = true;
                    }
                    None => add(body, &mut is_new, BodyBlock::Lines(vec![self.filled(plain)])),
                },
                TemplateLine::Right(right) => add(body, &mut is_new, BodyBlock::Lines(vec![self.filled(right)])),
                TemplateLine::Item(item) => add(body, &mut is_new, BodyBlock::Items(vec![self.filled(item)])),
                TemplateLine::Step(step) => add(body, &mut is_new, BodyBlock::Steps(vec![self.filled(step)])),
                TemplateLine::Row(head, value) => {
                    add(body, &mut is_new, BodyBlock::Facts(vec![(self.filled(head), self.filled(value))]));
                }
            }
        }
    }

    fn write_part(&self, body: &mut MessageBody, part: &str) {
        match part {
            "certificates" => self.write_dues(body),
            "steps" => {
                if self.dues.iter().any(|due| !due.is_password()) {
                    self.write(body, "mail-certificate");
                }
                if self.dues.iter().any(|due| due.is_password()) {
                    self.write(body, "mail-password");
                }
            }
            "signature" => {
                let lines: Vec<String> = self.digests.signature.lines().map(|line| line.trim_end().into()).collect();
                if !lines.is_empty() {
                    body.push(BodyBlock::Signature(lines));
                }
            }
            other => self.write(body, other),
        }
    }

    fn write_dues(&self, body: &mut MessageBody) {
        let view = self.digests.view;
        let mut last: Option<&Holder> = None;
        let mut dues = self.dues.clone();
        dues.sort_by_key(|due| (due.holder, due.ends));
        let is_several = self.digests.details.holder || self.holders().len() > 1;
        for due in dues {
            let holder = due.holder(view.fleet);
            // One holder alone is named above already.
            let is_next = |holder: &&Holder| last.is_none_or(|last| last.key != holder.key);
            if let Some(holder) = holder.filter(|holder| is_several && is_next(holder)) {
                body.push(BodyBlock::Heading(match self.digests.details.holder {
                    true => format!("{} ({})", holder.name, holder.key.id),
                    false => holder.name.clone(),
                }));
                last = Some(holder);
            }
            body.push(BodyBlock::Lines(vec![view.message_with(due, long_day)]));
            body.push(BodyBlock::Facts(self.facts(due)));
        }
    }

    /// What is to be known of something due.
    fn facts(&self, due: &DueReminder) -> Vec<(String, String)> {
        let ContactMessages { view, details, .. } = self.digests;
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

    /// Whether a line says something: it names no value, or one that is known.
    fn is_known(&self, line: &TemplateLine) -> bool {
        line.is_known(|name| PARTS.contains(&name) || !self.value(name).is_empty())
    }

    fn filled(&self, text: &str) -> String {
        fill(text, |name| Some(self.value(name))).trim().to_string()
    }

    /// The holders, each once.
    fn holders(&self) -> Vec<&'a Holder> {
        let fleet = self.digests.view.fleet;
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

    fn value(&self, name: &str) -> String {
        let view = self.digests.view;
        let lang = view.lang;
        let urgent = self.dues.iter().min_by_key(|due| rank(due, view));
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

    /// The holder's name, or the first one's and how many more there are.
    fn names(&self) -> String {
        let holders = self.holders();
        let Some(first) = holders.first() else { return String::new() };
        match holders.len() {
            1 => first.name.clone(),
            n => {
                let text = Text { ja: "{name} ほか{n}件", en: "{name} and {n} more" };
                text.fill(self.digests.view.lang, &[("name", &first.name), ("n", &(n - 1))])
            }
        }
    }
}

/// How urgent something due is, the most urgent first.
fn rank(due: &DueReminder, view: View) -> (u8, crate::calendar::Day) {
    let kind = match (due.is_password(), due.step, due.last_application) {
        (true, ..) => 3,
        (false, ReminderStep::Lapsed(_), _) => 0,
        (false, _, Some(last)) if last >= view.fleet.today => 2,
        (false, ..) => 1,
    };
    (kind, due.ends)
}

/// What a message is about, for its subject.
fn headline(due: &DueReminder, view: View) -> String {
    let text = match rank(due, view).0 {
        0 => Text {
            ja: "【至急】証明書の期限が切れています", en: "Urgent: your certificate has expired"
        },
        1 => Text {
            ja: "【至急】証明書の更新を申請してください", en: "Urgent: apply for a new certificate"
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

/// Adds a block, to the one before where that is of its kind and no blank line came between.
fn add(body: &mut MessageBody, is_new: &mut bool, block: BodyBlock) {
    let joins = !std::mem::replace(is_new, false);
    match (body.blocks.last_mut().filter(|_| joins), block) {
        (Some(BodyBlock::Lines(lines)), BodyBlock::Lines(more)) => lines.extend(more),
        (Some(BodyBlock::Items(items)), BodyBlock::Items(more)) => items.extend(more),
        (Some(BodyBlock::Steps(steps)), BodyBlock::Steps(more)) => steps.extend(more),
        (Some(BodyBlock::Facts(facts)), BodyBlock::Facts(more)) => facts.extend(more),
        (_, block) => body.push(block),
    }
}
