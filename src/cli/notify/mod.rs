//! `shomei notify`: what is due is told, by mail or on paper, and recorded as said.

mod mailroom;
mod paper;
mod preview;
mod sending;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};

use super::depot::{self, Depot};
use super::lifecycle::{Grounds, beyond, ledger};
use super::report::fees;
use super::run::lock;
use super::session::Session;
use super::settings::Settings;
use super::{Failure, Outcome, arguments, bind, complain, diff, letters, register};
use crate::calendar::{Day, parse_day};
use crate::deliver::{AuditorMessage, NotificationKey, Outbox, Routing, RunError};
use crate::inventory::{NotificationRow, Store};
use crate::lifecycle::{Certificates, OfficeCalendars, PlanOptions, Reminders, RenewalPlan};
use crate::locale::{Lang, Text};
use crate::register::{ContactChannel, RegisterState};
use crate::report::{Gathering, Report, Scope, Templates, View};
pub(super) use mailroom::Mailroom;
pub(super) use sending::{Sent, alarm, fingerprint, greet, send};

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "期限などを、事業所・代理人と管理者に知らせ、知らせたと記録します",
        en: "Tells holders and auditors what is due, and records it as said",
    };
    let dry_run = Text {
        ja: "誰に何を知らせるかを示すだけで、送らない",
        en: "show who would be told what; send nothing",
    };
    let report = Text {
        ja: "設定の report_on にかかわらず、管理者に報告書を送る",
        en: "send the auditors the report, whatever report_on says",
    };
    let yes = Text {
        ja: "上限(max_messages)を超えても、この数まで送る",
        en: "send so many messages although max_messages is fewer",
    };
    let channel = Text {
        ja: "メールの代わりに、手紙・FAX・電話で知らせるものを作る",
        en: "make what goes by letter, fax or telephone in place of mail",
    };
    let sent = Text {
        ja: "作ったものを知らせたと記録する(台帳IDを書けば、その事業所だけ)",
        en: "record as said what was made (of these holders alone, where IDs are given)",
    };
    let at = Text {
        ja: "今とみなす日時(試しに)。--dry-run でなければ、本当に送って記録する",
        en: "the moment that is taken for now, for trials; without --dry-run it is really sent and recorded",
    };
    Command::new("notify")
        .about(about.get(lang))
        .arg(arguments::switch("dry-run", dry_run, lang))
        .arg(arguments::switch("report", report, lang).conflicts_with("channel"))
        .arg(
            arguments::option("yes", Text { ja: "数", en: "N" }, yes, lang)
                .value_parser(value_parser!(u64))
                .conflicts_with("channel"),
        )
        .arg(arguments::choice("channel", &["letter", "fax", "phone"], channel, lang).conflicts_with("dry-run"))
        .arg(
            Arg::new("mark-sent")
                .long("mark-sent")
                .value_name("ID")
                .help(sent.get(lang))
                .num_args(0..)
                .requires("channel"),
        )
        .arg(arguments::output(lang).short('o').requires("channel"))
        .arg(letters::folder("templates", Text { ja: "文面のフォルダー", en: "the folder of the texts" }, lang))
        .arg(arguments::format(&["table", "json"], lang))
        .arg(register::by(lang))
        .arg(arguments::inventory(lang))
        .args(arguments::judging(lang).into_iter().filter(|arg| arg.get_id() != "at"))
        .arg(arguments::option("at", Text { ja: "日時", en: "TIME" }, at, lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let session = &session.at(matches)?;
    if let Some(channel) = matches.get_one::<String>("channel") {
        return paper::run(session, matches, channel_of(channel));
    }
    if matches.get_flag("dry-run") {
        return preview::run(session, matches);
    }
    let wishes = Wishes {
        report: matches.get_flag("report"),
        yes: matches.get_one::<u64>("yes").copied(),
        by: bind::who(matches),
        templates: matches.get_one::<PathBuf>("templates").cloned(),
        earlier: Vec::new(),
    };
    let mut mailroom = Mailroom::open(session, matches, &wishes)?;
    let folder = beside(&Settings::resolve(session, matches)?.inventory.value);
    let Some(_lock) = lock(&folder, session.lang)? else { return Ok(Outcome::Incomplete) };
    mailroom.clear_outbox(session)?;
    let outbox = mailroom.outbox.clone();
    let sent = with_matter(session, matches, &outbox, |matter| {
        send(session, &mut mailroom, matter, &wishes, Vec::new(), None)
    })?;
    RunError::texts(&sent.troubles).into_iter().for_each(complain);
    if arguments::is_json(matches) {
        session.write_to(None, |out| {
            crate::report::write_json(out, &sent.document())?;
            out.write_all(b"\n")
        })?;
    } else {
        session.print(&(sent.summary(session.lang) + "\n"))?;
    }
    Ok(if sent.is_whole() { Outcome::Clean } else { Outcome::Incomplete })
}

/// What the caller of a delivery wishes.
pub(super) struct Wishes {
    /// The auditors get the report in any case.
    pub report: bool,
    /// So many messages may go at once.
    pub yes: Option<u64>,
    /// Who records it.
    pub by: Option<String>,
    /// The folder of the texts, where not the configuration's.
    pub templates: Option<PathBuf>,
    /// What failed in earlier runs and could not be told then.
    pub earlier: Vec<String>,
}

/// Everything there is to tell, judged once.
pub(super) struct Matter<'a> {
    pub gathering: &'a Gathering<'a>,
    pub calendar: &'a OfficeCalendars,
    pub reminders: Reminders,
    /// What was said already.
    pub ledger: Vec<NotificationRow>,
    pub lang: Lang,
    plan: &'a RenewalPlan<'a>,
    depot: &'a Depot,
    office: &'a RegisterState,
    report: OnceCell<Report>,
}

impl Matter<'_> {
    /// What is due, sorted by whom it goes to.
    pub(super) fn routing(&self, contacts: bool) -> Routing {
        Routing::new(&self.gathering.fleet, &self.reminders, contacts)
    }

    /// The fleet as it is shown.
    pub(super) fn view(&self) -> View<'_> {
        View { lang: self.lang, fleet: &self.gathering.fleet, as_of: None }
    }

    /// The report, with what has changed since the auditors last got one; made once.
    pub(super) fn report(&self) -> Result<&Report, Failure> {
        if let Some(report) = self.report.get() {
            return Ok(report);
        }
        let fees = fees(&self.gathering.fleet, self.plan);
        let mut report = self.gathering.report(self.plan, &fees, None);
        if let Some(day) = self.last_report() {
            let (since, changes) = diff::compared(self.depot, &day.to_string(), self.lang)?;
            report = report.with_changes(since, &changes, &Scope::default(), &self.office.holders);
        }
        Ok(self.report.get_or_init(|| report))
    }

    /// The day on which the auditors last got the report.
    pub(super) fn last_report(&self) -> Option<Day> {
        let days = self.ledger.iter().filter(|row| row.topic == REPORT).filter_map(|row| parse_day(&row.on));
        days.filter(|on| *on <= self.gathering.fleet.today).max()
    }
}

/// The topic under which the ledger keeps that the auditors got the report.
const REPORT: &str = "report";

/// Judges everything and hands on what there is to tell; what lies in the outbox is left out.
pub(super) fn with_matter<T>(
    session: &Session,
    matches: &ArgMatches,
    outbox: &Outbox,
    then: impl FnOnce(&Matter) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let lang = session.lang;
    let Grounds { mut depot, policy, office, calendar } = Grounds::open(session, matches)?;
    let rows = depot.inventory.notifications().map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    let fleet = Certificates::new(&policy, &office, depot.judging.at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, Scope::default(), fleet);
    depot.tell(session, &mut gathering)?;
    gathering.fleet.settle();
    let plan = RenewalPlan::new(&gathering.fleet, &calendar, PlanOptions::default()).ok_or_else(|| beyond(lang))?;
    let mut reminders = Reminders::new(&gathering.fleet, &plan, &ledger(&rows));
    let pending = outbox.pending()?;
    let sent: Vec<_> = pending.iter().filter(|one| one.channel == "mail").flat_map(|one| &one.told).collect();
    reminders.due.retain(|due| !sent.iter().any(|one| one.topic == due.topic.0 && one.step == due.step.code()));
    then(&Matter {
        gathering: &gathering,
        calendar: &calendar,
        reminders,
        ledger: rows,
        lang,
        plan: &plan,
        depot: &depot,
        office: &office,
        report: OnceCell::new(),
    })
}

/// What delivery keeps beside an inventory: `inventory.sqlite.delivery`.
pub(super) fn beside(inventory: &Path) -> PathBuf {
    let mut name = inventory.as_os_str().to_owned();
    name.push(".delivery");
    PathBuf::from(name)
}

/// The outbox of an inventory.
pub(super) fn outbox(inventory: &Path) -> Outbox {
    Outbox::new(&beside(inventory).join("outbox"))
}

/// The texts: of the folder that is named, or the configuration's, or those that are built in.
fn templates(session: &Session, named: Option<&PathBuf>) -> Result<Templates, Failure> {
    let configured = session.config.notify.as_ref().and_then(|notify| notify.templates.as_ref());
    let folder = named.or(configured.map(|set| &set.value));
    letters::templates_of(folder.map(PathBuf::as_path), session.lang)
}

/// What the ledger keeps of something said on a day, by a channel.
fn told_row(one: &NotificationKey, on: Day, by: Option<String>, channel: &str) -> NotificationRow {
    NotificationRow {
        topic: one.topic.clone(),
        step: one.step.clone(),
        on: on.to_string(),
        by,
        note: Some(channel.to_string()),
    }
}

fn channel_of(word: &str) -> ContactChannel {
    match word {
        "letter" => ContactChannel::Letter,
        "fax" => ContactChannel::Fax,
        _ => ContactChannel::Phone,
    }
}
