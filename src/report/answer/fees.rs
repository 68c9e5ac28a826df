//! What applications cost.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::lifecycle::{ROWS, View, write_more, yen_text};
use crate::lifecycle::{AssumedTerms, Charge, FeeGap, FeeTotal, Fees, UnknownFee, fiscal_year};
use crate::locale::{Lang, Text};
use crate::policy::{Fee, Severity};
use crate::register::FeePayer;
use crate::report::form::terminal;
use crate::report::form::{csv, json};
use crate::report::layout::TableColumn;
use crate::report::layout::{Style, write_indented};
use crate::report::list::fee::{Cost, FEES, FeeRow, GAPS, GapRow, month_of, payer_text, tax_code};
use crate::report::list::{Cell, Column, List, PolicyLine};

/// By what applications are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeesBy {
    /// The fiscal year of the day of application.
    FiscalYear,
    /// The month of it.
    Month,
    /// The holder.
    Holder,
    /// The usage category.
    Category,
    /// How the fee is paid.
    Payer,
}

impl FeesBy {
    /// All of them, as `--by` spells them.
    pub const ALL: [(&'static str, FeesBy); 5] = [
        ("fiscal-year", FeesBy::FiscalYear),
        ("month", FeesBy::Month),
        ("holder", FeesBy::Holder),
        ("category", FeesBy::Category),
        ("payer", FeesBy::Payer),
    ];

    fn code(self) -> &'static str {
        FeesBy::ALL.iter().find(|(_, by)| *by == self).map_or("", |(code, _)| code)
    }
}

/// What applications cost.
#[derive(Clone, Copy, Debug)]
pub struct FeesReport<'a> {
    view: View<'a>,
    fees: &'a Fees<'a>,
    by: FeesBy,
    assumed: &'a AssumedTerms,
}

/// What is added up of a group, and its name for people.
#[derive(Clone, Debug, Default)]
struct FeeSum {
    group: String,
    label: String,
    is_total: bool,
    all: FeeTotal,
    deduction: FeeTotal,
    transfer: FeeTotal,
    other: FeeTotal,
}

impl FeeSum {
    fn add(&mut self, charge: &Charge, payer: Option<FeePayer>) {
        self.all.add(charge);
        match payer {
            Some(FeePayer::Deduction) => self.deduction.add(charge),
            Some(FeePayer::Transfer) => self.transfer.add(charge),
            None => self.other.add(charge),
        }
    }
}

/// The groups, which the first column names.
fn groups_by(by: FeesBy) -> List<FeeSum> {
    let head = match by {
        FeesBy::FiscalYear => Text { ja: "年度", en: "fiscal year" },
        FeesBy::Month => Text { ja: "申請の月", en: "month" },
        FeesBy::Holder => Text { ja: "事業所・代理人", en: "holder" },
        FeesBy::Category => Text { ja: "利用区分", en: "category" },
        FeesBy::Payer => Text { ja: "支払方法", en: "payer" },
    };
    let columns = [
        Column::json_only("group", |sum: &FeeSum, _| (&sum.group).into()),
        Column::json_only("label", |sum: &FeeSum, _| Cell::text(&sum.label)).line(1, TableColumn::part(head, 2, 12)),
        Column::json_only("applications", |sum: &FeeSum, _| Cell::number(sum.all.applications))
            .line(2, TableColumn::number(Text { ja: "申請", en: "applications" })),
        Column::json_only("forecast", |sum: &FeeSum, _| Cell::number(sum.all.forecast))
            .line(3, TableColumn::number(Text { ja: "うち見込み", en: "forecast" }).spare()),
        Column::json_only("yen", |sum: &FeeSum, _| Cell::number(sum.all.yen)),
        Column::hidden(|sum: &FeeSum, _| yen_text(sum.all.yen).into())
            .line(4, TableColumn::number(Text { ja: "手数料(円)", en: "yen" })),
        Column::json_only("yen_forecast", |sum: &FeeSum, _| Cell::number(sum.all.yen_forecast)),
        Column::hidden(|sum: &FeeSum, _| yen_text(sum.all.yen_forecast).into())
            .line(5, TableColumn::number(Text { ja: "うち見込み(円)", en: "forecast yen" }).spare()),
        Column::json_only("unknown", |sum: &FeeSum, _| Cell::number(sum.all.unknown))
            .line(9, TableColumn::number(Text { ja: "額の不明な申請", en: "fee unknown" })),
        Column::json_only("payers.deduction", |sum: &FeeSum, _| Cell::Json(span_json(&sum.deduction))),
        Column::json_only("payers.transfer", |sum: &FeeSum, _| Cell::Json(span_json(&sum.transfer))),
        Column::json_only("payers.unknown", |sum: &FeeSum, _| Cell::Json(span_json(&sum.other))),
        Column::hidden(|sum: &FeeSum, _| yen_text(sum.deduction.yen).into())
            .line(6, TableColumn::number(Text { ja: "相殺", en: "deduction" })),
        Column::hidden(|sum: &FeeSum, _| yen_text(sum.transfer.yen).into())
            .line(7, TableColumn::number(Text { ja: "振込", en: "transfer" })),
        Column::hidden(|sum: &FeeSum, _| yen_text(sum.other.yen).into())
            .line(8, TableColumn::number(Text { ja: "支払方法不明", en: "payer unknown" }).spare()),
    ];
    List::new("groups", Text { ja: "合計", en: "Totals" }, columns)
}

impl<'a> FeesReport<'a> {
    /// Of the applications of a fleet; `assumed` are the terms in use that the policy assumes.
    pub fn new(view: View<'a>, fees: &'a Fees<'a>, by: FeesBy, assumed: &'a AssumedTerms) -> FeesReport<'a> {
        FeesReport { view, fees, by, assumed }
    }

    fn payer(&self, charge: &Charge) -> Option<FeePayer> {
        self.view.fleet.holder(&self.view.fleet.items[charge.item]).and_then(|holder| holder.payer)
    }

    fn groups(&self) -> BTreeMap<String, FeeSum> {
        let mut groups: BTreeMap<String, FeeSum> = BTreeMap::new();
        if self.by == FeesBy::FiscalYear {
            let (first, last) = self.fees.years;
            let none = |year: i32| FeeSum {
                group: year.to_string(),
                label: year_text(year, self.view.lang),
                ..FeeSum::default()
            };
            groups.extend((first..=last).map(|year| (year.to_string(), none(year))));
        }
        for charge in &self.fees.charges {
            let group = self.group(charge);
            let label = || FeeSum { group: group.clone(), label: self.label(&group, charge), ..FeeSum::default() };
            groups.entry(group.clone()).or_insert_with(label).add(charge, self.payer(charge));
        }
        groups
    }

    fn group(&self, charge: &Charge) -> String {
        let item = &self.view.fleet.items[charge.item];
        let day = charge.applied.last();
        match self.by {
            FeesBy::FiscalYear => fiscal_year(day).to_string(),
            FeesBy::Month => month_of(day),
            FeesBy::Holder => match self.view.fleet.holder(item) {
                Some(holder) => format!("{}/{}", holder.key.register, holder.key.id),
                None => item.name.clone(),
            },
            FeesBy::Category => item.category.clone().unwrap_or_default(),
            FeesBy::Payer => self.payer(charge).map(|payer| payer.code().to_string()).unwrap_or_default(),
        }
    }

    /// Writes the total, the groups, what is unknown, and what all of it rests on.
    pub fn write_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&self.answer()))?;
        let groups = self.groups();
        if !self.fees.charges.is_empty() {
            let mut lines: Vec<&FeeSum> = groups.values().take(ROWS).collect();
            let mut total = FeeSum { is_total: true, ..FeeSum::default() };
            self.fees.charges.iter().for_each(|charge| total.add(charge, self.payer(charge)));
            if groups.len() > 1 {
                total.label = self.view.get(Text { ja: "合計", en: "total" }).into();
                lines.push(&total);
            }
            writeln!(out)?;
            let unknown = |sum: &FeeSum| (sum.all.unknown > 0 && !sum.is_total).then_some(Severity::Warning);
            terminal::write_list(out, &groups_by(self.by), lines.into_iter(), unknown, style, self.view.lang)?;
            write_more(out, groups.len(), self.view, style)?;
        }
        self.write_footing(out, style)?;
        let hint = Text {
            ja: "次に: 額の不明なものの内訳は shomei fees check、1件ずつは --format csv。",
            en: "Next: why fees are unknown: shomei fees check; application by application: --format csv.",
        };
        self.view.write_hint(out, hint, style)
    }

    fn answer(&self) -> String {
        let (lang, total) = (self.view.lang, self.fees.total());
        let (first, last) = self.fees.years;
        let span = match first == last {
            true => year_text(first, lang),
            false => {
                let text = Text { ja: "{from}から{until}まで", en: "{from} to {until}" };
                text.fill(lang, &[("from", &year_text(first, lang)), ("until", &year_text(last, lang))])
            }
        };
        let text = Text {
            ja: "{span}の申請 {n} 件: 手数料 {yen} 円(うち見込み {ahead} 円)、ほかに額の不明な申請 {unknown} 件。",
            en: "{n} applications in {span}: {yen} yen ({ahead} of it forecast), and {unknown} of unknown fee.",
        };
        text.fill(
            lang,
            &[
                ("span", &span),
                ("n", &total.applications),
                ("yen", &yen_text(total.yen)),
                ("ahead", &yen_text(total.yen_forecast)),
                ("unknown", &total.unknown),
            ],
        )
    }

    fn label(&self, group: &str, charge: &Charge) -> String {
        let lang = self.view.lang;
        match self.by {
            FeesBy::FiscalYear => year_text(fiscal_year(charge.applied.last()), lang),
            FeesBy::Category => self.view.category(Some(group).filter(|group| !group.is_empty())),
            FeesBy::Payer => payer_text(FeePayer::of_code(group)).get(lang).into(),
            FeesBy::Holder => self.view.whose(&self.view.fleet.items[charge.item]),
            FeesBy::Month => group.into(),
        }
    }

    fn write_footing(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        writeln!(out)?;
        let assumed = self.view.assumed(self.assumed).filter(|_| !self.fees.charges.is_empty());
        let notes = self.notes().into_iter().chain(assumed);
        notes.into_iter().try_for_each(|note| write_indented(out, "", &note, style.width))
    }

    /// What all of it rests on, sentence by sentence; what the plan assumes not among it.
    pub(in crate::report) fn notes(&self) -> Vec<String> {
        let lang = self.view.lang;
        let mut notes = Vec::new();
        if self.fees.lapsed > 0 {
            let text = Text {
                ja: "すでに期限の切れた証明書 {n} 枚は、申請し直すかどうか分からないので、手数料に数えていません。",
                en: "Not counted in fees: {n} that have lapsed, since nobody knows whether they will be applied for again.",
            };
            notes.push(text.fill(lang, &[("n", &self.fees.lapsed)]));
        }
        if self.fees.charges.is_empty() {
            return notes;
        }
        let presumed = self.fees.charges.iter().filter(|charge| !charge.recorded && !charge.forecast).count();
        if presumed > 0 {
            let text = Text {
                ja: "過去の申請のうち {n} 件は申請日の記録(申請済の印)がなく、発行日を申請日とみなしています。",
                en: "Of {n} past applications no day is recorded (mark applied); they count on the day of issue.",
            };
            notes.push(text.fill(lang, &[("n", &presumed)]));
        }
        notes.push(self.tax_text().get(lang).into());
        let text = Text { ja: "手数料の出典: {what}。", en: "The fees are from: {what}." };
        let sources: Vec<&str> = self.sources();
        let what = sources.join(self.view.get(Text { ja: "、", en: "; " }));
        if !sources.is_empty() {
            notes.push(text.fill(lang, &[("what", &what)]));
        }
        let text = Text {
            ja: "正式な額は運営者の一覧によります。見込みは、計画どおりに更新し、後継のルートができると仮定しています。",
            en: "The operator's own table decides. What lies ahead assumes renewals as planned, under a successor root.",
        };
        notes.push(self.view.get(text).into());
        notes
    }

    /// The applications, one row each.
    pub(in crate::report) fn rows(&self) -> impl Iterator<Item = FeeRow> {
        self.fees.charges.iter().map(|charge| self.row(charge))
    }

    /// An application.
    pub(in crate::report) fn row(&self, charge: &Charge) -> FeeRow {
        let (lang, policy) = (self.view.lang, self.view.fleet.policy);
        let cost = |fee: &Fee| Cost {
            yen: fee.yen,
            tax_included: fee.tax_included,
            source: fee.source.get(lang).into(),
            policy_line: Some(PolicyLine::Of(policy.line(fee.line))),
        };
        FeeRow {
            certificate: self.view.tracked(&self.view.fleet.items[charge.item]),
            applied: charge.applied,
            recorded: charge.recorded,
            forecast: charge.forecast,
            cost: charge.fee.map(cost),
            doubt: charge.doubt,
            payer: self.payer(charge),
        }
    }

    fn sources(&self) -> Vec<&'a str> {
        let mut sources: Vec<&str> = Vec::new();
        for fee in self.fees.charges.iter().filter_map(|charge| charge.fee) {
            let source = fee.source.get(self.view.lang);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        sources
    }

    fn tax(&self) -> Option<&'static str> {
        let of = |charge: &Charge| charge.fee.map(|fee| tax_code(fee.tax_included));
        let kinds: BTreeSet<&str> = self.fees.charges.iter().filter_map(of).collect();
        match kinds.len() {
            0 => None,
            1 => kinds.first().copied(),
            _ => Some("mixed"),
        }
    }

    fn tax_text(&self) -> Text {
        match self.tax() {
            Some("included") => Text { ja: "税込みの額です。", en: "Consumption tax is included." },
            Some("excluded") => Text { ja: "税別の額です。", en: "Consumption tax is not included." },
            Some("mixed") => Text {
                ja: "税込みの額、税別の額、どちらか分からない額が混ざっています(行ごとの tax は --format csv)。",
                en: "Some fees include consumption tax, some may not (`tax` of each row: --format csv).",
            },
            _ => Text {
                ja: "税込みかどうかは不明です。", en: "Whether consumption tax is included is unknown."
            },
        }
    }

    /// Writes the document `shomei/fees/1`.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut fields = self.fields("shomei/fees/1");
        let groups = self.groups().into_values();
        fields["by"] = json!(self.by.code());
        fields["groups"] = json::values(&groups_by(self.by), groups, self.view.lang);
        let applications = |out: &mut dyn Write| json::write_rows(out, &FEES, self.rows(), self.view.lang);
        json::write_document(out, &fields, &[("applications", &applications)])
    }

    /// What the documents of fees begin with.
    fn fields(&self, schema: &str) -> Json {
        let (first, last) = self.fees.years;
        let mut fields = self.view.opening(schema);
        fields["fiscal_years"] = json!({"from": first, "until": last});
        fields["total"] = span_json(&self.fees.total());
        fields["lapsed"] = json!(self.fees.lapsed);
        fields["tax"] = json!(self.tax());
        fields["sources"] = json!(self.sources());
        fields["assumed"] = json!(self.assumed.keys().collect::<Vec<_>>());
        fields
    }

    /// Writes one row an application.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &FEES, self.rows(), self.view.lang)
    }
}

/// What the fee schedule lacks: the answer of `fees check`.
impl FeesReport<'_> {
    /// Whether it lacks something.
    pub fn has_gaps(&self) -> bool {
        !self.fees.gaps(self.view.fleet).is_empty()
    }

    /// Writes each gap and what to do about it.
    pub fn write_gaps_table(&self, out: &mut dyn Write, style: Style) -> io::Result<()> {
        let lang = self.view.lang;
        let total = self.fees.total();
        let text = Text {
            ja: "申請 {n} 件のうち {unknown} 件の手数料が分かりません。",
            en: "The fee of {unknown} out of {n} applications is unknown.",
        };
        let answer = text.fill(lang, &[("n", &total.applications), ("unknown", &total.unknown)]);
        self.view.write_unmatched(out, style)?;
        writeln!(out, "{}", style.bold(&answer))?;
        for row in self.gaps() {
            writeln!(out)?;
            write_indented(out, "  - ", &row.message, style.width)?;
            let remedy = Text { ja: "対処: {remedy}", en: "what to do: {remedy}" };
            let remedy = remedy.fill(lang, &[("remedy", &row.remedy().get(lang))]);
            write_indented(out, "    ", &remedy, style.width)?;
        }
        self.write_footing(out, style)?;
        self.view.write_closing(out, style)
    }

    fn gap_text(&self, gap: &FeeGap) -> String {
        let text = match gap.doubt {
            UnknownFee::CategoryUnknown => Text {
                ja: "利用区分の分からない証明書の申請 {n} 件({from} から {until})",
                en: "{n} applications for certificates of unknown usage category ({from} to {until})",
            },
            UnknownFee::NoFee => Text {
                ja: "{category}: {from} から {until} までの申請 {n} 件に当てはまる額が、ポリシーの fees にない",
                en: "{category}: no row of `fees` in the policy holds for {n} applications from {from} to {until}",
            },
            UnknownFee::FeeChanges => Text {
                ja: "{category}: 元の期限から続く更新 {n} 件は申請日が分からず、{from} から {until} の間に額が変わる",
                en: "{category}: {n} renewals that run on; nobody knows when they were applied for, and the fee changes between {from} and {until}",
            },
        };
        text.fill(
            self.view.lang,
            &[
                ("category", &self.view.category(gap.category.as_deref())),
                ("n", &gap.applications),
                ("from", &gap.from),
                ("until", &gap.until),
            ],
        )
    }

    /// Writes the document `shomei/fees-check/1`.
    pub fn write_gaps_json(&self, out: &mut dyn Write) -> io::Result<()> {
        let gaps = |out: &mut dyn Write| json::write_rows(out, &GAPS, self.gaps(), self.view.lang);
        json::write_document(out, &self.fields("shomei/fees-check/1"), &[("gaps", &gaps)])
    }

    /// Writes one row a gap.
    pub fn write_gaps_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &GAPS, self.gaps(), self.view.lang)
    }

    fn gaps(&self) -> impl Iterator<Item = GapRow> {
        let gaps = self.fees.gaps(self.view.fleet).into_iter();
        gaps.map(|gap| GapRow { message: self.gap_text(&gap), gap })
    }
}

fn span_json(span: &FeeTotal) -> Json {
    json!({
        "applications": span.applications,
        "forecast": span.forecast,
        "yen": span.yen,
        "yen_forecast": span.yen_forecast,
        "unknown": span.unknown,
    })
}

/// `2027年度(令和9年度)`.
pub(super) fn year_text(year: i32, lang: Lang) -> String {
    let era = match year {
        2019.. => Some(("令和", year - 2018)),
        1989..=2018 => Some(("平成", year - 1988)),
        _ => None,
    };
    let text = Text { ja: "{year}年度", en: "FY{year}" }.fill(lang, &[("year", &year)]);
    match (era, lang) {
        (Some((era, 1)), Lang::Ja) => format!("{text}({era}元年度)"),
        (Some((era, number)), Lang::Ja) => format!("{text}({era}{number}年度)"),
        _ => text,
    }
}
