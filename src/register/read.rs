//! Reading holders from rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fold::{is_ditto, key, plain, shown};
use super::grid::{Grid, GridCell, GridRow};
use super::mapping::{ColumnMapping, MappingProposal};
use super::mistake::{MistakeEffect, RowMistake, RowMistakeKind, RowNote, RowNoteKind};
use super::rows::{ListBlock, PassedRow, holder_rows, is_nothing};
use super::value::{CellReading, ColumnReader, ColumnValue};
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
    /// The holders whose rows have no mistake that costs them, sorted by key.
    pub holders: Vec<Holder>,
    /// The mistakes, by sheet, row and column.
    pub mistakes: Vec<RowMistake>,
    /// IDs whose rows have a mistake that costs the holder: what was known of them before stays.
    pub ids_in_error: BTreeSet<String>,
    /// Columns of holders, by ID, whose cells could not be read: their former values stay.
    pub unread: BTreeMap<String, BTreeSet<RegisterColumn>>,
    /// The columns that the list has.
    pub columns: BTreeSet<RegisterColumn>,
    /// Rows that are no holder's.
    pub passed_over: Vec<PassedRow>,
    /// What was done to read values.
    pub notes: Vec<RowNote>,
    /// Rows whose ID could not be read, so that their holder is unknown.
    pub rows_without_id: usize,
    /// Rows of holders.
    pub rows: usize,
}

/// A sheet of a register and how its headers are read.
pub type RegisterSheet<'a> = (&'a Grid, &'a MappingProposal);

/// Reads the rows below the headers. A row with a mistake excludes its holder, or a value of it, and
/// no other.
pub fn read(grid: &Grid, proposal: &MappingProposal, register: &str, words: &PolicyWords) -> RegisterReading {
    read_sheets(&[(grid, proposal)], register, words)
}

/// Reads several sheets as one register.
pub fn read_sheets(sheets: &[RegisterSheet], register: &str, words: &PolicyWords) -> RegisterReading {
    let mut reading = RegisterReading::default();
    let mut read = Vec::new();
    for (grid, proposal) in sheets {
        let sheet = grid.sheet().filter(|_| sheets.len() > 1);
        let (blocks, mut passed) = holder_rows(grid, proposal, sheet);
        reading.passed_over.append(&mut passed);
        reading.columns.extend(blocks.iter().flat_map(|block| block.columns.keys()));
        read.push((sheet, *grid, *proposal, blocks));
    }
    let digits = are_numbers(read.iter().flat_map(|(_, _, _, blocks)| blocks));
    let (values, drafts, by_id, notes) = (ColumnReader::new(words), Vec::new(), HashMap::new(), BTreeMap::new());
    let mut reader = RegisterReader { values, digits, drafts, by_id, notes, reading };
    let sources = read.iter().flat_map(|(sheet, grid, proposal, blocks)| {
        blocks.iter().map(|block| RowSource { sheet: *sheet, grid, block, said: SaidValues::new(&proposal.mapping) })
    });
    let sources: Vec<RowSource> = sources.collect();
    let (mut above, mut before): (CellsAbove, Option<&RowSource>) = (BTreeMap::new(), None);
    for source in &sources {
        // The next page of one list goes on where the last one ended.
        let is_next_page =
            |before: &RowSource| std::ptr::eq(before.grid, source.grid) && before.block.columns == source.block.columns;
        if !before.is_some_and(is_next_page) {
            above.clear();
        }
        before = Some(source);
        source.block.rows.iter().for_each(|row| reader.row(row, source, &mut above));
    }
    reader.finish(register)
}

/// Whether all IDs are numbers without leading zeros, so that none has lost what another kept.
fn are_numbers<'b>(blocks: impl Iterator<Item = &'b ListBlock<'b>>) -> bool {
    let ids = blocks.filter(|block| !id_is_provider_number(&block.columns)).flat_map(|block| {
        let at = block.columns.get(&RegisterColumn::HolderId);
        block.rows.iter().filter_map(move |row| at.map(|at| row.cell(*at)))
    });
    let is_number = |cell: &GridCell| match cell {
        GridCell::Number(number) => *number >= 0.0 && number.fract() == 0.0,
        GridCell::Text(text) => {
            let id = plain(text.trim());
            is_ditto(text) || (!id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit()))
        }
        _ => false,
    };
    ids.filter(|cell| !is_nothing(cell)).all(is_number)
}

fn id_is_provider_number(columns: &BTreeMap<RegisterColumn, u32>) -> bool {
    columns.get(&RegisterColumn::HolderId) == columns.get(&RegisterColumn::ProviderNumber)
}

/// What `--map-value` says that words of a column mean, by column and folded word.
struct SaidValues(HashMap<(RegisterColumn, String), GridCell>);

impl SaidValues {
    fn new(mapping: &ColumnMapping) -> SaidValues {
        let said = mapping.values().map(|(column, word, value)| {
            let cell = if value.is_empty() { GridCell::Empty } else { GridCell::Text(value.to_string()) };
            ((column, key(word)), cell)
        });
        SaidValues(said.collect())
    }

    fn of(&self, column: RegisterColumn, cell: &GridCell) -> Option<&GridCell> {
        if self.0.is_empty() || cell.is_blank() { None } else { self.0.get(&(column, key(&cell.text()))) }
    }
}

struct RegisterReader<'a> {
    values: ColumnReader,
    /// Whether numbers are taken as IDs.
    digits: bool,
    drafts: Vec<HolderDraft<'a>>,
    by_id: HashMap<String, usize>,
    notes: BTreeMap<(Option<String>, RegisterColumn, RowNoteKind), RowNote>,
    reading: RegisterReading,
}

/// Where a row is from.
struct RowSource<'a> {
    sheet: Option<&'a str>,
    grid: &'a Grid,
    block: &'a ListBlock<'a>,
    said: SaidValues,
}

/// The last cell of each column that is no ditto mark.
type CellsAbove<'a> = BTreeMap<RegisterColumn, &'a GridCell>;

/// A holder under construction.
struct HolderDraft<'a> {
    id: String,
    /// The first row, and its sheet where there are several.
    first: (Option<String>, u32),
    /// The values of the holder, each with the first row that has it and its cell there.
    fields: BTreeMap<RegisterColumn, (ColumnValue, u32, &'a GridCell)>,
    lines: Vec<ServiceLine>,
    /// The row of each line.
    seen: BTreeMap<ServiceLine, u32>,
    /// Columns whose cells could not be read.
    unread: BTreeSet<RegisterColumn>,
    /// Whether a mistake costs the holder, and whether one about its name is told.
    is_wrong: bool,
    is_name_told: bool,
}

type HolderValues = BTreeMap<RegisterColumn, ColumnValue>;

/// A row and its mistakes.
struct CheckedRow<'a> {
    row: &'a GridRow,
    place: &'a RowSource<'a>,
    mistakes: Vec<RowMistake>,
    unread: BTreeSet<RegisterColumn>,
}

impl<'a> CheckedRow<'a> {
    fn cell(&self, column: RegisterColumn) -> &'a GridCell {
        self.place.block.columns.get(&column).map_or(&GridCell::Empty, |at| self.row.cell(*at))
    }

    fn wrong(&mut self, column: RegisterColumn, kind: RowMistakeKind) {
        let value = self.cell(column).text();
        self.mistakes.push(RowMistake::new((self.place.sheet, self.row.number()), Some(column), &value, kind));
    }

    /// A mistake about the row as a whole.
    fn wrong_row(&mut self, kind: RowMistakeKind) {
        self.mistakes.push(RowMistake::new((self.place.sheet, self.row.number()), None, "", kind));
    }
}

impl<'a> RegisterReader<'a> {
    fn row(&mut self, row: &'a GridRow, place: &'a RowSource<'a>, above: &mut CellsAbove<'a>) {
        self.reading.rows += 1;
        let mut checked = CheckedRow { row, place, mistakes: Vec::new(), unread: BTreeSet::new() };
        let mut values = self.values(&mut checked, above);
        self.count_cells(&mut checked);
        match id_of(&mut values, &place.block.columns) {
            Some(id) => self.merge(id, values, &mut checked),
            None => {
                self.reading.rows_without_id += 1;
                let column = match id_is_provider_number(&place.block.columns) {
                    true => RegisterColumn::ProviderNumber,
                    false => RegisterColumn::HolderId,
                };
                if checked.mistakes.iter().all(|mistake| mistake.column != Some(column)) {
                    checked.wrong(column, RowMistakeKind::IdMissing);
                }
            }
        }
        self.reading.mistakes.append(&mut checked.mistakes);
    }

    fn values(&mut self, checked: &mut CheckedRow<'a>, above: &mut CellsAbove<'a>) -> HolderValues {
        let mut values = HolderValues::new();
        let (row, place) = (checked.row, checked.place);
        let serves_as_id = id_is_provider_number(&place.block.columns);
        for (column, at) in &place.block.columns {
            if *column == RegisterColumn::HolderId && serves_as_id {
                continue;
            }
            let mut cell = row.cell(*at);
            let is_mark = matches!(cell, GridCell::Text(text) if is_ditto(text));
            match above.get(column) {
                Some(value) if is_mark => {
                    cell = value;
                    self.note(checked, *column, cell.text(), RowNoteKind::Ditto);
                }
                None if is_mark => {
                    checked.unread.insert(*column);
                    checked.wrong(*column, RowMistakeKind::NothingAbove);
                    continue;
                }
                _ => drop(above.insert(*column, cell)),
            }
            let cell = place.said.of(*column, cell).unwrap_or(cell);
            let CellReading { value, mistake, note } = self.values.read(*column, cell, self.digits);
            if let (Some(ColumnValue::Text(text)), Some(kind)) = (&value, note) {
                self.note(checked, *column, text.clone(), kind);
            }
            if let Some(kind) = mistake {
                checked.wrong(*column, kind);
                if value.is_none() {
                    checked.unread.insert(*column);
                }
            }
            values.extend(value.map(|value| (*column, value)));
        }
        values
    }

    fn note(&mut self, checked: &CheckedRow, column: RegisterColumn, value: String, kind: RowNoteKind) {
        let sheet = checked.place.sheet.map(ToString::to_string);
        let note = self.notes.entry((sheet.clone(), column, kind)).or_insert_with(|| RowNote {
            sheet,
            rows: Vec::new(),
            column,
            value: shown(&value),
            kind,
        });
        note.rows.push(checked.row.number());
    }

    /// Finds a text's row with more cells than headers, or fewer where all others have them all.
    fn count_cells(&self, checked: &mut CheckedRow) {
        let block = checked.place.block;
        let (Some(width), Some(own)) = (block.width, checked.row.width()) else { return };
        let beyond = checked.row.cells().filter(|(at, cell)| *at >= width && !cell.is_blank()).count();
        if beyond > 0 {
            // What else is wrong with the row follows from it.
            checked.mistakes.clear();
            let readings = if own == width + 1 { self.both_readings(checked, width) } else { None };
            checked.wrong_row(RowMistakeKind::CellTooMany { readings });
        } else if own < width && block.is_full {
            let empty = block.columns.iter().filter(|(_, at)| **at >= own).map(|(column, _)| *column);
            let empty: Vec<RegisterColumn> = empty.collect();
            if !empty.is_empty() {
                checked.wrong_row(RowMistakeKind::CellTooFew { empty });
            }
        }
    }

    /// The row as it is, and with the two neighbours joined that leave the fewest mistakes; each by the
    /// values that differ.
    fn both_readings(&self, checked: &CheckedRow, width: u32) -> Option<[Vec<(RegisterColumn, String)>; 2]> {
        const SHOWN: usize = 3;
        let separator = checked.place.grid.separator().unwrap_or(',');
        let (row, columns) = (checked.row, &checked.place.block.columns);
        // The cell under a header where the cells at `at` and behind it are one.
        let joined = |at: u32, header: u32| match header.cmp(&at) {
            std::cmp::Ordering::Less => row.cell(header).clone(),
            std::cmp::Ordering::Equal => {
                GridCell::Text(format!("{}{separator}{}", row.cell(at).text(), row.cell(at + 1).text()))
            }
            std::cmp::Ordering::Greater => row.cell(header + 1).clone(),
        };
        let mistakes = |at: u32| {
            let wrong = |(column, header): &(&RegisterColumn, &u32)| {
                self.values.read(**column, &joined(at, **header), self.digits).mistake.is_some()
            };
            columns.iter().filter(wrong).count()
        };
        // An address is what has separators in it, then free text.
        let likely = |at: u32| match columns.iter().find(|(_, header)| **header == at).map(|(column, _)| *column) {
            Some(RegisterColumn::Address) => 0,
            Some(RegisterColumn::Notes | RegisterColumn::Places) => 1,
            Some(RegisterColumn::Name) | None => 2,
            Some(_) => 3,
        };
        let at = (0..width).min_by_key(|at| (mistakes(*at), likely(*at)))?;
        let shown_as = |cell: &dyn Fn(u32) -> GridCell| -> Vec<(RegisterColumn, String)> {
            let mut differing: Vec<(&RegisterColumn, &u32)> =
                columns.iter().filter(|(_, header)| **header >= at).collect();
            differing.sort_by_key(|(_, header)| **header);
            differing.into_iter().take(SHOWN).map(|(column, header)| (*column, shown(&cell(*header).text()))).collect()
        };
        Some([shown_as(&|header| row.cell(header).clone()), shown_as(&|header| joined(at, header))])
    }

    /// Merges the values of a row into those that earlier rows gave for the same holder.
    fn merge(&mut self, id: String, mut values: HolderValues, checked: &mut CheckedRow<'a>) {
        let at = *self.by_id.entry(id.clone()).or_insert_with(|| {
            let first = (checked.place.sheet.map(ToString::to_string), checked.row.number());
            self.drafts.push(HolderDraft::new(id.clone(), first));
            self.drafts.len() - 1
        });
        let lines = lines(&id, &mut values, checked);
        let Some(draft) = self.drafts.get_mut(at) else { return };
        for (column, value) in values {
            if let Some((first_row, first)) = draft.disagreement(column, value, checked) {
                checked.wrong(column, RowMistakeKind::Disagrees { first_row, first: shown(&first.text()) });
            }
        }
        draft.add(lines, checked);
        draft.unread.append(&mut checked.unread);
        for mistake in &checked.mistakes {
            draft.is_wrong |= mistake.effect() == MistakeEffect::Holder;
            draft.is_name_told |= matches!(mistake.column, Some(RegisterColumn::Name) | None);
        }
    }

    fn finish(mut self, register: &str) -> RegisterReading {
        for mut draft in self.drafts {
            if !draft.fields.contains_key(&RegisterColumn::Name) && !draft.is_name_told {
                draft.is_wrong = true;
                let place = (draft.first.0.as_deref(), draft.first.1);
                let mistake = RowMistake::new(place, Some(RegisterColumn::Name), "", RowMistakeKind::NameMissing);
                self.reading.mistakes.push(mistake);
            }
            let unread: BTreeSet<RegisterColumn> =
                draft.unread.iter().filter(|column| !draft.fields.contains_key(column)).copied().collect();
            match draft.is_wrong {
                false => {
                    if !unread.is_empty() {
                        self.reading.unread.insert(draft.id.clone(), unread);
                    }
                    self.reading.holders.push(draft.holder(register));
                }
                // Nothing of this holder is taken: what earlier imports recorded of it stays in
                // force until the row is corrected.
                true => drop(self.reading.ids_in_error.insert(draft.id)),
            }
        }
        self.reading.holders.sort_by(|one, other| one.key.cmp(&other.key));
        // In the order in which people correct the sheet, whatever order the rows of a holder had.
        // Stable: sheets stay in the order of the workbook.
        let mut sheets: Vec<Option<String>> = Vec::new();
        for mistake in &self.reading.mistakes {
            if !sheets.contains(&mistake.sheet) {
                sheets.push(mistake.sheet.clone());
            }
        }
        let sheet = |mistake: &RowMistake| sheets.iter().position(|sheet| *sheet == mistake.sheet);
        self.reading.mistakes.sort_by_key(|mistake| (sheet(mistake), mistake.row, mistake.column));
        self.reading.notes = self.notes.into_values().collect();
        self.reading
    }
}

fn id_of(values: &mut HolderValues, columns: &BTreeMap<RegisterColumn, u32>) -> Option<String> {
    match id_is_provider_number(columns) {
        true => text(values.get(&RegisterColumn::ProviderNumber).cloned()),
        false => text(values.remove(&RegisterColumn::HolderId)),
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

impl<'a> HolderDraft<'a> {
    fn new(id: String, first: (Option<String>, u32)) -> HolderDraft<'a> {
        let (fields, lines, seen, unread) = Default::default();
        HolderDraft { id, first, fields, lines, seen, unread, is_wrong: false, is_name_told: false }
    }

    /// Adds a value that no earlier row gave; otherwise returns the row that gave another, and its
    /// cell there.
    fn disagreement(
        &mut self,
        column: RegisterColumn,
        value: ColumnValue,
        checked: &CheckedRow<'a>,
    ) -> Option<(u32, &'a GridCell)> {
        match self.fields.get(&column) {
            Some((first, ..)) if *first == value => None,
            Some((_, first_row, first)) => Some((*first_row, *first)),
            None => {
                self.fields.insert(column, (value, checked.row.number(), checked.cell(column)));
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
        let mut take = |column| fields.remove(&column).map(|(value, ..)| value);
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
            uses: texts(take(RegisterColumn::Uses)).unwrap_or_default(),
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
