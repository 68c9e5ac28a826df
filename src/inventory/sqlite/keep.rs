//! Writing contents, stamps and judgements; backup, integrity check and restore.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::super::entry::EntryBody;
use super::super::lock::InventoryLock;
use super::super::rows::{FileRow, StoredHolderRow, StoredVerdict, VerdictRow, severity_number};
use super::super::store::{InventoryError, Judgement, KnownFile, StoreWriter, WriteBatch};
use super::{Sqlite, document, entry_of, moment, role_number, sql};
use crate::certificate::hex;
use crate::platform::{self, Output, Privacy};

/// Damages that are reported at most.
const MOST_TOLD: usize = 20;

/// Writes new certificates and CRLs; returns the number of new certificates.
pub(super) fn contents(db: &Connection, batch: &WriteBatch) -> rusqlite::Result<u64> {
    let mut new = 0;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO certificate
             (sha256, der, role, subject_key, issuer_key, key, serial, subject, not_before, not_after)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut known = db.prepare_cached("SELECT 1 FROM certificate WHERE sha256 = ?")?;
    for kept in &batch.certificates {
        let certificate = &kept.certificate;
        if known.exists([certificate.sha256])? {
            continue;
        }
        new += insert.execute(params![
            certificate.sha256,
            certificate.der(),
            role_number(kept.summary.role),
            kept.summary.subject,
            kept.summary.issuer,
            certificate.key().map(|key| key.id.0),
            certificate.serial.hex(),
            certificate.subject.printed(),
            moment(certificate.not_before),
            moment(certificate.not_after),
        ])? as u64;
    }
    let mut insert = db.prepare_cached("INSERT OR IGNORE INTO crl (sha256, der) VALUES (?, ?)")?;
    for crl in &batch.crls {
        if insert.execute(params![crl.sha256, crl.der])? > 0 {
            super::judgement_is_stale(db)?;
        }
    }
    Ok(new)
}

/// Writes the state of files that were read.
pub(super) fn stamps(db: &Connection, stamps: &[KnownFile]) -> rusqlite::Result<()> {
    let mut replace = db.prepare_cached(
        "INSERT OR REPLACE INTO stamp (host, path, size, modified, changed, device, inode, reading, settled)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for known in stamps {
        let stamp = known.stamp;
        replace.execute(params![
            known.host,
            known.path,
            stamp.size.cast_signed(),
            stamp.modified,
            stamp.changed,
            stamp.identity.0.cast_signed(),
            stamp.identity.1.cast_signed(),
            known.reading,
            known.settled
        ])?;
    }
    Ok(())
}

/// Writes judgements of certificates and holders.
pub(super) fn judged(db: &Connection, judgement: &Judgement) -> rusqlite::Result<()> {
    let mut replace = db.prepare_cached(
        "INSERT OR REPLACE INTO judged
             (sha256, role, status, generation, severity, ends, ends_on, register, holder, how, category, places,
              host, path, name, superseded_by, row, verdict, holds_from, holds_until, world)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let mut forget = db.prepare_cached("DELETE FROM finding WHERE sha256 = ?")?;
    let mut find = db.prepare_cached("INSERT OR REPLACE INTO finding (rule, sha256, severity) VALUES (?, ?, ?)")?;
    for judged in &judgement.rows {
        let row = &judged.row;
        replace.execute(params![
            row.sha256,
            judged.role,
            row.status,
            row.generation,
            judged.severity,
            moment(judged.ends),
            judged.ends_on,
            judged.holder.as_ref().map(|(register, _)| register),
            judged.holder.as_ref().map(|(_, id)| id),
            judged.how,
            judged.category,
            judged.places as i64,
            judged.host,
            judged.path,
            judged.name,
            judged.superseded_by,
            document(row)?,
            document(&StoredVerdict::new(&judged.verdict))?,
            moment(judged.lifetime.from),
            moment(judged.lifetime.until),
            judged.lifetime.trust_inputs,
        ])?;
        forget.execute([row.sha256])?;
        for (rule, severity) in &row.findings {
            find.execute(params![rule, row.sha256, severity_number(severity)])?;
        }
    }
    if let Some(whole) = &judgement.whole {
        let nowhere = "sha256 NOT IN (SELECT sha256 FROM sighting)";
        db.execute(&format!("DELETE FROM judged WHERE {nowhere}"), [])?;
        db.execute(&format!("DELETE FROM finding WHERE {nowhere}"), [])?;
        db.execute("DELETE FROM holder_finding", [])?;
        let mut find = db.prepare_cached(
            "INSERT OR REPLACE INTO holder_finding (rule, register, holder, severity) VALUES (?, ?, ?, ?)",
        )?;
        for finding in &judgement.holders {
            find.execute(params![finding.rule, finding.register, finding.id, finding.severity])?;
        }
        db.execute(
            "INSERT OR REPLACE INTO whole (one, inputs, at, until, tally) VALUES (1, ?, ?, ?, ?)",
            params![whole.inputs, whole.at, whole.until, document(&whole.tally)?],
        )?;
    }
    Ok(())
}

/// A copy of an inventory that is not open, so that one on a network share or a read-only disk can
/// be read and stays unchanged. None where its last changes are still in the log beside it.
fn copied(source: &Path, folder: &Path) -> Result<Option<(tempfile::TempDir, PathBuf)>, InventoryError> {
    // What is only in the write-ahead log yet would be missing in a plain copy.
    let mut log = source.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Ok(None);
    }
    let own = tempfile::Builder::new().prefix(".restoring").tempdir_in(folder)?;
    let path = own.path().join("copy.sqlite");
    std::fs::copy(source, &path)?;
    platform::make_writable(&path)?;
    Ok(Some((own, path)))
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A free name beside `target` for keeping the old file.
fn beside(target: &Path, suffix: &str) -> PathBuf {
    let first = target.with_extension(format!("replaced-{suffix}"));
    let more = (2..).map(|n: u32| target.with_extension(format!("replaced-{suffix}-{n}")));
    std::iter::once(first).chain(more).find(|path| !path.exists()).unwrap_or_default()
}

impl Sqlite {
    /// Writes a copy of the inventory to `target`, while others may go on using it.
    pub fn backup(&self, target: &Path) -> Result<(), InventoryError> {
        let mut out = Output::create(target, Privacy::Private)?;
        match out.temporary().map(Path::to_path_buf) {
            Some(path) => self.copy_to(&path)?,
            // SQLite writes pages in any order, which a pipe cannot take.
            None => {
                let copy = tempfile::NamedTempFile::new_in(folder_of(&self.path))?;
                self.copy_to(copy.path())?;
                std::io::copy(&mut std::fs::File::open(copy.path())?, &mut out)?;
            }
        }
        Ok(out.finish()?)
    }

    fn copy_to(&self, path: &Path) -> Result<(), InventoryError> {
        let no_progress: Option<fn(rusqlite::backup::Progress)> = None;
        self.db.backup("main", path, no_progress).map_err(sql)
    }

    /// The damages of the file and its contents; empty if there are none.
    pub fn check(&self) -> Result<Vec<String>, InventoryError> {
        let mut found = self.all("PRAGMA integrity_check(20)", [], |row| row.get::<_, String>(0))?;
        found.retain(|line| line != "ok");
        // Where SQLite itself finds damage, reading the rows gives only consequential errors.
        if found.is_empty() {
            self.check_documents::<EntryBody>("entry", "SELECT lower(hex(id)), body FROM entry", &mut found)?;
            self.check_documents::<FileRow>("file", "SELECT path, body FROM file WHERE present", &mut found)?;
            self.check_documents::<StoredHolderRow>("holder", "SELECT holder, body FROM holder", &mut found)?;
            self.check_documents::<VerdictRow>("judged", "SELECT lower(hex(sha256)), row FROM judged", &mut found)?;
            self.check_certificates(&mut found)?;
        }
        Ok(found)
    }

    /// Checks that stored documents can be read.
    fn check_documents<T: serde::de::DeserializeOwned>(
        &self,
        what: &str,
        statement: &str,
        found: &mut Vec<String>,
    ) -> Result<(), InventoryError> {
        let row = |row: &rusqlite::Row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        self.each(statement, [], row, |(name, body)| {
            if let Err(error) = serde_json::from_str::<T>(&body).map(drop)
                && found.len() < MOST_TOLD
            {
                found.push(format!("{what} {name}: {error}"));
            }
            Ok(())
        })
    }

    /// Checks that every certificate has the SHA-256 under which it is stored.
    fn check_certificates(&self, found: &mut Vec<String>) -> Result<(), InventoryError> {
        let row = |row: &rusqlite::Row| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, Vec<u8>>(1)?));
        self.each("SELECT sha256, der FROM certificate", [], row, |(sha256, der)| {
            if sha256 != <[u8; 32]>::from(Sha256::digest(der)) && found.len() < MOST_TOLD {
                found.push(format!("certificate {}: another SHA-256", hex(&sha256)));
            }
            Ok(())
        })
    }

    /// Puts the inventory at `source` in the place of the one at `target`, which is kept beside
    /// it. Waits until nobody has that one open; `waiting` is called before.
    pub fn restore(
        source: &Path,
        target: &Path,
        suffix: &str,
        waiting: impl FnOnce(),
    ) -> Result<Restored, InventoryError> {
        std::fs::create_dir_all(folder_of(target))?;
        // A link stays, and what it leads to is replaced.
        let target = &platform::regular_file(target)?.unwrap_or_else(|| target.to_path_buf());
        let folder = folder_of(target);
        let lock = Arc::new(InventoryLock::exclusive(target, waiting)?);
        // Only an inventory that this program can open may replace the old one.
        let own = copied(source, folder)?;
        let copy = match &own {
            Some((_, path)) => Sqlite::open_existing(path)?,
            // Its lock is held already.
            None if is_same(source, target) => Sqlite::open_locked(target, &lock)?,
            None => Sqlite::open_existing(source)?,
        };
        if let Some(damage) = copy.check()?.into_iter().next() {
            return Err(InventoryError::Damaged(damage));
        }
        let half = target.with_extension("restoring");
        copy.backup(&half)?;
        let mut restored = Restored::default();
        if target.exists() {
            let kept = beside(target, suffix);
            match Sqlite::open_locked(target, &lock) {
                Ok(old) => {
                    old.backup(&kept)?;
                    restored.notifications = Sqlite::open_locked(&half, &lock)?.take_notifications(&old)?;
                }
                Err(_) => {
                    std::fs::copy(target, &kept)?;
                }
            }
            restored.kept = Some(kept);
        }
        for beside in ["-wal", "-shm"] {
            let mut name = target.as_os_str().to_owned();
            name.push(beside);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(InventoryError::Io(error)),
                _ => {}
            }
        }
        std::fs::rename(&half, target)?;
        Ok(restored)
    }

    /// Takes over the notifications that another inventory recorded. Sent mail cannot be undone: if
    /// a restored copy did not have it, it would be sent again.
    fn take_notifications(&mut self, from: &Sqlite) -> Result<u64, InventoryError> {
        let count = "SELECT count(*) FROM entry WHERE kind = 'told'";
        let count = |db: &Sqlite| Ok::<i64, InventoryError>(db.one(count, [], |row| row.get(0))?.unwrap_or(0));
        let before = count(self)?;
        let entries = from.all("SELECT id, at, body FROM entry WHERE kind = 'told' ORDER BY at, id", [], entry_of)?;
        self.record(&WriteBatch { entries, ..WriteBatch::default() })?;
        Ok((count(self)? - before).unsigned_abs())
    }

    /// Opens an existing inventory.
    pub fn open_existing(path: &Path) -> Result<Sqlite, InventoryError> {
        std::fs::metadata(path)?;
        Sqlite::open(path)
    }
}

/// Whether both name one file.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

/// The result of a restore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// The path of the old inventory, if there was one.
    pub kept: Option<PathBuf>,
    /// The number of notifications since the copy that were taken over.
    pub notifications: u64,
}
