//! A report made up cell by cell, of names that nobody would choose.

use std::collections::BTreeMap;

use shomei::calendar::{Zone, parse_day, parse_instant};
use shomei::locale::{Lang, Text};
use shomei::register::{Contact, HolderKey};
use shomei::report::whole::{Cell, Counts, Coverage, REPORT_COLUMNS, Recipient, Report, Table};

/// Names, as a register or a certificate may have them.
pub fn hostile() -> Vec<String> {
    let names = [
        "=1+1",
        "@SUM(A1)",
        "+1",
        "-1",
        "0012",
        "'quoted",
        "=HYPERLINK(\"http://x\",\"y\")",
        "_x0041_",
        "<b>&amp;",
        " ",
    ];
    let mut names: Vec<String> = names.map(String::from).into();
    names.extend(["a\u{202e}b".into(), "one\r\ntwo".into(), "\u{0}\u{1f}\u{7f}\u{fffe}".into(), "長".repeat(400_000)]);
    names
}

/// A report whose every table has a row for each of these names.
pub fn report(lang: Lang, names: &[String]) -> Report {
    let table = |(id, columns): &(&'static str, &'static [_])| {
        let columns: &'static [shomei::report::whole::Column] = columns;
        let row = |name: &String| -> Vec<Cell> {
            let cell = |column: &shomei::report::whole::Column| match column.code {
                "name" | "message" | "contact" => Cell::text(name.clone()),
                "outcome" => Cell::word("apply", "apply", None),
                "ends_on" => Cell::day(parse_day("2027-04-19")),
                _ => Cell::Nothing,
            };
            columns.iter().map(cell).collect()
        };
        Table { id, title: Text { ja: id, en: id }, columns, rows: names.iter().map(row).collect() }
    };
    let person = |(at, name): (usize, &String)| Recipient {
        holder: HolderKey { register: "default".into(), id: format!("{at:04}") },
        name: name.clone(),
        contact: Contact { person: Some(name.clone()), address: Some(name.clone()), ..Contact::default() },
        rows: vec![at],
    };
    Report {
        excluded: None,
        letters: Vec::new(),
        lapse: None,
        lang,
        at: parse_instant("2026-11-23T00:00:00Z", Zone::UTC).unwrap(),
        today: parse_day("2026-11-23").unwrap(),
        as_of: None,
        zone: Zone::JAPAN,
        policy: ("=policy".into(), "file.yaml".into(), "title".into()),
        scope: names.first().cloned().unwrap_or_default(),
        coverage: Coverage::default(),
        counts: Counts { tiers: BTreeMap::new(), ..Counts::default() },
        expiry: Vec::new(),
        generations: names.iter().map(|name| (name.clone(), 1)).collect(),
        fees: Vec::new(),
        notes: names.to_vec(),
        since: None,
        changes: None,
        tables: REPORT_COLUMNS[..5].iter().map(table).collect(),
        people: names.iter().enumerate().map(person).collect(),
    }
}
