//! Timer and service units for systemd, of a user or of the system.

use super::{Schedule, ScheduleDays, TimerJob, WhenClosed, job};
use crate::calendar::Zone;

/// The systemd manager that runs a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemdScope {
    /// The user's own.
    User,
    /// The system's.
    System {
        /// The user as which the program runs.
        user: String,
        /// The folders in which it may write.
        writable: Vec<String>,
    },
}

/// The name of a job's timer, which is the unit to enable.
pub fn timer_name(name: &str) -> String {
    format!("{}.timer", job::unit(name))
}

/// The name of a job's service.
pub fn service_name(name: &str) -> String {
    format!("{}.service", job::unit(name))
}

/// The name of a zone with a fixed offset; none where there is none.
pub fn zone_name(zone: Zone) -> Option<String> {
    match zone.whole_hours()? {
        9 => Some("Asia/Tokyo".into()),
        0 => Some("UTC".into()),
        // The Etc/GMT names have the POSIX sign: east of Greenwich is minus.
        hours @ 1..=14 => Some(format!("Etc/GMT-{hours}")),
        hours @ -12..=-1 => Some(format!("Etc/GMT+{}", -hours)),
        _ => None,
    }
}

/// `OnCalendar` of a schedule: every moment at which a run may be due, and where business days
/// matter also others, which `--if-due` skips. None where systemd has no name for the zone.
pub fn on_calendar(schedule: &Schedule, zone: Zone) -> Option<Vec<String>> {
    let zone = zone_name(zone)?;
    let (hour, minute) = schedule.time();
    let days = match (schedule.when_closed(), schedule.days()) {
        (WhenClosed::Next, _) | (_, ScheduleDays::Daily) => vec!["*-*-*".to_string()],
        (_, ScheduleDays::Weekly(days)) => {
            let short: Vec<String> = days.iter().map(|day| day.to_string()[..3].to_string()).collect();
            vec![format!("{} *-*-*", short.join(","))]
        }
        (_, ScheduleDays::Monthly(days)) => monthly(days),
    };
    Some(days.iter().map(|days| format!("{days} {hour:02}:{minute:02}:00 {zone}")).collect())
}

/// Days of the month, and the last day of each month where a day is named that not every month has.
fn monthly(days: &[u8]) -> Vec<String> {
    let written = |days: Vec<&u8>| days.iter().map(|day| format!("{day:02}")).collect::<Vec<_>>().join(",");
    let named: Vec<&u8> = days.iter().filter(|day| **day < 31).collect();
    let named = (!named.is_empty()).then(|| format!("*-*-{}", written(named)));
    let last = days.iter().any(|day| *day > 28).then(|| "*-*~01".to_string());
    named.into_iter().chain(last).collect()
}

/// Whether systemd can call a program of this path: it refuses quotation marks and backslashes.
pub fn can_call(program: &str) -> bool {
    !program.contains(['"', '\'', '\\'])
}

/// The timer. None where systemd has no name for the zone.
pub fn timer(job: &TimerJob) -> Option<String> {
    let mut out = job.head();
    out += &format!("[Unit]\nDescription=When shomei runs ({})\n\n[Timer]\n", job.unit());
    for line in on_calendar(&job.schedule, job.zone)? {
        out += &format!("OnCalendar={line}\n");
    }
    // Persistent runs what was missed while the computer was off.
    out += "Persistent=true\nAccuracySec=1min\n\n[Install]\nWantedBy=timers.target\n";
    Some(out)
}

/// The service.
pub fn service(job: &TimerJob, scope: &SystemdScope) -> String {
    let arguments: Vec<String> = job.arguments().iter().map(|word| argument(word)).collect();
    let mut out = job.head();
    out += &format!("[Unit]\nDescription=shomei run ({})\n", job.unit());
    if *scope != SystemdScope::User {
        out += "Wants=network-online.target\nAfter=network-online.target\n";
    }
    // No start limit: a failed run is repeated each hour, and --if-due ends the series once one is
    // complete.
    // Type=simple, since systemd before 244 refuses to repeat a oneshot; and a oneshot has no RuntimeMaxSec.
    out += "StartLimitIntervalSec=0\n\n[Service]\nType=simple\n";
    out += &format!("ExecStart={} {}\n", quoted(&job.program), arguments.join(" "));
    out += &format!("RuntimeMaxSec={}h\n", job::TIME_LIMIT_HOURS);
    // Exit code 1 means findings, which is a complete run; only 2 is a failure to repeat.
    out += "SuccessExitStatus=1\nRestart=on-failure\nRestartSec=1h\nUMask=0077\nLimitCORE=0\n";
    out += HARDENED;
    if let SystemdScope::System { user, writable } = scope {
        out += &format!("User={user}\n{HARDENED_OF_SYSTEM}");
        // A run as root has to read the users' files.
        let capabilities = if user == "root" { "CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE" } else { "" };
        out += &format!("CapabilityBoundingSet={capabilities}\n");
        for folder in writable {
            // The dash lets the unit start while a folder does not exist yet.
            out += &format!("ReadWritePaths={}\n", quoted(&format!("-{folder}")));
        }
    }
    out
}

/// Restrictions that also a user's manager can apply, without namespaces.
const HARDENED: &str = "\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
";

/// Further restrictions of the system's manager.
const HARDENED_OF_SYSTEM: &str = "\
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
";

/// A word of a unit file, quoted so that nothing in it is expanded.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

/// An argument of a command, in which `$` expands too. The prefix `:` would keep it from doing so, but is
/// known from systemd 244 on; the program's own path is never expanded.
fn argument(word: &str) -> String {
    quoted(word).replace('$', "$$")
}
