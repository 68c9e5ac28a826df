//! When certificates end: one row a certificate, with how near that is.

use std::sync::LazyLock;

use super::holder::HasHolder;
use super::tracked::{self, Places, TrackedCertificate, has_certificate};
use super::{Cell, Column, List, head};
use crate::calendar::Day;
use crate::lifecycle::expiry::Nearness;
use crate::locale::{Lang, Text};
use crate::report::layout::TableColumn;

/// A certificate and how near its end is.
#[derive(Clone, Debug)]
pub struct ExpiryRow {
    /// Which certificate.
    pub certificate: TrackedCertificate,
    /// How near its end is.
    pub nearness: Nearness,
    /// When the holder's system password expires.
    pub password_ends_on: Option<Day>,
}

has_certificate!(ExpiryRow);

/// When certificates end; docs/ja/output.md and docs/en/output.md explain each column.
pub static EXPIRY: LazyLock<List<ExpiryRow>> = LazyLock::new(|| {
    type Row = ExpiryRow;
    let columns = [
        Column::new("nearness", |row: &Row, lang| Cell::word(code(row.nearness), label(row.nearness, lang), None))
            .line(3, TableColumn::new(head("段階", "tier"))),
        Column::new("tier", |row: &Row, _| match row.nearness {
            Nearness::Tier(days) => Cell::Number(days),
            _ => Cell::Nothing,
        }),
        Column::new("password_ends_on", |row: &Row, _| row.password_ends_on.into())
            .line(6, TableColumn::new(head("パスワード期限", "password")).spare()),
        Column::hidden(|row: &Row, _| row.certificate.item.ends.into()).line(1, TableColumn::new(super::ENDS_ON)),
        Column::hidden(|row: &Row, _| row.certificate.days_left.into())
            .line(2, TableColumn::number(head("残日数", "days"))),
        Column::hidden(|row: &Row, _| Cell::text(row.holder().called()))
            .line(4, TableColumn::part(head("事業所・代理人", "holder"), 2, 12)),
        Column::hidden(|row: &Row, lang| Cell::text(row.certificate.short_category(lang)))
            .line(5, TableColumn::new(head("利用区分", "category")).spare()),
        Column::hidden(|row: &Row, lang| Cell::text(row.certificate.remarks(lang, [])))
            .line(7, TableColumn::part(head("備考", "remarks"), 3, 8)),
    ];
    let title = Text { ja: "有効期限", en: "Expiry" };
    List::new("expiry", title, tracked::columns(Places::default()).into_iter().chain(columns))
});

fn code(nearness: Nearness) -> &'static str {
    match nearness {
        Nearness::Lapsed => "lapsed",
        Nearness::Tier(_) => "tier",
        Nearness::Later => "later",
        Nearness::Unknown => "unknown",
    }
}

fn label(nearness: Nearness, lang: Lang) -> String {
    match nearness {
        Nearness::Lapsed => Text { ja: "期限切れ", en: "expired" }.get(lang).into(),
        Nearness::Tier(days) => Text { ja: "{days}日以内", en: "{days} days" }.fill(lang, &[("days", &days)]),
        Nearness::Later => Text { ja: "その先", en: "later" }.get(lang).into(),
        Nearness::Unknown => Text { ja: "不明", en: "unknown" }.get(lang).into(),
    }
}
