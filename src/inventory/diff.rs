//! What is otherwise than it was.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::Body;
use super::rows::{FileRow, VerdictRow};
use super::store::{Error, Store};
use super::story::Spot;
use crate::certificate::hex;

/// What is otherwise with a certificate. One may stand under several words: a renewal that was
/// found is new as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub word: ChangeWord,
    /// The certificate.
    pub sha256: [u8; 32],
    /// Its friendlyName at one of these places.
    pub friendly_name: Option<String>,
    /// Where it lay then and no longer lies.
    pub from: Vec<Spot>,
    /// Where it lies now and did not lie then.
    pub to: Vec<Spot>,
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
pub enum ChangeWord {
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

impl ChangeWord {
    /// All of them, in order.
    pub const ALL: [ChangeWord; 6] = [
        ChangeWord::New,
        ChangeWord::Gone,
        ChangeWord::Moved,
        ChangeWord::Renewed,
        ChangeWord::Better,
        ChangeWord::Worse,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            ChangeWord::New => "new",
            ChangeWord::Gone => "gone",
            ChangeWord::Moved => "moved",
            ChangeWord::Renewed => "renewed",
            ChangeWord::Better => "better",
            ChangeWord::Worse => "worse",
        }
    }
}

/// A certificate's places that are not the same.
#[derive(Default)]
struct Places {
    from: BTreeSet<Spot>,
    to: BTreeSet<Spot>,
    friendly_name: Option<String>,
}

/// What is otherwise at `until` than what was known at `since` (both in microseconds since
/// 1970). The judgement compared is the one that the store has now.
pub fn differences(store: &dyn Store, since: i64, until: i64) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    let mut appeared = BTreeSet::new();
    let mut gone = BTreeSet::new();
    for (sha256, places) in moves(store, since, until)? {
        let now: BTreeSet<Spot> = store.lies_in(&sha256)?.into_iter().map(|(host, path)| Spot { host, path }).collect();
        let stayed = now.iter().any(|spot| !places.to.contains(spot));
        let lay = stayed || !places.from.is_empty();
        let word = match (lay, now.is_empty()) {
            (false, false) => ChangeWord::New,
            (true, true) => ChangeWord::Gone,
            (true, false) if !places.from.is_empty() && !places.to.is_empty() => ChangeWord::Moved,
            _ => continue,
        };
        match word {
            ChangeWord::New => drop(appeared.insert(sha256)),
            ChangeWord::Gone => drop(gone.insert(sha256)),
            _ => {}
        }
        let before = verdict_then(store, &sha256, since)?.filter(|_| lay);
        let severity = store.last_verdict(&sha256)?.filter(|_| !now.is_empty());
        changes.push(Change {
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
    let renewals: Vec<Change> = changes
        .iter()
        .filter(|change| change.word == ChangeWord::New)
        .filter_map(|change| renewal(store, change, &appeared, &gone).transpose())
        .collect::<Result<_, Error>>()?;
    changes.extend(renewals);
    changes.extend(regraded(store, since, &appeared)?);
    changes.sort_by(|a, b| (a.word, &a.sha256).cmp(&(b.word, &b.sha256)));
    Ok(changes)
}

/// Of every certificate in a file that is otherwise: where it no longer lies, and where it did
/// not lie.
fn moves(store: &dyn Store, since: i64, until: i64) -> Result<BTreeMap<[u8; 32], Places>, Error> {
    let mut moves: BTreeMap<[u8; 32], Places> = BTreeMap::new();
    for subject in store.subjects("file", since, until)? {
        let Some((host, path)) = subject.split_once('\u{0}') else { continue };
        let spot = Spot { host: host.into(), path: path.into() };
        let file = |at: i64| -> Result<FileRow, Error> {
            Ok(match store.known_at("file", &subject, at)?.map(|entry| entry.body) {
                Some(Body::File { file: Some(file), .. }) => file,
                _ => FileRow::default(),
            })
        };
        let (then, now) = (file(since)?, file(until)?);
        let holds = |file: &FileRow, sha256: &[u8; 32]| file.certificates.iter().any(|s| s.sha256 == *sha256);
        for sighting in then.certificates.iter().filter(|s| !holds(&now, &s.sha256)) {
            let places = moves.entry(sighting.sha256).or_default();
            places.from.insert(spot.clone());
            places.friendly_name = places.friendly_name.take().or_else(|| sighting.friendly_name.clone());
        }
        for sighting in now.certificates.iter().filter(|s| !holds(&then, &s.sha256)) {
            let places = moves.entry(sighting.sha256).or_default();
            places.to.insert(spot.clone());
            places.friendly_name = sighting.friendly_name.clone().or(places.friendly_name.take());
        }
    }
    Ok(moves)
}

fn verdict_then(store: &dyn Store, sha256: &[u8; 32], since: i64) -> Result<Option<VerdictRow>, Error> {
    Ok(match store.known_at("verdict", &hex(sha256), since)?.map(|entry| entry.body) {
        Some(Body::Verdict(row)) => Some(row),
        _ => None,
    })
}

/// The certificate that a new one renews: of several the one that began last.
fn renewal(
    store: &dyn Store,
    change: &Change,
    appeared: &BTreeSet<[u8; 32]>,
    gone: &BTreeSet<[u8; 32]>,
) -> Result<Option<Change>, Error> {
    let trusted = store.last_verdict(&change.sha256)?.is_some_and(|row| row.status == "trusted");
    if !trusted {
        return Ok(None);
    }
    let earlier = store
        .predecessors(&change.sha256)?
        .into_iter()
        .find(|(sha256, supersedes)| gone.contains(sha256) || (*supersedes && !appeared.contains(sha256)));
    Ok(earlier.map(|(sha256, _)| Change { word: ChangeWord::Renewed, renews: Some(sha256), ..change.clone() }))
}

/// What lies somewhere, did so then, and has a gravest finding of another severity.
fn regraded(store: &dyn Store, since: i64, appeared: &BTreeSet<[u8; 32]>) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    store.each_graded(since, &mut |sha256, now, then| {
        let before = then.gravest();
        if before == now || appeared.contains(&sha256) {
            return Ok(());
        }
        changes.push(Change {
            word: if now < before { ChangeWord::Better } else { ChangeWord::Worse },
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
