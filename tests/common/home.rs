//! A user's home: a folder of its own in which `shomei` runs, at a time that the test sets.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::command::{CommandResult, shomei};

/// What `shomei` takes for now.
enum Clock {
    Stopped(&'static str),
    /// Nine o'clock in Japan on this day, and a minute later with each command.
    Running(&'static str, Cell<u32>),
}

impl Clock {
    fn now(&self) -> String {
        match self {
            Clock::Stopped(moment) => moment.to_string(),
            Clock::Running(day, commands) => {
                let minutes = commands.replace(commands.get() + 1);
                format!("{day}T{:02}:{:02}:00+09:00", 9 + minutes / 60, minutes % 60)
            }
        }
    }
}

/// A temporary folder that is the home of the user who runs `shomei` in it.
pub struct Home {
    folder: TempDir,
    clock: Clock,
    environment: Vec<(&'static str, OsString)>,
}

impl Home {
    /// An empty one, at one moment for good.
    pub fn at(moment: &'static str) -> Home {
        Home::with(Clock::Stopped(moment))
    }

    /// An empty one in which time goes on from nine o'clock of this day in Japan.
    pub fn on(day: &'static str) -> Home {
        Home::with(Clock::Running(day, Cell::new(0)))
    }

    fn with(clock: Clock) -> Home {
        Home { folder: tempfile::tempdir().unwrap(), clock, environment: Vec::new() }
    }

    /// With a variable in the environment of every command.
    pub fn env(mut self, name: &'static str, value: impl Into<OsString>) -> Home {
        self.environment.push((name, value.into()));
        self
    }

    /// With `shomei.yaml` as the configuration that the environment names.
    pub fn configured(self) -> Home {
        let path = self.path("shomei.yaml");
        self.env("SHOMEI_CONFIG", path)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path as a text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    #[track_caller]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The names of what is in a folder, sorted; none where there is no such folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).into_iter().flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// `shomei` with these arguments.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(&self.clock.now(), arguments)
    }

    /// The same at another moment.
    pub fn command_at(&self, moment: &str, arguments: &[&str]) -> Command {
        let mut command = shomei(self.folder(), self.folder(), arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value))).env("SHOMEI_CLOCK", moment);
        command
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> CommandResult {
        CommandResult::from(self.command(arguments))
    }

    #[track_caller]
    pub fn run_at(&self, moment: &str, arguments: &[&str]) -> CommandResult {
        CommandResult::from(self.command_at(moment, arguments))
    }

    /// What a command prints that goes through without a complaint.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.run(arguments).ok()
    }

    /// What a command complains of that cannot be carried out.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        self.run(arguments).refused()
    }

    /// The document of a command, whatever its exit code.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[arguments, &["--format", "json"]].concat()).json()
    }
}
