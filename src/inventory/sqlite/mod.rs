//! SQLite: the one module with SQL.
//!
//! One file, in WAL mode, so that readers and one writer do not wait for each other. A killed
//! program loses the transaction in hand and nothing else. The statements are those of the SQL
//! standard wherever there is a choice, for PostgreSQL to follow.

mod apply;
mod keep;
mod office;
mod prune;
mod query;
mod schema;

pub use keep::ImportLock;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::types::Type;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use super::entry::{EntryBody, EntryId, HistoryEntry, instant, micros};
use super::list::{CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId};
use super::rows::{FileRow, NotificationRow, RunRow, StoredHolderRow, VerdictRow};
use super::store::{
    InventoryCounts, InventoryError, JudgedInventory, Judgement, KnownFile, Prunable, Store, WriteBatch,
};
use crate::audit::{CertificateSource, CertificateSummary, VerdictLifetime};
use crate::calendar::Instant;
use crate::certificate::{CertificateRole, Crl};
use crate::platform::{self, FileStamp};
use crate::register::{HolderKey, RegisterState};
use crate::trust::Verdict;

/// How long to wait for another writer's transaction: batches take milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// How soon something is tried again that SQLite does not wait for.
const RETRY: Duration = Duration::from_millis(5);

/// An inventory in an SQLite file.
pub struct Sqlite {
    db: Connection,
    path: PathBuf,
    /// Judgements are not kept.
    sketching: bool,
}

/// What the database said.
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

impl Sqlite {
    /// Opens the inventory at `path`, makes it if it is not there, and brings its tables up to
    /// date (a copy of the file as it was is kept beside it).
    pub fn open(path: &Path) -> Result<Sqlite, InventoryError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        if let Some(kind) = platform::network_file_system(folder) {
            return Err(InventoryError::Network(kind));
        }
        platform::create_private(path)?;
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(sql)?;
        let mut inventory = Sqlite { db, path: path.to_path_buf(), sketching: false };
        inventory.prepare()?;
        Ok(inventory)
    }

    fn prepare(&mut self) -> Result<(), InventoryError> {
        self.db.busy_timeout(PATIENCE).map_err(sql)?;
        self.db.set_prepared_statement_cache_capacity(64);
        let number = |name: &str| self.db.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(sql);
        // In one transaction: another process may be about to make the tables.
        let looking = self.db.unchecked_transaction().map_err(sql)?;
        let empty: bool =
            looking.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0)).map_err(sql)?;
        let (application, version) = (number("application_id")?, number("user_version")?);
        looking.finish().map_err(sql)?;
        if application != schema::APPLICATION && !empty {
            return Err(InventoryError::Foreign);
        }
        let version = version.unsigned_abs();
        if version > schema::VERSION {
            return Err(InventoryError::Newer { found: version, known: schema::VERSION });
        }
        let pragma = |name: &str, value: &str| self.db.pragma_update(None, name, value).map_err(sql);
        // SQLite does not wait for others here, who may be making the same file.
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
        if version < schema::VERSION {
            if version > 0 {
                self.backup(&self.path.with_extension(format!("before-{}", schema::VERSION)))?;
            }
            // Two that open a new file at once: the second finds it made.
            schema::migrate(&self.db, version).or_else(|error| match number("user_version")?.unsigned_abs() {
                now if now == schema::VERSION => Ok(()),
                _ => Err(error),
            })?;
        }
        Ok(())
    }

    /// Where it is.
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

impl Store for Sqlite {
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

    fn file(&self, host: &str, path: &str) -> Result<Option<FileRow>, InventoryError> {
        self.one("SELECT body FROM file WHERE host = ? AND path = ? AND present", params![host, path], |row| {
            json(&row.get::<_, String>(0)?)
        })
    }

    fn each_file(&self, each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>) -> Result<(), InventoryError> {
        self.each(
            "SELECT host, path, body FROM file WHERE present ORDER BY host, path",
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, json(&row.get::<_, String>(2)?)?)),
            |(host, path, file)| each(&host, &path, file),
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

    fn last_run(&self, host: &str, root: &str) -> Result<Option<(i64, RunRow)>, InventoryError> {
        let found = self.one("SELECT at, body FROM run WHERE host = ? AND root = ?", params![host, root], |row| {
            Ok((row.get(0)?, json::<EntryBody>(&row.get::<_, String>(1)?)?))
        })?;
        Ok(found.and_then(|(at, body)| match body {
            EntryBody::Run(run) => Some((at, run)),
            _ => None,
        }))
    }

    fn walked(&self, host: &str) -> Result<Vec<String>, InventoryError> {
        let bodies = self.all("SELECT body FROM run WHERE host = ? ORDER BY root", [host], |row| {
            json::<EntryBody>(&row.get::<_, String>(0)?)
        })?;
        Ok(bodies
            .into_iter()
            .filter_map(|body| match body {
                EntryBody::Run(run) if run.files > 0 => Some(run.root),
                _ => None,
            })
            .collect())
    }

    fn related(&self, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError> {
        query::related(self, to)
    }

    fn held_by(&self, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, InventoryError> {
        query::held_by(self, holders)
    }

    fn each_file_with(
        &self,
        certificates: &HashMap<[u8; 32], CertificateSummary>,
        each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        for (host, path) in query::files_with(self, certificates)? {
            if let Some(file) = self.file(&host, &path)? {
                each(&host, &path, file)?;
            }
        }
        Ok(())
    }

    fn summaries(&self) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError> {
        let mut summaries = HashMap::new();
        self.each(
            "SELECT sha256, subject_key, issuer_key, role FROM certificate
             WHERE sha256 IN (SELECT sha256 FROM sighting)",
            [],
            gist_of,
            |summary| {
                summaries.insert(summary.sha256, summary);
                Ok(())
            },
        )?;
        Ok(summaries)
    }

    fn gone(&self) -> Result<Vec<(CertificateSummary, String, String)>, InventoryError> {
        self.all(
            "SELECT certificate.sha256, subject_key, issuer_key, role, host, path
             FROM (SELECT sha256 FROM seen EXCEPT SELECT sha256 FROM sighting) gone
             JOIN certificate ON certificate.sha256 = gone.sha256
             JOIN seen ON seen.sha256 = gone.sha256
             WHERE role = 2
             ORDER BY certificate.sha256, host, path",
            [],
            |row| Ok((gist_of(row)?, row.get(4)?, row.get(5)?)),
        )
    }

    fn certificate_source(&self, at: Instant) -> Result<Arc<dyn CertificateSource>, InventoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.path, flags).map_err(sql)?;
        Ok(Arc::new(SqliteReader { db: Mutex::new(db), at }))
    }

    fn crls(&self) -> Result<Vec<Crl>, InventoryError> {
        let ders = self.all("SELECT der FROM crl ORDER BY sha256", [], |row| row.get::<_, Vec<u8>>(0))?;
        Ok(ders.iter().filter_map(|der| Crl::parse(der).ok()).collect())
    }

    fn office(&self) -> Result<RegisterState, InventoryError> {
        let holders =
            self.all("SELECT register, holder, body FROM holder WHERE present ORDER BY register, holder", [], |row| {
                let key = HolderKey { register: row.get(0)?, id: row.get(1)? };
                Ok(json::<StoredHolderRow>(&row.get::<_, String>(2)?)?.holder(key))
            })?;
        let has_register = self.one("SELECT 1 FROM holder LIMIT 1", [], |_| Ok(()))?.is_some();
        let mut bindings = BTreeMap::new();
        let bodies = self.all("SELECT body FROM said WHERE kind = 'binding'", [], |row| row.get::<_, String>(0))?;
        for body in bodies {
            if let EntryBody::Binding { sha256, bound: Some(bound), .. } = json(&body).map_err(sql)? {
                bindings.insert(sha256, bound.bound());
            }
        }
        let mut marks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let rows = self.all(
            "SELECT id, at, body FROM mark
             WHERE NOT EXISTS (SELECT 1 FROM said WHERE kind = 'undo' AND subject = lower(hex(mark.id)))
             ORDER BY at, id",
            [],
            entry_of,
        )?;
        for entry in rows {
            let EntryBody::Mark(row) = &entry.body else { continue };
            if let Some(mark) = row.mark(entry.id, entry.at) {
                marks.entry(mark.target.clone()).or_default().push(mark);
            }
        }
        let refused = Sqlite::notifications(self)?.iter().filter_map(NotificationRow::refused).collect();
        Ok(RegisterState { has_register, holders, bindings, marks, refused })
    }

    fn notifications(&self) -> Result<Vec<NotificationRow>, InventoryError> {
        Sqlite::notifications(self)
    }

    fn judged(&self) -> Result<Option<JudgedInventory>, InventoryError> {
        self.one("SELECT inputs, at, until, tally FROM whole", [], |row| {
            Ok(JudgedInventory {
                inputs: row.get(0)?,
                at: row.get(1)?,
                until: row.get(2)?,
                tally: json(&row.get::<_, String>(3)?)?,
            })
        })
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

    fn last_verdict(&self, sha256: &[u8; 32]) -> Result<Option<VerdictRow>, InventoryError> {
        self.one("SELECT row FROM judged WHERE sha256 = ?", [sha256], |row| json(&row.get::<_, String>(0)?))
    }

    fn entries(
        &self,
        since: i64,
        kinds: &[&str],
        each: &mut dyn FnMut(HistoryEntry) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        self.each(
            "SELECT id, at, body, kind FROM entry WHERE at > ? ORDER BY at, id",
            [since],
            |row| {
                let wanted = kinds.is_empty() || kinds.contains(&row.get::<_, String>(3)?.as_str());
                if wanted { entry_of(row).map(Some) } else { Ok(None) }
            },
            |entry| entry.map_or(Ok(()), &mut *each),
        )
    }

    fn story(&self, kind: &str, subject: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        self.all(
            "SELECT id, at, body FROM entry WHERE kind = ? AND subject = ? ORDER BY at, id",
            params![kind, subject],
            entry_of,
        )
    }

    fn subjects(&self, kind: &str, since: i64, until: i64) -> Result<Vec<String>, InventoryError> {
        // An expression keeps SQLite from going through all that is of the kind.
        self.all(
            "SELECT DISTINCT subject FROM entry WHERE at > ? AND at <= ? AND kind || '' = ? ORDER BY subject",
            params![since, until, kind],
            |row| row.get(0),
        )
    }

    fn known_at(&self, kind: &str, subject: &str, at: i64) -> Result<Option<HistoryEntry>, InventoryError> {
        self.one(
            "SELECT id, at, body FROM entry WHERE kind = ? AND subject = ? AND at <= ? ORDER BY at DESC, id DESC LIMIT 1",
            params![kind, subject, at],
            entry_of,
        )
    }

    fn lies_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError> {
        let statement = "SELECT DISTINCT host, path FROM sighting WHERE sha256 = ? ORDER BY host, path";
        self.all(statement, [sha256], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn predecessors(&self, sha256: &[u8; 32]) -> Result<Vec<([u8; 32], bool)>, InventoryError> {
        query::predecessors(self, sha256)
    }

    fn each_graded(
        &self,
        then: i64,
        each: &mut dyn FnMut([u8; 32], u8, VerdictRow) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        query::each_graded(self, then, each)
    }

    fn ever_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError> {
        let statement = "SELECT host, path FROM seen WHERE sha256 = ? ORDER BY host, path";
        self.all(statement, [sha256], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn last_instant(&self) -> Result<Option<i64>, InventoryError> {
        Ok(self.one("SELECT max(at) FROM entry", [], |row| row.get(0))?.flatten())
    }

    fn entry(&self, id: &EntryId) -> Result<Option<HistoryEntry>, InventoryError> {
        self.one("SELECT id, at, body FROM entry WHERE id = ?", [id], entry_of)
    }

    fn rewind(&mut self, at: i64) -> Result<(), InventoryError> {
        self.db.execute_batch(&schema::known("TEMP")).map_err(sql)?;
        self.sketch()?;
        let entries = self.all("SELECT id, at, body FROM entry WHERE at <= ? ORDER BY at, id", [at], entry_of)?;
        let tx = self.db.unchecked_transaction().map_err(sql)?;
        for entry in entries.iter().filter(|entry| !matches!(entry.body, EntryBody::Pruned { .. })) {
            let body = serde_json::to_string(&entry.body).unwrap_or_default();
            apply::apply(&tx, entry, &body).map_err(sql)?;
        }
        tx.commit().map_err(sql)
    }

    fn sketch(&mut self) -> Result<(), InventoryError> {
        self.sketching = true;
        self.db.execute_batch(&schema::judged("TEMP")).map_err(sql)
    }

    fn chosen(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<[u8; 32]>, InventoryError> {
        Sqlite::chosen(self, filter, sort)
    }

    fn listed(&self, sha256: &[u8; 32]) -> Result<Option<ListedCertificate>, InventoryError> {
        Sqlite::listed(self, sha256)
    }

    fn certificates(&self, role: Option<&str>) -> Result<u64, InventoryError> {
        Sqlite::certificates(self, role)
    }

    fn renewed_by(&self, sha256: &[u8; 32]) -> Result<Vec<[u8; 32]>, InventoryError> {
        Sqlite::renewed_by(self, sha256)
    }

    fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError> {
        Sqlite::runs(self)
    }

    fn holder_ids(&self) -> Result<Vec<String>, InventoryError> {
        Sqlite::holder_ids(self)
    }

    fn resolve_id(&self, text: &str) -> Result<Vec<ResolvedId>, InventoryError> {
        Sqlite::resolve_id(self, text)
    }

    fn mapping(&self, register: &str) -> Result<Vec<(String, String)>, InventoryError> {
        Sqlite::mapping(self, register)
    }

    fn registers(&self) -> Result<Vec<String>, InventoryError> {
        Sqlite::registers(self)
    }

    fn removed_holders(&self) -> Result<Vec<RemovedHolder>, InventoryError> {
        Sqlite::removed_holders(self)
    }

    fn holder_of(&self, sha256: &[u8; 32]) -> Result<Option<HolderKey>, InventoryError> {
        Sqlite::holder_of(self, sha256)
    }

    fn known(&self, sha256: &[u8; 32]) -> Result<Option<NamedCertificate>, InventoryError> {
        Sqlite::known(self, sha256)
    }

    fn office_ids(&self) -> Result<Vec<EntryId>, InventoryError> {
        Sqlite::office_ids(self)
    }

    fn entries_like(&self, digits: &str) -> Result<Vec<HistoryEntry>, InventoryError> {
        Sqlite::entries_like(self, digits)
    }

    fn undone(&self, mark: &EntryId) -> Result<Option<(EntryId, i64)>, InventoryError> {
        Sqlite::undone(self, mark)
    }

    fn each_certificate(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<(), InventoryError> {
        self.each("SELECT der FROM certificate ORDER BY sha256", [], |row| row.get::<_, Vec<u8>>(0), |der| each(&der))
    }

    fn prunable(&self, until: i64) -> Result<Prunable, InventoryError> {
        self.find_prunable(until)
    }

    fn info(&self) -> Result<InventoryCounts, InventoryError> {
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

/// Reads certificates and verdicts for threads that judge.
struct SqliteReader {
    db: Mutex<Connection>,
    at: Instant,
}

impl SqliteReader {
    fn one<T>(
        &self,
        statement: &str,
        sha256: &[u8; 32],
        read: impl FnOnce(&Row) -> rusqlite::Result<T>,
    ) -> io::Result<Option<T>> {
        let db = self.db.lock().map_err(|_| io::Error::other("poisoned"))?;
        let mut query = db.prepare_cached(statement).map_err(|error| io::Error::from(sql(error)))?;
        query.query_row([sha256], read).optional().map_err(|error| io::Error::from(sql(error)))
    }
}

impl CertificateSource for SqliteReader {
    fn der(&self, sha256: &[u8; 32]) -> io::Result<Vec<u8>> {
        let found = self.one("SELECT der FROM certificate WHERE sha256 = ?", sha256, |row| row.get(0))?;
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn verdict(&self, sha256: &[u8; 32], trust_inputs: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)> {
        let kept =
            self.one("SELECT verdict, world, holds_from, holds_until FROM judged WHERE sha256 = ?", sha256, |row| {
                let instant = |at: Option<i64>| at.map(instant);
                let (from, until) = (instant(row.get(2)?), instant(row.get(3)?));
                Ok((
                    row.get::<_, String>(0)?,
                    VerdictLifetime { trust_inputs: row.get(1)?, from, until, findings_until: None },
                ))
            });
        let (verdict, lifetime) = kept.ok().flatten()?;
        let holds = lifetime.trust_inputs == *trust_inputs && lifetime.holds(self.at);
        let verdict: super::rows::StoredVerdict = serde_json::from_str(&verdict).ok().filter(|_| holds)?;
        Some((verdict.verdict()?, lifetime))
    }
}

/// Microseconds of an instant that may be none.
fn moment(at: Option<Instant>) -> Option<i64> {
    at.map(micros)
}
