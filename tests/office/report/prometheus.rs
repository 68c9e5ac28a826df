//! The metrics and alert rules, read by Prometheus' own promtool.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::office::{Office, ROOT, rows, text};
use crate::common::process;

/// promtool, which tests/install puts beside the build.
fn promtool(arguments: &[&str], input: &str) {
    let path = Path::new(ROOT).join("target/promtool/promtool");
    let program = if path.exists() { path.into_os_string() } else { "promtool".into() };
    let output = process::run(Command::new(program).args(arguments).current_dir(ROOT), input.as_bytes(), 60);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success(), "{arguments:?}: {said}");
    assert!(arguments[1] != "metrics" || said.is_empty(), "{said}");
}

/// Checks metrics as promtool does; it finds the same metric with the same labels twice, too.
pub fn check(metrics: &str) {
    promtool(&["check", "metrics"], metrics);
    let samples = metrics.lines().filter(|line| !line.starts_with('#'));
    let named: Vec<&str> = samples.map(|line| line.rsplit_once(' ').unwrap().0).collect();
    assert_eq!(named.len(), named.iter().collect::<BTreeSet<_>>().len());
}

/// The value of a sample.
pub fn value(metrics: &str, sample: &str) -> i64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {sample}")).parse().unwrap()
}

#[test]
fn promtool_has_nothing_to_say_of_the_metrics() {
    let office = Office::of_samples();
    for lang in ["ja", "en"] {
        check(&office.report("prom", &["--lang", lang]));
    }
    assert_eq!(office.report("prom", &["--lang", "ja"]), office.report("prom", &["--lang", "en"]));
    check(&office.report("prom", &["--files", "samples/fleet/本部/認証局"]));
}

#[test]
fn the_rules_alert_when_they_should() {
    promtool(&["check", "rules", "docs/prometheus/shomei-alerts.yml"], "");
    promtool(&["test", "rules", "tests/office/report/alerts.yml"], "");
}

#[test]
fn the_rules_ask_for_metrics_that_there_are() {
    let metrics = Office::of_samples().report("prom", &[]);
    let rules = super::office::kept("docs/prometheus/shomei-alerts.yml");
    let asked: BTreeSet<&str> =
        rules.split(|c: char| !c.is_ascii_lowercase() && c != '_').filter(|word| word.starts_with("shomei_")).collect();
    assert!(asked.len() >= 5, "{asked:?}");
    // Those of runs are asked for where there are runs: tests/delivery.
    for name in asked.into_iter().filter(|name| !name.starts_with("shomei_run_")) {
        assert!(metrics.contains(&format!("# TYPE {name} gauge")), "{name}");
    }
}

#[test]
fn the_numbers_are_those_of_the_document() {
    let office = Office::of_samples();
    let (metrics, document) = (office.report("prom", &[]), office.json(&[]));
    for state in ["can", "unknown", "cannot"] {
        assert_eq!(value(&metrics, &format!("shomei_units{{state=\"{state}\"}}")), document["units"][state]);
    }
    let counts = &document["counts"];
    for (severity, n) in counts["findings"].as_object().unwrap() {
        assert_eq!(value(&metrics, &format!("shomei_findings{{severity=\"{severity}\"}}")), *n);
    }
    for (verdict, n) in counts["verdicts"].as_object().unwrap() {
        assert_eq!(value(&metrics, &format!("shomei_certificates{{verdict=\"{verdict}\"}}")), *n);
    }
    for (days, n) in counts["tiers"].as_object().unwrap() {
        assert_eq!(value(&metrics, &format!("shomei_expiring{{tier_days=\"{days}\"}}")), *n);
    }
    assert_eq!(value(&metrics, "shomei_lapsed"), counts["lapsed"]);
    for (outcome, key) in [("apply", "apply"), ("cannot", "unplaced"), ("awaited", "awaited")] {
        assert_eq!(value(&metrics, &format!("shomei_renewals{{outcome=\"{outcome}\"}}")), counts[key]);
    }
    for year in document["charts"]["fees"].as_array().unwrap() {
        for kind in ["past", "ahead"] {
            let sample = format!("shomei_fees_yen{{fiscal_year=\"{}\",kind=\"{kind}\"}}", year["fiscal_year"]);
            assert_eq!(value(&metrics, &sample), year[kind]);
        }
    }
    let by_rule = metrics.lines().filter(|line| line.starts_with("shomei_findings_by_rule{"));
    let by_rule: i64 = by_rule.map(|line| line.rsplit_once(' ').unwrap().1.parse::<i64>().unwrap()).sum();
    assert_eq!(by_rule as usize, rows(&document, "findings").len());
    // 2026-11-23T00:00:00Z
    assert_eq!(value(&metrics, "shomei_report_judged_seconds"), 1_795_392_000);
    assert_eq!(value(&metrics, &format!("shomei_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))), 1);
}

#[test]
fn ends_and_last_safe_days_are_those_of_the_plan() {
    let office = Office::of_samples();
    let (metrics, document) = (office.report("prom", &[]), office.json(&[]));
    let find = |metric: &str, row: &serde_json::Value| {
        let sha256 = text(row, "sha256");
        let certificate = match sha256.is_empty() {
            true => format!("declared:{}/{}", text(row, "register"), text(row, "holder")),
            false => sha256.to_string(),
        };
        let start = format!("{metric}{{certificate=\"{certificate}\",register=");
        let line = metrics.lines().find(|line| line.starts_with(&start));
        line.map(|line| line.rsplit_once(' ').unwrap().1.parse::<i64>().unwrap())
    };
    let seconds = |day: &str| {
        let end = shomei::calendar::parse_instant(&format!("{day}T23:59:59+09:00"), shomei::calendar::Zone::UTC);
        end.map(|end| end.unix_timestamp())
    };
    for row in rows(&document, "plan") {
        assert_eq!(find("shomei_certificate_end_seconds", row), seconds(text(row, "ends_on")), "{row}");
        let last = seconds(text(row, "last_safe_day")).filter(|_| text(row, "outcome") != "awaited");
        assert_eq!(find("shomei_certificate_last_safe_day_seconds", row), last, "{row}");
    }
    assert!(rows(&document, "plan").iter().any(|row| row["sha256"].is_null()), "declared ones are there too");
    let line = metrics.lines().find(|line| line.starts_with("shomei_certificate_end_seconds{")).unwrap();
    let names: Vec<&str> = line.split(['{', ',']).skip(1).filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
    assert_eq!(names, ["certificate", "register", "holder", "prefecture", "category", "generation", "proof"]);
}
