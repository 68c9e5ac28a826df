//! The message to the auditors: the report when it is due, what failed, and what only they can do.

use std::path::Path;

use super::mail_queue::MessageOutcome;
use super::sender::error_fingerprint;
use super::{DeliveryContext, DeliveryResult, MailQueue, NotifyOptions, REPORT};
use crate::app::report::write_form;
use crate::app::{AppError, Context};
use crate::deliver::mail::{Attachment, Refusal, SmtpClient};
use crate::deliver::schedule::Schedule;
use crate::deliver::{AuditorMessage, NotificationKey, Routing, RunError, report_archive};
use crate::inventory::NotificationRow;
use crate::locale::Text;
use crate::report::Report;

/// The topic under which the record of notifications keeps what failed.
const FAILED: &str = "trouble";

/// The message to the auditors.
pub(super) struct AuditorDelivery<'a> {
    pub context: &'a Context,
    pub queue: &'a mut MailQueue,
    pub delivery: &'a DeliveryContext<'a>,
    pub routing: &'a Routing,
    pub archive: Option<&'a Path>,
    pub options: &'a NotifyOptions,
}

impl AuditorDelivery<'_> {
    /// Sends it, where there is something to notify of.
    pub(super) fn send(&mut self, client: &mut SmtpClient, sent: &mut DeliveryResult) -> Result<(), AppError> {
        let report_is_due = self.options.report || self.report_is_due();
        let notifications = self.notifications(sent, report_is_due);
        let is_new = !sent.addresses.is_empty() || !sent.refused.is_empty() || !self.options.earlier.is_empty();
        if notifications.is_empty() && !is_new {
            return Ok(());
        }
        // The same would be told once more. What is new is reported with the next message.
        if self.queue.is_auditors_in_doubt()? {
            sent.auditors = Some(false);
            return Ok(());
        }
        let report = if report_is_due { Some(self.delivery.report()?) } else { None };
        let (files, broken) = report.map(|report| self.files(report)).unwrap_or_default();
        sent.errors.extend(broken);
        let outcome = self.deliver(client, sent, report, notifications.clone(), files.clone())?;
        let outcome = match outcome {
            // The server may have found it too large.
            MessageOutcome::Refused if !files.is_empty() => {
                // What was refused was the size: no address is to be blamed for it.
                self.queue.refused.clear();
                let text = Text {
                    ja: "添付ファイルのあるメールは断られたので、添付なしで送りました。報告書は shomei report で作れます。",
                    en: "The message with its attachments was refused, and was sent without them. Make the report with shomei report.",
                };
                let text = text.get(self.context.lang).to_string();
                sent.errors.push(RunError { stage: "mail", reason: "attachments", text });
                self.deliver(client, sent, report, notifications, Vec::new())?
            }
            outcome => outcome,
        };
        sent.auditors = Some(outcome == MessageOutcome::Taken);
        let refused = std::mem::take(&mut self.queue.refused);
        for Refusal { to, reply, .. } in refused {
            let text = Text {
                ja: "管理者のアドレス {to} は受け取りを断られました({reply})。設定の notify.auditors を直してください。",
                en: "the auditors' address {to} was refused ({reply}): correct notify.auditors in the configuration.",
            };
            let text = text.fill(self.context.lang, &[("to", &to), ("reply", &reply)]);
            sent.errors.push(RunError { stage: "mail", reason: "auditor-refused", text });
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        client: &mut SmtpClient,
        sent: &DeliveryResult,
        report: Option<&Report>,
        notifications: Vec<NotificationKey>,
        files: Vec<Attachment>,
    ) -> Result<MessageOutcome, AppError> {
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        let auditor_message = AuditorMessage {
            lang: self.context.lang,
            report,
            due: Some((self.delivery.view(), &self.delivery.reminders, self.routing)),
            sent: &sent.addresses,
            refused: &sent.refused,
            held_back: sent.held_back,
            unfinished: self.delivery.unfinished(),
            errors: &sent.errors,
            earlier: &self.options.earlier,
            attached: &names,
            today: self.queue.today,
        };
        let body = auditor_message.body();
        let to = self.queue.sender.auditors.clone();
        match self.queue.message(self.context, to, &body, notifications, files) {
            Some(pending) => self.queue.deliver(self.context, client, pending),
            None => Ok(MessageOutcome::Failed),
        }
    }

    /// Whether the schedule of the report has come round since the auditors last got one; without a
    /// schedule, once a day: a run that failed is tried again every hour.
    fn report_is_due(&self) -> bool {
        let last = self.delivery.last_report();
        let schedule = self.queue.notify.report_on.as_ref();
        let Some(schedule) = schedule.and_then(|on| Schedule::parse_days(&on.value).ok()) else {
            return last.is_none_or(|last| last < self.queue.today);
        };
        let zone = self.queue.zone;
        let due = schedule.last(&self.delivery.calendar.office, zone, self.context.now).and_then(|due| zone.day(due));
        due.is_some_and(|due| last.is_none_or(|last| last < due))
    }

    /// What this message reports that was not reported before.
    fn notifications(&self, sent: &DeliveryResult, report_is_due: bool) -> Vec<NotificationKey> {
        let key_of = |topic: String, step: String| NotificationKey { topic, step, holder: None };
        // Under topics of their own: what only the auditors get does not use up what the holder is due.
        let under = |prefix: &str, at: &usize| {
            let NotificationKey { topic, step, holder } = self.delivery.key_of(&self.delivery.reminders.due[*at]);
            NotificationKey { topic: format!("{prefix}{topic}"), step, holder }
        };
        let known = |one: &NotificationKey| {
            self.delivery.recorded.iter().any(|row| row.topic == one.topic && row.step == one.step)
        };
        let alone = self.routing.auditors.iter().map(|at| under(NotificationRow::AUDITORS, at));
        let mut notifications: Vec<NotificationKey> = alone.collect();
        // What goes by hand stays due until somebody has sent it, and the auditors are notified of it once.
        let by_hand = self.routing.by_hand.values().flatten().map(|at| under(NotificationRow::BY_HAND, at));
        notifications.extend(by_hand.filter(|one| !known(one)));
        if !sent.is_whole() {
            // With the day: what goes on failing is reported once a day, what else fails at once. Each on its
            // own: what is over must not have the rest reported again.
            let errors = sent.errors.iter().map(error_fingerprint);
            let held_back = sent.held_back.map(|(n, _)| format!("held-back {n}"));
            let steps =
                errors.chain(held_back).map(|what| key_of(FAILED.into(), format!("{} {what}", self.queue.today)));
            let mut steps: Vec<NotificationKey> = steps.filter(|one| !known(one)).collect();
            steps.sort();
            steps.dedup();
            notifications.extend(steps);
        }
        if report_is_due {
            notifications.push(key_of(REPORT.into(), "mailed".into()));
        }
        notifications
    }

    /// The report in the forms that the auditors get, and what could not be made.
    fn files(&self, report: &Report) -> (Vec<Attachment>, Vec<RunError>) {
        let (mut files, mut broken) = (Vec::new(), Vec::new());
        for form in self.queue.notify.attached() {
            // The run has written today's already; made anew they could differ from those in the folder.
            let place = self.archive.map(|folder| report_archive::place(folder, self.queue.today, form));
            let bytes = match place.and_then(|place| std::fs::read(place).ok()) {
                Some(bytes) => Ok(bytes),
                None => {
                    let mut bytes = Vec::new();
                    write_form(report, form, &mut bytes).map(|()| bytes)
                }
            };
            let name = Text { ja: "証明書報告書-{day}.{form}", en: "certificates-{day}.{form}" };
            let name = name.fill(self.context.lang, &[("day", &report.today), ("form", &form)]);
            match bytes {
                Ok(bytes) => files.push(Attachment { name, mime: mime(form).into(), bytes }),
                Err(error) => {
                    let text = Text { ja: "{name} を作れません: {error}。", en: "cannot make {name}: {error}." };
                    let text = text.fill(self.context.lang, &[("name", &name), ("error", &error)]);
                    broken.push(RunError { stage: "report", reason: "form", text });
                }
            }
        }
        (files, broken)
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
