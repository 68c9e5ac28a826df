//! Schedules: when a run is due, what systems install, and that it is called.

mod command;
mod crontab;
mod due;
mod fires;
pub mod scene;
mod units;
mod windows;
