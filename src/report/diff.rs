//! What is otherwise than it was: what `shomei diff` prints.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::columns::{Column, Line, write_columns};
use super::csv::write_sheet;
use super::json::write_json;
use super::layout::{Style, abridged, severity_word};
use super::list::{opening, severity_of};
use crate::calendar::{Day, Instant, Zone, format_instant};
use crate::certificate::hex;
use crate::inventory::{CertificateChange, ChangeKind, StoredOccurrence};
use crate::locale::catalogue::reading as text;
use crate::locale::{Lang, Text, catalogue};
use crate::policy::Severity;

/// The schema of a comparison.
const SCHEMA: &str = "shomei/diff/1";

/// Certificates of one word that a table shows at most.
const ROWS: usize = 1000;

/// The columns of a comparison as CSV, in order.
pub const DIFF_COLUMNS: [&str; 17] = [
    "change",
    "sha256",
    "serial",
    "subject",
    "name",
    "ends_on",
    "register",
    "holder",
    "holder_name",
    "severity_before",
    "severity",
    "rules",
    "host",
    "path",
    "host_before",
    "path_before",
    "renews",
];

/// Since when something is compared.
#[derive(Clone, Debug)]
pub enum Since {
    /// Since before an import: its entry, and when it began.
    Run([u8; 16], Instant),
    /// Since the end of a day, which is this instant.
    Day(Day, Instant),
}

/// A change, with what is said of the certificate.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The change.
    pub change: CertificateChange,
    /// The serial number as hexadecimal.
    pub serial: String,
    /// The subject, as the FAQ prints it.
    pub subject: String,
    /// The name people know it by.
    pub name: String,
    /// The civil day of the end that counts; of its notAfter where it lies nowhere.
    pub ends_on: Option<String>,
    /// The same of the certificate that it renews.
    pub renewed_end: Option<String>,
    /// Register and ID of the holder, where one is known now.
    pub holder: Option<(String, String)>,
    /// The holder's name.
    pub holder_name: Option<String>,
    /// The rules of its findings now.
    pub rules: Vec<String>,
    /// Where it lies, or lay if it lies nowhere.
    pub place: Option<StoredOccurrence>,
}

/// What is otherwise.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// Since when.
    pub since: Since,
    /// The moment judged.
    pub at: Instant,
    /// The day whose knowledge is compared, where that is not today.
    pub as_of: Option<Day>,
    /// The zone of its days.
    pub zone: Zone,
    /// The changes, by word.
    pub changes: Vec<Changed>,
}

impl Comparison {
    fn of(&self, word: ChangeKind) -> impl Iterator<Item = &Changed> {
        self.changes.iter().filter(move |changed| changed.change.word == word)
    }

    /// Writes what people read on a terminal.
    pub fn table(&self, out: &mut dyn Write, lang: Lang, style: Style) -> io::Result<()> {
        writeln!(out, "{}", style.bold(&self.sentence(lang)))?;
        writeln!(out, "{}", style.dim(&opening(self.at, self.as_of, self.zone, lang)))?;
        for word in ChangeKind::ALL {
            let count = self.of(word).count();
            if count == 0 {
                continue;
            }
            let title = title(word).get(lang);
            let counted = catalogue::COUNT.fill(lang, &[("n", &count)]);
            writeln!(out, "\n{} {}", style.bold(title), style.dim(&counted))?;
            if count > ROWS {
                writeln!(out, "{}", style.dim(&text::FIRST_OF_MANY.fill(lang, &[("n", &ROWS)])))?;
            }
            self.group(out, word, lang, style)?;
        }
        Ok(())
    }

    fn sentence(&self, lang: Lang) -> String {
        let since = match &self.since {
            Since::Run(_, at) => text::DIFF_SINCE_RUN.fill(lang, &[("at", &self.zone.local(*at))]),
            Since::Day(day, _) => text::DIFF_SINCE_DAY.fill(lang, &[("day", day)]),
        };
        let counts = ChangeKind::ALL.into_iter().filter_map(|word| {
            let count = Some(self.of(word).count()).filter(|count| *count > 0)?;
            Some(text::DIFF_COUNT.fill(lang, &[("word", &title(word).get(lang)), ("n", &count)]))
        });
        let counts: Vec<String> = counts.collect();
        match counts.is_empty() {
            true => text::DIFF_NOTHING.fill(lang, &[("since", &since)]),
            false => {
                let counts = counts.join(catalogue::register::COMMA.get(lang));
                text::DIFF_CHANGES.fill(lang, &[("since", &since), ("counts", &counts)])
            }
        }
    }

    fn group(&self, out: &mut dyn Write, word: ChangeKind, lang: Lang, style: Style) -> io::Result<()> {
        let told: Vec<&Changed> = self.of(word).take(ROWS).collect();
        let has_holders = told.iter().any(|changed| changed.holder.is_some());
        let shown = |cell: &Cell| (cell.shown)(word) && (has_holders || !cell.of_holder);
        let cells: Vec<&Cell> = CELLS.iter().filter(|cell| shown(cell)).collect();
        let columns: Vec<Column> = cells.iter().map(|cell| cell.column).collect();
        let line = |changed: &&Changed| -> Line {
            let severity = changed.change.severity.or(changed.change.severity_before).and_then(severity_of);
            (severity, cells.iter().map(|cell| (cell.text)(changed, lang)).collect())
        };
        let lines: Vec<Line> = told.iter().map(line).collect();
        write_columns(out, &columns, &lines, style, lang)
    }

    /// Writes the document `shomei/diff/1`.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let (run, since) = match &self.since {
            Since::Run(id, at) => (Some(hex(id)), at),
            Since::Day(_, at) => (None, at),
        };
        let counts: Map<String, Json> =
            ChangeKind::ALL.into_iter().map(|word| (word.code().into(), self.of(word).count().into())).collect();
        let document = json!({
            "schema": SCHEMA,
            "at": format_instant(self.at),
            "as_of": self.as_of.map(|day| day.to_string()),
            "since": format_instant(*since),
            "run": run,
            "counts": counts,
            "changes": self.changes.iter().map(Changed::document).collect::<Vec<_>>(),
        });
        write_json(out, &document)?;
        out.write_all(b"\n")
    }

    /// Writes one row a change, for spreadsheets.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        write_sheet(out, &DIFF_COLUMNS, self.changes.iter().map(|changed| changed.row().to_vec()))
    }
}

pub(super) fn title(word: ChangeKind) -> Text {
    match word {
        ChangeKind::New => text::DIFF_NEW,
        ChangeKind::Gone => text::DIFF_GONE,
        ChangeKind::Moved => text::DIFF_MOVED,
        ChangeKind::Renewed => text::DIFF_RENEWED,
        ChangeKind::Better => text::DIFF_BETTER,
        ChangeKind::Worse => text::DIFF_WORSE,
    }
}

/// What a column shows, and of which changes it stands in the table.
struct Cell {
    column: Column,
    of_holder: bool,
    shown: fn(ChangeKind) -> bool,
    text: fn(&Changed, Lang) -> String,
}

fn is_regraded(word: ChangeKind) -> bool {
    matches!(word, ChangeKind::Better | ChangeKind::Worse)
}

fn grade(number: Option<u8>, lang: Lang) -> String {
    number.map_or("-", |number| severity_word(severity_of(number), lang)).to_string()
}

fn or_dash(text: &Option<String>) -> String {
    text.clone().unwrap_or_else(|| "-".into())
}

const CELLS: [Cell; 9] = [
    Cell {
        column: Column::new(catalogue::COLUMN_SEVERITY),
        of_holder: false,
        shown: |word| word != ChangeKind::Gone,
        text: |changed, lang| grade(changed.change.severity, lang),
    },
    Cell {
        column: Column::new(text::COLUMN_BEFORE),
        of_holder: false,
        shown: |word| is_regraded(word) || word == ChangeKind::Gone,
        text: |changed, lang| grade(changed.change.severity_before, lang),
    },
    Cell {
        column: Column::new(catalogue::COLUMN_END),
        of_holder: false,
        shown: |_| true,
        text: |changed, _| or_dash(&changed.ends_on),
    },
    Cell {
        column: Column::new(text::COLUMN_END_BEFORE),
        of_holder: false,
        shown: |word| word == ChangeKind::Renewed,
        text: |changed, _| or_dash(&changed.renewed_end),
    },
    Cell {
        column: Column::part(text::COLUMN_HOLDER, 4, 8),
        of_holder: true,
        shown: |_| true,
        text: |changed, _| {
            let (_, id) = changed.holder.clone().unwrap_or_default();
            format!("{id} {}", changed.holder_name.as_deref().unwrap_or_default()).trim().into()
        },
    },
    Cell {
        column: Column::part(catalogue::COLUMN_NAME, 4, 8),
        of_holder: false,
        shown: |_| true,
        text: |changed, _| changed.name.clone(),
    },
    Cell {
        column: Column::part(catalogue::COLUMN_FINDINGS, 4, 12),
        of_holder: false,
        shown: |word| is_regraded(word) || word == ChangeKind::New,
        text: |changed, _| abridged(&changed.rules.iter().map(String::as_str).collect::<Vec<_>>()),
    },
    Cell {
        column: Column::part_of_path(text::COLUMN_FROM, 3, 12),
        of_holder: false,
        shown: |word| word == ChangeKind::Moved,
        text: |changed, _| changed.change.from.first().map(|spot| spot.path.clone()).unwrap_or_default(),
    },
    Cell {
        column: Column::path(catalogue::COLUMN_PATH),
        of_holder: false,
        shown: |_| true,
        text: |changed, _| changed.place.as_ref().map(|spot| spot.path.clone()).unwrap_or_default(),
    },
];

impl Changed {
    fn document(&self) -> Json {
        let change = &self.change;
        let spots = |spots: &[StoredOccurrence]| -> Vec<Json> {
            spots.iter().map(|spot| json!({"host": spot.host, "path": spot.path})).collect()
        };
        let severity = |number: Option<u8>| number.and_then(severity_of).map(Severity::code);
        json!({
            "change": change.word.code(),
            "sha256": hex(&change.sha256),
            "serial": self.serial,
            "subject": self.subject,
            "name": self.name,
            "ends_on": self.ends_on,
            "holder": self.holder.as_ref().map(|(register, id)| {
                json!({"register": register, "id": id, "name": self.holder_name})
            }),
            "severity_before": severity(change.severity_before),
            "severity": severity(change.severity),
            "rules": self.rules,
            "from": spots(&change.from),
            "to": spots(&change.to),
            "renews": change.renews.map(|sha256| hex(&sha256)),
        })
    }

    fn row(&self) -> [String; DIFF_COLUMNS.len()] {
        let change = &self.change;
        let severity =
            |number: Option<u8>| number.and_then(severity_of).map_or(String::new(), |severity| severity.code().into());
        let (register, id) = self.holder.clone().unwrap_or_default();
        let place = |spot: Option<&StoredOccurrence>| {
            spot.map(|spot| (spot.host.clone(), spot.path.clone())).unwrap_or_default()
        };
        let (host, path) = place(self.place.as_ref().filter(|_| change.word != ChangeKind::Gone));
        let (host_before, path_before) = place(change.from.first());
        [
            change.word.code().into(),
            hex(&change.sha256),
            self.serial.clone(),
            self.subject.clone(),
            self.name.clone(),
            self.ends_on.clone().unwrap_or_default(),
            register,
            id,
            self.holder_name.clone().unwrap_or_default(),
            severity(change.severity_before),
            severity(change.severity),
            self.rules.join(" "),
            host,
            path,
            host_before,
            path_before,
            change.renews.map(|sha256| hex(&sha256)).unwrap_or_default(),
        ]
    }
}
