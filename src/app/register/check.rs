//! Who cannot bill in the coming claim period, and why.

use crate::app::open_inventory::{InventoryOptions, OpenInventory};
use crate::app::{AppError, Context};
use crate::inventory::{Store, instant};
use crate::locale::Text;
use crate::report::{Check, Gone};

/// Checks the register's holders.
pub fn check(context: &Context, inventory: InventoryOptions) -> Result<Check, AppError> {
    let mut opened = OpenInventory::open(context, inventory)?;
    let mut check = Check::new(context.lang, opened.as_of);
    opened.judge_into(context, &mut check)?;
    check.look_at_register(gone(context, &opened)?);
    Ok(check)
}

/// Who left the register; that there is one is asked first.
fn gone(context: &Context, opened: &OpenInventory) -> Result<Vec<Gone>, AppError> {
    let failed = |error| opened.failed(&error, context);
    if !opened.inventory.office().map_err(failed)?.has_register {
        let text = Text {
            ja: "台帳がまだないため、誰が請求できるかは答えられません。shomei register import で台帳を取り込んでください。",
            en: "there is no register yet, so nobody knows who has to bill. Take one in with shomei register import.",
        };
        return Err(AppError::new(text, context.lang, &[]));
    }
    let zone = opened.judging.policy.zone;
    let removed_holders = opened.inventory.removed_holders().map_err(failed)?.into_iter();
    Ok(removed_holders.map(|one| Gone { key: one.key, name: one.name, since: zone.day(instant(one.since)) }).collect())
}
