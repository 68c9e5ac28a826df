//! What the commands of the lifecycle share: the fleet, the calendar, a plan of it.

use std::sync::Arc;

use clap::ArgMatches;

use super::depot::{self, Depot};
use super::session::Session;
use super::{Failure, holidays};
use crate::calendar::{Day, parse_day};
use crate::inventory::{NotificationRow, Store};
use crate::lifecycle::{Certificates, Notification, NotificationTopic, OfficeCalendars, ReminderLedger, ReminderStep};
use crate::locale::{Lang, Text};
use crate::policy::Policy;
use crate::register::RegisterState;
use crate::report::View;

/// The inventory, opened and asked, and what a fleet borrows.
pub(super) struct Grounds {
    pub depot: Depot,
    pub policy: Arc<Policy>,
    pub office: RegisterState,
    pub calendar: OfficeCalendars,
}

impl Grounds {
    /// Opens the inventory for reading, as known on the day asked.
    pub(super) fn open(session: &Session, matches: &ArgMatches) -> Result<Grounds, Failure> {
        let depot = Depot::open(session, matches)?;
        let policy = Arc::clone(&depot.judging.policy);
        let office = depot.inventory.office().map_err(|error| depot::failed(&error, &depot.settings, session.lang))?;
        let calendar = OfficeCalendars::new(&policy, &holidays::in_force(session.lang)?);
        Ok(Grounds { depot, policy, office, calendar })
    }
}

/// Every certificate of the inventory at the moment judged, in relation to the others.
pub(super) fn fleet<'a>(
    session: &Session,
    depot: &mut Depot,
    policy: &'a Policy,
    office: &'a RegisterState,
) -> Result<Certificates<'a>, Failure> {
    let at = depot.judging.at;
    let mut fleet = Certificates::new(policy, office, at).ok_or_else(|| beyond(session.lang))?;
    depot.tell(session, &mut fleet)?;
    fleet.settle();
    Ok(fleet)
}

/// The moment judged lies where the calendar ends.
pub(super) fn beyond(lang: Lang) -> Failure {
    let text = Text {
        ja: "判定日時が暦の終わりに近すぎて計算できません。--at にもっと前の日時を指定してください。",
        en: "the moment judged is too near the end of the calendar; name an earlier one with --at.",
    };
    Failure::Message(text.get(lang).into())
}

/// The fleet as it is shown.
pub(super) fn view<'a>(session: &Session, fleet: &'a Certificates<'a>, as_of: Option<Day>) -> View<'a> {
    View { lang: session.lang, fleet, as_of }
}

/// What was said already.
pub(super) fn ledger(rows: &[NotificationRow]) -> ReminderLedger {
    let mut ledger = ReminderLedger::default();
    for told in rows {
        if let (Some(step), Some(on)) = (ReminderStep::of_code(&told.step), parse_day(&told.on)) {
            ledger.add(NotificationTopic(told.topic.clone()), Notification { step, on });
        }
    }
    ledger
}

/// A day that a flag names.
pub(super) fn day(matches: &ArgMatches, name: &str, lang: Lang) -> Result<Option<Day>, Failure> {
    let Some(text) = matches.get_one::<String>(name) else { return Ok(None) };
    let wrong = Text {
        ja: "--{name} の値 {text} は日付ではありません。2027-04-01 のように書いてください。",
        en: "--{name} {text} is no day: write it like 2027-04-01.",
    };
    parse_day(text).map(Some).ok_or_else(|| Failure::new(wrong, lang, &[("name", &name), ("text", text)]))
}
