//! The inventory in SQLite; the only module with SQL.
//!
//! One file, in WAL mode, so that readers and one writer do not wait for each other. A killed
//! program loses the current transaction and nothing else. The statements are those of the SQL
//! standard wherever there is a choice, for PostgreSQL to follow.

mod apply;
mod contents;
mod history;
mod keep;
mod property;
mod prune;
mod query;
mod repair;
mod schema;
mod seal;

pub use keep::Restored;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{
    Connection, DropBehavior, ErrorCode, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params,
};
use tempfile::TempDir;

use super::entry::{EntryBody, HistoryEntry};
use super::lock::InventoryLock;
use super::rows::RunRow;
use super::store::{History, InventoryCounts, InventoryError, Judgement, KnownFile, Store, StoreWriter, WriteBatch};
use super::units::micros;
use crate::audit::CertificateSummary;
use crate::calendar::Instant;
use crate::certificate::CertificateRole;
use crate::platform::{self, FileStamp};

/// How long to wait for another writer's transaction: batches take milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long to wait for it where nothing is to be written yet.
const PROBING: Duration = Duration::from_secs(10);
/// A wait that is not worth a word.
const NOTICED: Duration = Duration::from_secs(1);
/// The pause before retrying what SQLite itself does not wait for.
const RETRY: Duration = Duration::from_millis(5);

/// Called before a wait of some length.
pub type Waiting = Arc<dyn Fn() + Send + Sync>;

/// How an inventory is opened.
#[derive(Clone)]
pub struct Access {
    /// Called when it has been waited for a second.
    pub waiting: Waiting,
    /// The moment is not the clock's: a trial. An inventory that it makes is marked as such.
    pub is_trial: bool,
}

impl Default for Access {
    fn default() -> Access {
        Access { waiting: Arc::new(|| {}), is_trial: false }
    }
}

/// An inventory in an SQLite file.
pub struct Sqlite {
    db: Connection,
    path: PathBuf,
    /// Released after the connection, so that an open file is never replaced.
    lock: Arc<InventoryLock>,
    /// Judgements are not stored.
    sketching: bool,
    access: Access,
    /// There where this is a copy: of a file that may only be read, or one for a trial.
    copy: Option<TempDir>,
    /// The file may only be read.
    is_read_only: bool,
}

/// Whether something fails because nothing may be written there.
fn is_write_protected(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// The error of the database.
fn sql(error: rusqlite::Error) -> InventoryError {
    // These have no code of their own: a checksum, and a bit that flipped in the names of the tables.
    if [seal::MISMATCH, "no such "].iter().any(|begin| error.to_string().starts_with(begin)) {
        return InventoryError::Damaged(error.to_string());
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => InventoryError::Busy,
        Some(ErrorCode::DatabaseCorrupt) => InventoryError::Damaged(error.to_string()),
        Some(ErrorCode::NotADatabase) => InventoryError::Foreign,
        // The file may be written, and nothing beside it.
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            InventoryError::Io(io::Error::new(io::ErrorKind::PermissionDenied, error))
        }
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
        Sqlite::open_as(path, &Access::default())
    }

    /// The same. One that may only be read is opened as a copy, which takes judgements and no
    /// entries; one that real runs use, for a trial, as a copy that takes anything.
    pub fn open_as(path: &Path, access: &Access) -> Result<Sqlite, InventoryError> {
        if access.is_trial && path.exists() && !Sqlite::is_made_by_trial(path)? {
            return Sqlite::open_copy(path, access);
        }
        match Sqlite::open_to_write(path, access) {
            Err(InventoryError::Io(error)) if is_write_protected(&error) && path.exists() => {
                let copy = Sqlite::open_copy(path, access)?;
                Ok(Sqlite { is_read_only: true, ..copy })
            }
            opened => opened,
        }
    }

    /// Whether a trial made the file, and no real run has recorded anything in it since. A file
    /// without tables is nobody's yet; what is no inventory, or a damaged one, is told on opening.
    fn is_made_by_trial(path: &Path) -> Result<bool, InventoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let Ok(db) = Connection::open_with_flags(path, flags) else { return Ok(false) };
        db.busy_timeout(PATIENCE).map_err(sql)?;
        let is_empty = "SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)";
        match db.query_row(is_empty, [], |row| row.get::<_, bool>(0)) {
            Ok(false) => Ok(property::get(&db, property::TRIAL).is_ok_and(|mark| mark.is_some())),
            _ => Ok(true),
        }
    }

    fn open_to_write(path: &Path, access: &Access) -> Result<Sqlite, InventoryError> {
        check_place(path)?;
        loop {
            let lock = InventoryLock::shared(path, &*access.waiting)?;
            let (inventory, version) = Sqlite::connect(path, Arc::new(lock), access)?;
            if version == schema::VERSION {
                return Ok(inventory);
            }
            drop(inventory);
            // Programs that write the old version must be finished. The file is opened again after
            // that, since not every system can convert a lock.
            drop(Sqlite::open_alone(path, access)?);
        }
    }

    /// Opens a copy of a file. SQLite needs to write beside a file even to read it while others use
    /// it.
    fn open_copy(path: &Path, access: &Access) -> Result<Sqlite, InventoryError> {
        let folder = tempfile::Builder::new().prefix("shomei").tempdir()?;
        let copy = folder.path().join("inventory.sqlite");
        keep::snapshot(path, &copy)?;
        let lock = Arc::new(InventoryLock::exclusive(&copy, || {})?);
        let mut inventory = Sqlite::open_locked(&copy, &lock, access)?;
        inventory.copy = Some(folder);
        Ok(inventory)
    }

    /// The same for exclusive use, to remove something from it: waits until no other process has it
    /// open, and keeps others out.
    pub fn open_alone(path: &Path, access: &Access) -> Result<Sqlite, InventoryError> {
        check_place(path)?;
        let lock = InventoryLock::exclusive(path, &*access.waiting)?;
        Sqlite::open_locked(path, &Arc::new(lock), access)
    }

    /// Opens a file that `lock` holds exclusively.
    fn open_locked(path: &Path, lock: &Arc<InventoryLock>, access: &Access) -> Result<Sqlite, InventoryError> {
        let (inventory, version) = Sqlite::connect(path, Arc::clone(lock), access)?;
        if version < schema::VERSION {
            if version > 0 {
                inventory.backup(&path.with_extension(format!("before-{}", schema::VERSION)))?;
            }
            schema::migrate(&inventory.db, version)?;
            if version == 0 && access.is_trial {
                property::set(&inventory.db, property::TRIAL, "").map_err(sql)?;
            }
        }
        Ok(inventory)
    }

    /// Opens the file as it is, and returns the version of its tables, 0 where there are none.
    fn connect(path: &Path, lock: Arc<InventoryLock>, access: &Access) -> Result<(Sqlite, u32), InventoryError> {
        platform::create_private(path)?;
        // SQLite would open a protected file without a word and fail at the first change.
        drop(std::fs::OpenOptions::new().append(true).open(path)?);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(sql)?;
        seal::register(&db).map_err(sql)?;
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
        // What was acknowledged is on the disk: a notification that a power cut takes away would be
        // sent again. An import writes so many files at once that it hardly notices.
        pragma("synchronous", "full")?;
        pragma("temp_store", "memory")?;
        pragma("cache_size", "-65536")?;
        let inventory = Sqlite {
            db,
            path: path.to_path_buf(),
            lock,
            sketching: false,
            access: access.clone(),
            copy: None,
            is_read_only: false,
        };
        Ok((inventory, version))
    }

    /// Whether this is a copy of the file, which goes when it is closed.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Whether it may only be read.
    pub fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    /// Whether it was made by a trial, and no real run has recorded anything in it since.
    pub fn is_of_trial(&self) -> Result<bool, InventoryError> {
        Ok(property::get(&self.db, property::TRIAL).map_err(sql)?.is_some())
    }

    /// Begins a transaction that writes; says so when it has to wait for another program.
    fn begin(&self) -> Result<Transaction<'_>, InventoryError> {
        self.db.busy_timeout(NOTICED).map_err(sql)?;
        let begun = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate);
        self.db.busy_timeout(PATIENCE).map_err(sql)?;
        match begun.map_err(sql) {
            Err(InventoryError::Busy) => {
                (self.access.waiting)();
                Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate).map_err(sql)
            }
            begun => begun,
        }
    }

    /// Makes sure that something can be written, by writing what is there: an error of a write-protected
    /// file, of a full disk or of another program's lock comes here and not at the first entry.
    pub fn check_writing(&mut self) -> Result<(), InventoryError> {
        if self.is_read_only {
            return Err(InventoryError::ReadOnly);
        }
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
    let body: String = row.get(3)?;
    Ok(HistoryEntry { id: row.get(0)?, at: row.get(1)?, order: Some(row.get(2)?), body: json(&body)? })
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
        if self.is_read_only {
            return Err(InventoryError::ReadOnly);
        }
        // A merge is one transaction from its beginning to its end.
        let tx = if self.db.is_autocommit() { Some(self.begin()?) } else { None };
        let new = keep::contents(&self.db, batch).map_err(sql)?;
        apply::add_all(&self.db, &batch.entries).map_err(sql)?;
        keep::stamps(&self.db, &batch.stamps).map_err(sql)?;
        keep::underway(&self.db, batch).map_err(sql)?;
        if !self.access.is_trial {
            property::remove(&self.db, property::TRIAL).map_err(sql)?;
        }
        tx.map_or(Ok(()), Transaction::commit).map_err(sql)?;
        Ok(new)
    }

    fn begin_merge(&mut self) -> Result<(), InventoryError> {
        if self.is_read_only {
            return Err(InventoryError::ReadOnly);
        }
        // Left open when it is dropped.
        let mut tx = self.begin()?;
        tx.set_drop_behavior(DropBehavior::Ignore);
        Ok(())
    }

    fn end_merge(&mut self, is_kept: bool) -> Result<(), InventoryError> {
        self.db.execute_batch(if is_kept { "COMMIT" } else { "ROLLBACK" }).map_err(sql)
    }

    fn judge(&mut self, judgement: &Judgement) -> Result<(), InventoryError> {
        let is_sketch = self.sketching;
        let tx = match is_sketch {
            true => self.db.unchecked_transaction().map_err(sql)?,
            false => self.begin()?,
        };
        keep::judged(&tx, judgement).map_err(sql)?;
        if !is_sketch {
            apply::add_all(&tx, &judgement.changed).map_err(sql)?;
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
        let statement = format!("SELECT body FROM run WHERE host = ? AND {} ORDER BY root", seal::RUN.intact());
        let bodies = self.all(&statement, [host], |row| json::<EntryBody>(&row.get::<_, String>(0)?))?;
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
        let tx = self.db.unchecked_transaction().map_err(sql)?;
        apply::apply_all(&tx, at).map_err(sql)?;
        tx.commit().map_err(sql)
    }

    /// From now on, judgements are for this process only and not stored.
    pub fn sketch(&mut self) -> Result<(), InventoryError> {
        // One command may judge more than once.
        if self.sketching {
            return Ok(());
        }
        self.sketching = true;
        self.db.execute_batch(&schema::judged("TEMP")).map_err(sql)
    }

    /// The day on which it was last checked by a run.
    pub fn last_check(&self) -> Result<Option<String>, InventoryError> {
        property::get(&self.db, property::CHECKED).map_err(sql)
    }

    /// Notes that it was checked on a day.
    pub fn note_check(&self, day: &str) -> Result<(), InventoryError> {
        property::set(&self.db, property::CHECKED, day).map_err(sql)
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
        let last_import = self.runs()?.into_iter().next().map(|(_, at, run)| (at, run));
        Ok(InventoryCounts {
            rows,
            bytes,
            version: schema::VERSION,
            span,
            last_import,
            unfinished: self.unfinished()?,
            is_of_trial: self.is_of_trial()?,
        })
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
