//! The message to the auditors: the report when it is due, what failed, and what only they can do.

use std::path::Path;

use super::mail_queue::MessageOutcome;
use super::sender::errors_fingerprint;
use super::{DeliveryContext, DeliveryResult, MailQueue, NotifyOptions, REPORT};
use crate::app::report::write_form;
use crate::app::{AppError, Context};
use crate::deliver::mail::{Attachment, SmtpClient};
use crate::deliver::schedule::Schedule;
use crate::deliver::{AuditorMessage, NotificationKey, Routing, RunError, report_archive};
use crate::locale::Text;
use crate::report::Report;

/// The topic under which the ledger keeps what failed.
const TROUBLE: &str = "trouble";
/// The prefix of the topic of a notification that the auditors know goes by hand.
const BY_HAND: &str = "hand:";

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
        let told = self.told(sent, report_is_due);
        let is_new = !sent.addresses.is_empty() || !sent.refused.is_empty() || !self.options.earlier.is_empty();
        if told.is_empty() && !is_new {
            return Ok(());
        }
        let report = if report_is_due { Some(self.delivery.report()?) } else { None };
        let (files, broken) = report.map(|report| self.files(report)).unwrap_or_default();
        sent.errors.extend(broken);
        let outcome = self.deliver(client, sent, report, told.clone(), files.clone())?;
        let outcome = match outcome {
            // The server may have found it too large.
            MessageOutcome::Refused if !files.is_empty() => {
                self.queue.refused.clear();
                let text = Text {
                    ja: "添付ファイルのあるメールは断られたので、添付なしで送りました。報告書は shomei report で作れます。",
                    en: "The message with its attachments was refused, and was sent without them. Make the report with shomei report.",
                };
                let text = text.get(self.context.lang).to_string();
                sent.errors.push(RunError { stage: "mail", reason: "attachments", text });
                self.deliver(client, sent, report, told, Vec::new())?
            }
            outcome => outcome,
        };
        sent.auditors = Some(outcome == MessageOutcome::Taken);
        let refused = std::mem::take(&mut self.queue.refused);
        for (to, reply) in refused {
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
        told: Vec<NotificationKey>,
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
            troubles: &sent.errors,
            earlier: &self.options.earlier,
            attached: &names,
            today: self.queue.today,
        };
        let body = auditor_message.body();
        let to = self.queue.sender.auditors.clone();
        match self.queue.message(self.context, to, &body, told, files) {
            Some(pending) => self.queue.deliver(self.context, client, &pending),
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
    fn told(&self, sent: &DeliveryResult, report_is_due: bool) -> Vec<NotificationKey> {
        let key_of = |topic: String, step: String| NotificationKey { topic, step, holder: None };
        let known = |one: &NotificationKey| {
            self.delivery.recorded.iter().any(|row| row.topic == one.topic && row.step == one.step)
        };
        let due = |at: &usize| self.delivery.key_of(&self.delivery.reminders.due[*at]);
        let mut told: Vec<NotificationKey> = self.routing.auditors.iter().map(due).collect();
        let by_hand = self.routing.by_hand.values().flatten().map(|at| {
            let NotificationKey { topic, step, .. } = self.delivery.key_of(&self.delivery.reminders.due[*at]);
            key_of(format!("{BY_HAND}{topic}"), step)
        });
        told.extend(by_hand.filter(|one| !known(one)));
        if !sent.is_whole() {
            let what = format!("{} {:?}", errors_fingerprint(&sent.errors), sent.held_back.map(|(n, _)| n));
            let error = key_of(TROUBLE.into(), format!("{} {what}", self.queue.today));
            told.extend((!known(&error)).then_some(error));
        }
        if report_is_due {
            told.push(key_of(REPORT.into(), "mailed".into()));
        }
        told
    }

    /// The report in the forms that the auditors get, and what could not be made.
    fn files(&self, report: &Report) -> (Vec<Attachment>, Vec<RunError>) {
        let (mut files, mut broken) = (Vec::new(), Vec::new());
        for form in self.queue.notify.attached() {
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
