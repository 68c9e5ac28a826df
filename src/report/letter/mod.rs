//! Letters: what each holder is to be told, as data, as texts that the office may change, and as
//! pages for paper.
//!
//! A [`Letter`] holds what is its holder's own and nothing of any other. The texts are plain files
//! with `{placeholders}`, built in and read from the user's folder instead where there is one
//! ([`Templates`]). Absent here: files; whoever calls brings the texts.

mod page;
mod template;

pub use template::{TemplateLine, Templates, TextBlock, TextValues, UnknownPlaceholder};

use std::collections::BTreeMap;

use crate::calendar::Day;
use crate::lifecycle::{Certificates, LateReason, PlanOutcome, PlannedCertificate};
use crate::locale::{Lang, Text};
use crate::register::{Contact, ContactChannel, Holder, HolderKey};
use crate::report::list::plan::PlanRow;

/// What one holder is notified of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The holder that it is for.
    pub to: HolderKey,
    /// The holder's name.
    pub name: String,
    /// Whom to turn to, and how.
    pub contact: Contact,
    /// The provider numbers billed for.
    pub provider_numbers: Vec<String>,
    /// It is to an agent.
    pub is_agent: bool,
    /// The providers for which it claims as an agent.
    pub providers: usize,
    /// The system in which it applies and changes its password; empty where the policy names none.
    pub system: String,
    /// What follows once a certificate has expired, in its prefecture.
    pub lapse: String,
    /// What is due, the most urgent first; never empty.
    pub due: Vec<LetterDue>,
}

/// A certificate about which something is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterDue {
    /// What kind of thing is to be done.
    pub kind: LetterKind,
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
    /// The last application date, unless it is past.
    pub last_application: Option<Day>,
    /// The expected date of issue.
    pub expected_issue: Option<Day>,
    /// The sentence about it.
    pub message: String,
}

/// What kind of thing is to be done, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    /// Too late: a claim period is lost.
    Late,
    /// It has ended.
    Lapsed,
    /// It expires before its successor is issued, but no claim period is lost.
    NoMargin,
    /// To be applied for.
    Apply,
    /// The system password expires, or has.
    Password,
    /// Nobody knows when it ends.
    Unknown,
}

impl LetterKind {
    /// The kind for an outcome of the plan; none where there is nothing to be done.
    pub fn of(outcome: &PlanOutcome) -> Option<LetterKind> {
        match outcome {
            PlanOutcome::Cannot(LateReason::Lapsed, _) => Some(LetterKind::Lapsed),
            PlanOutcome::Cannot(LateReason::EndUnknown, _) => Some(LetterKind::Unknown),
            PlanOutcome::Cannot(..) => Some(LetterKind::Late),
            PlanOutcome::NoMargin(..) => Some(LetterKind::NoMargin),
            PlanOutcome::Apply { .. } => Some(LetterKind::Apply),
            PlanOutcome::Awaited { .. } | PlanOutcome::Later(_) => None,
        }
    }

    /// The text of a letter about it.
    fn text(self) -> &'static str {
        match self {
            LetterKind::Late => "late",
            LetterKind::Lapsed => "lapsed",
            LetterKind::NoMargin => "no-margin",
            LetterKind::Apply => "apply",
            LetterKind::Password => "password",
            LetterKind::Unknown => "unknown",
        }
    }
}

impl Letter {
    /// A letter to a holder whose system password expires on a day, or has, and what is said of it.
    pub fn about_password(fleet: &Certificates, holder: &Holder, ends: Day, message: String, lang: Lang) -> Letter {
        let outcome = Text { ja: "パスワードを変更", en: "change the password" }.get(lang).to_string();
        let due = LetterDue {
            kind: LetterKind::Password,
            outcome,
            category: String::new(),
            serial: String::new(),
            ends: Some(ends),
            recommended: None,
            last_application: None,
            expected_issue: None,
            message,
        };
        Letter { due: vec![due], ..to(fleet, holder, lang) }
    }

    /// What is most urgent.
    fn first(&self) -> Option<&LetterDue> {
        self.due.first()
    }

    /// Whether it goes by fax.
    pub fn goes_by_fax(&self) -> bool {
        self.contact.channel == Some(ContactChannel::Fax)
    }
}

/// The letters about entries of a plan that expire soon or have expired, each with its row; in the
/// order of the register.
pub(super) fn letters<'e>(
    fleet: &Certificates,
    entries: impl Iterator<Item = &'e PlannedCertificate>,
    rows: &[PlanRow],
    lang: Lang,
) -> Vec<Letter> {
    let mut letters: BTreeMap<usize, Letter> = BTreeMap::new();
    for (entry, row) in entries.zip(rows).filter(|(_, row)| row.is_near) {
        let at = fleet.items[entry.item].holder;
        let holder = at.and_then(|at| Some((at, fleet.office.holders.get(at)?)));
        let (Some(kind), Some((at, holder))) = (LetterKind::of(&entry.outcome), holder) else { continue };
        let certificate = &row.certificate;
        letters.entry(at).or_insert_with(|| to(fleet, holder, lang)).due.push(LetterDue {
            kind,
            outcome: row.outcome_label().0.get(lang).into(),
            category: certificate.category.as_ref().map(|category| category.name.clone()).unwrap_or_default(),
            serial: certificate.item.serial.clone(),
            ends: certificate.item.ends,
            recommended: row.recommended(),
            // A day that is past is none to keep.
            last_application: row.last_application.filter(|day| *day >= fleet.today),
            expected_issue: row.expected_issue(),
            message: row.message.clone(),
        });
    }
    let mut letters: Vec<Letter> = letters.into_values().collect();
    // By kind first: the text of a letter is chosen by its first certificate.
    letters.iter_mut().for_each(|letter| letter.due.sort_by_key(|due| (due.kind, due.last_application, due.ends)));
    letters
}

/// A letter to a holder that says nothing yet.
fn to(fleet: &Certificates, holder: &Holder, lang: Lang) -> Letter {
    let mut numbers: Vec<String> = holder.lines.iter().filter_map(|line| line.provider_number.clone()).collect();
    numbers.sort();
    numbers.dedup();
    let lapse = fleet.policy.renewal.terms(holder.prefecture.as_deref()).lapse.as_ref();
    Letter {
        to: holder.key.clone(),
        name: holder.name.clone(),
        contact: holder.contact.clone(),
        provider_numbers: numbers,
        is_agent: fleet.is_agent(holder),
        providers: fleet.providers_of(holder),
        system: system(fleet, holder, lang),
        lapse: lapse.map(|lapse| lapse.get(lang).to_string()).unwrap_or_default(),
        due: Vec::new(),
    }
}

/// The system in which a holder applies for certificates and changes its password: agents have one of
/// their own. Empty where the policy names none.
pub fn system(fleet: &Certificates, holder: &Holder, lang: Lang) -> String {
    let systems = &fleet.policy.holders.systems;
    let name = if fleet.is_agent(holder) { &systems.agent } else { &systems.provider };
    name.as_ref().map(|name| name.get(lang).to_string()).unwrap_or_default()
}

/// How a letter addresses its reader: a provider is 貴事業所, an agent a company or corporation.
pub fn address(is_agent: bool) -> Text {
    match is_agent {
        true => Text { ja: "貴社・貴法人", en: "your company" },
        false => Text { ja: "貴事業所", en: "your office" },
    }
}
