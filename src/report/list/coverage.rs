//! Units: one row a provider number and service, and whether it can be billed for; where there is no
//! register, one a subject.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;

use serde_json::json;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, ColumnKind, List, head};
use crate::audit::holding::{self, CertificateProfile, ClaimPeriod, ClaimUnit, CoverageRemark, NameHash};
use crate::calendar::Day;
use crate::certificate::Name;
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::HolderKey;

/// A unit of billing.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRow {
    /// The claim period.
    pub period: Option<ClaimPeriod>,
    /// Whose it is; where there is no register, the name that the certificate bears.
    pub holder: HolderRef,
    /// The subject of the certificate where there is no register.
    pub subject: Option<String>,
    /// The unit, and whether it can be billed for.
    pub unit: ClaimUnit,
    /// The name of its service.
    pub service_name: String,
}

impl UnitRow {
    /// Why claims cannot be submitted for it, or why that cannot be determined; each reason once.
    pub fn reasons(&self, lang: Lang) -> String {
        self.once(lang, |reason| reason.text().get(lang).to_string())
    }

    /// What to do, each once.
    pub fn ways_out(&self, lang: Lang) -> String {
        let ways = self.once(lang, |reason| self.unit.way_out(*reason, lang));
        let sends = self.unit.coverage.reasons().contains(&holding::CoverageReason::EndsWithin);
        match (&self.unit.coverage, self.unit.until) {
            // As long as claims can be submitted, that comes first.
            (holding::Coverage::CanUntil(_), Some(until)) if !sends => {
                let text = Text {
                    ja: "{until} までに請求を送信する{comma}{ways}",
                    en: "send the claims by {until}{comma}{ways}",
                };
                text.fill(lang, &[("until", &until), ("comma", &comma(lang)), ("ways", &ways)])
            }
            _ => ways,
        }
    }

    // Reasons of several agents share words.
    fn once(&self, lang: Lang, text: impl Fn(&holding::CoverageReason) -> String) -> String {
        let mut once: Vec<String> = Vec::new();
        for text in self.unit.coverage.reasons().iter().map(text) {
            if !once.contains(&text) {
                once.push(text);
            }
        }
        once.join(comma(lang))
    }

    /// What is to be known though a certificate is there: from which day on claims can be submitted,
    /// passwords, notices. Of another than the holder, an agent, its ID comes first.
    pub fn remarks(&self, lang: Lang) -> Vec<String> {
        let from = self.unit.from.map(|day| {
            let text = Text { ja: "{day} から請求できる", en: "claims can be submitted from {day} on" };
            text.fill(lang, &[("day", &day)])
        });
        let remark = |remark: &CoverageRemark| {
            let said = remark.kind.text().fill(lang, &[("on", &remark.on)]);
            match self.holder.key.as_ref() == Some(&remark.by) {
                true => said,
                false => format!("{}: {said}", self.shown(&remark.by)),
            }
        };
        from.into_iter().chain(self.unit.remarks.iter().map(remark)).collect()
    }

    /// The ID of one who bills for it, with the register where there are several.
    pub fn shown(&self, key: &HolderKey) -> String {
        if self.holder.in_several { format!("{}/{}", key.register, key.id) } else { key.id.clone() }
    }
}

/// How many units can, may and cannot be billed for in a claim period, in a sentence.
pub fn period_sentence(
    (from, until): (Day, Day),
    [can, can_until, unknown, cannot]: [u64; 4],
    has_no_register: bool,
    lang: Lang,
) -> String {
    let text = Text {
        ja: "{from} から {until} までの請求期間: 請求できる {can}件{early}、判定できない {unknown}件、請求できない {cannot}件({what}ごと)。",
        en: "Claim period from {from} to {until}: {can} can submit claims{early}, {unknown} cannot be determined, {cannot} cannot ({what}).",
    };
    let early = Text { ja: "、途中の日まで請求できる {n}件", en: ", {n} until a day within it" };
    let early = if can_until > 0 { early.fill(lang, &[("n", &can_until)]) } else { String::new() };
    let what = match has_no_register {
        true => Text { ja: "台帳がないため、証明書の所有者", en: "by subject, as there is no register" },
        false => Text { ja: "事業所番号・サービス", en: "by provider number and service" },
    };
    let values: [(&str, &dyn Display); 7] = [
        ("early", &early),
        ("from", &from),
        ("until", &until),
        ("can", &can),
        ("unknown", &unknown),
        ("cannot", &cannot),
        ("what", &what.get(lang)),
    ];
    text.fill(lang, &values)
}

/// What stands between the parts of a list in a sentence.
pub fn comma(lang: Lang) -> &'static str {
    Text { ja: "、", en: ", " }.get(lang)
}

/// The units of certificates where there is no register: one a subject, however it is spelt, since a
/// renewal may write the same name in other case and spaces.
#[derive(Debug, Default)]
pub struct SubjectUnits(HashMap<NameHash, usize>);

impl SubjectUnits {
    /// The place of a subject's unit among all units; `next` where it has none yet.
    pub fn place(&mut self, subject: &Name, next: usize) -> usize {
        *self.0.entry(CertificateProfile::hash(subject)).or_insert(next)
    }
}

has_holder!(UnitRow, holder);

/// Whether it can be billed for.
pub const COVERAGE: Column<UnitRow> = Column::csv("coverage", |row: &UnitRow, lang| {
    let (label, severity) = match row.unit.coverage {
        holding::Coverage::Cannot(_) => (Text { ja: "できない", en: "cannot" }, Some(Severity::Error)),
        holding::Coverage::Unknown(_) => (Text { ja: "判定できない", en: "unknown" }, Some(Severity::Warning)),
        holding::Coverage::CanUntil(_) => (Text { ja: "途中の日まで", en: "until a day" }, Some(Severity::Warning)),
        holding::Coverage::Can => (Text { ja: "できる", en: "can" }, None),
    };
    Cell::word(row.unit.coverage.code(), label.get(lang), severity)
})
.word(1, head("請求", "can bill"));

/// The provider number.
pub const PROVIDER_NUMBER: Column<UnitRow> =
    Column::new("provider_number", |row: &UnitRow, _| row.unit.provider_number.as_ref().into())
        .text(8, head("事業所番号", "provider number"))
        .named();

/// The service.
pub const SERVICE: Column<UnitRow> = Column::new("service", |row: &UnitRow, _| {
    row.unit.service.as_ref().map(|id| Cell::word(id, &row.service_name, None)).into()
})
.word(9, head("サービス", "service"));

/// Why it is so.
pub const MESSAGE: Column<UnitRow> =
    Column::csv("message", |row: &UnitRow, lang| row.reasons(lang).into()).text(12, head("理由", "why"));

/// What to do.
pub const REMEDY: Column<UnitRow> =
    Column::csv("remedy", |row: &UnitRow, lang| row.ways_out(lang).into()).text(13, super::REMEDY);

/// The last day on which claims can, or possibly can, be submitted, before the end of the period.
pub const CAN_UNTIL: Column<UnitRow> =
    Column::new("can_until", |row: &UnitRow, _| row.unit.until.into()).day(15, head("請求できる最後の日", "can until"));

/// Units; docs/ja/output.md and docs/en/output.md explain each column.
pub static UNITS: LazyLock<List<UnitRow>> =
    LazyLock::new(|| units([Column::new("subject", |row: &UnitRow, _| row.subject.as_ref().into())]));

/// Units of holders alone, which have no subject in a register's stead.
pub static HOLDER_UNITS: LazyLock<List<UnitRow>> = LazyLock::new(|| units([]));

fn units<const N: usize>(subject: [Column<UnitRow>; N]) -> List<UnitRow> {
    type Row = UnitRow;
    let of = [
        Column::csv("from", |row: &Row, _| row.period.map(|period| period.first).into()),
        Column::csv("until", |row: &Row, _| row.period.map(|period| period.last).into()),
        holder::register(3),
        holder::id(2),
        holder::known_name(),
        Column::csv("name", |row: &Row, _| row.holder.key.as_ref().map(|_| &row.holder.name).into()),
        holder::name(4).in_report_alone(),
        holder::prefecture(5).in_report_alone(),
        holder::contact(6).in_report_alone(),
        holder::tag(7).in_report_alone(),
    ];
    let own = [
        PROVIDER_NUMBER,
        SERVICE,
        COVERAGE,
        Column::csv("through", |row: &Row, _| {
            Cell::List(row.unit.through.iter().map(|key| row.shown(key).into()).collect())
        }),
        Column::json_only("through", |row: &Row, _| {
            Cell::Json(row.unit.through.iter().map(|key| json!({"register": key.register, "id": key.id})).collect())
        }),
        Column::hidden(|row: &Row, _| {
            let ids: Vec<&str> = row.unit.through.iter().map(|key| key.id.as_str()).collect();
            ids.join(" ").into()
        })
        .report_as("through", 10, head("請求する者", "billed by"), ColumnKind::Text)
        .named(),
        Column::csv("reasons", |row: &Row, _| {
            let codes: Vec<&str> = row.unit.coverage.reasons().iter().map(|reason| reason.code()).collect();
            codes.join(" ").into()
        })
        .text(11, head("理由(コード)", "reason codes"))
        .data(),
        Column::json_only("reasons", |row: &Row, lang| {
            let reason = |one: &holding::CoverageReason| json!({"code": one.code(), "text": one.text().get(lang), "way_out": row.unit.way_out(*one, lang)});
            Cell::Json(row.unit.coverage.reasons().iter().map(reason).collect())
        }),
        MESSAGE,
        REMEDY,
        Column::new("can_from", |row: &Row, _| row.unit.from.into())
            .day(14, head("請求できる最初の日", "can from"))
            .data(),
        CAN_UNTIL,
        Column::csv("remarks", |row: &Row, lang| row.remarks(lang).join(comma(lang)).into())
            .text(16, head("備考", "remarks")),
        Column::json_only("remarks", |row: &Row, lang| {
            let remark = |one: &CoverageRemark| {
                let text = one.kind.text().fill(lang, &[("on", &one.on)]);
                json!({"code": one.kind.code(), "by": {"register": one.by.register, "id": one.by.id}, "on": one.on.to_string(), "text": text})
            };
            Cell::Json(row.unit.remarks.iter().map(remark).collect())
        }),
    ];
    let title = Text { ja: "誰が請求できるか", en: "Who can bill" };
    List::new("coverage", title, of.into_iter().chain(subject).chain(own))
}
