//! Who can bill in a month's claim period, who cannot, and why.

use std::collections::BTreeSet;

use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::policy_in_force::PolicyInForce;
use super::report::stray_text;
use super::{AppError, Context, resolve_id};
use crate::audit::holding::ClaimPeriod;
use crate::calendar::{Day, parse_day};
use crate::inventory::Store;
use crate::locale::{Lang, Text};
use crate::register::asked_prefecture;
use crate::report::{Asked, Coverage, Scope};

/// What coverage is asked for.
pub struct CoverageOptions {
    pub inventory: InventoryOptions,
    /// The month whose claim period is asked about, `2026-12`, where that is not the coming one.
    pub month: Option<String>,
    /// One holder alone.
    pub holder: Option<String>,
    /// Holders of one prefecture.
    pub prefecture: Option<String>,
    /// The only list to show.
    pub only: Option<String>,
}

/// Answers who can bill.
pub fn coverage(context: &Context, options: CoverageOptions) -> Result<Coverage, AppError> {
    let lang = context.lang;
    let mut opened = OpenInventory::open(context, options.inventory)?;
    if let Some(text) = &options.month {
        opened.period = period(text, &opened.judging, lang)?;
    }
    let asked_for = options.prefecture.as_deref().map(asked_prefecture);
    if let Some((prefecture, asked)) = options.prefecture.as_ref().zip(asked_for.as_ref()) {
        let office = opened.inventory.office().or_message(&opened.settings, lang)?;
        let scope = Scope { prefecture: Some(asked.clone()), ..Scope::default() };
        if let Some(stray) = scope.stray(&office.holders, &BTreeSet::new()) {
            return Err(stray_text(&format!("--prefecture {prefecture}"), &stray, lang));
        }
    }
    let asked = Asked {
        holder: options.holder.map(|id| resolve_id::holder(context, &opened, &id)).transpose()?,
        prefecture: asked_for,
        as_of: opened.as_of,
        only: options.only,
    };
    let mut coverage = Coverage::new(lang, asked);
    opened.judge_into(context, &mut coverage)?;
    Ok(coverage)
}

/// What is left of a month's claim period at the moment judged; none where the policy has none.
fn period(text: &str, judging: &PolicyInForce, lang: Lang) -> Result<Option<ClaimPeriod>, AppError> {
    let wrong = Text {
        ja: "--month の値 {text} は年月ではありません。2026-12 のように書いてください。",
        en: "--month {text} is no month: write it like 2026-12.",
    };
    let wrong = || AppError::new(wrong, lang, &[("text", &text)]);
    let day = month(text).ok_or_else(wrong)?;
    let policy = &judging.policy;
    let Some(days) = policy.holders.claim_period else { return Ok(None) };
    let whole = ClaimPeriod::of_month(days.value, policy.zone, day).ok_or_else(wrong)?;
    let over = Text {
        ja: "{text} の請求期間({first} から {last} まで)は、判定日時 {at} には終わっています。過ぎた月は --at でその頃の日時を指定すると確かめられます(--at {first})。",
        en: "the claim period of {text} ({first} to {last}) is over at {at}, the moment judged. A month gone by can be rehearsed: name a moment before its end with --at, such as --at {first}.",
    };
    let at = policy.zone.local(judging.at);
    let values: [(&str, &dyn std::fmt::Display); 4] =
        [("text", &text), ("first", &whole.first), ("last", &whole.last), ("at", &at)];
    whole.left(policy.zone, judging.at).map(Some).ok_or_else(|| AppError::new(over, lang, &values))
}

/// The first day of a month written `2026-12`.
fn month(text: &str) -> Option<Day> {
    parse_day(&format!("{text}-01")).filter(|_| text.len() == "2026-12".len())
}
