//! Files that users name for results: replaced when the result is complete, or written through.
//!
//! Only a regular file, or nothing, is replaced. A device, a pipe or a socket is written
//! through, since replacing it would take it from everybody else who uses it (run by root,
//! `--output /dev/null` would leave the machine without a null device). A symbolic link stays,
//! and what it leads to is replaced or made.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

/// Links that are followed, at most; as many as Linux follows.
const MOST_LINKS: usize = 40;

/// Who may read a result where the file is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Whoever may read any new file of this user.
    Ordinary,
    /// The owner alone, and those to whom the folder's owner opened it: a group that alone may look into the
    /// folder, or to which the folder gives its files. It has personal data.
    Private,
    /// Everybody, whatever the user's own files are: programs of other users read it.
    Open,
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
                sweep(folder, file.as_file());
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
                match (old, privacy) {
                    (_, Privacy::Open) => open_to_all(file.as_file())?,
                    (Some(old), _) => succeed(file.as_file(), &old)?,
                    (None, Privacy::Private) => share(file.as_file(), folder_of(&target))?,
                    (None, Privacy::Ordinary) => {}
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
    locked(temporary().permissions(fs::Permissions::from_mode(0o666)).tempfile_in(folder)?)
}

/// A temporary file in `folder` that becomes a result by being renamed.
#[cfg(not(unix))]
fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    private_temporary_in(folder)
}

fn private_temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    // The error of a folder that is not there does not show the temporary file's name.
    fs::metadata(folder)?;
    locked(temporary().tempfile_in(folder)?)
}

/// The names of temporary files begin and end so, for [`sweep`] to know them.
const TEMPORARY: (&str, &str) = (".shomei-", ".tmp");
/// Temporary files younger than this may not have their lock yet.
const FRESH: Duration = Duration::from_secs(60);

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    builder
}

/// Whoever writes a temporary file holds a lock on it, which ends with the program.
fn locked(file: NamedTempFile) -> io::Result<NamedTempFile> {
    // A file system without locks: then nobody can take it for left behind, either.
    let _ = file.as_file().try_lock();
    Ok(file)
}

/// Removes temporary files that killed programs left in a folder, by the time of the file system that has
/// just made `new`. What cannot be removed stays: it is in nobody's way.
fn sweep(folder: &Path, new: &File) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.filter_map(Result::ok) {
        let name = entry.file_name();
        let is_ours = name.to_str().is_some_and(|name| name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1));
        let is_old = || {
            let modified = entry.metadata().ok()?.modified().ok()?;
            let now = new.metadata().ok()?.modified().ok()?;
            Some(now.duration_since(modified).unwrap_or_default() >= FRESH)
        };
        if is_ours
            && is_old() == Some(true)
            && OpenOptions::new().write(true).open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Lets everybody read a file.
#[cfg(unix)]
fn open_to_all(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

/// Windows gives a new file the access list of its folder.
#[cfg(not(unix))]
fn open_to_all(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Lets the group read a new file whose folder was opened to it: by the bit that gives the folder's group to
/// what is in it, or by a mode that lets the group in and nobody else.
#[cfg(unix)]
fn share(file: &File, folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let (folder, own) = (fs::metadata(folder)?, file.metadata()?);
    let mode = folder.mode();
    let is_open = mode & 0o2000 != 0 || (mode & 0o050 == 0o050 && mode & 0o007 == 0);
    let shared = if is_open && folder.gid() == own.gid() { 0o640 } else { 0o600 };
    file.set_permissions(fs::Permissions::from_mode(shared))
}

/// Windows gives a new file the access list of its folder.
#[cfg(not(unix))]
fn share(_file: &File, _folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes a file that only its owner may read, complete or not at all, where there is none of that name.
pub fn write_new_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_temporary_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
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
pub(super) fn succeed(file: &File, old: &Metadata) -> io::Result<()> {
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
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Windows gives a new file the access list of its folder.
#[cfg(not(unix))]
pub(super) fn succeed(_file: &File, _old: &Metadata) -> io::Result<()> {
    Ok(())
}
