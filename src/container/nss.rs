//! Databases of NSS (Firefox, Thunderbird) in SQLite: the certificates of cert9.db, and the
//! presence of the private keys of key4.db, which are encrypted.

use rusqlite::{Connection, Error, MAIN_DB};

use super::builder::{BagAttributes, ContainerBuilder};
use super::{ContainerProblem, Damage, Protection};

/// CKO_CERTIFICATE and CKO_PRIVATE_KEY of PKCS#11, as NSS stores numbers.
const CERTIFICATE: [u8; 4] = [0, 0, 0, 1];
const PRIVATE_KEY: [u8; 4] = [0, 0, 0, 3];

/// Reads a database. A column is the attribute of PKCS#11 whose number is its name in hexadecimal:
/// a0 the class, a3 the label, a11 the value, a102 the id.
pub(super) fn read(session: &mut ContainerBuilder<'_>, bytes: &[u8]) {
    let read = opened(bytes).and_then(|database| {
        certificates(session, &database)?;
        keys(session, &database)
    });
    if read.is_err() {
        session.problem(ContainerProblem::Damaged { offset: 0, what: Damage::Structure });
    }
}

fn opened(bytes: &[u8]) -> Result<Connection, Error> {
    let mut bytes = bytes.to_vec();
    // A database in memory has no write-ahead log; 1 stands for a rollback journal.
    if let Some(versions) = bytes.get_mut(18..20) {
        versions.fill(1);
    }
    let mut database = Connection::open_in_memory()?;
    database.deserialize_read_exact(MAIN_DB, bytes.as_slice(), bytes.len(), true)?;
    Ok(database)
}

fn has_table(database: &Connection, name: &str) -> Result<bool, Error> {
    database.query_row("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1", [name], |row| {
        row.get::<_, i64>(0).map(|count| count > 0)
    })
}

fn certificates(session: &mut ContainerBuilder<'_>, database: &Connection) -> Result<(), Error> {
    if !has_table(database, "nssPublic")? {
        return Ok(());
    }
    let mut rows = database.prepare("SELECT a3, a11, a102 FROM nssPublic WHERE a0 = ?1 ORDER BY id")?;
    let mut rows = rows.query([CERTIFICATE])?;
    while let Some(row) = rows.next()? {
        let label: Option<Vec<u8>> = row.get(0)?;
        let der: Option<Vec<u8>> = row.get(1)?;
        let attributes = BagAttributes {
            friendly_name: label.map(|label| String::from_utf8_lossy(&label).into_owned()),
            local_key_id: row.get(2)?,
        };
        let Some(der) = der else { continue };
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            break;
        }
        let added = session.certificate(&der, 0, attributes);
        session.ok_or_note(added);
    }
    Ok(())
}

fn keys(session: &mut ContainerBuilder<'_>, database: &Connection) -> Result<(), Error> {
    if !has_table(database, "nssPrivate")? {
        return Ok(());
    }
    let mut rows = database.prepare("SELECT a102 FROM nssPrivate WHERE a0 = ?1 ORDER BY id")?;
    let mut rows = rows.query([PRIVATE_KEY])?;
    while let Some(row) = rows.next()? {
        let counted = session.work.bag();
        if session.ok_or_note(counted).is_none() {
            break;
        }
        session.keys_under(&Protection {
            scheme: "NSS".into(),
            kdf: String::new(),
            cipher: "PBES2".into(),
            iterations: 1,
        });
        session.key(None, true, BagAttributes { friendly_name: None, local_key_id: row.get(0)? });
    }
    Ok(())
}
