//! When a holder has to apply for renewals, and what its applications cost: its rows of `plan` and `fees`.

use std::io;

use serde_json::{Value as Json, json};

use super::super::fees::year_text;
use super::super::lifecycle::{FeesBy, FeesReport, PlanReport, View, yen_text};
use super::super::plan::left_out_text;
use super::super::unmatched;
use super::page::StoryPage;
use crate::calendar::Day;
use crate::lifecycle::{ApplicationDay, FeeTotal, Fees, PlanExclusion, PlanOutcome, RenewalPlan};
use crate::locale::catalogue::reading as text;
use crate::locale::{Lang, Text};
use crate::register::HolderKey;
use crate::report::form::json;
use crate::report::list::Cell;
use crate::report::list::fee::{FEES, FeeRow, doubt_text, payer_text};
use crate::report::list::plan::{PLAN, PlanRow};
use crate::report::list::tracked::TrackedCertificate;

/// The plan and the fees of one holder.
#[derive(Debug)]
pub struct HolderRenewals {
    plan: Vec<PlanRow>,
    left_out: Vec<(TrackedCertificate, PlanExclusion)>,
    fees: Vec<FeeRow>,
    years: (i32, i32),
    total: FeeTotal,
    unmatched: usize,
}

impl HolderRenewals {
    /// What the plan and the fees of all certificates say of one holder.
    pub fn new(view: View, plan: &RenewalPlan, fees: &Fees, key: &HolderKey) -> HolderRenewals {
        let is_own = |at: usize| view.fleet.holder(&view.fleet.items[at]).is_some_and(|holder| holder.key == *key);
        let planned = PlanReport::new(view, plan);
        let charged = FeesReport::new(view, fees, FeesBy::Holder, &plan.assumed);
        let left_out = plan.exclusions.iter().filter(|(at, _)| is_own(**at));
        let mut total = FeeTotal::default();
        let own_fees = fees.charges.iter().filter(|charge| is_own(charge.item)).inspect(|charge| total.add(charge));
        let own_fees = own_fees.map(|charge| charged.row(charge)).collect();
        HolderRenewals {
            plan: plan.entries.iter().filter(|entry| is_own(entry.item)).map(|entry| planned.row(entry)).collect(),
            left_out: left_out.map(|(at, why)| (view.tracked(&view.fleet.items[*at]), *why)).collect(),
            fees: own_fees,
            years: fees.years,
            total,
            unmatched: view.fleet.unmatched,
        }
    }

    /// Writes both for people.
    pub(super) fn write(&self, page: &mut StoryPage) -> io::Result<()> {
        let lang = page.telling.lang;
        page.heading(text::PLAN.get(lang))?;
        for row in &self.plan {
            self.write_planned(page, row)?;
        }
        for (certificate, why) in &self.left_out {
            // The words of the whole plan's counts end in a colon in English.
            let why = left_out_text(*why).get(lang).trim_end_matches(':');
            let excluded = text::PLAN_EXCLUDED.fill(lang, &[("why", &why)]);
            page.item(&of_certificate(certificate, &excluded, lang))?;
        }
        if self.plan.is_empty() && self.left_out.is_empty() {
            page.item(text::NO_PLAN.get(lang))?;
            // One of those may be this holder's.
            unmatched::write(page.out, self.unmatched, page.style, lang)?;
        }
        self.write_fees(page)
    }

    fn write_planned(&self, page: &mut StoryPage, row: &PlanRow) -> io::Result<()> {
        let lang = page.telling.lang;
        let (label, severity) = row.outcome_label();
        page.item(&of_certificate(&row.certificate, &page.style.paint(severity, label.get(lang)), lang))?;
        let days = [
            (Text { ja: "申請日", en: "apply on" }, row.recommended()),
            (Text { ja: "発行見込み日", en: "expected date of issue" }, row.expected_issue()),
            (Text { ja: "最終申請日", en: "last application date" }, row.last_application),
        ];
        let day_of = |(what, day): (Text, Option<Day>)| {
            day.map(|day| text::DAY_OF.fill(lang, &[("what", &what.get(lang)), ("day", &day)]))
        };
        let days = page.telling.enumerated(days.into_iter().filter_map(day_of));
        if !days.is_empty() {
            page.more(&days)?;
        }
        // Of these two the days say all that the sentence would.
        if !matches!(row.outcome, PlanOutcome::Apply { .. } | PlanOutcome::Later(_)) {
            page.more(row.message.trim())?;
        }
        let remarks = row.remarks(lang);
        if remarks.is_empty() { Ok(()) } else { page.more(&remarks) }
    }

    fn write_fees(&self, page: &mut StoryPage) -> io::Result<()> {
        if self.fees.is_empty() {
            return Ok(());
        }
        let lang = page.telling.lang;
        let (first, last) = self.years;
        let heading = text::HOLDER_FEES.fill(
            lang,
            &[
                ("from", &year_text(first, lang)),
                ("until", &year_text(last, lang)),
                ("n", &self.total.applications),
                ("yen", &yen_text(self.total.yen)),
                ("ahead", &yen_text(self.total.yen_forecast)),
            ],
        );
        page.heading(&heading)?;
        for row in &self.fees {
            let day = match row.applied {
                ApplicationDay::On(day) => day.to_string(),
                ApplicationDay::Between(first, last) => {
                    text::FEE_DAYS.fill(lang, &[("first", &first), ("last", &last)])
                }
            };
            let fee = match &row.cost {
                Some(cost) => text::FEE_YEN.fill(lang, &[("yen", &yen_text(cost.yen))]),
                None => text::FEE_UNKNOWN.get(lang).into(),
            };
            let payer = text::FEE_PAYER.fill(lang, &[("payer", &payer_text(row.payer).get(lang))]);
            let presumed = (!row.recorded && !row.forecast).then(|| text::FEE_PRESUMED.get(lang).to_string());
            let doubt = row.doubt.map(|doubt| doubt_text(doubt).get(lang).to_string());
            let remarks = page.telling.enumerated(doubt.into_iter().chain([payer]).chain(presumed));
            let line = if row.forecast { text::FEE_AHEAD } else { text::FEE_ITEM };
            page.item(&line.fill(lang, &[("day", &day), ("fee", &fee), ("remarks", &remarks)]))?;
        }
        Ok(())
    }

    /// Adds both to the document of a holder, row by row as `plan` and `fees` have them.
    pub(super) fn add_to(&self, document: &mut Json, lang: Lang) {
        let left_out = self.left_out.iter().map(|(certificate, why)| {
            let of = |text: &str| (!text.is_empty()).then(|| text.to_string());
            json!({"sha256": of(&certificate.sha256), "serial": Cell::serial(&certificate.item.serial), "reason": why.code()})
        });
        document["plan"] = self.plan.iter().map(|row| json::value(&PLAN, row, lang)).collect();
        document["left_out"] = left_out.collect();
        document["fees"] = self.fees.iter().map(|row| json::value(&FEES, row, lang)).collect();
    }
}

/// Which certificate, and what is said of it.
fn of_certificate(certificate: &TrackedCertificate, outcome: &str, lang: Lang) -> String {
    let item = &certificate.item;
    let which = match item.serial.is_empty() {
        true => text::DECLARED_CERTIFICATE.get(lang),
        false => &item.serial,
    };
    let ends = item.ends.map_or_else(|| text::NO_DAY.get(lang).to_string(), |day| day.to_string());
    text::PLAN_ITEM.fill(lang, &[("which", &which), ("ends", &ends), ("outcome", &outcome)])
}
