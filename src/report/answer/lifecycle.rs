//! What expires, what to do by when, at what cost, and who is to be told: the answers of
//! `expiry`, `plan`, `fees` and `reminders`, each as table, JSON or CSV.
//!
//! [`View`] is what they share: the fleet, how its certificates and holders are named, and what
//! the policy assumes. What is assumed or declared is shown as such in each of them.

pub use super::expiry::{Expiry, ExpiryBy};
pub use super::fees::{FeesBy, FeesReport};
pub use super::plan::PlanReport;
pub use super::reminders::RemindersReport;

use std::io::{self, Write};

use super::unmatched;

use serde_json::{Value as Json, json};

use crate::calendar::{Day, format_instant};
use crate::certificate::hex;
use crate::lifecycle::{AssumedTerms, CertificateItem, Certificates, Subject};
use crate::locale::catalogue::reading::KNOWN_AS_OF;
use crate::locale::{Lang, Text};
use crate::policy::{Severity, UsageCategory};
use crate::register::Holder;
use crate::report::escape;
use crate::report::layout::{Style, fit, thousands, write_indented};
use crate::report::list::holder::HolderRef;
use crate::report::list::tracked::{CategoryRef, TrackedCertificate};

/// What to do next where nothing was taken in yet.
pub(super) const NOTHING_IMPORTED: Text = Text {
    ja: "次に: 証明書は shomei import、台帳は shomei register import で取り込みます。",
    en: "Next: take in certificates with shomei import, the register with shomei register import.",
};

/// Lines that a table shows of one list; the other forms have all.
pub(super) const ROWS: usize = 200;

/// Columns of a terminal that whose something is takes at most in a sentence.
const IN_LINE: usize = 160;

/// The fleet as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The language of messages.
    pub lang: Lang,
    /// The certificates.
    pub fleet: &'a Certificates<'a>,
    /// The day whose knowledge it is from, where that is not today.
    pub as_of: Option<Day>,
}

impl<'a> View<'a> {
    /// What every document begins with.
    pub(super) fn opening(&self, schema: &str) -> Json {
        let policy = self.fleet.policy;
        json!({
            "schema": schema,
            "at": format_instant(self.fleet.at),
            "as_of": self.as_of.map(|day| day.to_string()),
            "policy": {"name": policy.name, "file": policy.file},
            "unmatched": self.fleet.unmatched,
        })
    }

    /// Writes how many certificates are matched to no holder, where there are such.
    pub(super) fn write_unmatched(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        unmatched::write(out, self.fleet.unmatched, style, self.lang)
    }

    /// Writes by what it was judged, and when.
    pub(super) fn write_closing(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let policy = self.fleet.policy;
        let by = (policy.name.as_str(), policy.file.as_str());
        write_closing(out, &policy.zone.local(self.fleet.at), by, self.as_of, style, self.lang)
    }

    /// Writes what to do next, then the closing.
    pub(super) fn write_hint(&self, out: &mut dyn Write, hint: Text, style: Style) -> io::Result<()> {
        writeln!(out)?;
        write_indented(out, "", self.get(hint), style.width)?;
        self.write_closing(out, style)
    }

    /// Writes the title of a part and how many it has.
    pub(super) fn write_title(
        &self,
        out: &mut dyn Write,
        title: Text,
        count: usize,
        severity: Severity,
        style: Style,
    ) -> io::Result<()> {
        writeln!(out, "\n{}", style.paint(Some(severity), &format!("{} ({count})", self.get(title))))
    }

    pub(super) fn get(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// `13A0001 さくら苑`, or the name alone where no holder is known.
    pub fn whose(&self, item: &CertificateItem) -> String {
        self.fleet.holder(item).map_or_else(|| item.name.clone(), |holder| self.holder_ref(holder).called())
    }

    /// The same for a line on a terminal: no name fills the screen.
    pub(super) fn whose_in_line(&self, item: &CertificateItem) -> String {
        fit(&self.whose(item), IN_LINE)
    }

    /// A usage category by its name.
    pub(in crate::report) fn category(&self, id: Option<&str>) -> String {
        let unknown = Text { ja: "区分不明", en: "unknown category" };
        let Some(id) = id else { return self.get(unknown).into() };
        self.category_of(id).map_or(id, |category| category.name.get(self.lang)).to_string()
    }

    /// A usage category of the policy by its name.
    pub fn category_name(&self, id: &str) -> String {
        self.category(Some(id))
    }

    /// A certificate, as rows hold it.
    pub(in crate::report) fn tracked(&self, item: &CertificateItem) -> TrackedCertificate {
        TrackedCertificate {
            item: item.clone(),
            sha256: match &item.thing {
                Subject::Certificate(sha256) => hex(sha256),
                Subject::Declared(_) => String::new(),
            },
            holder: self.fleet.holder(item).map_or_else(|| HolderRef::unknown(&item.name), |one| self.holder_ref(one)),
            category: item.category.as_deref().map(|id| self.category_ref(id)),
            days_left: self.fleet.days_left(item),
            providers: self.providers(item),
        }
    }

    /// The providers whose claims depend on an item: those for which its holder claims as an agent.
    pub(super) fn providers(&self, item: &CertificateItem) -> usize {
        self.fleet.holder(item).map_or(0, |holder| self.fleet.providers_of(holder))
    }

    /// Of an agent's certificate, how many providers depend on it, in a sentence; empty of another.
    pub(super) fn stops(&self, item: &CertificateItem) -> String {
        match self.providers(item) {
            0 => String::new(),
            n => {
                let text = Text {
                    ja: "請求を代行している{n}事業所の請求に影響します。",
                    en: " The claims of {n} providers depend on it.",
                };
                text.fill(self.lang, &[("n", &n)])
            }
        }
    }

    /// A usage category, as rows hold it.
    pub(in crate::report) fn category_ref(&self, id: &str) -> CategoryRef {
        CategoryRef::new(id, self.category_of(id), self.lang)
    }

    /// A holder, as rows hold it.
    pub(in crate::report) fn holder_ref(&self, holder: &Holder) -> HolderRef {
        let holders = &self.fleet.office.holders;
        let ends = holders.first().zip(holders.last());
        let in_several = ends.is_some_and(|(first, last)| first.key.register != last.key.register);
        HolderRef { in_several, ..HolderRef::of(holder) }
    }

    fn category_of(&self, id: &str) -> Option<&'a UsageCategory> {
        self.fleet.policy.holders.categories.iter().find(|category| category.id == id)
    }

    /// What is assumed, in a sentence, where something in use is.
    pub(super) fn assumed(&self, assumed: &AssumedTerms) -> Option<String> {
        let or = self.get(Text { ja: "か", en: " or " });
        let said: Vec<String> = assumed
            .iter()
            .map(|(name, values)| {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                let text = match *name {
                    "renewal_opens_days" => Text {
                        ja: "更新は期限の{value}日前から",
                        en: "renewal opens {value} days before the end",
                    },
                    "lead_business_days" => Text {
                        ja: "申請から{value}営業日で発行",
                        en: "a certificate is issued {value} business days after the application",
                    },
                    "transfer_business_days" => Text {
                        ja: "振込で払うときはさらに{value}営業日",
                        en: "{value} business days more where the fee is paid by transfer",
                    },
                    _ => start_text(&values),
                };
                text.fill(self.lang, &[("value", &values.join(or))])
            })
            .collect();
        if said.is_empty() {
            return None;
        }
        let text =
            Text { ja: "仮定: {what}(ポリシーの renewal)。", en: "Assumed: {what} (`renewal` in the policy)." };
        let what = said.join(self.get(Text { ja: "、", en: "; " }));
        Some(text.fill(self.lang, &[("what", &what)]))
    }
}

/// From when a renewed certificate counts, in words.
pub(super) fn start_text(starts: &[&str]) -> Text {
    match starts {
        ["issue"] => Text {
            ja: "更新した証明書は発行日から数える", en: "a renewed certificate counts from its issue"
        },
        ["run-on"] => Text {
            ja: "更新した証明書は元の期限の続きから数える",
            en: "a renewed certificate counts from the end of the one before",
        },
        _ => Text {
            ja: "更新した証明書がいつから数えるかは不明",
            en: "from when a renewed certificate counts is unknown",
        },
    }
}

/// A number of yen with separators.
pub(super) fn yen_text(yen: u64) -> String {
    thousands(i64::try_from(yen).unwrap_or(i64::MAX))
}

/// Writes that a list goes on, where it was cut.
pub(super) fn write_more(out: &mut dyn Write, all: usize, view: View, style: Style) -> io::Result<()> {
    if all <= ROWS {
        return Ok(());
    }
    let text = Text { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" };
    writeln!(out, "  {}", style.dim(&text.fill(view.lang, &[("n", &(all - ROWS))])))
}

/// Writes when something was judged, by which policy and its file, and from what was known when.
pub(super) fn write_closing(
    out: &mut dyn Write,
    at: &str,
    (policy, file): (&str, &str),
    as_of: Option<Day>,
    style: Style,
    lang: Lang,
) -> io::Result<()> {
    let text = Text {
        ja: "判定日時 {at}、ポリシー {policy}({file})",
        en: "Judged at {at} by the policy {policy} ({file})",
    };
    let mut closing = text.fill(lang, &[("at", &at), ("policy", &policy), ("file", &file)]);
    if let Some(day) = as_of {
        closing += &KNOWN_AS_OF.fill(lang, &[("day", &day)]);
    }
    writeln!(out, "\n{}", style.dim(&escape::terminal(&closing)))
}
