//! The tables and their migrations.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::super::rows::{DAMAGES_OF_FORM_1, TYPOS_OF_FORM_1};
use super::super::store::InventoryError;
use super::super::units::EntryOrder;
use super::{apply, property, seal, sql};

/// Distinguishes an inventory from any other SQLite file: "shom".
pub(super) const APPLICATION: i32 = 0x7368_6f6d;

/// The migrations from the first form of the tables to the present one. A released step is never
/// changed; a new one is added.
const STEPS: &[fn(&Connection) -> rusqlite::Result<()>] = &[codes_for_places, order_and_checksums];

/// The version of the tables that this program writes.
pub(super) const VERSION: u32 = STEPS.len() as u32 + 1;

/// Makes the tables in an empty file (`version` 0), or migrates them from `version` to the present
/// one, in one transaction.
pub(super) fn migrate(db: &Connection, version: u32) -> Result<(), InventoryError> {
    let tx = db.unchecked_transaction().map_err(sql)?;
    match version.checked_sub(1) {
        None => first(&tx).map_err(sql)?,
        Some(done) => STEPS.iter().skip(done as usize).try_for_each(|step| step(&tx)).map_err(sql)?,
    }
    tx.pragma_update(None, "application_id", APPLICATION).map_err(sql)?;
    tx.pragma_update(None, "user_version", VERSION).map_err(sql)?;
    tx.commit().map_err(sql)
}

fn first(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(KEPT)?;
    db.execute_batch(LOCAL)?;
    db.execute_batch(&known(""))?;
    db.execute_batch(&judged(""))
}

/// Version 3: the order of entries no longer comes from the clock, and rows have checksums.
fn order_and_checksums(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(LOCAL)?;
    for table in ["entry", "file", "run", "holder", "said", "mark"] {
        db.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN ord INTEGER NOT NULL DEFAULT 0"))?;
        // The order of then, so that an entry has the same place in every inventory that has it.
        db.execute(&format!("UPDATE {table} SET ord = min(at, ?)"), [EntryOrder::CEILING])?;
    }
    for sealed in seal::ALL {
        db.execute_batch(&format!("ALTER TABLE {} ADD COLUMN sum INTEGER NOT NULL DEFAULT 0", sealed.table))?;
        db.execute_batch(&format!("UPDATE {} SET sum = {}", sealed.table, sealed.digest()))?;
    }
    db.execute_batch(
        "DROP INDEX entry_of;
         CREATE INDEX entry_of ON entry (kind, subject, ord);
         CREATE INDEX entry_ord ON entry (ord);",
    )?;
    if db.prepare("SELECT 1 FROM entry WHERE at > ord LIMIT 1")?.exists([])? {
        apply::derive_again(db)?;
    }
    let last = "SELECT at FROM entry ORDER BY rowid DESC LIMIT 1";
    if let Some(at) = db.query_row(last, [], |row| row.get::<_, i64>(0)).optional()? {
        property::set(db, property::CLOCK, &at.to_string())?;
    }
    // Up to here what was recorded last may have lost to an earlier clock that ran ahead. The stamp
    // of such a file would keep it from ever being read again.
    let legacy: i64 = db.query_row("SELECT ifnull(max(rowid), 0) FROM entry", [], |row| row.get(0))?;
    property::set(db, property::CLOCK_ORDERED, &legacy.to_string())?;
    for (host, path) in apply::overruled_files(db)? {
        db.execute("DELETE FROM stamp WHERE host = ? AND path = ?", [host, path])?;
    }
    Ok(())
}

/// Version 2: typing errors and damages are stored by code and no longer by index in lists of the
/// program, which could then only be appended to.
fn codes_for_places(db: &Connection) -> rusqlite::Result<()> {
    let concerned = "(instr(body, '\"typo\":') > 0 OR instr(body, '\"damaged\":') > 0)";
    let read = format!("SELECT id, body FROM entry WHERE kind = 'file' AND {concerned}");
    let entries = collected(db, &read, |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, String>(1)?)))?;
    let mut write = db.prepare("UPDATE entry SET body = ? WHERE id = ?")?;
    for (id, body) in entries {
        if let Some(body) = with_codes(&body, "/file") {
            write.execute(params![body, id])?;
        }
    }
    let read = format!("SELECT host, path, body FROM file WHERE {concerned}");
    let files =
        collected(db, &read, |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?;
    let mut write = db.prepare("UPDATE file SET body = ? WHERE host = ? AND path = ?")?;
    for (host, path, body) in files {
        if let Some(body) = with_codes(&body, "") {
            write.execute(params![body, host, path])?;
        }
    }
    Ok(())
}

fn collected<T>(
    db: &Connection,
    statement: &str,
    read: impl FnMut(&Row) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare(statement)?.query_map([], read)?.collect()
}

/// A document with codes; none where it has no indices, or is damaged (which `inventory check`
/// reports).
fn with_codes(body: &str, file: &str) -> Option<String> {
    let mut document: Value = serde_json::from_str(body).ok()?;
    let file = document.pointer_mut(file)?;
    let mut is_changed = false;
    let mut put = |place: Option<&mut Value>, codes: &[&str]| {
        let Some(place) = place else { return };
        let at = place.as_u64().and_then(|at| usize::try_from(at).ok());
        if let Some(code) = at.and_then(|at| codes.get(at)) {
            *place = Value::from(*code);
            is_changed = true;
        }
    };
    put(file.pointer_mut("/opening/typo"), &TYPOS_OF_FORM_1);
    for problem in file.get_mut("problems").and_then(Value::as_array_mut).into_iter().flatten() {
        put(problem.pointer_mut("/damaged/what"), &DAMAGES_OF_FORM_1);
    }
    is_changed.then(|| document.to_string())
}

/// The tables that are only added to, and those that belong to this computer.
const KEPT: &str = "
-- What happened. Of two entries of one kind and subject the later (ord, id) holds; at is what the
-- clock said.
CREATE TABLE entry (
    id      BLOB    NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    body    TEXT    NOT NULL,
    sum     INTEGER NOT NULL
);
CREATE INDEX entry_of ON entry (kind, subject, ord);
CREATE INDEX entry_ord ON entry (ord);
CREATE INDEX entry_at ON entry (at);

CREATE TABLE certificate (
    sha256      BLOB    NOT NULL PRIMARY KEY,
    der         BLOB    NOT NULL,
    role        INTEGER NOT NULL,
    subject_key BLOB    NOT NULL,
    issuer_key  BLOB    NOT NULL,
    key         BLOB,
    serial      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    not_before  INTEGER,
    not_after   INTEGER,
    sum         INTEGER NOT NULL
);
CREATE INDEX certificate_serial ON certificate (serial);
CREATE INDEX certificate_subject ON certificate (subject_key);
CREATE INDEX certificate_key ON certificate (key);
CREATE INDEX certificate_role ON certificate (role);

CREATE TABLE crl (
    sha256 BLOB NOT NULL PRIMARY KEY,
    der    BLOB NOT NULL
);

-- What prune removed: entries of this kind and subject up to then stay removed.
CREATE TABLE pruned (
    what  TEXT    NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL
);

-- What tells that a file need not be opened again.
CREATE TABLE stamp (
    host     TEXT    NOT NULL,
    path     TEXT    NOT NULL,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    changed  INTEGER NOT NULL,
    device   INTEGER NOT NULL,
    inode    INTEGER NOT NULL,
    reading  TEXT    NOT NULL,
    settled  INTEGER NOT NULL,
    PRIMARY KEY (host, path)
) WITHOUT ROWID;
";

/// What belongs to this file alone and is in no export.
const LOCAL: &str = "
CREATE TABLE property (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Imports that have begun and not ended, and how far they have come.
CREATE TABLE underway (
    host  TEXT    NOT NULL,
    root  TEXT    NOT NULL,
    began INTEGER NOT NULL,
    read  INTEGER NOT NULL,
    least INTEGER NOT NULL,
    PRIMARY KEY (host, root)
);
";

/// The state at one moment, derived from the entries; for another moment it is derived again, as
/// temporary tables that hide these.
pub(super) fn known(temporary: &str) -> String {
    in_schema(KNOWN, temporary)
}

/// The judgement, as temporary tables where it is not stored.
pub(super) fn judged(temporary: &str) -> String {
    in_schema(JUDGED, temporary)
}

fn in_schema(tables: &str, temporary: &str) -> String {
    let schema = if temporary.is_empty() { "main" } else { "temp" };
    tables.replace("{TEMP}", temporary).replace("{SCHEMA}", schema)
}

const KNOWN: &str = "
CREATE {TEMP} TABLE file (
    host    TEXT    NOT NULL,
    path    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    id      BLOB    NOT NULL,
    present INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
    sum     INTEGER NOT NULL,
    PRIMARY KEY (host, path)
) WITHOUT ROWID;

CREATE {TEMP} TABLE sighting (
    sha256   BLOB    NOT NULL,
    host     TEXT    NOT NULL,
    path     TEXT    NOT NULL,
    position INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    PRIMARY KEY (sha256, host, path, position)
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.sighting_in ON sighting (host, path);

-- Which file ever held which certificate.
CREATE {TEMP} TABLE seen (
    sha256 BLOB NOT NULL,
    host   TEXT NOT NULL,
    path   TEXT NOT NULL,
    PRIMARY KEY (sha256, host, path)
) WITHOUT ROWID;

-- Where private keys lie, by their public keys.
CREATE {TEMP} TABLE file_key (
    key  BLOB NOT NULL,
    host TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (key, host, path)
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.file_key_in ON file_key (host, path);

CREATE {TEMP} TABLE run (
    host TEXT    NOT NULL,
    root TEXT    NOT NULL,
    at   INTEGER NOT NULL,
    ord  INTEGER NOT NULL,
    id   BLOB    NOT NULL,
    body TEXT    NOT NULL,
    sum  INTEGER NOT NULL,
    PRIMARY KEY (host, root)
) WITHOUT ROWID;

CREATE {TEMP} TABLE holder (
    register   TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    ord        INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    present    INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    prefecture TEXT,
    tag        TEXT,
    body       TEXT    NOT NULL,
    sum        INTEGER NOT NULL,
    PRIMARY KEY (register, holder)
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.holder_id ON holder (holder);
CREATE INDEX {SCHEMA}.holder_prefecture ON holder (prefecture);
CREATE INDEX {SCHEMA}.holder_tag ON holder (tag);

-- One row a thing: mappings of registers, bindings, whether a mark is undone, what was said.
CREATE {TEMP} TABLE said (
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    ord     INTEGER NOT NULL,
    id      BLOB    NOT NULL,
    body    TEXT    NOT NULL,
    sum     INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;

CREATE {TEMP} TABLE mark (
    at     INTEGER NOT NULL,
    ord    INTEGER NOT NULL,
    id     BLOB    NOT NULL,
    target TEXT    NOT NULL,
    body   TEXT    NOT NULL,
    sum    INTEGER NOT NULL,
    PRIMARY KEY (at, id)
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.mark_of ON mark (target);
";

const JUDGED: &str = "
CREATE {TEMP} TABLE judged (
    sha256     BLOB    NOT NULL PRIMARY KEY,
    role       TEXT    NOT NULL,
    status     TEXT    NOT NULL,
    generation TEXT,
    severity   INTEGER NOT NULL,
    ends       INTEGER,
    ends_on    TEXT,
    register   TEXT,
    holder     TEXT,
    how        TEXT    NOT NULL,
    category   TEXT,
    places     INTEGER NOT NULL,
    host       TEXT    NOT NULL,
    path       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    superseded_by BLOB,
    row        TEXT    NOT NULL,
    verdict    TEXT    NOT NULL,
    holds_from INTEGER,
    holds_until INTEGER,
    world      BLOB    NOT NULL,
    sum        INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.judged_path ON judged (path);
CREATE INDEX {SCHEMA}.judged_ends ON judged (ends_on);
CREATE INDEX {SCHEMA}.judged_holder ON judged (holder, register);
CREATE INDEX {SCHEMA}.judged_status ON judged (status);
CREATE INDEX {SCHEMA}.judged_generation ON judged (generation);
CREATE INDEX {SCHEMA}.judged_category ON judged (category);
CREATE INDEX {SCHEMA}.judged_severity ON judged (severity);
CREATE INDEX {SCHEMA}.judged_role ON judged (role);
CREATE INDEX {SCHEMA}.judged_renews ON judged (superseded_by);

CREATE {TEMP} TABLE finding (
    rule     TEXT    NOT NULL,
    sha256   BLOB    NOT NULL,
    severity INTEGER NOT NULL,
    PRIMARY KEY (rule, sha256)
) WITHOUT ROWID;
CREATE INDEX {SCHEMA}.finding_of ON finding (sha256);

CREATE {TEMP} TABLE holder_finding (
    rule     TEXT    NOT NULL,
    register TEXT    NOT NULL,
    holder   TEXT    NOT NULL,
    severity INTEGER NOT NULL,
    PRIMARY KEY (rule, register, holder)
) WITHOUT ROWID;

-- How the whole is judged; until is 0 where something has changed since.
CREATE {TEMP} TABLE whole (
    one     INTEGER NOT NULL PRIMARY KEY,
    inputs  BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    tally   TEXT    NOT NULL
);
";
