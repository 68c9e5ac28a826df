//! The mail queue: the sender, the server, and the outbox.

use std::collections::HashSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::sender::{MailSender, configured};
use super::{NotifyOptions, notification_row, outbox, templates};
use crate::app::config::Notify;
use crate::app::open_inventory::InventoryResult;
use crate::app::planning::beyond;
use crate::app::{AppError, Context, Settings, open_inventory, record};
use crate::calendar::{Day, Zone, parse_day};
use crate::certificate::hex;
use crate::deliver::mail::{Attachment, DeliveryOutcome, MailAddress, Refusal, SmtpClient};
use crate::deliver::{DetailLevel, MessageBody, NotificationKey, Outbox, PendingMessage, PendingState, RunError};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{NotificationRow, Store};
use crate::locale::{Lang, Text};
use crate::report::Templates;

/// Days for which a message that may have arrived may still be sent once more as it is.
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
    /// Addresses of which it is not known whether their message arrived.
    pub in_doubt: Vec<String>,
    /// Addresses that were refused, and how.
    pub refused: Vec<Refusal>,
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
            in_doubt: Vec::new(),
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

    /// Settles what an earlier run left: what was taken is recorded, and what may have arrived is sent
    /// once more, on another day. Called before anything else is sent, and with the turn to send: what is
    /// read of the record before that would miss what another delivery records meanwhile.
    pub fn clear_outbox(&mut self, context: &Context) -> Result<(), AppError> {
        self.check(context)?;
        let recorded = self.inventory.notifications().or_message(&self.settings, context.lang)?;
        let refused = recorded.iter().filter(|row| row.refused().is_some());
        self.refused_before = refused.map(|row| row.topic.clone()).collect();
        self.recorded = recorded.into_iter().map(|row| (row.topic, row.step)).collect();
        let contents = self.outbox.contents()?;
        for (path, error) in contents.unreadable {
            self.put_aside(context, &path, &error);
        }
        let relay = self.sender.relay.clone();
        let mut client = SmtpClient::new(&relay, &std::thread::sleep);
        let mut is_hopeless = false;
        // Letters and calls wait there for a person, who says with --mark-sent that they are done.
        for mut pending in contents.messages.into_iter().filter(|one| one.channel == "mail") {
            let is_known = |one: &NotificationKey| self.recorded.contains(&(one.topic.clone(), one.step.clone()));
            if !pending.notifications.is_empty() && pending.notifications.iter().all(is_known) {
                self.outbox.remove(&pending)?;
                continue;
            }
            let age = parse_day(&pending.on).map_or(0, |on| (self.today - on).whole_days());
            match pending.state {
                PendingState::Taken => {
                    self.record(context, &pending, "mail", false)?;
                    self.outbox.remove(&pending)?;
                    self.note_again(pending);
                }
                // The run that sent it for the second time was ended before it knew.
                PendingState::SendingAgain => self.give_up(context, &pending)?,
                PendingState::Sending if pending.on == self.today.to_string() => self.note_doubt(context, &pending),
                // Its content is old by then, and what is still due goes into a new message.
                PendingState::Sending if age > DOUBTFUL_DAYS => self.outbox.remove(&pending)?,
                PendingState::Sending if is_hopeless => self.note_doubt(context, &pending),
                PendingState::Sending => {
                    // Before it is sent: a run that is ended meanwhile must not let the next one send it a
                    // third time.
                    self.outbox.advance(&mut pending, PendingState::SendingAgain)?;
                    match self.hand_over(context, &mut client, &mut pending)? {
                        MessageOutcome::Taken => self.note_again(pending),
                        MessageOutcome::Hopeless => is_hopeless = true,
                        _ => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// Makes sure that what is sent can be recorded, before anything is: else each run would send it anew.
    fn check(&mut self, context: &Context) -> Result<(), AppError> {
        let lang = context.lang;
        let nothing_sent = |reason: String| {
            let text = Text {
                ja: "送ったことを記録できないため、メールは1通も送っていません。{reason}",
                en: "No mail was sent, since it could not be recorded as sent. {reason}",
            };
            AppError::new(text, lang, &[("reason", &reason)])
        };
        let checked = self.inventory.check_writing().or_message(&self.settings, lang);
        checked.map_err(|failure| nothing_sent(failure.into_text()))?;
        self.outbox.check().map_err(|error| {
            let text = Text {
                ja: "送信待ちのフォルダー {path} に書き込めません: {error}。ディスクの空きと、フォルダーの権限を確かめてください。",
                en: "The folder of outgoing messages, {path}, cannot be written in: {error}. Check the free space and the folder's permissions.",
            };
            nothing_sent(text.fill(lang, &[("path", &self.outbox.folder().display()), ("error", &error)]))
        })
    }

    /// Puts a file that is no message aside, and says so.
    fn put_aside(&mut self, context: &Context, path: &Path, error: &str) {
        let aside = self.outbox.put_aside(path);
        let text = match &aside {
            Ok(_) => Text {
                ja: "送信待ちのファイル {path} が読めないため({error})、{aside} として脇に置きました。送る前のメールだった場合、その内容は改めて送ります。送った後だった場合、同じ内容が二度届くことがあります。",
                en: "{path}, a message to be sent, cannot be read ({error}) and was put aside as {aside}. If it was not sent yet, what it said is sent anew; if it was, somebody may get the same twice.",
            },
            Err(_) => Text {
                ja: "送信待ちのファイル {path} が読めず({error})、脇にも置けません。権限を確かめ、手で別の場所に移してください。",
                en: "{path}, a message to be sent, cannot be read ({error}), nor put aside. Check the permissions, and move it elsewhere.",
            },
        };
        let aside = aside.map(|aside| aside.display().to_string()).unwrap_or_default();
        let text = text.fill(context.lang, &[("path", &path.display()), ("error", &error), ("aside", &aside)]);
        self.errors.push(RunError { stage: "mail", reason: "outbox-damaged", text });
    }

    /// A message of an earlier run was taken. One to the auditors is about no holder, and is not counted
    /// among those to contacts.
    fn note_again(&mut self, pending: PendingMessage) {
        if !pending.to_auditors {
            self.again.extend(pending.to);
        }
    }

    /// Nobody knows whether a message arrived, and it will be sent once more. The same words in each run:
    /// they are reported once a day.
    fn note_doubt(&mut self, context: &Context, pending: &PendingMessage) {
        let text = Text {
            ja: "{to} へのメールは、届いたかどうか分かりません(送信中に接続か実行が終わりました)。別の日に一度だけ、同じメールを送ります。",
            en: "Whether the message to {to} arrived is not known: connection or run ended while it was being sent. The same message is sent once more, on another day.",
        };
        self.note_uncertain(context, pending, text);
    }

    fn note_uncertain(&mut self, context: &Context, pending: &PendingMessage, text: Text) {
        let to = pending.to.join(" ");
        let text = text.fill(context.lang, &[("to", &to)]);
        self.errors.push(RunError { stage: "mail", reason: "in-doubt", text });
        self.in_doubt.extend(pending.to.iter().cloned());
    }

    /// Whether a message of today to the auditors may have arrived.
    pub(super) fn is_auditors_in_doubt(&self) -> Result<bool, AppError> {
        let today = self.today.to_string();
        let of_today = |one: &PendingMessage| one.is_in_doubt() && one.to_auditors && one.on == today;
        Ok(self.outbox.contents()?.messages.iter().any(of_today))
    }

    /// It was sent twice, and nobody knows whether it arrived: it is recorded as such, and not sent again.
    fn give_up(&mut self, context: &Context, pending: &PendingMessage) -> Result<(), AppError> {
        let text = Text {
            ja: "{to} へのメールは、2 回送りましたが届いたかどうか分かりません。もう送りません。電話などで確かめてください。",
            en: "Whether the message to {to} arrived is not known, though it was sent twice. It is not sent again: ask by telephone or otherwise.",
        };
        self.note_uncertain(context, pending, text);
        self.record(context, pending, "mail", true)?;
        Ok(self.outbox.remove(pending)?)
    }

    /// A message ready for the outbox; its ID comes from what it is about, so that the same message has the same ID.
    pub(super) fn message(
        &mut self,
        context: &Context,
        to: Vec<MailAddress>,
        body: &MessageBody,
        notifications: Vec<NotificationKey>,
        attachments: Vec<Attachment>,
    ) -> Option<PendingMessage> {
        let to_auditors = to == self.sender.auditors;
        let mut digest = Sha256::new();
        digest.update(self.today.to_string());
        to.iter().for_each(|address| digest.update(format!("\0{}", address.mail)));
        notifications.iter().for_each(|one| digest.update(format!("\0{}\0{}", one.topic, one.step)));
        // With the text: a message that says something else on the same day is another message, which a
        // mail program must not take for the one before.
        digest.update(format!("\0{}\0{}", attachments.len(), body.plain()));
        let id = hex(&digest.finalize()[..16]);
        let moment = (context.now, self.zone);
        let mail = self.sender.mail(to.clone(), body, id.clone(), moment, context.lang, attachments);
        match mail.encode().map(String::from_utf8) {
            Ok(Ok(message)) => Some(PendingMessage {
                id,
                state: PendingState::Sending,
                channel: "mail".into(),
                on: self.today.to_string(),
                to: to.into_iter().map(|address| address.mail).collect(),
                to_auditors,
                from: self.sender.from.mail.clone(),
                notifications,
                subject: mail.subject,
                message_id: mail.message_id,
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
        mut pending: PendingMessage,
    ) -> Result<MessageOutcome, AppError> {
        self.outbox.put(&pending)?;
        self.hand_over(context, client, &mut pending)
    }

    fn hand_over(
        &mut self,
        context: &Context,
        client: &mut SmtpClient,
        pending: &mut PendingMessage,
    ) -> Result<MessageOutcome, AppError> {
        let lang = context.lang;
        let state = pending.state;
        let (from, to, message) = (pending.from.clone(), pending.to.clone(), std::mem::take(&mut pending.message));
        let outbox = self.outbox.clone();
        // At once, and by its name alone: from now on it is not sent again, even if it cannot be recorded. If
        // this fails too, the message is in doubt until it is recorded below.
        let mut taken = || drop(outbox.advance(pending, PendingState::Taken));
        let outcome = client.send_noting(&from, &to, message.as_bytes(), &mut taken);
        match outcome {
            DeliveryOutcome::Taken { refused } => {
                let (refused, put_off): (Vec<_>, Vec<_>) = refused.into_iter().partition(|one| one.permanent);
                let given = |to: &String| !refused.iter().chain(&put_off).any(|one| one.to == *to);
                let recorded =
                    PendingMessage { to: to.iter().filter(|to| given(to)).cloned().collect(), ..pending.clone() };
                self.record(context, &recorded, "mail", false)?;
                self.errors.extend(put_off.into_iter().map(|one| put_off_text(&one.to, &one.reply, lang)));
                self.note_addresses(context, pending, &refused)?;
                self.outbox.remove(pending)?;
                Ok(MessageOutcome::Taken)
            }
            DeliveryOutcome::Refused(refused) => {
                self.note_addresses(context, pending, &refused)?;
                self.outbox.remove(pending)?;
                Ok(MessageOutcome::Refused)
            }
            // It may have arrived: once more, on another day.
            DeliveryOutcome::Uncertain(error) => {
                self.errors.push(run_error("mail", &error, lang));
                match state {
                    PendingState::SendingAgain => self.give_up(context, pending)?,
                    _ => self.note_doubt(context, pending),
                }
                Ok(MessageOutcome::Failed)
            }
            DeliveryOutcome::Failed(error) => {
                match state {
                    // It did not go now, and may have gone the time before.
                    PendingState::SendingAgain => {
                        self.outbox.advance(pending, PendingState::Sending)?;
                        self.note_doubt(context, pending);
                    }
                    _ => self.outbox.remove(pending)?,
                }
                let hopeless = error.kind().concerns_all();
                self.errors.push(run_error("mail", &error, lang));
                Ok(if hopeless { MessageOutcome::Hopeless } else { MessageOutcome::Failed })
            }
        }
    }

    /// Records the notifications of a message, all or none.
    fn record(
        &mut self,
        context: &Context,
        pending: &PendingMessage,
        channel: &str,
        in_doubt: bool,
    ) -> Result<(), AppError> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        let row = |one: &NotificationKey| NotificationRow {
            to: pending.to.clone(),
            subject: some(&pending.subject),
            message_id: some(&pending.message_id),
            in_doubt,
            ..notification_row(one, self.today, self.by.clone(), channel)
        };
        let rows = pending.notifications.iter().map(row).collect();
        self.record_rows(context, rows)
    }

    fn record_rows(&mut self, context: &Context, rows: Vec<NotificationRow>) -> Result<(), AppError> {
        if rows.is_empty() {
            return Ok(());
        }
        record::record_notifications(context, &mut self.inventory, rows, &self.settings)
    }

    /// Records which addresses are no longer refused, and keeps in mind which are.
    fn note_addresses(
        &mut self,
        context: &Context,
        pending: &PendingMessage,
        refused: &[Refusal],
    ) -> Result<(), AppError> {
        let is_refused = |to: &String| refused.iter().any(|one| one.to == *to);
        let taken =
            pending.to.iter().filter(|to| !is_refused(to)).map(|to| NotificationRow::delivery(to, self.today, None));
        let taken: Vec<NotificationRow> = taken.collect();
        // Only where that is news: else each message would add a row for each address.
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

fn run_error(stage: &'static str, error: &crate::deliver::mail::DeliveryError, lang: Lang) -> RunError {
    RunError { stage, reason: error.kind().code(), text: error.text(lang) }
}
