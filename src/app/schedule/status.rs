//! Whether a schedule is installed, where, and when the next run is.

use std::path::Path;

use super::install::not_started;
use super::plan::{calendar, job_name, next, planned};
use super::systems::{Crontab, Systemd, TaskScheduler};
use crate::app::{AppError, Context, Settings, run};
use crate::deliver::schedule::{InstalledJob, cron, windows};
use crate::locale::Text;
use crate::report::escape;

/// Something installed: where, and what is wrong with it.
pub(super) struct InstalledSchedule {
    place: String,
    noted: InstalledJob,
    asleep: Option<String>,
}

impl InstalledSchedule {
    /// The configuration that it runs with.
    pub(super) fn config(&self) -> &str {
        &self.noted.config
    }
}

/// The status of a schedule in lines, and whether one waits for its time.
pub fn status(context: &Context, settings: &Settings, name: Option<&str>) -> Result<(String, bool), AppError> {
    let lang = context.lang;
    let name = job_name(name, lang)?;
    let found = found(context, &name)?;
    if found.is_empty() {
        let text = Text {
            ja: "{name} という予定は入っていません。入れるには: shomei schedule install --daily 07:30\n",
            en: "No schedule {name} is installed. To install it: shomei schedule install --daily 07:30\n",
        };
        return Ok((text.fill(lang, &[("name", &name)]), false));
    }
    let texts = found.iter().map(|one| text(context, settings, one)).collect::<Result<Vec<String>, _>>()?;
    Ok((texts.concat(), found.iter().any(|one| one.asleep.is_none())))
}

/// Every schedule of this name, whatever calls it.
pub(super) fn found(context: &Context, name: &str) -> Result<Vec<InstalledSchedule>, AppError> {
    let lang = context.lang;
    let mut found = Vec::new();
    for systemd in [Systemd::User, Systemd::System] {
        let Some(noted) = systemd.find(name) else { continue };
        let place = systemd.files(name).first().map(|path| path.to_string_lossy().into_owned());
        let asleep = match (systemd.is_running(), systemd.is_active(name)) {
            (_, true) => None,
            (false, _) => Some(not_started(systemd, name, lang)),
            (true, false) => {
                let text = Text {
                    ja: "止まっています。始めるには、もう一度 shomei schedule install を実行してください。\n",
                    en: "It is stopped. To start it, run shomei schedule install again.\n",
                };
                Some(text.get(lang).to_string())
            }
        };
        found.push(InstalledSchedule { place: format!("systemd: {}", place.unwrap_or_default()), noted, asleep });
    }
    let block = Crontab::read(lang)?.and_then(|crontab| cron::find(&crontab, name));
    if let Some(noted) = block.and_then(|block| InstalledJob::find(&block)) {
        found.push(InstalledSchedule { place: "cron".into(), noted, asleep: None });
    }
    let tasks = TaskScheduler::here(context.environment.data_folder.as_deref());
    if let Some(noted) = tasks.and_then(|tasks| tasks.find(name)) {
        let place = Text { ja: "タスク スケジューラ: {task}", en: "Task Scheduler: {task}" };
        let place = place.fill(lang, &[("task", &windows::task_name(name))]);
        found.push(InstalledSchedule { place, noted, asleep: None });
    }
    Ok(found)
}

fn text(context: &Context, settings: &Settings, found: &InstalledSchedule) -> Result<String, AppError> {
    let lang = context.lang;
    let InstalledJob { schedule, zone, config } = &found.noted;
    let mut out = format!("{}\n", escape::terminal(&found.place));
    out += found.asleep.as_deref().unwrap_or("");
    out += &Text { ja: "設定ファイル: {path}\n", en: "Configuration: {path}\n" }
        .fill(lang, &[("path", &escape::terminal(config))]);
    out += &planned(schedule, *zone, lang);
    let own = context.config_path.as_ref().and_then(|path| std::path::absolute(path).ok());
    if own.as_deref() == Some(Path::new(config)) {
        let (business, _) = calendar(context, settings)?;
        out += &next(schedule, &business, *zone, context.now, lang);
        out += &run::last(context, settings, *zone)?;
    } else {
        let text = Text {
            ja: "次の実行を示すには、--config にこの設定ファイルを指定してください。\n",
            en: "To be told of the next run, name this configuration with --config.\n",
        };
        out += text.get(lang);
    }
    Ok(out)
}
