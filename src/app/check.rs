//! The state of the inventory for a monitoring system.

use super::delivery::RunState;
use super::open_inventory::{self, InventoryOptions, InventoryResult};
use super::report::{ReportOptions, ReportSource, report};
use super::{AppError, Context};
use crate::calendar::Instant;
use crate::inventory::{History, delivery_folder, instant};
use crate::locale::Text;
use crate::report::{MonitorAnswer, MonitorThresholds, Scope};

/// What a check is asked for.
pub struct CheckOptions {
    /// The inventory.
    pub inventory: InventoryOptions,
    /// What it is limited to.
    pub scope: Scope,
    /// When it alerts.
    pub thresholds: MonitorThresholds,
}

/// Counts what the monitor watches.
pub fn check(context: &Context, options: CheckOptions) -> Result<MonitorAnswer, AppError> {
    let CheckOptions { inventory, scope, thresholds } = options;
    let last = last_run(context, &inventory)?;
    let report = report(
        context,
        ReportOptions {
            source: ReportSource::Inventory { inventory, since: None },
            scope,
            anonymise: false,
            within: None,
        },
    )?;
    let coverage = &report.coverage;
    let units = coverage.can + coverage.can_until + coverage.unknown + coverage.cannot;
    // Nothing wrong in an empty inventory is no good news.
    let (Some(last), true) = (last, report.counts.certificates + units + report.counts.unreadable > 0) else {
        let text = Text {
            ja: "点検記録(DB)に何も記録されていないか、範囲に何もありません。shomei import か shomei run で証明書を取り込んでください。",
            en: "The inventory holds nothing, or nothing in this scope. Import certificates with shomei import or shomei run.",
        };
        return Err(AppError::Message(text.get(context.lang).into()));
    };
    Ok(MonitorAnswer::new(&report, (context.now - last).whole_seconds(), &thresholds))
}

/// When the last `shomei run` ended in which nothing failed; where none ever did, the last import of
/// a source that was read to its end.
fn last_run(context: &Context, options: &InventoryOptions) -> Result<Option<Instant>, AppError> {
    let folder = delivery_folder(&options.settings.inventory.value);
    let state = RunState::read(&folder, context.lang)?;
    // A run that never succeeds must not look younger through what it imported.
    if state.last().is_some() {
        return Ok(state.last_success().or_else(|| state.since()).or(Some(Instant::UNIX_EPOCH)));
    }
    let inventory = open_inventory::open_existing(&options.settings, context)?;
    let runs = inventory.runs().or_message(&options.settings, context.lang)?;
    Ok(runs.into_iter().filter(|(_, _, run)| run.complete).map(|(_, at, _)| instant(at)).max())
}
