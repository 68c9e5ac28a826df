//! What to do next, by when, at what cost, and whom to notify: plan, fees, expiry, reminders.

use super::open_inventory::{self, InventoryOptions, InventoryResult};
use super::planning::{self, PlanningContext, YEARS, certificates, plan};
use super::{AppError, Context, Outcome, record};
use crate::inventory::{NotificationRow, Store};
use crate::lifecycle::{DueReminder, Fees, PlanBounds, fiscal_year};
use crate::locale::Text;
use crate::report::{Expiry, ExpiryBy, FeesBy, FeesReport, PlanReport, RemindersReport, View};

/// Plans the renewals and hands the plan to `show`; `with_history` lists what expired long ago, too.
pub fn plan_renewals(
    context: &Context,
    inventory: InventoryOptions,
    bounds: PlanBounds,
    with_history: bool,
    show: impl FnOnce(&PlanReport) -> Result<(), AppError>,
) -> Result<Outcome, AppError> {
    let lang = context.lang;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::open(context, inventory)?;
    let fleet = certificates(context, &mut opened, &policy, &office)?;
    let plan = plan(&fleet, &calendar, bounds, lang)?;
    if plan.to < plan.from {
        let text = Text {
            ja: "計画する期間の終わり {to} が、始まり {from} より前です。--from と --to を確かめてください。",
            en: "the plan would end on {to}, before it begins on {from}; check --from and --to.",
        };
        return Err(AppError::new(text, lang, &[("from", &plan.from), ("to", &plan.to)]));
    }
    let view = View { lang, fleet: &fleet, as_of: opened.as_of };
    let report = PlanReport::new(view, &plan).with_history(with_history);
    show(&report)?;
    Ok(Outcome::found_if(report.has_unplaced()))
}

/// Which fiscal years fees are added up for.
#[derive(Clone, Copy, Debug)]
pub enum FiscalYears {
    /// One alone.
    Only(i32),
    /// So many before and after the running one.
    Around(i32),
}

impl Default for FiscalYears {
    fn default() -> FiscalYears {
        FiscalYears::Around(YEARS)
    }
}

/// What fees are asked for.
pub struct FeesOptions {
    pub inventory: InventoryOptions,
    pub years: FiscalYears,
    /// What is added up together.
    pub by: FeesBy,
}

/// Adds up what applications cost and hands it to `show`; gives whether a fee is unknown.
pub fn fees(
    context: &Context,
    options: FeesOptions,
    show: impl FnOnce(&FeesReport) -> Result<(), AppError>,
) -> Result<bool, AppError> {
    let lang = context.lang;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::open(context, options.inventory)?;
    let fleet = certificates(context, &mut opened, &policy, &office)?;
    let running = fiscal_year(fleet.today);
    let years = match options.years {
        FiscalYears::Only(year) => (year, year),
        FiscalYears::Around(years) => (running - years, running + years),
    };
    let plan = plan(&fleet, &calendar, PlanBounds::default(), lang)?;
    let fees = Fees::new(&fleet, &plan, years);
    let view = View { lang, fleet: &fleet, as_of: opened.as_of };
    let report = FeesReport::new(view, &fees, options.by, &plan.assumed);
    show(&report)?;
    Ok(report.has_gaps())
}

/// Up to when certificates are asked about that expire.
#[derive(Clone, Copy, Debug)]
pub enum Within {
    /// The policy's widest tier.
    WidestTier,
    /// So many days.
    Days(i64),
    /// Every one that is no history.
    All,
    /// Every one.
    AllAndHistory,
}

/// What expiry is asked for.
pub struct ExpiryOptions {
    pub inventory: InventoryOptions,
    /// Up to when.
    pub within: Within,
    /// What they are counted together by.
    pub by: Option<ExpiryBy>,
}

/// Hands what expires when to `show`.
pub fn expiry(
    context: &Context,
    options: ExpiryOptions,
    show: impl FnOnce(&Expiry) -> Result<(), AppError>,
) -> Result<(), AppError> {
    let PlanningContext { mut opened, policy, office, .. } = PlanningContext::open(context, options.inventory)?;
    let within = match options.within {
        Within::WidestTier => policy.tiers.iter().map(|tier| tier.value.days).max(),
        Within::Days(days) => Some(days),
        Within::All | Within::AllAndHistory => None,
    };
    let with_history = matches!(options.within, Within::AllAndHistory);
    let fleet = certificates(context, &mut opened, &policy, &office)?;
    let view = View { lang: context.lang, fleet: &fleet, as_of: opened.as_of };
    show(&Expiry::new(view, within, options.by).with_history(with_history))
}

/// What reminders are asked for.
pub struct RemindersOptions {
    pub inventory: InventoryOptions,
    /// What is shown is recorded as sent.
    pub record: bool,
    pub by: Option<String>,
}

/// Hands today's reminders to `show`, and records them as sent if that is asked for; returns how
/// many were recorded.
pub fn reminders(
    context: &Context,
    options: RemindersOptions,
    show: impl FnOnce(&RemindersReport) -> Result<(), AppError>,
) -> Result<usize, AppError> {
    let lang = context.lang;
    let RemindersOptions { inventory, record: is_recording, by } = options;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::open(context, inventory)?;
    let recorded = opened.inventory.notifications().or_message(&opened.settings, context.lang)?;
    let fleet = certificates(context, &mut opened, &policy, &office)?;
    let plan = plan(&fleet, &calendar, PlanBounds::default(), lang)?;
    let reminders = planning::reminders(context, &fleet, &plan, &recorded);
    let view = View { lang, fleet: &fleet, as_of: opened.as_of };
    // What could not be written was not sent, and is not recorded.
    show(&RemindersReport::new(view, &reminders, is_recording))?;
    if !is_recording || reminders.due.is_empty() {
        return Ok(0);
    }
    // A connection of its own: what was judged for another policy is not kept in this one.
    let mut inventory = open_inventory::open(&opened.settings, context)?;
    let row = |due: &DueReminder| NotificationRow {
        topic: due.topic.0.clone(),
        step: due.step.code(),
        on: fleet.today.to_string(),
        by: by.clone(),
        holder: due.holder(&fleet).map(|holder| (holder.key.register.clone(), holder.key.id.clone())),
        ..NotificationRow::default()
    };
    record::record_notifications(context, &mut inventory, reminders.due.iter().map(row), &opened.settings)?;
    Ok(reminders.due.len())
}
