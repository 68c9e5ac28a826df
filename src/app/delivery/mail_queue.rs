//! The mail queue: the sender, the server, and the outbox.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::sender::{MailSender, configured};
use super::{NotifyOptions, notification_row, outbox, templates};
use crate::app::config::Notify;
use crate::app::planning::beyond;
use crate::app::{AppError, Context, Settings, open_inventory, record};
use crate::calendar::{Day, Zone, parse_day};
use crate::certificate::hex;
use crate::deliver::mail::{Attachment, DeliveryOutcome, MailAddress, SmtpClient};
use crate::deliver::{DetailLevel, MessageBody, NotificationKey, Outbox, PendingMessage, RunError};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{NotificationRow, Store};
use crate::locale::{Lang, Text};
use crate::report::Templates;

/// Days for which a message that may have arrived is sent again as it is.
const DOUBTFUL_DAYS: i64 = 7;

/// The sender, the server, and the outbox.
pub struct MailQueue {
    /// What is being sent.
    pub outbox: Outbox,
    pub(super) sender: MailSender,
    pub(super) notify: Notify,
    pub(super) templates: Templates,
    pub(super) zone: Zone,
    pub(super) today: Day,
    /// Contacts to whom a message from the outbox went.
    pub again: Vec<String>,
    /// Addresses that were refused, and the reply.
    pub refused: Vec<(String, String)>,
    /// What failed.
    pub errors: Vec<RunError>,
    /// What is recorded already: topic and step.
    recorded: HashSet<(String, String)>,
    /// Topics of addresses that were refused when they were last written to.
    refused_before: HashSet<String>,
    settings: Settings,
    inventory: Sqlite,
    by: Option<String>,
}

/// What became of a message from the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageOutcome {
    /// The server took it, and it is recorded.
    Taken,
    /// Refused for good.
    Refused,
    /// It failed, and others may fare better.
    Failed,
    /// It failed, and so would all others.
    Hopeless,
}

impl MailQueue {
    /// Reads the section `notify` and the password; nothing is sent yet.
    pub fn open(context: &Context, settings: &Settings, options: &NotifyOptions) -> Result<MailQueue, AppError> {
        let lang = context.lang;
        let notify = configured(context)?;
        let zone = settings.read_policy(context)?.zone;
        let Some(today) = zone.day(context.now) else { return Err(beyond(lang)) };
        let templates = templates(context, options.templates.as_ref())?;
        let inventory = open_inventory::open_existing(settings, context)?;
        Ok(MailQueue {
            outbox: outbox(&settings.inventory.value),
            sender: MailSender::new(context)?,
            notify,
            templates,
            zone,
            today,
            again: Vec::new(),
            refused: Vec::new(),
            errors: Vec::new(),
            recorded: HashSet::new(),
            refused_before: HashSet::new(),
            settings: settings.clone(),
            inventory,
            by: options.by.clone(),
        })
    }

    /// What messages to contacts contain beyond what they need.
    pub(super) fn details(&self) -> DetailLevel {
        let asked =
            |word: &str| self.notify.details.as_ref().is_some_and(|set| set.value.iter().any(|one| one == word));
        DetailLevel { holder: asked("holder"), serial: asked("serial"), sha256: asked("sha256"), place: asked("place") }
    }

    /// Sends again what an earlier run may have sent without recording it. Called before anything
    /// else is sent, and with the turn to send: what is read of the record before that would miss
    /// what another delivery records meanwhile.
    pub fn clear_outbox(&mut self, context: &Context) -> Result<(), AppError> {
        let recorded = self.inventory.notifications();
        let recorded = recorded.map_err(|error| open_inventory::failed(&error, &self.settings, context.lang))?;
        let refused = recorded.iter().filter(|row| row.refused().is_some());
        self.refused_before = refused.map(|row| row.topic.clone()).collect();
        self.recorded = recorded.into_iter().map(|row| (row.topic, row.step)).collect();
        let relay = self.sender.relay.clone();
        let mut client = SmtpClient::new(&relay, &std::thread::sleep);
        for pending in self.outbox.pending()?.into_iter().filter(|one| one.channel == "mail") {
            let is_said = |one: &NotificationKey| self.recorded.contains(&(one.topic.clone(), one.step.clone()));
            let is_recorded = !pending.told.is_empty() && pending.told.iter().all(is_said);
            let age = parse_day(&pending.on).map_or(0, |on| (self.today - on).whole_days());
            // Its content is old by then, and what is still due goes into a new message.
            if is_recorded || age > DOUBTFUL_DAYS {
                self.outbox.remove(&pending.id)?;
                continue;
            }
            match self.hand_over(context, &mut client, &pending, true)? {
                MessageOutcome::Taken if pending.told.iter().any(|one| one.holder.is_some()) => {
                    self.again.extend(pending.to)
                }
                MessageOutcome::Hopeless => break,
                _ => {}
            }
        }
        Ok(())
    }

    /// A message ready for the outbox; its ID comes from what it is about, so that the same message has the same ID.
    pub(super) fn message(
        &mut self,
        context: &Context,
        to: Vec<MailAddress>,
        body: &MessageBody,
        told: Vec<NotificationKey>,
        attachments: Vec<Attachment>,
    ) -> Option<PendingMessage> {
        let mut digest = Sha256::new();
        digest.update(self.today.to_string());
        to.iter().for_each(|address| digest.update(format!("\0{}", address.mail)));
        told.iter().for_each(|one| digest.update(format!("\0{}\0{}", one.topic, one.step)));
        digest.update(format!("\0{}\0{}", attachments.len(), body.plain()));
        let id = hex(&digest.finalize()[..16]);
        let moment = (context.now, self.zone);
        let mail = self.sender.mail(to.clone(), body, id.clone(), moment, context.lang, attachments);
        match mail.encode().map(String::from_utf8) {
            Ok(Ok(message)) => Some(PendingMessage {
                id,
                channel: "mail".into(),
                on: self.today.to_string(),
                to: to.into_iter().map(|address| address.mail).collect(),
                from: self.sender.from.mail.clone(),
                told,
                message,
            }),
            Ok(Err(_)) => None,
            Err(malformed) => {
                let text = malformed.text(context.lang);
                self.errors.push(RunError { stage: "mail", reason: "malformed", text });
                None
            }
        }
    }

    /// Puts a message into the outbox, sends it, records it, and takes it out.
    pub(super) fn deliver(
        &mut self,
        context: &Context,
        client: &mut SmtpClient,
        pending: &PendingMessage,
    ) -> Result<MessageOutcome, AppError> {
        self.outbox.put(pending)?;
        self.hand_over(context, client, pending, false)
    }

    fn hand_over(
        &mut self,
        context: &Context,
        client: &mut SmtpClient,
        pending: &PendingMessage,
        is_doubtful: bool,
    ) -> Result<MessageOutcome, AppError> {
        let lang = context.lang;
        match client.send(&pending.from, &pending.to, pending.message.as_bytes()) {
            DeliveryOutcome::Taken { refused } => {
                self.record(context, pending, "mail")?;
                let (refused, put_off): (Vec<_>, Vec<_>) = refused.into_iter().partition(|one| one.permanent);
                self.errors.extend(put_off.into_iter().map(|one| put_off_text(&one.to, &one.reply, lang)));
                let refused: Vec<(String, String)> = refused.into_iter().map(|one| (one.to, one.reply)).collect();
                self.note_addresses(context, pending, &refused)?;
                self.outbox.remove(&pending.id)?;
                Ok(MessageOutcome::Taken)
            }
            DeliveryOutcome::Refused(refused) => {
                let refused: Vec<(String, String)> = refused.into_iter().map(|one| (one.to, one.reply)).collect();
                self.note_addresses(context, pending, &refused)?;
                self.outbox.remove(&pending.id)?;
                Ok(MessageOutcome::Refused)
            }
            // It may have arrived: what is in the outbox is sent again as it is.
            DeliveryOutcome::Uncertain(error) => {
                self.errors.push(told("mail", &error, lang));
                Ok(MessageOutcome::Failed)
            }
            DeliveryOutcome::Failed(error) => {
                if !is_doubtful {
                    self.outbox.remove(&pending.id)?;
                }
                let hopeless = error.kind().concerns_all();
                self.errors.push(told("mail", &error, lang));
                Ok(if hopeless { MessageOutcome::Hopeless } else { MessageOutcome::Failed })
            }
        }
    }

    /// Records notifications, all or none.
    pub(super) fn record(
        &mut self,
        context: &Context,
        pending: &PendingMessage,
        channel: &str,
    ) -> Result<(), AppError> {
        let rows = pending.told.iter().map(|one| notification_row(one, self.today, self.by.clone(), channel)).collect();
        self.record_rows(context, rows)
    }

    fn record_rows(&mut self, context: &Context, rows: Vec<NotificationRow>) -> Result<(), AppError> {
        if rows.is_empty() {
            return Ok(());
        }
        record::record_told(context, &mut self.inventory, rows, &self.settings)
    }

    /// Records which addresses are no longer refused, and keeps in mind which are.
    fn note_addresses(
        &mut self,
        context: &Context,
        pending: &PendingMessage,
        refused: &[(String, String)],
    ) -> Result<(), AppError> {
        let is_refused = |to: &String| refused.iter().any(|(address, _)| address == to);
        let taken =
            pending.to.iter().filter(|to| !is_refused(to)).map(|to| NotificationRow::delivery(to, self.today, None));
        let taken: Vec<NotificationRow> = taken.collect();
        let rows = taken.into_iter().filter(|row| self.refused_before.remove(&row.topic)).collect();
        self.refused.extend(refused.iter().cloned());
        self.record_rows(context, rows)
    }

    /// Records addresses that were refused.
    pub(super) fn record_refused(&mut self, context: &Context, refused: &[(String, String)]) -> Result<(), AppError> {
        let row = |(to, reply): &(String, String)| NotificationRow::delivery(to, self.today, Some(reply.clone()));
        self.record_rows(context, refused.iter().map(row).collect())
    }
}

/// One of several addresses was put off for longer than was tried.
fn put_off_text(to: &str, reply: &str, lang: Lang) -> RunError {
    let text = Text {
        ja: "{to} には、サーバーが「後で」と答え続けたので届いていません({reply})。ほかの宛先には届きました。続くなら、アドレスを確かめてください。",
        en: "{to} did not get this message: the server kept putting it off ({reply}). The others did. If it goes on, check the address.",
    };
    RunError { stage: "mail", reason: "temporary", text: text.fill(lang, &[("to", &to), ("reply", &reply)]) }
}

fn told(stage: &'static str, error: &crate::deliver::mail::DeliveryError, lang: Lang) -> RunError {
    RunError { stage, reason: error.kind().code(), text: error.text(lang) }
}
