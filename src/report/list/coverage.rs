//! Units: one row a provider number and service, and whether it can be billed for; where there is no
//! register, one a subject.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;

use serde_json::json;

use super::holder::{self, HolderRef, has_holder};
use super::{Cell, Column, Kind, List, head};
use crate::audit::holding::{self, CertificateProfile, ClaimPeriod, ClaimUnit, NameHash};
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
    /// Why it cannot be billed for, or nobody can tell; each reason once.
    pub fn reasons(&self, lang: Lang) -> String {
        self.once(lang, |reason| reason.text())
    }

    /// What to do, each once.
    pub fn ways_out(&self, lang: Lang) -> String {
        self.once(lang, |reason| reason.way_out())
    }

    // Reasons of several agents share words.
    fn once(&self, lang: Lang, text: fn(&holding::CoverageReason) -> Text) -> String {
        let mut once: Vec<&str> = Vec::new();
        for text in self.unit.coverage.reasons().iter().map(|reason| text(reason).get(lang)) {
            if !once.contains(&text) {
                once.push(text);
            }
        }
        once.join(comma(lang))
    }

    /// The ID of one who bills for it, with the register where there are several.
    pub fn shown(&self, key: &HolderKey) -> String {
        if self.holder.in_several { format!("{}/{}", key.register, key.id) } else { key.id.clone() }
    }
}

/// How many units can, may and cannot be billed for in a claim period, in a sentence.
pub fn period_sentence(
    (from, until): (Day, Day),
    [can, unknown, cannot]: [impl Display; 3],
    has_no_register: bool,
    lang: Lang,
) -> String {
    let text = Text {
        ja: "{from} から {until} までの請求期間: 請求できる {can}、判定できない {unknown}、請求できない {cannot}({what})。",
        en: "Claim period from {from} to {until}: {can} can bill, {unknown} unknown, {cannot} cannot ({what}).",
    };
    let what = match has_no_register {
        true => Text {
            ja: "台帳がないため、証明書の所有者ごと", en: "by subject, as there is no register"
        },
        false => Text { ja: "事業所番号とサービスの組", en: "provider number and service" },
    };
    let values: [(&str, &dyn Display); 6] = [
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
        .report_as("through", 10, head("請求する者", "billed by"), Kind::Text)
        .named(),
        Column::csv("reasons", |row: &Row, _| {
            let codes: Vec<&str> = row.unit.coverage.reasons().iter().map(|reason| reason.code()).collect();
            codes.join(" ").into()
        })
        .text(11, head("理由(コード)", "reason codes"))
        .data(),
        Column::json_only("reasons", |row: &Row, lang| {
            let reason = |one: &holding::CoverageReason| json!({"code": one.code(), "text": one.text().get(lang), "way_out": one.way_out().get(lang)});
            Cell::Json(row.unit.coverage.reasons().iter().map(reason).collect())
        }),
        MESSAGE,
        REMEDY,
    ];
    let title = Text { ja: "誰が請求できるか", en: "Who can bill" };
    List::new("coverage", title, of.into_iter().chain(subject).chain(own))
}
