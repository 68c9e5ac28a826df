//! The inventory as use cases need it: opened, brought up to date, asked as of a day.

use super::policy_in_force::PolicyInForce;
use super::{AppError, Context, Settings};
use crate::audit::holding::ClaimPeriod;
use crate::audit::{AuditSink, AuditSummary};
use crate::calendar::{Day, Instant};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{self, InventoryError, JudgementFreshness, JudgingInputs, Turn};
use crate::locale::{Lang, Text};

/// Which inventory is asked, as known when, and judged by what.
#[derive(Clone)]
pub struct InventoryOptions {
    /// Names the inventory and what it is judged by.
    pub settings: Settings,
    /// The day whose knowledge is asked for, where that is not today.
    pub as_of: Option<Day>,
}

/// An open inventory and by what it is judged.
pub struct OpenInventory {
    pub inventory: Sqlite,
    /// The policy, the moment, and what may become anchors.
    pub judging: PolicyInForce,
    pub settings: Settings,
    /// The day whose knowledge is asked for, where that is not today.
    pub as_of: Option<Day>,
    /// The claim period asked about, where that is not the coming one.
    pub period: Option<ClaimPeriod>,
}

/// The message of an inventory's error.
pub fn failed(error: &InventoryError, settings: &Settings, lang: Lang) -> AppError {
    AppError::Message(error.text(&settings.inventory.value.display().to_string(), lang))
}

/// Opens the inventory for writing.
pub fn open(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    let opened = Sqlite::open_telling(&settings.inventory.value, || context.notice(IN_USE.get(context.lang)));
    opened.map_err(|error| failed(&error, settings, context.lang))
}

/// Opens an inventory that must be there.
pub fn open_existing(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    must_exist(settings, context.lang)?;
    open(settings, context)
}

/// Opens an inventory that must be there for this process alone, to take something out of it.
pub fn open_alone(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    must_exist(settings, context.lang)?;
    let opened = Sqlite::open_alone(&settings.inventory.value, || context.notice(IN_USE.get(context.lang)));
    opened.map_err(|error| failed(&error, settings, context.lang))
}

fn must_exist(settings: &Settings, lang: Lang) -> Result<(), AppError> {
    let path = &settings.inventory.value;
    if path.exists() {
        return Ok(());
    }
    let text = Text {
        ja: "証明書台帳(DB){path} はまだありません。shomei import で証明書を取り込むか、--inventory で場所を指定してください。",
        en: "there is no inventory {path} yet. Import certificates with shomei import, or name another with --inventory.",
    };
    Err(AppError::new(text, lang, &[("path", &path.display())]))
}

/// The notice while another import is under way.
const IMPORTING: Text = Text {
    ja: "別の shomei が同じ証明書台帳(DB)に取り込み中です。終わるのを待っています。",
    en: "another shomei is importing into this inventory; waiting for it to finish.",
};

/// The notice while the inventory is open elsewhere and must not be, or is being replaced.
pub const IN_USE: Text = Text {
    ja: "別の shomei が同じ証明書台帳(DB)を使用中です。終わるのを待っています。",
    en: "another shomei is using this inventory; waiting for it to finish.",
};

/// Waits for another import to end, with a notice.
pub fn lock(inventory: &Sqlite, settings: &Settings, context: &Context) -> Result<Turn, AppError> {
    let turn = Turn::of_import(inventory.path(), || context.notice(IMPORTING.get(context.lang)));
    turn.map_err(|error| failed(&InventoryError::Io(error), settings, context.lang))
}

impl OpenInventory {
    /// Opens the inventory for reading, as known on the day asked.
    pub fn open(context: &Context, options: InventoryOptions) -> Result<OpenInventory, AppError> {
        let InventoryOptions { settings, as_of } = options;
        let judging = settings.policy_in_force(context)?;
        let mut inventory = open_existing(&settings, context)?;
        if let Some(day) = as_of {
            inventory.rewind(end_of(day, &judging)).map_err(|error| failed(&error, &settings, context.lang))?;
        }
        Ok(OpenInventory { inventory, judging, settings, as_of, period: None })
    }

    /// The same, judged at the moment asked.
    pub fn open_judged(context: &Context, options: InventoryOptions) -> Result<OpenInventory, AppError> {
        let mut opened = OpenInventory::open(context, options)?;
        opened.bring_up_to_date(context)?;
        Ok(opened)
    }

    /// The message of an error of this inventory.
    pub fn failed(&self, error: &InventoryError, context: &Context) -> AppError {
        failed(error, &self.settings, context.lang)
    }

    /// Hands the records of everything in the inventory to `sink`, judged anew at the moment
    /// asked, for the claim period asked about.
    pub fn judge_into(&mut self, context: &Context, sink: &mut dyn AuditSink) -> Result<(), AppError> {
        let judged = self.standing().and_then(|standing| {
            self.keep_or_sketch(standing)?;
            self.judge(context.now, sink)
        });
        judged.map(drop).map_err(|error| failed(&error, &self.settings, context.lang))
    }

    /// Judges what is not judged, or no longer so.
    pub fn bring_up_to_date(&mut self, context: &Context) -> Result<(), AppError> {
        let judged = self.standing().and_then(|standing| {
            if standing == JudgementFreshness::Holds {
                return Ok(());
            }
            self.keep_or_sketch(standing)?;
            self.judge(context.now, &mut DiscardSink).map(drop)
        });
        judged.map_err(|error| failed(&error, &self.settings, context.lang))
    }

    fn standing(&self) -> Result<JudgementFreshness, InventoryError> {
        match self.as_of {
            Some(_) => Ok(JudgementFreshness::Other),
            None => inventory::standing(&self.inventory, &self.situation()),
        }
    }

    /// Keeps what is judged next only where the inventory's own judgement is out of date.
    fn keep_or_sketch(&mut self, standing: JudgementFreshness) -> Result<(), InventoryError> {
        let keep = standing == JudgementFreshness::Stale && !self.settings.names_moment();
        if keep || self.as_of.is_some() { Ok(()) } else { self.inventory.sketch() }
    }

    /// Judges everything, hands the records to `sink`, and keeps the result unless another
    /// moment is asked about.
    pub fn judge(&mut self, now: Instant, sink: &mut dyn AuditSink) -> Result<AuditSummary, InventoryError> {
        let situation = self.situation();
        inventory::judge(&mut self.inventory, situation, now, sink)
    }

    /// By what it is judged.
    pub fn situation(&self) -> JudgingInputs {
        JudgingInputs { period: self.period, ..situation(&self.judging, &self.settings) }
    }

    /// The last microsecond whose knowledge is asked for.
    pub fn until(&self) -> i64 {
        self.as_of.map_or(i64::MAX, |day| end_of(day, &self.judging))
    }
}

/// By what the inventory is judged.
pub fn situation(judging: &PolicyInForce, settings: &Settings) -> JudgingInputs {
    JudgingInputs {
        policy: std::sync::Arc::clone(&judging.policy),
        at: judging.at,
        period: None,
        keys: settings.keys,
        roots: judging.roots.clone(),
        crls: judging.crls.clone(),
    }
}

/// The last microsecond of a day in the policy's zone.
pub fn end_of(day: Day, judging: &PolicyInForce) -> i64 {
    let next = day.next_day().and_then(|next| judging.policy.zone.first_second(next));
    next.map_or(i64::MAX, |next| inventory::micros(next).saturating_sub(1))
}

/// Takes records and does nothing with them.
pub struct DiscardSink;

impl AuditSink for DiscardSink {}
