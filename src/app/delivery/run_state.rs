//! What a run leaves for the next one: that it is under way, when it ended, whether nothing failed.

use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use time::Duration;

use super::alarm::report_hanging;
use crate::app::{AppError, Context, Settings};
use crate::calendar::{Instant, Zone, format_instant, parse_instant};
use crate::inventory::{Turn, delivery_folder};
use crate::locale::{Lang, Text};
use crate::platform;

/// Hours after which a run that is still under way counts as hanging.
const HANGING_HOURS: u32 = 24;

/// The file of what the last runs did.
const STATE: &str = "run.json";

/// When a run began and ended.
#[derive(Clone, Copy, Debug)]
pub struct RunPeriod {
    /// When it began.
    pub started: Instant,
    /// When it ended.
    pub ended: Instant,
}

/// What the last runs did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RunState {
    /// From when runs are due: when a schedule was first installed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    installed: Option<String>,
    /// When the last run in which nothing failed began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole_started: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole_ended: Option<String>,
    /// When the last run began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
    /// When the run under way began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    running: Option<String>,
    /// What failed and could not be reported to the auditors.
    #[serde(default, rename = "untold", skip_serializing_if = "Vec::is_empty")]
    pub unreported: Vec<String>,
}

/// Failures kept that could not be reported, at most.
const UNREPORTED: usize = 30;

fn instant(text: &Option<String>) -> Option<Instant> {
    text.as_deref().and_then(|text| parse_instant(text, Zone::UTC))
}

impl RunState {
    /// Reads it; nothing where there was no run.
    pub fn read(folder: &Path, lang: Lang) -> Result<RunState, AppError> {
        let path = folder.join(STATE);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(RunState::default()),
            read => read.map_err(|error| failed(&path, &error, lang))?,
        };
        serde_json::from_slice(&bytes).map_err(|error| failed(&path, &error, lang))
    }

    /// Writes it, complete or not at all.
    pub fn write(&self, folder: &Path, lang: Lang) -> Result<(), AppError> {
        let path = folder.join(STATE);
        let write = || -> io::Result<()> {
            platform::create_private_folder(folder)?;
            platform::replace(&path, &serde_json::to_vec_pretty(self)?, true)
        };
        write().map_err(|error| failed(&path, &error, lang))
    }

    /// From when a schedule that comes round is not yet kept: the last complete run, or the
    /// installation.
    pub fn since(&self) -> Option<Instant> {
        // From its beginning: what came due while it ran is still to be done.
        instant(&self.whole_started).max(instant(&self.installed))
    }

    /// A schedule was installed: what was due before is not caught up.
    pub fn note_installed(&mut self, now: Instant) {
        self.installed.get_or_insert(format_instant(now));
    }

    /// Notes that a run begins.
    pub fn note_begun(&mut self, now: Instant) {
        self.running = Some(format_instant(now));
    }

    /// When a run began that has not ended, if there is one, so many hours ago or more.
    pub fn unfinished(&self, now: Instant, hours: u32) -> Option<Instant> {
        instant(&self.running).filter(|since| now - *since >= Duration::hours(hours.into()))
    }

    /// Notes how a run ended.
    pub fn note(&mut self, ended: RunPeriod, is_whole: bool) {
        let (started, ended) = (Some(format_instant(ended.started)), Some(format_instant(ended.ended)));
        if is_whole {
            (self.whole_started, self.whole_ended) = (started.clone(), ended.clone());
        }
        (self.started, self.ended) = (started, ended);
        self.running = None;
    }

    /// When the last run ended in which nothing failed.
    pub fn last_success(&self) -> Option<Instant> {
        instant(&self.whole_ended)
    }

    /// When the last run ended.
    pub fn last(&self) -> Option<Instant> {
        instant(&self.ended)
    }

    /// This could not be reported to the auditors; the latest are kept.
    pub fn note_unreported(&mut self, text: String) {
        if !self.unreported.contains(&text) {
            self.unreported.push(text);
        }
        let surplus = self.unreported.len().saturating_sub(UNREPORTED);
        self.unreported.drain(..surplus);
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display, lang: Lang) -> AppError {
    let text = Text {
        ja: "{path} を読み書きできません: {error}。権限を確かめ、中身が壊れていれば消してください(実行の記録だけで、証明書の記録は失われません)。",
        en: "cannot read or write {path}: {error}. Check the permissions; if it is damaged, remove it (it only tells of runs, no certificate is lost).",
    };
    AppError::new(text, lang, &[("path", &path.display()), ("error", error)])
}

/// What is said of a run that began at this moment and never ended, and is no longer there.
pub fn broken_off_text(since: Instant, zone: Zone, lang: Lang) -> String {
    let text = Text {
        ja: "{since} に始まった shomei run が、終わらずに途切れました(時間の上限、電源断など)。つながらなくなった共有フォルダーなどがないか確かめてください。",
        en: "shomei run, begun at {since}, was broken off (by its time limit, or the computer was turned off). Look for a shared folder that does not answer.",
    };
    text.fill(lang, &[("since", &zone.local(since))])
}

/// What is said of a run that began at this moment and is still there.
fn hanging_text(since: Instant, zone: Zone, lang: Lang) -> String {
    let text = Text {
        ja: "{since} に始まった shomei run が、1日以上たっても終わっていません。つながらなくなった共有フォルダーなどがないか確かめ、プロセスが残っていれば終了させてください。",
        en: "shomei run, begun at {since}, has not ended for a day or more. Look for a shared folder that does not answer, and end the process if it is still there.",
    };
    text.fill(lang, &[("since", &zone.local(since))])
}

/// Takes the turn to send; where another process has it, gives none, with a notice. One that has had it
/// for a day hangs, and the auditors are told.
pub fn take_turn(settings: &Settings, context: &Context) -> Result<Option<Turn>, AppError> {
    let (lang, inventory) = (context.lang, &settings.inventory.value);
    let turn = Turn::of_delivery(inventory).map_err(|error| failed(&delivery_folder(inventory), &error, lang))?;
    if turn.is_none() {
        let text = Text {
            ja: "別の shomei run か shomei notify が実行中なので、何もせずに終わります。終わらないときは、そのプロセスを確かめてください。",
            en: "another shomei run or shomei notify is under way: this one leaves. If it does not end, look at its process.",
        };
        context.notice(text.get(lang));
        let state = RunState::read(&delivery_folder(inventory), lang)?;
        if let Some(since) = state.unfinished(context.now, HANGING_HOURS) {
            let zone = settings.read_policy(context).map_or(Zone::JAPAN, |policy| policy.zone);
            report_hanging(context, settings, zone, hanging_text(since, zone, lang));
        }
    }
    Ok(turn)
}
