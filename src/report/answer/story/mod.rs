//! The whole story of a certificate or a holder: what `shomei show` prints.

mod certificate;
mod events;
mod holder;
mod page;
mod renewals;

pub use certificate::CertificateStory;
pub use holder::{HolderStory, JudgedHolder};
pub use renewals::HolderRenewals;

use serde_json::{Value as Json, json};

use super::model;
use crate::audit::JudgedFinding;
use crate::calendar::{Day, Instant, format_instant};
use crate::certificate::hex;
use crate::locale::{Lang, Text, catalogue};
use crate::policy::{Policy, Severity};
use crate::register::Mark;

/// The schema of a story.
const SCHEMA: &str = "shomei/show/1";

/// What stories are told with.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The moment judged.
    pub at: Instant,
    /// The day whose knowledge it is from, where that is not today.
    pub as_of: Option<Day>,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The language.
    pub lang: Lang,
}

impl Telling<'_> {
    fn text(&self, text: Text) -> &'static str {
        text.get(self.lang)
    }

    fn local(&self, at: Option<Instant>) -> String {
        let unreadable = || self.text(catalogue::reading::UNREADABLE).to_string();
        at.map_or_else(unreadable, |at| self.policy.zone.local(at))
    }

    fn day(&self, at: Option<Instant>) -> Option<Day> {
        at.and_then(|at| self.policy.zone.day(at))
    }

    /// What every document begins with.
    fn document(&self, kind: &str) -> Json {
        json!({"schema": SCHEMA, "at": format_instant(self.at), "as_of": model::day(self.as_of), "kind": kind})
    }

    fn findings(&self, findings: &[JudgedFinding]) -> Json {
        model::findings(findings, self.lang)
    }

    /// Several texts as one enumeration.
    fn enumerated<S: AsRef<str>>(&self, texts: impl IntoIterator<Item = S>) -> String {
        let texts: Vec<S> = texts.into_iter().collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        texts.join(self.text(catalogue::register::COMMA))
    }
}

/// The sentence that a story begins with.
fn answer(name: &str, findings: &[JudgedFinding], lang: Lang) -> (Option<Severity>, String) {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let worst = findings.iter().map(|finding| finding.severity).max();
    let text = match worst {
        None | Some(Severity::Info) => catalogue::reading::STORY_FINE,
        Some(_) => catalogue::reading::STORY_ATTENTION,
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let worst = worst.filter(|worst| *worst > Severity::Info);
    (worst, text.fill(lang, &[("name", &name), ("errors", &errors), ("warnings", &warnings)]))
}

fn mark_document(mark: &Mark) -> Json {
    json!({
        "entry": hex(&mark.id),
        "recorded": format_instant(mark.recorded),
        "state": mark.state.code(),
        "rule": mark.rule,
        "place": mark.place,
        "on": model::day(mark.on),
        "until": model::day(mark.until),
        "reason": mark.reason,
        "by": mark.by,
    })
}

/// A certificate's fingerprint, as far as people compare it.
fn short(sha256: &[u8; 32]) -> String {
    hex(&sha256[..8])
}
