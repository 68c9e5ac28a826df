//! What expires, what to do by when, at what cost, and who is to be told: the answers of
//! `expiry`, `plan`, `fees` and `reminders`, each as table, JSON or CSV.
//!
//! [`View`] is what they share: the fleet, how its certificates and holders are named, and what
//! the policy assumes. What is assumed or declared is shown as such in each of them.

mod expiry;
mod fees;
mod plan;
mod reminders;

pub use expiry::{EXPIRY_COLUMNS, Expiry, ExpiryBy};
pub use fees::{FEES_COLUMNS, FeesBy, FeesReport, GAPS_COLUMNS};
pub use plan::{PLAN_COLUMNS, PlanReport};
pub use reminders::{REMINDERS_COLUMNS, RemindersReport};

use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json, json};

use super::escape;
use super::layout::{Style, fit};
use super::whole::{Cell, holder_cells, named_cells};
use crate::calendar::{Day, format_instant};
use crate::certificate::hex;
use crate::lifecycle::{AssumedTerms, CertificateItem, CertificateProof, Certificates, LifecycleState, Subject};
use crate::locale::catalogue::reading::KNOWN_AS_OF;
use crate::locale::{Lang, Text};
use crate::policy::UsageCategory;
use crate::register::{Contact, Holder};

/// Lines that a table shows of one list; the other forms have all.
const ROWS: usize = 200;

/// Columns of a terminal that whose something is takes at most in a sentence.
const IN_LINE: usize = 160;

/// Cells of a row for spreadsheets, each with the name of its column.
type Cells = Vec<(&'static str, String)>;

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

/// A list written one by one.
struct List<F>(F);

impl<I: Iterator<Item = Json>, F: Fn() -> I> Serialize for List<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// The columns that tell which certificate is meant.
const ITEM_COLUMNS: [&str; 17] = [
    "register",
    "holder",
    "name",
    "prefecture",
    "contact",
    "tag",
    "category",
    "sha256",
    "serial",
    "generation",
    "begins_on",
    "ends_on",
    "days_left",
    "present",
    "proof",
    "state",
    "path",
];

/// Those columns, and then a form's own.
const fn after_item<const N: usize>(own: &[&'static str]) -> [&'static str; N] {
    let mut all = [""; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < ITEM_COLUMNS.len() { ITEM_COLUMNS[at] } else { own[at - ITEM_COLUMNS.len()] };
        at += 1;
    }
    all
}

impl<'a> View<'a> {
    /// What every document begins with.
    fn opening(&self, schema: &str) -> Map<String, Json> {
        let policy = self.fleet.policy;
        let fields = [
            ("schema", json!(schema)),
            ("at", json!(format_instant(self.fleet.at))),
            ("as_of", json!(self.as_of.map(|day| day.to_string()))),
            ("policy", json!({"name": policy.name, "file": policy.file})),
        ];
        fields.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    /// Writes by what it was judged, and when.
    fn write_closing(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let text = Text {
            ja: "判定日時 {at}、ポリシー {policy}({file})",
            en: "Judged at {at} by the policy {policy} ({file})",
        };
        let policy = self.fleet.policy;
        let at = policy.zone.local(self.fleet.at);
        let mut closing = text.fill(self.lang, &[("at", &at), ("policy", &policy.name), ("file", &policy.file)]);
        if let Some(day) = self.as_of {
            closing += &KNOWN_AS_OF.fill(self.lang, &[("day", &day)]);
        }
        writeln!(out, "\n{}", style.dim(&escape::terminal(&closing)))
    }

    fn get(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    /// A holder's ID, with the register where there are several.
    fn holder_id(&self, holder: &Holder) -> String {
        let holders = &self.fleet.office.holders;
        let several = holders.first().zip(holders.last()).is_some_and(|(a, b)| a.key.register != b.key.register);
        if several { format!("{}/{}", holder.key.register, holder.key.id) } else { holder.key.id.clone() }
    }

    /// `13A0001 さくら苑`, or the name alone where no holder is known.
    pub fn whose(&self, item: &CertificateItem) -> String {
        match self.fleet.holder(item) {
            Some(holder) => format!("{} {}", self.holder_id(holder), item.name),
            None => item.name.clone(),
        }
    }

    /// The same for a line on a terminal: no name fills the screen.
    fn whose_in_line(&self, item: &CertificateItem) -> String {
        fit(&self.whose(item), IN_LINE)
    }

    /// A usage category by its name.
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

    /// The same in a column: in Japanese the shortest word of registers for it, else its id.
    pub(in crate::report) fn short_category(&self, id: Option<&str>) -> String {
        let unknown = Text { ja: "不明", en: "unknown" };
        let Some(id) = id else { return self.get(unknown).into() };
        let words = self.category_of(id).filter(|_| self.lang == Lang::Ja).map(|category| category.words.iter());
        let shortest = words.and_then(|words| words.min_by_key(|word| word.chars().count()));
        shortest.map_or(id, String::as_str).to_string()
    }

    fn category_of(&self, id: &str) -> Option<&'a UsageCategory> {
        self.fleet.policy.holders.categories.iter().find(|category| category.id == id)
    }

    /// Whom to turn to: a person, or else an address.
    fn contact(&self, item: &CertificateItem) -> String {
        self.fleet.holder(item).and_then(|holder| contact_of(&holder.contact)).unwrap_or_default()
    }

    /// What is to be known of a certificate beside its end: 申告, 保留, and what was done.
    fn remarks(&self, item: &CertificateItem) -> String {
        let proof = (item.proof != CertificateProof::Trusted).then(|| proof_text(item.proof));
        let clipped = item.clipped.then_some(Text { ja: "ルートの期限まで", en: "ends with its root" });
        let gone = (!item.present).then_some(Text { ja: "ファイルはなくなった", en: "its file is gone" });
        let mut remarks: Vec<String> =
            proof.into_iter().chain(gone).chain(clipped).map(|text| self.get(text).into()).collect();
        match item.state {
            LifecycleState::Active => {}
            LifecycleState::Awaited(day) => {
                let text = Text { ja: "{day} 申請済", en: "applied for on {day}" };
                remarks.push(text.fill(self.lang, &[("day", &day)]));
            }
            state => remarks.push(self.get(state_text(state)).into()),
        }
        remarks.join(self.get(Text { ja: "、", en: ", " }))
    }

    /// A certificate in JSON.
    fn item_json(&self, item: &CertificateItem) -> Json {
        let holder = self.fleet.holder(item);
        json!({
            "sha256": match &item.thing {
                Subject::Certificate(sha256) => Some(hex(sha256)),
                Subject::Declared(_) => None,
            },
            "serial": (!item.serial.is_empty()).then_some(&item.serial),
            "name": item.name,
            "holder": holder.map(|holder| super::coverage::named(&holder.key, &holder.name)),
            "prefecture": holder.and_then(|holder| holder.prefecture.as_ref()),
            "tag": holder.and_then(|holder| holder.tag.as_ref()),
            "category": item.category,
            "generation": item.generation,
            "begins_on": item.begins.map(|day| day.to_string()),
            "ends_on": item.ends.map(|day| day.to_string()),
            "days_left": self.fleet.days_left(item),
            "clipped": item.clipped,
            "present": item.present,
            "proof": item.proof.code(),
            "state": item.state.code(),
            "applied_on": match item.state {
                LifecycleState::Awaited(day) => Some(day.to_string()),
                _ => None,
            },
            "path": (!item.path.is_empty()).then_some(&item.path),
        })
    }

    /// The same for a spreadsheet.
    fn item_cells(&self, item: &CertificateItem) -> Cells {
        let holder = self.fleet.holder(item);
        let of = |part: fn(&Holder) -> Option<&String>| holder.and_then(part).cloned().unwrap_or_default();
        let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        vec![
            ("register", of(|holder| Some(&holder.key.register))),
            ("holder", of(|holder| Some(&holder.key.id))),
            ("name", item.name.clone()),
            ("prefecture", of(|holder| holder.prefecture.as_ref())),
            ("contact", self.contact(item)),
            ("tag", of(|holder| holder.tag.as_ref())),
            ("category", item.category.clone().unwrap_or_default()),
            (
                "sha256",
                match &item.thing {
                    Subject::Certificate(sha256) => hex(sha256),
                    Subject::Declared(_) => String::new(),
                },
            ),
            ("serial", item.serial.clone()),
            ("generation", item.generation.clone().unwrap_or_default()),
            ("begins_on", day(item.begins)),
            ("ends_on", day(item.ends)),
            ("days_left", self.fleet.days_left(item).map(|left| left.to_string()).unwrap_or_default()),
            ("present", if item.present { "true" } else { "false" }.into()),
            ("proof", item.proof.code().into()),
            ("state", item.state.code().into()),
            ("path", item.path.clone()),
        ]
    }

    /// What is assumed, in a sentence, where something in use is.
    fn assumed(&self, assumed: &AssumedTerms) -> Option<String> {
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
                        ja: "申請から{value}営業日で手に入る",
                        en: "a certificate is in hand {value} business days after the application",
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

    /// The cells of a report that tell whose a certificate is.
    fn holder_cells(&self, item: &CertificateItem) -> [Cell; 6] {
        match self.fleet.holder(item) {
            Some(holder) => holder_cells(Some(holder)),
            None => named_cells(&item.name),
        }
    }

    fn sha256_cell(&self, item: &CertificateItem) -> Cell {
        match &item.thing {
            Subject::Certificate(sha256) => Cell::Text(hex(sha256)),
            Subject::Declared(_) => Cell::Nothing,
        }
    }
}

/// From when a renewed certificate counts, in words.
fn start_text(starts: &[&str]) -> Text {
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

/// How sure a certificate is, in words.
fn proof_text(proof: CertificateProof) -> Text {
    match proof {
        CertificateProof::Trusted => Text { ja: "信頼", en: "trusted" },
        CertificateProof::Undetermined => Text { ja: "検証は保留", en: "undetermined" },
        CertificateProof::Declared => Text { ja: "申告(未確認)", en: "declared, unverified" },
        CertificateProof::Revoked => Text { ja: "失効", en: "revoked" },
    }
}

/// What has become of a certificate, in words.
fn state_text(state: LifecycleState) -> Text {
    match state {
        LifecycleState::Active => Text { ja: "使用中", en: "in use" },
        LifecycleState::Awaited(_) => Text { ja: "申請済", en: "applied for" },
        LifecycleState::Renewed => Text { ja: "更新済み", en: "renewed" },
        LifecycleState::NotInstalled => {
            Text { ja: "更新済み・入れ替え未確認", en: "renewed, not seen in place" }
        }
        LifecycleState::RenewedAsDeclared => Text { ja: "申告では更新済み", en: "renewed, as declared" },
        LifecycleState::NotRenewing => Text { ja: "更新しない", en: "not to be renewed" },
        LifecycleState::Revoking => Text { ja: "失効申請済", en: "revocation applied for" },
        LifecycleState::LeftOver => Text { ja: "使われていない", en: "left over" },
    }
}

/// Whom to turn to: a person, or else an address.
pub(in crate::report) fn contact_of(contact: &Contact) -> Option<String> {
    let all = [&contact.person, &contact.mail, &contact.tel, &contact.fax, &contact.address];
    all.into_iter().flatten().next().cloned()
}

/// `2027-04-22 (木)`.
fn day_text(day: Day, lang: Lang) -> String {
    format!("{day} ({})", super::weekday(day).get(lang))
}

/// A number of yen with separators.
fn yen_text(yen: u64) -> String {
    let digits = yen.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes that a list goes on, where it was cut.
fn write_more(out: &mut dyn Write, all: usize, view: View, style: Style) -> io::Result<()> {
    if all <= ROWS {
        return Ok(());
    }
    let text = Text { ja: "ほか {n} 件(全件は --format csv)", en: "and {n} more (all of them: --format csv)" };
    writeln!(out, "  {}", style.dim(&text.fill(view.lang, &[("n", &(all - ROWS))])))
}
