//! `shomei reminders`: who is to be told what today, and that it was said.

use clap::{ArgMatches, Command};

use super::lifecycle::{Grounds, beyond, fleet, ledger, view};
use super::session::Session;
use super::{Failure, Outcome, arguments, bind, depot, office, register};
use crate::inventory::{NotificationRow, Store};
use crate::lifecycle::{PlanOptions, Reminders, RenewalPlan};
use crate::locale::{Lang, Text};
use crate::report::RemindersReport;

pub(super) fn command(lang: Lang) -> Command {
    let about = Text {
        ja: "今日、誰に何を知らせるかを示します。一度知らせたと記録したことは、もう出ません",
        en: "Tells who is to be told what today; what was recorded as said does not come up again",
    };
    let record = arguments::switch(
        "record",
        Text { ja: "示したことを、知らせたと記録する", en: "record what is shown as said" },
        lang,
    );
    Command::new("reminders")
        .about(about.get(lang))
        .arg(record.conflicts_with_all(["at", "as-of"]))
        .arg(register::by(lang))
        .arg(arguments::format(&["table", "json", "csv"], lang))
        .arg(arguments::output(lang))
        .args(arguments::reading(lang))
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let Grounds { mut depot, policy, office: register, calendar } = Grounds::open(session, matches)?;
    let told = depot.inventory.notifications().map_err(|error| depot::failed(&error, &depot.settings, lang))?;
    let fleet = fleet(session, &mut depot, &policy, &register)?;
    let plan = RenewalPlan::new(&fleet, &calendar, PlanOptions::default()).ok_or_else(|| beyond(lang))?;
    let reminders = Reminders::new(&fleet, &plan, &ledger(&told));
    let recording = matches.get_flag("record");
    let report = RemindersReport::new(view(session, &fleet, depot.as_of), &reminders, recording);
    let output = matches.get_one::<std::path::PathBuf>("output");
    let style = session.style(output.is_some());
    // What could not be written was not said, and is not recorded.
    session.write_to(output.map(|path| path.as_path()), |out| {
        match matches.get_one::<String>("format").map(String::as_str) {
            Some("json") => report.write_json(out),
            Some("csv") => report.write_csv(out),
            _ => report.write_table(out, style),
        }
    })?;
    if recording && !reminders.due.is_empty() {
        let by = bind::who(matches);
        let mut inventory = depot::open(&depot.settings, lang)?;
        let row = |due: &crate::lifecycle::DueReminder| NotificationRow {
            topic: due.topic.0.clone(),
            step: due.step.code(),
            on: fleet.today.to_string(),
            by: by.clone(),
            note: None,
        };
        office::record_told(session, &mut inventory, reminders.due.iter().map(row), &depot.settings)?;
        let text = Text {
            ja: "知らせたと記録しました({n} 件)。同じことは、もう出ません。",
            en: "Recorded as said ({n}): none of it comes up again.",
        };
        if matches.get_one::<String>("format").is_none_or(|format| format == "table") {
            session.print(&(text.fill(lang, &[("n", &reminders.due.len())]) + "\n"))?;
        }
    }
    Ok(Outcome::Clean)
}
