//! What happened, for people and for programs.

use serde_json::{Value as Json, json};

use super::{Telling, mark_document, short};
use crate::calendar::format_instant;
use crate::certificate::hex;
use crate::inventory::{BoundRow, Event, Happened, MarkRow, Spot, ToldRow, VerdictRow};
use crate::lifecycle::Step;
use crate::locale::catalogue::reading as text;
use crate::register::{Channel, Column, Mark};
use crate::report::layout::status_word;
use crate::trust::Status;

/// What happened, in one sentence.
pub(super) fn words(what: &Happened, telling: &Telling) -> String {
    let lang = telling.lang;
    match what {
        Happened::Seen(place) => text::EVENT_SEEN.fill(lang, &[("spot", &spot(place, telling))]),
        Happened::Gone(place) => text::EVENT_GONE.fill(lang, &[("spot", &spot(place, telling))]),
        Happened::Moved { from, to } => {
            text::EVENT_MOVED.fill(lang, &[("from", &spot(from, telling)), ("to", &spot(to, telling))])
        }
        Happened::Judged { before: None, now } => text::EVENT_JUDGED.fill(lang, &[("now", &judged(now, telling))]),
        Happened::Judged { before: Some(before), now } => text::EVENT_JUDGED_OTHERWISE
            .fill(lang, &[("before", &judged(before, telling)), ("now", &judged(now, telling))]),
        Happened::Bound(Some(BoundRow::Holder(register, id))) => {
            text::EVENT_BOUND.fill(lang, &[("id", &format!("{register}/{id}"))])
        }
        Happened::Bound(Some(BoundRow::Nobody)) => telling.text(text::EVENT_BOUND_NOBODY).into(),
        Happened::Bound(None) => telling.text(text::EVENT_UNBOUND).into(),
        Happened::Marked(mark) => text::EVENT_MARKED.fill(lang, &[("mark", &row_words(mark, telling))]),
        Happened::Unmarked(mark) => text::EVENT_UNMARKED.fill(lang, &[("mark", &row_words(mark, telling))]),
        Happened::Told(told) => said(told, telling),
        Happened::Renewed(sha256) => text::EVENT_RENEWED.fill(lang, &[("sha256", &short(sha256))]),
        Happened::Entered => telling.text(text::EVENT_ENTERED).into(),
        Happened::Changed(columns) if columns.is_empty() => telling.text(text::EVENT_UNCHANGED).into(),
        Happened::Changed(columns) => {
            let columns = telling.enumerated(columns.iter().map(|column| column.title().get(lang)));
            text::EVENT_CHANGED.fill(lang, &[("columns", &columns)])
        }
        Happened::Left => telling.text(text::EVENT_LEFT).into(),
    }
}

fn spot(spot: &Spot, telling: &Telling) -> String {
    text::SPOT.fill(telling.lang, &[("host", &spot.host), ("path", &spot.path)])
}

/// By which channel something was said, where that is known.
fn channel(told: &ToldRow) -> Option<Channel> {
    told.note.as_deref().and_then(Channel::of_code)
}

/// Something that was said: at which step, by which channel, about what.
fn said(told: &ToldRow, telling: &Telling) -> String {
    let lang = telling.lang;
    let about = told.topic.starts_with(ToldRow::PASSWORD).then(|| telling.text(text::TOLD_OF_PASSWORD).to_string());
    let by = channel(told).map(|channel| telling.text(channel.name()).to_string());
    let parts: Vec<String> = about.into_iter().chain([step(&told.step, telling)]).chain(by).collect();
    text::EVENT_TOLD.fill(lang, &[("step", &telling.enumerated(parts))])
}

/// A step of the reminder ledger.
fn step(code: &str, telling: &Telling) -> String {
    match Step::of_code(code) {
        Some(Step::Tier(0)) => telling.text(text::STEP_ENDED).into(),
        Some(Step::Tier(days)) => text::STEP_TIER.fill(telling.lang, &[("days", &days)]),
        Some(Step::Lapsed(time)) => text::STEP_LAPSED.fill(telling.lang, &[("time", &time)]),
        None => code.to_string(),
    }
}

/// A verdict and what was found, in few words.
pub(super) fn judged(row: &VerdictRow, telling: &Telling) -> String {
    let status = Status::of_code(&row.status).map_or(row.status.as_str(), |status| status_word(status, telling.lang));
    let codes: Vec<&str> = row.findings.iter().map(|(rule, _)| rule.as_str()).collect();
    match codes.is_empty() {
        true => status.to_string(),
        false => text::JUDGED_WITH.fill(telling.lang, &[("verdict", &status), ("findings", &codes.join(" "))]),
    }
}

fn row_words(row: &MarkRow, telling: &Telling) -> String {
    row.mark([0; 16], 0).map_or_else(|| row.state.clone(), |mark| mark_words(&mark, telling))
}

/// A mark in one line.
pub(super) fn mark_words(mark: &Mark, telling: &Telling) -> String {
    let lang = telling.lang;
    let mut parts = vec![mark.state.title().get(lang).to_string()];
    parts.extend(mark.on.map(|day| day.to_string()));
    parts.extend(mark.until.map(|day| text::MARK_UNTIL.fill(lang, &[("day", &day)])));
    parts.extend([&mark.rule, &mark.place, &mark.reason].into_iter().flatten().cloned());
    parts.extend(mark.by.as_ref().map(|by| text::MARK_BY.fill(lang, &[("by", by)])));
    telling.enumerated(parts)
}

/// What happened, in JSON.
pub(super) fn documents(events: &[Event]) -> Vec<Json> {
    events.iter().map(document).collect()
}

fn document(event: &Event) -> Json {
    let place = |spot: &Spot| json!({"host": spot.host, "path": spot.path});
    let mark = |row: &MarkRow| {
        row.mark([0; 16], 0).map(|mark| {
            let mut document = mark_document(&mark);
            // Its entry and instant are the event's.
            if let Some(fields) = document.as_object_mut() {
                fields.retain(|name, _| name != "entry" && name != "recorded");
            }
            document
        })
    };
    let codes = |columns: &[Column]| columns.iter().map(|column| column.code()).collect::<Vec<_>>();
    let (kind, mut fields) = match &event.what {
        Happened::Seen(spot) => ("seen", json!({"to": place(spot)})),
        Happened::Gone(spot) => ("gone", json!({"from": place(spot)})),
        Happened::Moved { from, to } => ("moved", json!({"from": place(from), "to": place(to)})),
        Happened::Judged { before, now } => {
            ("judged", json!({"before": before.as_ref().map(verdict_document), "now": verdict_document(now)}))
        }
        Happened::Bound(Some(BoundRow::Holder(register, id))) => {
            ("bound", json!({"holder": {"register": register, "id": id}}))
        }
        Happened::Bound(Some(BoundRow::Nobody)) => ("bound-to-nobody", json!({})),
        Happened::Bound(None) => ("unbound", json!({})),
        Happened::Marked(row) => ("marked", json!({"mark": mark(row)})),
        Happened::Unmarked(row) => ("unmarked", json!({"mark": mark(row)})),
        Happened::Told(told) => {
            let about = if told.topic.starts_with(ToldRow::PASSWORD) { "password" } else { "certificate" };
            let channel = channel(told).map(Channel::code);
            let by = &told.by;
            ("told", json!({"about": about, "step": told.step, "on": told.on, "channel": channel, "by": by}))
        }
        Happened::Renewed(sha256) => ("renewed", json!({"sha256": hex(sha256)})),
        Happened::Entered => ("entered", json!({})),
        Happened::Changed(columns) => ("changed", json!({"columns": codes(columns)})),
        Happened::Left => ("left", json!({})),
    };
    fields["at"] = json!(format_instant(event.at));
    fields["event"] = json!(kind);
    fields
}

/// How a certificate was judged, in JSON.
pub(super) fn verdict_document(row: &VerdictRow) -> Json {
    let findings: Vec<Json> =
        row.findings.iter().map(|(rule, severity)| json!({"rule": rule, "severity": severity})).collect();
    json!({"status": row.status, "generation": row.generation, "reasons": row.reasons, "findings": findings})
}
