//! `shomei schedule status`.

use std::path::Path;

use clap::ArgMatches;

use super::install::not_started;
use super::plan::{self, calendar, next, planned};
use super::systems::{Crontab, Systemd};
use crate::cli::session::Session;
use crate::cli::settings::Settings;
use crate::cli::{self, Failure, Outcome};
use crate::deliver::schedule::{InstalledJob, cron};
use crate::locale::Text;
use crate::report::escape;

/// Something installed: where, and what is wrong with it.
pub(super) struct Found {
    place: String,
    noted: InstalledJob,
    asleep: Option<String>,
}

impl Found {
    /// The configuration that it runs with.
    pub(super) fn config(&self) -> &str {
        &self.noted.config
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let name = plan::name(matches, lang)?;
    let found = found(session, &name)?;
    if found.is_empty() {
        let text = Text {
            ja: "{name} という予定は入っていません。入れるには: shomei schedule install --daily 07:30\n",
            en: "No schedule {name} is installed. To install it: shomei schedule install --daily 07:30\n",
        };
        session.print(&text.fill(lang, &[("name", &name)]))?;
        return Ok(Outcome::Found);
    }
    let mut said = String::new();
    for one in &found {
        said += &told(session, matches, one)?;
    }
    session.print(&said)?;
    Ok(if found.iter().all(|one| one.asleep.is_some()) { Outcome::Found } else { Outcome::Clean })
}

pub(super) fn found(session: &Session, name: &str) -> Result<Vec<Found>, Failure> {
    let lang = session.lang;
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
        found.push(Found { place: format!("systemd: {}", place.unwrap_or_default()), noted, asleep });
    }
    let block = Crontab::read(lang)?.and_then(|crontab| cron::find(&crontab, name));
    if let Some(noted) = block.and_then(|block| InstalledJob::find(&block)) {
        found.push(Found { place: "cron".into(), noted, asleep: None });
    }
    Ok(found)
}

fn told(session: &Session, matches: &ArgMatches, found: &Found) -> Result<String, Failure> {
    let lang = session.lang;
    let InstalledJob { schedule, zone, config } = &found.noted;
    let mut said = format!("{}\n", escape::terminal(&found.place));
    said += found.asleep.as_deref().unwrap_or("");
    said += &Text { ja: "設定ファイル: {path}\n", en: "Configuration: {path}\n" }
        .fill(lang, &[("path", &escape::terminal(config))]);
    said += &planned(schedule, *zone, lang);
    let own = session.config_path.as_ref().and_then(|path| std::path::absolute(path).ok());
    if own.as_deref() == Some(Path::new(config)) {
        let (business, _) = calendar(session, &Settings::resolve(session, matches)?)?;
        said += &next(schedule, &business, *zone, session.now, lang);
        said += &cli::run::last(session, matches, *zone)?;
    } else {
        let text = Text {
            ja: "次の実行を示すには、--config にこの設定ファイルを指定してください。\n",
            en: "To be told of the next run, name this configuration with --config.\n",
        };
        said += text.get(lang);
    }
    Ok(said)
}
