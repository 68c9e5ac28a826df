//! `shomei schedule print`.

use crate::app::AppError;
use crate::app::Outcome;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::plan::Plan;
use crate::cli::session::Session;
use crate::deliver::schedule::systemd::{can_call, service, service_name, timer, timer_name};
use crate::deliver::schedule::{cron, windows};
use crate::locale::{Lang, Text};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
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
fn units(session: &Session, plan: &Plan, output: Option<&Path>) -> Result<(), AppError> {
    let name = &plan.job.name;
    let [timer, service] = units_of(plan, session.lang)?;
    let units = [(timer_name(name), timer), (service_name(name), service)];
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

/// The timer and the service, if systemd can bear the zone and the program.
pub(super) fn units_of(plan: &Plan, lang: Lang) -> Result<[String; 2], AppError> {
    let job = &plan.job;
    let zone = Text {
        ja: "ポリシーの時差 {zone} を systemd の予定に書けません(1時間単位のものだけ書けます)。cron を使ってください: --with cron",
        en: "systemd has no name for the policy's zone {zone}, only for whole hours; use cron: --with cron",
    };
    let program = Text {
        ja: "systemd は、引用符や \\ を含む場所のプログラム {program} を呼び出せません。別の場所に置くか、cron を使ってください: --with cron",
        en: "systemd cannot call {program}, whose path has a quotation mark or a backslash. Put it elsewhere, or use cron: --with cron",
    };
    let timer = timer(job).ok_or_else(|| AppError::new(zone, lang, &[("zone", &job.zone)]))?;
    if !can_call(&job.program) {
        return Err(AppError::new(program, lang, &[("program", &job.program)]));
    }
    Ok([timer, service(job, &plan.scope)])
}

fn task(session: &Session, plan: &Plan, output: Option<&Path>) -> Result<(), AppError> {
    let job = &plan.job;
    let Some(today) = job.zone.day(session.now) else { return Ok(()) };
    match output {
        Some(_) => session.write_to(output, |out| out.write_all(&windows::file(job, today))),
        None => session.print(&windows::task(job, today)),
    }
}
