//! Checksums of rows: what is read from the disk must be what was written.
//!
//! SQLite notices a page that is no page. A bit that flips inside a value it does not, and the
//! answer would be another one without a word. `digest` and `intact` are functions in SQL, so that
//! a statement seals what it writes and a condition tests what it reads.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, ffi};
use sha2::{Digest, Sha256};

use crate::platform;

/// The columns of a table that its checksum covers.
pub(super) struct Seal {
    pub table: &'static str,
    /// The expression that names a row.
    pub name: &'static str,
    pub columns: &'static [&'static str],
}

/// What happened.
pub(super) const ENTRY: Seal =
    Seal { table: "entry", name: "lower(hex(id))", columns: &["id", "at", "ord", "kind", "subject", "body"] };
/// What is known of a certificate beside its DER, which has its SHA-256.
pub(super) const CERTIFICATE: Seal = Seal {
    table: "certificate",
    name: "lower(hex(sha256))",
    columns: &["sha256", "role", "subject_key", "issuer_key", "key", "serial", "subject", "not_before", "not_after"],
};
/// A file. When it was first seen is derived from its entries and changes by itself.
pub(super) const FILE: Seal =
    Seal { table: "file", name: "path", columns: &["host", "path", "at", "ord", "id", "present", "body"] };
/// The last complete import of a source.
pub(super) const RUN: Seal = Seal { table: "run", name: "root", columns: &["host", "root", "at", "ord", "id", "body"] };
/// A holder.
pub(super) const HOLDER: Seal = Seal {
    table: "holder",
    name: "holder",
    columns: &["register", "holder", "at", "ord", "id", "present", "name", "prefecture", "tag", "body"],
};
/// What was said of a thing.
pub(super) const SAID: Seal =
    Seal { table: "said", name: "kind", columns: &["kind", "subject", "at", "ord", "id", "body"] };
/// A record of action.
pub(super) const MARK: Seal =
    Seal { table: "mark", name: "lower(hex(id))", columns: &["at", "ord", "id", "target", "body"] };
/// The judgement of a certificate.
pub(super) const JUDGED: Seal = Seal {
    table: "judged",
    name: "lower(hex(sha256))",
    columns: &[
        "sha256",
        "role",
        "status",
        "generation",
        "severity",
        "ends",
        "ends_on",
        "register",
        "holder",
        "how",
        "category",
        "places",
        "host",
        "path",
        "name",
        "superseded_by",
        "row",
        "verdict",
        "holds_from",
        "holds_until",
        "world",
    ],
};
/// All of them.
pub(super) const ALL: [&Seal; 8] = [&ENTRY, &CERTIFICATE, &FILE, &RUN, &HOLDER, &SAID, &MARK, &JUDGED];

impl Seal {
    /// The condition that a row of the table, or of the alias that a statement gives it, is as it was written.
    /// One that is not ends the statement with an error.
    pub fn intact_as(&self, alias: &str) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| format!("{alias}.{column}")).collect();
        format!("intact('{}', {alias}.sum, {})", self.table, columns.join(", "))
    }

    /// The same of the table by its own name.
    pub fn intact(&self) -> String {
        self.intact_as(self.table)
    }

    /// The checksum of a row of the table.
    pub fn digest(&self) -> String {
        format!("digest({})", self.columns.join(", "))
    }
}

/// How the error of a row begins that is not as it was written.
pub(super) const MISMATCH: &str = "another checksum: ";

/// Makes the functions known to a connection.
pub(super) fn register(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("digest", -1, flags, |values| Ok(digest(values, 0)))?;
    db.create_scalar_function("nfc", 1, flags, |values| {
        let text: String = values.get(0)?;
        Ok(platform::composed(&text).into_owned())
    })?;
    db.create_scalar_function("intact", -1, flags, |values| {
        if values.get::<i64>(1)? == digest(values, 2) {
            return Ok(true);
        }
        let table: String = values.get(0)?;
        Err(Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(format!("{MISMATCH}{table}"))))
    })
}

/// The checksum of the values from the one at `first` on, each with its type and length, so that no two rows have
/// one text.
fn digest(values: &Context, first: usize) -> i64 {
    let mut digest = Sha256::new();
    let mut put = |kind: u8, bytes: &[u8]| {
        digest.update([kind]);
        digest.update((bytes.len() as u64).to_le_bytes());
        digest.update(bytes);
    };
    for at in first..values.len() {
        match values.get_raw(at) {
            ValueRef::Null => put(0, &[]),
            ValueRef::Integer(number) => put(1, &number.to_le_bytes()),
            ValueRef::Real(number) => put(2, &number.to_le_bytes()),
            ValueRef::Text(text) => put(3, text),
            ValueRef::Blob(bytes) => put(4, bytes),
        }
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut sum = [0; 8];
    sum.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(sum)
}
