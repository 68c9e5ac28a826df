//! Alarms: what tells the auditors that a run failed where nothing can be judged or recorded, once a day
//! for the same reason.
//!
//! That an alarm was sent is noted by the name of an empty file, since an alarm is needed most where the
//! inventory is locked and the disk full: a name needs no room. Where not even the folder of deliveries can be
//! written in, the system's folder of temporary files keeps the note. Without a note no alarm is sent: hourly
//! runs would repeat it without an end.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::app::{Context, Settings};
use crate::calendar::{Day, Zone};
use crate::certificate::hex;
use crate::deliver::RunError;
use crate::inventory::delivery_folder;
use crate::locale::Text;
use crate::platform;

use super::sender::send_alarm;

/// Tells the auditors what failed, unless they were told of the same today already; whether they were
/// told now. `earlier` is what failed before and could not be told then.
pub fn alarm(
    context: &Context,
    settings: &Settings,
    zone: Zone,
    errors: &[RunError],
    earlier: &[String],
) -> Result<bool, RunError> {
    let Some(today) = zone.day(context.now) else { return Ok(false) };
    let note = AlarmNote::new(context, settings, today, errors);
    if note.is_there() {
        return Ok(false);
    }
    // Before it is sent: an alarm that could not be noted would be sent each hour.
    if let Err(error) = note.leave() {
        let text = Text {
            ja: "管理者に知らせたことを {path} に記録できないため、管理者にメールを送っていません: {error}。",
            en: "The auditors were not written to, since that could not be noted in {path}: {error}.",
        };
        let path = note.folders.first().map(|folder| folder.display().to_string()).unwrap_or_default();
        let text = text.fill(context.lang, &[("path", &path), ("error", &error)]);
        return Err(RunError { stage: "mail", reason: "alarm", text });
    }
    let sent = send_alarm(context, zone, today, errors, earlier);
    if sent.is_err() {
        note.take_back();
    }
    sent.map(|()| true)
}

/// The note that an alarm was sent.
struct AlarmNote {
    folders: Vec<PathBuf>,
    /// The beginning of the names of this inventory's notes.
    prefix: String,
    name: String,
}

impl AlarmNote {
    fn new(context: &Context, settings: &Settings, today: Day, errors: &[RunError]) -> AlarmNote {
        let inventory = &settings.inventory.value;
        let of_inventory = hex(&Sha256::digest(inventory.as_os_str().as_encoded_bytes())[..8]);
        // By the stages that failed: one cause has other reasons and words from hour to hour, since it is met
        // elsewhere.
        let mut stages: Vec<&str> = errors.iter().map(|error| error.stage).collect();
        stages.sort_unstable();
        stages.dedup();
        let of_errors = hex(&Sha256::digest(stages.join(" "))[..8]);
        let prefix = format!("shomei-alarm-{of_inventory}-");
        let name = format!("{prefix}{today}-{of_errors}");
        AlarmNote {
            folders: vec![delivery_folder(inventory), context.environment.temporary_folder.clone()],
            prefix,
            name,
        }
    }

    fn is_there(&self) -> bool {
        self.folders.iter().any(|folder| folder.join(&self.name).exists())
    }

    fn leave(&self) -> io::Result<()> {
        let mut failed = Ok(());
        for folder in &self.folders {
            match self.leave_in(folder) {
                Ok(()) => return Ok(()),
                Err(error) => failed = failed.and(Err(error)),
            }
        }
        failed
    }

    /// An old note gets the new name, which works where there is no room for another file.
    fn leave_in(&self, folder: &PathBuf) -> io::Result<()> {
        let _ = platform::create_private_folder(folder);
        let day = &self.name[..self.name.len() - 17];
        let is_old = |name: &str| name.starts_with(&self.prefix) && !name.starts_with(day);
        for entry in fs::read_dir(folder)?.filter_map(Result::ok) {
            let is_old = entry.file_name().to_str().is_some_and(is_old);
            if is_old && fs::rename(entry.path(), folder.join(&self.name)).is_ok() {
                return Ok(());
            }
        }
        OpenOptions::new().write(true).create_new(true).open(folder.join(&self.name)).map(drop)
    }

    /// It could not be sent: the next run tries again.
    fn take_back(&self) {
        for folder in &self.folders {
            let _ = fs::remove_file(folder.join(&self.name));
        }
    }
}

/// Tells the auditors of a run that does not end; a notice where that fails.
pub(super) fn report_hanging(context: &Context, settings: &Settings, zone: Zone, text: String) {
    if context.config.notify.is_none() {
        return;
    }
    let errors = [RunError { stage: "run", reason: "hanging", text }];
    if let Err(error) = alarm(context, settings, zone, &errors, &[]) {
        context.notice(&error.text);
    }
}
