//! The reminder ledger: who is to be told what, and what was said already.
//!
//! A tier is a window of days, not a day: what was missed in an outage is said afterwards, the
//! tightest tier alone, and what was said is not said again. What has lapsed is repeated weekly,
//! so many times; then it stays in the auditors' list.

use std::collections::HashMap;

use super::expiry::{Nearness, nearness};
use super::plan::RenewalPlan;
use super::{CertificateItem, Certificates, LifecycleState, Subject};
use crate::audit::holding::status_on;
use crate::calendar::Day;
use crate::certificate::hex;
use crate::register::{Holder, HolderStatus, Mark, MarkState};
use time::Duration;

/// How often it is said that a certificate has lapsed.
pub const LAPSED_TIMES: usize = 8;
/// Days from one time to the next.
pub const LAPSED_DAYS: i64 = 7;

/// What something was, or is to be, said about: the text under which it is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationTopic(pub String);

impl NotificationTopic {
    /// A certificate's end. A declared one is another once another end is declared.
    pub fn of(item: &CertificateItem) -> NotificationTopic {
        NotificationTopic(match &item.thing {
            Subject::Certificate(sha256) => format!("sha256:{}", hex(sha256)),
            Subject::Declared(key) => {
                let ends = item.ends.map(|day| day.to_string()).unwrap_or_default();
                format!("declared:{}/{}/{ends}", key.register, key.id)
            }
        })
    }

    /// The end of a system password that was changed on a day.
    pub fn password(holder: &Holder, changed: Day) -> NotificationTopic {
        NotificationTopic(format!("password:{}/{}/{changed}", holder.key.register, holder.key.id))
    }
}

/// At which step something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReminderStep {
    /// Inside a tier: it ends in at most so many days.
    Tier(i64),
    /// It has ended; said for the first, second, … time.
    Lapsed(u32),
}

impl ReminderStep {
    /// As the ledger spells it.
    pub fn code(self) -> String {
        match self {
            ReminderStep::Tier(days) => format!("tier-{days}"),
            ReminderStep::Lapsed(time) => format!("lapsed-{time}"),
        }
    }

    /// The one spelt so.
    pub fn of_code(code: &str) -> Option<ReminderStep> {
        let (kind, number) = code.rsplit_once('-')?;
        match kind {
            "tier" => number.parse().ok().map(ReminderStep::Tier),
            "lapsed" => number.parse().ok().map(ReminderStep::Lapsed),
            _ => None,
        }
    }

    /// Whether something said at `other` makes this needless: it was said nearer to the end.
    fn is_covered_by(self, other: ReminderStep) -> bool {
        match (self, other) {
            (ReminderStep::Tier(days), ReminderStep::Tier(other)) => other <= days,
            (ReminderStep::Tier(_), ReminderStep::Lapsed(_)) => true,
            _ => false,
        }
    }
}

/// Something that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notification {
    /// At which step.
    pub step: ReminderStep,
    /// On which day.
    pub on: Day,
}

/// What was said already, by topic.
#[derive(Clone, Debug, Default)]
pub struct ReminderLedger(HashMap<NotificationTopic, Vec<Notification>>);

impl ReminderLedger {
    /// Adds something that was said.
    pub fn add(&mut self, topic: NotificationTopic, told: Notification) {
        self.0.entry(topic).or_default().push(told);
    }

    fn of(&self, topic: &NotificationTopic) -> &[Notification] {
        self.0.get(topic).map_or(&[], Vec::as_slice)
    }
}

/// Something to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct DueReminder {
    /// About what.
    pub topic: NotificationTopic,
    /// At which step.
    pub step: ReminderStep,
    /// The certificate in [`Certificates::items`]; none where it is about a password.
    pub item: Option<usize>,
    /// The place in the register of the holder to be told; none: the auditors alone.
    pub holder: Option<usize>,
    /// The day on which it ends, or ended.
    pub ends: Day,
    /// The last safe day of application, where it is about a certificate and there is one.
    pub last_application: Option<Day>,
}

/// What is to be said today.
#[derive(Clone, Debug, Default)]
pub struct Reminders {
    /// To holders, the nearest end first.
    pub due: Vec<DueReminder>,
    /// Lapsed certificates of which enough was said: places in [`Certificates::items`].
    pub exhausted: Vec<usize>,
}

impl Reminders {
    /// What is to be said on the day of the fleet, if the ledger holds what was said before.
    pub fn new(fleet: &Certificates, plan: &RenewalPlan, ledger: &ReminderLedger) -> Reminders {
        let mut reminders = Reminders::default();
        let planned = plan.entries.iter().filter(|entry| fleet.items[entry.item].state == LifecycleState::Active);
        for entry in planned {
            reminders.consider(fleet, ledger, entry.item, entry.last_application);
        }
        reminders.passwords(fleet, ledger);
        reminders.due.sort_by(|a, b| (a.ends, a.holder, &a.topic).cmp(&(b.ends, b.holder, &b.topic)));
        reminders.exhausted.sort_unstable();
        reminders
    }

    fn consider(&mut self, fleet: &Certificates, ledger: &ReminderLedger, at: usize, last_application: Option<Day>) {
        let item = &fleet.items[at];
        let Some(ends) = item.ends else { return };
        if is_acknowledged(fleet, item) {
            return;
        }
        let topic = NotificationTopic::of(item);
        let told = told(fleet, ledger, item, &topic);
        let step = match nearness(fleet, item) {
            Nearness::Tier(days) => next_of_tier(days, &told, fleet.today),
            Nearness::Lapsed => match next_of_lapsed(&told, fleet.today) {
                Ok(step) => step,
                Err(Exhausted) => return self.exhausted.push(at),
            },
            Nearness::Later | Nearness::Unknown => None,
        };
        if let Some(step) = step {
            let (item, holder) = (Some(at), item.holder);
            self.due.push(DueReminder { topic, step, item, holder, ends, last_application });
        }
    }

    /// What is to be said of passwords: once before the end, once when it has come.
    fn passwords(&mut self, fleet: &Certificates, ledger: &ReminderLedger) {
        let Some(life) = fleet.policy.holders.password_days else { return };
        let warning = fleet.policy.holders.password_warning_days.value;
        for (at, holder) in fleet.office.holders.iter().enumerate() {
            if status_on(holder, Some(fleet.today)) != HolderStatus::Active {
                continue;
            }
            let Some(changed) = fleet.office.password_changed(holder) else { continue };
            let Some(ends) = changed.checked_add(Duration::days(life.value)) else { continue };
            let left = (ends - fleet.today).whole_days();
            if left > warning {
                continue;
            }
            let topic = NotificationTopic::password(holder, changed);
            let tier = if left > 0 { warning } else { 0 };
            if let Some(step) = next_of_tier(tier, ledger.of(&topic), fleet.today) {
                self.due.push(DueReminder { topic, step, item: None, holder: Some(at), ends, last_application: None });
            }
        }
    }
}

impl DueReminder {
    /// The holder that is to be told.
    pub fn holder<'a>(&self, fleet: &Certificates<'a>) -> Option<&'a Holder> {
        self.holder.and_then(|at| fleet.office.holders.get(at))
    }

    /// Whether it is about a system password.
    pub fn is_password(&self) -> bool {
        self.item.is_none()
    }
}

/// What is to be said inside a tier: nothing where the same or something nearer was said. What a
/// clock that ran ahead said at a later day counts only for what it said.
fn next_of_tier(days: i64, told: &[Notification], today: Day) -> Option<ReminderStep> {
    let step = ReminderStep::Tier(days);
    let said = |one: &Notification| one.step == step || (one.on <= today && step.is_covered_by(one.step));
    (!told.iter().any(said)).then_some(step)
}

/// Enough was said.
struct Exhausted;

/// What is to be said of what has lapsed: nothing within a week.
fn next_of_lapsed(told: &[Notification], today: Day) -> Result<Option<ReminderStep>, Exhausted> {
    let said = told.iter().filter(|one| matches!(one.step, ReminderStep::Lapsed(_)) && one.on <= today);
    let (count, last) = (said.clone().count(), said.map(|one| one.on).max());
    if last.is_some_and(|last| (today - last).whole_days() < LAPSED_DAYS) {
        return Ok(None);
    }
    if count >= LAPSED_TIMES {
        return Err(Exhausted);
    }
    Ok(Some(ReminderStep::Lapsed(u32::try_from(count).unwrap_or(0) + 1)))
}

/// What was said of a certificate: by the ledger, and by people who recorded it (連絡済).
fn told(
    fleet: &Certificates,
    ledger: &ReminderLedger,
    item: &CertificateItem,
    topic: &NotificationTopic,
) -> Vec<Notification> {
    let mut told = ledger.of(topic).to_vec();
    let contacted = fleet.marks(item).filter(|mark| mark.state == MarkState::Contacted);
    for on in contacted.filter_map(|mark| fleet.done_on(mark)).filter(|on| Some(*on) >= item.begins) {
        let Some(ends) = item.ends else { continue };
        let left = (ends - on).whole_days();
        let tier = fleet.policy.tiers.iter().map(|tier| tier.value.days).find(|days| left <= *days);
        match tier {
            _ if left < 0 => told.push(Notification { step: ReminderStep::Lapsed(0), on }),
            Some(days) => told.push(Notification { step: ReminderStep::Tier(days), on }),
            None => {}
        }
    }
    told
}

/// Whether somebody has acknowledged (確認済) that it ends, or has ended.
fn is_acknowledged(fleet: &Certificates, item: &CertificateItem) -> bool {
    let rule = if fleet.has_expired(item) { "expired" } else { "expiring" };
    let said = |mark: &Mark| mark.state == MarkState::Acknowledged && mark.rule.as_deref() == Some(rule);
    fleet.marks(item).any(|mark| said(mark) && mark.holds_on(fleet.today))
}
