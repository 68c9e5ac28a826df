//! `shomei schedule print`.

use crate::app::output::Privacy;
use crate::app::schedule::SchedulePlan;
use crate::cli::prelude::*;
use crate::deliver::schedule::systemd::{service_name, timer_name};
use crate::deliver::schedule::{cron, windows};

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let plan = SchedulePlan::new(&session.context, &super::options(session, matches))?;
    let output = matches.get_one::<PathBuf>("into").map(PathBuf::as_path);
    match matches.get_one::<String>("for").map(String::as_str) {
        Some("systemd") => units(session, &plan, output)?,
        Some("cron") => {
            session.write_as(output, Privacy::Ordinary, |out| out.write_all(cron::block(&plan.job).as_bytes()))?
        }
        _ => task(session, &plan, output)?,
    }
    Ok(Outcome::Clean)
}

/// The timer and the service: one after the other, or into a folder.
fn units(session: &Session, plan: &SchedulePlan, output: Option<&Path>) -> Result<(), AppError> {
    let name = &plan.job.name;
    let [timer, service] = plan.units(session.context.lang)?;
    let units = [(timer_name(name), timer), (service_name(name), service)];
    let Some(folder) = output else {
        let texts: Vec<String> = units.iter().map(|(name, text)| format!("# {name}\n{text}")).collect();
        return session.print(&texts.join("\n")).map(drop);
    };
    std::fs::create_dir_all(folder)?;
    for (name, text) in units {
        session.write_as(Some(&folder.join(name)), Privacy::Ordinary, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

fn task(session: &Session, plan: &SchedulePlan, output: Option<&Path>) -> Result<(), AppError> {
    let job = &plan.job;
    let Some(today) = job.zone.day(session.context.now) else { return Ok(()) };
    match output {
        Some(_) => session.write_as(output, Privacy::Ordinary, |out| out.write_all(&windows::file(job, today))),
        None => session.print(&windows::task(job, today)).map(drop),
    }
}
