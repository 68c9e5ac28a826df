//! A list of certificates: what `shomei list` prints.

use std::io::{self, Write};

use serde_json::{Value as Json, json};

use crate::calendar::{Day, Instant, Zone, format_instant, parse_day};
use crate::inventory::ListedCertificate;
use crate::locale::catalogue::reading as text;
use crate::locale::{Lang, catalogue};
use crate::report::form::csv::ListSheet;
use crate::report::form::json::{self, RecordWriter};
use crate::report::form::terminal::{TableLine, write_columns};
use crate::report::layout::TableColumn;
use crate::report::layout::{Style, abridged, days_between, severity_of, severity_word, status_word};
use crate::report::list::listed::LISTED;
use crate::trust::TrustStatus;

/// The schema of a list.
const SCHEMA: &str = "shomei/list/1";

/// Certificates that a table shows at most.
const ROWS: usize = 2000;

/// What a list begins with.
#[derive(Clone, Copy, Debug)]
pub struct ListHead {
    /// The moment judged.
    pub at: Instant,
    /// The day whose knowledge it is from, where that is not today.
    pub as_of: Option<Day>,
    /// The zone of its days.
    pub zone: Zone,
    /// How many certificates there are.
    pub known: u64,
    /// How many of them the list has.
    pub total: u64,
}

/// Writes the certificates of a list one by one.
pub trait ListWriter {
    /// The next certificate.
    fn certificate(&mut self, listed: &ListedCertificate) -> io::Result<()>;
    /// The list is over.
    fn end(&mut self) -> io::Result<()>;
}

/// A certificate of a list in JSON, which is the same in every language.
pub(super) fn listed_document(listed: &ListedCertificate) -> Json {
    json::value(&LISTED, listed, Lang::En)
}

/// Writes `shomei/list/1`.
pub struct ListJson<W: Write> {
    out: RecordWriter<W>,
    total: u64,
}

impl<W: Write> ListJson<W> {
    /// Begins the document.
    pub fn new(out: W, head: ListHead) -> io::Result<Self> {
        ListJson::begin(RecordWriter::document(out), head)
    }

    /// Writes the same one record a line, each with a `type`.
    pub fn ndjson(out: W, head: ListHead) -> io::Result<Self> {
        ListJson::begin(RecordWriter::ndjson(out), head)
    }

    fn begin(mut out: RecordWriter<W>, head: ListHead) -> io::Result<Self> {
        let as_of = head.as_of.map(|day| day.to_string());
        out.begin("list", &json!({"schema": SCHEMA, "at": format_instant(head.at), "as_of": as_of}))?;
        out.list("certificates")?;
        Ok(ListJson { out, total: head.total })
    }
}

impl<W: Write> ListWriter for ListJson<W> {
    fn certificate(&mut self, listed: &ListedCertificate) -> io::Result<()> {
        self.out.record("certificate", listed_document(listed))
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.end(("total", &json!(self.total)), &json!({"total": self.total}))
    }
}

/// Writes one row a certificate.
pub struct ListCsv<W: Write>(ListSheet<W, ListedCertificate>);

impl<W: Write> ListCsv<W> {
    /// Writes the heads.
    pub fn new(out: W) -> io::Result<Self> {
        Ok(ListCsv(ListSheet::new(out, &LISTED, Lang::En)?))
    }
}

impl<W: Write> ListWriter for ListCsv<W> {
    fn certificate(&mut self, listed: &ListedCertificate) -> io::Result<()> {
        self.0.row(listed)
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes the list that people read on a terminal.
pub struct ListTable<W: Write> {
    out: W,
    head: ListHead,
    lang: Lang,
    style: Style,
    rows: ListedLines,
}

impl<W: Write> ListTable<W> {
    /// Writes to `out` in `lang`, for such a terminal.
    pub fn new(out: W, head: ListHead, lang: Lang, style: Style) -> Self {
        ListTable { out, head, lang, style, rows: ListedLines::new(head.zone.day(head.at), lang) }
    }
}

impl<W: Write> ListWriter for ListTable<W> {
    fn certificate(&mut self, listed: &ListedCertificate) -> io::Result<()> {
        if self.rows.lines.len() < ROWS {
            self.rows.push(listed);
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        let sentence = match (self.head.known, self.head.total) {
            (0, _) => text::LIST_EMPTY,
            (_, 0) => text::LIST_NONE,
            (known, total) if known == total => text::LIST_ALL,
            _ => text::LIST_SOME,
        };
        let values: [(&str, &dyn std::fmt::Display); 2] = [("known", &self.head.known), ("total", &self.head.total)];
        writeln!(self.out, "{}", self.style.bold(&sentence.fill(self.lang, &values)))?;
        let opening = opening(self.head.at, self.head.as_of, self.head.zone, self.lang);
        writeln!(self.out, "{}", self.style.dim(&opening))?;
        if self.rows.lines.len() as u64 != self.head.total {
            let note = text::FIRST_OF_MANY.fill(self.lang, &[("n", &self.rows.lines.len())]);
            writeln!(self.out, "{}", self.style.dim(&note))?;
        }
        if !self.rows.lines.is_empty() {
            writeln!(self.out)?;
            let rows = std::mem::replace(&mut self.rows, ListedLines::new(None, self.lang));
            rows.write(&mut self.out, self.style)?;
        }
        self.out.flush()
    }
}

/// When something was judged, and from what was known when.
pub(super) fn opening(at: Instant, as_of: Option<Day>, zone: Zone, lang: Lang) -> String {
    let mut opening = text::JUDGED.fill(lang, &[("at", &zone.local(at))]);
    if let Some(day) = as_of {
        opening += &text::KNOWN_AS_OF.fill(lang, &[("day", &day)]);
    }
    opening
}

/// Certificates, a line each.
pub(super) struct ListedLines {
    today: Option<Day>,
    lang: Lang,
    tells_holder: bool,
    lines: Vec<TableLine>,
}

const COLUMNS: [TableColumn; 9] = [
    TableColumn::new(catalogue::COLUMN_SEVERITY),
    TableColumn::new(catalogue::COLUMN_END),
    TableColumn::number(catalogue::COLUMN_DAYS),
    TableColumn::new(catalogue::COLUMN_GENERATION),
    TableColumn::new(catalogue::COLUMN_VERDICT),
    TableColumn::part(text::COLUMN_HOLDER, 4, 8),
    TableColumn::part(catalogue::COLUMN_NAME, 4, 8),
    TableColumn::part(catalogue::COLUMN_FINDINGS, 5, 12),
    TableColumn::path(catalogue::COLUMN_PATH),
];

/// Which of them tells the holder: left out where nobody keeps a register.
const HOLDER: usize = 5;

impl ListedLines {
    pub(super) fn new(today: Option<Day>, lang: Lang) -> ListedLines {
        ListedLines { today, lang, tells_holder: false, lines: Vec::new() }
    }

    pub(super) fn push(&mut self, listed: &ListedCertificate) {
        self.tells_holder |= listed.how != "no-register";
        let lang = self.lang;
        let row = &listed.row;
        let ends = listed.ends_on.as_deref().and_then(parse_day);
        let left = ends.zip(self.today).map(|(end, today)| days_between(today, end).to_string());
        let codes: Vec<&str> = row.findings.iter().map(|(rule, _)| rule.as_str()).collect();
        let severity = severity_of(listed.severity);
        let cells = vec![
            severity_word(severity, lang).to_string(),
            listed.ends_on.clone().unwrap_or_else(|| "-".into()),
            left.unwrap_or_default(),
            row.generation.clone().unwrap_or_else(|| "-".into()),
            TrustStatus::of_code(&row.status).map_or("-", |status| status_word(status, lang)).to_string(),
            holder_cell(listed, lang),
            listed.name.clone(),
            abridged(&codes),
            match listed.places {
                0 | 1 => listed.path.clone(),
                n => format!("{} (+{})", listed.path, n - 1),
            },
        ];
        self.lines.push((severity, cells));
    }

    /// The same where all have one holder.
    pub(super) fn without_holder(mut self) -> ListedLines {
        self.tells_holder = false;
        self
    }

    pub(super) fn write(mut self, out: &mut (impl Write + ?Sized), style: Style) -> io::Result<()> {
        let mut columns = COLUMNS.to_vec();
        if !self.tells_holder {
            columns.remove(HOLDER);
            self.lines.iter_mut().for_each(|(_, cells)| drop(cells.remove(HOLDER)));
        }
        write_columns(out, &columns, &self.lines, style, self.lang)
    }
}

/// The holder's ID and name, or why there is none.
fn holder_cell(listed: &ListedCertificate, lang: Lang) -> String {
    match (&listed.holder, listed.how.as_str()) {
        (Some((_, id)), _) => format!("{id} {}", listed.holder_name.as_deref().unwrap_or_default()).trim_end().into(),
        (None, "unknown") => text::HOLDER_UNKNOWN.get(lang).into(),
        (None, "ambiguous") => text::HOLDER_AMBIGUOUS.get(lang).into(),
        (None, _) => "-".into(),
    }
}
