//! Lists and look-ups.

use std::collections::{BTreeSet, HashMap};

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use super::super::list::{Filter, Listed, Meant, Sort};
use super::super::store::Error;
use super::{Sqlite, json};
use crate::audit::Gist;
use crate::certificate::parse_hex;

/// The number of a severity's code.
pub(super) fn severity_number(code: &str) -> u8 {
    match code {
        "error" => 3,
        "warning" => 2,
        "info" => 1,
        _ => 0,
    }
}

const LISTED: &str = "
    SELECT judged.row, certificate.serial, certificate.subject, judged.role, judged.severity, judged.ends_on,
           judged.register, judged.holder, holder.name, holder.prefecture, holder.tag, judged.how, judged.category,
           judged.places, judged.host, judged.path, judged.name
    FROM judged
    JOIN certificate ON certificate.sha256 = judged.sha256
    LEFT JOIN holder ON holder.register = judged.register AND holder.holder = judged.holder";

/// A statement and its values.
pub(super) struct Asked {
    statement: String,
    values: Vec<Value>,
}

pub(super) fn asked(filter: &Filter, sort: Sort) -> Asked {
    let mut conditions = Vec::new();
    let mut values = Vec::new();
    let mut ask = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            conditions.push(condition.to_string());
            values.push(value);
        }
    };
    let text = |text: &Option<String>| text.clone().map(Value::Text);
    ask("judged.holder = ?", text(&filter.holder));
    ask("judged.category = ?", text(&filter.category));
    ask("judged.generation = ?", text(&filter.generation));
    ask("judged.status = ?", text(&filter.status));
    ask("judged.sha256 IN (SELECT sha256 FROM finding WHERE rule = ?)", text(&filter.rule));
    ask("judged.severity >= ?", filter.severity.map(|severity| Value::Integer(severity.into())));
    ask("judged.ends_on < ?", text(&filter.expires_before));
    ask("judged.sha256 IN (SELECT sha256 FROM sighting WHERE host = ?)", text(&filter.host));
    ask("holder.prefecture = ?", text(&filter.prefecture));
    ask("holder.tag = ?", text(&filter.tag));
    ask("judged.role = ?", text(&filter.role));
    if let Some(wanted) = &filter.text {
        let wanted = Value::Text(wanted.to_lowercase());
        conditions.push(
            "(instr(lower(certificate.subject), ?) > 0 OR instr(lower(judged.name), ?) > 0
              OR judged.sha256 IN (SELECT sha256 FROM sighting WHERE instr(lower(path), ?) > 0))"
                .to_string(),
        );
        values.extend([wanted.clone(), wanted.clone(), wanted]);
    }
    let condition = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let order = match sort {
        Sort::Ends => "judged.ends_on IS NULL, judged.ends_on, judged.path",
        Sort::Path => "judged.path, judged.host",
        Sort::Holder => "judged.holder IS NULL, judged.register, judged.holder, judged.ends_on",
        Sort::Severity => "judged.severity DESC, judged.ends_on IS NULL, judged.ends_on",
        Sort::Name => "judged.name",
    };
    Asked { statement: format!("{LISTED}{condition} ORDER BY {order}, judged.sha256"), values }
}

fn listed(row: &Row) -> rusqlite::Result<Listed> {
    let register: Option<String> = row.get(6)?;
    let holder: Option<String> = row.get(7)?;
    Ok(Listed {
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
    })
}

impl Sqlite {
    /// Every certificate that the filter lets through, in order.
    pub fn list(
        &self,
        filter: &Filter,
        sort: Sort,
        each: impl FnMut(Listed) -> std::io::Result<()>,
    ) -> Result<(), Error> {
        let asked = asked(filter, sort);
        self.each(&asked.statement, params_from_iter(asked.values), listed, each)
    }

    /// How SQLite goes about a list, a line a step.
    pub fn plan(&self, filter: &Filter, sort: Sort) -> Result<Vec<String>, Error> {
        let asked = asked(filter, sort);
        let statement = format!("EXPLAIN QUERY PLAN {}", asked.statement);
        self.all(&statement, params_from_iter(asked.values), |row| row.get(3))
    }

    /// What `text` may mean: the beginning of a certificate's SHA-256, a serial number, or a
    /// holder's ID; `sha256:`, `serial:` and `holder:` before it say which.
    pub fn meant(&self, text: &str) -> Result<Vec<Meant>, Error> {
        let (kind, id) = match text.split_once(':') {
            Some((kind @ ("sha256" | "serial" | "holder"), id)) => (Some(kind), id),
            _ => (None, text),
        };
        let asks = |what: &str| kind.is_none_or(|kind| kind == what);
        let mut meant = Vec::new();
        let certificate = |row: &Row| Ok(Meant::Certificate(row.get(0)?, row.get(1)?, row.get(2)?));
        const CERTIFICATE: &str = "SELECT sha256, serial, subject FROM certificate";
        if let Some((least, beyond)) = prefix(id).filter(|_| asks("sha256")) {
            let statement = format!("{CERTIFICATE} WHERE sha256 >= ? AND (sha256 < ? OR ?)");
            let open = beyond.is_none();
            meant.extend(self.all(&statement, params![least, beyond.unwrap_or_default(), open], certificate)?);
        }
        if let Some(serial) = crate::certificate::Serial::parse(id).filter(|_| asks("serial")) {
            let statement = format!("{CERTIFICATE} WHERE serial = ?");
            meant.extend(self.all(&statement, [serial.hex()], certificate)?);
        }
        if asks("holder") {
            let (register, id) = id.split_once('/').map_or((None, id), |(register, id)| (Some(register), id));
            let statement =
                "SELECT register, holder, name FROM holder WHERE holder = ?1 AND (?2 IS NULL OR register = ?2)";
            let holders = self.all(statement, params![id, register], |row| {
                Ok(Meant::Holder(row.get(0)?, row.get(1)?, row.get(2)?))
            })?;
            meant.extend(holders);
        }
        meant.sort();
        meant.dedup();
        Ok(meant)
    }

    /// The holders with a finding of their own: register, ID, rule, severity.
    pub fn holder_findings(&self) -> Result<Vec<(String, String, String, u8)>, Error> {
        self.all(
            "SELECT register, holder, rule, severity FROM holder_finding ORDER BY register, holder, rule",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
    }

    /// Counts of certificates by the gravest finding, and of findings by rule.
    pub fn counts(&self) -> Result<([u64; 4], Vec<(String, u64)>), Error> {
        let mut by_severity = [0; 4];
        for (severity, count) in self.all("SELECT severity, count(*) FROM judged GROUP BY severity", [], |row| {
            Ok((usize::from(row.get::<_, u8>(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })? {
            by_severity[severity.min(3)] += count;
        }
        let by_rule = self.all(
            "SELECT rule, count(*) FROM (SELECT rule FROM finding UNION ALL SELECT rule FROM holder_finding)
             GROUP BY rule ORDER BY rule",
            [],
            |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())),
        )?;
        Ok((by_severity, by_rule))
    }
}

/// What means something for one of `to`, one statement a kind of relation.
pub(super) fn related(db: &Sqlite, to: &[[u8; 32]]) -> Result<HashMap<[u8; 32], Gist>, Error> {
    const GIST: &str = "SELECT other.sha256, other.subject_key, other.issuer_key, other.role FROM certificate other";
    const LIES: &str = "EXISTS (SELECT 1 FROM sighting WHERE sighting.sha256 = other.sha256)";
    const RELATIONS: [&str; 4] = [
        "other.subject_key = me.subject_key",
        "other.key = me.key",
        "other.serial = me.serial",
        "other.sha256 = me.sha256",
    ];
    let mut related = HashMap::new();
    let mut keep = |gist: Gist| {
        related.insert(gist.sha256, gist);
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
pub(super) fn held_by(db: &Sqlite, holders: &[(String, String)]) -> Result<Vec<[u8; 32]>, Error> {
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
    certificates: &HashMap<[u8; 32], Gist>,
) -> Result<BTreeSet<(String, String)>, Error> {
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

/// The least and the first too great of the bytes that begin with these hexadecimal digits,
/// four at least. Nothing is too great after `ff…`.
pub(super) fn prefix(text: &str) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | ':' | '-')).collect();
    if digits.len() < 4 || digits.len() > 64 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let whole =
        |filler: &str| parse_hex(&if digits.len() % 2 == 0 { digits.clone() } else { format!("{digits}{filler}") });
    let (least, mut beyond) = (whole("0")?, whole("f")?);
    while let Some(last) = beyond.pop() {
        if last < 0xff {
            beyond.push(last + 1);
            return Some((least, Some(beyond)));
        }
    }
    Some((least, None))
}
