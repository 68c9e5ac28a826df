//! Letters: what each holder is to be told, as data, as texts that the office may change, and as
//! pages for paper.
//!
//! A [`Letter`] holds what is its holder's own and nothing of any other. The texts are plain files
//! with `{placeholders}`, built in and read from the user's folder instead where there is one
//! ([`Templates`]). Absent here: files; whoever calls brings the texts.

mod page;
mod template;

pub use template::{Line as TemplateLine, Templates, TextBlock, TextValues, Unknown};

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::lifecycle::{Certificates, LateReason, PlanOutcome, PlannedCertificate};
use crate::locale::{Lang, Text};
use crate::register::{Contact, ContactChannel, Holder, HolderKey};
use crate::report::list::plan::PlanRow;

/// What one holder is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Whose it is.
    pub to: HolderKey,
    /// The holder's name.
    pub name: String,
    /// Whom to turn to, and how.
    pub contact: Contact,
    /// The provider numbers billed for.
    pub provider_numbers: Vec<String>,
    /// What is due, the most urgent first; never empty.
    pub due: Vec<Due>,
}

/// A certificate about which something is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What kind of thing is to be done.
    pub kind: Kind,
    /// What is to be done, in words.
    pub outcome: String,
    /// The usage category, in words.
    pub category: String,
    /// The serial number, where it is known.
    pub serial: String,
    /// The day of its effective expiry.
    pub ends: Option<Day>,
    /// On which day to apply.
    pub recommended: Option<Day>,
    /// The last day on which applying is safe.
    pub last_application: Option<Day>,
    /// When the new one is in hand.
    pub expected_issue: Option<Day>,
    /// What is said of it, in a sentence.
    pub message: String,
}

/// What kind of thing is to be done, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No safe day is left.
    Late,
    /// It has ended.
    Lapsed,
    /// To be applied for.
    Apply,
    /// The system password expires, or has.
    Password,
    /// Nobody knows when it ends.
    Unknown,
}

impl Kind {
    fn of(outcome: &PlanOutcome) -> Option<Kind> {
        match outcome {
            PlanOutcome::Cannot(LateReason::Lapsed, _) => Some(Kind::Lapsed),
            PlanOutcome::Cannot(LateReason::EndUnknown, _) => Some(Kind::Unknown),
            PlanOutcome::Cannot(..) => Some(Kind::Late),
            PlanOutcome::Apply { .. } => Some(Kind::Apply),
            PlanOutcome::Awaited { .. } | PlanOutcome::Later(_) => None,
        }
    }

    /// The text of a letter about it.
    fn text(self) -> &'static str {
        match self {
            Kind::Late => "late",
            Kind::Lapsed => "lapsed",
            Kind::Apply => "apply",
            Kind::Password => "password",
            Kind::Unknown => "unknown",
        }
    }
}

impl Letter {
    /// A letter to a holder whose system password expires on a day, or has, and what is said of it.
    pub fn about_password(holder: &Holder, ends: Day, message: String, lang: Lang) -> Letter {
        let outcome = Text { ja: "パスワードを変更", en: "change the password" }.get(lang).to_string();
        let due = Due {
            kind: Kind::Password,
            outcome,
            category: String::new(),
            serial: String::new(),
            ends: Some(ends),
            recommended: None,
            last_application: None,
            expected_issue: None,
            message,
        };
        Letter { due: vec![due], ..to(holder) }
    }

    /// What is most urgent.
    fn first(&self) -> Option<&Due> {
        self.due.first()
    }

    /// Whether it goes by fax.
    pub fn goes_by_fax(&self) -> bool {
        self.contact.channel == Some(ContactChannel::Fax)
    }
}

/// The letters about entries of a plan, each with its row; in the order of the register.
pub(super) fn letters<'e>(
    fleet: &Certificates,
    entries: impl Iterator<Item = &'e PlannedCertificate>,
    rows: &[PlanRow],
    lang: Lang,
) -> Vec<Letter> {
    let mut letters: BTreeMap<usize, Letter> = BTreeMap::new();
    for (entry, row) in entries.zip(rows) {
        let at = fleet.items[entry.item].holder;
        let holder = at.and_then(|at| Some((at, fleet.office.holders.get(at)?)));
        let (Some(kind), Some((at, holder))) = (Kind::of(&entry.outcome), holder) else { continue };
        let certificate = &row.certificate;
        letters.entry(at).or_insert_with(|| to(holder)).due.push(Due {
            kind,
            outcome: row.outcome_label().0.get(lang).into(),
            category: certificate.category.as_ref().map(|category| category.name.clone()).unwrap_or_default(),
            serial: certificate.item.serial.clone(),
            ends: certificate.item.ends,
            recommended: row.recommended(),
            last_application: row.last_application,
            expected_issue: row.expected_issue(),
            message: row.message.clone(),
        });
    }
    let mut letters: Vec<Letter> = letters.into_values().collect();
    letters.iter_mut().for_each(|letter| letter.due.sort_by_key(|due| (due.kind, due.last_application, due.ends)));
    letters
}

/// A letter to a holder that says nothing yet.
fn to(holder: &Holder) -> Letter {
    let mut numbers: Vec<String> = holder.lines.iter().filter_map(|line| line.provider_number.clone()).collect();
    numbers.sort();
    numbers.dedup();
    Letter {
        to: holder.key.clone(),
        name: holder.name.clone(),
        contact: holder.contact.clone(),
        provider_numbers: numbers,
        due: Vec::new(),
    }
}
