//! Writing contents, stamps and judgements; backup and restore.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OpenFlags, params};

use super::super::lock::InventoryLock;
use super::super::rows::{StoredVerdict, severity_number};
use super::super::store::{InventoryError, Judgement, KnownFile, StoreWriter, WriteBatch};
use super::seal::ENTRY;
use super::{Access, Sqlite, document, entry_of, moment, property, role_number, sql};
use crate::platform::{self, Output, Privacy};

/// Writes new certificates and CRLs; returns the number of new certificates.
pub(super) fn contents(db: &Connection, batch: &WriteBatch) -> rusqlite::Result<u64> {
    let mut new = 0;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO certificate
             (sha256, der, role, subject_key, issuer_key, key, serial, subject, not_before, not_after, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, digest(?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))",
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

/// Writes how far imports have come, and that some have ended.
pub(super) fn underway(db: &Connection, batch: &WriteBatch) -> rusqlite::Result<()> {
    let mut replace =
        db.prepare_cached("INSERT OR REPLACE INTO underway (host, root, began, read, least) VALUES (?, ?, ?, ?, ?)")?;
    for one in &batch.underway {
        replace.execute(params![one.host, one.root, one.began, one.read.cast_signed(), one.least.cast_signed()])?;
    }
    // Whoever has walked a folder has walked what is below it.
    let mut delete =
        db.prepare_cached("DELETE FROM underway WHERE host = ?1 AND (root = ?2 OR substr(root, 1, length(?3)) = ?3)")?;
    for (host, root) in &batch.ended {
        let inside = format!("{}{}", root.trim_end_matches(std::path::MAIN_SEPARATOR), std::path::MAIN_SEPARATOR);
        delete.execute([host, root, &inside])?;
    }
    Ok(())
}

/// Writes judgements of certificates and holders.
pub(super) fn judged(db: &Connection, judgement: &Judgement) -> rusqlite::Result<()> {
    let mut replace = db.prepare_cached(
        "INSERT OR REPLACE INTO judged
             (sha256, role, status, generation, severity, ends, ends_on, register, holder, how, category, places,
              host, path, name, superseded_by, row, verdict, holds_from, holds_until, world, sum)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                 digest(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                        ?21))",
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

/// Copies an inventory that may only be read. Where another program has it open, SQLite takes what that one has
/// written; where none has, the file and the log beside it are all there is.
pub(super) fn snapshot(source: &Path, target: &Path) -> Result<(), InventoryError> {
    platform::create_private(target)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let no_progress: Option<fn(rusqlite::backup::Progress)> = None;
    let copied = Connection::open_with_flags(source, flags).and_then(|db| db.backup("main", target, no_progress));
    if copied.is_ok() {
        return Ok(());
    }
    std::fs::copy(source, target)?;
    platform::make_writable(target)?;
    let log = |path: &Path| PathBuf::from([path.as_os_str(), OsStr::new("-wal")].into_iter().collect::<OsString>());
    match std::fs::copy(log(source), log(target)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
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
        // Made beside the inventory and copied from there: SQLite writes pages in any order, which a
        // pipe cannot take, and locks them, which many a share cannot do.
        let copy = tempfile::NamedTempFile::new_in(folder_of(&self.path))?;
        self.copy_to(copy.path())?;
        std::io::copy(&mut std::fs::File::open(copy.path())?, &mut out)?;
        out.sync()?;
        Ok(out.finish()?)
    }

    /// Writes a copy that a trial may use.
    pub fn backup_for_trial(&self, target: &Path) -> Result<(), InventoryError> {
        self.backup(target)?;
        let db = Connection::open(target).map_err(sql)?;
        property::set(&db, property::TRIAL, "").map_err(sql)
    }

    fn copy_to(&self, path: &Path) -> Result<(), InventoryError> {
        let no_progress: Option<fn(rusqlite::backup::Progress)> = None;
        self.db.backup("main", path, no_progress).map_err(sql)
    }

    /// Puts the inventory at `source` in the place of the one at `target`, which is kept beside
    /// it. Waits until nobody has that one open.
    pub fn restore(source: &Path, target: &Path, suffix: &str, access: &Access) -> Result<Restored, InventoryError> {
        std::fs::create_dir_all(folder_of(target))?;
        // A link stays, and what it leads to is replaced.
        let target = &platform::regular_file(target)?.unwrap_or_else(|| target.to_path_buf());
        let folder = folder_of(target);
        let lock = Arc::new(InventoryLock::exclusive(target, &*access.waiting)?);
        // Only an inventory that this program can open may replace the old one.
        let own = copied(source, folder)?;
        let copy = match &own {
            Some((_, path)) => Sqlite::open_existing(path, access)?,
            // Its lock is held already.
            None if is_same(source, target) => Sqlite::open_locked(target, &lock, access)?,
            None => Sqlite::open_existing(source, access)?,
        };
        if let Some(damage) = copy.damages()?.into_iter().next() {
            return Err(InventoryError::Damaged(damage));
        }
        let half = target.with_extension("restoring");
        copy.backup(&half)?;
        let mut restored = Restored::default();
        if target.exists() {
            let kept = beside(target, suffix);
            match Sqlite::open_locked(target, &lock, access) {
                Ok(old) => {
                    old.backup(&kept)?;
                    restored.notifications = Sqlite::open_locked(&half, &lock, access)?.take_notifications(&old)?;
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
        let statement =
            format!("SELECT id, at, ord, body FROM entry WHERE kind = 'told' AND {} ORDER BY ord, id", ENTRY.intact());
        let entries = from.all(&statement, [], entry_of)?;
        self.record(&WriteBatch { entries, ..WriteBatch::default() })?;
        Ok((count(self)? - before).unsigned_abs())
    }

    /// Opens an existing inventory.
    fn open_existing(path: &Path, access: &Access) -> Result<Sqlite, InventoryError> {
        std::fs::metadata(path)?;
        Sqlite::open_as(path, access)
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
