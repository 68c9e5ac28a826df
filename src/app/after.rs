//! The program of the office's choosing that is called after a run or a delivery, to tell a chat, a monitor
//! or a log of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::delivery::DeliveryResult;
use super::{Context, Outcome};
use crate::calendar::{Instant, format_instant};
use crate::deliver::RunError;
use crate::locale::Text;
use crate::platform;

/// How long the program may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How many units can submit claims, as `coverage` counts them.
#[derive(Clone, Copy)]
pub struct UnitCounts {
    pub can: u64,
    pub can_until: u64,
    pub unknown: u64,
    pub cannot: u64,
}

/// What a run or a delivery did, for the program. It names nobody: what it is told goes to services outside.
pub struct OutcomeDocument<'a> {
    /// `run` or `notify`.
    pub command: &'static str,
    pub started: Instant,
    pub ended: Instant,
    pub outcome: Outcome,
    /// In a line, for people.
    pub summary: &'a str,
    /// None where nothing was judged.
    pub units: Option<UnitCounts>,
    /// None where no delivery took place.
    pub sent: Option<&'a DeliveryResult>,
    /// Names of the reports that were written.
    pub reports: &'a [String],
    pub errors: &'a [RunError],
}

impl OutcomeDocument<'_> {
    /// The document (`docs/schemas/outcome.json`).
    fn json(&self, context: &Context) -> Value {
        let units = self.units.map(|units| {
            json!({
                "can": units.can,
                "can_until": units.can_until,
                "unknown": units.unknown,
                "cannot": units.cannot,
            })
        });
        let messages = self.sent.map(|sent| {
            json!({
                "sent": sent.addresses.len(),
                "refused": sent.refused.len(),
                "failed": sent.failed,
                "in_doubt": sent.in_doubt.len(),
                "held_back": sent.held_back.map(|(n, _)| n),
                "auditors": sent.auditors,
            })
        });
        let errors = self.errors.iter().map(|error| json!({ "stage": error.stage, "reason": error.reason }));
        json!({
            "schema": "shomei/outcome/1",
            "command": self.command,
            "version": env!("CARGO_PKG_VERSION"),
            "host": context.environment.host,
            "started": format_instant(self.started),
            "ended": format_instant(self.ended),
            "exit": self.outcome.code(),
            "summary": self.summary,
            "units": units,
            "messages": messages,
            "reports": self.reports,
            "errors": errors.collect::<Vec<_>>(),
        })
    }

    /// Calls the program with the document on standard input. What fails is told, and stops nothing: the
    /// text of it.
    pub fn hand_to(&self, command: &[String], context: &Context) -> Result<(), String> {
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let mut input = self.json(context).to_string();
        input.push('\n');
        let failed = Text {
            ja: "設定 {key} のプログラム {program} は失敗しました: {error}。ほかの処理は終わっています。端末で実行して確かめてください。",
            en: "the program {program} of the setting {key} failed: {error}. Everything else is done. Run it by hand to see why.",
        };
        let key = format!("{}.after", self.command);
        platform::run_program(program, arguments, input.as_bytes(), LIMIT)
            .map(drop)
            .map_err(|error| failed.fill(context.lang, &[("key", &key), ("program", &program), ("error", &error)]))
    }
}
