//! The little that differs between operating systems. Nothing Unix-only stands outside.

use std::fs::Metadata;

/// The permissions as `ls` prints them (`rw-r--r--`), if anybody but the owner may read the
/// file; none where nobody else may, or where the system has no such permissions (Windows,
/// whose access lists are not looked at).
#[cfg(unix)]
pub fn readable_by_others(metadata: &Metadata) -> Option<String> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode();
    if mode & 0o044 == 0 {
        return None;
    }
    let letters = "rwxrwxrwx".chars().enumerate();
    Some(letters.map(|(i, c)| if mode & (0o400 >> i) != 0 { c } else { '-' }).collect())
}

/// The permissions as `ls` prints them, if anybody but the owner may read the file.
#[cfg(not(unix))]
pub fn readable_by_others(_metadata: &Metadata) -> Option<String> {
    None
}

/// The user's language as the system knows it: `LC_ALL`, `LC_MESSAGES`, `LANG`, or the
/// setting of Windows and macOS.
pub fn locale_name() -> Option<String> {
    sys_locale::get_locale()
}

/// A temporary file in `folder` that becomes a result by being renamed, with the permissions
/// that any new file has.
#[cfg(unix)]
pub fn temporary_in(folder: &std::path::Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // A folder that is not there is told without the name that the file would have had.
    std::fs::metadata(folder)?;
    // The umask takes from these what the user does not want.
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

/// A temporary file in `folder` that becomes a result by being renamed.
#[cfg(not(unix))]
pub fn temporary_in(folder: &std::path::Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}

/// What tells that a file has not changed since it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// When its content was last written, in nanoseconds since 1970.
    pub modified: i64,
    /// When its content or attributes were last changed (on Windows: when it was made).
    pub changed: i64,
    /// The file itself, whatever its name: device and inode (on Windows there is none here).
    pub identity: (u64, u64),
}

/// The stamp of a file.
#[cfg(unix)]
pub fn stamp(metadata: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let nanoseconds = |seconds: i64, rest: i64| seconds.saturating_mul(1_000_000_000).saturating_add(rest);
    Stamp {
        size: metadata.len(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        identity: (metadata.dev(), metadata.ino()),
    }
}

/// The stamp of a file.
#[cfg(not(unix))]
pub fn stamp(metadata: &Metadata) -> Stamp {
    let nanoseconds = |time: std::io::Result<std::time::SystemTime>| {
        let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
    };
    Stamp {
        size: metadata.len(),
        modified: nanoseconds(metadata.modified()),
        changed: nanoseconds(metadata.created()),
        identity: (0, 0),
    }
}
