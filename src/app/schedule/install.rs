//! Installing and removing a schedule.

use super::plan::{ScheduleOptions, SchedulePlan, job_name};
use super::systems::{Crontab, Systemd, TaskScheduler};
use crate::app::{AppError, Context, run};
use crate::deliver::schedule::systemd::{SystemdScope, timer_name};
use crate::deliver::schedule::{TimerJob, cron, windows};
use crate::locale::{Lang, Text};
use crate::report::escape;

/// What calls programs here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheduler {
    /// systemd.
    Systemd,
    /// cron.
    Cron,
    /// The Task Scheduler of Windows.
    Windows,
}

/// What is to call the program.
enum With {
    Systemd(Systemd),
    Cron(Vec<u8>),
    Windows(TaskScheduler),
}

/// Installs a schedule with the scheduler asked for, else with the one that runs here; returns the
/// answer in lines.
pub fn install(context: &Context, options: &ScheduleOptions, with: Option<Scheduler>) -> Result<String, AppError> {
    let lang = context.lang;
    let plan = SchedulePlan::new(context, options)?;
    let installed = match chosen(context, &plan, with)? {
        With::Windows(tasks) => into_tasks(context, &tasks, &plan.job)?,
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
fn chosen(context: &Context, plan: &SchedulePlan, asked: Option<Scheduler>) -> Result<With, AppError> {
    let lang = context.lang;
    let systemd = if plan.scope == SystemdScope::User { Systemd::User } else { Systemd::System };
    let only_systemd = asked == Some(Scheduler::Systemd) || systemd == Systemd::System;
    if matches!(asked, Some(Scheduler::Cron | Scheduler::Windows)) && systemd == Systemd::System {
        let text = Text {
            ja: "--system は systemd だけのものです。cron とタスク スケジューラには、その利用者として予定を入れてください。",
            en: "--system is for systemd only; with cron and the Task Scheduler, install it as the user who is to run it.",
        };
        return Err(AppError::Message(text.get(lang).into()));
    }
    if only_systemd || (asked.is_none() && systemd.is_running()) {
        return Ok(With::Systemd(systemd));
    }
    if asked != Some(Scheduler::Cron)
        && let Some(tasks) = TaskScheduler::here(context.environment.data_folder.as_deref())
    {
        return Ok(With::Windows(tasks));
    }
    let nothing = match asked {
        Some(Scheduler::Windows) => Text {
            ja: "タスク スケジューラ(schtasks)がありません。Windows で実行するか、shomei schedule print --for windows -o shomei.xml でタスクのファイルを作ってください。",
            en: "there is no Task Scheduler (schtasks) here; run it on Windows, or make a task's file with shomei schedule print --for windows -o shomei.xml",
        },
        _ => Text {
            ja: "systemd は動いておらず、cron もタスク スケジューラもありません。shomei schedule print で、入れるものを書き出せます。",
            en: "systemd is not at work, and there is neither cron nor a Task Scheduler; shomei schedule print writes what is to be installed.",
        },
    };
    let crontab = if asked == Some(Scheduler::Windows) { None } else { Crontab::read(lang)? };
    crontab.map(With::Cron).ok_or_else(|| AppError::Message(nothing.get(lang).into()))
}

/// The task runs as the user while that user is logged on, which needs no password here.
fn into_tasks(context: &Context, tasks: &TaskScheduler, job: &TimerJob) -> Result<String, AppError> {
    let lang = context.lang;
    // A moment that no calendar has needs no task.
    let Some(today) = job.zone.day(context.now) else { return Ok(String::new()) };
    tasks.write(&job.name, &windows::file(job, today), lang)?;
    let text = Text {
        ja: "タスク スケジューラに入れました: {task}\n1 時間ごとに呼び出され、予定の時刻を過ぎていて、まだなら実行します。\n動くのは、ログオンしている間です。ログオンしていない間も実行するには、一度だけ(パスワードを尋ねられます):\n  schtasks /Change /TN {task} /RU %USERNAME% /RP *\n",
        en: "Installed with the Task Scheduler: {task}\nIt is called every hour, and runs if it is due and not done.\nIt runs while you are logged on. To have it run while you are not, once (it asks for your password):\n  schtasks /Change /TN {task} /RU %USERNAME% /RP *\n",
    };
    let mut out = text.fill(lang, &[("task", &windows::task_name(&job.name))]);
    if is_drive(&job.config) || is_drive(&job.program) {
        let text = Text {
            ja: "注意: タスクからは、ネットワーク ドライブが見えないことがあります。共有フォルダーは \\\\サーバー\\共有名 の形で書いてください。\n",
            en: "Note: a task may not see mapped drives. Name shares as \\\\server\\share.\n",
        };
        out += text.get(lang);
    }
    Ok(out)
}

/// Whether a path begins with the letter of a drive that is not the system's own.
fn is_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', ..] if !letter.eq_ignore_ascii_case(&b'c'))
}

fn into_systemd(systemd: Systemd, plan: &SchedulePlan, lang: Lang) -> Result<String, AppError> {
    let job = &plan.job;
    systemd.write(&job.name, &plan.units(lang)?, lang)?;
    let text = Text { ja: "systemd に入れました: {timer}\n", en: "Installed with systemd: {timer}\n" };
    let mut out = text.fill(lang, &[("timer", &timer_name(&job.name))]);
    for file in systemd.files(&job.name) {
        out += &format!("  {}\n", escape::terminal(&file.to_string_lossy()));
    }
    match systemd.is_running() {
        true => systemd.start(&job.name, lang)?,
        false => out += &not_started(systemd, &job.name, lang),
    }
    if systemd == Systemd::User {
        // Else both would call it. A crontab that cannot be read fails nothing: `--if-due` leaves the
        // second call nothing to do.
        if out_of_crontab(&job.name, lang).unwrap_or(false) {
            let moved = Text { ja: "cron からは取り除きました。\n", en: "Removed from cron.\n" };
            out += moved.get(lang);
        }
        out += Text {
            ja: "ログインしていない間も実行するには、一度だけ:\n  loginctl enable-linger\n",
            en: "To have it run while you are not logged in, once:\n  loginctl enable-linger\n",
        }
        .get(lang);
    }
    Ok(out)
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
    let mut out = text.get(lang).to_string();
    if Systemd::User.remove(&job.name, lang)? {
        out += Text { ja: "systemd からは取り除きました。\n", en: "Removed from systemd.\n" }.get(lang);
    }
    Ok(out)
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
        false => {
            let tasks = TaskScheduler::here(context.environment.data_folder.as_deref());
            let out_of_tasks = tasks.map_or(Ok(false), |tasks| tasks.remove(&name, lang))?;
            vec![
                ("systemd", Systemd::User.remove(&name, lang)?),
                ("cron", out_of_crontab(&name, lang)?),
                (Text { ja: "タスク スケジューラ", en: "the Task Scheduler" }.get(lang), out_of_tasks),
            ]
        }
    };
    let mut out = String::new();
    for (scheduler, _) in removed.iter().filter(|(_, removed)| *removed) {
        let text = Text { ja: "{whence} から取り除きました: {name}\n", en: "Removed from {whence}: {name}\n" };
        out += &text.fill(lang, &[("whence", scheduler), ("name", &name)]);
    }
    if out.is_empty() {
        let text = Text {
            ja: "{name} という予定は入っていません。\n", en: "No schedule {name} is installed.\n"
        };
        out = text.fill(lang, &[("name", &name)]);
    }
    Ok(out)
}
