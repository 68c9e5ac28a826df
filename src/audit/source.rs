//! Sources: walking and reading files.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::container::{self, archive};
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

/// A file found on the walk, or what is in its place.
#[derive(Debug)]
pub(super) struct SourceEntry {
    pub source: Source,
    /// Which of the sources it belongs to.
    pub root: usize,
    /// The user named it; it was not found by walking.
    pub named: bool,
    pub found: Found,
}

/// What the walk found at a place.
#[derive(Debug)]
pub(super) enum Found {
    /// A file to be read.
    File,
    /// A symbolic link that is not followed.
    Link,
    /// It cannot be read, or a folder not be entered.
    Error(io::Error),
}

/// All files of all sources: directories recursively, hidden files included, symbolic links where
/// the user named them or wishes to `follow` them. A file reached twice counts once. What the
/// kernel shows as files (`/proc`, `/sys`) is not entered, devices and pipes are not opened: reading
/// them may never end.
pub(super) fn walk(sources: &[Source], follow: bool) -> impl Iterator<Item = SourceEntry> + Send + '_ {
    let mut seen = (sources.len() > 1 || follow).then(HashSet::new);
    let kernel = Arc::new(platform::kernel_file_systems());
    let entry =
        sources.iter().enumerate().flat_map(move |(root, source)| -> Box<dyn Iterator<Item = SourceEntry> + Send> {
            match source {
                Source::Stdin => {
                    let entry = SourceEntry { source: Source::Stdin, root, named: true, found: Found::File };
                    Box::new(std::iter::once(entry))
                }
                Source::Path(path) => Box::new(walk_path(path, root, follow, kernel.clone())),
            }
        });
    entry.filter(move |entry| match (&mut seen, &entry.source, &entry.found) {
        (Some(seen), Source::Path(path), Found::File) => {
            std::fs::canonicalize(path).map_or(true, |real| seen.insert(real))
        }
        _ => true,
    })
}

fn walk_path(
    named: &Path,
    root: usize,
    follow: bool,
    kernel: Arc<Vec<PathBuf>>,
) -> impl Iterator<Item = SourceEntry> + Send + use<> {
    let top = named.to_path_buf();
    let is_kernel = std::path::absolute(&top).is_ok_and(|path| kernel.contains(&path));
    let refused = is_kernel.then(|| SourceEntry {
        source: Source::Path(top.clone()),
        root,
        named: true,
        found: Found::Error(io::Error::new(io::ErrorKind::InvalidInput, "the kernel's own view, not files on a disk")),
    });
    let walk = walkdir::WalkDir::new(&top).follow_links(follow).follow_root_links(true).into_iter();
    let entered = move |entry: &walkdir::DirEntry| {
        let is_folder = entry.file_type().is_dir() && !kernel.is_empty();
        !is_folder || std::path::absolute(entry.path()).map_or(true, |path| !kernel.contains(&path))
    };
    let entry = move |path: PathBuf, named, found| SourceEntry { source: Source::Path(path), root, named, found };
    let walked = walk.filter_entry(entered).filter_map(move |found| match found {
        Ok(found) if found.depth() == 0 => {
            // What the user names is read, a pipe of the shell (`<(...)`) included; only directories
            // are walked.
            let is_file = !found.path().is_dir();
            is_file.then(|| match platform::is_endless(found.path()) {
                false => entry(found.into_path(), true, Found::File),
                true => entry(found.into_path(), true, Found::Error(not_a_file())),
            })
        }
        Ok(found) if found.path_is_symlink() && !follow => Some(entry(found.into_path(), false, Found::Link)),
        Ok(found) => found.file_type().is_file().then(|| entry(found.into_path(), false, Found::File)),
        // A link to a folder above it, or to nothing: there is nothing more behind it to be read.
        Err(error) if error.depth() > 0 && follow && is_link(&error) => {
            error.path().map(|path| entry(path.to_path_buf(), false, Found::Link))
        }
        Err(error) => {
            let path = error.path().unwrap_or(&top).to_path_buf();
            let named = error.depth() == 0;
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other("loop"));
            Some(entry(path, named, Found::Error(error)))
        }
    });
    refused.into_iter().chain(walked)
}

fn is_link(error: &walkdir::Error) -> bool {
    let at_link = || error.path().is_some_and(|path| path.symlink_metadata().is_ok_and(|found| found.is_symlink()));
    error.loop_ancestor().is_some() || at_link()
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a device or a named pipe, not a file")
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

/// Reads a source, at most `limit` bytes plus one. Of a larger file only the beginning is read
/// where it can be no container; none is returned then.
#[expect(clippy::disallowed_methods, reason = "standard input is a source that the user names, as files are")]
pub(super) fn read(source: &Source, limit: u64) -> io::Result<Option<SourceContent>> {
    let mut bytes = Vec::new();
    let Source::Path(path) = source else {
        io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
        return Ok(Some(SourceContent::of_bytes(bytes)));
    };
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.len() > limit && !may_be_container(&mut file, path)? {
        return Ok(None);
    }
    let size = metadata.len().min(limit.saturating_add(1));
    bytes.reserve_exact(usize::try_from(size).unwrap_or(0) + 1);
    file.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    let readable_by_others = platform::readable_by_others(&metadata);
    Ok(Some(SourceContent { bytes, readable_by_others, stamp: Some(platform::stamp(&metadata)) }))
}

/// As much of a large file tells whether it may be a container.
const HEAD: u64 = 64 << 10;

/// Whether a file above the limits may be a container, which is to be reported then.
fn may_be_container(file: &mut File, path: &Path) -> io::Result<bool> {
    if container::is_promised(path) {
        return Ok(true);
    }
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(match archive::is_archive(&head) {
        true => archive::promises(io::BufReader::new(&*file)) && file.rewind().is_ok(),
        false => container::can_be_container(&head),
    })
}
