//! Schedules for `shomei run` in systemd and cron.

mod install;
mod plan;
mod status;
mod systems;

use super::{AppError, Context};

pub use install::{Scheduler, install, remove};
pub use plan::{ScheduleOptions, SchedulePlan};
pub use status::status;

/// The job's name where none is given.
pub const DEFAULT_NAME: &str = "shomei";

/// Whether a schedule of the usual name is installed, with this configuration.
pub fn is_installed(context: &Context) -> Result<bool, AppError> {
    let own = context.config_path.as_ref().and_then(|path| std::path::absolute(path).ok());
    let found = status::found(context, DEFAULT_NAME)?;
    Ok(found.iter().any(|one| own.as_deref() == Some(std::path::Path::new(one.config()))))
}
