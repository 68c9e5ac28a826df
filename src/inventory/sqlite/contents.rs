//! Reading all contents, for judging and export.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OptionalExtension, Row, ffi};
use sha2::{Digest, Sha256};

use super::super::lock::InventoryLock;
use super::super::rows::{FileRow, StoredVerdict};
use super::super::store::{InventoryError, Store, StoreContents};
use super::super::units::instant;
use super::seal::{CERTIFICATE, FILE, JUDGED};
use super::{Sqlite, gist_of, json, sql};
use crate::audit::{CertificateSource, CertificateSummary, VerdictLifetime};
use crate::calendar::Instant;
use crate::certificate::{Crl, hex};
use crate::trust::Verdict;

impl StoreContents for Sqlite {
    fn each_certificate(&self, each: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> Result<(), InventoryError> {
        let row = |row: &Row| sound(row.get(0)?, row.get(1)?);
        self.each("SELECT sha256, der FROM certificate ORDER BY sha256", [], row, |der| each(&der))
    }

    fn sizes(&self) -> Result<[u64; 3], InventoryError> {
        let count = |table: &str| {
            let found = self.one(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0))?;
            Ok::<_, InventoryError>(found.unwrap_or(0).unsigned_abs())
        };
        Ok([count("certificate")?, count("crl")?, count("entry")?])
    }

    fn crls(&self) -> Result<Vec<Crl>, InventoryError> {
        // Without the list a revoked certificate would be trusted: one that cannot be read is an error.
        self.all("SELECT sha256, der FROM crl ORDER BY sha256", [], |row| {
            Crl::parse(&sound(row.get(0)?, row.get(1)?)?).map_err(|_| damaged("crl"))
        })
    }

    fn each_file(&self, each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>) -> Result<(), InventoryError> {
        self.each(
            &format!("SELECT host, path, body FROM file WHERE {} AND present ORDER BY host, path", FILE.intact()),
            [],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, json(&row.get::<_, String>(2)?)?)),
            |(host, path, file)| each(&host, &path, file),
        )
    }

    fn each_file_with(
        &self,
        certificates: &HashMap<[u8; 32], CertificateSummary>,
        each: &mut dyn FnMut(&str, &str, FileRow) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        for (host, path) in files_with(self, certificates)? {
            if let Some(file) = self.file(&host, &path)? {
                each(&host, &path, file)?;
            }
        }
        Ok(())
    }

    fn summaries(&self) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError> {
        let mut summaries = HashMap::new();
        self.each(
            &format!(
                "SELECT sha256, subject_key, issuer_key, role FROM certificate
                 WHERE {} AND sha256 IN (SELECT sha256 FROM sighting)",
                CERTIFICATE.intact()
            ),
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
            &format!(
                "SELECT certificate.sha256, subject_key, issuer_key, role, host, path
                 FROM (SELECT sha256 FROM seen EXCEPT SELECT sha256 FROM sighting) gone
                 JOIN certificate ON certificate.sha256 = gone.sha256
                 JOIN seen ON seen.sha256 = gone.sha256
                 WHERE {} AND role = 2
                 ORDER BY certificate.sha256, host, path",
                CERTIFICATE.intact()
            ),
            [],
            |row| Ok((gist_of(row)?, row.get(4)?, row.get(5)?)),
        )
    }

    fn related(&self, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError> {
        const GIST: &str =
            "SELECT other.sha256, other.subject_key, other.issuer_key, other.role FROM certificate other";
        let lies = format!(
            "EXISTS (SELECT 1 FROM sighting WHERE sighting.sha256 = other.sha256) AND {}",
            CERTIFICATE.intact_as("other")
        );
        const RELATIONS: [&str; 4] = [
            "other.subject_key = me.subject_key",
            "other.key = me.key",
            "other.serial = me.serial",
            "other.sha256 = me.sha256",
        ];
        let mut related = HashMap::new();
        let mut keep = |summary: CertificateSummary| {
            related.insert(summary.sha256, summary);
            Ok(())
        };
        // Possible issuers: CAs and self-issued certificates.
        let issuers = format!("{GIST} WHERE (other.role < 2 OR other.subject_key = other.issuer_key) AND {lies}");
        self.each(&issuers, [], gist_of, &mut keep)?;
        for sha256 in to {
            for relation in RELATIONS {
                let statement = format!("{GIST}, certificate me WHERE me.sha256 = ? AND {relation} AND {lies}");
                self.each(&statement, [sha256], gist_of, &mut keep)?;
            }
            let statement = format!(
                "{GIST}, judged me, judged mine WHERE me.sha256 = ? AND mine.holder = me.holder
                 AND mine.register = me.register AND other.sha256 = mine.sha256 AND {lies}"
            );
            self.each(&statement, [sha256], gist_of, &mut keep)?;
        }
        Ok(related)
    }
}

/// Host and path of every present file that contains one of these certificates or its key.
fn files_with(
    db: &Sqlite,
    certificates: &HashMap<[u8; 32], CertificateSummary>,
) -> Result<BTreeSet<(String, String)>, InventoryError> {
    let mut files = BTreeSet::new();
    for sha256 in certificates.keys() {
        let mut keep = |file: (String, String)| {
            files.insert(file);
            Ok(())
        };
        let place = |row: &Row| Ok((row.get(0)?, row.get(1)?));
        db.each("SELECT host, path FROM sighting WHERE sha256 = ?", [sha256], place, &mut keep)?;
        let keys = "SELECT file_key.host, file_key.path FROM certificate, file_key
                    WHERE certificate.sha256 = ? AND file_key.key = certificate.key";
        db.each(keys, [sha256], place, &mut keep)?;
    }
    Ok(files)
}

/// The content, if it is what it is kept as.
fn sound(sha256: [u8; 32], der: Vec<u8>) -> rusqlite::Result<Vec<u8>> {
    if sha256 == <[u8; 32]>::from(Sha256::digest(&der)) { Ok(der) } else { Err(damaged(&hex(&sha256))) }
}

fn damaged(what: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_CORRUPT), Some(format!("{what}: SHA-256")))
}

/// Reads certificates and verdicts for threads that judge.
pub(super) struct SqliteReader {
    pub db: Mutex<Connection>,
    pub _lock: Arc<InventoryLock>,
    pub at: Instant,
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
        let found =
            self.one("SELECT der FROM certificate WHERE sha256 = ?", sha256, |row| sound(*sha256, row.get(0)?))?;
        // It was named by a row a moment ago.
        found.ok_or_else(|| InventoryError::Damaged(format!("certificate {}: absent", hex(sha256))).into())
    }

    fn verdict(&self, sha256: &[u8; 32], trust_inputs: &[u8; 32]) -> Option<(Verdict, VerdictLifetime)> {
        // A row that is damaged is judged again.
        let statement = format!(
            "SELECT verdict, world, holds_from, holds_until FROM judged WHERE sha256 = ? AND {}",
            JUDGED.intact()
        );
        let kept = self.one(&statement, sha256, |row| {
            let instant = |at: Option<i64>| at.map(instant);
            let (from, until) = (instant(row.get(2)?), instant(row.get(3)?));
            Ok((
                row.get::<_, String>(0)?,
                VerdictLifetime { trust_inputs: row.get(1)?, from, until, findings_until: None },
            ))
        });
        let (verdict, lifetime) = kept.ok().flatten()?;
        let holds = lifetime.trust_inputs == *trust_inputs && lifetime.holds(self.at);
        let verdict: StoredVerdict = serde_json::from_str(&verdict).ok().filter(|_| holds)?;
        Some((verdict.verdict()?, lifetime))
    }
}
