//! Metrics of the run itself, for the textfile collector of Prometheus' node exporter.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::RunError;
use crate::calendar::Instant;

/// The figures of a run.
#[derive(Clone, Debug)]
pub struct RunMetrics<'a> {
    /// When it began.
    pub started: Instant,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Its exit code.
    pub exit: u8,
    /// When the last run ended in which nothing failed.
    pub last_success: Option<Instant>,
    /// Messages by outcome: `sent`, `refused`, `failed`.
    pub messages: [(&'static str, u64); 3],
    /// What failed.
    pub troubles: &'a [RunError],
}

/// The stages of a run, in their order.
pub const STAGES: [&str; 4] = ["import", "report", "metrics", "mail"];

impl RunMetrics<'_> {
    /// Writes them.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut gauge = |name: &str, help: &str, samples: Vec<(String, String)>| -> io::Result<()> {
            if samples.is_empty() {
                return Ok(());
            }
            writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")?;
            samples.iter().try_for_each(|(labels, value)| writeln!(out, "{name}{labels} {value}"))
        };
        let one = |value: String| vec![(String::new(), value)];
        gauge(
            "shomei_run_start_seconds",
            "When the last run began, in Unix seconds.",
            one(self.started.unix_timestamp().to_string()),
        )?;
        gauge("shomei_run_duration_seconds", "How long the last run took.", one(format!("{:.3}", self.seconds)))?;
        gauge("shomei_run_exit_code", "The exit code of the last run.", one(self.exit.to_string()))?;
        gauge(
            "shomei_run_last_success_seconds",
            "When the last run ended in which no stage failed, in Unix seconds.",
            self.last_success.map(|at| one(at.unix_timestamp().to_string())).unwrap_or_default(),
        )?;
        gauge(
            "shomei_run_messages",
            "Messages of the last run by what became of them.",
            self.messages.iter().map(|(state, n)| (format!("{{state=\"{state}\"}}"), n.to_string())).collect(),
        )?;
        let mut failures: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for trouble in self.troubles {
            *failures.entry((trouble.stage, trouble.reason)).or_default() += 1;
        }
        let quiet = STAGES.iter().filter(|stage| !self.troubles.iter().any(|trouble| trouble.stage == **stage));
        for stage in quiet {
            failures.insert((stage, ""), 0);
        }
        let label = |((stage, reason), n): ((&str, &str), u64)| {
            (format!("{{stage=\"{stage}\",reason=\"{reason}\"}}"), n.to_string())
        };
        gauge(
            "shomei_run_failures",
            "What failed in the last run, by stage and reason.",
            failures.into_iter().map(label).collect(),
        )
    }
}
