//! Sources: walking and reading files.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::platform::{self, FileStamp};

/// A source as the user named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file, or a directory with all below it.
    Path(PathBuf),
    /// Standard input, `-`.
    Stdin,
}

impl Source {
    /// From an argument: `-` is standard input.
    pub fn from_argument(argument: &Path) -> Source {
        if argument == Path::new("-") { Source::Stdin } else { Source::Path(argument.into()) }
    }

    /// As people read it.
    pub fn name(&self) -> String {
        match self {
            Source::Path(path) => platform::path_text(path),
            Source::Stdin => "-".to_string(),
        }
    }
}

/// A file found on the walk, or the error in its place.
#[derive(Debug)]
pub(super) struct SourceEntry {
    pub source: Source,
    /// Which of the sources it belongs to.
    pub root: usize,
    /// The user named it; it was not found by walking.
    pub named: bool,
    pub error: Option<io::Error>,
}

/// All files of all sources: directories recursively, hidden files included, symbolic links
/// only where the user named them. A file reached twice counts once.
pub(super) fn walk(sources: &[Source]) -> impl Iterator<Item = SourceEntry> + Send + '_ {
    let mut seen = (sources.len() > 1).then(HashSet::new);
    let entry = sources.iter().enumerate().flat_map(|(root, source)| -> Box<dyn Iterator<Item = SourceEntry> + Send> {
        match source {
            Source::Stdin => {
                Box::new(std::iter::once(SourceEntry { source: Source::Stdin, root, named: true, error: None }))
            }
            Source::Path(path) => Box::new(walk_path(path, root)),
        }
    });
    entry.filter(move |entry| match (&mut seen, &entry.source) {
        (Some(seen), Source::Path(path)) if entry.error.is_none() => {
            std::fs::canonicalize(path).map_or(true, |real| seen.insert(real))
        }
        _ => true,
    })
}

fn walk_path(named: &Path, root: usize) -> impl Iterator<Item = SourceEntry> + Send + use<> {
    let top = named.to_path_buf();
    let walk = walkdir::WalkDir::new(&top).follow_links(false).follow_root_links(true);
    walk.into_iter().filter_map(move |entry| match entry {
        Ok(entry) if entry.depth() == 0 => {
            // Anything that the user names is read, even a pipe; only directories are walked.
            let is_file = !entry.path().is_dir();
            is_file.then(|| SourceEntry { source: Source::Path(entry.into_path()), root, named: true, error: None })
        }
        Ok(entry) => {
            let is_file = entry.file_type().is_file();
            is_file.then(|| SourceEntry { source: Source::Path(entry.into_path()), root, named: false, error: None })
        }
        Err(error) => {
            let path = error.path().unwrap_or(&top).to_path_buf();
            let named = error.depth() == 0;
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other("loop"));
            Some(SourceEntry { source: Source::Path(path), root, named, error: Some(error) })
        }
    })
}

/// The contents of a source.
pub(super) struct SourceContent {
    /// The bytes; at most one more than the limit, so that the reader sees that it is exceeded.
    pub bytes: Vec<u8>,
    /// The permissions, if others than the owner may read it.
    pub readable_by_others: Option<String>,
    /// Size and times before it was read.
    pub stamp: Option<FileStamp>,
}

impl SourceContent {
    /// Contents that are not from a file.
    pub(super) fn of_bytes(bytes: Vec<u8>) -> SourceContent {
        SourceContent { bytes, readable_by_others: None, stamp: None }
    }
}

/// Reads a source, at most `limit` bytes plus one.
#[expect(clippy::disallowed_methods, reason = "standard input is a source that the user names, as files are")]
pub(super) fn read(source: &Source, limit: u64) -> io::Result<SourceContent> {
    let mut bytes = Vec::new();
    let Source::Path(path) = source else {
        io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        return Ok(SourceContent::of_bytes(bytes));
    };
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let size = metadata.len().min(limit.saturating_add(1));
    bytes.reserve_exact(usize::try_from(size).unwrap_or(0) + 1);
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let readable_by_others = platform::readable_by_others(&metadata);
    Ok(SourceContent { bytes, readable_by_others, stamp: Some(platform::stamp(&metadata)) })
}
