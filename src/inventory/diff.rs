//! What is otherwise than it was.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::EntryBody;
use super::rows::{FileRow, VerdictRow};
use super::store::{InventoryError, Store};
use super::story::StoredOccurrence;
use crate::certificate::hex;

/// What is otherwise with a certificate. One may stand under several words: a renewal that was
/// found is new as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateChange {
    /// What.
    pub word: ChangeKind,
    /// The certificate.
    pub sha256: [u8; 32],
    /// Its friendlyName at one of these places.
    pub friendly_name: Option<String>,
    /// Where it lay then and no longer lies.
    pub from: Vec<StoredOccurrence>,
    /// Where it lies now and did not lie then.
    pub to: Vec<StoredOccurrence>,
    /// The gravest finding that was known then: 0 none, 1 info, 2 warning, 3 error; none where
    /// it had not been judged.
    pub severity_before: Option<u8>,
    /// The gravest finding now; none where it lies nowhere.
    pub severity: Option<u8>,
    /// The certificate that it renews.
    pub renews: Option<[u8; 32]>,
}

/// A word for a change, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It lies somewhere, and lay nowhere then.
    New,
    /// It lay somewhere then, and lies nowhere now. Files are gone only where an import walked
    /// their folder to its end and did not find them.
    Gone,
    /// It lay somewhere then and lies somewhere now: no longer at a place where it lay, and at
    /// one where it did not. A copy that was added or removed is no move.
    Moved,
    /// It is new, trusted, and renews one that lay somewhere then: it supersedes it, as the
    /// rules of renewal have it, or it began later, has subject and issuer of one that is gone.
    Renewed,
    /// Its gravest finding is less grave than then. It lay somewhere then, and does now.
    Better,
    /// Its gravest finding is graver than then. It lay somewhere then, and does now.
    Worse,
}

impl ChangeKind {
    /// All of them, in order.
    pub const ALL: [ChangeKind; 6] = [
        ChangeKind::New,
        ChangeKind::Gone,
        ChangeKind::Moved,
        ChangeKind::Renewed,
        ChangeKind::Better,
        ChangeKind::Worse,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            ChangeKind::New => "new",
            ChangeKind::Gone => "gone",
            ChangeKind::Moved => "moved",
            ChangeKind::Renewed => "renewed",
            ChangeKind::Better => "better",
            ChangeKind::Worse => "worse",
        }
    }
}

/// A certificate's places that are not the same.
#[derive(Default)]
struct OccurrenceChanges {
    from: BTreeSet<StoredOccurrence>,
    to: BTreeSet<StoredOccurrence>,
    friendly_name: Option<String>,
}

/// What is otherwise at `until` than what was known at `since` (both in microseconds since
/// 1970). The judgement compared is the one that the store has now.
pub fn differences(store: &dyn Store, since: i64, until: i64) -> Result<Vec<CertificateChange>, InventoryError> {
    let mut changes = Vec::new();
    let mut appeared = BTreeSet::new();
    let mut gone = BTreeSet::new();
    for (sha256, places) in moves(store, since, until)? {
        let now: BTreeSet<StoredOccurrence> =
            store.lies_in(&sha256)?.into_iter().map(|(host, path)| StoredOccurrence { host, path }).collect();
        let stayed = now.iter().any(|spot| !places.to.contains(spot));
        let lay = stayed || !places.from.is_empty();
        let word = match (lay, now.is_empty()) {
            (false, false) => ChangeKind::New,
            (true, true) => ChangeKind::Gone,
            (true, false) if !places.from.is_empty() && !places.to.is_empty() => ChangeKind::Moved,
            _ => continue,
        };
        match word {
            ChangeKind::New => drop(appeared.insert(sha256)),
            ChangeKind::Gone => drop(gone.insert(sha256)),
            _ => {}
        }
        let before = verdict_then(store, &sha256, since)?.filter(|_| lay);
        let severity = store.last_verdict(&sha256)?.filter(|_| !now.is_empty());
        changes.push(CertificateChange {
            word,
            sha256,
            friendly_name: places.friendly_name,
            from: places.from.into_iter().collect(),
            to: places.to.into_iter().collect(),
            severity_before: before.as_ref().map(VerdictRow::gravest),
            severity: severity.as_ref().map(VerdictRow::gravest),
            renews: None,
        });
    }
    let renewals: Vec<CertificateChange> = changes
        .iter()
        .filter(|change| change.word == ChangeKind::New)
        .filter_map(|change| renewal(store, change, &appeared, &gone).transpose())
        .collect::<Result<_, InventoryError>>()?;
    changes.extend(renewals);
    changes.extend(regraded(store, since, &appeared)?);
    changes.sort_by(|a, b| (a.word, &a.sha256).cmp(&(b.word, &b.sha256)));
    Ok(changes)
}

/// Of every certificate in a file that is otherwise: where it no longer lies, and where it did
/// not lie.
fn moves(store: &dyn Store, since: i64, until: i64) -> Result<BTreeMap<[u8; 32], OccurrenceChanges>, InventoryError> {
    let mut moves: BTreeMap<[u8; 32], OccurrenceChanges> = BTreeMap::new();
    for subject in store.subjects("file", since, until)? {
        let Some((host, path)) = subject.split_once('\u{0}') else { continue };
        let spot = StoredOccurrence { host: host.into(), path: path.into() };
        let file = |at: i64| -> Result<FileRow, InventoryError> {
            Ok(match store.known_at("file", &subject, at)?.map(|entry| entry.body) {
                Some(EntryBody::File { file: Some(file), .. }) => file,
                _ => FileRow::default(),
            })
        };
        let (then, now) = (file(since)?, file(until)?);
        let holds = |file: &FileRow, sha256: &[u8; 32]| file.certificates.iter().any(|s| s.sha256 == *sha256);
        for occurrence in then.certificates.iter().filter(|s| !holds(&now, &s.sha256)) {
            let places = moves.entry(occurrence.sha256).or_default();
            places.from.insert(spot.clone());
            places.friendly_name = places.friendly_name.take().or_else(|| occurrence.friendly_name.clone());
        }
        for occurrence in now.certificates.iter().filter(|s| !holds(&then, &s.sha256)) {
            let places = moves.entry(occurrence.sha256).or_default();
            places.to.insert(spot.clone());
            places.friendly_name = occurrence.friendly_name.clone().or(places.friendly_name.take());
        }
    }
    Ok(moves)
}

fn verdict_then(store: &dyn Store, sha256: &[u8; 32], since: i64) -> Result<Option<VerdictRow>, InventoryError> {
    Ok(match store.known_at("verdict", &hex(sha256), since)?.map(|entry| entry.body) {
        Some(EntryBody::Verdict(row)) => Some(row),
        _ => None,
    })
}

/// The certificate that a new one renews: of several the one that began last.
fn renewal(
    store: &dyn Store,
    change: &CertificateChange,
    appeared: &BTreeSet<[u8; 32]>,
    gone: &BTreeSet<[u8; 32]>,
) -> Result<Option<CertificateChange>, InventoryError> {
    let trusted = store.last_verdict(&change.sha256)?.is_some_and(|row| row.status == "trusted");
    if !trusted {
        return Ok(None);
    }
    let earlier = store
        .predecessors(&change.sha256)?
        .into_iter()
        .find(|(sha256, supersedes)| gone.contains(sha256) || (*supersedes && !appeared.contains(sha256)));
    Ok(earlier.map(|(sha256, _)| CertificateChange {
        word: ChangeKind::Renewed,
        renews: Some(sha256),
        ..change.clone()
    }))
}

/// What lies somewhere, did so then, and has a gravest finding of another severity.
fn regraded(
    store: &dyn Store,
    since: i64,
    appeared: &BTreeSet<[u8; 32]>,
) -> Result<Vec<CertificateChange>, InventoryError> {
    let mut changes = Vec::new();
    store.each_graded(since, &mut |sha256, now, then| {
        let before = then.gravest();
        if before == now || appeared.contains(&sha256) {
            return Ok(());
        }
        changes.push(CertificateChange {
            word: if now < before { ChangeKind::Better } else { ChangeKind::Worse },
            sha256,
            friendly_name: None,
            from: Vec::new(),
            to: Vec::new(),
            severity_before: Some(before),
            severity: Some(now),
            renews: None,
        });
        Ok(())
    })?;
    Ok(changes)
}
