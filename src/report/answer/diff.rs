//! What has changed: what `shomei diff` prints.

use std::io::{self, Write};

use serde_json::{Map, Value as Json, json};

use super::list::opening;
use crate::calendar::{Day, Instant, Zone, format_instant};
use crate::certificate::hex;
use crate::inventory::ChangeKind;
use crate::locale::catalogue::reading as text;
use crate::locale::{Lang, catalogue};
use crate::report::form::terminal::{TableLine, write_columns};
use crate::report::form::{csv, json};
use crate::report::layout::TableColumn;
use crate::report::layout::{Style, abridged, severity_of, severity_word};
use crate::report::list::change::{Changed, DIFF, title};

/// The schema of a comparison.
const SCHEMA: &str = "shomei/diff/1";

/// Certificates of one word that a table shows at most.
const ROWS: usize = 1000;

/// Since when something is compared.
#[derive(Clone, Debug)]
pub enum Since {
    /// Since before an import: its entry, and when it began.
    Run([u8; 16], Instant),
    /// Since the end of a day, which is this instant.
    Day(Day, Instant),
}

/// What has changed.
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
        let shown = |at: usize, cell: &DiffColumn| (cell.shown)(word) && (has_holders || at != HOLDER);
        let cells = COLUMNS.iter().enumerate().filter(|(at, cell)| shown(*at, cell));
        let cells: Vec<&DiffColumn> = cells.map(|(_, cell)| cell).collect();
        let columns: Vec<TableColumn> = cells.iter().map(|cell| cell.column).collect();
        let line = |changed: &&Changed| -> TableLine {
            let severity = changed.change.severity.or(changed.change.severity_before).and_then(severity_of);
            (severity, cells.iter().map(|cell| (cell.text)(changed, lang)).collect())
        };
        let lines: Vec<TableLine> = told.iter().map(line).collect();
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
        let fields = json!({
            "schema": SCHEMA,
            "at": format_instant(self.at),
            "as_of": self.as_of.map(|day| day.to_string()),
            "since": format_instant(*since),
            "run": run,
            "counts": counts,
        });
        let changes = |out: &mut dyn Write| json::write_rows(out, &DIFF, self.changes.iter().cloned(), Lang::En);
        json::write_document(out, &fields, &[("changes", &changes)])
    }

    /// Writes one row a change, for spreadsheets.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        csv::write_list(out, &DIFF, self.changes.iter().cloned(), Lang::En)
    }
}

/// What a column shows, and of which changes it stands in the table.
struct DiffColumn {
    column: TableColumn,
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

impl DiffColumn {
    const fn new(column: TableColumn, shown: fn(ChangeKind) -> bool, text: fn(&Changed, Lang) -> String) -> DiffColumn {
        DiffColumn { column, shown, text }
    }
}

/// Which of them tells the holder: left out where none of the changes has one.
const HOLDER: usize = 4;

const COLUMNS: [DiffColumn; 9] = [
    DiffColumn::new(
        TableColumn::new(catalogue::COLUMN_SEVERITY),
        |word| word != ChangeKind::Gone,
        |changed, lang| grade(changed.change.severity, lang),
    ),
    DiffColumn::new(
        TableColumn::new(text::COLUMN_BEFORE),
        |word| is_regraded(word) || word == ChangeKind::Gone,
        |changed, lang| grade(changed.change.severity_before, lang),
    ),
    DiffColumn::new(TableColumn::new(catalogue::COLUMN_END), |_| true, |changed, _| or_dash(&changed.ends_on)),
    DiffColumn::new(
        TableColumn::new(text::COLUMN_END_BEFORE),
        |word| word == ChangeKind::Renewed,
        |changed, _| or_dash(&changed.renewed_end),
    ),
    DiffColumn::new(
        TableColumn::part(text::COLUMN_HOLDER, 4, 8),
        |_| true,
        |changed, _| {
            let (_, id) = changed.holder.clone().unwrap_or_default();
            format!("{id} {}", changed.holder_name.as_deref().unwrap_or_default()).trim().into()
        },
    ),
    DiffColumn::new(TableColumn::part(catalogue::COLUMN_NAME, 4, 8), |_| true, |changed, _| changed.name.clone()),
    DiffColumn::new(
        TableColumn::part(catalogue::COLUMN_FINDINGS, 4, 12),
        |word| is_regraded(word) || word == ChangeKind::New,
        |changed, _| abridged(&changed.rules.iter().map(String::as_str).collect::<Vec<_>>()),
    ),
    DiffColumn::new(
        TableColumn::part_of_path(text::COLUMN_FROM, 3, 12),
        |word| word == ChangeKind::Moved,
        |changed, _| changed.change.from.first().map(|spot| spot.path.clone()).unwrap_or_default(),
    ),
    DiffColumn::new(
        TableColumn::path(catalogue::COLUMN_PATH),
        |_| true,
        |changed, _| changed.place.as_ref().map(|spot| spot.path.clone()).unwrap_or_default(),
    ),
];
