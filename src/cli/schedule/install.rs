//! `shomei schedule install` and `remove`.

use clap::ArgMatches;

use super::plan::{self, Plan};
use super::print::units_of;
use super::systems::{Crontab, Systemd};
use crate::cli::session::Session;
use crate::cli::{Failure, Outcome, run};
use crate::deliver::schedule::systemd::{SystemdScope, timer_name};
use crate::deliver::schedule::{TimerJob, cron};
use crate::locale::{Lang, Text};
use crate::report::escape;

/// What is to call the program.
enum With {
    Systemd(Systemd),
    Cron(Vec<u8>),
}

pub(super) fn install(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let plan = Plan::of(session, matches)?;
    let installed = match with(&plan, matches, lang)? {
        With::Systemd(systemd) => into_systemd(systemd, &plan, lang)?,
        With::Cron(crontab) => into_crontab(&crontab, &plan.job, lang)?,
    };
    // Beside another's inventory nothing of ours is left; there the timer's first time is the first.
    if plan.scope == SystemdScope::User {
        run::note_installed(session, matches)?;
    }
    session.print(&(installed + &plan.text(session)))?;
    Ok(Outcome::Clean)
}

/// What the flags ask for, else what is at work here.
fn with(plan: &Plan, matches: &ArgMatches, lang: Lang) -> Result<With, Failure> {
    let systemd = if plan.scope == SystemdScope::User { Systemd::User } else { Systemd::System };
    let asked = matches.get_one::<String>("with").map(String::as_str);
    let only_systemd = asked == Some("systemd") || systemd == Systemd::System;
    if asked == Some("cron") && systemd == Systemd::System {
        let text = Text {
            ja: "--system は systemd だけのものです。cron には、その利用者として予定を入れてください。",
            en: "--system is for systemd only; with cron, install it as the user who is to run it.",
        };
        return Err(Failure::Message(text.get(lang).into()));
    }
    if only_systemd || (asked.is_none() && systemd.is_running()) {
        return Ok(With::Systemd(systemd));
    }
    let nothing = Text {
        ja: "systemd は動いておらず、cron もありません。Windows では shomei schedule print --for windows -o shomei.xml でタスクのファイルを作り、取り込んでください。",
        en: "systemd is not at work and there is no cron. On Windows, make a task's file with shomei schedule print --for windows -o shomei.xml, and import it.",
    };
    Crontab::read(lang)?.map(With::Cron).ok_or_else(|| Failure::Message(nothing.get(lang).into()))
}

fn into_systemd(systemd: Systemd, plan: &Plan, lang: Lang) -> Result<String, Failure> {
    let job = &plan.job;
    systemd.write(&job.name, &units_of(plan, lang)?, lang)?;
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

fn into_crontab(crontab: &[u8], job: &TimerJob, lang: Lang) -> Result<String, Failure> {
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
fn out_of_crontab(name: &str, lang: Lang) -> Result<bool, Failure> {
    let Some(crontab) = Crontab::read(lang)? else { return Ok(false) };
    let Some(rest) = cron::without(&crontab, name) else { return Ok(false) };
    Crontab::write(&rest, lang)?;
    Ok(true)
}

pub(super) fn remove(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let name = plan::name(matches, lang)?;
    let removed = match matches.get_flag("system") {
        true => vec![("systemd", Systemd::System.remove(&name, lang)?)],
        false => vec![("systemd", Systemd::User.remove(&name, lang)?), ("cron", out_of_crontab(&name, lang)?)],
    };
    let mut said = String::new();
    for (whence, _) in removed.iter().filter(|(_, removed)| *removed) {
        let text = Text { ja: "{whence} から取り除きました: {name}\n", en: "Removed from {whence}: {name}\n" };
        said += &text.fill(lang, &[("whence", whence), ("name", &name)]);
    }
    if said.is_empty() {
        let text = Text {
            ja: "{name} という予定は入っていません。\n", en: "No schedule {name} is installed.\n"
        };
        said = text.fill(lang, &[("name", &name)]);
    }
    session.print(&said)?;
    Ok(Outcome::Clean)
}
