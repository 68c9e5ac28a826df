//! `shomei register import`.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::ask::{self, Asker, IGNORE};
use super::{path_of, preview, register_name};
use crate::cli::session::Session;
use crate::cli::settings::Settings;
use crate::cli::{Failure, Outcome, depot, files, office};
use crate::inventory::sqlite::Sqlite;
use crate::inventory::{EntryBody, RegisterDiff, Store};
use crate::locale::{Lang, Text};
use crate::register::{
    self, ColumnMapping, Grid, Holder, MappingError, MappingProposal, RegisterColumn, RegisterReading,
};
use crate::report::escape;

/// A register's file, read.
pub(super) struct Taken {
    pub path: PathBuf,
    pub name: String,
    pub grid: Grid,
    pub proposal: MappingProposal,
    pub reading: RegisterReading,
}

pub(super) fn run(session: &Session, matches: &ArgMatches) -> Result<Outcome, Failure> {
    let lang = session.lang;
    let settings = Settings::resolve(session, matches)?;
    let words = office::words(&settings.policy_alone(session)?);
    let dry = matches.get_flag("dry-run");
    let mut inventory = open(&settings, dry, lang)?;
    let failed = |error| depot::failed(&error, &settings, lang);
    let name = register_name(matches);
    if name.contains('/') {
        let text = Text {
            ja: "台帳の名前 {name} に / は使えません。台帳名/ID と書いたときに区別できないためです。--name に別の名前を指定してください。",
            en: "the register's name {name} holds a /, which stands between REGISTER/ID. Give another with --name.",
        };
        return Err(Failure::new(text, lang, &[("name", &escape::terminal(&name))]));
    }
    let kept = inventory.as_ref().map_or(Ok(Vec::new()), |inventory| inventory.mapping(&name)).map_err(failed)?;
    let mut mapping = mapping_of(&kept);
    let given = given(matches, lang)?;
    given.iter().for_each(|(header, column)| mapping.set(header, *column));
    let (grid, proposal) = understood(session, matches, &mut mapping, &given, dry)?;
    let reading = register::read(&grid, &proposal, &name, &words);
    let path = path_of(matches, "file").cloned().unwrap_or_default();
    let taken = Taken { path, name, grid, proposal, reading };
    let known = inventory.as_ref().map_or(Ok(Vec::new()), |inventory| known(inventory, &taken.name)).map_err(failed)?;
    let known: Vec<&Holder> = known.iter().collect();
    let diff = RegisterDiff::compare(&known, &taken.reading, matches.get_flag("accept-gone"));
    if let Some(inventory) = inventory.as_mut().filter(|_| !dry) {
        record(session, &settings, inventory, &taken, &diff, (&kept, &mapping))?;
    }
    session.print(&match dry {
        true => preview::preview(&taken, &diff, &words, session.style(false), lang),
        false => preview::done(&taken, &diff, lang),
    })?;
    let whole = taken.reading.mistakes.is_empty() && diff.removal_guard.is_none();
    Ok(if whole { Outcome::Clean } else { Outcome::Found })
}

/// The inventory; none where it is not there and nothing is to be recorded.
fn open(settings: &Settings, dry: bool, lang: Lang) -> Result<Option<Sqlite>, Failure> {
    if dry && !settings.inventory.value.exists() {
        return Ok(None);
    }
    depot::open(settings, lang).map(Some)
}

/// The holders that stand in a register.
pub(super) fn known(inventory: &Sqlite, register: &str) -> Result<Vec<Holder>, crate::inventory::InventoryError> {
    let holders = inventory.office()?.holders;
    Ok(holders.into_iter().filter(|holder| holder.key.register == register).collect())
}

/// A mapping as it is kept. What a later version may have said of other columns is passed over.
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

type Given = Vec<(String, Option<RegisterColumn>)>;

/// What `--map` says.
fn given(matches: &ArgMatches, lang: Lang) -> Result<Given, Failure> {
    let said = matches.get_many::<String>("map").into_iter().flatten();
    said.map(|said| one_given(said, lang)).collect()
}

fn one_given(said: &str, lang: Lang) -> Result<(String, Option<RegisterColumn>), Failure> {
    let Some((header, word)) = said.rsplit_once(['=', '＝']).filter(|(header, _)| !header.trim().is_empty()) else {
        let text = Text {
            ja: "--map の値 {said} は「見出し=列のコード」の形ではありません(例: --map 管理番号=holder-id)。",
            en: "--map {said} is not of the form HEADER=CODE, as in --map \"office no=holder-id\".",
        };
        return Err(Failure::new(text, lang, &[("said", &said)]));
    };
    let column = ask::column(word).map_err(|near| {
        let text = Text {
            ja: "{word} という列はありません。{near}列のコードは shomei register mapping で見られます。",
            en: "there is no column {word}. {near}shomei register mapping lists the codes.",
        };
        let question = Text { ja: "{near} のことですか。", en: "Did you mean {near}? " };
        let near = near.map(|near| question.fill(lang, &[("near", &near)])).unwrap_or_default();
        Failure::new(text, lang, &[("word", &word), ("near", &near)])
    })?;
    Ok((header.trim().to_string(), column))
}

/// The grid, and which header is which column. Whoever sits at the terminal is asked about what
/// is not understood.
fn understood(
    session: &Session,
    matches: &ArgMatches,
    mapping: &mut ColumnMapping,
    given: &Given,
    dry: bool,
) -> Result<(Grid, MappingProposal), Failure> {
    let lang = session.lang;
    let path = path_of(matches, "file").map_or(Path::new(""), PathBuf::as_path);
    let header_row = matches.get_one::<u32>("header-row").copied();
    let sheet = matches.get_one::<String>("sheet").map(String::as_str);
    let bytes = files::read(path, lang)?;
    let fits = |grid: &Grid| register::propose(grid, mapping, header_row).is_ok();
    let grid = Grid::read(&bytes, sheet, &fits).map_err(|error| office::about_file(path, &error.text(lang), lang))?;
    let can_ask = session.can_ask() && path != Path::new("-");
    let mut proposal = settle(session, &grid, mapping, header_row, can_ask, path)?;
    if let Some((header, _)) = given.iter().find(|(header, _)| proposal.unused.contains(header)) {
        let text = Text {
            ja: "--map の見出し「{header}」は、{row}行目の見出しにありません。",
            en: "row {row} has no header \"{header}\", which --map names.",
        };
        let what = text.fill(lang, &[("header", &header), ("row", &proposal.header_row)]);
        return Err(office::about_file(path, &what, lang));
    }
    if can_ask && !dry && !proposal.ignored.is_empty() {
        let taken: Vec<RegisterColumn> = proposal.columns.keys().copied().collect();
        asker(lang).headers(&proposal.ignored, &taken, mapping)?;
        proposal = settle(session, &grid, mapping, header_row, false, path)?;
    }
    Ok((grid, proposal))
}

fn asker(lang: Lang) -> Asker<io::StdinLock<'static>, io::Stderr> {
    Asker::new(io::stdin().lock(), io::stderr(), lang)
}

/// Which header is which column, without doubt.
fn settle(
    session: &Session,
    grid: &Grid,
    mapping: &mut ColumnMapping,
    header_row: Option<u32>,
    can_ask: bool,
    path: &Path,
) -> Result<MappingProposal, Failure> {
    let lang = session.lang;
    let mut asked: BTreeSet<RegisterColumn> = BTreeSet::new();
    loop {
        let proposal = register::propose(grid, mapping, header_row);
        let (column, headers, what) = match &proposal {
            Ok(proposal) => match proposal.ambiguous.first() {
                None => break,
                Some(one) => (one.column, one.headers.clone(), preview::ambiguous(&proposal.ambiguous, lang)),
            },
            Err(error @ MappingError::Missing { headers, missing, .. }) => {
                let column = missing.first().copied().unwrap_or(RegisterColumn::HolderId);
                (column, headers.clone(), error.text(lang))
            }
            Err(error) => return Err(office::about_file(path, &error.text(lang), lang)),
        };
        // One question a column: two headers of one text cannot be told apart by an answer.
        let answer = if can_ask && asked.insert(column) { asker(lang).which(column, &headers)? } else { None };
        let Some(header) = answer else {
            return Err(office::about_file(path, &(what + &preview::how_to_say(lang)), lang));
        };
        if proposal.is_ok() {
            headers.iter().for_each(|header| mapping.set(&header.text, None));
        }
        mapping.set(&header.text, Some(column));
    }
    register::propose(grid, mapping, header_row).map_err(|error| office::about_file(path, &error.text(lang), lang))
}

fn record(
    session: &Session,
    settings: &Settings,
    inventory: &mut Sqlite,
    taken: &Taken,
    diff: &RegisterDiff,
    (kept, mapping): (&[(String, String)], &ColumnMapping),
) -> Result<(), Failure> {
    let mut stamper = office::stamper(inventory, session, settings)?;
    let columns = kept_of(mapping);
    let mut entries = Vec::new();
    if columns != kept {
        entries.push(stamper.entry(EntryBody::Mapping { register: taken.name.clone(), columns }));
    }
    entries.extend(diff.entries(&mut stamper, office::login().as_deref()));
    if entries.is_empty() { Ok(()) } else { office::record(inventory, entries, settings, session.lang) }
}
