//! From rows to holders.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fold::{key, shown};
use super::grid::{Cell, Grid, Row};
use super::mapping::Proposal;
use super::mistake::{Mistake, MistakeKind};
use super::value::{PROVIDER_NUMBER, Value, Values};
use super::words::Words;
use super::{Agent, Channel, Column, Contact, Declared, Holder, HolderKey, HolderKind, HolderStatus, Line, Payer};
use crate::calendar::Day;
use crate::certificate::Serial;

/// What a register says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The holders in whose rows nothing is wrong, sorted by key.
    pub holders: Vec<Holder>,
    /// What is wrong, by row and column.
    pub mistakes: Vec<Mistake>,
    /// IDs in whose rows something is wrong: what was known of them before stays.
    pub ids_in_error: BTreeSet<String>,
    /// Rows whose ID could not be read: of whom they speak is not known.
    pub rows_without_id: usize,
    /// Rows with values.
    pub rows: usize,
}

/// Reads the rows below the headers. A row in error takes its holder out, others are taken.
pub fn read(grid: &Grid, proposal: &Proposal, register: &str, words: &Words) -> Reading {
    let mut reader = Reader {
        grid,
        columns: &proposal.columns,
        id_is_provider_number: proposal.id_is_provider_number(),
        values: Values::new(words),
        drafts: Vec::new(),
        by_id: HashMap::new(),
        reading: Reading::default(),
    };
    let header = grid.row(proposal.header_row);
    for row in grid.rows().iter().filter(|row| row.number() > proposal.header_row) {
        // Lists made for printing repeat their headers on each page, and count below.
        if header.is_none_or(|header| !reader.repeats(header, row)) && !reader.counts(row) {
            reader.row(row);
        }
    }
    reader.finish(register)
}

/// What stands before the sums below a list.
const TOTALS: [&str; 7] = ["合計", "総計", "小計", "計", "総数", "total", "subtotal"];

struct Reader<'a> {
    grid: &'a Grid,
    columns: &'a BTreeMap<Column, u32>,
    id_is_provider_number: bool,
    values: Values,
    drafts: Vec<Draft>,
    by_id: HashMap<String, usize>,
    reading: Reading,
}

/// A holder under construction.
struct Draft {
    id: String,
    first_row: u32,
    /// What is said of the holder, and the row that said it first.
    fields: Fields,
    lines: Vec<Line>,
    /// The row of each line.
    seen: BTreeMap<Line, u32>,
    /// Columns in which something is wrong.
    wrong: BTreeSet<Column>,
}

type Fields = BTreeMap<Column, (Value, u32)>;
type Said = BTreeMap<Column, Value>;

/// A row and what is wrong in it.
struct Checked<'a> {
    row: &'a Row,
    columns: &'a BTreeMap<Column, u32>,
    mistakes: Vec<Mistake>,
}

impl Checked<'_> {
    fn cell(&self, column: Column) -> &Cell {
        self.columns.get(&column).map_or(&Cell::Empty, |at| self.row.cell(*at))
    }

    fn wrong(&mut self, column: Column, kind: MistakeKind) {
        let value = self.cell(column).text();
        self.mistakes.push(Mistake::new(self.row.number(), Some(column), &value, kind));
    }
}

impl<'a> Reader<'a> {
    fn repeats(&self, header: &Row, row: &Row) -> bool {
        self.columns.values().all(|at| key(&header.cell(*at).text()) == key(&row.cell(*at).text()))
    }

    /// Whether the row tells how many there are, and of nobody.
    fn counts(&self, row: &Row) -> bool {
        let text = |column| self.columns.get(&column).map_or(String::new(), |at| key(&row.cell(*at).text()));
        let named = [Column::HolderId, Column::Name, Column::ProviderNumber].map(text);
        let mut named = named.iter().filter(|text| !text.is_empty());
        let is_total = named.next().is_some_and(|text| TOTALS.contains(&text.as_str()));
        // Beside it stands a count, and not ten digits.
        is_total && named.all(|text| text.len() < PROVIDER_NUMBER)
    }

    fn row(&mut self, row: &'a Row) {
        if self.columns.values().all(|at| row.cell(*at).is_blank()) {
            return;
        }
        self.reading.rows += 1;
        let mut checked = Checked { row, columns: self.columns, mistakes: Vec::new() };
        let mut said = self.values(&mut checked);
        match self.id(&mut said) {
            Some(id) => self.merge(id, said, &mut checked),
            None => {
                self.reading.rows_without_id += 1;
                let column = if self.id_is_provider_number { Column::ProviderNumber } else { Column::HolderId };
                if checked.mistakes.iter().all(|mistake| mistake.column != Some(column)) {
                    checked.wrong(column, MistakeKind::IdMissing);
                }
            }
        }
        self.reading.mistakes.append(&mut checked.mistakes);
    }

    fn values(&self, checked: &mut Checked) -> Said {
        let mut said = Said::new();
        for column in self.columns.keys() {
            if *column == Column::HolderId && self.id_is_provider_number {
                continue;
            }
            match self.values.read(*column, checked.cell(*column)) {
                Ok(Some(value)) => drop(said.insert(*column, value)),
                Ok(None) => {}
                Err(kind) => checked.wrong(*column, kind),
            }
        }
        said
    }

    fn id(&self, said: &mut Said) -> Option<String> {
        match self.id_is_provider_number {
            true => text(said.get(&Column::ProviderNumber).cloned()),
            false => text(said.remove(&Column::HolderId)),
        }
    }

    /// Puts what a row says to what the rows before it said of the same holder.
    fn merge(&mut self, id: String, mut said: Said, checked: &mut Checked) {
        let at = *self.by_id.entry(id.clone()).or_insert_with(|| {
            self.drafts.push(Draft::new(id.clone(), checked.row.number()));
            self.drafts.len() - 1
        });
        let lines = lines(&id, &mut said, checked);
        let Some(draft) = self.drafts.get_mut(at) else { return };
        for (column, value) in said {
            if let Some(first_row) = draft.disagreement(column, value, checked.row.number()) {
                let first = self.columns.get(&column).and_then(|at| Some(self.grid.row(first_row)?.cell(*at).text()));
                let first = first.unwrap_or_default();
                checked.wrong(column, MistakeKind::Disagrees { first_row, first: shown(&first) });
            }
        }
        draft.add(lines, checked);
        draft.wrong.extend(checked.mistakes.iter().filter_map(|mistake| mistake.column));
    }

    fn finish(mut self, register: &str) -> Reading {
        for mut draft in self.drafts {
            if !draft.fields.contains_key(&Column::Name) && draft.wrong.insert(Column::Name) {
                let mistake = Mistake::new(draft.first_row, Some(Column::Name), "", MistakeKind::NameMissing);
                self.reading.mistakes.push(mistake);
            }
            match draft.wrong.is_empty() {
                true => self.reading.holders.push(draft.holder(register)),
                false => drop(self.reading.ids_in_error.insert(draft.id)),
            }
        }
        self.reading.holders.sort_by(|one, other| one.key.cmp(&other.key));
        self.reading.mistakes.sort_by_key(|mistake| (mistake.row, mistake.column));
        self.reading
    }
}

/// The lines of a row: one a service, or one where there is none.
fn lines(id: &str, said: &mut Said, checked: &mut Checked) -> Vec<Line> {
    let provider_number = text(said.remove(&Column::ProviderNumber));
    let services = match said.remove(&Column::Services) {
        Some(Value::Texts(services)) => services.into_iter().map(Some).collect(),
        _ => vec![None],
    };
    let agent = agent(id, said, checked);
    let lines = services.into_iter().map(|service| Line {
        provider_number: provider_number.clone(),
        service,
        agent: agent.clone(),
    });
    lines.filter(|line| *line != Line::default()).collect()
}

fn agent(id: &str, said: &mut Said, checked: &mut Checked) -> Option<Agent> {
    let agent = text(said.remove(&Column::BilledBy));
    let (from, until) = (day(said.remove(&Column::BilledFrom)), day(said.remove(&Column::BilledTo)));
    if let (Some(first), Some(last)) = (from, until)
        && last < first
    {
        checked.wrong(Column::BilledTo, MistakeKind::PeriodReversed { from: first });
    }
    // What stands there and cannot be read is a mistake already.
    if agent.is_none() && checked.cell(Column::BilledBy).is_blank() && (from.is_some() || until.is_some()) {
        checked.wrong(Column::BilledBy, MistakeKind::AgentMissing);
    }
    if agent.as_deref() == Some(id) {
        checked.wrong(Column::BilledBy, MistakeKind::AgentIsSelf);
    }
    agent.map(|id| Agent { id, from, until })
}

impl Draft {
    fn new(id: String, first_row: u32) -> Draft {
        let (fields, lines, seen, wrong) = Default::default();
        Draft { id, first_row, fields, lines, seen, wrong }
    }

    /// Takes a value that nothing was said of before; else gives the row that said another.
    fn disagreement(&mut self, column: Column, value: Value, row: u32) -> Option<u32> {
        match self.fields.get(&column) {
            Some((first, _)) if *first == value => None,
            Some((_, first_row)) => Some(*first_row),
            None => {
                self.fields.insert(column, (value, row));
                None
            }
        }
    }

    fn add(&mut self, lines: Vec<Line>, checked: &mut Checked) {
        for line in lines {
            match self.seen.get(&line) {
                Some(first_row) => {
                    let column = if line.service.is_some() { Column::Services } else { Column::ProviderNumber };
                    checked.wrong(column, MistakeKind::LineTwice { first_row: *first_row });
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
        let declared =
            Declared { serial: serial(take(Column::DeclaredSerial)), expires_on: day(take(Column::DeclaredExpiry)) };
        Holder {
            key: HolderKey { register: register.to_string(), id: self.id },
            name: text(take(Column::Name)).unwrap_or_default(),
            kind: kind(take(Column::Kind)),
            prefecture: text(take(Column::Prefecture)),
            category: text(take(Column::Category)),
            lines: self.lines,
            places: texts(take(Column::Places)).unwrap_or_default(),
            contact: contact(&mut take),
            payer: payer(take(Column::Payer)),
            password_changed: day(take(Column::PasswordChanged)),
            status: status(take(Column::Status)).unwrap_or_default(),
            status_since: day(take(Column::StatusSince)),
            declared: Some(declared).filter(|declared| *declared != Declared::default()),
            tag: text(take(Column::Tag)),
            notes: text(take(Column::Notes)),
        }
    }
}

fn contact(take: &mut impl FnMut(Column) -> Option<Value>) -> Contact {
    Contact {
        person: text(take(Column::Person)),
        mail: text(take(Column::Mail)),
        tel: text(take(Column::Tel)),
        fax: text(take(Column::Fax)),
        postcode: text(take(Column::Postcode)),
        address: text(take(Column::Address)),
        channel: channel(take(Column::Channel)),
    }
}

macro_rules! parts {
    ($($name:ident $variant:ident $type:ty;)*) => {$(
        fn $name(value: Option<Value>) -> Option<$type> {
            match value {
                Some(Value::$variant(part)) => Some(part),
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
    channel Channel Channel;
    payer Payer Payer;
    status Status HolderStatus;
}
