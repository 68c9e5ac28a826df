//! The differences of the inventory between two moments.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::EntryBody;
use super::rows::{FileRow, VerdictRow};
use super::store::{InventoryError, Store};
use super::story::StoredOccurrence;
use crate::certificate::hex;

/// A change of a certificate. One certificate may have several: a renewal that was found is also
/// new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateChange {
    /// What.
    pub word: ChangeKind,
    /// The certificate.
    pub sha256: [u8; 32],
    /// Its friendlyName at one of these places.
    pub friendly_name: Option<String>,
    /// Where it was then and is not now.
    pub from: Vec<StoredOccurrence>,
    /// Where it is now and was not then.
    pub to: Vec<StoredOccurrence>,
    /// The highest severity known then: 0 none, 1 info, 2 warning, 3 error; none where it had not
    /// been judged.
    pub severity_before: Option<u8>,
    /// The highest severity now; none where it is nowhere present.
    pub severity: Option<u8>,
    /// The certificate that it renews.
    pub renews: Option<[u8; 32]>,
}

/// The kind of a change, in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Present now and not then.
    New,
    /// Present then and not now. Files are gone only where an import walked their folder completely
    /// and did not find them.
    Gone,
    /// Present then and now, no longer at one place and newly at another. A copy that was added or
    /// removed is not a move.
    Moved,
    /// New, trusted, and a renewal of one that was present then: it supersedes it by the rules of
    /// renewal, or it began later and has the subject and issuer of one that is gone.
    Renewed,
    /// The highest severity of its findings fell. Present then and now.
    Better,
    /// The highest severity of its findings rose. Present then and now.
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

/// The places of a certificate that differ.
#[derive(Default)]
struct OccurrenceChanges {
    from: BTreeSet<StoredOccurrence>,
    to: BTreeSet<StoredOccurrence>,
    friendly_name: Option<String>,
}

/// The differences between what was known at `since` and at `until` (both in microseconds since
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
        // A certificate that is back was judged before it went; only one that was present then has
        // a severity to compare with.
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

/// For every certificate in a changed file: where it is no longer, and where it is newly.
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

/// The certificate that a new one renews: of several, the one that began last.
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

/// Certificates present then and now whose highest severity differs.
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
