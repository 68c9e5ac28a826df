//! Files that users name for results: replaced when the result is complete, or written through.
//!
//! Only a regular file, or nothing, is replaced. A device, a pipe or a socket is written
//! through, since replacing it would take it from everybody else who uses it (run by root,
//! `--output /dev/null` would leave the machine without a null device). A symbolic link stays,
//! and what it leads to is replaced or made.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Links that are followed, at most; as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Who may read a result where the file is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Whoever may read any new file of this user.
    Ordinary,
    /// The owner alone; of a file that is replaced, what its mode gives to others is taken away.
    Private,
}

/// A result being written. Nothing that was there is changed before [`Output::finish`].
pub struct Output {
    sink: Sink,
}

enum Sink {
    Replacing(Box<Replacement>),
    Through(BufWriter<Box<dyn Write>>),
}

/// A file on its way into the place of another.
struct Replacement {
    file: BufWriter<NamedTempFile>,
    target: PathBuf,
    /// What is known of the file that is replaced.
    old: Option<Metadata>,
    privacy: Privacy,
}

/// What a path leads to.
enum Target {
    /// A regular file, or a place where there is nothing.
    File(PathBuf, Option<Metadata>),
    /// Standard output, by a name such as `/dev/stdout`.
    Stdout,
    /// Standard error.
    Stderr,
    /// Whatever else can be written to.
    Stream,
}

impl Output {
    /// Begins to write the file that the user named.
    #[allow(clippy::disallowed_methods, reason = "standard output is what the user named, as a file")]
    pub fn create(path: &Path, privacy: Privacy) -> io::Result<Output> {
        let through = |out: Box<dyn Write>| Output { sink: Sink::Through(BufWriter::new(out)) };
        Ok(match target(path)? {
            Target::File(target, old) => {
                let folder = folder_of(&target);
                // What is there may be for few eyes: it is so from the first byte on.
                let file = match old.is_some() || privacy == Privacy::Private {
                    true => private_temporary_in(folder)?,
                    false => temporary_in(folder)?,
                };
                let file = BufWriter::new(file);
                Output { sink: Sink::Replacing(Box::new(Replacement { file, target, old, privacy })) }
            }
            // Opened anew, a file would be written from its beginning, over what was printed.
            Target::Stdout => through(Box::new(io::stdout())),
            Target::Stderr => through(Box::new(io::stderr())),
            Target::Stream => through(open_stream(path)?),
        })
    }

    /// The temporary file that becomes the result, for those who write by name; none where the
    /// result is written through.
    pub fn temporary(&self) -> Option<&Path> {
        match &self.sink {
            Sink::Replacing(new) => Some(new.file.get_ref().path()),
            Sink::Through(_) => None,
        }
    }

    /// Sees that what was written is safe on disk, so that a power cut leaves the old file or
    /// the new one.
    pub fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        match &self.sink {
            Sink::Replacing(new) => new.file.get_ref().as_file().sync_all(),
            Sink::Through(_) => Ok(()),
        }
    }

    /// The result is complete: it takes its place.
    pub fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Through(mut out) => out.flush(),
            Sink::Replacing(new) => {
                let Replacement { file, target, old, privacy } = *new;
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(old) = old {
                    succeed(file.as_file(), &old, privacy)?;
                }
                file.persist(target).map(drop).map_err(|error| error.error)
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.sink {
            Sink::Replacing(new) => new.file.write(bytes),
            Sink::Through(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.sink {
            Sink::Replacing(new) => new.file.flush(),
            Sink::Through(out) => out.flush(),
        }
    }
}

/// The regular file that a path leads to over symbolic links, or the place where it would be
/// made; none where the path leads to something else.
pub fn regular_file(path: &Path) -> io::Result<Option<PathBuf>> {
    Ok(match target(path)? {
        Target::File(path, _) => Some(path),
        _ => None,
    })
}

fn target(path: &Path) -> io::Result<Target> {
    // The system follows the links first: it refuses those that others left in `/tmp`
    // (protected_symlinks), which would go unnoticed below.
    let metadata = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Ok(metadata) => Some(metadata),
        Err(_) if is_device_name(path) => return Ok(Target::Stream),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        if let Some(stream) = descriptor(&path) {
            return Ok(stream);
        }
        match fs::read_link(&path) {
            Ok(next) => path = folder_of(&path).join(next),
            // It is no link, or nothing.
            Err(_) => {
                return Ok(match metadata {
                    Some(metadata) if !metadata.is_file() => Target::Stream,
                    old => Target::File(path, old),
                });
            }
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file in `folder` that becomes a result by being renamed, with the permissions
/// that any new file has.
#[cfg(unix)]
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(folder)?;
    // The umask takes from these what the user does not want.
    tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

/// A temporary file in `folder` that becomes a result by being renamed.
#[cfg(not(unix))]
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    private_temporary_in(folder)
}

fn private_temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    // The error of a folder that is not there does not show the temporary file's name.
    fs::metadata(folder)?;
    NamedTempFile::new_in(folder)
}

/// The open file that a path in `/proc/self/fd` or `/dev/fd` stands for. Such a path looks like
/// a link to a file, and that file must not be replaced: whoever opened it would not see it.
#[cfg(unix)]
fn descriptor(path: &Path) -> Option<Target> {
    let folder = fs::canonicalize(folder_of(path)).ok()?;
    let is_own = folder == Path::new("/dev/fd") || fs::canonicalize("/proc/self/fd").is_ok_and(|own| own == folder);
    match path.file_name()?.to_str() {
        Some("1") if is_own => Some(Target::Stdout),
        Some("2") if is_own => Some(Target::Stderr),
        _ => (is_own || folder.starts_with("/proc")).then_some(Target::Stream),
    }
}

#[cfg(not(unix))]
fn descriptor(_path: &Path) -> Option<Target> {
    None
}

/// Whether Windows takes this path for a device, in whatever folder it seems to be.
fn is_device_name(path: &Path) -> bool {
    if !cfg!(windows) {
        return false;
    }
    let name = path.file_stem().map(|name| name.to_string_lossy().to_ascii_uppercase()).unwrap_or_default();
    let is_port =
        |port: &str| name.strip_prefix(port).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    ["CON", "CONOUT$", "NUL", "PRN", "AUX"].contains(&name.as_str()) || is_port("COM") || is_port("LPT")
}

/// Opens what cannot be replaced. A descriptor may stand for a file that others have written to:
/// what is there stays.
#[cfg(unix)]
fn open_stream(path: &Path) -> io::Result<Box<dyn Write>> {
    use std::os::unix::fs::FileTypeExt;
    if fs::metadata(path)?.file_type().is_socket() && descriptor(path).is_none() {
        return Ok(Box::new(std::os::unix::net::UnixStream::connect(path)?));
    }
    Ok(Box::new(OpenOptions::new().append(true).open(path)?))
}

#[cfg(not(unix))]
fn open_stream(path: &Path) -> io::Result<Box<dyn Write>> {
    Ok(Box::new(OpenOptions::new().write(true).open(path)?))
}

/// Gives a file the owner and the mode of the one that it replaces.
#[cfg(unix)]
pub(super) fn succeed(file: &File, old: &Metadata, privacy: Privacy) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let new = file.metadata()?;
    let mut mode = old.mode() & 0o777;
    if (old.uid(), old.gid()) != (new.uid(), new.gid()) {
        // Only root may give files away; others may still be in the old file's group.
        let given = fchown(file, Some(old.uid()), Some(old.gid())).or_else(|_| fchown(file, None, Some(old.gid())));
        if given.is_err() {
            // What one group might do is not for another: it gets what everybody has.
            mode = mode & !0o070 | (mode & 0o007) << 3;
        }
    }
    if privacy == Privacy::Private {
        mode &= 0o700;
    }
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Windows gives a new file the access list of its folder.
#[cfg(not(unix))]
pub(super) fn succeed(_file: &File, _old: &Metadata, _privacy: Privacy) -> io::Result<()> {
    Ok(())
}
