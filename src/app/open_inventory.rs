//! The inventory as use cases need it: opened, brought up to date, asked as of a day.

use std::sync::Arc;

use super::policy_in_force::PolicyInForce;
use super::{AppError, Context, Settings, clock};
use crate::audit::holding::ClaimPeriod;
use crate::audit::{AuditSink, AuditSummary};
use crate::calendar::{Day, Instant, Zone};
use crate::inventory::sqlite::{Access, Sqlite};
use crate::inventory::{
    self, History, InventoryError, JudgementFreshness, JudgingInputs, Store, Turn, UnfinishedImport, instant,
};
use crate::locale::{Lang, Text};
use crate::report::unfinished_sentence;

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
    /// Imports that were stopped, as of the day asked.
    pub unfinished: Vec<UnfinishedImport>,
}

/// The result of asking an inventory, whose errors become messages for people.
pub trait InventoryResult<T> {
    /// The same, with a message that names the inventory of these settings: an error of the store
    /// does not know which file it is about.
    fn or_message(self, settings: &Settings, lang: Lang) -> Result<T, AppError>;
}

impl<T> InventoryResult<T> for Result<T, InventoryError> {
    fn or_message(self, settings: &Settings, lang: Lang) -> Result<T, AppError> {
        self.map_err(|error| AppError::Message(error.text(&settings.inventory.value.display().to_string(), lang)))
    }
}

/// Opens the inventory for writing.
pub fn open(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    must_be_named(settings, context.lang)?;
    let opened = Sqlite::open_as(&settings.inventory.value, &access(context)).or_message(settings, context.lang)?;
    if opened.is_copy() && !opened.is_read_only() {
        context.notice(ON_A_COPY.get(context.lang));
    }
    Ok(opened)
}

/// Opens an inventory that must be there.
pub fn open_existing(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    // Opening makes the file: a place that was mistyped would be answered from an empty inventory.
    must_exist(settings, context.lang)?;
    open(settings, context)
}

/// Opens an inventory that must be there for this process alone, to take something out of it.
pub fn open_alone(settings: &Settings, context: &Context) -> Result<Sqlite, AppError> {
    // A delivery that goes on with the file would record what it sent among what is taken out.
    must_exist(settings, context.lang)?;
    Sqlite::open_alone(&settings.inventory.value, &access(context)).or_message(settings, context.lang)
}

/// How an inventory is opened.
pub fn access(context: &Context) -> Access {
    let (console, lang) = (Arc::clone(&context.console), context.lang);
    Access { waiting: Arc::new(move || console.notice(IN_USE.get(lang))), is_trial: context.is_trial }
}

/// Imports that were stopped: what they did not read is missing from every answer.
fn unfinished(inventory: &Sqlite, settings: &Settings, lang: Lang) -> Result<Vec<UnfinishedImport>, AppError> {
    let unfinished = inventory.unfinished().or_message(settings, lang)?;
    // One that is under way is not stopped; it holds the turn until it ends or is killed.
    if unfinished.is_empty() || !Turn::is_free_for_import(inventory.path()) {
        return Ok(Vec::new());
    }
    Ok(unfinished)
}

/// Refuses to record anything while the clock cannot be right, beside what was recorded last.
pub fn check_clock(inventory: &Sqlite, settings: &Settings, context: &Context) -> Result<(), AppError> {
    let last = inventory.last_recorded().or_message(settings, context.lang)?;
    let zone = settings.read_policy(context).map_or(Zone::JAPAN, |policy| policy.zone);
    clock::check(context, last.map(instant), zone)
}

/// The same of the inventory that settings name. One that is not there yet has recorded nothing; why
/// one cannot be opened is told where it is needed.
pub fn check_clock_of(settings: &Settings, context: &Context) -> Result<(), AppError> {
    let opened = settings.inventory.value.exists().then(|| open(settings, context).ok()).flatten();
    match opened {
        Some(inventory) => check_clock(&inventory, settings, context),
        None => clock::check(context, None, Zone::JAPAN),
    }
}

/// The notice where a trial works on a copy.
const ON_A_COPY: Text = Text {
    ja: "日時を指定した試行のため、点検記録(DB)の写しを使います。点検記録(DB)には何も記録しません。",
    en: "This is a trial at another moment: it works on a copy of the inventory and records nothing in it.",
};

/// Refuses to go on without a place for the inventory: what lies beside it would be made in the working folder.
pub fn must_be_named(settings: &Settings, lang: Lang) -> Result<(), AppError> {
    if !settings.inventory.value.as_os_str().is_empty() {
        return Ok(());
    }
    let text = Text {
        ja: "このユーザーのホームフォルダーが分からない(HOME がない)ため、点検記録(DB)の場所が決まりません。--inventory で場所を指定してください。",
        en: "this user has no home folder (HOME is not set), so there is no default place for the inventory. Name one with --inventory.",
    };
    Err(AppError::new(text, lang, &[]))
}

fn must_exist(settings: &Settings, lang: Lang) -> Result<(), AppError> {
    must_be_named(settings, lang)?;
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
    turn.map_err(InventoryError::Io).or_message(settings, context.lang)
}

impl OpenInventory {
    /// Opens the inventory for reading, as known on the day asked.
    pub fn open(context: &Context, options: InventoryOptions) -> Result<OpenInventory, AppError> {
        let InventoryOptions { settings, as_of } = options;
        let judging = settings.policy_in_force(context)?;
        let mut inventory = open_existing(&settings, context)?;
        let until = as_of.map_or(i64::MAX, |day| end_of(day, &judging));
        let mut unfinished = unfinished(&inventory, &settings, context.lang)?;
        // What began later is no part of what was known on that day.
        unfinished.retain(|one| one.began <= until);
        for one in &unfinished {
            context.notice(&unfinished_sentence(one, judging.policy.zone, context.lang));
        }
        if let Some(day) = as_of {
            inventory.rewind(end_of(day, &judging)).or_message(&settings, context.lang)?;
        }
        Ok(OpenInventory { inventory, judging, settings, as_of, period: None, unfinished })
    }

    /// The same, judged at the moment asked.
    pub fn open_judged(context: &Context, options: InventoryOptions) -> Result<OpenInventory, AppError> {
        let mut opened = OpenInventory::open(context, options)?;
        opened.bring_up_to_date(context)?;
        Ok(opened)
    }

    /// Hands the records of everything in the inventory to `sink`, judged anew at the moment
    /// asked, for the claim period asked about.
    pub fn judge_into(&mut self, context: &Context, sink: &mut dyn AuditSink) -> Result<(), AppError> {
        // Even where the stored judgement holds: it keeps findings and coverage, and not the facts of
        // each certificate, which only judging gives.
        let odd = self.is_clock_odd(context)?;
        let judged = self.standing().and_then(|standing| {
            self.keep_or_sketch(standing, odd)?;
            self.judge(context.now, sink)
        });
        judged.map(drop).or_message(&self.settings, context.lang)
    }

    /// Judges what is not judged, or no longer so.
    pub fn bring_up_to_date(&mut self, context: &Context) -> Result<(), AppError> {
        let odd = self.is_clock_odd(context)?;
        let judged = self.standing().and_then(|standing| {
            if standing == JudgementFreshness::Holds {
                return Ok(());
            }
            self.keep_or_sketch(standing, odd)?;
            self.judge(context.now, &mut DiscardSink).map(drop)
        });
        judged.or_message(&self.settings, context.lang)
    }

    fn is_clock_odd(&self, context: &Context) -> Result<bool, AppError> {
        let last = self.inventory.last_recorded().or_message(&self.settings, context.lang)?;
        Ok(!context.accepts_clock && clock::doubt(context, last.map(instant)).is_some())
    }

    fn standing(&self) -> Result<JudgementFreshness, InventoryError> {
        match self.as_of {
            // What is stored was judged on all that is known now, not on what was known then.
            Some(_) => Ok(JudgementFreshness::Other),
            None => inventory::standing(&self.inventory, &self.situation()),
        }
    }

    /// Keeps what is judged next only where the inventory's own judgement is out of date.
    fn keep_or_sketch(&mut self, standing: JudgementFreshness, odd: bool) -> Result<(), InventoryError> {
        // With --at, another moment would be kept than the next command asks about. An inventory that
        // was rewound writes nothing in any case.
        // A clock that cannot be right must not date what is recorded.
        let keep = standing == JudgementFreshness::Stale && !self.settings.names_moment() && !odd;
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
