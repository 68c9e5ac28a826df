//! `shomei log`: what people did, oldest first.

use std::io::{self, Write};

use serde_json::json;

use super::prelude::*;
use crate::app::bind::short;
use crate::app::log::{Log, LogEntry, LogOptions, log};
use crate::app::record::ShortNames;
use crate::calendar::{Zone, format_instant};
use crate::certificate::hex;
use crate::inventory::{NotificationRow, instant};
use crate::register::{ContactChannel, Mark, MarkState, MarkTarget};
use crate::report::form::{csv, json};
use crate::report::list::{Cell, Column, List};
use crate::report::{Style, pad, wrap};

pub(super) fn command(lang: Lang) -> Command {
    command! { lang;
        "log" "記録・持ち主の決定・取り消し・台帳の変更・案内を、古い順に示します"
            "Lists marks, bindings, what was taken back, changes of the register and notifications, oldest first";
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
        Format::Json => write_json(out, &log, session.context.lang),
        Format::Csv => csv::write_list(out, &columns(), rows(&log), session.context.lang),
        _ => write_table(out, &log, style, session.context.lang),
    })
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
    if let Some(told) = &one.notification {
        lines.push(told.on.clone());
        lines.push(text(Text { ja: "段階: {value}", en: "step: {value}" }, &told.step));
        let channel = told.note.as_deref().map(|code| match ContactChannel::of_code(code) {
            Some(channel) => channel.name().get(lang),
            None => code,
        });
        if let Some(channel) = channel {
            lines.push(text(Text { ja: "方法: {value}", en: "by: {value}" }, channel));
        }
        if !told.to.is_empty() {
            lines.push(text(Text { ja: "宛先: {value}", en: "to: {value}" }, &told.to.join(" ")));
        }
        if let Some(subject) = &told.subject {
            lines.push(text(Text { ja: "件名: {value}", en: "subject: {value}" }, subject));
        }
        if let Some(id) = &told.message_id {
            lines.push(format!("Message-ID: {id}"));
        }
        if told.in_doubt {
            lines.push(Text { ja: "届いたかは不明", en: "whether it arrived is not known" }.get(lang).to_string());
        }
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

/// An entry as data, with the log that it is in.
struct LogRow<'a> {
    log: &'a Log,
    entry: &'a LogEntry,
}

impl LogRow<'_> {
    /// A detail of a notification.
    fn told<'r>(&'r self, get: fn(&'r NotificationRow) -> Cell<'r>) -> Cell<'r> {
        self.entry.notification.as_ref().map_or(Cell::Nothing, get)
    }

    /// A detail of a mark.
    fn mark<'r, T: Into<Cell<'r>>>(&'r self, get: fn(&'r Mark) -> T) -> Cell<'r> {
        self.entry.mark.as_ref().map(get).into()
    }
}

/// What is data of an entry; docs/ja/output.md and docs/en/output.md explain each column.
fn columns<'a>() -> List<LogRow<'a>> {
    type Row<'a> = LogRow<'a>;
    // An empty text that is recorded is no missing one.
    fn text(text: Option<&String>) -> Cell<'_> {
        text.map(Cell::text).into()
    }
    let columns = [
        Column::new("id", |row: &Row, _| hex(&row.entry.id).into()),
        Column::new("short", |row: &Row, _| row.log.short.name(&row.entry.id).into()),
        // A spreadsheet shows the time as it is, so it gets the local one; data gets UTC.
        Column::csv("at", |row: &Row, _| row.log.zone.local(instant(row.entry.at)).into()),
        Column::json_only("at", |row: &Row, _| format_instant(instant(row.entry.at)).into()),
        Column::new("kind", |row: &Row, _| row.entry.kind.into()),
        Column::new("state", |row: &Row, _| row.entry.state.map(MarkState::code).into()),
        Column::new("register", |row: &Row, _| row.entry.holder().map(|key| &key.register).into()),
        Column::new("holder", |row: &Row, _| row.entry.holder().map(|key| &key.id).into()),
        Column::new("sha256", |row: &Row, _| row.entry.certificate().map(|sha256| hex(sha256)).into()),
        Column::new("name", |row: &Row, _| Cell::text(&row.entry.name)),
        Column::new("on", |row: &Row, _| match &row.entry.notification {
            Some(told) => Cell::text(&told.on),
            None => row.mark(|mark| mark.on),
        }),
        Column::new("until", |row: &Row, _| row.mark(|mark| mark.until)),
        Column::new("rule", |row: &Row, _| row.mark(|mark| text(mark.rule.as_ref()))),
        Column::new("place", |row: &Row, _| row.mark(|mark| text(mark.place.as_ref()))),
        Column::new("reason", |row: &Row, _| row.mark(|mark| text(mark.reason.as_ref()))),
        Column::new("by", |row: &Row, _| text(row.entry.by.as_ref())),
        Column::new("before", |row: &Row, _| text(row.entry.before.as_ref())),
        Column::new("after", |row: &Row, _| text(row.entry.after.as_ref())),
        Column::new("undoes", |row: &Row, _| row.entry.undoes.map(|id| hex(&id)).into()),
        Column::new("undone_by", |row: &Row, _| row.entry.undone.map(|(id, _)| hex(&id)).into()),
        Column::new("step", |row: &Row, _| row.told(|told| Cell::text(&told.step))),
        Column::new("channel", |row: &Row, _| row.told(|told| text(told.note.as_ref()))),
        Column::new("to", |row: &Row, _| row.told(|told| told.to.join(" ").into())),
        Column::new("subject", |row: &Row, _| row.told(|told| text(told.subject.as_ref()))),
        Column::new("message_id", |row: &Row, _| row.told(|told| text(told.message_id.as_ref()))),
        Column::new("in_doubt", |row: &Row, _| row.told(|told| told.in_doubt.into())),
        Column::json_only("undone_at", |row: &Row, _| {
            row.entry.undone.map(|(_, at)| format_instant(instant(at))).into()
        }),
    ];
    List::new("log", Text { ja: "対応の記録", en: "Log" }, columns)
}

fn rows(log: &Log) -> impl Iterator<Item = LogRow<'_>> {
    log.entries.iter().map(move |entry| LogRow { log, entry })
}

/// Writes the document `shomei/log/1`.
fn write_json(out: &mut dyn Write, log: &Log, lang: Lang) -> io::Result<()> {
    let fields = [("schema".to_string(), json!("shomei/log/1"))].into_iter().collect();
    let entries = |out: &mut dyn Write| json::write_rows(out, &columns(), rows(log), lang);
    json::write_document(out, &fields, &[("entries", &entries)])
}
