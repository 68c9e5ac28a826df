//! The log for a terminal, for programs, for spreadsheets.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::story::Happening;
use crate::calendar::{Zone, format_instant};
use crate::certificate::hex;
use crate::cli::bind::short as short_hash;
use crate::cli::office::ShortNames;
use crate::inventory::instant;
use crate::locale::{Lang, Text};
use crate::register::MarkTarget;
use crate::report::{Style, escape, pad, wrap, write_json, write_sheet};

/// Writes it for reading.
pub(super) fn table(
    out: &mut dyn Write,
    told: &[&Happening],
    short: &ShortNames,
    (zone, style, lang): (Zone, Style, Lang),
) -> io::Result<()> {
    if told.is_empty() {
        return writeln!(out, "{}", Text { ja: "記録はありません。", en: "Nothing is recorded." }.get(lang));
    }
    for one in told {
        let what = style.bold(&pad(&one.word(lang), 16));
        let about = one.about.first().map(target_text).unwrap_or_default();
        let head = format!("{}  {}  ", zone.local(instant(one.at)), short.name(&one.id));
        writeln!(out, "{head}{what}  {} {}", escape::terminal(&about), escape::terminal(&one.name))?;
        for line in details(one, short, zone, lang) {
            let safe = escape::terminal(&line).into_owned();
            for part in wrap(&safe, style.width.saturating_sub(4)) {
                writeln!(out, "    {part}")?;
            }
        }
    }
    Ok(())
}

fn details(one: &Happening, short: &ShortNames, zone: Zone, lang: Lang) -> Vec<String> {
    let text = |text: Text, value: &str| text.fill(lang, &[("value", &value)]);
    let mut lines = Vec::new();
    if let Some(before) = one.before.as_deref().filter(|before| !before.is_empty()) {
        lines.push(text(Text { ja: "前: {value}", en: "before: {value}" }, before));
    }
    if let Some(after) = one.after.as_deref().filter(|after| !after.is_empty()) {
        lines.push(text(Text { ja: "後: {value}", en: "after: {value}" }, after));
    }
    if let Some(entry) = &one.undoes {
        lines.push(text(Text { ja: "取り消した記録: {value}", en: "takes back: {value}" }, &short.name(entry)));
    }
    if let Some(by) = &one.by {
        lines.push(text(Text { ja: "記録した人: {value}", en: "by: {value}" }, by));
    }
    if let Some((entry, at)) = &one.undone {
        let value = format!("{} {}", short.name(entry), zone.local(instant(*at)));
        lines.push(text(Text { ja: "取り消し: {value}", en: "taken back by: {value}" }, &value));
    }
    lines
}

fn target_text(target: &MarkTarget) -> String {
    match target {
        MarkTarget::Certificate(sha256) => short_hash(sha256),
        MarkTarget::Holder(key) => key.id.clone(),
    }
}

/// Writes the document `shomei/log/1`.
pub(super) fn json(out: &mut dyn Write, told: &[&Happening], short: &ShortNames) -> io::Result<()> {
    let entries: Vec<Json> = told.iter().map(|one| entry(one, short)).collect();
    write_json(out, &json!({"schema": "shomei/log/1", "entries": entries}))?;
    out.write_all(b"\n")
}

fn entry(one: &Happening, short: &ShortNames) -> Json {
    let (register, holder, sha256) = target_parts(one);
    let mark = one.mark.as_ref();
    let day = |day: Option<crate::calendar::Day>| day.map(|day| day.to_string());
    json!({
        "id": hex(&one.id),
        "short": short.name(&one.id),
        "at": format_instant(instant(one.at)),
        "kind": one.kind,
        "state": one.state.map(|state| state.code()),
        "register": register,
        "holder": holder,
        "sha256": sha256,
        "name": one.name,
        "on": day(mark.and_then(|mark| mark.on)),
        "until": day(mark.and_then(|mark| mark.until)),
        "rule": mark.and_then(|mark| mark.rule.as_deref()),
        "place": mark.and_then(|mark| mark.place.as_deref()),
        "reason": mark.and_then(|mark| mark.reason.as_deref()),
        "by": one.by,
        "before": one.before,
        "after": one.after,
        "undoes": one.undoes.map(|id| hex(&id)),
        "undone_by": one.undone.map(|(id, _)| hex(&id)),
        "undone_at": one.undone.map(|(_, at)| format_instant(instant(at))),
    })
}

/// Register, holder's ID and fingerprint of what it is about.
fn target_parts(one: &Happening) -> (Option<String>, Option<String>, Option<String>) {
    match one.about.first() {
        Some(MarkTarget::Holder(key)) => (Some(key.register.clone()), Some(key.id.clone()), None),
        Some(MarkTarget::Certificate(sha256)) => (None, None, Some(hex(sha256))),
        None => (None, None, None),
    }
}

/// The columns of CSV, in order.
const COLUMNS: [&str; 19] = [
    "id",
    "short",
    "at",
    "kind",
    "state",
    "register",
    "holder",
    "sha256",
    "name",
    "on",
    "until",
    "rule",
    "place",
    "reason",
    "by",
    "before",
    "after",
    "undoes",
    "undone_by",
];

/// Writes it for spreadsheets; times are local.
pub(super) fn csv(out: &mut dyn Write, told: &[&Happening], short: &ShortNames, zone: Zone) -> io::Result<()> {
    let rows = told.iter().map(|one| {
        let entry = entry(one, short);
        let cell = |column: &&str| match (*column, &entry[*column]) {
            ("at", _) => zone.local(instant(one.at)),
            (_, Json::String(text)) => text.clone(),
            _ => String::new(),
        };
        COLUMNS.iter().map(cell).collect()
    });
    write_sheet(out, &COLUMNS, rows)
}
