//! Schedules: civil times of the policy's zone, and what each system needs to keep them.
//!
//! A [`Schedule`] says when a run is due. What a system's own timers cannot say (business days,
//! a zone that is not the computer's, a run that was missed) they need not: they call the program
//! at least as often as it is due, and `shomei run --if-due` asks [`Schedule::last`] whether a run
//! has been missed since the last one. [`TimerJob`] is what they call; [`systemd`], [`cron`] and
//! [`windows`] write it down. Absent here: the clock, files, other programs; and secrets, of
//! which a job has none.

pub mod cron;
mod due;
mod job;
mod syntax;
pub mod systemd;
pub mod windows;

pub use due::{Schedule, ScheduleDays, WhenClosed};
pub use job::{InstalledJob, TIME_LIMIT_HOURS, TimerJob};
pub use syntax::ScheduleError;
