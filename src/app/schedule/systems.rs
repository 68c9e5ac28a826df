//! What calls programs on this computer: systemd of the user or of the system, cron, and the Task
//! Scheduler of Windows.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::app::AppError;
use crate::deliver::schedule::{InstalledJob, systemd, windows};
use crate::locale::{Lang, Text};
use crate::platform;

/// systemd, the user's own or the system's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Systemd {
    User,
    System,
}

impl Systemd {
    /// The flag of systemctl for it.
    pub(super) fn flag(self) -> &'static str {
        match self {
            Systemd::User => "--user ",
            Systemd::System => "",
        }
    }

    /// Whether its manager is at work.
    pub(super) fn is_running(self) -> bool {
        self.systemctl(&["show-environment"]).is_ok_and(|output| output.status.success())
    }

    /// Whether a job's timer waits for its time.
    pub(super) fn is_active(self, name: &str) -> bool {
        let timer = systemd::timer_name(name);
        self.systemctl(&["is-active", "--quiet", &timer]).is_ok_and(|output| output.status.success())
    }

    /// The folder of its units; none where the system does not know the user's home.
    fn folder(self) -> Option<PathBuf> {
        match self {
            Systemd::User => directories::BaseDirs::new().map(|folders| folders.config_dir().join("systemd/user")),
            Systemd::System => Some(PathBuf::from("/etc/systemd/system")),
        }
    }

    /// Where a job's timer and service are or would be.
    pub(super) fn files(self, name: &str) -> Vec<PathBuf> {
        let folder = self.folder().unwrap_or_default();
        vec![folder.join(systemd::timer_name(name)), folder.join(systemd::service_name(name))]
    }

    /// What is noted in the job of this name, where it is installed.
    pub(super) fn find(self, name: &str) -> Option<InstalledJob> {
        let text = std::fs::read_to_string(self.files(name).first()?).ok()?;
        InstalledJob::find(&text)
    }

    /// Writes a job's units over those that were there, unless they are another's.
    pub(super) fn write(self, name: &str, texts: &[String; 2], lang: Lang) -> Result<(), AppError> {
        let files = self.files(name);
        let foreign = Text {
            ja: "{path} は shomei が作ったものではないので、置き換えませんでした。--name で別の名前を付けてください。",
            en: "{path} was not made by shomei and is not replaced; give another name with --name.",
        };
        let is_foreign =
            |path: &&PathBuf| std::fs::read_to_string(path).is_ok_and(|text| InstalledJob::find(&text).is_none());
        if let Some(path) = files.iter().find(is_foreign) {
            return Err(AppError::new(foreign, lang, &[("path", &path.display())]));
        }
        let failed = Text {
            ja: "{path} に書き込めません: {error}。--system には管理者の権限(sudo)が要ります。",
            en: "cannot write {path}: {error}. With --system it takes an administrator (sudo).",
        };
        for (path, text) in files.iter().zip(texts) {
            replace(path, text)
                .map_err(|error| AppError::new(failed, lang, &[("path", &path.display()), ("error", &error)]))?;
        }
        Ok(())
    }

    /// Has its manager read the units and begin to wait, or wait anew.
    pub(super) fn start(self, name: &str, lang: Lang) -> Result<(), AppError> {
        let timer = systemd::timer_name(name);
        self.must(&["daemon-reload"], lang)?;
        self.must(&["enable", &timer], lang)?;
        // A timer that waits already takes a new time only so.
        self.must(&["restart", &timer], lang)
    }

    /// Takes a job's units away; whether there were any.
    pub(super) fn remove(self, name: &str, lang: Lang) -> Result<bool, AppError> {
        if self.find(name).is_none() {
            return Ok(false);
        }
        let running = self.is_running();
        let timer = systemd::timer_name(name);
        if running {
            self.must(&["disable", "--now", &timer], lang)?;
        }
        // Where no manager runs, nothing else removes the link that `enable` made.
        let wanted = self.folder().unwrap_or_default().join("timers.target.wants").join(&timer);
        let failed = Text { ja: "{path} を取り除けません: {error}。", en: "cannot remove {path}: {error}." };
        for path in self.files(name).iter().chain([&wanted]) {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(AppError::new(failed, lang, &[("path", &path.display()), ("error", &error)]));
                }
                _ => {}
            }
        }
        if running {
            self.must(&["daemon-reload"], lang)?;
        }
        Ok(true)
    }

    fn must(self, arguments: &[&str], lang: Lang) -> Result<(), AppError> {
        let command = format!("systemctl {}{}", self.flag(), arguments.join(" "));
        answered(&command, self.systemctl(arguments), lang).map(drop)
    }

    fn systemctl(self, arguments: &[&str]) -> io::Result<Output> {
        let whose: &[&str] = if self == Systemd::User { &["--user"] } else { &[] };
        Command::new("systemctl").args(whose).args(arguments).stdin(Stdio::null()).output()
    }
}

/// Puts a text in the place of a file, as a whole or not at all.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    platform::replace(path, text.as_bytes(), false)
}

/// The user's crontab.
pub(super) struct Crontab;

impl Crontab {
    /// Reads it; empty where the user has none, none where there is no cron.
    ///
    /// Errors: it may be there and was not shown.
    pub(super) fn read(lang: Lang) -> Result<Option<Vec<u8>>, AppError> {
        // In C's language: the words are looked at.
        let output = match Command::new("crontab").arg("-l").env("LC_ALL", "C").stdin(Stdio::null()).output() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other,
        };
        if output.as_ref().is_ok_and(says_there_is_none) {
            return Ok(Some(Vec::new()));
        }
        answered("crontab -l", output, lang).map(|output| Some(output.stdout))
    }

    /// Puts another in its place; an empty one is taken away.
    pub(super) fn write(crontab: &[u8], lang: Lang) -> Result<(), AppError> {
        let flag = if crontab.is_empty() { "-r" } else { "-" };
        let mut command = Command::new("crontab");
        command.arg(flag).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = command.spawn().and_then(|mut child| {
            if let Some(mut stdin) = child.stdin.take() {
                // Its exit code tells what went wrong.
                let _ = stdin.write_all(crontab);
            }
            child.wait_with_output()
        });
        answered(&format!("crontab {flag}"), output, lang).map(drop)
    }
}

/// The Task Scheduler of Windows, by `schtasks`.
///
/// What `schtasks` shows of a task is in the console's code page and in the system's language. So
/// what was handed to it is kept beside the inventory, and it is asked only whether the task is there.
pub(super) struct TaskScheduler {
    folder: PathBuf,
}

impl TaskScheduler {
    /// The one of this computer; none where there is none.
    pub(super) fn here(data_folder: Option<&Path>) -> Option<TaskScheduler> {
        schtasks(&["/?"]).ok()?;
        Some(TaskScheduler { folder: data_folder?.join("tasks") })
    }

    /// The file of a job's task as it was handed over.
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{}.xml", windows::task_name(name)))
    }

    /// What is noted in the job of this name, where it is installed.
    pub(super) fn find(&self, name: &str) -> Option<InstalledJob> {
        self.noted(name).filter(|_| self.has(name))
    }

    /// What was handed over under this name, whether or not it is still there.
    fn noted(&self, name: &str) -> Option<InstalledJob> {
        windows::find(&std::fs::read(self.file(name)).ok()?)
    }

    fn has(&self, name: &str) -> bool {
        schtasks(&["/Query", "/TN", &windows::task_name(name)]).is_ok_and(|output| output.status.success())
    }

    /// Hands a job's task over in the place of the one that was there, unless that is another's.
    pub(super) fn write(&self, name: &str, task: &[u8], lang: Lang) -> Result<(), AppError> {
        let file = self.file(name);
        if self.has(name) && self.noted(name).is_none() {
            let foreign = Text {
                ja: "タスク {name} は shomei が作ったものではないので、置き換えませんでした。--name で別の名前を付けてください。",
                en: "the task {name} was not made by shomei and is not replaced; give another name with --name.",
            };
            return Err(AppError::new(foreign, lang, &[("name", &windows::task_name(name))]));
        }
        let failed = Text { ja: "{path} に書き込めません: {error}。", en: "cannot write {path}: {error}." };
        std::fs::create_dir_all(&self.folder)
            .and_then(|()| platform::replace(&file, task, false))
            .map_err(|error| AppError::new(failed, lang, &[("path", &file.display()), ("error", &error)]))?;
        let path = file.to_string_lossy();
        let created = schtasks(&["/Create", "/F", "/TN", &windows::task_name(name), "/XML", &path]);
        answered(&format!("schtasks /Create /TN {}", windows::task_name(name)), created, lang).map(drop)
    }

    /// Takes a job's task away; whether there was one of ours.
    pub(super) fn remove(&self, name: &str, lang: Lang) -> Result<bool, AppError> {
        if self.find(name).is_none() {
            return Ok(false);
        }
        let deleted = schtasks(&["/Delete", "/F", "/TN", &windows::task_name(name)]);
        answered(&format!("schtasks /Delete /TN {}", windows::task_name(name)), deleted, lang)?;
        // The copy alone says nothing: `find` asks the Task Scheduler too.
        let _ = std::fs::remove_file(self.file(name));
        Ok(true)
    }
}

fn schtasks(arguments: &[&str]) -> io::Result<Output> {
    Command::new("schtasks").args(arguments).stdin(Stdio::null()).output()
}

/// Vixie's cron and cronie say `no crontab for`, busybox that it cannot open the file.
fn says_there_is_none(output: &Output) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    !output.status.success() && (said.contains("no crontab") || said.contains("No such file"))
}

/// What a program gave, or what it complained of.
fn answered(command: &str, output: io::Result<Output>, lang: Lang) -> Result<Output, AppError> {
    let text = Text { ja: "{command} ができませんでした: {error}", en: "{command} failed: {error}" };
    let failed = |error: &str| AppError::new(text, lang, &[("command", &command), ("error", &error.trim())]);
    match output {
        Ok(output) if output.status.success() => Ok(output),
        Ok(output) => Err(failed(&String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(failed(&error.to_string())),
    }
}
