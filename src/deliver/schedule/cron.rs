//! A block of lines in a user's crontab.
//!
//! cron knows one zone, the computer's, and catches nothing up. It calls the program every hour,
//! and `--if-due` decides.

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

/// A word for the shell behind cron. cron ends a command at `%` unless a backslash stands before
/// it; some take that backslash away and some leave it to the shell, which is why `%` stands
/// outside the quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_string();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'").replace('%', "'\\%'"))
}

/// A crontab with a job's block at the place where it was, else at the end. Every other byte
/// stays as it is.
pub fn with(crontab: &[u8], job: &TimerJob) -> Vec<u8> {
    let block = block(job);
    match place(crontab, &job.name) {
        Some((from, to)) => [&crontab[..from], block.as_bytes(), &crontab[to..]].concat(),
        None if crontab.is_empty() || crontab.ends_with(b"\n") => [crontab, block.as_bytes()].concat(),
        None => [crontab, b"\n", block.as_bytes()].concat(),
    }
}

/// A crontab without the block of the job of this name; none where it has none.
pub fn without(crontab: &[u8], name: &str) -> Option<Vec<u8>> {
    place(crontab, name).map(|(from, to)| [&crontab[..from], &crontab[to..]].concat())
}

/// The block of the job of this name.
pub fn find(crontab: &[u8], name: &str) -> Option<String> {
    place(crontab, name).map(|(from, to)| String::from_utf8_lossy(&crontab[from..to]).into_owned())
}

/// From where to where a block stands, in bytes.
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
