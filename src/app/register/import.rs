//! Taking a register in: which header is which column, what has changed, what is wrong.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use crate::app::open_inventory::InventoryResult;
use crate::app::{AppError, Context, Outcome, Settings, files, open_inventory, record, sheet};
use crate::certificate::hex;
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{AcceptedLosses, EntryBody, History, RegisterDiff};
use crate::locale::{Lang, Text};
use crate::register::{
    self, AmbiguousHeaders, ColumnMapping, Grid, GridFile, GridHeader, GridOptions, Holder, MappingError,
    MappingProposal, MistakeEffect, PolicyWords, RegisterColumn, RegisterReading, RegisterSheet, fold_key,
};
use crate::report::escape;

/// The word under which it is kept that a header is no column.
pub const IGNORE: &str = "ignore";

/// What an import of a register is asked for.
pub struct RegisterImportOptions {
    /// Names the inventory and the policy.
    pub settings: Settings,
    /// The register's file; `-` is standard input.
    pub file: PathBuf,
    /// The register.
    pub name: String,
    /// The sheet to read, where that is not the first that is a register.
    pub sheet: Option<String>,
    /// All sheets that are registers are read.
    pub all_sheets: bool,
    /// What separates the cells of a text, where that is not to be found out.
    pub separator: Option<char>,
    /// The row of the headers, where it is not to be looked for.
    pub header_row: Option<u32>,
    /// Which column a header is; none where it is no column.
    pub columns: Vec<(String, Option<RegisterColumn>)>,
    /// What words of columns mean: header or column, word, meaning.
    pub values: Vec<[String; 3]>,
    /// Nothing is recorded.
    pub dry_run: bool,
    /// What is believed even where it is more likely a mistake.
    pub accepted: AcceptedLosses,
    /// Where the list goes with its mistakes marked.
    pub report: Option<PathBuf>,
}

/// Somebody who can be asked about headers.
pub trait HeaderQuestions {
    /// Which of some headers is a column; none where there is no answer.
    fn which(&mut self, column: RegisterColumn, headers: &[GridHeader]) -> io::Result<Option<GridHeader>>;

    /// Asks of each header that is not understood which column it is, and puts the answers into
    /// the mapping; `taken` columns are not taken again.
    fn columns(
        &mut self,
        headers: &[GridHeader],
        taken: &[RegisterColumn],
        mapping: &mut ColumnMapping,
    ) -> io::Result<()>;
}

/// A sheet's cells, and which header is which column.
pub type ReadSheet = (Grid, MappingProposal);

/// A register's file, read.
pub struct RegisterFile {
    pub path: PathBuf,
    /// The register.
    pub name: String,
    /// Its sheets, at least one: the cells, and which header is which column.
    pub sheets: Vec<ReadSheet>,
    /// Sheets that look like registers too and were not read.
    pub others: Vec<String>,
    /// Its holders, and what is wrong.
    pub reading: RegisterReading,
}

/// Takes a register in and hands what it changes to `show`, with the words of the policy.
pub fn import(
    context: &Context,
    options: &RegisterImportOptions,
    questions: Option<&mut dyn HeaderQuestions>,
    show: impl FnOnce(&RegisterFile, &RegisterDiff, &PolicyWords) -> Result<(), AppError>,
) -> Result<Outcome, AppError> {
    let (lang, settings, name) = (context.lang, &options.settings, &options.name);
    let words = super::register_words(&settings.read_policy(context)?);
    let mut inventory = open(settings, options.dry_run, context)?;
    if name.contains('/') {
        let text = Text {
            ja: "台帳の名前 {name} に / は使えません。台帳名/ID と書いたときに区別できないためです。--name に別の名前を指定してください。",
            en: "the register's name {name} holds a /, which stands between REGISTER/ID. Give another with --name.",
        };
        return Err(AppError::new(text, lang, &[("name", &escape::terminal(name))]));
    }
    let kept =
        inventory.as_ref().map_or(Ok(Vec::new()), |inventory| inventory.mapping(name)).or_message(settings, lang)?;
    let mut mapping = mapping_of(&kept);
    options.columns.iter().for_each(|(header, column)| mapping.set(header, *column));
    let (sheets, others) = understood(context, options, &mut mapping, questions)?;
    let read: Vec<RegisterSheet> = sheets.iter().map(|(grid, proposal)| (grid, proposal)).collect();
    let mut reading = register::read_sheets(&read, name, &words);
    let known = inventory
        .as_ref()
        .map_or(Ok(Vec::new()), |inventory| super::known(inventory, name))
        .or_message(settings, lang)?;
    reading.keep_known(&known);
    if let Some(path) = &options.report {
        let marked = register::mark_mistakes(&read, &reading, lang);
        sheet::write_new(path, &marked.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?, lang)?;
    }
    let file = RegisterFile { path: options.file.clone(), name: name.clone(), sheets, others, reading };
    let known: Vec<&Holder> = known.iter().collect();
    let diff = RegisterDiff::compare(&known, &file.reading, &options.accepted);
    if let Some(inventory) = inventory.as_mut().filter(|_| !options.dry_run) {
        record(context, settings, inventory, name, &diff, (&kept, &mapping))?;
    }
    show(&file, &diff, &words)?;
    let is_wrong = file.reading.mistakes.iter().any(|mistake| mistake.effect() > MistakeEffect::Warning);
    Ok(Outcome::found_if(is_wrong || !diff.guards.is_empty()))
}

/// The inventory; none where it is not there and nothing is to be recorded.
fn open(settings: &Settings, dry: bool, context: &Context) -> Result<Option<Sqlite>, AppError> {
    if dry && !settings.inventory.value.exists() {
        // Opening would make the file, and a dry run leaves nothing behind.
        return Ok(None);
    }
    open_inventory::open(settings, context).map(Some)
}

/// A mapping as it is kept. What a later version may have recorded of other columns is passed over.
fn mapping_of(kept: &[(String, String)]) -> ColumnMapping {
    let mut mapping = ColumnMapping::default();
    for (header, code) in kept {
        // `status=〇` is `=利用中`: a word and what it means, which an earlier version passes over.
        let word = code.strip_prefix('=').zip(header.split_once('='));
        if let Some((means, (column, word))) = word
            && let Some(column) = RegisterColumn::of_code(column)
        {
            mapping.set_value(column, word, means);
            continue;
        }
        match RegisterColumn::of_code(code) {
            Some(column) => mapping.set(header, Some(column)),
            None if code == IGNORE => mapping.set(header, None),
            None => {}
        }
    }
    mapping
}

/// As it is to be kept.
fn kept_of(mapping: &ColumnMapping) -> Vec<(String, String)> {
    let code = |column: Option<RegisterColumn>| column.map_or(IGNORE, RegisterColumn::code).to_string();
    let headers = mapping.iter().map(|(header, column)| (header.to_string(), code(column)));
    let value = |(column, word, means): (RegisterColumn, &str, &str)| {
        (format!("{}={word}", column.code()), format!("={means}"))
    };
    headers.chain(mapping.values().map(value)).collect()
}

/// The sheets, and which header is which column; the names of others that look like registers.
/// Where a person can be asked, what is not understood is asked about.
fn understood(
    context: &Context,
    options: &RegisterImportOptions,
    mapping: &mut ColumnMapping,
    mut questions: Option<&mut dyn HeaderQuestions>,
) -> Result<(Vec<ReadSheet>, Vec<String>), AppError> {
    let (lang, path, header_row) = (context.lang, options.file.as_path(), options.header_row);
    let bytes = files::read(path, lang)?;
    let fits = |grid: &Grid| {
        let last = grid.rows().last().map_or(0, register::GridRow::number);
        register::propose(grid, mapping, header_row).is_ok_and(|proposal| proposal.header_row < last)
    };
    let wanted = GridOptions { sheet: options.sheet.as_deref(), all: options.all_sheets, separator: options.separator };
    let file = GridFile::read(&bytes, wanted, &fits);
    let file = file.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?;
    let mut proposals = Vec::new();
    for grid in &file.grids {
        let mut proposal = settle(options, grid, mapping, &mut questions, lang)?;
        // Not in a dry run, which would forget the answers.
        if let Some(questions) = questions.as_mut().filter(|_| !options.dry_run && !proposal.ignored.is_empty()) {
            let taken: Vec<RegisterColumn> = proposal.columns.keys().copied().collect();
            questions.columns(&proposal.ignored, &taken, mapping)?;
            // The answers are in the mapping: this time nothing is left to ask.
            proposal = settle(options, grid, mapping, &mut None, lang)?;
        }
        proposals.push(proposal);
    }
    let is_unused = |header: &String| proposals.iter().all(|proposal| proposal.unused.contains(header));
    if let Some((header, _)) = options.columns.iter().find(|(header, _)| is_unused(header)) {
        let text = Text {
            ja: "--map の見出し「{header}」は、{row}行目の見出しにありません。",
            en: "row {row} has no header \"{header}\", which --map names.",
        };
        let row = proposals.first().map_or(0, |proposal| proposal.header_row);
        let what = text.fill(lang, &[("header", &header), ("row", &row)]);
        return Err(sheet::about_file(path, &what, lang));
    }
    for [header, word, means] in &options.values {
        let column = column_of(header, &file.grids, &proposals).ok_or_else(|| {
            let text = Text {
                ja: "--map-value の「{header}」は、見出しにも列のコードにもありません。",
                en: "--map-value names \"{header}\", which is neither a header nor the code of a column.",
            };
            sheet::about_file(path, &text.fill(lang, &[("header", header)]), lang)
        })?;
        mapping.set_value(column, word, means);
        proposals.iter_mut().for_each(|proposal| proposal.mapping.set_value(column, word, means));
    }
    Ok((file.grids.into_iter().zip(proposals).collect(), file.others))
}

/// The column that a header, a title or a code names.
fn column_of(name: &str, grids: &[Grid], proposals: &[MappingProposal]) -> Option<RegisterColumn> {
    let is_it = |text: &str| fold_key(text) == fold_key(name);
    let under_header = grids.iter().zip(proposals).find_map(|(grid, proposal)| {
        let row = grid.row(proposal.header_row)?;
        let (at, _) = row.cells().find(|(_, cell)| is_it(&cell.text()))?;
        proposal.columns.iter().find(|(_, place)| **place == at).map(|(column, _)| *column)
    });
    under_header.or_else(|| RegisterColumn::of_name(name))
}

/// Which header is which column, without doubt.
fn settle(
    options: &RegisterImportOptions,
    grid: &Grid,
    mapping: &mut ColumnMapping,
    questions: &mut Option<&mut dyn HeaderQuestions>,
    lang: Lang,
) -> Result<MappingProposal, AppError> {
    let (path, header_row) = (options.file.as_path(), options.header_row);
    let mut asked: BTreeSet<RegisterColumn> = BTreeSet::new();
    loop {
        let proposal = register::propose(grid, mapping, header_row);
        let (column, headers, what) = match &proposal {
            Ok(proposal) => match proposal.ambiguous.first() {
                None => break,
                Some(one) => (one.column, one.headers.clone(), ambiguous(&proposal.ambiguous, lang)),
            },
            Err(error @ MappingError::Missing { headers, missing, .. }) => {
                let column = missing.first().copied().unwrap_or(RegisterColumn::HolderId);
                (column, headers.clone(), error.text(lang))
            }
            Err(error) => return Err(sheet::about_file(path, &error.text(lang), lang)),
        };
        // One question a column: two headers of one text cannot be told apart by an answer.
        let answer = match questions {
            Some(questions) if asked.insert(column) => questions.which(column, &headers)?,
            _ => None,
        };
        let Some(header) = answer else {
            let by_letter = proposal.ok().and_then(|proposal| Some(proposal.ambiguous.first()?.by_letter()));
            return Err(sheet::about_file(path, &(what + &how_to_say(by_letter, lang)), lang));
        };
        // Several headers fit the column: from now on only the one that was chosen is it.
        if proposal.is_ok() {
            headers.iter().for_each(|header| mapping.set(&header.text, None));
        }
        mapping.set(&header.text, Some(column));
    }
    register::propose(grid, mapping, header_row).map_err(|error| sheet::about_file(path, &error.text(lang), lang))
}

/// Headers that are the same column.
fn ambiguous(ambiguous: &[AmbiguousHeaders], lang: Lang) -> String {
    ambiguous.iter().map(|one| one.text(lang)).collect::<String>().trim().to_string()
}

/// How to tell which header is which column.
fn how_to_say(by_letter: Option<String>, lang: Lang) -> String {
    if let Some(example) = by_letter {
        let text = Text {
            ja: "\n指定のしかた: 使うほうを列の記号で --map {example} のように指定します。列のコードは shomei register mapping で見られます。",
            en: "\nName the one to use by its letter, like --map {example}; shomei register mapping lists the codes.",
        };
        return text.fill(lang, &[("example", &example)]);
    }
    let text = Text {
        ja: "\n指定のしかた: --map '見出し=列のコード' または --header-row 行。列のコードは shomei register mapping で見られます。",
        en: "\nUse --map 'HEADER=CODE' or --header-row ROW; shomei register mapping lists the codes.",
    };
    text.get(lang).into()
}

fn record(
    context: &Context,
    settings: &Settings,
    inventory: &mut Sqlite,
    register: &str,
    diff: &RegisterDiff,
    (kept, mapping): (&[(String, String)], &ColumnMapping),
) -> Result<(), AppError> {
    if !diff.guards.is_empty() {
        return Ok(());
    }
    let mut stamper = record::stamper(inventory, context, settings)?;
    let mut name = [0; 16];
    getrandom::fill(&mut name).map_err(|error| AppError::Message(error.to_string()))?;
    let columns = kept_of(mapping);
    let mut entries = Vec::new();
    if columns != kept {
        let import = Some(hex(&name));
        entries.push(stamper.entry(EntryBody::Mapping { register: register.to_string(), columns, import }));
    }
    entries.extend(diff.entries(&mut stamper, &name, context.environment.login.as_deref()));
    if entries.is_empty() { Ok(()) } else { record::record(inventory, entries, settings, context.lang) }
}
