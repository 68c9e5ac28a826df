//! Metrics for the textfile collector of Prometheus' node exporter (text format 0.0.4).
//!
//! Times are values in Unix seconds and never timestamps of samples. Labels are the same whatever
//! is known, and no two samples of a metric have the same. Absent here: names; a label that changes
//! would begin another series.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Write};

use crate::calendar::Day;
use crate::lifecycle::PlanOutcome;
use crate::policy::Severity;
use crate::report::answer::report::Report;
use crate::report::escape::terminal;
use crate::report::list::certificate::CertificateRow;
use crate::report::list::plan::PlanRow;
use crate::trust::TrustStatus;

/// Characters of a label's value at most.
const CHARACTERS: usize = 200;

/// A sample: its labels and its value.
type Sample = (Vec<(&'static str, String)>, i64);

/// The value of a label: backslash, quote and newline are escaped; what could act on a terminal is
/// shown.
fn escaped(text: &str) -> String {
    let cut = text.char_indices().nth(CHARACTERS).map_or(text, |(at, _)| &text[..at]);
    let mut out = String::with_capacity(cut.len() + 16);
    for c in terminal(cut).chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out
}

/// Writes a gauge: what it is, and its samples.
fn gauge(out: &mut dyn Write, name: &str, help: &str, samples: impl IntoIterator<Item = Sample>) -> io::Result<()> {
    let mut samples = samples.into_iter().peekable();
    if samples.peek().is_none() {
        return Ok(());
    }
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")?;
    for (labels, value) in samples {
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
        match labels.is_empty() {
            true => writeln!(out, "{name} {value}")?,
            false => writeln!(out, "{name}{{{}}} {value}", labels.join(","))?,
        }
    }
    Ok(())
}

fn number(n: u64) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

fn one(label: &'static str, value: &str, n: u64) -> Sample {
    (vec![(label, value.to_string())], number(n))
}

impl Report {
    /// Writes it.
    pub fn write_prometheus(&self, out: &mut dyn Write) -> io::Result<()> {
        self.write_certificates(out)?;
        self.write_counted(out)?;
        let years = || self.fees.iter();
        let of = |kind: &str, year: i32, n: u64| -> Sample {
            (vec![("fiscal_year", year.to_string()), ("kind", kind.to_string())], number(n))
        };
        gauge(
            out,
            "shomei_fees_yen",
            "Fees of applications by fiscal year (it begins in April), applied for (past) or ahead.",
            years().flat_map(|year| [of("past", year.year, year.past), of("ahead", year.year, year.ahead)]),
        )?;
        gauge(
            out,
            "shomei_fees_unknown",
            "Applications of a fiscal year whose fee is unknown.",
            years().map(|year| one("fiscal_year", &year.year.to_string(), year.unknown)),
        )?;
        gauge(
            out,
            "shomei_report_judged_seconds",
            "The moment that the report is about, in Unix seconds.",
            [(Vec::new(), self.at.unix_timestamp())],
        )?;
        gauge(
            out,
            "shomei_unfinished_imports",
            "Imports that did not finish; certificates that they did not read are missing from the other metrics.",
            [(Vec::new(), self.unfinished.len().try_into().unwrap_or(i64::MAX))],
        )?;
        let version = one("version", env!("CARGO_PKG_VERSION"), 1);
        gauge(out, "shomei_build_info", "The shomei that made the report.", [version])
    }

    /// Ends and last safe days of the certificates that are to be renewed some day.
    fn write_certificates(&self, out: &mut dyn Write) -> io::Result<()> {
        let generations: HashMap<&str, &str> = self.rows.certificates.iter().map(generation_of).collect();
        let mut used = BTreeSet::new();
        let labels = |row: &PlanRow| {
            let mut labels = labels(row, &generations);
            // A collector fails on two samples with the same labels.
            while !used.insert(labels.iter().map(|(_, value)| escaped(value)).collect::<Vec<_>>()) {
                labels[0].1.push('+');
            }
            labels
        };
        let labels: Vec<Vec<(&'static str, String)>> = self.rows.plan.iter().map(labels).collect();
        let samples = |day: fn(&PlanRow) -> Option<Day>, with_applied: bool| {
            let rows = self.rows.plan.iter().zip(&labels);
            let told = rows.filter(move |(row, _)| with_applied || !matches!(row.outcome, PlanOutcome::Awaited { .. }));
            told.filter_map(move |(row, labels)| Some((labels.clone(), self.last_second(day(row)?)?)))
        };
        gauge(
            out,
            "shomei_certificate_end_seconds",
            "The last second of the civil day on which a certificate ends, in Unix seconds; of those to be renewed some day.",
            samples(|row| row.certificate.item.ends, true),
        )?;
        gauge(
            out,
            "shomei_certificate_last_safe_day_seconds",
            "The last second of the last safe day to apply for a renewal, in Unix seconds; of those not applied for.",
            samples(|row| row.last_application, false),
        )
    }

    /// The last second of a civil day.
    fn last_second(&self, day: Day) -> Option<i64> {
        Some(self.zone.first_second(day.next_day()?)?.unix_timestamp() - 1)
    }

    fn write_counted(&self, out: &mut dyn Write) -> io::Result<()> {
        let (units, counts) = (self.coverage, &self.counts);
        gauge(
            out,
            "shomei_units",
            "Units of billing (provider number and service) by whether they can bill in the coming claim period.",
            [
                one("state", "can", units.can),
                one("state", "can-until", units.can_until),
                one("state", "unknown", units.unknown),
                one("state", "cannot", units.cannot),
            ],
        )?;
        let severities = [Severity::Error, Severity::Warning, Severity::Info];
        let of = |severity: Severity| counts.severities.get(&severity).copied().unwrap_or(0);
        gauge(
            out,
            "shomei_findings",
            "Findings by severity.",
            severities.map(|severity| one("severity", severity.code(), of(severity))),
        )?;
        let by_rule = self.findings_by_rule();
        gauge(
            out,
            "shomei_findings_by_rule",
            "Findings by rule and severity.",
            by_rule.iter().map(|((rule, severity), n)| {
                (vec![("rule", rule.to_string()), ("severity", severity.to_string())], number(*n))
            }),
        )?;
        let of = |status: TrustStatus| counts.verdicts.get(status.code()).copied().unwrap_or(0);
        gauge(
            out,
            "shomei_certificates",
            "Certificates by verdict, those of CAs among them.",
            [TrustStatus::Trusted, TrustStatus::Untrusted, TrustStatus::Undetermined]
                .map(|one_of| one("verdict", one_of.code(), of(one_of))),
        )?;
        gauge(
            out,
            "shomei_expiring",
            "Certificates that end within the policy's tier of so many days, and in no nearer one.",
            counts.tiers.iter().map(|(days, n)| one("tier_days", &days.to_string(), *n)),
        )?;
        gauge(
            out,
            "shomei_lapsed",
            "Certificates of holders that have expired and are neither renewed, nor otherwise settled, nor history.",
            [(Vec::new(), number(counts.lapsed))],
        )?;
        gauge(
            out,
            "shomei_history",
            "Certificates of holders that expired so long ago that they are history.",
            [(Vec::new(), number(counts.history))],
        )?;
        let later = self.rows.plan.iter().filter(|row| matches!(row.outcome, PlanOutcome::Later(_))).count();
        gauge(
            out,
            "shomei_renewals",
            "Renewals: to apply for, expired or too late (cannot), without margin (no-margin), of unknown expiry (end-unknown), applied for (awaited), later.",
            [
                one("outcome", "apply", counts.apply),
                one("outcome", "cannot", counts.unplaced),
                one("outcome", "no-margin", counts.no_margin),
                one("outcome", "end-unknown", counts.end_unknown),
                one("outcome", "awaited", counts.awaited),
                one("outcome", "later", later as u64),
            ],
        )
    }

    fn findings_by_rule(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        let mut found = BTreeMap::new();
        for row in &self.rows.findings {
            *found.entry((row.rule.code, row.severity.code())).or_default() += 1;
        }
        found
    }
}

/// The generation of a certificate, by its SHA-256.
fn generation_of(row: &CertificateRow) -> (&str, &str) {
    (&row.sha256, row.generation.as_deref().unwrap_or_default())
}

/// The labels of a certificate in the plan: the same ones, whatever is known of it.
fn labels(row: &PlanRow, generations: &HashMap<&str, &str>) -> Vec<(&'static str, String)> {
    let (certificate, whose) = (&row.certificate, &row.certificate.holder);
    let sha256 = certificate.sha256.as_str();
    let generation = generations.get(sha256).copied().unwrap_or_default();
    let key = whose.key.as_ref();
    let (register, holder) = key.map_or(("", ""), |key| (key.register.as_str(), key.id.as_str()));
    let of = match (sha256.is_empty(), holder.is_empty()) {
        (false, _) => sha256.to_string(),
        (true, false) => format!("declared:{register}/{holder}"),
        (true, true) => format!("declared:{}", whose.name),
    };
    let category = certificate.category.as_ref().map_or("", |category| category.id.as_str());
    vec![
        ("certificate", of),
        ("register", register.into()),
        ("holder", holder.into()),
        ("prefecture", whose.prefecture.clone().unwrap_or_default()),
        ("category", category.into()),
        ("generation", generation.into()),
        ("proof", certificate.item.proof.code().into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a\\b\"c\nd\u{202e}"), "a\\\\b\\\"c<U+000A>d<U+202E>");
        assert_eq!(escaped(&"長".repeat(1 << 20)).chars().count(), CHARACTERS);
    }
}
