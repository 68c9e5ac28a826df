//! Charts: what they show, and where their shapes stand in the drawing.
//!
//! What a colour tells, a pattern and a text tell too: every bar has its number, and below each
//! chart is a table of the same numbers. The drawings have no style of their own: the page's style
//! gives the classes their colours, for light, dark and paper.

use super::grid::mark;
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::answer::report::{FiscalYear, Report};
use crate::report::layout::{severity_word, thousands};

/// Fills told apart by pattern (`templates/chart.html`); further series repeat them.
const FILLS: usize = 6;

/// A chart: its bars from left to right, or from top to bottom.
pub(super) struct Chart {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What a reader should see in it.
    pub(super) summary: String,
    /// What its numbers count.
    pub(super) unit: &'static str,
    pub(super) series: Vec<String>,
    bars: Vec<Bar>,
    draw: fn(&Chart) -> Drawing,
}

/// A bar of a chart, in parts.
pub(super) struct Bar {
    pub(super) label: String,
    /// By series.
    values: Vec<u64>,
    /// What is written beside its number.
    pub(super) remark: String,
    /// It is no month: it is set apart.
    is_apart: bool,
}

/// A chart as shapes.
pub(super) struct Drawing {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shapes: Vec<Shape>,
    /// The line that the bars stand on, as an SVG path.
    pub(super) axis: String,
}

/// A shape of a drawing.
pub(super) enum Shape {
    /// A part of a bar, with what it shows in words where nothing else says so.
    Rect { x: usize, y: usize, width: usize, height: usize, fill: usize, title: Option<String> },
    /// A text, by a class of the style.
    Text { class: &'static str, x: usize, y: usize, text: String },
    /// A text that is turned, since it has no room across.
    Turned { x: usize, y: usize, text: String },
}

impl Bar {
    fn new(label: String, values: Vec<u64>) -> Bar {
        Bar { label, values, remark: String::new(), is_apart: false }
    }

    fn sum(&self) -> u64 {
        self.values.iter().sum()
    }

    fn is_empty(&self) -> bool {
        self.sum() == 0 && self.remark.is_empty()
    }

    /// Its numbers, by series.
    pub(super) fn numbers(&self) -> impl Iterator<Item = String> {
        self.values.iter().copied().map(number)
    }
}

impl Chart {
    fn most(&self) -> u64 {
        self.bars.iter().map(Bar::sum).max().unwrap_or(0).max(1)
    }

    /// The bars that show something.
    pub(super) fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.bars.iter().filter(|bar| !bar.is_empty())
    }

    pub(super) fn drawing(&self) -> Drawing {
        (self.draw)(self)
    }
}

/// The pattern that fills a series.
pub(super) fn fill(series: usize) -> usize {
    series % FILLS
}

impl Report {
    pub(super) fn charts(&self) -> [Chart; 4] {
        [self.expiries(), self.severities(), self.by_generation(), self.costs()]
    }

    /// Expiries by month, months without any among them.
    fn expiries(&self) -> Chart {
        let mut names: Vec<&String> =
            self.expiry.iter().flat_map(|bar| bar.parts.iter().map(|(name, _)| name)).collect();
        names.sort();
        names.dedup();
        let values = |parts: &[(String, u64)]| -> Vec<u64> {
            let of = |name: &&String| parts.iter().find(|(other, _)| other == *name).map_or(0, |(_, n)| *n);
            names.iter().map(of).collect()
        };
        let mut bars: Vec<Bar> = Vec::new();
        for bar in &self.expiry {
            let month = month_of(&bar.label);
            let last = bars.last().and_then(|bar| month_of(&bar.label));
            if let (Some(last), Some(month)) = (last, month) {
                bars.extend((last + 1..month).map(|month| Bar::new(month_label(month), values(&[]))));
            }
            bars.push(Bar { is_apart: month.is_none(), ..Bar::new(bar.label.clone(), values(&bar.parts)) });
        }
        let fullest = bars.iter().filter(|bar| !bar.is_apart).max_by_key(|bar| bar.sum());
        let text = Text {
            ja: "これからの月では {label} がいちばん多く {n} 枚、すでに期限切れ {lapsed} 枚。",
            en: "Of the months ahead {label} has most: {n}. Lapsed already: {lapsed}.",
        };
        let none = self.text(Text { ja: "(なし)", en: "(none)" });
        let summary = text.fill(
            self.lang,
            &[
                ("label", &fullest.map_or(none, |bar| bar.label.as_str())),
                ("n", &fullest.map_or(0, Bar::sum)),
                ("lapsed", &self.counts.lapsed),
            ],
        );
        Chart {
            id: "expiry",
            title: self.text(Text { ja: "月ごとの期限(利用区分別)", en: "Expiries by month and category" }),
            summary,
            unit: self.text(CERTIFICATES),
            series: names.iter().map(|name| name.to_string()).collect(),
            bars,
            draw: draw_columns,
        }
    }

    fn severities(&self) -> Chart {
        let count = |severity| self.counts.severities.get(&severity).copied().unwrap_or(0);
        let label = |severity| format!("{} {}", mark(severity), severity_word(Some(severity), self.lang));
        let bar = |severity| Bar::new(label(severity), vec![count(severity)]);
        let text = Text { ja: "指摘は全部で {n} 件。", en: "Findings in all: {n}." };
        Chart {
            id: "severity",
            title: self.text(Text { ja: "重大度ごとの指摘", en: "Findings by level" }),
            summary: text.fill(self.lang, &[("n", &self.counts.severities.values().sum::<u64>())]),
            unit: self.text(Text { ja: "件", en: "findings" }),
            series: vec![self.text(Text { ja: "件数", en: "findings" }).into()],
            bars: [Severity::Error, Severity::Warning, Severity::Info].map(bar).into(),
            draw: draw_lines,
        }
    }

    fn by_generation(&self) -> Chart {
        let text = Text {
            ja: "事業所と代理人の証明書 {n} 枚を、発行したルートの世代で分けたもの。",
            en: "{n} certificates of holders, by the generation of their root.",
        };
        Chart {
            id: "generation",
            title: self.text(Text { ja: "ルートの世代", en: "Generations of roots" }),
            summary: text.fill(self.lang, &[("n", &self.generations.iter().map(|(_, n)| n).sum::<u64>())]),
            unit: self.text(CERTIFICATES),
            series: vec![self.text(CERTIFICATES).into()],
            bars: self.generations.iter().map(|(name, n)| Bar::new(name.clone(), vec![*n])).collect(),
            draw: draw_lines,
        }
    }

    fn costs(&self) -> Chart {
        let unknown = Text { ja: "+不明{n}", en: "+{n}?" };
        let year = Text { ja: "{year}年度", en: "FY{year}" };
        let bar = |one: &FiscalYear| {
            let remark = match one.unknown {
                0 => String::new(),
                n => unknown.fill(self.lang, &[("n", &n)]),
            };
            Bar { remark, ..Bar::new(year.fill(self.lang, &[("year", &one.year)]), vec![one.past, one.ahead]) }
        };
        let text = Text {
            ja: "申請済み {past} 円、これからの見込み {ahead} 円、手数料の分からない申請 {unknown} 件。",
            en: "Applied for: {past} yen; ahead: {ahead} yen; applications of unknown fee: {unknown}.",
        };
        let sum = |of: fn(&FiscalYear) -> u64| self.fees.iter().map(of).sum::<u64>();
        let (past, ahead) = (number(sum(|one| one.past)), number(sum(|one| one.ahead)));
        let names = [Text { ja: "申請済み", en: "applied for" }, Text { ja: "これから(見込み)", en: "ahead" }];
        Chart {
            id: "fees",
            title: self.text(Text { ja: "年度ごとの手数料", en: "Fees by fiscal year" }),
            summary: text.fill(self.lang, &[("past", &past), ("ahead", &ahead), ("unknown", &sum(|one| one.unknown))]),
            unit: self.text(Text { ja: "円", en: "yen" }),
            series: names.map(|name| self.text(name).into()).into(),
            bars: self.fees.iter().map(bar).collect(),
            draw: draw_columns,
        }
    }
}

const CERTIFICATES: Text = Text { ja: "枚", en: "certificates" };

fn number(value: u64) -> String {
    thousands(i64::try_from(value).unwrap_or(i64::MAX))
}

/// Months since year 0, of `2027-04`.
fn month_of(label: &str) -> Option<i32> {
    let (year, month) = label.split_once('-')?;
    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
}

fn month_label(month: i32) -> String {
    format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Draws columns, stacked, with their sums above them.
fn draw_columns(chart: &Chart) -> Drawing {
    const TOP: usize = 38;
    const TALL: usize = 170;
    let is_narrow = chart.bars.len() > 12;
    let step = if is_narrow { 24 } else { 92 };
    let wide = if is_narrow { 18 } else { 48 };
    let gap = |at: usize| chart.bars.iter().take(at + 1).filter(|bar| bar.is_apart).count() * 14;
    let foot = if is_narrow { 58 } else { 28 };
    let width = (chart.bars.len() * step + gap(chart.bars.len()) + 40).max(320);
    let most = chart.most();
    let ground = TOP + TALL;
    let mut shapes = Vec::new();
    for (at, bar) in chart.bars.iter().enumerate() {
        let x = 12 + at * step + gap(at) + (step - wide) / 2;
        let mut y = ground;
        for (series, (name, value)) in chart.series.iter().zip(&bar.values).enumerate().filter(|(_, (_, n))| **n > 0) {
            let height = scaled(*value, most, TALL).max(2);
            y = y.saturating_sub(height);
            let title = Some(format!("{} {name}: {} {}", bar.label, number(*value), chart.unit));
            shapes.push(Shape::Rect { x, y, width: wide, height, fill: fill(series), title });
        }
        let x = x + wide / 2;
        if bar.sum() > 0 {
            shapes.push(Shape::Text { class: "value", x, y: y - 5, text: number(bar.sum()) });
        }
        if !bar.remark.is_empty() {
            let y = if bar.sum() > 0 { y.saturating_sub(18) } else { y - 5 };
            shapes.push(Shape::Text { class: "remark", x, y, text: bar.remark.clone() });
        }
        label_column(&mut shapes, bar, is_narrow, x, ground + 16);
    }
    Drawing { width, height: ground + foot, shapes, axis: format!("M6 {ground}.5H{}", width - 6) }
}

/// Labels a column below; of narrow ones, which are months, with the number and the year below January's.
fn label_column(shapes: &mut Vec<Shape>, bar: &Bar, is_narrow: bool, x: usize, y: usize) {
    let label = &bar.label;
    match label.split_once('-').filter(|_| !bar.is_apart) {
        _ if !is_narrow => shapes.push(Shape::Text { class: "label", x, y, text: label.clone() }),
        Some((year, month)) => {
            shapes.push(Shape::Text { class: "label", x, y, text: month.trim_start_matches('0').into() });
            if month == "01" {
                shapes.push(Shape::Text { class: "year", x, y: y + 18, text: year.into() });
            }
        }
        None => shapes.push(Shape::Turned { x: x + 6, y, text: label.clone() }),
    }
}

/// Draws lines from left to right, with their names before and numbers after them.
fn draw_lines(chart: &Chart) -> Drawing {
    const BEFORE: usize = 104;
    const LONG: usize = 200;
    const STEP: usize = 34;
    let most = chart.most();
    let shapes = chart.bars.iter().enumerate().flat_map(|(at, bar)| {
        let y = 4 + at * STEP;
        let width = if bar.sum() > 0 { scaled(bar.sum(), most, LONG).max(2) } else { 0 };
        [
            Shape::Text { class: "before", x: BEFORE - 10, y: y + 16, text: bar.label.clone() },
            Shape::Rect { x: BEFORE, y, width, height: 22, fill: fill(at), title: None },
            Shape::Text { class: "after", x: BEFORE + width + 8, y: y + 16, text: number(bar.sum()) },
        ]
    });
    let height = chart.bars.len() * STEP + 8;
    Drawing { width: BEFORE + LONG + 76, height, shapes: shapes.collect(), axis: format!("M{BEFORE}.5 0V{height}") }
}

/// A value on a scale of which `most` is the whole length.
fn scaled(value: u64, most: u64, length: usize) -> usize {
    let scaled = u128::from(value) * length as u128 / u128::from(most.max(1));
    usize::try_from(scaled).unwrap_or(length)
}
