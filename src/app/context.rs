//! What every use case is given: language, configuration, moment, environment, console.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::config::{Config, SettingSource};
use crate::calendar::Instant;
use crate::container::PasswordCandidate;
use crate::locale::Lang;

/// What every use case is given.
#[derive(Clone)]
pub struct Context {
    /// The language of messages.
    pub lang: Lang,
    /// Where the language was chosen.
    pub lang_from: SettingSource,
    /// The configuration; empty where there is none.
    pub config: Config,
    /// The configuration's file; none where there is none.
    pub config_path: Option<PathBuf>,
    /// The moment that is taken for now.
    pub now: Instant,
    /// That moment was named for a trial, and is not the clock's.
    pub is_trial: bool,
    /// The user says that the clock is right, however odd it is.
    pub accepts_clock: bool,
    /// The values of the computer and the user's account.
    pub environment: Environment,
    /// Notices and questions meanwhile.
    pub console: Arc<dyn Console>,
}

impl Context {
    /// The same, for a trial at another moment.
    pub fn at(&self, now: Instant) -> Context {
        Context { now, is_trial: self.is_trial || now != self.now, ..self.clone() }
    }

    /// Shows something beside the result.
    pub fn notice(&self, text: &str) {
        self.console.notice(text);
    }
}

/// Values of the computer and the user's account. The caller reads them: a use case reads no
/// environment, so that a service and a test can set their own.
#[derive(Clone)]
pub struct Environment {
    /// The user's data folder; none where the system does not know the user's home.
    pub data_folder: Option<PathBuf>,
    /// The system's folder of temporary files.
    pub temporary_folder: PathBuf,
    /// This computer's name.
    pub host: String,
    /// The name that the user has on this computer.
    pub login: Option<String>,
    /// Where this program is.
    pub program: fn() -> io::Result<PathBuf>,
    /// The value of an environment variable that the user names.
    pub variable: fn(&str) -> Option<OsString>,
    /// The clock on the wall, which may differ from the moment taken for now.
    pub wall: fn() -> Instant,
    /// Time since the program began, which no change of the clock disturbs.
    pub elapsed: Arc<dyn Fn() -> Duration + Send + Sync>,
}

/// Notices and questions while a use case works. Its result is shown by the caller.
pub trait Console: Send + Sync {
    /// Shows something beside the result: a warning, what is under way, what was left out.
    fn notice(&self, text: &str);

    /// Whether somebody reads the notices as they come.
    fn is_watched(&self) -> bool {
        false
    }

    /// Asks for one more password, once per need and not per file: `locked` files open with none
    /// given so far, `first` among them. None: there is no terminal, or no other password.
    fn password(&self, locked: usize, first: &str) -> Option<PasswordCandidate>;

    /// Asks for a secret that is not a file's password, with this question. None: there is no terminal,
    /// or no answer.
    fn secret(&self, question: &str) -> Option<PasswordCandidate>;

    /// A file was read, which took so long.
    fn file_read(&self, _path: &str, _took: Duration) {}

    /// Shows how many files are done until the value returned is dropped.
    fn progress(&self, done: &Arc<AtomicU64>) -> Progress;
}

/// Progress that is shown until this is dropped.
#[derive(Default)]
pub struct Progress(Option<Box<dyn FnOnce()>>);

impl Progress {
    /// Progress that ends by `end`.
    pub fn until(end: impl FnOnce() + 'static) -> Progress {
        Progress(Some(Box::new(end)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(end) = self.0.take() {
            end();
        }
    }
}
