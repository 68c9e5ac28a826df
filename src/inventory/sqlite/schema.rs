//! The tables, and how they came to be what they are.

use rusqlite::Connection;

use super::super::store::InventoryError;
use super::sql;

/// Tells an inventory of ours from any other SQLite file: "shom".
pub(super) const APPLICATION: i32 = 0x7368_6f6d;

/// The steps from nothing to the tables of today. A step that has once been released is never
/// changed; a new one is added.
pub(super) const STEPS: &[fn(&Connection) -> rusqlite::Result<()>] = &[first];

/// The form of the tables that this program writes.
pub(super) const VERSION: u32 = STEPS.len() as u32;

/// Brings the tables from `version` to today's, in one transaction.
pub(super) fn migrate(db: &Connection, version: u32) -> Result<(), InventoryError> {
    let tx = db.unchecked_transaction().map_err(sql)?;
    for step in STEPS.iter().skip(version as usize) {
        step(&tx).map_err(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION).map_err(sql)?;
    tx.pragma_update(None, "user_version", VERSION).map_err(sql)?;
    tx.commit().map_err(sql)
}

fn first(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(KEPT)?;
    db.execute_batch(&known(""))?;
    db.execute_batch(&judged(""))
}

/// What is only ever added to, and what belongs to this computer alone.
const KEPT: &str = "
-- What happened. Of two entries of one kind and subject the later (at, id) holds.
CREATE TABLE entry (
    id      BLOB    NOT NULL PRIMARY KEY,
    at      INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    body    TEXT    NOT NULL
);
CREATE INDEX entry_of ON entry (kind, subject, at);
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
    not_after   INTEGER
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

/// What is so at one moment: made from the entries, and made again from them for any other
/// moment (as temporary tables, which hide these).
pub(super) fn known(temporary: &str) -> String {
    in_schema(KNOWN, temporary)
}

/// How it is judged, as temporary tables where that is not kept.
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
    id      BLOB    NOT NULL,
    present INTEGER NOT NULL,
    first   INTEGER NOT NULL,
    body    TEXT    NOT NULL,
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
    id   BLOB    NOT NULL,
    body TEXT    NOT NULL,
    PRIMARY KEY (host, root)
) WITHOUT ROWID;

CREATE {TEMP} TABLE holder (
    register   TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    id         BLOB    NOT NULL,
    present    INTEGER NOT NULL,
    first      INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    prefecture TEXT,
    tag        TEXT,
    body       TEXT    NOT NULL,
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
    id      BLOB    NOT NULL,
    body    TEXT    NOT NULL,
    PRIMARY KEY (kind, subject)
) WITHOUT ROWID;

CREATE {TEMP} TABLE mark (
    at     INTEGER NOT NULL,
    id     BLOB    NOT NULL,
    target TEXT    NOT NULL,
    body   TEXT    NOT NULL,
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
    world      BLOB    NOT NULL
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
