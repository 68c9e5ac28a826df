//! A user with a configuration, a crontab and a systemd of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use shomei::calendar::{BusinessCalendar, Instant, Zone, parse_instant};
use shomei::lifecycle::OfficeCalendars;
use shomei::policy::{BUILT_IN, Holidays, Policy};
use tempfile::TempDir;

pub const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Stand-ins for crontab and systemctl.
pub fn stand_ins() -> PathBuf {
    Path::new(ROOT).join("tests/schedule/bin")
}

pub fn at(text: &str) -> Instant {
    parse_instant(text, Zone::JAPAN).unwrap()
}

/// The business days of the built-in policy.
pub fn office() -> BusinessCalendar {
    let policy = Policy::read(BUILT_IN, "e-seikyuu.yaml", &shomei::audit::rules::codes()).unwrap();
    OfficeCalendars::new(&policy, &Holidays::built_in().unwrap()).office
}

/// What a command left behind.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

pub struct Home(TempDir);

impl Home {
    pub fn new() -> Home {
        let home = Home(tempfile::tempdir().unwrap());
        home.write("config.yaml", "inventory: data/inventory.sqlite\n");
        home
    }

    /// One whose systemd is at work.
    pub fn with_systemd() -> Home {
        let home = Home::new();
        home.write("systemd-runs", "");
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Runs `shomei` on Thursday, 26 November 2026, with the programs of a folder at hand.
    pub fn run_with(&self, programs: &str, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_shomei"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", programs)
            .env("LC_ALL", "C.UTF-8")
            .env("USER", "hanako")
            .env("PW", "swordfish")
            .env("SHOMEI_CLOCK", "2026-11-26T12:00:00+09:00")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let said =
            Said { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap() };
        assert!(!said.stdout.contains("swordfish") && !said.stderr.contains("swordfish"), "{said:?}");
        said
    }

    /// Runs `shomei schedule` with the configuration.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let all = [&["schedule"], arguments, &["--config", "config.yaml"]].concat();
        self.run_with(&stand_ins().to_string_lossy(), &all)
    }

    /// What goes through without a complaint says.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{arguments:?}: {}", said.stdout);
        said.stdout
    }

    #[track_caller]
    pub fn refused(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{arguments:?}: {}", said.stderr);
        said.stderr
    }
}
