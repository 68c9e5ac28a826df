//! How fast an inventory is, beside the bare inserts, the bare walk, and its own size.
//!
//! ```text
//! cargo bench --bench inventory [-- --files 20000 --rows 300000 --rounds 3]
//! ```
//!
//! `import/process` is `shomei import` into a new inventory; `import/floor` inserts the rows that
//! it wrote into empty tables of the same form, in as many transactions. `again/process` is the
//! import once more, nothing having changed; `again/floor` walks the folder and asks for each
//! file's size and times. `list/…` are filters over two sizes, with SQLite's plan of each.
//! Results are asserted, time never. docs/en/performance.md tells what was seen.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use shomei::calendar::{Zone, parse_instant};
use shomei::container::{self, ContainerOptions, KeyInspection, Limits, Password, PasswordCandidate, PasswordOrigin};
use shomei::inventory::sqlite::Sqlite;
use shomei::inventory::{CertificateFilter, ListOrder, Store};
use shomei::lab::{Faults, LabPlan, make};

const AT: &str = "2026-11-23T00:00:00Z";
/// Rows of a transaction, as the import has them.
const BATCH: usize = 256;
/// What an import writes.
const TABLES: [&str; 6] = ["entry", "certificate", "file", "sighting", "stamp", "judged"];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|a| a == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (files, rows, rounds) = (number("--files", 20_000), number("--rows", 300_000), number("--rounds", 3));
    let office = tempfile::tempdir()?;
    fleet(office.path(), files)?;
    println!("{files} files with a certificate each, {} threads", rayon::current_num_threads());
    for round in 0..rounds {
        import(office.path(), files, round)?;
    }
    let small = office.path().join("inventory-0.sqlite");
    list(&small, 3_000.min(files))?;
    list(&small, rows)
}

/// A folder of single certificates: what they are wrapped in is another bench's question.
fn fleet(office: &Path, files: usize) -> Outcome<()> {
    let at = parse_instant(AT, Zone::UTC).ok_or("a moment")?;
    make(&LabPlan { holders: files, seed: 1, faults: Faults::none(), at }, &office.join("made"))?;
    let passwords = std::fs::read_to_string(office.join("made/passwords.txt"))?;
    let candidates: Vec<PasswordCandidate> =
        passwords.lines().map(|line| PasswordCandidate::new(Password::from(line), PasswordOrigin::Prompt)).collect();
    let limits = Limits::default();
    let options = ContainerOptions { limits: &limits, keys: KeyInspection::Skip, try_typos: false };
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let walk = walkdir::WalkDir::new(office.join("made/fleet")).sort_by_file_name();
    for (i, entry) in walk.into_iter().flatten().filter(|entry| entry.file_type().is_file()).enumerate() {
        let opened = container::open(&std::fs::read(entry.path())?, &candidates, &options);
        let Some(leaf) = opened.entries.first() else { continue };
        let folder = office.join(format!("share/{:03}", i / 500));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{i:06}.cer"));
        std::fs::write(&path, &leaf.der)?;
        std::fs::File::options().write(true).open(&path)?.set_modified(then)?;
    }
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(f64, T)> {
    let began = Instant::now();
    let outcome = work()?;
    Ok((began.elapsed().as_secs_f64(), outcome))
}

fn import(office: &Path, files: usize, round: usize) -> Outcome<()> {
    let inventory = office.join(format!("inventory-{round}.sqlite"));
    let run = || -> Outcome<String> {
        let output = Command::new(env!("CARGO_BIN_EXE_shomei"))
            .args(["import", "share", "--policy", "lab", "--at", AT, "--format", "json", "--fail-on", "never"])
            .args(["--host", "pc", "--inventory"])
            .arg(&inventory)
            .current_dir(office)
            .env("XDG_DATA_HOME", office)
            .env("XDG_CONFIG_HOME", office)
            .stderr(Stdio::inherit())
            .output()?;
        assert!(output.status.success());
        Ok(String::from_utf8(output.stdout)?)
    };
    let (first, report) = timed(run)?;
    let met = |report: &str, what: &str| -> Outcome<u64> {
        Ok(serde_json::from_str::<serde_json::Value>(report)?["files"][what].as_u64().ok_or("a count")?)
    };
    assert!(met(&report, "new")? >= files as u64);
    let (bare, inserted) = insert(&inventory, &office.join(format!("bare-{round}.sqlite")))?;
    let (again, report) = timed(run)?;
    assert_eq!(met(&report, "new")? + met(&report, "changed")?, 0, "nothing has changed");
    let (walk, walked) = timed(|| {
        let entries = walkdir::WalkDir::new(office.join("share")).into_iter().flatten();
        Ok(entries.filter(|entry| entry.metadata().is_ok_and(|metadata| metadata.is_file())).count())
    })?;
    assert!(walked >= files);
    println!("import/process {first:.3} s, import/floor {bare:.3} s ({inserted} rows): {:.2} times", first / bare);
    println!("again/process  {again:.3} s, again/floor  {walk:.3} s: {:.2} times", again / walk);
    Ok(())
}

/// The rows that an import wrote, inserted into empty tables; seconds and how many.
fn insert(from: &Path, to: &Path) -> Outcome<(f64, usize)> {
    drop(Sqlite::open(to)?);
    let from = Connection::open(from)?;
    let mut tables = Vec::new();
    for table in TABLES {
        let mut query = from.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = query.column_count();
        let read = |row: &rusqlite::Row| (0..columns).map(|column| row.get::<_, Value>(column)).collect();
        let rows: Vec<Vec<Value>> = query.query_map([], read)?.collect::<Result<_, _>>()?;
        tables.push((table, columns, rows));
    }
    let mut to = Connection::open(to)?;
    to.pragma_update(None, "synchronous", "normal")?;
    let count = tables.iter().map(|(_, _, rows)| rows.len()).sum();
    let (seconds, ()) = timed(|| {
        for (table, columns, rows) in &tables {
            let marks = vec!["?"; *columns].join(",");
            for batch in rows.chunks(BATCH) {
                let transaction = to.transaction()?;
                let mut statement = transaction.prepare_cached(&format!("INSERT INTO {table} VALUES ({marks})"))?;
                for row in batch {
                    statement.execute(params_from_iter(row))?;
                }
                drop(statement);
                transaction.commit()?;
            }
        }
        Ok(())
    })?;
    Ok((seconds, count))
}

/// Filters over an inventory of `size` certificates, made of the one at `like` by repeating it.
fn list(like: &Path, size: usize) -> Outcome<()> {
    let path = like.with_extension(format!("list-{size}"));
    std::fs::copy(like, &path)?;
    let db = Connection::open(&path)?;
    let had = grow(&db, size)?;
    drop(db);
    let inventory = Sqlite::open(&path)?;
    println!("list over {size} certificates (of {had} that differ)");
    let text = |text: &str| Some(text.to_string());
    let filters = [
        ("holder", CertificateFilter { holder: text("H000017"), ..CertificateFilter::default() }),
        ("category", CertificateFilter { category: text("rare"), ..CertificateFilter::default() }),
        ("generation", CertificateFilter { generation: text("rare"), ..CertificateFilter::default() }),
        ("verdict", CertificateFilter { status: text("rare"), ..CertificateFilter::default() }),
        ("rule", CertificateFilter { rule: text("rare"), ..CertificateFilter::default() }),
        ("expires-before", CertificateFilter { expires_before: text("2000-01-01"), ..CertificateFilter::default() }),
        ("host", CertificateFilter { host: text("rare"), ..CertificateFilter::default() }),
        ("prefecture", CertificateFilter { prefecture: text("rare"), ..CertificateFilter::default() }),
        ("tag", CertificateFilter { tag: text("rare"), ..CertificateFilter::default() }),
        ("text", CertificateFilter { texts: vec!["no such text".into()], ..CertificateFilter::default() }),
        ("everything", CertificateFilter::default()),
    ];
    for (name, filter) in filters {
        let (seconds, found) = timed(|| {
            let chosen = inventory.chosen(&filter, ListOrder::Ends)?;
            // What a list says of each; of very many the first thousand.
            for sha256 in chosen.iter().take(1000) {
                assert!(inventory.listed(sha256)?.is_some());
            }
            Ok(chosen.len())
        })?;
        println!("  list/{name:<15} {:>9.3} ms, {found} found", seconds * 1e3);
        for step in inventory.plan(&filter, ListOrder::Ends)? {
            println!("      {step}");
        }
    }
    Ok(())
}

/// Repeats what is judged until there are `size`, every ten with a holder of their own.
fn grow(db: &Connection, size: usize) -> Outcome<usize> {
    let had: usize = db.query_row("SELECT count(*) FROM judged", [], |row| row.get::<_, i64>(0))?.try_into()?;
    db.execute_batch("BEGIN; DELETE FROM finding; DELETE FROM sighting")?;
    for table in ["certificate", "judged"] {
        let query = db.prepare(&format!("SELECT * FROM {table}"))?;
        let columns: Vec<String> = query.column_names().filter(|name| *name != "sha256").map(String::from).collect();
        let columns = columns.join(", ");
        let few =
            format!("DELETE FROM {table} WHERE sha256 NOT IN (SELECT sha256 FROM judged ORDER BY sha256 LIMIT {size})");
        db.execute(&few, [])?;
        let copy = format!(
            "WITH RECURSIVE turn(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM turn WHERE n < ?)
             INSERT INTO {table} (sha256, {columns})
             SELECT CAST(substr(sha256, 1, 24) || printf('%08d', n) AS BLOB), {columns} FROM turn, {table}"
        );
        if size / had.max(1) > 1 {
            db.execute(&copy, [(size / had) as i64 - 1])?;
        }
    }
    db.execute_batch(
        "INSERT INTO sighting (sha256, host, path, position, name) SELECT sha256, host, path, 0, name FROM judged;
         UPDATE judged SET register = 'r', holder = printf('H%06d', counted.n / 10)
             FROM (SELECT sha256 AS s, row_number() OVER (ORDER BY sha256) AS n FROM judged) counted
             WHERE judged.sha256 = counted.s;
         INSERT OR IGNORE INTO holder (register, holder, at, id, present, first, name, prefecture, tag, body)
             SELECT DISTINCT register, holder, 0, zeroblob(16), 1, 0, holder, '東京都', 'a', '{}' FROM judged;
         INSERT INTO finding (rule, sha256, severity) SELECT 'expiring', sha256, 1 FROM judged;",
    )?;
    db.execute_batch("COMMIT; ANALYZE")?;
    Ok(had)
}
