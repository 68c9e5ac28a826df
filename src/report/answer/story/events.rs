//! What happened, for people and for programs.

use serde_json::{Value as Json, json};

use super::{Telling, mark_document, short};
use crate::calendar::format_instant;
use crate::certificate::hex;
use crate::inventory::{BindingRow, EventKind, MarkRow, NotificationRow, StoredOccurrence, StoryEvent, VerdictRow};
use crate::lifecycle::ReminderStep;
use crate::locale::catalogue::reading as text;
use crate::register::{ContactChannel, Mark, RegisterColumn};
use crate::report::layout::status_word;
use crate::trust::TrustStatus;

/// What happened, in one sentence.
pub(super) fn words(what: &EventKind, telling: &Telling) -> String {
    let lang = telling.lang;
    match what {
        EventKind::Seen(place) => text::EVENT_SEEN.fill(lang, &[("spot", &spot(place, telling))]),
        EventKind::Gone(place) => text::EVENT_GONE.fill(lang, &[("spot", &spot(place, telling))]),
        EventKind::Moved { from, to } => {
            text::EVENT_MOVED.fill(lang, &[("from", &spot(from, telling)), ("to", &spot(to, telling))])
        }
        EventKind::Judged { before: None, now } => text::EVENT_JUDGED.fill(lang, &[("now", &judged(now, telling))]),
        EventKind::Judged { before: Some(before), now } => text::EVENT_JUDGED_OTHERWISE
            .fill(lang, &[("before", &judged(before, telling)), ("now", &judged(now, telling))]),
        EventKind::Bound(Some(BindingRow::Holder(register, id))) => {
            text::EVENT_BOUND.fill(lang, &[("id", &format!("{register}/{id}"))])
        }
        EventKind::Bound(Some(BindingRow::Nobody)) => telling.text(text::EVENT_BOUND_NOBODY).into(),
        EventKind::Bound(None) => telling.text(text::EVENT_UNBOUND).into(),
        EventKind::Marked(mark) => text::EVENT_MARKED.fill(lang, &[("mark", &row_words(mark, telling))]),
        EventKind::Unmarked(mark) => text::EVENT_UNMARKED.fill(lang, &[("mark", &row_words(mark, telling))]),
        EventKind::Told(told) => said(told, telling),
        EventKind::Renewed(sha256) => text::EVENT_RENEWED.fill(lang, &[("sha256", &short(sha256))]),
        EventKind::Entered => telling.text(text::EVENT_ENTERED).into(),
        EventKind::Changed(columns) if columns.is_empty() => telling.text(text::EVENT_UNCHANGED).into(),
        EventKind::Changed(columns) => {
            let columns = telling.enumerated(columns.iter().map(|column| column.title().get(lang)));
            text::EVENT_CHANGED.fill(lang, &[("columns", &columns)])
        }
        EventKind::Left => telling.text(text::EVENT_LEFT).into(),
    }
}

fn spot(spot: &StoredOccurrence, telling: &Telling) -> String {
    text::SPOT.fill(telling.lang, &[("host", &spot.host), ("path", &spot.path)])
}

/// By which channel something was said, where that is known.
fn channel(told: &NotificationRow) -> Option<ContactChannel> {
    told.note.as_deref().and_then(ContactChannel::of_code)
}

/// Something that was said: at which step, by which channel, about what.
fn said(told: &NotificationRow, telling: &Telling) -> String {
    let lang = telling.lang;
    let is_password = told.about().starts_with(NotificationRow::PASSWORD);
    let about = is_password.then(|| telling.text(text::TOLD_OF_PASSWORD).to_string());
    let parts: Vec<String> = about.into_iter().chain(notification_parts(told, telling)).collect();
    let words = match &told.topic {
        topic if topic.starts_with(NotificationRow::AUDITORS) => &text::EVENT_TOLD_AUDITORS,
        topic if topic.starts_with(NotificationRow::BY_HAND) => &text::EVENT_TOLD_BY_HAND,
        _ => &text::EVENT_TOLD,
    };
    words.fill(lang, &[("step", &telling.enumerated(parts))])
}

/// The certificate that a notification was about, if it was about one.
fn certificate(told: &NotificationRow) -> Option<&str> {
    told.about().strip_prefix("sha256:")
}

/// What is recorded of a notification: step, channel, recipients, subject, Message-ID, and whether it is
/// in doubt.
fn notification_parts(told: &NotificationRow, telling: &Telling) -> Vec<String> {
    let lang = telling.lang;
    let mut parts = vec![step(&told.step, telling)];
    parts.extend(channel(told).map(|channel| telling.text(channel.name()).to_string()));
    if !told.to.is_empty() {
        parts.push(text::TOLD_TO.fill(lang, &[("to", &told.to.join(" "))]));
    }
    parts.extend(told.subject.as_ref().map(|subject| text::TOLD_SUBJECT.fill(lang, &[("subject", subject)])));
    parts.extend(told.message_id.as_ref().map(|id| format!("Message-ID {id}")));
    parts.extend(told.in_doubt.then(|| telling.text(text::TOLD_IN_DOUBT).to_string()));
    parts
}

/// A step of the reminder ledger.
fn step(code: &str, telling: &Telling) -> String {
    match ReminderStep::of_code(code) {
        Some(ReminderStep::Tier(0)) => telling.text(text::STEP_ENDED).into(),
        Some(ReminderStep::Tier(days)) => text::STEP_TIER.fill(telling.lang, &[("days", &days)]),
        Some(ReminderStep::Lapsed(time)) => text::STEP_LAPSED.fill(telling.lang, &[("time", &time)]),
        None => code.to_string(),
    }
}

/// A verdict and what was found, in few words.
pub(super) fn judged(row: &VerdictRow, telling: &Telling) -> String {
    let status =
        TrustStatus::of_code(&row.status).map_or(row.status.as_str(), |status| status_word(status, telling.lang));
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
pub(super) fn documents(events: &[StoryEvent]) -> Vec<Json> {
    events.iter().map(document).collect()
}

fn document(event: &StoryEvent) -> Json {
    let place = |spot: &StoredOccurrence| json!({"host": spot.host, "path": spot.path});
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
    let codes = |columns: &[RegisterColumn]| columns.iter().map(|column| column.code()).collect::<Vec<_>>();
    let (kind, mut fields) = match &event.what {
        EventKind::Seen(spot) => ("seen", json!({"to": place(spot)})),
        EventKind::Gone(spot) => ("gone", json!({"from": place(spot)})),
        EventKind::Moved { from, to } => ("moved", json!({"from": place(from), "to": place(to)})),
        EventKind::Judged { before, now } => {
            ("judged", json!({"before": before.as_ref().map(verdict_document), "now": verdict_document(now)}))
        }
        EventKind::Bound(Some(BindingRow::Holder(register, id))) => {
            ("bound", json!({"holder": {"register": register, "id": id}}))
        }
        EventKind::Bound(Some(BindingRow::Nobody)) => ("bound-to-nobody", json!({})),
        EventKind::Bound(None) => ("unbound", json!({})),
        EventKind::Marked(row) => ("marked", json!({"mark": mark(row)})),
        EventKind::Unmarked(row) => ("unmarked", json!({"mark": mark(row)})),
        EventKind::Told(told) => {
            let about = if told.about().starts_with(NotificationRow::PASSWORD) { "password" } else { "certificate" };
            let channel = channel(told).map(ContactChannel::code);
            let NotificationRow { step, on, by, to, subject, message_id, in_doubt, .. } = told;
            let certificate = certificate(told);
            let kind = if told.is_to_auditors() { "auditors-told" } else { "told" };
            (
                kind,
                json!({
                    "about": about, "step": step, "on": on, "channel": channel, "by": by, "certificate": certificate, "to": to, "subject": subject, "message_id": message_id,
                    "in_doubt": in_doubt,
                }),
            )
        }
        EventKind::Renewed(sha256) => ("renewed", json!({"sha256": hex(sha256)})),
        EventKind::Entered => ("entered", json!({})),
        EventKind::Changed(columns) => ("changed", json!({"columns": codes(columns)})),
        EventKind::Left => ("left", json!({})),
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
