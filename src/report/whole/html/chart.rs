//! Charts, as SVG in the page.
//!
//! What a colour tells, a pattern and a text tell too: every bar bears its number, and below each
//! chart stands a table of the same numbers. The drawings know no style of their own: the page's
//! style gives the classes their colours, for light, dark and paper.

use std::io::{self, Write};

use super::grid::{mark, thousands};
use super::{CHARTS, open_section};
use crate::locale::Text;
use crate::policy::Severity;
use crate::report::escape::Html;
use crate::report::layout::severity_word;
use crate::report::whole::Report;

/// Fills told apart by pattern; further series repeat them.
const FILLS: usize = 6;

/// A chart: its bars from left to right, or from top to bottom.
struct Chart {
    id: &'static str,
    title: &'static str,
    /// What a reader should see in it.
    said: String,
    /// What its numbers count.
    unit: &'static str,
    series: Vec<Series>,
    bars: Vec<Bar>,
}

struct Series {
    name: String,
    fill: usize,
}

struct Bar {
    label: String,
    /// By series.
    values: Vec<u64>,
    /// What is said above it beside its number.
    remark: String,
    /// It is no month: it stands apart.
    apart: bool,
}

impl Bar {
    fn sum(&self) -> u64 {
        self.values.iter().sum()
    }
}

impl Chart {
    fn most(&self) -> u64 {
        self.bars.iter().map(Bar::sum).max().unwrap_or(0).max(1)
    }
}

impl Report {
    pub(super) fn write_charts(&self, out: &mut dyn Write) -> io::Result<()> {
        open_section(out, "charts", self.text(CHARTS))?;
        out.write_all(PATTERNS.as_bytes())?;
        out.write_all(b"<div class=\"charts\">\n")?;
        self.write_chart(out, &self.expiries(), columns)?;
        self.write_chart(out, &self.severities(), lines)?;
        self.write_chart(out, &self.by_generation(), lines)?;
        self.write_chart(out, &self.costs(), columns)?;
        out.write_all(b"</div>\n</section>\n")
    }

    fn write_chart(
        &self,
        out: &mut dyn Write,
        chart: &Chart,
        draw: fn(&mut dyn Write, &Chart) -> io::Result<()>,
    ) -> io::Result<()> {
        writeln!(out, "<figure id=\"chart-{}\">\n<h3>{}</h3>", chart.id, Html(chart.title))?;
        if chart.bars.iter().all(|bar| bar.sum() == 0 && bar.remark.is_empty()) {
            let nothing = self.text(Text { ja: "示すものはありません。", en: "There is nothing to show." });
            return writeln!(out, "<p>{nothing}</p>\n</figure>");
        }
        if chart.series.len() > 1 {
            write_legend(out, chart)?;
        }
        draw(out, chart)?;
        writeln!(out, "<figcaption>{}</figcaption>", Html(&chart.said))?;
        self.write_numbers_of(out, chart)?;
        out.write_all(b"</figure>\n")
    }

    /// Writes the numbers of a chart as a table.
    fn write_numbers_of(&self, out: &mut dyn Write, chart: &Chart) -> io::Result<()> {
        let summary = self.text(Text { ja: "数値の表", en: "The numbers" });
        writeln!(out, "<details><summary>{summary}</summary>\n<table class=\"small\">")?;
        write!(out, "<caption>{} ({})</caption>\n<thead><tr><td></td>", Html(chart.title), chart.unit)?;
        for series in &chart.series {
            write!(out, "<th scope=\"col\" class=\"number\">{}</th>", Html(&series.name))?;
        }
        out.write_all(b"</tr></thead>\n<tbody>\n")?;
        for bar in chart.bars.iter().filter(|bar| bar.sum() > 0 || !bar.remark.is_empty()) {
            write!(out, "<tr><th scope=\"row\">{}</th>", Html(&bar.label))?;
            for (at, value) in bar.values.iter().enumerate() {
                let remark = if at == 0 { bar.remark.as_str() } else { "" };
                write!(out, "<td class=\"number\">{} {}</td>", number(*value), Html(remark))?;
            }
            out.write_all(b"</tr>\n")?;
        }
        out.write_all(b"</tbody>\n</table></details>\n")
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
                let none = || Bar { label: String::new(), values: values(&[]), remark: String::new(), apart: false };
                bars.extend((last + 1..month).map(|month| Bar { label: month_label(month), ..none() }));
            }
            let (label, values) = (bar.label.clone(), values(&bar.parts));
            bars.push(Bar { label, values, remark: String::new(), apart: month.is_none() });
        }
        let fullest = bars.iter().filter(|bar| !bar.apart).max_by_key(|bar| bar.sum());
        let text = Text {
            ja: "これからの月では {label} がいちばん多く {n} 枚、すでに期限切れ {lapsed} 枚。",
            en: "Of the months ahead {label} has most: {n}. Lapsed already: {lapsed}.",
        };
        let none = self.text(Text { ja: "(なし)", en: "(none)" });
        let said = text.fill(
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
            said,
            unit: self.text(CERTIFICATES),
            series: names.iter().enumerate().map(|(fill, name)| Series { name: name.to_string(), fill }).collect(),
            bars,
        }
    }

    fn severities(&self) -> Chart {
        let count = |severity| self.counts.severities.get(&severity).copied().unwrap_or(0);
        let bar = |severity| Bar {
            label: format!("{} {}", mark(severity), severity_word(Some(severity), self.lang)),
            values: vec![count(severity)],
            remark: String::new(),
            apart: false,
        };
        let text = Text { ja: "指摘は全部で {n} 件。", en: "Findings in all: {n}." };
        Chart {
            id: "severity",
            title: self.text(Text { ja: "重大度ごとの指摘", en: "Findings by level" }),
            said: text.fill(self.lang, &[("n", &self.counts.severities.values().sum::<u64>())]),
            unit: self.text(Text { ja: "件", en: "findings" }),
            series: vec![Series { name: self.text(Text { ja: "件数", en: "findings" }).into(), fill: 0 }],
            bars: [Severity::Error, Severity::Warning, Severity::Info].map(bar).into(),
        }
    }

    fn by_generation(&self) -> Chart {
        let bar = |(name, n): &(String, u64)| Bar {
            label: name.clone(),
            values: vec![*n],
            remark: String::new(),
            apart: false,
        };
        let text = Text {
            ja: "事業所と代理人の証明書 {n} 枚を、発行したルートの世代で分けたもの。",
            en: "{n} certificates of holders, by the generation of their root.",
        };
        Chart {
            id: "generation",
            title: self.text(Text { ja: "ルートの世代", en: "Generations of roots" }),
            said: text.fill(self.lang, &[("n", &self.generations.iter().map(|(_, n)| n).sum::<u64>())]),
            unit: self.text(CERTIFICATES),
            series: vec![Series { name: self.text(CERTIFICATES).into(), fill: 0 }],
            bars: self.generations.iter().map(bar).collect(),
        }
    }

    fn costs(&self) -> Chart {
        let unknown = Text { ja: "+不明{n}", en: "+{n}?" };
        let year = Text { ja: "{year}年度", en: "FY{year}" };
        let bar = |one: &crate::report::whole::FiscalYear| Bar {
            label: year.fill(self.lang, &[("year", &one.year)]),
            values: vec![one.past, one.ahead],
            remark: match one.unknown {
                0 => String::new(),
                n => unknown.fill(self.lang, &[("n", &n)]),
            },
            apart: false,
        };
        let text = Text {
            ja: "申請済み {past} 円、これからの見込み {ahead} 円、手数料の分からない申請 {unknown} 件。",
            en: "Applied for: {past} yen; ahead: {ahead} yen; applications of unknown fee: {unknown}.",
        };
        let sum = |of: fn(&crate::report::whole::FiscalYear) -> u64| self.fees.iter().map(of).sum::<u64>();
        let (past, ahead) = (number(sum(|one| one.past)), number(sum(|one| one.ahead)));
        let names = [Text { ja: "申請済み", en: "applied for" }, Text { ja: "これから(見込み)", en: "ahead" }];
        Chart {
            id: "fees",
            title: self.text(Text { ja: "年度ごとの手数料", en: "Fees by fiscal year" }),
            said: text.fill(self.lang, &[("past", &past), ("ahead", &ahead), ("unknown", &sum(|one| one.unknown))]),
            unit: self.text(Text { ja: "円", en: "yen" }),
            series: (0..).zip(names).map(|(fill, name)| Series { name: self.text(name).into(), fill }).collect(),
            bars: self.fees.iter().map(bar).collect(),
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

/// The fills, once a page: a colour each, and a pattern over all but the first.
const PATTERNS: &str = r#"<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
<pattern id="fill-0" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f0" width="8" height="8"/></pattern>
<pattern id="fill-1" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f1" width="8" height="8"/><path class="over" d="M-2 6 6 -2M2 10 10 2"/></pattern>
<pattern id="fill-2" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f2" width="8" height="8"/><circle class="dot" cx="2" cy="2" r="1.3"/><circle class="dot" cx="6" cy="6" r="1.3"/></pattern>
<pattern id="fill-3" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f3" width="8" height="8"/><path class="over" d="M0 4H8"/></pattern>
<pattern id="fill-4" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f4" width="8" height="8"/><path class="over" d="M4 0V8"/></pattern>
<pattern id="fill-5" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="f5" width="8" height="8"/><path class="over" d="M0 4H8M4 0V8"/></pattern>
</defs></svg>
"#;

fn write_legend(out: &mut dyn Write, chart: &Chart) -> io::Result<()> {
    out.write_all(b"<ul class=\"legend\">")?;
    for series in &chart.series {
        write!(
            out,
            "<li><svg width=\"22\" height=\"14\" aria-hidden=\"true\" focusable=\"false\"><rect class=\"bar\" x=\"1\" \
             y=\"1\" width=\"20\" height=\"12\" fill=\"url(#fill-{})\"/></svg> {}</li>",
            series.fill % FILLS,
            Html(&series.name)
        )?;
    }
    out.write_all(b"</ul>\n")
}

/// Begins a drawing with its title and description.
fn open_svg(out: &mut dyn Write, chart: &Chart, width: usize, height: usize) -> io::Result<()> {
    let id = chart.id;
    writeln!(
        out,
        "<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"svg-{id}-title svg-{id}-desc\">\n\
         <title id=\"svg-{id}-title\">{}</title><desc id=\"svg-{id}-desc\">{}</desc>",
        Html(chart.title),
        Html(&chart.said)
    )
}

/// Draws columns, stacked, with their sums above them.
fn columns(out: &mut dyn Write, chart: &Chart) -> io::Result<()> {
    const TOP: usize = 38;
    const TALL: usize = 170;
    let many = chart.bars.len() > 12;
    let step = if many { 24 } else { 92 };
    let wide = if many { 18 } else { 48 };
    let gap = |at: usize| chart.bars.iter().take(at + 1).filter(|bar| bar.apart).count() * 14;
    let foot = if many { 58 } else { 28 };
    let width = (chart.bars.len() * step + gap(chart.bars.len()) + 40).max(320);
    open_svg(out, chart, width, TOP + TALL + foot)?;
    let most = chart.most();
    for (at, bar) in chart.bars.iter().enumerate() {
        let x = 12 + at * step + gap(at) + (step - wide) / 2;
        let mut y = TOP + TALL;
        for (series, value) in chart.series.iter().zip(&bar.values).filter(|(_, value)| **value > 0) {
            let height = scaled(*value, most, TALL).max(2);
            y = y.saturating_sub(height);
            writeln!(
                out,
                "<rect class=\"bar\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{height}\" fill=\"url(#fill-{})\">\
                 <title>{} {}: {} {}</title></rect>",
                series.fill % FILLS,
                Html(&bar.label),
                Html(&series.name),
                number(*value),
                chart.unit
            )?;
        }
        let middle = x + wide / 2;
        if bar.sum() > 0 {
            writeln!(out, "<text class=\"value\" x=\"{middle}\" y=\"{}\">{}</text>", y - 5, number(bar.sum()))?;
        }
        if !bar.remark.is_empty() {
            let y = if bar.sum() > 0 { y.saturating_sub(18) } else { y - 5 };
            writeln!(out, "<text class=\"remark\" x=\"{middle}\" y=\"{y}\">{}</text>", Html(&bar.remark))?;
        }
        write_label(out, bar, many, middle, TOP + TALL + 16)?;
    }
    let y = TOP + TALL;
    writeln!(out, "<path class=\"axis\" d=\"M6 {y}.5H{}\"/>\n</svg>", width - 6)
}

/// Writes what stands below a column: of months the number, and the year below January's.
fn write_label(out: &mut dyn Write, bar: &Bar, many: bool, x: usize, y: usize) -> io::Result<()> {
    if !many {
        return writeln!(out, "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>", Html(&bar.label));
    }
    match bar.label.split_once('-').filter(|_| !bar.apart) {
        Some((year, month)) => {
            writeln!(out, "<text class=\"label\" x=\"{x}\" y=\"{y}\">{}</text>", month.trim_start_matches('0'))?;
            if month == "01" {
                writeln!(out, "<text class=\"year\" x=\"{x}\" y=\"{}\">{}</text>", y + 18, Html(year))?;
            }
            Ok(())
        }
        None => writeln!(
            out,
            "<text class=\"aside\" transform=\"translate({} {}) rotate(-40)\">{}</text>",
            x + 6,
            y,
            Html(&bar.label)
        ),
    }
}

/// Draws lines from left to right, with their names before and numbers after them.
fn lines(out: &mut dyn Write, chart: &Chart) -> io::Result<()> {
    const BEFORE: usize = 104;
    const LONG: usize = 200;
    const STEP: usize = 34;
    let height = chart.bars.len() * STEP + 8;
    open_svg(out, chart, BEFORE + LONG + 76, height)?;
    let most = chart.most();
    for (at, bar) in chart.bars.iter().enumerate() {
        let y = 4 + at * STEP;
        let long = scaled(bar.sum(), most, LONG);
        let shown = if bar.sum() > 0 { long.max(2) } else { 0 };
        writeln!(
            out,
            "<text class=\"before\" x=\"{}\" y=\"{}\">{}</text>\
             <rect class=\"bar\" x=\"{BEFORE}\" y=\"{y}\" width=\"{shown}\" height=\"22\" fill=\"url(#fill-{})\"/>\
             <text class=\"after\" x=\"{}\" y=\"{}\">{}</text>",
            BEFORE - 10,
            y + 16,
            Html(&bar.label),
            at % FILLS,
            BEFORE + shown + 8,
            y + 16,
            number(bar.sum())
        )?;
    }
    writeln!(out, "<path class=\"axis\" d=\"M{BEFORE}.5 0V{height}\"/>\n</svg>")
}

/// A value on a scale of which `most` is the whole length.
fn scaled(value: u64, most: u64, length: usize) -> usize {
    let scaled = u128::from(value) * length as u128 / u128::from(most.max(1));
    usize::try_from(scaled).unwrap_or(length)
}
