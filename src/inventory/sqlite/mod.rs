//! The inventory in SQLite; the only module with SQL.
//!
//! One file, in WAL mode, so that readers and one writer do not wait for each other. A killed
//! program loses the current transaction and nothing else. The statements are those of the SQL
//! standard wherever there is a choice, for PostgreSQL to follow.

mod apply;
mod contents;
mod history;
mod keep;
mod prune;
mod query;
mod schema;

pub use keep::Restored;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use super::entry::{EntryBody, HistoryEntry};
use super::lock::InventoryLock;
use super::rows::RunRow;
use super::store::{InventoryCounts, InventoryError, Judgement, KnownFile, StoreWriter, WriteBatch};
use super::units::micros;
use crate::audit::CertificateSummary;
use crate::calendar::Instant;
use crate::certificate::CertificateRole;
use crate::platform::{self, FileStamp};

/// How long to wait for another writer's transaction: batches take milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait for it where nothing is to be written yet.
const PROBING: Duration = Duration::from_secs(10);
/// The pause before retrying what SQLite itself does not wait for.
const RETRY: Duration = Duration::from_millis(5);

/// An inventory in an SQLite file.
pub struct Sqlite {
    db: Connection,
    path: PathBuf,
    /// Released after the connection, so that an open file is never replaced.
    lock: Arc<InventoryLock>,
    /// Judgements are not stored.
    sketching: bool,
}

/// The error of the database.
fn sql(error: rusqlite::Error) -> InventoryError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => InventoryError::Busy,
        Some(ErrorCode::DatabaseCorrupt) => InventoryError::Damaged(error.to_string()),
        Some(ErrorCode::NotADatabase) => InventoryError::Foreign,
        None if matches!(error, rusqlite::Error::FromSqlConversionFailure(..)) => {
            InventoryError::Damaged(error.to_string())
        }
        _ => InventoryError::Database(error.to_string()),
    }
}

/// A stored document that cannot be read: the database is damaged.
fn unread(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error))
}

/// Creates the folder, and refuses a network file system, where locks are not reliable.
fn check_place(path: &Path) -> Result<(), InventoryError> {
    let folder = keep::folder_of(path);
    std::fs::create_dir_all(folder)?;
    match platform::network_file_system(folder) {
        Some(kind) => Err(InventoryError::Network(kind)),
        None => Ok(()),
    }
}

impl Sqlite {
    /// Opens the inventory at `path`, creates it if it does not exist, and migrates its tables (a
    /// copy of the old file is kept beside it). Waits while it is being replaced.
    pub fn open(path: &Path) -> Result<Sqlite, InventoryError> {
        Sqlite::open_telling(path, || {})
    }

    /// The same; `waiting` is called before it waits.
    pub fn open_telling(path: &Path, mut waiting: impl FnMut()) -> Result<Sqlite, InventoryError> {
        check_place(path)?;
        loop {
            let lock = InventoryLock::shared(path, &mut waiting)?;
            let (inventory, version) = Sqlite::connect(path, Arc::new(lock))?;
            if version == schema::VERSION {
                return Ok(inventory);
            }
            drop(inventory);
            // Programs that write the old version must be finished. The file is opened again after
            // that, since not every system can convert a lock.
            drop(Sqlite::open_alone(path, &mut waiting)?);
        }
    }

    /// The same for exclusive use, to remove something from it: waits until no other process has it
    /// open, and keeps others out.
    pub fn open_alone(path: &Path, waiting: impl FnOnce()) -> Result<Sqlite, InventoryError> {
        check_place(path)?;
        let lock = InventoryLock::exclusive(path, waiting)?;
        Sqlite::open_locked(path, &Arc::new(lock))
    }

    /// Opens a file that `lock` holds exclusively.
    fn open_locked(path: &Path, lock: &Arc<InventoryLock>) -> Result<Sqlite, InventoryError> {
        let (inventory, version) = Sqlite::connect(path, Arc::clone(lock))?;
        if version < schema::VERSION {
            if version > 0 {
                inventory.backup(&path.with_extension(format!("before-{}", schema::VERSION)))?;
            }
            schema::migrate(&inventory.db, version)?;
        }
        Ok(inventory)
    }

    /// Opens the file as it is, and returns the version of its tables, 0 where there are none.
    fn connect(path: &Path, lock: Arc<InventoryLock>) -> Result<(Sqlite, u32), InventoryError> {
        platform::create_private(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(sql)?;
        db.busy_timeout(PATIENCE).map_err(sql)?;
        db.set_prepared_statement_cache_capacity(64);
        let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(sql);
        let empty: bool =
            db.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0)).map_err(sql)?;
        let (application, version) = (number("application_id")?, number("user_version")?);
        if application != schema::APPLICATION && !empty {
            return Err(InventoryError::Foreign);
        }
        let version = version.unsigned_abs();
        if version > schema::VERSION {
            return Err(InventoryError::Newer { found: version, known: schema::VERSION });
        }
        let pragma = |name: &str, value: &str| db.pragma_update(None, name, value).map_err(sql);
        // SQLite does not wait here for other processes that are changing the same file.
        let mut tries = PATIENCE.as_millis() / RETRY.as_millis();
        loop {
            match pragma("journal_mode", "wal") {
                Err(InventoryError::Busy) if tries > 0 => std::thread::sleep(RETRY),
                done => break done?,
            }
            tries -= 1;
        }
        pragma("synchronous", "normal")?;
        pragma("temp_store", "memory")?;
        pragma("cache_size", "-65536")?;
        Ok((Sqlite { db, path: path.to_path_buf(), lock, sketching: false }, version))
    }

    /// Makes sure that something can be written, by writing what is there: an error of a write-protected
    /// file, of a full disk or of another program's lock comes here and not at the first entry.
    pub fn check_writing(&mut self) -> Result<(), InventoryError> {
        // Whoever asks has nothing to lose yet, and does not wait as long as for an entry.
        self.db.busy_timeout(PROBING).map_err(sql)?;
        let checked = self.db.transaction_with_behavior(TransactionBehavior::Immediate).and_then(|transaction| {
            let version: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
            transaction.pragma_update(None, "user_version", version)?;
            transaction.commit()
        });
        self.db.busy_timeout(PATIENCE).map_err(sql)?;
        checked.map_err(sql)
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn one<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, InventoryError> {
        let mut query = self.db.prepare_cached(statement).map_err(sql)?;
        query.query_row(values, read).optional().map_err(sql)
    }

    fn each<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl Fn(&Row) -> rusqlite::Result<T>,
        mut each: impl FnMut(T) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        let mut query = self.db.prepare_cached(statement).map_err(sql)?;
        let mut rows = query.query(values).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            each(read(row).map_err(sql)?)?;
        }
        Ok(())
    }

    fn all<T>(
        &self,
        statement: &str,
        values: impl rusqlite::Params,
        read: impl Fn(&Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, InventoryError> {
        let mut all = Vec::new();
        self.each(statement, values, read, |one| {
            all.push(one);
            Ok(())
        })?;
        Ok(all)
    }
}

/// A document to be stored.
fn document<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> rusqlite::Result<T> {
    serde_json::from_str(text).map_err(unread)
}

fn entry_of(row: &Row) -> rusqlite::Result<HistoryEntry> {
    let body: String = row.get(2)?;
    Ok(HistoryEntry { id: row.get(0)?, at: row.get(1)?, body: json(&body)? })
}

fn role_number(role: CertificateRole) -> i64 {
    match role {
        CertificateRole::Root => 0,
        CertificateRole::Intermediate => 1,
        CertificateRole::EndEntity => 2,
    }
}

fn role_of(number: i64) -> CertificateRole {
    match number {
        0 => CertificateRole::Root,
        1 => CertificateRole::Intermediate,
        _ => CertificateRole::EndEntity,
    }
}

fn gist_of(row: &Row) -> rusqlite::Result<CertificateSummary> {
    Ok(CertificateSummary {
        sha256: row.get(0)?,
        subject: row.get(1)?,
        issuer: row.get(2)?,
        role: role_of(row.get(3)?),
    })
}

/// SQLite's integers are signed: device and inode numbers keep their bits.
fn stamp_of(row: &Row) -> rusqlite::Result<FileStamp> {
    Ok(FileStamp {
        size: row.get::<_, i64>(0)?.cast_unsigned(),
        modified: row.get(1)?,
        changed: row.get(2)?,
        identity: (row.get::<_, i64>(3)?.cast_unsigned(), row.get::<_, i64>(4)?.cast_unsigned()),
    })
}

impl StoreWriter for Sqlite {
    fn record(&mut self, batch: &WriteBatch) -> Result<u64, InventoryError> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sql)?;
        let new = keep::contents(&tx, batch).map_err(sql)?;
        for entry in &batch.entries {
            apply::add(&tx, entry).map_err(sql)?;
        }
        keep::stamps(&tx, &batch.stamps).map_err(sql)?;
        tx.commit().map_err(sql)?;
        Ok(new)
    }

    fn judge(&mut self, judgement: &Judgement) -> Result<(), InventoryError> {
        let behaviour = if self.sketching { TransactionBehavior::Deferred } else { TransactionBehavior::Immediate };
        let tx = self.db.transaction_with_behavior(behaviour).map_err(sql)?;
        keep::judged(&tx, judgement).map_err(sql)?;
        for entry in judgement.changed.iter().filter(|_| !self.sketching) {
            apply::add(&tx, entry).map_err(sql)?;
        }
        tx.commit().map_err(sql)
    }

    fn known_file(&self, host: &str, path: &str) -> Result<Option<KnownFile>, InventoryError> {
        // Joined to the next, SQLite would prepare the statement anew for each file.
        let present = "SELECT 1 FROM file WHERE host = ? AND path = ? AND present";
        if self.one(present, params![host, path], |_| Ok(()))?.is_none() {
            return Ok(None);
        }
        self.one(
            "SELECT size, modified, changed, device, inode, reading, settled FROM stamp WHERE host = ? AND path = ?",
            params![host, path],
            |row| {
                Ok(KnownFile {
                    host: host.into(),
                    path: path.into(),
                    stamp: stamp_of(row)?,
                    reading: row.get(5)?,
                    settled: row.get(6)?,
                })
            },
        )
    }

    fn paths_below(&self, host: &str, root: &str, each: &mut dyn FnMut(&str)) -> Result<(), InventoryError> {
        let inside = if root.ends_with(std::path::MAIN_SEPARATOR) {
            root.to_string()
        } else {
            format!("{root}{}", std::path::MAIN_SEPARATOR)
        };
        // What begins with a text lies between it and the text with its last character raised.
        let mut beyond = inside.clone();
        beyond.pop();
        beyond.push(char::from_u32(u32::from(std::path::MAIN_SEPARATOR) + 1).unwrap_or(char::MAX));
        self.each(
            "SELECT path FROM file WHERE host = ?1 AND path = ?2 AND present
             UNION ALL SELECT path FROM file WHERE host = ?1 AND path >= ?3 AND path < ?4 AND present",
            params![host, root, inside, beyond],
            |row| row.get::<_, String>(0),
            |path| {
                each(&path);
                Ok(())
            },
        )
    }

    fn complete_runs(&self, host: &str) -> Result<Vec<RunRow>, InventoryError> {
        let bodies = self.all("SELECT body FROM run WHERE host = ? ORDER BY root", [host], |row| {
            json::<EntryBody>(&row.get::<_, String>(0)?)
        })?;
        let run = |body| match body {
            EntryBody::Run(run) => Some(run),
            _ => None,
        };
        Ok(bodies.into_iter().filter_map(run).collect())
    }
}

/// What is specific to SQLite or to one connection.
impl Sqlite {
    /// From now on, answers with what was known at `at`, and writes nothing.
    pub fn rewind(&mut self, at: i64) -> Result<(), InventoryError> {
        self.db.execute_batch(&schema::known("TEMP")).map_err(sql)?;
        self.sketch()?;
        let entries = self.all("SELECT id, at, body FROM entry WHERE at <= ? ORDER BY at, id", [at], entry_of)?;
        let tx = self.db.unchecked_transaction().map_err(sql)?;
        for entry in entries.iter().filter(|entry| !matches!(entry.body, EntryBody::Pruned { .. })) {
            let body = document(&entry.body).map_err(sql)?;
            apply::apply(&tx, entry, &body).map_err(sql)?;
        }
        tx.commit().map_err(sql)
    }

    /// From now on, judgements are for this process only and not stored.
    pub fn sketch(&mut self) -> Result<(), InventoryError> {
        self.sketching = true;
        self.db.execute_batch(&schema::judged("TEMP")).map_err(sql)
    }

    /// Counts and size.
    pub fn info(&self) -> Result<InventoryCounts, InventoryError> {
        let count = |table: &str| -> Result<u64, InventoryError> {
            let found = self.one(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))?;
            Ok(found.unwrap_or(0).unsigned_abs())
        };
        let tables = ["certificate", "crl", "file", "holder", "mark", "entry"];
        let rows = tables.into_iter().map(|table| Ok((table, count(table)?))).collect::<Result<_, InventoryError>>()?;
        let span = self.one("SELECT min(at), max(at) FROM entry", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let bytes = std::fs::metadata(&self.path)?.len();
        let span = span.and_then(|(first, last): (Option<i64>, Option<i64>)| Some((first?, last?)));
        Ok(InventoryCounts { rows, bytes, version: schema::VERSION, span })
    }
}

/// Microseconds of an instant that may be none.
fn moment(at: Option<Instant>) -> Option<i64> {
    at.map(micros)
}

/// Marks the stored judgement as stale.
fn judgement_is_stale(db: &Connection) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE whole SET until = 0")?.execute([]).map(drop)
}
