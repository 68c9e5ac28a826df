//! Lists and look-ups.

use std::collections::{BTreeSet, HashMap};

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};
use sha1::{Digest, Sha1};

use super::super::entry::{EntryBody, EntryId, HistoryEntry};
use super::super::list::{CertificateFilter, ListOrder, ListedCertificate, ResolvedId};
use super::super::rows::{RunRow, VerdictRow};
use super::super::store::InventoryError;
use super::{Sqlite, json};
use crate::audit::CertificateSummary;
use crate::certificate::{hex, parse_hex};

const LISTED: &str = "
    SELECT judged.row, certificate.serial, certificate.subject, judged.role, judged.severity, judged.ends_on,
           judged.register, judged.holder, holder.name, holder.prefecture, holder.tag, judged.how, judged.category,
           judged.places, judged.host, judged.path, judged.name, judged.superseded_by
    FROM judged
    JOIN certificate ON certificate.sha256 = judged.sha256
    LEFT JOIN holder ON holder.register = judged.register AND holder.holder = judged.holder AND holder.name <> ''
    WHERE judged.sha256 = ?";

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
        asked.text("holder.prefecture = ?", &filter.prefecture);
        asked.text("holder.tag = ?", &filter.tag);
        for wanted in &filter.texts {
            asked.contains(wanted);
        }
        // Most certificates have one role: beside another condition its index helps nobody, and
        // an expression keeps SQLite from taking it.
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

    /// Free text, for which everything must be looked at.
    fn contains(&mut self, wanted: &str) {
        let wanted = Value::Text(wanted.to_ascii_lowercase());
        self.conditions.push(
            "(judged.sha256 IN (SELECT sha256 FROM certificate WHERE instr(lower(subject), ?) > 0)
              OR instr(lower(judged.name), ?) > 0
              OR judged.sha256 IN (SELECT sha256 FROM sighting
                                   WHERE instr(lower(path), ?) > 0 OR instr(lower(name), ?) > 0)
              OR instr(lower(judged.holder), ?) > 0
              OR EXISTS (SELECT 1 FROM holder named
                         WHERE named.register = judged.register AND named.holder = judged.holder
                           AND instr(lower(named.name), ?) > 0))",
        );
        self.values.extend(vec![wanted; 6]);
    }

    /// The keys alone: what is sorted is held in memory.
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

impl Sqlite {
    pub(super) fn chosen(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<[u8; 32]>, InventoryError> {
        let asked = SqlQuery::new(filter);
        self.all(&asked.statement(sort), params_from_iter(asked.values), |row| row.get(0))
    }

    /// How SQLite goes about choosing, a line a step.
    pub fn plan(&self, filter: &CertificateFilter, sort: ListOrder) -> Result<Vec<String>, InventoryError> {
        let asked = SqlQuery::new(filter);
        let statement = format!("EXPLAIN QUERY PLAN {}", asked.statement(sort));
        self.all(&statement, params_from_iter(asked.values), |row| row.get(3))
    }

    pub(super) fn listed(&self, sha256: &[u8; 32]) -> Result<Option<ListedCertificate>, InventoryError> {
        self.one(LISTED, [sha256], listed)
    }

    pub(super) fn certificates(&self, role: Option<&str>) -> Result<u64, InventoryError> {
        let counted = match role {
            Some(role) => self.one("SELECT count(*) FROM judged WHERE role = ?", [role], |row| row.get::<_, i64>(0)),
            None => self.one("SELECT count(*) FROM judged", [], |row| row.get(0)),
        };
        Ok(counted?.unwrap_or(0).unsigned_abs())
    }

    pub(super) fn renewed_by(&self, sha256: &[u8; 32]) -> Result<Vec<[u8; 32]>, InventoryError> {
        self.all("SELECT sha256 FROM judged WHERE superseded_by = ? ORDER BY ends_on DESC, sha256", [sha256], |row| {
            row.get(0)
        })
    }

    pub(super) fn runs(&self) -> Result<Vec<(EntryId, i64, RunRow)>, InventoryError> {
        let entries = self.all(
            "SELECT id, at, body FROM entry WHERE kind = 'run' ORDER BY at DESC, id DESC",
            [],
            super::entry_of,
        )?;
        let run = |entry: HistoryEntry| match entry.body {
            EntryBody::Run(run) => Some((entry.id, entry.at, run)),
            _ => None,
        };
        Ok(entries.into_iter().filter_map(run).collect())
    }

    pub(super) fn holder_ids(&self) -> Result<Vec<String>, InventoryError> {
        self.all("SELECT DISTINCT holder FROM holder ORDER BY holder", [], |row| row.get(0))
    }

    pub(super) fn resolve_id(&self, text: &str) -> Result<Vec<ResolvedId>, InventoryError> {
        let (kind, id) = match text.split_once(':') {
            Some((kind @ ("sha256" | "serial" | "holder"), id)) => (Some(kind), id),
            _ => (None, text),
        };
        let asks = |what: &str| kind.is_none_or(|kind| kind == what);
        let mut resolve_id = Vec::new();
        let certificate = |row: &Row| Ok(ResolvedId::Certificate(row.get(0)?, row.get(1)?, row.get(2)?));
        const CERTIFICATE: &str = "SELECT sha256, serial, subject FROM certificate";
        const KNOWN: &str = "EXISTS (SELECT 1 FROM seen WHERE seen.sha256 = certificate.sha256)";
        // Said to be one, a fingerprint may be as short as one likes.
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
            // An ID may hold a slash itself.
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
}

/// Digits of a fingerprint, at least, where nothing says that it is one.
const SHORTEST: usize = 4;
/// The same for SHA-1, which is looked for in every certificate.
const SHORTEST_THUMBPRINT: usize = 8;

impl Sqlite {
    /// The certificates whose SHA-1, which Windows shows as the thumbprint, begins with these
    /// digits. It is reckoned anew, since little is known by it.
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

/// Hexadecimal digits in lower case, without what people and programs put between them; Windows
/// puts an invisible mark before a thumbprint.
fn digits(text: &str) -> Option<String> {
    let digits = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-' | '\u{200e}'));
    let digits: String = digits.map(|c| c.to_ascii_lowercase()).collect();
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digits)
}

/// What means something for one of `to`, one statement a kind of relation.
pub(super) fn related(db: &Sqlite, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], CertificateSummary>, InventoryError> {
    const GIST: &str = "SELECT other.sha256, other.subject_key, other.issuer_key, other.role FROM certificate other";
    const LIES: &str = "EXISTS (SELECT 1 FROM sighting WHERE sighting.sha256 = other.sha256)";
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
    // Whatever may have signed something: CAs, and what is self-issued.
    let issuers = format!("{GIST} WHERE (other.role < 2 OR other.subject_key = other.issuer_key) AND {LIES}");
    db.each(&issuers, [], super::gist_of, &mut keep)?;
    for sha256 in to {
        for relation in RELATIONS {
            let statement = format!("{GIST}, certificate me WHERE me.sha256 = ? AND {relation} AND {LIES}");
            db.each(&statement, [sha256], super::gist_of, &mut keep)?;
        }
        let statement = format!(
            "{GIST}, judged me, judged mine WHERE me.sha256 = ? AND mine.holder = me.holder
             AND mine.register = me.register AND other.sha256 = mine.sha256 AND {LIES}"
        );
        db.each(&statement, [sha256], super::gist_of, &mut keep)?;
    }
    Ok(related)
}

/// The certificates that were bound to one of these holders when they were last judged.
pub(super) fn held_by(db: &Sqlite, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, InventoryError> {
    let mut held = Vec::new();
    for (register, id) in holders {
        let statement = "SELECT sha256 FROM judged WHERE holder = ? AND register = ?";
        held.extend(db.all(statement, params![id, register], |row| row.get::<_, [u8; 32]>(0))?);
    }
    Ok(held)
}

/// Host and path of every present file that holds one of these certificates or its key.
pub(super) fn files_with(
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

/// What a certificate is known to supersede, and what else it may.
pub(super) fn predecessors(db: &Sqlite, sha256: &[u8; 32]) -> Result<Vec<([u8; 32], bool)>, InventoryError> {
    db.all(
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

/// The gravest finding of everything judged, and the verdict that was known at `then`.
pub(super) fn each_graded(
    db: &Sqlite,
    then: i64,
    each: &mut dyn FnMut([u8; 32], u8, VerdictRow) -> std::io::Result<()>,
) -> Result<(), InventoryError> {
    db.each(
        "SELECT judged.sha256, judged.severity,
                (SELECT body FROM entry
                 WHERE kind = 'verdict' AND subject = lower(hex(judged.sha256)) AND at <= ?
                 ORDER BY at DESC, id DESC LIMIT 1)
         FROM judged",
        [then],
        |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, Option<String>>(2)?.map(|body| json(&body)).transpose()?)),
        |(sha256, now, then)| match then {
            Some(EntryBody::Verdict(then)) => each(sha256, now, then),
            _ => Ok(()),
        },
    )
}

/// The least and the first too great of the bytes that begin with these hexadecimal digits,
/// so many at least. Nothing is too great after `ff…`.
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
