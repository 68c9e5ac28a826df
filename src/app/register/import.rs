//! Taking a register in: which header is which column, what has changed, what is wrong.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use crate::app::{AppError, Context, Outcome, Settings, files, open_inventory, record, sheet};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, History, RegisterDiff};
use crate::locale::{Lang, Text};
use crate::register::{
    self, AmbiguousHeaders, ColumnMapping, Grid, GridHeader, Holder, MappingError, MappingProposal, PolicyWords,
    RegisterColumn, RegisterReading,
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
    /// The row of the headers, where it is not to be looked for.
    pub header_row: Option<u32>,
    /// Which column a header is; none where it is no column.
    pub columns: Vec<(String, Option<RegisterColumn>)>,
    /// Nothing is recorded.
    pub dry_run: bool,
    /// Holders are gone even where many vanish at once.
    pub accept_gone: bool,
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

/// A register's file, read.
pub struct RegisterFile {
    pub path: PathBuf,
    /// The register.
    pub name: String,
    /// Its cells.
    pub grid: Grid,
    /// Which header is which column.
    pub proposal: MappingProposal,
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
    let failed = |error| open_inventory::failed(&error, settings, lang);
    if name.contains('/') {
        let text = Text {
            ja: "台帳の名前 {name} に / は使えません。台帳名/ID と書いたときに区別できないためです。--name に別の名前を指定してください。",
            en: "the register's name {name} holds a /, which stands between REGISTER/ID. Give another with --name.",
        };
        return Err(AppError::new(text, lang, &[("name", &escape::terminal(name))]));
    }
    let kept = inventory.as_ref().map_or(Ok(Vec::new()), |inventory| inventory.mapping(name)).map_err(failed)?;
    let mut mapping = mapping_of(&kept);
    options.columns.iter().for_each(|(header, column)| mapping.set(header, *column));
    let (grid, proposal) = understood(context, options, &mut mapping, questions)?;
    let reading = register::read(&grid, &proposal, name, &words);
    let file = RegisterFile { path: options.file.clone(), name: name.clone(), grid, proposal, reading };
    let known = inventory.as_ref().map_or(Ok(Vec::new()), |inventory| super::known(inventory, name)).map_err(failed)?;
    let known: Vec<&Holder> = known.iter().collect();
    let diff = RegisterDiff::compare(&known, &file.reading, options.accept_gone);
    if let Some(inventory) = inventory.as_mut().filter(|_| !options.dry_run) {
        record(context, settings, inventory, name, &diff, (&kept, &mapping))?;
    }
    show(&file, &diff, &words)?;
    Ok(Outcome::found_if(!file.reading.mistakes.is_empty() || diff.removal_guard.is_some()))
}

/// The inventory; none where it is not there and nothing is to be recorded.
fn open(settings: &Settings, dry: bool, context: &Context) -> Result<Option<Sqlite>, AppError> {
    if dry && !settings.inventory.value.exists() {
        return Ok(None);
    }
    open_inventory::open(settings, context).map(Some)
}

/// A mapping as it is kept. What a later version may have recorded of other columns is passed over.
fn mapping_of(kept: &[(String, String)]) -> ColumnMapping {
    let mut mapping = ColumnMapping::default();
    for (header, code) in kept {
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
    mapping.iter().map(|(header, column)| (header.to_string(), code(column))).collect()
}

/// The grid, and which header is which column. Whoever can be asked is asked about what is not
/// understood.
fn understood(
    context: &Context,
    options: &RegisterImportOptions,
    mapping: &mut ColumnMapping,
    mut questions: Option<&mut dyn HeaderQuestions>,
) -> Result<(Grid, MappingProposal), AppError> {
    let (lang, path, header_row) = (context.lang, options.file.as_path(), options.header_row);
    let bytes = files::read(path, lang)?;
    let fits = |grid: &Grid| register::propose(grid, mapping, header_row).is_ok();
    let grid = Grid::read(&bytes, options.sheet.as_deref(), &fits);
    let grid = grid.map_err(|error| sheet::about_file(path, &error.text(lang), lang))?;
    let mut proposal = settle(options, &grid, mapping, &mut questions, lang)?;
    if let Some((header, _)) = options.columns.iter().find(|(header, _)| proposal.unused.contains(header)) {
        let text = Text {
            ja: "--map の見出し「{header}」は、{row}行目の見出しにありません。",
            en: "row {row} has no header \"{header}\", which --map names.",
        };
        let what = text.fill(lang, &[("header", &header), ("row", &proposal.header_row)]);
        return Err(sheet::about_file(path, &what, lang));
    }
    if let Some(questions) = questions.filter(|_| !options.dry_run && !proposal.ignored.is_empty()) {
        let taken: Vec<RegisterColumn> = proposal.columns.keys().copied().collect();
        questions.columns(&proposal.ignored, &taken, mapping)?;
        proposal = settle(options, &grid, mapping, &mut None, lang)?;
    }
    Ok((grid, proposal))
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
            return Err(sheet::about_file(path, &(what + how_to_say(lang)), lang));
        };
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
fn how_to_say(lang: Lang) -> &'static str {
    let text = Text {
        ja: "\n指定のしかた: --map '見出し=列のコード' または --header-row 行。列のコードは shomei register mapping で見られます。",
        en: "\nUse --map 'HEADER=CODE' or --header-row ROW; shomei register mapping lists the codes.",
    };
    text.get(lang)
}

fn record(
    context: &Context,
    settings: &Settings,
    inventory: &mut Sqlite,
    register: &str,
    diff: &RegisterDiff,
    (kept, mapping): (&[(String, String)], &ColumnMapping),
) -> Result<(), AppError> {
    let mut stamper = record::stamper(inventory, context, settings)?;
    let columns = kept_of(mapping);
    let mut entries = Vec::new();
    if columns != kept {
        entries.push(stamper.entry(EntryBody::Mapping { register: register.to_string(), columns }));
    }
    entries.extend(diff.entries(&mut stamper, context.environment.login.as_deref()));
    if entries.is_empty() { Ok(()) } else { record::record(inventory, entries, settings, context.lang) }
}
