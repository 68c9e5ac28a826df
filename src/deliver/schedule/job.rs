//! The job that a system's timer calls.

use super::Schedule;
use crate::calendar::Zone;
use crate::locale::Lang;

/// Hours after which a system ends a run: one that waits for a share that is gone would keep all later
/// runs from sending. The first import of a large share takes a few.
pub const TIME_LIMIT_HOURS: u32 = 12;

/// The beginning of the first line of everything installed; a schedule and a zone follow.
const HEAD: &str = "# shomei schedule: ";
/// The beginning of the second line, with the path of the configuration.
const CONFIG: &str = "# configuration: ";

/// A run that a system's timer calls: the program, the configuration and when it is due. Nothing
/// secret is among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerJob {
    /// Distinguishes it from others on the same computer: letters, digits, `-` and `_`.
    pub name: String,
    /// The program's absolute path.
    pub program: String,
    /// The configuration's absolute path.
    pub config: String,
    /// The language in which it reports, where the configuration does not say.
    pub lang: Option<Lang>,
    /// When it is due.
    pub schedule: Schedule,
    /// The zone of its civil times.
    pub zone: Zone,
}

impl TimerJob {
    /// Whether a name is valid in file names and markers.
    pub fn is_name(name: &str) -> bool {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        !name.is_empty() && name.len() <= 60 && name.chars().all(fits)
    }

    /// The program's arguments.
    pub fn arguments(&self) -> Vec<String> {
        let language = self.lang.map(|lang| ["--lang".to_string(), lang.code().to_string()]);
        let own = ["run".into(), "--config".into(), self.config.clone(), "--if-due".into(), self.schedule.to_string()];
        own.into_iter().chain(language.into_iter().flatten()).collect()
    }

    /// The name of its units, task and markers.
    pub fn unit(&self) -> String {
        unit(&self.name)
    }

    /// The comment by which [`InstalledJob::find`] knows again what was installed.
    pub(super) fn head(&self) -> String {
        format!("{HEAD}{} {}\n{CONFIG}{}\n", self.schedule, self.zone, self.config)
    }
}

/// The name of the units and markers of a job of this name, with a prefix that keeps it apart from
/// other programs' units.
pub(super) fn unit(name: &str) -> String {
    if name == "shomei" { name.to_string() } else { format!("shomei-{name}") }
}

/// What an installed job states about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstalledJob {
    /// When it is due.
    pub schedule: Schedule,
    /// The zone of its civil times.
    pub zone: Zone,
    /// Whose configuration it runs.
    pub config: String,
}

impl InstalledJob {
    /// Reads it out of a unit or a crontab's block; none where it is not of our making.
    pub fn find(text: &str) -> Option<InstalledJob> {
        let after = |head: &str| text.lines().find_map(|line| line.strip_prefix(head));
        let (schedule, zone) = after(HEAD)?.rsplit_once(' ')?;
        Some(InstalledJob {
            schedule: Schedule::parse(schedule).ok()?,
            zone: Zone::parse(zone)?,
            config: after(CONFIG)?.to_string(),
        })
    }
}
