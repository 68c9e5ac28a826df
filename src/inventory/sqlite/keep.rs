//! Writing contents, stamps and judgements; backup, integrity and the way back.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::super::entry::EntryBody;
use super::super::rows::{FileRow, StoredHolderRow, StoredVerdict, VerdictRow, severity_number};
use super::super::store::{InventoryError, Judgement, KnownFile, WriteBatch};
use super::{Sqlite, moment, role_number, sql};
use crate::certificate::hex;
use crate::platform;

/// Damages that are told, at most.
const MOST_TOLD: usize = 20;

/// New certificates and CRLs; tells how many certificates were new.
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
            super::apply::changed(db)?;
        }
    }
    Ok(new)
}

/// What is known of files that were read.
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

/// How certificates and holders are judged.
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
            serde_json::to_string(row).unwrap_or_default(),
            serde_json::to_string(&StoredVerdict::new(&judged.verdict)).unwrap_or_default(),
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
            params![whole.inputs, whole.at, whole.until, serde_json::to_string(&whole.tally).unwrap_or_default()],
        )?;
    }
    Ok(())
}

/// A copy of an inventory that nobody has open, so that one on a share, or where nothing can be
/// written, can be read too, and stays as it is. None of one whose last changes lie beside it.
fn copied(source: &Path, folder: &Path) -> Result<Option<(tempfile::TempDir, PathBuf)>, InventoryError> {
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

/// A name beside `target` under which what it was is kept; no other is overwritten.
fn beside(target: &Path, suffix: &str) -> PathBuf {
    let first = target.with_extension(format!("replaced-{suffix}"));
    let more = (2..).map(|n: u32| target.with_extension(format!("replaced-{suffix}-{n}")));
    std::iter::once(first).chain(more).find(|path| !path.exists()).unwrap_or_default()
}

impl Sqlite {
    /// Writes a copy of the inventory to `target`, while others may go on using it.
    pub fn backup(&self, target: &Path) -> Result<(), InventoryError> {
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let half = platform::temporary_in(folder)?;
        platform::make_private(half.path())?;
        let no_progress: Option<fn(rusqlite::backup::Progress)> = None;
        self.db.backup("main", half.path(), no_progress).map_err(sql)?;
        half.persist(target).map_err(|error| InventoryError::Io(error.error))?;
        Ok(())
    }

    /// What is wrong with the file, or with what is written in it; nothing if it is sound.
    pub fn check(&self) -> Result<Vec<String>, InventoryError> {
        let mut found = self.all("PRAGMA integrity_check(20)", [], |row| row.get::<_, String>(0))?;
        found.retain(|line| line != "ok");
        if found.is_empty() {
            self.check_documents::<EntryBody>("entry", "SELECT lower(hex(id)), body FROM entry", &mut found)?;
            self.check_documents::<FileRow>("file", "SELECT path, body FROM file WHERE present", &mut found)?;
            self.check_documents::<StoredHolderRow>("holder", "SELECT holder, body FROM holder", &mut found)?;
            self.check_documents::<VerdictRow>("judged", "SELECT lower(hex(sha256)), row FROM judged", &mut found)?;
            self.check_certificates(&mut found)?;
        }
        Ok(found)
    }

    /// Whether what is stored as a document can be read as one.
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

    /// Whether every certificate is the one that it is kept as.
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
    /// it; returns where.
    pub fn restore(
        source: &Path,
        target: &Path,
        suffix: &str,
        waiting: impl FnOnce(),
    ) -> Result<Option<PathBuf>, InventoryError> {
        // Whatever is put in place is an inventory that this program can open.
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let _lock = lock_beside(target, waiting)?;
        let own = copied(source, folder)?;
        let copy = Sqlite::open_existing(own.as_ref().map_or(source, |(_, path)| path))?;
        let damages = copy.check()?;
        if let Some(damage) = damages.first() {
            return Err(InventoryError::Damaged(damage.clone()));
        }
        let replaced = target.exists().then(|| beside(target, suffix));
        if let Some(replaced) = &replaced {
            match Sqlite::open_existing(target) {
                Ok(old) => old.backup(replaced)?,
                Err(_) => {
                    std::fs::copy(target, replaced)?;
                }
            }
        }
        copy.backup(&target.with_extension("restoring"))?;
        for beside in ["-wal", "-shm"] {
            let mut name = target.as_os_str().to_owned();
            name.push(beside);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(InventoryError::Io(error)),
                _ => {}
            }
        }
        std::fs::rename(target.with_extension("restoring"), target)?;
        Ok(replaced)
    }

    /// Opens an inventory that must be there.
    pub fn open_existing(path: &Path) -> Result<Sqlite, InventoryError> {
        std::fs::metadata(path)?;
        Sqlite::open(path)
    }
}

/// Held while somebody imports: a second one waits. Let go when dropped, and when the program
/// dies.
#[derive(Debug)]
pub struct ImportLock {
    _file: std::fs::File,
}

impl Sqlite {
    /// Waits until nobody else imports; `waiting` is told once if somebody does.
    pub fn lock(&self, waiting: impl FnOnce()) -> Result<ImportLock, InventoryError> {
        lock_beside(&self.path, waiting)
    }
}

fn lock_beside(path: &Path, waiting: impl FnOnce()) -> Result<ImportLock, InventoryError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    platform::create_private(Path::new(&name))?;
    let file = std::fs::OpenOptions::new().write(true).open(&name)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            waiting();
            file.lock()?;
        }
        Err(std::fs::TryLockError::Error(error)) => return Err(InventoryError::Io(error)),
    }
    Ok(ImportLock { _file: file })
}
