//! What applications cost.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{Cells, List, ROWS, View, after_item, write_more, yen_text};
use crate::calendar::Day;
use crate::lifecycle::{AssumedTerms, Charge, FeeGap, FeeTotal, Fees, UnknownFee, fiscal_year};
use crate::locale::{Lang, Text};
use crate::policy::Severity;
use crate::register::FeePayer;
use crate::report::columns::{Column, Line, write_columns};
use crate::report::coverage::arranged;
use crate::report::csv::write_sheet;
use crate::report::json::write_json;
use crate::report::layout::{Style, write_indented};
use crate::report::whole::{self, Cell};

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

/// The columns of a row an application, in order; docs/ja/output.md and docs/en/output.md explain
/// each.
pub const FEES_COLUMNS: [&str; 29] = after_item(&[
    "fiscal_year",
    "month",
    "applied_from",
    "applied_until",
    "recorded",
    "forecast",
    "yen",
    "doubt",
    "payer",
    "tax",
    "source",
    "policy_line",
]);

/// The columns of a row a gap.
pub const GAPS_COLUMNS: [&str; 7] = ["doubt", "category", "from", "until", "applications", "message", "remedy"];

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
struct Sum {
    label: String,
    all: FeeTotal,
    deduction: FeeTotal,
    transfer: FeeTotal,
    other: FeeTotal,
}

impl Sum {
    fn add(&mut self, charge: &Charge, payer: Option<FeePayer>) {
        self.all.add(charge);
        match payer {
            Some(FeePayer::Deduction) => self.deduction.add(charge),
            Some(FeePayer::Transfer) => self.transfer.add(charge),
            None => self.other.add(charge),
        }
    }
}

impl<'a> FeesReport<'a> {
    /// Of the applications of a fleet; `assumed` are the terms in use that the policy assumes.
    pub fn new(view: View<'a>, fees: &'a Fees<'a>, by: FeesBy, assumed: &'a AssumedTerms) -> FeesReport<'a> {
        FeesReport { view, fees, by, assumed }
    }

    fn payer(&self, charge: &Charge) -> Option<FeePayer> {
        self.view.fleet.holder(&self.view.fleet.items[charge.item]).and_then(|holder| holder.payer)
    }

    fn groups(&self) -> BTreeMap<String, Sum> {
        let mut groups: BTreeMap<String, Sum> = BTreeMap::new();
        if self.by == FeesBy::FiscalYear {
            let (first, last) = self.fees.years;
            let none = |year: i32| Sum { label: year_text(year, self.view.lang), ..Sum::default() };
            groups.extend((first..=last).map(|year| (year.to_string(), none(year))));
        }
        for charge in &self.fees.charges {
            let group = self.group(charge);
            let label = || Sum { label: self.label(&group, charge), ..Sum::default() };
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
        writeln!(out, "{}", style.bold(&self.answer()))?;
        let groups = self.groups();
        if !self.fees.charges.is_empty() {
            let columns = [
                Column::part(self.head(), 2, 12),
                Column::number(Text { ja: "申請", en: "applications" }),
                Column::number(Text { ja: "うち見込み", en: "forecast" }).spare(),
                Column::number(Text { ja: "手数料(円)", en: "yen" }),
                Column::number(Text { ja: "うち見込み(円)", en: "forecast yen" }).spare(),
                Column::number(Text { ja: "相殺", en: "deduction" }),
                Column::number(Text { ja: "振込", en: "transfer" }),
                Column::number(Text { ja: "支払方法不明", en: "payer unknown" }).spare(),
                Column::number(Text { ja: "額の不明な申請", en: "fee unknown" }),
            ];
            let mut lines: Vec<Line> = groups.values().take(ROWS).map(|sum| self.line(sum)).collect();
            let mut total = Sum::default();
            self.fees.charges.iter().for_each(|charge| total.add(charge, self.payer(charge)));
            if groups.len() > 1 {
                total.label = self.view.get(Text { ja: "合計", en: "total" }).into();
                lines.push((None, self.line(&total).1));
            }
            writeln!(out)?;
            write_columns(out, &columns, &lines, style, self.view.lang)?;
            write_more(out, groups.len(), self.view, style)?;
        }
        self.write_footing(out, style)?;
        let hint = Text {
            ja: "次に: 額の不明なものの内訳は shomei fees check、1件ずつは --format csv。",
            en: "Next: why fees are unknown: shomei fees check; application by application: --format csv.",
        };
        writeln!(out)?;
        write_indented(out, "", self.view.get(hint), style.width)?;
        self.view.write_closing(out, style)
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

    fn head(&self) -> Text {
        match self.by {
            FeesBy::FiscalYear => Text { ja: "年度", en: "fiscal year" },
            FeesBy::Month => Text { ja: "申請の月", en: "month" },
            FeesBy::Holder => Text { ja: "事業所・代理人", en: "holder" },
            FeesBy::Category => Text { ja: "利用区分", en: "category" },
            FeesBy::Payer => Text { ja: "支払方法", en: "payer" },
        }
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

    fn line(&self, sum: &Sum) -> Line {
        let unknown = (sum.all.unknown > 0).then_some(Severity::Warning);
        (
            unknown,
            vec![
                sum.label.clone(),
                sum.all.applications.to_string(),
                sum.all.forecast.to_string(),
                yen_text(sum.all.yen),
                yen_text(sum.all.yen_forecast),
                yen_text(sum.deduction.yen),
                yen_text(sum.transfer.yen),
                yen_text(sum.other.yen),
                sum.all.unknown.to_string(),
            ],
        )
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

    /// The applications as a table of the whole report, with the certificates that are told of.
    pub(in crate::report) fn table(&self, columns: &'static [whole::Column], items: &[bool]) -> whole::Table {
        let title = Text { ja: "発行手数料", en: "Fees" };
        let told = self.fees.charges.iter().filter(|charge| items[charge.item]);
        whole::Table { id: "fees", title, columns, rows: told.map(|charge| self.row(charge)).collect() }
    }

    fn row(&self, charge: &Charge) -> Vec<Cell> {
        let (view, item) = (&self.view, &self.view.fleet.items[charge.item]);
        let payer = self.payer(charge);
        let fee = charge.fee;
        let mut row = vec![
            Cell::number(fiscal_year(charge.applied.last())),
            Cell::Day(charge.applied.first()),
            Cell::Day(charge.applied.last()),
            Cell::yes(charge.forecast, view.lang),
        ];
        row.extend(view.holder_cells(item));
        let doubt = |doubt: UnknownFee| Cell::word(doubt.code(), view.get(doubt_text(doubt)), Some(Severity::Warning));
        row.extend([
            item.category.as_deref().map_or(Cell::Nothing, |id| Cell::word(id, view.category(Some(id)), None)),
            fee.map_or(Cell::Nothing, |fee| Cell::number(fee.yen)),
            charge.doubt.map_or(Cell::Nothing, doubt),
            Cell::word(payer.map_or("unknown", FeePayer::code), view.get(payer_text(payer)), None),
            Cell::yes(charge.recorded, view.lang),
            fee.map_or(Cell::Nothing, |fee| {
                Cell::word(tax_code(fee.tax_included), view.get(tax_word(fee.tax_included)), None)
            }),
            Cell::some(fee.map(|fee| fee.source.get(view.lang))),
            Cell::some(fee.map(|fee| view.fleet.policy.line(fee.line))),
            view.sha256_cell(item),
        ]);
        row
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
        #[derive(Serialize)]
        struct Document<A: Serialize> {
            #[serde(flatten)]
            opening: Map<String, Json>,
            applications: A,
        }
        let mut opening = self.view.opening("shomei/fees/1");
        let (first, last) = self.fees.years;
        let groups: Vec<Json> = self.groups().iter().map(|(group, sum)| self.group_json(group, sum)).collect();
        let fields = [
            ("fiscal_years", json!({"from": first, "until": last})),
            ("by", json!(self.by.code())),
            ("total", span_json(&self.fees.total())),
            ("lapsed", json!(self.fees.lapsed)),
            ("tax", json!(self.tax())),
            ("sources", json!(self.sources())),
            ("assumed", json!(self.assumed.keys().collect::<Vec<_>>())),
            ("groups", json!(groups)),
        ];
        opening.extend(fields.into_iter().map(|(name, value)| (name.to_string(), value)));
        let applications = || self.fees.charges.iter().map(|charge| self.charge_json(charge));
        write_json(out, &Document { opening, applications: List(applications) })?;
        out.write_all(b"\n")
    }

    fn group_json(&self, group: &str, sum: &Sum) -> Json {
        let mut json = span_json(&sum.all);
        json["group"] = json!((!group.is_empty()).then_some(group));
        json["label"] = json!(sum.label);
        json["payers"] = json!({
            "deduction": span_json(&sum.deduction),
            "transfer": span_json(&sum.transfer),
            "unknown": span_json(&sum.other),
        });
        json
    }

    fn charge_json(&self, charge: &Charge) -> Json {
        let item = &self.view.fleet.items[charge.item];
        let mut json = self.view.item_json(item);
        let fields = [
            ("fiscal_year", json!(fiscal_year(charge.applied.last()))),
            ("applied_from", json!(charge.applied.first().to_string())),
            ("applied_until", json!(charge.applied.last().to_string())),
            ("recorded", json!(charge.recorded)),
            ("forecast", json!(charge.forecast)),
            ("yen", json!(charge.fee.map(|fee| fee.yen))),
            ("doubt", json!(charge.doubt.map(UnknownFee::code))),
            ("payer", json!(self.payer(charge).map(FeePayer::code))),
            ("tax", json!(charge.fee.map(|fee| tax_code(fee.tax_included)))),
            ("source", json!(charge.fee.map(|fee| fee.source.get(self.view.lang)))),
            ("policy_line", json!(charge.fee.map(|fee| self.view.fleet.policy.line(fee.line)))),
        ];
        for (name, value) in fields {
            json[name] = value;
        }
        json
    }

    /// Writes one row an application.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let yes = |is: bool| if is { "true" } else { "false" }.to_string();
        let rows = self.fees.charges.iter().map(|charge| {
            let mut cells: Cells = self.view.item_cells(&self.view.fleet.items[charge.item]);
            let fee = charge.fee;
            cells.extend([
                ("fiscal_year", fiscal_year(charge.applied.last()).to_string()),
                ("month", month_of(charge.applied.last())),
                ("applied_from", charge.applied.first().to_string()),
                ("applied_until", charge.applied.last().to_string()),
                ("recorded", yes(charge.recorded)),
                ("forecast", yes(charge.forecast)),
                ("yen", fee.map(|fee| fee.yen.to_string()).unwrap_or_default()),
                ("doubt", charge.doubt.map_or("", UnknownFee::code).to_string()),
                ("payer", self.payer(charge).map_or("", FeePayer::code).to_string()),
                ("tax", fee.map_or("", |fee| tax_code(fee.tax_included)).to_string()),
                ("source", fee.map_or("", |fee| fee.source.get(self.view.lang)).to_string()),
                ("policy_line", fee.map(|fee| self.view.fleet.policy.line(fee.line)).unwrap_or_default()),
            ]);
            arranged(&FEES_COLUMNS, &cells)
        });
        write_sheet(out, &FEES_COLUMNS, rows)
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
        let (gaps, total) = (self.fees.gaps(self.view.fleet), self.fees.total());
        let text = Text {
            ja: "申請 {n} 件のうち {unknown} 件の手数料が分かりません。",
            en: "The fee of {unknown} out of {n} applications is unknown.",
        };
        let answer = text.fill(lang, &[("n", &total.applications), ("unknown", &total.unknown)]);
        writeln!(out, "{}", style.bold(&answer))?;
        for gap in &gaps {
            writeln!(out)?;
            write_indented(out, "  - ", &self.gap_text(gap), style.width)?;
            let remedy = Text { ja: "対処: {remedy}", en: "what to do: {remedy}" };
            let remedy = remedy.fill(lang, &[("remedy", &remedy_text(gap.doubt).get(lang))]);
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
        let mut document = self.view.opening("shomei/fees-check/1");
        let (first, last) = self.fees.years;
        let gaps = self.fees.gaps(self.view.fleet);
        let gaps = gaps.iter().map(|gap| {
            json!({
                "doubt": gap.doubt.code(),
                "category": gap.category,
                "from": gap.from.to_string(),
                "until": gap.until.to_string(),
                "applications": gap.applications,
                "message": self.gap_text(gap),
                "remedy": remedy_text(gap.doubt).get(self.view.lang),
            })
        });
        let fields = [
            ("fiscal_years", json!({"from": first, "until": last})),
            ("total", span_json(&self.fees.total())),
            ("lapsed", json!(self.fees.lapsed)),
            ("tax", json!(self.tax())),
            ("sources", json!(self.sources())),
            ("assumed", json!(self.assumed.keys().collect::<Vec<_>>())),
            ("gaps", json!(gaps.collect::<Vec<_>>())),
        ];
        document.extend(fields.into_iter().map(|(name, value)| (name.to_string(), value)));
        write_json(out, &document)?;
        out.write_all(b"\n")
    }

    /// Writes one row a gap.
    pub fn write_gaps_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let gaps = self.fees.gaps(self.view.fleet);
        let rows = gaps.iter().map(|gap| {
            vec![
                gap.doubt.code().to_string(),
                gap.category.clone().unwrap_or_default(),
                gap.from.to_string(),
                gap.until.to_string(),
                gap.applications.to_string(),
                self.gap_text(gap),
                remedy_text(gap.doubt).get(self.view.lang).to_string(),
            ]
        });
        write_sheet(out, &GAPS_COLUMNS, rows)
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

fn month_of(day: Day) -> String {
    format!("{}-{:02}", day.year(), u8::from(day.month()))
}

/// `2027年度(令和9年度)`.
fn year_text(year: i32, lang: Lang) -> String {
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

fn payer_text(payer: Option<FeePayer>) -> Text {
    match payer {
        Some(FeePayer::Deduction) => Text { ja: "相殺", en: "deduction" },
        Some(FeePayer::Transfer) => Text { ja: "振込", en: "transfer" },
        None => Text { ja: "不明", en: "unknown" },
    }
}

fn tax_code(included: Option<bool>) -> &'static str {
    match included {
        Some(true) => "included",
        Some(false) => "excluded",
        None => "unknown",
    }
}

fn tax_word(included: Option<bool>) -> Text {
    match included {
        Some(true) => Text { ja: "税込み", en: "included" },
        Some(false) => Text { ja: "税別", en: "excluded" },
        None => Text { ja: "不明", en: "unknown" },
    }
}

fn doubt_text(doubt: UnknownFee) -> Text {
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
