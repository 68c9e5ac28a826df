//! Lists and look-ups.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, params, params_from_iter};
use sha1::{Digest, Sha1};

use super::super::entry::EntryBody;
use super::super::list::{
    CertificateFilter, ListOrder, ListedCertificate, NamedCertificate, RemovedHolder, ResolvedId,
};
use super::super::rows::{FileRow, NotificationRow, StoredHolderRow, VerdictRow};
use super::super::store::{History, InventoryError, JudgedInventory, Store, UnfinishedImport};
use super::contents::SqliteReader;
use super::seal::{self, CERTIFICATE, FILE, HOLDER, JUDGED, MARK, SAID};
use super::{Sqlite, entry_of, json, role_of, sql};
use crate::audit::CertificateSource;
use crate::calendar::Instant;
use crate::certificate::{hex, parse_hex};
use crate::platform::composed;
use crate::policy::bare_prefecture;
use crate::register::{HolderKey, RegisterState};

/// The row of a certificate in a list.
fn listed_statement() -> String {
    format!(
        "SELECT judged.row, certificate.serial, certificate.subject, judged.role, judged.severity, judged.ends_on,
           judged.register, judged.holder, holder.name, holder.prefecture, holder.tag, judged.how, judged.category,
           judged.places, judged.host, judged.path, judged.name, judged.superseded_by
    FROM judged
    JOIN certificate ON certificate.sha256 = judged.sha256
    LEFT JOIN holder ON holder.register = judged.register AND holder.holder = judged.holder AND holder.name <> ''
        AND {}
    WHERE judged.sha256 = ? AND {} AND {}",
        HOLDER.intact(),
        JUDGED.intact(),
        CERTIFICATE.intact()
    )
}

/// A statement and its values.
#[derive(Default)]
struct SqlQuery {
    joins: Vec<&'static str>,
    conditions: Vec<&'static str>,
    values: Vec<Value>,
}

impl SqlQuery {
    fn new(filter: &CertificateFilter) -> SqlQuery {
        let mut asked = SqlQuery::default();
        asked.text("judged.holder = ?", &filter.holder);
        asked.text("judged.register = ?", &filter.register);
        asked.text("judged.category = ?", &filter.category);
        asked.text("judged.generation = ?", &filter.generation);
        asked.text("judged.status = ?", &filter.status);
        asked.rule(&filter.rule);
        asked.ask("judged.severity >= ?", filter.severity.map(|severity| Value::Integer(severity.into())));
        asked.text("judged.ends_on < ?", &filter.expires_before);
        asked.text("judged.sha256 IN (SELECT sha256 FROM sighting WHERE host = ?)", &filter.host);
        if filter.prefecture.is_some() || filter.tag.is_some() {
            asked.joins.push("JOIN holder ON holder.register = judged.register AND holder.holder = judged.holder");
        }
        asked.prefecture(&filter.prefecture);
        asked.text("holder.tag = ?", &filter.tag);
        for wanted in &filter.texts {
            asked.contains(wanted);
        }
        // Most certificates have one role, so beside another condition its index is useless; the
        // expression keeps SQLite from using it.
        let role = if asked.conditions.is_empty() { "judged.role = ?" } else { "judged.role || '' = ?" };
        asked.text(role, &filter.role);
        asked
    }

    fn text(&mut self, condition: &'static str, value: &Option<String>) {
        self.ask(condition, value.clone().map(Value::Text));
    }

    fn ask(&mut self, condition: &'static str, value: Option<Value>) {
        if let Some(value) = value {
            self.conditions.push(condition);
            self.values.push(value);
        }
    }

    /// A prefecture however registers write it: 東京 is 東京都.
    fn prefecture(&mut self, prefecture: &Option<String>) {
        let Some(typed) = prefecture else { return };
        // Each spelling by itself, so that the index is used.
        self.conditions.push("holder.prefecture IN (?, ?, ?, ?, ?, ?, ?, ?)");
        for name in [typed.as_str(), bare_prefecture(typed)] {
            let spelt = ["", "都", "府", "県"].map(|suffix| Value::Text(format!("{name}{suffix}")));
            self.values.extend(spelt);
        }
    }

    /// A finding of the certificate itself, or of its holder.
    fn rule(&mut self, rule: &Option<String>) {
        let Some(rule) = rule else { return };
        self.conditions.push(
            "judged.sha256 IN (SELECT sha256 FROM finding WHERE rule = ?
                               UNION ALL SELECT held.sha256 FROM holder_finding, judged held
                               WHERE holder_finding.rule = ? AND held.holder = holder_finding.holder
                                 AND held.register = holder_finding.register)",
        );
        self.values.extend(vec![Value::Text(rule.clone()); 2]);
    }

    /// Free text, which needs a full scan.
    fn contains(&mut self, wanted: &str) {
        let wanted = Value::Text(composed(wanted).to_ascii_lowercase());
        self.conditions.push(
            "(judged.sha256 IN (SELECT sha256 FROM certificate WHERE instr(lower(subject), ?) > 0)
              OR instr(lower(nfc(judged.name)), ?) > 0
              OR judged.sha256 IN (SELECT sha256 FROM sighting
                                   WHERE instr(lower(nfc(path)), ?) > 0 OR instr(lower(nfc(name)), ?) > 0)
              OR instr(lower(judged.holder), ?) > 0
              OR EXISTS (SELECT 1 FROM holder named
                         WHERE named.register = judged.register AND named.holder = judged.holder
                           AND instr(lower(named.name), ?) > 0))",
        );
        self.values.extend(vec![wanted; 6]);
    }

    /// Only the keys, since sorting holds its rows in memory.
    fn statement(&self, sort: ListOrder) -> String {
        let conditions = match self.conditions.is_empty() {
            true => String::new(),
            false => format!("WHERE {}", self.conditions.join(" AND ")),
        };
        let order = match sort {
            ListOrder::Ends => "judged.ends_on IS NULL, judged.ends_on, judged.path",
            ListOrder::Path => "judged.path, judged.host",
            ListOrder::Holder => "judged.holder IS NULL, judged.register, judged.holder, judged.ends_on",
            ListOrder::Severity => "judged.severity DESC, judged.ends_on IS NULL, judged.ends_on",
            ListOrder::Name => "judged.name",
        };
        format!(
            "SELECT judged.sha256 FROM judged {} {conditions} ORDER BY {order}, judged.sha256",
            self.joins.join(" ")
        )
    }
}

fn listed(row: &Row) -> rusqlite::Result<ListedCertificate> {
    let register: Option<String> = row.get(6)?;
    let holder: Option<String> = row.get(7)?;
    Ok(ListedCertificate {
        row: json(&row.get::<_, String>(0)?)?,
        serial: row.get(1)?,
        subject: row.get(2)?,
        role: row.get(3)?,
        severity: row.get(4)?,
        ends_on: row.get(5)?,
        holder: register.zip(holder),
        holder_name: row.get(8)?,
        prefecture: row.get(9)?,
        tag: row.get(10)?,
        how: row.get(11)?,
        category: row.get(12)?,
        places: row.get::<_, i64>(13)?.unsigned_abs(),
        host: row.get(14)?,
        path: row.get(15)?,
        name: row.get(16)?,
        superseded_by: row.get(17)?,
    })
}

impl Store for Sqlite {
    fn file(&self, host: &str, path: &str) -> Result<Option<FileRow>, InventoryError> {
        let statement = format!("SELECT body FROM file WHERE host = ? AND path = ? AND present AND {}", FILE.intact());
        self.one(&statement, params![host, path], |row| json(&row.get::<_, String>(0)?))
    }

    fn office(&self) -> Result<RegisterState, InventoryError> {
        let statement = format!(
            "SELECT register, holder, body FROM holder WHERE {} AND present ORDER BY register, holder",
            HOLDER.intact()
        );
        let holders = self.all(&statement, [], |row| {
            let key = HolderKey { register: row.get(0)?, id: row.get(1)? };
            Ok(json::<StoredHolderRow>(&row.get::<_, String>(2)?)?.holder(key))
        })?;
        let has_register = self.one("SELECT 1 FROM holder LIMIT 1", [], |_| Ok(()))?.is_some();
        let mut bindings = BTreeMap::new();
        let statement = format!("SELECT body FROM said WHERE {} AND kind = 'binding'", SAID.intact());
        let bodies = self.all(&statement, [], |row| row.get::<_, String>(0))?;
        for body in bodies {
            if let EntryBody::Binding { sha256, bound: Some(bound), .. } = json(&body).map_err(sql)? {
                bindings.insert(sha256, bound.bound());
            }
        }
        let mut marks: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let rows = self.all(
            &format!(
                "SELECT id, at, ord, body FROM mark
                 WHERE {} AND NOT EXISTS (SELECT 1 FROM said WHERE kind = 'undo' AND subject = lower(hex(mark.id)))
                 ORDER BY ord, id",
                MARK.intact()
            ),
            [],
            entry_of,
        )?;
        for entry in rows {
            let EntryBody::Mark(row) = &entry.body else { continue };
            if let Some(mark) = row.mark(entry.id, entry.at) {
                marks.entry(mark.target.clone()).or_default().push(mark);
            }
        }
        let refused = self.notifications()?.iter().filter_map(NotificationRow::refused).collect();
        Ok(RegisterState { has_register, holders, bindings, marks, refused })
    }

    fn unfinished(&self) -> Result<Vec<UnfinishedImport>, InventoryError> {
        self.all("SELECT host, root, began, read, least FROM underway ORDER BY host, root", [], |row| {
            Ok(UnfinishedImport {
                host: row.get(0)?,
                root: row.get(1)?,
                began: row.get(2)?,
                read: row.get::<_, i64>(3)?.unsigned_abs(),
                least: row.get::<_, i64>(4)?.unsigned_abs(),
            })
        })
    }

    fn notifications(&self) -> Result<Vec<NotificationRow>, InventoryError> {
        let statement = format!("SELECT body FROM said WHERE {} AND kind = 'told' ORDER BY subject", SAID.intact());
        let bodies = self.all(&statement, [], |row| json::<EntryBody>(&row.get::<_, String>(0)?))?;
        let told = |body| match body {
            EntryBody::Told(told) => Some(told),
            _ => None,
        };
        Ok(bodies.into_iter().filter_map(told).collect())
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

    fn last_verdict(&self, sha256: &[u8; 32]) -> Result<Option<VerdictRow>, InventoryError> {
        let statement = format!("SELECT row FROM judged WHERE sha256 = ? AND {}", JUDGED.intact());
        self.one(&statement, [sha256], |row| json(&row.get::<_, String>(0)?))
    }

    fn certificate_source(&self, at: Instant) -> Result<Arc<dyn CertificateSource>, InventoryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&self.path, flags).map_err(sql)?;
        seal::register(&db).map_err(sql)?;
        Ok(Arc::new(SqliteReader { db: Mutex::new(db), _lock: Arc::clone(&self.lock), at }))
    }

    fn held_by(&self, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, InventoryError> {
        let mut held = Vec::new();
        for (register, id) in holders {
            let statement = "SELECT sha256 FROM judged WHERE holder = ? AND register = ?";
            held.extend(self.all(statement, params![id, register], |row| row.get::<_, [u8; 32]>(0))?);
        }
        Ok(held)
    }

    fn lies_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError> {
        let statement = "SELECT DISTINCT host, path FROM sighting WHERE sha256 = ? ORDER BY host, path";
        self.all(statement, [sha256], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn ever_in(&self, sha256: &[u8; 32]) -> Result<Vec<(String, String)>, InventoryError> {
        let statement = "SELECT host, path FROM seen WHERE sha256 = ? ORDER BY host, path";
        self.all(statement, [sha256], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn predecessors(&self, sha256: &[u8; 32]) -> Result<Vec<([u8; 32], bool)>, InventoryError> {
        self.all(
            "SELECT earlier.sha256, judged.superseded_by IS NOT NULL, earlier.not_before
             FROM judged JOIN certificate earlier ON earlier.sha256 = judged.sha256
             WHERE judged.superseded_by = ?1
             UNION
             SELECT earlier.sha256, 0, earlier.not_before
             FROM certificate me JOIN certificate earlier ON earlier.subject_key = me.subject_key
             WHERE me.sha256 = ?1 AND earlier.issuer_key = me.issuer_key AND earlier.not_before < me.not_before
               AND earlier.role = 2 AND me.role = 2
             ORDER BY 3 DESC, 2 DESC, 1",
            [sha256],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    fn each_graded(
        &self,
        then: i64,
        each: &mut dyn FnMut([u8; 32], u8, VerdictRow) -> io::Result<()>,
    ) -> Result<(), InventoryError> {
        self.each(
            "SELECT judged.sha256, judged.severity,
                    (SELECT body FROM entry
                     WHERE kind = 'verdict' AND subject = lower(hex(judged.sha256)) AND at <= ?
                     ORDER BY ord DESC, id DESC LIMIT 1)
             FROM judged",
            [then],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?.map(|body| json(&body)).transpose()?)),
            |(sha256, now, then)| match then {
                Some(EntryBody::Verdict(then)) => each(sha256, now, then),
                _ => Ok(()),
            },
        )
    }

    fn chosen(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<[u8; 32]>, InventoryError> {
        let asked = SqlQuery::new(filter);
        self.all(&asked.statement(sort), params_from_iter(asked.values), |row| row.get(0))
    }

    fn listed(&self, sha256: &[u8; 32]) -> Result<Option<ListedCertificate>, InventoryError> {
        self.one(&listed_statement(), [sha256], listed)
    }

    fn certificates(&self, role: Option<&str>) -> Result<u64, InventoryError> {
        let counted = match role {
            Some(role) => self.one("SELECT count(*) FROM judged WHERE role = ?", [role], |row| row.get::<_, i64>(0)),
            None => self.one("SELECT count(*) FROM judged", [], |row| row.get(0)),
        };
        Ok(counted?.unwrap_or(0).unsigned_abs())
    }

    fn renewed_by(&self, sha256: &[u8; 32]) -> Result<Vec<[u8; 32]>, InventoryError> {
        self.all("SELECT sha256 FROM judged WHERE superseded_by = ? ORDER BY ends_on DESC, sha256", [sha256], |row| {
            row.get(0)
        })
    }

    fn known(&self, sha256: &[u8; 32]) -> Result<Option<NamedCertificate>, InventoryError> {
        let statement =
            format!("SELECT serial, subject, role FROM certificate WHERE sha256 = ? AND {}", CERTIFICATE.intact());
        self.one(&statement, [sha256], |row| {
            Ok(NamedCertificate { serial: row.get(0)?, subject: row.get(1)?, role: role_of(row.get(2)?) })
        })
    }

    fn resolve_id(&self, text: &str) -> Result<Vec<ResolvedId>, InventoryError> {
        let (kind, id) = match text.split_once(':') {
            Some((kind @ ("sha256" | "serial" | "holder"), id)) => (Some(kind), id),
            _ => (None, text),
        };
        let asks = |what: &str| kind.is_none_or(|kind| kind == what);
        let mut resolve_id = Vec::new();
        let certificate = |row: &Row| Ok(ResolvedId::Certificate(row.get(0)?, row.get(1)?, row.get(2)?));
        const CERTIFICATE: &str = "SELECT sha256, serial, subject FROM certificate";
        const KNOWN: &str = "EXISTS (SELECT 1 FROM seen WHERE seen.sha256 = certificate.sha256)";
        // With its prefix, a fingerprint may be of any length.
        let shortest = if kind == Some("sha256") { 1 } else { SHORTEST };
        if let Some((least, beyond)) = prefix(id, shortest).filter(|_| asks("sha256")) {
            let statement = format!("{CERTIFICATE} WHERE sha256 >= ? AND (sha256 < ? OR ?) AND {KNOWN}");
            let open = beyond.is_none();
            resolve_id.extend(self.all(&statement, params![least, beyond.unwrap_or_default(), open], certificate)?);
        }
        if let Some(serial) = crate::certificate::Serial::parse(id).filter(|_| asks("serial")) {
            let statement = format!("{CERTIFICATE} WHERE serial = ? AND {KNOWN}");
            resolve_id.extend(self.all(&statement, [serial.hex()], certificate)?);
        }
        if asks("holder") {
            // An ID may contain a slash itself.
            let (register, below) = id.split_once('/').unzip();
            let statement = "SELECT register, holder, name FROM holder WHERE holder = ?1
                             UNION ALL SELECT register, holder, name FROM holder WHERE register = ?2 AND holder = ?3";
            let holders = self.all(statement, params![id, register, below], |row| {
                Ok(ResolvedId::Holder(row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            resolve_id.extend(holders);
        }
        if resolve_id.is_empty() && kind.is_none() {
            resolve_id = self.by_thumbprint(id)?;
        }
        resolve_id.sort();
        resolve_id.dedup();
        Ok(resolve_id)
    }

    fn holder_ids(&self) -> Result<Vec<String>, InventoryError> {
        self.all("SELECT DISTINCT holder FROM holder ORDER BY holder", [], |row| row.get(0))
    }

    fn hosts(&self) -> Result<Vec<String>, InventoryError> {
        self.all("SELECT DISTINCT host FROM sighting ORDER BY host", [], |row| row.get(0))
    }

    fn registers(&self) -> Result<Vec<String>, InventoryError> {
        let statement = "SELECT register FROM holder UNION SELECT subject FROM said WHERE kind = 'mapping' ORDER BY 1";
        self.all(statement, [], |row| row.get(0))
    }

    fn removed_holders(&self) -> Result<Vec<RemovedHolder>, InventoryError> {
        let statement = "SELECT register, holder, at FROM holder WHERE NOT present ORDER BY register, holder";
        let keys = self.all(statement, [], |row| {
            Ok((HolderKey { register: row.get(0)?, id: row.get(1)? }, row.get::<_, i64>(2)?))
        })?;
        let named = |(key, since): (HolderKey, i64)| {
            let name = self.last_name(&key)?;
            Ok(RemovedHolder { key, name, since })
        };
        keys.into_iter().map(named).collect()
    }
}

impl Sqlite {
    /// SQLite's query plan for a list, one line per step.
    pub fn plan(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<String>, InventoryError> {
        let asked = SqlQuery::new(filter);
        let statement = format!("EXPLAIN QUERY PLAN {}", asked.statement(sort));
        self.all(&statement, params_from_iter(asked.values), |row| row.get(3))
    }

    /// The last name of a holder.
    fn last_name(&self, key: &HolderKey) -> Result<String, InventoryError> {
        let story = self.story("holder", &format!("{}\u{0}{}", key.register, key.id))?;
        let mut rows = story.into_iter().filter_map(|entry| match entry.body {
            EntryBody::Holder { holder, .. } => holder,
            _ => None,
        });
        Ok(rows.next_back().map(|row| row.name).unwrap_or_default())
    }
}

/// The least number of digits of a fingerprint without a prefix.
const SHORTEST: usize = 4;
/// The same for SHA-1, which needs a scan of all certificates.
const SHORTEST_THUMBPRINT: usize = 8;

impl Sqlite {
    /// The certificates whose SHA-1, which Windows shows as the thumbprint, begins with these
    /// digits. It is computed for each certificate, since it is rarely needed.
    fn by_thumbprint(&self, id: &str) -> Result<Vec<ResolvedId>, InventoryError> {
        let Some(digits) = digits(id).filter(|digits| (SHORTEST_THUMBPRINT..=40).contains(&digits.len())) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        let row = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, Vec<u8>>(3)?));
        let statement = "SELECT sha256, serial, subject, der FROM certificate
                         WHERE EXISTS (SELECT 1 FROM seen WHERE seen.sha256 = certificate.sha256)";
        self.each(statement, [], row, |(sha256, serial, subject, der)| {
            if hex(&Sha1::digest(der)).starts_with(&digits) {
                found.push(ResolvedId::Certificate(sha256, serial, subject));
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// Hexadecimal digits in lower case, without separators; Windows puts an invisible mark before a
/// thumbprint.
fn digits(text: &str) -> Option<String> {
    let digits = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-' | '\u{200e}'));
    let digits: String = digits.map(|c| c.to_ascii_lowercase()).collect();
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digits)
}

/// The range of bytes that begin with these hexadecimal digits, of which there must be `shortest`:
/// the lowest, and the first beyond, which does not exist after `ff…`.
pub(super) fn prefix(text: &str, shortest: usize) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let digits = digits(text).filter(|digits| (shortest..=64).contains(&digits.len()))?;
    let whole = |filler: &str| {
        parse_hex(&if digits.len().is_multiple_of(2) { digits.clone() } else { format!("{digits}{filler}") })
    };
    let (least, mut beyond) = (whole("0")?, whole("f")?);
    while let Some(last) = beyond.pop() {
        if last < 0xff {
            beyond.push(last + 1);
            return Some((least, Some(beyond)));
        }
    }
    Some((least, None))
}
