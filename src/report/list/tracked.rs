//! The columns that say which certificate a row of the lifecycle is about.

use std::sync::LazyLock;

use super::holder::{self, HasHolder, HolderRef};
use super::{Cell, Column, ColumnKind, List, head};
use crate::calendar::Day;
use crate::lifecycle::{CertificateItem, CertificateProof, LifecycleState};
use crate::locale::{Lang, Text};
use crate::policy::UsageCategory;

/// A certificate, seen or declared, as the lists of the lifecycle show it.
#[derive(Clone, Debug)]
pub struct TrackedCertificate {
    /// What is known of it.
    pub item: CertificateItem,
    /// The SHA-256 of its DER; empty of one that is declared.
    pub sha256: String,
    /// Whose it is.
    pub holder: HolderRef,
    /// Its usage category.
    pub category: Option<CategoryRef>,
    /// Days from today up to the one on which it ends.
    pub days_left: Option<i64>,
    /// The providers for which its holder claims as an agent.
    pub providers: usize,
}

/// A usage category of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryRef {
    /// As data spells it.
    pub id: String,
    /// Its name, in the language of the list.
    pub name: String,
    /// The same for a narrow column: in Japanese the shortest word of registers for it, else its id.
    pub short: String,
}

impl CategoryRef {
    /// The category of an id; one that the policy does not know is called by its id.
    pub fn new(id: &str, known: Option<&UsageCategory>, lang: Lang) -> CategoryRef {
        let words = known.filter(|_| lang == Lang::Ja).map(|category| category.words.iter());
        let shortest = words.and_then(|words| words.min_by_key(|word| word.chars().count()));
        CategoryRef {
            id: id.into(),
            name: known.map_or(id, |category| category.name.get(lang)).into(),
            short: shortest.map_or(id, String::as_str).into(),
        }
    }

    /// As a cell.
    pub fn cell(&self) -> Cell<'_> {
        Cell::word(&self.id, &self.name, None)
    }
}

impl TrackedCertificate {
    /// Its usage category in a narrow column.
    pub fn short_category(&self, lang: Lang) -> &str {
        let unknown = Text { ja: "不明", en: "unknown" };
        self.category.as_ref().map_or(unknown.get(lang), |category| &category.short)
    }

    /// What is to be known of it beside its end: 申告, 保留, and what was done; then `more`.
    pub fn remarks(&self, lang: Lang, more: impl IntoIterator<Item = Text>) -> String {
        let proof = (self.item.proof != CertificateProof::Trusted).then(|| proof_text(self.item.proof));
        let gone =
            (!self.item.present).then_some(Text { ja: "ファイルはなくなった", en: "its file is gone" });
        let clipped = self.item.clipped.then_some(Text { ja: "ルートの期限まで", en: "ends with its root" });
        let state = match self.item.state {
            LifecycleState::Active => None,
            LifecycleState::Awaited(day) => {
                Some(Text { ja: "{day} 申請済", en: "applied for on {day}" }.fill(lang, &[("day", &day)]))
            }
            state => Some(state_text(state).get(lang).to_string()),
        };
        let words = |text: Text| text.get(lang).to_string();
        let agent = (self.providers > 0).then(|| {
            let text = Text { ja: "代理人({n}事業所の請求を代行)", en: "agent of {n} providers" };
            text.fill(lang, &[("n", &self.providers)])
        });
        let remarks = agent.into_iter().chain(proof.into_iter().chain(gone).chain(clipped).map(words)).chain(state);
        let remarks: Vec<String> = remarks.chain(more.into_iter().map(words)).collect();
        remarks.join(Text { ja: "、", en: ", " }.get(lang))
    }
}

/// A row about a certificate of the lifecycle.
pub trait HasCertificate: HasHolder {
    /// Which certificate; none where the row is about something else of the holder.
    fn certificate(&self) -> Option<&TrackedCertificate>;

    /// The day that ends what the row is about, and the days up to that one.
    fn end(&self) -> Option<(Day, i64)> {
        self.certificate()?.item.ends.zip(self.certificate()?.days_left)
    }
}

/// Says of a type of rows that its field `certificate` is the certificate it is about.
macro_rules! has_certificate {
    ($row:ty) => {
        $crate::report::list::holder::has_holder!($row, certificate.holder);

        impl $crate::report::list::tracked::HasCertificate for $row {
            fn certificate(&self) -> Option<&$crate::report::list::tracked::TrackedCertificate> {
                Some(&self.certificate)
            }
        }
    };
}
pub(super) use has_certificate;

/// Where the whole report shows the columns of a certificate; 0 where it does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places {
    /// The first of the six that tell the holder.
    pub holder: u8,
    /// The usage category.
    pub category: u8,
    /// The SHA-256.
    pub sha256: u8,
    /// The serial number.
    pub serial: u8,
    /// The end.
    pub ends_on: u8,
    /// Whether it ends because its root does.
    pub clipped: u8,
    /// How sure it is.
    pub proof: u8,
}

/// A fact of the certificate, where the row is about one.
fn fact<'r, R: HasCertificate, T: Into<Cell<'r>>>(row: &'r R, get: fn(&'r TrackedCertificate) -> T) -> Cell<'r> {
    row.certificate().map(get).into()
}

/// The columns of holder and certificate with which each CSV of the lifecycle begins.
pub fn columns<R: HasCertificate>(places: Places) -> Vec<Column<R>> {
    let applied = |row: &R, _| match row.certificate().map(|one| one.item.state) {
        Some(LifecycleState::Awaited(day)) => day.into(),
        _ => Cell::Nothing,
    };
    let own = [
        category(places.category),
        sha256(places.sha256),
        serial(places.serial),
        Column::new("generation", |row, _| fact(row, |one| one.item.generation.as_ref())),
        Column::new("begins_on", |row, _| fact(row, |one| one.item.begins)),
        ends_on(places.ends_on),
        Column::new("days_left", |row: &R, _| row.end().map(|(_, left)| left).into()),
        clipped(places.clipped),
        Column::new("present", |row, _| fact(row, |one| one.item.present)),
        proof(places.proof),
        Column::new("state", |row, _| fact(row, |one| one.item.state.code())),
        Column::json_only("applied_on", applied),
        Column::new("path", |row, _| fact(row, |one| &one.item.path)),
    ];
    holder::columns(places.holder).into_iter().chain(own).collect()
}

/// The usage category.
pub const fn category<R: HasCertificate>(place: u8) -> Column<R> {
    let category = Column::new("category", |row: &R, _| fact(row, |one| one.category.as_ref().map(CategoryRef::cell)));
    category.word(place, super::CATEGORY)
}

/// The SHA-256.
const fn sha256<R: HasCertificate>(place: u8) -> Column<R> {
    let sha256 = Column::new("sha256", |row: &R, _| fact(row, |one| &one.sha256));
    sha256.text(place, super::SHA256).named().data()
}

/// The serial number, as printed.
const fn serial<R: HasCertificate>(place: u8) -> Column<R> {
    let serial = Column::new("serial", |row: &R, _| fact(row, |one| Cell::serial(&one.item.serial)));
    serial.text(place, super::SERIAL).named().data()
}

/// The end.
pub const fn ends_on<R: HasCertificate>(place: u8) -> Column<R> {
    Column::new("ends_on", |row: &R, _| row.end().map(|(day, _)| day).into()).day(place, super::ENDS_ON)
}

/// Whether it ends because its root does.
const fn clipped<R: HasCertificate>(place: u8) -> Column<R> {
    let clipped = Column::json_only("clipped", |row: &R, _| fact(row, |one| one.item.clipped));
    let title = Text { ja: "ルートの期限で終わる", en: "ends with its root" };
    clipped.report_as("root_ends", place, title, ColumnKind::Word).data()
}

/// How sure it is.
const fn proof<R: HasCertificate>(place: u8) -> Column<R> {
    let proof = |row: &R, lang| match row.certificate().map(|one| one.item.proof) {
        Some(proof) => Cell::word(proof.code(), proof_text(proof).get(lang), None),
        None => Cell::Nothing,
    };
    Column::new("proof", proof).word(place, head("確かさ", "proof"))
}

/// How sure a certificate is, in words.
pub fn proof_text(proof: CertificateProof) -> Text {
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
        LifecycleState::LeftOver => Text { ja: "使われていない", en: "not in use" },
        LifecycleState::History => {
            Text { ja: "履歴(期限切れから長期間経過)", en: "history (expired long ago)" }
        }
    }
}

/// A certificate on its own.
pub static CERTIFICATE: LazyLock<List<TrackedCertificate>> =
    LazyLock::new(|| List::new("certificate", Text { ja: "証明書", en: "Certificate" }, columns(Places::default())));

impl HasHolder for TrackedCertificate {
    fn holder(&self) -> &HolderRef {
        &self.holder
    }
}

impl HasCertificate for TrackedCertificate {
    fn certificate(&self) -> Option<&TrackedCertificate> {
        Some(self)
    }
}
