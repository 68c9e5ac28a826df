//! The folder of reports: one file a day and form, and for how long they are kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use time::Duration;

use crate::calendar::{Day, parse_day};
use crate::report::REPORT_FORMS;

/// What the name of a report begins with; a day and a form's ending follow.
const PREFIX: &str = "shomei-";

/// Where the report of a day is kept in one of its forms: `shomei-2026-11-26.html`.
pub fn place(folder: &Path, day: Day, form: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{day}.{form}"))
}

/// Removes reports that are more than `keep` days older than `today`; gives their names. Only files
/// with a name of ours are looked at.
pub fn clear(folder: &Path, today: Day, keep: u64) -> io::Result<Vec<String>> {
    let keep = Duration::days(i64::try_from(keep).unwrap_or(i64::MAX).min(400_000));
    let Some(oldest) = today.checked_sub(keep) else { return Ok(Vec::new()) };
    let mut removed = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if day_of(&name).is_some_and(|day| day < oldest) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed.push(name);
        }
    }
    removed.sort();
    Ok(removed)
}

/// The day of a report by its file's name.
fn day_of(name: &str) -> Option<Day> {
    let (day, ending) = name.strip_prefix(PREFIX)?.split_once('.')?;
    REPORT_FORMS.contains(&ending).then(|| parse_day(day)).flatten()
}
