//! What the flags ask for: a job, when it is due, and what surrounds it.

use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::DEFAULT;
use crate::calendar::{BusinessCalendar, Instant, Zone};
use crate::cli::config::Whence;
use crate::cli::session::Session;
use crate::cli::settings::Settings;
use crate::cli::{Failure, complain, holidays, office};
use crate::deliver::schedule::systemd::SystemdScope;
use crate::deliver::schedule::{Schedule, TimerJob};
use crate::lifecycle::OfficeCalendars;
use crate::locale::{Lang, Text};
use crate::report::{escape, weekday};

/// A job and the calendar on which it is due.
pub(super) struct Plan {
    pub job: TimerJob,
    pub scope: SystemdScope,
    pub business: BusinessCalendar,
}

impl Plan {
    /// What the flags ask for.
    pub(super) fn of(session: &Session, matches: &ArgMatches) -> Result<Plan, Failure> {
        let lang = session.lang;
        let name = name(matches, lang)?;
        let schedule = schedule(matches, lang)?;
        let config = configuration(session)?;
        let program = match matches.get_one::<PathBuf>("program") {
            Some(path) => named_program(path, lang)?,
            None => written(&std::env::current_exe()?, lang)?,
        };
        let settings = Settings::resolve(session, matches)?;
        let (business, zone) = calendar(session, &settings)?;
        let scope = scope(session, matches, &settings)?;
        tell_of_variables(&settings, lang);
        // What the configuration says of the language it goes on saying.
        let lang = Some(lang).filter(|_| !matches!(session.lang_from(), Whence::File { .. }));
        Ok(Plan { job: TimerJob { name, program, config, lang, schedule, zone }, scope, business })
    }

    /// What is planned and when it is due next, in two lines.
    pub(super) fn text(&self, session: &Session) -> String {
        let TimerJob { schedule, zone, .. } = &self.job;
        planned(schedule, *zone, session.lang) + &next(schedule, &self.business, *zone, session.now, session.lang)
    }
}

/// The business days and the zone of the policy in force.
pub(super) fn calendar(session: &Session, settings: &Settings) -> Result<(BusinessCalendar, Zone), Failure> {
    let policy = settings.policy_alone(session)?;
    let calendar = OfficeCalendars::new(&policy, &holidays::in_force(session.lang)?);
    Ok((calendar.office, policy.zone))
}

/// The name that `--name` gives.
pub(super) fn name(matches: &ArgMatches, lang: Lang) -> Result<String, Failure> {
    let name = matches.get_one::<String>("name").map_or(DEFAULT, String::as_str);
    let text = Text {
        ja: "--name の値 {name} は使えません。英数字、-、_ だけの 60 字までの名前にしてください。",
        en: "--name {name} cannot be used: take letters, digits, - and _, 60 at most.",
    };
    TimerJob::is_name(name).then(|| name.to_string()).ok_or_else(|| Failure::new(text, lang, &[("name", &name)]))
}

fn schedule(matches: &ArgMatches, lang: Lang) -> Result<Schedule, Failure> {
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let many = |name: &str| matches.get_many::<String>(name).map(|days| days.cloned().collect::<Vec<_>>().join(","));
    let spaceless = |days: String| days.replace(char::is_whitespace, "");
    let time = one("time").unwrap_or("07:30");
    let days = match (one("daily"), many("weekly-on"), many("monthly-on")) {
        (Some(time), ..) => format!("daily {time}"),
        (_, Some(days), _) => format!("weekly {} {time}", spaceless(days)),
        (.., Some(days)) => format!("monthly {} {time}", spaceless(days)),
        _ => {
            let text = Text {
                ja: "いつ実行するかを、--daily 07:30、--weekly-on mon、--monthly-on 11 のどれかで指定してください。",
                en: "say when: --daily 07:30, --weekly-on mon or --monthly-on 11.",
            };
            return Err(Failure::Message(text.get(lang).into()));
        }
    };
    let text = format!("{days} {}", one("business-day").unwrap_or(""));
    Schedule::parse(&text).map_err(|mistake| Failure::Message(mistake.text(lang)))
}

/// The configuration's absolute path.
fn configuration(session: &Session) -> Result<String, Failure> {
    let text = Text {
        ja: "設定ファイルがありません。予定の実行はすべてを設定ファイルから読むので、--config で指定するか、利用者の設定フォルダーに置いてください。",
        en: "there is no configuration, from which a scheduled run takes everything: name one with --config, or put it into your configuration folder.",
    };
    let path = session.config_path.as_ref().ok_or_else(|| Failure::Message(text.get(session.lang).into()))?;
    written(path, session.lang)
}

fn named_program(path: &Path, lang: Lang) -> Result<String, Failure> {
    let text = Text {
        ja: "{path} というプログラムはありません。--program にはプログラムのファイルを指定してください。",
        en: "there is no program {path}: name its file with --program.",
    };
    match path.is_file() {
        true => written(path, lang),
        false => Err(Failure::new(text, lang, &[("path", &path.display())])),
    }
}

/// A path as it can stand in a unit, a crontab or a task: absolute, in UTF-8, without control
/// characters.
pub(super) fn written(path: &Path, lang: Lang) -> Result<String, Failure> {
    let absolute = std::path::absolute(path)?;
    let text = Text {
        ja: "{path} は予定に書けません。文字として読めない部分や改行のない場所に置いてください。",
        en: "{path} cannot be written into a schedule: use a place whose name is UTF-8, without line breaks.",
    };
    let fits = absolute.to_str().filter(|path| !path.contains(char::is_control)).map(String::from);
    fits.ok_or_else(|| Failure::new(text, lang, &[("path", &escape::terminal(&absolute.to_string_lossy()))]))
}

/// Whose systemd is to call it, and what it may write there.
fn scope(session: &Session, matches: &ArgMatches, settings: &Settings) -> Result<SystemdScope, Failure> {
    let lang = session.lang;
    if !matches.get_flag("system") {
        return Ok(SystemdScope::User);
    }
    let own = office::login().unwrap_or_else(|| "root".into());
    let behind_sudo = std::env::var("SUDO_USER").ok().filter(|name| !name.is_empty());
    let user = matches.get_one::<String>("user").cloned().or(behind_sudo).unwrap_or_else(|| own.clone());
    let odd = Text {
        ja: "--user の値 {user} は利用者の名前ではありません。",
        en: "--user {user} is no name of a user.",
    };
    if user.contains(|c: char| c.is_whitespace() || c.is_control() || c == '%') {
        return Err(Failure::new(odd, lang, &[("user", &escape::terminal(&user))]));
    }
    let unknown = Text {
        ja: "{user} の証明書台帳(DB)がどこにあるか分かりません。設定ファイルに inventory を書いてください。",
        en: "where {user} has the inventory is not known: write inventory into the configuration.",
    };
    if user != own && settings.inventory.from == Whence::Default {
        return Err(Failure::new(unknown, lang, &[("user", &user)]));
    }
    Ok(SystemdScope::System { user, writable: writable(session, matches, settings)? })
}

/// The folders in which a run writes: those of inventory and log, of reports and metrics, and those
/// that were named.
fn writable(session: &Session, matches: &ArgMatches, settings: &Settings) -> Result<Vec<String>, Failure> {
    let (lang, config) = (session.lang, &session.config);
    let log = config.run.log.iter().map(|set| &set.value);
    let folders = std::iter::once(&settings.inventory.value).chain(log).filter_map(|file| file.parent());
    let reports = config.report.iter().filter_map(|report| report.folder.as_ref());
    let configured = reports.chain(&config.run.metrics).map(|set| set.value.as_path());
    let named = matches.get_many::<PathBuf>("writes").into_iter().flatten().map(PathBuf::as_path).chain(configured);
    let of_files = folders.map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
    let mut all = of_files.chain(named).map(|path| written(path, lang)).collect::<Result<Vec<String>, Failure>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// A password in a variable is not there when a timer calls.
fn tell_of_variables(settings: &Settings, lang: Lang) {
    let text = Text {
        ja: "設定ファイルは環境変数 {names} のパスワードを使いますが、予定の実行にその変数はありません。パスワードは予定に書かず、passwords の file か map に移してください。",
        en: "the configuration takes passwords from {names}, which a scheduled run does not have. They are not written into the schedule: use file or map under passwords.",
    };
    let names = &settings.password_envs.value;
    if !names.is_empty() {
        complain(&text.fill(lang, &[("names", &office::joined(names, lang))]));
    }
}

/// `Planned: every day at 07:30 (+09:00)`.
pub(super) fn planned(schedule: &Schedule, zone: Zone, lang: Lang) -> String {
    let text = Text { ja: "予定: {schedule}。時刻は {zone}\n", en: "Planned: {schedule} ({zone})\n" };
    text.fill(lang, &[("schedule", &schedule.text(lang)), ("zone", &zone)])
}

/// `Next run: 2026-12-11 07:30:00 +09:00 (Fri)`.
pub(super) fn next(schedule: &Schedule, business: &BusinessCalendar, zone: Zone, now: Instant, lang: Lang) -> String {
    let Some(next) = schedule.next(business, zone, now) else {
        return Text {
            ja: "次の実行: 3 年以内にはありません\n", en: "Next run: none within three years\n"
        }
        .get(lang)
        .into();
    };
    let day = zone.day(next).map_or("", |day| weekday(day).get(lang));
    let text = Text { ja: "次の実行: {next} ({day})\n", en: "Next run: {next} ({day})\n" };
    text.fill(lang, &[("next", &zone.local(next)), ("day", &day)])
}
