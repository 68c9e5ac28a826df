//! A user with a configuration, a crontab and a systemd of their own.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use shomei::calendar::BusinessCalendar;
use shomei::lifecycle::OfficeCalendars;
use shomei::policy::{BUILT_IN, Holidays, Policy};

use crate::common::command::CommandResult;
use crate::common::home;

pub use crate::common::ROOT;
pub use crate::common::times::in_japan as at;

/// Stand-ins for crontab and systemctl.
pub fn stand_ins() -> PathBuf {
    Path::new(ROOT).join("tests/delivery/schedule/bin")
}

/// The business days of the built-in policy.
pub fn office() -> BusinessCalendar {
    let policy = Policy::read(BUILT_IN, "e-seikyuu.yaml", &shomei::audit::rules::codes()).unwrap();
    OfficeCalendars::new(&policy, &Holidays::built_in().unwrap()).office
}

/// A user on Thursday, 26 November 2026.
pub struct Home(home::Home);

impl Deref for Home {
    type Target = home::Home;

    fn deref(&self) -> &home::Home {
        &self.0
    }
}

impl Home {
    pub fn new() -> Home {
        let home = home::Home::at("2026-11-26T12:00:00+09:00").env("USER", "hanako").env("PW", "swordfish");
        home.write("config.yaml", "inventory: data/inventory.sqlite\n");
        Home(home)
    }

    /// One whose systemd is at work.
    pub fn with_systemd() -> Home {
        let home = Home::new();
        home.write("systemd-runs", "");
        home
    }

    /// Runs `shomei` with the programs of a folder at hand.
    pub fn run_with(&self, programs: &str, arguments: &[&str]) -> CommandResult {
        let mut command = self.command(arguments);
        command.env("PATH", programs);
        let result = CommandResult::from(command);
        assert!(!result.stdout.contains("swordfish") && !result.stderr.contains("swordfish"), "{result:?}");
        result
    }

    /// Runs `shomei schedule` with the configuration.
    pub fn run(&self, arguments: &[&str]) -> CommandResult {
        let all = [&["schedule"], arguments, &["--config", "config.yaml"]].concat();
        self.run_with(&stand_ins().to_string_lossy(), &all)
    }

    /// What it prints that goes through without a complaint.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        self.run(arguments).ok()
    }

    /// What it complains of when it cannot be carried out.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        self.run(arguments).refused()
    }
}
