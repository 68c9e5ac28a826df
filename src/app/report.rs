//! The whole report: of what the inventory holds, or of files.

use std::io::Write;
use std::path::PathBuf;

use super::audit::{PreparedAudit, unopened_text};
use super::open_inventory::InventoryOptions;
use super::planning::{self, PlanningContext, beyond};
use super::{AppError, Context, Settings, diff, holidays, pseudonyms, sheet};
use crate::calendar::Day;
use crate::lifecycle::{Certificates, OfficeCalendars, PlanBounds};
use crate::locale::{Lang, Text};
use crate::register::{CsvEncoding, RegisterState};
use crate::report::{Gathering, Report, Scope, Stray, escape, write_table};

/// What a report is made of.
pub enum ReportSource {
    /// An inventory, with what has changed since a day or an import, if that is asked.
    Inventory {
        /// The inventory.
        inventory: InventoryOptions,
        /// A day, the number of an import, or `last`.
        since: Option<String>,
    },
    /// Files, which no register is matched to.
    Files {
        /// What they are opened and judged by.
        settings: Settings,
        /// Files and folders.
        files: Vec<PathBuf>,
    },
}

/// What a report is asked for.
pub struct ReportOptions {
    /// What it is made of.
    pub source: ReportSource,
    /// What it is limited to.
    pub scope: Scope,
    /// Whether pseudonyms stand for names and numbers.
    pub anonymise: bool,
    /// Days before its expiry from which letters are about a certificate; none: the policy's widest
    /// tier.
    pub within: Option<i64>,
}

/// Makes a report.
pub fn report(context: &Context, options: ReportOptions) -> Result<Report, AppError> {
    let ReportOptions { source, scope, anonymise, within } = options;
    let report = match source {
        ReportSource::Inventory { inventory, since } => of_inventory(context, inventory, scope.clone(), since, within)?,
        ReportSource::Files { settings, files } => of_files(context, settings, &files, scope.clone(), within)?,
    };
    if anonymise { Ok(report.anonymised(&pseudonyms::secret(context)?, &scope)) } else { Ok(report) }
}

fn of_inventory(
    context: &Context,
    inventory: InventoryOptions,
    scope: Scope,
    since: Option<String>,
    within: Option<i64>,
) -> Result<Report, AppError> {
    let lang = context.lang;
    let PlanningContext { mut opened, policy, office, calendar } = PlanningContext::open(context, inventory)?;
    let fleet = Certificates::new(&policy, &office, opened.judging.at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, scope.clone(), fleet);
    opened.judge_into(context, &mut gathering)?;
    let mut report = finish(gathering, &calendar, opened.as_of, within, lang)?;
    report.unfinished.clone_from(&opened.unfinished);
    let Some(since) = since else { return Ok(report) };
    let (since, changes) = diff::compared(context, &opened, &since)?;
    Ok(report.with_changes(since, &changes, &scope, &office.holders))
}

fn of_files(
    context: &Context,
    settings: Settings,
    files: &[PathBuf],
    scope: Scope,
    within: Option<i64>,
) -> Result<Report, AppError> {
    let lang = context.lang;
    let audit = PreparedAudit::of_files(context, files, settings)?;
    let (policy, at) = (std::sync::Arc::clone(&audit.judging.policy), audit.judging.at);
    let office = RegisterState::default();
    let calendar = OfficeCalendars::new(&policy, &holidays::in_force(context)?);
    let fleet = Certificates::new(&policy, &office, at).ok_or_else(|| beyond(lang))?;
    let mut gathering = Gathering::new(lang, scope, fleet);
    let summary = audit.run(context, &mut gathering)?;
    if let Some((path, error)) = summary.unopened.first() {
        return Err(AppError::Message(unopened_text(path, error, lang)));
    }
    finish(gathering, &calendar, None, within, lang)
}

fn finish(
    mut gathering: Gathering,
    calendar: &OfficeCalendars,
    as_of: Option<Day>,
    within: Option<i64>,
    lang: Lang,
) -> Result<Report, AppError> {
    if let Some(stray) = gathering.stray() {
        return Err(stray_text(&format!("--scope {}={}", stray.key, stray.value), &stray, lang));
    }
    gathering.fleet.settle();
    let plan = planning::plan(&gathering.fleet, calendar, PlanBounds::default(), lang)?;
    let fees = planning::fees(&gathering.fleet, &plan);
    Ok(gathering.report(&plan, &fees, as_of, within))
}

/// Writes a report in one of its forms; a CSV is that of the certificates.
pub fn write_form(report: &Report, form: &str, out: &mut dyn Write) -> std::io::Result<()> {
    match form {
        "csv" => report
            .table("certificates")
            .map_or(Ok(()), |table| write_table(&table, CsvEncoding::Utf8Bom, out).map(drop)),
        "html" => report.write_html(out),
        "xlsx" => report.write_xlsx(out),
        "mail-merge" => report.write_mail_merge(out),
        "handover" => report.write_handover(out),
        "md" => report.write_markdown(out),
        "ics" => report.write_calendar(out),
        "prom" => report.write_prometheus(out),
        _ => report.write_json(out),
    }
}

/// The message about a value that nothing has; `flag` is how it was typed.
pub fn stray_text(flag: &str, stray: &Stray, lang: Lang) -> AppError {
    let values: [(&str, &dyn std::fmt::Display); 2] =
        [("flag", &escape::terminal(flag)), ("what", &stray.name.get(lang))];
    let text =
        Text { ja: "{flag}: その{what}のものはありません。", en: "{flag}: nothing has that {what}." };
    let mut out = text.fill(lang, &values);
    out += &match stray.near.is_empty() {
        true if stray.key == "host" => String::new(),
        true => {
            Text { ja: "台帳に{what}の書かれた者がいません。", en: " No register tells of any {what}." }
                .fill(lang, &values)
        }
        false => {
            let near: Vec<String> = stray.near.iter().map(|one| escape::terminal(one).into_owned()).collect();
            let near = sheet::joined(&near, lang);
            Text { ja: "近いもの: {near}。", en: " There is: {near}." }.fill(lang, &[("near", &near)])
        }
    };
    AppError::Message(out)
}
