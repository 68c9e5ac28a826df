//! Fees: one row an application, and one a gap in the policy's fees.

use std::sync::LazyLock;

use super::tracked::{self, Places, TrackedCertificate, has_certificate};
use super::{Cell, Column, ColumnKind, List, POLICY_LINE, PolicyLine, head};
use crate::calendar::Day;
use crate::lifecycle::{ApplicationDay, FeeGap, UnknownFee, fiscal_year};
use crate::locale::Text;
use crate::policy::Severity;
use crate::register::FeePayer;

/// An application and what it costs.
#[derive(Clone, Debug)]
pub struct FeeRow {
    /// The certificate that it brought, or of a forecast the one that it will renew.
    pub certificate: TrackedCertificate,
    /// When it was made, or will be.
    pub applied: ApplicationDay,
    /// Somebody recorded the day; else it is presumed.
    pub recorded: bool,
    /// It lies ahead.
    pub forecast: bool,
    /// What it costs; none where that is unknown.
    pub cost: Option<Cost>,
    /// Why it is unknown.
    pub doubt: Option<UnknownFee>,
    /// How the fee is paid.
    pub payer: Option<FeePayer>,
}

/// What an application costs, as a line of the policy says.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// The amount.
    pub yen: u64,
    /// Whether it includes the consumption tax; none where nobody knows.
    pub tax_included: Option<bool>,
    /// Where the amount is from.
    pub source: String,
    /// The line of the policy.
    pub policy_line: Option<PolicyLine>,
}

has_certificate!(FeeRow);

/// Applications; docs/ja/output.md and docs/en/output.md explain each column.
pub static FEES: LazyLock<List<FeeRow>> = LazyLock::new(|| {
    type Row = FeeRow;
    let columns = [
        Column::new("fiscal_year", |row: &Row, _| Cell::number(fiscal_year(row.applied.last())))
            .number(1, head("年度", "fiscal year")),
        Column::csv("month", |row: &Row, _| month_of(row.applied.last()).into()),
        Column::new("applied_from", |row: &Row, _| row.applied.first().into()).day(2, head("申請日", "applied from")),
        Column::new("applied_until", |row: &Row, _| row.applied.last().into())
            .day(3, head("申請日(まで)", "applied until"))
            .data(),
        Column::new("recorded", |row: &Row, _| row.recorded.into())
            .word(15, head("申請日は記録", "day recorded"))
            .data(),
        Column::new("forecast", |row: &Row, _| row.forecast.into()).word(4, head("見込み", "ahead")),
        Column::new("yen", |row: &Row, _| row.cost.as_ref().map(|cost| Cell::number(cost.yen)).into()).report(
            12,
            head("手数料(円)", "yen"),
            ColumnKind::Yen,
        ),
        Column::new("doubt", |row: &Row, lang| {
            let word =
                |doubt: UnknownFee| Cell::word(doubt.code(), doubt_text(doubt).get(lang), Some(Severity::Warning));
            row.doubt.map(word).into()
        })
        .word(13, head("不明の理由", "unknown because")),
        Column::new("payer", |row: &Row, _| row.payer.map(FeePayer::code).into()),
        // The whole report has a word for a payer that nobody knows; the command's JSON says null.
        Column::hidden(|row: &Row, lang| {
            Cell::word(row.payer.map_or("unknown", FeePayer::code), payer_text(row.payer).get(lang), None)
        })
        .report_as("payer", 14, head("支払方法", "payer"), ColumnKind::Word),
        Column::new("tax", |row: &Row, lang| {
            let word =
                |cost: &Cost| Cell::word(tax_code(cost.tax_included), tax_text(cost.tax_included).get(lang), None);
            row.cost.as_ref().map(word).into()
        })
        .word(16, head("消費税", "tax"))
        .data(),
        // A policy's own texts may name people.
        Column::new("source", |row: &Row, _| row.cost.as_ref().map(|cost| &cost.source).into())
            .text(17, head("出典", "source"))
            .private()
            .data(),
        Column::new("policy_line", |row: &Row, _| {
            row.cost.as_ref().and_then(|cost| Some(cost.policy_line.as_ref()?.cell())).into()
        })
        .text(18, POLICY_LINE)
        .data(),
    ];
    let places = Places { holder: 5, category: 11, sha256: 19, ..Places::default() };
    let title = Text { ja: "発行手数料", en: "Fees" };
    List::new("fees", title, tracked::columns(places).into_iter().chain(columns))
});

/// What the policy's fees lack, and what is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct GapRow {
    /// The gap.
    pub gap: FeeGap,
    /// What is lacking, in a sentence.
    pub message: String,
}

/// What the policy's fees lack.
pub static GAPS: LazyLock<List<GapRow>> = LazyLock::new(|| {
    let columns = [
        Column::new("doubt", |row: &GapRow, _| row.gap.doubt.code().into()),
        Column::new("category", |row: &GapRow, _| row.gap.category.as_ref().into()),
        Column::new("from", |row: &GapRow, _| row.gap.from.into()),
        Column::new("until", |row: &GapRow, _| row.gap.until.into()),
        Column::new("applications", |row: &GapRow, _| Cell::number(row.gap.applications)),
        Column::new("message", |row: &GapRow, _| Cell::text(&row.message)),
        Column::new("remedy", |row: &GapRow, lang| row.remedy().get(lang).into()),
    ];
    List::new("gaps", Text { ja: "手数料の不足", en: "Missing fees" }, columns)
});

impl GapRow {
    /// What to do about it.
    pub fn remedy(&self) -> Text {
        remedy_text(self.gap.doubt)
    }
}

/// The month of a day: `2027-04`.
pub fn month_of(day: Day) -> String {
    format!("{}-{:02}", day.year(), u8::from(day.month()))
}

/// How a fee is paid, in words.
pub fn payer_text(payer: Option<FeePayer>) -> Text {
    match payer {
        Some(FeePayer::Deduction) => Text { ja: "相殺", en: "deduction" },
        Some(FeePayer::Transfer) => Text { ja: "振込", en: "transfer" },
        None => Text { ja: "不明", en: "unknown" },
    }
}

/// Whether a tax is included, as data spells it.
pub fn tax_code(included: Option<bool>) -> &'static str {
    match included {
        Some(true) => "included",
        Some(false) => "excluded",
        None => "unknown",
    }
}

fn tax_text(included: Option<bool>) -> Text {
    match included {
        Some(true) => Text { ja: "税込み", en: "included" },
        Some(false) => Text { ja: "税別", en: "excluded" },
        None => Text { ja: "不明", en: "unknown" },
    }
}

/// Why a fee is unknown, in words.
pub fn doubt_text(doubt: UnknownFee) -> Text {
    match doubt {
        UnknownFee::CategoryUnknown => Text { ja: "利用区分が不明", en: "unknown usage category" },
        UnknownFee::NoFee => Text { ja: "額がポリシーにない", en: "no fee in the policy" },
        UnknownFee::FeeChanges => Text { ja: "額の変わる間の申請", en: "the fee changes meanwhile" },
    }
}

fn remedy_text(doubt: UnknownFee) -> Text {
    match doubt {
        UnknownFee::CategoryUnknown => Text {
            ja: "台帳の証明書利用区分を書くか、証明書を台帳と結び付ける(shomei register match --export ファイル.xlsx)",
            en: "write the usage category into the register, or bind the certificates to it (shomei register match --export FILE.xlsx)",
        },
        UnknownFee::NoFee => Text {
            ja: "運営者の手数料の一覧を見て、ポリシーの fees に行を足す(shomei policy show で今の内容を出せます)",
            en: "add a row to `fees` in the policy from the operator's own table (shomei policy show prints the one in force)",
        },
        UnknownFee::FeeChanges => Text {
            ja: "申請した日を記録する(shomei mark 申請済 ID --on 日)",
            en: "record the day of application (shomei mark applied ID --on DAY)",
        },
    }
}
