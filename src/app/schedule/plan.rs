//! What is to be installed: a job, when it is due, and what surrounds it.

use std::path::{Path, PathBuf};

use super::DEFAULT_NAME;
use crate::app::config::SettingSource;
use crate::app::{AppError, Context, Settings, clock, holidays, sheet};
use crate::calendar::{BusinessCalendar, Instant, Zone};
use crate::deliver::schedule::systemd::{SystemdScope, can_call, service, timer};
use crate::deliver::schedule::{Schedule, TimerJob};
use crate::lifecycle::OfficeCalendars;
use crate::locale::{Lang, Text};
use crate::report::{escape, weekday};

/// What is asked for of a schedule.
#[derive(Clone)]
pub struct ScheduleOptions {
    /// Names the inventory and the policy.
    pub settings: Settings,
    /// The job's name; the usual one where none is given.
    pub name: Option<String>,
    /// On which days and when, as `daily 07:30`; none where no flag is given.
    pub when: Option<String>,
    /// The program to call; this one where none is given.
    pub program: Option<PathBuf>,
    /// The computer's systemd and not the user's own.
    pub system: bool,
    /// The user who runs it there.
    pub user: Option<String>,
    /// Further folders that it writes to there.
    pub writes: Vec<PathBuf>,
}

/// A job and the calendar on which it is due.
pub struct SchedulePlan {
    pub job: TimerJob,
    /// Whose systemd is to call it.
    pub scope: SystemdScope,
    /// The days on which the office works.
    pub business: BusinessCalendar,
}

impl SchedulePlan {
    /// What the options ask for.
    pub fn new(context: &Context, options: &ScheduleOptions) -> Result<SchedulePlan, AppError> {
        let lang = context.lang;
        clock::refuse_configured_moment(context)?;
        let name = job_name(options.name.as_deref(), lang)?;
        let schedule = schedule(options.when.as_deref(), lang)?;
        let config = configuration(context)?;
        let program = match &options.program {
            Some(path) => named_program(path, lang)?,
            None => written(&(context.environment.program)()?, lang)?,
        };
        let (business, zone) = calendar(context, &options.settings)?;
        let scope = scope(context, options)?;
        // Last, so that a schedule that is refused gives no advice.
        note_variables(context, &options.settings);
        // Where the configuration has the language, the job need not name it.
        let lang = Some(lang).filter(|_| !matches!(context.lang_from, SettingSource::File { .. }));
        Ok(SchedulePlan { job: TimerJob { name, program, config, lang, schedule, zone }, scope, business })
    }

    /// The timer and the service, if systemd can bear the zone and the program.
    pub fn units(&self, lang: Lang) -> Result<[String; 2], AppError> {
        let job = &self.job;
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
        Ok([timer, service(job, &self.scope)])
    }

    /// What is planned and when it is due next, in two lines.
    pub fn text(&self, context: &Context) -> String {
        let TimerJob { schedule, zone, .. } = &self.job;
        planned(schedule, *zone, context.lang) + &next(schedule, &self.business, *zone, context.now, context.lang)
    }
}

/// The business days and the zone of the policy in force.
pub fn calendar(context: &Context, settings: &Settings) -> Result<(BusinessCalendar, Zone), AppError> {
    let policy = settings.read_policy(context)?;
    let calendar = OfficeCalendars::new(&policy, &holidays::in_force(context)?);
    Ok((calendar.office, policy.zone))
}

/// The name of a job, if it can be one.
pub fn job_name(name: Option<&str>, lang: Lang) -> Result<String, AppError> {
    let name = name.unwrap_or(DEFAULT_NAME);
    let text = Text {
        ja: "--name の値 {name} は使えません。英数字、-、_ だけの 60 字までの名前にしてください。",
        en: "--name {name} cannot be used: take letters, digits, - and _, 60 at most.",
    };
    TimerJob::is_name(name).then(|| name.to_string()).ok_or_else(|| AppError::new(text, lang, &[("name", &name)]))
}

fn schedule(when: Option<&str>, lang: Lang) -> Result<Schedule, AppError> {
    let text = Text {
        ja: "いつ実行するかを、--daily 07:30、--weekly-on mon、--monthly-on 11 のどれかで指定してください。",
        en: "say when: --daily 07:30, --weekly-on mon or --monthly-on 11.",
    };
    let when = when.ok_or_else(|| AppError::Message(text.get(lang).into()))?;
    Schedule::parse(when).map_err(|mistake| AppError::Message(mistake.text(lang)))
}

/// The configuration's absolute path.
fn configuration(context: &Context) -> Result<String, AppError> {
    let text = Text {
        ja: "設定ファイルがありません。予定の実行はすべてを設定ファイルから読むので、--config で指定するか、利用者の設定フォルダーに置いてください。",
        en: "there is no configuration, from which a scheduled run takes everything: name one with --config, or put it into your configuration folder.",
    };
    let path = context.config_path.as_ref().ok_or_else(|| AppError::Message(text.get(context.lang).into()))?;
    written(path, context.lang)
}

fn named_program(path: &Path, lang: Lang) -> Result<String, AppError> {
    let text = Text {
        ja: "{path} というプログラムはありません。--program にはプログラムのファイルを指定してください。",
        en: "there is no program {path}: name its file with --program.",
    };
    match path.is_file() {
        true => written(path, lang),
        false => Err(AppError::new(text, lang, &[("path", &path.display())])),
    }
}

/// A path as it can stand in a unit, a crontab or a task: absolute, in UTF-8, without control
/// characters.
pub fn written(path: &Path, lang: Lang) -> Result<String, AppError> {
    let absolute = std::path::absolute(path)?;
    let text = Text {
        ja: "{path} は予定に書けません。文字として読めない部分や改行のない場所に置いてください。",
        en: "{path} cannot be written into a schedule: use a place whose name is UTF-8, without line breaks.",
    };
    let fits = absolute.to_str().filter(|path| !path.contains(char::is_control)).map(String::from);
    fits.ok_or_else(|| AppError::new(text, lang, &[("path", &escape::terminal(&absolute.to_string_lossy()))]))
}

/// Whose systemd is to call it, and what it may write there.
fn scope(context: &Context, options: &ScheduleOptions) -> Result<SystemdScope, AppError> {
    let (lang, settings) = (context.lang, &options.settings);
    if !options.system {
        return Ok(SystemdScope::User);
    }
    let own = context.environment.login.clone().unwrap_or_else(|| "root".into());
    // Behind sudo the login is root's, while the inventory is that of the user who typed the command.
    let behind_sudo = (context.environment.variable)("SUDO_USER").and_then(|name| name.into_string().ok());
    let behind_sudo = behind_sudo.filter(|name| !name.is_empty());
    let user = options.user.clone().or(behind_sudo).unwrap_or_else(|| own.clone());
    let odd = Text {
        ja: "--user の値 {user} は利用者の名前ではありません。",
        en: "--user {user} is no name of a user.",
    };
    if user.contains(|c: char| c.is_whitespace() || c.is_control() || c == '%') {
        return Err(AppError::new(odd, lang, &[("user", &escape::terminal(&user))]));
    }
    let unknown = Text {
        ja: "{user} の証明書台帳(DB)がどこにあるか分かりません。設定ファイルに inventory を書いてください。",
        en: "where {user} has the inventory is not known: write inventory into the configuration.",
    };
    if user != own && settings.inventory.from == SettingSource::Default {
        return Err(AppError::new(unknown, lang, &[("user", &user)]));
    }
    Ok(SystemdScope::System { user, writable: writable(context, options)? })
}

/// The folders in which a run writes: those of inventory and log, of reports and metrics, and those
/// that were named.
fn writable(context: &Context, options: &ScheduleOptions) -> Result<Vec<String>, AppError> {
    let (lang, config, settings) = (context.lang, &context.config, &options.settings);
    let run = config.running();
    let log = run.log.iter().map(|set| &set.value);
    let folders = std::iter::once(&settings.inventory.value).chain(log).filter_map(|file| file.parent());
    let reports = config.report.iter().filter_map(|report| report.folder.as_ref());
    let configured = reports.chain(&run.metrics).map(|set| set.value.as_path());
    let named = options.writes.iter().map(PathBuf::as_path).chain(configured);
    let of_files = folders.map(|folder| if folder == Path::new("") { Path::new(".") } else { folder });
    let mut all = of_files.chain(named).map(|path| written(path, lang)).collect::<Result<Vec<String>, AppError>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// A password in a variable is not there when a timer calls.
fn note_variables(context: &Context, settings: &Settings) {
    let lang = context.lang;
    let text = Text {
        ja: "設定ファイルは環境変数 {names} のパスワードを使いますが、予定の実行にその変数はありません。パスワードは予定に書かず、passwords の file か map に移してください。",
        en: "the configuration takes passwords from {names}, which a scheduled run does not have. They are not written into the schedule: use file or map under passwords.",
    };
    let names = settings.passwords.env.clone().map(|set| set.value).unwrap_or_default();
    if !names.is_empty() {
        context.notice(&text.fill(lang, &[("names", &sheet::joined(&names, lang))]));
    }
}

/// `Planned: every day at 07:30 (+09:00)`.
pub fn planned(schedule: &Schedule, zone: Zone, lang: Lang) -> String {
    let text = Text { ja: "予定: {schedule}。時刻は {zone}\n", en: "Planned: {schedule} ({zone})\n" };
    text.fill(lang, &[("schedule", &schedule.text(lang)), ("zone", &zone)])
}

/// `Next run: 2026-12-11 07:30:00 +09:00 (Fri)`.
pub fn next(schedule: &Schedule, business: &BusinessCalendar, zone: Zone, now: Instant, lang: Lang) -> String {
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
