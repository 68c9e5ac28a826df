//! `shomei schedule print`.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::plan::Plan;
use crate::cli::session::Session;
use crate::cli::{Failure, Outcome};
use crate::deliver::schedule::systemd::{service, service_name, timer, timer_name};
use crate::deliver::schedule::{Job, cron, windows};
use crate::locale::{Lang, Text};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let plan = Plan::of(session, matches)?;
    let output = matches.get_one::<PathBuf>("into").map(PathBuf::as_path);
    match matches.get_one::<String>("for").map(String::as_str) {
        Some("systemd") => units(session, &plan, output)?,
        Some("cron") => session.write_to(output, |out| out.write_all(cron::block(&plan.job).as_bytes()))?,
        _ => task(session, &plan, output)?,
    }
    Ok(Outcome::Clean)
}

/// The timer and the service: one after the other, or into a folder.
fn units(session: &Session, plan: &Plan, output: Option<&Path>) -> Result<(), Failure> {
    let job = &plan.job;
    let timer = timer(job).ok_or_else(|| no_zone(job, session.lang))?;
    let units = [(timer_name(&job.name), timer), (service_name(&job.name), service(job, &plan.scope))];
    let Some(folder) = output else {
        let texts: Vec<String> = units.iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
        return session.print(&texts.join("\n"));
    };
    std::fs::create_dir_all(folder)?;
    for (name, text) in units {
        session.write_to(Some(&folder.join(name)), |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

fn task(session: &Session, plan: &Plan, output: Option<&Path>) -> Result<(), Failure> {
    let job = &plan.job;
    let Some(today) = job.zone.day(session.now) else { return Ok(()) };
    match output {
        Some(_) => session.write_to(output, |out| out.write_all(&windows::file(job, today))),
        None => session.print(&windows::task(job, today)),
    }
}

/// That systemd cannot keep this zone's time.
pub(super) fn no_zone(job: &Job, lang: Lang) -> Failure {
    let text = Text {
        ja: "ポリシーの時間帯 {zone} を systemd の予定に書けません(1時間単位のものだけ書けます)。cron を使ってください: --with cron",
        en: "systemd has no name for the policy's zone {zone}, only for whole hours; use cron: --with cron",
    };
    Failure::new(text, lang, &[("zone", &job.zone)])
}
