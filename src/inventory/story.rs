//! The history of a certificate or a holder, oldest event first.

use std::collections::BTreeSet;

use super::entry::{EntryBody, HistoryEntry};
use super::rows::{BindingRow, FileRow, MarkRow, NotificationRow, StoredHolderRow, VerdictRow, target_text};
use super::store::{InventoryError, Store};
use super::units::instant;
use crate::calendar::Instant;
use crate::certificate::hex;
use crate::locale::Lang;
use crate::register::{HolderKey, MarkTarget, PolicyWords, RegisterColumn, column_texts};

/// An event in a history.
#[derive(Clone, Debug, PartialEq)]
pub struct StoryEvent {
    /// The instant at which it was recorded.
    pub at: Instant,
    /// What.
    pub what: EventKind,
}

/// A place of a certificate.
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
    /// The certificate was found at a new place.
    Seen(StoredOccurrence),
    /// It is gone from a place.
    Gone(StoredOccurrence),
    /// Both, in one import.
    Moved {
        /// The old place.
        from: StoredOccurrence,
        /// The new place.
        to: StoredOccurrence,
    },
    /// It was judged for the first time or differently.
    Judged {
        /// The verdict and findings before.
        before: Option<VerdictRow>,
        /// The verdict and findings from then on.
        now: VerdictRow,
    },
    /// It was assigned by hand, or the assignment was removed.
    Bound(Option<BindingRow>),
    /// An action was recorded.
    Marked(MarkRow),
    /// A record of action was undone.
    Unmarked(MarkRow),
    /// Its holder was notified of its expiry.
    Told(NotificationRow),
    /// A certificate that renews it was found for the first time.
    Renewed([u8; 32]),
    /// The holder was added to the register.
    Entered,
    /// The register's values of the holder changed.
    Changed(Vec<RegisterColumn>),
    /// The holder was removed from the register.
    Left,
}

/// An import gives its entries instants microseconds apart: events closer than this are from one
/// import.
const ONE_IMPORT: time::Duration = time::Duration::MINUTE;

/// The history of a certificate up to `until` (microseconds since 1970), with the first sight of
/// its renewal.
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
    for whom in ["", NotificationRow::AUDITORS, NotificationRow::BY_HAND] {
        events.extend(told(store, &format!("{whom}sha256:{}", hex(sha256)), until, &|_| true)?);
    }
    if let Some(renewal) = renewed_by {
        let first = occurrences(store, &renewal, until)?.into_iter().next();
        // When the renewal was first found, not when it was issued: the history shows what was
        // known when.
        events.extend(first.map(|event| StoryEvent { what: EventKind::Renewed(renewal), ..event }));
    }
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// The history of a holder up to `until` (microseconds since 1970), with every notification about it
/// and its certificates; `certificates` are those that are its own today.
pub fn holder_story(
    store: &dyn Store,
    key: &HolderKey,
    certificates: &[[u8; 32]],
    until: i64,
) -> Result<Vec<StoryEvent>, InventoryError> {
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
    let certificates: BTreeSet<String> = certificates.iter().map(|sha256| format!("sha256:{}", hex(sha256))).collect();
    let is_own = |row: &NotificationRow| match &row.holder {
        Some((register, id)) => (register, id) == (&key.register, &key.id),
        // Older entries do not say whom they were about.
        None => own.iter().any(|own| row.about().starts_with(own)) || certificates.contains(row.about()),
    };
    let topics: BTreeSet<String> = store.notifications()?.into_iter().filter(is_own).map(|told| told.topic).collect();
    for topic in &topics {
        events.extend(told(store, topic, until, &is_own)?);
    }
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// The notifications about a topic, those that are meant.
fn told(
    store: &dyn Store,
    topic: &str,
    until: i64,
    is_meant: &dyn Fn(&NotificationRow) -> bool,
) -> Result<Vec<StoryEvent>, InventoryError> {
    let event = |entry: HistoryEntry| match entry.body {
        EntryBody::Told(told) if is_meant(&told) => {
            Some(StoryEvent { at: instant(entry.at), what: EventKind::Told(told) })
        }
        _ => None,
    };
    Ok(known(store, "told", topic, until)?.into_iter().filter_map(event).collect())
}

/// The columns in which two rows of a holder differ. Values are compared as texts of one language,
/// which are equal exactly if the values are.
fn differences(before: &StoredHolderRow, now: &StoredHolderRow, key: &HolderKey) -> Vec<RegisterColumn> {
    let columns = |row: &StoredHolderRow| column_texts(&row.holder(key.clone()), Lang::En, &PolicyWords::default());
    let pairs = columns(before).into_iter().zip(columns(now));
    pairs.filter(|(before, now)| before != now).map(|((column, _), _)| column).collect()
}

/// The last values of a holder in the register, up to `until`.
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

/// When a certificate appeared and disappeared at each place.
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

/// Joins a place lost and a place found in one import into one move.
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
        // The record that was undone stays in the history, since entries are only added.
        let undone = known(store, "undo", &hex(&entry.id), until)?.into_iter().next();
        events.extend(undone.map(|undo| StoryEvent { at: instant(undo.at), what: EventKind::Unmarked(mark.clone()) }));
        events.push(StoryEvent { at: instant(entry.at), what: EventKind::Marked(mark) });
    }
    Ok(events)
}
