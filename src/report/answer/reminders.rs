//! What is due to be sent to whom today.

use std::io::{self, Write};

use serde_json::json;

use super::lifecycle::{ROWS, View, write_more};
use crate::calendar::Day;
use crate::lifecycle::{DueReminder, ReminderStep, Reminders};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::{ContactChannel, Holder};
use crate::report::form::{csv, json};
use crate::report::layout::{Style, write_indented};
use crate::report::letter;
use crate::report::list::holder::contact_of;
use crate::report::list::reminder::{Message, REMINDERS, ReminderRow};
use crate::report::list::tracked::{CERTIFICATE, HasCertificate};

/// What is due to be sent to whom today.
#[derive(Clone, Copy, Debug)]
pub struct RemindersReport<'a> {
    view: View<'a>,
    reminders: &'a Reminders,
    recorded: bool,
}

impl<'a> RemindersReport<'a> {
    /// Of what is due; `recorded` tells that the ledger now holds it as said.
    pub fn new(view: View<'a>, reminders: &'a Reminders, recorded: bool) -> RemindersReport<'a> {
        RemindersReport { view, reminders, recorded }
    }

    /// Those to be told to holders that can be reached, or those for the auditors alone.
    fn due(&self, reachable: bool) -> impl Iterator<Item = &'a DueReminder> + '_ {
        let reminders = self.reminders;
        reminders.due.iter().filter(move |due| {
            let contact = due.holder(self.view.fleet).and_then(|holder| contact_of(&holder.contact));
            contact.is_some() == reachable
        })
    }

    /// Writes what is to be said to whom, and what is the auditors' own to look after.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let lang = self.view.lang;
        let text = Text {
            ja: "{day} に案内すること: 連絡先へ {told}件、連絡先のないもの {unreached}件、案内を終えたもの {exhausted}件。",
            en: "Due on {day}: {told} to holders, {unreached} without a contact; no further reminders: {exhausted}.",
        };
        let values: [(&str, &dyn std::fmt::Display); 4] = [
            ("day", &self.view.fleet.today),
            ("told", &self.due(true).count()),
            ("unreached", &self.due(false).count()),
            ("exhausted", &self.reminders.exhausted.len()),
        ];
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&text.fill(lang, &values)))?;
        self.write_due(out, true, style)?;
        self.write_due(out, false, style)?;
        self.write_exhausted(out, style)?;
        let hint = match self.recorded {
            _ if self.reminders.due.is_empty() => {
                Text { ja: "新しく案内することはありません。", en: "There are no new reminders." }
            }
            true => return self.view.write_closing(out, style),
            false => Text {
                ja: "次に: 案内したら --record を付けて実行し、記録してください(記録したことは繰り返しません)。1件なら shomei mark 連絡済 ID。",
                en: "Next: once sent, run it with --record, so that they are not repeated; one alone: shomei mark contacted ID.",
            },
        };
        self.view.write_hint(out, hint, style)
    }

    fn write_due(&self, out: &mut dyn Write, reachable: bool, style: Style) -> io::Result<()> {
        let all = self.due(reachable).count();
        if all == 0 {
            return Ok(());
        }
        let title = match reachable {
            true => Text { ja: "連絡先へ", en: "To holders" },
            false => Text {
                ja: "連絡先のないもの(台帳に連絡先を書くか、証明書を台帳と結び付けてください: shomei register match)",
                en: "Without a contact (write one into the register, or bind the certificate: shomei register match)",
            },
        };
        self.view.write_title(out, title, all, Severity::Warning, style)?;
        for due in self.due(reachable).take(ROWS) {
            let to = due.holder(self.view.fleet).map(|holder| self.to(holder)).filter(|to| !to.is_empty());
            let to = to.map(|to| format!(" → {to}")).unwrap_or_default();
            write_indented(out, "  - ", &format!("{}{to}", self.view.whose_due(due)), style.width)?;
            write_indented(out, "    ", &self.view.message(due), style.width)?;
        }
        write_more(out, all, self.view, style)
    }

    fn write_exhausted(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let all = self.reminders.exhausted.len();
        if all == 0 {
            return Ok(());
        }
        let title = Text {
            ja: "案内を終えても更新されていないもの(管理者が確認)",
            en: "No further reminders, and still not renewed: for the auditors to follow up",
        };
        self.view.write_title(out, title, all, Severity::Error, style)?;
        for at in self.reminders.exhausted.iter().take(ROWS) {
            let item = &self.view.fleet.items[*at];
            let ends = item.ends.map(|day| day.to_string()).unwrap_or_default();
            let text = Text { ja: "{whose}({ends} に期限切れ)", en: "{whose} (expired on {ends})" };
            let whose = self.view.whose_in_line(item);
            let shown = text.fill(self.view.lang, &[("whose", &whose), ("ends", &ends)]);
            write_indented(out, "  - ", &shown, style.width)?;
        }
        write_more(out, all, self.view, style)
    }

    /// Whom to turn to, and how: `佐藤(FAX 03-0000-0000)`.
    fn to(&self, holder: &Holder) -> String {
        let contact = &holder.contact;
        let by = |word: Text, address: &Option<String>| {
            address.as_ref().map(|address| format!("{} {address}", self.view.get(word)).trim().to_string())
        };
        const MAIL: Text = Text { ja: "", en: "" };
        const FAX: Text = Text { ja: "FAX", en: "fax" };
        const TEL: Text = Text { ja: "電話", en: "phone" };
        const LETTER: Text = Text { ja: "郵送", en: "letter" };
        let chosen = match contact.channel {
            Some(ContactChannel::Mail) => by(MAIL, &contact.mail),
            Some(ContactChannel::Letter) => by(LETTER, &contact.address),
            Some(ContactChannel::Fax) => by(FAX, &contact.fax),
            Some(ContactChannel::Phone) => by(TEL, &contact.tel),
            None => None,
        };
        let any = || by(MAIL, &contact.mail).or_else(|| by(TEL, &contact.tel)).or_else(|| by(FAX, &contact.fax));
        let address = chosen.or_else(any).or_else(|| by(LETTER, &contact.address));
        match (&contact.person, address) {
            (Some(person), Some(address)) => {
                let text = Text { ja: "{person}({address})", en: "{person} ({address})" };
                text.fill(self.view.lang, &[("person", person), ("address", &address)])
            }
            (Some(person), None) => person.clone(),
            (None, address) => address.unwrap_or_default(),
        }
    }

    /// Writes the document `shomei/reminders/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let lang = self.view.lang;
        let mut fields = self.view.opening("shomei/reminders/1");
        fields["day"] = json!(self.view.fleet.today.to_string());
        fields["recorded"] = json!(self.recorded);
        let due = |out: &mut dyn Write| json::write_rows(out, &REMINDERS, self.messages(), lang);
        let certificates = || self.exhausted().filter_map(|row| row.certificate);
        let exhausted = |out: &mut dyn Write| json::write_rows(out, &CERTIFICATE, certificates(), lang);
        json::write_document(out, &fields, &[("due", &due), ("exhausted", &exhausted)])
    }

    /// Writes one row a message, then one a certificate of which enough was said.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &REMINDERS, self.messages().chain(self.exhausted()), self.view.lang)
    }

    fn messages(&self) -> impl Iterator<Item = ReminderRow> {
        self.reminders.due.iter().map(|due| self.message(due))
    }

    fn message(&self, due: &DueReminder) -> ReminderRow {
        let (view, to) = (&self.view, due.holder(self.view.fleet));
        let certificate = due.item.map(|at| view.tracked(&view.fleet.items[at]));
        let holder = certificate.as_ref().map(|one| one.holder.clone()).or(to.map(|holder| view.holder_ref(holder)));
        ReminderRow {
            holder: holder.unwrap_or_default(),
            certificate,
            end: Some((due.ends, (due.ends - view.fleet.today).whole_days())),
            message: Some(Message {
                topic: due.topic.0.clone(),
                step: due.step.code(),
                last_application: due.last_application,
                to: to.map(|holder| (holder.key.clone(), holder.name.clone(), holder.contact.clone())),
                text: view.message(due),
            }),
        }
    }

    fn exhausted(&self) -> impl Iterator<Item = ReminderRow> {
        self.reminders.exhausted.iter().map(|at| {
            let certificate = self.view.tracked(&self.view.fleet.items[*at]);
            ReminderRow {
                holder: certificate.holder.clone(),
                end: certificate.end(),
                certificate: Some(certificate),
                message: None,
            }
        })
    }
}

impl<'a> View<'a> {
    /// Whose certificate or password something due is about.
    pub fn whose_due(&self, due: &DueReminder) -> String {
        match (due.item, due.holder(self.fleet)) {
            (Some(at), _) => self.whose_in_line(&self.fleet.items[at]),
            (None, Some(holder)) => self.holder_ref(holder).called(),
            (None, None) => String::new(),
        }
    }

    /// What is to be said, in a sentence.
    pub fn message(&self, due: &DueReminder) -> String {
        self.message_with(due, |day, _| day.to_string())
    }

    /// The same, with days as `shown` tells them.
    pub fn message_with(&self, due: &DueReminder, shown: fn(Day, Lang) -> String) -> String {
        let lang = self.lang;
        let left = (due.ends - self.fleet.today).whole_days();
        let text = match (due.is_password(), due.step, due.last_application) {
            (true, ReminderStep::Tier(0) | ReminderStep::Lapsed(_), _) => Text {
                ja: "システムのパスワードの期限が {ends} に切れています。{system}にログインして変更してください。",
                en: "The system password expired on {ends}: log in{system} and change it.",
            },
            (true, ..) => Text {
                ja: "システムのパスワードの期限は {ends} です({left})。それまでに変更してください。",
                en: "The system password expires on {ends} ({left}): change it before.",
            },
            (false, ReminderStep::Lapsed(_), _) => Text {
                ja: "証明書の期限が {ends} に切れています。すぐに発行を申請してください。",
                en: "The certificate expired on {ends}: apply for a new one at once.",
            },
            (false, _, Some(last)) if last >= self.fleet.today => Text {
                ja: "証明書の期限は {ends} です({left})。最終申請日は {last} です。",
                en: "The certificate expires on {ends} ({left}). The last application date is {last}.",
            },
            (false, ..) if due.is_late => Text {
                ja: "証明書の期限は {ends} です({left})。いま申請しても、次の請求に間に合わないおそれがあります。すぐに申請してください。",
                en: "The certificate expires on {ends} ({left}). Even if applied for now it may come too late for the next claims: apply at once.",
            },
            (false, ..) => Text {
                ja: "証明書の期限は {ends} です({left})。期限までの発行に余裕がありません。早めに申請してください。",
                en: "The certificate expires on {ends} ({left}). There is no margin left for its renewal: apply soon.",
            },
        };
        let left = match left {
            0 => self.get(Text { ja: "今日まで", en: "today" }).to_string(),
            1 => self.get(Text { ja: "あと1日", en: "in 1 day" }).to_string(),
            _ => Text { ja: "あと{left}日", en: "in {left} days" }.fill(lang, &[("left", &left)]),
        };
        let last = due.last_application.map(|day| shown(day, lang)).unwrap_or_default();
        let ends = shown(due.ends, lang);
        let system = due.holder(self.fleet).map(|holder| letter::system(self.fleet, holder, lang)).unwrap_or_default();
        let system = match (lang, system.as_str()) {
            (Lang::Ja, "") => "システム".to_string(),
            (Lang::En, name) if !name.is_empty() => format!(" to {name}"),
            _ => system,
        };
        let said = text.fill(lang, &[("ends", &ends), ("left", &left), ("last", &last), ("system", &system)]);
        said + &due.item.map(|at| self.stops(&self.fleet.items[at])).unwrap_or_default()
    }
}
