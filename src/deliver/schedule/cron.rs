//! A job as a block of lines in a user's crontab.
//!
//! cron knows only the computer's time zone and catches up on nothing that was missed. So it calls
//! the program every hour, and `--if-due` decides whether a run is due.

use super::TimerJob;
use super::job::unit;

/// The lines of a job.
pub fn block(job: &TimerJob) -> String {
    let words: Vec<String> = std::iter::once(&job.program).chain(&job.arguments()).map(|word| quoted(word)).collect();
    let (_, minute) = job.schedule.time();
    let (begin, end) = marks(&job.name);
    format!("{begin}\n{}{minute} * * * * {}\n{end}\n", job.head(), words.join(" "))
}

fn marks(name: &str) -> (String, String) {
    (format!("# shomei begin {}", unit(name)), format!("# shomei end {}", unit(name)))
}

/// A word for the shell behind cron. cron ends a command at `%` unless a backslash precedes it.
/// Some crons remove that backslash and some leave it to the shell, so `%` is put outside the
/// quotes, where both give a plain `%`.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'").replace('%', "'\\%'"))
}

/// The crontab with a job's block replaced in place, or appended. Every other byte is unchanged.
pub fn with(crontab: &[u8], job: &TimerJob) -> Vec<u8> {
    let block = block(job);
    match place(crontab, &job.name) {
        Some((from, to)) => [&crontab[..from], block.as_bytes(), &crontab[to..]].concat(),
        // A last line without a line end would swallow the first line of the block.
        None if crontab.is_empty() || crontab.ends_with(b"\n") => [crontab, block.as_bytes()].concat(),
        None => [crontab, b"\n", block.as_bytes()].concat(),
    }
}

/// The crontab without the block of this job; none where it has none.
pub fn without(crontab: &[u8], name: &str) -> Option<Vec<u8>> {
    place(crontab, name).map(|(from, to)| [&crontab[..from], &crontab[to..]].concat())
}

/// The block of this job.
pub fn find(crontab: &[u8], name: &str) -> Option<String> {
    place(crontab, name).map(|(from, to)| String::from_utf8_lossy(&crontab[from..to]).into_owned())
}

/// The range of a block, in bytes.
fn place(crontab: &[u8], name: &str) -> Option<(usize, usize)> {
    let (begin, end) = marks(name);
    let mut from = None;
    let mut at = 0;
    for line in crontab.split_inclusive(|byte| *byte == b'\n') {
        let text = line.trim_ascii_end();
        if text == begin.as_bytes() {
            from = Some(at);
        }
        at += line.len();
        if let Some(from) = from.filter(|_| text == end.as_bytes()) {
            return Some((from, at));
        }
    }
    None
}
