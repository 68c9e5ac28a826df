//! What planning rests on: the certificates of an inventory in relation to each other, and the
//! calendar.

use std::io;
use std::sync::Arc;

use super::config::Notify;
use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::{AppError, Context, holidays};
use crate::audit::{AuditSink, CertificateRecord, HolderRecord};
use crate::calendar::parse_day;
use crate::deliver::is_reached;
use crate::inventory::{NotificationRow, Store};
use crate::lifecycle::{
    Certificates, Fees, Notification, NotificationTopic, OfficeCalendars, PlanBounds, ReminderLedger, ReminderStep,
    Reminders, RenewalPlan, fiscal_year,
};
use crate::locale::{Lang, Text};
use crate::policy::Policy;
use crate::register::{Holder, HolderKey, RegisterState};
use crate::report::JudgedHolder;

/// An inventory that was opened and asked, and what the certificates in it refer to.
pub struct PlanningContext {
    pub opened: OpenInventory,
    pub policy: Arc<Policy>,
    pub office: RegisterState,
    /// The days on which people work.
    pub calendar: OfficeCalendars,
}

impl PlanningContext {
    /// Opens the inventory for reading, as known on the day asked.
    pub fn open(context: &Context, options: InventoryOptions) -> Result<PlanningContext, AppError> {
        PlanningContext::of(context, OpenInventory::open(context, options)?)
    }

    /// The same of an inventory that is open already.
    pub fn of(context: &Context, opened: OpenInventory) -> Result<PlanningContext, AppError> {
        let policy = Arc::clone(&opened.judging.policy);
        let office = opened.inventory.office().or_message(&opened.settings, context.lang)?;
        let calendar = OfficeCalendars::new(&policy, &holidays::in_force(context)?);
        Ok(PlanningContext { opened, policy, office, calendar })
    }
}

/// Every certificate of the inventory at the moment judged, in relation to the others.
///
/// Apart from [`PlanningContext`], since they borrow the policy and the register, while the
/// inventory changes by what is judged.
pub fn certificates<'a>(
    context: &Context,
    opened: &mut OpenInventory,
    policy: &'a Policy,
    office: &'a RegisterState,
) -> Result<Certificates<'a>, AppError> {
    let mut fleet = Certificates::new(policy, office, opened.judging.at).ok_or_else(|| beyond(context.lang))?;
    opened.judge_into(context, &mut fleet)?;
    fleet.settle();
    Ok(fleet)
}

/// The same, with what the judgement says of one holder; none where it is not in the register.
pub fn certificates_and_holder<'a>(
    context: &Context,
    opened: &mut OpenInventory,
    policy: &'a Policy,
    office: &'a RegisterState,
    key: &HolderKey,
) -> Result<(Certificates<'a>, Option<JudgedHolder>), AppError> {
    let fleet = Certificates::new(policy, office, opened.judging.at).ok_or_else(|| beyond(context.lang))?;
    let mut sink = WithHolder { fleet, key, judged: None };
    opened.judge_into(context, &mut sink)?;
    sink.fleet.settle();
    Ok((sink.fleet, sink.judged))
}

/// Takes all certificates, and keeps what is said of one holder.
struct WithHolder<'a, 'k> {
    fleet: Certificates<'a>,
    key: &'k HolderKey,
    judged: Option<JudgedHolder>,
}

impl AuditSink for WithHolder<'_, '_> {
    fn certificate(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.fleet.certificate(record)
    }

    fn gone(&mut self, record: &CertificateRecord) -> io::Result<()> {
        self.fleet.gone(record)
    }

    fn holder(&mut self, record: &HolderRecord) -> io::Result<()> {
        if record.facts.holder.key == *self.key {
            self.judged = Some(JudgedHolder::of(record));
        }
        AuditSink::holder(&mut self.fleet, record)
    }
}

/// The plan of all renewals.
pub fn plan<'a>(
    fleet: &Certificates<'a>,
    calendar: &'a OfficeCalendars,
    bounds: PlanBounds,
    lang: Lang,
) -> Result<RenewalPlan<'a>, AppError> {
    RenewalPlan::new(fleet, calendar, bounds).ok_or_else(|| beyond(lang))
}

/// Fiscal years before and after the running one, where none are asked for.
pub const YEARS: i32 = 3;

/// What applications cost in the fiscal years around the running one.
pub fn fees<'a>(fleet: &'a Certificates, plan: &RenewalPlan<'a>) -> Fees<'a> {
    let running = fiscal_year(fleet.today);
    Fees::new(fleet, plan, (running - YEARS, running + YEARS))
}

/// The error that the moment judged is too near the end of the calendar.
pub fn beyond(lang: Lang) -> AppError {
    let text = Text {
        ja: "判定日時が暦の終わりに近すぎて計算できません。--at にもっと前の日時を指定してください。",
        en: "the moment judged is too near the end of the calendar; name an earlier one with --at.",
    };
    AppError::Message(text.get(lang).into())
}

/// What is due, given what is recorded; holders who cannot be reached, or are not to be written to, have
/// the auditors notified instead.
pub fn reminders(
    context: &Context,
    fleet: &Certificates,
    plan: &RenewalPlan,
    recorded: &[NotificationRow],
) -> Reminders {
    let contacts = context.config.notify.as_ref().is_none_or(Notify::writes_to_contacts);
    let reached = |holder: &Holder| is_reached(holder, fleet.office, fleet.today, contacts);
    Reminders::new(fleet, plan, &reminder_ledger(recorded), &reached)
}

/// The notifications recorded so far.
fn reminder_ledger(rows: &[NotificationRow]) -> ReminderLedger {
    let mut ledger = ReminderLedger::default();
    for row in rows {
        let (Some(step), Some(on)) = (ReminderStep::of_code(&row.step), parse_day(&row.on)) else { continue };
        let notification = Notification { step, on };
        match row.topic.strip_prefix(NotificationRow::AUDITORS) {
            Some(topic) => ledger.add_to_auditors(NotificationTopic(topic.to_string()), notification),
            None => ledger.add(NotificationTopic(row.topic.clone()), notification),
        }
    }
    ledger
}
