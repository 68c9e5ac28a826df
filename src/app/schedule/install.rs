//! Installing and removing a schedule.

use super::plan::{ScheduleOptions, SchedulePlan, job_name};
use super::systems::{Crontab, Systemd};
use crate::app::{AppError, Context, run};
use crate::deliver::schedule::systemd::{SystemdScope, timer_name};
use crate::deliver::schedule::{TimerJob, cron};
use crate::locale::{Lang, Text};
use crate::report::escape;

/// What calls programs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// systemd.
    Systemd,
    /// cron.
    Cron,
}

/// What is to call the program.
enum With {
    Systemd(Systemd),
    Cron(Vec<u8>),
}

/// Installs a schedule with the scheduler asked for, else with the one that runs here; returns the
/// answer in lines.
pub fn install(context: &Context, options: &ScheduleOptions, with: Option<Scheduler>) -> Result<String, AppError> {
    let lang = context.lang;
    let plan = SchedulePlan::new(context, options)?;
    let installed = match chosen(&plan, with, lang)? {
        With::Systemd(systemd) => into_systemd(systemd, &plan, lang)?,
        With::Cron(crontab) => into_crontab(&crontab, &plan.job, lang)?,
    };
    // Beside another's inventory nothing of ours is left; there the timer's first time is the first.
    if plan.scope == SystemdScope::User {
        run::note_installed(context, &options.settings)?;
    }
    Ok(installed + &plan.text(context))
}

/// What is asked for, else what is at work here.
fn chosen(plan: &SchedulePlan, asked: Option<Scheduler>, lang: Lang) -> Result<With, AppError> {
    let systemd = if plan.scope == SystemdScope::User { Systemd::User } else { Systemd::System };
    let only_systemd = asked == Some(Scheduler::Systemd) || systemd == Systemd::System;
    if asked == Some(Scheduler::Cron) && systemd == Systemd::System {
        let text = Text {
            ja: "--system は systemd だけのものです。cron には、その利用者として予定を入れてください。",
            en: "--system is for systemd only; with cron, install it as the user who is to run it.",
        };
        return Err(AppError::Message(text.get(lang).into()));
    }
    if only_systemd || (asked.is_none() && systemd.is_running()) {
        return Ok(With::Systemd(systemd));
    }
    let nothing = Text {
        ja: "systemd は動いておらず、cron もありません。Windows では shomei schedule print --for windows -o shomei.xml でタスクのファイルを作り、取り込んでください。",
        en: "systemd is not at work and there is no cron. On Windows, make a task's file with shomei schedule print --for windows -o shomei.xml, and import it.",
    };
    Crontab::read(lang)?.map(With::Cron).ok_or_else(|| AppError::Message(nothing.get(lang).into()))
}

fn into_systemd(systemd: Systemd, plan: &SchedulePlan, lang: Lang) -> Result<String, AppError> {
    let job = &plan.job;
    systemd.write(&job.name, &plan.units(lang)?, lang)?;
    let text = Text { ja: "systemd に入れました: {timer}\n", en: "Installed with systemd: {timer}\n" };
    let mut said = text.fill(lang, &[("timer", &timer_name(&job.name))]);
    for file in systemd.files(&job.name) {
        said += &format!("  {}\n", escape::terminal(&file.to_string_lossy()));
    }
    match systemd.is_running() {
        true => systemd.start(&job.name, lang)?,
        false => said += &not_started(systemd, &job.name, lang),
    }
    if systemd == Systemd::User {
        if out_of_crontab(&job.name, lang).unwrap_or(false) {
            let moved = Text { ja: "cron からは取り除きました。\n", en: "Removed from cron.\n" };
            said += moved.get(lang);
        }
        said += Text {
            ja: "ログインしていない間も実行するには、一度だけ:\n  loginctl enable-linger\n",
            en: "To have it run while you are not logged in, once:\n  loginctl enable-linger\n",
        }
        .get(lang);
    }
    Ok(said)
}

/// How to start what no manager has read yet.
pub(super) fn not_started(systemd: Systemd, name: &str, lang: Lang) -> String {
    let text = Text {
        ja: "まだ始まっていません。systemd が動いている所で:\n  systemctl {flag}enable --now {timer}\n",
        en: "It has not started. Where systemd is at work:\n  systemctl {flag}enable --now {timer}\n",
    };
    text.fill(lang, &[("flag", &systemd.flag()), ("timer", &timer_name(name))])
}

fn into_crontab(crontab: &[u8], job: &TimerJob, lang: Lang) -> Result<String, AppError> {
    let changed = cron::with(crontab, job);
    if changed != crontab {
        Crontab::write(&changed, lang)?;
    }
    let text = Text {
        ja: "cron に入れました。1時間ごとに呼び出され、\n予定の時刻を過ぎていて、まだなら実行します。\n",
        en: "Installed with cron. It is called every hour, and runs if it is due and not done.\n",
    };
    let mut said = text.get(lang).to_string();
    if Systemd::User.remove(&job.name, lang)? {
        said += Text { ja: "systemd からは取り除きました。\n", en: "Removed from systemd.\n" }.get(lang);
    }
    Ok(said)
}

/// Takes a job's block out of the crontab; whether there was one.
fn out_of_crontab(name: &str, lang: Lang) -> Result<bool, AppError> {
    let Some(crontab) = Crontab::read(lang)? else { return Ok(false) };
    let Some(rest) = cron::without(&crontab, name) else { return Ok(false) };
    Crontab::write(&rest, lang)?;
    Ok(true)
}

/// Removes a schedule; returns the answer in lines.
pub fn remove(context: &Context, name: Option<&str>, system: bool) -> Result<String, AppError> {
    let lang = context.lang;
    let name = job_name(name, lang)?;
    let removed = match system {
        true => vec![("systemd", Systemd::System.remove(&name, lang)?)],
        false => vec![("systemd", Systemd::User.remove(&name, lang)?), ("cron", out_of_crontab(&name, lang)?)],
    };
    let mut said = String::new();
    for (scheduler, _) in removed.iter().filter(|(_, removed)| *removed) {
        let text = Text { ja: "{whence} から取り除きました: {name}\n", en: "Removed from {whence}: {name}\n" };
        said += &text.fill(lang, &[("whence", scheduler), ("name", &name)]);
    }
    if said.is_empty() {
        let text = Text {
            ja: "{name} という予定は入っていません。\n", en: "No schedule {name} is installed.\n"
        };
        said = text.fill(lang, &[("name", &name)]);
    }
    Ok(said)
}
