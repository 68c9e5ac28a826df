//! An office: a folder with files, an inventory beside it, and a clock.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use shomei::inventory::sqlite::{Access, Sqlite};
use shomei::lab::{Faults, LabPlan, make};

use crate::common::files;
use crate::common::home::Home;
use crate::common::times::in_utc;

/// The moment judged and taken for now, unless a test says otherwise.
pub const NOW: &str = "2026-11-23T00:00:00Z";

/// What a test works on.
pub struct Scene {
    home: Home,
}

impl Scene {
    /// An empty office.
    pub fn new() -> Scene {
        let home = Home::at(NOW);
        let folder = home.path("");
        Scene { home: home.env("XDG_CONFIG_HOME", &folder).env("XDG_DATA_HOME", &folder) }
    }

    /// An office with the made-up fleet of so many holders in `fleet`.
    pub fn with_fleet(holders: usize) -> Scene {
        let scene = Scene::new();
        make(&LabPlan { holders, seed: 7, faults: Faults::none(), at: in_utc(NOW) }, scene.home.folder())
            .expect("a fleet");
        scene.age();
        scene
    }

    /// `shomei` with no inventory of its own.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// A path in the office.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path(name)
    }

    /// The files of the fleet, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        files::below(&self.path("fleet"))
    }

    /// Lets every file look as if it were an hour old: what was written a moment ago is not
    /// relied on.
    pub fn age(&self) {
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        for path in self.files() {
            let file = std::fs::File::options().write(true).open(path).expect("a file");
            file.set_modified(then).expect("a time");
        }
    }

    /// `shomei` with these arguments and the office's inventory, at [`NOW`].
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(NOW, arguments)
    }

    /// The same at another moment.
    pub fn command_at(&self, now: &str, arguments: &[&str]) -> Command {
        self.command_in("en", now, arguments)
    }

    /// The same in a language.
    pub fn command_in(&self, lang: &str, now: &str, arguments: &[&str]) -> Command {
        let mut command = self.home.command_at(now, arguments);
        command.arg("--inventory").arg(self.path("inventory.sqlite")).args(["--lang", lang]);
        command
    }

    /// Imports the fleet and returns what `--format json` says.
    pub fn import(&self, more: &[&str]) -> Value {
        self.import_at(NOW, more)
    }

    /// The same at another moment.
    pub fn import_at(&self, now: &str, more: &[&str]) -> Value {
        let output = self.import_command(now, more).output().expect("shomei runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let mut report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("no JSON: {told}"));
        report["told"] = told.into();
        report["code"] = output.status.code().into();
        report
    }

    /// The command that imports the fleet.
    pub fn import_command(&self, now: &str, more: &[&str]) -> Command {
        let mut arguments = vec!["import", "fleet", "--policy", "lab", "--format", "json"];
        if !more.contains(&"--host") {
            arguments.extend(["--host", "pc1"]);
        }
        arguments.extend(["--password-file", "passwords.txt"]);
        arguments.extend(more);
        self.command_at(now, &arguments)
    }

    /// Everything in the inventory, as it is exported.
    pub fn export(&self) -> String {
        said(&self.command(&["inventory", "export"]).output().expect("shomei runs"))
    }
}

/// An inventory opened as the commands of a test open it: in a trial.
pub fn opened(path: &Path) -> Sqlite {
    Sqlite::open_as(path, &Access { is_trial: true, ..Access::default() }).expect("an inventory")
}

/// What a command that went well printed.
pub fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// Copies a folder with all below it.
pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        match entry.file_type().is_dir() {
            true => std::fs::create_dir_all(target).expect("a folder"),
            false => drop(std::fs::copy(entry.path(), target).expect("a file")),
        }
    }
}
