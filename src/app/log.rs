//! What people did and who was notified: marks, bindings, what was taken back, changes of the register,
//! notifications.

use std::collections::HashMap;

use super::bind::bound_text;
use super::open_inventory::{InventoryOptions, InventoryResult, OpenInventory};
use super::record::ShortNames;
use super::resolve_id::{self, Wanted};
use super::{AppError, Context, mark, register};
use crate::calendar::{Day, Zone};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{
    BindingRow, EntryBody, EntryId, History, HistoryEntry, InventoryError, MarkRow, NotificationRow, Store,
    StoredHolderRow, micros,
};
use crate::locale::{Lang, Text};
use crate::register::{
    GridCell, Holder, HolderKey, ManualBinding, Mark, MarkState, MarkTarget, PolicyWords, column_texts, day_of,
};

/// What of the log is asked for.
pub struct LogOptions {
    pub inventory: InventoryOptions,
    /// What this ID means, alone.
    pub id: Option<String>,
    /// From this day on.
    pub since: Option<String>,
    /// Marks of this state.
    pub state: Option<String>,
}

/// The log, or some of it.
pub struct Log {
    /// What happened, oldest first.
    pub entries: Vec<LogEntry>,
    /// How entries are called in short.
    pub short: ShortNames,
    pub zone: Zone,
}

/// Reads the log.
pub fn log(context: &Context, options: LogOptions) -> Result<Log, AppError> {
    let opened = OpenInventory::open(context, options.inventory)?;
    let target = |id: String| resolve_id::the(context, &opened, &id, Wanted::Either).map(resolve_id::target);
    let target = options.id.map(target).transpose()?;
    let since = options.since.map(|day| since(context, &opened, &day)).transpose()?;
    let state = options.state.map(|word| mark::state_of(&word, context.lang)).transpose();
    let state = state.map_err(AppError::Message)?;
    let words = register::register_words(&opened.judging.policy);
    let mut entries = read(&opened.inventory, &words, context.lang).or_message(&opened.settings, context.lang)?;
    // Only after everything was read: the names and what held before are in the entries left out.
    entries.retain(|one| {
        target.as_ref().is_none_or(|target| one.about.contains(target))
            && since.is_none_or(|since| one.at >= since)
            && state.is_none_or(|state| one.state == Some(state))
    });
    let short = ShortNames::of(&opened.inventory.office_ids().or_message(&opened.settings, context.lang)?);
    Ok(Log { entries, short, zone: opened.judging.policy.zone })
}

/// The first microsecond of a day.
fn since(context: &Context, opened: &OpenInventory, text: &str) -> Result<i64, AppError> {
    let day: Option<Day> = day_of(&GridCell::Text(text.to_string())).ok();
    let first = day.and_then(|day| opened.judging.policy.zone.first_second(day));
    let wrong = Text {
        ja: "--since の値 {text} は日付ではありません。2026-11-23 のように書いてください。",
        en: "--since {text} is no day: write it like 2026-11-23.",
    };
    first.map(micros).ok_or_else(|| AppError::new(wrong, context.lang, &[("text", &text)]))
}

/// Something that happened.
#[derive(Default)]
pub struct LogEntry {
    pub id: EntryId,
    /// When, in microseconds since 1970.
    pub at: i64,
    /// mark, binding, undo, register, notification.
    pub kind: &'static str,
    /// What it is about, the first above all.
    pub about: Vec<MarkTarget>,
    /// The name of the first.
    pub name: String,
    pub state: Option<MarkState>,
    /// The details of a mark.
    pub mark: Option<Mark>,
    /// Who recorded it.
    pub by: Option<String>,
    /// What held before.
    pub before: Option<String>,
    /// What holds since.
    pub after: Option<String>,
    /// What was sent to whom, where somebody was notified.
    pub notification: Option<NotificationRow>,
    /// The entry that an undo took back.
    pub undoes: Option<EntryId>,
    /// The entry that took this one back, and when.
    pub undone: Option<(EntryId, i64)>,
}

/// What is known at a point of the log.
struct LogReader<'a> {
    inventory: &'a Sqlite,
    words: &'a PolicyWords,
    lang: Lang,
    holders: HashMap<HolderKey, (Option<Holder>, String)>,
    bindings: HashMap<[u8; 32], ManualBinding>,
    subjects: HashMap<[u8; 32], String>,
    /// Where in the log each mark is.
    marks: HashMap<EntryId, usize>,
    entries: Vec<LogEntry>,
}

/// Reads all that people did, oldest first.
fn read(inventory: &Sqlite, words: &PolicyWords, lang: Lang) -> Result<Vec<LogEntry>, InventoryError> {
    let mut entries = Vec::new();
    inventory.entries(&["mark", "binding", "undo", "holder", "told"], &mut |entry| {
        entries.push(entry);
        Ok(())
    })?;
    let mut reader = LogReader {
        inventory,
        words,
        lang,
        holders: HashMap::new(),
        bindings: HashMap::new(),
        subjects: HashMap::new(),
        marks: HashMap::new(),
        entries: Vec::new(),
    };
    entries.iter().try_for_each(|entry| reader.add(entry))?;
    Ok(reader.entries)
}

impl LogReader<'_> {
    fn add(&mut self, entry: &HistoryEntry) -> Result<(), InventoryError> {
        let added = match &entry.body {
            EntryBody::Mark(row) => self.mark(entry, row)?,
            EntryBody::Binding { sha256, bound, by } => Some(self.binding(entry, sha256, bound.as_ref(), by)?),
            // What an undone import changed back is told by holder.
            EntryBody::Undo { entry: mark, by } if self.marks.contains_key(mark) => Some(self.undo(entry, mark, by)),
            EntryBody::Holder { register, id, holder, by, .. } => {
                let key = HolderKey { register: register.clone(), id: id.clone() };
                Some(self.holder(entry, key, holder.as_ref(), by))
            }
            EntryBody::Told(row) => self.notification(entry, row)?,
            _ => None,
        };
        self.entries.extend(added);
        Ok(())
    }

    fn mark(&mut self, entry: &HistoryEntry, row: &MarkRow) -> Result<Option<LogEntry>, InventoryError> {
        let Some(mark) = row.mark(entry.id, entry.at) else { return Ok(None) };
        self.marks.insert(entry.id, self.entries.len());
        let name = self.name(&mark.target)?;
        Ok(Some(LogEntry {
            state: Some(mark.state),
            by: mark.by.clone(),
            before: row.before.as_deref().map(|before| in_words(before, self.lang)),
            after: Some(self.mark_text(&mark)),
            about: vec![mark.target.clone()],
            name,
            mark: Some(mark),
            ..LogEntry::new(entry, "mark")
        }))
    }

    /// A notification about a certificate, a password or an expected certificate; what is recorded of
    /// addresses and reports is about nobody's.
    fn notification(
        &mut self,
        entry: &HistoryEntry,
        row: &NotificationRow,
    ) -> Result<Option<LogEntry>, InventoryError> {
        let certificate = row.about().strip_prefix("sha256:").and_then(sha256_of).map(MarkTarget::Certificate);
        let of_holder = [NotificationRow::PASSWORD, NotificationRow::DECLARED]
            .iter()
            .find_map(|prefix| row.about().strip_prefix(prefix)?.rsplit_once('/')?.0.split_once('/'));
        let named = row.holder.clone().or(of_holder.map(|(register, id)| (register.to_string(), id.to_string())));
        let holder = named.map(|(register, id)| MarkTarget::Holder(HolderKey { register, id }));
        let about: Vec<MarkTarget> = holder.into_iter().chain(certificate).collect();
        let Some(first) = about.first() else { return Ok(None) };
        Ok(Some(LogEntry {
            name: self.name(first)?,
            about,
            by: row.by.clone(),
            notification: Some(row.clone()),
            ..LogEntry::new(entry, "notification")
        }))
    }

    fn mark_text(&self, mark: &Mark) -> String {
        let until = Text { ja: "{day} まで", en: "until {day}" };
        let mut parts: Vec<String> = mark.on.map(|day| day.to_string()).into_iter().collect();
        parts.extend(mark.until.map(|day| until.fill(self.lang, &[("day", &day)])));
        parts.extend([&mark.rule, &mark.place, &mark.reason].into_iter().flatten().cloned());
        parts.join(" / ")
    }

    fn binding(
        &mut self,
        entry: &HistoryEntry,
        sha256: &[u8; 32],
        bound: Option<&BindingRow>,
        by: &Option<String>,
    ) -> Result<LogEntry, InventoryError> {
        let now = bound.map(BindingRow::bound);
        let before = match &now {
            Some(now) => self.bindings.insert(*sha256, now.clone()),
            None => self.bindings.remove(sha256),
        };
        let mut about = vec![MarkTarget::Certificate(*sha256)];
        for bound in [&before, &now].into_iter().flatten() {
            if let ManualBinding::To(key) = bound {
                about.push(MarkTarget::Holder(key.clone()));
            }
        }
        Ok(LogEntry {
            name: self.name(&about[0])?,
            about,
            by: by.clone(),
            before: Some(bound_text(before.as_ref(), self.lang)),
            after: Some(bound_text(now.as_ref(), self.lang)),
            ..LogEntry::new(entry, "binding")
        })
    }

    fn undo(&mut self, entry: &HistoryEntry, mark: &EntryId, by: &Option<String>) -> LogEntry {
        let undone = self.marks.get(mark).and_then(|at| self.entries.get_mut(*at));
        let (about, name, state) = undone.map_or((Vec::new(), String::new(), None), |undone| {
            undone.undone.get_or_insert((entry.id, entry.at));
            (undone.about.clone(), undone.name.clone(), undone.state)
        });
        LogEntry { about, name, state, by: by.clone(), undoes: Some(*mark), ..LogEntry::new(entry, "undo") }
    }

    fn holder(
        &mut self,
        entry: &HistoryEntry,
        key: HolderKey,
        row: Option<&StoredHolderRow>,
        by: &Option<String>,
    ) -> LogEntry {
        let now = row.map(|row| row.holder(key.clone()));
        let known = self.holders.get(&key).cloned();
        let (before, last_name) = known.unwrap_or_default();
        let name = now.as_ref().map_or(last_name, |now| now.name.clone());
        let (old, new) = self.differences(before.as_ref(), now.as_ref());
        self.holders.insert(key.clone(), (now, name.clone()));
        LogEntry {
            about: vec![MarkTarget::Holder(key)],
            name,
            by: by.clone(),
            before: old,
            after: new,
            ..LogEntry::new(entry, "register")
        }
    }

    /// What was in the register and no longer is, and what is there instead.
    fn differences(&self, before: Option<&Holder>, now: Option<&Holder>) -> (Option<String>, Option<String>) {
        let columns = |holder: Option<&Holder>| holder.map(|holder| column_texts(holder, self.lang, self.words));
        let (before, now) = (columns(before), columns(now));
        let differs = |at: usize| match (&before, &now) {
            (Some(before), Some(now)) => before[at].1 != now[at].1,
            _ => true,
        };
        let text = |all: &Option<Vec<(crate::register::RegisterColumn, String)>>| {
            let all = all.as_ref()?;
            let shown = all.iter().enumerate().filter(|(at, (_, text))| differs(*at) && !text.is_empty());
            let shown = shown.map(|(_, (column, text))| format!("{}: {text}", column.title().get(self.lang)));
            Some(shown.collect::<Vec<_>>().join(" / "))
        };
        (text(&before), text(&now))
    }

    fn name(&mut self, target: &MarkTarget) -> Result<String, InventoryError> {
        match target {
            MarkTarget::Holder(key) => Ok(self.holders.get(key).map(|(_, name)| name.clone()).unwrap_or_default()),
            MarkTarget::Certificate(sha256) => {
                if let Some(subject) = self.subjects.get(sha256) {
                    return Ok(subject.clone());
                }
                let subject = self.inventory.known(sha256)?.map(|known| known.subject).unwrap_or_default();
                self.subjects.insert(*sha256, subject.clone());
                Ok(subject)
            }
        }
    }
}

impl LogEntry {
    fn new(entry: &HistoryEntry, kind: &'static str) -> LogEntry {
        LogEntry { id: entry.id, at: entry.at, kind, ..LogEntry::default() }
    }

    /// The holder that it is about, where it is about one above all.
    pub fn holder(&self) -> Option<&HolderKey> {
        match self.about.first() {
            Some(MarkTarget::Holder(key)) => Some(key),
            _ => None,
        }
    }

    /// The certificate that it is about, where it is about one above all.
    pub fn certificate(&self) -> Option<&[u8; 32]> {
        let certificate = |target: &'_ MarkTarget| matches!(target, MarkTarget::Certificate(_));
        let of = if self.kind == "notification" {
            self.about.iter().find(|one| certificate(one))
        } else {
            self.about.first()
        };
        match of {
            Some(MarkTarget::Certificate(sha256)) => Some(sha256),
            _ => None,
        }
    }

    /// What happened, in a word.
    pub fn word(&self, lang: Lang) -> String {
        let state = self.state.map_or("", |state| state.title().get(lang));
        let text = match (self.kind, &self.before, &self.after) {
            ("mark", ..) => Text { ja: "{state}", en: "{state}" },
            ("undo", ..) => Text { ja: "{state}を取り消し", en: "{state}, taken back" },
            ("notification", ..) if self.notification.as_ref().is_some_and(NotificationRow::is_to_auditors) => {
                Text { ja: "管理者に案内", en: "auditors notified" }
            }
            ("notification", ..) => Text { ja: "案内", en: "notified" },
            ("binding", ..) => Text { ja: "持ち主", en: "binding" },
            (_, None, _) => Text { ja: "台帳に追加", en: "into the register" },
            (_, _, None) => Text { ja: "台帳から消えた", en: "out of the register" },
            _ => Text { ja: "台帳の変更", en: "register changed" },
        };
        text.fill(lang, &[("state", &state)])
    }
}

/// The hash in hexadecimal digits.
fn sha256_of(digits: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

/// What held before, which begins with the code of a state, in words.
fn in_words(before: &str, lang: Lang) -> String {
    let (code, rest) = before.split_once(' ').unwrap_or((before, ""));
    let title = MarkState::of_code(code).map_or(code, |state| state.title().get(lang));
    format!("{title} {rest}").trim_end().to_string()
}
