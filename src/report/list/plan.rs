//! The plan: one row a certificate, with the day on which to apply for its renewal.

use std::sync::LazyLock;

use super::holder::HasHolder;
use super::tracked::{self, Places, TrackedCertificate, has_certificate};
use super::{Cell, Column, List, head};
use crate::calendar::Day;
use crate::lifecycle::{Deadline, Fallback, LateReason, PlanOutcome};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::report::layout::TableColumn;
use crate::report::layout::day_text;

/// A certificate in the plan.
#[derive(Clone, Debug)]
pub struct PlanRow {
    /// Which certificate.
    pub certificate: TrackedCertificate,
    /// What is to be done.
    pub outcome: PlanOutcome,
    /// The first day on which its renewal can be applied for.
    pub first: Option<Day>,
    /// The last day on which applying is safe.
    pub last_application: Option<Day>,
    /// By when the new one must be there.
    pub deadline: Option<Deadline>,
    /// Its days lie beyond those whose holidays are known.
    pub guess: bool,
    /// It expires within the days that letters are about, or has expired.
    pub is_near: bool,
    /// What is said of it, in a sentence.
    pub message: String,
}

impl PlanRow {
    /// The day on which to apply.
    pub fn recommended(&self) -> Option<Day> {
        match self.outcome {
            PlanOutcome::Apply { day, .. } => Some(day),
            // The end of all days stands for one that nobody can name.
            PlanOutcome::Later(day) => Some(day).filter(|day| *day != Day::MAX),
            PlanOutcome::NoMargin(_, fallback) => Some(fallback.day),
            PlanOutcome::Cannot(..) | PlanOutcome::Awaited { .. } => None,
        }
    }

    /// The day on which the new one is there.
    pub fn expected_issue(&self) -> Option<Day> {
        match self.outcome {
            PlanOutcome::Apply { expected_issue, .. } | PlanOutcome::Awaited { expected_issue, .. } => expected_issue,
            PlanOutcome::NoMargin(_, fallback) => Some(fallback.expected_issue),
            PlanOutcome::Cannot(..) | PlanOutcome::Later(_) => None,
        }
    }

    /// Whether the day lies in a claim period.
    fn in_claim_period(&self) -> bool {
        matches!(self.outcome, PlanOutcome::Apply { in_claim_period: true, .. })
    }

    fn fallback(&self) -> Option<Fallback> {
        match self.outcome {
            PlanOutcome::Cannot(_, fallback) => fallback,
            PlanOutcome::NoMargin(_, fallback) => Some(fallback),
            _ => None,
        }
    }

    fn reason(&self) -> Option<&'static str> {
        match self.outcome {
            PlanOutcome::Cannot(why, _) | PlanOutcome::NoMargin(why, _) => Some(why.code()),
            _ => None,
        }
    }

    /// The first claim period without a certificate.
    fn uncovered_from(&self) -> Option<Day> {
        Some(self.deadline?.period?.first)
    }

    /// What is to be done, and how grave that is.
    pub fn outcome_label(&self) -> (Text, Option<Severity>) {
        match self.outcome {
            PlanOutcome::Cannot(LateReason::Lapsed, _) => {
                (Text { ja: "期限切れ", en: "expired" }, Some(Severity::Error))
            }
            PlanOutcome::Cannot(LateReason::EndUnknown, _) => {
                (Text { ja: "期限不明", en: "expiry unknown" }, Some(Severity::Warning))
            }
            PlanOutcome::Cannot(..) => (Text { ja: "間に合わない", en: "too late" }, Some(Severity::Error)),
            PlanOutcome::NoMargin(..) => (Text { ja: "余裕がない", en: "no margin" }, Some(Severity::Warning)),
            PlanOutcome::Apply { .. } => (Text { ja: "申請する", en: "apply" }, Some(Severity::Warning)),
            PlanOutcome::Awaited { .. } => (Text { ja: "申請済み", en: "applied for" }, None),
            PlanOutcome::Later(_) => (Text { ja: "その先", en: "later" }, None),
        }
    }

    /// What is to be known of it beside its days.
    pub fn remarks(&self, lang: Lang) -> String {
        let within =
            self.in_claim_period().then_some(Text { ja: "請求期間中の申請", en: "within a claim period" });
        let guess = self.guess.then_some(Text { ja: "祝日は推測", en: "holidays are guessed" });
        self.certificate.remarks(lang, within.into_iter().chain(guess))
    }
}

has_certificate!(PlanRow);

/// What is to be done.
pub const OUTCOME: Column<PlanRow> = Column::new("outcome", |row: &PlanRow, lang| {
    let (label, severity) = row.outcome_label();
    Cell::word(row.outcome.code(), label.get(lang), severity)
})
.word(1, head("すること", "what to do"));

/// The day on which to apply.
pub const RECOMMENDED: Column<PlanRow> =
    Column::new("recommended_day", |row: &PlanRow, _| row.recommended().into()).day(2, head("申請日", "apply on"));

/// The last day on which applying is safe.
pub const LAST_SAFE: Column<PlanRow> = Column::new("last_safe_day", |row: &PlanRow, _| row.last_application.into())
    .day(3, head("最終申請日", "last application"))
    .line(2, TableColumn::new(head("最終申請日", "last application")));

const IN_HAND_TITLE: Text = Text { ja: "発行見込み日", en: "expected issue" };
/// The day on which the new one is there.
pub const IN_HAND: Column<PlanRow> = Column::new("in_hand_on", |row: &PlanRow, _| row.expected_issue().into())
    .day(4, IN_HAND_TITLE)
    .line(3, TableColumn::new(IN_HAND_TITLE).spare());

/// What is said of it.
pub const MESSAGE: Column<PlanRow> =
    Column::new("message", |row: &PlanRow, _| Cell::text(&row.message)).text(25, super::MESSAGE);

/// The plan; docs/ja/output.md and docs/en/output.md explain each column.
pub static PLAN: LazyLock<List<PlanRow>> = LazyLock::new(|| {
    type Row = PlanRow;
    let places = Places { ends_on: 5, holder: 6, category: 12, proof: 13, clipped: 22, serial: 23, sha256: 24 };
    let columns = [
        OUTCOME,
        Column::new("reason", |row: &Row, _| row.reason().into()).text(14, head("理由(コード)", "reason")).data(),
        RECOMMENDED,
        IN_HAND,
        Column::new("in_claim_period", |row: &Row, _| row.in_claim_period().into())
            .word(20, head("請求期間中", "in a claim period"))
            .data(),
        Column::new("guess", |row: &Row, _| row.guess.into()).word(21, head("祝日は推測", "guess")).data(),
        Column::new("first_day", |row: &Row, _| row.first.into())
            .day(15, head("申請できる最初の日", "first day"))
            .data(),
        LAST_SAFE,
        Column::new("deadline", |row: &Row, _| row.deadline.map(|deadline| deadline.day).into())
            .day(16, head("必要日", "needed by"))
            .data(),
        Column::new("uncovered_from", |row: &Row, _| row.uncovered_from().into())
            .day(17, head("期限までに収まらない請求期間", "uncovered from"))
            .data(),
        Column::new("fallback_day", |row: &Row, _| row.fallback().map(|one| one.day).into())
            .json("fallback.day")
            .day(18, head("次の申請日", "fallback day"))
            .data(),
        Column::new("fallback_in_hand_on", |row: &Row, _| row.fallback().map(|one| one.expected_issue).into())
            .json("fallback.in_hand_on"),
        Column::new("missed_periods", |row: &Row, _| row.fallback().map(|one| i64::from(one.missed)).into())
            .json("fallback.missed_periods")
            .number(19, head("逃す請求期間", "missed periods"))
            .data(),
        MESSAGE,
        Column::hidden(|row: &Row, lang| row.recommended().map(|day| day_text(day, lang)).into())
            .line(1, TableColumn::new(head("申請日", "apply on"))),
        Column::hidden(|row: &Row, _| row.certificate.item.ends.into())
            .line(4, TableColumn::new(head("有効期限", "ends on"))),
        Column::hidden(|row: &Row, _| Cell::text(row.holder().called()))
            .line(5, TableColumn::part(head("事業所・代理人", "holder"), 2, 20)),
        Column::hidden(|row: &Row, lang| Cell::text(row.certificate.short_category(lang)))
            .line(6, TableColumn::new(head("利用区分", "category")).spare()),
        Column::hidden(|row: &Row, lang| Cell::text(row.remarks(lang)))
            .line(7, TableColumn::part(head("備考", "remarks"), 3, 8)),
    ];
    let title = Text { ja: "更新計画", en: "Renewals" };
    List::new("plan", title, tracked::columns(places).into_iter().chain(columns))
});
