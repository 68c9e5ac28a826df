//! The mapping of headers to columns of the register.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::RegisterColumn;
use super::fold::{key, line, shown};
use super::grid::{Grid, GridCell, GridRow, column_letters, column_number};
use crate::locale::Lang;
use crate::locale::catalogue::register as texts;

/// The column of each header, by its text; none where a header is ignored. A header may also be named
/// by its letter, `C`, or where two headers have one text by both, `C:電話番号`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMapping {
    headers: BTreeMap<String, Option<RegisterColumn>>,
    /// By column and word: what the word means there, as the register spells it; empty for nothing.
    values: BTreeMap<(RegisterColumn, String), String>,
}

impl ColumnMapping {
    /// Sets the column of a header. Look-ups ignore width, case and spaces of its text.
    pub fn set(&mut self, header: &str, column: Option<RegisterColumn>) {
        let same = key(header);
        self.headers.retain(|known, _| key(known) != same);
        self.headers.insert(line(header), column);
    }

    /// Each header and its column, in order of their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<RegisterColumn>)> {
        self.headers.iter().map(|(header, column)| (header.as_str(), *column))
    }

    /// Whether it has no header.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    /// Sets what a word of a column means, as `〇` for 利用中 under 利用状況.
    pub fn set_value(&mut self, column: RegisterColumn, word: &str, means: &str) {
        let same = key(word);
        self.values.retain(|(of, known), _| *of != column || key(known) != same);
        self.values.insert((column, line(word)), line(means));
    }

    /// What words mean: column, word, meaning.
    pub fn values(&self) -> impl Iterator<Item = (RegisterColumn, &str, &str)> {
        self.values.iter().map(|((column, word), means)| (*column, word.as_str(), means.as_str()))
    }
}

/// A header of a grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridHeader {
    /// Its column, from 0.
    pub at: u32,
    /// Its text, on one line.
    pub text: String,
}

/// Several headers of one column. None of them is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmbiguousHeaders {
    /// The column.
    pub column: RegisterColumn,
    /// The headers.
    pub headers: Vec<GridHeader>,
}

/// How to read a grid as a register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingProposal {
    /// The row of the headers, from 1.
    pub header_row: u32,
    /// The position of each column, from 0.
    pub columns: BTreeMap<RegisterColumn, u32>,
    /// The mapping, to be kept for the next import.
    pub mapping: ColumnMapping,
    /// Headers without a column.
    pub ignored: Vec<GridHeader>,
    /// Columns with several headers.
    pub ambiguous: Vec<AmbiguousHeaders>,
    /// Headers that the given mapping names and the grid does not have.
    pub unused: Vec<String>,
}

impl MappingProposal {
    /// Whether the provider number serves as ID, since there is no column of IDs.
    pub fn id_is_provider_number(&self) -> bool {
        self.columns.get(&RegisterColumn::HolderId) == self.columns.get(&RegisterColumn::ProviderNumber)
    }
}

/// Why no header row fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingError {
    /// The row that was given has no values.
    NoSuchRow(u32),
    /// The list is one of care recipients (利用者), not of providers.
    CareRecipients {
        /// The row of its headers, from 1.
        row: u32,
        /// Those that say so.
        headers: Vec<GridHeader>,
    },
    /// Required columns are missing.
    Missing {
        /// The row that came nearest, from 1.
        row: u32,
        /// Its headers.
        headers: Vec<GridHeader>,
        /// What is missing of it.
        missing: Vec<RegisterColumn>,
        /// Columns with several headers.
        ambiguous: Vec<AmbiguousHeaders>,
    },
}

impl MappingError {
    /// What is wrong and what to do.
    pub fn text(&self, lang: Lang) -> String {
        let join = |words: Vec<String>| words.join(texts::COMMA.get(lang));
        let quoted = |text: &str| texts::QUOTED.fill(lang, &[("text", &text)]);
        let (row, headers, missing, ambiguous) = match self {
            MappingError::NoSuchRow(row) => return texts::NO_SUCH_ROW.fill(lang, &[("row", row)]),
            MappingError::CareRecipients { row, headers } => {
                let headers = join(headers.iter().map(|header| quoted(&shown(&header.text))).collect());
                return texts::CARE_RECIPIENTS.fill(lang, &[("row", row), ("headers", &headers)]);
            }
            MappingError::Missing { row, headers, missing, ambiguous } => (row, headers, missing, ambiguous),
        };
        let titles = join(missing.iter().map(|column| quoted(column.title().get(lang))).collect());
        let headers = join(headers.iter().map(|header| quoted(&shown(&header.text))).collect());
        let code = missing.first().map_or("", |column| column.code());
        let mut said = texts::MISSING_COLUMNS.fill(lang, &[("row", row), ("columns", &titles), ("headers", &headers)]);
        for one in ambiguous {
            said += &one.text(lang);
        }
        said + &texts::HOW_TO_MAP.fill(lang, &[("code", &code)])
    }
}

impl AmbiguousHeaders {
    /// What `--map` takes for the first of them, `C=tel`: by letter, since their texts may be equal.
    pub fn by_letter(&self) -> String {
        let letters = self.headers.first().map(|header| column_letters(header.at)).unwrap_or_default();
        format!("{letters}={}", self.column.code())
    }

    /// The message: which headers mean the same column.
    pub fn text(&self, lang: Lang) -> String {
        let place = |header: &GridHeader| {
            let values: [(&str, &dyn std::fmt::Display); 2] =
                [("text", &shown(&header.text)), ("letters", &column_letters(header.at))];
            texts::HEADER_AT.fill(lang, &values)
        };
        let headers = self.headers.iter().map(place).collect::<Vec<_>>().join(texts::COMMA.get(lang));
        texts::AMBIGUOUS.fill(lang, &[("column", &self.column.title().get(lang)), ("headers", &headers)])
    }
}

/// Columns without which a register cannot be read.
const REQUIRED: [RegisterColumn; 2] = [RegisterColumn::HolderId, RegisterColumn::Name];
/// Rows with values that are searched for the headers: lists made for printing have titles above
/// them.
const LOOKED_AT: usize = 50;

/// Finds the headers and their columns: in the given row, or in the one of the first rows that has
/// most columns. `given` takes precedence over the known headers. Where there is no column of IDs,
/// the provider number serves as ID.
pub fn propose(grid: &Grid, given: &ColumnMapping, header_row: Option<u32>) -> Result<MappingProposal, MappingError> {
    let names = HeaderMeanings::new(given);
    if let Some(number) = header_row {
        let row = grid.row(number).ok_or(MappingError::NoSuchRow(number))?;
        return complete(names.propose(row), row, &names);
    }
    let rows = grid.rows().iter().take(LOOKED_AT).map(|row| (names.propose(row), row));
    let score = |proposal: &MappingProposal| (missing(proposal).is_empty(), proposal.columns.len());
    // Of rows with equally many columns, the first.
    let best = rows.reduce(|best, next| if score(&next.0) > score(&best.0) { next } else { best });
    let (proposal, row) = best.ok_or(MappingError::NoSuchRow(1))?;
    complete(proposal, row, &names)
}

/// The columns of a further block of a list, where its own headers are in `row`.
pub(super) fn further_block(names: &HeaderMeanings, row: &GridRow) -> Option<BTreeMap<RegisterColumn, u32>> {
    // Headers are words: most rows are told by their first cells.
    const FIRST_CELLS: usize = 3;
    let is_header = |(at, cell): (u32, &GridCell)| match cell {
        // IDs and numbers end in digits; no header does.
        GridCell::Text(text) if text.ends_with(|c: char| c.is_ascii_digit()) => false,
        GridCell::Text(text) => text.len() < LONGEST_HEADER && names.meaning(at, text).is_some(),
        _ => false,
    };
    if !row.cells().take(FIRST_CELLS).any(is_header) {
        return None;
    }
    let cells = row.cells().count();
    let headers = row.cells().filter(|(at, cell)| is_header((*at, cell))).count();
    let proposal = names.propose(row);
    (missing(&proposal).is_empty() && headers * 2 >= cells && headers > 1).then_some(proposal.columns)
}

/// Bytes of a header that is still looked up among those known.
const LONGEST_HEADER: usize = 100;

fn missing(proposal: &MappingProposal) -> Vec<RegisterColumn> {
    REQUIRED.into_iter().filter(|column| !proposal.columns.contains_key(column)).collect()
}

fn complete(proposal: MappingProposal, row: &GridRow, names: &HeaderMeanings) -> Result<MappingProposal, MappingError> {
    let headers_of_recipients = names.care_recipients(row);
    if !headers_of_recipients.is_empty() {
        return Err(MappingError::CareRecipients { row: row.number(), headers: headers_of_recipients });
    }
    let missing = missing(&proposal);
    if missing.is_empty() {
        return Ok(proposal);
    }
    let headers = headers(row).collect();
    Err(MappingError::Missing { row: row.number(), headers, missing, ambiguous: proposal.ambiguous })
}

fn headers(row: &GridRow) -> impl Iterator<Item = GridHeader> {
    row.cells().map(|(at, cell)| GridHeader { at, text: line(&cell.text()) })
}

/// How certain it is that a header means a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum HeaderCertainty {
    Perhaps,
    Surely,
    Given,
}

/// The columns of headers, by their comparison key.
pub(super) struct HeaderMeanings<'a> {
    given: &'a ColumnMapping,
    meanings: HashMap<String, HeaderMeaning>,
    /// Of headers named by their letter: the key of their text, where it was given too.
    placed: HashMap<u32, (Option<String>, HeaderMeaning)>,
}

type HeaderMeaning = (HeaderCertainty, Option<RegisterColumn>);

impl HeaderMeanings<'_> {
    pub(super) fn new(given: &ColumnMapping) -> HeaderMeanings<'_> {
        let mut meanings = HashMap::new();
        let surely = RegisterColumn::ALL.into_iter().flat_map(|column| column.surely().map(move |name| (name, column)));
        let perhaps =
            RegisterColumn::ALL.into_iter().flat_map(|column| column.perhaps().map(move |name| (name, column)));
        // Each `extend` overwrites the one before it: a sure header outranks a likely one, the
        // user's mapping both.
        meanings.extend(perhaps.map(|(name, column)| (key(name), (HeaderCertainty::Perhaps, Some(column)))));
        meanings.extend(surely.map(|(name, column)| (key(name), (HeaderCertainty::Surely, Some(column)))));
        meanings.extend(given.iter().map(|(name, column)| (key(name), (HeaderCertainty::Given, column))));
        let placed = given.iter().filter_map(|(name, column)| {
            let (at, text) = placed(name)?;
            Some((at, (text.map(key), (HeaderCertainty::Given, column))))
        });
        HeaderMeanings { given, meanings, placed: placed.collect() }
    }

    /// The column of a header: by its place where that was given, by its text, by its text without
    /// remarks in brackets, without の (事業所の名称 is 事業所名称).
    fn meaning(&self, at: u32, text: &str) -> Option<HeaderMeaning> {
        let key = key(text);
        if let Some((_, meaning)) =
            self.placed.get(&at).filter(|(text, _)| text.as_ref().is_none_or(|text| *text == key))
        {
            return Some(*meaning);
        }
        let bare = || without_remarks(&key);
        let found = self.meanings.get(&key).or_else(|| self.meanings.get(&bare()));
        found.or_else(|| self.meanings.get(&bare().replace('の', ""))).copied()
    }

    /// The headers by which a row is one of a list of care recipients: their ID is the only one there
    /// is, or their names stand in it. What the user says of the ID or the name outweighs that.
    fn care_recipients(&self, row: &GridRow) -> Vec<GridHeader> {
        let certainty = |column: RegisterColumn| {
            let of = |header: GridHeader| self.meaning(header.at, &header.text).filter(|(_, of)| *of == Some(column));
            headers(row).filter_map(of).map(|(certainty, _)| certainty).max()
        };
        let (id, name) = (certainty(RegisterColumn::HolderId), certainty(RegisterColumn::Name));
        let told = headers(row).filter(|header| is_of_care_recipient(&key(&header.text))).collect::<Vec<_>>();
        let is_named = told.iter().any(|header| key(&header.text).contains('名'));
        let is_given = [id, name].contains(&Some(HeaderCertainty::Given));
        let is_register = name == Some(HeaderCertainty::Surely) && !is_named;
        if is_given || is_register { Vec::new() } else { told }
    }

    fn propose(&self, row: &GridRow) -> MappingProposal {
        let mut claims: BTreeMap<RegisterColumn, (HeaderCertainty, Vec<GridHeader>)> = BTreeMap::new();
        let mut ignored = Vec::new();
        for header in headers(row) {
            let Some((claim, Some(column))) = self.meaning(header.at, &header.text) else {
                ignored.push(header);
                continue;
            };
            let (strongest, claimants) = claims.entry(column).or_insert((claim, Vec::new()));
            if claim > *strongest {
                *strongest = claim;
                // In a list with 事業所名 and 名前 the surer header takes the column, and the likely one
                // is ignored.
                ignored.append(claimants);
            }
            if claim == *strongest { claimants.push(header) } else { ignored.push(header) }
        }
        ignored.sort_by_key(|header| header.at);
        self.settle(row, claims, ignored)
    }

    fn settle(
        &self,
        row: &GridRow,
        claims: BTreeMap<RegisterColumn, (HeaderCertainty, Vec<GridHeader>)>,
        ignored: Vec<GridHeader>,
    ) -> MappingProposal {
        let mut columns = BTreeMap::new();
        let mut mapping = self.given.clone();
        let mut ambiguous = Vec::new();
        for (column, (_, headers)) in claims {
            if let [header] = headers.as_slice() {
                columns.insert(column, header.at);
                // One that is named by its letter stays so: its text may be that of another.
                if !self.placed.contains_key(&header.at) {
                    mapping.set(&header.text, Some(column));
                }
            } else {
                ambiguous.push(AmbiguousHeaders { column, headers });
            }
        }
        // With two columns of IDs the user has to decide which one counts; the provider number must
        // not answer silently.
        let is_open = ambiguous.iter().all(|one| one.column != RegisterColumn::HolderId);
        if let Some(at) = columns.get(&RegisterColumn::ProviderNumber).copied().filter(|_| is_open) {
            columns.entry(RegisterColumn::HolderId).or_insert(at);
        }
        let present: BTreeSet<String> = headers(row).map(|header| key(&header.text)).collect();
        let is_placed = |name: &str| {
            placed(name).is_some_and(|(at, text)| {
                let is_it =
                    |header: GridHeader| header.at == at && text.is_none_or(|text| key(text) == key(&header.text));
                headers(row).any(is_it)
            })
        };
        let unused = self.given.iter().map(|(header, _)| header);
        let unused = unused.filter(|header| !present.contains(&key(header)) && !is_placed(header));
        let unused = unused.map(ToString::to_string).collect();
        MappingProposal { header_row: row.number(), columns, mapping, ignored, ambiguous, unused }
    }
}

/// `C` and `C:電話番号`: the column counted from 0, and the text.
fn placed(name: &str) -> Option<(u32, Option<&str>)> {
    let (letters, text) = name.split_once(':').map_or((name, None), |(letters, text)| (letters, Some(text)));
    column_number(letters).map(|at| (at, text))
}

/// Whether a header is one of a list of care recipients: 利用者ID, 利用者氏名, 被保険者番号.
fn is_of_care_recipient(key: &str) -> bool {
    let is = |who: &str| {
        key.strip_prefix(who).is_some_and(|what| {
            matches!(
                what,
                "" | "id" | "番号" | "no" | "コード" | "名" | "氏名" | "の氏名" | "名称" | "氏名(漢字)" | "証番号"
            )
        })
    };
    ["利用者", "被保険者", "受給者", "入所者", "入居者"].into_iter().any(is) || key == "要介護度"
}

/// Finds the headers of another list than a register: the row and, for each of `wanted`, the column
/// with one of its spellings. None where no row has any of them.
pub fn find_headers(grid: &Grid, wanted: &[&[&str]]) -> Option<(u32, Vec<Option<u32>>)> {
    let wanted: Vec<Vec<String>> = wanted.iter().map(|one| one.iter().map(|name| key(name)).collect()).collect();
    let rows = grid.rows().iter().take(LOOKED_AT).map(|row| {
        let headers: Vec<(u32, String)> = row.cells().map(|(at, cell)| (at, key(&cell.text()))).collect();
        let find = |names: &Vec<String>| headers.iter().find(|(_, header)| names.contains(header)).map(|(at, _)| *at);
        (row.number(), wanted.iter().map(find).collect::<Vec<_>>())
    });
    let score = |found: &[Option<u32>]| found.iter().flatten().count();
    let best = rows.reduce(|best, next| if score(&next.1) > score(&best.1) { next } else { best });
    best.filter(|(_, found)| score(found) > 0)
}

/// `事業所番号(10桁)` without `(10桁)`, `※事業所名` without `※`.
fn without_remarks(key: &str) -> String {
    let mut depth = 0usize;
    let mut out = String::new();
    for c in key.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            '※' | '*' => {}
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}
