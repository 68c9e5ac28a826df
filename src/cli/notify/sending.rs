//! The mail of one delivery: to contacts what is theirs, to auditors everything.

use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::super::report::write_form;
use super::super::session::Session;
use super::mailroom::{Fate, Mailroom, Sender};
use super::{AuditorMessage, Matter, REPORT, Routing, RunError, Wishes};
use crate::calendar::{Day, Zone};
use crate::certificate::hex;
use crate::cli::Failure;
use crate::deliver::mail::{Attachment, DeliveryOutcome, MailAddress, SmtpClient};
use crate::deliver::schedule::Schedule;
use crate::deliver::{
    BodyBlock, ContactMessages, MessageBody, NotificationKey, PendingMessage, RecipientBatch, report_archive,
};
use crate::lifecycle::DueReminder;
use crate::locale::{Lang, Text};
use crate::report::Report;

/// Messages that fail one after the other before the rest is left to the next run.
const PATIENCE: usize = 3;

/// So many addresses that are all refused, and none that is taken, are not all wrong.
const EVERYBODY: usize = 3;

/// What a delivery did.
#[derive(Debug, Default)]
pub(in crate::cli) struct Sent {
    /// Addresses that were written to.
    pub addresses: Vec<String>,
    /// Addresses that were refused, and the reply.
    pub refused: Vec<(String, String)>,
    /// Messages that failed.
    pub failed: u64,
    /// Messages that were held back, and how many may go at once.
    pub held_back: Option<(usize, u64)>,
    /// Whether the auditors were written to; none where there was nothing to tell.
    pub auditors: Option<bool>,
    /// Things to be told by hand.
    pub by_hand: usize,
    /// What failed, in this delivery and before it.
    pub troubles: Vec<RunError>,
}

impl Sent {
    /// Whether everything went that was to go.
    pub(in crate::cli) fn is_whole(&self) -> bool {
        self.troubles.is_empty() && self.held_back.is_none()
    }

    /// In a line.
    pub(in crate::cli) fn summary(&self, lang: Lang) -> String {
        let text = Text {
            ja: "メール: 事業所・代理人へ {sent} 通、断られた宛先 {refused}、送れなかったもの {failed} 通、管理者あて: {auditors}。ほかの方法で知らせるもの {hand} 件。",
            en: "Mail: {sent} to contacts, {refused} addresses refused, {failed} not sent; auditors: {auditors}. By other channels: {hand}.",
        };
        let auditors = match self.auditors {
            Some(true) => Text { ja: "送信済み", en: "told" },
            Some(false) => Text { ja: "送れず", en: "not told" },
            None => Text { ja: "なし", en: "nothing to tell" },
        };
        let mut said = text.fill(
            lang,
            &[
                ("sent", &self.addresses.len()),
                ("refused", &self.refused.len()),
                ("failed", &self.failed),
                ("auditors", &auditors.get(lang)),
                ("hand", &self.by_hand),
            ],
        );
        if let Some((n, most)) = self.held_back {
            let text = Text {
                ja: "{n} 通は上限({most} 通)を超えるので、1 通も送っていません。shomei notify --dry-run で確かめ、よければ --yes {n} を付けて送ってください。",
                en: " {n} messages are more than may go at once ({most}): none was sent. Look at them with shomei notify --dry-run; if they are right, send them with --yes {n}.",
            };
            said += &text.fill(lang, &[("n", &n), ("most", &most)]);
        }
        said
    }

    /// As a document.
    pub(in crate::cli) fn document(&self) -> serde_json::Value {
        json!({
            "schema": "shomei/notify/1",
            "sent": self.addresses,
            "refused": self.refused.iter().map(|(to, reply)| json!({"to": to, "reply": reply})).collect::<Vec<_>>(),
            "failed": self.failed,
            "held_back": self.held_back.map(|(n, most)| json!({"messages": n, "max_messages": most})),
            "auditors_told": self.auditors,
            "by_hand": self.by_hand,
            "troubles": self.troubles.iter().map(|trouble| {
                json!({"stage": trouble.stage, "reason": trouble.reason, "text": trouble.text})
            }).collect::<Vec<_>>(),
        })
    }
}

/// Sends what is due. `troubles` is what failed before; `shelf` is the folder of today's reports,
/// which are not made twice.
pub(in crate::cli) fn send(
    session: &Session,
    mailroom: &mut Mailroom,
    matter: &Matter,
    wishes: &Wishes,
    mut troubles: Vec<RunError>,
    archive: Option<&Path>,
) -> Result<Sent, Failure> {
    let routing = matter.routing(mailroom.notify.writes_to_contacts());
    let by_hand = routing.by_hand.values().map(Vec::len).sum();
    let mut sent = Sent { by_hand, addresses: std::mem::take(&mut mailroom.again), ..Sent::default() };
    let most = mailroom.notify.most(wishes.yes);
    let relay = mailroom.sender.relay.clone();
    let mut client = SmtpClient::new(&relay, &std::thread::sleep);
    if routing.mail.len() as u64 > most {
        sent.held_back = Some((routing.mail.len(), most));
    } else {
        to_contacts(session, mailroom, &mut client, matter, &routing, &mut sent)?;
    }
    sort_refused(session, mailroom, &mut sent)?;
    troubles.append(&mut mailroom.troubles);
    sent.troubles = troubles;
    let mut desk = Auditing { session, mailroom, matter, routing: &routing, archive, wishes };
    desk.send(&mut client, &mut sent)?;
    sent.troubles.append(&mut mailroom.troubles);
    Ok(sent)
}

/// Tells addresses that are wrong from messages that the server does not want: those are tried
/// again, and someone is to look at the server.
fn sort_refused(session: &Session, mailroom: &mut Mailroom, sent: &mut Sent) -> Result<(), Failure> {
    let refused = std::mem::take(&mut mailroom.refused);
    let is_everybody = sent.addresses.is_empty() && refused.len() >= EVERYBODY;
    let (addresses, unwanted): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|(_, reply)| !is_everybody && is_about_address(reply));
    mailroom.record_refused(session, &addresses)?;
    sent.refused = addresses;
    sent.failed += unwanted.len() as u64;
    let Some((to, reply)) = unwanted.first() else { return Ok(()) };
    let text = Text {
        ja: "メールサーバーが {n} 件を断りました(初めは {to}: {reply})。宛先ではなく、差出人、ログイン、内容が理由のようです。設定の notify とサーバーの設定を確かめてください。次の実行でもう一度送ります。",
        en: "the mail server refused {n} messages (the first, to {to}: {reply}), as it seems not for the address but for sender, login or content. Check notify in the configuration, and the server; the next run sends them again.",
    };
    let text = text.fill(session.lang, &[("n", &unwanted.len()), ("to", to), ("reply", reply)]);
    mailroom.troubles.push(RunError { stage: "mail", reason: "unwanted", text });
    Ok(())
}

/// Whether a refusal for good speaks of the address: an enhanced code (RFC 3463) of the kinds
/// address and mailbox, or where there is none a code that is used for those.
fn is_about_address(reply: &str) -> bool {
    let mut words = reply.split(' ');
    let (code, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let mut digits = second.split('.');
    match (digits.next(), digits.next(), digits.next()) {
        (Some("5"), Some(kind), Some(_)) => matches!(kind, "1" | "2"),
        _ => !matches!(code, "552" | "554"),
    }
}

fn to_contacts(
    session: &Session,
    mailroom: &mut Mailroom,
    client: &mut SmtpClient,
    matter: &Matter,
    routing: &Routing,
    sent: &mut Sent,
) -> Result<(), Failure> {
    let signature = mailroom.notify.signature.as_ref().map(|set| set.value.clone()).unwrap_or_default();
    let templates = mailroom.templates.clone();
    let digests = ContactMessages {
        view: matter.view(),
        reminders: &matter.reminders,
        templates: &templates,
        signature: &signature,
        details: mailroom.details(),
    };
    let mut in_a_row = 0;
    for (at, batch) in routing.mail.iter().enumerate() {
        let person = person(matter, batch);
        let to = vec![MailAddress { name: person, mail: batch.to.clone() }];
        let told: Vec<NotificationKey> =
            batch.due.iter().map(|at| saying(matter, &matter.reminders.due[*at])).collect();
        let Some(pending) = packed(mailroom, session, to, &digests.body(batch), told, Vec::new()) else {
            sent.failed += 1;
            continue;
        };
        let fate = mailroom.deliver(session, client, &pending)?;
        in_a_row = if fate == Fate::Failed { in_a_row + 1 } else { 0 };
        match fate {
            Fate::Taken => sent.addresses.push(batch.to.clone()),
            Fate::Refused => {}
            Fate::Failed if in_a_row < PATIENCE => sent.failed += 1,
            Fate::Failed | Fate::Hopeless => {
                sent.failed += (routing.mail.len() - at) as u64;
                break;
            }
        }
    }
    Ok(())
}

/// The person whom all of a parcel's holders name.
fn person(matter: &Matter, batch: &RecipientBatch) -> Option<String> {
    let fleet = &matter.gathering.fleet;
    let mut people =
        batch.due.iter().map(|at| matter.reminders.due[*at].holder(fleet).and_then(|h| h.contact.person.clone()));
    let first = people.next().flatten()?;
    people.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// What is recorded of something due.
pub(super) fn saying(matter: &Matter, due: &DueReminder) -> NotificationKey {
    let holder = due.holder(&matter.gathering.fleet);
    NotificationKey {
        topic: due.topic.0.clone(),
        step: due.step.code(),
        holder: holder.map(|holder| (holder.key.register.clone(), holder.key.id.clone())),
    }
}

/// A message ready for the outbox; what is told names it, so that the same message has the same ID.
fn packed(
    mailroom: &mut Mailroom,
    session: &Session,
    to: Vec<MailAddress>,
    body: &MessageBody,
    told: Vec<NotificationKey>,
    attachments: Vec<Attachment>,
) -> Option<PendingMessage> {
    let mut digest = Sha256::new();
    digest.update(mailroom.today.to_string());
    to.iter().for_each(|address| digest.update(format!("\0{}", address.mail)));
    told.iter().for_each(|one| digest.update(format!("\0{}\0{}", one.topic, one.step)));
    digest.update(format!("\0{}\0{}", attachments.len(), body.plain()));
    let id = hex(&digest.finalize()[..16]);
    let moment = (session.now, mailroom.zone);
    let mail = mailroom.sender.mail(to.clone(), body, id.clone(), moment, session.lang, attachments);
    match mail.encode().map(String::from_utf8) {
        Ok(Ok(message)) => Some(PendingMessage {
            id,
            channel: "mail".into(),
            on: mailroom.today.to_string(),
            to: to.into_iter().map(|address| address.mail).collect(),
            from: mailroom.sender.from.mail.clone(),
            told,
            message,
        }),
        Ok(Err(_)) => None,
        Err(malformed) => {
            let text = malformed.text(session.lang);
            mailroom.troubles.push(RunError { stage: "mail", reason: "malformed", text });
            None
        }
    }
}

/// The topic under which the ledger keeps what failed.
const TROUBLE: &str = "trouble";
/// What stands before the topic of something that the auditors know they must tell by hand.
const BY_HAND: &str = "hand:";

/// The message to the auditors.
struct Auditing<'a> {
    session: &'a Session,
    mailroom: &'a mut Mailroom,
    matter: &'a Matter<'a>,
    routing: &'a Routing,
    archive: Option<&'a Path>,
    wishes: &'a Wishes,
}

impl Auditing<'_> {
    fn send(&mut self, client: &mut SmtpClient, sent: &mut Sent) -> Result<(), Failure> {
        let report_is_due = self.wishes.report || self.report_is_due();
        let told = self.told(sent, report_is_due);
        let is_new = !sent.addresses.is_empty() || !sent.refused.is_empty() || !self.wishes.earlier.is_empty();
        if told.is_empty() && !is_new {
            return Ok(());
        }
        let report = if report_is_due { Some(self.matter.report()?) } else { None };
        let (files, broken) = report.map(|report| self.files(report)).unwrap_or_default();
        sent.troubles.extend(broken);
        let fate = self.deliver(client, sent, report, told.clone(), files.clone())?;
        let fate = match fate {
            // The server may have found it too large.
            Fate::Refused if !files.is_empty() => {
                self.mailroom.refused.clear();
                let text = Text {
                    ja: "添付ファイルのあるメールは断られたので、添付なしで送りました。報告書は shomei report で作れます。",
                    en: "The message with its attachments was refused, and was sent without them. Make the report with shomei report.",
                };
                let text = text.get(self.session.lang).to_string();
                sent.troubles.push(RunError { stage: "mail", reason: "attachments", text });
                self.deliver(client, sent, report, told, Vec::new())?
            }
            fate => fate,
        };
        sent.auditors = Some(fate == Fate::Taken);
        let refused = std::mem::take(&mut self.mailroom.refused);
        for (to, reply) in refused {
            let text = Text {
                ja: "管理者のアドレス {to} は受け取りを断られました({reply})。設定の notify.auditors を直してください。",
                en: "the auditors' address {to} was refused ({reply}): correct notify.auditors in the configuration.",
            };
            let text = text.fill(self.session.lang, &[("to", &to), ("reply", &reply)]);
            sent.troubles.push(RunError { stage: "mail", reason: "auditor-refused", text });
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        client: &mut SmtpClient,
        sent: &Sent,
        report: Option<&Report>,
        told: Vec<NotificationKey>,
        files: Vec<Attachment>,
    ) -> Result<Fate, Failure> {
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let auditor_message = AuditorMessage {
            lang: self.session.lang,
            report,
            due: Some((self.matter.view(), &self.matter.reminders, self.routing)),
            sent: &sent.addresses,
            refused: &sent.refused,
            held_back: sent.held_back,
            troubles: &sent.troubles,
            earlier: &self.wishes.earlier,
            attached: &names,
            today: self.mailroom.today,
        };
        let body = auditor_message.body();
        let to = self.mailroom.sender.auditors.clone();
        match packed(self.mailroom, self.session, to, &body, told, files) {
            Some(pending) => self.mailroom.deliver(self.session, client, &pending),
            None => Ok(Fate::Failed),
        }
    }

    /// Whether the schedule of the report has come round since the auditors last got one; without a
    /// schedule, once a day: a run that failed is tried again every hour.
    fn report_is_due(&self) -> bool {
        let last = self.matter.last_report();
        let schedule = self.mailroom.notify.report_on.as_ref();
        let Some(schedule) = schedule.and_then(|on| Schedule::parse_days(&on.value).ok()) else {
            return last.is_none_or(|last| last < self.mailroom.today);
        };
        let zone = self.mailroom.zone;
        let due = schedule.last(&self.matter.calendar.office, zone, self.session.now).and_then(|due| zone.day(due));
        due.is_some_and(|due| last.is_none_or(|last| last < due))
    }

    /// What this message tells that was not told before.
    fn told(&self, sent: &Sent, report_is_due: bool) -> Vec<NotificationKey> {
        let saying = |topic: String, step: String| NotificationKey { topic, step, holder: None };
        let known =
            |one: &NotificationKey| self.matter.ledger.iter().any(|row| row.topic == one.topic && row.step == one.step);
        let due = |at: &usize| saying_of(self.matter, *at);
        let mut told: Vec<NotificationKey> = self.routing.auditors.iter().map(due).collect();
        let by_hand = self.routing.by_hand.values().flatten().map(|at| {
            let NotificationKey { topic, step, .. } = saying_of(self.matter, *at);
            saying(format!("{BY_HAND}{topic}"), step)
        });
        told.extend(by_hand.filter(|one| !known(one)));
        if !sent.is_whole() {
            let what = format!("{} {:?}", fingerprint(&sent.troubles), sent.held_back.map(|(n, _)| n));
            let trouble = saying(TROUBLE.into(), format!("{} {what}", self.mailroom.today));
            told.extend((!known(&trouble)).then_some(trouble));
        }
        if report_is_due {
            told.push(saying(REPORT.into(), "mailed".into()));
        }
        told
    }

    /// The report in the forms that the auditors get, and what could not be made.
    fn files(&self, report: &Report) -> (Vec<Attachment>, Vec<RunError>) {
        let (mut files, mut broken) = (Vec::new(), Vec::new());
        for form in self.mailroom.notify.attached() {
            let place = self.archive.map(|folder| report_archive::place(folder, self.mailroom.today, form));
            let bytes = match place.and_then(|place| std::fs::read(place).ok()) {
                Some(bytes) => Ok(bytes),
                None => {
                    let mut bytes = Vec::new();
                    write_form(report, form, &mut bytes).map(|()| bytes)
                }
            };
            let name = Text { ja: "証明書報告書-{day}.{form}", en: "certificates-{day}.{form}" };
            let name = name.fill(self.session.lang, &[("day", &report.today), ("form", &form)]);
            match bytes {
                Ok(bytes) => files.push(Attachment { name, mime: mime(form).into(), bytes }),
                Err(error) => {
                    let text = Text { ja: "{name} を作れません: {error}。", en: "cannot make {name}: {error}." };
                    let text = text.fill(self.session.lang, &[("name", &name), ("error", &error)]);
                    broken.push(RunError { stage: "report", reason: "form", text });
                }
            }
        }
        (files, broken)
    }
}

fn saying_of(matter: &Matter, at: usize) -> NotificationKey {
    saying(matter, &matter.reminders.due[at])
}

/// What tells one set of troubles from another.
pub(in crate::cli) fn fingerprint(troubles: &[RunError]) -> String {
    let mut digest = Sha256::new();
    troubles.iter().for_each(|one| digest.update(format!("{}\0{}\0{}\0", one.stage, one.reason, one.text)));
    hex(&digest.finalize()[..8])
}

/// Tells the auditors what failed where there is no inventory to judge and to record in.
pub(in crate::cli) fn alarm(
    session: &Session,
    zone: Zone,
    today: Day,
    troubles: &[RunError],
    earlier: &[String],
) -> Result<(), RunError> {
    let lang = session.lang;
    let failed = |reason, text| RunError { stage: "mail", reason, text };
    let auditor_message = AuditorMessage {
        lang,
        report: None,
        due: None,
        sent: &[],
        refused: &[],
        held_back: None,
        troubles,
        earlier,
        attached: &[],
        today,
    };
    let sender = Sender::new(session).map_err(|failure| match failure {
        Failure::Message(text) => failed("mailroom", text),
        Failure::BrokenPipe => failed("mailroom", String::new()),
    })?;
    let id = format!("{}-{}", today, fingerprint(troubles));
    to_auditors(session, &sender, &auditor_message.body(), id, zone)
}

/// Sends the auditors a message to try the mail server; gives their addresses, or what is wrong.
pub(in crate::cli) fn greet(session: &Session, zone: Zone) -> Result<Result<Vec<String>, RunError>, Failure> {
    let lang = session.lang;
    let sender = Sender::new(session)?;
    let subject = Text { ja: "shomei の試しのメール", en: "A message of shomei, to try the mail" };
    let said = Text {
        ja: "このメールが読めれば、shomei からのメールは届きます。証明書の報告書と、確かめていただきたいことを、この差出人からお送りします。",
        en: "If you can read this, mail of shomei reaches you. The reports on certificates, and what needs a hand, will come from this sender.",
    };
    let blocks = vec![BodyBlock::Lines(vec![said.get(lang).to_string()])];
    let body = MessageBody { subject: subject.get(lang).to_string(), blocks };
    let id = format!("init-{}", session.now.unix_timestamp_nanos());
    let sent = to_auditors(session, &sender, &body, id, zone);
    Ok(sent.map(|()| sender.auditors.into_iter().map(|address| address.mail).collect()))
}

/// Sends the auditors a message that nothing is recorded of.
fn to_auditors(session: &Session, sender: &Sender, body: &MessageBody, id: String, zone: Zone) -> Result<(), RunError> {
    let lang = session.lang;
    let failed = |reason, text| RunError { stage: "mail", reason, text };
    let mail = sender.mail(sender.auditors.clone(), body, id, (session.now, zone), lang, Vec::new());
    let bytes = mail.encode().map_err(|malformed| failed("malformed", malformed.text(lang)))?;
    let to: Vec<String> = sender.auditors.iter().map(|address| address.mail.clone()).collect();
    match SmtpClient::new(&sender.relay, &std::thread::sleep).send(&sender.from.mail, &to, &bytes) {
        DeliveryOutcome::Taken { refused } if refused.is_empty() => Ok(()),
        DeliveryOutcome::Taken { refused } | DeliveryOutcome::Refused(refused) => {
            let said: Vec<String> = refused.iter().map(|one| format!("{}: {}", one.to, one.reply)).collect();
            let text = Text {
                ja: "管理者のアドレスは受け取りを断られました({said})。設定の notify.auditors を直してください。",
                en: "auditors' addresses were refused ({said}): correct notify.auditors in the configuration.",
            };
            Err(failed("auditor-refused", text.fill(lang, &[("said", &said.join(" "))])))
        }
        DeliveryOutcome::Uncertain(trouble) | DeliveryOutcome::Failed(trouble) => {
            Err(failed(trouble.kind().code(), trouble.text(lang)))
        }
    }
}

/// The media type of a form.
fn mime(form: &str) -> &'static str {
    match form {
        "html" => "text/html; charset=utf-8",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}
