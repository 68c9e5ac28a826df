//! Reading holders from rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fold::{key, shown};
use super::grid::{Grid, GridCell, GridRow};
use super::mapping::MappingProposal;
use super::mistake::{RowMistake, RowMistakeKind};
use super::value::{ColumnReader, ColumnValue, PROVIDER_NUMBER};
use super::words::PolicyWords;
use super::{
    Agent, Contact, ContactChannel, DeclaredCertificate, FeePayer, Holder, HolderKey, HolderKind, HolderStatus,
    RegisterColumn, ServiceLine,
};
use crate::calendar::Day;
use crate::certificate::Serial;

/// The result of reading a register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegisterReading {
    /// The holders whose rows have no mistake, sorted by key.
    pub holders: Vec<Holder>,
    /// The mistakes, by row and column.
    pub mistakes: Vec<RowMistake>,
    /// IDs whose rows have a mistake: what was known of them before stays.
    pub ids_in_error: BTreeSet<String>,
    /// Rows whose ID could not be read, so that their holder is unknown.
    pub rows_without_id: usize,
    /// Rows with values.
    pub rows: usize,
}

/// Reads the rows below the headers. A row with a mistake excludes its holder and no other.
pub fn read(grid: &Grid, proposal: &MappingProposal, register: &str, words: &PolicyWords) -> RegisterReading {
    let mut reader = RegisterReader {
        grid,
        columns: &proposal.columns,
        id_is_provider_number: proposal.id_is_provider_number(),
        values: ColumnReader::new(words),
        drafts: Vec::new(),
        by_id: HashMap::new(),
        reading: RegisterReading::default(),
    };
    let header = grid.row(proposal.header_row);
    for row in grid.rows().iter().filter(|row| row.number() > proposal.header_row) {
        // Lists made for printing repeat their headers on each page and have totals below.
        if header.is_none_or(|header| !reader.repeats(header, row)) && !reader.counts(row) {
            reader.row(row);
        }
    }
    reader.finish(register)
}

/// The words before the totals below a list.
const TOTALS: [&str; 7] = ["合計", "総計", "小計", "計", "総数", "total", "subtotal"];

struct RegisterReader<'a> {
    grid: &'a Grid,
    columns: &'a BTreeMap<RegisterColumn, u32>,
    id_is_provider_number: bool,
    values: ColumnReader,
    drafts: Vec<HolderDraft>,
    by_id: HashMap<String, usize>,
    reading: RegisterReading,
}

/// A holder under construction.
struct HolderDraft {
    id: String,
    first_row: u32,
    /// The values of the holder, each with the first row that has it.
    fields: RowFields,
    lines: Vec<ServiceLine>,
    /// The row of each line.
    seen: BTreeMap<ServiceLine, u32>,
    /// Columns with a mistake.
    wrong: BTreeSet<RegisterColumn>,
}

type RowFields = BTreeMap<RegisterColumn, (ColumnValue, u32)>;
type HolderValues = BTreeMap<RegisterColumn, ColumnValue>;

/// A row and its mistakes.
struct CheckedRow<'a> {
    row: &'a GridRow,
    columns: &'a BTreeMap<RegisterColumn, u32>,
    mistakes: Vec<RowMistake>,
}

impl CheckedRow<'_> {
    fn cell(&self, column: RegisterColumn) -> &GridCell {
        self.columns.get(&column).map_or(&GridCell::Empty, |at| self.row.cell(*at))
    }

    fn wrong(&mut self, column: RegisterColumn, kind: RowMistakeKind) {
        let value = self.cell(column).text();
        self.mistakes.push(RowMistake::new(self.row.number(), Some(column), &value, kind));
    }
}

impl<'a> RegisterReader<'a> {
    fn repeats(&self, header: &GridRow, row: &GridRow) -> bool {
        self.columns.values().all(|at| key(&header.cell(*at).text()) == key(&row.cell(*at).text()))
    }

    /// Whether the row is a total and not a holder.
    fn counts(&self, row: &GridRow) -> bool {
        let text = |column| self.columns.get(&column).map_or(String::new(), |at| key(&row.cell(*at).text()));
        let named = [RegisterColumn::HolderId, RegisterColumn::Name, RegisterColumn::ProviderNumber].map(text);
        let mut named = named.iter().filter(|text| !text.is_empty());
        let is_total = named.next().is_some_and(|text| TOTALS.contains(&text.as_str()));
        // The cell beside it is a count and not a provider number of ten digits.
        is_total && named.all(|text| text.len() < PROVIDER_NUMBER)
    }

    fn row(&mut self, row: &'a GridRow) {
        if self.columns.values().all(|at| row.cell(*at).is_blank()) {
            return;
        }
        self.reading.rows += 1;
        let mut checked = CheckedRow { row, columns: self.columns, mistakes: Vec::new() };
        let mut values = self.values(&mut checked);
        match self.id(&mut values) {
            Some(id) => self.merge(id, values, &mut checked),
            None => {
                self.reading.rows_without_id += 1;
                let column =
                    if self.id_is_provider_number { RegisterColumn::ProviderNumber } else { RegisterColumn::HolderId };
                if checked.mistakes.iter().all(|mistake| mistake.column != Some(column)) {
                    checked.wrong(column, RowMistakeKind::IdMissing);
                }
            }
        }
        self.reading.mistakes.append(&mut checked.mistakes);
    }

    fn values(&self, checked: &mut CheckedRow) -> HolderValues {
        let mut values = HolderValues::new();
        for column in self.columns.keys() {
            if *column == RegisterColumn::HolderId && self.id_is_provider_number {
                continue;
            }
            match self.values.read(*column, checked.cell(*column)) {
                Ok(Some(value)) => drop(values.insert(*column, value)),
                Ok(None) => {}
                Err(kind) => checked.wrong(*column, kind),
            }
        }
        values
    }

    fn id(&self, values: &mut HolderValues) -> Option<String> {
        match self.id_is_provider_number {
            true => text(values.get(&RegisterColumn::ProviderNumber).cloned()),
            false => text(values.remove(&RegisterColumn::HolderId)),
        }
    }

    /// Merges the values of a row into those that earlier rows gave for the same holder.
    fn merge(&mut self, id: String, mut values: HolderValues, checked: &mut CheckedRow) {
        let at = *self.by_id.entry(id.clone()).or_insert_with(|| {
            self.drafts.push(HolderDraft::new(id.clone(), checked.row.number()));
            self.drafts.len() - 1
        });
        let lines = lines(&id, &mut values, checked);
        let Some(draft) = self.drafts.get_mut(at) else { return };
        for (column, value) in values {
            if let Some(first_row) = draft.disagreement(column, value, checked.row.number()) {
                let first = self.columns.get(&column).and_then(|at| Some(self.grid.row(first_row)?.cell(*at).text()));
                let first = first.unwrap_or_default();
                checked.wrong(column, RowMistakeKind::Disagrees { first_row, first: shown(&first) });
            }
        }
        draft.add(lines, checked);
        draft.wrong.extend(checked.mistakes.iter().filter_map(|mistake| mistake.column));
    }

    fn finish(mut self, register: &str) -> RegisterReading {
        for mut draft in self.drafts {
            if !draft.fields.contains_key(&RegisterColumn::Name) && draft.wrong.insert(RegisterColumn::Name) {
                let mistake =
                    RowMistake::new(draft.first_row, Some(RegisterColumn::Name), "", RowMistakeKind::NameMissing);
                self.reading.mistakes.push(mistake);
            }
            match draft.wrong.is_empty() {
                true => self.reading.holders.push(draft.holder(register)),
                // Nothing of this holder is taken: what earlier imports recorded of it stays in
                // force until the row is corrected.
                false => drop(self.reading.ids_in_error.insert(draft.id)),
            }
        }
        self.reading.holders.sort_by(|one, other| one.key.cmp(&other.key));
        // In the order in which people correct the sheet, whatever order the rows of a holder had.
        self.reading.mistakes.sort_by_key(|mistake| (mistake.row, mistake.column));
        self.reading
    }
}

/// The lines of a row: one per service, or one where the row names none.
fn lines(id: &str, values: &mut HolderValues, checked: &mut CheckedRow) -> Vec<ServiceLine> {
    let provider_number = text(values.remove(&RegisterColumn::ProviderNumber));
    let services = match values.remove(&RegisterColumn::Services) {
        Some(ColumnValue::Texts(services)) => services.into_iter().map(Some).collect(),
        _ => vec![None],
    };
    let agent = agent(id, values, checked);
    let lines = services.into_iter().map(|service| ServiceLine {
        provider_number: provider_number.clone(),
        service,
        agent: agent.clone(),
    });
    lines.filter(|line| *line != ServiceLine::default()).collect()
}

fn agent(id: &str, values: &mut HolderValues, checked: &mut CheckedRow) -> Option<Agent> {
    let agent = text(values.remove(&RegisterColumn::BilledBy));
    let (from, until) =
        (day(values.remove(&RegisterColumn::BilledFrom)), day(values.remove(&RegisterColumn::BilledTo)));
    if let (Some(first), Some(last)) = (from, until)
        && last < first
    {
        checked.wrong(RegisterColumn::BilledTo, RowMistakeKind::PeriodReversed { from: first });
    }
    // A cell there that cannot be read is reported as a mistake already.
    if agent.is_none() && checked.cell(RegisterColumn::BilledBy).is_blank() && (from.is_some() || until.is_some()) {
        checked.wrong(RegisterColumn::BilledBy, RowMistakeKind::AgentMissing);
    }
    if agent.as_deref() == Some(id) {
        checked.wrong(RegisterColumn::BilledBy, RowMistakeKind::AgentIsSelf);
    }
    agent.map(|id| Agent { id, from, until })
}

impl HolderDraft {
    fn new(id: String, first_row: u32) -> HolderDraft {
        let (fields, lines, seen, wrong) = Default::default();
        HolderDraft { id, first_row, fields, lines, seen, wrong }
    }

    /// Adds a value that no earlier row gave; otherwise returns the row that gave another.
    fn disagreement(&mut self, column: RegisterColumn, value: ColumnValue, row: u32) -> Option<u32> {
        match self.fields.get(&column) {
            Some((first, _)) if *first == value => None,
            Some((_, first_row)) => Some(*first_row),
            None => {
                self.fields.insert(column, (value, row));
                None
            }
        }
    }

    fn add(&mut self, lines: Vec<ServiceLine>, checked: &mut CheckedRow) {
        for line in lines {
            match self.seen.get(&line) {
                Some(first_row) => {
                    let column =
                        if line.service.is_some() { RegisterColumn::Services } else { RegisterColumn::ProviderNumber };
                    checked.wrong(column, RowMistakeKind::LineTwice { first_row: *first_row });
                }
                None => {
                    self.seen.insert(line.clone(), checked.row.number());
                    self.lines.push(line);
                }
            }
        }
    }

    fn holder(mut self, register: &str) -> Holder {
        let mut fields = std::mem::take(&mut self.fields);
        let mut take = |column| fields.remove(&column).map(|(value, _)| value);
        let declared = DeclaredCertificate {
            serial: serial(take(RegisterColumn::DeclaredSerial)),
            expires_on: day(take(RegisterColumn::DeclaredExpiry)),
        };
        Holder {
            key: HolderKey { register: register.to_string(), id: self.id },
            name: text(take(RegisterColumn::Name)).unwrap_or_default(),
            kind: kind(take(RegisterColumn::Kind)),
            prefecture: text(take(RegisterColumn::Prefecture)),
            category: text(take(RegisterColumn::Category)),
            lines: self.lines,
            places: texts(take(RegisterColumn::Places)).unwrap_or_default(),
            contact: contact(&mut take),
            payer: payer(take(RegisterColumn::Payer)),
            password_changed: day(take(RegisterColumn::PasswordChanged)),
            status: status(take(RegisterColumn::Status)).unwrap_or_default(),
            status_since: day(take(RegisterColumn::StatusSince)),
            declared: Some(declared).filter(|declared| *declared != DeclaredCertificate::default()),
            tag: text(take(RegisterColumn::Tag)),
            notes: text(take(RegisterColumn::Notes)),
        }
    }
}

fn contact(take: &mut impl FnMut(RegisterColumn) -> Option<ColumnValue>) -> Contact {
    Contact {
        person: text(take(RegisterColumn::Person)),
        mail: text(take(RegisterColumn::Mail)),
        tel: text(take(RegisterColumn::Tel)),
        fax: text(take(RegisterColumn::Fax)),
        postcode: text(take(RegisterColumn::Postcode)),
        address: text(take(RegisterColumn::Address)),
        channel: channel(take(RegisterColumn::Channel)),
    }
}

macro_rules! parts {
    ($($name:ident $variant:ident $type:ty;)*) => {$(
        fn $name(value: Option<ColumnValue>) -> Option<$type> {
            match value {
                Some(ColumnValue::$variant(part)) => Some(part),
                _ => None,
            }
        }
    )*};
}

parts! {
    text Text String;
    texts Texts Vec<String>;
    day Day Day;
    serial Serial Serial;
    kind Kind HolderKind;
    channel Channel ContactChannel;
    payer Payer FeePayer;
    status Status HolderStatus;
}
