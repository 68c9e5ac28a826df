//! The inventory as commands use it: opened, brought up to date, asked as of a day.

use clap::ArgMatches;

use super::session::Session;
use super::settings::{Judging, Settings};
use super::{Failure, complain};
use crate::audit::holding::ClaimPeriod;
use crate::audit::{AuditHead, AuditSink, AuditSummary, JudgedFinding, UnreadableFile};
use crate::calendar::{Day, Instant, parse_day};
use crate::inventory::sqlite::{ImportLock, Sqlite};
use crate::inventory::{self, InventoryError, JudgementFreshness, JudgingInputs, Store};
use crate::locale::{Lang, Text};

/// An open inventory and by what it is judged.
pub(super) struct Depot {
    pub inventory: Sqlite,
    pub judging: Judging,
    pub settings: Settings,
    /// The day whose knowledge is asked for, where that is not today.
    pub as_of: Option<Day>,
    /// The claim period asked about, where that is not the coming one.
    pub period: Option<ClaimPeriod>,
}

/// What an inventory's error says.
pub(super) fn failed(error: &InventoryError, settings: &Settings, lang: Lang) -> Failure {
    Failure::Message(error.text(&settings.inventory.value.display().to_string(), lang))
}

/// Opens the inventory for writing.
pub(super) fn open(settings: &Settings, lang: Lang) -> Result<Sqlite, Failure> {
    Sqlite::open(&settings.inventory.value).map_err(|error| failed(&error, settings, lang))
}

/// Opens an inventory that must be there.
pub(super) fn open_existing(settings: &Settings, lang: Lang) -> Result<Sqlite, Failure> {
    let path = &settings.inventory.value;
    if !path.exists() {
        let text = Text {
            ja: "証明書台帳(DB){path} はまだありません。shomei import で証明書を取り込むか、--inventory で場所を指定してください。",
            en: "there is no inventory {path} yet. Import certificates with shomei import, or name another with --inventory.",
        };
        return Err(Failure::new(text, lang, &[("path", &path.display())]));
    }
    open(settings, lang)
}

/// What is said while another import goes on.
pub(super) const WAITING: Text = Text {
    ja: "別の shomei が同じ証明書台帳(DB)に取り込み中です。終わるのを待っています。",
    en: "another shomei is importing into this inventory; waiting for it to finish.",
};

/// Waits for another import to end, and says so.
pub(super) fn lock(inventory: &Sqlite, settings: &Settings, lang: Lang) -> Result<ImportLock, Failure> {
    let told = inventory.lock(|| complain(WAITING.get(lang)));
    told.map_err(|error| failed(&error, settings, lang))
}

impl Depot {
    /// Opens the inventory for reading, judged at the moment asked.
    pub(super) fn read(session: &Session, matches: &ArgMatches) -> Result<Depot, Failure> {
        let mut depot = Depot::open(session, matches)?;
        depot.bring_up_to_date(session)?;
        Ok(depot)
    }

    /// Opens the inventory for reading, as known on the day asked.
    pub(super) fn open(session: &Session, matches: &ArgMatches) -> Result<Depot, Failure> {
        let settings = Settings::resolve(session, matches)?;
        let lang = session.lang;
        let judging = settings.policy(session)?;
        let as_of = as_of(matches, lang)?;
        let mut inventory = open_existing(&settings, lang)?;
        if let Some(day) = as_of {
            inventory.rewind(end_of(day, &judging)).map_err(|error| failed(&error, &settings, lang))?;
        }
        Ok(Depot { inventory, judging, settings, as_of, period: None })
    }

    /// Opens the inventory and hands the records of everything in it to `sink`, judged anew at
    /// the moment asked.
    pub(super) fn told(session: &Session, matches: &ArgMatches, sink: &mut dyn AuditSink) -> Result<Depot, Failure> {
        let mut depot = Depot::open(session, matches)?;
        depot.tell(session, sink)?;
        Ok(depot)
    }

    /// Hands the records of everything in the inventory to `sink`, judged anew at the moment
    /// asked, for the claim period asked about.
    pub(super) fn tell(&mut self, session: &Session, sink: &mut dyn AuditSink) -> Result<(), Failure> {
        let told = self.standing().and_then(|standing| {
            self.keep_or_sketch(standing)?;
            self.judge(session.now, sink)
        });
        told.map(drop).map_err(|error| failed(&error, &self.settings, session.lang))
    }

    /// Judges what is not judged, or no longer so.
    pub(super) fn bring_up_to_date(&mut self, session: &Session) -> Result<(), Failure> {
        let judged = self.standing().and_then(|standing| {
            if standing == JudgementFreshness::Holds {
                return Ok(());
            }
            self.keep_or_sketch(standing)?;
            self.judge(session.now, &mut Nobody).map(drop)
        });
        judged.map_err(|error| failed(&error, &self.settings, session.lang))
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
    pub(super) fn judge(&mut self, now: Instant, sink: &mut dyn AuditSink) -> Result<AuditSummary, InventoryError> {
        let situation = self.situation();
        inventory::judge(&mut self.inventory, situation, now, sink)
    }

    /// By what it is judged.
    pub(super) fn situation(&self) -> JudgingInputs {
        JudgingInputs { period: self.period, ..situation(&self.judging, &self.settings) }
    }

    /// The last microsecond whose knowledge is asked for.
    pub(super) fn until(&self) -> i64 {
        self.as_of.map_or(i64::MAX, |day| end_of(day, &self.judging))
    }
}

/// By what the inventory is judged.
pub(super) fn situation(judging: &Judging, settings: &Settings) -> JudgingInputs {
    JudgingInputs {
        policy: std::sync::Arc::clone(&judging.policy),
        at: judging.at,
        period: None,
        keys: settings.keys.value,
        roots: judging.roots.clone(),
        crls: judging.crls.clone(),
    }
}

/// The last microsecond of a day in the policy's zone.
pub(super) fn end_of(day: Day, judging: &Judging) -> i64 {
    let next = day.next_day().and_then(|next| judging.policy.zone.first_second(next));
    next.map_or(i64::MAX, |next| inventory::micros(next).saturating_sub(1))
}

fn as_of(matches: &ArgMatches, lang: Lang) -> Result<Option<Day>, Failure> {
    let Some(text) = matches.try_get_one::<String>("as-of").ok().flatten() else { return Ok(None) };
    let wrong = Text {
        ja: "--as-of の値 {text} は日付ではありません。2026-11-23 のように書いてください。",
        en: "--as-of {text} is no day: write it like 2026-11-23.",
    };
    parse_day(text).map(Some).ok_or_else(|| Failure::new(wrong, lang, &[("text", text)]))
}

/// Takes records and tells nobody.
pub(super) struct Nobody;

impl AuditSink for Nobody {
    fn begin(&mut self, _: &AuditHead) -> std::io::Result<()> {
        Ok(())
    }

    fn certificate(&mut self, _: &crate::audit::CertificateRecord) -> std::io::Result<()> {
        Ok(())
    }

    fn unreadable(&mut self, _: &UnreadableFile) -> std::io::Result<()> {
        Ok(())
    }

    fn finding(&mut self, _: Option<&str>, _: &JudgedFinding) -> std::io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &AuditSummary) -> std::io::Result<()> {
        Ok(())
    }
}
