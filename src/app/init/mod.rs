//! From nothing to the first run: a configuration and an inventory. Safe to run again: what is
//! there stays.

mod answers;
mod write;

use super::{AppError, Context, Settings, open_inventory};

pub use answers::{InitAnswers, MailAnswers, absolute, default_reports};
pub use write::write_configuration;

/// Makes the inventory where there is none; whether there was one.
pub fn make_inventory(context: &Context, settings: &Settings) -> Result<bool, AppError> {
    let place = &settings.inventory.value;
    let was_there = place.exists();
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    open_inventory::open(settings, context)?;
    Ok(was_there)
}
