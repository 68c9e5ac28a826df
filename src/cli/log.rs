//! `shomei log`: what people did, oldest first.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use super::prelude::*;
use crate::app::bind::short;
use crate::app::log::{Log, LogEntry, LogOptions, log};
use crate::app::record::ShortNames;
use crate::calendar::{Zone, format_instant};
use crate::certificate::hex;
use crate::inventory::instant;
use crate::register::MarkTarget;
use crate::report::{Style, escape, pad, wrap, write_json, write_sheet};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "log" "記録・持ち主の決定・取り消し・台帳の変更を、古い順に示します"
            "Lists marks, bindings, what was taken back and changes of the register, oldest first";
        argument "id" (flags::ID) "この証明書か台帳IDについてだけ" "only of this certificate or holder";
        option "since" (Text { ja: "日", en: "DAY" }) "この日以降だけ" "only from this day on";
        option "state" (Text { ja: "状態", en: "STATE" }) "この状態の記録だけ" "only marks of this state";
        arg (arguments::format(&["table", "json", "csv"], lang));
        arg (arguments::output(lang));
        arg (arguments::inventory(lang));
        arg (arguments::policy(lang));
    }
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, AppError> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let inventory = arguments::inventory_options(session, matches)?;
    let options = LogOptions { inventory, id: text("id"), since: text("since"), state: text("state") };
    let log = log(&session.context, options)?;
    session.show(&OutputOptions::of(matches), |out, format, style| match format {
        Format::Json => write_document(out, &log),
        Format::Csv => write_csv(out, &log),
        _ => write_table(out, &log, style, session.context.lang),
    })?;
    Ok(Outcome::Clean)
}

/// Writes it for reading.
fn write_table(out: &mut dyn Write, log: &Log, style: Style, lang: Lang) -> io::Result<()> {
    let (short, zone) = (&log.short, log.zone);
    if log.entries.is_empty() {
        return writeln!(out, "{}", Text { ja: "記録はありません。", en: "Nothing is recorded." }.get(lang));
    }
    for one in &log.entries {
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

fn details(one: &LogEntry, short: &ShortNames, zone: Zone, lang: Lang) -> Vec<String> {
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
        MarkTarget::Certificate(sha256) => short(sha256),
        MarkTarget::Holder(key) => key.id.clone(),
    }
}

/// Writes the document `shomei/log/1`.
fn write_document(out: &mut dyn Write, log: &Log) -> io::Result<()> {
    let entries: Vec<Json> = log.entries.iter().map(|one| entry(one, &log.short)).collect();
    write_json(out, &json!({"schema": "shomei/log/1", "entries": entries}))?;
    out.write_all(b"\n")
}

fn entry(one: &LogEntry, short: &ShortNames) -> Json {
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
fn target_parts(one: &LogEntry) -> (Option<String>, Option<String>, Option<String>) {
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
fn write_csv(out: &mut dyn Write, log: &Log) -> io::Result<()> {
    let rows = log.entries.iter().map(|one| {
        let entry = entry(one, &log.short);
        let cell = |column: &&str| match (*column, &entry[*column]) {
            ("at", _) => log.zone.local(instant(one.at)),
            (_, Json::String(text)) => text.clone(),
            _ => String::new(),
        };
        COLUMNS.iter().map(cell).collect()
    });
    write_sheet(out, &COLUMNS, rows)
}
