//! The folder of reports: one file per day and format, removed after a time.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use time::Duration;

use crate::calendar::{Day, parse_day};
use crate::report::REPORT_FORMS;

/// The prefix of a report's file name; day and extension follow.
const PREFIX: &str = "shomei-";

/// The path of a day's report in a format: `shomei-2026-11-26.html`.
pub fn place(folder: &Path, day: Day, form: &str) -> PathBuf {
    folder.join(format!("{PREFIX}{day}.{form}"))
}

/// Removes reports more than `keep` days older than the last one before `today`, and returns their
/// names. Files with other names are left alone. Were it `today` that counts, one run with a clock
/// that is ahead would remove all.
pub fn clear(folder: &Path, today: Day, keep: u64) -> io::Result<Vec<String>> {
    // A thousand years: a huge number keeps everything and does not overflow.
    let keep = Duration::days(i64::try_from(keep).unwrap_or(i64::MAX).min(400_000));
    let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let days = names.collect::<io::Result<Vec<String>>>()?;
    let last = days.iter().filter_map(|name| day_of(name)).filter(|day| *day < today).max();
    let Some(oldest) = last.and_then(|last| last.checked_sub(keep)) else { return Ok(Vec::new()) };
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

/// The day of a report, by its file name.
fn day_of(name: &str) -> Option<Day> {
    let (day, ending) = name.strip_prefix(PREFIX)?.split_once('.')?;
    REPORT_FORMS.contains(&ending).then(|| parse_day(day)).flatten()
}
