//! The reminder ledger: which notifications are due, given those that were sent.
//!
//! A tier is a window of days, not a day: what an outage missed is sent afterwards, for the nearest
//! tier only, and nothing is sent twice. An expired certificate is repeated weekly,
//! [`LAPSED_TIMES`] times; after that it only stays in the auditors' list. An expired system password
//! is repeated until it is changed, after [`LAPSED_TIMES`] times every [`PASSWORD_DAYS`] days.

use std::collections::HashMap;

use super::expiry::{Nearness, nearness};
use super::plan::{PlanOutcome, PlannedCertificate, RenewalPlan};
use super::{CertificateItem, Certificates, LifecycleState, Subject};
use crate::audit::holding::{ClaimPeriod, status_on};
use crate::calendar::Day;
use crate::certificate::hex;
use crate::register::{Holder, HolderStatus, Mark, MarkState};
use time::Duration;

/// How often an expired certificate is notified.
pub const LAPSED_TIMES: usize = 8;
/// Days between two notifications of an expired certificate.
pub const LAPSED_DAYS: i64 = 7;

/// Days between two notifications of an expired password, after the first ones.
pub const PASSWORD_DAYS: i64 = 30;

/// What a notification is about, as the text under which the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationTopic(pub String);

impl NotificationTopic {
    /// The expiry of a certificate. A declared certificate with a new expiry date is a new topic.
    pub fn of(item: &CertificateItem) -> NotificationTopic {
        NotificationTopic(match &item.thing {
            Subject::Certificate(sha256) => format!("sha256:{}", hex(sha256)),
            Subject::Declared(key) => {
                let ends = item.ends.map(|day| day.to_string()).unwrap_or_default();
                format!("declared:{}/{}/{ends}", key.register, key.id)
            }
        })
    }

    /// The expiry of a system password that was changed on a day.
    pub fn password(holder: &Holder, changed: Day) -> NotificationTopic {
        NotificationTopic(format!("password:{}/{}/{changed}", holder.key.register, holder.key.id))
    }
}

/// The step of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReminderStep {
    /// Inside a tier: it expires in at most so many days.
    Tier(i64),
    /// Expired; the first, second, … notification of it.
    Lapsed(u32),
}

impl ReminderStep {
    /// The code in the ledger.
    pub fn code(self) -> String {
        match self {
            ReminderStep::Tier(days) => format!("tier-{days}"),
            ReminderStep::Lapsed(time) => format!("lapsed-{time}"),
        }
    }

    /// The step of a code.
    pub fn of_code(code: &str) -> Option<ReminderStep> {
        let (kind, number) = code.rsplit_once('-')?;
        match kind {
            "tier" => number.parse().ok().map(ReminderStep::Tier),
            "lapsed" => number.parse().ok().map(ReminderStep::Lapsed),
            _ => None,
        }
    }

    /// Whether a notification at `other`, nearer to the expiry, makes this one unnecessary.
    fn is_covered_by(self, other: ReminderStep) -> bool {
        match (self, other) {
            (ReminderStep::Tier(days), ReminderStep::Tier(other)) => other <= days,
            (ReminderStep::Tier(_), ReminderStep::Lapsed(_)) => true,
            _ => false,
        }
    }
}

/// A notification that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its step.
    pub step: ReminderStep,
    /// The day on which it was sent.
    pub on: Day,
}

/// The notifications sent, by topic: those that holders got, and those that went to the auditors
/// alone.
#[derive(Clone, Debug, Default)]
pub struct ReminderLedger {
    holders: HashMap<NotificationTopic, Vec<Notification>>,
    auditors: HashMap<NotificationTopic, Vec<Notification>>,
}

impl ReminderLedger {
    /// Adds a notification that was sent.
    pub fn add(&mut self, topic: NotificationTopic, notification: Notification) {
        self.holders.entry(topic).or_default().push(notification);
    }

    /// Adds a notification that only the auditors got.
    pub fn add_to_auditors(&mut self, topic: NotificationTopic, notification: Notification) {
        self.auditors.entry(topic).or_default().push(notification);
    }

    /// What counts as sent about a topic. What the auditors got counts only as long as they are the
    /// ones to notify: it must not use up what a holder is due who can be reached from today on.
    fn of(&self, topic: &NotificationTopic, is_reached: bool) -> Vec<Notification> {
        let of = |all: &HashMap<NotificationTopic, Vec<Notification>>| all.get(topic).cloned().unwrap_or_default();
        let mut sent = of(&self.holders);
        if !is_reached {
            sent.extend(of(&self.auditors));
        }
        sent
    }
}

/// A notification that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct DueReminder {
    /// What it is about.
    pub topic: NotificationTopic,
    /// Its step.
    pub step: ReminderStep,
    /// The certificate in [`Certificates::items`]; none where it is about a password.
    pub item: Option<usize>,
    /// The index of the holder to notify; none: the auditors only.
    pub holder: Option<usize>,
    /// The day of expiry, past or future.
    pub ends: Day,
    /// The last application date, where it is about a certificate and there is one.
    pub last_application: Option<Day>,
    /// A claim period is lost whenever it is applied for.
    pub is_late: bool,
}

/// The ledger, and who can be notified.
struct Recipients<'a> {
    ledger: &'a ReminderLedger,
    reached: &'a dyn Fn(&Holder) -> bool,
}

impl Recipients<'_> {
    fn of(&self, topic: &NotificationTopic, holder: Option<&Holder>) -> Vec<Notification> {
        self.ledger.of(topic, holder.is_some_and(self.reached))
    }
}

/// The notifications due today.
#[derive(Clone, Debug, Default)]
pub struct Reminders {
    /// To holders, the nearest expiry first.
    pub due: Vec<DueReminder>,
    /// Expired certificates with no further notifications: indices in [`Certificates::items`].
    pub exhausted: Vec<usize>,
}

impl Reminders {
    /// The notifications due on the day of `fleet`, given those in the ledger; `reached` tells which
    /// holders can be notified themselves.
    pub fn new(
        fleet: &Certificates,
        plan: &RenewalPlan,
        ledger: &ReminderLedger,
        reached: &dyn Fn(&Holder) -> bool,
    ) -> Reminders {
        let mut reminders = Reminders::default();
        let ledger = &Recipients { ledger, reached };
        let planned = plan.entries.iter().filter(|entry| fleet.items[entry.item].state == LifecycleState::Active);
        for entry in planned {
            reminders.consider(fleet, ledger, entry);
        }
        reminders.passwords(fleet, ledger);
        reminders.due.sort_by(|a, b| (a.ends, a.holder, &a.topic).cmp(&(b.ends, b.holder, &b.topic)));
        reminders.exhausted.sort_unstable();
        reminders
    }

    fn consider(&mut self, fleet: &Certificates, ledger: &Recipients, entry: &PlannedCertificate) {
        let (at, last_application) = (entry.item, entry.last_application);
        let is_late = matches!(entry.outcome, PlanOutcome::Cannot(..));
        let item = &fleet.items[at];
        let Some(ends) = item.ends else { return };
        if is_acknowledged(fleet, item) {
            return;
        }
        let topic = NotificationTopic::of(item);
        let earlier = notifications(fleet, ledger, item, &topic);
        let step = match nearness(fleet, item) {
            Nearness::Tier(days) => next_in_tier(days, &earlier, fleet.today),
            Nearness::Lapsed => match next_after_expiry(&earlier, fleet.today) {
                Ok(step) => step,
                Err(Exhausted) => return self.exhausted.push(at),
            },
            Nearness::Later | Nearness::Unknown => None,
        };
        if let Some(step) = step {
            let (item, holder) = (Some(at), item.holder);
            self.due.push(DueReminder { topic, step, item, holder, ends, last_application, is_late });
        }
    }

    /// Adds the notifications of system passwords: one before the expiry, then until it is changed.
    fn passwords(&mut self, fleet: &Certificates, ledger: &Recipients) {
        let Some(life) = fleet.policy.holders.password_days else { return };
        let warning = fleet.policy.holders.password_warning_days.value;
        // One that runs out within the next claim period stops the claims, however far away that is.
        let claims = fleet.policy.holders.claim_period.map(|days| days.value);
        let coming = claims.and_then(|days| ClaimPeriod::coming(days, fleet.policy.zone, fleet.at));
        for (at, holder) in fleet.office.holders.iter().enumerate() {
            if status_on(holder, Some(fleet.today)) != HolderStatus::Active {
                continue;
            }
            let Some(changed) = fleet.office.password_changed(holder) else { continue };
            // e-seikyuu's login passwords expire 180 days after the change (help desk FAQ, question
            // 1).
            let Some(ends) = changed.checked_add(Duration::days(life.value)) else { continue };
            let left = (ends - fleet.today).whole_days();
            if left > warning && coming.is_none_or(|period| ends > period.last) {
                continue;
            }
            let topic = NotificationTopic::password(holder, changed);
            let earlier = &ledger.of(&topic, Some(holder));
            let step = match left {
                1.. => next_in_tier(warning, earlier, fleet.today),
                _ => next_of_password(earlier, fleet.today),
            };
            if let Some(step) = step {
                let (item, holder) = (None, Some(at));
                let due = DueReminder { topic, step, item, holder, ends, last_application: None, is_late: false };
                self.due.push(due);
            }
        }
    }
}

impl DueReminder {
    /// The holder to notify.
    pub fn holder<'a>(&self, fleet: &Certificates<'a>) -> Option<&'a Holder> {
        self.holder.and_then(|at| fleet.office.holders.get(at))
    }

    /// Whether it is about a system password.
    pub fn is_password(&self) -> bool {
        self.item.is_none()
    }
}

/// The next step inside a tier: none where the same or a nearer one was sent. A notification dated
/// in the future (a clock that ran ahead) counts for its own step only.
fn next_in_tier(days: i64, earlier: &[Notification], today: Day) -> Option<ReminderStep> {
    let step = ReminderStep::Tier(days);
    let said = |one: &Notification| one.step == step || (one.on <= today && step.is_covered_by(one.step));
    (!earlier.iter().any(said)).then_some(step)
}

/// The next step for an expired password: tier 0 first, then one a week, later one a month.
fn next_of_password(earlier: &[Notification], today: Day) -> Option<ReminderStep> {
    let expired = |one: &&Notification| matches!(one.step, ReminderStep::Tier(0) | ReminderStep::Lapsed(_));
    let sent = earlier.iter().filter(expired).filter(|one| one.on <= today);
    let (count, last) = (sent.clone().count(), sent.map(|one| one.on).max());
    let Some(last) = last else { return next_in_tier(0, earlier, today) };
    let pause = if count < LAPSED_TIMES { LAPSED_DAYS } else { PASSWORD_DAYS };
    let next = ReminderStep::Lapsed(u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1));
    ((today - last).whole_days() >= pause).then_some(next)
}

/// No further notifications.
struct Exhausted;

/// The next step for an expired certificate: none within a week of the last.
fn next_after_expiry(earlier: &[Notification], today: Day) -> Result<Option<ReminderStep>, Exhausted> {
    let sent = earlier.iter().filter(|one| matches!(one.step, ReminderStep::Lapsed(_)) && one.on <= today);
    let (count, last) = (sent.clone().count(), sent.map(|one| one.on).max());
    if last.is_some_and(|last| (today - last).whole_days() < LAPSED_DAYS) {
        return Ok(None);
    }
    if count >= LAPSED_TIMES {
        return Err(Exhausted);
    }
    Ok(Some(ReminderStep::Lapsed(u32::try_from(count).unwrap_or(0) + 1)))
}

/// The notifications of a certificate: those in the ledger, and contacts that people recorded
/// (連絡済).
fn notifications(
    fleet: &Certificates,
    ledger: &Recipients,
    item: &CertificateItem,
    topic: &NotificationTopic,
) -> Vec<Notification> {
    let mut earlier = ledger.of(topic, item.holder.and_then(|at| fleet.office.holders.get(at)));
    let contacted = fleet.marks(item).filter(|mark| mark.state == MarkState::Contacted);
    // A contact from before the certificate's notBefore was about its predecessor.
    for on in contacted.filter_map(|mark| fleet.done_on(mark)).filter(|on| Some(*on) >= item.begins) {
        let Some(ends) = item.ends else { continue };
        let left = (ends - on).whole_days();
        let tier = fleet.policy.tiers.iter().map(|tier| tier.value.days).find(|days| left <= *days);
        match tier {
            _ if left < 0 => earlier.push(Notification { step: ReminderStep::Lapsed(0), on }),
            Some(days) => earlier.push(Notification { step: ReminderStep::Tier(days), on }),
            None => {}
        }
    }
    earlier
}

/// Whether its expiry has been acknowledged (確認済).
fn is_acknowledged(fleet: &Certificates, item: &CertificateItem) -> bool {
    let rule = if fleet.has_expired(item) { "expired" } else { "expiring" };
    let said = |mark: &Mark| mark.state == MarkState::Acknowledged && mark.rule.as_deref() == Some(rule);
    fleet.marks(item).any(|mark| said(mark) && mark.holds_on(fleet.today))
}
