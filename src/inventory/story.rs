//! The story of a certificate or a holder: what happened to it, oldest first.

use std::collections::BTreeSet;

use super::entry::{EntryBody, HistoryEntry, instant};
use super::rows::{BindingRow, FileRow, MarkRow, NotificationRow, StoredHolderRow, VerdictRow, target_text};
use super::store::{InventoryError, Store};
use crate::calendar::Instant;
use crate::certificate::hex;
use crate::locale::Lang;
use crate::register::{HolderKey, MarkTarget, PolicyWords, RegisterColumn, said};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryEvent {
    /// When, as it was recorded.
    pub at: Instant,
    /// What.
    pub what: EventKind,
}

/// Where a certificate lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoredOccurrence {
    /// The computer.
    pub host: String,
    /// The file.
    pub path: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum EventKind {
    /// The certificate was seen at a place where it had not been.
    Seen(StoredOccurrence),
    /// It no longer lies at a place.
    Gone(StoredOccurrence),
    /// Both, in one import.
    Moved {
        /// Where it no longer lies.
        from: StoredOccurrence,
        /// Where it lies instead.
        to: StoredOccurrence,
    },
    /// It was judged for the first time, or otherwise than before.
    Judged {
        /// As it was judged before.
        before: Option<VerdictRow>,
        /// As it is judged from then on.
        now: VerdictRow,
    },
    /// Somebody said whose it is, or took that back.
    Bound(Option<BindingRow>),
    /// Somebody recorded what was done.
    Marked(MarkRow),
    /// A mark was taken back.
    Unmarked(MarkRow),
    /// Its holder was reminded of its end.
    Told(NotificationRow),
    /// A certificate that renews it was seen for the first time.
    Renewed([u8; 32]),
    /// The holder stands in the register.
    Entered,
    /// The register says something else of the holder.
    Changed(Vec<RegisterColumn>),
    /// The holder no longer stands in the register.
    Left,
}

/// An import gives its entries instants that are microseconds apart: what is no further apart
/// than this happened in one.
const ONE_IMPORT: time::Duration = time::Duration::MINUTE;

/// The story of a certificate up to `until` (microseconds since 1970), and of what renews it.
pub fn certificate_story(
    store: &dyn Store,
    sha256: &[u8; 32],
    renewed_by: Option<[u8; 32]>,
    until: i64,
) -> Result<Vec<StoryEvent>, InventoryError> {
    let mut events = occurrences(store, sha256, until)?;
    let mut before = None;
    for entry in known(store, "verdict", &hex(sha256), until)? {
        let EntryBody::Verdict(now) = entry.body else { continue };
        let judged = EventKind::Judged { before: before.replace(now.clone()), now };
        events.push(StoryEvent { at: instant(entry.at), what: judged });
    }
    for entry in known(store, "binding", &hex(sha256), until)? {
        if let EntryBody::Binding { bound, .. } = entry.body {
            events.push(StoryEvent { at: instant(entry.at), what: EventKind::Bound(bound) });
        }
    }
    events.extend(marks(store, &MarkTarget::Certificate(*sha256), until)?);
    events.extend(told(store, &format!("sha256:{}", hex(sha256)), until)?);
    if let Some(renewal) = renewed_by {
        let first = occurrences(store, &renewal, until)?.into_iter().next();
        events.extend(first.map(|event| StoryEvent { what: EventKind::Renewed(renewal), ..event }));
    }
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// The story of a holder up to `until` (microseconds since 1970).
pub fn holder_story(store: &dyn Store, key: &HolderKey, until: i64) -> Result<Vec<StoryEvent>, InventoryError> {
    let mut events = Vec::new();
    let mut before: Option<StoredHolderRow> = None;
    for entry in known(store, "holder", &format!("{}\u{0}{}", key.register, key.id), until)? {
        let EntryBody::Holder { holder: now, .. } = entry.body else { continue };
        let what = match (&before, &now) {
            (None, Some(_)) => Some(EventKind::Entered),
            (Some(before), Some(now)) => Some(EventKind::Changed(differences(before, now, key))),
            (Some(_), None) => Some(EventKind::Left),
            (None, None) => None,
        };
        events.extend(what.map(|what| StoryEvent { at: instant(entry.at), what }));
        before = now;
    }
    events.extend(marks(store, &MarkTarget::Holder(key.clone()), until)?);
    let own = [NotificationRow::PASSWORD, NotificationRow::DECLARED]
        .map(|what| format!("{what}{}/{}/", key.register, key.id));
    let topics: BTreeSet<String> = store.notifications()?.into_iter().map(|told| told.topic).collect();
    for topic in topics.iter().filter(|topic| own.iter().any(|own| topic.starts_with(own))) {
        events.extend(told(store, topic, until)?);
    }
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// When it was said of something that it ends.
fn told(store: &dyn Store, topic: &str, until: i64) -> Result<Vec<StoryEvent>, InventoryError> {
    let event = |entry: HistoryEntry| match entry.body {
        EntryBody::Told(told) => Some(StoryEvent { at: instant(entry.at), what: EventKind::Told(told) }),
        _ => None,
    };
    Ok(known(store, "told", topic, until)?.into_iter().filter_map(event).collect())
}

/// The columns in which two rows of a holder differ. Words are compared as they would be written,
/// in whatever language.
fn differences(before: &StoredHolderRow, now: &StoredHolderRow, key: &HolderKey) -> Vec<RegisterColumn> {
    let columns = |row: &StoredHolderRow| said(&row.holder(key.clone()), Lang::En, &PolicyWords::default());
    let pairs = columns(before).into_iter().zip(columns(now));
    pairs.filter(|(before, now)| before != now).map(|((column, _), _)| column).collect()
}

/// The last that the register said of a holder, up to `until`.
pub fn last_of_holder(
    store: &dyn Store,
    key: &HolderKey,
    until: i64,
) -> Result<Option<StoredHolderRow>, InventoryError> {
    let entries = known(store, "holder", &format!("{}\u{0}{}", key.register, key.id), until)?;
    Ok(entries.into_iter().rev().find_map(|entry| match entry.body {
        EntryBody::Holder { holder, .. } => holder,
        _ => None,
    }))
}

fn known(store: &dyn Store, kind: &str, subject: &str, until: i64) -> Result<Vec<HistoryEntry>, InventoryError> {
    let mut entries = store.story(kind, subject)?;
    entries.retain(|entry| entry.at <= until);
    Ok(entries)
}

/// Where a certificate lay from when to when.
fn occurrences(store: &dyn Store, sha256: &[u8; 32], until: i64) -> Result<Vec<StoryEvent>, InventoryError> {
    let holds = |file: &FileRow| file.certificates.iter().any(|occurrence| occurrence.sha256 == *sha256);
    let mut events = Vec::new();
    for (host, path) in store.ever_in(sha256)? {
        let mut lies_there = false;
        for entry in known(store, "file", &format!("{host}\u{0}{path}"), until)? {
            let EntryBody::File { file, .. } = entry.body else { continue };
            let occurrence = StoredOccurrence { host: host.clone(), path: path.clone() };
            let what = match (lies_there, file.as_ref().is_some_and(holds)) {
                (false, true) => EventKind::Seen(occurrence),
                (true, false) => EventKind::Gone(occurrence),
                _ => continue,
            };
            lies_there = !lies_there;
            events.push(StoryEvent { at: instant(entry.at), what });
        }
    }
    events.sort_by_key(|event| event.at);
    Ok(with_moves(events))
}

/// The same, with each place lost in the import in which another was found told as one move.
fn with_moves(events: Vec<StoryEvent>) -> Vec<StoryEvent> {
    let mut told: Vec<StoryEvent> = Vec::with_capacity(events.len());
    for event in events {
        let other = told.iter().rposition(|earlier| {
            let one_of_each = matches!(
                (&earlier.what, &event.what),
                (EventKind::Seen(_), EventKind::Gone(_)) | (EventKind::Gone(_), EventKind::Seen(_))
            );
            one_of_each && event.at - earlier.at < ONE_IMPORT
        });
        match (other, event.what) {
            (Some(i), what) => {
                let earlier = told.remove(i);
                let (from, to) = match (earlier.what, what) {
                    (EventKind::Gone(from), EventKind::Seen(to)) | (EventKind::Seen(to), EventKind::Gone(from)) => {
                        (from, to)
                    }
                    _ => continue,
                };
                told.push(StoryEvent { at: event.at, what: EventKind::Moved { from, to } });
            }
            (None, what) => told.push(StoryEvent { at: event.at, what }),
        }
    }
    told
}

fn marks(store: &dyn Store, target: &MarkTarget, until: i64) -> Result<Vec<StoryEvent>, InventoryError> {
    let mut events = Vec::new();
    for entry in known(store, "mark", &target_text(target), until)? {
        let EntryBody::Mark(mark) = entry.body else { continue };
        let undone = known(store, "undo", &hex(&entry.id), until)?.into_iter().next();
        events.extend(undone.map(|undo| StoryEvent { at: instant(undo.at), what: EventKind::Unmarked(mark.clone()) }));
        events.push(StoryEvent { at: instant(entry.at), what: EventKind::Marked(mark) });
    }
    Ok(events)
}
