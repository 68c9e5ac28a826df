//! Delivery: what is due goes to holders and auditors, by mail or on paper, and is recorded once
//! it went.
//!
//! Both `shomei notify` and `shomei run` stand on it: a [`DeliveryContext`] is what there is to
//! notify of, judged once; [`MailQueue`] sends and records; [`paper`] makes what people send.

mod alarm;
mod auditors;
mod contacts;
mod mail_queue;
pub mod paper;
mod refusal;
mod result;
mod run_state;
mod sender;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::after::OutcomeDocument;
use super::open_inventory::{self, InventoryOptions, InventoryResult, OpenInventory};
use super::planning::{self, PlanningContext, beyond};
use super::{AppError, Context, Outcome, clock, diff, letter_texts};
use crate::calendar::{Day, parse_day};
use crate::deliver::mail::SmtpClient;
use crate::deliver::{NotificationKey, Outbox, Routing, RunError};
use crate::inventory::{NotificationRow, Store, delivery_folder};
use crate::lifecycle::{Certificates, DueReminder, OfficeCalendars, PlanBounds, Reminders, RenewalPlan};
use crate::locale::{Lang, Text};
use crate::register::RegisterState;
use crate::report::{Gathering, Report, Scope, Templates, View, unfinished_sentence};

pub use alarm::alarm;
pub use mail_queue::MailQueue;
pub use result::DeliveryResult;
pub use run_state::{RunPeriod, RunState, broken_off_text, take_turn};
pub use sender::send_test;

/// What a delivery is asked for.
#[derive(Clone, Default)]
pub struct NotifyOptions {
    /// The auditors get the report in any case.
    pub report: bool,
    /// Notifications go although an import was stopped.
    pub despite_unfinished: bool,
    /// So many messages may go at once.
    pub yes: Option<u64>,
    /// Who records it.
    pub by: Option<String>,
    /// The folder of the texts, where not the configuration's.
    pub templates: Option<PathBuf>,
    /// What failed in earlier runs and could not be reported then.
    pub earlier: Vec<String>,
}

/// What there is to notify of, judged once.
pub struct DeliveryContext<'a> {
    /// The certificates, and what is in the report of each.
    pub gathering: &'a Gathering<'a>,
    /// What is due.
    pub reminders: Reminders,
    /// The language of messages.
    pub lang: Lang,
    calendar: &'a OfficeCalendars,
    recorded: Vec<NotificationRow>,
    plan: &'a RenewalPlan<'a>,
    opened: &'a OpenInventory,
    office: &'a RegisterState,
    context: &'a Context,
    report: OnceCell<Report>,
}

impl DeliveryContext<'_> {
    /// What is due, sorted by whom it goes to.
    pub fn routing(&self, contacts: bool) -> Routing {
        Routing::new(&self.gathering.fleet, &self.reminders, contacts)
    }

    /// The certificates as they are shown.
    pub fn view(&self) -> View<'_> {
        View { lang: self.lang, fleet: &self.gathering.fleet, as_of: None }
    }

    /// The report, with what has changed since the auditors last got one; made once.
    pub fn report(&self) -> Result<&Report, AppError> {
        if let Some(report) = self.report.get() {
            return Ok(report);
        }
        let fees = planning::fees(&self.gathering.fleet, self.plan);
        let mut report = self.gathering.report(self.plan, &fees, None, None);
        report.unfinished.clone_from(&self.opened.unfinished);
        if let Some(day) = self.last_report() {
            let (since, changes) = diff::compared(self.context, self.opened, &day.to_string())?;
            report = report.with_changes(since, &changes, &Scope::default(), &self.office.holders);
        }
        Ok(self.report.get_or_init(|| report))
    }

    /// A sentence for each import that was stopped.
    fn unfinished(&self) -> Vec<String> {
        let zone = self.opened.judging.policy.zone;
        self.opened.unfinished.iter().map(|one| unfinished_sentence(one, zone, self.lang)).collect()
    }

    /// The day on which the auditors last got the report.
    pub fn last_report(&self) -> Option<Day> {
        let days = self.recorded.iter().filter(|row| row.topic == REPORT).filter_map(|row| parse_day(&row.on));
        // A report recorded for a later day, by a trial with --at or a clock that ran ahead, does not
        // count before that day.
        days.filter(|on| *on <= self.gathering.fleet.today).max()
    }

    /// What is recorded of something due.
    fn key_of(&self, due: &DueReminder) -> NotificationKey {
        let holder = due.holder(&self.gathering.fleet);
        NotificationKey {
            topic: due.topic.0.clone(),
            step: due.step.code(),
            holder: holder.map(|holder| (holder.key.register.clone(), holder.key.id.clone())),
        }
    }
}

/// The topic under which it is recorded that the auditors got the report.
const REPORT: &str = "report";

/// Judges everything and hands on what there is to notify of. What the outbox still holds is left
/// out: those messages go again as they are.
pub fn with_delivery_context<T>(
    context: &Context,
    inventory: InventoryOptions,
    outbox: &Outbox,
    then: impl FnOnce(&DeliveryContext) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let lang = context.lang;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::open(context, inventory)?;
    let recorded = opened.inventory.notifications().or_message(&opened.settings, context.lang)?;
    let fleet = Certificates::new(&policy, &office, opened.judging.at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, Scope::default(), fleet);
    opened.judge_into(context, &mut gathering)?;
    gathering.fleet.settle();
    let plan = planning::plan(&gathering.fleet, &calendar, PlanBounds::default(), lang)?;
    let mut reminders = planning::reminders(context, &gathering.fleet, &plan, &recorded);
    let pending = outbox.contents()?.messages;
    let sent: Vec<_> = pending.iter().filter(|one| one.channel == "mail").flat_map(|one| &one.notifications).collect();
    // Letters and calls in the outbox stay due: made is not sent, and the paper may be made again.
    reminders.due.retain(|due| !sent.iter().any(|one| one.topic == due.topic.0 && one.step == due.step.code()));
    then(&DeliveryContext {
        gathering: &gathering,
        reminders,
        lang,
        calendar: &calendar,
        recorded,
        plan: &plan,
        opened: &opened,
        office: &office,
        context,
        report: OnceCell::new(),
    })
}

/// Notifies of what is due, and records it; none, with a notice, where another process is sending.
pub fn notify(
    context: &Context,
    inventory: InventoryOptions,
    options: &NotifyOptions,
) -> Result<Option<DeliveryResult>, AppError> {
    clock::refuse_configured_moment(context)?;
    open_inventory::must_be_named(&inventory.settings, context.lang)?;
    open_inventory::check_clock_of(&inventory.settings, context)?;
    // Before the lock: what is wrong with the configuration is reported even while another sends.
    let mut queue = MailQueue::open(context, &inventory.settings, options)?;
    let Some(_turn) = take_turn(&inventory.settings, context)? else { return Ok(None) };
    // First what an earlier delivery may have sent, since it decides what is still due.
    queue.clear_outbox(context)?;
    let outbox = queue.outbox.clone();
    let after = queue.notify.after.clone();
    let sent = with_delivery_context(context, inventory, &outbox, |delivery| {
        deliver(context, &mut queue, delivery, options, Vec::new(), None)
    });
    if let Some(command) = after {
        tell_of(context, &sent, &command.value);
    }
    sent.map(Some)
}

/// Tells the program of the configuration what became of a delivery; its failure stops nothing.
fn tell_of(context: &Context, sent: &Result<DeliveryResult, AppError>, command: &[String]) {
    let failed = [RunError { stage: "mail", reason: "failed", text: String::new() }];
    let (outcome, summary, errors) = match sent {
        Ok(sent) if sent.is_whole() => (Outcome::Clean, sent.summary(context.lang), &sent.errors[..]),
        Ok(sent) => (Outcome::Incomplete, sent.summary(context.lang), &sent.errors[..]),
        Err(_) => (Outcome::Incomplete, String::new(), &failed[..]),
    };
    let elapsed = time::Duration::try_from((context.environment.elapsed)()).unwrap_or_default();
    let document = OutcomeDocument {
        command: "notify",
        started: context.now,
        ended: context.now.checked_add(elapsed).unwrap_or(context.now),
        outcome,
        summary: &summary,
        units: None,
        sent: sent.as_ref().ok(),
        reports: &[],
        errors,
    };
    if let Err(text) = document.hand_to(command, context) {
        context.notice(&text);
    }
}

/// Sends what is due, and records it. `errors` is what failed before, which is reported to
/// the auditors; today's reports in `archive` are attached and not made twice.
pub fn deliver(
    context: &Context,
    queue: &mut MailQueue,
    delivery: &DeliveryContext,
    options: &NotifyOptions,
    mut errors: Vec<RunError>,
    archive: Option<&Path>,
) -> Result<DeliveryResult, AppError> {
    if let Some(first) = delivery.unfinished().first().filter(|_| !options.despite_unfinished) {
        // Who has renewed may be among what was not read, and would be told to renew.
        let text = Text {
            ja: "{first} 案内は送信していません。このまま送信するには shomei notify --despite-unfinished を実行してください。",
            en: "{first} Nothing was sent. To send all the same, run shomei notify --despite-unfinished.",
        };
        return Err(AppError::new(text, context.lang, &[("first", first)]));
    }
    let routing = delivery.routing(queue.notify.writes_to_contacts());
    let by_hand = routing.by_hand.values().map(Vec::len).sum();
    let addresses = std::mem::take(&mut queue.again);
    let in_doubt = std::mem::take(&mut queue.in_doubt);
    let mut result = DeliveryResult { by_hand, addresses, in_doubt, ..DeliveryResult::default() };
    let most = queue.notify.most(options.yes);
    let relay = queue.sender.relay.clone();
    // One connection serves the whole delivery.
    let mut client = SmtpClient::new(&relay, &std::thread::sleep);
    // None goes, and not the first so many: so many at once points to a mistake in the register or
    // the policy, which a person has to look at.
    if routing.mail.len() as u64 > most {
        result.held_back = Some((routing.mail.len(), most));
    } else {
        contacts::deliver(context, queue, &mut client, delivery, &routing, &mut result)?;
    }
    // Only after all messages: whether a refusal is about one address shows in how the others fared.
    refusal::sort(context, queue, &mut result)?;
    result.in_doubt.append(&mut queue.in_doubt);
    errors.append(&mut queue.errors);
    result.errors = errors;
    // Last, so that the auditors learn what became of the messages to holders.
    let mut auditors = auditors::AuditorDelivery { context, queue, delivery, routing: &routing, archive, options };
    auditors.send(&mut client, &mut result)?;
    result.errors.append(&mut queue.errors);
    Ok(result)
}

/// The outbox of an inventory.
pub fn outbox(inventory: &Path) -> Outbox {
    Outbox::new(&delivery_folder(inventory).join("outbox"))
}

/// The texts: of the folder that is named, or the configuration's, or those that are built in.
fn templates(context: &Context, named: Option<&PathBuf>) -> Result<Templates, AppError> {
    let configured = context.config.notify.as_ref().and_then(|notify| notify.templates.as_ref());
    let folder = named.or(configured.map(|set| &set.value));
    letter_texts::templates(folder.map(PathBuf::as_path), context.lang)
}

/// What the inventory keeps of a notification sent on a day, by a channel.
fn notification_row(one: &NotificationKey, on: Day, by: Option<String>, channel: &str) -> NotificationRow {
    NotificationRow {
        topic: one.topic.clone(),
        step: one.step.clone(),
        on: on.to_string(),
        by,
        note: Some(channel.to_string()),
        holder: one.holder.clone(),
        ..NotificationRow::default()
    }
}
