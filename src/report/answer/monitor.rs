//! The answer of `check`: one line for a monitoring system, in the form that its plug-ins have.
//!
//! The form is that of the Monitoring Plugins' development guidelines, which Nagios, Icinga, Zabbix,
//! Mackerel and JP1 read: a word for the state, a text, performance data after a bar, and exit codes
//! 0 to 3. The figures are those of a [`Report`], so that a monitor never tells another number.

use std::fmt::{self, Display};

use serde_json::{Value as Json, json};

use super::report::Report;
use crate::calendar::{Instant, format_instant};
use crate::lifecycle::{LateReason, PlanOutcome};
use crate::locale::{Lang, Text};

/// The state of a check, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MonitorState {
    /// No threshold is crossed.
    Ok,
    /// A threshold for warnings is crossed.
    Warning,
    /// A threshold for critical states is crossed.
    Critical,
    /// It cannot be told.
    Unknown,
}

impl MonitorState {
    /// The exit code that monitoring systems expect.
    pub fn code(self) -> u8 {
        match self {
            MonitorState::Ok => 0,
            MonitorState::Warning => 1,
            MonitorState::Critical => 2,
            MonitorState::Unknown => 3,
        }
    }

    /// The word that they expect, in every language.
    pub fn word(self) -> &'static str {
        match self {
            MonitorState::Ok => "OK",
            MonitorState::Warning => "WARNING",
            MonitorState::Critical => "CRITICAL",
            MonitorState::Unknown => "UNKNOWN",
        }
    }
}

/// One line for a check that could not be made: what follows a line break or a bar would not be read
/// as text.
pub fn monitor_line(state: MonitorState, text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("SHOMEI {} - {}\n", state.word(), words.join(" ").replace('|', "/"))
}

/// A figure that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MonitorMetric {
    /// Units that cannot submit claims.
    Cannot,
    /// Units that can submit claims for a part of the claim period alone.
    CanUntil,
    /// Units of which that cannot be determined.
    Unknown,
    /// Certificates for which no application date is left that loses no claim period.
    TooLate,
    /// Certificates that have expired and that somebody should look after.
    Expired,
    /// Files that cannot be read.
    Unreadable,
    /// Seconds since the last complete run.
    Age,
}

impl MonitorMetric {
    /// All of them, in the order of the line.
    pub const ALL: [MonitorMetric; 7] = [
        MonitorMetric::Cannot,
        MonitorMetric::CanUntil,
        MonitorMetric::Unknown,
        MonitorMetric::TooLate,
        MonitorMetric::Expired,
        MonitorMetric::Unreadable,
        MonitorMetric::Age,
    ];

    /// The name in options, performance data and JSON.
    pub fn code(self) -> &'static str {
        match self {
            MonitorMetric::Cannot => "cannot",
            MonitorMetric::CanUntil => "can-until",
            MonitorMetric::Unknown => "unknown",
            MonitorMetric::TooLate => "too-late",
            MonitorMetric::Expired => "expired",
            MonitorMetric::Unreadable => "unreadable",
            MonitorMetric::Age => "age",
        }
    }

    /// The unit of measurement in performance data.
    fn unit(self) -> &'static str {
        if self == MonitorMetric::Age { "s" } else { "" }
    }

    fn words(self) -> Text {
        match self {
            MonitorMetric::Cannot => Text { ja: "請求できない {value}", en: "cannot submit claims {value}" },
            MonitorMetric::CanUntil => {
                Text { ja: "途中までしか請求できない {value}", en: "for a part of the period {value}" }
            }
            MonitorMetric::Unknown => Text { ja: "判定できない {value}", en: "cannot be determined {value}" },
            MonitorMetric::TooLate => Text { ja: "間に合わない {value}", en: "too late {value}" },
            MonitorMetric::Expired => Text { ja: "期限切れ {value}", en: "expired {value}" },
            MonitorMetric::Unreadable => {
                Text { ja: "読めないファイル {value}", en: "unreadable files {value}" }
            }
            MonitorMetric::Age => Text { ja: "最後の実行から {value}", en: "last run {value} ago" },
        }
    }

    /// The thresholds that hold where none are given, for a warning and for a critical state.
    fn defaults(self) -> [Option<AlertRange>; 2] {
        let above = |end| Some(AlertRange::above(end));
        match self {
            MonitorMetric::Cannot => [None, above(0)],
            // Certificates that live in a PC's store and nowhere else are never determined: an alarm that
            // is always on is none.
            MonitorMetric::Unknown => [None, None],
            MonitorMetric::CanUntil | MonitorMetric::TooLate | MonitorMetric::Expired | MonitorMetric::Unreadable => {
                [above(0), None]
            }
            // A weekly run may be a day late, a monthly one a few.
            MonitorMetric::Age => [above(8 * DAY), above(35 * DAY)],
        }
    }
}

const DAY: i64 = 86_400;

/// Seconds of a unit of time in a range.
const UNITS: [(char, i64); 4] = [('s', 1), ('m', 60), ('h', 3_600), ('d', DAY)];

/// The values for which an alert is raised, as the guidelines write ranges: `10` outside of 0 to 10,
/// `10:` below 10, `~:10` above 10, `@10:20` from 10 to 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlertRange {
    /// Values inside alert, and not those outside.
    inside: bool,
    start: Option<i64>,
    end: Option<i64>,
}

impl AlertRange {
    /// Everything above a value.
    fn above(end: i64) -> AlertRange {
        AlertRange { inside: false, start: Some(0), end: Some(end) }
    }

    /// Reads a range; bounds of a time may have a unit.
    ///
    /// ```
    /// use shomei::report::AlertRange;
    /// assert_eq!(AlertRange::parse("36h", true).unwrap().to_string(), "129600");
    /// assert_eq!(AlertRange::parse("@10:20", false).unwrap().to_string(), "@10:20");
    /// assert!(AlertRange::parse("20:10", false).is_none() && AlertRange::parse("36h", false).is_none());
    /// ```
    pub fn parse(text: &str, is_time: bool) -> Option<AlertRange> {
        let bound = |text: &str| bound(text, is_time);
        let (inside, range) = text.strip_prefix('@').map_or((false, text), |rest| (true, rest));
        let (start, end) = match range.split_once(':') {
            None => (Some(0), Some(bound(range)?)),
            Some((start, end)) => {
                let start = match start {
                    "~" => None,
                    start => Some(bound(start)?),
                };
                (start, if end.is_empty() { None } else { Some(bound(end)?) })
            }
        };
        let is_ordered = start.zip(end).is_none_or(|(start, end)| start <= end);
        is_ordered.then_some(AlertRange { inside, start, end })
    }

    /// Whether a value raises the alert.
    fn alerts(self, value: i64) -> bool {
        let within = self.start.is_none_or(|start| value >= start) && self.end.is_none_or(|end| value <= end);
        within == self.inside
    }
}

fn bound(text: &str, is_time: bool) -> Option<i64> {
    let unit = UNITS.iter().find(|(unit, _)| is_time && text.ends_with(*unit));
    let (number, factor) = unit.map_or((text, 1), |(unit, factor)| (text.trim_end_matches(*unit), *factor));
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse::<i64>().ok().filter(|_| is_number)?.checked_mul(factor)
}

impl Display for AlertRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.inside { "@" } else { "" };
        match (self.start, self.end) {
            (Some(0), Some(end)) => write!(f, "{mark}{end}"),
            (Some(start), Some(end)) => write!(f, "{mark}{start}:{end}"),
            (Some(start), None) => write!(f, "{mark}{start}:"),
            (None, Some(end)) => write!(f, "{mark}~:{end}"),
            (None, None) => write!(f, "{mark}~:"),
        }
    }
}

/// The thresholds of every metric.
#[derive(Clone, Debug)]
pub struct MonitorThresholds([[Option<AlertRange>; 2]; 7]);

impl Default for MonitorThresholds {
    fn default() -> MonitorThresholds {
        MonitorThresholds(MonitorMetric::ALL.map(MonitorMetric::defaults))
    }
}

impl MonitorThresholds {
    /// Sets one: of warnings or of critical states; none never alerts.
    pub fn set(&mut self, metric: MonitorMetric, is_critical: bool, range: Option<AlertRange>) {
        self.0[metric as usize][usize::from(is_critical)] = range;
    }

    fn of(&self, metric: MonitorMetric) -> [Option<AlertRange>; 2] {
        self.0[metric as usize]
    }
}

/// A metric as it was found.
struct Measured {
    metric: MonitorMetric,
    value: i64,
    ranges: [Option<AlertRange>; 2],
    state: MonitorState,
}

/// The answer of a check.
pub struct MonitorAnswer {
    lang: Lang,
    at: Instant,
    scope: String,
    period: Option<(String, String)>,
    /// IDs of holders that cannot submit claims.
    holders: Vec<String>,
    measured: Vec<Measured>,
    /// A sentence for each import that was stopped.
    unfinished: Vec<String>,
}

/// Holders that are named in the line; all of them are in JSON.
const NAMED: usize = 3;

impl MonitorAnswer {
    /// Of a report, and of how many seconds ago the last complete run was.
    pub fn new(report: &Report, age: i64, thresholds: &MonitorThresholds) -> MonitorAnswer {
        let coverage = &report.coverage;
        // As the plan counts them: what has expired is a number of its own.
        let is_too_late = |outcome: &PlanOutcome| matches!(outcome, PlanOutcome::Cannot(reason, _) if !matches!(reason, LateReason::Lapsed | LateReason::EndUnknown));
        let too_late = report.rows.plan.iter().filter(|row| is_too_late(&row.outcome)).count() as u64;
        let measure = |metric: MonitorMetric| {
            let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            let value = match metric {
                MonitorMetric::Cannot => count(coverage.cannot),
                MonitorMetric::CanUntil => count(coverage.can_until),
                MonitorMetric::Unknown => count(coverage.unknown),
                MonitorMetric::TooLate => count(too_late),
                MonitorMetric::Expired => count(report.counts.lapsed),
                MonitorMetric::Unreadable => count(report.counts.unreadable),
                MonitorMetric::Age => age,
            };
            let ranges = thresholds.of(metric);
            let [warning, critical] = ranges.map(|range| range.is_some_and(|range| range.alerts(value)));
            let state = match (critical, warning) {
                (true, _) => MonitorState::Critical,
                (_, true) => MonitorState::Warning,
                _ => MonitorState::Ok,
            };
            Measured { metric, value, ranges, state }
        };
        let cannot = report.rows.units.iter().filter(|row| row.unit.coverage.code() == "cannot");
        let mut holders: Vec<String> =
            cannot.filter_map(|row| row.holder.key.as_ref().map(|key| key.id.clone())).collect();
        holders.dedup();
        MonitorAnswer {
            lang: report.lang,
            at: report.at,
            scope: report.scope.clone(),
            period: coverage.period.map(|(from, until)| (from.to_string(), until.to_string())),
            holders,
            measured: MonitorMetric::ALL.map(measure).into(),
            unfinished: report.unfinished(),
        }
    }

    /// The state: that of the worst metric, and no better than a warning while an import is unfinished,
    /// since what it did not read is missing from every metric.
    pub fn state(&self) -> MonitorState {
        let worst = self.measured.iter().map(|one| one.state).max().unwrap_or(MonitorState::Unknown);
        if self.unfinished.is_empty() { worst } else { worst.max(MonitorState::Warning) }
    }

    /// The line.
    pub fn line(&self) -> String {
        let words: Vec<String> = self.measured.iter().map(|one| self.words(one)).collect();
        let between = Text { ja: "、", en: ", " }.get(self.lang);
        let mut text = words.join(between);
        if !self.scope.is_empty() {
            let scope = Text { ja: "(範囲: {scope})", en: " (scope: {scope})" };
            text += &scope.fill(self.lang, &[("scope", &self.scope)]);
        }
        for sentence in &self.unfinished {
            text += Text { ja: "。", en: "; " }.get(self.lang);
            text += sentence;
        }
        let mut line = monitor_line(self.state(), &crate::report::escape::terminal(&text));
        line.truncate(line.trim_end().len());
        let data: Vec<String> = self.measured.iter().map(performance).collect();
        format!("{line} | {}\n", data.join(" "))
    }

    fn words(&self, one: &Measured) -> String {
        let value = match one.metric {
            MonitorMetric::Age => duration(one.value, self.lang),
            _ => one.value.to_string(),
        };
        let mut text = one.metric.words().fill(self.lang, &[("value", &value)]);
        text += match one.state {
            MonitorState::Ok | MonitorState::Unknown => "",
            MonitorState::Warning => " (!)",
            MonitorState::Critical => " (!!)",
        };
        if one.metric == MonitorMetric::Cannot && !self.holders.is_empty() {
            let more = if self.holders.len() > NAMED { " ..." } else { "" };
            let named: Vec<&str> = self.holders.iter().take(NAMED).map(String::as_str).collect();
            text += &format!(" [{}{more}]", named.join(" "));
        }
        text
    }

    /// The document `shomei/check/1`.
    pub fn document(&self) -> Json {
        let range = |range: Option<AlertRange>| range.map(|range| range.to_string());
        let metric = |one: &Measured| {
            let [warning, critical] = one.ranges.map(range);
            (
                one.metric.code().to_string(),
                json!({
                    "value": one.value,
                    "state": one.state.word(),
                    "warning": warning,
                    "critical": critical,
                }),
            )
        };
        let period = self.period.as_ref().map(|(from, until)| json!({"from": from, "until": until}));
        json!({
            "schema": "shomei/check/1",
            "at": format_instant(self.at),
            "state": self.state().word(),
            "code": self.state().code(),
            "scope": self.scope,
            "period": period,
            "cannot_holders": self.holders,
            "unfinished": self.unfinished,
            "metrics": self.measured.iter().map(metric).collect::<serde_json::Map<String, Json>>(),
        })
    }
}

/// A metric as performance data: `label=value[UOM];warn;crit;min`.
fn performance(one: &Measured) -> String {
    let range = |range: Option<AlertRange>| range.map(|range| range.to_string()).unwrap_or_default();
    let [warning, critical] = one.ranges.map(range);
    format!("{}={}{};{warning};{critical};0", one.metric.code(), one.value, one.metric.unit())
}

/// A length of time in its largest unit that is whole enough to read.
fn duration(seconds: i64, lang: Lang) -> String {
    let (text, value) = match seconds.abs() {
        0..7_200 => (Text { ja: "{n}分", en: "{n} min" }, seconds / 60),
        7_200..172_800 => (Text { ja: "{n}時間", en: "{n} h" }, seconds / 3_600),
        _ => (Text { ja: "{n}日", en: "{n} days" }, seconds / DAY),
    };
    text.fill(lang, &[("n", &value)])
}
